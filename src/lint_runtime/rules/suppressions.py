"""Comments that suppress findings: `# lint-runtime: ignore[RULE,…] until=YYYY-MM-DD -- reason`."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Location, Suppression, SuppressionKind, Target
from lint_runtime.dockerfile.comments import Comment
from lint_runtime.dockerfile.parser import Dockerfile
from lint_runtime.rules.base import CommentRules, Finding, SuppressionComment, text_target
from lint_runtime.text import did_you_mean, parse_day, quoted

_FORM = r"lint-runtime:[ \t]*ignore(-file)?\[([^\]]*)\](?:[ \t]*until=([^ \t]+))?"
_REASON = r"[ \t]--(?:[ \t]+|\Z)"
_WRITE = "write '# lint-runtime: ignore[RULE,…] until=YYYY-MM-DD -- reason', the last two if wanted"
# A file of nothing but mistakes is not searched for what each of them may have meant.
_HINTS = 100
_NAMED = 3


def read_suppressions(
    dockerfile: Dockerfile, rules: Collection[str], config: Config, today: date
) -> tuple[tuple[SuppressionComment, ...], tuple[Finding, ...]]:
    """Return the comments that suppress some of `rules`, and what is wrong with any comment."""
    suppressions: list[SuppressionComment] = []
    problems: list[Finding] = []
    for comment in dockerfile.comments:
        target = text_target(dockerfile, comment.location, comment.text)
        is_hinted = len(problems) < _HINTS
        suppression, messages = _read(comment, target, rules, config, today, is_hinted=is_hinted)
        problems += (Finding(target, message) for message in messages)
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
) -> tuple[SuppressionComment | None, list[str]]:
    """Return what a comment suppresses, None for nothing, and what is wrong with it."""
    head, *reasons = re.split(_REASON, comment.text, maxsplit=1)
    match = re.fullmatch(_FORM, head.rstrip(" \t"))
    hidden = list(_hidden_directive(comment))
    if match is None:
        return None, [*hidden, f"{quoted(comment.text)} silences nothing: {_WRITE}"]
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


def _hidden_directive(comment: Comment) -> Iterator[str]:
    if comment.hidden_directive:
        directive = f"'# {comment.hidden_directive}='"
        yield f"This stands above {directive} and makes an ordinary comment of it: move it below"


def _wrong_names(names: Sequence[str], rules: Collection[str], *, is_hinted: bool) -> Iterator[str]:
    if not names or set(names) & {"*", "all"}:
        yield "This names no rule, and there is no form for all of them: name the rules to silence"
    elif len(names) > len(rules):
        yield f"This names {len(names):,} rules, more than there are, so it silences nothing"
    elif unknown := [name for name in names if name not in rules]:
        named = " and ".join(_unknown(name, rules, is_hinted=is_hinted) for name in unknown[:_NAMED])
        more = f", and {len(unknown) - _NAMED} more are none" if len(unknown) > _NAMED else ""
        yield f"There is {named}{more}. 'lint-runtime --list-rules' names them all"


def _unknown(name: str, rules: Collection[str], *, is_hinted: bool) -> str:
    hint = did_you_mean(name, rules) if is_hinted else ""
    return f"no rule {quoted(name)}" + (f" ({hint})" if hint else "")


def _broken_terms(
    suppression: SuppressionComment, until: str | None, config: Config, today: date
) -> Iterator[str]:
    """Yield what makes the end or the reason of a suppression void."""
    if until and suppression.until is None:
        yield f"until={quoted(until)} is no day of the form YYYY-MM-DD, so this silences nothing"
    elif config.max_suppression_days is not None:
        latest = today + timedelta(days=min(config.max_suppression_days, (date.max - today).days))
        if suppression.until is None:
            yield f"max-suppression-days asks for an end by {latest}, so this silences nothing: add until="
        elif suppression.until > latest:
            yield (
                f"until={suppression.until} is too far ahead, so this silences nothing:"
                f" {latest} at the latest"
            )
    if config.require_reason and not suppression.reason:
        yield "require-reason asks for a reason, so this silences nothing: add ' -- ' and why"


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
