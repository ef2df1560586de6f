"""Baselines: the existing findings of a project, recorded without dates and line numbers."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping

from lint_runtime.diagnostics import Diagnostic, SuppressionKind
from lint_runtime.errors import UnusableError
from lint_runtime.files import read_regular
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.rules.base import Rule
from lint_runtime.text import portable_path, quoted

SCHEMA_VERSION = 1

MAX_SIZE = 128 << 20
"""Maximum size of a baseline, in bytes (about a million findings)."""

Key = tuple[str, str]
"""The baseline name of a rule, and the subject of a finding."""

_KEYS = {"path": str, "rule": str, "subject": str, "count": int}


Record = tuple[str, Counter[Key]]
"""The path of a file, and the number of its findings, keyed by rule and subject."""


def record(report: Report) -> Record:
    """Return the record of a file. Findings that comments suppress don't count."""
    return report.path, count_findings((*report.diagnostics, *report.outranked))


def key_of(finding: Diagnostic) -> Key:
    """Return the rule and the subject that identify a finding in its file."""
    rule = RULE_BY_NAME.get(finding.rule)
    # A report from a newer version may have a finding of an unknown rule: use the name in the finding.
    return rule.baseline_name if rule else finding.rule, finding.subject


def count_findings(diagnostics: Iterable[Diagnostic]) -> Counter[Key]:
    """Count findings by Key. Findings with the same Key and location count once."""
    places = {(key_of(finding), finding.location) for finding in diagnostics}
    return Counter(key for key, _ in places)


class Baseline:
    """A baseline: for each file, the number of findings per rule and subject.

    path: path of the baseline file; the paths of files are relative to its directory
    counts: the numbers of findings, keyed by the path of a file, then by rule and subject
    """

    def __init__(self, path: str, counts: Mapping[str, Counter[Key]] | None = None) -> None:
        self._path = path
        self._directory = os.path.dirname(os.path.abspath(path))
        self._counts = dict(counts or {})

    def __len__(self) -> int:
        """Return the total number of findings."""
        return sum(map(Counter.total, self._counts.values()))

    def of(self, path: str) -> Mapping[Key, int]:
        """Return the number of findings in the file `path`, keyed by rule and subject."""
        return self._counts.get(self._relative(path), {})

    def matched(self, report: Report, rules: Iterable[Rule]) -> Record:
        """Return the recorded findings that a file still has.

        rules: rules that ran; recorded findings of other rules are kept
        """
        counts = count_findings(
            finding
            for finding in (*report.suppressed, *report.outranked)
            if finding.suppression and finding.suppression.kind is SuppressionKind.BASELINE
        )
        ran = {rule.baseline_name for rule in rules}
        for (rule, subject), count in self.of(report.path).items():
            if rule not in ran:
                counts[rule, subject] = count
        return report.path, counts

    def without_stale(self, records: Iterable[Record]) -> "Baseline":
        """Return a copy without findings that no longer occur, and without deleted files.

        records: the recorded findings that the linted files still have
        """
        matched = self.replaced(records)._counts
        return Baseline(
            self._path,
            {path: counts & matched[path] for path, counts in self._counts.items() if path in matched},
        )

    def replaced(self, records: Iterable[Record]) -> "Baseline":
        """Return a copy with the entries of some files replaced, and without deleted files.

        records: the new entries
        """
        existing = {
            path: counts
            for path, counts in self._counts.items()
            if os.path.lexists(os.path.join(self._directory, path))
        }
        return Baseline(self._path, existing | {self._relative(path): counts for path, counts in records})

    def _relative(self, path: str) -> str:
        return portable_path(os.path.relpath(path, self._directory))

    def text(self) -> str:
        """Return the content of the baseline file, sorted, with one finding per line."""
        findings = [
            {"path": path, "rule": rule, "subject": subject, "count": count}
            for path, counts in sorted(self._counts.items())
            for (rule, subject), count in sorted(counts.items())
        ]
        lines = ",\n".join(f"    {json.dumps(finding)}" for finding in findings)
        body = f"[\n{lines}\n  ]" if lines else "[]"
        return f'{{\n  "schema_version": {SCHEMA_VERSION},\n  "findings": {body}\n}}\n'


def load(path: str) -> Baseline:
    """Read a baseline file. Raises UnusableError."""
    problem = f"cannot use the baseline {quoted(path)}"
    try:
        content = read_regular(path, MAX_SIZE + 1)
    except OSError as error:
        raise UnusableError(f"{problem}: {error.strerror or error}") from None
    if len(content) > MAX_SIZE:
        raise UnusableError(f"{problem}: larger than {MAX_SIZE >> 20} MiB")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise UnusableError(f"{problem}: not valid JSON") from None
    version = document.get("schema_version") if isinstance(document, dict) else None
    if type(version) is not int or version != SCHEMA_VERSION:
        raise UnusableError(
            f"{problem}: not a baseline of this version; delete it and run --write-baseline"
        )
    findings = document["findings"] if isinstance(document.get("findings"), list) else [{}]
    counts: dict[str, Counter[Key]] = {}
    for finding in findings:
        is_valid = isinstance(finding, dict) and {key: type(finding.get(key)) for key in _KEYS} == _KEYS
        if not is_valid or finding["count"] < 1:
            raise UnusableError(f"{problem}: invalid findings; delete it and run --write-baseline")
        subject = finding["rule"], finding["subject"]
        counts.setdefault(finding["path"], Counter())[subject] += finding["count"]
    return Baseline(path, counts)
