"""Parse TOML 1.1 as the Astro CLI does, with the location of each value.

tomli returns no locations, and differs from the CLI in two cases. It rejects all dates that do not exist,
but the CLI rejects them only in tables that it reads. It accepts `b.d = 1` in `[a]` after `[a.b.c]`, but
the CLI does not.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from enum import Enum, auto
from typing import Any, NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.text import parse_day, quoted

MAX_NESTING = 100
"""The maximum depth of arrays and inline tables, because the parser is recursive. The CLI has no limit."""

_BAD = r"\x00-\x08\x0a-\x1f\x7f"
_ESCAPE = r'\\(?:["\\bfnrte]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8})'

_GAP = re.compile(rf"(?:[ \t]|\r?\n)*(#[^{_BAD}]*)?")
_SPACE = re.compile(r"[ \t]*")
_EQUALS = re.compile(r"=[ \t]*")
_LINE_END = re.compile(rf"[ \t]*(#[^{_BAD}]*)?(?:\r?\n|\Z)")
_KEY = re.compile("[A-Za-z0-9_-]+")
_STRING = re.compile(rf"""'([^'{_BAD}]*)'|"([^"\\{_BAD}]*(?:{_ESCAPE}[^"\\{_BAD}]*)*)\"""")
_OPEN_STRING = re.compile(rf"""'[^'{_BAD}]*|"[^"\\{_BAD}]*(?:{_ESCAPE}[^"\\{_BAD}]*)*""")
# The last three quotes close the string. Up to two quotes before them belong to the text.
_LITERAL_END = re.compile("'{3,5}")
_BASIC_END = re.compile(r'\\.|"{3,5}', re.DOTALL)
_BAD_IN_LINES = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")
_ANY_ESCAPE = re.compile(rf"({_ESCAPE})|\\[ \t]*\r?\n(?:[ \t\n]|\r\n)*|\\")
_SCALAR = re.compile(
    r"(?P<boolean>true|false)"
    r"|(?P<date>(?:[0-9]{4}-|[0-9]{2}:)(?:[0-9:+.ZzTt-]| (?=[0-9]))*)"
    r"|(?P<integer>0x[0-9A-Fa-f](?:_?[0-9A-Fa-f])*|0o[0-7](?:_?[0-7])*|0b[01](?:_?[01])*"
    r"|[+-]?(?:0|[1-9](?:_?[0-9])*)(?![0-9.eE_]))"
    r"|(?P<float>[+-]?(?:inf|nan|(?:0|[1-9](?:_?[0-9])*)"
    r"(?:\.[0-9](?:_?[0-9])*)?(?:[eE][+-]?[0-9](?:_?[0-9])*)?(?![0-9_])))"
)
_TIME = r"(?:[01][0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]+)?)?"
_DATE = (
    rf"(?P<day>[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}})"
    rf"(?:[Tt ]{_TIME}(?:[Zz]|[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?)?|{_TIME}"
)
_ESCAPED = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "e": "\x1b"}


def decode(data: bytes) -> str:
    """Decode a file. Invalid UTF-8 bytes become NUL, which the parser rejects."""
    text = data.decode("utf-8", "surrogateescape")
    return text if text.isascii() else re.sub("[\udc80-\udcff]", "\0", text)


class Origin(Enum):
    """The syntax that created a table. It decides which other syntax may add keys to the table.

    IMPLIED: the header of a table below it
    HEADER: its own header
    DOTTED: a dotted key
    INLINE: braces
    """

    IMPLIED = auto()
    HEADER = auto()
    DOTTED = auto()
    INLINE = auto()


class Value(NamedTuple):
    """A value and its place in the text.

    kind: `string`, `boolean`, `integer`, `float`, `date`, `array`, `table`, or `tables` for `[[a]]`
    data: a str, a bool, a list of values or a Table. For integers, floats and dates, their source text
    span: the offsets of the value. For a table without braces, the offsets of the key that creates it
    key: the offsets of the key. For an element of an array, the offsets of the element
    """

    kind: str
    data: Any
    span: tuple[int, int]
    key: tuple[int, int]


class Table(dict[str, Value]):
    """Maps the keys of a table to their values."""

    def __init__(self, origin: Origin) -> None:
        self.origin = origin


class TomlError(ValueError):
    """A syntax error.

    offset: the offset of the error in the text
    """

    def __init__(self, message: str, offset: int) -> None:
        super().__init__(message)
        self.offset = offset


class Document:
    """The tables of a TOML file.

    text: the text of the file
    root: the top-level table
    comments: the offsets of each comment, from `#` to the end of the line
    impossible: the offsets of numbers that are too large, and of dates that do not exist. The CLI rejects
        these only in tables that it reads
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.root = Table(Origin.HEADER)
        self.comments: list[tuple[int, int]] = []
        self.impossible: set[tuple[int, int]] = set()
        self._line_starts: list[int] = []
        self._at = 0
        self._depth = 0

    def locate(self, start: int, end: int) -> Location:
        """Return the location of `text[start:end]`."""
        if not self._line_starts:
            self._line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        starts = self._line_starts
        first = last = bisect_right(starts, start)
        if last < len(starts) and end > starts[last]:
            last = bisect_right(starts, end - 1)
        return Location(first, start - starts[first - 1] + 1, last, end - starts[last - 1] + 1)

    def content(self, span: tuple[int, int]) -> tuple[int, int]:
        """Return the offsets of the text between the quotes of a string.

        Leaves out a line break after three opening quotes.
        """
        start, end = span[0] + 1, span[1] - 1
        if self.text.startswith(("'''", '"""'), start - 1):
            start, end = start + 2, end - 2
            for line_break in ("\n", "\r\n"):
                if self.text.startswith(line_break, start):
                    return start + len(line_break), end
        return start, end

    def parse(self) -> None:
        """Parse the text into `root`. Raises TomlError at the first error; `root` keeps earlier values."""
        table = self.root
        while self._skip_gap():
            if self.text[self._at] == "[":
                table = self._parse_header()
            else:
                names, value = self._parse_pair()
                self._end_line()
                _insert(table, names, value)

    def _skip_gap(self) -> bool:
        """Skip white space, line breaks and comments. Returns False at the end of the file."""
        for match in _GAP.finditer(self.text, self._at):
            self._at = match.end()
            if not match.lastindex:
                break
            self.comments.append(match.span(1))
            if self._at < len(self.text) and not self.text.startswith(("\n", "\r\n"), self._at):
                raise TomlError("The comment has an invalid character", self._at)
        return self._at < len(self.text)

    def _skip_space(self) -> None:
        if match := _SPACE.match(self.text, self._at):
            self._at = match.end()

    def _end_line(self) -> None:
        match = _LINE_END.match(self.text, self._at)
        if match is None:
            gap = _GAP.match(self.text, self._at)
            raise TomlError("Expected the end of the line", gap.end() if gap else self._at)
        self._at = match.end()
        if match.lastindex:
            self.comments.append(match.span(1))

    def _parse_header(self) -> Table:
        """Parse a header such as `[a.b]` or `[[a.b]]`. Returns the new table."""
        is_array = self.text.startswith("[[", self._at)
        closing = "]]" if is_array else "]"
        self._at += len(closing)
        self._skip_space()
        names, span = self._parse_key()
        if not self.text.startswith(closing, self._at):
            raise TomlError(f"Expected '{closing}'", self._at)
        self._at += len(closing)
        self._end_line()
        table = self.root
        for name in names[:-1]:
            entry = table.setdefault(name, Value("table", Table(Origin.IMPLIED), span, span))
            table = entry.data[-1].data if entry.kind == "tables" else entry.data
            if not isinstance(table, Table) or table.origin is Origin.INLINE:
                raise TomlError(f"The key {quoted(name)} already has a value", span[0])
        name = names[-1]
        known = table.get(name)
        child = Table(Origin.HEADER)
        created = Value("table", child, span, span)
        if known is None:
            table[name] = Value("tables", [created], span, span) if is_array else created
        elif is_array and known.kind == "tables":
            known.data.append(created)
        elif not is_array and known.kind == "table" and known.data.origin is Origin.IMPLIED:
            child.update(known.data)
            table[name] = created
        else:
            raise TomlError(f"The key {quoted(name)} is already defined", span[0])
        return child

    def _parse_key(self) -> tuple[list[str], tuple[int, int]]:
        """Parse a key and the spaces after it. Returns the parts and the offsets of the key."""
        names: list[str] = []
        first = self._at
        while True:
            if match := _KEY.match(self.text, self._at):
                self._at = match.end()
                names.append(match[0])
            elif self.text.startswith(('"', "'"), self._at):
                names.append(self._parse_string())
            else:
                raise TomlError("Expected a key", self._at)
            end = self._at
            self._skip_space()
            if not self.text.startswith(".", self._at):
                return names, (first, end)
            self._at += 1
            self._skip_space()

    def _parse_pair(self) -> tuple[list[str], Value]:
        """Parse `key = value`. Returns the parts of the key, and the value."""
        names, key = self._parse_key()
        match = _EQUALS.match(self.text, self._at)
        if match is None:
            raise TomlError("Expected '=' after the key", self._at)
        self._at = match.end()
        return names, self._parse_value(key)

    def _parse_value(self, key: tuple[int, int] | None = None) -> Value:
        start = self._at
        char = self.text[start : start + 1]
        data: Any
        if char in ("'", '"'):
            is_long = self.text.startswith(char * 3, start)
            kind, data = "string", self._parse_lines() if is_long else self._parse_string()
        elif char in ("[", "{"):
            if self._depth == MAX_NESTING:
                raise TomlError(f"The value is nested more than {MAX_NESTING} levels deep", start)
            self._depth += 1
            self._at += 1
            if char == "[":
                kind, data = "array", [self._parse_value() for _ in self._elements("]")]
            else:
                kind, data = "table", Table(Origin.INLINE)
                for _ in self._elements("}"):
                    _insert(data, *self._parse_pair())
            self._depth -= 1
        else:
            match = _SCALAR.match(self.text, start)
            if match is None:
                raise TomlError("Expected a value", start)
            self._at = match.end()
            kind = match.lastgroup or ""
            data = match[0] == "true" if kind == "boolean" else match[0]
            if not _exists(kind, match[0]):
                self.impossible.add(match.span())
        span = start, self._at
        return Value(kind, data, span, key or span)

    def _elements(self, bracket: str) -> Iterator[None]:
        """Skip the commas and the closing bracket of an array or inline table.

        Yields before each element, for the caller to parse the element.
        """
        while not self._takes(bracket):
            yield
            if not self._takes(","):
                if self._takes(bracket):
                    return
                raise TomlError(f"Expected ',' or '{bracket}'", self._at)

    def _takes(self, text: str) -> bool:
        """Skip white space and comments, and then `text` if it is next. Returns whether `text` was next."""
        if not self.text.startswith(text, self._at):
            self._skip_gap()
        follows = self.text.startswith(text, self._at)
        self._at += follows
        return follows

    def _parse_string(self) -> str:
        """Parse a single-line string."""
        start = self._at
        match = _STRING.match(self.text, start)
        if match is None:
            at = next(_OPEN_STRING.finditer(self.text, start)).end()
            reasons = {"\\": "Invalid escape sequence"}
            reasons |= dict.fromkeys(("", "\n", "\r"), "Unterminated string")
            raise TomlError(reasons.get(self.text[at : at + 1], "The string has an invalid character"), at)
        self._at = match.end()
        text = match[match.lastindex or 0]
        return self._unescape(text, start + 1) if match.lastindex == 2 and "\\" in text else text

    def _parse_lines(self) -> str:
        """Parse a multi-line string."""
        start = self._at
        quote = self.text[start]
        pattern = _BASIC_END if quote == '"' else _LITERAL_END
        closing = next((m for m in pattern.finditer(self.text, start + 3) if m[0][0] == quote), None)
        end = closing.start() if closing else len(self.text)
        if bad := _BAD_IN_LINES.search(self.text, start, end):
            raise TomlError("The string has an invalid character", bad.start())
        if closing is None:
            raise TomlError("Unterminated string", end)
        self._at = closing.end()
        first, last = self.content((start, self._at))
        text = self.text[first:last]
        return self._unescape(text, first) if quote == '"' and "\\" in text else text

    def _unescape(self, text: str, offset: int) -> str:
        """Replace the escape sequences in the text of a basic string.

        offset: the offset of `text` in the file, to locate errors
        """

        def replace(match: re.Match[str]) -> str:
            sequence = match[1]
            if sequence is None:
                if match[0] == "\\":
                    raise TomlError("Invalid escape sequence", offset + match.start())
                return ""
            if len(sequence) == 2:
                return _ESCAPED.get(sequence[1], sequence[1])
            number = int(sequence[2:], 16)
            if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF:
                raise TomlError("The escape sequence names no character", offset + match.start())
            return chr(number)

        return _ANY_ESCAPE.sub(replace, text)


def _insert(table: Table, names: list[str], value: Value) -> None:
    """Insert a value at a dotted key, and create missing tables. Raises TomlError if the key is defined."""
    key = value.key
    for name in names[:-1]:
        entry = table.setdefault(name, Value("table", Table(Origin.DOTTED), key, key))
        if entry.kind != "table" or entry.data.origin is not Origin.DOTTED:
            raise TomlError(f"The key {quoted(name)} is already defined", key[0])
        table = entry.data
    if names[-1] in table:
        raise TomlError(f"The key {quoted(names[-1])} is already defined", key[0])
    table[names[-1]] = value


def _exists(kind: str, text: str) -> bool:
    """Return False for integers over 64 bits, floats such as 1e999, and impossible dates and times."""
    if kind == "integer":
        digits = text.replace("_", "")
        # Check the length first: int() raises an error for thousands of digits.
        return len(digits) < 70 and -(1 << 63) <= int(digits, 0) < 1 << 63
    if kind == "float":
        return abs(float(text)) != float("inf") or "inf" in text
    if kind == "date":
        match = re.fullmatch(_DATE, text)
        return match is not None and (match["day"] is None or parse_day(match["day"]) is not None)
    return True
