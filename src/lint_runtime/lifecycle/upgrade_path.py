"""Find the best series to upgrade to, and the required stops on the way."""

from collections.abc import Iterable
from datetime import date
from functools import lru_cache

from lint_runtime.lifecycle.model import Lifecycle
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.versions import RuntimeVersion

REQUIRED_STOP = RuntimeVersion(2, 13, 7, 0)
"""The first release from which a Deployment can be upgraded to Airflow 3 in place.

Source: the vendor's guide to upgrading to Airflow 3.
"""


def upgrade_path(origin: Lifecycle | None, goal: Lifecycle, known: Snapshot) -> tuple[Lifecycle, ...]:
    """Return the series to upgrade to, in order: `goal`, or a required stop and then `goal`.

    Returns an empty tuple if a stop is required but no series has a suitable release.

    origin: the series or release to upgrade from; None counts as an Airflow 2 release before REQUIRED_STOP
    """
    is_ready = origin and (
        origin.airflow_major != 2 or (origin.version is not None and origin.version >= REQUIRED_STOP)
    )
    if is_ready or goal.airflow_major <= 2:
        return (goal,)
    stop = _required_stop(known)
    return (stop, goal) if stop else ()


# Cache: needed for many images, but the result depends only on the snapshot.
@lru_cache(maxsize=64)
def _required_stop(known: Snapshot) -> Lifecycle | None:
    """Return the newest series with a release from which a Deployment can be upgraded to Airflow 3."""
    for series in reversed(known.by_series.values()):
        if series.airflow_major == 2 and series.newest and series.newest >= REQUIRED_STOP:
            return series
    return None


def longest_maintained(all_series: Iterable[Lifecycle]) -> Lifecycle | None:
    """Return the series whose maintenance ends last, or None. On a tie, returns the newer series."""
    return max(
        all_series,
        key=lambda series: (series.maintenance.day if series.maintenance else date.min, series.order),
        default=None,
    )


@lru_cache(maxsize=64)
def best_after_airflow_2(known: Snapshot) -> Lifecycle | None:
    """Return the series with Airflow 3 or newer whose maintenance ends last, or None."""
    return longest_maintained(series for series in known.maintained if series.airflow_major > 2)
