"""Words as BuildKit expands them in FROM, `--platform` and ARG defaults, with bounds on what they may become."""

from __future__ import annotations

import re
from typing import NamedTuple

from lint_runtime import shell_pattern

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

SPECIAL_PARAMETERS = frozenset("@*#?-$!0")


class ExpansionError(ValueError):
    """A word that BuildKit refuses, or that grows beyond the bounds. The text says which and why.

    `missing` and `unknown`: as in Expansion, met before the word was refused.
    """

    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


class BrokenVariableError(ExpansionError):
    """A word that uses a variable whose own default was refused, which has been reported there."""


class Variable(NamedTuple):
    """What a name stands for. `value` None: its default was refused. The rest: as in Expansion."""

    value: str | None
    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    varies: bool = False


class Expansion(NamedTuple):
    """An expanded word.

    `missing`: names the word needed a value of, which an ARG declares without one. `unknown`: the
    same, declared by no ARG so far. `varies`: the text depends on the machine that builds, by
    `BUILDPLATFORM`, `TARGETARCH` and their like.
    """

    text: str
    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    varies: bool = False


class Scope:
    """The variables that FROM can see, in the order ARG defines them, and the budget they share."""

    def __init__(self, escape: str, variables: dict[str, Variable]) -> None:
        self._escape = escape
        self._variables = dict(variables)
        self._declared: set[str] = set()
        self._left = MAX_TOTAL

    def define(self, name: str, variable: Variable) -> None:
        """Give `name` a value, in place of any it had."""
        self._variables[name] = variable

    def declare(self, name: str) -> None:
        """Note an ARG without a default: it keeps a value that it has, and says that one may be given."""
        self._declared.add(name)

    def expand(self, word: str) -> Expansion:
        """Expand `word` with what is defined so far. Raises ExpansionError."""
        expander = _Expander(word, self._escape, self._variables, self._left)
        try:
            text = expander.until("")
        except ExpansionError as error:
            error.missing, error.unknown = self._sorted_out(expander)
            raise
        finally:
            self._left -= expander.matching_cost
        self._left -= len(text)
        return Expansion(text, *self._sorted_out(expander), expander.varies)

    def _sorted_out(self, expander: _Expander) -> tuple[frozenset[str], frozenset[str]]:
        missing = expander.missing | (expander.valueless & self._declared)
        unknown = expander.unknown | (expander.valueless - self._declared)
        return frozenset(missing), frozenset(unknown)


_ORDINARY = re.compile(r"[^$'\"\\`}/]+")


class _Expander:
    """One pass over one word: a cursor, and what was met on the way."""

    def __init__(self, word: str, escape: str, variables: dict[str, Variable], left: int) -> None:
        # BuildKit's scanner drops a byte-order mark at the start of whatever it reads.
        self._word = word.removeprefix("\ufeff")
        self._escape = escape
        self._variables = variables
        self._left = left
        self._at = 0
        self._depth = 0
        self.valueless: set[str] = set()
        self.missing: frozenset[str] = frozenset()
        self.unknown: frozenset[str] = frozenset()
        self.varies = False
        self.matching_cost = 0

    def until(self, stop: str, *, keep_escapes: bool = False) -> str:
        """Expand up to `stop` (`""`: to the end of the word) and step over it."""
        parts: list[str] = []
        while self._at < len(self._word):
            char = self._word[self._at]
            if char == stop:
                self._at += 1
                return self._bounded(parts)
            ordinary = _ORDINARY.match(self._word, self._at)
            if ordinary:
                self._at = ordinary.end()
                parts.append(ordinary.group())
            elif char == "$":
                parts.append(self._dollar())
            elif char == "'":
                parts.append(self._single_quoted())
            elif char == '"':
                parts.append(self._double_quoted(keep_escapes=keep_escapes))
            elif char == self._escape:
                kept = char if keep_escapes else ""
                parts.append(kept + self._word[self._at + 1 : self._at + 2])
                self._at += 2
            else:
                self._at += 1
                parts.append(char)
        if stop:
            raise ExpansionError(f"a '{stop}' is missing")
        return self._bounded(parts)

    def _bounded(self, parts: list[str]) -> str:
        size = sum(map(len, parts))
        if size > MAX_EXPANSION:
            raise ExpansionError(f"it expands to more than {MAX_EXPANSION:,} characters")
        if size > self._left - self.matching_cost:
            raise ExpansionError(f"the file's words expand to more than {MAX_TOTAL:,} characters")
        return "".join(parts)

    def _single_quoted(self) -> str:
        end = self._word.find("'", self._at + 1)
        if end < 0:
            raise ExpansionError("a single quote is not closed")
        text = self._word[self._at + 1 : end]
        self._at = end + 1
        return text

    def _double_quoted(self, *, keep_escapes: bool) -> str:
        parts: list[str] = []
        self._at += 1
        while self._at < len(self._word):
            char = self._word[self._at]
            if char == '"':
                self._at += 1
                return self._bounded(parts)
            if char == "$":
                parts.append(self._dollar())
                continue
            self._at += 1
            if char == self._escape:
                following = self._word[self._at : self._at + 1]
                if keep_escapes:
                    parts.append(char)
                if following in ('"', "$", self._escape):
                    self._at += 1
                    char = following
            parts.append(char)
        raise ExpansionError("a double quote is not closed")

    def _dollar(self) -> str:
        self._at += 1
        if self._word[self._at : self._at + 1] != "{":
            name = self._name()
            return self._needed(name) if name else "$"
        self._at += 1
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpansionError(f"'${{…}}' is nested more than {MAX_DEPTH} deep")
        value = self._braced()
        self._depth -= 1
        return value

    def _name(self) -> str:
        start = self._at
        word = self._word
        first = word[start : start + 1]
        if first.isdecimal():
            while word[self._at : self._at + 1].isdecimal():
                self._at += 1
        elif first and first in SPECIAL_PARAMETERS:
            self._at += 1
        else:
            while (char := word[self._at : self._at + 1]) and (
                char.isalpha() or char.isdecimal() or char == "_"
            ):
                self._at += 1
        return word[start : self._at]

    def _next(self) -> str:
        char = self._word[self._at : self._at + 1]
        self._at += 1
        return char

    def _braced(self) -> str:
        following = self._word[self._at : self._at + 1]
        if not following:
            raise ExpansionError("a '}' is missing")
        if following in "{}:":
            raise ExpansionError("bad substitution: a name must follow '${'")
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
        raise ExpansionError(f"'{modifier}' is no modifier of '${{{name}…}}' that BuildKit knows")

    def _alternative(self, name: str, modifier: str, *, empty_is_unset: bool) -> str:
        word = self.until("}")
        variable = self._variable(name)
        usable = variable is not None and not (empty_is_unset and variable.value == "")
        if modifier == "+":
            return word if usable else ""
        if variable is not None and usable:
            return self._used(variable)
        if modifier == "-":
            return word
        if variable is None:
            self.valueless.add(name)
        else:
            self._used(variable)
        raise ExpansionError(f"{name}: {word or 'a value is required'}")

    def _trimmed(self, name: str, modifier: str) -> str:
        pattern = self.until("}", keep_escapes=True)
        longest = pattern.startswith(modifier)
        pattern = pattern[1:] if longest else pattern
        value = self._matched(name, pattern)
        trim = shell_pattern.without_prefix if modifier == "#" else shell_pattern.without_suffix
        try:
            return trim(value, pattern, longest=longest)
        except shell_pattern.PatternError as error:
            raise ExpansionError(str(error)) from None

    def _replaced(self, name: str) -> str:
        everywhere = self._word[self._at : self._at + 1] == "/"
        if everywhere:
            self._at += 1
        pattern = self.until("/", keep_escapes=True)
        replacement = self.until("}", keep_escapes=True)
        value = self._matched(name, pattern)
        try:
            spans = shell_pattern.spans(value, pattern)
        except shell_pattern.PatternError as error:
            raise ExpansionError(str(error)) from None
        parts: list[str] = []
        end = 0
        for start, stop in spans if everywhere else spans[:1]:
            parts += (value[end:start], replacement)
            end = stop
        return self._bounded([*parts, value[end:]])

    def _matched(self, name: str, pattern: str) -> str:
        value = self._needed(name)
        if len(pattern) > MAX_PATTERN or len(value) > MAX_MATCHED:
            raise ExpansionError(
                f"the pattern of '${{{name}…}}' or its value is longer than"
                f" {MAX_PATTERN} and {MAX_MATCHED:,} characters"
            )
        self.matching_cost += MATCHING_COST * len(value)
        return value

    def _needed(self, name: str) -> str:
        variable = self._variable(name)
        if variable is None:
            self.valueless.add(name)
            return ""
        return self._used(variable)

    def _used(self, variable: Variable) -> str:
        self.missing |= variable.missing
        self.unknown |= variable.unknown
        self.varies |= variable.varies
        return variable.value or ""

    def _variable(self, name: str) -> Variable | None:
        variable = self._variables.get(name)
        if variable is not None and variable.value is None:
            raise BrokenVariableError(name)
        return variable
