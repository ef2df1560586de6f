"""Places in a buffer as the linter counts them, and as an editor does."""

import re
from bisect import bisect_right

from lsprotocol import types

from lint_runtime.api import Location

_UNIT_BYTES = {
    types.PositionEncodingKind.Utf8: ("utf-8", 1),
    types.PositionEncodingKind.Utf16: ("utf-16-le", 2),
    types.PositionEncodingKind.Utf32: ("utf-32-le", 4),
}


class Positions:
    """Turns locations in a text into ranges and back.

    The linter ends lines at line feeds and counts characters; an editor ends them at carriage returns, too,
    and counts units of the encoding that it agreed on with the server.
    """

    def __init__(self, text: str, encoding: types.PositionEncodingKind | str) -> None:
        self._text = text
        self._encoding, self._size = _UNIT_BYTES[types.PositionEncodingKind(encoding)]
        self._starts = [0, *(match.end() for match in re.finditer("\n", text))]
        self._shown_starts = [0, *(match.end() for match in re.finditer("\r\n|\n|\r", text))]
        # The linter does not count a byte order mark.
        self._mark = int(text.startswith("\ufeff"))

    def offset(self, position: types.Position) -> int:
        """Return how many characters are before a position; the nearest one there is."""
        if position.line >= len(self._shown_starts):
            return len(self._text)
        start = self._shown_starts[position.line]
        line = re.compile("[^\r\n]*").match(self._text, start)
        units = 0
        for index, char in enumerate(line[0] if line else ""):
            if units >= position.character:
                return start + index
            units += self._units(char)
        return line.end() if line else start

    def position(self, offset: int) -> types.Position:
        """Return the position behind so many characters."""
        line = bisect_right(self._shown_starts, offset) - 1
        before = self._text[self._shown_starts[line] : offset]
        return types.Position(line, self._units(before))

    def _units(self, text: str) -> int:
        return len(text.encode(self._encoding, "surrogatepass")) // self._size

    def span(self, location: Location) -> tuple[int, int]:
        """Return how many characters are before a location and before its end."""
        start = self._offset(location.line, location.column)
        return start, max(start, self._offset(location.end_line, location.end_column))

    def range(self, location: Location) -> types.Range:
        """Return the range of a location."""
        start, end = self.span(location)
        return types.Range(self.position(start), self.position(end))

    def holds(self, location: Location, offset: int) -> bool:
        """Whether a place is in a location, or at its end."""
        start, end = self.span(location)
        return start <= offset <= end

    def _offset(self, line: int, column: int) -> int:
        if line > len(self._starts):
            return len(self._text)
        start = self._starts[line - 1]
        mark = self._mark if line == 1 else 0
        end = self._starts[line] if line < len(self._starts) else len(self._text)
        return min(start + mark + column - 1, end)
