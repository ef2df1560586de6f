"""A file of a report from another machine -> its report for this day, table and configuration.

What a rule found that goes by more than a report has, stays as it was found.
"""

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from lint_runtime.config.model import Config
from lint_runtime.config.settings import Settings
from lint_runtime.diagnostics import Diagnostic, Location, Suppression, SuppressionKind
from lint_runtime.dockerfile.parser import Dockerfile
from lint_runtime.errors import WrongDocumentError
from lint_runtime.images import RuntimeImage, runtime_images
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.engine import Suppressions, enabled, find, make_report, suppress
from lint_runtime.linter.file_linter import STDIN, applied_to
from lint_runtime.linter.past_report import PastEntry, PastFile, open_report
from lint_runtime.linter.report import Report
from lint_runtime.linter.session import Session
from lint_runtime.linter.tally import Tally
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.rules.base import Context, Rule
from lint_runtime.text import quoted, visible

_OFF_BY_DEFAULT = frozenset(rule.name for rule in RULES if not rule.on_by_default)


def recheck_file(file: PastFile, today: date, config: Config, table: LifecycleTable) -> Report:
    """Lint a file of a report as of the day `today`."""
    stages = (*file.stages, *file.uses)
    config = config._replace(images={**config.images, **file.mirrors})
    images = runtime_images(stages, table, today, config.images)
    dockerfile = Dockerfile(file.stages, (), (), file.uses)
    context = Context(dockerfile, tuple(filter(None, images)), table, today, config)
    rules = _rules(file.findings, config)
    found = find((rule for rule in rules.values() if rule.is_repeatable), context, file.path)
    kept = [
        finding._replace(
            severity=config.severity.get(finding.rule) or finding.severity,
            suppression=_holding(finding.suppression, today),
        )
        for finding in _not_repeated(file.findings, context.images, found)
        if finding.rule in rules or (finding.rule not in RULE_BY_NAME and not config.select)
    ]
    findings = [*suppress(found, _suppressions(file, today)), *kept]
    return make_report(file.path, dockerfile, images, findings, table, file.suppressions)


def _rules(findings: Iterable[Diagnostic], config: Config) -> dict[str, Rule]:
    """Return the rules to run: of those that are off by default, also the ones that found something."""
    asked_for = _OFF_BY_DEFAULT.intersection(finding.rule for finding in findings)
    if asked_for and not config.select:
        config = config._replace(extend_select=config.extend_select | asked_for)
    return {rule.name: rule for rule in enabled(config)}


def _not_repeated(
    findings: Iterable[Diagnostic], images: Iterable[RuntimeImage], found: Iterable[Diagnostic]
) -> Iterator[Diagnostic]:
    """Yield findings of rules that cannot run on a report, and about images that are not known here."""
    stages = [image.stage for image in images]
    places = {place for stage in stages for place in (stage.image_location, stage.platform_location)}
    again = {(finding.location, finding.rule) for finding in found}
    for finding in findings:
        rule = RULE_BY_NAME.get(finding.rule)
        is_repeated = finding.location in places or (finding.location, finding.rule) in again
        if rule is None or not rule.is_repeatable or not is_repeated:
            yield finding


def _suppressions(file: PastFile, today: date) -> Suppressions:
    """Return what still suppresses findings: what did then, else the comments of their stage."""
    by_stage = {
        (name, place): suppression
        for stage, by_rule in zip((*file.stages, *file.uses), file.suppressions, strict=True)
        for rule, suppression in by_rule.items()
        for place in (stage.image_location, stage.platform_location)
        for name in (rule, *_same(rule, suppression))
    }
    by_comment: dict[tuple[str, Location], Suppression] = {}
    by_baseline: dict[tuple[str, Location], Suppression] = {}
    for finding in file.findings:
        suppression, rule = finding.suppression, RULE_BY_NAME.get(finding.rule)
        if suppression is None or rule is None:
            continue
        if suppression.kind is SuppressionKind.COMMENT:
            by_comment[rule.name, finding.location] = suppression
        else:
            for name in _same(rule.name, suppression):
                by_baseline[name, finding.location] = suppression
    kinds = (by_stage, by_baseline, by_comment)
    return {
        place: suppression
        for suppressions in kinds
        for place, suppression in suppressions.items()
        if _holding(suppression, today)
    }


def _same(name: str, suppression: Suppression) -> Iterator[str]:
    """Yield the rules that a baseline means by one: an end is the same, whatever rule reports it later."""
    rule = RULE_BY_NAME.get(name)
    if rule and suppression.kind is SuppressionKind.BASELINE:
        yield from (other.name for other in RULES if other.baseline_name == rule.baseline_name)


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


def entries_of(files: Iterable[str], session: Session) -> Iterator[PastEntry]:
    """Yield the files of reports; reports that cannot be used fail the session."""
    is_ambiguous: dict[str, bool] = {}
    for file in files:
        try:
            with open_report(file) as past:
                session.past_reports += 1
                if is_ambiguous.get(past.origin) is False:
                    is_ambiguous[past.origin] = True
                    session.complain(
                        f"several reports are named {quoted(past.origin)}; give each a different --label"
                    )
                is_ambiguous.setdefault(past.origin, False)
                for problem in past.problems:
                    session.fail(f"the report {quoted(file)} is incomplete: {visible(problem)}")
                yield from past.entries
        except (OSError, WrongDocumentError) as error:
            reason = error.strerror if isinstance(error, OSError) else None
            session.fail(f"cannot use the report {quoted(file)}: {reason or error}")
    if not session.past_reports and not session.problems:
        session.fail("no reports given")


class Rechecker:
    """Rechecks the files of reports one by one."""

    def __init__(self, settings: Settings, today: date) -> None:
        self._settings = settings
        self._today = today

    def __call__(self, entry: PastEntry, tally: Tally) -> Report | None:
        """Return the report of a file, counted in `tally`; None if it is excluded."""
        file = entry.read()
        applied = applied_to(file.path, self._settings, tally)
        if applied is None:
            return None
        report = recheck_file(file, self._today, applied.config, applied.table)
        tally.count(report, applied)
        return report
