"""A file of a report from another machine -> its report for this day, table and configuration.

What a rule found that goes by more than a report has, stays as it was found.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Location, Suppression, SuppressionKind
from lint_runtime.dockerfile.parser import Dockerfile
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import MAX_DOCUMENT
from lint_runtime.images import RuntimeImage, runtime_images
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.engine import Judging, enabled
from lint_runtime.linter.past_report import PastFile, PastReport, read_report
from lint_runtime.linter.report import Report
from lint_runtime.linter.session import STDIN, Session
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.rules.base import Context, Rule
from lint_runtime.text import quoted, visible

_UNUSUAL = frozenset(rule.name for rule in RULES if not rule.on_by_default)


def recheck_file(file: PastFile, today: date, config: Config, table: LifecycleTable) -> Report:
    """Judge a file of a report as on the day `today`."""
    everything = (*file.stages, *file.uses)
    config = config._replace(images={**config.images, **file.mirrors})
    images = runtime_images(everything, table, today, config.images)
    dockerfile = Dockerfile(file.stages, (), (), file.uses)
    context = Context(dockerfile, tuple(filter(None, images)), table, today, config)
    rules = _rules(file.findings, config)
    silenced = _Silenced(file, today)
    judging = Judging(file.path, silenced.suppression)
    judging.run([rule for rule in rules.values() if rule.is_repeatable], context)
    again = {(diagnostic.location, diagnostic.rule) for diagnostic in judging.diagnostics}
    for finding in _kept(file.findings, context.images, again):
        if finding.rule in rules or (finding.rule not in RULE_BY_NAME and not config.select):
            severity = config.severity.get(finding.rule) or finding.severity
            kept = finding._replace(severity=severity, suppression=None)
            judging.add(kept, _holding(finding.suppression, today))
    pairs = tuple(zip(everything, images, strict=True))
    count = len(file.stages)
    return Report(
        file.path, pairs[:count], pairs[count:], *judging.sorted_out(), {}, table.source, file.silenced
    )


def _rules(findings: Iterable[Diagnostic], config: Config) -> dict[str, Rule]:
    """Return the rules that are run: of those that are off by default, what the file was judged by too."""
    asked_for = _UNUSUAL.intersection(finding.rule for finding in findings)
    if asked_for and not config.select:
        config = config._replace(extend_select=config.extend_select | asked_for)
    return {rule.name: rule for rule in enabled(config)}


def _kept(
    findings: Iterable[Diagnostic], images: Iterable[RuntimeImage], again: set[tuple[Location, str]]
) -> Iterator[Diagnostic]:
    """Yield what cannot be judged again, and what is of an image that cannot be."""
    places = {image.location for image in images} | {image.stage.platform_location for image in images}
    for finding in findings:
        rule = RULE_BY_NAME.get(finding.rule)
        is_judged = finding.location in places or (finding.location, finding.rule) in again
        if rule is None or not rule.is_repeatable or not is_judged:
            yield finding


class _Silenced:
    """What was silenced in a file, by a comment, which names rules, or by a baseline."""

    def __init__(self, file: PastFile, today: date) -> None:
        self._today = today
        self._comments = {
            (place, rule): suppression
            for stage, told in zip((*file.stages, *file.uses), file.silenced, strict=True)
            for rule, suppression in told.items()
            for place in (stage.image_location, stage.platform_location)
        }
        self._suppressions: dict[tuple[SuppressionKind, str, Location], Suppression] = {}
        for finding in file.findings:
            suppression, rule = _holding(finding.suppression, today), RULE_BY_NAME.get(finding.rule)
            if suppression and rule:
                is_comment = suppression.kind is SuppressionKind.COMMENT
                name = rule.name if is_comment else rule.identity
                self._suppressions[suppression.kind, name, finding.location] = suppression

    def suppression(
        self, diagnostic: Diagnostic, rule: Rule, _judged: Stage | str | None
    ) -> Suppression | None:
        """Return what silences a finding now."""
        by_comment = (SuppressionKind.COMMENT, rule.name, diagnostic.location)
        by_baseline = (SuppressionKind.BASELINE, rule.identity, diagnostic.location)
        found = self._suppressions.get(by_comment) or self._suppressions.get(by_baseline)
        return found or _holding(self._comments.get((diagnostic.location, rule.name)), self._today)


def _holding(suppression: Suppression | None, today: date) -> Suppression | None:
    """Return a suppression if its last day is not past."""
    is_past = suppression and suppression.until and suppression.until < today
    return None if is_past else suppression


def report_files(paths: Sequence[str]) -> Iterator[str]:
    """Yield `paths`, each once; for `-`, those on standard input, each ended by a NUL character."""
    seen: set[str] = set()
    for path in paths:
        for file in _listed() if path == STDIN else (path,):
            identity = os.path.abspath(file)
            if identity not in seen:
                seen.add(identity)
                yield file


def _listed() -> Iterable[str]:
    content = sys.stdin.buffer.read() if sys.stdin else b""
    return [os.fsdecode(name) for name in content.split(b"\0") if name]


def recheck_reports(files: Iterable[str], session: Session) -> Iterator[Report]:
    """Judge what the reports in `files` hold; those that are broken fail the session."""
    origins: dict[str, bool] = {}
    for file in files:
        try:
            past = _read(file)
        except (OSError, WrongDocumentError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            session.fail(f"cannot use the report {quoted(file)}: {reason or error}")
            continue
        session.past_reports += 1
        if past.origin in origins and not origins[past.origin]:
            origins[past.origin] = True
            session.tell(f"several reports are called {quoted(past.origin)}; --label tells them apart")
        origins.setdefault(past.origin, False)
        for problem in past.problems:
            session.fail(f"the report {quoted(file)} is not whole: {visible(problem)}")
        yield from _judged(past, session)
    if not session.past_reports and not session.problems:
        session.fail("there is no report to read")


def _read(path: str) -> PastReport:
    with open(path, "rb") as file:
        return read_report(file.read(MAX_DOCUMENT + 1), path)


def _judged(past: PastReport, session: Session) -> Iterator[Report]:
    for file in past.files:
        applied = session.applied(file.path)
        if applied:
            report = recheck_file(file, session.today, applied.config, applied.table)
            session.take(report, applied)
            yield report
