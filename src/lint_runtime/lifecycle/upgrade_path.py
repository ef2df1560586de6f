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
    """Return the series to upgrade to, in order, ending with `goal`.

    Returns an empty tuple if no known release can serve as the required stop.

    origin: the series or release to upgrade from, or None for an old Airflow 2 release
    """
    is_ready = origin and (
        origin.airflow_major != 2 or (origin.version is not None and origin.version >= REQUIRED_STOP)
    )
    if is_ready or goal.airflow_major <= 2:
        return (goal,)
    for series in reversed(known.by_series.values()):
        if series.airflow_major == 2 and series.newest and series.newest >= REQUIRED_STOP:
            return series, goal
    return ()


def longest_maintained(all_series: Iterable[Lifecycle]) -> Lifecycle | None:
    """Return the series whose maintenance ends last. Newer series win ties."""
    return max(
        all_series,
        key=lambda series: (series.maintenance.day if series.maintenance else date.min, series.order),
        default=None,
    )


# Cache: most images in a run belong to a few series.
@lru_cache(maxsize=64)
def best_after_airflow_2(known: Snapshot) -> Lifecycle | None:
    """Return the longest-maintained series for Airflow 3 or newer, or None."""
    return longest_maintained(series for series in known.maintained if series.airflow_major > 2)
