"""Logging commands, which Azure Pipelines shows as issues of a run."""

from collections.abc import Iterable, Iterator

from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.linter.report import Report, Run
from lint_runtime.text import portable_path, shown_path, visible


def part(report: Report, run: Run) -> str:  # noqa: ARG001
    """Return a command for every error and warning, and a line of the log for every info."""
    return "".join(map(_line, report.diagnostics))


def document(parts: Iterable[str], run: Run) -> Iterator[str]:
    """Yield the commands as they come, and those about what could not be done."""
    yield from parts
    for problem in run.problems:
        yield f"##vso[task.logissue type=error]{_data(problem)}\n"


def _line(found: Diagnostic) -> str:
    if found.severity is Severity.INFO:
        # There is no such type of issue.
        place = f"{shown_path(found.path)}:{found.line}:{found.column}"
        return f"{place}: {found.severity}: {visible(found.sentence)} [{found.rule}]\n"
    properties = {
        "type": found.severity.value,
        "sourcepath": portable_path(found.path),
        "linenumber": str(found.line),
        "columnnumber": str(found.column),
        "code": found.rule,
    }
    written = "".join(f"{name}={_property(value)};" for name, value in properties.items())
    return f"##vso[task.logissue {written}]{_data(found.sentence)}\n"


def _data(text: str) -> str:
    # The agent takes %0D and %0A for line ends, but the text itself has none.
    return visible(text).replace("%", "%AZP25")


def _property(text: str) -> str:
    return _data(text).replace(";", "%3B").replace("]", "%5D")
