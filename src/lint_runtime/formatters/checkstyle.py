"""Checkstyle XML, which Jenkins, SonarQube and many other tools read."""

from xml.sax.saxutils import quoteattr

from lint_runtime.formatters.base import Format, Run
from lint_runtime.linter.report import Report
from lint_runtime.text import visible


class Checkstyle(Format):
    """Writes an element for each file with findings."""

    head = '<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="8.0">\n'
    is_rooted = True

    @staticmethod
    def entry(report: Report, run: Run) -> str:  # noqa: ARG004
        """Return the element for a file, or "" if it has no findings."""
        if not report.diagnostics:
            return ""
        errors = "".join(
            f'    <error line="{diagnostic.line}" column="{diagnostic.column}"'
            f' severity="{diagnostic.severity}" message={_quoted(diagnostic.sentence)}'
            f" source={_quoted(f'lint-runtime.{diagnostic.rule}')} />\n"
            for diagnostic in report.diagnostics
        )
        return f"  <file name={_quoted(report.path)}>\n{errors}  </file>\n"

    def finish(self) -> None:
        """Write an element with the problems, and close the document."""
        if self.run.total.problems:
            self.write('  <file name="lint-runtime">\n')
            for problem in self.run.total.problems:
                message = _quoted(problem)
                self.write(f'    <error severity="error" message={message} source="lint-runtime" />\n')
            self.write("  </file>\n")
        self.write("</checkstyle>\n")


def _quoted(text: str) -> str:
    # ASCII is valid in every encoding of standard output.
    return quoteattr(visible(text)).encode("ascii", "xmlcharrefreplace").decode()
