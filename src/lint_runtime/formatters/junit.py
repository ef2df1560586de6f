"""JUnit XML for CI systems. Each file is a test. The test fails if the file has errors."""

from xml.etree import ElementTree as ET

from lint_runtime.diagnostics import Severity
from lint_runtime.formatters.base import Format, Run, Write, chunks, hold_text
from lint_runtime.linter.report import Report
from lint_runtime.text import shown_path, visible

_NAME = "lint-runtime"


class Junit(Format):
    """Writes the document after the last file, because the document starts with counts."""

    is_rooted = True

    def __init__(self, run: Run, write: Write) -> None:
        super().__init__(run, write)
        self._cases = hold_text()
        self._failures = 0

    @staticmethod
    def entry(report: Report, run: Run) -> tuple[str, bool]:  # noqa: ARG004
        """Return the test for a file, and whether it failed."""
        case = ET.Element("testcase", {"name": visible(report.path), "classname": _NAME})
        errors = [diagnostic for diagnostic in report.diagnostics if diagnostic.severity is Severity.ERROR]
        failure: list[str] = []
        output: list[str] = []
        for diagnostic in report.diagnostics:
            lines = failure if diagnostic.severity is Severity.ERROR else output
            place = f"{shown_path(diagnostic.path)}:{diagnostic.line}:{diagnostic.column}"
            message = visible(diagnostic.message)
            lines.append(f"{place}: {diagnostic.severity}: {message} [{diagnostic.rule}]")
            lines += (f"  {visible(detail)}" for detail in diagnostic.details)
        if errors:
            # Combine all errors in one failure: most CI systems show only one failure per test.
            more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
            attributes = {"type": errors[0].rule, "message": visible(errors[0].message) + more}
            ET.SubElement(case, "failure", attributes).text = "\n".join(failure)
        if output:
            ET.SubElement(case, "system-out").text = "\n".join(output)
        return _text(case), bool(errors)

    def add(self, entry: tuple[str, bool]) -> None:
        """Store the test for a file until `finish`."""
        case, is_failure = entry
        self._cases.write(case)
        self._failures += is_failure

    def finish(self) -> None:
        """Write the document."""
        problems = self.run.total.problems
        tests = self.run.total.files + len(problems)
        counts = f'name="{_NAME}" tests="{tests}" failures="{self._failures}" errors="{len(problems)}"'
        self.write(f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts}>\n')
        self.write(f'  <testsuite {counts} skipped="0">\n')
        properties = ET.Element("properties")
        values = {"as-of": self.run.as_of.isoformat()}
        for number, table in enumerate(self.run.tables, start=1):
            name = "table" if number == 1 else f"table-{number}"
            values |= {f"{name}-{key}": visible(value) for key, value in table.identity.items()}
        for name, value in values.items():
            ET.SubElement(properties, "property", {"name": name, "value": value})
        self.write(_text(properties))
        for text in chunks(self._cases):
            self.write(text)
        for problem in problems:
            case = ET.Element("testcase", {"name": _NAME, "classname": _NAME})
            ET.SubElement(case, "error", {"type": "problem", "message": visible(problem)})
            self.write(_text(case))
        self.write("  </testsuite>\n</testsuites>\n")


def _text(element: ET.Element) -> str:
    """Serialize an element, indented as a child of the test suite."""
    ET.indent(element, level=2)
    # ASCII is valid in every encoding of standard output.
    return f"    {ET.tostring(element, encoding='us-ascii').decode('ascii')}\n"
