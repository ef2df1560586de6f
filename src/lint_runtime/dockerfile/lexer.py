"""Logical lines -> keyword, flags and value, as BuildKit splits them, with `dockerfile_parse`."""

import re
from collections.abc import Iterable, Iterator
from io import StringIO
from typing import NamedTuple

from dockerfile_parse import DockerfileParser

# Go's unicode.IsSpace, which is not Python's: it leaves out the separators 0x1C to 0x1F.
SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The white space that BuildKit trims."""

# The library would split at these, and BuildKit does not. Each becomes a letter, 0x100 further on.
_NO_SEPARATOR = re.compile("[\x1c-\x1f\x85\xa0]")
_END = " |"


def split_instructions(lines: Iterable[str]) -> list[tuple[str, str]]:
    """Return the keyword, in capitals, and the value of each of `lines`, which are logical lines.

    The library reads each byte as a Latin-1 character, and those that only it takes for spaces as
    letters. The end added to each line keeps it from trimming the value and from taking the last
    character for a continuation mark, and makes a keyword alone an instruction.
    """
    text = "".join(f"{line.strip(SPACE)}{_END}\n" for line in lines)
    characters = text.encode("utf-8", "surrogateescape").decode("latin-1")
    prepared = _NO_SEPARATOR.sub(lambda match: chr(ord(match[0]) + 0x100), characters)
    structure = DockerfileParser(fileobj=StringIO(prepared)).structure
    return [(parsed["instruction"], _restored(parsed["value"])) for parsed in structure]


def _restored(value: str) -> str:
    value = value[: -len(_END)]
    if value.isascii():
        return value
    raw = bytes(ord(char) & 0xFF for char in value)
    return raw.decode("utf-8", "surrogateescape")


# BuildKit looks for flags byte by byte and takes each byte for a Latin-1 character, these two included.
_BYTE_SPACE = "\t\n\v\f\r \x85\xa0"


class Flag(NamedTuple):
    """A word that starts with `--`, without its quotes and escapes, and its place in the value."""

    text: str
    start: int
    end: int


def split_flags(value: str, escape: str) -> tuple[list[Flag], int]:
    """Return the flags at the start of `value`, and where the rest of it starts."""
    if value.isascii() and not value.startswith("--"):
        return [], 0
    text = value if value.isascii() else value.encode("utf-8", "surrogateescape").decode("latin-1")
    spans = list(_flags(text, escape))
    ends = [end for _, _, end in spans]
    rest = _after_space(text, ends[-1] if ends else 0)
    place = _characters(text, [place for _, start, end in spans for place in (start, end)] + [rest])
    flags = [Flag(word, place[start], place[end]) for word, start, end in spans if word != "--"]
    return flags, place[rest]


def _flags(text: str, escape: str) -> Iterator[tuple[str, int, int]]:
    """Yield each word that starts with `--` and its span, up to and with a `--` that ends them."""
    at = _after_space(text, 0)
    while text.startswith("--", at):
        start = at
        word, end = _word(text, at, escape)
        yield word, start, end
        if word == "--":
            return
        at = _after_space(text, end)


def _after_space(text: str, at: int) -> int:
    while at < len(text) and text[at] in _BYTE_SPACE:
        at += 1
    return at


def _word(text: str, at: int, escape: str) -> tuple[str, int]:
    """Return the word at `at` without its quotes and escapes, and where it ends."""
    parts: list[str] = []
    quote = ""
    while at < len(text) and (quote or text[at] not in _BYTE_SPACE):
        char = text[at]
        at += 1
        if char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        elif char == escape:
            parts.append(text[at : at + 1])
            at += 1
        else:
            parts.append(char)
    return "".join(parts), min(at, len(text))


def _characters(text: str, places: list[int]) -> dict[int, int]:
    """Return how many characters precede each of `places`, in ascending order, counted in bytes."""
    if text.isascii():
        return {place: place for place in places}
    counted = {}
    last = characters = 0
    for place in places:
        characters += len(text[last:place].encode("latin-1").decode("utf-8", "surrogateescape"))
        counted[place] = characters
        last = place
    return counted
