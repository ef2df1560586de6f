"""Views of lifecycle data: the schedule, the facts about a series or a release, and a verification."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from click import unstyle
from markdown_it import MarkdownIt

from lint_runtime.lifecycle.comparison import ComparedImage, compare
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import Availability, Release, ReleaseSeries, Schedule, Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.verify import EndComparison, Problem
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.lifecycle.views.details import (
    UnknownSubjectError,
    find_subject,
    view_comparison,
    view_details,
)
from lint_runtime.lifecycle.views.render import FORMATS, View, render
from lint_runtime.lifecycle.views.schedule import view_schedule
from lint_runtime.lifecycle.views.verdicts import view_verdicts
from lint_runtime.lifecycle.views.verification import render_verification
from lint_runtime.linter.verdicts import look_up
from tests.conftest import FIXTURES

TABLE = embedded_table()

DAY = date(2026, 11, 23)
PUBLISHED = date(2026, 9, 25)
PAST = date(2023, 8, 23)
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


def _view(subject: str = "", day: date = DAY, table: LifecycleTable = TABLE) -> View:
    known = table.as_of(day)
    return view_details(known, subject) if subject else view_schedule(known)


def _facts(subject: str, day: date = DAY, table: LifecycleTable = TABLE) -> dict[str, tuple[str, str]]:
    facts = json.loads(render(_view(subject, day, table), "json"))["facts"]
    values = {fact["name"]: (fact["value"], fact["source"]) for fact in facts}
    assert len(values) == len(facts) >= 15
    return values


def _comparison(before: str, after: str) -> View:
    known = TABLE.as_of(DAY)
    images = (ComparedImage(name, find_subject(known, name), "3.12", "") for name in (before, after))
    return view_comparison(compare(*images, known), known)


def _rows_of_markdown(text: str) -> list[list[str]]:
    """Return the text of the cells, row by row. Fails if a cell has anything but text and code."""
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
VIEWS = {
    **{f"schedule on {day}": _view("", day) for day in (date(2021, 8, 1), PAST, DAY)},
    **{
        f"{subject} on {day}": _view(subject, day) for subject in SUBJECTS for day in (PAST, PUBLISHED, DAY)
    },
    "comparison": _comparison("12.6.0", "3.3-8"),
}


# All views


@pytest.mark.parametrize(("name", "subject"), [("schedule", ""), ("13", "13"), ("3.1-8", "3.1-8")])
def test_golden(name: str, subject: str, golden: Callable[[Path, str], None]) -> None:
    known = TABLE.as_of(DAY)
    view = view_details(known, subject, *look_up(subject, known)[1]) if subject else _view()
    for format_name in FORMATS:
        golden(FIXTURES / "golden" / "lifecycle" / f"{name}.{format_name}", render(view, format_name))


def test_no_line_of_text_is_too_long_or_ends_in_spaces() -> None:
    for name, view in VIEWS.items():
        lines = render(view, "text").splitlines()
        assert len(lines) >= 5, name
        assert [line for line in lines if len(line) > 80 or line != line.rstrip()] == [], name


def test_every_format_shows_the_same_values() -> None:
    for name, view in VIEWS.items():
        if name == "comparison":
            continue
        document = json.loads(render(view, "json"))
        assert (document["as_of"], document["table"]) == (str(view.known.day), TABLE.identity), name
        items: list[dict[str, Any]] = document["facts"] if "facts" in document else document["series"]
        assert items, name
        records = [
            {key: value.removeprefix("'") for key, value in record.items()}
            for record in csv.DictReader(io.StringIO(render(view, "csv")))
        ]
        assert records == [
            {
                key: " ".join(value) if isinstance(value, list) else "" if value is None else str(value)
                for key, value in item.items()
            }
            for item in items
        ], name
        shown = [
            # Remove quotes, because Markdown shows quoted text as code, without the quotes.
            [
                value.replace("'", "")
                for key, value in record.items()
                if key not in ("computed", "published")
            ]
            for record in records
        ]
        assert _rows_of_markdown(render(view, "markdown"))[1:] == shown, name


def test_color_moves_nothing() -> None:
    for name, view in VIEWS.items():
        colored = render(view, "text", is_colored=True)
        assert "\x1b[1m" in colored, name
        assert unstyle(colored) == render(view, "text"), name
        assert "\x1b" not in render(view, "text"), name
        assert [render(view, format_name, is_colored=True) for format_name in FORMATS[1:]] == [
            render(view, format_name) for format_name in FORMATS[1:]
        ], name


def test_headers_are_bold_and_only_colored_cells_have_a_color() -> None:
    lines = render(_view(), "text", is_colored=True).splitlines()
    assert lines[:3] == render(_view(), "text").splitlines()[:3]
    assert lines[3].startswith("\x1b[1mseries\x1b[0m \x1b[1mAirflow\x1b[0m ")
    assert lines[4].startswith(
        "2      2.1     -      2021-07-20 -          -          -    \x1b[31munsupported\x1b[0m 2.1.1"
    )


def test_long_cells_are_wrapped_at_spaces_only() -> None:
    series = _series(notes=f"{'x' * 25} some-hyphens {'y' * 33}")
    rows = render(_view("3.10", table=_table(series)), "text").splitlines()[-3:]
    assert [row[22:56].strip() for row in rows] == ["x" * 25, "some-hyphens", "y" * 33]


def test_cells_are_wrapped_at_the_limits_of_their_columns() -> None:
    long = "1" * 100
    version = RuntimeVersion(3, 3, int(long), int(long))
    plan = Schedule(date(2026, 1, 15), date(9999, 1, 1), None, False, long)
    series = _series(
        version.series, airflow=f"3.{long}", default_python=long, schedule=(plan,), notes=long, source=long
    )
    table = _table(series, releases=(Release(version, long, released=date(2026, 1, 15)),))
    schedule = render(_view(table=table), "text")
    # Long cells are wrapped, so the columns of the schedule are never wider than these numbers.
    starts = [match.start() for match in re.finditer(r"(?<!\S)\S", schedule.splitlines()[3])]
    assert [after - before for before, after in pairwise(starts)] == [10, 8, 7, 11, 11, 8, 6, 11]
    assert max(map(len, schedule.splitlines()[4:-3])) == 9 + 7 + 6 + 10 + 10 + 7 + 5 + 10 + 12 + 8
    details = render(_view(version.series, table=table), "text").splitlines()[3:]
    assert [line for line in details if line.startswith("name")] == [f"{'name':22}{'value':37}source"]
    assert max(map(len, details)) == 20 + 2 + 35 + 2 + 21
    ends = [EndComparison(long, long, None, None, None, "")]
    header, *_ = render_verification(ends, [], is_colored=False).splitlines()
    assert header == f"{'series':10}{'end of':14}policy of published computed days result"


# The schedule


def test_the_schedule_of_a_past_day_is_the_one_published_then() -> None:
    assert (
        render(_view(day=PAST), "text").split("\n\n")[1]
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


def test_the_widest_row_of_the_schedule_fits() -> None:
    lts = Schedule(
        date(2024, 7, 1), date(2025, 12, 31), date(2026, 6, 30), True, "", ("end_of_maintenance",)
    )
    series = _series(
        "13", airflow="2.11", default_python="3.12", released=date(2024, 7, 1), schedule=(lts,)
    )
    release = Release(_version("13.11.0"), "", "", date(2026, 1, 15))
    row = render(_view(table=_table(series, releases=(release,))), "text").splitlines()[4]
    assert row == "13* LTS 2.11    3.12   2024-07-01 2025-12-31 2026-06-30 -    unsupported 13.11.0"
    assert len(row) == 80


def test_the_schedule_in_json() -> None:
    document = json.loads(render(_view(), "json"))
    assert list(document) == ["as_of", "table", "series"]
    keys = (
        "series channel airflow default_python released end_of_maintenance end_of_basic_support computed"
        " published days_left status newest"
    ).split()
    assert {tuple(series) for series in document["series"]} == {tuple(keys)}
    values = {series["series"]: list(series.values()) for series in document["series"]}
    assert values["12"] == [
        *("12", "LTS", "2.10", "3.12", "2024-08-16", "2026-02-28", "2027-02-28", [], "2025-09-03"),
        *(-268, "basic-support", "12.12.0"),
    ]
    assert values["3"] == [
        *("3", "Stable", "2.1", "3.9", "2021-08-12", "2022-02-28", None, [], "2021-12-15"),
        *(-1729, "unsupported", "3.0.4"),
    ]


def test_a_series_without_a_schedule_or_a_release() -> None:
    view = _view(table=_table(_series(schedule=())))
    (series,) = json.loads(render(view, "json"))["series"]
    assert [series[key] for key in ("channel", "end_of_maintenance", "published", "days_left")] == [
        None
    ] * 4
    assert (series["status"], series["newest"]) == ("unknown", None)
    row = render(view, "text").splitlines()[4]
    assert row.split() == "3.10 3.10 - 2026-01-15 - - - unknown -".split()


def test_the_last_day_of_maintenance_has_0_days_left() -> None:
    row = render(_view(day=date(2026, 12, 31), table=_table(_series())), "text").splitlines()[4]
    assert row.split() == "3.10* LTS 3.10 - 2026-01-15 2026-12-31 2027-06-30 0 maintained -".split()


def test_the_first_day_of_the_first_series() -> None:
    before = _view(day=date(2021, 7, 19))
    assert render(before, "text").endswith("\n\nNothing had been released by then.\n")
    assert json.loads(render(before, "json"))["series"] == []
    assert render(before, "csv").count("\n") == 1
    assert [series["series"] for series in _view(day=date(2021, 7, 20)).content["series"]] == ["2"]


# Computed dates and colors


def test_a_computed_end_is_always_called_computed() -> None:
    view = _view(table=_table(_series(), _series("3.9", schedule=TABLE.series[-1].schedule)))
    lines = render(view, "text").splitlines()
    assert [line.split()[0] for line in lines[4:6]] == ["3.9", "3.10*"]
    assert lines[-1] == "*: an end date is computed from the maintenance policy, not published."
    assert [series["computed"] for series in view.content["series"]] == [(), ("end_of_basic_support",)]
    rows = _rows_of_markdown(render(view, "markdown"))
    assert rows[2][5:7] == ["2026-12-31", "2027-06-30 (computed)"]
    facts = _facts("3.10", table=_table(_series()))
    assert facts["end of maintenance"] == ("2026-12-31", "test, published 2026-01-15")
    assert facts["end of basic support"] == ("2027-06-30 (computed)", "computed by the maintenance policy")
    assert facts["schedule 2026-01-15"] == (
        "LTS, maintained until 2026-12-31, basic support until 2027-06-30 (computed)",
        "test",
    )


def test_published_ends_have_no_mark() -> None:
    view = _view()
    assert not any(series["computed"] for series in view.content["series"])
    assert "*" not in render(view, "text")
    assert render(view, "text").endswith("Python: the default version.\n")


def test_an_unpublished_schedule_is_not_called_published() -> None:
    plan = _series().schedule[0]._replace(computed=("end_of_maintenance", "end_of_basic_support"))
    facts = _facts("3.10", table=_table(_series(schedule=(plan,))))
    assert facts["channel"] == ("LTS", "test, known since 2026-01-15")
    assert facts["end of maintenance"] == ("2026-12-31 (computed)", "computed by the maintenance policy")


def test_the_color_of_a_status() -> None:
    def colored_status(end: date | None) -> list[str]:
        plan = Schedule(date(2025, 1, 15), end, end + timedelta(200), False, "test") if end else None
        table = _table(_series(schedule=(plan,) if plan else ()))
        texts = [render(_view(subject, table=table), "text", is_colored=True) for subject in ("", "3.10")]
        rows = (
            texts[0].splitlines()[4],
            next(row for row in texts[1].splitlines() if row.startswith("status")),
        )
        return [row[row.find("\x1b") :].partition(" ")[0] if "\x1b" in row else "plain" for row in rows]

    assert {days: colored_status(DAY + timedelta(days)) for days in (91, 90, 0, -1, -400)} == {
        91: ["\x1b[32mmaintained\x1b[0m"] * 2,
        90: ["\x1b[33mmaintained\x1b[0m"] * 2,
        0: ["\x1b[33mmaintained\x1b[0m"] * 2,
        -1: ["\x1b[33mbasic\x1b[0m", "\x1b[33mbasic-support\x1b[0m"],
        -400: ["\x1b[31munsupported\x1b[0m"] * 2,
    }
    assert colored_status(None) == ["plain", "plain"]


def test_a_yanked_release_has_the_color_of_its_series() -> None:
    text = render(_view("3.1-8", PUBLISHED), "text", is_colored=True)
    assert "known by 2026-09-25: " in text
    assert "\x1b[32mmaintained\x1b[0m" in text


def test_a_comparison() -> None:
    view = VIEWS["comparison"]
    assert render(view, "text").startswith("Astro Runtime 12.6.0 compared with 3.3-8\n")
    records = list(csv.reader(io.StringIO(render(view, "csv"))))
    assert records[:3] == [
        ["name", "before", "after"],
        ["Airflow major", "2", "3 (a major migration, via 13.11.0)"],
        ["Airflow", "2.10", "3.3.2"],
    ]
    assert records[-1] == ["in-place upgrade", "via 13.11.0", ""]
    assert _rows_of_markdown(render(view, "markdown")) == [["", "12.6.0", "3.3-8"], *records[1:]]
    document = json.loads(render(view, "json"))
    assert (document["before"], document["after"], document["via"]) == ("12.6.0", "3.3-8", "13.11.0")


def test_a_comparison_colors_what_changes() -> None:
    rows = render(VIEWS["comparison"], "text", is_colored=True).splitlines()[4:]
    assert rows[0].split("  ")[-1].strip() == "\x1b[36m3 (a major migration, via\x1b[0m"
    values = {row[:22].strip(): row[22:].split(maxsplit=1)[1] for row in rows[2:11]}
    assert values == {
        "Airflow": "\x1b[36m3.3.2\x1b[0m",
        "Python": "3.12",
        "operating system": "unknown",
        "architectures": "arm64                amd64, arm64",
        "channel": "\x1b[36mStable\x1b[0m",
        "end of maintenance": "\x1b[36m2028-07-31\x1b[0m",
        "end of basic support": "\x1b[36m2029-01-31\x1b[0m",
        "status": "\x1b[36mmaintained\x1b[0m",
        "yanked": "no",
    }


# The facts about a series or a release


FEED = "feed-2026-09-25"
FACTS: list[tuple[str, date, str, str, str]] = [
    ("6", DAY, "architectures", "amd64, arm64 from 6.0.4", "docs"),
    ("6.0.3", DAY, "architectures", "amd64", "docs"),
    ("6.0.4", DAY, "architectures", "amd64, arm64", "docs"),
    ("3", DAY, "architectures", "not published", ""),
    ("3", DAY, "variants", "none", "docs"),
    ("11", DAY, "variants", "python, slim, ubi9 from 11.13.0", "docs"),
    ("11.3.0", DAY, "variants", "python, slim", "docs"),
    ("11.3.0", DAY, "Python versions (ubi9)", "none", "docs"),
    ("11.20.0", DAY, "Python versions (ubi9)", "3.11, 3.12", "docs"),
    ("3.1", DAY, "operating system", "not published", ""),
    ("3.1", DAY, "variants", "python, ubi9", "observed"),
    ("3.0", DAY, "released", "2025-04-22", "observed"),
    ("9", DAY, "complete list", "up to 9.21.0", "docs"),
    ("9", DAY, "newest release", "9.21.0", "release-notes-archive"),
    ("9", date(2024, 5, 15), "yanked", "none", "this data"),
    ("9", date(2024, 5, 16), "yanked", "9.0.0, 9.1.0, 9.2.0, 9.3.0, 9.4.0, 9.5.0, 9.6.0", f"release-notes-2024-08, {FEED}"),
    ("9", DAY, "Debian 11 upstream", "end of security support 2024-08-14, end of LTS 2026-08-31", "endoflife.date snapshot 2026-08-22"),
    ("9", DAY, "Python 3.11 upstream", "end of life 2027-10-31", "endoflife.date snapshot 2026-08-22 (PEP dates)"),
    ("13.6.0", DAY, "Airflow", "2.11, the exact version is not published", "docs"),
    ("13.6.0", DAY, "released", "not later than 2026-09-25", "observed"),
    ("13.7.0", DAY, "released", "not later than 2026-05-22", "observed"),
    ("13.11.0", PUBLISHED, "newest in series", "yes", FEED),
    ("13.11.0", PAST, "released", "2026-09-17 (after the --as-of date)", FEED),
    ("13.11.0", date(2026, 9, 17), "released", "2026-09-17", FEED),
    ("13.11.0", PAST, "newest in series", "none", ""),
    ("13", PAST, "released", "2025-05-20 (after the --as-of date)", "docs"),
    ("13", PAST, "newest release", "none", ""),
    ("13", date(2025, 5, 20), "released", "2025-05-20", "docs"),
    ("13", PAST, "channel", "not published", ""),
    ("13", PAST, "end of maintenance", "not published", ""),
    ("13", PAST, "days left", "not published", ""),
    ("13", date(2027, 4, 30), "days left", "0", "from the dates"),
    ("13", date(2027, 5, 1), "days left", "ended 1 day ago", "from the dates"),
    ("3.3", date(2026, 1, 1), "days left", "not published", ""),
    ("3.1-8", date(2026, 9, 24), "yanked", "no", "this data"),
    ("9.1.0", date(2024, 5, 16), "yanked", "known by 2024-05-16: Has significant scheduling performance issues.", FEED),
    ("12", DAY, "days left", "ended 268 days ago", "from the dates"),
    ("12", DAY, "status", "basic-support", "from the dates"),
]  # fmt: skip


def test_facts() -> None:
    facts = [(subject, day, name, *_facts(subject, day)[name]) for subject, day, name, _, _ in FACTS]
    assert facts == FACTS


def test_only_schedules_known_on_the_day_are_shown() -> None:
    def shown(day: date) -> list[str]:
        return [name for name in _facts("5", day) if name.startswith(("schedule", "note"))]

    before = ["schedule 2022-05-02", "schedule 2022-11-08", "schedule 2022-11-23"]
    assert shown(PAST) == before
    assert shown(PAST + timedelta(1)) == [*before, "schedule 2023-08-24", "note on 2023-08-24"]


def test_a_schedule_without_basic_support() -> None:
    plan = _series().schedule[0]._replace(end_of_basic_support=None, is_lts=False, computed=())
    facts = _facts("3.10", table=_table(_series(schedule=(plan,))))
    assert facts["end of basic support"] == ("not published", "test, published 2026-01-15")
    assert facts["schedule 2026-01-15"] == (
        "Stable, maintained until 2026-12-31, basic support not published",
        "test",
    )


def test_unknown_facts_are_called_unknown() -> None:
    facts = _facts("3.10", table=_table(_series(schedule=())))
    assert {name: value for name, (value, _) in facts.items() if value in ("not published", "unknown", "none")} == {
        **dict.fromkeys(
            ("default Python", "Python versions", "architectures", "operating system", "channel"),
            "not published",
        ),
        **dict.fromkeys(("end of maintenance", "end of basic support", "days left"), "not published"),
        **dict.fromkeys(("variants", "Python versions (ubi9)", "complete list", "status"), "unknown"),
        **dict.fromkeys(("newest release", "yanked"), "none"),
    }  # fmt: skip
    assert {name for name, (_, source) in facts.items() if not source} == {
        *("default Python", "Python versions", "architectures", "operating system", "channel", "variants"),
        *("end of maintenance", "end of basic support", "days left", "Python versions (ubi9)"),
        *("complete list", "newest release"),
    }
    assert "notes" not in facts
    releases = (Release(_version("3.10-1"), "r"),)
    assert _facts("3.10-1", table=_table(_series(), releases=releases))["released"] == ("not published", "")


def test_each_fact_of_a_series_has_its_own_source() -> None:
    fields = {
        "Airflow": "airflow",
        "released": "released",
        "default Python": "default_python",
        "Python versions": "pythons",
        "architectures": "architectures",
        "variants": "variants",
        "Python versions (ubi9)": "ubi9_pythons",
        "operating system": "os",
        "complete list": "complete_through",
        "notes": "notes",
    }
    series = _series(
        sources={field: f"source of {field}" for field in fields.values()},
        default_python="3.12",
        pythons=("3.12",),
        architectures=(Availability("amd64"),),
        variants=(Availability("ubi9"),),
        ubi9_pythons=("3.12",),
        os="Debian 12",
        complete_through=_version("3.10-1"),
        notes="x",
    )
    facts = _facts("3.10", table=_table(series))
    assert {name: facts[name][1] for name in fields} == {
        name: f"source of {field}" for name, field in fields.items()
    }
    facts = _facts("3.10", table=_table(series._replace(sources={})))
    assert {facts[name][1] for name in fields} == {"test"}


def test_a_release_before_the_python_variant_has_the_default_version() -> None:
    variants = (Availability("python", _version("3.10-2")),)
    series = _series(default_python="3.12", pythons=("3.11", "3.12"), variants=variants)
    releases = (Release(_version("3.10-1"), "r"), Release(_version("3.10-2"), "r"))

    def pythons(series: ReleaseSeries) -> list[str]:
        table = _table(series, releases=releases)
        return [
            _facts(subject, table=table)["Python versions"][0] for subject in ("3.10-1", "3.10-2", "3.10")
        ]

    assert pythons(series) == ["3.12", "3.11, 3.12", "3.11, 3.12"]
    assert pythons(series._replace(default_python=None)) == ["3.11, 3.12"] * 3
    assert pythons(series._replace(variants=None)) == ["3.11, 3.12"] * 3
    table = _table(series, releases=releases)
    assert _facts("3.10-1", table=table)["variants"] == ("none", "test")
    assert _facts("3.10", table=table)["variants"] == ("python from 3.10-2", "test")


def test_ubi9_pythons_of_a_series_with_unknown_variants() -> None:
    series = _series(ubi9_pythons=("3.11", "3.12"))
    assert _facts("3.10", table=_table(series))["Python versions (ubi9)"] == ("3.11, 3.12", "test")


def test_yanked_releases_name_each_source_once() -> None:
    yank = Yank(date(2026, 1, 15), "broken")
    releases = tuple(
        Release(_version(f"3.10-{number}"), source, yank=yank)
        for number, source in ((1, "a"), (2, "b"), (3, "a"))
    )
    facts = _facts("3.10", table=_table(_series(), releases=releases))
    assert facts["yanked"] == ("3.10-1, 3.10-2, 3.10-3", "a, b")
    assert facts["releases listed"] == ("3", "this data")


def test_a_release_above_the_newest() -> None:
    yank = Yank(date(2026, 10, 1), "broken")
    releases = (
        Release(_version("3.10-1"), "r", released=date(2026, 1, 15)),
        Release(_version("3.10-2"), "r", released=date(2026, 9, 2), yank=yank),
    )
    table = _table(_series(), releases=releases)
    newest = {day: _facts("3.10-2", day, table)["newest in series"] for day in (DAY, date(2026, 9, 1))}
    assert newest == {
        DAY: ("no, 3.10-1 is (this one is yanked)", "r"),
        date(2026, 9, 1): ("no, 3.10-1 is (this one is not released yet)", "r"),
    }
    assert _facts("3.10-1", date(2026, 9, 2), table)["newest in series"] == ("no, 3.10-2 is", "r")


UNKNOWN_SUBJECTS = {
    "13.99.0": "unknown release 13.99.0: newer than the lifecycle data; the newest 13.x release is 13.11.0",
    "9.2.5": "unknown release 9.2.5: never published; the newest 9.x release is 9.21.0",
    "12.2.1": "unknown release 12.2.1: it may exist (the data is incomplete here); the newest 12.x release is 12.12.0",
    "3.1.8": "unknown release 3.1.8; did you mean 3.1-8?",
    "14.0.0": "unknown release 14.0.0: newer than the lifecycle data; KNOWN",
    "14": "unknown series 14.x: newer than the lifecycle data; KNOWN",
    "1": "unknown series 1.x: never published; KNOWN",
    "3.4": "unknown series 3.4: newer than the lifecycle data; KNOWN",
    "13.5": "unknown series or release '13.5'; did you mean 13.5.1?",
    "v13.5.0": "unknown series or release 'v13.5.0'; did you mean 13.5.0?",
    "33": "unknown series 33.x: newer than the lifecycle data; KNOWN",
    "latest": "unknown series or release 'latest'; KNOWN",
    "\x1b[31m": r"unknown series or release '\x1b[31m'; KNOWN",
    "9" * 5000: f"unknown series or release '{'9' * 120}…'; KNOWN",
    "": "unknown series or release ''; KNOWN",
}


def test_unknown_subjects() -> None:
    messages = {}
    for subject in UNKNOWN_SUBJECTS:
        with pytest.raises(UnknownSubjectError) as caught:
            find_subject(TABLE.as_of(DAY), subject)
        (messages[subject],) = caught.value.messages
    known = "known series: 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 3.0, 3.1, 3.2, 3.3"
    assert messages == {
        subject: f"{message.replace('KNOWN', known)} (lifecycle data of 2026-10-06)"
        for subject, message in UNKNOWN_SUBJECTS.items()
    }


def test_a_table_is_named_by_its_escaped_path() -> None:
    with pytest.raises(UnknownSubjectError, match=r"in a\\x1b\.json\)"):
        _view("99", table=_table(_series(), source="a\x1b.json"))


# The verdicts about the images of files


def test_verdicts_in_every_format() -> None:
    long = "x" * 100
    images = [
        {"path": long, "line": 1, "image": "a:1|2", "verdict": "use a:3", "next_step": "next step: a:4"},
        {"path": "b", "line": 20, "image": "b:1", "verdict": "nothing to do", "next_step": ""},
    ]
    view = view_verdicts(images, TABLE.as_of(DAY))
    data = f"({TABLE.source}), as of {DAY}"
    assert render(view, "text").splitlines() == [
        *("Images of Astro Runtime", f"Lifecycle data of 2026-10-06 {data}", ""),
        f"{'place':102}  image  verdict",
        f"{long}:1  a:1|2  use a:3; next step: a:4",
        f"{'b:20':102}  b:1    nothing to do",
    ]
    names = ["path", "line", "image", "verdict", "next_step"]
    rows = [names, *([str(value) for value in image.values()] for image in images)]
    assert _rows_of_markdown(render(view, "markdown")) == rows
    assert list(csv.reader(io.StringIO(render(view, "csv")))) == rows
    assert json.loads(render(view, "json")) == {
        "as_of": str(DAY),
        "table": TABLE.identity,
        "images": images,
    }


# Hostile text


def _hostile() -> LifecycleTable:
    plan = Schedule(date(2026, 1, 15), date(2026, 12, 31), None, False, HOSTILE, note=HOSTILE)
    series = _series(
        airflow="3.10 " + HOSTILE,
        schedule=(plan,),
        source=HOSTILE,
        default_python=HOSTILE,
        pythons=(HOSTILE,),
        os=HOSTILE,
        architectures=(Availability(HOSTILE),),
        variants=(Availability(HOSTILE), Availability("ubi9")),
        ubi9_pythons=(HOSTILE,),
        notes=HOSTILE * 20,
    )
    yank = Yank(date(2026, 1, 15), HOSTILE)
    releases = (
        Release(_version("3.10-1"), HOSTILE, HOSTILE, date(2026, 1, 15), yank=yank),
        Release(_version("3.10-2"), HOSTILE, HOSTILE, date(2026, 1, 15)),
    )
    return _table(series, releases=releases, source=HOSTILE)


HOSTILE_VIEWS = {subject: _view(subject, table=_hostile()) for subject in ("", "3.10", "3.10-1")}


def test_hostile_text_is_escaped() -> None:
    for subject, view in HOSTILE_VIEWS.items():
        for format_name in FORMATS:
            place = f"{subject} as {format_name}"
            shown = render(view, format_name)
            assert "stop-com" in shown, place  # the rest is on the next line of the column
            assert "##[" not in shown, place
            for line in shown.splitlines():
                assert line.isprintable(), place
                assert not line.lstrip().startswith("::"), place
            assert shown.encode(), place


def test_hostile_text_is_wrapped() -> None:
    for subject in ("3.10", "3.10-1"):
        title, _, *rows = render(HOSTILE_VIEWS[subject], "text").splitlines()
        assert title.startswith("Astro Runtime ")
        assert max(map(len, rows)) <= 80, subject
        assert len(rows) > 30, subject


def test_hostile_text_stays_in_its_cell() -> None:
    shown = r"a|b \x1b[31m\u202e<b>x</b> ::stop-commands::y #\x23[error] @all `c` \xff\nnext"
    for subject, view in HOSTILE_VIEWS.items():
        markdown = _rows_of_markdown(render(view, "markdown"))
        records = list(csv.reader(io.StringIO(render(view, "csv"))))
        for rows in (markdown, records):
            assert len(rows) == 1 + len(view.records.rows), subject
            assert shown in {cell for row in rows for cell in row}, subject
        assert {len(row) for row in markdown} == {len(view.readable.headers)}, subject
        assert {len(row) for row in records} == {len(view.records.headers)}, subject


def test_json_replaces_only_bytes_that_are_not_utf_8() -> None:
    series = json.loads(render(HOSTILE_VIEWS[""], "json"))["series"][0]
    assert series["default_python"] == HOSTILE.replace("\udcff", r"\xff")


def test_csv_has_no_formulas() -> None:
    written = {
        "=1+2": "'=1+2",
        "@a": "'@a",
        "-x": "'-x",
        "+x": "'+x",
        "-": "'-",
        "-12": "-12",
        "+1.5": "+1.5",
        "-1,234": "-1,234",
        "1+2": "1+2",
        "a=b": "a=b",
    }
    cells = {}
    for text in written:
        view = _view("3.10", table=_table(_series(notes=text)))
        (cells[text],) = (
            row["value"]
            for row in csv.DictReader(io.StringIO(render(view, "csv")))
            if row["name"] == "notes"
        )
    assert cells == written


# Dates of a verification


SINCE, END = date(2024, 1, 1), date(2026, 4, 30)
ENDS = [
    EndComparison("13", "maintenance", SINCE, END, END, ""),
    EndComparison("13", "basic support", SINCE, END, END - timedelta(1), ""),
    EndComparison("14", "maintenance", SINCE, END, END + timedelta(31), "shortened ::by the vendor"),
    EndComparison("14", "basic support", SINCE, None, END, ""),
    EndComparison("15", "maintenance", SINCE, END, None, ""),
    EndComparison("15", "basic support", None, END, None, "a note without a difference"),
]
PROBLEMS = [
    Problem("13.x", "no end date", "not announced"),
    Problem("release 13.0.0", "unknown series 13"),
    Problem("15.x", "wrong " * 20 + "\x1b", ""),
]


def test_a_verification_as_text() -> None:
    assert (
        render_verification(ENDS, PROBLEMS, is_colored=False)
        == """\
series end of        policy of  published  computed   days result
13     maintenance   2024-01-01 2026-04-30 2026-04-30 0    matches policy
13     basic support 2024-01-01 2026-04-30 2026-04-29 1    differs
14     maintenance   2024-01-01 2026-04-30 2026-05-31 -31  differs (explained)
14     basic support 2024-01-01 -          2026-04-30 -    not published
15     maintenance   2024-01-01 2026-04-30 -          -    not in the policy
15     basic support -          2026-04-30 -          -    predates policy

Explained differences:
- 14.x, maintenance: 31 days earlier than the policy gives: shortened :\\x3aby
  the vendor

Unexplained differences:
- 13.x, basic support: 1 day later than the policy gives

Explained problems:
- 13.x: no end date: not announced

Problems:
- release 13.0.0: unknown series 13
- 15.x: wrong wrong wrong wrong wrong wrong wrong wrong wrong wrong wrong wrong
  wrong wrong wrong wrong wrong wrong wrong wrong \\x1b
"""
    )


def test_the_colors_of_a_verification() -> None:
    rows = render_verification(ENDS, [], is_colored=True).splitlines()[:7]
    assert [row.partition("\x1b[3")[2] for row in rows] == [
        *("", "", "1mdiffers\x1b[0m", "3mdiffers (explained)\x1b[0m", "", "", ""),
    ]
