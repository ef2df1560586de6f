"""The lifecycle data: release series and releases, and the facts about one of them on a day."""

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
)
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.text import portable_text, shown_path

Rows = tuple[tuple[ReleaseSeries, ...], tuple[Release, ...]]
"""Release series and releases, as they were given."""


class LifecycleTable:
    """Release series and releases, with the date of the newest source behind them.

    `source`: the file that it was read from, or EMBEDDED.
    """

    def __init__(
        self,
        published: date,
        all_series: Iterable[ReleaseSeries],
        releases: Iterable[Release],
        source: str = EMBEDDED,
        sha256: str = "",
        upstream: Iterable[UpstreamEnd] = (),
    ) -> None:
        self.date = published
        self.source = source
        self._rows = (tuple(all_series), tuple(releases))
        self._sha256 = sha256
        self._upstream = tuple(upstream)
        # Asked for again and again, and a run has one day.
        self._facts_day: date | None = None
        self._facts: dict[tuple[str, RuntimeVersion | None], Lifecycle | None] = {}
        self._maintained: tuple[date, tuple[Lifecycle, ...]] | None = None
        self._latest_stable: tuple[date, ReleaseSeries | None] | None = None

    @cached_property
    def rows(self) -> Rows:
        """The series and the releases in the order of the file."""
        return self._rows

    @cached_property
    def upstream(self) -> tuple[UpstreamEnd, ...]:
        """The upstream ends of what images contain, Python and others, in the order of the file."""
        return self._upstream

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the file; "" if there is none."""
        return self._sha256

    @property
    def identity(self) -> dict[str, str]:
        """Which data this is, by the keys that reports have for it."""
        return {
            "date": self.date.isoformat(),
            "source": portable_text(self.source),
            "sha256": self.sha256,
        }

    @cached_property
    def series(self) -> tuple[ReleaseSeries, ...]:
        """The series, oldest first."""
        return tuple(sorted(self.rows[0], key=attrgetter("order")))

    @cached_property
    def releases(self) -> tuple[Release, ...]:
        """The releases, each once, sorted by version."""
        return tuple(self._releases[version] for version in sorted(self._releases))

    @cached_property
    def _series(self) -> dict[str, ReleaseSeries]:
        return {series.name: series for series in self.series}

    @cached_property
    def _releases(self) -> dict[RuntimeVersion, Release]:
        return {release.version: release for release in self.rows[1]}

    @cached_property
    def _by_series(self) -> dict[str, list[Release]]:
        by_series: dict[str, list[Release]] = {series.name: [] for series in self.series}
        for release in self.releases:
            by_series.setdefault(release.version.series, []).append(release)
        return by_series

    @cached_property
    def _airflow_3_majors(self) -> set[int]:
        return {series.order[1] for series in self.series if series.order[0] > 2}

    def find_series(self, name: str) -> ReleaseSeries | None:
        """Return the series `13` or `3.1`; None if it is not known."""
        return self._series.get(name)

    def release(self, version: RuntimeVersion) -> Release | None:
        """Return a release; None if it is not listed."""
        return self._releases.get(version)

    def releases_of(self, series: str) -> Sequence[Release]:
        """Return the releases of `series`, oldest first; none where there is no such series."""
        return self._by_series.get(series, ())

    def existence(self, version: RuntimeVersion) -> Existence:
        """Return whether a release exists, as far as the data can know."""
        if version in self._releases:
            return Existence.LISTED
        series = self._series.get(version.series)
        is_airflow_3_number = self.is_airflow_3_number(version.major)
        if series is None:
            is_misspelt = not is_airflow_3_number and version.other_form.series in self._series
            return (
                Existence.NEVER if is_misspelt else self._existence_beyond(version.airflow, version.major)
            )
        is_gap = series.complete_through is not None and version <= series.complete_through
        is_misspelt = version.airflow == 2 and is_airflow_3_number
        listed = self._by_series[series.name]
        # Nothing came after the last release of a series from before the first schedule.
        is_beyond = (
            not series.schedule and listed and version > listed[-1].version and self._is_early(series)
        )
        if is_gap or is_misspelt or is_beyond:
            return Existence.NEVER
        return Existence.UNLISTED if listed and version < listed[-1].version else Existence.NEWER

    def _is_early(self, series: ReleaseSeries, day: date = date.max) -> bool:
        """Whether a series is older than the first one with a schedule that was published by `day`."""
        scheduled = (other for other in self.series if other.schedule_on(day))
        first = next(scheduled, None)
        return first is not None and series.order < first.order

    def series_existence(self, name: str) -> Existence:
        """Return whether the series `13` or `3.1` exists, as far as the data can know."""
        if name in self._series:
            return Existence.LISTED
        return self._existence_beyond(3 if "." in name else 2, int(name.partition(".")[0]))

    def is_airflow_3_number(self, major: int) -> bool:
        """Whether numbers that start with `major` are those of Airflow 3 series, `3.1-5`."""
        return major in self._airflow_3_majors

    def _existence_beyond(self, airflow: int, major: int) -> Existence:
        majors = [series.order[1] for series in self.series if ("." in series.name) == (airflow > 2)]
        if not majors:
            return Existence.UNLISTED
        return Existence.NEVER if major < min(majors) else Existence.NEWER

    def upstream_ends(self, product: str, cycle: str) -> tuple[UpstreamEnd, ...]:
        """Return the ends of one cycle of a product, such as Python 3.10, the first one first."""
        found = [end for end in self.upstream if (end.product, end.cycle) == (product, cycle)]
        return tuple(sorted(found, key=attrgetter("day")))

    def upstream_of(self, contents: Iterable[tuple[str, str]]) -> tuple[UpstreamEnd, ...]:
        """Return the ends of several products and cycles, in their order."""
        return tuple(end for product, cycle in contents for end in self.upstream_ends(product, cycle))

    def python_end(self, version: str) -> date | None:
        """Return the last day of upstream support of a Python version; None if it is unknown."""
        ends = self.upstream_ends("python", version)
        return ends[-1].day if ends else None

    def newest(self, series: str, day: date, min_age: int = 0) -> RuntimeVersion | None:
        """Return the newest release of `series` known for `min_age` days and not yanked on `day`."""
        return next((release.version for release in self.usable(series, day, min_age)), None)

    def usable(self, series: str, day: date, min_age: int = 0) -> Iterator[Release]:
        """Yield the releases of `series` known for `min_age` days and not yanked on `day`, newest first."""
        for release in reversed(self._by_series.get(series, ())):
            if (day - self.known_since(release)).days >= min_age and not _is_yanked(release, day):
                yield release

    def known_since(self, release: Release) -> date:
        """Return the day from which on a release is known: its own, or when it was first seen."""
        return release.released or release.seen_by or self.date

    def latest_stable(self, day: date) -> ReleaseSeries | None:
        """Return the newest series that is out on `day` and no LTS series by what is published then."""
        if self._latest_stable is None or self._latest_stable[0] != day:
            schedules = (
                (series, series.schedule_on(day)) for series in self.series if series.released <= day
            )
            stable = [series for series, schedule in schedules if schedule and not schedule.is_lts]
            self._latest_stable = (day, stable[-1] if stable else None)
        return self._latest_stable[1]

    def on(self, day: date, series: str, version: RuntimeVersion | None = None) -> Lifecycle | None:
        """Return the facts about `series`, and its release `version`, on `day`; None if it is not known."""
        if day != self._facts_day:
            self._facts_day, self._facts = day, {}
        if (series, version) in self._facts:
            return self._facts[series, version]
        facts = self._facts_on(day, series, version)
        # Files name any number of releases that there never were.
        if version is None or version in self._releases:
            self._facts[series, version] = facts
        return facts

    def _facts_on(self, day: date, series: str, version: RuntimeVersion | None) -> Lifecycle | None:
        found = self._series.get(series)
        if found is None:
            return None
        schedule = found.schedule_on(day)
        release = self._releases.get(version) if version else None
        offered = [
            architecture.name
            for architecture in found.architectures
            if version is None or architecture.since is None or version >= architecture.since
        ]
        return Lifecycle(
            series=found.name,
            order=found.order,
            version=version,
            airflow=(release.airflow if release else "") or found.airflow,
            default_python=found.default_python,
            os=found.os,
            is_lts=schedule.is_lts if schedule else None,
            status=self._status(found, day),
            end_of_maintenance=schedule.end_of_maintenance if schedule else None,
            end_of_basic_support=schedule.end_of_basic_support if schedule else None,
            published=schedule.published if schedule else None,
            computed=schedule.computed if schedule else (),
            architectures=tuple(offered),
            newest=self.newest(series, day),
            yank=release.yank if release and _is_yanked(release, day) else None,
        )

    def _status(self, series: ReleaseSeries, day: date) -> Status:
        schedule = series.schedule_on(day)
        if schedule:
            return schedule.status(day)
        return Status.UNSUPPORTED if self._is_early(series, day) else Status.UNKNOWN

    def maintained(self, day: date) -> tuple[Lifecycle, ...]:
        """Return every series that is maintained on `day` and has a usable release, oldest series first."""
        if self._maintained is None or self._maintained[0] != day:
            described = (self.on(day, series.name) for series in self.series if series.released <= day)
            maintained = tuple(
                lifecycle
                for lifecycle in described
                if lifecycle and lifecycle.status is Status.MAINTAINED and lifecycle.newest
            )
            self._maintained = (day, maintained)
        return self._maintained[1]


def _is_yanked(release: Release, day: date) -> bool:
    return release.yank is not None and release.yank.published <= day


def describe_table(table: LifecycleTable) -> str:
    """Name lifecycle data by its date, and by its file if it is not the embedded one."""
    is_embedded = table.source == EMBEDDED
    return f"lifecycle data of {table.date}" + ("" if is_embedded else f" in {shown_path(table.source)}")
