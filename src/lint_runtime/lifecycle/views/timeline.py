"""The release lines as bars over time, and what ends next: values that every picture is drawn from."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import NamedTuple

from lint_runtime.lifecycle.model import ENDS
from lint_runtime.lifecycle.table import LifecycleTable

HORIZONS = (30, 90, 180)
"""Days ahead, by which ends are grouped."""


class Bar(NamedTuple):
    """A release line over time. Each end is the last day that counts; None where there is none.

    `computed`: the ends that nobody has published, by their names in Schedule. `files`: how many
    Dockerfiles stand on it.
    """

    line: str
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
    """Bars, oldest line first, the day they are shown for, and the first and last day of the picture."""

    bars: tuple[Bar, ...]
    today: date
    start: date
    end: date


class End(NamedTuple):
    """An end that comes. `what`: `maintenance` or `basic support`. `days`: until its last day."""

    line: str
    what: str
    day: date
    days: int
    is_computed: bool
    files: int


def timeline(
    table: LifecycleTable, today: date, files: Mapping[str, int], lines: Iterable[str] | None = None
) -> Timeline:
    """Return the lines released by `today` as published then; `lines`: some of them, by name.

    `files`: how many Dockerfiles stand on each line. The picture covers whole years.
    """
    wanted = None if lines is None else set(lines)
    bars = []
    for line in table.lines:
        row = line.schedule_on(today)
        if row and line.released <= today and (wanted is None or line.name in wanted):
            bars.append(
                Bar(
                    line.name,
                    line.airflow,
                    row.is_lts,
                    line.released,
                    row.end_of_maintenance,
                    row.end_of_basic_support,
                    row.computed,
                    files.get(line.name, 0),
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
                found.append(End(bar.line, what, day, left, name in bar.computed, bar.files))
    return sorted(found, key=lambda end: end.day)


def horizons(found: Iterable[End]) -> list[tuple[int, list[End]]]:
    """Group ends by the first of HORIZONS that they come within; what is further off is left out."""
    groups: dict[int, list[End]] = {horizon: [] for horizon in HORIZONS}
    for end in found:
        within = next((horizon for horizon in HORIZONS if end.days <= horizon), None)
        if within is not None:
            groups[within].append(end)
    return list(groups.items())
