"""Comments that silence a rule: `# lint-runtime: ignore[RULE,…] until=YYYY-MM-DD -- reason`."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Location, Suppression, SuppressionKind
from lint_runtime.dockerfile.comments import Comment
from lint_runtime.text import closest, parse_day, quoted


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


_FORM = r"lint-runtime:[ \t]*ignore(-file)?\[([^\]]*)\](?:[ \t]*until=([^ \t]+))?"
_REASON = r"[ \t]--(?:[ \t]+|\Z)"
_WRITE = "write '# lint-runtime: ignore[RULE,…] until=YYYY-MM-DD -- reason', the last two if wanted"
# A file of nothing but mistakes is not searched for what each of them may have meant.
_HINTS = 100
_NAMED = 3


def read_ignores(
    comments: Iterable[Comment], rules: Collection[str], config: Config, today: date
) -> tuple[tuple[Ignore, ...], tuple[InvalidIgnore, ...]]:
    """Return what `comments` silence of `rules`, and what is wrong with them."""
    ignores: list[Ignore] = []
    problems: list[InvalidIgnore] = []
    for comment in comments:
        ignore, messages = _read(comment, rules, config, today, is_hinted=len(problems) < _HINTS)
        problems += (InvalidIgnore(comment.location, message) for message in messages)
        if ignore is not None:
            ignores.append(ignore)
    return tuple(ignores), tuple(problems)


def _read(
    comment: Comment, rules: Collection[str], config: Config, today: date, *, is_hinted: bool
) -> tuple[Ignore | None, list[str]]:
    """Return what a comment silences, None for nothing, and what is wrong with it."""
    head, *reasons = re.split(_REASON, comment.text, maxsplit=1)
    match = re.fullmatch(_FORM, head.rstrip(" \t"))
    hidden = list(_hidden_directive(comment))
    if match is None:
        return None, [*hidden, f"{quoted(comment.text)} silences nothing: {_WRITE}"]
    names = list(dict.fromkeys(name for part in match[2].split(",") if (name := part.strip(" \t"))))
    wrong_names = list(_wrong_names(names, rules, is_hinted=is_hinted))
    if not 0 < len(names) <= len(rules):
        return None, hidden + wrong_names
    ignore = Ignore(
        comment.location,
        tuple(name for name in names if name in rules),
        None if match[1] else comment.target,
        parse_day(match[3] or ""),
        "".join(reasons).strip(),
    )
    broken = list(_broken_terms(ignore, match[3], config, today))
    return (None if broken else ignore), hidden + wrong_names + broken


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
        told = " and ".join(_unknown(name, rules, is_hinted=is_hinted) for name in unknown[:_NAMED])
        more = f", and {len(unknown) - _NAMED} more are none" if len(unknown) > _NAMED else ""
        yield f"There is {told}{more}. 'lint-runtime --list-rules' names them all"


def _unknown(name: str, rules: Collection[str], *, is_hinted: bool) -> str:
    close = closest(name, rules) if is_hinted else ""
    return f"no rule {quoted(name)}" + (f" (did you mean {close}?)" if close else "")


def _broken_terms(ignore: Ignore, until: str | None, config: Config, today: date) -> Iterator[str]:
    """Yield what makes the end or the reason of a suppression void."""
    if until and ignore.until is None:
        yield f"until={quoted(until)} is no day of the form YYYY-MM-DD, so this silences nothing"
    elif config.max_suppression_days is not None:
        latest = today + timedelta(days=min(config.max_suppression_days, (date.max - today).days))
        if ignore.until is None:
            yield f"max-suppression-days asks for an end by {latest}, so this silences nothing: add until="
        elif ignore.until > latest:
            yield f"until={ignore.until} is too far ahead, so this silences nothing: {latest} at the latest"
    if config.require_reason and not ignore.reason:
        yield "require-reason asks for a reason, so this silences nothing: add ' -- ' and why"


class Silencer:
    """The comments of one file at work: what they silence, and which of them silence nothing."""

    def __init__(self, ignores: Iterable[Ignore], today: date) -> None:
        self._today = today
        self._by_target: dict[int | None, list[Ignore]] = {}
        for ignore in ignores:
            self._by_target.setdefault(ignore.target, []).append(ignore)
        # Of each rule that found something at a target: what silences it there.
        self._met: dict[tuple[str, int | None], Suppression | None] = {}
        # The same, where nothing does.
        self._back: set[tuple[str, int | None]] = set()
        self._longest: dict[int | None, dict[str, Suppression]] = {}

    def suppression(self, rule: str, lines: Iterable[int]) -> Suppression | None:
        """Return what silences a finding of `rule` about the instructions that start in `lines`."""
        targets = [target for target in (None, *sorted(lines)) if target in self._by_target]
        # Each is asked, for each is then known to be of use.
        found = [self._suppression_at(target, rule) for target in targets]
        suppression = next(filter(None, found), None)
        if suppression is None:
            self._back.update((rule, target) for target in targets)
        return suppression

    def longest(self, lines: Iterable[int]) -> dict[str, Suppression]:
        """Return by rule what silences it the longest about the instructions that start in `lines`."""
        found: dict[str, Suppression] = {}
        for target in (None, *sorted(lines)):
            for rule, suppression in self._longest_at(target).items():
                found[rule] = max(suppression, found.get(rule, suppression), key=_last_day)
        return found

    def _longest_at(self, target: int | None) -> dict[str, Suppression]:
        # Many stages may stand below the same comments.
        if target not in self._longest:
            found: dict[str, Suppression] = {}
            for ignore in self._by_target.get(target, ()):
                suppression = Suppression(SuppressionKind.COMMENT, ignore.reason, ignore.until)
                for rule in ignore.rules:
                    found[rule] = max(found.get(rule, suppression), suppression, key=_last_day)
            self._longest[target] = found
        return self._longest[target]

    def _suppression_at(self, target: int | None, rule: str) -> Suppression | None:
        key = (rule, target)
        if key not in self._met:
            holding = (
                Suppression(SuppressionKind.COMMENT, ignore.reason, ignore.until)
                for ignore in self._by_target[target]
                if rule in ignore.rules and not ignore.has_expired(self._today)
            )
            self._met[key] = next(holding, None)
        return self._met[key]

    def unmatched(self, rules: Collection[str]) -> tuple[tuple[Ignore, str], ...]:
        """Return the comments of which, for one of `rules` that they name, nothing was found."""
        return tuple(
            (ignore, rule)
            for ignore, rule in self._all()
            if (rule, ignore.target) not in self._met and rule in rules
        )

    def expired(self) -> tuple[tuple[Ignore, str], ...]:
        """Return the comments that something was found of after their last day."""
        return tuple(
            (ignore, rule)
            for ignore, rule in self._all()
            if ignore.has_expired(self._today) and (rule, ignore.target) in self._back
        )

    def _all(self) -> Iterator[tuple[Ignore, str]]:
        return (
            (ignore, rule)
            for ignores in self._by_target.values()
            for ignore in ignores
            for rule in ignore.rules
        )


def _last_day(suppression: Suppression) -> date:
    return suppression.until or date.max
