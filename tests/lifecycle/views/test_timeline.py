"""The pictures of the release series: drawn, in characters, as a calendar, and the command for them."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from click import unstyle
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from lint_runtime.lifecycle.data_file import dump_table
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import ENDS, ReleaseSeries, Schedule
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.lifecycle.views.timeline import Bar, Timeline, build_timeline, list_ends
from lint_runtime.lifecycle.views.timeline_ics import REMINDERS, render_ics
from lint_runtime.lifecycle.views.timeline_svg import render_svg
from lint_runtime.lifecycle.views.timeline_text import NARROWEST, render_text
from tests.conftest import AS_OF, FIXTURES, Command

TABLE = embedded_table()

GOLDEN = FIXTURES / "golden" / "timeline"
# The colors by name, as the style sheet has them: first the light ones.
_NAMED = re.findall(r"var\(--lr-([a-z-]+), (#[0-9a-f]{6})\)", render_svg(Timeline((), AS_OF, AS_OF, AS_OF)))
COLORS = {
    "light": dict(_NAMED[: len(_NAMED) // 2]),
    "dark": dict(_NAMED[len(_NAMED) // 2 :]),
}
DAY = date(2026, 11, 23)
FILES = {"3": 2, "9": 1, "13": 12, "3.1": 3, "3.3": 1234}
HOSTILE = "a\x1b[31m\u202e<b onload=x>&amp;\ufffe ::y ##[error] \udcff\nnext"


def _computed(shown: Timeline) -> Timeline:
    """Return the same with ends that nobody has published."""
    *older, last_but_one, last = shown.bars
    pairs = ((last_but_one, ENDS), (last, ENDS[1:]))
    changed = [bar._replace(schedule=bar.schedule._replace(computed=ends)) for bar, ends in pairs]
    return shown._replace(bars=(*older, *changed))


def _bar(
    name: str, released: date = date(2026, 1, 1), airflow: str = "3.10", files: int = 0, **schedule: Any
) -> Bar:
    known = Schedule(released, date(2026, 6, 30), date(2026, 12, 31), False, "test")._replace(**schedule)
    return Bar(ReleaseSeries(name, airflow, released, (known,), "test"), known, files)


def _shown(*bars: Bar, today: date = DAY) -> Timeline:
    return Timeline(bars, today, date(2026, 1, 1), date(2026, 12, 31))


WHOLE = build_timeline(TABLE, DAY, {})
COUNTED = build_timeline(TABLE, DAY, FILES)
EMPTY = build_timeline(TABLE, date(2021, 8, 11), {})
REVERSED = _shown(
    _bar("1", end_of_maintenance=date(2028, 1, 1)),
    _bar("2", end_of_maintenance=date(2020, 1, 1), end_of_basic_support=date(2019, 1, 1), files=1),
)
HUGE = _shown(
    _bar("999999999.999999999", is_lts=True, airflow="9999.9999", computed=ENDS, files=12345678),
    _bar("1", airflow="2.1"),
)
CENTURY = Timeline(
    (_bar("1", released=date(2000, 1, 1), end_of_basic_support=date(2099, 12, 31), files=7),),
    date(2000, 1, 1),
    date(2000, 1, 1),
    date(2099, 12, 31),
)
PICTURES = [
    pytest.param(WHOLE, id="the table"),
    pytest.param(COUNTED, id="with counts"),
    pytest.param(build_timeline(TABLE, DAY, dict.fromkeys((bar.series.name for bar in WHOLE.bars), 98765)), id="large counts"),
    pytest.param(_computed(COUNTED), id="computed ends"),
    pytest.param(build_timeline(TABLE, DAY, FILES, ["13"]), id="one series"),
    pytest.param(build_timeline(TABLE, date(2027, 1, 1), FILES, ["13"]), id="a year's first day"),
    pytest.param(build_timeline(TABLE, date(2027, 12, 31), FILES, ["13"]), id="the last day of all"),
    pytest.param(build_timeline(TABLE, date(2021, 9, 1), {"3": 5}), id="the first series of all"),
    pytest.param(EMPTY, id="nothing"),
    pytest.param(REVERSED, id="ends in the wrong order"),
    pytest.param(HUGE, id="the longest names"),
    pytest.param(CENTURY, id="a century"),
    pytest.param(_shown(_bar(HOSTILE, airflow=HOSTILE, files=1)), id="hostile names"),
]  # fmt: skip


def _root(shown: Timeline, **options: str) -> ET.Element:
    root = ET.fromstring(render_svg(shown, **options))  # noqa: S314
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
    """Return where each part of a row's bar starts and ends."""
    boxes = [*_with_class(row, "lr-maintenance"), *_with_class(row, "lr-basic")]
    return [(_at(box, "x"), _at(box, "x") + _at(box, "width")) for box in boxes]


# The SVG.


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
        days = [bar.series.released, *(end for end, _ in bar.ends)]
        expected = [today + (day - DAY).days * by_day for day in days if day]
        edges = [spans[0][0], *(edge for _, edge in spans)]
        # An end is the last day that counts.
        assert edges == pytest.approx([expected[0], *(x + by_day for x in expected[1:])], abs=0.2)
        assert all(left[1] == pytest.approx(right[0], abs=0.02) for left, right in pairwise(spans))


def test_what_is_seen_is_also_written() -> None:
    root = _root(_computed(COUNTED))
    rows = dict(zip((bar.series.name for bar in COUNTED.bars), _with_class(root, "lr-series"), strict=True))
    assert _texts(rows["13"]) == ["13", "LTS", "2.11", "2027-04-30", "2028-04-30"]
    assert _texts(rows["3.1"]) == ["3.1", "3.1", "2027-09-30", "2028-03-30"]
    assert _texts(rows["3.2"]) == ["3.2", "3.2", "≈ 2028-04-30", "≈ 2028-10-30"]
    assert len(_with_class(rows["3.2"], "lr-computed")) == 2
    assert len(_with_class(rows["3.1"], "lr-computed")) == 0
    seen = _texts(root)
    assert "Today 2026-11-23" in seen
    assert {"2 Dockerfiles", "1 Dockerfile", "1,234 Dockerfiles"} <= set(seen)
    assert {"maintenance", "basic support", "ended"} <= set(seen)
    assert "≈ computed from the maintenance policy, not published" in seen
    assert not any("≈" in seen for seen in _texts(_root(COUNTED)))


def test_past_series_are_muted() -> None:
    rows = _with_class(_root(WHOLE), "lr-series")
    muted = [_texts(row)[0] for row in rows if "lr-past" in row.attrib["class"].split()]
    assert muted == ["3", "4", "5", "6", "7", "8", "9", "10", "11"]


def test_the_picture_is_described_in_words() -> None:
    root = _root(_computed(build_timeline(TABLE, DAY, FILES, ["11", "12", "13", "3.3"])), title="Mine")
    assert root.get("role") == "img"
    named = {element.get("id"): element.text for element in root}
    title, words = (named[name] for name in root.attrib["aria-labelledby"].split())
    assert title == "Mine"
    assert words == (
        "4 release series over the years 2024 to 2029, as of 2026-11-23. Maintained: 13 LTS, Airflow 2.11,"
        " released 2025-05-20, maintained until 2027-04-30 (computed), basic support until"
        " 2028-04-30 (computed), 12 Dockerfiles; 3.3, Airflow 3.3,"
        " released 2026-07-09, maintained until 2028-07-31, basic support until 2029-01-31 (computed),"
        " 1,234 Dockerfiles. In basic support only: 12 LTS, Airflow 2.10, released 2024-08-16, maintained"
        " until 2026-02-28, basic support until 2027-02-28. Unsupported: 11 LTS, Airflow 2.9, released"
        " 2024-04-08, maintained until 2025-10-31, basic support until 2026-10-31."
    )


def test_an_empty_picture_says_so() -> None:
    root = _root(EMPTY)
    assert _texts(root) == [
        "Release series of Astro Runtime",
        "No releases to show. As of 2021-08-11.",
    ]
    assert not _with_class(root, "lr-today")


@pytest.mark.parametrize("shown", PICTURES)
def test_a_picture_is_self_contained_and_keeps_within_itself(shown: Timeline) -> None:
    drawn = render_svg(shown, title=HOSTILE)
    assert drawn.isascii()
    assert all(line.isprintable() for line in drawn.splitlines())
    root = _root(shown, title=HOSTILE)
    assert {element.tag for element in root.iter()} <= {
        *("svg", "title", "desc", "style", "defs", "pattern", "g", "rect", "line", "text"),
    }
    names = {name for element in root.iter() for name in element.attrib}
    assert not [name for name in names if name.startswith("on") or "href" in name]
    assert re.findall(r"https?:[^\"']*", drawn) == ["http://www.w3.org/2000/svg"]
    assert set(re.findall(r"url\((.*?)\)", drawn)) == {"#lr-hatch", "#lr-hatch-past"}
    _, _, width, height = map(float, root.attrib["viewBox"].split())
    for element in root.iter():
        for name, limit in (("x", width), ("x1", width), ("x2", width), ("y", height), ("y2", height)):
            if name in element.attrib:
                assert 0 <= _at(element, name) <= limit


def test_every_class_and_id_is_the_pictures_own() -> None:
    root = _root(COUNTED)
    names = {name for element in root.iter() for name in element.get("class", "").split()}
    names |= {element.attrib["id"] for element in root.iter() if "id" in element.attrib}
    assert all(name.startswith("lr-") for name in names)
    style = "".join(element.text or "" for element in root.iter("style"))
    selectors = re.findall(
        r"^([^{}@]+) \{", re.sub(r"/\*.*?\*/\n", "", style, flags=re.DOTALL), re.MULTILINE
    )
    assert len(selectors) > 15
    hatches = {line.attrib["class"] for pattern in root.iter("pattern") for line in pattern}
    assert {f".{name}" for name in hatches} <= set(selectors)
    assert all(part.strip().startswith(".lr-") for selector in selectors for part in selector.split(","))


def _luminance(color: str) -> float:
    shares = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", COLORS)
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("text", "background", 7),
        ("muted", "background", 4.5),
        ("accent", "background", 4.5),
        ("on-today", "today", 4.5),
        ("maintained", "background", 3),
        ("basic", "background", 3),
        ("past", "background", 3),
        ("today", "background", 3),
    ],
)
def test_contrasts(scheme: str, front: str, back: str, least: float) -> None:
    dark, light = sorted(_luminance(COLORS[scheme][name]) for name in (front, back))
    assert (light + 0.05) / (dark + 0.05) >= least


# The text.


@pytest.mark.parametrize(
    ("name", "shown", "width"),
    [
        ("table-80", WHOLE, 80),
        ("counts-120", _computed(COUNTED), 120),
        ("counts-40", _computed(COUNTED), 40),
        ("one-60", build_timeline(TABLE, DAY, {"13": 1}, ["13"]), 60),
        ("empty", EMPTY, 80),
    ],
)
def test_text(name: str, shown: Timeline, width: int, golden: Callable[[Path, str], None]) -> None:
    golden(GOLDEN / f"{name}.text", render_text(shown, width, is_colored=False))


@pytest.mark.parametrize("shown", PICTURES)
@given(width=st.integers(0, 300), title=st.sampled_from(["x", "A title of some words", "y" * 200]))
def test_text_is_as_wide_as_it_may_be(shown: Timeline, width: int, title: str) -> None:
    drawn = render_text(shown, width, is_colored=False, title=title)
    assert drawn.endswith("\n")
    assert all(line.isprintable() and len(line) <= max(width, NARROWEST) for line in drawn.splitlines())
    colored = render_text(shown, width, is_colored=True, title=title)
    assert [line.rstrip() for line in unstyle(colored).splitlines()] == drawn.splitlines()


@pytest.mark.parametrize("width", [48, 64, 80, 200])
def test_text_shows_all_without_color(width: int) -> None:
    drawn = render_text(COUNTED, width, is_colored=False)
    rows = {line.split()[0]: line for line in drawn.splitlines() if "·" in line}
    assert list(rows) == [bar.series.name for bar in COUNTED.bars]
    today = {row.index("│") for row in rows.values()}
    assert len(today) == 1
    for bar in COUNTED.bars:
        row = rows[bar.series.name]
        assert ("LTS" in row) == bar.schedule.is_lts
        assert "█" in row
        assert ("▒" in row) == bool(bar.schedule.end_of_basic_support)
        assert str(bar.schedule.end_of_maintenance) in row
        assert row.endswith(f" {bar.files:,}" if bar.files else row[-1])


def test_text_in_color() -> None:
    rows = render_text(WHOLE, 80, is_colored=True).splitlines()
    past, maintained = (next(row for row in rows if name in row) for name in ("11 LTS", "3.1 "))
    assert "\x1b[2m█" in past
    assert "\x1b[32m" not in past
    assert all(code in maintained for code in ("\x1b[1m3.1", "\x1b[32m█", "\x1b[33m▒", "\x1b[36m\x1b[1m│"))


# The calendar.


def _events(drawn: str) -> list[Any]:
    return list(Calendar.from_ical(drawn).walk("VEVENT"))


def test_a_calendar_read_back() -> None:
    found = list_ends(_computed(COUNTED))
    drawn = render_ics(found, TABLE.date)
    assert drawn == render_ics(found, TABLE.date)
    assert drawn.count("\n") == drawn.count("\r\n") > 0
    assert all(len(line.encode()) <= 75 for line in drawn.split("\r\n"))
    events = _events(drawn)
    assert [event["dtstart"].dt for event in events] == [end.day for end in found]
    assert len({str(event["uid"]) for event in events}) == len(found)
    for event, end in zip(events, found, strict=True):
        assert event["dtend"].dt == end.day + timedelta(days=1)
        assert event["dtstamp"].dt == datetime(2026, 9, 25, tzinfo=timezone.utc)
        assert event["summary"] == f"Astro Runtime {series_name(end.series)}: end of {end.what}"
        assert ("Computed date" in event["description"]) == end.is_computed
        assert "lifecycle data of 2026-09-25" in event["description"]
        alarms = [alarm["trigger"].dt for alarm in event.walk("VALARM")]
        assert alarms == [timedelta(days=-days) for days in REMINDERS]


def test_what_an_event_says() -> None:
    event, _ = _events(render_ics(list_ends(build_timeline(TABLE, DAY, FILES, ["13"])), TABLE.date))
    assert event["uid"] == "13-end-of-maintenance@lint-runtime"
    assert event["description"] == (
        "2027-04-30 is the last day of maintenance of Astro Runtime 13.x. After that, it gets no fixes and"
        " can't be used for new Deployments. Published date (lifecycle data of 2026-09-25)."
        " Used by 12 Dockerfiles."
    )


def test_a_moved_date_moves_its_event() -> None:
    end, _ = list_ends(build_timeline(TABLE, DAY, {}, ["13"]))
    later = end._replace(day=date(2027, 5, 31))
    events = [
        _events(render_ics([found], day))[0]
        for found, day in ((end, TABLE.date), (later, TABLE.date + timedelta(1)))
    ]
    assert events[0]["uid"] == events[1]["uid"]
    assert events[0]["sequence"] < events[1]["sequence"]


def test_hostile_names_stay_in_their_field() -> None:
    evil = _bar("1\r\nATTENDEE:x\n;,\\", files=1)
    (first, second) = _events(render_ics(list_ends(_shown(evil, today=date(2026, 1, 1))), DAY))
    assert first["summary"] == r"Astro Runtime 1\r\nATTENDEE:x\n;,\.x: end of maintenance"
    assert "attendee" not in second


# The command.


@pytest.fixture
def draw(run_lifecycle: Command, tmp_path: Path) -> Command:
    """Run `runtime-lifecycle timeline` as of DAY, in a directory of its own."""
    return partial(run_lifecycle, "timeline", "--as-of", str(DAY), cwd=tmp_path)


TITLE = "Release series of Astro Runtime (lifecycle data of 2026-09-25)"


@pytest.mark.parametrize(
    ("format_name", "drawn"),
    [
        ("text", render_text(WHOLE, 80, is_colored=False, title=TITLE)),
        ("svg", render_svg(WHOLE, title=TITLE)),
        ("ics", render_ics(list_ends(WHOLE), TABLE.date)),
    ],
)
def test_the_whole_table(format_name: str, drawn: str, draw: Command) -> None:
    assert draw("--format", format_name) == (0, drawn, "")


def test_a_page(draw: Command) -> None:
    code, out, err = draw("--format", "html", "13")
    assert (code, err) == (0, "")
    assert out.startswith("<!DOCTYPE html>")
    assert '<svg xmlns="http://www.w3.org/2000/svg" class="lr-timeline"' in out


def test_some_series(draw: Command) -> None:
    shown = build_timeline(TABLE, DAY, {}, ["13", "3.1"])
    drawn = render_text(shown, 80, is_colored=False, title=TITLE)
    assert draw("3.1", "13") == (0, drawn, "")


UNKNOWN = "runtime-lifecycle: unknown series"
DATA = "(lifecycle data of 2026-09-25)"
SERIES = f"known series: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 3.0, 3.1, 3.2, 3.3 {DATA}"


@pytest.mark.parametrize(
    ("series", "message"),
    [
        ("14", f"{UNKNOWN} 14.x: newer than the lifecycle data; {SERIES}"),
        ("v13.5.0", f"{UNKNOWN} or release 'v13.5.0'; did you mean 13.5.0? {DATA}"),
        ("13.5.0", "runtime-lifecycle: 13.5.0 is a release; use its series, 13"),
        ("a", f"{UNKNOWN} or release 'a'; {SERIES}; use --for once per path"),
        ("\x1b[1m", rf"{UNKNOWN} or release '\x1b[1m'; {SERIES}"),
    ],
    ids=["unknown", "misspelled", "a release", "a path", "hostile"],
)
def test_an_unknown_series(series: str, message: str, draw: Command, tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    assert draw("13", series) == (2, "", f"{message}\n")


def test_a_series_without_dates_yet(draw: Command) -> None:
    code, out, err = draw("--as-of", "2025-01-01", "9", "13")
    assert (code, err) == (0, (
        "runtime-lifecycle: skipping 13.x: no dates as of 2025-01-01 in the lifecycle data of"
        " 2026-09-25\n"
    ))  # fmt: skip
    assert "9 LTS" in out


def test_no_end_to_come(draw: Command) -> None:
    code, out, err = draw("--format", "ics", "3")
    assert (code, out) == (0, render_ics([], TABLE.date))
    assert err == "runtime-lifecycle: no upcoming end dates after 2026-11-23; the calendar is empty\n"


@pytest.mark.process
def test_the_text_is_as_wide_as_the_terminal() -> None:
    master, slave = pty.openpty()
    command = [sys.executable, "-c", "from lint_runtime.cli.lifecycle import run; run()", "timeline"]
    environment = {**os.environ, "COLUMNS": "48", "TERM": "dumb"}
    subprocess.run([*command, "--as-of", "2026-11-23", "13"], stdout=slave, env=environment, check=True)
    os.close(slave)
    shown = os.read(master, 10000).decode().replace("\r\n", "\n")
    os.close(master)
    assert shown == render_text(build_timeline(TABLE, DAY, {}, ["13"]), 48, is_colored=False, title=TITLE)


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    for path, tag in {"a": "13.11.0", "b/c": "13.5.1", "d": "3.1-21"}.items():
        (tmp_path / path).mkdir(parents=True)
        (tmp_path / path / "Dockerfile").write_text(f"FROM quay.io/astronomer/astro-runtime:{tag}\n")
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "files", "all_series"),
    [
        (["--for", "."], {"13": 2, "3.1": 1}, ["13", "3.1"]),
        (["--for", "a", "--for", "d/Dockerfile"], {"13": 1, "3.1": 1}, ["13", "3.1"]),
        (["--for", "a", "--for", "a/Dockerfile"], {"13": 1}, ["13"]),
        (["--for", ".", "13", "12"], {"13": 2, "3.1": 1}, ["12", "13"]),
    ],
    ids=["a directory", "several paths", "the same twice", "series of these"],
)
def test_the_series_that_dockerfiles_use(
    arguments: list[str], files: dict[str, int], all_series: list[str], draw: Command, directory: Path
) -> None:
    shown = build_timeline(TABLE, DAY, files, all_series)
    assert draw(*arguments, "--format", "svg", cwd=directory) == (0, render_svg(shown, title=TITLE), "")


def test_what_cannot_be_read_is_reported_and_the_rest_counts(draw: Command, directory: Path) -> None:
    code, out, err = draw("--for", "none", "--for", "a", cwd=directory)
    assert (code, err) == (2, "runtime-lifecycle: cannot read 'none': No such file or directory\n")
    assert out == render_text(
        build_timeline(TABLE, DAY, {"13": 1}, ["13"]), 80, is_colored=False, title=TITLE
    )


def test_dockerfiles_that_use_no_series(draw: Command) -> None:
    code, out, err = draw("--for", ".")
    assert (code, err) == (0, "runtime-lifecycle: no Dockerfiles found\n")
    assert out.endswith("\n\nNo releases to show.\n")


def test_another_table(draw: Command, directory: Path) -> None:
    (newest,) = (series for series in TABLE.series if series.name == "3.1")
    plan = newest.schedule[-1]._replace(computed=ENDS, note=HOSTILE, source=HOSTILE)
    series = newest._replace(name="3.999999999", schedule=(plan,), notes=HOSTILE, source=HOSTILE)
    table = LifecycleTable(date(2026, 10, 1), (series, newest), ())
    (directory / "t.json").write_text(dump_table(table), encoding="utf-8")
    title = TITLE.replace("2026-09-25", "2026-10-01")
    shown = build_timeline(table, DAY, {})
    assert draw("--table", "t.json", cwd=directory) == (
        0,
        render_text(shown, 80, is_colored=False, title=title),
        "",
    )
    counted = build_timeline(table, DAY, {"3.1": 1}, ["3.1"])
    command = ["--table", "t.json", "--format", "svg", "--for", "d"]
    assert draw(*command, cwd=directory) == (0, render_svg(counted, title=title), "")
    assert "≈" in render_text(shown, 80, is_colored=False)


@pytest.mark.parametrize(
    ("format_name", "library", "what"), [("ics", "icalendar", "the calendar"), ("html", "jinja2", "HTML")]
)
def test_the_command_without_the_extra(
    format_name: str, library: str, what: str, draw: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, library, None)
    monkeypatch.delitem(sys.modules, "lint_runtime.formatters.html", raising=False)
    assert draw("--format", format_name) == (
        2,
        "",
        f"runtime-lifecycle: {what} requires the extra 'report'; in a clone, run: pip install '.[report]'\n",
    )


@pytest.mark.process
def test_no_socket_is_opened_whatever_is_drawn() -> None:
    code = """
import sys

def refuse(event, _):
    if event.startswith("socket."):
        raise RuntimeError("a socket")

sys.addaudithook(refuse)
from lint_runtime.cli.lifecycle import main
print(*(main(["timeline", "--format", name]) for name in ("text", "svg", "html", "ics")), file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr == "0 0 0 0\n"
