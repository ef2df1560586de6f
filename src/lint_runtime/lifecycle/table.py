"""All that is known of release lines and releases, and what of it is true on a day."""

from collections.abc import Iterable, Sequence
from datetime import date
from operator import attrgetter

from lint_runtime.lifecycle.model import (
    EMBEDDED,
    Existence,
    Lifecycle,
    Release,
    ReleaseLine,
    Schedule,
    Status,
)
from lint_runtime.lifecycle.versions import RuntimeVersion


class LifecycleTable:
    """Release lines and releases, with the date of the newest source behind them.

    `source`: the file that it was read from, or EMBEDDED. `sha256`: of that file, "" of none.
    `lines` and `releases` are sorted; `given` has both as they were given.
    """

    def __init__(
        self,
        published: date,
        lines: Iterable[ReleaseLine],
        releases: Iterable[Release],
        source: str = EMBEDDED,
        sha256: str = "",
    ) -> None:
        self.date = published
        self.source = source
        self.sha256 = sha256
        self.given = (tuple(lines), tuple(releases))
        self.lines = tuple(sorted(self.given[0], key=attrgetter("order")))
        self._lines = {line.name: line for line in self.lines}
        # Asked for again and again, and a run has one day.
        self._maintained: tuple[date, tuple[Lifecycle, ...]] | None = None
        self._latest_stable: tuple[date, ReleaseLine | None] | None = None
        self._airflow_3_majors = {line.order[1] for line in self.lines if line.order[0] > 2}
        self._releases = {release.version: release for release in self.given[1]}
        self.releases = tuple(self._releases[version] for version in sorted(self._releases))
        self._by_line: dict[str, list[Release]] = {line.name: [] for line in self.lines}
        for release in self.releases:
            self._by_line.setdefault(release.version.line, []).append(release)

    def line(self, name: str) -> ReleaseLine | None:
        """Return the line `13` or `3.1`; None if the table does not know it."""
        return self._lines.get(name)

    def release(self, version: RuntimeVersion) -> Release | None:
        """Return a release; None if the table does not list it."""
        return self._releases.get(version)

    def releases_of(self, line: str) -> Sequence[Release]:
        """Return the releases of `line`, oldest first; none where there is no such line."""
        return self._by_line.get(line, ())

    def existence(self, version: RuntimeVersion) -> Existence:
        """Say whether a release exists, as far as the table can know."""
        if version in self._releases:
            return Existence.LISTED
        line = self._lines.get(version.line)
        is_airflow_3_number = self.is_airflow_3_number(version.major)
        if line is None:
            is_misspelt = not is_airflow_3_number and version.other_form.line in self._lines
            return (
                Existence.NEVER if is_misspelt else self._existence_beyond(version.airflow, version.major)
            )
        is_gap = line.complete_through is not None and version <= line.complete_through
        is_misspelt = version.airflow == 2 and is_airflow_3_number
        if is_gap or is_misspelt:
            return Existence.NEVER
        listed = self._by_line[line.name]
        return Existence.UNLISTED if listed and version < listed[-1].version else Existence.NEWER

    def line_existence(self, name: str) -> Existence:
        """Say whether the line `13` or `3.1` exists, as far as the table can know."""
        if name in self._lines:
            return Existence.LISTED
        return self._existence_beyond(3 if "." in name else 2, int(name.partition(".")[0]))

    def is_airflow_3_number(self, major: int) -> bool:
        """Whether numbers that start with `major` are those of Airflow 3 lines, `3.1-5`."""
        return major in self._airflow_3_majors

    def _existence_beyond(self, airflow: int, major: int) -> Existence:
        majors = [line.order[1] for line in self.lines if ("." in line.name) == (airflow > 2)]
        if not majors:
            return Existence.UNLISTED
        return Existence.NEVER if major < min(majors) else Existence.NEWER

    def newest(self, line: str, day: date) -> RuntimeVersion | None:
        """Return the newest release of `line` known and not yanked on `day`."""
        for release in reversed(self._by_line.get(line, ())):
            known_since = release.released or release.seen_by or self.date
            if known_since <= day and not _is_yanked(release, day):
                return release.version
        return None

    def latest_stable(self, day: date) -> ReleaseLine | None:
        """Return the newest line that is out on `day` and no LTS line by what is published then."""
        if self._latest_stable is None or self._latest_stable[0] != day:
            schedules = ((line, line.schedule_on(day)) for line in self.lines if line.released <= day)
            stable = [line for line, schedule in schedules if schedule and not schedule.is_lts]
            self._latest_stable = (day, stable[-1] if stable else None)
        return self._latest_stable[1]

    def on(self, day: date, line: str, version: RuntimeVersion | None = None) -> Lifecycle | None:
        """Return what is true of `line`, and of its release `version`, on `day`; None: no such line."""
        found = self._lines.get(line)
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
            line=found.name,
            order=found.order,
            version=version,
            airflow=(release.airflow if release else "") or found.airflow,
            default_python=found.default_python,
            is_lts=schedule.is_lts if schedule else None,
            status=_status(schedule, day),
            end_of_maintenance=schedule.end_of_maintenance if schedule else None,
            end_of_basic_support=schedule.end_of_basic_support if schedule else None,
            published=schedule.published if schedule else None,
            computed=schedule.computed if schedule else (),
            architectures=tuple(offered),
            newest=self.newest(line, day),
            yank=release.yank if release and _is_yanked(release, day) else None,
        )

    def maintained(self, day: date) -> tuple[Lifecycle, ...]:
        """Return every line that is maintained on `day` and has a usable release, oldest line first."""
        if self._maintained is None or self._maintained[0] != day:
            described = (self.on(day, line.name) for line in self.lines if line.released <= day)
            maintained = tuple(
                lifecycle
                for lifecycle in described
                if lifecycle and lifecycle.status is Status.MAINTAINED and lifecycle.newest
            )
            self._maintained = (day, maintained)
        return self._maintained[1]


def _is_yanked(release: Release, day: date) -> bool:
    return release.yank is not None and release.yank.published <= day


def _status(schedule: Schedule | None, day: date) -> Status:
    if schedule is None:
        return Status.UNKNOWN
    if day <= schedule.end_of_maintenance:
        return Status.MAINTAINED
    if schedule.end_of_basic_support and day <= schedule.end_of_basic_support:
        return Status.BASIC_SUPPORT
    return Status.ENDED
