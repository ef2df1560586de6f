"""Two lifecycle tables -> one that knows all that either does; where they disagree, what the newer says."""

from collections.abc import Iterable
from datetime import date
from operator import attrgetter

from lint_runtime.lifecycle.model import (
    NO_REASON,
    Release,
    ReleaseSeries,
    Schedule,
    Yank,
    in_force,
    in_order,
)
from lint_runtime.lifecycle.table import LifecycleTable

_GIVEN_ONCE = ("os", "architectures", "ubi9_pythons", "complete_through", "notes")
"""Fields of a series that a table may leave empty, and that stay as they are first known."""


def merged(known: LifecycleTable, news: LifecycleTable) -> LifecycleTable:
    """Return `known` with all that `news` adds to it, or knows better because it is of a later day.

    Nothing known is ever lost: an end date that moves, or was published before, is one more row of the
    schedule of its series, a yank stays, and so does a release that is no longer listed. Merging the same
    once more changes nothing.
    """
    is_newer = news.date >= known.date
    all_series = {series.name: series for series in known.series}
    for series in news.series:
        before = all_series.get(series.name)
        all_series[series.name] = _series(before, series, known.date, news.date) if before else series
    releases = {release.version: release for release in known.releases}
    for release in news.releases:
        found = releases.get(release.version)
        releases[release.version] = _release(found, release, is_newer=is_newer) if found else release
    return LifecycleTable(
        max(known.date, news.date),
        sorted(all_series.values(), key=attrgetter("order")),
        sorted(releases.values(), key=attrgetter("version")),
    )


def _series(known: ReleaseSeries, news: ReleaseSeries, known_on: date, news_on: date) -> ReleaseSeries:
    is_newer = news_on >= known_on
    first, second = (news, known) if is_newer else (known, news)
    day = max(known_on, news_on)
    # On one day there is one row, and it is that of the newer.
    rows = [row for row in news.schedule if is_newer or row.published not in _days(known)]
    changed = {
        "default_python": first.default_python or second.default_python,
        "pythons": in_order((*known.pythons, *news.pythons)),
        "variants": news.variants if known.variants is None else known.variants,
        **{field: getattr(known, field) or getattr(news, field) for field in _GIVEN_ONCE},
    }
    differing = {field: value for field, value in changed.items() if value != getattr(known, field)}
    sources = {field: news.sources.get(field, news.source) for field in differing}
    return known._replace(
        **differing,
        sources={**known.sources, **sources},
        schedule=_schedules(known.schedule, rows, first.schedule_on(day), day),
    )


def _days(series: ReleaseSeries) -> set[date]:
    return {row.published for row in series.schedule}


def _schedules(
    known: Iterable[Schedule], news: Iterable[Schedule], newest: Schedule | None, day: date
) -> tuple[Schedule, ...]:
    """Return the rows of both. `newest`: what the newer of the two says on `day`, its own day."""
    rows = {row.published: row for row in known}
    for row in news:
        _add(row, rows)
    # A row of some day in between does not change what was known later.
    if newest:
        _add(newest._replace(published=day), rows)
    completed: list[Schedule] = []
    for row in sorted(rows.values(), key=attrgetter("published")):
        before = in_force(completed, row.published)
        completed.append(_completed(row, before) if before else row)
    return tuple(completed)


def _add(row: Schedule, rows: dict[date, Schedule]) -> None:
    before = in_force(rows.values(), row.published)
    if before is None or _says_more(row, before):
        rows[row.published] = row


def _says_more(row: Schedule, before: Schedule) -> bool:
    """Whether a row says anything that the one in force on its day does not."""
    if not row.is_published:
        ends = (row.end_of_maintenance, row.end_of_basic_support)
        return not before.is_published and ends != (before.end_of_maintenance, before.end_of_basic_support)
    if not before.is_published or row.end_of_maintenance != before.end_of_maintenance:
        return True
    support = row.published_support
    return (support is not None and support != before.published_support) or row.is_lts > before.is_lts


def _completed(row: Schedule, before: Schedule) -> Schedule:
    """Return `row` with what the one before it says and it does not: once LTS, always LTS."""
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
    reason = second.reason if first.reason == NO_REASON else first.reason
    return Yank(min(first.published, second.published), reason)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day), default=None)
