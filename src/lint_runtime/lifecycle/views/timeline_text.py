"""Render a timeline as text for a terminal."""

from datetime import date
from itertools import groupby
from textwrap import wrap
from typing import Any, NamedTuple

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


class _Layout(NamedTuple):
    """A timeline and the widths of its columns. A column of width 0 is omitted.

    timeline: the timeline
    name: the width of the series names
    chart: the width of the bars
    maintenance: the width of the end-of-maintenance dates
    basic: the width of the end-of-basic-support dates
    files: the width of the file counts
    """

    timeline: Timeline
    name: int
    chart: int
    maintenance: int
    basic: int
    files: int

    def line(self, name: str, chart: str, maintenance: str, basic: str, files: str) -> str:
        """Pad and join the cells of a line."""
        cells = [name.ljust(self.name), chart, maintenance.ljust(self.maintenance)]
        cells += [basic.ljust(self.basic)] if self.basic else []
        cells += [files.rjust(self.files)] if self.files else []
        return " ".join(cells)

    def x(self, day: date) -> int:
        """Return the chart column of a day, clamped to the chart."""
        first, last = self.timeline.start.toordinal(), self.timeline.end.toordinal()
        x = (day.toordinal() - first) * self.chart // (last - first + 1)
        return min(max(x, 0), self.chart - 1)


def render_text(
    timeline: Timeline, width: int, *, is_colored: bool, title: str = TITLE, encoding: str = "utf-8"
) -> str:
    """Render the timeline in `width` columns, or NARROWEST if `width` is smaller.

    encoding: the encoding of the output; ASCII characters replace those that it lacks
    """
    width = max(width, NARROWEST)
    heading = wrap(f"{title}, as of {timeline.today}", width)
    if not timeline.bars:
        return "\n".join([*heading, "", NOTHING, ""])
    names = []
    for bar in timeline.bars:
        channel = " LTS" if bar.schedule.is_lts else ""
        names.append(shorten(bar.series.name, width // 4 - len(channel)) + channel)
    name = max(map(len, names))
    maintenance = len("2026-01-31") + timeline.has_computed_ends
    basic = maintenance if width >= _BOTH_ENDS else 0
    count = max(bar.files for bar in timeline.bars)
    files = max(len(f"{count:,}"), len("files")) if count else 0
    # Columns are separated by one space.
    chart = width - sum(column + 1 for column in (name, maintenance, basic, files) if column)
    layout = _Layout(timeline, name, chart, maintenance, basic, files)
    legend = [f"{_MAINTENANCE} maintenance", f"{_BASIC} basic support", f"{_TODAY} today"]
    legend += [f"{_ABOUT} {COMPUTED}"] if timeline.has_computed_ends else []
    x, left, right = layout.x(timeline.today), f"today {_TODAY}", f"{_TODAY} today"
    if x + len(right) <= chart:
        mark = " " * x + right
    else:
        mark = (left if x + 1 >= len(left) else _TODAY).rjust(x + 1)
    years, grid, free = [_NOTHING] * chart, [_NOTHING] * chart, 0
    for year in range(timeline.start.year, timeline.end.year + 1):
        start = layout.x(date(year, 1, 1))
        # Draw a grid line only if the label of the year fits.
        if free <= start <= chart - 4:
            years[start : start + 4], grid[start], free = str(year), _YEAR, start + 5
    headers = layout.line("", "".join(years), "maintained", "support", "files")
    lines = [*heading, "", " " * (name + 1) + mark, headers]
    for bar, name_of_bar in zip(timeline.bars, names, strict=True):
        lines.append(_row(bar, name_of_bar, layout, grid, is_colored=is_colored))
    lines += ["", *wrap(f"{', '.join(legend)}. {LAST_DAYS}", width), ""]
    picture = "\n".join(map(str.rstrip, lines))
    try:
        "".join(map(chr, _IN_ASCII)).encode(encoding)
    except UnicodeEncodeError:
        return picture.translate(_IN_ASCII)
    return picture


def _row(bar: Bar, name: str, layout: _Layout, grid: list[str], *, is_colored: bool) -> str:
    cells = grid.copy()
    start = layout.x(bar.series.released)
    for mark, end in zip((_MAINTENANCE, _BASIC), bar.schedule.ends, strict=True):
        if end:
            # Invalid data may have an end before the start.
            after = max(start, layout.x(end.day) + 1)
            cells[start:after] = mark * (after - start)
            start = after
    cells[layout.x(layout.timeline.today)] = _TODAY
    name, chart = name.ljust(layout.name), "".join(cells)
    if is_colored:
        state = bar.schedule.state(layout.timeline.today)
        name = style(name, **_NAMES.get(state, {}))
        looks = {**_LOOKS, _MAINTENANCE: _PAST, _BASIC: _PAST} if state is State.UNSUPPORTED else _LOOKS
        runs = ["".join(run) for _, run in groupby(cells)]
        chart = "".join(style(run, **looks[run[0]]) if run[0] in looks else run for run in runs)
    maintenance, basic = (
        f"{end.day}{_ABOUT if end.is_computed else ''}" if end else "-" for end in bar.schedule.ends
    )
    return layout.line(name, chart, maintenance, basic, f"{bar.files:,}" if bar.files else "")
