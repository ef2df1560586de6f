"""Checks of lifecycle data against the maintenance policy, and for contradictions in itself."""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from lint_runtime.lifecycle.model import Offer, Release, ReleaseSeries, Schedule, Status
from lint_runtime.lifecycle.policy import computed_ends
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import series_name

ARCHITECTURES = frozenset(("amd64", "arm64"))


class Comparison(NamedTuple):
    """One end date of a series, as published last and as the policy in force at its release has it.

    `what`: `maintenance` or `basic support`. `policy`: since when that was in force, None if there was
    none. `published` and `computed`: None where there is no such date. `note`: why they differ, if known.
    """

    series: str
    what: str
    policy: date | None
    published: date | None
    computed: date | None
    note: str

    @property
    def difference(self) -> int | None:
        """By how many days the published date is later than the computed one; None without both."""
        if self.published is None or self.computed is None:
            return None
        return (self.published - self.computed).days

    @property
    def is_explained(self) -> bool:
        """Whether the dates are the same, or the reason why they are not is known."""
        return not self.difference or bool(self.note)


class Problem(NamedTuple):
    """A broken invariant. `note`: the reason, "" if that is not known.

    `is_gap`: a fact is missing, and none contradicts another.
    """

    subject: str
    text: str
    note: str = ""
    is_gap: bool = False


def compare_ends(table: LifecycleTable) -> list[Comparison]:
    """Return every end date that is published now or could be computed, oldest series first."""
    return [comparison for series in table.series for comparison in _compare_series(series, table)]


def _compare_series(series: ReleaseSeries, table: LifecycleTable) -> Iterator[Comparison]:
    row = series.schedule_on(date.max)
    if row is None:
        return
    ends = computed_ends(series, table.series, is_lts=row.is_lts)
    policy = ends.policy.since if ends else None
    published = row.end_of_maintenance if row.is_published else None
    computed = ends.end_of_maintenance if ends else None
    yield Comparison(series.name, "maintenance", policy, published, computed, row.note)
    support = ends.end_of_basic_support if ends else None
    if row.published_support or support:
        yield Comparison(series.name, "basic support", policy, row.published_support, support, row.note)


def find_problems(table: LifecycleTable) -> list[Problem]:
    """Return every broken invariant of a table, those of series first."""
    all_series, releases = table.rows
    found = [*_check_order(all_series, releases)]
    for series in all_series:
        found += [
            *_check_schedule(series, table.date),
            *_check_images(series),
            *_check_newest(series, table),
        ]
    for release in releases:
        found += _check_release(release, table)
    return found


def _check_order(all_series: tuple[ReleaseSeries, ...], releases: tuple[Release, ...]) -> Iterator[Problem]:
    names = [(series.order, series_name(series.name)) for series in all_series]
    numbers = [(tuple(release.version), f"release {release.version}") for release in releases]
    for rows in (names, numbers):
        for (before, above), (after, name) in pairwise(rows):
            if after <= before:
                yield Problem(name, f"must not come after {above}: rows must be sorted and unique")


def _check_schedule(series: ReleaseSeries, day: date) -> Iterator[Problem]:
    subject = series_name(series.name)
    if not series.schedule:
        yield Problem(subject, "no end date", series.notes, is_gap=True)
    for before, after in pairwise(series.schedule):
        if after.published <= before.published:
            yield Problem(
                subject, f"the schedule of {after.published} must not come after that of {before.published}"
            )
    for row in series.schedule:
        yield from (Problem(subject, text) for text in _wrong_ends(row, series))
        if row.published > day and row.source == "feed":
            yield Problem(subject, f"the schedule of {row.published} is newer than the data")


def _wrong_ends(row: Schedule, series: ReleaseSeries) -> Iterator[str]:
    end, support = row.end_of_maintenance, row.end_of_basic_support
    if end <= series.released:
        yield f"maintenance ends on {end}, before it starts on {series.released}"
    if support and support <= end:
        yield f"basic support ends on {support}, before maintenance ends on {end}"


def _check_images(series: ReleaseSeries) -> Iterator[Problem]:
    subject = series_name(series.name)
    names = {offer.name for offer in series.architectures}
    if not names:
        yield Problem(subject, "architectures missing", series.notes, is_gap=True)
    if series.variants is None:
        yield Problem(subject, "variants missing", series.notes, is_gap=True)
    if names - ARCHITECTURES:
        yield Problem(subject, f"unknown architecture {', '.join(sorted(names - ARCHITECTURES))}")
    if series.pythons and series.default_python and series.default_python not in series.pythons:
        yield Problem(subject, f"default Python {series.default_python} is not in the list")
    offers: tuple[Offer, ...] = (*series.architectures, *(series.variants or ()))
    for offer in offers:
        if offer.since and offer.since.series != series.name:
            yield Problem(
                subject, f"{offer.name} is available from {offer.since}, a release of another series"
            )


def _check_newest(series: ReleaseSeries, table: LifecycleTable) -> Iterator[Problem]:
    lifecycle, releases = table.on(table.date, series.name), table.releases_of(series.name)
    out = [release for release in releases if release.released is None or release.released <= table.date]
    if lifecycle and lifecycle.status is Status.MAINTAINED and out and out[-1].yank:
        text = f"the newest release {out[-1].version} is yanked"
        yield Problem(series_name(series.name), text, is_gap=True)


def _check_release(release: Release, table: LifecycleTable) -> Iterator[Problem]:
    subject, series = f"release {release.version}", table.find_series(release.version.series)
    if series is None:
        yield Problem(subject, f"unknown series {release.version.series}")
    elif release.airflow and not release.airflow.startswith(f"{series.airflow}."):
        yield Problem(subject, f"Airflow {release.airflow}, but the series has {series.airflow}")
    if release.released and release.seen_by:
        yield Problem(subject, "both an exact release date and a 'not later than'")
    if release.yank and release.yank.published > table.date:
        yield Problem(subject, f"the yank of {release.yank.published} is newer than the data")
