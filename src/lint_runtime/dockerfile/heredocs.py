"""Which here-documents follow a RUN, COPY or ADD: the words after `<<`, found as BuildKit finds them."""

import json
import re
from functools import lru_cache
from typing import NamedTuple

from lint_runtime.dockerfile.expansion import MAX_DEPTH, name_end
from lint_runtime.dockerfile.lexer import SPACE, split_flags, split_instructions


class Heredoc(NamedTuple):
    """One here-document. The line that ends it is `terminator`, after any tabs if `strip_tabs`."""

    terminator: str
    strip_tabs: bool


class _UnbalancedError(ValueError):
    """A quote or a `${` that never closes. BuildKit then sees no words in the line, so no heredocs."""


_HEREDOC = re.compile(r"[0-9]*<<(-?)[\t\n\f\r ]*([^<]*)\Z")
_ORDINARY = re.compile(f"[^{SPACE}$'\"\\\\<]+")
_QUOTED_ESCAPE = re.compile(r'\\(["$\\])')


# Most heredocs start with the same line, `RUN <<EOF`.
@lru_cache(maxsize=16)
def parse_heredocs(line: str, escape: str) -> tuple[Heredoc, ...]:
    """Return the here-documents that the whole logical `line` of an instruction starts, in order."""
    try:
        words = _words(line)
    except _UnbalancedError:
        return ()
    return tuple(filter(None, map(_heredoc, words))) if _takes_heredocs(line, escape) else ()


def _takes_heredocs(text: str, escape: str) -> bool:
    """Whether the instruction is one that takes heredocs, and not in its JSON form."""
    keyword, rest = _split(text, escape)
    if keyword == "ONBUILD":
        keyword, rest = _split(rest, escape)
    return keyword in ("RUN", "COPY", "ADD") and not (rest.startswith("[") and _is_json(rest))


def _split(text: str, escape: str) -> tuple[str, str]:
    """Return the keyword of an instruction, and what follows it and its flags."""
    ((keyword, value),) = split_instructions([text])
    return keyword, value[split_flags(value, escape)[1] :].strip(SPACE)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _heredoc(word: str) -> Heredoc | None:
    match = _HEREDOC.match(word)
    terminator = _dequoted(match[2]) if match else ""
    return Heredoc(terminator, match[1] == "-") if match and terminator else None


def _words(line: str) -> list[str]:
    """Split `line` at unquoted white space but that after `<<`; quotes and escapes are kept."""
    line = line.removeprefix("\ufeff")
    words: list[list[str]] = [[]]
    at = 0
    while at < len(line):
        start = at
        if ordinary := _ORDINARY.match(line, at):
            at = ordinary.end()
            words[-1].append(ordinary[0])
        elif line[at] in SPACE:
            at += 1
            words.append([])
        elif line.startswith("<<", at):
            at += 2
            while line[at : at + 1] in ("\t", " ", "\r"):
                at += 1
            words[-1].append(line[start:at])
        else:
            at = _token_end(line, at)
            words[-1].append(_without_values(line[start:at]))
    return list(filter(None, map("".join, words)))


def _without_values(token: str) -> str:
    """Return a token without what BuildKit has values for, as it knows no variables: `${A-b}` is nothing.

    It keeps `$A` and `${A}` as they are.
    """
    if token[0] == "$":
        has_modifier = token.startswith("${") and name_end(token, 2) < len(token) - 1
        return "" if has_modifier else token
    if token[0] != '"':
        return token
    parts: list[str] = []
    at = 0
    while at < len(token):
        end = _quoted_end(token, at)
        parts.append(_without_values(token[at:end]) if token[at] == "$" else token[at:end])
        at = end
    return "".join(parts)


def _token_end(line: str, at: int) -> int:
    """Return where the variable, quoted string, escape or single character at `at` ends."""
    char = line[at]
    if char == "$":
        return _dollar_end(line, at, 0)
    if char == "\\":
        return min(at + 2, len(line))
    if char == "'":
        end = line.find("'", at + 1)
        if end < 0:
            raise _UnbalancedError
        return end + 1
    if char == '"':
        at += 1
        while line[at : at + 1] != '"':
            if at >= len(line):
                raise _UnbalancedError
            at = _quoted_end(line, at)
    return at + 1


def _quoted_end(line: str, at: int) -> int:
    """Return where the variable, escape or single character at `at` ends between double quotes."""
    if line[at] == "$":
        return _dollar_end(line, at, 0)
    return at + 2 if line[at : at + 2] in ('\\"', "\\$", "\\\\") else at + 1


def _dollar_end(line: str, at: int, depth: int) -> int:
    """Return where the `$NAME` or `${…}` at `at` ends."""
    if line[at + 1 : at + 2] != "{":
        return name_end(line, at + 1)
    if depth > MAX_DEPTH or line[at + 2 : at + 3] in ("", "{", "}", ":"):
        raise _UnbalancedError
    at = name_end(line, at + 2)
    modifier = line[at : at + 1]
    if modifier == "}":
        return at + 1
    if modifier == "/":
        pattern = at + (2 if line.startswith("//", at) else 1)
        return _close(line, _close(line, pattern, "/", depth), "}", depth)
    if modifier == ":":
        at += 1
        if line[at : at + 1] in ("#", "%"):
            raise _UnbalancedError
    elif modifier not in ("-", "+", "?", "#", "%"):
        raise _UnbalancedError
    return _close(line, at + 1, "}", depth)


def _close(line: str, at: int, stop: str, depth: int) -> int:
    while at < len(line):
        if line[at] == stop:
            return at + 1
        at = _dollar_end(line, at, depth + 1) if line[at] == "$" else _token_end(line, at)
    raise _UnbalancedError


def _dequoted(word: str) -> str:
    """Return `word` without its quotes and escapes."""
    parts: list[str] = []
    at = 0
    while at < len(word):
        ordinary = _ORDINARY.match(word, at)
        end = ordinary.end() if ordinary else _token_end(word, at)
        token = word[at:end]
        if token[0] == "'":
            parts.append(token[1:-1])
        elif token[0] == '"':
            parts.append(_QUOTED_ESCAPE.sub(r"\1", token[1:-1]))
        else:
            parts.append(token[1:] if token[0] == "\\" else token)
        at = end
    return "".join(parts)
