"""Logical lines -> the instructions that may name an image. The only importer of `dockerfile_parse`."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from dockerfile_parse import DockerfileParser

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.lexer import SEPARATOR, SPACE, Flag, split_flags
from lint_runtime.dockerfile.source import LogicalLine, Source, SourceError
from lint_runtime.text import quoted

MAX_INSTRUCTIONS = 25_000
"""The most FROM and ARG instructions, COPY and RUN that name a source included, read from one file."""

MAX_FLAG_TEXT = 1 << 20
"""The most characters of flags of COPY and RUN instructions read from one file."""


class Instruction(NamedTuple):
    """An instruction: its keyword in capitals, its `value`, and where in `line` the value starts."""

    keyword: str
    value: str
    offset: int
    line: LogicalLine

    def locate(self, start: int, end: int) -> Location:
        """Return where the characters `start` to `end` (exclusive) of `value` stand in the file."""
        return self.line.locate(self.offset + start, self.offset + end)


_KEYWORD = re.compile(f"(FROM|ARG|COPY|RUN)(?:{SEPARATOR}|\\Z)", re.IGNORECASE | re.ASCII)
_LOOKALIKE = r"(?i:([^\w!-~]*)FROM([^\w!-~]|\Z))"


def instructions(source: Source) -> Iterator[Instruction]:
    """Yield the ARG and FROM instructions of `source`, and those COPY and RUN whose flags name a source.

    The library gets one physical line an instruction, free of all that it reads otherwise than
    BuildKit: comments, directives, continuations, heredocs, bytes that are no UTF-8. Each value
    stands between two bars, for the library strips more kinds of white space than BuildKit. Of COPY
    and RUN it gets the flags alone.
    """
    lines: list[tuple[LogicalLine, int]] = []
    normalised: list[str] = []
    left = MAX_FLAG_TEXT
    for line in source:
        text = line.text.strip(SPACE)
        match = _KEYWORD.match(text)
        if match is None:
            if lookalike := re.match(_LOOKALIKE, text):
                source.errors.append(_lookalike_error(line, lookalike[1] or lookalike[2]))
            continue
        indent = len(line.text) - len(line.text.lstrip(SPACE))
        value = text[match.end() :]
        if match[1].upper() in ("COPY", "RUN"):
            # Of one that is cut off all is flags.
            flags, end = split_flags(value[: left + 1], source.escape)
            left -= end
            if left < 0:
                _refuse_rest(source, line, f"{MAX_FLAG_TEXT:,} characters of flags of COPY and RUN")
                break
            if not any("from" in flag.text.lower() for flag in flags):
                continue
            value = value[:end]
        if len(lines) == MAX_INSTRUCTIONS:
            _refuse_rest(source, line, f"{MAX_INSTRUCTIONS:,} instructions that name images or arguments")
            break
        lines.append((line, indent + match.end()))
        normalised.append(f"{match[1]} |{value}|\n")
    content = BytesIO(_encoded("".join(normalised)))
    for parsed in DockerfileParser(fileobj=content).structure if lines else ():
        line, offset = lines[parsed["startline"]]
        yield Instruction(parsed["instruction"], _decoded(parsed["value"][1:-1]), offset, line)


def _refuse_rest(source: Source, line: LogicalLine, bound: str) -> None:
    message = f"more than {bound}; the rest was not read"
    source.errors.append(SourceError(line.locate(0, 1), message))


def _lookalike_error(line: LogicalLine, odd: str) -> SourceError:
    message = (
        f"no FROM: the character U+{ord(odd[0]):04X} beside it is no space, so the build reads another word"
    )
    return SourceError(line.locate(0, len(line.text)), message)


def _encoded(text: str) -> bytes:
    raw = text.encode("utf-8", "surrogateescape")
    return raw if raw.isascii() else raw.decode("latin-1").encode("utf-8")


def _decoded(text: str) -> str:
    return text if text.isascii() else text.encode("latin-1").decode("utf-8", "surrogateescape")


class Word(NamedTuple):
    """A word and where it stands.

    `start`: where its text starts in the value of its instruction; None for a text that does not stand
    there as it is, quotes or escapes having been taken out of it.
    """

    text: str
    location: Location
    instruction: Instruction
    start: int | None = None

    def locate(self, start: int, end: int) -> Location | None:
        """Return where the characters `start` to `end` (exclusive) stand, None unless in one line."""
        if self.start is None:
            return None
        place = self.instruction.locate(self.start + start, self.start + end)
        return place if place.line == place.end_line else None


class From(NamedTuple):
    """The words of one FROM. `platform`: the flag's value, "" if there is none, at the flag's place.

    `is_refused`: the build refuses the instruction; `image` is then all that was written.
    """

    instruction: Instruction
    image: Word
    platform: Word
    name: str
    is_refused: bool = False


class RefusedError(Exception):
    """An instruction that the build refuses, with the error to report."""

    def __init__(self, location: Location, message: str) -> None:
        super().__init__(message)
        self.error = SourceError(location, message)


_SEPARATED = re.compile("[^\t\v\f\r ]+")
# Quotes and escapes of the flag, and quotes of the CSV, may stand around a key and its value.
_WRITTEN_FROM = r"""(?i)(?:--|--mount=|,)[\\`"']*from=[\\`"']*([^\\`"',]*)"""
_STAGE_NAME = r"[a-z][a-z0-9_.-]*"


def read_from(instruction: Instruction, escape: str) -> From:
    """Read the words of a FROM. Raises RefusedError for a wrong number of words or a wrong flag."""
    value = instruction.value
    flags, rest = split_flags(value, escape)
    start = len(value) - len(value[rest:].lstrip(SPACE))
    words = [
        Word(match.group(), instruction.locate(*match.span()), instruction, match.start())
        for match in _SEPARATED.finditer(value.rstrip(SPACE), start)
    ]
    name = _stage_name(instruction, words)
    platform = Word("", words[0].location, instruction)
    for index, flag in enumerate(flags):
        is_verbatim = value[flag.start : flag.end] == flag.text
        place = instruction.locate(flag.start, flag.end)
        word = Word(flag.text, place, instruction, flag.start if is_verbatim else None)
        if index:
            raise RefusedError(word.location, f"the flag {quoted(word.text)} is one too many")
        platform = _platform(word)
    return From(instruction, words[0], platform, name)


def refused_from(instruction: Instruction) -> From:
    """Return what stands for a FROM that the build refuses."""
    text = _text(instruction)
    word = Word(text, instruction.locate(0, max(1, len(text))), instruction)
    return From(instruction, word, Word("", word.location, instruction), "", is_refused=True)


def read_arg(instruction: Instruction, escape: str) -> list[Word]:
    """Read the `NAME` and `NAME=default` words of an ARG. Raises RefusedError for a blank name or none."""
    value = instruction.value
    _, at = split_flags(value, escape)
    words: list[Word] = []
    while at < len(value):
        if value[at] in SPACE:
            at += 1
            continue
        text, end = _quoted_word(value, at, escape)
        if text:
            words.append(Word(text, instruction.locate(at, end), instruction, at))
        at = end
    if not words:
        raise RefusedError(_whole(instruction), "ARG needs at least one name")
    for word in words:
        if word.text.startswith("="):
            raise RefusedError(
                word.location, "an ARG has no name before '=' (no space may stand around it)"
            )
    return words


def read_sources(instruction: Instruction, escape: str) -> list[Word]:
    """Read what the `--from` of a COPY and the `from=` of a RUN's mounts name: stages or images."""
    value = instruction.value
    sources: list[Word] = []
    for flag in split_flags(value, escape)[0]:
        name, _, setting = flag.text.partition("=")
        source = setting if name == "--from" else _mounted_from(setting) if name == "--mount" else ""
        wanted = "--from" if instruction.keyword == "COPY" else "--mount"
        # What varies is no name: BuildKit expands no variables here.
        if name == wanted and source and "$" not in source:
            start = _written_at(value, flag, source)
            span = (flag.start, flag.end) if start is None else (start, start + len(source))
            sources.append(Word(source, instruction.locate(*span), instruction, start))
    return sources


def _written_at(value: str, flag: Flag, source: str) -> int | None:
    """Return where in `value` a flag's `source` stands as it is; None where it stands in other words."""
    written = None
    for match in re.compile(_WRITTEN_FROM).finditer(value, flag.start, flag.end):
        written = match
    return written.start(1) if written and written[1] == source else None


def _mounted_from(options: str) -> str:
    """Return the last `from` of a mount's options, which are a line of CSV."""
    if "from" not in options.lower():
        return ""
    # Few mounts take files from an image.
    import csv

    try:
        fields = next(csv.reader([options]), [])
    except csv.Error:
        return ""
    settings = [field.partition("=") for field in fields]
    return next((value for key, _, value in reversed(settings) if key.lower() == "from"), "")


def _whole(instruction: Instruction) -> Location:
    text = instruction.line.text
    return instruction.line.locate(len(text) - len(text.lstrip(SPACE)), len(text.rstrip(SPACE)))


def _text(instruction: Instruction) -> str:
    return instruction.value.strip(SPACE)


def _stage_name(instruction: Instruction, words: list[Word]) -> str:
    if len(words) == 1:
        return ""
    if len(words) != 3 or words[1].text.casefold() != "as":
        given = f"the {len(words)} words {quoted(_text(instruction))}" if words else "nothing"
        raise RefusedError(_whole(instruction), f"FROM takes an image, or an image AS a name, not {given}")
    # Go lowers U+0130 to one character, Python to two.
    name = words[2].text.replace("\u0130", "i").lower()
    if not re.fullmatch(_STAGE_NAME, name):
        raise RefusedError(
            words[2].location,
            f"{quoted(words[2].text)} cannot name a stage: a letter first, then letters, digits, - _ .",
        )
    return name


def _platform(flag: Word) -> Word:
    name, equals, value = flag.text.partition("=")
    if name != "--platform":
        raise RefusedError(flag.location, f"{quoted(name)} is no flag of FROM; the only one is --platform")
    if not equals:
        raise RefusedError(flag.location, "--platform needs a value: --platform=linux/amd64")
    start = None if flag.start is None else flag.start + len(name) + len(equals)
    return Word(value, flag.location, flag.instruction, start)


def _quoted_word(value: str, at: int, escape: str) -> tuple[str, int]:
    """Return the word at `at`, quotes and escapes kept but for a last lone escape, and where it ends."""
    parts: list[str] = []
    quote = ""
    while at < len(value) and (quote or value[at] not in SPACE):
        char = value[at]
        at += 1
        if char == escape and quote != "'":
            parts.append(char + value[at] if at < len(value) else "")
            at += 1
            continue
        if char == quote:
            quote = ""
        elif not quote and char in "'\"":
            quote = char
        parts.append(char)
    return "".join(parts), min(at, len(value))
