"""Lint files in earlier reports again, with the current date, data and configuration.

A report does not contain the linted files, so findings of rules that need their content are kept.
"""

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from lint_runtime.config.model import Config
from lint_runtime.config.settings import Settings
from lint_runtime.diagnostics import Place, Suppression, SuppressionKind
from lint_runtime.dockerfile.parser import Dockerfile
from lint_runtime.dockerfile.references import parse_reference
from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import open_regular
from lint_runtime.images import RuntimeImage, runtime_images
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.linter.engine import configured_severity, enabled, enabled_names, find, make_report
from lint_runtime.linter.file_linter import STDIN, applied_to
from lint_runtime.linter.past_report import PastFile, PastReport
from lint_runtime.linter.report import Report, Tally
from lint_runtime.linter.session import Session
from lint_runtime.projects import Project, project_image, project_subject
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.rules.base import Case, Context, platform_target, target_of
from lint_runtime.rules.destinations import with_destinations
from lint_runtime.text import quoted, visible


def recheck_file(file: PastFile, config: Config, known: Snapshot) -> Report:
    """Lint again a file from an earlier report, as of the date of `known`."""
    config = config._replace(images={**config.images, **file.mirrors})
    if not config.select:
        # An off-by-default rule with findings was on in the earlier run, so keep it on.
        found = {finding.rule for finding in file.findings}
        off = config.ignore.union(name for name, severity in config.severity.items() if severity is None)
        were_on = {rule.name for rule in RULES if not rule.on_by_default and rule.topic.word not in off}
        config = config._replace(extend_select=config.extend_select | (were_on & found))
    rules = enabled(config)
    names = enabled_names(config)
    stages, project = file.stages, None
    if file.manifest:
        # Check the image that the Astro CLI would generate today. If it would generate none, check the
        # image in the report.
        generated = project_image(file.manifest, known)
        if isinstance(generated, str):
            reference = parse_reference(generated)
            stages = tuple(stage._replace(image=generated, reference=reference) for stage in stages)
        stages = tuple(stage._replace(subject=project_subject(file.manifest)) for stage in stages)
        project = Project(file.manifest, "", known)
    located = [
        image
        and image._replace(
            argument=argument, variables=image.stage.variables, was_editable=editable, source=project
        )
        for image, argument, editable in zip(
            runtime_images((*stages, *file.uses), known, config.images),
            file.arguments,
            file.editable,
            strict=True,
        )
    ]
    images = with_destinations(located, known, config, names)
    dockerfile = Dockerfile(stages, (), (), file.uses)
    cases = tuple(Case(image, known, config, names) for image in images if image)
    context = Context("", b"", dockerfile, cases, known, config)
    findings = find((rule for rule in rules if rule.is_repeatable), context, file.path)
    found_again = {(finding.rule, place) for finding in findings for place in finding.images}
    runtime_stages = [case.image.stage for case in cases]
    image_places = {stage.image_location for stage in runtime_stages}
    image_places |= {stage.platform_location for stage in runtime_stages}
    suppressions = _suppressions(file, images, known.day)
    findings = [
        finding._replace(suppression=suppressions.get((finding.rule, finding.target.place)))
        for finding in findings
    ]
    for finding in file.findings:
        rule = RULE_BY_NAME.get(finding.rule)
        places = finding.images
        is_rechecked = any(p in image_places or (finding.rule, p) in found_again for p in places)
        # Keep findings of unknown rules (of a newer version) unless `select` names the rules to run.
        is_on = rule in rules if rule else not config.select
        if not is_on or (rule and rule.is_repeatable and is_rechecked):
            continue
        severity, suppression = rule and configured_severity(config, rule), finding.suppression
        if suppression and suppression.until and suppression.until < known.day:
            suppression = None
        findings.append(finding._replace(severity=severity or finding.severity, suppression=suppression))
    report = make_report(file.path, images, findings, context, file.suppressions)
    return report._replace(label=file.label, owners=file.owners)


def _suppressions(
    file: PastFile, images: Sequence[RuntimeImage | None], today: date
) -> dict[tuple[str, Place], Suppression]:
    """Return the unexpired suppressions, keyed by rule and place.

    If several suppressions apply, the order of precedence is: comments that suppressed a finding in the
    report, baseline entries that suppressed a finding, then the suppressions recorded for an image.
    """
    records = [
        (rule, target.place, suppression)
        for stage, image, by_rule in zip((*file.stages, *file.uses), images, file.suppressions, strict=True)
        for rule, suppression in by_rule.items()
        for target in (target_of(stage, image), platform_target(stage))
    ]
    suppressed = [
        (finding.rule, place, finding.suppression)
        for finding in file.findings
        if finding.suppression
        for place in finding.target.places
    ]
    records += sorted(suppressed, key=lambda record: record[2].kind is SuppressionKind.COMMENT)
    suppressions: dict[tuple[str, Place], Suppression] = {}
    for name, place, suppression in records:
        if suppression.until and suppression.until < today:
            continue
        suppressions[name, place] = suppression
        rule = RULE_BY_NAME.get(name)
        if rule and suppression.kind is SuppressionKind.BASELINE:
            # The entry covers all rules about one event, such as the warning before an end and the end.
            same = (other.name for other in RULES if other.baseline_name == rule.baseline_name)
            suppressions.update({(other, place): suppression for other in same})
    return suppressions


def report_files(paths: Sequence[str]) -> Iterator[str]:
    """Yield each path once. `-` stands for the NUL-separated paths on standard input."""
    files: dict[str, str] = {}
    for path in paths:
        names = [path]
        if path == STDIN:
            data = sys.stdin.buffer.read() if sys.stdin else b""
            names = [name for name in os.fsdecode(data).split("\0") if name]
        for name in names:
            files.setdefault(os.path.abspath(name), name)
    yield from files.values()


def entries_of(paths: Iterable[str], session: Session) -> Iterator[PastFile]:
    """Yield the files of each report. Records an unusable report as a problem of the session."""
    count_by_origin: Counter[str] = Counter()
    for path in paths:
        try:
            with open_regular(path) as content:
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


def recheck(settings: Settings, today: date, file: PastFile, tally: Tally) -> Report | None:
    """Return the new report of a file, and add its counts to `tally`.

    Returns None if the file is excluded or its configuration is unusable.
    """
    applied = applied_to(file.path, settings, tally)
    if applied is None:
        return None
    report = recheck_file(file, applied.config, applied.table.as_of(today))
    tally.count(report, applied.config)
    return report
