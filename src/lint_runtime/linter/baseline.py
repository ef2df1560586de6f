"""Baselines: the findings that a fleet had when it adopted the linter, without their dates."""

import json
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from lint_runtime.diagnostics import Diagnostic, SuppressionKind
from lint_runtime.errors import UnusableError
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.rules.base import Rule
from lint_runtime.text import portable_path, quoted

SCHEMA_VERSION = 1

MAX_SIZE = 128 << 20
"""The most bytes read as a baseline; a million findings take about as many."""

_Key = tuple[str, str]
_KEYS = {"path": str, "rule": str, "subject": str, "count": int}


class Record(NamedTuple):
    """What a baseline records of one file: how many findings of a rule about a subject."""

    path: str
    counts: Counter[_Key]


def record(report: Report) -> Record:
    """Return what to record of a file, whether suppressed by a comment or not."""
    return Record(report.path, _count((*report.diagnostics, *report.outranked)))


def matched(report: Report, known: Mapping[_Key, int], rules: Iterable[Rule]) -> Record:
    """Return what of a baseline a file still has. Whatever it has of rules that did not run stays."""
    found = (*report.suppressed, *report.outranked)
    counts = _count(one for one in found if one.suppression and one.suppression.kind is _BASELINE)
    ran = {rule.baseline_name for rule in rules}
    counts.update({(rule, subject): n for (rule, subject), n in known.items() if rule not in ran})
    return Record(report.path, counts)


_BASELINE = SuppressionKind.BASELINE


def _count(diagnostics: Iterable[Diagnostic]) -> Counter[_Key]:
    """Count findings; those of one rule at one place are one."""
    found = {(RULE_BY_NAME[one.rule].baseline_name, one.subject, one.location) for one in diagnostics}
    return Counter((rule, subject) for rule, subject, _ in found)


class Baseline:
    """The number of findings by file, rule and subject; paths are relative to the baseline's directory."""

    def __init__(self, path: str, counts: Mapping[str, Counter[_Key]] | None = None) -> None:
        self._path = path
        self._directory = os.path.dirname(os.path.abspath(path))
        self._counts = dict(counts or {})

    def of(self, path: str) -> Mapping[_Key, int]:
        """Return what is known of the file `path`: how many findings of a rule about a subject."""
        return self._counts.get(self._relative(path), {})

    def __len__(self) -> int:
        """Return how many findings there are in all."""
        return sum(map(Counter.total, self._counts.values()))

    def without_stale(self, records: Iterable[Record]) -> "Baseline":
        """Return what still matches a finding, by what was found in files that were linted.

        Of files that were not, it is everything, unless they are gone.
        """
        found = {self._relative(one.path): one.counts for one in records}
        counts = {path: found.get(path, known) & known for path, known in self._counts.items()}
        return Baseline(self._path, {path: left for path, left in counts.items() if self._has(path)})

    def replaced(self, records: Iterable[Record]) -> "Baseline":
        """Return what was found in the files that were linted and, of others, what is here."""
        found = {self._relative(one.path): one.counts for one in records}
        kept = {path: known for path, known in self._counts.items() if self._has(path)}
        return Baseline(self._path, {**kept, **found})

    def _has(self, path: str) -> bool:
        return os.path.lexists(os.path.join(self._directory, path))

    def _relative(self, path: str) -> str:
        return portable_path(os.path.relpath(path, self._directory))

    def text(self) -> str:
        """Return the content of the baseline file: sorted, a finding a line, free of dates and places."""
        findings = [
            {"path": path, "rule": rule, "subject": subject, "count": count}
            for path, counter in sorted(self._counts.items())
            for (rule, subject), count in sorted(counter.items())
        ]
        lines = ",\n".join(f"    {json.dumps(finding)}" for finding in findings)
        body = f"[\n{lines}\n  ]" if lines else "[]"
        return f'{{\n  "schema_version": {SCHEMA_VERSION},\n  "findings": {body}\n}}\n'


def load(path: str) -> Baseline:
    """Read a baseline file. Raises UnusableError."""
    try:
        with open(path, "rb") as file:
            return Baseline(path, _read_counts(file.read(MAX_SIZE + 1)))
    except OSError as error:
        reason = error.strerror or str(error)
    except ValueError as error:
        reason = str(error)
    raise UnusableError(f"cannot use the baseline {quoted(path)}: {reason}")


def _read_counts(content: bytes) -> dict[str, Counter[_Key]]:
    if len(content) > MAX_SIZE:
        raise ValueError(f"larger than {MAX_SIZE >> 20} MiB")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        raise ValueError("not valid JSON") from None
    version = document.get("schema_version") if isinstance(document, dict) else None
    if type(version) is not int or version != SCHEMA_VERSION:
        raise ValueError("not a baseline of this version; delete it and run --write-baseline")
    counts: dict[str, Counter[_Key]] = {}
    for entry in _entries(document.get("findings")):
        counts.setdefault(entry["path"], Counter())[entry["rule"], entry["subject"]] += entry["count"]
    return counts


def _entries(findings: object) -> Iterable[dict[str, Any]]:
    for entry in findings if isinstance(findings, list) else [None]:
        if not isinstance(entry, dict) or not _is_finding(entry):
            raise ValueError("invalid findings; delete it and run --write-baseline")
        yield entry


def _is_finding(entry: dict[str, Any]) -> bool:
    return all(type(entry.get(key)) is kind for key, kind in _KEYS.items()) and entry["count"] > 0
