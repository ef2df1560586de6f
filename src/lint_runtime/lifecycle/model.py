"""The data model of release series, releases and their lifecycles."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import Enum
from typing import NamedTuple

from lint_runtime.lifecycle.versions import RuntimeVersion, series_name


class Status(str, Enum):
    """The support status of a series on a day. The values appear in reports."""

    MAINTAINED = "maintained"
    BASIC_SUPPORT = "basic-support"
    UNSUPPORTED = "unsupported"
    UNKNOWN = "unknown"


class State(str, Enum):
    """The state of an image. Members are sorted, most severe first. The values appear in reports."""

    YANKED = "yanked"
    UNSUPPORTED = "unsupported"
    BASIC_SUPPORT = "basic support"
    ENDING = "ending soon"
    PRERELEASE = "pre-release"
    MAINTAINED = "maintained"
    UNKNOWN = "unknown"


class Existence(Enum):
    """Whether a release or a series exists, according to the data."""

    LISTED = "listed"
    UNLISTED = "it may exist (the data is incomplete here)"
    NEWER = "newer than the lifecycle data"
    NEVER = "never published"


EMBEDDED = "embedded"
"""The `source` of the bundled lifecycle data."""

WARN_WITHIN = 90
"""Default number of days before the end of maintenance at which to warn."""

CHANNELS = {True: "LTS", False: "Stable", None: None}
"""The names of the release channels, keyed by `is_lts`. None means unknown."""


class End(NamedTuple):
    """The last day of maintenance or of basic support.

    day: the last day, inclusive
    is_computed: whether the day is computed from the maintenance policy. Otherwise, it is published.
    """

    day: date
    is_computed: bool = False

    def __str__(self) -> str:
        return f"{self.day} (computed)" if self.is_computed else str(self.day)

    @property
    def since(self) -> "End":
        """The first day after the end, for texts such as "unsupported since 2026-11-01"."""
        return self._replace(day=self.day + timedelta(days=1))


class Schedule(NamedTuple):
    """The end dates of a series, and the day on which they became known.

    published: the day on which the dates were published. For computed dates: the day they were first known.
    end_of_maintenance: the last day of maintenance
    end_of_basic_support: the last day of basic support, or None
    is_lts: whether the series has long-term support
    source: the document that contains the dates
    computed: the names of the fields with computed dates, such as `end_of_maintenance`
    note: the reason for a difference from the policy, or ""
    known_since: the day from which the dates count as known, or None for the day `published`
    """

    published: date
    end_of_maintenance: date
    end_of_basic_support: date | None
    is_lts: bool
    source: str
    computed: tuple[str, ...] = ()
    note: str = ""
    known_since: date | None = None

    @property
    def is_published(self) -> bool:
        """Whether the end of maintenance is published, not computed."""
        return "end_of_maintenance" not in self.computed

    @property
    def published_support(self) -> date | None:
        """The end of basic support if it was published, or None."""
        return None if "end_of_basic_support" in self.computed else self.end_of_basic_support

    @property
    def maintenance(self) -> End:
        """The end of maintenance."""
        return End(self.end_of_maintenance, not self.is_published)

    @property
    def basic_support(self) -> End | None:
        """The end of basic support, or None."""
        day = self.end_of_basic_support
        return End(day, "end_of_basic_support" in self.computed) if day else None

    @property
    def ends(self) -> tuple[End, End | None]:
        """The ends of maintenance and of basic support."""
        return self.maintenance, self.basic_support

    def status(self, day: date) -> Status:
        """Return the status of the series on `day`."""
        if day <= self.end_of_maintenance:
            return Status.MAINTAINED
        if self.end_of_basic_support and day <= self.end_of_basic_support:
            return Status.BASIC_SUPPORT
        return Status.UNSUPPORTED

    def state(self, day: date, warn_within: int = WARN_WITHIN) -> State:
        """Return the state of the images of the series on `day`.

        warn_within: the state is ENDING if at most this many days of maintenance are left
        """
        status = self.status(day)
        if status is Status.MAINTAINED and (self.end_of_maintenance - day).days <= warn_within:
            return State.ENDING
        return State[status.name]


def in_force(schedule: Iterable[Schedule], day: date = date.max) -> Schedule | None:
    """Return the newest schedule known on `day`, or None.

    Ignores schedules with a computed end of maintenance if another known schedule has a published one.
    """
    known = [row for row in schedule if (row.known_since or row.published) <= day]
    published = [row for row in known if row.is_published]
    return max(published or known, key=lambda row: row.published, default=None)


def in_order(pythons: Iterable[str]) -> tuple[str, ...]:
    """Sort Python versions numerically, and remove duplicates."""
    return tuple(sorted(set(pythons), key=lambda version: [*map(int, version.split("."))]))


class Availability(NamedTuple):
    """An available architecture or image variant.

    name: the name, such as `arm64` or `slim`
    since: the first release with the architecture or variant, or None if all releases have it
    """

    name: str
    since: RuntimeVersion | None = None

    def includes(self, version: RuntimeVersion | None) -> bool:
        """Return whether `version` has this architecture or variant. True if `version` is None."""
        return version is None or self.since is None or version >= self.since


GENERAL_STATEMENT = "docs: 6.0.4 and later are multi-arch"
"""The `source` of architectures that are known only from this statement of the vendor."""


class ReleaseSeries(NamedTuple):
    """A release series. Unpublished facts are None or empty, never guessed.

    name: the name, such as `13` or `3.1`
    airflow: the Airflow minor version, such as `2.11`
    released: the day of the first release
    schedule: all known schedules, oldest first
    source: the source of all facts that `sources` does not list
    sources: the sources of individual facts, keyed by field name
    default_python: the Python version of images without a `-python-X.Y` suffix
    pythons: the Python versions of the images
    os: the operating system of images without the `-ubi9` suffix
    architectures: the architectures of the images
    variants: the available variants (`python`, `slim`, `ubi9`), or None if unknown
    ubi9_pythons: the Python versions of `-ubi9` images in addition to `pythons`
    complete_through: the version up to which the list of releases has no gaps, or None if unknown
    notes: reasons for missing facts
    """

    name: str
    airflow: str
    released: date
    schedule: tuple[Schedule, ...]
    source: str
    sources: Mapping[str, str] = {}
    default_python: str | None = None
    pythons: tuple[str, ...] = ()
    os: str | None = None
    architectures: tuple[Availability, ...] = ()
    variants: tuple[Availability, ...] | None = None
    ubi9_pythons: tuple[str, ...] = ()
    complete_through: RuntimeVersion | None = None
    notes: str = ""

    def __hash__(self) -> int:
        # Leave out `sources`: it is a dict, which is not hashable.
        return hash((self.name, self.airflow))

    @property
    def airflow_major(self) -> int:
        """The Airflow major version."""
        return int(self.airflow.partition(".")[0])

    @property
    def order(self) -> tuple[int, ...]:
        """The sort key. Airflow 3 series sort after Airflow 2 series."""
        return (self.airflow_major, *map(int, self.name.split(".")))

    @property
    def label(self) -> str:
        """The display name, such as `13.x` or `3.1`."""
        return series_name(self.name)

    def variant(self, name: str) -> Availability | None:
        """Return the variant `name`, or None if the series does not have it."""
        return next((variant for variant in self.variants or () if variant.name == name), None)


NO_REASON = "no reason is published"
"""The placeholder reason for a yank without a published reason."""


class Yank(NamedTuple):
    """The withdrawal of a release. No source gives the exact day of a withdrawal.

    known_by: the first day on which a source lists the yank
    reason: the reason for the yank
    source: the name of the feed if only a feed lists the yank, otherwise ""
    """

    known_by: date
    reason: str
    source: str = ""


class Release(NamedTuple):
    """A release of Astro Runtime, with its published facts.

    version: the version of the release
    source: the source of the facts
    airflow: the exact Airflow version, or "" if unknown
    released: the exact release day, or None if unknown
    seen_by: the day on which the release was first seen. None if unknown, or if `released` is known
    yank: the yank, or None if the release is not yanked
    """

    version: RuntimeVersion
    source: str
    airflow: str = ""
    released: date | None = None
    seen_by: date | None = None
    yank: Yank | None = None


class UpstreamEnd(NamedTuple):
    """The end of upstream maintenance for a product that images contain.

    product: `python`, `airflow`, `debian` or `rhel`
    cycle: the version of the product, such as `3.10`
    event: the upstream term for the end, such as `end of life`
    day: the last day, inclusive
    source: the source of the date
    """

    product: str
    cycle: str
    event: str
    day: date
    source: str


class Lifecycle(NamedTuple):
    """The facts known on a given day about a series or a release.

    series: the series, or the series of the release
    version: the version of the release; None for the series as a whole
    release: the facts about the release. None for a series, or if the data does not list the release
    schedule: the end dates known on the day, or None
    status: the support status on the day
    newest: the newest release of the series that is out and not yanked on the day, or None
    yank: the yank of the release if it was known by the day, or None
    """

    series: ReleaseSeries
    version: RuntimeVersion | None
    release: Release | None
    schedule: Schedule | None
    status: Status
    newest: RuntimeVersion | None
    yank: Yank | None

    @property
    def name(self) -> str:
        """The display name: `Astro Runtime 13.11.0` or `Astro Runtime 13.x`."""
        return f"Astro Runtime {self.version or self.series.label}"

    @property
    def order(self) -> tuple[int, ...]:
        """The sort key of the series."""
        return self.series.order

    @property
    def airflow_major(self) -> int:
        """The Airflow major version."""
        return self.series.airflow_major

    @property
    def airflow(self) -> str:
        """The exact Airflow version if known, else the minor version of the series."""
        return (self.release.airflow if self.release else "") or self.series.airflow

    @property
    def is_lts(self) -> bool | None:
        """Whether the series has long-term support. None if no schedule is known."""
        return self.schedule.is_lts if self.schedule else None

    @property
    def maintenance(self) -> End | None:
        """The end of maintenance, or None if unknown."""
        return self.schedule.maintenance if self.schedule else None

    @property
    def basic_support(self) -> End | None:
        """The end of basic support, or None if unknown."""
        return self.schedule.basic_support if self.schedule else None

    @property
    def architectures(self) -> tuple[str, ...]:
        """The architectures of the images. Empty if unknown."""
        available = self.series.architectures
        return tuple(architecture.name for architecture in available if architecture.includes(self.version))

    @property
    def is_usable(self) -> bool:
        """Whether the series is maintained and the release is not yanked."""
        return self.status is Status.MAINTAINED and not self.yank

    def days_left(self, day: date) -> int | None:
        """Return the days until maintenance ends: negative afterwards, None if unknown."""
        return (self.maintenance.day - day).days if self.maintenance else None

    def support(self, day: date, warn_within: int = WARN_WITHIN) -> State:
        """Return the state of the series on `day`. Ignores a yank of the release."""
        return self.schedule.state(day, warn_within) if self.schedule else State[self.status.name]

    def state(self, day: date, warn_within: int = WARN_WITHIN) -> State:
        """Return YANKED for a yanked release, otherwise the state of its series on `day`."""
        return State.YANKED if self.yank else self.support(day, warn_within)
