"""Words as BuildKit expands them in FROM, `--platform` and ARG defaults: quotes, escapes, `${VAR…}`."""

import re

from lint_runtime.diagnostic import quoted
from lint_runtime.variable import (
    MATCHING_COST,
    MAX_DEPTH,
    MAX_EXPANSION,
    MAX_MATCHED,
    MAX_PATTERN,
    MAX_TOTAL,
    BrokenVariableError,
    ExpansionError,
    Variable,
)

_ORDINARY = re.compile(r"[^$'\"\\`}/]+")


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


class Expander:
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
        start, self._at = self._at, name_end(self._word, self._at)
        return self._word[start : self._at]

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
        raise ExpansionError(f"{quoted(modifier)} is no modifier that BuildKit knows")

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
        raise ExpansionError(f"{quoted(name)} needs a value" + (f": {quoted(word)}" if word else ""))

    def _trimmed(self, name: str, modifier: str) -> str:
        pattern = self.until("}", keep_escapes=True)
        longest = pattern.startswith(modifier)
        pattern = pattern[1:] if longest else pattern
        value = self._matched(name, pattern)
        # Few files have such a form, here and below.
        from lint_runtime import shell_pattern

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
        from lint_runtime import shell_pattern

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
                f"the pattern for {quoted(name)} or its value is longer than"
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
