"""What changes from one release to another, and whether a Deployment can go there in one step."""

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from lint_runtime.lifecycle.model import CHANNELS, Lifecycle
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion

FIRST_TO_LEAVE_AIRFLOW_2 = RuntimeVersion(2, 13, 7, 0)
"""The first Airflow 2 release that a Deployment can be upgraded from to Airflow 3, in place."""

UNKNOWN = "unknown"


class Side(NamedTuple):
    """One of the two. `name`: its tag. `python`, `os`: "" if unknown."""

    name: str
    lifecycle: Lifecycle
    python: str
    os: str


class Difference(NamedTuple):
    """One property of both, which may be the same."""

    name: str
    before: str
    after: str


class Hop(NamedTuple):
    """From one release to another.

    `differences`: every property, whether it differs or not. `between`: the releases listed between them,
    and `yanked`: those of them that are yanked on the day. `via`: the newest release of the series that
    has to come first, None where one step is enough. `is_downgrade`: whether it goes back.
    """

    before: Side
    after: Side
    differences: tuple[Difference, ...]
    between: tuple[RuntimeVersion, ...]
    yanked: tuple[RuntimeVersion, ...]
    via: RuntimeVersion | None
    is_downgrade: bool

    @property
    def changes(self) -> tuple[Difference, ...]:
        """The properties that differ."""
        return tuple(one for one in self.differences if one.before != one.after)

    @property
    def way(self) -> str:
        """Say how a Deployment gets there."""
        if self.is_downgrade:
            return "none, this is a downgrade"
        return f"by way of {self.via}" if self.via else "direct"

    @property
    def passed(self) -> str:
        """Count the releases between, and name those that are yanked."""
        yanked = f" (yanked: {', '.join(map(str, self.yanked))})" if self.yanked else ""
        return f"{len(self.between)} listed{yanked}"


# Many projects have the same image, and a page compares each.
@lru_cache(maxsize=1024)
def compare(before: Side, after: Side, table: LifecycleTable, today: date) -> Hop:
    """Return what changes from `before` to `after`, by what is known on the day."""
    first, last = before.lifecycle, after.lifecycle
    start, end = _version(first), _version(last)
    listed = [release for release in table.releases if start and end and start < release.version < end]
    known = [release for release in listed if table.known_since(release) <= today]
    yanked = [release for release in known if release.yank and release.yank.published <= today]
    last_stop = last_stop_on_airflow_2(table, today)
    needs_stop = first.airflow_major == 2 < last.airflow_major and not can_leave_airflow_2(first)
    return Hop(
        before,
        after,
        tuple(_differences(before, after)),
        tuple(release.version for release in known),
        tuple(release.version for release in yanked),
        last_stop.newest if needs_stop and last_stop else None,
        is_downgrade=bool(start and end and end < start),
    )


def describe(hop: Hop) -> dict[str, Any]:
    """Return what changes, for JSON."""
    return {
        "before": hop.before.name,
        "after": hop.after.name,
        "properties": [one._asdict() for one in hop.differences],
        "releases_between": [str(version) for version in hop.between],
        "yanked_between": [str(version) for version in hop.yanked],
        "is_downgrade": hop.is_downgrade,
        "via": str(hop.via) if hop.via else None,
    }


def _version(lifecycle: Lifecycle) -> RuntimeVersion | None:
    return lifecycle.version or lifecycle.newest


def _differences(before: Side, after: Side) -> Iterator[Difference]:
    sides = (before, after)
    yield Difference("Airflow", *(side.lifecycle.airflow for side in sides))
    yield Difference("Python", *(side.python or UNKNOWN for side in sides))
    yield Difference("operating system", *(side.os or UNKNOWN for side in sides))
    yield Difference(
        "architectures", *(", ".join(side.lifecycle.architectures) or UNKNOWN for side in sides)
    )
    yield Difference("channel", *(CHANNELS[side.lifecycle.is_lts] or UNKNOWN for side in sides))
    yield Difference("end of maintenance", *(_end(side.lifecycle, "end_of_maintenance") for side in sides))
    yield Difference(
        "end of basic support", *(_end(side.lifecycle, "end_of_basic_support") for side in sides)
    )
    yield Difference("status", *(side.lifecycle.status.value for side in sides))
    yield Difference("yanked", *(_yank(side.lifecycle) for side in sides))


def _end(lifecycle: Lifecycle, name: str) -> str:
    end: date | None = getattr(lifecycle, name)
    if end is None:
        return "not published"
    return f"{end} (computed)" if name in lifecycle.computed else str(end)


def _yank(lifecycle: Lifecycle) -> str:
    return f"since {lifecycle.yank.published}" if lifecycle.yank else "no"


def last_stop_on_airflow_2(table: LifecycleTable, today: date) -> Lifecycle | None:
    """Return the series whose newest release leads from Airflow 2 to Airflow 3, maintained or not."""
    for series in reversed(table.series):
        lifecycle = table.on(today, series.name) if series.order[0] == 2 else None
        if lifecycle and lifecycle.newest and lifecycle.newest >= FIRST_TO_LEAVE_AIRFLOW_2:
            return lifecycle
    return None


def can_leave_airflow_2(origin: Lifecycle) -> bool:
    """Whether a Deployment on this release, or on any of the series, can move to Airflow 3 in place."""
    return origin.version is not None and origin.version >= FIRST_TO_LEAVE_AIRFLOW_2
