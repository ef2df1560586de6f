"""The lifecycle data, and snapshots of the facts known on a given day."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from operator import attrgetter

from lint_runtime.lifecycle.model import (
    EMBEDDED,
    Existence,
    Lifecycle,
    Release,
    ReleaseSeries,
    Status,
    UpstreamEnd,
    in_force,
)
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.text import portable_text, shown_path


class LifecycleTable:
    """Release series, releases and the end dates of upstream products such as Python.

    date: the date of the newest source
    series: the series, oldest first
    releases: the releases, sorted by version, without duplicates
    source: the path of the data file, or EMBEDDED
    upstream: the end dates of upstream products, in file order
    rows: two tuples in file order: all series, and all releases
    airflow_3_numbers: the first numbers in the names of Airflow 3 series: {3} for `3.0` and `3.1`
    """

    def __init__(
        self,
        published: date,
        all_series: Iterable[ReleaseSeries],
        releases: Iterable[Release],
        source: str = EMBEDDED,
        content: bytes = b"",
        upstream: Iterable[UpstreamEnd] = (),
    ) -> None:
        self.date = published
        self.source = source
        self.upstream = tuple(upstream)
        self._upstream: dict[tuple[str, str], list[UpstreamEnd]] = {}
        for end in sorted(self.upstream, key=attrgetter("day")):
            self._upstream.setdefault((end.product, end.cycle), []).append(end)
        self.rows = (tuple(all_series), tuple(releases))
        self.series = tuple(sorted(self.rows[0], key=attrgetter("order")))
        self._series = {series.name: series for series in self.series}
        self.airflow_3_numbers = {series.order[1] for series in self.series if series.airflow_major > 2}
        self._releases = {release.version: release for release in self.rows[1]}
        self.releases = tuple(self._releases[version] for version in sorted(self._releases))
        self._releases_by_series: dict[str, list[Release]] = {}
        for release in self.releases:
            self._releases_by_series.setdefault(release.version.series, []).append(release)
        self._content = content
        self._snapshot: Snapshot | None = None

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 hex digest of the file, or "" if the data has no file."""
        # Lazy import (2 ms): only some formats show the hash.
        from hashlib import sha256

        return sha256(self._content).hexdigest() if self._content else ""

    @property
    def identity(self) -> dict[str, str]:
        """The date, source and hash of the data, as a JSON object for reports."""
        return {"date": str(self.date), "source": portable_text(self.source), "sha256": self.sha256}

    def as_of(self, day: date) -> "Snapshot":
        """Return a snapshot of the facts known on `day`. Caches the last snapshot."""
        # Use a local variable: another thread may replace `_snapshot`.
        snapshot = self._snapshot
        if snapshot is None or snapshot.day != day:
            self._snapshot = snapshot = Snapshot(self, day)
        return snapshot

    def find_series(self, name: str) -> ReleaseSeries | None:
        """Return the series `name`, such as `13` or `3.1`, or None if unknown."""
        return self._series.get(name)

    def release(self, version: RuntimeVersion) -> Release | None:
        """Return the release `version`, or None if it is not listed."""
        return self._releases.get(version)

    def releases_of(self, series: str) -> Sequence[Release]:
        """Return the releases of a series, oldest first."""
        return self._releases_by_series.get(series, ())

    def known_since(self, release: Release) -> date:
        """Return the release day of a release.

        If the release day is unknown, returns the day on which the release was first seen. If neither day
        is known, returns the date of the data.
        """
        return release.released or release.seen_by or self.date

    def existence(self, version: RuntimeVersion) -> Existence:
        """Return whether a release exists, according to the data."""
        if version in self._releases:
            return Existence.LISTED
        series = self._series.get(version.series)
        if series is None:
            if version.other_form.series in self._series and version.major not in self.airflow_3_numbers:
                return Existence.NEVER
            return self.series_existence(version.series)
        listed = self.releases_of(series.name)
        newest = listed[-1].version if listed else None
        is_gap = series.complete_through is not None and version <= series.complete_through
        # Series older than the first series with a schedule have ended, so newer versions do not exist.
        is_beyond = not series.schedule and newest and version > newest and self.is_early(series)
        if is_gap or is_beyond or self.is_airflow_3_misspelled(version):
            return Existence.NEVER
        return Existence.UNLISTED if newest and version < newest else Existence.NEWER

    def series_existence(self, name: str) -> Existence:
        """Return whether a series exists, according to the data."""
        if name in self._series:
            return Existence.LISTED
        # Compare only with series of the same Airflow major version: `13` is Airflow 2, `3.1` is Airflow 3.
        majors = [series.order[1] for series in self.series if ("." in series.name) == ("." in name)]
        if not majors:
            return Existence.UNLISTED
        return Existence.NEVER if int(name.partition(".")[0]) < min(majors) else Existence.NEWER

    def is_early(self, series: ReleaseSeries, day: date = date.max) -> bool:
        """Whether a series is older than the first series that has a schedule on `day`."""
        first = next((other for other in self.series if in_force(other.schedule, day)), None)
        return first is not None and series.order < first.order

    def is_airflow_3_misspelled(self, version: RuntimeVersion) -> bool:
        """Whether an Airflow 3 version has the Airflow 2 form: 3.1.5 instead of 3.1-5."""
        return version.airflow == 2 and version.major in self.airflow_3_numbers

    def upstream_of(self, contents: Iterable[tuple[str, str]]) -> tuple[UpstreamEnd, ...]:
        """Return the end dates of products.

        contents: pairs of a product and its cycle, such as ("python", "3.10")
        """
        return tuple(end for content in contents for end in self._upstream.get(content, ()))

    def python_end(self, version: str) -> date | None:
        """Return the last day of upstream support for a Python version, or None if unknown."""
        return max((end.day for end in self._upstream.get(("python", version), ())), default=None)


class Snapshot:
    """The lifecycle facts that are known on one day.

    table: the complete lifecycle data
    day: the day of the snapshot
    """

    def __init__(self, table: LifecycleTable, day: date) -> None:
        self.table = table
        self.day = day
        self._releases: dict[RuntimeVersion, Lifecycle] = {}

    @cached_property
    def by_series(self) -> dict[str, Lifecycle]:
        """The facts about all series, keyed by name, oldest series first."""
        lifecycles = {}
        for series in self.table.series:
            schedule = in_force(series.schedule, self.day)
            if schedule:
                status = schedule.status(self.day)
            else:
                status = Status.UNSUPPORTED if self.table.is_early(series, self.day) else Status.UNKNOWN
            newest = self.newest(series.name)
            lifecycles[series.name] = Lifecycle(series, None, None, schedule, status, newest, None)
        return lifecycles

    def series(self, name: str) -> Lifecycle | None:
        """Return the facts about the series `name`, or None if it is unknown."""
        return self.by_series.get(name)

    def release(self, version: RuntimeVersion) -> Lifecycle | None:
        """Return the facts about a release, listed or not. Returns None if its series is unknown."""
        series = self.series(version.series)
        if series is None:
            return None
        release = self.table.release(version)
        if release is None:
            return series._replace(version=version)
        if version not in self._releases:
            yank = release.yank if self.is_yanked(release) else None
            self._releases[version] = series._replace(version=version, release=release, yank=yank)
        return self._releases[version]

    def is_yanked(self, release: Release) -> bool:
        """Whether a yank of the release was known by the snapshot's day."""
        return release.yank is not None and release.yank.known_by <= self.day

    def usable(self, series: str, min_age: int = 0) -> Iterator[Release]:
        """Yield the releases of a series that are usable on the snapshot's day, newest first.

        A release is usable if it has been released and not yanked by that day.

        min_age: the minimum number of days since the release
        """
        for release in reversed(self.table.releases_of(series)):
            age = (self.day - self.table.known_since(release)).days
            if age >= min_age and not self.is_yanked(release):
                yield release

    def newest(self, series: str, min_age: int = 0) -> RuntimeVersion | None:
        """Return the version of the first release that `usable` yields, or None."""
        return next((release.version for release in self.usable(series, min_age)), None)

    @cached_property
    def released(self) -> tuple[Lifecycle, ...]:
        """The series released on or before the snapshot's day, oldest first."""
        lifecycles = self.by_series.values()
        return tuple(lifecycle for lifecycle in lifecycles if lifecycle.series.released <= self.day)

    @cached_property
    def maintained(self) -> tuple[Lifecycle, ...]:
        """The maintained series with a usable release, oldest first."""
        return tuple(series for series in self.released if series.is_usable and series.newest)

    @property
    def latest_stable(self) -> Lifecycle | None:
        """The newest series in the Stable channel, or None."""
        return next((series for series in reversed(self.released) if series.is_lts is False), None)


def describe_table(table: LifecycleTable) -> str:
    """Describe the data: `lifecycle data of 2026-09-25`, plus the path if the data is not bundled."""
    is_embedded = table.source == EMBEDDED
    return f"lifecycle data of {table.date}" + ("" if is_embedded else f" in {shown_path(table.source)}")
