"""Completion of images, platforms and suppression comments."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from lsprotocol import types

from lint_runtime.images import REPOSITORIES, RUNTIME_SUFFIXES, InvalidTagError, RepositoryKind, parse_tag
from lint_runtime.lifecycle.model import Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.hints import support_text
from lint_runtime.rules import RULES
from lint_runtime.rules.base import Topic
from lint_runtime.rules.variants import missing_suffixes, pythons_of

OPTIONS = types.CompletionOptions(trigger_characters=(":", "/", "=", "-", "[", ",", " "))
NOTHING = types.CompletionList(is_incomplete=False, items=())


def completions(buffer: Buffer, params: types.CompletionParams) -> types.CompletionList:
    """Return the completions at a position, best first."""
    offset = buffer.positions.offset(params.position)
    line = re.split("[\r\n]", buffer.text[:offset])[-1]
    for pattern, complete in _COMPLETIONS.items():
        if match := re.match(pattern, line):
            start = buffer.positions.position(offset - len(match["typed"]))
            items = list(complete(match, buffer))
            for number, item in enumerate(items):
                item.sort_text = f"{number:05}"
                item.text_edit = types.TextEdit(types.Range(start, params.position), item.label)
            return types.CompletionList(is_incomplete=False, items=items)
    return NOTHING


def _platforms(_match: re.Match[str], buffer: Buffer) -> Iterator[types.CompletionItem]:
    all_series = buffer.known.table.series
    names = {available.name for series in all_series for available in series.architectures}
    for name in sorted(names):
        yield types.CompletionItem(f"linux/{name}", kind=types.CompletionItemKind.EnumMember)


def _repositories(_match: re.Match[str], _buffer: Buffer) -> Iterator[types.CompletionItem]:
    for name, repository in REPOSITORIES.items():
        if repository.kind is RepositoryKind.RUNTIME:
            detail = f"Astro Runtime for Airflow {repository.airflow}"
            yield types.CompletionItem(name, kind=types.CompletionItemKind.Module, detail=detail)


def _tags(match: re.Match[str], buffer: Buffer) -> Iterator[types.CompletionItem]:
    """Yield the longer tags of a typed release, or else the releases, newest first.

    Maintained series come first. Of the others, only the newest release is listed.
    """
    repository, known = REPOSITORIES.get(match["repository"]), buffer.known
    if repository is None or repository.kind is not RepositoryKind.RUNTIME:
        return
    if number := re.match(r"[0-9]+\.[0-9]+[.-][0-9]+", match["typed"]):
        # The last suffix may be incomplete.
        suffixes = re.sub(r"-(?:python-)?[^-]*\Z", "", match["typed"][number.end() :])
        for tag in longer_tags(number[0] + suffixes, known.table):
            yield types.CompletionItem(tag, kind=types.CompletionItemKind.Constant)
        return
    all_series = filter(None, (known.series(series.name) for series in reversed(known.table.series)))
    matching = [series for series in all_series if min(series.airflow_major, 3) == repository.airflow]
    for lifecycle in sorted(matching, key=lambda series: series.status is not Status.MAINTAINED):
        is_maintained = lifecycle.status is Status.MAINTAINED
        support = support_text(lifecycle, known.day)
        for release in islice(known.usable(lifecycle.series.name), None if is_maintained else 1):
            yield types.CompletionItem(
                str(release.version),
                kind=types.CompletionItemKind.Constant,
                detail=f"Airflow {release.airflow or lifecycle.airflow}, {support}",
                tags=None if is_maintained else [types.CompletionItemTag.Deprecated],
                preselect=is_maintained and release.version == lifecycle.newest,
            )


def longer_tags(tag: str, table: LifecycleTable) -> tuple[str, ...]:
    """Return `tag` extended by each available next suffix."""
    try:
        written = parse_tag(tag)
    except InvalidTagError:
        return ()
    series = table.find_series(written.version.series) if written.version else None
    if series is None:
        return ()
    values: dict[str, tuple[object, ...]] = {
        "ubi9": (True,) if series.variant("ubi9") else (),
        "python": pythons_of(series, is_ubi9=written.ubi9),
        "slim": (True,) if series.variant("slim") else (),
        "base": (True,),
    }
    last = max(map(RUNTIME_SUFFIXES.index, written.suffixes), default=-1)
    longer = [
        written._replace(**{name: value})  # type: ignore[arg-type]
        for name in RUNTIME_SUFFIXES[last + 1 :]
        for value in values[name]
    ]
    return tuple(str(tag) for tag in longer if not missing_suffixes(tag, series, tag.version))


def _rules(_match: re.Match[str], buffer: Buffer) -> Iterator[types.CompletionItem]:
    """Yield the rules and topics. The rules with a finding in the file come first."""
    reported = {finding.rule for finding in buffer.report.diagnostics}
    for rule in sorted(RULES, key=lambda rule: rule.name not in reported):
        yield types.CompletionItem(rule.name, kind=types.CompletionItemKind.EnumMember, detail=rule.summary)
    for topic in Topic:
        detail = f"All rules about: {topic.value}"
        yield types.CompletionItem(topic.word, kind=types.CompletionItemKind.Enum, detail=detail)


def _days(_match: re.Match[str], buffer: Buffer) -> Iterator[types.CompletionItem]:
    for days in (30, 90, 180):
        day, detail = buffer.known.day + timedelta(days=days), f"{days} days ahead"
        yield types.CompletionItem(str(day), kind=types.CompletionItemKind.Value, detail=detail)


_FROM = r"(?i)\s*FROM\s+"
_IMAGE = rf"{_FROM}(?:--platform=\S*\s+)?"
_SUPPRESSION = r"(?i)\s*#\s*lint-runtime:\s*ignore(?:-file)?\["
_COMPLETIONS = {
    rf"{_FROM}--platform=(?P<typed>\S*)\Z": _platforms,
    rf"{_IMAGE}(?P<repository>[^\s:@]+(?::[0-9]+(?=/)[^\s:@]*)?):(?P<typed>[^\s@]*)\Z": _tags,
    rf"{_IMAGE}(?P<typed>[^\s:@]*)\Z": _repositories,
    rf"{_SUPPRESSION}(?:[^\]]*,)?\s*(?P<typed>[a-z-]*)\Z": _rules,
    rf"{_SUPPRESSION}[^\]]*\].*\suntil=(?P<typed>[0-9-]*)\Z": _days,
}
"""The completions of the group `typed`, by a pattern for the line up to the pointer."""
