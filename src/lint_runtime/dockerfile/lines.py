"""Where text is in a Dockerfile: logical lines, the words in them, and errors."""

from bisect import bisect_right
from typing import NamedTuple

from lint_runtime.diagnostics import Location


class SourceError(NamedTuple):
    """Something that the build rejects: where, and what is wrong. `help`: what to write, "" if unknown."""

    location: Location
    message: str
    help: str = ""


class Piece(NamedTuple):
    """A part of a logical line: where it starts in the joined text, and where in the file (from 1)."""

    start: int
    line: int
    column: int


def _start(piece: Piece) -> int:
    return piece.start


class LogicalLine(NamedTuple):
    """One instruction on one line: continuations joined, comments inside dropped. Lines count from 1."""

    line: int
    end_line: int
    text: str
    pieces: tuple[Piece, ...]

    def locate(self, start: int, end: int) -> Location:
        """Return where the characters `start` to `end` (exclusive) of `text` are in the file."""
        first = self._piece(start)
        last = self._piece(max(start, end - 1))
        return Location(
            first.line, first.column + start - first.start, last.line, last.column + end - last.start
        )

    def _piece(self, offset: int) -> Piece:
        return self.pieces[bisect_right(self.pieces, offset, key=_start) - 1]


class Word(NamedTuple):
    """A word of a logical line and its place.

    `start`: where its text starts in the text of the line; None if the text is not there as it is
    because quotes or escapes were removed.
    """

    text: str
    location: Location
    line: LogicalLine
    start: int | None = None

    def locate(self, start: int, end: int) -> Location | None:
        """Return where the characters `start` to `end` (exclusive) are, None unless on one line."""
        if self.start is None:
            return None
        place = self.line.locate(self.start + start, self.start + end)
        return place if place.line == place.end_line else None

    def after(self, length: int) -> "Word":
        """Return the word without its first `length` characters, at the same location."""
        start = None if self.start is None else self.start + length
        return self._replace(text=self.text[length:], start=start)
