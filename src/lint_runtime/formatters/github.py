"""Workflow commands, which GitHub Actions shows as annotations on the lines they are about."""

from collections.abc import Iterable, Iterator

from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.files import Spool
from lint_runtime.linter.report import Report, Run
from lint_runtime.text import portable_path, visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def part(report: Report, run: Run) -> dict[Severity, str]:  # noqa: ARG001
    """Return the commands for the findings of a report, by severity."""
    commands: dict[Severity, str] = {}
    for found in report.diagnostics:
        commands[found.severity] = commands.get(found.severity, "") + _command(found)
    return commands


def document(parts: Iterable[dict[Severity, str]], run: Run) -> Iterator[str]:
    """Yield a command for every finding of the run, by severity, as GitHub shows only ten of a step."""
    waiting: dict[Severity, Spool[str]] = {severity: Spool() for severity in Severity}
    for commands in parts:
        for severity, text in commands.items():
            waiting[severity].add(text)
    for problem in run.problems:
        yield f"::error title=lint-runtime::{_data(problem)}\n"
    for spool in waiting.values():
        yield from spool


def _command(diagnostic: Diagnostic) -> str:
    properties = {
        "file": portable_path(diagnostic.path),
        "line": str(diagnostic.line),
        "endLine": str(diagnostic.location.end_line),
    }
    # GitHub refuses an annotation that has columns and more than one line.
    if diagnostic.line == diagnostic.location.end_line:
        properties |= {"col": str(diagnostic.column), "endColumn": str(diagnostic.location.end_column)}
    properties["title"] = f"{diagnostic.rule} (lint-runtime)"
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    lines = [diagnostic.message, *diagnostic.details]
    return f"::{_COMMANDS[diagnostic.severity]} {written}::{_LINE_END.join(map(_data, lines))}\n"


_LINE_END = "%0A"


def _data(text: str) -> str:
    # The runner takes %0D and %0A for line ends, but the text itself has none.
    return visible(text).replace("%", "%25")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
