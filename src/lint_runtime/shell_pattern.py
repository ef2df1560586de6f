"""The wildcard patterns of `${VAR#p}`, `${VAR%p}` and `${VAR/p/r}`, matched without backtracking.

BuildKit hands these to a linear-time regular expression engine; Python's is not linear, so a pattern
such as `*a*a*a*b` from a hostile file must not reach it. A pattern is a list of pieces between stars;
pieces have a fixed length and are searched one after the other.
"""

from __future__ import annotations

import re


class PatternError(ValueError):
    r"""A pattern BuildKit refuses: a backslash before anything but `*`, `?`, `\`, `/` or `}`."""


Piece = tuple["str | None", ...]
"""The characters of a run without a star; None stands for `?`, any one character."""


def parse(pattern: str) -> tuple[Piece, ...]:
    """Split `pattern` at its stars: `a*b?` becomes `(("a",), ("b", None))`. Raises PatternError."""
    pieces: list[list[str | None]] = [[]]
    chars = iter(pattern)
    for char in chars:
        if char == "*":
            pieces.append([])
        elif char == "?":
            pieces[-1].append(None)
        elif char == "\\":
            pieces[-1].append(_unescaped(next(chars, "")))
        else:
            pieces[-1].append(char)
    return tuple(map(tuple, pieces))


def _unescaped(char: str) -> str:
    if char not in ("*", "?", "\\", "/", "}"):
        raise PatternError(f"invalid escape '\\{char}' in a pattern")
    return char


def without_prefix(value: str, pattern: str, *, longest: bool) -> str:
    """Return `value` without the shortest or longest prefix that `pattern` matches."""
    pieces = parse(pattern)
    return value[_match_end(value, 0, pieces, longest=longest) or 0 :]


def without_suffix(value: str, pattern: str, *, longest: bool) -> str:
    """Return `value` without the shortest or longest suffix that `pattern` matches."""
    pieces = tuple(piece[::-1] for piece in reversed(parse(pattern)))
    return value[::-1][_match_end(value[::-1], 0, pieces, longest=longest) or 0 :][::-1]


def spans(value: str, pattern: str) -> list[tuple[int, int]]:
    """Return where `pattern` matches in `value`, leftmost and longest first, none overlapping."""
    pieces = parse(pattern)
    first = _compiled(pieces[0])
    found: list[tuple[int, int]] = []
    position = 0
    while position <= len(value):
        start = first.search(value, position)
        if start is None:
            break
        end = _match_end(value, start.start(), pieces, longest=True)
        if end is None:
            break
        adjacent_and_empty = found and end == start.start() == found[-1][1]
        if not adjacent_and_empty:
            found.append((start.start(), end))
        position = end if end > start.start() else end + 1
    return found


def _match_end(value: str, start: int, pieces: tuple[Piece, ...], *, longest: bool) -> int | None:
    head = _compiled(pieces[0]).match(value, start)
    if head is None:
        return None
    end = head.end()
    for piece in pieces[1:]:
        match = _compiled(piece).search(value, end)
        if match is None:
            return None
        last_begin, end = end, match.end()
    if longest and len(pieces) > 1:
        # Every earlier piece sits as far left as it can, so the last one may go as far right as it can.
        tail = _compiled(pieces[-1][::-1]).search(value[last_begin:][::-1])
        end = len(value) - tail.start() if tail else end
    return end


def _compiled(piece: Piece) -> re.Pattern[str]:
    return re.compile("".join("." if char is None else re.escape(char) for char in piece), re.DOTALL)
