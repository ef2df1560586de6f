"""Logging commands, which Azure Pipelines shows as issues."""

from lint_runtime.diagnostics import Severity
from lint_runtime.formatters.base import Format, Run
from lint_runtime.linter.report import Report
from lint_runtime.text import portable_path, shown_path, visible

# Line breaks need no entry: `visible` escapes them first.
_IN_PROPERTY = str.maketrans({"%": "%AZP25", ";": "%3B", "]": "%5D"})


class Azure(Format):
    """Writes a logging command for each error or warning, and plain lines for infos."""

    is_rooted = True

    @staticmethod
    def entry(report: Report, run: Run) -> str:  # noqa: ARG004
        """Return the commands and plain lines for a file."""
        lines = []
        for diagnostic in report.diagnostics:
            if diagnostic.severity is Severity.INFO:
                # Write a plain line: Azure Pipelines has no issue type for this severity.
                place = f"{shown_path(diagnostic.path)}:{diagnostic.line}:{diagnostic.column}"
                sentence = visible(diagnostic.sentence)
                lines.append(f"{place}: {diagnostic.severity}: {sentence} [{diagnostic.rule}]\n")
                continue
            properties = {
                "type": diagnostic.severity.value,
                "sourcepath": portable_path(diagnostic.path),
                "linenumber": str(diagnostic.line),
                "columnnumber": str(diagnostic.column),
                "code": diagnostic.rule,
            }
            written = "".join(
                f"{name}={visible(value).translate(_IN_PROPERTY)};" for name, value in properties.items()
            )
            message = visible(diagnostic.sentence).replace("%", "%AZP25")
            lines.append(f"##vso[task.logissue {written}]{message}\n")
        return "".join(lines)

    def finish(self) -> None:
        """Write a command for each problem."""
        for problem in self.run.total.problems:
            message = visible(problem).replace("%", "%AZP25")
            self.write(f"##vso[task.logissue type=error]{message}\n")
