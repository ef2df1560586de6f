"""The format `full`: the shown part of a line, and the marks below it."""

from __future__ import annotations

import re
import unicodedata
from itertools import product
from string import ascii_letters, digits
from typing import Any

import pytest

from lint_runtime.diagnostics import Diagnostic, Location, Severity, Target
from lint_runtime.linter.report import Report
from lint_runtime.rules import LIFECYCLE_POLICY
from tests.conftest import TABLE, rendered
from tests.formatters.inputs import HOSTILE, RUNTIME, lint_text

TARGET = Target(Location(1, 1, 1, 2), "x")


def _rendered(report: Report, **run: Any) -> str:
    return rendered("full", [report], **run)


def _shown(line: str, column: int, end: int, width: int = 80, end_line: int = 1) -> list[str]:
    """Return the line and the marks below it, for a finding in a line."""
    target = Target(Location(1, column, end_line, end), "x")
    found = Diagnostic("D", target, "parse-error", Severity.ERROR, "Wrong")
    text = _rendered(Report("D", (), (), (found,), TABLE, lines={1: line}), width=width)
    head, place, above, *snippet, below, blank = text.split("\n")[:7]
    assert (head, place, above, below, blank) == (
        "error[parse-error]: Wrong",
        " --> D:1:" + str(column),
        "  |",
        "  |",
        "",
    )
    assert [text[:4] for text in snippet] in (["1 | ", "  | "], ["1 |", "  | "])
    return [text[4:] for text in snippet]


def _columns(text: str) -> int:
    """Return the width of a text in columns."""
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def test_a_finding() -> None:
    text = _rendered(lint_text(f"# x\nFROM {RUNTIME}:9.7.0-base AS x\n", "a/Dockerfile"))
    assert text == (
        "error[end-of-basic-support]: Astro Runtime 9.7.0 is unsupported since 2026-02-01\n"
        " --> a/Dockerfile:2:6\n"
        "  |\n"
        "2 | FROM quay.io/astronomer/astro-runtime:9.7.0-base AS x\n"
        "  |      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "  |\n"
        "help: upgrade to 13.11.0-base (Airflow 2.11, maintained until 2027-04-30)\n"
        "note: maintenance of 9.x ended 2025-01-31, basic support 2026-01-31 (published\n"
        "    | 2025-09-03)\n"
        "note: no new Deployments, no fixes, no support; existing Deployments keep\n"
        "    | running\n"
        "note: then to Airflow 3: astrocrpublic.azurecr.io/runtime:3.3-8-base (maintained\n"
        "    | until 2028-07-31)\n"
        "note: 9.21.0, the newest 9.x release, is unsupported too\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("line", "column", "end", "shown", "marks"),
    [
        pytest.param("FROM x", 6, 7, "FROM x", "     ^", id="one character"),
        pytest.param("FROM x\r\n", 6, 7, "FROM x", "     ^", id="a line end"),
        pytest.param("FROM\tx:1", 6, 9, "FROM    x:1", "        ^^^", id="a tab before"),
        pytest.param("\t\tFROM x", 8, 9, "        FROM x", "             ^", id="tabs at the start"),
        pytest.param("FROM a\tb", 6, 9, "FROM a  b", "     ^^^^", id="a tab inside"),
        pytest.param("# 漢字 x", 6, 7, "# 漢字 x", "       ^", id="wide characters before"),
        pytest.param("# 漢字 x", 3, 5, "# 漢字 x", "  ^^^^", id="wide characters inside"),
        pytest.param("e\u0301 x", 4, 5, "e\u0301 x", "  ^", id="a combining character"),
        pytest.param("a\x1b[31m x", 8, 9, "a\\x1b[31m x", " " * 10 + "^", id="a control character"),
        pytest.param("\udcff x", 3, 4, "\\xff x", " " * 5 + "^", id="a byte that is not UTF-8"),
        pytest.param("\ufeffFROM x", 6, 7, "FROM x", "     ^", id="a byte order mark"),
        pytest.param("a ##[group] x", 13, 14, "a #\\x23[group] x", " " * 15 + "^", id="a command of a CI system"),
        pytest.param("FROM", 9, 9, "FROM", "    ^", id="past the end"),
        pytest.param("", 1, 1, "", "^", id="an empty line"),
    ],
)  # fmt: skip
def test_the_line_and_its_marks(line: str, column: int, end: int, shown: str, marks: str) -> None:
    assert _shown(line, column, end) == [shown, marks]


def test_a_finding_over_several_lines_is_marked_to_the_end_of_the_first() -> None:
    assert _shown("RUN <<EOF \\\n", 1, 5, end_line=3) == ["RUN <<EOF \\", "^^^^^^^^^^^"]


@pytest.mark.parametrize("char", ["x", "漢", "\t", "\x1b", "e\u0301"], ids=ascii)
def test_a_long_line_is_cut_to_what_is_marked(char: str) -> None:
    line = (char * 600)[:600]
    for column, length, width in product((1, 2, 50, 300, 598), (1, 40, 200), (1, 40, 80)):
        shown, marks = _shown(line, column, min(column + length, 601), width)
        where = (column, length, width, shown, marks)
        room = max(width - 4, 20)
        assert _columns(shown) <= room, where
        assert char == "\t" or _columns(shown) >= room - 10, where
        assert char == "\t" or len(marks) <= _columns(shown), where
        assert re.fullmatch(r" *\^+", marks), where


@pytest.mark.parametrize(
    ("column", "end", "width", "shown", "marks"),
    [
        pytest.param(1, 6, 30, "abcdefghijklmnopqrstuvwx…", "^^^^^", id="at the start"),
        pytest.param(60, 63, 30, "…MNOPQRSTUVWXYZ0123456789", " " * 22 + "^^^", id="at the end"),
        pytest.param(30, 33, 30, "…ijklmnopqrstuvwxyzABCDEF…", " " * 22 + "^^^", id="in the middle"),
        pytest.param(30, 60, 24, "…DEFGHIJKLMNOPQRSTU…", " " + "^" * 18, id="wider than the terminal"),
        pytest.param(1, 3, 66, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789", "^^", id="just fits"),
        pytest.param(1, 3, 65, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456…", "^^", id="just too wide"),
    ],
)  # fmt: skip
def test_where_a_line_is_cut(column: int, end: int, width: int, shown: str, marks: str) -> None:
    assert _shown(ascii_letters + digits, column, end, width) == [shown, marks]


def test_marked_text_is_visible() -> None:
    line = "x" * 500 + "IMAGE" + "y" * 500
    shown, marks = _shown(line, 501, 506, 60)
    assert shown[marks.index("^") : marks.rindex("^") + 1] == "IMAGE"
    assert (shown[0], shown[-1]) == ("…", "…")


def test_a_report_without_lines_has_no_snippet() -> None:
    report = lint_text(f"FROM {RUNTIME}:13\n")._replace(lines={})
    assert _rendered(report).startswith(
        "warning[floating-tag]: '13' is a floating tag, so builds are not reproducible\n"
        " --> Dockerfile:1:6\n"
        "help: use 13.11.0\n"
    )


def test_a_wide_line_number() -> None:
    text = _rendered(lint_text("\n" * 1233 + f"FROM {RUNTIME}:13\n"))
    assert text.split("\n")[1:4] == [
        "    --> Dockerfile:1234:6",
        "     |",
        f"1234 | FROM {RUNTIME}:13",
    ]


@pytest.mark.parametrize("width", [1, 30, 50, 80, 120, 200])
def test_help_and_notes_fit_the_terminal(width: int) -> None:
    text = _rendered(lint_text(f"FROM {RUNTIME}:9.1.0-base\n"), width=width)
    details = text[text.index("help: ") :].splitlines()
    words = max(len(word) for word in text.split())
    assert len(details) > 5
    assert [line for line in details if len(line) > max(width, words + 6, 26)] == []
    assert [line for line in details if line and not line.startswith(("help: ", "note: ", "    | "))] == []


def test_details_are_wrapped_at_words_only() -> None:
    found = Diagnostic(
        "D", TARGET, "parse-error", Severity.ERROR, "Wrong", "a" * 30 + " b-cccccc" * 3, ("n",)
    )
    text = _rendered(Report("D", (), (), (found,), TABLE), width=1)
    assert text.splitlines()[2:] == [
        f"help: {'a' * 30}",
        "    | b-cccccc b-cccccc",
        "    | b-cccccc",
        "note: n",
        "",
    ]


def test_colors() -> None:
    report = lint_text(f"FROM {RUNTIME}:9.7.0\n")
    colored = _rendered(report, is_colored=True)
    lines = colored.splitlines()
    assert lines[0].startswith("\x1b[31m\x1b[1merror[end-of-basic-support]\x1b[0m\x1b[1m: Astro Runtime")
    bar = "\x1b[34m\x1b[1m|\x1b[0m"
    assert lines[1:6] == [
        " \x1b[34m\x1b[1m-->\x1b[0m Dockerfile:1:6",
        f"  {bar}",
        f"\x1b[34m\x1b[1m1\x1b[0m {bar} FROM {RUNTIME}:9.7.0",
        f"  {bar}      \x1b[31m\x1b[1m{'^' * len(f'{RUNTIME}:9.7.0')}\x1b[0m",
        f"  {bar}",
    ]
    assert lines[6].startswith("\x1b[36m\x1b[1mhelp:\x1b[0m upgrade to ")
    assert re.sub(r"\x1b\[[0-9]*m", "", colored) == _rendered(report)


def test_the_rule_links_to_its_documentation() -> None:
    report = lint_text(f"FROM {RUNTIME}:9.7.0\nFROM {RUNTIME}:v9\n")
    linked = _rendered(report, has_links=True)
    link = f"\x1b]8;;{LIFECYCLE_POLICY}\x1b\\end-of-basic-support\x1b]8;;\x1b\\"
    assert f"error[{link}]: " in linked
    # The documentation of this rule has no address yet.
    assert "error[invalid-tag]: " in linked
    assert "\x1b" not in _rendered(report)


def test_hostile_text_stays_where_it_is() -> None:
    for text in HOSTILE.values():
        bytes_of_text = text.encode("utf-8", "surrogatepass").replace(b"\n", b" ")
        line = bytes_of_text.decode("utf-8", "surrogateescape")
        shown, marks = _shown(line, 2, 4, 400)
        assert shown.isprintable(), shown
        assert "##[" not in shown, shown
        assert re.fullmatch(r" *\^+", marks), (shown, marks)
