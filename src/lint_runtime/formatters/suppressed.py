"""The output of `--show-suppressed`: findings suppressed by comments or the baseline."""

from datetime import date
from typing import Any

from lint_runtime.diagnostics import Diagnostic, Suppression, SuppressionKind
from lint_runtime.formatters.base import Format, Run, Write
from lint_runtime.linter.report import Report
from lint_runtime.text import json_document, shown_path, visible

_BASELINE = SuppressionKind.BASELINE


class Suppressed(Format):
    """Writes one line per suppressed finding, after the last file."""

    def __init__(self, run: Run, write: Write) -> None:
        super().__init__(run, write)
        self.found: list[tuple[Diagnostic, Suppression]] = []

    @staticmethod
    def entry(report: Report, run: Run) -> list[tuple[Diagnostic, Suppression]]:  # noqa: ARG004
        """Return the suppressed findings of a file."""
        return [(finding, finding.suppression) for finding in report.suppressed if finding.suppression]

    def add(self, entry: list[tuple[Diagnostic, Suppression]]) -> None:
        """Store the findings until `finish`."""
        self.found += entry

    def finish(self) -> None:
        """Write findings suppressed by comments, sorted by end of suppression, then baseline findings."""
        self.found.sort(
            key=lambda pair: (pair[1].kind is _BASELINE, pair[1].until or date.max, pair[0].sort_key)
        )
        self.write(self.text())

    def text(self) -> str:
        """Return one line per finding."""
        lines = []
        for finding, (kind, reason, until) in self.found:
            end = f"until {until}" if until else "without end"
            end = "in the baseline" if kind is _BASELINE else end
            reason = f" -- {reason}" if reason else ""
            place = f"{shown_path(finding.path)}:{finding.line}:{finding.column}"
            text = visible(f"{finding.message} [{finding.rule}]{reason}")
            lines.append(f"{place}: {end}: {finding.severity}: {text}\n")
        return "".join(lines)


class SuppressedJson(Suppressed):
    """Writes an array with an object per suppressed finding, after the last file."""

    def text(self) -> str:
        """Return a JSON array with an object per finding."""
        rows: list[dict[str, Any]] = []
        for finding, suppression in self.found:
            row = {"path": finding.path, "line": finding.line, "column": finding.column}
            row |= {"rule": finding.rule, "severity": finding.severity, "message": finding.message}
            rows.append(row | suppression._asdict())
        return json_document(rows)
