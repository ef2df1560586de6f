"""A Code Quality report, which GitLab shows in merge requests."""

from collections.abc import Iterable, Iterator
from typing import Any

from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.formatters.fingerprints import fingerprints
from lint_runtime.linter.report import Report, Run
from lint_runtime.text import json_document, portable_path, portable_text

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


def render(reports: Iterable[Report], run: Run) -> Iterator[str]:  # noqa: ARG001
    """Yield the report, once every file is linted. GitLab has no notion of suppressed findings."""
    findings = fingerprints(diagnostic for report in reports for diagnostic in report.findings)
    yield json_document(
        [_issue(diagnostic, name) for diagnostic, name in findings if diagnostic.suppression is None]
    )


def _issue(diagnostic: Diagnostic, fingerprint: str) -> dict[str, Any]:
    return {
        "description": portable_text(diagnostic.sentence),
        "check_name": diagnostic.rule,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[diagnostic.severity],
        "location": {
            "path": portable_text(portable_path(diagnostic.path)),
            "lines": {"begin": diagnostic.line, "end": diagnostic.location.end_line},
        },
    }
