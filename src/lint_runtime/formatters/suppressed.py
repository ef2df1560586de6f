"""The list of `--show-suppressed`: what comments and the baseline hide, nearest date first."""

from collections.abc import Callable
from datetime import date
from typing import Any

from lint_runtime.diagnostics import Diagnostic, SuppressionKind
from lint_runtime.formatters.base import Format, Run
from lint_runtime.linter.report import Report
from lint_runtime.text import json_document, shown_path, visible


class Suppressed(Format):
    """Writes one line per suppressed finding, after the last file."""

    def __init__(self, run: Run, write: Callable[[str], object]) -> None:
        super().__init__(run, write)
        self.findings: list[Diagnostic] = []

    @staticmethod
    def entry(report: Report, run: Run) -> tuple[Diagnostic, ...]:  # noqa: ARG004
        """Return the suppressed findings of a file."""
        return report.suppressed

    def add(self, entry: tuple[Diagnostic, ...]) -> None:
        """Store the findings until `finish`."""
        self.findings += entry

    def finish(self) -> None:
        """Write the findings: those of comments by their last day, then those of the baseline."""
        self.findings.sort(key=_order)
        self.write(self.text())

    def text(self) -> str:
        """Return the list."""
        lines = []
        for finding in self.findings:
            suppression = finding.suppression
            if suppression is None or suppression.kind is SuppressionKind.BASELINE:
                end = "in the baseline"
            else:
                end = f"until {suppression.until}" if suppression.until else "without end"
            reason = f" -- {suppression.reason}" if suppression and suppression.reason else ""
            place = f"{shown_path(finding.path)}:{finding.line}:{finding.column}"
            text = visible(f"{finding.message} [{finding.rule}]{reason}")
            lines.append(f"{place}: {end}: {finding.severity}: {text}\n")
        return "".join(lines)


class SuppressedJson(Suppressed):
    """Writes an array with an object per suppressed finding, after the last file."""

    def text(self) -> str:
        """Return the list as JSON."""
        rows: list[dict[str, Any]] = []
        for finding in self.findings:
            row = {"path": finding.path, "line": finding.line, "column": finding.column}
            row |= {"rule": finding.rule, "severity": finding.severity, "message": finding.message}
            rows.append(row | (finding.suppression._asdict() if finding.suppression else {}))
        return json_document(rows)


def _order(finding: Diagnostic) -> tuple[Any, ...]:
    suppression = finding.suppression
    is_recorded = suppression is not None and suppression.kind is SuppressionKind.BASELINE
    until = suppression.until if suppression else None
    return is_recorded, until or date.max, finding.sort_key
