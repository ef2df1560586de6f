"""Workflow commands, which GitHub Actions shows as annotations."""

from lint_runtime.diagnostics import Severity
from lint_runtime.formatters.base import Format, Run, Write, chunks, hold_text
from lint_runtime.linter.report import Report
from lint_runtime.rules import address_of
from lint_runtime.text import portable_path, visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
# Line breaks need no entry: `visible` escapes them first.
_IN_PROPERTY = str.maketrans({"%": "%25", ":": "%3A", ",": "%2C"})


class Github(Format):
    """Writes a command for each finding.

    The most severe findings come first, because GitHub shows only ten annotations per step.
    """

    is_rooted = True

    def __init__(self, run: Run, write: Write) -> None:
        super().__init__(run, write)
        self._held = {severity: hold_text() for severity in Severity}

    @staticmethod
    def entry(report: Report, run: Run) -> list[tuple[Severity, str]]:  # noqa: ARG004
        """Return the commands for a file, each with its severity."""
        commands = []
        for diagnostic in report.diagnostics:
            location, severity = diagnostic.location, diagnostic.severity
            properties = {
                "file": portable_path(diagnostic.path),
                "line": str(location.line),
                "endLine": str(location.end_line),
            }
            # GitHub rejects columns in multi-line annotations.
            if location.line == location.end_line:
                properties |= {"col": str(location.column), "endColumn": str(location.end_column)}
            properties["title"] = f"{diagnostic.rule} (lint-runtime)"
            written = ",".join(
                f"{name}={visible(value).translate(_IN_PROPERTY)}" for name, value in properties.items()
            )
            address = address_of(diagnostic.rule)
            lines = (diagnostic.message, *diagnostic.details, *([f"see: {address}"] if address else []))
            text = "%0A".join(visible(line).replace("%", "%25") for line in lines)
            commands.append((severity, f"::{_COMMANDS[severity]} {written}::{text}\n"))
        return commands

    def add(self, entry: list[tuple[Severity, str]]) -> None:
        """Store the commands for a file until `finish`."""
        for severity, command in entry:
            self._held[severity].write(command)

    def finish(self) -> None:
        """Write the problems, then all stored commands."""
        for problem in self.run.total.problems:
            message = visible(problem).replace("%", "%25")
            self.write(f"::error title=lint-runtime::{message}\n")
        for held in self._held.values():
            for text in chunks(held):
                self.write(text)
