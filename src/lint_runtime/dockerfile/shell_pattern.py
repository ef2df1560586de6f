"""The wildcard patterns of `${VAR#p}`, `${VAR%p}` and `${VAR/p/r}`, matched without backtracking.

BuildKit's regular expressions run in linear time, Python's do not. A pattern is split at its stars into
segments of fixed length. Each segment is searched once, after the end of the previous one.
"""

import re
from collections.abc import Iterable
from itertools import islice


class PatternError(ValueError):
    r"""A pattern that BuildKit rejects: a backslash before anything but `*`, `?`, `\`, `/` or `}`."""


def _expressions(pattern: str, *, longest: bool) -> tuple[list[str], re.Pattern[str]]:
    """Return an expression per segment, and one for the shortest or longest match."""
    pieces: list[str] = [""]
    characters = iter(pattern)
    for char in characters:
        if char == "*":
            pieces.append("")
        elif char == "?":
            pieces[-1] += "."
        elif char != "\\":
            pieces[-1] += re.escape(char)
        elif (escaped := next(characters, "")) in ("*", "?", "\\", "/", "}"):
            pieces[-1] += re.escape(escaped)
        else:
            raise PatternError(f"invalid escape '\\{escaped}' in a pattern")
    # Python never backtracks into a lookahead.
    steps = [f"(?=(?P<_{n}>.*?{piece}))(?P=_{n})" for n, piece in enumerate(pieces[1:-1])]
    last = [".*" if longest else ".*?", pieces[-1]] if len(pieces) > 1 else []
    return pieces, re.compile("".join([pieces[0], *steps, *last]), re.DOTALL)


def without_prefix(value: str, pattern: str, *, longest: bool) -> str:
    """Remove the shortest or longest prefix that `pattern` matches. Raises PatternError."""
    match = _expressions(pattern, longest=longest)[1].match(value)
    return value[match.end() :] if match else value


def without_suffix(value: str, pattern: str, *, longest: bool) -> str:
    """Remove the shortest or longest suffix that `pattern` matches. Raises PatternError."""
    # As in BuildKit, a backslash at the end of the pattern escapes the character before it.
    backward = "".join(re.findall(r"\\.|.", pattern, re.DOTALL)[::-1])
    return without_prefix(value[::-1], backward, longest=longest)[::-1]


def replaced(value: str, pattern: str, replacement: str, *, everywhere: bool) -> list[str]:
    """Replace the first or every match of a pattern. Returns sections of text. Raises PatternError."""
    pieces, expression = _expressions(pattern, longest=True)
    matches: Iterable[re.Match[str] | None] = expression.finditer(value)
    if len(pieces) > 1:
        # A match starts where the first segment first occurs. A longest match is the only one.
        first = re.compile(pieces[0], re.DOTALL).search(value)
        matches = [expression.match(value, first.start())] if first else []
    parts: list[str] = []
    end = 0
    for match in islice(filter(None, matches), None if everywhere else 1):
        parts += (value[end : match.start()], replacement)
        end = match.end()
    return [*parts, value[end:]]
