"""Words as BuildKit expands them in FROM, `--platform` and ARG defaults: quotes, escapes, `${VAR…}`."""

import re
from functools import cache
from typing import NamedTuple

from lint_runtime.text import quoted

MAX_EXPANSION = 1 << 20
"""The most characters one word may expand to; an image reference has a few hundred."""

MAX_TOTAL = 8 << 20
"""The most characters all words of one file may expand to together."""

MAX_DEPTH = 50
"""How deep `${A:-${B:-…}}` may nest."""

MAX_PATTERN = 256
MAX_MATCHED = 4096
"""The most characters of a wildcard pattern, and of the value it is matched against."""

MATCHING_COST = 8
"""What matching a pattern costs of the file's total, per character of the value."""


class ExpansionError(ValueError):
    """A word that BuildKit refuses, or that grows beyond the bounds. The text says which and why.

    `missing` and `unknown`: as in Expansion, met before the word was refused.
    """

    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


class NoValueError(ExpansionError):
    """A `${NAME?…}` or `${NAME:?…}` without a value."""


class BrokenVariableError(ExpansionError):
    """A word that uses a variable whose own default was refused, which has been reported there."""


class Origin(NamedTuple):
    """Where a part of an expanded word comes from.

    `at`: where the part starts in the expanded text. `length`: its characters, 0 where the source only
    decided the text, as the value that a pattern is cut from does. `word`: the number of the word that
    it comes from, None for one that is not known. `start`: where it starts there.
    """

    at: int
    length: int
    word: int | None
    start: int


UNTRACED = (Origin(0, 0, None, 0),)
"""The origins of a text that has too many parts to trace."""

MAX_ORIGINS = 64
"""The most parts of one word whose origins are kept; an image reference has a handful."""

MAX_NAMES = 64
"""The most names of missing or unknown variables kept for one word."""


class Variable(NamedTuple):
    """The value of a name. `value` None: its default was refused. The rest: as in Expansion."""

    value: str | None
    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    varies: bool = False
    origins: tuple[Origin, ...] = ()
    has_gaps: bool = False


class Expansion(NamedTuple):
    """An expanded word.

    `missing`: names the word needed a value of, which an ARG declares without one. `unknown`: the
    same, declared by no ARG so far. `varies`: the text depends on the machine that builds, by
    `BUILDPLATFORM`, `TARGETARCH` and their like. `origins`: where the text comes from, in its order.
    `has_gaps`: a variable in it is empty or has no value.
    """

    text: str
    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    varies: bool = False
    origins: tuple[Origin, ...] = ()
    has_gaps: bool = False


_SPECIAL = "[$'\"\\\\`]"
_SPECIAL_PARAMETERS = frozenset("@*#?-$!0")


def name_end(text: str, at: int) -> int:
    """Return where the variable name at `at` ends: letters, a run of digits, or one special character."""
    first = text[at : at + 1]
    if first.isdecimal():
        while text[at : at + 1].isdecimal():
            at += 1
        return at
    if first and first in _SPECIAL_PARAMETERS:
        return at + 1
    while (char := text[at : at + 1]) and (char.isalpha() or char.isdecimal() or char == "_"):
        at += 1
    return at


def is_plain(word: str) -> bool:
    """Whether `word` expands to itself."""
    return "\ufeff" not in word and not re.search(_SPECIAL, word)


@cache
def _ordinary(stop: str, escape: str) -> re.Pattern[str]:
    """Return a pattern for characters without a special meaning, up to `stop`."""
    return re.compile(f"[^$'\"{re.escape(stop + escape)}]+")


@cache
def _quoted(escape: str) -> re.Pattern[str]:
    """Return a pattern for characters without a special meaning between double quotes."""
    return re.compile(f'[^$"{re.escape(escape)}]+')


class Traced(NamedTuple):
    """A piece of expanded text, and where it comes from."""

    text: str
    origins: tuple[Origin, ...] = ()


class Expander:
    """One pass over one word: a cursor, and what was met on the way."""

    def __init__(
        self, word: str, number: int, escape: str, variables: dict[str, Variable], left: int
    ) -> None:
        # BuildKit's scanner drops a byte-order mark at the start of whatever it reads.
        self._word = word.removeprefix("\ufeff")
        self._dropped = len(word) - len(self._word)
        self._number = number
        self._traceable = MAX_ORIGINS
        self._escape = escape
        self._variables = variables
        self._left = left
        self._at = 0
        self._depth = 0
        self.valueless: set[str] = set()
        self.missing: frozenset[str] = frozenset()
        self.unknown: frozenset[str] = frozenset()
        self.varies = False
        self.has_gaps = False
        self.matching_cost = 0

    def until(self, stop: str, *, keep_escapes: bool = False) -> Traced:
        """Expand up to `stop` (`""`: to the end of the word) and step over it."""
        parts: list[Traced] = []
        ordinary = _ordinary(stop, self._escape)
        while self._at < len(self._word):
            char = self._word[self._at]
            if char == stop:
                self._at += 1
                return self._joined(parts)
            if match := ordinary.match(self._word, self._at):
                parts.append(self._literal(*match.span()))
                self._at = match.end()
            elif char == "$":
                parts.append(self._dollar())
            elif char == "'":
                parts.append(self._single_quoted())
            elif char == '"':
                parts.append(self._double_quoted(keep_escapes=keep_escapes))
            else:
                first = self._at if keep_escapes else self._at + 1
                parts.append(self._literal(first, self._at + 2))
                self._at += 2
        if stop:
            raise ExpansionError(f"missing '{stop}'")
        return self._joined(parts)

    def _literal(self, start: int, end: int) -> Traced:
        """Return a piece of the word itself, with its origin as long as there are few."""
        text = self._word[start:end]
        if self._traceable < 0:
            return Traced(text)
        self._traceable -= 1
        if self._traceable < 0:
            return Traced(text, UNTRACED)
        return Traced(text, (Origin(0, len(text), self._number, start + self._dropped),))

    def _joined(self, parts: list[Traced]) -> Traced:
        if len(parts) == 1:
            self._check_size(len(parts[0].text))
            return parts[0]
        self._check_size(sum(len(part.text) for part in parts))
        origins: list[Origin] = []
        at = 0
        for part in parts:
            for origin in part.origins if len(origins) <= MAX_ORIGINS else ():
                _append(origins, origin, at)
            at += len(part.text)
        text = "".join(part.text for part in parts)
        return Traced(text, tuple(origins) if len(origins) <= MAX_ORIGINS else UNTRACED)

    def _check_size(self, size: int) -> None:
        if size > MAX_EXPANSION:
            raise ExpansionError(f"it expands to more than {MAX_EXPANSION:,} characters")
        if size > self._left - self.matching_cost:
            raise ExpansionError(f"the file's words expand to more than {MAX_TOTAL:,} characters")

    def _single_quoted(self) -> Traced:
        end = self._word.find("'", self._at + 1)
        if end < 0:
            raise ExpansionError("unterminated single quote")
        piece = self._literal(self._at + 1, end)
        self._at = end + 1
        return piece

    def _double_quoted(self, *, keep_escapes: bool) -> Traced:
        parts: list[Traced] = []
        ordinary = _quoted(self._escape)
        self._at += 1
        while self._at < len(self._word):
            char = self._word[self._at]
            if char == '"':
                self._at += 1
                return self._joined(parts)
            if char == "$":
                parts.append(self._dollar())
            elif match := ordinary.match(self._word, self._at):
                parts.append(self._literal(*match.span()))
                self._at = match.end()
            else:
                parts.append(self._quoted_escape(keep_escapes=keep_escapes))
        raise ExpansionError("unterminated double quote")

    def _quoted_escape(self, *, keep_escapes: bool) -> Traced:
        """Step over an escape character between double quotes, and over what it escapes."""
        at = self._at
        following = self._word[at + 1 : at + 2]
        is_escape = following in ('"', "$", self._escape)
        self._at = at + 2 if is_escape else at + 1
        if keep_escapes and not is_escape:
            # BuildKit keeps the escape and then takes it for an ordinary character as well.
            return Traced(self._escape * 2)
        return self._literal(at + 1 if is_escape and not keep_escapes else at, self._at)

    def _dollar(self) -> Traced:
        start = self._at
        self._at += 1
        if self._word[self._at : self._at + 1] != "{":
            name = self._name()
            return self._noted(self._needed(name)) if name else self._literal(start, start + 1)
        self._at += 1
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpansionError(f"'${{…}}' is nested more than {MAX_DEPTH} deep")
        value = self._braced()
        self._depth -= 1
        return self._noted(value)

    def _noted(self, value: Traced) -> Traced:
        self.has_gaps |= not value.text
        return value

    def _name(self) -> str:
        start, self._at = self._at, name_end(self._word, self._at)
        return self._word[start : self._at]

    def _next(self) -> str:
        char = self._word[self._at : self._at + 1]
        self._at += 1
        return char

    def _braced(self) -> Traced:
        following = self._word[self._at : self._at + 1]
        if not following:
            raise ExpansionError("missing '}'")
        if following in "{}:":
            raise ExpansionError("missing name after '${'")
        name = self._name()
        modifier = self._next()
        if modifier == "}":
            return self._needed(name)
        if modifier == "/":
            return self._replaced(name)
        if modifier in ("#", "%"):
            return self._trimmed(name, modifier)
        if modifier == ":":
            modifier = self._next()
            if modifier and modifier in "-+?":
                return self._alternative(name, modifier, empty_is_unset=True)
            modifier = ":" + modifier
        elif modifier and modifier in "-+?":
            return self._alternative(name, modifier, empty_is_unset=False)
        raise ExpansionError(f"unsupported modifier {quoted(modifier)}")

    def _alternative(self, name: str, modifier: str, *, empty_is_unset: bool) -> Traced:
        word = self.until("}")
        variable = self._variable(name)
        usable = variable is not None and not (empty_is_unset and variable.value == "")
        if modifier == "+":
            return word if usable else Traced("")
        if variable is not None and usable:
            return self._used(variable)
        if modifier == "-":
            return word
        if variable is None:
            self.valueless.add(name)
        else:
            self._used(variable)
        reason = f": {quoted(word.text)}" if word.text else ""
        raise NoValueError(f"{quoted(name)} has no value{reason}")

    def _trimmed(self, name: str, modifier: str) -> Traced:
        pattern = self.until("}", keep_escapes=True)
        longest = pattern.text.startswith(modifier)
        text = pattern.text[1:] if longest else pattern.text
        value = self._matched(name, text)
        # Few files have such a form, here and below.
        from lint_runtime.dockerfile import shell_pattern

        trim = shell_pattern.without_prefix if modifier == "#" else shell_pattern.without_suffix
        try:
            trimmed = trim(value.text, text, longest=longest)
        except shell_pattern.PatternError as error:
            raise ExpansionError(str(error)) from None
        return Traced(trimmed, _deciding(value, pattern))

    def _replaced(self, name: str) -> Traced:
        everywhere = self._word[self._at : self._at + 1] == "/"
        if everywhere:
            self._at += 1
        pattern = self.until("/", keep_escapes=True)
        replacement = self.until("}", keep_escapes=True)
        value = self._matched(name, pattern.text)
        from lint_runtime.dockerfile import shell_pattern

        try:
            text = shell_pattern.replaced(
                value.text,
                pattern.text,
                replacement.text,
                everywhere=everywhere,
                check_size=self._check_size,
            )
        except shell_pattern.PatternError as error:
            raise ExpansionError(str(error)) from None
        return Traced(text, _deciding(value, pattern, replacement))

    def _matched(self, name: str, pattern: str) -> Traced:
        value = self._needed(name)
        if len(pattern) > MAX_PATTERN or len(value.text) > MAX_MATCHED:
            raise ExpansionError(
                f"the pattern for {quoted(name)} or its value is longer than"
                f" {MAX_PATTERN} and {MAX_MATCHED:,} characters"
            )
        self.matching_cost += MATCHING_COST * len(value.text)
        return value

    def _needed(self, name: str) -> Traced:
        variable = self._variable(name)
        if variable is None:
            self.valueless.add(name)
            return Traced("")
        return self._used(variable)

    def _used(self, variable: Variable) -> Traced:
        self.missing |= variable.missing
        self.unknown |= variable.unknown
        self.varies |= variable.varies
        self.has_gaps |= variable.has_gaps
        return Traced(variable.value or "", variable.origins)

    def _variable(self, name: str) -> Variable | None:
        variable = self._variables.get(name)
        if variable is not None and variable.value is None:
            raise BrokenVariableError(name)
        return variable


def _append(origins: list[Origin], origin: Origin, at: int) -> None:
    """Add `origin`, moved on by `at`, to those before it, of which the last may go on in it."""
    moved = origin._replace(at=at + origin.at)
    last = origins[-1] if origins else None
    if (
        last is not None
        and moved.length
        and last.word == moved.word
        and (last.at + last.length, last.start + last.length) == (moved.at, moved.start)
    ):
        origins[-1] = last._replace(length=last.length + moved.length)
    else:
        origins.append(moved)


def _deciding(*pieces: Traced) -> tuple[Origin, ...]:
    """Return the origins of pieces that decide a text but are not part of it."""
    origins = [origin._replace(at=0, length=0) for piece in pieces for origin in piece.origins]
    return tuple(origins) if len(origins) <= MAX_ORIGINS else UNTRACED
