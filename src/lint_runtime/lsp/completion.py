"""Complete images, platforms and suppression comments."""

import re
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from lsprotocol import types

from lint_runtime.images import REPOSITORIES, RUNTIME_SUFFIXES, InvalidTagError, RepositoryKind, parse_tag
from lint_runtime.lifecycle.model import Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.hints import state_text
from lint_runtime.rules import RULES
from lint_runtime.rules.base import Topic
from lint_runtime.rules.variants import missing_suffixes, pythons_of

OPTIONS = types.CompletionOptions(trigger_characters=(":", "/", "=", "-", "[", ",", " "))
NOTHING = types.CompletionList(is_incomplete=False, items=())


def completions(buffer: Buffer, params: types.CompletionParams) -> types.CompletionList:
    """Return the completions at a position, best first."""
    offset = buffer.positions.offset(params.position)
    line = re.split("[\r\n]", buffer.text[:offset])[-1]
    for subject, pattern in _PATTERNS.items():
        if match := re.match(pattern, line):
            start = buffer.positions.position(offset - len(match["typed"]))
            items = _items(subject, match, buffer)
            for number, item in enumerate(items):
                item.sort_text = f"{number:05}"
                item.text_edit = types.TextEdit(types.Range(start, params.position), item.label)
            return types.CompletionList(is_incomplete=False, items=items)
    return NOTHING


def _items(subject: str, match: re.Match[str], buffer: Buffer) -> list[types.CompletionItem]:
    """Return the completions for a subject, which is a key of _PATTERNS."""
    known, kinds = buffer.known, types.CompletionItemKind
    if subject == "tag":
        return list(_tags(match, buffer))
    if subject == "platform":
        names = {available.name for series in known.table.series for available in series.architectures}
        return [types.CompletionItem(f"linux/{name}", kind=kinds.EnumMember) for name in sorted(names)]
    if subject == "repository":
        details = {
            name: f"Astro Runtime for Airflow {repository.airflow}"
            for name, repository in REPOSITORIES.items()
            if repository.kind is RepositoryKind.RUNTIME
        }
        return [
            types.CompletionItem(name, kind=kinds.Module, detail=detail) for name, detail in details.items()
        ]
    if subject == "rule":
        # List rules with a finding in the file first.
        reported = {finding.rule for finding in buffer.report.diagnostics}
        rules = sorted(RULES, key=lambda rule: rule.name not in reported)
        topics = {topic.word: f"All rules about: {topic.value}" for topic in Topic}
        items = [
            types.CompletionItem(rule.name, kind=kinds.EnumMember, detail=rule.summary) for rule in rules
        ]
        items += (types.CompletionItem(name, kind=kinds.Enum, detail=text) for name, text in topics.items())
        return items
    days = {str(known.day + timedelta(days=days)): f"{days} days ahead" for days in (30, 90, 180)}
    return [types.CompletionItem(day, kind=kinds.Value, detail=detail) for day, detail in days.items()]


def _tags(match: re.Match[str], buffer: Buffer) -> Iterator[types.CompletionItem]:
    """Yield longer tags if a release is typed, otherwise releases.

    Maintained series come first. For other series, only the newest release is listed.
    """
    repository, known = REPOSITORIES.get(match["repository"]), buffer.known
    if repository is None or repository.kind is not RepositoryKind.RUNTIME:
        return
    if number := re.match(r"[0-9]+\.[0-9]+[.-][0-9]+", match["typed"]):
        # Drop the last suffix, which may be incomplete.
        suffixes = re.sub(r"-(?:python-)?[^-]*\Z", "", match["typed"][number.end() :])
        for tag in longer_tags(number[0] + suffixes, known.table):
            yield types.CompletionItem(tag, kind=types.CompletionItemKind.Constant)
        return
    all_series = filter(None, (known.series(series.name) for series in reversed(known.table.series)))
    matching = [series for series in all_series if min(series.airflow_major, 3) == repository.airflow]
    for lifecycle in sorted(matching, key=lambda series: series.status is not Status.MAINTAINED):
        is_maintained = lifecycle.status is Status.MAINTAINED
        support = state_text(lifecycle.support(known.day), lifecycle, known.day)
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


_FROM = r"(?i)\s*FROM\s+"
_IMAGE = rf"{_FROM}(?:--platform=\S*\s+)?"
_SUPPRESSION = r"(?i)\s*#\s*lint-runtime:\s*ignore(?:-file)?\["
_PATTERNS = {
    "platform": rf"{_FROM}--platform=(?P<typed>\S*)\Z",
    "tag": rf"{_IMAGE}(?P<repository>[^\s:@]+(?::[0-9]+(?=/)[^\s:@]*)?):(?P<typed>[^\s@]*)\Z",
    "repository": rf"{_IMAGE}(?P<typed>[^\s:@]*)\Z",
    "rule": rf"{_SUPPRESSION}(?:[^\]]*,)?\s*(?P<typed>[a-z-]*)\Z",
    "day": rf"{_SUPPRESSION}[^\]]*\].*\suntil=(?P<typed>[0-9-]*)\Z",
}
"""Patterns for the text before the cursor. Completions replace the group `typed`."""
