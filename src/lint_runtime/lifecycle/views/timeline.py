"""The release series as bars over time, and what ends next: values that every picture is drawn from."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from lint_runtime.lifecycle.model import ENDS, ReleaseSeries, Schedule, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.text import counted, plural, visible


class Bar(NamedTuple):
    """A release series over time, as published on the day. `files`: how many Dockerfiles use it."""

    series: ReleaseSeries
    schedule: Schedule
    files: int

    @property
    def last_day(self) -> date:
        """The last day of all."""
        return self.schedule.end_of_basic_support or self.schedule.end_of_maintenance

    @property
    def ends(self) -> list[tuple[date | None, bool]]:
        """The end of maintenance and that of basic support, each with whether it is computed."""
        return [(getattr(self.schedule, name), name in self.schedule.computed) for name in ENDS]


class Timeline(NamedTuple):
    """Bars, oldest series first, the day they are shown for, and the first and last day of the picture."""

    bars: tuple[Bar, ...]
    today: date
    start: date
    end: date

    @property
    def has_computed_ends(self) -> bool:
        """Whether any end is computed."""
        return any(bar.schedule.computed for bar in self.bars)


class End(NamedTuple):
    """An end that comes. `what`: `maintenance` or `basic support`. `days`: until its last day."""

    series: str
    what: str
    day: date
    days: int
    is_computed: bool
    files: int


def build_timeline(
    table: LifecycleTable, today: date, files: Mapping[str, int], wanted: Collection[str] | None = None
) -> Timeline:
    """Return the series released by `today` as published then; `wanted`: some of them, by name.

    `files`: how many Dockerfiles use each series. The picture covers whole years.
    """
    bars = []
    for series in table.series:
        schedule = series.schedule_on(today)
        if schedule and series.released <= today and (wanted is None or series.name in wanted):
            bars.append(Bar(series, schedule, files.get(series.name, 0)))
    days = [today, *(bar.series.released for bar in bars), *(bar.last_day for bar in bars)]
    return Timeline(tuple(bars), today, date(min(days).year, 1, 1), date(max(days).year, 12, 31))


def list_ends(timeline: Timeline) -> list[End]:
    """Return the ends from today on, the next one first."""
    coming = [
        End(bar.series.name, what, day, (day - timeline.today).days, is_computed, bar.files)
        for bar in timeline.bars
        for what, (day, is_computed) in zip(("maintenance", "basic support"), bar.ends, strict=True)
        if day and day >= timeline.today
    ]
    return sorted(coming, key=lambda end: end.day)


TITLE = "Release series of Astro Runtime"
NOTHING = "No releases to show."
LAST_DAYS = "Dates are inclusive."
COMPUTED = "computed from the maintenance policy, not published"
_GROUPS = {
    Status.MAINTAINED: "Maintained",
    Status.BASIC_SUPPORT: "In basic support only",
    Status.UNSUPPORTED: "Unsupported",
}


def describe(timeline: Timeline) -> str:
    """Describe a picture in words, for those who cannot see it."""
    if not timeline.bars:
        return f"{NOTHING} As of {timeline.today}."
    years = f"{timeline.start.year} to {timeline.end.year}"
    count = counted(len(timeline.bars), "release series")
    sentences = [f"{count} over the years {years}, as of {timeline.today}."]
    for status, name in _GROUPS.items():
        bars = [bar for bar in timeline.bars if bar.schedule.status(timeline.today) is status]
        if bars:
            sentences.append(f"{name}: {'; '.join(map(describe_bar, bars))}.")
    return " ".join(sentences)


def describe_bar(bar: Bar) -> str:
    """Describe a bar: `13 LTS, Airflow 2.11, released 2025-05-20, maintained until 2027-04-30`."""
    return ", ".join(_facts(bar))


def _facts(bar: Bar) -> Iterator[str]:
    yield visible(bar.series.name) + (" LTS" if bar.schedule.is_lts else "")
    yield f"Airflow {visible(bar.series.airflow)}"
    yield f"released {bar.series.released}"
    for what, (day, is_computed) in zip(("maintained", "basic support"), bar.ends, strict=True):
        if day:
            yield f"{what} until {day}{' (computed)' if is_computed else ''}"
    if bar.files:
        yield count_dockerfiles(bar.files)


def shorten(text: str, limit: int) -> str:
    """Return `text` as it is shown, in at most `limit` characters."""
    shown = visible(text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def count_dockerfiles(count: int) -> str:
    """Return `1 Dockerfile`, `1,200 Dockerfiles`."""
    return f"{count:,} {plural(count, 'Dockerfile')}"
