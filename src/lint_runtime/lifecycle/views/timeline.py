"""The release series as bars over time, and what ends next: values that every picture is drawn from."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from lint_runtime.lifecycle.model import ENDS, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.text import counted, visible

HORIZONS = (30, 90, 180)
"""Days ahead, by which ends are grouped."""


class Bar(NamedTuple):
    """A release series over time. Each end is the last day that counts; None where there is none.

    `computed`: the ends that nobody has published, by their names in Schedule. `files`: how many
    Dockerfiles stand on it.
    """

    series: str
    airflow: str
    is_lts: bool
    released: date
    end_of_maintenance: date
    end_of_basic_support: date | None
    computed: tuple[str, ...]
    files: int

    @property
    def last_day(self) -> date:
        """The last day of all."""
        return self.end_of_basic_support or self.end_of_maintenance


class Timeline(NamedTuple):
    """Bars, oldest series first, the day they are shown for, and the first and last day of the picture."""

    bars: tuple[Bar, ...]
    today: date
    start: date
    end: date


class End(NamedTuple):
    """An end that comes. `what`: `maintenance` or `basic support`. `days`: until its last day."""

    series: str
    what: str
    day: date
    days: int
    is_computed: bool
    files: int


def timeline(
    table: LifecycleTable, today: date, files: Mapping[str, int], all_series: Iterable[str] | None = None
) -> Timeline:
    """Return the series released by `today` as published then; `series`: some of them, by name.

    `files`: how many Dockerfiles stand on each series. The picture covers whole years.
    """
    wanted = None if all_series is None else set(all_series)
    bars = []
    for series in table.series:
        row = series.schedule_on(today)
        if row and series.released <= today and (wanted is None or series.name in wanted):
            bars.append(
                Bar(
                    series.name,
                    series.airflow,
                    row.is_lts,
                    series.released,
                    row.end_of_maintenance,
                    row.end_of_basic_support,
                    row.computed,
                    files.get(series.name, 0),
                )
            )
    days = [today, *(bar.released for bar in bars), *(bar.last_day for bar in bars)]
    return Timeline(tuple(bars), today, date(min(days).year, 1, 1), date(max(days).year, 12, 31))


def ends(shown: Timeline) -> list[End]:
    """Return the ends from `today` on, the next one first."""
    found = []
    for bar in shown.bars:
        for name, day in zip(ENDS, (bar.end_of_maintenance, bar.end_of_basic_support), strict=True):
            if day and day >= shown.today:
                what = name.removeprefix("end_of_").replace("_", " ")
                left = (day - shown.today).days
                found.append(End(bar.series, what, day, left, name in bar.computed, bar.files))
    return sorted(found, key=lambda end: end.day)


def horizons(found: Iterable[End]) -> list[tuple[int, list[End]]]:
    """Group ends by the first of HORIZONS that they come within; what is further off is left out."""
    groups: dict[int, list[End]] = {horizon: [] for horizon in HORIZONS}
    for end in found:
        within = next((horizon for horizon in HORIZONS if end.days <= horizon), None)
        if within is not None:
            groups[within].append(end)
    return list(groups.items())


TITLE = "Release series of Astro Runtime"
NOTHING = "No release series to show."
LAST_DAYS = "Each date is the last day that counts."
COMPUTED = "computed by the maintenance policy, not published"
_GROUPS = {
    Status.MAINTAINED: "Maintained",
    Status.BASIC_SUPPORT: "In basic support only",
    Status.ENDED: "Past their end",
}


def legal(text: str) -> str:
    """Return `text` with nothing in it that a terminal acts upon, or that XML does not allow."""
    return re.sub("[\ufffe\uffff]", "\ufffd", visible(text))


def shortened(text: str, limit: int) -> str:
    """Return `text` as `legal` has it, in at most `limit` characters."""
    shown = legal(text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def status(bar: Bar, today: date) -> Status:
    """Say where the series of a bar stands on a day."""
    if today <= bar.end_of_maintenance:
        return Status.MAINTAINED
    return Status.BASIC_SUPPORT if today <= bar.last_day else Status.ENDED


def description(shown: Timeline) -> str:
    """Tell in words what a picture shows, for who cannot see it."""
    if not shown.bars:
        return f"{NOTHING} As of {shown.today}."
    count = counted(len(shown.bars), "release series")
    told = [f"{count} over the years {shown.start.year} to {shown.end.year}, as of {shown.today}."]
    for group, name in _GROUPS.items():
        bars = [bar for bar in shown.bars if status(bar, shown.today) is group]
        if bars:
            told.append(f"{name}: {'; '.join(map(sentence, bars))}.")
    return " ".join(told)


def sentence(bar: Bar) -> str:
    """Tell all that a bar shows: `13 LTS, Airflow 2.11, released 2025-05-20, maintained until …`."""
    return ", ".join(_facts(bar))


def _facts(bar: Bar) -> Iterable[str]:
    yield legal(bar.series) + (" LTS" if bar.is_lts else "")
    yield f"Airflow {legal(bar.airflow)}"
    yield f"released {bar.released}"
    yield f"maintained until {bar.end_of_maintenance}{_computed(bar, 'end_of_maintenance')}"
    if bar.end_of_basic_support:
        yield f"basic support until {bar.end_of_basic_support}{_computed(bar, 'end_of_basic_support')}"
    if bar.files:
        yield counted(bar.files, "Dockerfile")


def _computed(bar: Bar, end: str) -> str:
    return " (computed)" if end in bar.computed else ""
