"""Describe the differences between two versions of the lifecycle data."""

from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import NamedTuple

from lint_runtime.lifecycle.model import Release, ReleaseSeries, Schedule, in_force
from lint_runtime.lifecycle.table import LifecycleTable


class ChangeKind(str, Enum):
    """The kind of a change."""

    NEW = "new"
    CHANGED = "changed"
    YANKED = "yanked"
    REMOVED = "removed"


class Change(NamedTuple):
    """A change to the lifecycle data.

    kind: the kind of the change
    text: the description of the change
    """

    kind: ChangeKind
    text: str


def compare(old: LifecycleTable, new: LifecycleTable) -> Iterator[Change]:
    """Yield the changes from `old` to `new`: series first, then releases."""
    for series in new.series:
        yield from _compare_series(old.find_series(series.name), series)
    for release in new.releases:
        before, text = old.release(release.version), f"{release.version}{_release_facts(release)}"
        if before is None:
            yield Change(ChangeKind.NEW, text)
        elif (before.airflow, before.released) != (release.airflow, release.released):
            yield Change(ChangeKind.CHANGED, f"{text}; was{_release_facts(before)}")
        if release.yank and (before is None or before.yank != release.yank):
            text = f"{release.version}, known by {release.yank.known_by}: {release.yank.reason}"
            yield Change(ChangeKind.YANKED, text)


def _compare_series(old: ReleaseSeries | None, new: ReleaseSeries) -> Iterator[Change]:
    if old is None:
        ends = _schedule_facts(new.schedule[-1]) if new.schedule else "no end date"
        yield Change(ChangeKind.NEW, f"{new.label} (Airflow {new.airflow}), {ends}")
        return
    now = in_force(new.schedule, date.max)
    for row in new.schedule:
        before = in_force(old.schedule, row.published)
        is_known = before and row._replace(published=before.published, source=before.source) == before
        if row in old.schedule or is_known:
            continue
        text = f"{new.label}, {_schedule_facts(row)}"
        if now and now != row:
            yield Change(ChangeKind.NEW, f"{text}; now {_schedule_facts(now)}")
        else:
            was = f"; was {_schedule_facts(before)}" if before else ""
            yield Change(ChangeKind.CHANGED, text + was)
    if old.default_python != new.default_python or old.pythons != new.pythons:
        pythons = f"Python {', '.join(new.pythons)}, default {new.default_python or 'unknown'}"
        yield Change(ChangeKind.CHANGED, f"{new.label}, {pythons}")


def _schedule_facts(row: Schedule) -> str:
    facts = ["LTS"] if row.is_lts else []
    ends = (
        ("maintained", "end_of_maintenance", row.end_of_maintenance),
        ("basic support", "end_of_basic_support", row.end_of_basic_support),
    )
    for status, end, day in ends:
        if day:
            facts.append(f"{status} until {day}{' (computed)' if end in row.computed else ''}")
    return ", ".join([*facts, f"as of {row.published}"])


def _release_facts(release: Release) -> str:
    airflow = f" (Airflow {release.airflow})" if release.airflow else ""
    return f"{airflow}, {f'released {release.released}' if release.released else 'release date unknown'}"


def find_removed(old: LifecycleTable, feed: LifecycleTable) -> Iterator[Change]:
    """Yield facts from older feeds that are missing from `feed`. Merging keeps them."""
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
            yield Change(ChangeKind.REMOVED, f"the end of maintenance of {series.label} (kept)")
