"""Findings for people at a terminal: the line of the file with a mark below it, then what to do and why."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from textwrap import wrap
from typing import Any

from click import style

from lint_runtime.diagnostics import Diagnostic, Location, Severity
from lint_runtime.linter.report import Report, Run
from lint_runtime.rules import address_of
from lint_runtime.text import COMMAND, shown_path, visible

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}
_TAB_STOP = 4
_MIN_SHOWN = 20
"""The fewest columns of a line to show, however narrow the terminal is."""


def part(report: Report, run: Run) -> str:
    """Return the findings of a report, each with a blank line behind it."""
    return "".join(
        f"{line}\n" for found in report.diagnostics for line in (*_described(found, report, run), "")
    )


def document(parts: Iterable[str], run: Run) -> Iterator[str]:  # noqa: ARG001
    """Yield the findings as they come."""
    yield from parts


def _described(diagnostic: Diagnostic, report: Report, run: Run) -> Iterator[str]:
    def styled(text: str, **how: Any) -> str:
        return style(text, **how) if run.is_colored else text

    color = _COLORS[diagnostic.severity]
    rule = _linked(diagnostic.rule) if run.has_links else diagnostic.rule
    head = styled(f"{diagnostic.severity}[{rule}]", fg=color, bold=True)
    yield f"{head}{styled(f': {visible(diagnostic.message)}', bold=True)}"
    location, margin = diagnostic.location, " " * len(str(diagnostic.line))
    arrow, bar = styled("-->", fg="blue", bold=True), styled("|", fg="blue", bold=True)
    yield f"{margin}{arrow} {shown_path(diagnostic.path)}:{location.line}:{location.column}"
    if location.line in report.lines:
        text, indent, marks = _snippet(report.lines[location.line], location, run.width - len(margin) - 3)
        yield f"{margin} {bar}"
        yield f"{styled(str(location.line), fg='blue', bold=True)} {bar} {text}".rstrip()
        yield f"{margin} {bar} {indent}{styled(marks, fg=color, bold=True)}"
        yield f"{margin} {bar}"
    for detail in diagnostic.details:
        label, _, text = detail.partition(" ")
        width = max(run.width - len(label) - 1, _MIN_SHOWN)
        first, *rest = wrap(visible(text), width, break_long_words=False, break_on_hyphens=False)
        yield f"{styled(label, fg='cyan', bold=True)} {first}"
        yield from (f"{' ' * len(label)} {line}" for line in rest)


def _linked(name: str) -> str:
    """Return the name of a rule as a link to its documentation, if that has an address."""
    address = address_of(name)
    return f"\x1b]8;;{address}\x1b\\{name}\x1b]8;;\x1b\\" if address else name


def _snippet(line: str, location: Location, width: int) -> tuple[str, str, str]:
    """Return what to show of a line, in at most `width` columns, and the indent and marks below it."""
    cells = _cells(line.rstrip("\r\n"))
    first = min(location.column - 1, len(cells))
    last = location.end_column - 1 if location.end_line == location.line else len(cells)
    start, end = _window(cells, first, max(first, min(last, len(cells))), max(width, _MIN_SHOWN))
    before, after = "…" if start else "", "…" if end < len(cells) else ""
    text = "".join(shown for shown, _ in cells[start:end])
    indent = len(before) + sum(columns for _, columns in cells[start:first])
    marked = sum(columns for _, columns in cells[first : max(first, min(last, end))])
    return f"{before}{text}{after}", " " * indent, "^" * max(1, marked)


def _cells(line: str) -> list[tuple[str, int]]:
    """Return how each character of a line is shown, and in how many columns."""
    line = line.removeprefix("\ufeff")
    commands = {match.start() + 1 for match in re.finditer(COMMAND, line)}
    cells: list[tuple[str, int]] = []
    column = 0
    for index, char in enumerate(line):
        if char == "\t":
            shown = " " * (_TAB_STOP - column % _TAB_STOP)
        else:
            shown = r"\x23" if index in commands else visible(char)
        columns = len(shown) if len(shown) > 1 else _columns(shown)
        cells.append((shown, columns))
        column += columns
    return cells


def _columns(char: str) -> int:
    if char.isascii():
        return 1
    if unicodedata.category(char) in ("Mn", "Me"):
        return 0
    return 2 if unicodedata.east_asian_width(char) in "WF" else 1


def _window(cells: list[tuple[str, int]], first: int, last: int, width: int) -> tuple[int, int]:
    """Return the part of a line to show: all of it, or as much around `first` to `last` as fits."""
    if sum(columns for _, columns in cells) <= width:
        return 0, len(cells)
    # An ellipsis on each side takes a column.
    left, start, end = width - 2, first, first
    while end < len(cells) and cells[end][1] <= left and end < max(last, first + 1):
        left -= cells[end][1]
        end += 1
    while start and cells[start - 1][1] <= left:
        start -= 1
        left -= cells[start][1]
    while end < len(cells) and cells[end][1] <= left:
        left -= cells[end][1]
        end += 1
    return start, end
