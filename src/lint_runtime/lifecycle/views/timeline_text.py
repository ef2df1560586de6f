"""A timeline in characters, for a terminal."""

from collections.abc import Iterable, Iterator
from datetime import date
from itertools import groupby
from textwrap import wrap
from typing import Any, NamedTuple

from click import style

from lint_runtime.lifecycle.model import Status
from lint_runtime.lifecycle.views.timeline import (
    COMPUTED,
    LAST_DAYS,
    NOTHING,
    TITLE,
    Bar,
    Timeline,
    shorten,
)

NARROWEST = 40
"""Fewer columns than this hold no picture."""

_BOTH_ENDS = 64
"""Fewer columns than this have no room for the end of basic support."""

_MAINTENANCE, _BASIC, _TODAY, _YEAR, _NOTHING = "█▒│· "
_LOOKS: dict[str, dict[str, Any]] = {
    _MAINTENANCE: {"fg": "green"},
    _BASIC: {"fg": "yellow"},
    _TODAY: {"fg": "cyan", "bold": True},
    _YEAR: {"dim": True},
}
_PAST = {"dim": True}
_NAMES = {Status.MAINTAINED: {"bold": True}, Status.UNSUPPORTED: _PAST}


class _Columns(NamedTuple):
    """The widths of the columns next to the chart; 0 for those that have no room or nothing to show."""

    name: int
    maintenance: int
    basic: int
    files: int

    def join(self, name: str, chart: str, values: Iterable[str]) -> str:
        """Join the cells of a row; `values`: those right of the chart."""
        sides = (str.ljust, str.ljust, str.rjust)
        cells = [
            side(value, width) for value, width, side in zip(values, self[1:], sides, strict=True) if width
        ]
        return " ".join([name.ljust(self.name), chart, *cells])


class _Chart(NamedTuple):
    """The columns that the days of a timeline get."""

    timeline: Timeline
    width: int

    def column(self, day: date) -> int:
        """Return the column that a day lies in; of one that is not in the chart, the column next to it."""
        first, last = self.timeline.start.toordinal(), self.timeline.end.toordinal()
        column = (day.toordinal() - first) * self.width // (last - first + 1)
        return min(max(column, 0), self.width - 1)

    def years(self) -> Iterator[tuple[int, int]]:
        """Yield the years that there is room to name, and where they start."""
        free = 0
        for year in range(self.timeline.start.year, self.timeline.end.year + 1):
            column = self.column(date(year, 1, 1))
            if free <= column <= self.width - 4:
                yield year, column
                free = column + 5


def render_text(timeline: Timeline, width: int, *, is_colored: bool, title: str = TITLE) -> str:
    """Return the picture, at most `width` columns wide; below NARROWEST, as wide as that."""
    width = max(width, NARROWEST)
    heading = wrap(f"{title}, as of {timeline.today}", width)
    if not timeline.bars:
        return "\n".join([*heading, "", NOTHING, ""])
    columns = _columns(timeline, width)
    # A space separates each column from the next.
    chart = _Chart(timeline, width - sum(column + 1 for column in columns if column))
    lines = [*heading, "", *_scale(chart, columns)]
    lines += [_row(bar, chart, columns, is_colored=is_colored) for bar in timeline.bars]
    lines += ["", *wrap(_legend(timeline), width), ""]
    return "\n".join(map(str.rstrip, lines))


def _columns(timeline: Timeline, width: int) -> _Columns:
    name = max(len(_name(bar, width // 4)) for bar in timeline.bars)
    end = len("2026-01-31") + timeline.has_computed_ends
    files = max(bar.files for bar in timeline.bars)
    return _Columns(
        name,
        maintenance=end,
        basic=end if width >= _BOTH_ENDS else 0,
        files=max(len(f"{files:,}"), len("files")) if files else 0,
    )


def _name(bar: Bar, limit: int) -> str:
    channel = " LTS" if bar.schedule.is_lts else ""
    return shorten(bar.series.name, limit - len(channel)) + channel


def _scale(chart: _Chart, columns: _Columns) -> Iterator[str]:
    """Yield the line that marks today, and the years with the headers of the columns."""
    column, left, right = chart.column(chart.timeline.today), f"today {_TODAY}", f"{_TODAY} today"
    if column + len(right) <= chart.width:
        mark = " " * column + right
    else:
        mark = (left if column + 1 >= len(left) else _TODAY).rjust(column + 1)
    yield " " * (columns.name + 1) + mark
    cells = [_NOTHING] * chart.width
    for year, start in chart.years():
        cells[start : start + 4] = str(year)
    yield columns.join("", "".join(cells), ("maintained", "support", "files"))


def _row(bar: Bar, chart: _Chart, columns: _Columns, *, is_colored: bool) -> str:
    name = _name(bar, columns.name).ljust(columns.name)
    cells = _cells(bar, chart)
    if is_colored:
        status = bar.schedule.status(chart.timeline.today)
        name = style(name, **_NAMES.get(status, {}))
        cells = "".join(_color(mark, "".join(run), status) for mark, run in groupby(cells))
    ends = [f"{day or '-'}{'≈' if is_computed else ''}" for day, is_computed in bar.ends]
    return columns.join(name, cells, [*ends, f"{bar.files:,}" if bar.files else ""])


def _cells(bar: Bar, chart: _Chart) -> str:
    cells = [_NOTHING] * chart.width
    for _, column in chart.years():
        cells[column] = _YEAR
    start = chart.column(bar.series.released)
    for mark, (end, _) in zip((_MAINTENANCE, _BASIC), bar.ends, strict=True):
        if end:
            after = max(start, chart.column(end) + 1)
            cells[start:after] = mark * (after - start)
            start = after
    cells[chart.column(chart.timeline.today)] = _TODAY
    return "".join(cells)


def _color(mark: str, run: str, status: Status) -> str:
    is_past = status is Status.UNSUPPORTED and mark in (_MAINTENANCE, _BASIC)
    look = _PAST if is_past else _LOOKS.get(mark)
    return style(run, **look) if look else run


def _legend(timeline: Timeline) -> str:
    parts = [f"{_MAINTENANCE} maintenance", f"{_BASIC} basic support", f"{_TODAY} today"]
    if timeline.has_computed_ends:
        parts.append(f"≈ {COMPUTED}")
    return f"{', '.join(parts)}. {LAST_DAYS}"
