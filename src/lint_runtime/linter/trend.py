"""Compare the findings of a run with an earlier report, by path, rule and subject."""

from collections import Counter
from typing import NamedTuple

from lint_runtime.errors import UnusableError, WrongDocumentError
from lint_runtime.files import open_regular
from lint_runtime.linter.baseline import Key, count_findings
from lint_runtime.linter.inventory import team_of
from lint_runtime.linter.past_report import PastReport
from lint_runtime.linter.report import Report
from lint_runtime.text import portable_path, quoted

Findings = tuple[Counter[Key], Counter[Key]]
"""The active findings of a file, and all of its findings. Both are counted by rule and subject."""

NOTHING: Findings = Counter(), Counter()


class Trend(NamedTuple):
    """Numbers of findings, compared with an earlier report.

    fixed: number of findings in the earlier report that are gone
    new: number of findings that the earlier report lacks
    open: number of findings in both the earlier report and this run
    """

    fixed: int = 0
    new: int = 0
    open: int = 0


def findings_of(report: Report) -> Findings:
    """Count the findings of a file."""
    known = (*report.diagnostics, *report.suppressed, *report.outranked)
    return count_findings(report.diagnostics), count_findings(known)


def past_findings(path: str, *, is_combined: bool) -> dict[str, tuple[str, Findings]]:
    """Read the findings in a JSON report. Raises UnusableError.

    Returns the team and the findings of each file, keyed by the path of the file.

    is_combined: whether the current run combines reports. The paths of files then start with labels.
    """
    found = {}
    try:
        with open_regular(path) as content:
            for file in PastReport(path, content).files():
                name = file.path if is_combined else portable_path(file.written)
                team = team_of(name, file.label if is_combined else "", file.owners)
                active = [finding for finding in file.findings if not finding.suppression]
                found[name] = team, (count_findings(active), count_findings(file.findings))
    except (OSError, WrongDocumentError) as error:
        reason = error.strerror if isinstance(error, OSError) else None
        raise UnusableError(f"cannot use the report {quoted(path)}: {reason or error}") from None
    return found


def compare(before: Findings, now: Findings) -> tuple[Trend, Counter[Key]]:
    """Return the trend of a file and its new findings.

    A finding that is suppressed or outranked in this run counts neither as fixed nor as open.
    """
    (active_before, all_before), (active, known) = before, now
    new, fixed = active - all_before, active_before - known
    return Trend(fixed.total(), new.total(), active.total() - new.total()), new
