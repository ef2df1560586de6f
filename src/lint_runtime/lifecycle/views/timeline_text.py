"""Render a timeline as text for a terminal."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from textwrap import wrap
from typing import Any

from click import style

from lint_runtime.lifecycle.model import State
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
"""The minimum width of the output, in columns."""

_BOTH_ENDS = 64
"""The minimum width of output that includes the end of basic support."""

_MAINTENANCE, _BASIC, _TODAY, _YEAR, _NOTHING = "█▒│· "
_ABOUT = "≈"
_IN_ASCII = str.maketrans(f"{_MAINTENANCE}{_BASIC}{_TODAY}{_YEAR}{_ABOUT}", "#=|.~")
_LOOKS: dict[str, dict[str, Any]] = {
    _MAINTENANCE: {"fg": "green"},
    _BASIC: {"fg": "yellow"},
    _TODAY: {"fg": "cyan", "bold": True},
    _YEAR: {"dim": True},
}
_PAST = {"dim": True}
_NAMES = {State.MAINTAINED: {"bold": True}, State.ENDING: {"bold": True}, State.UNSUPPORTED: _PAST}


def render_text(
    timeline: Timeline, width: int, *, is_colored: bool, title: str = TITLE, encoding: str = "utf-8"
) -> str:
    """Render the timeline in `width` columns, or NARROWEST if `width` is smaller.

    encoding: the encoding of the output; if it lacks the chart's characters, ASCII characters are used
    """
    width = max(width, NARROWEST)
    heading = wrap(f"{title}, as of {timeline.today}", width)
    if not timeline.bars:
        return "\n".join([*heading, "", NOTHING, ""])
    names = []
    for bar in timeline.bars:
        channel = " LTS" if bar.schedule.is_lts else ""
        names.append(shorten(bar.series.name, width // 4 - len(channel)) + channel)
    has_computed_ends = any(bar.schedule.computed for bar in timeline.bars)
    name, dates = max(map(len, names)), len("2026-01-31") + has_computed_ends
    # The format of a line: a name, a row of the chart, one or two end dates, and a number of files.
    line = f"{{0:{name}}} {{1}} {{2:{dates}}}"
    line += f" {{3:{dates}}}" if width >= _BOTH_ENDS else ""
    if count := max(bar.files for bar in timeline.bars):
        line += f" {{4:>{max(len(f'{count:,}'), len('files'))}}}"
    chart = width - len(line.format(*[""] * 5))

    def column(day: date) -> int:
        """Return the chart column of a day. Days outside the chart get the first or the last column."""
        first, last = timeline.start.toordinal(), timeline.end.toordinal()
        x = (day.toordinal() - first) * chart // (last - first + 1)
        return min(max(x, 0), chart - 1)

    legend = [f"{_MAINTENANCE} maintenance", f"{_BASIC} basic support", f"{_TODAY} today"]
    legend += [f"{_ABOUT} {COMPUTED}"] if has_computed_ends else []
    x, left, right = column(timeline.today), f"today {_TODAY}", f"{_TODAY} today"
    if x + len(right) <= chart:
        mark = " " * x + right
    else:
        mark = (left if x + 1 >= len(left) else _TODAY).rjust(x + 1)
    years, grid, free = [_NOTHING] * chart, [_NOTHING] * chart, 0
    for year in range(timeline.start.year, timeline.end.year + 1):
        start = column(date(year, 1, 1))
        # Draw a grid line only if the label of the year fits.
        if free <= start <= chart - 4:
            years[start : start + 4], grid[start], free = str(year), _YEAR, start + 5
    headers = line.format("", "".join(years), "maintained", "support", "files")
    lines = [*heading, "", " " * (name + 1) + mark, headers]
    for bar, name_of_bar in zip(timeline.bars, names, strict=True):
        label, look = name_of_bar.ljust(name), _NAMES.get(bar.schedule.state(timeline.today), {})
        drawn = _draw(bar, grid, timeline.today, column, is_colored=is_colored)
        ends = (
            f"{end.day}{_ABOUT if end.is_computed else ''}" if end else "-" for end in bar.schedule.ends
        )
        files = f"{bar.files:,}" if bar.files else ""
        lines.append(line.format(style(label, **look) if is_colored else label, drawn, *ends, files))
    lines += ["", *wrap(f"{', '.join(legend)}. {LAST_DAYS}", width), ""]
    picture = "\n".join(map(str.rstrip, lines))
    try:
        "".join(map(chr, _IN_ASCII)).encode(encoding)
    except UnicodeEncodeError:
        return picture.translate(_IN_ASCII)
    return picture


def _draw(
    bar: Bar, grid: Sequence[str], today: date, column: Callable[[date], int], *, is_colored: bool
) -> str:
    """Return the grid with a bar and the mark for today. `column` maps a day to its column."""
    cells = [*grid]
    start = column(bar.series.released)
    for mark, end in zip((_MAINTENANCE, _BASIC), bar.schedule.ends, strict=True):
        if end:
            # Clamp the end: invalid data may have an end before the start.
            after = max(start, column(end.day) + 1)
            cells[start:after] = mark * (after - start)
            start = after
    cells[column(today)] = _TODAY
    if not is_colored:
        return "".join(cells)
    is_past = bar.schedule.state(today) is State.UNSUPPORTED
    looks = {**_LOOKS, _MAINTENANCE: _PAST, _BASIC: _PAST} if is_past else _LOOKS
    runs = ["".join(run) for _, run in groupby(cells)]
    return "".join(style(run, **looks[run[0]]) if run[0] in looks else run for run in runs)
