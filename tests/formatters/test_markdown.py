"""GitHub Markdown: job summaries, and the function `prose`, which escapes text for review comments."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from lint_runtime.diagnostics import Severity
from lint_runtime.formatters.markdown import MAX_BYTES, MAX_ROWS
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report
from lint_runtime.rules import address_of
from lint_runtime.text import cell, code, prose, visible
from tests.conftest import TABLE, rendered
from tests.formatters.inputs import BY_COMMENT, FOUND, HOSTILE, hostile_reports, report_of

MARKDOWN = MarkdownIt("gfm-like")
HASH = f"SHA-256 `{TABLE.sha256[:12]}`"
ERROR = FOUND._replace(severity=Severity.ERROR)
INFO = FOUND._replace(severity=Severity.INFO)


def _rows(text: str) -> list[list[list[Token]]]:
    """Parse the table of findings in a Markdown text. Returns the tokens of each cell, row by row."""
    tokens = MARKDOWN.parse(text)
    types = [token.type for token in tokens]
    assert types.count("table_open") == 2
    del tokens[: types.index("table_close") + 1], types[: types.index("table_close") + 1]
    rows: list[list[list[Token]]] = []
    for token in tokens[types.index("tbody_open") :]:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token.children or [])
    return rows


def _outside_of_code(tokens: list[Token]) -> str:
    return "".join(token.content if token.type == "text" else "`" for token in tokens)


READ_INTO = r"[@#<>\[\]*_~\\]|:\w|www\.|//|[A-Za-z]-?[0-9]"
"""Matches text that Markdown renderers would turn into mentions, references, emoji or links."""


def test_markdown_shows_hostile_text_as_it_is() -> None:
    rows = _rows(rendered("markdown", hostile_reports()))
    assert [["".join(token.content for token in tokens) for tokens in row] for row in rows] == [
        [severity, f"{visible(text)}:2:6", "floating-tag", visible(text), visible(text)]
        for severity in ("error", "warning")
        for text in HOSTILE.values()
    ]
    cells = [tokens for row in rows for tokens in row]
    assert {token.type for tokens in cells for token in tokens} == {
        *("text", "code_inline", "link_open", "link_close"),
    }
    links = {token.attrs["href"] for tokens in cells for token in tokens if token.type == "link_open"}
    assert links == {address_of("floating-tag")}
    assert [text for text in map(_outside_of_code, cells) if re.search(READ_INTO, text)] == []


def test_prose_shows_hostile_text_as_it_is() -> None:
    """Check text in the layout of a reviewdog comment: the message, then a list of notes."""
    shown, inside = {}, {}
    for name, text in HOSTILE.items():
        blocks = [
            token.children for token in MARKDOWN.parse(f"{prose(text)}\n- {prose(text)}") if token.children
        ]
        shown[name] = ["".join(token.content for token in tokens) for tokens in blocks]
        inside[name] = "".join(map(_outside_of_code, blocks))
        assert {token.type for tokens in blocks for token in tokens} <= {"text", "code_inline"}, name
    assert shown == {name: [visible(text)] * 2 for name, text in HOSTILE.items()}
    assert {name: text for name, text in inside.items() if re.search(READ_INTO, text)} == {}


def test_a_row_reads_as_prose() -> None:
    found = FOUND._replace(
        message="Astro Runtime 9.1.0 isn't available for arm64, 'a b': don't (only --platform=amd64)",
        help="upgrade to 13.11.0-base (Airflow 2.11, maintained until 2027-04-30); did you mean 3.0-8?",
    )
    row = rendered("markdown", [report_of(found)]).splitlines()[-1]
    assert row == (
        f"| warning | `Dockerfile:2:6` | [`floating-tag`]({address_of('floating-tag')})"
        " | Astro Runtime `9.1.0` isn't available for `arm64`, `a b`: don't (only `--platform=amd64`)"
        " | upgrade to `13.11.0-base` (Airflow `2.11`, maintained until 2027-04-30); did you mean `3.0-8`? |"
    )


@pytest.mark.parametrize(
    ("markdown", "text", "expected"),
    [
        (prose, "", ""),
        (prose, "1,234 files (since 2024-01-02); don't", "1,234 files (since 2024-01-02); don't"),
        (prose, "x86-64 'a b'c 'd'", "`x86-64` 'a b'c `d`"),
        (prose, "'a`b' (c!)", "``a`b`` (`c!`)"),
        (code, "", ""),
        (code, "a", "`a`"),
        (code, "`a", "`` `a ``"),
        (code, "a ", "` a  `"),
        (code, " a", "`  a `"),
        (code, "a`b``c", "```a`b``c```"),
        (cell, "a|b", "a&#124;b"),
        (lambda text: cell(text, code), "a|`|", "`a`&#124;`` ` ``&#124;"),
    ],
)
def test_text_as_markdown(markdown: Callable[[str], str], text: str, expected: str) -> None:
    assert markdown(text) == expected


@pytest.mark.parametrize(
    ("reports", "counts", "rest"),
    [
        pytest.param(
            [], "no problems in 0 files", "No Dockerfiles or Astro manifests found.", id="no file"
        ),
        pytest.param([report_of()], "no problems in 1 file", "No problems found.", id="no finding"),
        pytest.param(
            [report_of(FOUND._replace(suppression=BY_COMMENT)), report_of()],
            "no problems, 1 suppressed in 2 files",
            "No problems found.",
            id="only suppressed findings",
        ),
    ],
)
def test_a_summary_without_findings(reports: list[Report], counts: str, rest: str) -> None:
    heading = f"### lint-runtime: {counts}, as of 2026-09-25 (lifecycle data of {TABLE.date}, {HASH})"
    assert rendered("markdown", reports) == f"{heading}\n\n{rest}\n"


def test_a_summary_with_everything() -> None:
    other = LifecycleTable(date(2026, 1, 2), TABLE.series, TABLE.releases, source="x-1.json", content=b"x")
    suppressed = FOUND._replace(suppression=BY_COMMENT)
    first = report_of(INFO, FOUND, ERROR, suppressed, path="a")._replace(table=other)
    second = report_of(FOUND, INFO, INFO, path="b")
    text = rendered("markdown", [first, second], problems=["cannot read 'x'", "y-1"])
    heading, _, rest = text.partition("\n\n")
    tables = "lifecycle data of 2026-01-02 in `x-1.json`, SHA-256 `2d711642b726`"
    assert heading == (
        "### lint-runtime: 1 error, 2 warnings, 3 infos, 1 suppressed in 2 files, as of 2026-09-25"
        f" ({tables}, lifecycle data of 2026-10-06, {HASH})"
    )
    problems, steps, nothing, table = rest.split("\n\n")
    assert steps.splitlines()[2:] == ["| 2 | files and comments | no image |  | see its findings |"]
    assert nothing == "0 of 2 files need nothing."
    assert problems == "- error: cannot read `x`\n- error: `y-1`"
    assert table.splitlines() == [
        "| severity | location | rule | problem | help |",
        "|---|---|---|---|---|",
        *(
            f"| {severity} | `{path}:2:6` | [`floating-tag`]({address_of('floating-tag')}) | It floats |  |"
            for severity, path in (
                *(("error", "a"), ("warning", "a"), ("warning", "b")),
                *(("info", "a"), ("info", "b"), ("info", "b")),
            )
        ),
    ]


@pytest.mark.parametrize(
    ("count", "message", "shown"),
    [
        pytest.param(MAX_ROWS, "short", MAX_ROWS, id="the maximum number of rows"),
        pytest.param(MAX_ROWS + 5, "short", MAX_ROWS, id="too many rows"),
        pytest.param(100, "漢" * 10_000, 34, id="too many bytes"),
    ],
)
def test_a_table_fits_a_job_summary(count: int, message: str, shown: int) -> None:
    found = FOUND._replace(message=message)
    reports = [report_of(*[found] * (count - 2), path="a"), report_of(found, ERROR, path="b")]
    text = rendered("markdown", reports)
    assert len(text.encode()) < MAX_BYTES + 1000 < 1 << 20
    rows = re.findall("^[|] (error|warning) [|]", text, re.MULTILINE)
    assert (len(rows), rows[:2], rows.count("error")) == (shown, ["error", "warning"], 1)
    assert text.endswith(f"\n… and {count - shown:,} more (too many to show).\n") is (count > shown)


def test_rows_beyond_the_limit_are_counted() -> None:
    reports = [report_of(*[FOUND] * 1500, path=str(number)) for number in range(2)]
    assert rendered("markdown", reports).endswith("\n… and 2,000 more (too many to show).\n")


def test_a_table_may_have_exactly_as_many_bytes_as_there_may_be() -> None:
    text = rendered("markdown", [report_of(FOUND)])
    (row,) = [line for line in text.splitlines() if "floats" in line]
    steps = text[text.index("| files") : text.index("\n| severity")]
    fill = MAX_BYTES - len(steps) - 2 * len(f"{row}\n") + len("It floats")
    texts = [
        rendered("markdown", [report_of(FOUND, FOUND._replace(message="x" * length))])
        for length in (fill, fill + 1)
    ]
    assert ["too many to show" in text for text in texts] == [False, True]


def test_a_row_without_room_ends_the_table() -> None:
    reports = [
        report_of(FOUND._replace(message=message), path=path)
        for path, message in (("a", "first"), ("b", "x" * MAX_BYTES), ("c", "last"))
    ]
    text = rendered("markdown", reports)
    assert "first" in text
    assert "last" not in text
    assert text.endswith("\n… and 2 more (too many to show).\n")
