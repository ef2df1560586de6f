"""Lifecycle data merged with an update: all that either knows, and where they differ, the newer."""

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
"""Fields of a series that may be empty, and that stay as they are first known."""


def merge(base: LifecycleTable, update: LifecycleTable) -> LifecycleTable:
    """Return `base` with what `update` adds to it, or knows better because it is of a later day.

    No fact is ever lost: an end date that moves, or was published before, is one more row of the
    schedule of its series, a yank stays, and so does a release that is no longer listed. To merge the
    same update again changes nothing.
    """
    is_newer = update.date >= base.date
    all_series = {series.name: series for series in base.series}
    for series in update.series:
        known = all_series.get(series.name)
        all_series[series.name] = _merge_series(known, series, base.date, update.date) if known else series
    releases = {release.version: release for release in base.releases}
    for release in update.releases:
        found = releases.get(release.version)
        releases[release.version] = _merge_release(found, release, is_newer=is_newer) if found else release
    return LifecycleTable(
        max(base.date, update.date),
        sorted(all_series.values(), key=attrgetter("order")),
        sorted(releases.values(), key=attrgetter("version")),
        # The feed has none of these.
        upstream=base.upstream or update.upstream,
    )


def _merge_series(
    base: ReleaseSeries, update: ReleaseSeries, base_day: date, update_day: date
) -> ReleaseSeries:
    is_newer = update_day >= base_day
    newer, older = (update, base) if is_newer else (base, update)
    day = max(base_day, update_day)
    # On one day there is one row, and it is that of the newer.
    base_days = {row.published for row in base.schedule}
    rows = [row for row in update.schedule if is_newer or row.published not in base_days]
    merged = {
        "default_python": newer.default_python or older.default_python,
        "pythons": in_order((*base.pythons, *update.pythons)),
        "variants": update.variants if base.variants is None else base.variants,
        **{field: getattr(base, field) or getattr(update, field) for field in _GIVEN_ONCE},
    }
    changed = {field: value for field, value in merged.items() if value != getattr(base, field)}
    sources = {field: update.sources.get(field, update.source) for field in changed}
    return base._replace(
        **changed,
        sources={**base.sources, **sources},
        schedule=_merge_schedules(base.schedule, rows, newer.schedule_on(day), day),
    )


def _merge_schedules(
    base: Iterable[Schedule], update: Iterable[Schedule], newest: Schedule | None, day: date
) -> tuple[Schedule, ...]:
    """Return the rows of both. `newest`: the one in force in the newer data on its own day, `day`."""
    rows = {row.published: row for row in base}
    for row in update:
        _add(row, rows)
    # A row of some day in between does not change what was known later.
    if newest:
        _add(newest._replace(published=day), rows)
    completed: list[Schedule] = []
    for row in sorted(rows.values(), key=attrgetter("published")):
        before = in_force(completed, row.published)
        completed.append(_complete(row, before) if before else row)
    return tuple(completed)


def _add(row: Schedule, rows: dict[date, Schedule]) -> None:
    before = in_force(rows.values(), row.published)
    if before is None or _adds_facts(row, before):
        rows[row.published] = row


def _adds_facts(row: Schedule, before: Schedule) -> bool:
    """Whether a row has facts that the one in force on its day does not."""
    if not row.is_published:
        ends = (row.end_of_maintenance, row.end_of_basic_support)
        return not before.is_published and ends != (before.end_of_maintenance, before.end_of_basic_support)
    if not before.is_published or row.end_of_maintenance != before.end_of_maintenance:
        return True
    support = row.published_support
    return (support is not None and support != before.published_support) or row.is_lts > before.is_lts


def _complete(row: Schedule, before: Schedule) -> Schedule:
    """Return `row` with the facts that only the row before it has: once LTS, always LTS."""
    row = row._replace(is_lts=row.is_lts or before.is_lts)
    has_moved = row.end_of_maintenance != before.end_of_maintenance
    if has_moved or row.published_support or before.published_support is None:
        return row
    computed = tuple(end for end in row.computed if end != "end_of_basic_support")
    return row._replace(end_of_basic_support=before.end_of_basic_support, computed=computed)


def _merge_release(base: Release, update: Release, *, is_newer: bool) -> Release:
    newer, older = (update, base) if is_newer else (base, update)
    released = newer.released or older.released
    result = base._replace(
        airflow=newer.airflow or older.airflow,
        released=released,
        seen_by=None if released else _earlier(base.seen_by, update.seen_by),
        yank=_merge_yank(newer.yank, older.yank),
    )
    is_same = (result.airflow, result.released) == (base.airflow, base.released)
    return result if is_same else result._replace(source=update.source)


def _merge_yank(newer: Yank | None, older: Yank | None) -> Yank | None:
    if newer is None or older is None:
        return newer or older
    reason = older.reason if newer.reason == NO_REASON else newer.reason
    return Yank(min(newer.published, older.published), reason)


def _earlier(one: date | None, other: date | None) -> date | None:
    return min((day for day in (one, other) if day), default=None)
