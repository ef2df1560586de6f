"""Lint one file: run rules, apply suppressions and drop redundant findings. Does no I/O."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from io import BytesIO
from itertools import chain, islice
from operator import attrgetter
from typing import TYPE_CHECKING

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import (
    Diagnostic,
    Edit,
    Location,
    Place,
    Severity,
    Suppression,
    SuppressionKind,
)
from lint_runtime.dockerfile.parser import Dockerfile, parse_dockerfile
from lint_runtime.dockerfile.platforms import on_platforms
from lint_runtime.images import RuntimeImage, runtime_images
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.linter.report import Report
from lint_runtime.manifest.reader import is_manifest_name, read_manifest
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.rules.advice import answer
from lint_runtime.rules.base import (
    NO_NEIGHBORS,
    Case,
    CommentNames,
    Context,
    Neighbors,
    Rule,
    SuppressionComment,
    Topic,
    platform_target,
    target_of,
)
from lint_runtime.rules.destinations import with_destinations
from lint_runtime.rules.suppressions import (
    check_comments,
    match_comments,
    read_suppressions,
    suppressions_by_rule,
)
from lint_runtime.text import visible

if TYPE_CHECKING:
    from lint_runtime.projects import Project

_RANKS = {rule.name: rank for rank, rule in enumerate(RULES)}

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
    neighbors: Neighbors = NO_NEIGHBORS,
) -> Report:
    """Lint the bytes of one Dockerfile, or of one Astro manifest if the path names a `pyproject.toml`.

    path: path of the file, as reported in findings
    known: lifecycle data on the date of the run
    baseline: findings in this file to suppress
    honors_comments: whether comments suppress findings; if False, they only add notes to findings
    neighbors: the other files of the project to compare this file with
    """
    project = None
    if is_manifest_name(path):
        dockerfile, project = _read_project(data, known)
    else:
        dockerfile = parse_dockerfile(data, config.build_args, config.target_platforms)
    stages = (*dockerfile.stages, *dockerfile.uses)
    rules = enabled(config)
    names = enabled_names(config)
    found = [
        image and image._replace(source=project) for image in runtime_images(stages, known, config.images)
    ]
    images = with_destinations(found, known, config, names)
    cases = tuple(Case(image, known, config, names) for image in images if image)
    name = path.replace("\\", "/").rpartition("/")[2]
    context = Context(name, data, dockerfile, cases, known, config, project, neighbors)
    comments: tuple[SuppressionComment, ...] = ()
    by_stage: tuple[Mapping[str, Suppression], ...] = ()
    if dockerfile.comments:
        comments, invalid = read_suppressions(dockerfile, config, known.day)
        by_stage = suppressions_by_rule(comments, map(platform_target, stages)) if honors_comments else ()
        context = context._replace(invalid_suppressions=invalid)
    findings = find(rules, context, path)
    if not honors_comments:
        matches, comments = match_comments(findings, comments, known.day), ()
        for number, finding in enumerate(findings):
            if suppression := matches.get((finding.rule, finding.target.place)):
                until = f" until {suppression.until}" if suppression.until else ""
                reason = f" ({visible(suppression.reason)})" if suppression.reason else ""
                note = f"the comment that suppresses it{until}{reason} is ignored (--no-suppressions)"
                findings[number] = finding._replace(notes=(*finding.notes, note), overruled=suppression)
    findings = _suppress(findings, comments, baseline or {}, context)
    unused: tuple[CommentNames, ...] = ()
    if comments:
        unused, expired = check_comments(comments, findings, names, known.day)
        context = context._replace(unused_suppressions=unused, expired_suppressions=expired)
        checked = find((rule for rule in rules if rule.checks_suppressions), context, path)
        findings += _suppress(checked, comments, baseline or {}, context)
    report = make_report(path, images, findings, context, by_stage)
    lines = _lines(data, (*report.diagnostics, *report.suppressed))
    return report._replace(lines=lines, comments=comments, unused_comments=unused)


def _read_project(data: bytes, known: Snapshot) -> "tuple[Dockerfile, Project | None]":
    """Return the content of a `pyproject.toml` as a Dockerfile and as a Project.

    The Dockerfile has one stage, with the image that the Astro CLI builds from. Without such an
    image, the Dockerfile has no stages. The Project is None if the content is not a manifest.
    """
    # Lazy import (2 ms): most runs have no manifest.
    from lint_runtime.projects import Project, project_image, project_stage

    manifest = read_manifest(data)
    if manifest is None:
        return Dockerfile((), (), ()), None
    image = project_image(manifest, known)
    stages, refusal = ((project_stage(manifest, image),), None) if isinstance(image, str) else ((), image)
    project = Project(manifest, data.decode("utf-8", "surrogateescape"), known, refusal)
    return Dockerfile(stages, (), (), comments=manifest.comments), project


def make_report(
    path: str,
    images: Sequence[RuntimeImage | None],
    findings: Iterable[Diagnostic],
    context: Context,
    suppressions: tuple[Mapping[str, Suppression], ...],
) -> Report:
    """Return the report of a file.

    images: the Runtime images of the file's stages, then of its uses (such as COPY --from). None stands for
        an image that is not a Runtime image.
    suppressions: for each item of `images`, a dict that maps rules to suppressions; or an empty tuple
    """
    active, suppressed, outranked = drop_outranked(findings)
    active = explain(active, context)
    if suppressed:
        active = _with_comment_notes(active, suppressed, outranked)
        # Drop a fix or an upgrade that would also resolve a suppressed finding about another image.
        wanted = {(edit, finding.images) for finding in active for edit in edits_of(finding)}
        hidden = {(edit, finding.images) for finding in suppressed for edit in edits_of(finding)}
        unwanted = {edit for edit, _ in hidden - wanted}
        active = tuple(
            finding._replace(fix=None, upgrade=None) if unwanted & {*edits_of(finding)} else finding
            for finding in active
        )
    stages, uses = context.dockerfile.stages, context.dockerfile.uses
    pairs = tuple(zip((*stages, *uses), images, strict=True))
    # Record the suppressions of outranked findings too: another run may report these findings.
    recorded: dict[Place, dict[str, Suppression]] = {}
    for finding in outranked:
        if finding.suppression:
            recorded.setdefault(finding.target.place, {})[finding.rule] = finding.suppression
    if recorded:
        suppressions = tuple(
            {
                **recorded.get(platform_target(stage).place, {}),
                **recorded.get(target_of(stage, image).place, {}),
                **by_rule,
            }
            for (stage, image), by_rule in zip(pairs, suppressions or ({},) * len(pairs), strict=True)
        )
    return Report(
        path,
        pairs[: len(stages)],
        pairs[len(stages) :],
        merge(active),
        context.known.table,
        merge(suppressed),
        merge(outranked),
        suppressions=suppressions,
        warn_within=context.config.warn_within,
    )


def explain(findings: tuple[Diagnostic, ...], context: Context) -> tuple[Diagnostic, ...]:
    """Return the findings, some with a longer help and more notes.

    Adds facts about the suggested image to the most severe finding about an image.
    """
    cases = _cases_by_place(context)
    explained = list(findings)
    done: set[Place] = set()
    severities = [*Severity]
    # A report from a newer version may name unknown rules, which come last.
    order = [(severities.index(each.severity), _RANKS.get(each.rule, len(_RANKS))) for each in findings]
    for index in sorted(range(len(findings)), key=order.__getitem__):
        finding = findings[index]
        case = cases.get(finding.target.place)
        if case is None or case.target.place in done:
            continue
        case.answer = case.answer or answer(case)
        help_text, text, notes, *_ = case.answer
        if finding.help.startswith(help_text):
            done.add(case.target.place)
            text += finding.help.removeprefix(help_text)
            notes = tuple(dict.fromkeys((*finding.notes, *notes)))
            explained[index] = finding._replace(help=text, notes=notes)
    return tuple(explained)


def _cases_by_place(context: Context) -> dict[Place, Case]:
    """Return the Case of each image, keyed by the place of the image and by the place of its platform."""
    stages = ((case.image.stage, case) for case in context.cases)
    platforms = {platform_target(stage).place: case for stage, case in stages if stage.platform}
    return platforms | {case.target.place: case for case in context.cases}


def merge(findings: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Merge equal findings about images that use the default of the same ARG."""
    merged: dict[object, Diagnostic] = {}
    for finding in findings:
        target = finding.target
        if not target.related:
            merged[id(finding)] = finding
            continue
        # Ignore the notes, which differ if they contain tags with the suffix of each image (such as -base).
        key = finding._replace(target=target._replace(lines=frozenset(), related=()), notes=())
        first = merged.setdefault(key, finding)
        if first is not finding:
            lines, related = first.target.lines | target.lines, (*first.target.related, *target.related)
            target = target._replace(lines=lines, related=tuple(dict.fromkeys(related)))
            merged[key] = first._replace(target=target)
    return tuple(merged.values())


def edits_of(finding: Diagnostic) -> tuple[Edit, ...]:
    """Return the edits of a finding's fix, or of its upgrade if it has no fix."""
    change = finding.fix or finding.upgrade
    return change.edits if change else ()


def _with_comment_notes(
    active: tuple[Diagnostic, ...], suppressed: Iterable[Diagnostic], outranked: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """Return the active findings, some with a note about a comment.

    If a comment suppresses a finding, findings outranked by that finding can become active. Each of these
    findings gets a note, which shows one comment that suppresses all of them.
    """
    by_images: dict[tuple[Location, ...], list[Diagnostic]] = {}
    for finding in (*active, *suppressed, *outranked):
        by_images.setdefault(finding.images, []).append(finding)
    notes: dict[tuple[tuple[Location, ...], str], str] = {}
    for images, here in by_images.items():
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
            notes.update({(images, other.rule): note for other in waiting})
    return tuple(
        # Drop duplicate notes: a finding from an earlier report may already have this note.
        finding._replace(notes=tuple(dict.fromkeys((*finding.notes, notes[finding.images, finding.rule]))))
        if (finding.images, finding.rule) in notes
        else finding
        for finding in active
    )


def rules_to_silence(finding: Diagnostic, here: Iterable[Diagnostic]) -> tuple[str, ...]:
    """Return the rules to name in a comment that suppresses a finding and reveals no other findings.

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


@lru_cache(maxsize=16)
def enabled(config: Config) -> tuple[Rule, ...]:
    """Return the rules that `config` enables. Settings of a rule beat settings of its topic."""
    select, severities = config.select, config.severity
    selected = select | config.extend_select
    off = config.ignore.union(name for name, severity in severities.items() if severity is None)

    def is_enabled(rule: Rule) -> bool:
        name, topic = rule.name, rule.topic.word
        if name in off:
            return False
        if name in selected or (severities.get(name) and not select):
            return True
        if topic in config.ignore or (topic in off and name not in severities):
            return False
        return topic in selected or (rule.on_by_default and not select)

    return tuple(filter(is_enabled, RULES))


@lru_cache(maxsize=16)
def enabled_names(config: Config) -> frozenset[str]:
    """Return the names of the rules that `config` enables."""
    return frozenset(rule.name for rule in enabled(config))


def configured_severity(config: Config, rule: Rule) -> Severity | None:
    """Return the severity that `config` sets for a rule or its topic, if any."""
    return config.severity.get(rule.name) or config.severity.get(rule.topic.word)


def find(rules: Iterable[Rule], context: Context, path: str) -> list[Diagnostic]:
    """Return the findings of `rules` in the file at `path`."""
    cases, by_place = context.cases, _cases_by_place(context)
    stages = (*context.dockerfile.stages, *context.dockerfile.uses)
    # Maps the places of findings to the target platforms that use the image. Leaves out images that all
    # target platforms use.
    platforms = {
        target.place: stage.target_platforms
        for stage, image in (
            *((stage, None) for stage in stages),
            *((case.image.stage, case.image) for case in cases),
        )
        if stage.target_platforms
        for target in (target_of(stage, image), platform_target(stage))
    }
    diagnostics = []
    for rule in rules:
        inputs = cases if rule.checks_images else (context,)
        for finding in chain.from_iterable(map(rule.check, inputs)):
            severity = configured_severity(context.config, rule) or finding.severity or rule.severity
            place = finding.target.place
            message, help_text, fix, upgrade = finding.message, finding.help, finding.fix, None
            # Name the platforms in the message. Messages about syntax already name them.
            if platforms and rule.topic is not Topic.SYNTAX and place in platforms:
                message = on_platforms(platforms[place], message)
            if help_text is None:
                case = by_place[place]
                case.answer = case.answer or answer(case)
                help_text, _, _, fix, upgrade = case.answer
                newest = case.image.newest
                if newest != case.image.destination:
                    fix = fix if rule.is_fixed_in_series else None
                    stop = case.image.next
                    if newest and fix and fix.edits and (stop is None or newest.text != stop.text):
                        option = "--fix" if fix.is_safe else "--fix --unsafe-fixes"
                        help_text += f"; {option} writes {fix.title.partition(' ')[2]}"
            fix = fix if fix and fix.edits else None
            upgrade = upgrade if upgrade and upgrade.edits and not fix else None
            target, notes = finding.target, finding.notes
            diagnostics.append(
                Diagnostic(path, target, rule.name, severity, message, help_text, notes, fix, upgrade)
            )
    return diagnostics


def _suppress(
    findings: list[Diagnostic],
    comments: Collection[SuppressionComment],
    baseline: BaselineCounts,
    context: Context,
) -> list[Diagnostic]:
    """Return the findings, marked as suppressed if a comment or the baseline suppresses them.

    Comments take precedence over the baseline. In the baseline, findings of one rule about one subject at
    one location count once.
    """
    if not comments and not baseline:
        return findings
    suppressions = match_comments(findings, comments, context.known.day)
    left = dict(baseline)
    matched: set[tuple[str, Location, str]] = set()
    for finding in findings if baseline else ():
        name, place = RULE_BY_NAME[finding.rule].baseline_name, (finding.location, finding.subject)
        key = finding.rule, finding.target.place
        if key in suppressions:
            continue
        if (name, *place) not in matched:
            if not left.get((name, finding.subject)):
                continue
            left[name, finding.subject] -= 1
            matched.add((name, *place))
        suppressions[key] = Suppression(SuppressionKind.BASELINE)
    return [
        finding._replace(suppression=suppressions.get((finding.rule, finding.target.place)))
        for finding in findings
    ]


def drop_outranked(
    findings: Iterable[Diagnostic],
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """Sort findings, and split them into active, suppressed and outranked findings.

    An active finding never outranks a more severe finding: the more severe finding outranks it instead.
    Otherwise, a rule with a lower severity could hide errors that appear if the rule is turned off.
    """
    ordered = sorted(findings, key=attrgetter("sort_key"))
    kinds = [finding.suppression.kind if finding.suppression else None for finding in ordered]
    severities = {
        (finding.target.place, finding.rule): finding.severity
        for finding in ordered
        if not finding.suppression
    }
    redundant: set[tuple[Place, str]] = set()
    # Findings outranked by a finding in the baseline. If they are in the baseline too, they count as
    # outranked, not as suppressed.
    recorded: set[tuple[Place, str]] = set()
    for finding, kind in zip(ordered, kinds, strict=True):
        rule = RULE_BY_NAME.get(finding.rule)
        place = finding.target.place
        # A report from a newer version may name unknown rules, which outrank nothing.
        for name in rule.outranks if rule else ():
            if kind is SuppressionKind.BASELINE:
                recorded.add((place, name))
            # A suppressed finding outranks only findings about the same event, such as the end of support.
            if kind and rule and RULE_BY_NAME[name].baseline_name != rule.baseline_name:
                continue
            other = severities.get((place, name), finding.severity)
            is_lower = not kind and not finding.severity.at_least(other)
            redundant.add((place, finding.rule if is_lower else name))
    active: list[Diagnostic] = []
    suppressed: list[Diagnostic] = []
    outranked: list[Diagnostic] = []
    for finding, kind in zip(ordered, kinds, strict=True):
        key = finding.target.place, finding.rule
        if kind is not SuppressionKind.COMMENT and key in (recorded if kind else redundant):
            outranked.append(finding)
        else:
            (suppressed if kind else active).append(finding)
    return tuple(active), tuple(suppressed), tuple(outranked)


def _lines(data: bytes, diagnostics: Collection[Diagnostic]) -> dict[int, str]:
    """Return the lines where findings or their edits start or end, keyed by line number."""
    locations = [diagnostic.location for diagnostic in diagnostics]
    locations += (place for diagnostic in diagnostics for place in diagnostic.target.related)
    locations += (edit.location for diagnostic in diagnostics for edit in edits_of(diagnostic))
    numbers = {number for location in locations for number in (location.line, location.end_line)}
    lines = enumerate(islice(BytesIO(data), max(numbers, default=0)), start=1)
    return {number: line.decode("utf-8", "surrogateescape") for number, line in lines if number in numbers}
