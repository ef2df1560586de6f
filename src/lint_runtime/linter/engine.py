"""Lint one file: run rules, apply suppressions and drop redundant findings. Does no I/O."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from io import BytesIO
from itertools import chain, islice
from operator import attrgetter

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Location, Severity, Suppression, SuppressionKind
from lint_runtime.dockerfile.parser import Dockerfile, parse_dockerfile
from lint_runtime.dockerfile.platforms import on_platforms
from lint_runtime.images import RuntimeImage, runtime_images
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULE_BY_NAME, RULES, RULES_OF
from lint_runtime.rules.base import (
    Case,
    CommentNames,
    Context,
    Rule,
    SuppressionComment,
    Topic,
    image_target,
    platform_target,
)
from lint_runtime.rules.suppressions import (
    check_comments,
    match_comments,
    read_suppressions,
    suppressions_by_rule,
)
from lint_runtime.text import visible

BaselineCounts = Mapping[tuple[str, str], int]
"""The number of baseline findings in one file, keyed by the rule's baseline name and the subject."""


def lint_file(
    data: bytes,
    path: str,
    config: Config,
    known: Snapshot,
    baseline: BaselineCounts | None = None,
    *,
    honors_comments: bool = True,
) -> Report:
    """Lint the bytes of one Dockerfile.

    path: path of the file, as reported in findings
    known: lifecycle data on the date of the run
    baseline: findings in this file to suppress
    honors_comments: whether comments suppress findings; otherwise, comments add notes to findings
    """
    dockerfile = parse_dockerfile(data, config.build_args, config.target_platforms)
    stages = (*dockerfile.stages, *dockerfile.uses)
    images = runtime_images(stages, known, config.images)
    context = Context(dockerfile, tuple(filter(None, images)), known, config)
    rules = enabled(config)
    comments: tuple[SuppressionComment, ...] = ()
    by_stage: tuple[Mapping[str, Suppression], ...] = ()
    if dockerfile.comments:
        comments, invalid = read_suppressions(dockerfile, RULES_OF, config, known.day)
        by_stage = suppressions_by_rule(comments, map(platform_target, stages)) if honors_comments else ()
        context = context._replace(invalid_suppressions=invalid)
    findings = find(rules, context, path)
    if not honors_comments:
        matches, comments = match_comments(findings, comments, known.day), ()
        for number, finding in enumerate(findings):
            if suppression := matches.get((finding.rule, finding.location, finding.subject)):
                until = f" until {suppression.until}" if suppression.until else ""
                reason = f" ({visible(suppression.reason)})" if suppression.reason else ""
                note = f"a comment suppresses it{until}{reason}, which does not count here"
                findings[number] = finding._replace(notes=(*finding.notes, note), overruled=suppression)
    findings = _suppress(findings, comments, baseline or {}, context)
    unused: tuple[CommentNames, ...] = ()
    if comments:
        later = {rule.name for rule in RULES if rule.checks_suppressions}
        ran = {rule.name for rule in rules} - later
        unused, expired = check_comments(comments, findings, ran, later, known.day)
        context = context._replace(unused_suppressions=unused, expired_suppressions=expired)
        checked = find((rule for rule in rules if rule.checks_suppressions), context, path)
        findings += _suppress(checked, comments, baseline or {}, context)
    report = make_report(path, dockerfile, images, findings, context, by_stage)
    lines = _lines(data, (*report.diagnostics, *report.suppressed))
    return report._replace(lines=lines, comments=comments, unused_comments=unused)


def make_report(
    path: str,
    dockerfile: Dockerfile,
    images: Sequence[RuntimeImage | None],
    findings: Iterable[Diagnostic],
    context: Context,
    suppressions: tuple[Mapping[str, Suppression], ...],
) -> Report:
    """Return the report of a file.

    images: a Runtime image or None for each stage, then for each use
    suppressions: a dict of suppressions, keyed by rule, for each image; may be empty
    """
    active, suppressed, outranked = drop_outranked(findings)
    if suppressed:
        active = _with_comment_notes(active, suppressed, outranked)
        # A fix must not change the text of a suppressed finding.
        wanted, suppressed_edits = (
            {(edit, finding.location) for finding in findings if finding.fix for edit in finding.fix.edits}
            for findings in (active, suppressed)
        )
        unwanted = {edit for edit, _ in suppressed_edits - wanted}
        active = tuple(
            finding._replace(fix=None) if finding.fix and unwanted & {*finding.fix.edits} else finding
            for finding in active
        )
    stages, count = (*dockerfile.stages, *dockerfile.uses), len(dockerfile.stages)
    # Record the suppressions of outranked findings too: another run may report these findings.
    recorded: dict[tuple[Location, str], dict[str, Suppression]] = {}
    for finding in outranked:
        if finding.suppression:
            place = finding.location, finding.subject
            recorded.setdefault(place, {})[finding.rule] = finding.suppression
    if recorded:
        suppressions = tuple(
            {
                **recorded.get(platform_target(stage)[:2], {}),
                **recorded.get(image_target(stage)[:2], {}),
                **by_rule,
            }
            for stage, by_rule in zip(stages, suppressions or ({},) * len(stages), strict=True)
        )
    return Report(
        path,
        tuple(zip(dockerfile.stages, images[:count], strict=True)),
        tuple(zip(dockerfile.uses, images[count:], strict=True)),
        active,
        context.known.table,
        suppressed,
        outranked,
        suppressions=suppressions,
        warn_within=context.config.warn_within,
    )


def _with_comment_notes(
    active: tuple[Diagnostic, ...], suppressed: Iterable[Diagnostic], outranked: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """Return the active findings. A note on each that a comment uncovered names one that is enough."""
    by_location: dict[Location, list[Diagnostic]] = {}
    for finding in (*active, *suppressed, *outranked):
        by_location.setdefault(finding.location, []).append(finding)
    notes: dict[tuple[Location, str], str] = {}
    for location, here in by_location.items():
        hidden = [
            finding.rule
            for finding in here
            if finding.suppression and finding.suppression.kind is SuppressionKind.COMMENT
        ]
        if hidden:
            without = (
                other._replace(suppression=None) if other.rule in hidden else other for other in here
            )
            first = [other.rule for other in drop_outranked(without)[0]]
            waiting = [other for other in drop_outranked(here)[0] if other.rule not in first]
            names = dict.fromkeys(
                (*hidden, *(name for other in waiting for name in rules_to_silence(other, here)))
            )
            behind = " and ".join(name for name in first if name in hidden)
            note = f"it waited behind {behind}; one comment is enough: ignore[{', '.join(names)}]"
            notes.update({(location, other.rule): note for other in waiting})
    return tuple(
        # A finding from an earlier report may already have its note.
        finding._replace(
            notes=tuple(dict.fromkeys((*finding.notes, notes[finding.location, finding.rule])))
        )
        if (finding.location, finding.rule) in notes
        else finding
        for finding in active
    )


def rules_to_silence(finding: Diagnostic, here: Iterable[Diagnostic]) -> tuple[str, ...]:
    """Return the rules that a comment must name to suppress a finding and what waits behind it.

    here: all findings at the same location, suppressed or not
    """
    names, here = [finding.rule], list(here)
    shown = {other.rule for other in drop_outranked(here)[0]}
    comment = Suppression(SuppressionKind.COMMENT)
    while True:
        active, _, _ = drop_outranked(
            other._replace(suppression=comment) if other.rule in names else other for other in here
        )
        uncovered = {other.rule: None for other in active if other.rule not in shown}
        if not uncovered:
            return tuple(names)
        names += uncovered


def enabled(config: Config) -> tuple[Rule, ...]:
    """Return the rules that `config` enables. A rule's own settings beat those of its topic."""
    select, severities = config.select, config.severity
    selected = select | config.extend_select
    off = config.ignore.union(name for name, severity in severities.items() if severity is None)
    rules = []
    for rule in RULES:
        name, topic = rule.name, rule.topic.word
        if name in off:
            continue
        if name in selected or (severities.get(name) and not select):
            rules.append(rule)
        elif topic in config.ignore or (topic in off and name not in severities):
            continue
        elif topic in selected or (rule.on_by_default and not select):
            rules.append(rule)
    return tuple(rules)


def configured_severity(config: Config, rule: Rule) -> Severity | None:
    """Return the severity that `config` sets for a rule or its topic, if any."""
    return config.severity.get(rule.name) or config.severity.get(rule.topic.word)


def find(rules: Iterable[Rule], context: Context, path: str) -> list[Diagnostic]:
    """Return the findings of `rules` in the file at `path`."""
    cases = [Case(image, context.known, context.config) for image in context.images]
    stages = (*context.dockerfile.stages, *context.dockerfile.uses)
    # The targets that not all target platforms have.
    platforms = {
        target[:2]: stage.target_platforms
        for stage in stages
        if stage.target_platforms
        for target in (image_target(stage), platform_target(stage))
    }
    diagnostics = []
    for rule in rules:
        inputs = cases if rule.checks_images else [context]
        configured = configured_severity(context.config, rule)
        for finding in chain.from_iterable(map(rule.check, inputs)):
            severity = configured or finding.severity or rule.severity
            fix = finding.fix if finding.fix and finding.fix.edits else None
            message = finding.message
            # The messages about syntax have their platforms.
            if platforms and rule.topic is not Topic.SYNTAX and finding.target[:2] in platforms:
                message = on_platforms(platforms[finding.target[:2]], message)
            diagnostics.append(
                Diagnostic(
                    path,
                    finding.target,
                    rule.name,
                    severity,
                    message,
                    finding.help,
                    finding.notes,
                    fix,
                )
            )
    return diagnostics


def _suppress(
    findings: list[Diagnostic],
    comments: Collection[SuppressionComment],
    baseline: BaselineCounts,
    context: Context,
) -> list[Diagnostic]:
    """Mark the findings that a comment or the baseline suppresses.

    Comments take precedence. The baseline counts findings of one rule about one subject at one location
    once.
    """
    if not comments and not baseline:
        return findings
    suppressions = match_comments(findings, comments, context.known.day)
    left = dict(baseline)
    matched: set[tuple[str, Location, str]] = set()
    for finding in findings if baseline else ():
        name, place = RULE_BY_NAME[finding.rule].baseline_name, (finding.location, finding.subject)
        key = finding.rule, *place
        if key in suppressions:
            continue
        if (name, *place) not in matched:
            if not left.get((name, finding.subject)):
                continue
            left[name, finding.subject] -= 1
            matched.add((name, *place))
        suppressions[key] = Suppression(SuppressionKind.BASELINE)
    return [
        finding._replace(suppression=suppressions.get((finding.rule, finding.location, finding.subject)))
        for finding in findings
    ]


def drop_outranked(
    findings: Iterable[Diagnostic],
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """Sort findings, and split them into active, suppressed and outranked findings.

    A finding can't outrank a more severe finding, and is itself outranked instead: lowering the severity
    of a rule must not hide more than turning the rule off.
    """
    ordered = sorted(findings, key=attrgetter("sort_key"))
    kinds = [finding.suppression.kind if finding.suppression else None for finding in ordered]
    severities = {
        (finding.location, finding.subject, finding.rule): finding.severity
        for finding in ordered
        if not finding.suppression
    }
    redundant: set[tuple[Location, str, str]] = set()
    # A finding and the findings it outranks share one baseline entry.
    recorded: set[tuple[Location, str, str]] = set()
    for finding, kind in zip(ordered, kinds, strict=True):
        rule = RULE_BY_NAME.get(finding.rule)
        place = finding.location, finding.subject
        # A report from a newer version may name unknown rules.
        for name in rule.outranks if rule else ():
            if kind is SuppressionKind.BASELINE:
                recorded.add((*place, name))
            # A suppressed finding still outranks earlier stages of the same event.
            if kind and rule and RULE_BY_NAME[name].baseline_name != rule.baseline_name:
                continue
            other = severities.get((*place, name), finding.severity)
            is_lower = not kind and not finding.severity.at_least(other)
            redundant.add((*place, finding.rule if is_lower else name))
    active: list[Diagnostic] = []
    suppressed: list[Diagnostic] = []
    outranked: list[Diagnostic] = []
    for finding, kind in zip(ordered, kinds, strict=True):
        key = finding.location, finding.subject, finding.rule
        if kind is not SuppressionKind.COMMENT and key in (recorded if kind else redundant):
            outranked.append(finding)
        else:
            (suppressed if kind else active).append(finding)
    return tuple(active), tuple(suppressed), tuple(outranked)


def _lines(data: bytes, diagnostics: Collection[Diagnostic]) -> dict[int, str]:
    """Map line numbers to the lines where findings or their edits start or end."""
    locations = [diagnostic.location for diagnostic in diagnostics]
    fixes = [diagnostic.fix for diagnostic in diagnostics if diagnostic.fix]
    locations += (edit.location for fix in fixes for edit in fix.edits)
    numbers = {number for location in locations for number in (location.line, location.end_line)}
    lines = enumerate(islice(BytesIO(data), max(numbers, default=0)), start=1)
    return {number: line.decode("utf-8", "surrogateescape") for number, line in lines if number in numbers}
