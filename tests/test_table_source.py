"""The source of a table, against the table, the house style and texts that want to be code."""

from __future__ import annotations

import ast
import difflib
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lint_runtime.lifecycle import embedded as embedded
from lint_runtime.lifecycle.embedded import TABLE
from lint_runtime.lifecycle.model import Offer, Release, ReleaseLine, Schedule, Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.embed import table_source
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version

from .conftest import ROOT

DAY = date(2026, 9, 25)


def _v(text: str) -> RuntimeVersion:
    version = parse_version(text)
    assert version
    return version


def _line(**fields: Any) -> ReleaseLine:
    return ReleaseLine("13", "2.11", DAY, (), "docs")._replace(**fields)


def _table(*releases: Release, **fields: Any) -> LifecycleTable:
    return LifecycleTable(DAY, [_line(**fields)], releases)


def _run(source: str) -> LifecycleTable:
    names: dict[str, object] = {}
    exec(compile(source, "table.py", "exec"), names)  # noqa: S102 - that it is harmless is what is tested
    table = names["TABLE"]
    assert isinstance(table, LifecycleTable)
    return table


def _rows(table: LifecycleTable) -> tuple[object, ...]:
    return table.date, table.lines, table.releases


def _complaints(source: str) -> str:
    """Return what `ruff` would change and what it finds in `source`, were it that of the table."""
    file = ["--stdin-filename", "src/lint_runtime/lifecycle/embedded.py", "-"]
    told = []
    for command in (["format", "--diff", "--quiet"], ["check", "--quiet"]):
        result = subprocess.run(
            [sys.executable, "-m", "ruff", *command, *file],
            input=source.encode(),
            capture_output=True,
            cwd=ROOT,
        )
        if result.returncode:
            told.append((result.stdout + result.stderr).decode())
    return "\n".join(told)


def _filled(text: str) -> LifecycleTable:
    """Return a table with `text` wherever a text can stand."""
    schedule = Schedule(DAY, DAY, None, True, text, (text, text), text)
    line = _line(
        airflow=f"2.{text}",
        schedule=(schedule, schedule),
        source=text,
        sources={"released": text, "variants": text},
        default_python=text,
        pythons=(text,),
        os=text,
        architectures=(Offer(text), Offer(text, _v("13.1.0"))),
        variants=(Offer(text),),
        ubi9_pythons=(text, text),
        complete_through=_v("13.1.0"),
        notes=text,
    )
    releases = [
        Release(_v("13.0.0"), text, text, DAY, yank=Yank(DAY, text)),
        Release(_v("13.1.0"), text, seen_by=DAY),
    ]
    return LifecycleTable(DAY, [line], releases)


NASTY = {
    "one letter": "a",
    "a sentence too long for a line": "moved by the vendor, the day after the policy; " * 5,
    "one word too long for a line": "x" * 500,
    "a long word among short ones": f"see https://example.org/{'path/' * 40} for it",
    "an end of two spaces": "long enough to be cut " * 10 + "  ",
    "spaces alone": " " * 300,
    "double quotes": 'it says "no" ' * 12,
    "single quotes": "it's 'no' " * 12,
    "as many of both quotes": "\"'" * 100,
    "more double quotes than single ones": '""\'' * 60,
    "three quotes": '"""' * 3 + "'''" * 2,
    "backslashes": "\\" * 151,
    "a backslash at the end": "C:\\",
    "an escape that is none": "\\N{DASH} \\x41 \\u2026 \\101",
    "line breaks": "a\nb\r\nc\u2028d\x85e\x0cf" * 10,
    "control characters": "\x00\x1b[31m\x7f" * 20,
    "non-ASCII": "Grüße … 中文 " * 12,
    "characters beyond 16 bits": "\U0001f600" * 40,
    "combining and joined characters": "e\u0301 👨\u200d👩\u200d👧 " * 20,
    "text that turns around": "\u202e evil \u2066" * 10,
    "a lone surrogate": "\ud800 x",
    "braces": "{DATE} {{x}} %s %(x)s ${HOME} " * 5,
    "comments for tools": "# noqa # type: ignore # fmt: off # ruff: noqa ",
    "code": '"); raise SystemExit("pwned")  #',
    "code in the other quotes": "'); raise SystemExit('pwned')  #",
    "code on a line of its own": '"""\nraise SystemExit\n"""',
    "names of rows": "Yank( Offer( Schedule(",
}


def test_the_embedded_table_is_what_its_rows_make() -> None:
    assert table_source(TABLE) == Path(embedded.__file__).read_text(encoding="utf-8")


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_any_text_comes_back(text: str) -> None:
    assert _rows(_run(table_source(_filled(text)))) == _rows(_filled(text))


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY)
def test_any_text_is_written_in_the_house_style(text: str) -> None:
    source = table_source(_filled(text))
    assert _complaints(source) == ""


def _of_every_length(word: str) -> LifecycleTable:
    """Return a table with texts of every length around those at which a line breaks."""
    texts = [(word * 150)[:length] for length in range(30, 130)]
    schedule = [Schedule(DAY, DAY, None, True, text, note=text) for text in texts]
    releases = [
        Release(_v(f"13.0.{patch}"), "docs", text[:50], DAY, yank=Yank(DAY, text))
        for patch, text in enumerate(texts)
    ]
    return _table(
        *releases, schedule=tuple(schedule), pythons=tuple(texts), architectures=(Offer(texts[70]),)
    )


@pytest.mark.parametrize("word", ["x", "word ", "'", '"', "\\", "…"])
def test_lines_break_where_the_formatter_breaks_them(word: str) -> None:
    source = table_source(_of_every_length(word))
    assert _complaints(source) == ""
    assert _rows(_run(source)) == _rows(_of_every_length(word))


TEXTS = st.one_of(st.text(), st.text("ab \"'\\{}\n…", min_size=60, max_size=300))
DATES = st.dates(date(2000, 1, 1), date(2040, 1, 1))
NUMBERS = st.integers(0, 40)
VERSIONS = st.builds(RuntimeVersion, st.just(2), st.just(13), NUMBERS, NUMBERS)
OFFERS = st.lists(st.builds(Offer, TEXTS, st.none() | VERSIONS), max_size=3).map(tuple)
WORDS = st.lists(TEXTS, max_size=3).map(tuple)
SCHEDULES = st.builds(Schedule, DATES, DATES, st.none() | DATES, st.booleans(), TEXTS, WORDS, TEXTS)
LINES = st.builds(
    ReleaseLine,
    st.just("13"),
    TEXTS.map(lambda text: f"2.{text}"),
    DATES,
    st.lists(SCHEDULES, max_size=3).map(tuple),
    TEXTS,
    st.dictionaries(st.sampled_from(ReleaseLine._fields), TEXTS, max_size=2),
    st.none() | TEXTS,
    WORDS,
    st.none() | TEXTS,
    OFFERS,
    st.none() | OFFERS,
    WORDS,
    st.none() | VERSIONS,
    TEXTS,
)
RELEASES = st.builds(
    Release,
    VERSIONS,
    TEXTS,
    TEXTS,
    st.none() | DATES,
    st.none() | DATES,
    st.none() | st.builds(Yank, DATES, TEXTS),
)
TABLES = st.builds(LifecycleTable, DATES, LINES.map(lambda line: [line]), st.lists(RELEASES, max_size=4))


def _calls(source: str) -> Iterable[ast.expr]:
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign):
            yield from (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))


@given(TABLES)
@settings(max_examples=150, deadline=None)
def test_any_table_comes_back_and_no_text_becomes_code(table: LifecycleTable) -> None:
    source = table_source(table)
    rows = {"ReleaseLine", "Schedule", "Offer", "Release", "Yank"}
    assert {ast.unparse(call) for call in _calls(source)} <= rows | {"date", "_v", "LifecycleTable"}
    assert _rows(_run(source)) == _rows(table)
    assert max(map(len, source.splitlines())) <= 108


ROWS = {
    "a release with what must be": (Release(_v("13.0.0"), "docs"), 'Release(_v("13.0.0"), "docs")'),
    "a release with its day": (
        Release(_v("13.0.0"), "docs", "2.11.0", DAY),
        'Release(_v("13.0.0"), "docs", "2.11.0", date(2026, 9, 25))',
    ),
    "a day after what is not known": (
        Release(_v("13.0.0"), "docs", released=DAY),
        'Release(_v("13.0.0"), "docs", released=date(2026, 9, 25))',
    ),
    "a day that it was seen by": (
        Release(_v("13.0.0"), "docs", "2.11.0", seen_by=DAY),
        'Release(_v("13.0.0"), "docs", "2.11.0", seen_by=date(2026, 9, 25))',
    ),
    "both days": (
        Release(_v("13.0.0"), "docs", "2.11.0", DAY, DAY),
        'Release(_v("13.0.0"), "docs", "2.11.0", date(2026, 9, 25), seen_by=date(2026, 9, 25))',
    ),
    "a yank": (
        Release(_v("13.0.0"), "docs", yank=Yank(DAY, 'a "bad" one')),
        'Release(_v("13.0.0"), "docs", yank=Yank(date(2026, 9, 25), \'a "bad" one\'))',
    ),
}


@pytest.mark.parametrize(("release", "row"), ROWS.values(), ids=ROWS)
def test_a_release_as_it_is_written(release: Release, row: str) -> None:
    assert f"RELEASES = ({row},)\n" in table_source(_table(release))


FIELDS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "defaults": ({}, []),
    "no variant exists": ({"variants": ()}, ["variants=(),"]),
    "one value": ({"pythons": ("3.12",)}, ['pythons=("3.12",),']),
    "computed dates and a note": (
        {"schedule": (Schedule(DAY, DAY, None, False, "", ("end_of_maintenance",), "why"),)},
        [
            "schedule=(",
            "    Schedule(",
            "        date(2026, 9, 25),",
            "        date(2026, 9, 25),",
            "        None,",
            "        False,",
            '        "",',
            '        computed=("end_of_maintenance",),',
            '        note="why",',
            "    ),",
            "),",
        ],
    ),
}


@pytest.mark.parametrize(("fields", "written"), FIELDS.values(), ids=FIELDS)
def test_a_line_as_it_is_written(fields: dict[str, Any], written: list[str]) -> None:
    os = "Debian 12 (bookworm), long enough for more than one line"
    source = table_source(_table(**fields, os=os))
    rows = source.partition("LINES = (\n")[2].partition("\n)\n")[0].splitlines()
    kept = ['"13",', 'airflow="2.11",', "released=date(2026, 9, 25),", 'source="docs",', f'os="{os}",']
    if "schedule" not in fields:
        kept.append("schedule=(),")
    assert rows[0] == "    ReleaseLine("
    assert sorted(row[8:] for row in rows[1:-1]) == sorted([*kept, *written])


WIDTHS = {
    "a line of 108 columns": (91, ['        notes="{}",']),
    "one of 109": (92, ["        notes=(", '            "{}"', "        ),"]),
}


@pytest.mark.parametrize(("length", "written"), WIDTHS.values(), ids=WIDTHS)
def test_a_line_is_as_long_as_it_may_be(length: int, written: list[str]) -> None:
    source = table_source(_table(notes="x" * length))
    assert "\n".join(written).format("x" * length) in source


def test_a_table_without_rows_imports_none() -> None:
    source = table_source(LifecycleTable(DAY, [], []))
    assert "\nLINES = ()\n\nRELEASES = ()\n" in source
    assert _complaints(source) == ""
    assert _rows(_run(source)) == (DAY, (), ())


def _changes(table: LifecycleTable) -> list[str]:
    diff = difflib.ndiff(table_source(TABLE).splitlines(), table_source(table).splitlines())
    return [line for line in diff if line[0] in "+-"]


def test_a_new_release_is_a_new_row() -> None:
    release = Release(_v("3.1-22"), "feed-2026-11-20", "3.1.8", date(2026, 11, 19))
    table = LifecycleTable(TABLE.date, TABLE.lines, [*TABLE.releases, release])
    assert _changes(table) == [
        '+     Release(_v("3.1-22"), "feed-2026-11-20", "3.1.8", date(2026, 11, 19)),'
    ]


def test_a_moved_date_is_one_changed_row() -> None:
    line = TABLE.line("3.3")
    assert line
    moved = line._replace(schedule=(line.schedule[0]._replace(end_of_maintenance=date(2028, 8, 31)),))
    table = LifecycleTable(TABLE.date, [*TABLE.lines[:-1], moved], TABLE.releases)
    assert [line[:1] for line in _changes(table)] == ["-", "+"]
