"""The format `full`: the shown part of a line, and the marks below it."""

from __future__ import annotations

import re
import unicodedata
from itertools import product
from string import ascii_letters, digits
from typing import Any

import pytest

from lint_runtime.diagnostics import Diagnostic, Edit, Fix, Location, Severity, Target
from lint_runtime.linter.report import Report
from lint_runtime.rules import LIFECYCLE_POLICY, address_of
from tests.conftest import TABLE, rendered
from tests.formatters.inputs import HOSTILE, RUNTIME, lint_text

TARGET = Target(Location(1, 1, 1, 2), "x")


def _rendered(report: Report, **run: Any) -> str:
    return rendered("full", [report], **run)


def _shown(line: str, column: int, end: int, width: int = 80, end_line: int = 1) -> list[str]:
    """Return what is shown for a finding in `line`: the part of the line, and the marks below."""
    target = Target(Location(1, column, end_line, end), "x")
    found = Diagnostic("D", target, "parse-error", Severity.ERROR, "Wrong")
    text = _rendered(Report("D", (), (), (found,), TABLE, lines={1: line}), width=width)
    head, _, rest = text.partition(f"\n --> D:1:{column}\n")
    assert head.split() == ["error[parse-error]:", *([] if width > 26 else ["|"]), "Wrong"]
    *snippet, see, blank, last = rest.split("\n")
    assert (see, blank, last) == (f"see: {address_of('parse-error')}", "", "")
    assert [text[:4] for text in snippet] in (["1 | ", "  | "], ["1 |", "  | "])
    return [text[4:] for text in snippet]


def _columns(text: str) -> int:
    """Return the width of a text in terminal columns. Wide characters take two."""
    return sum(
        0 if unicodedata.combining(char) else 1 + (unicodedata.east_asian_width(char) in "WF")
        for char in text
    )


def test_a_finding() -> None:
    text = _rendered(lint_text(f"# x\nFROM {RUNTIME}:9.7.0-base AS x\n", "a/Dockerfile"))
    assert text == (
        "error[end-of-basic-support]: Astro Runtime 9.7.0 has been unsupported since\n"
        "  | 2026-02-01\n"
        " --> a/Dockerfile:2:6\n"
        "2 | FROM quay.io/astronomer/astro-runtime:9.7.0-base AS x\n"
        "  |      ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "help: upgrade to 13.11.0-base (Airflow 2.11, maintained until 2027-04-30)\n"
        "    | [upgrade]\n"
        "2 - FROM quay.io/astronomer/astro-runtime:9.7.0-base AS x\n"
        "2 + FROM quay.io/astronomer/astro-runtime:13.11.0-base AS x\n"
        "note: 9.x: maintenance ended on 2025-01-31; basic support ended on 2026-01-31\n"
        "    | (dates announced 2025-09-03)\n"
        "note: you can't create new Deployments with it and it gets no fixes or support;\n"
        "    | existing ones keep running\n"
        f"see: {LIFECYCLE_POLICY}\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("line", "column", "end", "shown", "marks"),
    [
        pytest.param("FROM x", 6, 7, "FROM x", "     ^", id="one character"),
        pytest.param("FROM x\r\n", 6, 7, "FROM x", "     ^", id="a line end"),
        pytest.param("FROM\tx:1", 6, 9, "FROM    x:1", "        ^^^", id="a tab before"),
        pytest.param("\t\tFROM x", 8, 9, "        FROM x", "             ^", id="tabs at the start"),
        pytest.param("FROM ab\tc", 6, 10, "FROM ab c", "     ^^^^", id="a tab inside"),
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
    assert text.split("\n")[1:3] == ["    --> Dockerfile:1234:6", f"1234 | FROM {RUNTIME}:13"]
    assert f"\n1234 - FROM {RUNTIME}:13\n1234 + FROM {RUNTIME}:13.11.0\n" in text


@pytest.mark.parametrize("width", [1, 30, 50, 80, 120, 200])
def test_help_and_notes_fit_the_terminal(width: int) -> None:
    text = _rendered(lint_text(f"FROM {RUNTIME}:9.1.0-base\n"), width=width)
    details = [*text[text.index("help: ") :].splitlines(), *text[: text.index("\n -->")].splitlines()[1:]]
    details = [line for line in details if not line.startswith(("1 - ", "1 + ", "see: ", "  | "))]
    words = max(len(word) for word in text.split())
    assert len(details) > 3
    assert [line for line in details if len(line) > max(width, words + 6, 26)] == []
    assert [line for line in details if line and not line.startswith(("help: ", "note: ", "    | "))] == []


def test_details_are_wrapped_at_words_only() -> None:
    found = Diagnostic(
        "D", TARGET, "parse-error", Severity.ERROR, "Wrong", "a" * 30 + " b-cccccc" * 3, ("n",)
    )
    text = _rendered(Report("D", (), (), (found,), TABLE), width=1)
    assert text.partition(" --> D:1:1\n")[2].splitlines() == [
        f"help: {'a' * 30}",
        "    | b-cccccc b-cccccc",
        "    | b-cccccc",
        "note: n",
        f"see: {address_of('parse-error')}",
        "",
    ]


def test_colors() -> None:
    report = lint_text(f"FROM {RUNTIME}:9.7.0\n")
    colored = _rendered(report, is_colored=True)
    lines = colored.splitlines()
    assert lines[0].startswith("\x1b[31m\x1b[1merror[end-of-basic-support]\x1b[0m\x1b[1m: Astro Runtime")
    bar = "\x1b[34m\x1b[1m|\x1b[0m"
    number = "\x1b[34m\x1b[1m1\x1b[0m"
    assert lines[1:5] == [
        f"  {bar} \x1b[1m2026-02-01\x1b[0m",
        " \x1b[34m\x1b[1m-->\x1b[0m Dockerfile:1:6",
        f"{number} {bar} FROM {RUNTIME}:9.7.0",
        f"  {bar}      \x1b[31m\x1b[1m{'^' * len(f'{RUNTIME}:9.7.0')}\x1b[0m",
    ]
    assert lines[5].startswith("\x1b[36m\x1b[1mhelp:\x1b[0m upgrade to ")
    assert lines[6:8] == [
        f"{number} \x1b[31m-\x1b[0m \x1b[31mFROM {RUNTIME}:9.7.0\x1b[0m",
        f"{number} \x1b[32m+\x1b[0m \x1b[32mFROM {RUNTIME}:13.11.0\x1b[0m",
    ]
    assert re.sub(r"\x1b\[[0-9]*m", "", colored) == _rendered(report)


def test_the_rule_links_to_its_documentation() -> None:
    report = lint_text(f"FROM {RUNTIME}:9.7.0\n# lint-runtime: ignore\n")
    linked = _rendered(report, has_links=True)
    link = f"\x1b]8;;{LIFECYCLE_POLICY}\x1b\\end-of-basic-support\x1b]8;;\x1b\\"
    assert f"error[{link}]: " in linked
    # This rule has no page to link to.
    assert "warning[invalid-suppression]: " in linked
    assert "\x1b" not in _rendered(report)


def test_hostile_text_stays_where_it_is() -> None:
    for text in HOSTILE.values():
        bytes_of_text = text.encode("utf-8", "surrogatepass").replace(b"\n", b" ")
        line = bytes_of_text.decode("utf-8", "surrogateescape")
        shown, marks = _shown(line, 2, 4, 400)
        assert shown.isprintable(), shown
        assert "##[" not in shown, shown
        assert re.fullmatch(r" *\^+", marks), (shown, marks)


def _changed(
    line: str, column: int, end: int, text: str, width: int = 80, mark: str = "fix", **run: Any
) -> list[str]:
    """Return the two lines that show a fix, the old and the new one. The fix replaces part of `line`."""
    span = Location(1, column, 1, end)
    fix = Fix("", (Edit(span, text),), mark.partition(": ")[2])
    found = Diagnostic("D", Target(span, "x"), "floating-tag", Severity.ERROR, "Wrong", "h")
    found = found._replace(fix=fix) if "fix" in mark else found._replace(upgrade=fix)
    report = Report("D", (), (), (found,), TABLE, lines={1: line})
    shown = _rendered(report, width=width, **run).splitlines()
    index = next(index for index, line in enumerate(shown) if line.endswith(f"h [{mark}]"))
    return shown[index + 1 : index + 3]


@pytest.mark.parametrize(
    ("line", "column", "end", "old", "new"),
    [
        pytest.param("FROM x:1 AS a", 8, 9, "FROM x:1 AS a", "FROM x:22 AS a", id="a tag"),
        pytest.param("FROM x:1\r\n", 8, 9, "FROM x:1", "FROM x:22", id="a line end"),
        pytest.param("FROM x\n", 7, 7, "FROM x", "FROM x22", id="an insertion"),
        pytest.param("\ufeffFROM x:1\n", 8, 9, "FROM x:1", "FROM x:22", id="a byte order mark"),
        pytest.param("FROM\tx:1", 8, 9, "FROM    x:1", "FROM    x:22", id="a tab before"),
        pytest.param("ARG 漢=1 # 字", 7, 8, "ARG 漢=1 # 字", "ARG 漢=22 # 字", id="wide characters"),
        pytest.param("a\x1b[31m 1", 8, 9, "a\\x1b[31m 1", "a\\x1b[31m 22", id="a control character"),
    ],
)
def test_a_change(line: str, column: int, end: int, old: str, new: str) -> None:
    assert _changed(line, column, end, "22") == [f"1 - {old}", f"1 + {new}"]


@pytest.mark.parametrize("mark", ["fix", "unsafe fix: it floats", "upgrade", "unsafe upgrade: it floats"])
def test_who_applies_a_change(mark: str) -> None:
    assert _changed("FROM x", 6, 7, "y", mark=mark) == ["1 - FROM x", "1 + FROM y"]


def test_a_change_in_a_long_line_is_cut_like_the_line() -> None:
    old, new = _changed("x" * 500 + "OLD" + "y" * 500, 501, 504, "LATER", width=60)
    assert ("OLD" in old, "LATER" in new) == (True, True)
    assert (len(old), len(new)) == (60, 60)
    old, new = _changed("漢" * 500 + "OLD" + "字" * 500, 501, 504, "LATER", width=60)
    assert ("OLD" in old, "LATER" in new) == (True, True)
    assert max(_columns(old), _columns(new)) <= 60


def test_a_change_of_several_lines() -> None:
    source = f"ARG A=12.5\nARG B=0\nFROM {RUNTIME}:$A.$B\n"
    (found, *_) = lint_text(source).diagnostics
    edits = (
        Edit(Location(3, 6, 3, 7), "Q"),
        Edit(Location(1, 7, 1, 8), "2"),
        Edit(Location(1, 10, 1, 11), "7"),
    )
    found = found._replace(fix=Fix("", edits))
    lines = dict(enumerate(source.splitlines(), start=1))
    text = _rendered(Report("D", (), (), (found,), TABLE, lines=lines))
    assert [line for line in text.splitlines() if line[1:4] in (" - ", " + ")] == [
        f"3 - FROM {RUNTIME}:$A.$B",
        f"3 + FROM Q{RUNTIME[1:]}:$A.$B",
        "1 - ARG A=12.5",
        "1 + ARG A=22.7",
    ]


def test_a_change_without_its_line_has_no_mark() -> None:
    report = lint_text(f"FROM {RUNTIME}:13\n")
    assert "\nhelp: use 13.11.0 [unsafe fix: its tag is floating]\n1 - " in _rendered(report)
    assert "\nhelp: use 13.11.0\nnote: " in _rendered(report._replace(lines={}))


def test_two_notes_at_most() -> None:
    found = Diagnostic("D", TARGET, "floating-tag", Severity.ERROR, "Wrong", "", ("a", "b", "c"))
    text = _rendered(Report("D", (), (), (found,), TABLE))
    assert re.findall("^note: (.*)", text, re.MULTILINE) == ["a", "b"]
    assert _rendered(Report("D", (), (), (found,), TABLE), is_verbose=True) == text


def test_uses_of_an_argument_follow_its_line() -> None:
    source = f"ARG TAG=13.5.0\nFROM {RUNTIME}:$TAG AS a\nRUN x\nFROM {RUNTIME}:$TAG-base\n"
    text = _rendered(lint_text(source))
    uses = [" " * 5 + "-" * len(f"{RUNTIME}:$TAG{suffix}") for suffix in ("", "-base")]
    assert text.partition("\nnote: ")[0].splitlines()[2:] == [
        " --> Dockerfile:1:9",
        "1 | ARG TAG=13.5.0",
        "  |         ^^^^^^",
        f"2 | FROM {RUNTIME}:$TAG AS a",
        f"  | {uses[0]}",
        "  ⋮",
        f"4 | FROM {RUNTIME}:$TAG-base",
        f"  | {uses[1]}",
        "help: write ARG TAG=13.11.0 [fix]",
        "1 - ARG TAG=13.5.0",
        "1 + ARG TAG=13.11.0",
    ]


def test_a_headline_is_wrapped_at_words() -> None:
    found = Diagnostic("D", TARGET, "floating-tag", Severity.ERROR, "Wrong " * 12 + "a" * 50)
    report = Report("D", (), (), (found,), TABLE)
    head = _rendered(report, width=40).partition(" -->")[0]
    assert head.splitlines() == [
        "error[floating-tag]: Wrong Wrong Wrong",
        "  | Wrong Wrong Wrong Wrong Wrong Wrong",
        "  | Wrong Wrong Wrong",
        f"  | {'a' * 50}",
    ]


def _alike(count: int) -> list[Report]:
    return [lint_text(f"FROM {RUNTIME}:13.5.0\n", f"{number}/Dockerfile") for number in range(count)]


@pytest.mark.parametrize(
    ("count", "end"),
    [
        (3, None),
        (4, "and 1 more yanked-release for quay.io/astronomer/astro-runtime:13.5.0: 3/Dockerfile:1"),
        (1234, "and 1,231 more yanked-release for quay.io/astronomer/astro-runtime:13.5.0: 3/Dockerfile:1,"
               " 4/Dockerfile:1, 5/Dockerfile:1, 6/Dockerfile:1, 7/Dockerfile:1, …"),
    ],
)  # fmt: skip
def test_three_findings_that_are_alike_are_shown(count: int, end: str | None) -> None:
    text = rendered("full", _alike(count))
    assert text.count("error[yanked-release]") == 3
    assert [line for line in text.splitlines() if line.startswith("and ")] == (
        [f"{end} (--verbose shows all)"] if end else []
    )
    if count < 10:
        assert rendered("full", _alike(count), is_verbose=True).count("error[yanked-release]") == count


def test_findings_with_another_image_or_help_are_not_alike() -> None:
    reports = [
        lint_text(f"FROM {RUNTIME}:{tag}\n" * 3, f"{tag}/Dockerfile") for tag in ("13.5.0", "13.5.0-base")
    ]
    text = rendered("full", reports)
    assert text.count("error[yanked-release]") == 6
    assert "more" not in text


def test_hostile_text_in_the_line_for_further_findings() -> None:
    for text in HOSTILE.values():
        found = Diagnostic(text, Target(Location(1, 1, 1, 2), text), "floating-tag", Severity.ERROR, "x")
        report = Report(text, (), (), (found,) * 4, TABLE)
        (last,) = [line for line in rendered("full", [report]).splitlines() if line.startswith("and ")]
        assert last.isprintable(), last
