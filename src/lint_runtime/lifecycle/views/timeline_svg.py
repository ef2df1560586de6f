"""Render a timeline as a self-contained SVG for a README or a web page."""

from datetime import date
from importlib.resources import files
from xml.etree import ElementTree as ET

from lint_runtime.lifecycle.model import State
from lint_runtime.lifecycle.views.timeline import (
    COMPUTED,
    LAST_DAYS,
    Bar,
    Timeline,
    bar_label,
    count_files,
    shorten,
    text_alternative,
)
from lint_runtime.text import visible

# Lengths, in user units of the SVG.
_WIDTH = 1000
_MARGIN = 20
_TOP = 106  # the top of the first row
_ROW = 28  # the height of a row
_BAR = 14  # the height of a bar
_CHANNEL = 46  # the width of the channel column
_DATES = 106  # the width of a date column
_YEAR = 46  # the minimum width of a year label
_STEPS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)  # label intervals, in years
# Text can't be measured here. _EM estimates the width of a character in the widest common fonts.
_EM = 0.7  # the maximum width of a character, relative to the font size
_NAME, _AIRFLOW = 24, 12  # the maximum number of characters in these columns


def render_svg(timeline: Timeline, *, title: str) -> str:
    """Render the timeline as SVG with only ASCII characters.

    A web page can set the colors with CSS properties such as `--lr-background` and `--lr-maintained`.
    """
    root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "class": "lr-timeline", "role": "img"})
    root.set("aria-labelledby", "lr-timeline-title lr-timeline-desc")
    ET.SubElement(root, "title", {"id": "lr-timeline-title"}).text = visible(title)
    ET.SubElement(root, "desc", {"id": "lr-timeline-desc"}).text = text_alternative(timeline)
    style_sheet = files("lint_runtime") / "lifecycle" / "views" / "timeline.css"
    ET.SubElement(root, "style").text = style_sheet.read_text(encoding="utf-8")
    definitions = ET.SubElement(root, "defs")
    for suffix in ("", "-past"):
        size = {"width": "6", "height": "6", "patternUnits": "userSpaceOnUse"}
        attributes = {"id": f"lr-hatch{suffix}", **size, "patternTransform": "rotate(45)"}
        pattern = ET.SubElement(definitions, "pattern", attributes)
        _draw(pattern, "line", f"lr-hatch-line{suffix}", x1=1, y1=0, x2=1, y2=6)
    ET.SubElement(root, "rect", {"class": "lr-background", "width": "100%", "height": "100%", "rx": "6"})
    _draw_text(root, _MARGIN, 34, title, "lr-title")
    if timeline.bars:
        bottom = _Chart(root, timeline).draw() + 18
    else:
        bottom = 88
        _draw_text(root, _MARGIN, 64, text_alternative(timeline), "lr-muted")
    root.set("viewBox", f"0 0 {_WIDTH} {bottom:g}")
    root.set("width", "100%")
    picture: bytes = ET.tostring(root, encoding="us-ascii")
    return picture.decode("ascii") + "\n"


class _Chart:
    """Draws the rows of a timeline into an SVG element: names, bars and dates.

    airflow: the left edge of the Airflow versions
    left: the left edge of the chart, where the first day starts
    right: the right edge of the chart, where the last day ends
    bottom: the y coordinate of the lower edge of the chart
    """

    def __init__(self, root: ET.Element, timeline: Timeline) -> None:
        self.root, self.timeline = root, timeline
        # Each column is as wide as its longest text. The chart gets the remaining width.
        name = max(len(shorten(bar.series.name, _NAME)) for bar in timeline.bars)
        version = max(len(shorten(bar.series.airflow, _AIRFLOW)) for bar in timeline.bars)
        self.airflow = _MARGIN + max(name * 13 * _EM, 54) + 4 + _CHANNEL
        self.left = self.airflow + max(version * 13 * _EM, 50) + 10
        self.right: float = _WIDTH - _MARGIN - 2 * _DATES
        self.bottom = _TOP + len(timeline.bars) * _ROW

    def x(self, ordinal: int) -> float:
        """Return the x coordinate of the start of a day, clamped to the chart."""
        first, last = self.timeline.start.toordinal(), self.timeline.end.toordinal() + 1
        # Clamp the position: invalid data may have days outside the chart.
        share = (ordinal - first) / (last - first)
        return self.left + min(max(share, 0), 1) * (self.right - self.left)

    def draw(self) -> float:
        """Draw the whole chart, and return the y coordinate of the last line of text."""
        root, timeline = self.root, self.timeline
        self._draw_header()
        for index, bar in enumerate(timeline.bars):
            self._draw_row(bar, _TOP + index * _ROW)
        today, label = self.x(timeline.today.toordinal()), f"Today {timeline.today}"
        width = len(label) * 11 * _EM + 8
        left = min(max(today - width / 2, self.left), self.right - width)
        _draw(root, "line", "lr-today", x1=today, y1=_TOP - 10, x2=today, y2=self.bottom)
        _draw(root, "rect", "lr-today-mark", x=left, y=_TOP - 26, width=width, height=18, rx=9)
        _draw_text(root, left + width / 2, _TOP - 13, label, "lr-today-text", "middle")
        # Draw the numbers of files last: they must cover the line that marks today.
        for index, bar in enumerate(timeline.bars):
            if bar.files:
                middle, label = _TOP + (index + 0.5) * _ROW, count_files(bar.files)
                width = len(label) * 11 * _EM + 8
                last = bar.schedule.basic_support or bar.schedule.maintenance
                start, end = (self.x(day.toordinal()) for day in (bar.series.released, last.day))
                # Place the number to the right of the bar, else to its left, else at the edge of the chart.
                places = (max(start, end) + 8, start - 8 - width)
                fitting = (x for x in places if self.left <= x and x + width <= self.right + 12)
                x = next(fitting, self.left + 4)
                _draw(root, "rect", "lr-files", x=x, y=middle - 9, width=width, height=18, rx=9)
                _draw_text(root, x + width / 2, middle + 4, label, "lr-files-text", "middle")
        return self._draw_legend(self.bottom + 28)

    def _draw_header(self) -> None:
        """Draw the column headers, the years and the grid lines."""
        root, timeline = self.root, self.timeline
        _draw_text(root, _MARGIN, _TOP - 10, "Runtime", "lr-small lr-muted")
        _draw_text(root, self.airflow, _TOP - 10, "Airflow", "lr-small lr-muted")
        for column, what in enumerate(("maintenance", "basic support"), start=1):
            x = self.right + column * _DATES
            _draw_text(root, x, _TOP - 24, "end of", "lr-small lr-muted", "end")
            _draw_text(root, x, _TOP - 10, what, "lr-small lr-muted", "end")
        first, last = timeline.start.year, timeline.end.year
        width = (self.right - self.left) / (last - first + 1)
        step = next(years for years in _STEPS if years * width >= _YEAR)
        for year in range(first, last + 1, step):
            x = self.x(date(year, 1, 1).toordinal())
            _draw(root, "line", "lr-grid", x1=x, y1=_TOP - 44, x2=x, y2=self.bottom)
            # Skip a label that does not fit: the last one may be too close to the edge.
            if x + _YEAR <= self.right + 1:
                _draw_text(root, x + 5, _TOP - 34, str(year), "lr-small lr-muted")
        _draw(root, "line", "lr-grid", x1=self.right, y1=_TOP - 44, x2=self.right, y2=self.bottom)

    def _draw_row(self, bar: Bar, top: float) -> None:
        today = self.timeline.today
        is_past = bar.schedule.state(today) is State.UNSUPPORTED
        muted = "lr-muted" if is_past else ""
        row = ET.SubElement(self.root, "g", {"class": "lr-series lr-past" if is_past else "lr-series"})
        ET.SubElement(row, "title").text = bar_label(bar)
        _draw(row, "line", "lr-grid", x1=_MARGIN, y1=top, x2=_WIDTH - _MARGIN, y2=top)
        baseline = top + _ROW / 2 + 4.5
        _draw_text(row, _MARGIN, baseline, shorten(bar.series.name, _NAME), f"lr-name {muted}")
        if bar.schedule.is_lts:
            x = self.airflow - _CHANNEL
            _draw(row, "rect", "lr-lts-mark", x=x, y=top + 7, width=32, height=14, rx=7)
            _draw_text(row, x + 16, top + 17.5, "LTS", "lr-lts", "middle")
        _draw_text(row, self.airflow, baseline, shorten(bar.series.airflow, _AIRFLOW), muted)
        start = bar.series.released.toordinal()
        for name, end in zip(("lr-maintenance", "lr-basic"), bar.schedule.ends, strict=True):
            if end:
                # Clamp the end: invalid data may have an end before the start.
                after = max(start, end.day.toordinal() + 1)
                x, y, width = self.x(start), top + (_ROW - _BAR) / 2, self.x(after) - self.x(start)
                look = f"{name} lr-computed" if end.is_computed else name
                _draw(row, "rect", look, x=x, y=y, width=width, height=_BAR, rx=2.5)
                start = after
        for column, end in enumerate(bar.schedule.ends, start=1):
            label = "–" if end is None else f"≈ {end.day}" if end.is_computed else str(end.day)
            look = "lr-date" if end and end.day >= today else "lr-date lr-muted"
            _draw_text(row, self.right + column * _DATES, baseline, label, look, "end")

    def _draw_legend(self, y: float) -> float:
        """Draw the legend, and return the y coordinate of its last line of text."""
        root, timeline = self.root, self.timeline
        entries = [("", "lr-maintenance", "maintenance"), ("", "lr-basic", "basic support")]
        if any(bar.schedule.state(timeline.today) is State.UNSUPPORTED for bar in timeline.bars):
            entries.append((" lr-past", "lr-maintenance", "ended"))
        if any(bar.schedule.computed for bar in timeline.bars):
            entries.append(("", "lr-maintenance lr-computed", f"≈ {COMPUTED}"))
        entries.append(("", "", LAST_DAYS))
        x: float = _MARGIN
        for group_look, look, words in entries:
            start = 34 if look else 0
            width = start + len(words) * 11 * _EM
            if x + width > _WIDTH - _MARGIN:
                x, y = _MARGIN, y + 20
            if look:
                group = ET.SubElement(root, "g", {"class": f"lr-legend{group_look}"})
                _draw(group, "rect", look, x=x, y=y - 9, width=26, height=10, rx=2.5)
            _draw_text(root, x + start, y, words, "lr-small lr-muted")
            x += width + 12
        return y


def _draw_text(
    parent: ET.Element, x: float, y: float, content: str, look: str = "", anchor: str = "start"
) -> None:
    """Draw text at (x, y).

    y: the baseline of the text
    anchor: the part of the text to place at `x`: its `start`, `middle` or `end`
    """
    text = ET.SubElement(parent, "text", x=f"{round(x, 2):g}", y=f"{round(y, 2):g}")
    text.set("text-anchor", anchor)
    text.set("class", f"lr-text {look}".strip())
    text.text = visible(content)


def _draw(parent: ET.Element, tag: str, look: str, **places: float) -> None:
    numbers = {name: f"{round(place, 2):g}" for name, place in places.items()}
    ET.SubElement(parent, tag, {"class": look, **numbers})
