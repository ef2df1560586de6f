"""A timeline as one self-contained SVG: a picture in a README, and a part of a page."""

from collections.abc import Iterable
from datetime import date
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
    description,
    legal,
    sentence,
    shortened,
    status,
)
from lint_runtime.text import counted

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
    """Return the name of a bar's series, as there is room for it."""
    return shortened(bar.series, _NAME)


def airflow(bar: Bar) -> str:
    """Return the Airflow version of a bar, as there is room for it."""
    return shortened(bar.airflow, _AIRFLOW)


# No text is measured here, so each gets the room that the widest of the usual fonts takes for it.
_ADVANCE = 0.7


def room(characters: int, size: float) -> float:
    """Return how wide so many characters are at the most, in a font of that size."""
    return characters * size * _ADVANCE


def text(
    parent: ET.Element, x: float, y: float, content: str, look: str = "", anchor: str = "start"
) -> None:
    """Draw a text on the baseline `y`. `look`: its classes; `anchor`: which part of it is at `x`."""
    attributes = {
        "x": _number(x),
        "y": _number(y),
        "text-anchor": anchor,
        "class": f"lr-text {look}".strip(),
    }
    ET.SubElement(parent, "text", attributes).text = legal(content)


def line(parent: ET.Element, look: str, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Draw a straight line."""
    places = {"x1": start[0], "y1": start[1], "x2": end[0], "y2": end[1]}
    ET.SubElement(parent, "line", {"class": look, **{name: _number(at) for name, at in places.items()}})


def box(
    parent: ET.Element, look: str, x: float, y: float, width: float, height: float, radius: float
) -> None:
    """Draw a rectangle with round corners."""
    places = {"x": x, "y": y, "width": width, "height": height, "rx": radius}
    ET.SubElement(parent, "rect", {"class": look, **{name: _number(at) for name, at in places.items()}})


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


# Each color can be set by the page around, as a custom property; names are prefixed, for the styles
# of an SVG in a page are those of the page.
_LIGHT = {
    "background": "#ffffff",
    "text": "#1f2328",
    "muted": "#59636e",
    "grid": "#d8dee4",
    "maintained": "#1a7f37",
    "basic": "#9a6700",
    "past": "#818b98",
    "today": "#cf222e",
    "on-today": "#ffffff",
    "accent": "#0969da",
}
_DARK = {
    "background": "#0d1117",
    "text": "#f0f6fc",
    "muted": "#9198a1",
    "grid": "#2a313c",
    "maintained": "#3fb950",
    "basic": "#d29922",
    "past": "#656c76",
    "today": "#ff7b72",
    "on-today": "#0d1117",
    "accent": "#58a6ff",
}
_RULES = """
.lr-timeline text { font: 13px system-ui, -apple-system, 'Segoe UI', 'Noto Sans', Helvetica, Arial, \
sans-serif; font-variant-numeric: tabular-nums; fill: var(--lr-t-text); }
.lr-timeline .lr-title { font-size: 17px; font-weight: 600; }
.lr-timeline .lr-small { font-size: 11px; }
.lr-timeline .lr-name { font-weight: 600; }
.lr-timeline .lr-muted { fill: var(--lr-t-muted); }
.lr-timeline .lr-lts { font-size: 10px; font-weight: 600; fill: var(--lr-t-muted); }
.lr-timeline .lr-today-text { font-size: 11px; font-weight: 600; fill: var(--lr-t-on-today); }
.lr-timeline .lr-files-text { font-size: 11px; font-weight: 600; fill: var(--lr-t-accent); }
.lr-background { fill: var(--lr-t-background); }
.lr-grid { stroke: var(--lr-t-grid); stroke-width: 1; }
.lr-lts-mark { fill: none; stroke: var(--lr-t-muted); }
.lr-today { stroke: var(--lr-t-today); stroke-width: 1.5; }
.lr-today-mark { fill: var(--lr-t-today); }
.lr-maintenance { fill: var(--lr-t-maintained); stroke: var(--lr-t-maintained); }
.lr-basic { fill: url(#lr-hatch); stroke: var(--lr-t-basic); }
.lr-past .lr-maintenance { fill: var(--lr-t-past); stroke: var(--lr-t-past); }
.lr-past .lr-basic { fill: url(#lr-hatch-past); stroke: var(--lr-t-past); }
.lr-computed { stroke-dasharray: 3 3; fill-opacity: 0.5; }
.lr-hatch-series { stroke: var(--lr-t-basic); stroke-width: 2; }
.lr-hatch-series-past { stroke: var(--lr-t-past); stroke-width: 2; }
.lr-files { fill: var(--lr-t-background); stroke: var(--lr-t-accent); }
"""


def _colors(scheme: dict[str, str]) -> str:
    properties = (f"--lr-t-{name}: var(--lr-{name}, {color});" for name, color in scheme.items())
    return f".lr-timeline {{ {' '.join(properties)} }}"


CSS = f"\n{_colors(_LIGHT)}\n@media (prefers-color-scheme: dark) {{ {_colors(_DARK)} }}{_RULES}"
"""The style sheet. A page sets `--lr-maintained` and the like to have colors of its own."""


_EMPTY = 88
_BAR = 14
_YEAR = 46
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


def svg(shown: Timeline, *, title: str = TITLE) -> str:
    """Return the picture, in ASCII, so that it is the same in every encoding.

    A page around it sets its colors by custom properties: `--lr-background`, `--lr-maintained` and so on.
    """
    root = _canvas(shown, title)
    text(root, MARGIN, 34, title, "lr-title")
    if shown.bars:
        bottom = _chart(root, shown)
    else:
        bottom = _EMPTY
        text(root, MARGIN, 64, f"{NOTHING} As of {shown.today}.", "lr-muted")
    root.set("viewBox", f"0 0 {WIDTH} {bottom:g}")
    root.set("width", "100%")
    drawn: bytes = ET.tostring(root, encoding="us-ascii")
    return drawn.decode("ascii") + "\n"


def _canvas(shown: Timeline, title: str) -> ET.Element:
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "lr-timeline", "role": "img"})
    root.set("aria-labelledby", "lr-timeline-title lr-timeline-desc")
    ET.SubElement(root, "title", {"id": "lr-timeline-title"}).text = legal(title)
    ET.SubElement(root, "desc", {"id": "lr-timeline-desc"}).text = description(shown)
    ET.SubElement(root, "style").text = CSS
    definitions = ET.SubElement(root, "defs")
    for suffix in ("", "-past"):
        side = {"width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
        pattern = ET.SubElement(definitions, "pattern", {"id": f"lr-hatch{suffix}", **side})
        pattern.set("patternTransform", "rotate(45)")
        line(pattern, f"lr-hatch-line{suffix}", (1, 0), (1, 6))
    ET.SubElement(root, "rect", {"class": "lr-background", "width": "100%", "height": "100%", "rx": "6"})
    return root


def _chart(root: ET.Element, shown: Timeline) -> float:
    """Draw all but the title, and return where it ends."""
    layout = layout_of(shown)
    _header(root, layout)
    _years(root, shown, layout)
    for index, bar in enumerate(shown.bars):
        _row(root, bar, shown.today, layout, TOP + index * ROW)
    _today(root, shown.today, layout)
    for index, bar in enumerate(shown.bars):
        if bar.files:
            _badge(root, bar, layout, TOP + index * ROW + ROW / 2)
    return _legend(root, shown, layout.bottom + 28) + 18


def _header(root: ET.Element, layout: Layout) -> None:
    text(root, MARGIN, TOP - 10, "Runtime", "lr-small lr-muted")
    text(root, layout.airflow, TOP - 10, "Airflow", "lr-small lr-muted")
    for column, what in enumerate(("maintenance", "basic support")):
        x = layout.right + (column + 1) * DATES
        text(root, x, TOP - 24, "end of", "lr-small lr-muted", "end")
        text(root, x, TOP - 10, what, "lr-small lr-muted", "end")


def _years(root: ET.Element, shown: Timeline, layout: Layout) -> None:
    years = shown.end.year - shown.start.year + 1
    width = (layout.right - layout.left) / years
    step = next(step for step in _STEPS if step * width >= _YEAR)
    for year in range(shown.start.year, shown.end.year + 1, step):
        x = layout.x(date(year, 1, 1).toordinal())
        line(root, "lr-grid", (x, TOP - 44), (x, layout.bottom))
        # The last year may have no room of its own where only some are labelled.
        if x + _YEAR <= layout.right + 1:
            text(root, x + 5, TOP - 34, str(year), "lr-small lr-muted")
    line(root, "lr-grid", (layout.right, TOP - 44), (layout.right, layout.bottom))


def _row(root: ET.Element, bar: Bar, today: date, layout: Layout, top: float) -> None:
    is_past = status(bar, today) is Status.ENDED
    row = ET.SubElement(root, "g", {"class": "lr-series lr-past" if is_past else "lr-series"})
    ET.SubElement(row, "title").text = sentence(bar)
    line(row, "lr-grid", (MARGIN, top), (WIDTH - MARGIN, top))
    baseline, muted = top + ROW / 2 + 4.5, " lr-muted" if is_past else ""
    text(row, MARGIN, baseline, name(bar), f"lr-name{muted}")
    if bar.is_lts:
        box(row, "lr-lts-mark", layout.channel, top + 7, 32, 14, 7)
        text(row, layout.channel + 16, top + 17.5, "LTS", "lr-lts", "middle")
    text(row, layout.airflow, baseline, airflow(bar), muted.strip())
    _parts(row, bar, layout, top + (ROW - _BAR) / 2)
    for column, (end, is_computed) in enumerate(_ends(bar)):
        shown_end = f"≈ {end}" if is_computed else str(end or "–")
        look = "lr-date" if end and end >= today else "lr-date lr-muted"
        text(row, layout.right + (column + 1) * DATES, baseline, shown_end, look, "end")


def _ends(bar: Bar) -> tuple[tuple[date | None, bool], tuple[date | None, bool]]:
    """Return both ends, each with whether it is computed."""
    return (
        (bar.end_of_maintenance, "end_of_maintenance" in bar.computed),
        (bar.end_of_basic_support, "end_of_basic_support" in bar.computed),
    )


def _parts(row: ET.Element, bar: Bar, layout: Layout, top: float) -> None:
    start = bar.released.toordinal()
    for look, (end, is_computed) in zip(("lr-maintenance", "lr-basic"), _ends(bar), strict=True):
        if end:
            # The end is the last day that counts. A table may have it before the start.
            after = max(start, end.toordinal() + 1)
            left, right = layout.x(start), layout.x(after)
            box(row, f"{look} lr-computed" if is_computed else look, left, top, right - left, _BAR, 2.5)
            start = after


def _today(root: ET.Element, today: date, layout: Layout) -> None:
    x, label = layout.x(today.toordinal()), f"Today {today}"
    width = room(len(label), 11) + 8
    left = min(max(x - width / 2, layout.left), layout.right - width)
    line(root, "lr-today", (x, TOP - 10), (x, layout.bottom))
    box(root, "lr-today-mark", left, TOP - 26, width, 18, 9)
    text(root, left + width / 2, TOP - 13, label, "lr-today-text", "middle")


def _badge(root: ET.Element, bar: Bar, layout: Layout, middle: float) -> None:
    """Draw the count right of the bar, left of it where there is no room, or else on it."""
    label = counted(bar.files, "Dockerfile")
    width = room(len(label), 11) + 8
    start, end = (layout.x(day.toordinal()) for day in (bar.released, bar.last_day))
    places = (max(start, end) + 8, start - 8 - width)
    fitting = (x for x in places if layout.left <= x and x + width <= layout.right + 12)
    x = next(fitting, layout.left + 4)
    box(root, "lr-files", x, middle - 9, width, 18, 9)
    text(root, x + width / 2, middle + 4, label, "lr-files-text", "middle")


def _legend(root: ET.Element, shown: Timeline, y: float) -> float:
    """Draw what the parts mean, and return the last baseline."""
    x: float = MARGIN
    for looks, words in _meanings(shown):
        start = 34 if looks else 0
        width = start + room(len(words), 11)
        if x + width > WIDTH - MARGIN:
            x, y = MARGIN, y + 20
        if looks:
            group = ET.SubElement(root, "g", {"class": f"lr-legend {looks[0]}".strip()})
            box(group, looks[1], x, y - 9, 26, 10, 2.5)
        text(root, x + start, y, words, "lr-small lr-muted")
        x += width + 12
    return y


def _meanings(shown: Timeline) -> Iterable[tuple[tuple[str, str] | None, str]]:
    """Yield the classes of a group and of a part in it, None for a text alone, and what they mean."""
    yield ("", "lr-maintenance"), "maintenance"
    yield ("", "lr-basic"), "basic support"
    if any(status(bar, shown.today) is Status.ENDED for bar in shown.bars):
        yield ("lr-past", "lr-maintenance"), "past its end"
    if any(bar.computed for bar in shown.bars):
        yield ("", "lr-maintenance lr-computed"), f"≈ {COMPUTED}"
    yield None, LAST_DAYS
