"""A Code Quality report, which GitLab shows in merge requests."""

from collections.abc import Iterable, Iterator
from itertools import chain

from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.formatters.fingerprints import fingerprints
from lint_runtime.linter.report import Report, Run
from lint_runtime.text import json_array, json_line, portable_path, portable_text

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def part(report: Report, run: Run) -> list[str]:  # noqa: ARG001
    """Return the issues of a report. GitLab has no notion of suppressed findings."""
    found = fingerprints(report.findings)
    return [_issue(diagnostic, name) for diagnostic, name in found if diagnostic.suppression is None]


def document(parts: Iterable[list[str]], run: Run) -> Iterator[str]:  # noqa: ARG001
    """Yield a list with an issue a line."""
    yield from json_array(chain.from_iterable(parts))
    yield "\n"


def _issue(diagnostic: Diagnostic, fingerprint: str) -> str:
    issue = {
        "description": portable_text(diagnostic.sentence),
        "check_name": diagnostic.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[diagnostic.severity],
        "location": {
            "path": portable_text(portable_path(diagnostic.path)),
            "lines": {"begin": diagnostic.line, "end": diagnostic.location.end_line},
        },
    }
    return json_line(issue)
