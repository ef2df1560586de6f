"""A file of an earlier report -> its report for this day, lifecycle data and configuration.

Findings of rules that need the file itself are kept.
"""

import os
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date

from lint_runtime.config.model import Config
from lint_runtime.config.settings import Settings
from lint_runtime.diagnostics import Diagnostic, Location, Suppression, SuppressionKind
from lint_runtime.dockerfile.parser import Dockerfile
from lint_runtime.errors import WrongDocumentError
from lint_runtime.images import runtime_images
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.linter.engine import (
    Suppressions,
    configured_severity,
    enabled,
    find,
    make_report,
    suppress,
)
from lint_runtime.linter.file_linter import STDIN, applied_to
from lint_runtime.linter.past_report import PastFile, PastReport
from lint_runtime.linter.report import Report
from lint_runtime.linter.session import Session
from lint_runtime.linter.tally import Tally
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.rules.base import Context
from lint_runtime.text import quoted, visible


def recheck_file(file: PastFile, config: Config, known: Snapshot) -> Report:
    """Lint a file of a report again, as of the day of `known`."""
    config = config._replace(images={**config.images, **file.mirrors})
    if not config.select:
        # A rule that is off by default was on if it found something.
        found = {finding.rule for finding in file.findings}
        off = config.ignore.union(name for name, severity in config.severity.items() if severity is None)
        were_on = {rule.name for rule in RULES if not rule.on_by_default and rule.topic.word not in off}
        config = config._replace(extend_select=config.extend_select | (were_on & found))
    rules = enabled(config)
    images = runtime_images((*file.stages, *file.uses), known, config.images)
    dockerfile = Dockerfile(file.stages, (), (), file.uses)
    context = Context(dockerfile, tuple(filter(None, images)), known, config)
    findings = find((rule for rule in rules if rule.is_repeatable), context, file.path)
    kept = _kept(file.findings, {rule.name for rule in rules}, context, findings)
    findings = [*suppress(findings, _suppressions(file, known.day)), *kept]
    return make_report(file.path, dockerfile, images, findings, known, file.suppressions)


def _kept(
    past_findings: Iterable[Diagnostic],
    enabled_rules: Collection[str],
    context: Context,
    findings: Iterable[Diagnostic],
) -> Iterator[Diagnostic]:
    """Yield the past findings that rules cannot find again, with this run's severity and day.

    findings: the findings of the rules that can run on a report
    """
    stages = [image.stage for image in context.images]
    image_places = {place for stage in stages for place in (stage.image_location, stage.platform_location)}
    found_again = {(finding.rule, finding.location) for finding in findings}
    for finding in past_findings:
        rule = RULE_BY_NAME.get(finding.rule)
        is_rechecked = finding.location in image_places or (finding.rule, finding.location) in found_again
        if rule and rule.is_repeatable and is_rechecked:
            continue
        # A newer version may have had more rules.
        if finding.rule in enabled_rules or (rule is None and not context.config.select):
            severity = (rule and configured_severity(context.config, rule)) or finding.severity
            suppression = finding.suppression
            if suppression and suppression.until and suppression.until < context.known.day:
                suppression = None
            yield finding._replace(severity=severity, suppression=suppression)


def _suppressions(file: PastFile, today: date) -> Suppressions:
    """Return the suppressions of a report that still hold. A comment on a finding takes precedence."""
    records = [
        (rule, place, suppression)
        for stage, by_rule in zip((*file.stages, *file.uses), file.suppressions, strict=True)
        for rule, suppression in by_rule.items()
        for place in (stage.image_location, stage.platform_location)
    ]
    suppressed = [
        (finding.rule, finding.location, finding.suppression)
        for finding in file.findings
        if finding.suppression
    ]
    records += sorted(suppressed, key=lambda record: record[2].kind is SuppressionKind.COMMENT)
    suppressions: dict[tuple[str, Location], Suppression] = {}
    for name, place, suppression in records:
        if suppression.until and suppression.until < today:
            continue
        suppressions[name, place] = suppression
        rule = RULE_BY_NAME.get(name)
        if rule and suppression.kind is SuppressionKind.BASELINE:
            # A baseline records an end once, but other rules report it on other days.
            same = (other.name for other in RULES if other.baseline_name == rule.baseline_name)
            suppressions.update({(other, place): suppression for other in same})
    return suppressions


def report_files(paths: Sequence[str]) -> Iterator[str]:
    """Yield `paths`, each once. For `-`, yield the NUL-separated paths on standard input."""
    seen: set[str] = set()
    for path in paths:
        files = [path]
        if path == STDIN:
            names = sys.stdin.buffer.read().split(b"\0") if sys.stdin else []
            files = [os.fsdecode(name) for name in names if name]
        for file in files:
            identity = os.path.abspath(file)
            if identity not in seen:
                seen.add(identity)
                yield file


def entries_of(paths: Iterable[str], session: Session) -> Iterator[PastFile]:
    """Yield the files of reports. A report that cannot be used fails the session."""
    count_by_origin: Counter[str] = Counter()
    for path in paths:
        try:
            with open(path, "rb") as content:
                report = PastReport(path, content)
                session.past_reports += 1
                count_by_origin[report.origin] += 1
                if count_by_origin[report.origin] == 2:
                    session.complain(
                        f"several reports are named {quoted(report.origin)}; give each a different --label"
                    )
                yield from report.files()
                for problem in report.problems:
                    session.fail(f"the report {quoted(path)} is incomplete: {visible(problem)}")
        except (OSError, WrongDocumentError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            session.fail(f"cannot use the report {quoted(path)}: {reason or error}")
    if not session.past_reports and not session.problems:
        session.fail("no reports given")


class Rechecker:
    """Checks files of reports one by one."""

    def __init__(self, settings: Settings, today: date) -> None:
        self._settings = settings
        self._today = today

    def __call__(self, file: PastFile, tally: Tally) -> Report | None:
        """Return the report of a file, counted in `tally`. Returns None if the file is excluded."""
        applied = applied_to(file.path, self._settings, tally)
        if applied is None:
            return None
        report = recheck_file(file, applied.config, applied.table.as_of(self._today))
        tally.count(report, applied)
        return report
