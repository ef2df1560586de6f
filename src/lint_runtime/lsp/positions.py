"""Convert between linter locations and editor positions."""

import re
from array import array
from bisect import bisect_right
from itertools import chain

from lsprotocol import types

from lint_runtime.diagnostics import Location

_ENCODINGS = {
    types.PositionEncodingKind.Utf8: ("utf-8", 1),
    types.PositionEncodingKind.Utf16: ("utf-16-le", 2),
    types.PositionEncodingKind.Utf32: ("utf-32-le", 4),
}
"""Maps each position encoding to its codec and the number of bytes per code unit."""


class Positions:
    """Converts between locations, positions and offsets in a document.

    A location is where the linter finds something: its lines end at line feeds, and its columns count
    characters. A position belongs to the editor: its lines also end at carriage returns, and its columns
    count code units of the negotiated encoding. An offset counts characters from the start of the text.
    """

    def __init__(self, text: str, encoding: types.PositionEncodingKind | str) -> None:
        self._text = text
        self._codec, self._unit_size = _ENCODINGS[types.PositionEncodingKind(encoding)]
        # Arrays take a tenth of the memory of lists: a file may have millions of empty lines.
        self._linter_lines = self._starts("\n")
        self._editor_lines = self._starts("\r\n|\n|\r")

    def _starts(self, line_end: str) -> "array[int]":
        """Return the offsets of the starts of lines, given the pattern of a line end."""
        return array("I", chain([0], (match.end() for match in re.finditer(line_end, self._text))))

    def offset(self, position: types.Position) -> int:
        """Return the offset of a position.

        A position past the end of a line or of the text counts as the position of that end.
        """
        if position.line >= len(self._editor_lines):
            return len(self._text)
        offset = self._editor_lines[position.line]
        units = 0
        while units < position.character and self._text[offset : offset + 1] not in ("", "\r", "\n"):
            units += len(self._text[offset].encode(self._codec, "surrogatepass")) // self._unit_size
            offset += 1
        return offset

    def position(self, offset: int) -> types.Position:
        """Return the position of an offset."""
        line = bisect_right(self._editor_lines, offset) - 1
        before = self._text[self._editor_lines[line] : offset].encode(self._codec, "surrogatepass")
        return types.Position(line, len(before) // self._unit_size)

    def span(self, location: Location) -> tuple[int, int]:
        """Return the offsets of the start and the end of a location."""
        offsets = []
        for line, column in (location.start, location.end):
            start, *following = self._linter_lines[line - 1 : line + 1]
            # Linter columns don't count the byte-order mark, so add it.
            mark = line == 1 and self._text.startswith("\ufeff")
            # Stop at the next line: a lone surrogate counts as three columns, so `column` may be too large.
            offsets.append(min(start + mark + column - 1, *following, len(self._text)))
        return offsets[0], offsets[1]

    def range(self, location: Location) -> types.Range:
        """Convert a location to a range of positions."""
        return types.Range(*map(self.position, self.span(location)))

    def touches(self, location: Location, start: int, end: int) -> bool:
        """Whether a location overlaps or borders the text between two offsets."""
        first, last = self.span(location)
        return first <= end and start <= last
