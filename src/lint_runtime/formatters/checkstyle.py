"""Checkstyle XML, which Jenkins, SonarQube and many other tools read."""

from collections.abc import Iterable, Iterator
from xml.sax.saxutils import quoteattr

from lint_runtime.diagnostics import Diagnostic
from lint_runtime.linter.report import Report, Run
from lint_runtime.text import visible

_VERSION = "8.0"
"""Of the format, which has not changed for long."""


def render(reports: Iterable[Report], run: Run) -> Iterator[str]:
    """Yield a file element for each file with findings."""
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<checkstyle version="{_VERSION}">\n'
    for report in reports:
        if report.diagnostics:
            yield f"  <file name={_attribute(report.path)}>\n"
            yield from map(_error, report.diagnostics)
            yield "  </file>\n"
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
