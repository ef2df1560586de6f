"""The vendor's maintenance policy: what the end dates of a series should be.

Months count from the release date of the schedule, and maintenance runs through the last day of the month
it ends in. Source: the vendor's lifecycle page as of the day each version came into force.
"""

import calendar
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from lint_runtime.lifecycle.model import ReleaseSeries


class Policy(NamedTuple):
    """One version of the policy; all but `since` in months, None where it says nothing.

    `stable`, `lts`: how long a series of the channel is maintained. `after_next_major`,
    `after_next_lts`: how long at least after the next series, or the next LTS series, is out.
    `basic_support`: how long basic support goes on after the maintenance.
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
"""The versions of the policy for the series of an Airflow major, oldest first."""


class ComputedEnds(NamedTuple):
    """What the policy makes the last days of a series, and the policy. `end_of_basic_support`: or None."""

    end_of_maintenance: date
    end_of_basic_support: date | None
    policy: Policy


def policy_for(series: ReleaseSeries) -> Policy | None:
    """Return the policy in force when `series` was released; None if there was none."""
    # From Airflow 3 on, later generations go by its policy until there is another.
    versions = POLICIES.get(min(series.order[0], max(POLICIES)), ())
    in_force = [policy for policy in versions if policy.since <= series.released]
    return in_force[-1] if in_force else None


def computed_ends(
    series: ReleaseSeries, all_series: Iterable[ReleaseSeries], *, is_lts: bool
) -> ComputedEnds | None:
    """Return the ends of `series` by the policy; None if none was in force. `series`: all there are."""
    policy = policy_for(series)
    if policy is None:
        return None
    ends = [_month_end(series.released, policy.lts if is_lts else policy.stable)]
    least = policy.after_next_lts if is_lts else policy.after_next_major
    successor = _next_series(series, all_series, is_lts=is_lts)
    if successor and least is not None:
        ends.append(_month_end(successor.released, least))
    end = max(ends)
    return ComputedEnds(end, computed_support(end, policy), policy)


def computed_support(end_of_maintenance: date, policy: Policy | None) -> date | None:
    """Return the end of basic support by the policy, for a maintenance that ends on a day."""
    if policy is None or policy.basic_support is None:
        return None
    return months_after(end_of_maintenance, policy.basic_support)


def _next_series(
    series: ReleaseSeries, all_series: Iterable[ReleaseSeries], *, is_lts: bool
) -> ReleaseSeries | None:
    later = [
        other for other in all_series if other.order > series.order and other.order[0] == series.order[0]
    ]
    if is_lts:
        later = [other for other in later if other.schedule and other.schedule[-1].is_lts]
    return min(later, key=lambda other: other.order, default=None)


def months_after(day: date, months: int) -> date:
    """Return the same day so many months later, or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def _month_end(day: date, months: int) -> date:
    later = months_after(day, months)
    return later.replace(day=calendar.monthrange(later.year, later.month)[1])
