"""One line per finding, for pre-commit and editors: `path:line:col: severity: message; help [rule]`."""

from collections.abc import Iterable, Iterator

from click import style

from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.linter.report import Report, Run
from lint_runtime.text import shown_path, visible

_COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


def part(report: Report, run: Run) -> str:
    """Return the lines of a report."""
    return "".join(map(_colored_line if run.is_colored else _line, report.diagnostics))


def document(parts: Iterable[str], run: Run) -> Iterator[str]:  # noqa: ARG001
    """Yield the lines as they come."""
    yield from parts


def _place(diagnostic: Diagnostic) -> str:
    return f"{shown_path(diagnostic.path)}:{diagnostic.line}:{diagnostic.column}:"


def _line(diagnostic: Diagnostic) -> str:
    return (
        f"{_place(diagnostic)} {diagnostic.severity}: {visible(diagnostic.sentence)} [{diagnostic.rule}]\n"
    )


def _colored_line(diagnostic: Diagnostic) -> str:
    severity = style(f"{diagnostic.severity}:", fg=_COLORS[diagnostic.severity], bold=True)
    rule = style(f"[{diagnostic.rule}]", dim=True)
    return f"{style(_place(diagnostic), bold=True)} {severity} {visible(diagnostic.sentence)} {rule}\n"
