"""Build a timeline of release series. It contains the data for all output formats."""

from collections.abc import Collection, Mapping
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from lint_runtime.lifecycle.model import End, ReleaseSeries, Schedule, State
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.text import counted, plural, visible

TITLE = "Release series of Astro Runtime"
NOTHING = "No releases to show."
LAST_DAYS = "Dates are inclusive."
COMPUTED = "computed from the maintenance policy, not published"
_GROUPS = {
    "Maintained": (State.MAINTAINED, State.ENDING),
    "In basic support only": (State.BASIC_SUPPORT,),
    "Unsupported": (State.UNSUPPORTED,),
}


class Bar(NamedTuple):
    """A release series on the timeline.

    series: the series
    schedule: the end dates of the series
    files: the number of files that use the series
    """

    series: ReleaseSeries
    schedule: Schedule
    files: int


class Timeline(NamedTuple):
    """A timeline of release series.

    bars: the series, oldest first
    today: the day to mark as today
    start: the first day shown
    end: the last day shown
    """

    bars: tuple[Bar, ...]
    today: date
    start: date
    end: date


class UpcomingEnd(NamedTuple):
    """An end date of a series, today or later.

    series: the name of the series
    what: the kind of end, `maintenance` or `basic support`
    end: the end date
    days: the number of days from today to the end date
    files: the number of files that use the series
    """

    series: str
    what: str
    end: End
    days: int
    files: int


def build_timeline(
    known: Snapshot, files: Mapping[str, int], wanted: Collection[str] | None = None
) -> Timeline:
    """Build a timeline of the released series with known ends. The timeline spans whole years.

    files: the number of files, keyed by series name
    wanted: the names of the series to show, or None for all
    """
    bars = [
        Bar(lifecycle.series, lifecycle.schedule, files.get(lifecycle.series.name, 0))
        for lifecycle in known.released
        if lifecycle.schedule and (wanted is None or lifecycle.series.name in wanted)
    ]
    ends = [bar.schedule.basic_support or bar.schedule.maintenance for bar in bars]
    days = [known.day, *(bar.series.released for bar in bars), *(end.day for end in ends)]
    return Timeline(tuple(bars), known.day, date(min(days).year, 1, 1), date(max(days).year, 12, 31))


def list_ends(timeline: Timeline) -> list[UpcomingEnd]:
    """Return the ends that are today or later, earliest first."""
    upcoming = [
        UpcomingEnd(bar.series.name, what, end, (end.day - timeline.today).days, bar.files)
        for bar in timeline.bars
        for what, end in zip(("maintenance", "basic support"), bar.schedule.ends, strict=True)
        if end and end.day >= timeline.today
    ]
    return sorted(upcoming, key=attrgetter("days"))


def text_alternative(timeline: Timeline) -> str:
    """Describe the timeline in words for screen readers."""
    today = timeline.today
    if not timeline.bars:
        return f"{NOTHING} As of {today}."
    years = f"{timeline.start.year} to {timeline.end.year}"
    count = counted(len(timeline.bars), "release series")
    sentences = [f"{count} over the years {years}, as of {today}."]
    for name, states in _GROUPS.items():
        labels = [bar_label(bar) for bar in timeline.bars if bar.schedule.state(timeline.today) in states]
        if labels:
            sentences.append(f"{name}: {'; '.join(labels)}.")
    return " ".join(sentences)


def bar_label(bar: Bar) -> str:
    """Describe a bar in words: `13 LTS, Airflow 2.11, released 2025-05-20, ...`."""
    facts = [
        visible(bar.series.name) + (" LTS" if bar.schedule.is_lts else ""),
        f"Airflow {visible(bar.series.airflow)}",
        f"released {bar.series.released}",
        f"maintained until {bar.schedule.maintenance}",
    ]
    if bar.schedule.basic_support:
        facts.append(f"basic support until {bar.schedule.basic_support}")
    if bar.files:
        facts.append(count_files(bar.files))
    return ", ".join(facts)


def shorten(text: str, limit: int) -> str:
    """Escape `text`, and truncate it to at most `limit` characters."""
    shown = visible(text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def count_files(count: int) -> str:
    """Format a count of files: `1 file` or `1,200 files`."""
    return f"{count:,} {plural(count, 'file')}"
