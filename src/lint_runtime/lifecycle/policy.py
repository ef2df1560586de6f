"""Compute end dates from the vendor's maintenance policy.

Maintenance starts on the release date of a series and ends on the last day of a month. The source of each
policy version is the vendor's lifecycle page on the day the version took effect.
"""

import calendar
from collections.abc import Iterable
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from lint_runtime.lifecycle.model import ReleaseSeries


class Policy(NamedTuple):
    """A version of the policy. All durations are in months, or None if not defined.

    since: the day on which the version took effect
    stable: the duration of maintenance for a Stable series
    lts: the duration of maintenance for an LTS series
    after_next_major: the minimum duration for a Stable series, counted from the release of the next series
    after_next_lts: the minimum duration for an LTS series, counted from the release of the next LTS series
    basic_support: the duration of basic support after the end of maintenance
    """

    since: date
    stable: int
    lts: int
    after_next_major: int | None = None
    after_next_lts: int | None = None
    basic_support: int | None = None


POLICIES = {
    2: (
        Policy(date(2021, 12, 15), stable=6, lts=18),
        Policy(date(2022, 11, 8), stable=6, lts=18, after_next_major=3),
        Policy(date(2023, 8, 23), stable=6, lts=18, after_next_major=3, after_next_lts=6),
    ),
    3: (Policy(date(2025, 4, 22), stable=24, lts=24, basic_support=6),),
}
"""The policy versions, oldest first, keyed by Airflow major version."""


def computed_ends(
    series: ReleaseSeries,
    all_series: Iterable[ReleaseSeries],
    *,
    is_lts: bool,
    end_of_maintenance: date | None = None,
) -> tuple[date | None, date | None, Policy | None]:
    """Return the computed ends of maintenance and of basic support, and the policy version used.

    All three are None if the series is older than the first policy version, even if a date is published.
    The end of basic support is also None if the policy version does not define it.

    all_series: all release series, including the successors of `series`
    end_of_maintenance: the published end of maintenance, to use instead of a computed one, or None
    """
    # The policy for Airflow 3 also applies to later major versions.
    versions = POLICIES.get(min(series.airflow_major, max(POLICIES)), ())
    policy = next((policy for policy in reversed(versions) if policy.since <= series.released), None)
    if policy is None:
        return None, None, None
    end = end_of_maintenance
    if end is None:
        periods = [(series.released, policy.lts if is_lts else policy.stable)]
        overlap = policy.after_next_lts if is_lts else policy.after_next_major
        successors = [
            other
            for other in all_series
            if other.order > series.order
            and other.airflow_major == series.airflow_major
            and (not is_lts or (other.schedule and other.schedule[-1].is_lts))
        ]
        if successors and overlap is not None:
            periods.append((min(successors, key=attrgetter("order")).released, overlap))
        last = max(months_after(start.replace(day=1), months) for start, months in periods)
        end = last.replace(day=calendar.monthrange(last.year, last.month)[1])
    support = None if policy.basic_support is None else months_after(end, policy.basic_support)
    return end, support, policy


def months_after(day: date, months: int) -> date:
    """Add months to a date: one month after January 31 is the last day of February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
