"""Comments that suppress findings: `# lint-runtime: ignore[RULE,…] until=YYYY-MM-DD -- reason`."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Location, Suppression, SuppressionKind, Target
from lint_runtime.dockerfile.comments import Comment
from lint_runtime.dockerfile.parser import Dockerfile
from lint_runtime.rules.base import CommentRules, Finding, SuppressionComment, text_target
from lint_runtime.text import did_you_mean, parse_day, plural, quoted

_FORM = r"lint-runtime:[ \t]*ignore(-file)?\[([^\]]*)\](?:[ \t]*until=([^ \t]+))?"
_REASON = r"[ \t]--(?:[ \t]+|\Z)"
_WRITE = "use '# lint-runtime: ignore[RULE]', optionally with 'until=YYYY-MM-DD -- reason'"
# A file of nothing but mistakes is not searched for what each of them may have meant.
_HINTS = 100
_NAMED = 3
_LIST = "'lint-runtime --list-rules' lists all rules"
_NO_EFFECT = "nothing is suppressed"


class _Problem(NamedTuple):
    """What is wrong with a comment, and what to write instead."""

    message: str
    help: str


def read_suppressions(
    dockerfile: Dockerfile, rules: Collection[str], config: Config, today: date
) -> tuple[tuple[SuppressionComment, ...], tuple[Finding, ...]]:
    """Return the comments that suppress some of `rules`, and what is wrong with any comment."""
    suppressions: list[SuppressionComment] = []
    problems: list[Finding] = []
    for comment in dockerfile.comments:
        target = text_target(dockerfile, comment.location, comment.text)
        is_hinted = len(problems) < _HINTS
        suppression, found = _read(comment, target, rules, config, today, is_hinted=is_hinted)
        problems += (Finding(target, *problem) for problem in found)
        if suppression is not None:
            suppressions.append(suppression)
    return tuple(suppressions), tuple(problems)


def _read(
    comment: Comment,
    target: Target,
    rules: Collection[str],
    config: Config,
    today: date,
    *,
    is_hinted: bool,
) -> tuple[SuppressionComment | None, list[_Problem]]:
    """Return what a comment suppresses, None for nothing, and what is wrong with it."""
    head, *reasons = re.split(_REASON, comment.text, maxsplit=1)
    match = re.fullmatch(_FORM, head.rstrip(" \t"))
    hidden = list(_hidden_directive(comment))
    if match is None:
        return None, [*hidden, _Problem("Invalid suppression", _WRITE)]
    names = list(dict.fromkeys(name for part in match[2].split(",") if (name := part.strip(" \t"))))
    wrong_names = list(_wrong_names(names, rules, is_hinted=is_hinted))
    if not 0 < len(names) <= len(rules):
        return None, hidden + wrong_names
    suppression = SuppressionComment(
        target,
        tuple(name for name in names if name in rules),
        None if match[1] else comment.target,
        parse_day(match[3] or ""),
        "".join(reasons).strip(),
    )
    broken = list(_broken_terms(suppression, match[3], config, today))
    return (None if broken else suppression), hidden + wrong_names + broken


def _hidden_directive(comment: Comment) -> Iterator[_Problem]:
    if comment.hidden_directive:
        directive = f"'# {comment.hidden_directive}='"
        yield _Problem(
            f"This comment disables the {directive} directive below it", "move it below the directive"
        )


def _wrong_names(names: Sequence[str], rules: Collection[str], *, is_hinted: bool) -> Iterator[_Problem]:
    if not names or set(names) & {"*", "all"}:
        yield _Problem("No rules named: a suppression must list its rules", _LIST)
    elif len(names) > len(rules):
        yield _Problem(f"Too many rules ({len(names):,}), so {_NO_EFFECT}", _LIST)
    elif unknown := [name for name in names if name not in rules]:
        named = ", ".join(map(quoted, unknown[:_NAMED]))
        more = f" and {len(unknown) - _NAMED} more" if len(unknown) > _NAMED else ""
        meant = did_you_mean(unknown[0], rules) if is_hinted else ""
        yield _Problem(f"Unknown {plural(len(unknown), 'rule')} {named}{more}", meant or _LIST)


def _broken_terms(
    suppression: SuppressionComment, until: str | None, config: Config, today: date
) -> Iterator[_Problem]:
    """Yield what makes the end or the reason of a suppression void."""
    if until and suppression.until is None:
        yield _Problem(f"Invalid date {quoted(until)} in until=, so {_NO_EFFECT}", "write until=YYYY-MM-DD")
    elif config.max_suppression_days is not None:
        latest = today + timedelta(days=min(config.max_suppression_days, (date.max - today).days))
        if suppression.until is None:
            yield _Problem(
                f"max-suppression-days requires until=, so {_NO_EFFECT}", f"add until={latest} or earlier"
            )
        elif suppression.until > latest:
            yield _Problem(
                f"until={suppression.until} is too far ahead, so {_NO_EFFECT}",
                f"write until={latest} or earlier",
            )
    if config.require_reason and not suppression.reason:
        yield _Problem(f"require-reason is set, so {_NO_EFFECT}", "add ' -- ' and a reason")


def match_comments(
    findings: Iterable[Diagnostic], comments: Iterable[SuppressionComment], today: date
) -> dict[tuple[str, Location], Suppression]:
    """Return the first comment that suppresses a finding on the day `today`, by rule and location."""
    holding: dict[tuple[str, int | None], Suppression] = {}
    for comment in comments:
        if not comment.has_expired(today):
            for rule in comment.rules:
                holding.setdefault((rule, comment.above), _suppression(comment))
    matches: dict[tuple[str, Location], Suppression] = {}
    for finding in findings:
        suppressions = (holding.get(anchor) for anchor in _anchors(finding))
        if suppression := next(filter(None, suppressions), None):
            matches[finding.rule, finding.location] = suppression
    return matches


def unused(
    comments: Iterable[SuppressionComment], findings: Iterable[Diagnostic], rules: Collection[str]
) -> tuple[CommentRules, ...]:
    """Return the comments that name some of `rules` of which nothing was found there."""
    met = {anchor for finding in findings for anchor in _anchors(finding)}
    return _some_rules(
        (
            comment,
            tuple(rule for rule in comment.rules if rule in rules and (rule, comment.above) not in met),
        )
        for comment in comments
    )


def expired(
    comments: Iterable[SuppressionComment], findings: Iterable[Diagnostic], today: date
) -> tuple[CommentRules, ...]:
    """Return the comments past their last day with the rules whose findings no comment suppresses now."""
    by_comment = SuppressionKind.COMMENT
    back = {
        anchor
        for finding in findings
        if finding.suppression is None or finding.suppression.kind is not by_comment
        for anchor in _anchors(finding)
    }
    return _some_rules(
        (comment, tuple(rule for rule in comment.rules if (rule, comment.above) in back))
        for comment in comments
        if comment.has_expired(today)
    )


def _some_rules(
    pairs: Iterable[tuple[SuppressionComment, tuple[str, ...]]],
) -> tuple[CommentRules, ...]:
    return tuple(CommentRules(comment, rules) for comment, rules in pairs if rules)


def _anchors(finding: Diagnostic) -> Iterator[tuple[str, int | None]]:
    """Yield the rule and line that a comment has to name and precede to suppress a finding."""
    return ((finding.rule, line) for line in (None, *sorted(finding.target.lines)))


def suppressions_by_rule(
    comments: Iterable[SuppressionComment], targets: Iterable[Target]
) -> tuple[dict[str, Suppression], ...]:
    """Return for each of `targets` what suppresses each rule the longest, found or not."""
    # Many stages may be below the same comments.
    by_line: dict[int | None, dict[str, Suppression]] = {}
    for comment in comments:
        suppression, there = _suppression(comment), by_line.setdefault(comment.above, {})
        for rule in comment.rules:
            there[rule] = max(there.get(rule, suppression), suppression, key=_last_day)
    return tuple(_longest(by_line, target) for target in targets)


def _longest(
    by_line: Mapping[int | None, Mapping[str, Suppression]], target: Target
) -> dict[str, Suppression]:
    longest: dict[str, Suppression] = {}
    for line in (None, *sorted(target.lines)):
        for rule, suppression in by_line.get(line, {}).items():
            longest[rule] = max(suppression, longest.get(rule, suppression), key=_last_day)
    return longest


def _last_day(suppression: Suppression) -> date:
    return suppression.until or date.max


def _suppression(comment: SuppressionComment) -> Suppression:
    return Suppression(SuppressionKind.COMMENT, comment.reason, comment.until)
