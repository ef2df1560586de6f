"""One line per finding, for pre-commit and editors: `path:line:col: severity: message; help [rule]`."""

from click import style

from lint_runtime.formatters.base import COLORS, Format, Run
from lint_runtime.linter.report import Report
from lint_runtime.text import shown_path, visible


class Text(Format):
    """Writes one line per finding."""

    @staticmethod
    def entry(report: Report, run: Run) -> str:
        """Return the lines for a file."""
        lines = []
        for diagnostic in report.diagnostics:
            place = f"{shown_path(diagnostic.path)}:{diagnostic.line}:{diagnostic.column}:"
            severity, rule = f"{diagnostic.severity}:", f"[{diagnostic.rule}]"
            if run.is_colored:
                place = style(place, bold=True)
                severity = style(severity, fg=COLORS[diagnostic.severity], bold=True)
                rule = style(rule, dim=True)
            lines.append(f"{place} {severity} {visible(diagnostic.sentence)} {rule}\n")
        return "".join(lines)
