"""Logical lines -> the words of instructions that name images and arguments, and of those alone."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.lexer import SPACE, Flag, split_flags, split_instructions
from lint_runtime.dockerfile.lines import LogicalLine, SourceError, Word
from lint_runtime.dockerfile.references import find_placeholder
from lint_runtime.dockerfile.source import Source
from lint_runtime.text import did_you_mean, quoted

MAX_FLAG_TEXT = 1 << 20
"""The most characters of flags of COPY and RUN instructions read from one file."""


class From(NamedTuple):
    """The words of one FROM. `platform`: the flag's value, "" if there is none, at the flag's place.

    `is_refused`: the build refuses the instruction; `image` is then all that was written. `placeholder`:
    the placeholder of a template because of which it does, "" if there is none.
    """

    line: LogicalLine
    image: Word
    platform: Word
    name: str
    is_refused: bool = False
    placeholder: str = ""


class Use(NamedTuple):
    """A stage or an image that COPY or RUN takes files from; COPY may name a stage by its index."""

    word: Word
    may_be_index: bool


class Instructions(NamedTuple):
    """What names images and arguments in one file. `arguments`: the words of ARG before the first FROM.

    `unknown`: the keyword that the build does not know and stops at. `later_arguments`: the words of ARG
    behind the first FROM, by their text.
    """

    arguments: tuple[Word, ...]
    froms: tuple[From, ...]
    uses: tuple[Use, ...]
    errors: tuple[SourceError, ...]
    unknown: Word | None
    later_arguments: Mapping[str, list[Word]]


class Instruction(NamedTuple):
    """An instruction: its keyword in capitals, and its value with the flags at its start.

    `rest`: where the value goes on after them. `offset`: where the value starts in `line`.
    """

    keyword: str
    value: str
    flags: tuple[Flag, ...]
    rest: int
    line: LogicalLine
    offset: int

    def locate(self, start: int, end: int) -> Location:
        """Return where the characters `start` to `end` (exclusive) of `value` are in the file."""
        return self.line.locate(self.offset + start, self.offset + end)

    def word(self, start: int, end: int) -> Word:
        """Return these characters of `value` as a word."""
        return Word(self.value[start:end], self.locate(start, end), self.line, self.offset + start)


class RefusedError(Exception):
    """An instruction that the build rejects, with the error to report."""

    def __init__(self, location: Location, message: str, advice: str = "") -> None:
        super().__init__(message)
        self.error = SourceError(location, message, advice)


def parse_instructions(source: Source) -> Instructions:
    """Return what the instructions of `source` name, and what is wrong with them."""
    instructions, errors = split_source(source)
    arguments: list[Word] = []
    froms: list[From] = []
    uses: list[Use] = []
    later_arguments: dict[str, list[Word]] = {}
    for instruction in instructions:
        try:
            if instruction.keyword == "FROM":
                froms.append(parse_from(instruction))
            elif instruction.keyword == "ARG":
                for word in parse_arg(instruction, source.escape):
                    (later_arguments.setdefault(word.text, []) if froms else arguments).append(word)
            elif instruction.keyword in ("COPY", "RUN"):
                uses += parse_uses(instruction)
            else:
                refuse_lookalike(instruction.line)
        except RefusedError as refused:
            placeholder = find_placeholder(instruction.value) if instruction.keyword == "FROM" else ""
            if not placeholder:
                errors.append(refused.error)
            if instruction.keyword == "FROM":
                froms.append(_refused_from(instruction, placeholder))
    unknown = _unknown_keyword(source.unknown) if source.unknown else None
    return Instructions(
        tuple(arguments), tuple(froms), tuple(uses), tuple(errors), unknown, later_arguments
    )


def _unknown_keyword(line: LogicalLine) -> Word | None:
    """Return the keyword of an instruction that the build does not know, unless an error is about it."""
    keyword = re.match(_SEPARATED, line.text)
    is_binary = "\0" in line.text
    if keyword is None or is_binary or re.match(_LOOKALIKE, line.text.strip(SPACE)):
        return None
    return Word(keyword[0], line.locate(*keyword.span()), line, keyword.start())


def split_source(source: Source) -> tuple[list[Instruction], list[SourceError]]:
    """Return the instructions of `source`, and an error if their flags are cut."""
    instructions: list[Instruction] = []
    left = MAX_FLAG_TEXT
    split = split_instructions(line.text for line in source.lines)
    for line, (keyword, value) in zip(source.lines, split, strict=True):
        is_bounded = keyword in ("COPY", "RUN")
        flags, rest = split_flags(value[: left + 1] if is_bounded else value, source.escape)
        left -= rest if is_bounded else 0
        if left < 0:
            bound = f"{MAX_FLAG_TEXT:,} characters of flags of COPY and RUN"
            return instructions, [
                SourceError(line.locate(0, 1), f"More than {bound}; the rest was not read")
            ]
        offset = len(line.text.rstrip(SPACE)) - len(value)
        instructions.append(Instruction(keyword, value, tuple(flags), rest, line, offset))
    return instructions, []


_SEPARATED = re.compile("[^\t\v\f\r ]+")
# Quotes and escapes of the flag, and quotes of the CSV, may surround a key and its value.
_WRITTEN_FROM = r"""(?i)(?:--|--mount=|,)[\\`"']*from=[\\`"']*([^\\`"',]*)"""
_LAST_NAME = rf"(?i)[{SPACE}]+AS[{SPACE}]+([a-z][a-z0-9_.-]*)\Z"
_STAGE_NAME = r"[a-z][a-z0-9_.-]*"
# Bytes that are not UTF-8 don't look like anything.
_LOOKALIKE = r"(?i:([^\w!-~\udc80-\udcff]*)FROM([^\w!-~\udc80-\udcff]|\Z))"


def parse_from(instruction: Instruction) -> From:
    """Return the words of a FROM. Raises RefusedError for a wrong number of words or a wrong flag."""
    value = instruction.value
    start = len(value) - len(value[instruction.rest :].lstrip(SPACE))
    words = [instruction.word(*match.span()) for match in _SEPARATED.finditer(value, start)]
    name = _stage_name(instruction, words)
    platform = Word("", words[0].location, instruction.line)
    for index, flag in enumerate(instruction.flags):
        if index:
            place = instruction.locate(flag.start, flag.end)
            raise RefusedError(place, f"Repeated flag {quoted(flag.text)}", "remove it")
        platform = _platform(instruction, flag)
    return From(instruction.line, words[0], platform, name)


def _refused_from(instruction: Instruction, placeholder: str) -> From:
    """Return what stands for a FROM that the build refuses, maybe for the placeholder of a template."""
    text = instruction.value.strip(SPACE)
    name = re.search(_LAST_NAME, text) if placeholder else None
    if name:
        text = text[: name.start()]
    word = Word(text, instruction.locate(0, max(1, len(text))), instruction.line)
    platform = Word("", word.location, instruction.line)
    return From(instruction.line, word, platform, name[1].lower() if name else "", True, placeholder)


def refuse_lookalike(line: LogicalLine) -> None:
    """Raise RefusedError for a word that looks like FROM, with an odd character next to it."""
    if match := re.match(_LOOKALIKE, line.text.strip(SPACE)):
        side, odd = ("preceded", match[1]) if match[1] else ("followed", match[2])
        message = f"FROM is {side} by U+{ord(odd[0]):04X}, so the build does not recognize it"
        raise RefusedError(line.locate(0, len(line.text)), message, "replace that character with a space")


def parse_arg(instruction: Instruction, escape: str) -> list[Word]:
    """Return the `NAME` and `NAME=default` words of an ARG. Raises RefusedError for no or a blank name."""
    value = instruction.value
    at = instruction.rest
    words: list[Word] = []
    while at < len(value):
        if value[at] in SPACE:
            at += 1
            continue
        text, end = _quoted_word(value, at, escape)
        if text:
            words.append(instruction.word(at, end)._replace(text=text))
        at = end
    if not words:
        raise RefusedError(_whole(instruction), "Invalid ARG: it needs at least one name")
    for word in words:
        if word.text.startswith("="):
            message = "Invalid ARG: the name before '=' is missing"
            raise RefusedError(word.location, message, "remove the spaces around '='")
    return words


def parse_uses(instruction: Instruction) -> list[Use]:
    """Return what the `--from` of a COPY and the `from=` of a RUN's mounts name: stages or images."""
    is_copy = instruction.keyword == "COPY"
    uses: list[Use] = []
    for flag in instruction.flags:
        name, _, setting = flag.text.partition("=")
        if name != ("--from" if is_copy else "--mount"):
            continue
        named = setting if is_copy else _mounted_from(setting)
        # BuildKit expands no variables here, so what contains one is not a name.
        if named and "$" not in named:
            uses.append(Use(_written(instruction, flag, named), may_be_index=is_copy))
    return uses


def _written(instruction: Instruction, flag: Flag, named: str) -> Word:
    """Return what a flag names as a word: where it is written as it is, or else where the flag is."""
    written = None
    for match in re.compile(_WRITTEN_FROM).finditer(instruction.value, flag.start, flag.end):
        written = match
    if written and written[1] == named:
        return instruction.word(*written.span(1))
    return Word(named, instruction.locate(flag.start, flag.end), instruction.line)


def _mounted_from(options: str) -> str:
    """Return the last `from` of a mount's options, which are a line of CSV."""
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


def _stage_name(instruction: Instruction, words: list[Word]) -> str:
    if len(words) == 1:
        return ""
    if len(words) != 3 or words[1].text.casefold() != "as":
        text = instruction.value.strip(SPACE)
        given = quoted(text) if words else "nothing"
        message = f"Invalid FROM: expected 'FROM image [AS name]', got {given}"
        raise RefusedError(_whole(instruction), message)
    # Go lowers U+0130 to one character, Python to two.
    name = words[2].text.replace("\u0130", "i").lower()
    if not re.fullmatch(_STAGE_NAME, name):
        raise RefusedError(
            words[2].location,
            f"Invalid stage name {quoted(words[2].text)}",
            "start with a letter, then use letters, digits, '-', '_' and '.'",
        )
    return name


def _platform(instruction: Instruction, flag: Flag) -> Word:
    name, equals, _ = flag.text.partition("=")
    word = instruction.word(flag.start, flag.end)
    if name != "--platform":
        advice = did_you_mean(name, ["--platform"]) or "remove it; the only flag of FROM is --platform"
        raise RefusedError(word.location, f"Unknown FROM flag {quoted(name)}", advice)
    if not equals:
        raise RefusedError(word.location, "Missing value of --platform", "write --platform=linux/amd64")
    if word.text != flag.text:
        word = word._replace(text=flag.text, start=None)
    return word.after(len(name) + len(equals))


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
