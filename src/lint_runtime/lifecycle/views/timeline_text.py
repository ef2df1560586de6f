"""A timeline drawn with characters, for a terminal."""

from collections.abc import Iterator
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
"""The minimum width of a picture."""

_BOTH_ENDS = 64
"""The minimum width of a picture with a column for the end of basic support."""

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
    """The widths of the columns. A width of 0 leaves the column out.

    timeline: the timeline
    name: the names of the series
    chart: the bars
    maintenance: the ends of maintenance
    basic: the ends of basic support
    files: the numbers of Dockerfiles
    """

    timeline: Timeline
    name: int
    chart: int
    maintenance: int
    basic: int
    files: int

    def line(self, name: str, chart: str, maintenance: str, basic: str, files: str) -> str:
        """Join the cells of a line."""
        cells = [name.ljust(self.name), chart, maintenance.ljust(self.maintenance)]
        cells += [basic.ljust(self.basic)] if self.basic else []
        cells += [files.rjust(self.files)] if self.files else []
        return " ".join(cells)

    def x(self, day: date) -> int:
        """Return the position of a day in the chart. Days outside the chart get the nearest one."""
        first, last = self.timeline.start.toordinal(), self.timeline.end.toordinal()
        x = (day.toordinal() - first) * self.chart // (last - first + 1)
        return min(max(x, 0), self.chart - 1)

    def years(self) -> Iterator[tuple[int, int]]:
        """Yield the years with room for a label, and their positions."""
        free = 0
        for year in range(self.timeline.start.year, self.timeline.end.year + 1):
            x = self.x(date(year, 1, 1))
            if free <= x <= self.chart - 4:
                yield year, x
                free = x + 5


def render_text(
    timeline: Timeline, width: int, *, is_colored: bool, title: str = TITLE, encoding: str = "utf-8"
) -> str:
    """Return the picture, at most `width` columns wide but at least NARROWEST.

    encoding: the encoding of the terminal, which may lack the characters of the picture
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
    # A space separates two columns.
    chart = width - sum(column + 1 for column in (name, maintenance, basic, files) if column)
    layout = _Layout(timeline, name, chart, maintenance, basic, files)
    legend = [f"{_MAINTENANCE} maintenance", f"{_BASIC} basic support", f"{_TODAY} today"]
    legend += [f"{_ABOUT} {COMPUTED}"] if timeline.has_computed_ends else []
    lines = [*heading, "", *_header(layout)]
    for bar, name_of_bar in zip(timeline.bars, names, strict=True):
        lines.append(_row(bar, name_of_bar, layout, is_colored=is_colored))
    lines += ["", *wrap(f"{', '.join(legend)}. {LAST_DAYS}", width), ""]
    picture = "\n".join(map(str.rstrip, lines))
    try:
        "".join(map(chr, _IN_ASCII)).encode(encoding)
    except UnicodeEncodeError:
        return picture.translate(_IN_ASCII)
    return picture


def _header(layout: _Layout) -> tuple[str, str]:
    """Return the line with today's mark, and the line with the years and the headers."""
    x, left, right = layout.x(layout.timeline.today), f"today {_TODAY}", f"{_TODAY} today"
    if x + len(right) <= layout.chart:
        mark = " " * x + right
    else:
        mark = (left if x + 1 >= len(left) else _TODAY).rjust(x + 1)
    cells = [_NOTHING] * layout.chart
    for year, start in layout.years():
        cells[start : start + 4] = str(year)
    headers = layout.line("", "".join(cells), "maintained", "support", "files")
    return " " * (layout.name + 1) + mark, headers


def _row(bar: Bar, name: str, layout: _Layout, *, is_colored: bool) -> str:
    cells = [_NOTHING] * layout.chart
    for _, x in layout.years():
        cells[x] = _YEAR
    start = layout.x(bar.series.released)
    for mark, end in zip((_MAINTENANCE, _BASIC), bar.ends, strict=True):
        if end:
            # Wrong data may have an end before the start.
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
        f"{end.day}{_ABOUT if end.is_computed else ''}" if end else "-" for end in bar.ends
    )
    return layout.line(name, chart, maintenance, basic, f"{bar.files:,}" if bar.files else "")
