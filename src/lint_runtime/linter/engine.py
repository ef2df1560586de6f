"""One file -> its report: find, suppress, check suppressions, drop what is outranked. No I/O, no clock."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from io import BytesIO
from itertools import islice
from operator import attrgetter

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Edit, Location, Severity, Suppression, SuppressionKind
from lint_runtime.dockerfile.parser import Dockerfile, parse_dockerfile
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RuntimeImage, runtime_images
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.rules.base import Context, Rule, SuppressionComment, platform_target
from lint_runtime.text import visible

Known = Mapping[tuple[str, str], int]
"""How many findings of one file a baseline has, by the rule's baseline name and the subject."""

Suppressions = Mapping[tuple[str, Location], Suppression]
"""What suppresses the findings of a rule at a location."""


def lint_file(
    data: bytes,
    path: str,
    today: date,
    config: Config,
    table: LifecycleTable | None = None,
    known: Known | None = None,
    *,
    honors_comments: bool = True,
) -> Report:
    """Lint the bytes of one Dockerfile, reported as `path`, as of the day `today`.

    `table`: None for that of the package. `known`: what a baseline has of it, which is suppressed.
    `honors_comments`: whether comments in the file suppress findings, or are only named in a note.
    """
    table = table or embedded_table()
    dockerfile = parse_dockerfile(data, config.build_args)
    stages = (*dockerfile.stages, *dockerfile.uses)
    images = runtime_images(stages, table, today, config.images)
    context = Context(dockerfile, tuple(filter(None, images)), table, today, config)
    rules = enabled(config)
    comments: tuple[SuppressionComment, ...] = ()
    by_stage: tuple[Mapping[str, Suppression], ...] = ()
    if dockerfile.comments:
        # Few files have comments for this tool.
        from lint_runtime.rules.suppressions import read_suppressions, suppressions_by_rule

        comments, invalid = read_suppressions(dockerfile, RULE_BY_NAME, config, today)
        by_stage = suppressions_by_rule(comments, map(platform_target, stages)) if honors_comments else ()
        context = context._replace(invalid_suppressions=invalid)
    findings = find(rules, context, path)
    if comments and not honors_comments:
        findings, comments = _overrule(findings, comments, today), ()
    findings = suppress(findings, _suppressions(findings, comments, known or {}, today))
    if comments:
        checked = check_suppressions(comments, findings, rules, context, path)
        findings += suppress(checked, _suppressions(checked, comments, known or {}, today))
    report = make_report(path, dockerfile, images, findings, table, by_stage)
    lines = _lines(data, (*report.diagnostics, *report.suppressed))
    return report._replace(lines=lines, comments=comments)


def _overrule(
    findings: Iterable[Diagnostic], comments: Collection[SuppressionComment], today: date
) -> list[Diagnostic]:
    """Return `findings`, those that a comment would suppress with a note on that."""
    from lint_runtime.rules.suppressions import match_comments

    findings = list(findings)
    matches = match_comments(findings, comments, today)
    noted: list[Diagnostic] = []
    for finding in findings:
        suppression = matches.get((finding.rule, finding.location))
        if suppression:
            until = f" until {suppression.until}" if suppression.until else ""
            reason = f" ({visible(suppression.reason)})" if suppression.reason else ""
            note = f"a comment suppresses it{until}{reason}, which does not count here"
            noted.append(finding._replace(notes=(*finding.notes, note), overruled=suppression))
        else:
            noted.append(finding)
    return noted


def make_report(
    path: str,
    dockerfile: Dockerfile,
    images: Sequence[RuntimeImage | None],
    findings: Iterable[Diagnostic],
    table: LifecycleTable,
    suppressions: tuple[Mapping[str, Suppression], ...],
) -> Report:
    """Return the report of a file. `images`: those of its stages and then of its uses."""
    active, suppressed, outranked = drop_outranked(findings)
    active = _without_unwanted_fixes(active, suppressed)
    stages, count = (*dockerfile.stages, *dockerfile.uses), len(dockerfile.stages)
    return Report(
        path,
        tuple(zip(dockerfile.stages, images[:count], strict=True)),
        tuple(zip(dockerfile.uses, images[count:], strict=True)),
        active,
        table,
        suppressed,
        outranked,
        suppressions=_with_recorded(suppressions, outranked, stages),
    )


def _without_unwanted_fixes(
    active: tuple[Diagnostic, ...], suppressed: Iterable[Diagnostic]
) -> tuple[Diagnostic, ...]:
    """Return `active` without the fixes that would also change what is suppressed in another place."""
    wanted = {(edit, found.location) for found in active for edit in _edits_of(found)}
    kept = {
        edit for found in suppressed for edit in _edits_of(found) if (edit, found.location) not in wanted
    }
    return tuple(
        found if kept.isdisjoint(_edits_of(found)) else found._replace(fix=None) for found in active
    )


def _edits_of(diagnostic: Diagnostic) -> tuple[Edit, ...]:
    return diagnostic.fix.edits if diagnostic.fix else ()


def _with_recorded(
    suppressions: tuple[Mapping[str, Suppression], ...],
    outranked: Iterable[Diagnostic],
    stages: Sequence[Stage],
) -> tuple[Mapping[str, Suppression], ...]:
    """Return what is suppressed at each stage, with the outranked findings that a baseline has."""
    recorded: dict[Location, dict[str, Suppression]] = {}
    for finding in outranked:
        if finding.suppression:
            recorded.setdefault(finding.location, {})[finding.rule] = finding.suppression
    if not recorded:
        return suppressions
    return tuple(
        {
            **recorded.get(stage.platform_location, {}),
            **recorded.get(stage.image_location, {}),
            **by_rule,
        }
        for stage, by_rule in zip(stages, suppressions or ({},) * len(stages), strict=True)
    )


def enabled(config: Config) -> tuple[Rule, ...]:
    """Return the rules that `config` has run."""
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
    given = dict(severities)
    usual = {rule.name for rule in RULES if rule.on_by_default or given.get(rule.name)}
    chosen = ((select or usual) | extend_select) - ignore
    return tuple(rule for rule in RULES if rule.name in chosen and given.get(rule.name, rule.severity))


def find(rules: Iterable[Rule], context: Context, path: str) -> list[Diagnostic]:
    """Return what `rules` find in the file `path`."""
    severities = context.config.severity
    return [
        Diagnostic(
            path,
            finding.target,
            rule.name,
            severities.get(rule.name) or finding.severity or rule.severity,
            finding.message,
            finding.help,
            finding.notes,
            finding.fix,
        )
        for rule in rules
        for finding in rule.check(context)
    ]


def suppress(findings: list[Diagnostic], suppressions: Suppressions) -> list[Diagnostic]:
    """Return `findings`, each with what suppresses it."""
    if not suppressions:
        return findings
    return [
        finding._replace(suppression=suppressions.get((finding.rule, finding.location)))
        for finding in findings
    ]


def _suppressions(
    findings: Sequence[Diagnostic], comments: Collection[SuppressionComment], known: Known, today: date
) -> Suppressions:
    """Return what suppresses some of `findings`: a comment or, where none does, a baseline."""
    by_comment: Suppressions = {}
    if comments:
        from lint_runtime.rules.suppressions import match_comments

        by_comment = match_comments(findings, comments, today)
    if not known:
        return by_comment
    left = [finding for finding in findings if (finding.rule, finding.location) not in by_comment]
    return {**by_comment, **_match_baseline(left, known)}


def _match_baseline(findings: Iterable[Diagnostic], known: Known) -> Suppressions:
    """Return which findings a baseline has: as many of a subject as it counts, at one place as one."""
    left = dict(known)
    places: set[tuple[str, Location]] = set()
    matches: dict[tuple[str, Location], Suppression] = {}
    for finding in findings:
        name = RULE_BY_NAME[finding.rule].baseline_name
        if (name, finding.location) not in places:
            if not left.get((name, finding.subject)):
                continue
            left[name, finding.subject] -= 1
            places.add((name, finding.location))
        matches[finding.rule, finding.location] = Suppression(SuppressionKind.BASELINE)
    return matches


def check_suppressions(
    comments: Collection[SuppressionComment],
    findings: Sequence[Diagnostic],
    rules: Iterable[Rule],
    context: Context,
    path: str,
) -> list[Diagnostic]:
    """Return the comments that suppress none of `findings` or no longer do, as findings themselves."""
    from lint_runtime.rules.suppressions import expired, unused

    checks = [rule for rule in rules if rule.checks_suppressions]
    others = {rule.name for rule in rules if not rule.checks_suppressions}
    context = context._replace(
        unused_suppressions=unused(comments, findings, others),
        expired_suppressions=expired(comments, findings, context.today),
    )
    return find(checks, context, path)


def drop_outranked(
    findings: Iterable[Diagnostic],
) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
    """Return which of `findings` are active, suppressed and outranked, each sorted.

    A configuration that lowers the severity of a rule must not show less than one that turns it off, so
    the finding that is more severe there is the one that stays.
    """
    findings = sorted(findings, key=attrgetter("sort_key"))
    redundant: set[tuple[Location, str]] = set()
    severities = {
        (finding.location, finding.rule): finding.severity
        for finding in findings
        if not finding.suppression
    }
    for finding in findings:
        for name in _outranked_by(finding):
            other = severities.get((finding.location, name), finding.severity)
            is_lower = not finding.suppression and not finding.severity.at_least(other)
            redundant.add((finding.location, finding.rule if is_lower else name))
    # What a baseline suppresses is not counted twice, either.
    recorded = {
        (finding.location, name)
        for finding in findings
        if _is_recorded(finding)
        for name in RULE_BY_NAME[finding.rule].outranks
    }
    active: list[Diagnostic] = []
    suppressed: list[Diagnostic] = []
    outranked: list[Diagnostic] = []
    for finding in findings:
        if _is_recorded(finding) and (finding.location, finding.rule) in recorded:
            outranked.append(finding)
        elif finding.suppression:
            suppressed.append(finding)
        elif (finding.location, finding.rule) in redundant:
            outranked.append(finding)
        else:
            active.append(finding)
    return tuple(active), tuple(suppressed), tuple(outranked)


def _is_recorded(finding: Diagnostic) -> bool:
    """Whether a baseline suppresses a finding of a rule that is known here."""
    is_known = finding.rule in RULE_BY_NAME
    return is_known and bool(finding.suppression and finding.suppression.kind is SuppressionKind.BASELINE)


def _outranked_by(finding: Diagnostic) -> Iterable[str]:
    """Return the rules that a finding makes redundant at its place."""
    # A report that is read may be from a version with more rules.
    rule = RULE_BY_NAME.get(finding.rule)
    if rule is None:
        return ()
    if finding.suppression is None:
        return rule.outranks
    # Suppressing an end suppresses what led to it, but not a fact of another kind.
    return (name for name in rule.outranks if RULE_BY_NAME[name].baseline_name == rule.baseline_name)


def _lines(data: bytes, diagnostics: Iterable[Diagnostic]) -> dict[int, str]:
    places = [place for diagnostic in diagnostics for place in _places_of(diagnostic)]
    numbers = {number for place in places for number in (place.line, place.end_line)}
    lines = enumerate(islice(BytesIO(data), max(numbers, default=0)), start=1)
    return {number: line.decode("utf-8", "surrogateescape") for number, line in lines if number in numbers}


def _places_of(diagnostic: Diagnostic) -> list[Location]:
    return [diagnostic.location, *(edit.location for edit in _edits_of(diagnostic))]
