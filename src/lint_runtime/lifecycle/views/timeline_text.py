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
    shortened,
    status,
)

NARROWEST = 40
"""Less than so many columns hold no picture."""

_BOTH_ENDS = 64
_MAINTENANCE, _BASIC, _TODAY, _YEAR, _NOTHING = "█▒│· "
_LOOKS: dict[str, dict[str, Any]] = {
    _MAINTENANCE: {"fg": "green"},
    _BASIC: {"fg": "yellow"},
    _TODAY: {"fg": "cyan", "bold": True},
    _YEAR: {"dim": True},
}
_PAST = {"dim": True}
_NAMES = {Status.MAINTAINED: {"bold": True}, Status.ENDED: _PAST}


class _Chart(NamedTuple):
    """How many columns the days from `first` to `last` get; both are ordinals, and in the chart."""

    columns: int
    first: int
    last: int

    def column(self, day: date) -> int:
        """Return the column that a day lies in; of one that is not in the chart, the column next to it."""
        column = (day.toordinal() - self.first) * self.columns // (self.last - self.first + 1)
        return min(max(column, 0), self.columns - 1)


class _Columns(NamedTuple):
    """How wide the columns beside the chart are; 0 for those that there is no room or nothing for."""

    name: int
    maintenance: int
    basic: int
    files: int

    @property
    def taken(self) -> int:
        """What they take of a line, with a space before each but the first."""
        return sum(width + 1 for width in self if width)


def text(shown: Timeline, width: int, *, is_colored: bool, title: str = TITLE) -> str:
    """Return the picture, at most `width` columns wide; below NARROWEST, as wide as that."""
    width = max(width, NARROWEST)
    heading = wrap(f"{title}, as of {shown.today}", width)
    if not shown.bars:
        return "\n".join([*heading, "", NOTHING, ""])
    columns = _columns(shown, width)
    chart = _Chart(width - columns.taken, shown.start.toordinal(), shown.end.toordinal())
    lines = [*heading, "", *_scale(shown, chart, columns)]
    lines += [_row(bar, shown, chart, columns, is_colored=is_colored) for bar in shown.bars]
    lines += ["", *wrap(_legend(shown), width), ""]
    return "\n".join(map(str.rstrip, lines))


def _columns(shown: Timeline, width: int) -> _Columns:
    names = max(len(_name(bar, width // 4)) for bar in shown.bars)
    has_files = any(bar.files for bar in shown.bars)
    counts = max(len(f"{bar.files:,}") for bar in shown.bars)
    end = 11 if any(bar.computed for bar in shown.bars) else 10
    return _Columns(names, end, end if width >= _BOTH_ENDS else 0, max(counts, 5) if has_files else 0)


def _name(bar: Bar, limit: int) -> str:
    channel = " LTS" if bar.is_lts else ""
    return shortened(bar.series, limit - len(channel)) + channel


def _scale(shown: Timeline, chart: _Chart, columns: _Columns) -> Iterator[str]:
    """Yield the line that marks today, and the years with the headers of the columns."""
    at, label = chart.column(shown.today), "today"
    left, right = f"{label} {_TODAY}", f"{_TODAY} {label}"
    is_right = at + len(right) <= chart.columns
    mark = (
        " " * at + right if is_right else left.rjust(at + 1) if at >= len(label) + 1 else " " * at + _TODAY
    )
    yield " " * (columns.name + 1) + mark
    cells = [_NOTHING] * chart.columns
    for year, column in _years(shown, chart):
        cells[column : column + 4] = str(year)
    yield _joined("", "".join(cells), ("maintained", "support", "files"), columns)


def _years(shown: Timeline, chart: _Chart) -> Iterator[tuple[int, int]]:
    """Yield the years that there is room to name, and where they start."""
    free = 0
    for year in range(shown.start.year, shown.end.year + 1):
        column = chart.column(date(year, 1, 1))
        if free <= column <= chart.columns - 4:
            yield year, column
            free = column + 5


def _joined(name: str, chart: str, values: Iterable[str], columns: _Columns) -> str:
    cells = [name.ljust(columns.name), chart]
    widths = (columns.maintenance, columns.basic, columns.files)
    sides = (str.ljust, str.ljust, str.rjust)
    cells += [side(value, width) for value, width, side in zip(values, widths, sides, strict=True) if width]
    return " ".join(cells)


def _row(bar: Bar, shown: Timeline, chart: _Chart, columns: _Columns, *, is_colored: bool) -> str:
    standing = status(bar, shown.today)
    is_past = standing is Status.ENDED
    name = _name(bar, columns.name).ljust(columns.name)
    cells = _cells(bar, shown, chart)
    if is_colored:
        name = style(name, **_NAMES.get(standing, {}))
        cells = "".join(_colored(mark, "".join(run), is_past) for mark, run in groupby(cells))
    ends = (
        _end(bar, "end_of_maintenance", bar.end_of_maintenance),
        _end(bar, "end_of_basic_support", bar.end_of_basic_support),
    )
    return _joined(name, cells, (*ends, f"{bar.files:,}" if bar.files else ""), columns)


def _end(bar: Bar, name: str, day: date | None) -> str:
    return f"{day or '-'}{'≈' if name in bar.computed else ''}"


def _cells(bar: Bar, shown: Timeline, chart: _Chart) -> str:
    cells = [_NOTHING] * chart.columns
    for _, column in _years(shown, chart):
        cells[column] = _YEAR
    start = chart.column(bar.released)
    for mark, end in ((_MAINTENANCE, bar.end_of_maintenance), (_BASIC, bar.end_of_basic_support)):
        if end:
            after = max(start, chart.column(end) + 1)
            cells[start:after] = mark * (after - start)
            start = after
    cells[chart.column(shown.today)] = _TODAY
    return "".join(cells)


def _colored(mark: str, run: str, is_past: bool) -> str:
    look = _PAST if is_past and mark in (_MAINTENANCE, _BASIC) else _LOOKS.get(mark)
    return style(run, **look) if look else run


def _legend(shown: Timeline) -> str:
    parts = [f"{_MAINTENANCE} maintenance", f"{_BASIC} basic support", f"{_TODAY} today"]
    if any(bar.computed for bar in shown.bars):
        parts.append(f"≈ {COMPUTED}")
    return f"{', '.join(parts)}. {LAST_DAYS}"
