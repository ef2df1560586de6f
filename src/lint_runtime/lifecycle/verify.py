"""Check lifecycle data for contradictions and deviations from the policy."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from lint_runtime.lifecycle.model import ReleaseSeries, Status, in_force
from lint_runtime.lifecycle.policy import computed_ends
from lint_runtime.lifecycle.table import LifecycleTable

ARCHITECTURES = frozenset(("amd64", "arm64"))


class EndComparison(NamedTuple):
    """A published end date of a series, and the date computed from the policy.

    series: the name of the series
    what: the kind of end, `maintenance` or `basic support`
    policy: the day on which the policy for the series took effect, or None if no policy applies
    published: the published date, or None
    computed: the computed date, or None
    note: the reason for a difference, or ""
    """

    series: str
    what: str
    policy: date | None
    published: date | None
    computed: date | None
    note: str

    @property
    def difference(self) -> int | None:
        """The days from the computed to the published date. None if one of the dates is missing."""
        if self.published is None or self.computed is None:
            return None
        return (self.published - self.computed).days

    @property
    def is_explained(self) -> bool:
        """Whether the dates match, a date is missing, or a note explains the difference."""
        return not self.difference or bool(self.note)


class Problem(NamedTuple):
    """An error or a gap in the lifecycle data.

    subject: the series or release, such as `13.x` or `release 13.0.0`
    text: the description of the problem
    note: the reason for the problem, or ""
    is_gap: whether a fact is missing rather than wrong
    """

    subject: str
    text: str
    note: str = ""
    is_gap: bool = False


def compare_ends(table: LifecycleTable) -> list[EndComparison]:
    """Compare all end dates with the maintenance policy, oldest series first."""
    comparisons = []
    for series in table.series:
        row = in_force(series.schedule)
        if row is None:
            continue
        end, support, policy = computed_ends(series, table.series, is_lts=row.is_lts)
        maintenance = row.end_of_maintenance if row.is_published else None
        for what, published, computed in (
            ("maintenance", maintenance, end),
            ("basic support", row.published_support, support),
        ):
            if what == "maintenance" or published or computed:
                since = policy and policy.since
                comparisons.append(EndComparison(series.name, what, since, published, computed, row.note))
    return comparisons


def find_problems(table: LifecycleTable) -> list[Problem]:
    """Return the problems of a table: wrong order, contradictions, gaps, and dates newer than the data."""
    all_series, releases = table.rows
    sorted_rows = (
        [(series.order, series.label) for series in all_series],
        [(tuple(release.version), f"release {release.version}") for release in releases],
    )
    problems = [
        Problem(name, f"must not come after {name_before}: rows must be sorted and unique")
        for rows in sorted_rows
        for (before, name_before), (after, name) in pairwise(rows)
        if after <= before
    ]
    for series in all_series:
        problems += _check_series(series, table.date)
        lifecycle, listed = table.as_of(table.date).series(series.name), table.releases_of(series.name)
        out = [release for release in listed if release.released is None or release.released <= table.date]
        if lifecycle and lifecycle.status is Status.MAINTAINED and out and out[-1].yank:
            text = f"the newest release {out[-1].version} is yanked"
            problems.append(Problem(series.label, text, is_gap=True))
    for release in releases:
        known, texts = table.find_series(release.version.series), []
        if known is None:
            texts.append(f"unknown series {release.version.series}")
        elif release.airflow and not release.airflow.startswith(f"{known.airflow}."):
            texts.append(f"Airflow {release.airflow}, but the series has {known.airflow}")
        if release.released and release.seen_by:
            texts.append("both an exact release date and a 'not later than'")
        days = {
            "release": release.released,
            "first sighting": release.seen_by,
            "yank": release.yank.known_by if release.yank else None,
        }
        texts += _newer_facts(days, [release.source], table.date)
        problems += [Problem(f"release {release.version}", text) for text in texts]
    for upstream in table.upstream:
        subject = f"{upstream.product} {upstream.cycle}"
        problems += [Problem(subject, text) for text in _newer_facts({}, [upstream.source], table.date)]
    return problems


def _newer_facts(days: Mapping[str, date | None], sources: Sequence[str], day: date) -> list[str]:
    """Return a description of each date that is later than the data.

    days: the dates to check, keyed by what happened, such as `release` or `yank`
    sources: the sources of the facts, such as `feed-2026-09-25`, with the source of the release day first.
        Dates in the names of sources are checked, too.
    day: the date of the data
    """
    dated = [(name, str(fact)) for name, fact in days.items() if fact]
    dated += [("source", text) for source in sources for text in re.findall(r"\d{4}-\d\d-\d\d", source)]
    return [
        f"the {name} of {text} is newer than the data"
        for name, text in dated
        # Allow release days in the future if a feed is the source: feeds also list planned releases.
        if text > str(day) and (name != "release" or "feed-" not in sources[0])
    ]


def _check_series(series: ReleaseSeries, day: date) -> list[Problem]:
    """Return the problems of a series. `day` is the date of the data."""
    texts = [
        f"the schedule of {after.published} must not come after that of {before.published}"
        for before, after in pairwise(series.schedule)
        if after.published <= before.published
    ]
    for row in series.schedule:
        end, support = row.end_of_maintenance, row.end_of_basic_support
        if end <= series.released:
            texts.append(f"maintenance ends on {end}, before it starts on {series.released}")
        if support and support <= end:
            texts.append(f"basic support ends on {support}, before maintenance ends on {end}")
        texts += _newer_facts({"schedule": row.published}, [row.source], day)
    sources = [*dict.fromkeys((series.source, *series.sources.values()))]
    texts += _newer_facts({"release": series.released}, sources, day)
    names = {architecture.name for architecture in series.architectures}
    gaps = {
        "no end date": not series.schedule,
        "architectures missing": not names,
        "variants missing": series.variants is None,
    }
    problems = [Problem(series.label, text) for text in texts]
    problems += [Problem(series.label, gap, series.notes, is_gap=True) for gap in gaps if gaps[gap]]
    if names - ARCHITECTURES:
        text = f"unknown architecture {', '.join(sorted(names - ARCHITECTURES))}"
        problems.append(Problem(series.label, text))
    if series.pythons and series.default_python and series.default_python not in series.pythons:
        problems.append(Problem(series.label, f"default Python {series.default_python} is not in the list"))
    return problems + [
        Problem(series.label, f"{name} is available from {since}, a release of another series")
        for name, since in (*series.architectures, *(series.variants or ()))
        if since and since.series != series.name
    ]
