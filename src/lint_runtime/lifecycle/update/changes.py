"""What differs between two states of the lifecycle data, for people."""

from collections.abc import Iterable, Iterator
from datetime import date
from enum import Enum
from typing import NamedTuple

from lint_runtime.lifecycle.model import Release, ReleaseSeries, Schedule, in_force
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import series_name


class ChangeKind(str, Enum):
    """What happened to a fact."""

    NEW = "new"
    CHANGED = "changed"
    YANKED = "yanked"
    REMOVED = "removed"


class Change(NamedTuple):
    """One fact that is new, different, or removed from the feed."""

    kind: ChangeKind
    text: str


def compare(old: LifecycleTable, new: LifecycleTable) -> list[Change]:
    """Return what `new`, made of `old`, adds to it: series first, then releases."""
    of_series = [
        change for series in new.series for change in _compare_series(old.find_series(series.name), series)
    ]
    of_releases = [
        change
        for release in new.releases
        for change in _compare_release(old.release(release.version), release)
    ]
    return of_series + of_releases


def _compare_series(old: ReleaseSeries | None, new: ReleaseSeries) -> Iterator[Change]:
    if old is None:
        ends = _describe_schedule(new.schedule[-1]) if new.schedule else "no end date"
        yield Change(ChangeKind.NEW, f"{series_name(new.name)} (Airflow {new.airflow}), {ends}")
        return
    for row in new.schedule:
        before = in_force(old.schedule, row.published)
        if row not in old.schedule and (before is None or _differ(row, before)):
            yield _compare_schedule(new, row, before)
    if old.default_python != new.default_python or old.pythons != new.pythons:
        pythons = ", ".join(new.pythons)
        text = f"{series_name(new.name)}, Python {pythons}, default {new.default_python or 'unknown'}"
        yield Change(ChangeKind.CHANGED, text)


def _compare_schedule(series: ReleaseSeries, row: Schedule, before: Schedule | None) -> Change:
    text = f"{series_name(series.name)}, {_describe_schedule(row)}"
    now = series.schedule_on(date.max)
    if now is not None and now != row:
        return Change(ChangeKind.NEW, f"{text}; now {_describe_schedule(now)}")
    was = f"; was {_describe_schedule(before)}" if before else ""
    return Change(ChangeKind.CHANGED, text + was)


def _differ(row: Schedule, before: Schedule) -> bool:
    return row._replace(published=before.published, source=before.source) != before


def _describe_schedule(row: Schedule) -> str:
    support = row.end_of_basic_support
    ends = [f"maintained until {row.end_of_maintenance}{_mark('end_of_maintenance', row)}"]
    ends += [f"basic support until {support}{_mark('end_of_basic_support', row)}"] if support else []
    return ", ".join([*(["LTS"] if row.is_lts else []), *ends, f"as of {row.published}"])


def _mark(end: str, row: Schedule) -> str:
    return " (computed)" if end in row.computed else ""


def _compare_release(old: Release | None, new: Release) -> Iterator[Change]:
    text = f"{new.version}{_describe_release(new)}"
    if old is None:
        yield Change(ChangeKind.NEW, text)
    elif (old.airflow, old.released) != (new.airflow, new.released):
        yield Change(ChangeKind.CHANGED, f"{text}; was{_describe_release(old)}")
    if new.yank and (old is None or old.yank != new.yank):
        text = f"{new.version}, published {new.yank.published}: {new.yank.reason}"
        yield Change(ChangeKind.YANKED, text)


def _describe_release(release: Release) -> str:
    airflow = f" (Airflow {release.airflow})" if release.airflow else ""
    return f"{airflow}, {f'released {release.released}' if release.released else 'release date unknown'}"


def find_removed(old: LifecycleTable, feed: LifecycleTable) -> Iterable[Change]:
    """Yield what `old` has from the feed and the `feed` no longer says; the merged table keeps it."""
    for release in old.releases:
        listed = feed.release(release.version)
        if listed is None and release.source.startswith("feed"):
            yield Change(ChangeKind.REMOVED, f"{release.version} (kept)")
        if listed and release.yank and not listed.yank:
            yield Change(ChangeKind.REMOVED, f"the yank of {release.version} (kept)")
    for series in feed.series:
        before = old.find_series(series.name)
        row = in_force(before.schedule, feed.date) if before else None
        if row and row.is_published and not any(update.is_published for update in series.schedule):
            yield Change(ChangeKind.REMOVED, f"the end of maintenance of {series_name(series.name)} (kept)")
