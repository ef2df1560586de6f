"""Upgrade paths: the best series for an image, and the required stops."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from lint_runtime.lifecycle.model import Lifecycle
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.versions import RuntimeVersion

REQUIRED_STOPS = (RuntimeVersion(2, 13, 7, 0),)
"""The first release of each Airflow major that a Deployment can leave for a newer major, in place.

Source: the vendor's guide for upgrades to Airflow 3.
"""


def upgrade_path(origin: Lifecycle | None, goal: Lifecycle, known: Snapshot) -> tuple[Lifecycle, ...]:
    """Return the series to upgrade to, in order, ending with `goal`.

    Returns an empty tuple if a stop is required and no release is known for it.

    origin: the series or release to leave; None for an old Airflow 2 release
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
    """Return the series with the longest maintenance. The newer one wins a tie."""
    return max(
        all_series,
        key=lambda series: (series.maintenance.day if series.maintenance else date.min, series.order),
        default=None,
    )


# Most images in a run belong to a few series.
@lru_cache(maxsize=64)
def best_series(known: Snapshot, airflow_major: int, after: tuple[int, ...] = ()) -> Lifecycle | None:
    """Return the series with the longest maintenance on an Airflow major, if any.

    after: the `order` of a series; older series don't count
    """
    return longest_maintained(
        series
        for series in known.maintained
        if series.order > after and series.airflow_major == airflow_major
    )


@lru_cache(maxsize=64)
def best_after_airflow_2(known: Snapshot) -> Lifecycle | None:
    """Return the series with the longest maintenance on Airflow 3 or newer, if any."""
    return longest_maintained(series for series in known.maintained if series.airflow_major > 2)
