"""Merge lifecycle data with an update."""

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

_NEVER_REPLACED = ("os", "architectures", "ubi9_pythons", "complete_through", "notes")
"""Fields of a series that an update fills in only if they are empty."""


def is_from_feed(source: str) -> bool:
    """Whether `source`, the source of a fact, names only feeds."""
    return source.startswith("feed")


def merge(base: LifecycleTable, update: LifecycleTable) -> LifecycleTable:
    """Return `base` merged with `update`. If they disagree, the newer data wins.

    New end dates are added to the schedule of a series, and the old dates stay. Releases and yanks stay
    even if `update` lacks them. One exception: a yank that only a feed listed is removed if `update` lists
    the release without a yank and is not older than `base`. Merging the same update again changes nothing.
    """
    is_newer = update.date >= base.date
    all_series = {series.name: series for series in base.series}
    for series in update.series:
        known = all_series.get(series.name)
        all_series[series.name] = _merge_series(known, series, base.date, update.date) if known else series
    releases = {release.version: release for release in base.releases}
    for release in update.releases:
        old = releases.get(release.version)
        if old is None:
            releases[release.version] = release
            continue
        newer, older = (release, old) if is_newer else (old, release)
        is_taken_back = is_newer and old.yank is not None and is_from_feed(old.yank.source)
        yank = newer.yank or (None if is_taken_back else older.yank)
        if newer.yank and older.yank:
            reason = older.yank.reason if newer.yank.reason == NO_REASON else newer.yank.reason
            yank_source = older.yank.source if newer.yank.source else ""
            yank = Yank(min(newer.yank.known_by, older.yank.known_by), reason, yank_source)
        airflow, released = newer.airflow or older.airflow, newer.released or older.released
        sightings = [day for day in (old.seen_by, release.seen_by) if day and not released]
        source = old.source
        if (airflow, released) != (old.airflow, old.released):
            source = release.source
            if is_from_feed(source) and not is_from_feed(old.source):
                # Put the old source first. A source that starts with a feed would mean that only feeds list
                # the release, and a later update could remove the release.
                source = f"{old.source.partition('; feed-')[0]}; {source}"
        seen_by = min(sightings, default=None)
        releases[release.version] = Release(release.version, source, airflow, released, seen_by, yank)
    return LifecycleTable(
        max(base.date, update.date),
        sorted(all_series.values(), key=attrgetter("order")),
        sorted(releases.values(), key=attrgetter("version")),
        # A feed has no end dates of upstream products, so keep the existing dates.
        upstream=base.upstream or update.upstream,
    )


def _merge_series(
    base: ReleaseSeries, update: ReleaseSeries, base_day: date, update_day: date
) -> ReleaseSeries:
    is_newer = update_day >= base_day
    newer, older = (update, base) if is_newer else (base, update)
    day = max(base_day, update_day)
    # If both schedules have a row for the same day, keep the row of the newer data.
    base_days = {row.published for row in base.schedule}
    rows = [row for row in update.schedule if is_newer or row.published not in base_days]
    # Add a copy of the newer data's current schedule, with the date `day`. Without the copy, a row of the
    # older data would win if its date is later than the date of this schedule.
    if in_force_now := in_force(newer.schedule, day):
        rows.append(in_force_now._replace(published=day))
    merged = {
        "default_python": newer.default_python or older.default_python,
        "pythons": in_order((*base.pythons, *update.pythons)),
        "variants": update.variants if base.variants is None else base.variants,
        **{field: getattr(base, field) or getattr(update, field) for field in _NEVER_REPLACED},
    }
    changed = {field: value for field, value in merged.items() if value != getattr(base, field)}
    sources = {field: update.sources.get(field, update.source) for field in changed}
    return base._replace(
        **changed, sources={**base.sources, **sources}, schedule=_merge_schedules(base.schedule, rows)
    )


def _merge_schedules(base: Iterable[Schedule], update: Iterable[Schedule]) -> tuple[Schedule, ...]:
    """Return `base` with the rows of `update` that add facts. Fills in missing facts from earlier rows.

    If a row is from a source other than a feed, a missing fact is filled in only if such a row states it.
    In this case, a fact that only feeds stated is dropped if a later row omits it.
    """
    rows = {row.published: row for row in base}
    for row in update:
        before = in_force(rows.values(), row.published)
        if before is None:
            adds_facts = True
        elif row.is_published:
            # A known fact that the row lacks still holds. Exception: a row from a feed drops a fact if a
            # schedule from a source other than a feed is in force and lacks the fact, too.
            documented = _documented(rows.values(), row.published) if is_from_feed(row.source) else None
            kept = documented or before
            support = row.published_support or (kept.published_support and before.published_support)
            facts = (row.end_of_maintenance, support, row.is_lts or (kept.is_lts and before.is_lts))
            known_facts = (before.end_of_maintenance, before.published_support, before.is_lts)
            adds_facts = not before.is_published or facts != known_facts
        else:
            ends = (row.end_of_maintenance, row.end_of_basic_support)
            known_ends = (before.end_of_maintenance, before.end_of_basic_support)
            adds_facts = not before.is_published and ends != known_ends
        if adds_facts:
            rows[row.published] = row
    completed: list[Schedule] = []
    for row in sorted(rows.values(), key=attrgetter("published")):
        before = in_force(completed, row.published)
        if before:
            documented = _documented(completed, row.published)
            # If the row is not LTS, use `is_lts` of earlier rows. Sources other than feeds take precedence.
            row = row._replace(is_lts=row.is_lts or (documented or before).is_lts)
            has_moved = row.end_of_maintenance != before.end_of_maintenance
            is_known = before.published_support and (documented or before).published_support
            if not has_moved and not row.published_support and is_known:
                computed = tuple(end for end in row.computed if end != "end_of_basic_support")
                row = row._replace(end_of_basic_support=before.end_of_basic_support, computed=computed)
        completed.append(row)
    return tuple(completed)


def _documented(rows: Iterable[Schedule], day: date) -> Schedule | None:
    """Return the schedule in force on `day`, ignoring rows from feeds."""
    return in_force([row for row in rows if not is_from_feed(row.source)], day)
