"""Timelines of the release series: an SVG, characters on a terminal, and a calendar."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click import unstyle
from hypothesis import example, given
from hypothesis import strategies as st
from icalendar import Calendar

from lint_runtime.errors import UnusableError
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import End, ReleaseSeries, Schedule
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.lifecycle.views.timeline import Bar, Timeline, build_timeline, list_ends, shorten
from lint_runtime.lifecycle.views.timeline_ics import REMINDERS, render_ics
from lint_runtime.lifecycle.views.timeline_svg import render_svg
from lint_runtime.lifecycle.views.timeline_text import NARROWEST, render_text
from tests.conftest import AS_OF, ENDS, FIXTURES

TABLE = embedded_table()

GOLDEN = FIXTURES / "golden" / "timeline"
# Pairs of the name and value of each color in the style sheet. All light colors come before the dark colors.
_NAMED = re.findall(
    r"var\(--lr-([a-z-]+), (#[0-9a-f]{6})\)", render_svg(Timeline((), AS_OF, AS_OF, AS_OF), title="")
)
COLORS = {
    "light": dict(_NAMED[: len(_NAMED) // 2]),
    "dark": dict(_NAMED[len(_NAMED) // 2 :]),
}
DAY = date(2026, 11, 23)
FILES = {"3": 2, "9": 1, "13": 12, "3.1": 3, "3.3": 1234}
HOSTILE = "a\x1b[31m\u202e<b onload=x>&amp;\ufffe ::y ##[error] \udcff\nnext"


def _computed(timeline: Timeline) -> Timeline:
    """Mark dates as computed: both ends of the second-to-last series, and the later end of the last one."""
    *older, last_but_one, last = timeline.bars
    pairs = ((last_but_one, ENDS), (last, ENDS[1:]))
    changed = [bar._replace(schedule=bar.schedule._replace(computed=ends)) for bar, ends in pairs]
    return timeline._replace(bars=(*older, *changed))


def _bar(
    name: str, released: date = date(2026, 1, 1), airflow: str = "3.10", files: int = 0, **schedule: Any
) -> Bar:
    known = Schedule(released, date(2026, 6, 30), date(2026, 12, 31), False, "test")._replace(**schedule)
    return Bar(ReleaseSeries(name, airflow, released, (known,), "test"), known, files)


def _timeline(*bars: Bar, today: date = DAY) -> Timeline:
    return Timeline(bars, today, date(2026, 1, 1), date(2026, 12, 31))


def _build(
    day: date = DAY, files: dict[str, int] | None = None, wanted: Sequence[str] | None = None
) -> Timeline:
    return build_timeline(TABLE.as_of(day), files or {}, wanted)


WHOLE = _build()
COUNTED = _build(files=FILES)
EMPTY = _build(date(2021, 8, 11))
REVERSED = _timeline(
    _bar("1", end_of_maintenance=date(2028, 1, 1)),
    _bar("2", end_of_maintenance=date(2020, 1, 1), end_of_basic_support=date(2019, 1, 1), files=1),
)
HUGE = _timeline(
    _bar("999999999.999999999", is_lts=True, airflow="9999.9999", computed=ENDS, files=12345678),
    _bar("1", airflow="2.1"),
)
CENTURY = Timeline(
    (_bar("1", released=date(2000, 1, 1), end_of_basic_support=date(2099, 12, 31), files=7),),
    date(2000, 1, 1),
    date(2000, 1, 1),
    date(2099, 12, 31),
)
PICTURES = {
    "all series": WHOLE,
    "with counts": COUNTED,
    "large counts": _build(files=dict.fromkeys((bar.series.name for bar in WHOLE.bars), 98765)),
    "computed ends": _computed(COUNTED),
    "one series": _build(DAY, FILES, ["13"]),
    "on the first day of a year": _build(date(2027, 1, 1), FILES, ["13"]),
    "on the last day of a year": _build(date(2027, 12, 31), FILES, ["13"]),
    "the first series": _build(date(2021, 9, 1), {"3": 5}),
    "nothing": EMPTY,
    "ends in the wrong order": REVERSED,
    "long names": HUGE,
    "a century": CENTURY,
    "hostile names": _timeline(_bar(HOSTILE, airflow=HOSTILE, files=1)),
}


def _root(timeline: Timeline, title: str = "Release series") -> ET.Element:
    root = ET.fromstring(render_svg(timeline, title=title))  # noqa: S314
    for element in root.iter():
        element.tag = element.tag.removeprefix("{http://www.w3.org/2000/svg}")
    return root


def _with_class(root: ET.Element, name: str) -> list[ET.Element]:
    return [element for element in root.iter() if name in element.get("class", "").split()]


def _at(element: ET.Element, name: str) -> float:
    return float(element.attrib[name])


def _texts(root: ET.Element) -> list[str]:
    return ["".join(element.itertext()) for element in root.iter("text")]


def _parts(row: ET.Element) -> list[tuple[float, float]]:
    """Return the left and right edges of the parts of a bar: maintenance, then basic support."""
    boxes = [*_with_class(row, "lr-maintenance"), *_with_class(row, "lr-basic")]
    return [(_at(box, "x"), _at(box, "x") + _at(box, "width")) for box in boxes]


# The timeline


def test_a_timeline_covers_whole_years() -> None:
    assert (WHOLE.start, WHOLE.end) == (date(2021, 1, 1), date(2029, 12, 31))
    timeline = _build(date(2020, 3, 1))
    assert (timeline.bars, timeline.start, timeline.end) == ((), date(2020, 1, 1), date(2020, 12, 31))
    late = _build(date(2035, 3, 1), FILES, ["13", "99"])
    assert [(bar.series.name, bar.files) for bar in late.bars] == [("13", 12)]
    assert (late.start, late.end) == (date(2025, 1, 1), date(2035, 12, 31))


def test_a_series_without_known_ends_is_not_shown() -> None:
    names = [bar.series.name for bar in WHOLE.bars]
    assert names == "3 4 5 6 7 8 9 10 11 12 13 3.0 3.1 3.2 3.3".split()
    assert _build(wanted=["2"]).bars == ()
    assert _build(wanted=[]).bars == ()


def test_upcoming_ends_are_sorted_and_include_today() -> None:
    def ends(day: date) -> list[tuple[str, str, str, int, int]]:
        timeline = _computed(_build(day, FILES, ["13", "3.2", "3.3"]))
        return [(end.series, end.what, str(end.end), end.days, end.files) for end in list_ends(timeline)]

    assert ends(date(2028, 4, 30)) == [
        ("13", "basic support", "2028-04-30", 0, 12),
        ("3.2", "maintenance", "2028-04-30 (computed)", 0, 0),
        ("3.3", "maintenance", "2028-07-31", 92, 1234),
        ("3.2", "basic support", "2028-10-30 (computed)", 183, 0),
        ("3.3", "basic support", "2029-01-31 (computed)", 276, 1234),
    ]
    assert [name for name, *_ in ends(date(2028, 5, 1))] == ["3.3", "3.2", "3.3"]


def test_texts_are_truncated_only_if_they_are_too_long() -> None:
    assert [shorten(text, 5) for text in ("12345", "123456", "\x1b1", "\x1b12", "")] == [
        *("12345", "1234…", r"\x1b1", r"\x1b…", ""),
    ]


# The SVG


def test_golden_svg(golden: Callable[[Path, str], None]) -> None:
    for name, timeline in (("counts", _computed(COUNTED)), ("long-names", HUGE)):
        golden(GOLDEN / f"{name}.svg", render_svg(timeline, title="Release series of Astro Runtime"))


def test_a_row_for_every_series_in_order() -> None:
    rows = _with_class(_root(COUNTED), "lr-series")
    assert [_texts(row)[0] for row in rows] == [bar.series.name for bar in COUNTED.bars]
    tops = [_at(_with_class(row, "lr-maintenance")[0], "y") for row in rows]
    assert tops == sorted(tops)
    assert len(set(tops)) == len(rows)


def test_lengths_are_days() -> None:
    root = _root(WHOLE)
    today = _at(_with_class(root, "lr-today")[0], "x1")
    parts = [_parts(row) for row in _with_class(root, "lr-series")]
    (start, end), *_ = parts[0]
    bar = WHOLE.bars[0]
    by_day = (end - start) / ((bar.schedule.end_of_maintenance - bar.series.released).days + 1)
    assert today == pytest.approx(start + (DAY - bar.series.released).days * by_day, abs=0.1)
    for bar, spans in zip(WHOLE.bars, parts, strict=True):
        days = [bar.series.released, *(end.day for end in bar.schedule.ends if end)]
        expected = [today + (day - DAY).days * by_day for day in days]
        edges = [spans[0][0], *(edge for _, edge in spans)]
        # A bar includes its last day, so it ends where the next day starts.
        assert edges == pytest.approx([expected[0], *(x + by_day for x in expected[1:])], abs=0.2)
        assert all(left[1] == pytest.approx(right[0], abs=0.02) for left, right in pairwise(spans))


def test_dates_and_states_are_written_as_text() -> None:
    root = _root(_computed(COUNTED))
    rows = dict(zip((bar.series.name for bar in COUNTED.bars), _with_class(root, "lr-series"), strict=True))
    assert _texts(rows["13"]) == ["13", "LTS", "2.11", "2027-04-30", "2028-04-30"]
    assert _texts(rows["3.1"]) == ["3.1", "3.1", "2027-09-30", "2028-03-30"]
    assert _texts(rows["3.2"]) == ["3.2", "3.2", "≈ 2028-04-30", "≈ 2028-10-30"]
    assert len(_with_class(rows["3.2"], "lr-computed")) == 2
    assert len(_with_class(rows["3.1"], "lr-computed")) == 0
    seen = _texts(root)
    assert "Today 2026-11-23" in seen
    assert {"2 files", "1 file", "1,234 files"} <= set(seen)
    assert {"maintenance", "basic support", "ended"} <= set(seen)
    assert "≈ computed from the maintenance policy, not published" in seen
    assert "≈" not in "".join(_texts(_root(COUNTED)))
    assert "ended" not in _texts(_root(_build(wanted=["13"])))


def test_past_series_are_muted() -> None:
    rows = _with_class(_root(WHOLE), "lr-series")
    muted = [_texts(row)[0] for row in rows if "lr-past" in row.attrib["class"].split()]
    assert muted == ["3", "4", "5", "6", "7", "8", "9", "10", "11"]


def test_a_picture_has_a_text_alternative() -> None:
    root = _root(_computed(_build(DAY, FILES, ["11", "12", "13", "3.3"])), title="Mine")
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root}
    title, words = (named[name] for name in root.attrib["aria-labelledby"].split())
    assert title == "Mine"
    assert words == (
        "4 release series over the years 2024 to 2029, as of 2026-11-23. Maintained: 13 LTS, Airflow 2.11,"
        " released 2025-05-20, maintained until 2027-04-30 (computed), basic support until"
        " 2028-04-30 (computed), 12 files; 3.3, Airflow 3.3,"
        " released 2026-07-09, maintained until 2028-07-31, basic support until 2029-01-31 (computed),"
        " 1,234 files. In basic support only: 12 LTS, Airflow 2.10, released 2024-08-16, maintained"
        " until 2026-02-28, basic support until 2027-02-28. Unsupported: 11 LTS, Airflow 2.9, released"
        " 2024-04-08, maintained until 2025-10-31, basic support until 2026-10-31."
    )


def test_an_empty_picture_says_so() -> None:
    root = _root(EMPTY)
    assert _texts(root) == ["Release series", "No releases to show. As of 2021-08-11."]
    assert not _with_class(root, "lr-today")
    assert root.attrib["viewBox"] == "0 0 1000 88"


def test_a_picture_is_self_contained_and_stays_within_its_edges() -> None:
    for name, timeline in PICTURES.items():
        drawn = render_svg(timeline, title=HOSTILE)
        assert drawn.isascii(), name
        assert all(line.isprintable() for line in drawn.splitlines()), name
        root = _root(timeline, title=HOSTILE)
        assert {element.tag for element in root.iter()} <= {
            *("svg", "title", "desc", "style", "defs", "pattern", "g", "rect", "line", "text"),
        }, name
        attributes = {attribute for element in root.iter() for attribute in element.attrib}
        assert not [item for item in attributes if item.startswith("on") or "href" in item], name
        assert re.findall(r"https?:[^\"']*", drawn) == ["http://www.w3.org/2000/svg"], name
        assert set(re.findall(r"url\((.*?)\)", drawn)) == {"#lr-hatch", "#lr-hatch-past"}, name
        _, _, width, height = map(float, root.attrib["viewBox"].split())
        limits = {"x": width, "x1": width, "x2": width, "y": height, "y1": height, "y2": height}
        places = [
            (item, _at(element, item))
            for element in root.iter()
            for item in limits
            if item in element.attrib
        ]
        assert len(places) >= 8, name
        assert [(item, place) for item, place in places if not 0 <= place <= limits[item]] == [], name


def test_bars_and_badges_of_wrong_data_stay_in_the_chart() -> None:
    root = _root(REVERSED)
    first, second = _with_class(root, "lr-series")
    (left, right), last = _parts(first)
    assert last == (right, right)  # no width: basic support would end before it starts
    assert [width for _, width in _parts(second)] == [left, left]
    (badge,) = _with_class(root, "lr-files")
    assert _at(badge, "x") == left + 8


def test_a_badge_is_right_of_its_bar_or_left_of_it_or_on_it() -> None:
    def badge_and_bar(timeline: Timeline) -> tuple[float, float, list[tuple[float, float]]]:
        root = _root(timeline)
        (badge,), (row,) = _with_class(root, "lr-files"), _with_class(root, "lr-series")
        return _at(badge, "x"), _at(badge, "x") + _at(badge, "width"), _parts(row)

    year = date(2026, 12, 31)
    left, _, parts = badge_and_bar(_timeline(_bar("1", files=1, end_of_basic_support=date(2026, 9, 1))))
    assert left == pytest.approx(parts[-1][1] + 8, abs=2)
    _, right, parts = badge_and_bar(
        _timeline(_bar("1", released=date(2026, 6, 1), files=1, end_of_basic_support=year))
    )
    assert right == pytest.approx(parts[0][0] - 8, abs=0.02)
    left, _, parts = badge_and_bar(_timeline(_bar("1", files=1, end_of_basic_support=year)))
    assert left == pytest.approx(parts[0][0] + 4, abs=0.02)


def test_years_are_labeled_where_there_is_room() -> None:
    def labels(last: int) -> list[int]:
        texts = _texts(_root(CENTURY._replace(end=date(last, 12, 31))))
        return [int(text) for text in texts if re.fullmatch("[2-9][0-9]{3}", text)]

    steps = {
        2011: 1,
        2012: 2,
        2023: 2,
        2030: 5,
        2099: 10,
        2200: 20,
        2500: 50,
        3000: 100,
        4000: 200,
        7000: 500,
        9999: 1000,
    }
    for last, step in steps.items():
        years = labels(last)
        assert {after - before for before, after in pairwise(years)} == {step}, last
        assert years[0] == 2000


def test_every_class_and_id_has_the_prefix_of_the_picture() -> None:
    root = _root(COUNTED)
    names = {name for element in root.iter() for name in element.get("class", "").split()}
    names |= {element.attrib["id"] for element in root.iter() if "id" in element.attrib}
    assert len(names) > 20
    assert [name for name in names if not name.startswith("lr-")] == []
    style = "".join(element.text or "" for element in root.iter("style"))
    selectors = re.findall(
        r"^([^{}@]+) \{", re.sub(r"/\*.*?\*/\n", "", style, flags=re.DOTALL), re.MULTILINE
    )
    assert len(selectors) > 15
    hatches = {line.attrib["class"] for pattern in root.iter("pattern") for line in pattern}
    assert len(hatches) == 2
    assert {f".{name}" for name in hatches} <= set(selectors)
    assert all(part.strip().startswith(".lr-") for selector in selectors for part in selector.split(","))


def _luminance(color: str) -> float:
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


CONTRASTS = {
    ("text", "background"): 7,
    ("muted", "background"): 4.5,
    ("accent", "background"): 4.5,
    ("on-today", "today"): 4.5,
    ("maintained", "background"): 3,
    ("basic", "background"): 3,
    ("past", "background"): 3,
    ("today", "background"): 3,
}


@pytest.mark.parametrize("scheme", COLORS)
def test_contrasts(scheme: str) -> None:
    for (front, back), least in CONTRASTS.items():
        dark, light = sorted(_luminance(COLORS[scheme][name]) for name in (front, back))
        assert (light + 0.05) / (dark + 0.05) >= least, (front, back)


# The text


def test_golden_text(golden: Callable[[Path, str], None]) -> None:
    for name, timeline, width in (
        ("table-80", WHOLE, 80),
        ("counts-120", _computed(COUNTED), 120),
        ("counts-40", _computed(COUNTED), 40),
        ("one-60", _build(DAY, {"13": 1}, ["13"]), 60),
        ("empty", EMPTY, 80),
    ):
        golden(GOLDEN / f"{name}.text", render_text(timeline, width, is_colored=False))


@given(width=st.integers(0, 300), title=st.sampled_from(["x", "A title of some words", "y" * 200]))
@example(width=NARROWEST, title="x")
def test_text_has_at_most_the_given_width(width: int, title: str) -> None:
    for name, timeline in PICTURES.items():
        drawn = render_text(timeline, width, is_colored=False, title=title)
        assert drawn.endswith("\n"), name
        lines = drawn.splitlines()
        assert len(lines) > 2, name
        wrong = [line for line in lines if not line.isprintable() or len(line) > max(width, NARROWEST)]
        assert wrong == [], name
        colored = render_text(timeline, width, is_colored=True, title=title)
        assert [line.rstrip() for line in unstyle(colored).splitlines()] == lines, name


def test_text_fills_its_width() -> None:
    for width in (40, 63, 64, 80, 200):
        for timeline in (WHOLE, COUNTED):
            rows = render_text(timeline, width, is_colored=False).splitlines()[3:-2]
            assert max(map(len, rows)) in (width, width - 1), width
            assert ("support" in rows[0]) is (width >= 64), width


def test_text_shows_everything_without_color() -> None:
    for width in (48, 64, 80, 200):
        drawn = render_text(COUNTED, width, is_colored=False)
        rows = {line.split()[0]: line for line in drawn.splitlines() if "·" in line}
        assert list(rows) == [bar.series.name for bar in COUNTED.bars], width
        assert len({row.index("│") for row in rows.values()}) == 1, width
        for bar in COUNTED.bars:
            row = rows[bar.series.name]
            assert ("LTS" in row) == bar.schedule.is_lts, row
            assert "█" in row, row
            assert ("▒" in row) == bool(bar.schedule.end_of_basic_support), row
            assert str(bar.schedule.end_of_maintenance) in row, row
            assert row.endswith(f" {bar.files:,}") or not bar.files, row


def test_text_in_color() -> None:
    timeline = _build(DAY, FILES, ["11", "12", "13"])
    past, basic_support, maintained = render_text(timeline, 64, is_colored=True).splitlines()[4:7]

    def colored(name: str, *runs: tuple[str, str]) -> str:
        return f"{name}\x1b[0m " + "".join(f"{code}{run}\x1b[0m" if code else run for code, run in runs)

    dim, green, yellow, today = "\x1b[2m", "\x1b[32m", "\x1b[33m", "\x1b[36m\x1b[1m"
    assert past.startswith(
        colored("\x1b[2m11 LTS", (dim, "·"), (dim, "██████████"), (dim, "▒▒▒▒▒"), (today, "│"), (dim, "·"))
    )
    assert basic_support.startswith(
        colored(
            "12 LTS",
            (dim, "·"),
            ("", "  "),
            (green, "██████████"),
            (yellow, "▒▒▒"),
            (today, "│"),
            (yellow, "▒▒"),
        )
    )
    assert maintained.startswith("\x1b[1m13 LTS\x1b[0m ")
    ending = render_text(_build(date(2027, 4, 1), wanted=["13"]), 64, is_colored=True)
    assert "\x1b[1m13 LTS\x1b[0m " in ending


def test_the_legend_of_text_names_computed_ends_only_if_there_are_any() -> None:
    texts = [
        render_text(timeline, 200, is_colored=False).splitlines()[-1]
        for timeline in (WHOLE, _computed(WHOLE))
    ]
    assert texts == [
        "█ maintenance, ▒ basic support, │ today. Dates are inclusive.",
        "█ maintenance, ▒ basic support, │ today, ≈ computed from the maintenance policy, not published."
        " Dates are inclusive.",
    ]


def test_the_mark_of_today_has_its_label_where_there_is_room() -> None:
    def marks(timeline: Timeline, *days: date) -> list[str]:
        pictures = [render_text(timeline._replace(today=day), 40, is_colored=False) for day in days]
        return [picture.splitlines()[3] for picture in pictures]

    wide = _timeline(_bar("1"))._replace(end=date(2027, 12, 31))
    assert marks(wide, date(2026, 1, 15), date(2027, 7, 22), date(2027, 7, 23), date(2027, 12, 15)) == [
        *("  │ today", " " * 22 + "│ today", " " * 17 + "today │", " " * 22 + "today │"),
    ]
    narrow = _timeline(*(bar._replace(files=1234) for bar in HUGE.bars))
    assert marks(narrow, date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 31), date(2026, 12, 31)) == [
        *(" " * 11 + "│ today", " " * 16 + "│", " " * 11 + "today │", " " * 15 + "today │"),
    ]


# The calendar


def _events(drawn: str) -> list[Any]:
    return list(Calendar.from_ical(drawn).walk("VEVENT"))


def test_a_calendar_read_back() -> None:
    ends = list_ends(_computed(COUNTED))
    drawn = render_ics(ends, TABLE.date)
    assert drawn == render_ics(ends, TABLE.date)
    assert drawn.count("\n") == drawn.count("\r\n") > 0
    assert all(len(line.encode()) <= 75 for line in drawn.split("\r\n"))
    events = _events(drawn)
    assert [event["dtstart"].dt for event in events] == [end.end.day for end in ends]
    assert len({str(event["uid"]) for event in events}) == len(ends) > 8
    for event, end in zip(events, ends, strict=True):
        assert event["dtend"].dt == end.end.day + timedelta(days=1)
        assert event["dtstamp"].dt == datetime(2026, 10, 6, tzinfo=timezone.utc)
        assert event["summary"] == f"Astro Runtime {series_name(end.series)}: end of {end.what}"
        assert ("Computed date" in event["description"]) == end.end.is_computed
        assert "lifecycle data of 2026-10-06" in event["description"]
        alarms = [alarm["trigger"].dt for alarm in event.walk("VALARM")]
        assert alarms == [timedelta(days=-days) for days in REMINDERS]


def test_an_event() -> None:
    ends = list_ends(_build(DAY, {"13": 12}, ["13"]))
    calendar = Calendar.from_ical(render_ics(ends, TABLE.date))
    assert (calendar["version"], calendar["method"]) == ("2.0", "PUBLISH")
    assert calendar["prodid"] == "-//lint-runtime//runtime-lifecycle timeline//EN"
    assert calendar["x-wr-calname"] == "Astro Runtime lifecycle"
    maintenance, basic_support = calendar.walk("VEVENT")
    assert maintenance["uid"] == "13-end-of-maintenance@lint-runtime"
    assert maintenance["description"] == (
        "2027-04-30 is the last day of maintenance of Astro Runtime 13.x. After that, it gets no fixes and"
        " can't be used for new Deployments. Published date (lifecycle data of 2026-10-06)."
        " Used by 12 files."
    )
    assert maintenance["transp"] == "TRANSPARENT"
    assert [(alarm["action"], alarm["description"]) for alarm in maintenance.walk("VALARM")] == [
        ("DISPLAY", "Astro Runtime 13.x: end of maintenance in 90 days"),
        ("DISPLAY", "Astro Runtime 13.x: end of maintenance in 30 days"),
    ]
    assert basic_support["uid"] == "13-end-of-basic-support@lint-runtime"
    assert "After that, Astronomer no longer supports it." in str(basic_support["description"])
    (unused, _) = _events(render_ics(list_ends(_build(wanted=["13"])), TABLE.date))
    assert str(unused["description"]).endswith("(lifecycle data of 2026-10-06).")


def test_a_calendar_needs_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "icalendar", None)
    monkeypatch.delitem(sys.modules, render_ics.__module__)
    with pytest.raises(UnusableError, match="the calendar requires the extra 'report'"):
        importlib.import_module(render_ics.__module__)


def test_newer_data_moves_an_event() -> None:
    end, _ = list_ends(_build(wanted=["13"]))
    later = end._replace(end=End(date(2027, 5, 31)))
    events = [
        _events(render_ics([moved], day))[0]
        for moved, day in ((end, TABLE.date), (later, TABLE.date + timedelta(1)))
    ]
    assert events[0]["uid"] == events[1]["uid"]
    assert [event["sequence"] for event in events] == [20261006, 20261007]


def test_hostile_names_stay_in_their_field() -> None:
    evil = _bar("1\r\nATTENDEE:x\n;,\\", files=1)
    (first, second) = _events(render_ics(list_ends(_timeline(evil, today=date(2026, 1, 1))), DAY))
    assert first["summary"] == r"Astro Runtime 1\r\nATTENDEE:x\n;,\.x: end of maintenance"
    assert "attendee" not in second
