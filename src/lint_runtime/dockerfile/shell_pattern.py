"""The wildcard patterns of `${VAR#p}`, `${VAR%p}` and `${VAR/p/r}`, matched without backtracking.

BuildKit hands these to a linear-time regular expression engine; Python's is not linear, so a pattern
such as `*a*a*a*b` from a hostile file must not reach it. A pattern is a list of pieces between stars;
pieces have a fixed length and are searched one after the other.
"""

import re
from collections.abc import Callable
from typing import NamedTuple


class PatternError(ValueError):
    r"""A pattern BuildKit refuses: a backslash before anything but `*`, `?`, `\`, `/` or `}`."""


Piece = tuple["str | None", ...]
"""The characters of a run without a star; None is `?`, any one character."""


class _Pattern(NamedTuple):
    """The pieces, ready to be searched, and the last one reversed to be searched from the end."""

    pieces: tuple[re.Pattern[str], ...]
    last_reversed: re.Pattern[str]


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
    return value[_match_end(value, 0, _compiled(parse(pattern)), longest=longest) or 0 :]


def without_suffix(value: str, pattern: str, *, longest: bool) -> str:
    """Return `value` without the shortest or longest suffix that `pattern` matches."""
    end = _match_end(value[::-1], 0, _compiled(parse(_reversed(pattern))), longest=longest)
    return value[: len(value) - (end or 0)]


def _reversed(pattern: str) -> str:
    """Return `pattern` backwards, as BuildKit does: a lone last backslash escapes what was before it."""
    return "".join(re.findall(r"\\.|.", pattern, re.DOTALL)[::-1])


_LARGE = 1 << 20
"""The size of a result from which on it is counted before it is made."""


def replaced(
    value: str, pattern: str, replacement: str, *, everywhere: bool, check_size: Callable[[int], None]
) -> str:
    """Return `value` with `replacement` where `pattern` matches first, or everywhere.

    `check_size` gets the size of the result before it is made, and may raise.
    """
    compiled = _compiled(parse(pattern))
    if len(compiled.pieces) == 1:
        # One piece has one length, so that Python's own replacing is linear, and the same.
        piece, count = compiled.pieces[0], 0 if everywhere else 1
        if len(value) * len(replacement) > _LARGE:
            lengths = [len(text) for text in piece.findall(value)][: count or None]
            check_size(len(value) - sum(lengths) + len(lengths) * len(replacement))
        text = piece.sub(replacement.replace("\\", r"\\"), value, count=count)
        check_size(len(text))
        return text
    parts: list[str] = []
    end = 0
    for start, stop in _spans(value, compiled)[: None if everywhere else 1]:
        parts += (value[end:start], replacement)
        end = stop
    parts.append(value[end:])
    check_size(sum(map(len, parts)))
    return "".join(parts)


def _spans(value: str, compiled: _Pattern) -> list[tuple[int, int]]:
    """Return where a pattern matches in `value`, leftmost and longest first, none overlapping."""
    found: list[tuple[int, int]] = []
    position = 0
    while position <= len(value):
        head = compiled.pieces[0].search(value, position)
        end = _match_end(value, head.start(), compiled, longest=True) if head else None
        if head is None or end is None:
            break
        start = head.start()
        is_adjacent_and_empty = bool(found) and end == start == found[-1][1]
        if not is_adjacent_and_empty:
            found.append((start, end))
        position = end if end > start else end + 1
    return found


def _match_end(value: str, start: int, pattern: _Pattern, *, longest: bool) -> int | None:
    head = pattern.pieces[0].match(value, start)
    if head is None:
        return None
    begin = end = head.end()
    for piece in pattern.pieces[1:]:
        match = piece.search(value, end)
        if match is None:
            return None
        begin, end = end, match.end()
    if longest and len(pattern.pieces) > 1:
        # Every earlier piece sits as far left as it can, so the last one may go as far right as it can.
        tail = pattern.last_reversed.search(value[begin:][::-1])
        end = len(value) - tail.start() if tail else end
    return end


def _compiled(pieces: tuple[Piece, ...]) -> _Pattern:
    return _Pattern(tuple(map(_expression, pieces)), _expression(pieces[-1][::-1]))


def _expression(piece: Piece) -> re.Pattern[str]:
    return re.compile("".join("." if char is None else re.escape(char) for char in piece), re.DOTALL)
