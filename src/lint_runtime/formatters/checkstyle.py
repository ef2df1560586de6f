"""Checkstyle XML, which Jenkins, SonarQube and many other tools read."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from lint_runtime.diagnostics import Diagnostic
from lint_runtime.linter.report import Report, Run
from lint_runtime.text import visible

_VERSION = "8.0"
"""Of the format, which has not changed for long."""


def part(report: Report, run: Run) -> str:  # noqa: ARG001
    """Return the element of a file with findings; "" for one without."""
    if not report.diagnostics:
        return ""
    errors = "".join(map(_error, report.diagnostics))
    return f"  <file name={_attribute(report.path)}>\n{errors}  </file>\n"


def document(parts: Iterable[str], run: Run) -> Iterator[str]:
    """Yield the elements as they come, and one for what could not be done."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="{_VERSION}">\n'
    yield from parts
    if run.problems:
        yield '  <file name="lint-runtime">\n'
        for problem in run.problems:
            yield f'    <error severity="error" message={_attribute(problem)} source="lint-runtime" />\n'
        yield "  </file>\n"
    yield "</checkstyle>\n"


def _error(found: Diagnostic) -> str:
    place = f'line="{found.line}" column="{found.column}"'
    message, source = _attribute(found.sentence), _attribute(f"lint-runtime.{found.rule}")
    return f'    <error {place} severity="{found.severity}" message={message} source={source} />\n'


def _attribute(text: str) -> str:
    # ASCII is UTF-8 as well, and stays the same whatever the encoding of standard output.
    return quoteattr(visible(text)).encode("ascii", "xmlcharrefreplace").decode()
