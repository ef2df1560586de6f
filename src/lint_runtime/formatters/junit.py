"""JUnit XML, which nearly every CI system shows: a test for each file, failed by errors alone."""

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.linter.report import Report, Run
from lint_runtime.text import shown_path, visible

_NAME = "lint-runtime"


def render(reports: Iterable[Report], run: Run) -> Iterator[str]:
    """Yield the document, once every file is linted, because it starts with counts."""
    cases = [_case(report) for report in reports]
    cases += map(_problem, run.problems)
    failures = sum(case.find("failure") is not None for case in cases)
    errors = len(run.problems)
    counts = {"tests": str(len(cases)), "failures": str(failures), "errors": str(errors)}
    root = ET.Element("testsuites", {"name": _NAME, **counts})
    suite = ET.SubElement(root, "testsuite", {"name": _NAME, **counts, "skipped": "0"})
    properties = ET.SubElement(suite, "properties")
    for name, value in _properties(run):
        ET.SubElement(properties, "property", {"name": name, "value": value})
    suite.extend(cases)
    ET.indent(root)
    # ASCII is UTF-8 as well, and stays the same whatever the encoding of standard output.
    text = ET.tostring(root, encoding="us-ascii").decode("ascii")
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'


def _properties(run: Run) -> Iterator[tuple[str, str]]:
    yield "as-of", run.as_of.isoformat()
    for number, table in enumerate(run.tables, start=1):
        name = "table" if number == 1 else f"table-{number}"
        yield from ((f"{name}-{key}", visible(value)) for key, value in table.identity.items())


def _case(report: Report) -> ET.Element:
    case = ET.Element("testcase", {"name": visible(report.path), "classname": _NAME})
    errors = [found for found in report.diagnostics if found.severity is Severity.ERROR]
    others = [found for found in report.diagnostics if found.severity is not Severity.ERROR]
    if errors:
        # Most readers show one failure of a test and no more.
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        attributes = {"type": errors[0].rule, "message": visible(errors[0].message) + more}
        ET.SubElement(case, "failure", attributes).text = _lines(errors)
    if others:
        ET.SubElement(case, "system-out").text = _lines(others)
    return case


def _problem(problem: str) -> ET.Element:
    case = ET.Element("testcase", {"name": _NAME, "classname": _NAME})
    ET.SubElement(case, "error", {"type": "problem", "message": visible(problem)})
    return case


def _lines(diagnostics: list[Diagnostic]) -> str:
    return "\n".join(line for found in diagnostics for line in _described(found))


def _described(found: Diagnostic) -> Iterator[str]:
    place = f"{shown_path(found.path)}:{found.line}:{found.column}:"
    yield f"{place} {found.severity}: {visible(found.message)} [{found.rule}]"
    for detail in found.details:
        yield f"  {visible(detail)}"
