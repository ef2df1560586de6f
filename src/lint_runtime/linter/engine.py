"""Linting one file: run the rules, apply suppressions, drop redundant findings. No I/O, no clock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import chain, islice
from operator import attrgetter

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Edit, Location, Severity, Suppression, SuppressionKind
from lint_runtime.dockerfile.parser import Dockerfile, parse_dockerfile
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
"""The number of findings of one file in a baseline, by baseline name of the rule and subject."""

Suppressions = Mapping[tuple[str, Location], Suppression]
"""The suppressions by rule and location."""


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

    path: the path in the findings
    known: the lifecycle data as of the day to lint for
    baseline: the findings of the file to suppress
    honors_comments: whether comments suppress findings, or add a note to them
    """
    dockerfile = parse_dockerfile(data, config.build_args)
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
    if comments and not honors_comments:
        findings, comments = _overrule(findings, match_comments(findings, comments, known.day)), ()
    findings = suppress(findings, _suppressions(findings, comments, baseline or {}, context))
    unused: tuple[CommentNames, ...] = ()
    if comments:
        later = {rule.name for rule in RULES if rule.checks_suppressions}
        ran = {rule.name for rule in rules} - later
        unused, expired = check_comments(comments, findings, ran, later, known.day)
        context = context._replace(unused_suppressions=unused, expired_suppressions=expired)
        checked = find((rule for rule in rules if rule.checks_suppressions), context, path)
        findings += suppress(checked, _suppressions(checked, comments, baseline or {}, context))
    report = make_report(path, dockerfile, images, findings, known, by_stage)
    lines = _lines(data, (*report.diagnostics, *report.suppressed))
    return report._replace(lines=lines, comments=comments, unused_comments=unused)


def _overrule(findings: Iterable[Diagnostic], matches: Suppressions) -> list[Diagnostic]:
    """Return the findings, with a note on the comments that would suppress them."""
    noted: list[Diagnostic] = []
    for finding in findings:
        suppression = matches.get((finding.rule, finding.location))
        if suppression:
            until = f" until {suppression.until}" if suppression.until else ""
            reason = f" ({visible(suppression.reason)})" if suppression.reason else ""
            note = f"a comment suppresses it{until}{reason}, which does not count here"
            finding = finding._replace(notes=(*finding.notes, note), overruled=suppression)
        noted.append(finding)
    return noted


def make_report(
    path: str,
    dockerfile: Dockerfile,
    images: Sequence[RuntimeImage | None],
    findings: Iterable[Diagnostic],
    known: Snapshot,
    suppressions: tuple[Mapping[str, Suppression], ...],
) -> Report:
    """Return the report of a file.

    images: the images of its stages, followed by the images of its uses
    suppressions: the suppressions by rule for each of these images; empty if there are none
    """
    active, suppressed, outranked = drop_outranked(findings)
    if suppressed:
        active = _with_comment_notes(active, suppressed, outranked)
        # A fix must not change what another, suppressed finding is about.
        wanted = {(edit, finding.location) for finding in active for edit in _edits_of(finding)}
        unwanted = {
            edit
            for finding in suppressed
            for edit in _edits_of(finding)
            if (edit, finding.location) not in wanted
        }
        active = tuple(
            finding if unwanted.isdisjoint(_edits_of(finding)) else finding._replace(fix=None)
            for finding in active
        )
    stages, count = (*dockerfile.stages, *dockerfile.uses), len(dockerfile.stages)
    # The baseline suppresses outranked findings too: another run may report them.
    recorded: dict[Location, dict[str, Suppression]] = {}
    for finding in outranked:
        if finding.suppression:
            recorded.setdefault(finding.location, {})[finding.rule] = finding.suppression
    if recorded:
        suppressions = tuple(
            {
                **recorded.get(stage.platform_location, {}),
                **recorded.get(stage.image_location, {}),
                **by_rule,
            }
            for stage, by_rule in zip(stages, suppressions or ({},) * len(stages), strict=True)
        )
    return Report(
        path,
        tuple(zip(dockerfile.stages, images[:count], strict=True)),
        tuple(zip(dockerfile.uses, images[count:], strict=True)),
        active,
        known.table,
        suppressed,
        outranked,
        suppressions=suppressions,
    )


def _with_comment_notes(
    active: tuple[Diagnostic, ...], suppressed: Iterable[Diagnostic], outranked: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """Return the active findings. A note on those that a comment uncovered names the one that is enough."""
    by_location: dict[Location, list[Diagnostic]] = {}
    for finding in (*active, *suppressed, *outranked):
        by_location.setdefault(finding.location, []).append(finding)
    notes: dict[tuple[Location, str], str] = {}
    for location, here in by_location.items():
        hidden = [finding.rule for finding in here if _suppressed_by(finding) is SuppressionKind.COMMENT]
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
        # A finding that is kept from a report may have its note already.
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
    while True:
        comment = Suppression(SuppressionKind.COMMENT)
        active, _, _ = drop_outranked(
            other._replace(suppression=comment) if other.rule in names else other for other in here
        )
        uncovered = {other.rule: None for other in active if other.rule not in shown}
        if not uncovered:
            return tuple(names)
        names += uncovered


def _edits_of(diagnostic: Diagnostic) -> tuple[Edit, ...]:
    return diagnostic.fix.edits if diagnostic.fix else ()


def enabled(config: Config) -> tuple[Rule, ...]:
    """Return the rules that run with `config`. A rule's own settings beat those of its topic."""
    severities = tuple(config.severity.items())
    return _enabled(config.select, config.ignore, config.extend_select, severities)


# A run has few configurations and many files.
@lru_cache(maxsize=64)
def _enabled(
    select: frozenset[str],
    ignore: frozenset[str],
    extend_select: frozenset[str],
    severities: tuple[tuple[str, Severity | None], ...],
) -> tuple[Rule, ...]:
    severity_of, selected = dict(severities), select | extend_select
    off = ignore.union(name for name, severity in severities if severity is None)
    rules = []
    for rule in RULES:
        name, topic = rule.name, rule.topic.word
        if name in off:
            continue
        if name in selected or (severity_of.get(name) and not select):
            rules.append(rule)
        elif topic in ignore or (topic in off and name not in severity_of):
            continue
        elif topic in selected or (rule.on_by_default and not select):
            rules.append(rule)
    return tuple(rules)


def configured_severity(config: Config, rule: Rule) -> Severity | None:
    """Return the severity that the configuration sets for a rule or its topic, if it does."""
    return config.severity.get(rule.name) or config.severity.get(rule.topic.word)


def find(rules: Iterable[Rule], context: Context, path: str) -> list[Diagnostic]:
    """Return the findings of `rules` in the file at `path`."""
    cases = [Case(image, context.known, context.config) for image in context.images]
    diagnostics = []
    for rule in rules:
        inputs = cases if rule.checks_images else [context]
        configured = configured_severity(context.config, rule)
        for finding in chain.from_iterable(map(rule.check, inputs)):
            severity = configured or finding.severity or rule.severity
            fix = finding.fix if finding.fix and finding.fix.edits else None
            diagnostics.append(
                Diagnostic(
                    path,
                    finding.target,
                    rule.name,
                    severity,
                    finding.message,
                    finding.help,
                    finding.notes,
                    fix,
                )
            )
    return diagnostics


def suppress(findings: list[Diagnostic], suppressions: Suppressions) -> list[Diagnostic]:
    """Return the findings with their suppressions."""
    if not suppressions:
        return findings
    return [
        finding._replace(suppression=suppressions.get((finding.rule, finding.location)))
        for finding in findings
    ]


def _suppressions(
    findings: Sequence[Diagnostic],
    comments: Collection[SuppressionComment],
    baseline: BaselineCounts,
    context: Context,
) -> Suppressions:
    """Return the suppressions by comments, and by the baseline for the other findings.

    Findings of one rule at one location count as one in the baseline.
    """
    suppressions = match_comments(findings, comments, context.known.day) if comments else {}
    left = dict(baseline)
    matched: set[tuple[str, Location]] = set()
    for finding in findings if baseline else ():
        name, key = RULE_BY_NAME[finding.rule].baseline_name, (finding.rule, finding.location)
        if key in suppressions:
            continue
        if (name, finding.location) not in matched:
            if not left.get((name, finding.subject)):
                continue
            left[name, finding.subject] -= 1
            matched.add((name, finding.location))
        suppressions[key] = Suppression(SuppressionKind.BASELINE)
    return suppressions


def drop_outranked(
    findings: Iterable[Diagnostic],
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """Return the active, the suppressed and the outranked findings, each sorted.

    A finding whose severity is configured below the severity of a finding it outranks is dropped
    instead: lowering a severity must not hide more than turning the rule off.
    """
    findings = sorted(findings, key=attrgetter("sort_key"))
    severities = {
        (finding.location, finding.rule): finding.severity
        for finding in findings
        if not finding.suppression
    }
    redundant: set[tuple[Location, str]] = set()
    # A finding and the findings it outranks are one entry of a baseline.
    recorded: set[tuple[Location, str]] = set()
    for finding in findings:
        rule, kind = RULE_BY_NAME.get(finding.rule), _suppressed_by(finding)
        if rule is None:
            # A report from a newer version may name unknown rules.
            continue
        for name in rule.outranks:
            if kind is SuppressionKind.BASELINE:
                recorded.add((finding.location, name))
            # A suppressed finding still outranks earlier stages of the same event.
            if kind and RULE_BY_NAME[name].baseline_name != rule.baseline_name:
                continue
            other = severities.get((finding.location, name), finding.severity)
            is_lower = not kind and not finding.severity.at_least(other)
            redundant.add((finding.location, finding.rule if is_lower else name))
    active: list[Diagnostic] = []
    suppressed: list[Diagnostic] = []
    outranked: list[Diagnostic] = []
    for finding in findings:
        key, kind = (finding.location, finding.rule), _suppressed_by(finding)
        if kind is SuppressionKind.BASELINE and key in recorded:
            outranked.append(finding)
        elif kind:
            suppressed.append(finding)
        elif key in redundant:
            outranked.append(finding)
        else:
            active.append(finding)
    return tuple(active), tuple(suppressed), tuple(outranked)


def _suppressed_by(finding: Diagnostic) -> SuppressionKind | None:
    return finding.suppression.kind if finding.suppression else None


def _lines(data: bytes, diagnostics: Iterable[Diagnostic]) -> dict[int, str]:
    """Return the lines where findings or their edits start or end, by number."""
    locations = [
        location
        for diagnostic in diagnostics
        for location in (diagnostic.location, *(edit.location for edit in _edits_of(diagnostic)))
    ]
    numbers = {number for location in locations for number in (location.line, location.end_line)}
    lines = enumerate(islice(BytesIO(data), max(numbers, default=0)), start=1)
    return {number: line.decode("utf-8", "surrogateescape") for number, line in lines if number in numbers}
