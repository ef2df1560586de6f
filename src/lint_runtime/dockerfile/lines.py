"""Split instructions into keywords, flags and words, and locate them in the file."""

import re
from bisect import bisect_right
from typing import NamedTuple

from lint_runtime.diagnostics import Location

# The white space of Go's unicode.IsSpace. Not str.isspace, which also accepts 0x1C to 0x1F.
SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The characters that BuildKit trims from both ends of a line or value."""

_INSTRUCTION = "([^\t\v\f\r ]+)[\t\v\f\r ]*"
# BuildKit reads flags byte by byte. These bytes, decoded as Latin-1, count as white space.
_BYTE_SPACE = "\t\n\v\f\r \x85\xa0"
_PLAIN_FLAG = rf"--[^{_BYTE_SPACE}\"'\\`]*(?=[{_BYTE_SPACE}]|\Z)"


class SourceError(NamedTuple):
    """A build error, or an exceeded limit of lint-runtime.

    location: the location of the rejected text or line
    message: the error message
    help: the suggested correction; may be empty
    """

    location: Location
    message: str
    help: str = ""


class Excerpt(NamedTuple):
    """A text in the file, such as a template placeholder.

    location: the location of the text or, for a placeholder, of the word that contains it
    text: the text
    """

    location: Location
    text: str


class LogicalLine(NamedTuple):
    """The joined lines of an instruction, without comments and blank lines.

    line: the number of the first line, from 1
    end_line: the number of the last line
    text: the joined text
    column: the column of the first character, from 1
    numbers: the line number of each joined line
    offsets: the offset of each joined line in `text`
    """

    line: int
    end_line: int
    text: str
    column: int
    numbers: tuple[int, ...]
    offsets: tuple[int, ...]

    def locate(self, start: int, end: int) -> Location:
        """Return the location of `text[start:end]`."""
        first = bisect_right(self.offsets, start) - 1
        last = bisect_right(self.offsets, max(start, end - 1)) - 1
        return Location(
            self.numbers[first],
            start - self.offsets[first] + (1 if first else self.column),
            self.numbers[last],
            end - self.offsets[last] + (1 if last else self.column),
        )


class Word(NamedTuple):
    """A word of an instruction.

    text: the text of the word
    location: the location of the word
    line: the instruction that contains the word
    start: the offset of the word in `line.text`, or None if quotes or escapes were removed from `text`
    """

    text: str
    location: Location
    line: LogicalLine
    start: int | None = None

    def locate(self, start: int, end: int) -> Location | None:
        """Return the location of `text[start:end]`.

        Returns None if the slice spans several lines, or if the location of the word is unknown.
        """
        if self.start is None:
            return None
        place = self.line.locate(self.start + start, self.start + end)
        return place if place.line == place.end_line else None

    def after(self, length: int) -> "Word":
        """Return the word without its first `length` characters. Keeps the location of the whole word."""
        start = None if self.start is None else self.start + length
        return self._replace(text=self.text[length:], start=start)


class Instruction(NamedTuple):
    """An instruction, split into its keyword and its value.

    keyword: the keyword in upper case
    value: the text after the keyword, including flags
    line: the joined lines of the instruction
    offset: the offset of the value in `line.text`
    """

    keyword: str
    value: str
    line: LogicalLine
    offset: int

    @property
    def location(self) -> Location:
        """The location of the instruction, without surrounding white space."""
        text = self.line.text
        return self.line.locate(len(text) - len(text.lstrip(SPACE)), len(text.rstrip(SPACE)))

    @property
    def written_keyword(self) -> Word:
        """The keyword in its original case. Empty if the instruction is only an escape character."""
        text = self.line.text
        start = len(text) - len(text.lstrip(SPACE))
        end = start + len(self.keyword)
        return Word(text[start:end], self.line.locate(start, end), self.line, start)

    def word(self, start: int, end: int) -> Word:
        """Return `value[start:end]` as a word."""
        place = self.line.locate(self.offset + start, self.offset + end)
        return Word(self.value[start:end], place, self.line, self.offset + start)


def split_instruction(text: str) -> tuple[str, str]:
    """Return the keyword, in upper case, and the value of an instruction. Each may be empty."""
    text = text.strip(SPACE)
    match = re.match(_INSTRUCTION, text)
    if match is None:
        return "", ""
    keyword, value = match[1], text[match.end() :]
    # Keep a non-ASCII keyword: str.upper() turns some non-ASCII letters into ASCII letters.
    return keyword.upper() if keyword.isascii() else keyword, value


def scan_word(text: str, at: int, space: str, escape: str, *, is_arg: bool = False) -> tuple[str, int]:
    """Return a pair: the word that starts at `at`, without quotes and escapes; its end offset.

    If `text` ends in an incomplete escape, the end offset is `len(text) + 1`.

    space: the characters that end a word outside of quotes
    is_arg: whether an escape character in single quotes is literal, as in ARG
    """
    characters: list[str] = []
    quote = ""
    while at < len(text) and (quote or text[at] not in space):
        char = text[at]
        at += 1
        if char == escape and not (is_arg and quote == "'"):
            characters.append(text[at : at + 1])
            at += 1
        elif char == quote:
            quote = ""
        elif not quote and char in ("'", '"'):
            quote = char
        else:
            characters.append(char)
    return "".join(characters), at


def split_flags(value: str, escape: str) -> tuple[list[tuple[str, int, int]], int]:
    """Return the flags at the start of a value, and the offset of the remaining text.

    Each flag is a triple: its text without quotes and escapes, its start and its end. The text is the
    UTF-8 bytes of the flag, decoded as Latin-1. Omits the flag `--`, which ends the flags.
    """
    if value.isascii() and not value.startswith("--"):
        return [], 0
    text = value.encode("utf-8", "surrogateescape").decode("latin-1")
    match_plain_flag = re.compile(_PLAIN_FLAG).match
    flags: list[tuple[str, int, int]] = []
    at = len(text) - len(text.lstrip(_BYTE_SPACE))
    while text.startswith("--", at) and not (flags and flags[-1][0] == "--"):
        start = at
        if plain := match_plain_flag(text, at):
            flag, at = plain[0], plain.end()
        else:
            flag, at = scan_word(text, at, _BYTE_SPACE, escape)
            at = min(at, len(text))
        flags.append((flag, start, at))
        while at < len(text) and text[at] in _BYTE_SPACE:
            at += 1
    if value.isascii():
        return [flag for flag in flags if flag[0] != "--"], at
    # Convert byte offsets to character offsets.
    numbers = [n for n, char in enumerate(value[:at]) for _ in char.encode("utf-8", "surrogateescape")]
    numbers.append(len(value[:at]))
    return [(flag, numbers[start], numbers[end]) for flag, start, end in flags if flag != "--"], numbers[at]
