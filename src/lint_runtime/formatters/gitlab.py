"""A Code Quality report, which GitLab shows in merge requests."""

from lint_runtime.diagnostics import Severity
from lint_runtime.formatters.base import JsonFormat, Run
from lint_runtime.formatters.fingerprints import fingerprints
from lint_runtime.linter.report import Report
from lint_runtime.text import json_line, portable_path

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.INFO: "info"}


class Gitlab(JsonFormat):
    """Writes an array with an issue for each finding."""

    is_rooted = True

    @staticmethod
    def entry(report: Report, run: Run) -> list[str]:  # noqa: ARG004
        """Return the issues for a file. Skips suppressed findings, which GitLab would show."""
        return [
            json_line(
                {
                    "description": diagnostic.sentence,
                    "check_name": diagnostic.rule,
                    "fingerprint": fingerprint,
                    "severity": _SEVERITIES[diagnostic.severity],
                    "location": {
                        "path": portable_path(diagnostic.path),
                        "lines": {"begin": diagnostic.line, "end": diagnostic.location.end_line},
                    },
                }
            )
            for diagnostic, fingerprint in fingerprints(report.findings)
            if diagnostic.suppression is None
        ]
