"""JUnit XML, which nearly every CI system shows: a test for each file, failed by errors alone."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple
from xml.etree import ElementTree as ET

from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.files import Spool
from lint_runtime.linter.report import Report, Run
from lint_runtime.text import shown_path, visible

_NAME = "lint-runtime"


class Part(NamedTuple):
    """A file in the document: its element, and whether it has failed."""

    case: str
    is_failure: bool


def part(report: Report, run: Run) -> Part:  # noqa: ARG001
    """Return the test for a file."""
    case = _case(report)
    return Part(_text(case, level=2), case.find("failure") is not None)


def document(parts: Iterable[Part], run: Run) -> Iterator[str]:
    """Yield the document, once every file is linted, because it starts with counts."""
    cases: Spool[str] = Spool()
    tests, failures = 0, 0
    for one in parts:
        tests += 1
        failures += one.is_failure
        cases.add(one.case)
    problems = [_text(_problem(problem), level=2) for problem in run.problems]
    counts = (
        f'name="{_NAME}" tests="{tests + len(problems)}" failures="{failures}" errors="{len(problems)}"'
    )
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts}>\n'
    yield f'  <testsuite {counts} skipped="0">\n'
    properties = ET.Element("properties")
    for name, value in _properties(run):
        ET.SubElement(properties, "property", {"name": name, "value": value})
    yield _text(properties, level=2)
    yield from cases
    yield from problems
    yield "  </testsuite>\n</testsuites>\n"


def _text(element: ET.Element, level: int) -> str:
    """Return an element as it is written so deep in the document."""
    ET.indent(element, level=level)
    # ASCII is UTF-8 as well, and stays the same whatever the encoding of standard output.
    text = ET.tostring(element, encoding="us-ascii").decode("ascii")
    return f"{'  ' * level}{text}\n"


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
