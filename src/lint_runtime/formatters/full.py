"""Findings for terminals, each with its source lines, the suggested change and notes."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lint_runtime.diagnostics import Diagnostic, Edit, Location, edited
from lint_runtime.formatters.base import COLORS, Format, Run, Write
from lint_runtime.linter.report import Report
from lint_runtime.rules import address_of
from lint_runtime.text import COMMAND, shown_path, visible, wrapped

if TYPE_CHECKING:
    from lint_runtime.formatters.steps import Steps

_TAB_STOP = 4
_MIN_WIDTH = 20
"""The minimum width of a source line, in columns."""


_NOTES = 2
"""The maximum number of notes per finding. Other formats show all notes."""

_ALIKE = 3
"""How many findings with the same rule, image and help are written in full."""

_PATHS = 5
"""How many locations are listed for similar findings that are not written in full."""

_MANY = 50
"""On a terminal, a summary follows if there are more findings than this."""

Entry = tuple[list[tuple[tuple[str, str, str], str, str]], "Steps | None"]
"""The findings, each as ((rule, image, help), location, text), and what to do about the images."""


class Full(Format):
    """Writes findings as paragraphs. Of similar findings, only the first _ALIKE are written in full."""

    def __init__(self, run: Run, write: Write) -> None:
        super().__init__(run, write)
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._places: dict[tuple[str, str, str], list[str]] = {}
        self._steps: Steps | None = None

    @staticmethod
    def entry(report: Report, run: Run) -> Entry:
        """Return the findings of a file and, for a terminal, what to do about the images of the file."""
        steps = None
        if run.is_terminal and report.diagnostics:
            # Lazy import (5 ms): only terminals show steps.
            from lint_runtime.formatters.steps import Steps
            from lint_runtime.linter.inventory import take_inventory

            steps = Steps(take_inventory(report, run.as_of))
        findings = [
            (
                (finding.rule, finding.subject, finding.help),
                f"{shown_path(finding.path)}:{finding.line}",
                _paragraph(finding, report, run),
            )
            for finding in report.diagnostics
        ]
        return findings, steps

    def add(self, entry: Entry) -> None:
        """Write each finding of a file, or only store its location after _ALIKE similar findings."""
        findings, steps = entry
        if self._steps and steps:
            self._steps.add(steps)
        self._steps = self._steps or steps
        for key, place, text in findings:
            self._counts[key] += 1
            if self._counts[key] <= _ALIKE or self.run.is_verbose:
                self.write(text)
            else:
                places = self._places.setdefault(key, [])
                places += [place] if len(places) < _PATHS else []

    def finish(self) -> None:
        """List the findings not written in full. If there are many findings, also write a summary."""
        for key, places in self._places.items():
            rule, subject, _ = key
            count = self._counts[key] - _ALIKE
            rest = ", …" if count > len(places) else ""
            text = f"and {count:,} more {rule} for {visible(subject)}: {', '.join(places)}{rest}"
            self.write(f"{text} (--verbose shows all)\n\n")
        if self._steps and self._counts.total() > _MANY:
            self.write(self._steps.as_text(self.run))
            self.write("To see the findings of a file: lint-runtime PATH\n")


def _labeled(label: str, text: str, run: Run) -> list[str]:
    """Wrap a text, and return its lines. The first line starts with the label."""
    styled = run.style
    first, *rest = wrapped(visible(text), run.width - len(label) - 1)
    # Start each line with `|`: CI systems read an indented `::` at the start of a line as a command.
    indent = f"{' ' * (len(label) - 1)}{styled('|', fg='blue', bold=True)} "
    return [f"{styled(label, fg='cyan', bold=True)} {first}", *(indent + line for line in rest)]


def _paragraph(finding: Diagnostic, report: Report, run: Run) -> str:
    """Return the text of a finding: its source lines, change and notes, and then a blank line."""
    styled, color, rule = run.style, COLORS[finding.severity], finding.rule
    address = address_of(rule)
    if run.has_links and address:
        rule = f"\x1b]8;;{address}\x1b\\{rule}\x1b]8;;\x1b\\"
    change = finding.fix or finding.upgrade
    edits = [edit for edit in (change.edits if change else ()) if edit.location.line in report.lines]
    shown = [finding.location, *finding.target.related]
    margin = " " * max(len(str(place.line)) for place in (*shown, *(edit.location for edit in edits)))
    bar, arrow = styled("|", fg="blue", bold=True), styled("-->", fg="blue", bold=True)
    # Start each line with `|`: CI systems read an indented `::` at the start of a line as a command.
    indent = f"{margin} {bar} "

    def numbered(number: int, mark: str, text: str) -> str:
        return f"{styled(f'{number:>{len(margin)}}', fg='blue', bold=True)} {mark} {text}".rstrip()

    head = f"{finding.severity}[{finding.rule}]: "
    first, *rest = wrapped(head + visible(finding.message), run.width)
    label = styled(f"{finding.severity}[{rule}]", fg=color, bold=True)
    first = label + styled(f": {first[len(head) :]}", bold=True)
    place = f"{shown_path(finding.path)}:{finding.line}:{finding.location.column}"
    lines = [first, *(indent + styled(line, bold=True) for line in rest), f"{margin}{arrow} {place}"]
    width = run.width - len(margin) - 3
    for number, location in enumerate(shown):
        if location.line in report.lines:
            text, space, marks = _snippet(report.lines[location.line], location, width)
            if number and location.line != shown[number - 1].line + 1:
                lines.append(f"{margin} {styled('⋮', fg='blue', bold=True)}")
            lines.append(numbered(location.line, bar, text))
            shape = styled("-" * len(marks), fg="blue") if number else styled(marks, fg=color, bold=True)
            lines.append(indent + space + shape)
    if finding.help:
        kind = "fix" if finding.fix else "upgrade"
        if change and change.risk:
            kind = f"unsafe {kind}" + ("" if change.risk in finding.help else f": {visible(change.risk)}")
        lines += _labeled("help:", finding.help + (f" [{kind}]" if edits else ""), run)
    lines += (
        numbered(line, styled(mark, fg=side), styled(text, fg=side))
        for line, mark, side, text in _diff(edits, report, width)
    )
    for note in finding.notes[:_NOTES]:
        lines += _labeled("note:", note, run)
    if address and not run.has_links:
        lines.append(f"{styled('see:', fg='cyan', bold=True)} {address}")
    return "".join(f"{line}\n" for line in (*lines, ""))


def _diff(edits: list[Edit], report: Report, width: int) -> Iterator[tuple[int, str, str, str]]:
    """Yield the lines of a diff of the edits, as (line number, `-` or `+`, color, text)."""
    for line in dict.fromkeys(edit.location.line for edit in edits):
        here = sorted(
            edit._replace(location=edit.location._replace(line=1, end_line=1))
            for edit in edits
            if edit.location.line == line
        )
        old, (span, text) = report.lines[line], here[0]
        new_span = span._replace(end_column=span.column + len(text))
        yield line, "-", "red", _snippet(old, span, width)[0]
        yield line, "+", "green", _snippet(edited(old, here), new_span, width)[0]


def _snippet(line: str, location: Location, width: int) -> tuple[str, str, str]:
    """Cut a line to `width` columns. Returns the cut line, the indent of the marks below, and the marks."""
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
    """Return the displayed form of each character in a line, with its width in columns."""
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
