"""Match the patterns of `${VAR#p}`, `${VAR%p}` and `${VAR/p/r}` in linear time.

Python's regular expressions may take exponential time; BuildKit uses Go's, which take linear time. To avoid
exponential time, split each pattern at its stars into segments, and search each segment only once.
"""

import re
from collections.abc import Iterable
from itertools import islice


class PatternError(ValueError):
    r"""Raised for an invalid escape: only `*`, `?`, `\`, `/` and `}` can be escaped."""


def _expressions(pattern: str, *, longest: bool) -> tuple[list[str], re.Pattern[str]]:
    """Return one regular expression per segment (a part between stars), and one for the whole pattern.

    longest: whether the whole pattern matches as much text as possible
    """
    segments: list[str] = [""]
    characters = iter(pattern)
    for char in characters:
        if char == "*":
            segments.append("")
        elif char == "?":
            segments[-1] += "."
        elif char != "\\":
            segments[-1] += re.escape(char)
        elif (escaped := next(characters, "")) in ("*", "?", "\\", "/", "}"):
            segments[-1] += re.escape(escaped)
        else:
            raise PatternError(f"invalid escape '\\{escaped}' in a pattern")
    # Lookaheads prevent backtracking: Python never retries a lookahead that has matched.
    steps = [f"(?=(?P<_{n}>.*?{segment}))(?P=_{n})" for n, segment in enumerate(segments[1:-1])]
    last = [".*" if longest else ".*?", segments[-1]] if len(segments) > 1 else []
    return segments, re.compile("".join([segments[0], *steps, *last]), re.DOTALL)


def trimmed(value: str, pattern: str, *, at_end: bool, longest: bool) -> str:
    """Remove the shortest or longest prefix or suffix that `pattern` matches. Raises PatternError."""
    if at_end:
        # Match the reversed text with the reversed pattern, but keep each backslash before the character it
        # escapes. As in BuildKit, a backslash at the end of the pattern escapes the preceding character.
        pattern = "".join(re.findall(r"\\.|.", pattern, re.DOTALL)[::-1])
        return trimmed(value[::-1], pattern, at_end=False, longest=longest)[::-1]
    match = _expressions(pattern, longest=longest)[1].match(value)
    return value[match.end() :] if match else value


def replaced(value: str, pattern: str, replacement: str, *, everywhere: bool) -> list[str]:
    """Replace the first match, or all matches if `everywhere`. Returns the parts of the new text.

    Raises PatternError.
    """
    segments, expression = _expressions(pattern, longest=True)
    matches: Iterable[re.Match[str] | None] = expression.finditer(value)
    if len(segments) > 1:
        # A star is greedy: the first match ends at the last possible place, so no second match follows.
        # The first match starts where the first segment first occurs.
        first = re.compile(segments[0], re.DOTALL).search(value)
        matches = [expression.match(value, first.start())] if first else []
    parts: list[str] = []
    end = 0
    for match in islice(filter(None, matches), None if everywhere else 1):
        parts += (value[end : match.start()], replacement)
        end = match.end()
    return [*parts, value[end:]]
