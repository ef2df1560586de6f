"""Find the best series to upgrade to, and the required stops on the way."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from lint_runtime.lifecycle.model import Lifecycle
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.versions import RuntimeVersion

REQUIRED_STOPS = (RuntimeVersion(2, 13, 7, 0),)
"""The minimum release, per Airflow major, for in-place upgrades to newer majors.

Source: the vendor's guide to upgrading to Airflow 3.
"""


def upgrade_path(origin: Lifecycle | None, goal: Lifecycle, known: Snapshot) -> tuple[Lifecycle, ...]:
    """Return the series to upgrade to, in order, ending with `goal`.

    Returns an empty tuple if no known release can serve as a required stop.

    origin: the series or release to upgrade from, or None for an old Airflow 2 release
    """
    stops: list[Lifecycle] = []
    for first in REQUIRED_STOPS:
        leaves = origin is None or origin.airflow_major == first.airflow
        can_skip = origin is not None and origin.version is not None and origin.version >= first
        if not leaves or can_skip or goal.airflow_major <= first.airflow:
            continue
        for series in reversed(known.by_series.values()):
            if series.newest and series.newest >= first and series.airflow_major == first.airflow:
                stops.append(series)
                break
        else:
            return ()
    return (*stops, goal)


def longest_maintained(all_series: Iterable[Lifecycle]) -> Lifecycle | None:
    """Return the series whose maintenance ends last. Newer series win ties."""
    return max(
        all_series,
        key=lambda series: (series.maintenance.day if series.maintenance else date.min, series.order),
        default=None,
    )


# Cache: most images in a run belong to a few series.
@lru_cache(maxsize=64)
def best_series(known: Snapshot, airflow_major: int, after: tuple[int, ...] = ()) -> Lifecycle | None:
    """Return the longest-maintained series of an Airflow major, or None.

    after: the `order` of a series; only newer series are considered
    """
    return longest_maintained(
        series
        for series in known.maintained
        if series.order > after and series.airflow_major == airflow_major
    )


@lru_cache(maxsize=64)
def best_after_airflow_2(known: Snapshot) -> Lifecycle | None:
    """Return the longest-maintained series for Airflow 3 or newer, or None."""
    return longest_maintained(series for series in known.maintained if series.airflow_major > 2)
