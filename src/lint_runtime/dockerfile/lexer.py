"""The flags between an instruction's keyword and the rest of it, found as BuildKit finds them."""

import re
from collections.abc import Iterator
from typing import NamedTuple

# Go's unicode.IsSpace, which is not Python's: it leaves out the separators 0x1C to 0x1F.
SPACE = (
    "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
"""The white space that BuildKit trims."""

SEPARATOR = "[\t\v\f\r ]+"
"""What BuildKit splits an instruction at: not a no-break space, nor any other of Unicode's."""


_DIRECTIVE = r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=(.*)"
_BOOLEANS = frozenset("1 t T TRUE true True 0 f F FALSE false False".split())


def parse_directive(line: str) -> tuple[str, str] | None:
    """Return name and value of a directive; None for any other line."""
    match = re.match(_DIRECTIVE, line[1:].lstrip(SPACE)) if line.startswith("#") else None
    value = match[2].strip("\t\n\f\r ") if match else ""
    name = match[1].lower() if match else ""
    return (name, value) if value and name in ("escape", "syntax", "check") else None


def _is_check_option(option: str) -> bool:
    key, equals, setting = option.partition("=")
    if key.strip() == "error":
        return setting.strip() in _BOOLEANS
    return bool(equals) and key.strip() in ("skip", "experimental")


def wrong_check_options(text: str) -> Iterator[tuple[int, str]]:
    """Yield the options of `# check=` that BuildKit refuses, with their line.

    BuildKit looks for this directive on its own: not indented, and behind a `#!` line too.
    """
    for number, raw in enumerate(text.split("\n", 8)[:8], start=1):
        directive = parse_directive(raw)
        if directive and directive[0] == "check":
            options = directive[1].split(" ")[0].split(";", 2)
            yield from ((number, option) for option in options if not _is_check_option(option))
            return
        if directive is None and not (number == 1 and raw.startswith("#!")):
            return


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
    """Return how many characters stand before each of `places`, in ascending order, counted in bytes."""
    if text.isascii():
        return {place: place for place in places}
    counted = {}
    last = characters = 0
    for place in places:
        characters += len(text[last:place].encode("latin-1").decode("utf-8", "surrogateescape"))
        counted[place] = characters
        last = place
    return counted
