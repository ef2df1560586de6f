"""Where the columns of an SVG timeline are, and where in it a day is. All lengths are in its own units."""

from typing import NamedTuple

from lint_runtime.lifecycle.views.timeline import Bar, Timeline
from lint_runtime.timeline_shapes import room
from lint_runtime.timeline_words import shortened

WIDTH = 1000
MARGIN = 20
TOP = 106
ROW = 28
DATES = 106
"""The width of a column of dates."""

_NAME, _AIRFLOW = 24, 12


class Layout(NamedTuple):
    """The left edges of the columns, and the edges of the chart with the days there.

    `first`: the ordinal of the first day; `last`: that of the day after the last one.
    """

    channel: float
    airflow: float
    left: float
    right: float
    bottom: float
    first: int
    last: int

    def x(self, ordinal: int) -> float:
        """Return where a day starts; of one that is not in the chart, the edge next to it."""
        # A table may have an end before another that it follows, and the chart ends with the last one.
        share = (ordinal - self.first) / (self.last - self.first)
        return self.left + min(max(share, 0), 1) * (self.right - self.left)


def layout_of(shown: Timeline) -> Layout:
    """Give each column the room that its longest text needs, and the chart what is left."""
    names = max(len(name(bar)) for bar in shown.bars)
    minors = max(len(airflow(bar)) for bar in shown.bars)
    channel_at = MARGIN + max(room(names, 13), 54) + 4
    airflow_at = channel_at + 46
    return Layout(
        channel_at,
        airflow_at,
        left=airflow_at + max(room(minors, 13), 50) + 10,
        right=WIDTH - MARGIN - 2 * DATES,
        bottom=TOP + len(shown.bars) * ROW,
        first=shown.start.toordinal(),
        last=shown.end.toordinal() + 1,
    )


def name(bar: Bar) -> str:
    """Return the name of a bar's line, as there is room for it."""
    return shortened(bar.line, _NAME)


def airflow(bar: Bar) -> str:
    """Return the Airflow version of a bar, as there is room for it."""
    return shortened(bar.airflow, _AIRFLOW)
