"""Describe the differences between two versions of the lifecycle data."""

from collections.abc import Iterator, Sequence
from datetime import date

from lint_runtime.lifecycle.merge import is_from_feed
from lint_runtime.lifecycle.model import Release, ReleaseSeries, Schedule, in_force
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import series_name

Change = tuple[str, str]
"""The kind of a change (`new`, `changed`, `yanked` or `removed`), and its description."""


def compare(old: LifecycleTable, new: LifecycleTable) -> Iterator[Change]:
    """Yield the changes from `old` to `new`: series first, then releases."""
    for series in new.series:
        yield from _compare_series(old.find_series(series.name), series)
    for release in new.releases:
        before, text = old.release(release.version), f"{release.version}{_release_facts(release)}"
        if before is None:
            yield "new", text
        elif (before.airflow, before.released) != (release.airflow, release.released):
            yield "changed", f"{text}; was{_release_facts(before)}"
        if release.yank and (before is None or before.yank != release.yank):
            yield "yanked", f"{release.version}, known by {release.yank.known_by}: {release.yank.reason}"


def _compare_series(old: ReleaseSeries | None, new: ReleaseSeries) -> Iterator[Change]:
    if old is None:
        ends = _schedule_facts(new.schedule[-1]) if new.schedule else "no end date"
        yield "new", f"{new.label} (Airflow {new.airflow}), {ends}"
        return
    now = in_force(new.schedule)
    for row in new.schedule:
        before = in_force(old.schedule, row.published)
        is_known = before and row._replace(published=before.published, source=before.source) == before
        if row in old.schedule or is_known:
            continue
        text = f"{new.label}, {_schedule_facts(row)}"
        if now and now != row:
            yield "new", f"{text}; now {_schedule_facts(now)}"
        else:
            was = f"; was {_schedule_facts(before)}" if before else ""
            yield "changed", text + was
    if old.default_python != new.default_python or old.pythons != new.pythons:
        pythons = f"Python {', '.join(new.pythons)}, default {new.default_python or 'unknown'}"
        yield "changed", f"{new.label}, {pythons}"


def _in_force(table: LifecycleTable, name: str, day: date = date.max) -> Schedule | None:
    series = table.find_series(name)
    return in_force(series.schedule, day) if series else None


def _schedule_facts(row: Schedule) -> str:
    channel = "LTS, " if row.is_lts else ""
    support = f", basic support until {row.basic_support}" if row.basic_support else ""
    return f"{channel}maintained until {row.maintenance}{support}, as of {row.published}"


def _release_facts(release: Release) -> str:
    airflow = f" (Airflow {release.airflow})" if release.airflow else ""
    return f"{airflow}, {f'released {release.released}' if release.released else 'release date unknown'}"


def without_invented(
    base: LifecycleTable, feed: LifecycleTable, reviewed: LifecycleTable
) -> LifecycleTable:
    """Return `base` without the releases and series that `feed` lacks and only earlier feeds listed.

    feed: the new feed; if it is older than `base`, nothing is removed
    reviewed: data whose releases and series always stay, such as the bundled data
    """
    if feed.date < base.date:
        return base
    releases = [
        release
        for release in base.releases
        if not is_from_feed(release.source)
        or reviewed.release(release.version)
        or feed.release(release.version)
    ]
    listed = {release.version.series for release in (*releases, *feed.releases)}
    series = [
        series
        for series in base.series
        if series.name in listed or reviewed.find_series(series.name) or not is_from_feed(series.source)
    ]
    return LifecycleTable(base.date, series, releases, upstream=base.upstream)


def find_removed(old: LifecycleTable, feed: LifecycleTable, new: LifecycleTable) -> Iterator[Change]:
    """Yield the facts of `old` that `feed` no longer states, marked "(kept)" if they are still in `new`."""
    for release in old.releases:
        listed, kept = feed.release(release.version), new.release(release.version)
        if listed is None and is_from_feed(release.source):
            yield "removed", f"{release.version}{' (kept)' if kept else ''}"
        if listed and release.yank and not listed.yank:
            mark = " (kept)" if kept and kept.yank else ""
            yield "removed", f"the yank of {release.version}{mark}"
    for series in feed.series:
        row = _in_force(old, series.name, feed.date)
        if row and row.is_published and not any(update.is_published for update in series.schedule):
            yield "removed", f"the end of maintenance of {series.label} (kept)"


FEW = 3
"""The maximum number of similar changes in an ordinary update. More changes are unusual."""


def find_unusual(
    old: LifecycleTable, feed: LifecycleTable, new: LifecycleTable, reviewed: LifecycleTable
) -> Iterator[str]:
    """Yield descriptions of unusual changes from `old` to `new`, such as many yanks at once.

    reviewed: trusted data, such as the bundled data. A change back to its end dates is not unusual
    """
    day, moved = max(old.date, feed.date), dict[str, None]()
    for series in new.series:
        before, after = _in_force(old, series.name), in_force(series.schedule)
        restored = _in_force(reviewed, series.name)
        is_restored = restored and after and restored.ends == after.ends
        if before is None or after is None or not before.is_published or is_restored:
            continue
        ends = (
            ("maintenance", before.end_of_maintenance, after.end_of_maintenance),
            ("basic support", before.published_support, after.published_support),
        )
        for name, earlier, later in ends:
            # Do not report the first end of basic support of a series that is still maintained: normally,
            # this date is announced after the release of the series.
            if earlier != later and (earlier or before.end_of_maintenance < day):
                moved[series.label] = None
                if (earlier or before.end_of_maintenance) < day or (later and later < day):
                    move = f"from {earlier or 'none'} to {later or 'none'}"
                    yield f"the end of {name} of {series.label} moves {move}"
    pairs = [(known, release) for release in new.releases if (known := old.release(release.version))]
    unlisted = [release for release in old.releases if feed.release(release.version) is None]
    # A feed with fewer than half of the known releases is incomplete: do not report each missing release.
    is_whole = 2 * len(unlisted) <= len(old.releases)
    rows = {series.name: in_force(series.schedule) for series in old.series}
    maintained = [name for name, row in rows.items() if row and row.end_of_maintenance >= day]
    for name in maintained:
        if is_whole and feed.find_series(name) is None and reviewed.find_series(name):
            yield f"no release of {series_name(name)} is listed, which is maintained"
    gone = [
        release.version
        for release in unlisted
        if new.release(release.version) is None
        or (is_whole and is_from_feed(release.source))
        or (is_whole and release.released and release.version.series in maintained)
    ]
    groups: dict[str, Sequence[object]] = {
        "the ends of many series move": [*moved],
        "many releases are yanked": [
            after.version for before, after in pairs if after.yank and not before.yank
        ],
        "many releases are gone": gone,
        "many releases have another Airflow version": [
            after.version for before, after in pairs if before.airflow and before.airflow != after.airflow
        ],
        "many releases have another release date": [
            after.version
            for before, after in pairs
            if before.released and before.released != after.released
        ],
    }
    for text, names in groups.items():
        if len(names) > FEW:
            more = f" and {len(names) - 10:,} more" if len(names) > 10 else ""
            yield f"{text}: {', '.join(map(str, names[:10]))}{more}"
