from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click import unstyle
from markdown_it import MarkdownIt

from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import Offer, Release, ReleaseSeries, Schedule, Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.lifecycle.views.details import UnknownSubjectError, view_details
from lint_runtime.lifecycle.views.render import FORMATS, View, render
from lint_runtime.lifecycle.views.schedule import view_schedule
from tests.conftest import FIXTURES

TABLE = embedded_table()

DAY = date(2026, 11, 23)
NEWEST = TABLE.releases_of("13")[-1].version
PAST = date(2023, 8, 23)
KEYS = (
    "series channel airflow default_python released end_of_maintenance end_of_basic_support computed published"
    " days_left status newest"
).split()
HOSTILE = "a|b \x1b[31m\u202e<b>x</b> ::stop-commands::y ##[error] @all `c` \udcff\nnext"


def _version(text: str) -> RuntimeVersion:
    version = parse_version(text)
    assert version
    return version


def _series(name: str = "3.10", **changes: Any) -> ReleaseSeries:
    day = date(2026, 1, 15)
    plan = Schedule(day, date(2026, 12, 31), date(2027, 6, 30), True, "test", ("end_of_basic_support",))
    return ReleaseSeries(name, "3.10", day, (plan,), "test")._replace(**changes)


def _table(
    *all_series: ReleaseSeries, releases: tuple[Release, ...] = (), source: str = "t.json"
) -> LifecycleTable:
    return LifecycleTable(date(2026, 9, 25), all_series, releases, source)


def _facts(table: LifecycleTable, subject: str, day: date = DAY) -> dict[str, tuple[str, str]]:
    document = json.loads(render(view_details(table, day, subject), "json"))
    assert len({fact["name"] for fact in document["facts"]}) == len(document["facts"])
    return {fact["name"]: (fact["value"], fact["source"]) for fact in document["facts"]}


def _rows_of_markdown(text: str) -> list[list[str]]:
    """Return what a reader sees in each cell; fails on a cell with more than text and code in it."""
    rows: list[list[str]] = []
    for token in MarkdownIt("commonmark").enable("table").parse(text):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows:
            children = token.children or []
            assert {child.type for child in children} <= {"text", "text_special", "code_inline"}
            rows[-1].append("".join(child.content for child in children))
    return rows


SUBJECTS = [
    *(series.name for series in TABLE.series),
    *"4.2.3 6.0.3 9.1.0 11.3.0 12.12.0 13.5.0 13.6.0 3.1-8".split(),
]
EVERY_VIEW = [
    *(
        pytest.param(view_schedule(TABLE, day), id=f"schedule {day}")
        for day in (date(2021, 1, 1), PAST, DAY)
    ),
    *(
        pytest.param(view_details(TABLE, day, subject), id=f"{subject} {day}")
        for subject in SUBJECTS
        for day in (PAST, date(2026, 9, 25), DAY)
    ),
]


@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize(
    ("name", "view"),
    [
        ("schedule", view_schedule(TABLE, DAY)),
        ("13", view_details(TABLE, DAY, "13")),
        ("3.1-8", view_details(TABLE, DAY, "3.1-8")),
    ],
    ids=["schedule", "series", "release"],
)
def test_golden(name: str, view: View, format_name: str, golden: Callable[[Path, str], None]) -> None:
    golden(FIXTURES / "golden" / "lifecycle" / f"{name}.{format_name}", render(view, format_name))


def test_the_schedule_of_a_past_day_is_the_one_published_then() -> None:
    assert (
        render(view_schedule(TABLE, PAST), "text").split("\n\n")[1]
        == """\
series Airflow Python released   maintained support days status      newest
2      2.1     -      2021-07-20 -          -       -    unsupported 2.1.1
3      2.1     3.9    2021-08-12 2022-02-28 -       -    unsupported 3.0.4
4 LTS  2.2     3.9    2022-03-10 2023-09-30 -       38   maintained  4.2.9
5 LTS  2.3     3.9    2022-04-30 2023-10-31 -       69   maintained  5.4.0
6 LTS  2.4     3.9    2022-09-19 2024-03-31 -       221  maintained  6.6.0
7      2.5     3.9    2022-12-03 2023-07-31 -       -    unsupported 7.6.0
8      2.6     3.10   2023-04-30 2023-10-31 -       69   maintained  8.8.0
9 LTS  2.7     3.11   2023-08-18 2025-01-31 -       527  maintained  9.0.0"""
    )


@pytest.mark.parametrize("view", EVERY_VIEW)
def test_no_line_of_text_is_too_long_or_ends_in_spaces(view: View) -> None:
    for line in render(view, "text").splitlines():
        assert len(line) <= 80
        assert line == line.rstrip()


def test_the_widest_row_of_the_schedule_fits() -> None:
    series = _series("13", airflow="2.11", default_python="3.12", released=date(2024, 7, 1))
    lts = Schedule(
        date(2024, 7, 1), date(2025, 12, 31), date(2026, 6, 30), True, "", ("end_of_maintenance",)
    )
    table = _table(
        series._replace(schedule=(lts,)),
        releases=(Release(_version("13.11.0"), "", "", date(2026, 1, 15)),),
    )
    row = render(view_schedule(table, DAY), "text").splitlines()[4]
    assert row == "13* LTS 2.11    3.12   2024-07-01 2025-12-31 2026-06-30 -    unsupported 13.11.0"
    assert len(row) == 80


@pytest.mark.parametrize("view", EVERY_VIEW)
def test_every_format_shows_the_same(view: View) -> None:
    document = json.loads(render(view, "json"))
    records = [
        {key: value.removeprefix("'") for key, value in record.items()}
        for record in csv.DictReader(io.StringIO(render(view, "csv")))
    ]
    items: list[dict[str, Any]] = document["facts"] if "facts" in document else document["series"]
    expected = [
        {
            key: " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
            for key, value in item.items()
        }
        for item in items
    ]
    assert records == expected
    shown = [
        # What is in quotes is code in Markdown, without them.
        [value.replace("'", "") for key, value in record.items() if key not in ("computed", "published")]
        for record in records
    ]
    assert _rows_of_markdown(render(view, "markdown"))[1:] == shown


def test_the_schedule_in_json() -> None:
    document = json.loads(render(view_schedule(TABLE, DAY), "json"))
    assert list(document) == ["as_of", "table", "series"]
    assert document["as_of"] == "2026-11-23"
    assert document["table"] == TABLE.identity
    assert all(list(series) == KEYS for series in document["series"])
    values = {series["series"]: list(series.values()) for series in document["series"]}
    assert values["12"] == [
        *("12", "LTS", "2.10", "3.12", "2024-08-16", "2026-02-28", "2027-02-28", [], "2025-09-03"),
        *(-268, "basic-support", "12.12.0"),
    ]
    assert values["3"] == [
        *("3", "Stable", "2.1", "3.9", "2021-08-12", "2022-02-28", None, [], "2021-12-15"),
        *(-1729, "unsupported", "3.0.4"),
    ]


def test_a_caller_may_say_more_of_the_table() -> None:
    view = view_schedule(TABLE, DAY)
    document = json.loads(render(view._replace(about={**view.about, "sha256": "0a"}), "json"))
    assert document["table"] == {"date": str(TABLE.date), "source": "embedded", "sha256": "0a"}


def test_a_series_without_a_schedule_and_a_release_yet() -> None:
    table = _table(_series(schedule=()))
    (series,) = json.loads(render(view_schedule(table, DAY), "json"))["series"]
    assert [series[key] for key in ("channel", "end_of_maintenance", "published", "days_left")] == [
        None
    ] * 4
    assert (series["status"], series["newest"]) == ("unknown", None)
    row = render(view_schedule(table, DAY), "text").splitlines()[4]
    assert row.split() == "3.10 3.10 - 2026-01-15 - - - unknown -".split()


def test_no_series_yet() -> None:
    before = date(2021, 7, 19)
    assert render(view_schedule(TABLE, before), "text").endswith("\n\nNothing had been released by then.\n")
    assert json.loads(render(view_schedule(TABLE, before), "json"))["series"] == []
    assert [
        series["series"] for series in view_schedule(TABLE, before + timedelta(1)).content["series"]
    ] == ["2"]


def test_a_computed_end_is_always_called_computed() -> None:
    view = view_schedule(
        _table(_series(), _series("3.9")._replace(schedule=TABLE.series[-1].schedule)), DAY
    )
    lines = render(view, "text").splitlines()
    assert [line.split()[0] for line in lines[4:6]] == ["3.9", "3.10*"]
    assert lines[-1] == "*: an end date is computed from the maintenance policy, not published."
    assert [series["computed"] for series in view.content["series"]] == [(), ("end_of_basic_support",)]
    rows = _rows_of_markdown(render(view, "markdown"))
    assert rows[2][5:7] == ["2026-12-31", "2027-06-30 (computed)"]
    facts = _facts(_table(_series()), "3.10")
    assert facts["end of maintenance"] == ("2026-12-31", "test, published 2026-01-15")
    assert facts["end of basic support"] == ("2027-06-30 (computed)", "computed by the maintenance policy")
    assert facts["schedule 2026-01-15"] == (
        "LTS, maintained until 2026-12-31, basic support until 2027-06-30 (computed)",
        "test",
    )


def test_a_schedule_that_nobody_published_is_not_called_published() -> None:
    plan = _series().schedule[0]._replace(computed=("end_of_maintenance", "end_of_basic_support"))
    assert _facts(_table(_series(schedule=(plan,))), "3.10")["channel"] == (
        "LTS",
        "test, known since 2026-01-15",
    )


@pytest.mark.parametrize(
    ("end", "color"),
    [
        pytest.param(DAY + timedelta(91), "\x1b[32mmaintained", id="maintained for long"),
        pytest.param(DAY + timedelta(90), "\x1b[33mmaintained", id="maintained, not for long"),
        pytest.param(DAY, "\x1b[33mmaintained", id="the last day"),
        pytest.param(DAY - timedelta(1), "\x1b[33mbasic", id="basic support"),
        pytest.param(DAY - timedelta(400), "\x1b[31munsupported", id="ended"),
        pytest.param(None, " unknown", id="unknown"),
    ],
)
def test_the_color_of_a_status(end: date | None, color: str) -> None:
    support = end + timedelta(200) if end else None
    plans = (Schedule(date(2025, 1, 15), end, support, False, "test"),) if end else ()
    table = _table(_series(schedule=plans))
    assert color in render(view_schedule(table, DAY), "text", is_colored=True)
    assert color.replace("basic", "basic-support") in render(
        view_details(table, DAY, "3.10"), "text", is_colored=True
    )


@pytest.mark.parametrize("view", EVERY_VIEW)
def test_color_moves_nothing(view: View) -> None:
    colored = render(view, "text", is_colored=True)
    assert "\x1b[1m" in colored
    assert unstyle(colored) == render(view, "text")
    assert "\x1b" not in render(view, "text")


@pytest.mark.parametrize(
    ("subject", "day", "name", "value", "source"),
    [
        pytest.param(
            "6", DAY, "architectures", "amd64, arm64 from 6.0.4", "docs", id="an architecture from then on"
        ),
        pytest.param("6.0.3", DAY, "architectures", "amd64", "docs", id="a release before that"),
        pytest.param("6.0.4", DAY, "architectures", "amd64, arm64", "docs", id="the release of that"),
        pytest.param("3", DAY, "architectures", "not published", "", id="no architectures known"),
        pytest.param("3", DAY, "variants", "none", "docs", id="no variants"),
        pytest.param(
            "11", DAY, "variants", "python, slim, ubi9 from 11.13.0", "docs", id="a variant from then on"
        ),
        pytest.param("11.3.0", DAY, "Python versions (ubi9)", "none", "docs", id="no such variant yet"),
        pytest.param("11.20.0", DAY, "Python versions (ubi9)", "3.11, 3.12", "docs", id="such a variant"),
        pytest.param("3.1", DAY, "operating system", "not published", "", id="no operating system known"),
        pytest.param("3.1", DAY, "variants", "python, ubi9", "observed", id="a source of its own"),
        pytest.param(
            "3.0", DAY, "released", "2025-04-22", "observed", id="a release day seen, not published"
        ),
        pytest.param("9", DAY, "complete list", "up to 9.21.0", "docs", id="complete"),
        pytest.param("9", date(2024, 5, 15), "yanked", "none", "this data", id="no yank by then"),
        pytest.param(
            "13.6.0",
            DAY,
            "Airflow",
            "2.11, the exact version is not published",
            "docs",
            id="Airflow unknown",
        ),
        pytest.param("13.6.0", DAY, "released", "not published", "", id="day of release unknown"),
        pytest.param("13.7.0", DAY, "released", "not later than 2026-05-22", "observed", id="seen by"),
        pytest.param(
            "13.11.0", date(2026, 9, 25), "newest in series", "yes", "feed-2026-09-25", id="the newest"
        ),
        pytest.param(
            "13.11.0",
            PAST,
            "released",
            "2026-09-17 (after the --as-of date)",
            "feed-2026-09-25",
            id="not out yet",
        ),
        pytest.param("13.11.0", PAST, "newest in series", "none", "", id="none out yet"),
        pytest.param(
            "13", PAST, "released", "2025-05-20 (after the --as-of date)", "docs", id="a series not out yet"
        ),
        pytest.param("13", date(2025, 5, 20), "released", "2025-05-20", "docs", id="out on the day"),
        pytest.param("13", PAST, "channel", "not published", "", id="no channel by then"),
        pytest.param("13", PAST, "days left", "not published", "", id="no end by then"),
        pytest.param("3.1-8", date(2026, 9, 24), "yanked", "no", "this data", id="before its yank"),
        pytest.param(
            "9.1.0",
            date(2024, 5, 16),
            "yanked",
            "since 2024-05-16: Has significant scheduling performance issues.",
            "feed-2026-09-25",
            id="yanked",
        ),
        pytest.param("12", DAY, "days left", "ended 268 days ago", "from the dates", id="past the end"),
    ],
)
def test_a_fact(subject: str, day: date, name: str, value: str, source: str) -> None:
    assert _facts(TABLE, subject, day)[name] == (value, source)


def test_only_schedules_known_on_the_day_are_shown() -> None:
    def shown(day: date) -> list[str]:
        return [name for name in _facts(TABLE, "5", day) if name.startswith(("schedule", "note"))]

    before = ["schedule 2022-05-02", "schedule 2022-11-08", "schedule 2022-11-23"]
    assert shown(PAST) == before
    assert shown(PAST + timedelta(1)) == [*before, "schedule 2023-08-24", "note on 2023-08-24"]


def test_what_is_not_known_of_a_series_is_said() -> None:
    facts = _facts(_table(_series(schedule=())), "3.10")
    assert {name for name, (value, _) in facts.items() if value == "not published"} == {
        *("default Python", "Python versions", "architectures", "operating system", "channel"),
        *("end of maintenance", "end of basic support", "days left"),
    }
    assert {name for name, (value, _) in facts.items() if value in ("unknown", "none")} == {
        *("variants", "Python versions (ubi9)", "complete list", "newest release", "yanked", "status"),
    }


def test_a_release_before_the_variant_python_has_the_default_one() -> None:
    offers = (Offer("python", _version("3.10-2")),)
    series = _series(default_python="3.12", pythons=("3.11", "3.12"), variants=offers)
    table = _table(series, releases=(Release(_version("3.10-1"), "r"), Release(_version("3.10-2"), "r")))
    assert [_facts(table, subject)["Python versions"][0] for subject in ("3.10-1", "3.10-2", "3.10")] == [
        "3.12",
        "3.11, 3.12",
        "3.11, 3.12",
    ]
    assert _facts(table, "3.10-1")["variants"][0] == "none"


@pytest.mark.parametrize(
    ("day", "message"),
    [
        pytest.param(DAY, "no, 3.10-1 is (this one is yanked)", id="yanked"),
        pytest.param(date(2026, 9, 1), "no, 3.10-1 is (this one is not released yet)", id="later"),
    ],
)
def test_a_release_above_the_newest(day: date, message: str) -> None:
    yank = Yank(date(2026, 10, 1), "broken")
    releases = (
        Release(_version("3.10-1"), "r", released=date(2026, 1, 15)),
        Release(_version("3.10-2"), "r", released=date(2026, 9, 2), yank=yank),
    )
    assert _facts(_table(_series(), releases=releases), "3.10-2", day)["newest in series"] == (
        message,
        "r",
    )


@pytest.mark.parametrize(
    ("subject", "message"),
    [
        ("13.99.0", f"unknown release 13.99.0: newer than the lifecycle data; the newest 13.x release is {NEWEST}"),
        ("9.2.5", "unknown release 9.2.5: never published; the newest 9.x release is 9.21.0"),
        ("12.2.1", "unknown release 12.2.1: it may exist (the data is incomplete here); the newest 12.x release is 12.12.0"),
        ("3.1.8", "unknown release 3.1.8; did you mean 3.1-8?"),
        ("14.0.0", "unknown release 14.0.0: newer than the lifecycle data; known series: "),
        ("14", "unknown series 14.x: newer than the lifecycle data; known series: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 3.0,"),
        ("1", "unknown series 1.x: never published; known series: 2, 3, 4"),
        ("3.4", "unknown series 3.4: newer than the lifecycle data"),
        ("13.5", "unknown series or release '13.5'; did you mean 13.5.1?"),
        ("v13.5.0", "unknown series or release 'v13.5.0'; did you mean 13.5.0?"),
        ("latest", "unknown series or release 'latest'; known series: 2, 3, 4"),
        ("\x1b[31m", r"unknown series or release '\x1b[31m'; known series: 2, 3, 4"),
        ("9" * 5000, "unknown series or release '" + "9" * 120 + "…'; known series: 2, 3, 4"),
        ("", "unknown series or release ''; known series: 2, 3, 4"),
    ],
)  # fmt: skip
def test_an_unknown_subject(subject: str, message: str) -> None:
    with pytest.raises(UnknownSubjectError) as caught:
        view_details(TABLE, DAY, subject)
    assert str(caught.value).startswith(message)
    assert str(caught.value).endswith(f" (lifecycle data of {TABLE.date})")


def test_the_source_of_the_table_is_escaped_where_a_subject_is_unknown() -> None:
    with pytest.raises(UnknownSubjectError, match=r"in a\\x1b\.json\)"):
        view_details(_table(_series(), source="a\x1b.json"), DAY, "99")


def _hostile() -> LifecycleTable:
    plan = Schedule(date(2026, 1, 15), date(2026, 12, 31), None, False, HOSTILE, note=HOSTILE)
    series = _series(
        airflow="3.10 " + HOSTILE,
        schedule=(plan,),
        source=HOSTILE,
        default_python=HOSTILE,
        pythons=(HOSTILE,),
        os=HOSTILE,
        architectures=(Offer(HOSTILE),),
        variants=(Offer(HOSTILE), Offer("ubi9")),
        ubi9_pythons=(HOSTILE,),
        notes=HOSTILE * 20,
    )
    yank = Yank(date(2026, 1, 15), HOSTILE)
    releases = (
        Release(_version("3.10-1"), HOSTILE, HOSTILE, date(2026, 1, 15), yank=yank),
        Release(_version("3.10-2"), HOSTILE, HOSTILE, date(2026, 1, 15)),
    )
    return _table(series, releases=releases, source=HOSTILE)


HOSTILE_VIEWS = [
    pytest.param(view_schedule(_hostile(), DAY), id="schedule"),
    pytest.param(view_details(_hostile(), DAY, "3.10"), id="series"),
    pytest.param(view_details(_hostile(), DAY, "3.10-1"), id="release"),
]


@pytest.mark.parametrize("view", HOSTILE_VIEWS)
@pytest.mark.parametrize("format_name", FORMATS)
def test_nothing_hostile_gets_out(format_name: str, view: View) -> None:
    shown = render(view, format_name)
    assert "stop-com" in shown, "wrapped within its column"
    assert "##[" not in shown
    for line in shown.splitlines():
        assert line.isprintable()
        assert not line.lstrip().startswith("::")
    assert shown.encode()


@pytest.mark.parametrize("view", HOSTILE_VIEWS[1:])
def test_hostile_text_is_wrapped(view: View) -> None:
    title, _, *rows = render(view, "text").splitlines()
    assert title.startswith("Astro Runtime ")
    assert max(map(len, rows)) <= 80
    assert len(rows) > 30


@pytest.mark.parametrize("view", HOSTILE_VIEWS)
def test_hostile_text_stays_in_its_cell(view: View) -> None:
    shown = r"a|b \x1b[31m\u202e<b>x</b> ::stop-commands::y #\x23[error] @all `c` \xff\nnext"
    columns = len(view.readable.headers)
    markdown = _rows_of_markdown(render(view, "markdown"))
    records = list(csv.reader(io.StringIO(render(view, "csv"))))
    for rows in (markdown, records):
        assert len(rows) == 1 + len(view.records.rows)
        assert shown in {cell for row in rows for cell in row}
    assert {len(row) for row in markdown} == {columns}
    assert {len(row) for row in records} == {len(view.records.headers)}


def test_json_keeps_text_as_it_is_but_for_bytes() -> None:
    series = json.loads(render(view_schedule(_hostile(), DAY), "json"))["series"][0]
    assert series["default_python"] == HOSTILE.replace("\udcff", r"\xff")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("=1+2", "'=1+2"),
        ("@a", "'@a"),
        ("-x", "'-x"),
        ("+x", "'+x"),
        ("-", "'-"),
        ("-12", "-12"),
        ("+1.5", "+1.5"),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_no_cell_of_csv_is_a_formula(text: str, written: str) -> None:
    series = _series(source=text or "x", notes=text or "x")
    rows = list(csv.reader(io.StringIO(render(view_details(_table(series), DAY, "3.10"), "csv"))))
    assert (written or "x") in {cell for row in rows for cell in row}
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "@"))]
