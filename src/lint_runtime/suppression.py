"""Comments that silence a rule: `# lint-runtime: ignore[RULE,…] until=YYYY-MM-DD -- reason`."""

import re
from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import NamedTuple

from lint_runtime.comment import Comment
from lint_runtime.config import Config
from lint_runtime.diagnostic import Location, Suppression, SuppressionKind, quoted
from lint_runtime.spelling import closest, parse_day


class Ignore(NamedTuple):
    """One comment that silences `rules`.

    `target`: the first line of the instruction that it stands above; None for the whole file.
    `until`: the last day it holds.
    """

    location: Location
    rules: tuple[str, ...]
    target: int | None
    until: date | None
    reason: str

    def has_expired(self, today: date) -> bool:
        """Whether its last day is past."""
        return self.until is not None and today > self.until


class InvalidIgnore(NamedTuple):
    """What is wrong with a comment that was to silence something."""

    location: Location
    message: str


_FORM = r"lint-runtime:[ \t]*ignore(-file)?\[([^\]]*)\][ \t]*(?:until=([^ \t]+))?[ \t]*"
_WRITE = "write '# lint-runtime: ignore[RULE,…] until=YYYY-MM-DD -- reason', the last two if wanted"


def read_ignores(
    comments: Iterable[Comment], rules: Collection[str], config: Config, today: date
) -> tuple[tuple[Ignore, ...], tuple[InvalidIgnore, ...]]:
    """Return what `comments` silence of `rules`, and what is wrong with them."""
    ignores: list[Ignore] = []
    problems: list[InvalidIgnore] = []
    for comment in comments:
        ignore, messages = _read(comment, rules, config, today)
        problems += (InvalidIgnore(comment.location, message) for message in messages)
        if ignore is not None:
            ignores.append(ignore)
    return tuple(ignores), tuple(problems)


def _read(
    comment: Comment, rules: Collection[str], config: Config, today: date
) -> tuple[Ignore | None, list[str]]:
    """Return what a comment silences, None for nothing, and what is wrong with it."""
    head, _, reason = f"{comment.text} ".partition(" -- ")
    match = re.fullmatch(_FORM, head)
    if match is None:
        return None, [f"{quoted(comment.text)} silences nothing: {_WRITE}"]
    names = [name for name in re.split(r"[ \t]*,[ \t]*", match[2].strip()) if name]
    if not names:
        return None, ["This names no rule, and there is no form for all of them: name the rules to silence"]
    target = None if match[1] else comment.target
    ignore = Ignore(
        comment.location,
        tuple(dict.fromkeys(name for name in names if name in rules)),
        target,
        parse_day(match[3] or ""),
        reason.strip(),
    )
    broken = list(_broken_terms(ignore, match[3], config, today))
    beside = [*_hidden_directive(comment), *(_unknown(name, rules) for name in names if name not in rules)]
    return (None if broken else ignore), beside + broken


def _hidden_directive(comment: Comment) -> Iterable[str]:
    if comment.hidden_directive:
        directive = f"'# {comment.hidden_directive}='"
        yield f"This stands above {directive} and makes an ordinary comment of it: move it below"


def _unknown(name: str, rules: Collection[str]) -> str:
    close = closest(name, rules)
    hint = f"Did you mean {close}?" if close else "'lint-runtime --list-rules' names them all"
    return f"There is no rule {quoted(name)}. {hint}"


def _broken_terms(ignore: Ignore, until: str | None, config: Config, today: date) -> Iterable[str]:
    """Yield what makes the end or the reason of a suppression void."""
    if until and ignore.until is None:
        yield f"until={quoted(until)} is no day of the form YYYY-MM-DD, so this silences nothing"
    elif config.max_suppression_days is not None:
        latest = today + timedelta(days=min(config.max_suppression_days, (date.max - today).days))
        if ignore.until is None or ignore.until > latest:
            yield f"max-suppression-days asks for an end by {latest}, so this silences nothing: set until="
    if config.require_reason and not ignore.reason:
        yield "require-reason asks for a reason, so this silences nothing: add ' -- ' and why"


class Silencer:
    """The comments of one file at work: what they silence, and which of them silence nothing."""

    def __init__(self, ignores: Iterable[Ignore], today: date) -> None:
        self._today = today
        self._by_rule: dict[tuple[str, int | None], list[Ignore]] = {}
        for ignore in ignores:
            for rule in ignore.rules:
                self._by_rule.setdefault((rule, ignore.target), []).append(ignore)
        self._met: set[tuple[Ignore, str]] = set()

    def suppression(self, rule: str, lines: Iterable[int]) -> Suppression | None:
        """Return what silences a finding of `rule` about the instructions that start in `lines`."""
        found = None
        for line in (None, *lines):
            for ignore in self._by_rule.get((rule, line), ()):
                self._met.add((ignore, rule))
                if not ignore.has_expired(self._today):
                    found = found or Suppression(SuppressionKind.COMMENT, ignore.reason, ignore.until)
        return found

    def unmatched(self, rules: Collection[str]) -> tuple[tuple[Ignore, str], ...]:
        """Return the comments of which, for one of `rules` that they name, nothing was found."""
        return tuple(pair for pair in self._all() if pair not in self._met and pair[1] in rules)

    def expired(self) -> tuple[tuple[Ignore, str], ...]:
        """Return the comments that something was found of after their last day."""
        return tuple(pair for pair in self._all() if pair in self._met and pair[0].has_expired(self._today))

    def _all(self) -> Iterable[tuple[Ignore, str]]:
        return ((ignore, rule) for (rule, _), ignores in self._by_rule.items() for ignore in ignores)
