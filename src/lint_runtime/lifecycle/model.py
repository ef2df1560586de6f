"""Facts about release series and releases, and about one of them on a day."""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import NamedTuple

from lint_runtime.lifecycle.versions import RuntimeVersion


class Status(str, Enum):
    """The status of a series on a day. The value is the word that reports use."""

    MAINTAINED = "maintained"
    BASIC_SUPPORT = "basic-support"
    UNSUPPORTED = "unsupported"
    UNKNOWN = "unknown"


class Existence(Enum):
    """Whether a release or series exists, as far as the data can know."""

    LISTED = "listed"
    UNLISTED = "it may exist (the data is incomplete here)"
    NEWER = "newer than the lifecycle data"
    NEVER = "never published"


EMBEDDED = "embedded"
"""The source of the lifecycle data that the package comes with."""


ENDS = ("end_of_maintenance", "end_of_basic_support")
"""The fields of end dates, in the order in which they come."""

WARN_WITHIN = 90
"""Days before the end of its maintenance from which on a series is about to end, unless set otherwise."""


CHANNELS = {True: "LTS", False: "Stable", None: None}
"""The name of a series's channel, by whether it is LTS."""


class Schedule(NamedTuple):
    """The end dates of a series as first published on a day. Both ends are the last day that counts.

    `computed`: the ends, by their names here, that nobody has published; they are those of the
    maintenance policy, as known on the day. `note`: why the ends are not those of the policy.
    `known_since`: an earlier day from which on they hold, as for a series that was out before it was seen.
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
    def since(self) -> date:
        """The day from which on the ends are known."""
        return self.known_since or self.published

    @property
    def is_published(self) -> bool:
        """Whether the end of maintenance is published, not computed."""
        return "end_of_maintenance" not in self.computed

    @property
    def published_support(self) -> date | None:
        """The end of basic support if it is published; None if it is computed, or there is none."""
        return None if "end_of_basic_support" in self.computed else self.end_of_basic_support

    def status(self, day: date) -> Status:
        """Return the status of the series on `day` by these ends."""
        if day <= self.end_of_maintenance:
            return Status.MAINTAINED
        if self.end_of_basic_support and day <= self.end_of_basic_support:
            return Status.BASIC_SUPPORT
        return Status.UNSUPPORTED


def in_force(schedule: Iterable[Schedule], day: date) -> Schedule | None:
    """Return the newest of the rows known on `day`; one that is published before any that is computed."""
    known = [row for row in schedule if row.since <= day]
    published = [row for row in known if row.is_published]
    return max(published or known, key=lambda row: row.published, default=None)


def in_order(pythons: Iterable[str]) -> tuple[str, ...]:
    """Return Python versions, each once, in the order of their numbers."""
    return tuple(sorted(set(pythons), key=lambda version: [*map(int, version.split("."))]))


class Offer(NamedTuple):
    """Something that images of a series come with (`arm64`, `slim`): all of them, or from a release on."""

    name: str
    since: RuntimeVersion | None = None


GENERAL_STATEMENT = "docs: 6.0.4 and later are multi-arch"
"""The source of architectures that are published for all series together, and not for the one."""


class ReleaseSeries(NamedTuple):
    """One release series. What is not published is None or empty, never guessed.

    `schedule`: oldest first. `source`: where its values are from, but for those that `sources` names.
    `architectures`: empty if never published. `variants`: those of `python`, `slim` and `ubi9` that
    exist, None if that is not known. `ubi9_pythons`: Python versions seen on `-ubi9` images only,
    not in `pythons`. `complete_through`: up to it every release is in the table.
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
    architectures: tuple[Offer, ...] = ()
    variants: tuple[Offer, ...] | None = None
    ubi9_pythons: tuple[str, ...] = ()
    complete_through: RuntimeVersion | None = None
    notes: str = ""

    @property
    def order(self) -> tuple[int, ...]:
        """A key that sorts every Airflow 3 series after every Airflow 2 series."""
        return (int(self.airflow.partition(".")[0]), *map(int, self.name.split(".")))

    def schedule_on(self, day: date) -> Schedule | None:
        """Return the newest schedule known on `day`; None if there was none yet."""
        return in_force(self.schedule, day)


NO_REASON = "no reason is published"
"""The reason of a yank that nobody has given a reason for."""


class Yank(NamedTuple):
    """That a release was withdrawn: the published reason, and since when it is published."""

    published: date
    reason: str


class Release(NamedTuple):
    """One release. `released` is exact; `seen_by` says not later than; `airflow` "" is not known."""

    version: RuntimeVersion
    source: str
    airflow: str = ""
    released: date | None = None
    seen_by: date | None = None
    yank: Yank | None = None


class UpstreamEnd(NamedTuple):
    """That the project behind something in an image stops maintaining a cycle of it: `python` `3.10`.

    `event`: what ends, as that project calls it. `day`: the last day.
    """

    product: str
    cycle: str
    event: str
    day: date
    source: str


class Lifecycle(NamedTuple):
    """The facts about a series, or about one release of it, on a day.

    `order`: as of the series. `airflow`: the exact version where it is known, else the minor.
    `os`: the operating system of images without `-ubi9`; None if it is unknown.
    `newest`: the newest release of the series that is not yanked. `published`: when the end dates were
    first published. `computed`: those of them that are not, as in Schedule. `architectures`: empty if
    never published. `is_lts`: None without a schedule.
    """

    series: str
    order: tuple[int, ...]
    version: RuntimeVersion | None
    airflow: str
    default_python: str | None
    os: str | None
    is_lts: bool | None
    status: Status
    end_of_maintenance: date | None
    end_of_basic_support: date | None
    published: date | None
    computed: tuple[str, ...]
    architectures: tuple[str, ...]
    newest: RuntimeVersion | None
    yank: Yank | None

    def days_left(self, day: date) -> int | None:
        """Return how many days of maintenance are left, negative after its end; None without an end."""
        return (self.end_of_maintenance - day).days if self.end_of_maintenance else None

    @property
    def airflow_major(self) -> int:
        """The Airflow major, 2 or 3."""
        return self.order[0]
