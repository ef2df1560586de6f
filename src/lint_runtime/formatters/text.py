"""One line per finding, for pre-commit and editors: `path:line:col: severity: message; help [rule]`."""

from lint_runtime.formatters.base import COLORS, Format, Run
from lint_runtime.linter.report import Report
from lint_runtime.text import shown_path, visible


class Text(Format):
    """Writes one line per finding."""

    @staticmethod
    def entry(report: Report, run: Run) -> str:
        """Return the lines for a file."""
        lines, styled = [], run.style
        for diagnostic in report.diagnostics:
            place = f"{shown_path(diagnostic.path)}:{diagnostic.line}:{diagnostic.column}:"
            place, rule = styled(place, bold=True), styled(f"[{diagnostic.rule}]", dim=True)
            severity = styled(f"{diagnostic.severity}:", fg=COLORS[diagnostic.severity], bold=True)
            lines.append(f"{place} {severity} {visible(diagnostic.sentence)} {rule}\n")
        return "".join(lines)
