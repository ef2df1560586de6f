"""A timeline as one self-contained SVG: a picture in a README, and a part of a page."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple
from xml.etree import ElementTree as ET

from lint_runtime.lifecycle.model import Status
from lint_runtime.lifecycle.views.timeline import (
    COMPUTED,
    LAST_DAYS,
    NOTHING,
    TITLE,
    Bar,
    Timeline,
    count_dockerfiles,
    describe,
    describe_bar,
    shorten,
)
from lint_runtime.text import visible

_WIDTH = 1000
_MARGIN = 20
_TOP = 106
_ROW = 28
_BAR = 14
_DATES = 106
"""The width of a column of dates."""
_YEAR = 46
"""The least width in which a year is named."""
_EMPTY = 88
"""The height of a picture without bars."""


class _Layout(NamedTuple):
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


def render_svg(timeline: Timeline, *, title: str = TITLE) -> str:
    """Return the picture, in ASCII, so that it is the same in every encoding.

    A page around it sets its colors by custom properties: `--lr-background`, `--lr-maintained` and so on.
    """
    root = _canvas(timeline, title)
    _draw_text(root, _MARGIN, 34, title, "lr-title")
    if timeline.bars:
        bottom = _draw_chart(root, timeline)
    else:
        bottom = _EMPTY
        _draw_text(root, _MARGIN, 64, f"{NOTHING} As of {timeline.today}.", "lr-muted")
    root.set("viewBox", f"0 0 {_WIDTH} {bottom:g}")
    root.set("width", "100%")
    picture: bytes = ET.tostring(root, encoding="us-ascii")
    return picture.decode("ascii") + "\n"


def _canvas(timeline: Timeline, title: str) -> ET.Element:
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "lr-timeline", "role": "img"})
    root.set("aria-labelledby", "lr-timeline-title lr-timeline-desc")
    ET.SubElement(root, "title", {"id": "lr-timeline-title"}).text = visible(title)
    ET.SubElement(root, "desc", {"id": "lr-timeline-desc"}).text = describe(timeline)
    ET.SubElement(root, "style").text = _style()
    definitions = ET.SubElement(root, "defs")
    for suffix in ("", "-past"):
        side = {"width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
        pattern = ET.SubElement(definitions, "pattern", {"id": f"lr-hatch{suffix}", **side})
        pattern.set("patternTransform", "rotate(45)")
        _draw_line(pattern, f"lr-hatch-line{suffix}", (1, 0), (1, 6))
    ET.SubElement(root, "rect", {"class": "lr-background", "width": "100%", "height": "100%", "rx": "6"})
    return root


@cache
def _style() -> str:
    return (files("lint_runtime") / "lifecycle" / "views" / "timeline.css").read_text(encoding="utf-8")


def _draw_chart(root: ET.Element, timeline: Timeline) -> float:
    """Draw all but the title, and return where it ends."""
    layout = _layout(timeline)
    _draw_header(root, layout)
    _draw_years(root, timeline, layout)
    for index, bar in enumerate(timeline.bars):
        _draw_row(root, bar, timeline.today, layout, _TOP + index * _ROW)
    _draw_today(root, timeline.today, layout)
    for index, bar in enumerate(timeline.bars):
        if bar.files:
            _draw_badge(root, bar, layout, _TOP + index * _ROW + _ROW / 2)
    return _draw_legend(root, timeline, layout.bottom + 28) + 18


def _layout(timeline: Timeline) -> _Layout:
    """Give each column the room that its longest text needs, and the chart what is left."""
    name = max(len(_name(bar)) for bar in timeline.bars)
    airflow = max(len(_airflow(bar)) for bar in timeline.bars)
    channel_at = _MARGIN + max(_room(name, 13), 54) + 4
    airflow_at = channel_at + 46
    return _Layout(
        channel_at,
        airflow_at,
        left=airflow_at + max(_room(airflow, 13), 50) + 10,
        right=_WIDTH - _MARGIN - 2 * _DATES,
        bottom=_TOP + len(timeline.bars) * _ROW,
        first=timeline.start.toordinal(),
        last=timeline.end.toordinal() + 1,
    )


def _name(bar: Bar) -> str:
    return shorten(bar.series.name, 24)


def _airflow(bar: Bar) -> str:
    return shorten(bar.series.airflow, 12)


def _draw_header(root: ET.Element, layout: _Layout) -> None:
    _draw_text(root, _MARGIN, _TOP - 10, "Runtime", "lr-small lr-muted")
    _draw_text(root, layout.airflow, _TOP - 10, "Airflow", "lr-small lr-muted")
    for column, what in enumerate(("maintenance", "basic support"), start=1):
        x = layout.right + column * _DATES
        _draw_text(root, x, _TOP - 24, "end of", "lr-small lr-muted", "end")
        _draw_text(root, x, _TOP - 10, what, "lr-small lr-muted", "end")


def _draw_years(root: ET.Element, timeline: Timeline, layout: _Layout) -> None:
    first, last = timeline.start.year, timeline.end.year
    width = (layout.right - layout.left) / (last - first + 1)
    step = next(step for step in _STEPS if step * width >= _YEAR)
    for year in range(first, last + 1, step):
        x = layout.x(date(year, 1, 1).toordinal())
        _draw_line(root, "lr-grid", (x, _TOP - 44), (x, layout.bottom))
        # The last year may have no room of its own where only some are labeled.
        if x + _YEAR <= layout.right + 1:
            _draw_text(root, x + 5, _TOP - 34, str(year), "lr-small lr-muted")
    _draw_line(root, "lr-grid", (layout.right, _TOP - 44), (layout.right, layout.bottom))


_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


def _draw_row(root: ET.Element, bar: Bar, today: date, layout: _Layout, top: float) -> None:
    is_past = bar.schedule.status(today) is Status.UNSUPPORTED
    row = ET.SubElement(root, "g", {"class": "lr-series lr-past" if is_past else "lr-series"})
    ET.SubElement(row, "title").text = describe_bar(bar)
    _draw_line(row, "lr-grid", (_MARGIN, top), (_WIDTH - _MARGIN, top))
    baseline = top + _ROW / 2 + 4.5
    _draw_text(row, _MARGIN, baseline, _name(bar), "lr-name lr-muted" if is_past else "lr-name")
    if bar.schedule.is_lts:
        _draw_box(row, "lr-lts-mark", layout.channel, top + 7, 32, 14, 7)
        _draw_text(row, layout.channel + 16, top + 17.5, "LTS", "lr-lts", "middle")
    _draw_text(row, layout.airflow, baseline, _airflow(bar), "lr-muted" if is_past else "")
    _draw_bar(row, bar, layout, top + (_ROW - _BAR) / 2)
    for column, (end, is_computed) in enumerate(bar.ends, start=1):
        label = f"≈ {end}" if is_computed else str(end or "–")
        look = "lr-date" if end and end >= today else "lr-date lr-muted"
        _draw_text(row, layout.right + column * _DATES, baseline, label, look, "end")


def _draw_bar(row: ET.Element, bar: Bar, layout: _Layout, top: float) -> None:
    start = bar.series.released.toordinal()
    for part, (end, is_computed) in zip(("lr-maintenance", "lr-basic"), bar.ends, strict=True):
        if end:
            # The end is the last day that counts. A table may have it before the start.
            after = max(start, end.toordinal() + 1)
            left, right = layout.x(start), layout.x(after)
            look = f"{part} lr-computed" if is_computed else part
            _draw_box(row, look, left, top, right - left, _BAR, 2.5)
            start = after


def _draw_today(root: ET.Element, today: date, layout: _Layout) -> None:
    x, label = layout.x(today.toordinal()), f"Today {today}"
    width = _room(len(label), 11) + 8
    left = min(max(x - width / 2, layout.left), layout.right - width)
    _draw_line(root, "lr-today", (x, _TOP - 10), (x, layout.bottom))
    _draw_box(root, "lr-today-mark", left, _TOP - 26, width, 18, 9)
    _draw_text(root, left + width / 2, _TOP - 13, label, "lr-today-text", "middle")


def _draw_badge(root: ET.Element, bar: Bar, layout: _Layout, middle: float) -> None:
    """Draw the count right of the bar, left of it if that has no room, or else on it."""
    label = count_dockerfiles(bar.files)
    width = _room(len(label), 11) + 8
    start, end = (layout.x(day.toordinal()) for day in (bar.series.released, bar.last_day))
    places = (max(start, end) + 8, start - 8 - width)
    fitting = (x for x in places if layout.left <= x and x + width <= layout.right + 12)
    x = next(fitting, layout.left + 4)
    _draw_box(root, "lr-files", x, middle - 9, width, 18, 9)
    _draw_text(root, x + width / 2, middle + 4, label, "lr-files-text", "middle")


def _draw_legend(root: ET.Element, timeline: Timeline, y: float) -> float:
    """Draw what the parts mean, and return the last baseline."""
    x: float = _MARGIN
    for looks, words in _meanings(timeline):
        start = 34 if looks else 0
        width = start + _room(len(words), 11)
        if x + width > _WIDTH - _MARGIN:
            x, y = _MARGIN, y + 20
        if looks:
            group = ET.SubElement(root, "g", {"class": f"lr-legend {looks[0]}".strip()})
            _draw_box(group, looks[1], x, y - 9, 26, 10, 2.5)
        _draw_text(root, x + start, y, words, "lr-small lr-muted")
        x += width + 12
    return y


def _meanings(timeline: Timeline) -> Iterable[tuple[tuple[str, str] | None, str]]:
    """Yield the classes of a group and of a part in it, None for a text alone, and what they mean."""
    yield ("", "lr-maintenance"), "maintenance"
    yield ("", "lr-basic"), "basic support"
    if any(bar.schedule.status(timeline.today) is Status.UNSUPPORTED for bar in timeline.bars):
        yield ("lr-past", "lr-maintenance"), "ended"
    if timeline.has_computed_ends:
        yield ("", "lr-maintenance lr-computed"), f"≈ {COMPUTED}"
    yield None, LAST_DAYS


def _room(characters: int, size: float) -> float:
    """Return the most that so many characters take in a font of that size."""
    # No text is measured here, so each gets the room that the widest of the usual fonts takes for it.
    return characters * size * 0.7


def _draw_text(
    parent: ET.Element, x: float, y: float, content: str, look: str = "", anchor: str = "start"
) -> None:
    """Draw a text on the baseline `y`. `look`: its classes; `anchor`: which part of it is at `x`."""
    attributes = {
        "x": _number(x),
        "y": _number(y),
        "text-anchor": anchor,
        "class": f"lr-text {look}".strip(),
    }
    ET.SubElement(parent, "text", attributes).text = visible(content)


def _draw_line(parent: ET.Element, look: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    _draw_shape(parent, "line", look, x1=start[0], y1=start[1], x2=end[0], y2=end[1])


def _draw_box(
    parent: ET.Element, look: str, x: float, y: float, width: float, height: float, radius: float
) -> None:
    _draw_shape(parent, "rect", look, x=x, y=y, width=width, height=height, rx=radius)


def _draw_shape(parent: ET.Element, tag: str, look: str, **places: float) -> None:
    ET.SubElement(parent, tag, {"class": look, **{name: _number(at) for name, at in places.items()}})


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")
