"""Two lifecycle tables -> one that knows all that either does; where they disagree, what the newer says."""

from collections.abc import Iterable
from datetime import date
from operator import attrgetter

from lint_runtime.lifecycle import Release, ReleaseLine, Schedule, Yank, in_force
from lint_runtime.lifecycle_table import LifecycleTable

_GIVEN_ONCE = ("os", "architectures", "ubi9_pythons", "complete_through", "notes")
"""Fields of a line that a table may leave empty, and that stay as they are first known."""


def merged(known: LifecycleTable, news: LifecycleTable) -> LifecycleTable:
    """Return `known` with all that `news` adds to it, or knows better because it is of a later day.

    Nothing known is ever lost: an end date that moves, or was published before, is one more row of the
    schedule of its line, a yank stays, and so does a release that is no longer listed. Merging the same
    once more changes nothing.
    """
    is_newer = news.date >= known.date
    lines = {line.name: line for line in known.lines}
    for line in news.lines:
        before = lines.get(line.name)
        lines[line.name] = _line(before, line, is_newer=is_newer) if before else line
    releases = {release.version: release for release in known.releases}
    for release in news.releases:
        found = releases.get(release.version)
        releases[release.version] = _release(found, release, is_newer=is_newer) if found else release
    return LifecycleTable(
        max(known.date, news.date),
        sorted(lines.values(), key=attrgetter("order")),
        sorted(releases.values(), key=attrgetter("version")),
    )


def _line(known: ReleaseLine, news: ReleaseLine, *, is_newer: bool) -> ReleaseLine:
    first, second = (news, known) if is_newer else (known, news)
    changed = {
        "default_python": first.default_python or second.default_python,
        "pythons": _union(known.pythons, news.pythons),
        "variants": news.variants if known.variants is None else known.variants,
        **{field: getattr(known, field) or getattr(news, field) for field in _GIVEN_ONCE},
    }
    differing = {field: value for field, value in changed.items() if value != getattr(known, field)}
    sources = {field: news.sources.get(field, news.source) for field in differing}
    return known._replace(
        **differing,
        sources={**known.sources, **sources},
        schedule=_schedules(known.schedule, news.schedule),
    )


def _union(known: Iterable[str], news: Iterable[str]) -> tuple[str, ...]:
    """Return all Python versions that either names, in the order of their numbers."""
    return tuple(sorted({*known, *news}, key=lambda version: [*map(int, version.split("."))]))


def _schedules(known: tuple[Schedule, ...], news: Iterable[Schedule]) -> tuple[Schedule, ...]:
    rows = {row.published: row for row in known}
    for row in news:
        before = in_force(rows.values(), row.published)
        if before is None or _says_more(row, before):
            rows[row.published] = _completed(row, before)
    return tuple(rows[day] for day in sorted(rows))


def _says_more(row: Schedule, before: Schedule) -> bool:
    """Whether a row says anything that the one in force on its day does not."""
    if not row.is_published:
        ends = (row.end_of_maintenance, row.end_of_basic_support)
        return not before.is_published and ends != (before.end_of_maintenance, before.end_of_basic_support)
    if not before.is_published or row.end_of_maintenance != before.end_of_maintenance:
        return True
    support = row.published_support
    return (support is not None and support != before.published_support) or row.is_lts > before.is_lts


def _completed(row: Schedule, before: Schedule | None) -> Schedule:
    """Return `row` with what the one before it says and it does not: once LTS, always LTS."""
    if before is None:
        return row
    row = row._replace(is_lts=row.is_lts or before.is_lts)
    has_moved = row.end_of_maintenance != before.end_of_maintenance
    if has_moved or row.published_support or before.published_support is None:
        return row
    computed = tuple(end for end in row.computed if end != "end_of_basic_support")
    return row._replace(end_of_basic_support=before.end_of_basic_support, computed=computed)


def _release(known: Release, news: Release, *, is_newer: bool) -> Release:
    first, second = (news, known) if is_newer else (known, news)
    released = first.released or second.released
    result = known._replace(
        airflow=first.airflow or second.airflow,
        released=released,
        seen_by=None if released else _earlier(known.seen_by, news.seen_by),
        yank=_yank(first.yank, second.yank),
    )
    is_same = (result.airflow, result.released) == (known.airflow, known.released)
    return result if is_same else result._replace(source=news.source)


def _yank(first: Yank | None, second: Yank | None) -> Yank | None:
    if first is None or second is None:
        return first or second
    return Yank(min(first.published, second.published), first.reason)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day), default=None)
