"""What an editor offers while an image, a platform or a suppression is typed."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from lsprotocol import types

from lint_runtime.api import (
    REPOSITORIES,
    Lifecycle,
    RepositoryKind,
    Status,
    describe_support,
    list_longer_tags,
    list_rules,
)
from lint_runtime.lsp.buffer import Buffer

TRIGGERS = (":", "/", "=", "-", "[", ",", " ")

_PLATFORM = r"(?i)\s*FROM\s+--platform=(\S*)\Z"
_IMAGE = r"(?i)\s*FROM\s+(?:--platform=\S*\s+)?([^\s:@]*)\Z"
_TAG = r"(?i)\s*FROM\s+(?:--platform=\S*\s+)?([^\s:@]+(?::[0-9]+(?=/)[^\s:@]*)?):([^\s@]*)\Z"
_RULE = r"(?i)\s*#\s*lint-runtime:\s*ignore(?:-file)?\[(?:[^\]]*,)?\s*([a-z-]*)\Z"
_UNTIL = r"(?i)\s*#\s*lint-runtime:\s*ignore(?:-file)?\[[^\]]*\].*\suntil=([0-9-]*)\Z"
_NUMBER = r"[0-9]+\.[0-9]+[.-][0-9]+"
_DAYS_AHEAD = (30, 90, 180)


def completions_at(buffer: Buffer, position: types.Position) -> list[types.CompletionItem]:
    """Return what fits at a position, the best first."""
    offset = buffer.positions.offset(position)
    line = re.split("[\r\n]", buffer.text[:offset])[-1]
    for pattern, items in (
        (_PLATFORM, _platforms),
        (_TAG, _tags),
        (_IMAGE, _repositories),
        (_RULE, _rules),
        (_UNTIL, _days),
    ):
        match = re.match(pattern, line)
        if match:
            start = buffer.positions.position(offset - len(match[match.lastindex or 0]))
            return list(_numbered(items(match, buffer), types.Range(start, position)))
    return []


def _numbered(items: Iterator[types.CompletionItem], place: types.Range) -> Iterator[types.CompletionItem]:
    """Yield items that keep their order, and replace what is typed so far."""
    for number, item in enumerate(items):
        item.sort_text = f"{number:05}"
        item.text_edit = types.TextEdit(place, item.label)
        yield item


def _platforms(_match: re.Match[str], buffer: Buffer) -> Iterator[types.CompletionItem]:
    all_series = buffer.result.table.series
    for name in sorted({offer.name for series in all_series for offer in series.architectures}):
        yield types.CompletionItem(f"linux/{name}", kind=types.CompletionItemKind.EnumMember)


def _repositories(_match: re.Match[str], _buffer: Buffer) -> Iterator[types.CompletionItem]:
    for name, repository in REPOSITORIES.items():
        if repository.kind is RepositoryKind.RUNTIME:
            yield types.CompletionItem(
                name,
                kind=types.CompletionItemKind.Module,
                detail=f"Astro Runtime for Airflow {repository.airflow}",
            )


def _tags(match: re.Match[str], buffer: Buffer) -> Iterator[types.CompletionItem]:
    repository = REPOSITORIES.get(match[1])
    if repository is None or repository.kind is not RepositoryKind.RUNTIME:
        return
    table, today = buffer.result.table, buffer.result.today
    if number := re.match(_NUMBER, match[2]):
        # The last suffix may not be complete.
        suffixes = re.sub(r"-(?:python-)?[^-]*\Z", "", match[2][number.end() :])
        for tag in list_longer_tags(number[0] + suffixes, table):
            yield types.CompletionItem(tag, kind=types.CompletionItemKind.Constant)
        return
    described = (table.on(today, series.name) for series in reversed(table.series))
    fitting = [one for one in described if one and min(one.airflow_major, 3) == repository.airflow]
    for lifecycle in sorted(fitting, key=lambda one: one.status is not Status.MAINTAINED):
        yield from _releases(lifecycle, buffer)


def _releases(lifecycle: Lifecycle, buffer: Buffer) -> Iterator[types.CompletionItem]:
    """Yield the releases of a series, the newest first; of one that has ended, only that."""
    table, today = buffer.result.table, buffer.result.today
    is_maintained = lifecycle.status is Status.MAINTAINED
    for release in islice(table.usable(lifecycle.series, today), None if is_maintained else 1):
        yield types.CompletionItem(
            str(release.version),
            kind=types.CompletionItemKind.Constant,
            detail=f"Airflow {release.airflow or lifecycle.airflow}, {describe_support(lifecycle, today)}",
            tags=None if is_maintained else [types.CompletionItemTag.Deprecated],
            preselect=is_maintained and release.version == lifecycle.newest,
        )


def _rules(_match: re.Match[str], buffer: Buffer) -> Iterator[types.CompletionItem]:
    found = {finding.rule for finding in buffer.result.findings}
    for name, summary in sorted(list_rules(), key=lambda rule: rule[0] not in found):
        yield types.CompletionItem(name, kind=types.CompletionItemKind.EnumMember, detail=summary)


def _days(_match: re.Match[str], buffer: Buffer) -> Iterator[types.CompletionItem]:
    for days in _DAYS_AHEAD:
        day = buffer.result.today + timedelta(days=days)
        yield types.CompletionItem(
            str(day), kind=types.CompletionItemKind.Value, detail=f"{days} days ahead"
        )
