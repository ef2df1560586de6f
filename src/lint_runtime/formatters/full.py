"""Findings for terminals, each with its source line, help and notes."""

import re
import unicodedata
from collections.abc import Callable
from textwrap import wrap

from click import style

from lint_runtime.diagnostics import Location
from lint_runtime.formatters.base import COLORS, Format, Run
from lint_runtime.linter.report import Report
from lint_runtime.rules import address_of
from lint_runtime.text import COMMAND, shown_path, visible

_TAB_STOP = 4
_MIN_WIDTH = 20
"""The minimum width of a source line or a note, in columns."""


class Full(Format):
    """Writes each finding as a paragraph."""

    @staticmethod
    def entry(report: Report, run: Run) -> str:
        """Return the findings of a file, each followed by a blank line."""
        styled: Callable[..., str] = style if run.is_colored else lambda text, **_: text
        lines = []
        for diagnostic in report.diagnostics:
            color, rule = COLORS[diagnostic.severity], diagnostic.rule
            if run.has_links and (address := address_of(rule)):
                rule = f"\x1b]8;;{address}\x1b\\{rule}\x1b]8;;\x1b\\"
            location, number = diagnostic.location, str(diagnostic.line)
            margin = " " * len(number)
            arrow, bar = styled("-->", fg="blue", bold=True), styled("|", fg="blue", bold=True)
            head = styled(f"{diagnostic.severity}[{rule}]", fg=color, bold=True)
            lines += [
                head + styled(f": {visible(diagnostic.message)}", bold=True),
                f"{margin}{arrow} {shown_path(diagnostic.path)}:{number}:{location.column}",
            ]
            if location.line in report.lines:
                width = run.width - len(margin) - 3
                text, indent, marks = _snippet(report.lines[location.line], location, width)
                lines += [
                    f"{margin} {bar}",
                    f"{styled(number, fg='blue', bold=True)} {bar} {text}".rstrip(),
                    f"{margin} {bar} {indent}{styled(marks, fg=color, bold=True)}",
                    f"{margin} {bar}",
                ]
            for detail in diagnostic.details:
                label, _, text = detail.partition(" ")
                width = max(run.width - len(label) - 1, _MIN_WIDTH)
                first, *rest = wrap(visible(text), width, break_long_words=False, break_on_hyphens=False)
                lines.append(f"{styled(label, fg='cyan', bold=True)} {first}")
                # CI systems read `::` and the like as a command at the start of a line, even when indented.
                lines += (f"{' ' * (len(label) - 1)}{bar} {line}" for line in rest)
            lines.append("")
        return "".join(f"{line}\n" for line in lines)


def _snippet(line: str, location: Location, width: int) -> tuple[str, str, str]:
    """Return a line cut to `width` columns, and the indent and the marks below it."""
    cells = _cells(line.rstrip("\r\n"))
    first = min(location.column - 1, len(cells))
    last = location.end_column - 1 if location.end_line == location.line else len(cells)
    last = max(first, min(last, len(cells)))
    start, end, width = 0, len(cells), max(width, _MIN_WIDTH)
    if sum(columns for _, columns in cells) > width:
        # Reserve a column on each side for an ellipsis.
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
    before, after = "…" if start else "", "…" if end < len(cells) else ""
    text = "".join(shown for shown, _ in cells[start:end])
    indent = len(before) + sum(columns for _, columns in cells[start:first])
    marked = sum(columns for _, columns in cells[first : max(first, min(last, end))])
    return f"{before}{text}{after}", " " * indent, "^" * max(1, marked)


def _cells(line: str) -> list[tuple[str, int]]:
    """Return the displayed text and the width in columns of each character in a line."""
    line = line.removeprefix("\ufeff")
    commands = {match.start() + 1 for match in re.finditer(COMMAND, line)}
    cells: list[tuple[str, int]] = []
    column = 0
    for index, char in enumerate(line):
        shown = r"\x23" if index in commands else visible(char)
        columns = len(shown)
        if char == "\t":
            columns = _TAB_STOP - column % _TAB_STOP
            shown = " " * columns
        elif columns == 1 and unicodedata.category(char) in ("Mn", "Me"):
            columns = 0
        elif columns == 1 and unicodedata.east_asian_width(char) in "WF":
            columns = 2
        cells.append((shown, columns))
        column += columns
    return cells
