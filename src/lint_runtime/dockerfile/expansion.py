"""Expand the variables, quotes and escapes in FROM and ARG, as BuildKit does."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from lint_runtime.dockerfile.shell_pattern import PatternError, replaced, trimmed
from lint_runtime.text import quoted

MAX_EXPANSION = 8 << 20
"""The maximum total length of a file's expanded words, in characters."""

MAX_DEPTH = 50
"""The maximum nesting depth of `${`, as in `${A:-${B:-…}}`."""

MAX_ORIGINS = 64
"""The maximum number of origins per word, of missing variables and of unknown variables."""


class ExpansionError(ValueError):
    """Raised for a word that is invalid or expands to too much text.

    missing: the names of declared variables without a value, found before the error
    unknown: the names of undeclared variables, found before the error
    """

    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()


class NoValueError(ExpansionError):
    """Raised if a required variable (`${NAME?…}` or `${NAME:?…}`) has no value."""


class BrokenVariableError(ExpansionError):
    """Raised for a variable whose invalid default was already reported."""


class Origin(NamedTuple):
    """The source of one section of an expanded word.

    For example, after `ARG TAG=3`, `FROM alpine:$TAG` expands to `alpine:3`. The source word of the section
    `3` is the default in the ARG.

    at: the offset of the section in the expanded text
    length: the length of the section, or 0 if the source influences the text without being copied
    word: the index of the source word in `Provenance.words`, or None if unknown
    start: the offset of the section within the source word
    """

    at: int
    length: int
    word: int | None
    start: int


UNTRACED = (Origin(0, 0, None, 0),)
"""The value of `origins` for a word with more than MAX_ORIGINS origins."""


class Expansion(NamedTuple):
    """An expanded word.

    text: the expanded text
    missing: the names of declared variables without a value
    unknown: the names of undeclared variables
    varies: whether the text depends on a platform variable, such as TARGETARCH
    origins: the sources of the sections of the text, in order
    has_gaps: whether a variable in the word is empty or has no value
    """

    text: str
    missing: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    varies: bool = False
    origins: tuple[Origin, ...] = ()
    has_gaps: bool = False


BROKEN = Expansion("")
"""The value of a variable with an invalid default. Compare with `is`: valid values may be equal."""


class Scope:
    """The variables of one file.

    escape: the escape character
    variables: maps the name of each variable to its value
    declared: the names of variables whose ARG has no default
    left: the number of characters that may still be expanded; starts at MAX_EXPANSION
    """

    def __init__(self, escape: str, variables: Mapping[str, Expansion]) -> None:
        self.escape = escape
        self.variables = dict(variables)
        self.declared: set[str] = set()
        self.left = MAX_EXPANSION

    def expand(self, word: str, number: int) -> Expansion:
        """Expand a word. Raises ExpansionError.

        number: the index of the word, used as `Origin.word`
        """
        if "\ufeff" not in word and not re.search("[$'\"\\\\`]", word):
            return Expansion(word, origins=(Origin(0, len(word), number, 0),))
        expander = _Expander(word, number, self)
        refused: ExpansionError | None = None
        result = Expansion("")
        try:
            result = expander.until("")
        except ExpansionError as error:
            refused = error
        # Limit the names: in a chain of ARGs, each ARG repeats the names of all ARGs before it.
        missing = frozenset(sorted(expander.missing)[:MAX_ORIGINS])
        unknown = frozenset(sorted(expander.unknown)[:MAX_ORIGINS])
        if refused:
            refused.missing, refused.unknown = missing, unknown
            raise refused
        return Expansion(result.text, missing, unknown, expander.varies, result.origins, expander.has_gaps)


def name_end(text: str, at: int) -> int:
    """Return the end offset of the variable name that starts at `at`.

    A name is a word such as `TAG`, a number, or a special character such as `?`. Returns `at` if no name
    starts there.
    """
    first = text[at : at + 1]
    if first and first in "@*#?-$!":
        return at + 1
    is_number = first.isdecimal()
    while (char := text[at : at + 1]).isdecimal() or (not is_number and (char.isalpha() or char == "_")):
        at += 1
    return at


class _Expander:
    """Expands one word, reading it from left to right."""

    def __init__(self, word: str, number: int, scope: Scope) -> None:
        self.missing: set[str] = set()
        self.unknown: set[str] = set()
        self.varies = False
        self.has_gaps = False
        # BuildKit ignores a byte-order mark at the start of a word, so remove the mark.
        self._word = word.removeprefix("\ufeff")
        self._dropped = len(word) - len(self._word)
        self._number = number
        self._scope = scope
        self._at = 0
        self._depth = 0

    def until(self, stop: str, *, keep_escapes: bool = False, is_quoted: bool = False) -> Expansion:
        """Expand up to the character `stop`, and move past it. If `stop` is "", expand to the end.

        keep_escapes: whether escape characters stay in the text, as in patterns
        is_quoted: whether the text is in double quotes
        """
        sections: list[Expansion] = []
        special = "$" if is_quoted else "$'\""
        ordinary = re.compile(f"[^{special}{re.escape(stop + self._scope.escape)}]+")
        while self._at < len(self._word):
            start = self._at
            char = self._word[start]
            if char == stop:
                self._at += 1
                return self._joined(sections)
            if match := ordinary.match(self._word, start):
                self._at = match.end()
                sections.append(self._literal(start, self._at))
            elif char == "$":
                sections.append(self._dollar())
            elif char == "'":
                end = self._word.find("'", start + 1)
                if end < 0:
                    raise ExpansionError("unterminated single quote")
                self._at = end + 1
                sections.append(self._literal(start + 1, end))
            elif char == '"':
                self._at += 1
                sections.append(self.until('"', keep_escapes=keep_escapes, is_quoted=True))
            elif is_quoted and self._word[start + 1 : start + 2] not in ('"', "$", self._scope.escape):
                self._at += 1
                # In a quoted pattern, BuildKit doubles an escape character that escapes nothing.
                sections.append(Expansion(char * 2) if keep_escapes else self._literal(start, self._at))
            else:
                self._at += 2
                sections.append(self._literal(start if keep_escapes else start + 1, self._at))
        if stop:
            raise ExpansionError("unterminated double quote" if is_quoted else f"missing '{stop}'")
        return self._joined(sections)

    def _literal(self, start: int, end: int) -> Expansion:
        """Return the slice `start:end` of the word, unexpanded."""
        text = self._word[start:end]
        return Expansion(text, origins=(Origin(0, len(text), self._number, start + self._dropped),))

    def _joined(self, sections: list[Expansion]) -> Expansion:
        """Join sections, and merge origins that are adjacent in the same source word."""
        if len(sections) == 1:
            return sections[0]
        self._charge(sum(len(section.text) for section in sections))
        origins: list[Origin] = []
        at = 0
        for section in sections:
            for origin in section.origins if len(origins) <= MAX_ORIGINS else ():
                moved = origin._replace(at=at + origin.at)
                last = origins[-1] if origins else UNTRACED[0]
                following = Origin(last.at + last.length, moved.length, last.word, last.start + last.length)
                if origins and moved.length and moved == following:
                    origins[-1] = last._replace(length=last.length + moved.length)
                else:
                    origins.append(moved)
            at += len(section.text)
        text = "".join(section.text for section in sections)
        return Expansion(text, origins=tuple(origins) if len(origins) <= MAX_ORIGINS else UNTRACED)

    def _charge(self, characters: int) -> None:
        if characters > self._scope.left:
            raise ExpansionError(f"the file's words expand to more than {MAX_EXPANSION:,} characters")
        self._scope.left -= characters

    def _dollar(self) -> Expansion:
        """Expand the `$NAME` or `${…}` at the current position."""
        start = self._at
        is_braced = self._word.startswith("{", start + 1)
        self._at += 1 + is_braced
        self._depth += is_braced
        if self._depth > MAX_DEPTH:
            raise ExpansionError(f"'${{…}}' is nested more than {MAX_DEPTH} deep")
        following = self._word[self._at : self._at + 1]
        if is_braced and following in ("", "{", "}", ":"):
            raise ExpansionError("missing name after '${'" if following else "missing '}'")
        end = name_end(self._word, self._at)
        name, self._at = self._word[self._at : end], end
        if not is_braced:
            value = self._value(name) if name else self._literal(start, end)
        else:
            colon = ":" if self._word.startswith(":", end) else ""
            modifier = self._word[end : end + len(colon) + 1]
            self._at += len(colon) + 1
            if modifier == "}":
                value = self._value(name)
            elif modifier in ("#", "%", "/"):
                value = self._matched(name, modifier)
            elif modifier[len(colon) :] in ("-", "+", "?"):
                value = self._alternative(name, modifier)
            else:
                raise ExpansionError(f"unsupported modifier {quoted(modifier)}")
            self._depth -= 1
        self.has_gaps |= not value.text
        return value

    def _alternative(self, name: str, modifier: str) -> Expansion:
        """Expand `${NAME-w}`, `${NAME+w}` or `${NAME?w}`, with or without a colon."""
        word = self.until("}")
        variable = self._variable(name)
        is_usable = variable is not None and (bool(variable.text) or ":" not in modifier)
        if "+" in modifier:
            return word if is_usable else Expansion("")
        if "-" in modifier and not is_usable:
            return word
        value = self._value(name)
        if is_usable:
            return value
        reason = f": {quoted(word.text)}" if word.text else ""
        raise NoValueError(f"{quoted(name)} has no value{reason}")

    def _matched(self, name: str, operator: str) -> Expansion:
        """Expand `${NAME#p}`, `${NAME%p}` or `${NAME/p/r}`."""
        is_replacing = operator == "/"
        is_everywhere = is_replacing and self._word.startswith("/", self._at)
        self._at += is_everywhere
        pattern = self.until("/" if is_replacing else "}", keep_escapes=True)
        replacement = self.until("}", keep_escapes=True) if is_replacing else Expansion("")
        is_longest = not is_replacing and pattern.text.startswith(operator)
        wildcards = pattern.text[is_longest:]
        value = self._value(name)
        # Compiling a pattern takes as long as matching a text of 256 characters.
        self._charge(len(wildcards) * max(len(value.text), 256))
        try:
            if is_replacing:
                sections = replaced(value.text, wildcards, replacement.text, everywhere=is_everywhere)
            else:
                sections = [trimmed(value.text, wildcards, at_end=operator == "%", longest=is_longest)]
        except PatternError as error:
            raise ExpansionError(str(error)) from None
        self._charge(sum(map(len, sections)))
        sources = (*value.origins, *pattern.origins, *replacement.origins)
        origins = [origin._replace(at=0, length=0) for origin in sources]
        text = "".join(sections)
        return Expansion(text, origins=tuple(origins) if len(origins) <= MAX_ORIGINS else UNTRACED)

    def _value(self, name: str) -> Expansion:
        """Return the value of a variable, or an empty value if the variable has none.

        Adds missing and unknown variables to `self.missing` and `self.unknown`.
        """
        variable = self._variable(name)
        if variable is None:
            (self.missing if name in self._scope.declared else self.unknown).add(name)
            return Expansion("")
        self.missing |= variable.missing
        self.unknown |= variable.unknown
        self.varies |= variable.varies
        self.has_gaps |= variable.has_gaps
        return variable

    def _variable(self, name: str) -> Expansion | None:
        variable = self._scope.variables.get(name)
        if variable is BROKEN:
            raise BrokenVariableError(name)
        return variable
