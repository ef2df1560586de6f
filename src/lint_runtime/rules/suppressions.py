"""Suppression comments: `# lint-runtime: ignore[RULE,…] until=YYYY-MM-DD -- reason`."""

import re
from collections.abc import Iterable, Iterator, Set
from datetime import date

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Place, Suppression, SuppressionKind, Target
from lint_runtime.dockerfile.parser import Dockerfile
from lint_runtime.rules import RULES, RULES_OF
from lint_runtime.rules.base import CommentNames, Finding, SuppressionComment, text_target
from lint_runtime.text import days_after, did_you_mean, parse_day, plural, quoted

_FORM = r"lint-runtime:[ \t]*ignore(-file)?\[([^\]]*)\](?:[ \t]*until=([^ \t]+))?"
_REASON = r"[ \t]--(?:[ \t]+|\Z)"
_USAGE = "use '# lint-runtime: ignore[RULE]', optionally with 'until=YYYY-MM-DD -- reason'"
_SUGGESTIONS = 100
"""After this many problems in a file, messages contain no suggestions. Each takes 1 ms to find."""
_NAMED = 3
"""The maximum number of unknown rules in a message."""
_LIST = "'lint-runtime --list-rules' lists all rules"
_NO_EFFECT = "nothing is suppressed"
_LATER = frozenset(rule.name for rule in RULES if rule.checks_suppressions)
"""The rules that run after comments are checked. So names that cover these are never unused."""


def read_suppressions(
    dockerfile: Dockerfile, config: Config, today: date
) -> tuple[tuple[SuppressionComment, ...], tuple[Finding, ...]]:
    """Return the valid suppression comments, and the problems in all comments."""
    suppressions: list[SuppressionComment] = []
    problems: list[Finding] = []
    for comment in dockerfile.comments:
        target = text_target(dockerfile, comment.location, comment.text)
        found: list[tuple[str, str]] = []
        if comment.hidden_directive:
            message = f"This comment disables the '# {comment.hidden_directive}=' directive below it"
            found.append((message, "move it below the directive"))
        head, *reasons = re.split(_REASON, comment.text, maxsplit=1)
        match = re.fullmatch(_FORM, head.rstrip(" \t"))
        words = [word.strip(" \t") for word in match[2].split(",")] if match else []
        names = list(dict.fromkeys(filter(None, words)))
        unknown = [name for name in names if name not in RULES_OF]
        if match is None:
            found.append(("Invalid suppression", _USAGE))
        elif not names or {*names} & {"*", "all"}:
            found.append(("No rules named: a suppression must list its rules", _LIST))
        elif len(names) > len(RULES):
            found.append((f"Too many rules ({len(names):,}), so {_NO_EFFECT}", _LIST))
        elif unknown:
            named = ", ".join(map(quoted, unknown[:_NAMED]))
            more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
            suggestion = did_you_mean(unknown[0], RULES_OF) if len(problems) < _SUGGESTIONS else ""
            found.append((f"Unknown {plural(len(unknown), 'rule')} {named}{more}", suggestion or _LIST))
        if match and 0 < len(names) <= len(RULES):
            until, reason = parse_day(match[3] or ""), "".join(reasons).strip()
            suppression = Suppression(SuppressionKind.COMMENT, reason, until)
            broken = list(_check_terms(suppression, match[3], config, today))
            found += broken
            if not broken:
                covered = {name: RULES_OF[name] for name in names if name in RULES_OF}
                above = None if match[1] else comment.target
                suppressions.append(SuppressionComment(target, covered, above, suppression))
        problems += (Finding(target, *problem) for problem in found)
    return tuple(suppressions), tuple(problems)


def _check_terms(
    suppression: Suppression, until: str | None, config: Config, today: date
) -> Iterator[tuple[str, str]]:
    """Yield the message and help of each problem that makes a comment ineffective.

    until: the date as written, or None
    """
    if until and suppression.until is None:
        yield (
            f"Invalid date {quoted(until)} in until=, so {_NO_EFFECT}",
            "write an existing date, as in until=2027-01-31",
        )
    elif config.max_suppression_days is not None:
        latest = days_after(today, config.max_suppression_days)
        if suppression.until is None:
            yield f"max-suppression-days requires until=, so {_NO_EFFECT}", f"add until={latest} or earlier"
        elif suppression.until > latest:
            message = f"until={suppression.until} is too far ahead, so {_NO_EFFECT}"
            yield message, f"write until={latest} or earlier"
    if config.require_reason and not suppression.reason:
        yield f"require-reason is set, so {_NO_EFFECT}", "add ' -- ' and a reason"


def match_comments(
    findings: Iterable[Diagnostic], comments: Iterable[SuppressionComment], today: date
) -> dict[tuple[str, Place], Suppression]:
    """Match findings with suppression comments.

    Returns the suppressions, keyed by the rule and the place of the suppressed finding. A place is more
    than a location, because images for different platforms may share a location.

    Ignores expired comments. `ignore-file` takes precedence over other comments.
    """
    in_force: dict[tuple[str, int | None], Suppression] = {}
    for comment in comments:
        if (comment.suppression.until or today) >= today:
            for rule in comment.rules:
                in_force.setdefault((rule, comment.above), comment.suppression)
    matches: dict[tuple[str, Place], Suppression] = {}
    for finding in findings:
        anchors = ((finding.rule, line) for line in (None, *sorted(finding.target.lines)))
        matching = next((in_force[anchor] for anchor in anchors if anchor in in_force), None)
        if matching:
            matches[finding.rule, finding.target.place] = matching
    return matches


def check_comments(
    comments: Iterable[SuppressionComment], findings: Iterable[Diagnostic], rules: Set[str], today: date
) -> tuple[tuple[CommentNames, ...], tuple[CommentNames, ...]]:
    """Return the unused comments, and the expired comments whose findings are back.

    Each unused comment is paired with its unused rules or topics. Each expired comment is paired with its
    rules or topics that have findings again.

    findings: all findings, with their suppressions
    rules: the names of the enabled rules. A rule or topic is unused only if it includes an enabled rule.
    """
    reported: set[tuple[str, int | None]] = set()
    unsuppressed: set[tuple[str, int | None]] = set()
    for finding in findings:
        anchors = {(finding.rule, line) for line in (None, *finding.target.lines)}
        reported |= anchors
        if finding.suppression is None or finding.suppression.kind is not SuppressionKind.COMMENT:
            unsuppressed |= anchors
    unused, expired = [], []
    for comment in comments:
        without_finding = tuple(
            name
            for name, covered in comment.names.items()
            if not rules.isdisjoint(covered)
            and _LATER.isdisjoint(covered)
            and not any((rule, comment.above) in reported for rule in covered)
        )
        if without_finding:
            unused.append((comment, without_finding))
        with_finding = tuple(
            name
            for name, covered in comment.names.items()
            if any((rule, comment.above) in unsuppressed for rule in covered)
        )
        if with_finding and (comment.suppression.until or today) < today:
            expired.append((comment, with_finding))
    return tuple(unused), tuple(expired)


def suppressions_by_rule(
    comments: Iterable[SuppressionComment], targets: Iterable[Target]
) -> tuple[dict[str, Suppression], ...]:
    """Return one dict per target, which maps each suppressed rule to the suppression that ends last.

    Includes rules that have no finding about the target.
    """
    # Index comments by line: comparing thousands of targets with thousands of comments would be slow.
    by_line: dict[int | None, dict[str, Suppression]] = {}
    for comment in comments:
        by_rule, own = by_line.setdefault(comment.above, {}), comment.suppression
        for rule in comment.rules:
            by_rule[rule] = max(by_rule.get(rule, own), own, key=_last_day)
    by_target: list[dict[str, Suppression]] = []
    for target in targets:
        by_rule = {}
        for line in (None, *sorted(target.lines)):
            for rule, suppression in by_line.get(line, {}).items():
                by_rule[rule] = max(suppression, by_rule.get(rule, suppression), key=_last_day)
        by_target.append(by_rule)
    return tuple(by_target)


def _last_day(suppression: Suppression) -> date:
    return suppression.until or date.max
