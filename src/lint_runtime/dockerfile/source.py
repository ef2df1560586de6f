"""Split a Dockerfile into instructions, line by line, as BuildKit does."""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import accumulate
from typing import NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.directives import parse_directives
from lint_runtime.dockerfile.heredocs import parse_heredocs
from lint_runtime.dockerfile.lines import (
    SPACE,
    Excerpt,
    Instruction,
    LogicalLine,
    SourceError,
    split_flags,
    split_instruction,
)
from lint_runtime.files import MAX_FILE
from lint_runtime.text import quoted

INSTRUCTIONS = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL"
    " USER VOLUME WORKDIR".split()
)
"""The keywords that BuildKit supports."""

_LISTS = frozenset(("ADD", "CMD", "COPY", "ENTRYPOINT", "RUN", "SHELL", "VOLUME"))
"""The keywords of instructions that may have a JSON list."""

NOT_TRIGGERS = ("", "FROM", "MAINTAINER", "ONBUILD")
"""The keywords that ONBUILD rejects."""

LONGEST_LINE = 65_535
"""BuildKit's maximum line length, in bytes."""

MAX_LINES = 250_000
"""The maximum number of lines per instruction."""

MAX_INSTRUCTIONS = 25_000
"""The maximum number of instructions, of arguments and of suppression comments per file."""

MAX_TEXT = 1 << 20
"""The maximum total length of all flags, and of all instructions with `<<`, in characters."""

# Matches flags up to and including the first that may name an image: a mount, or a flag that contains
# `from`. A flag with a quote or an escape counts too, because these may hide `from` or `mount`.
_FROM_FLAG = {
    escape: rf"(?a)[^!-~]*(?:--[^\s{quotes}]*\s[^!-~]*)*--(?:mount|[^\s{quotes}]*(?:[{quotes}]|from))"
    for escape, quotes in (("\\", r"\"'\\"), ("`", r"\"'`"))
}

_COMMON = "ADD|CMD|COPY|ENV|LABEL|RUN|USER|WORKDIR"
_COMMENTS = r"(?:\n|[ \t]*#[^\n]*\n){0,50}"

# Matches instructions that can't be part of a Source, with the comments around them. Use it only for
# files without `<<`. A known instruction or the end of the file must follow, because `Unknown.previous` is
# the instruction before an unknown one. The repeats are bounded: a match takes memory for each repeat.
_USELESS = {
    escape: rf"(?:[ \t]*(?ai:{_COMMON})[ \t]+(?:--chown=(?!\S*from)[\w:]+[ \t]+)?[^\s{e}-][^\n]*"
    rf"(?:\n(?<=[^<{e}]{e}\n){_COMMENTS}(?=[ \t]*[^\s#])[^\n]*){{0,50}}\n(?<=[^\s\]{e}]\n)"
    rf"|\n|[ \t]*#[^\n]*\n){{1,500}}(?=[ \t]*(?ai:{_COMMON}|ARG|FROM)[ \t]|\Z)"
    for escape, e in (("\\", r"\\"), ("`", "`"))
}


class Unknown(NamedTuple):
    """An instruction that the build does not know.

    instruction: the instruction
    previous: the keyword of the previous instruction; empty if there is none, or if it has a heredoc
    previous_line: the number of the last line of the previous instruction
    previous_text: the text of the last line of the previous instruction
    """

    instruction: Instruction
    previous: str
    previous_line: int
    previous_text: str


class Source(NamedTuple):
    """The parts of a Dockerfile that may name images or arguments.

    text: the content of the file
    escape: the escape character
    instructions: every FROM and ARG; every COPY or RUN with flags that may name an image, also in ONBUILD;
        every rejected ONBUILD; every unknown instruction that contains FROM
    heredoc_lines: the line range of each heredoc, including its terminator
    errors: the errors in directives, long lines, JSON lists and heredocs, and exceeded limits
    frontend: the image in `# syntax=`; None if it is missing, invalid or an official Docker frontend
    unknown: the first unknown instruction; None if there is a frontend, because a frontend may support it
    misplaced: the first instruction before FROM, other than ARG; None if there is a frontend
    """

    text: str
    escape: str
    instructions: tuple[Instruction, ...]
    heredoc_lines: tuple[range, ...]
    errors: tuple[SourceError, ...]
    frontend: Excerpt | None
    unknown: Unknown | None
    misplaced: Instruction | None


def parse_source(data: bytes) -> Source:
    """Split a Dockerfile into instructions. Accepts any bytes."""
    text = data[:MAX_FILE].decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    escape, frontend, errors = parse_directives(text)
    if len(data) > MAX_FILE:
        message = f"The file is larger than {MAX_FILE >> 20} MiB; only the first part was read"
        errors.append(SourceError(Location(1, 1, 1, 1), message))
    short_lines = _without_long_lines(text, errors) if len(data) > LONGEST_LINE else text
    lines = _Lines(short_lines)
    useless = None if "<<" in text else re.compile(_USELESS[escape])
    may_name_image = re.compile(_FROM_FLAG[escape]).match
    instructions: list[Instruction] = []
    heredoc_lines: list[range] = []
    heredoc_text = 0
    unknown: Unknown | None = None
    misplaced: Instruction | None = None
    has_stage = False
    previous = ("", 0, "")
    for numbers, parts, column, end_line in _instruction_lines(lines, escape, errors):
        joined = "".join(parts)
        keyword, value = split_instruction(joined)
        is_kept = _names_image(keyword, value, may_name_image)
        is_known = keyword in INSTRUCTIONS
        is_new = unknown is None and frontend is None
        is_unknown = is_new and not is_known
        is_misplaced = is_new and is_known and not has_stage and keyword not in ("ARG", "FROM")
        is_list = value.endswith("]") and keyword in _LISTS
        has_stage |= is_known and keyword != "ARG"
        if has_stage and useless and "<<" not in value:
            lines.skip(useless)
        before, previous = previous, (keyword, end_line, parts[-1])
        if not (is_kept or is_unknown or is_misplaced or is_list or "<<" in value):
            continue
        offsets = tuple(accumulate(map(len, parts[:-1]), initial=0))
        line = LogicalLine(numbers[0], end_line, joined, column, tuple(numbers), offsets)
        instruction = Instruction(keyword, value, line, len(joined.rstrip(SPACE)) - len(value))
        if is_list:
            _check_list(instruction, escape, errors)
        unknown = Unknown(instruction, *before) if is_unknown else unknown
        misplaced = instruction if is_misplaced else misplaced
        if "<<" in value:
            heredoc_text += len(joined)
            if heredoc_text > MAX_TEXT:
                message = f"More than {MAX_TEXT:,} characters of instructions with '<<'"
                place = Location(line.line, 1, line.line, 1)
                errors.append(SourceError(place, f"{message}; the rest was not read"))
                break
            heredocs = list(_skip_heredocs(line, escape, lines, errors))
            heredoc_lines += heredocs
            previous = ("", 0, "") if heredocs else previous
        if is_kept and len(instructions) == MAX_INSTRUCTIONS:
            message = f"More than {MAX_INSTRUCTIONS:,} instructions that name images or arguments"
            errors.append(SourceError(line.locate(0, 1), f"{message}; the rest was not read"))
            break
        if is_kept:
            instructions.append(instruction)
    return Source(
        text, escape, tuple(instructions), tuple(heredoc_lines), tuple(errors), frontend, unknown, misplaced
    )


def _names_image(keyword: str, value: str, may_name_image: Callable[[str], object]) -> bool:
    """Whether `Source.instructions` includes an instruction with this keyword and value.

    may_name_image: matches the value of a COPY or RUN whose flags may name an image
    """
    is_trigger = keyword == "ONBUILD"
    if is_trigger:
        keyword, value = split_instruction(value)
    if keyword in ("COPY", "RUN"):
        return bool(may_name_image(value))
    if is_trigger:
        return keyword in NOT_TRIGGERS
    return keyword in ("FROM", "ARG") or (
        keyword not in INSTRUCTIONS and "FROM" in f"{keyword} {value}".upper()
    )


def _check_list(instruction: Instruction, escape: str, errors: list[SourceError]) -> None:
    """Report a JSON list with items that are not strings."""
    value = instruction.value
    start = split_flags(value, escape)[1]
    items: object = None
    if value.startswith("[", start):
        with suppress(ValueError, RecursionError):
            # `int` raises ValueError for NaN, which Python accepts but JSON does not.
            items = json.loads(value[start:], parse_constant=int)
    if isinstance(items, list) and not all(isinstance(item, str) for item in items):
        place = instruction.word(start, len(value)).location
        message = f"The list of {instruction.keyword} must have only strings"
        errors.append(SourceError(place, message, "put each item in double quotes"))


def _without_long_lines(text: str, errors: list[SourceError]) -> str:
    """Replace each line longer than LONGEST_LINE by an empty line, and report these lines."""
    kept: list[str] = []
    at, number = 0, 1
    # A character takes at most four bytes in UTF-8, so lines below LONGEST_LINE / 4 need no check.
    for line in re.finditer(rf"(?m)^[^\n]{{{LONGEST_LINE // 4},}}", text):
        if len(line[0].encode("utf-8", "surrogateescape")) > LONGEST_LINE:
            number += text.count("\n", at, line.start())
            message = f"The line is longer than the {LONGEST_LINE:,} bytes that the build reads"
            errors.append(SourceError(Location(number, 1, number, 1), message))
            kept.append(text[at : line.start()])
            at = line.end()
    return "".join([*kept, text[at:]])


def _skip_heredocs(
    line: LogicalLine, escape: str, lines: Iterable[tuple[int, str]], errors: list[SourceError]
) -> Iterator[range]:
    """Skip the heredocs of an instruction, and yield the line range of each heredoc."""
    number = line.end_line
    for terminator, strip_tabs in parse_heredocs(line.text, escape):
        first = number + 1
        for number, text in lines:  # noqa: B007 (used after the loop)
            text = text.rstrip("\r\n")
            if (text.lstrip("\t") if strip_tabs else text) == terminator:
                break
        else:
            message = f"Unterminated heredoc: missing {quoted(terminator)}"
            errors.append(SourceError(line.locate(0, len(line.text)), message))
        yield range(first, number + 1)


class _Lines:
    """Iterates over the lines of a text, with their numbers. All iterators share one position."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._number = 0

    def __iter__(self) -> Iterator[tuple[int, str]]:
        while (start := self._at) < len(self._text):
            self._at = self._text.find("\n", start) + 1 or len(self._text)
            self._number += 1
            yield self._number, self._text[start : self._at]

    def skip(self, useless: re.Pattern[str]) -> None:
        """Skip as many of the next lines as `useless` matches."""
        if match := useless.match(self._text, self._at):
            self._number += self._text.count("\n", self._at, match.end())
            self._at = match.end()


def _instruction_lines(
    lines: _Lines, escape: str, errors: list[SourceError]
) -> Iterator[tuple[list[int], list[str], int, int]]:
    """Yield the lines of each instruction, without comments and blank lines.

    Each item is a tuple: the line numbers, the line texts, the column of the first character, and the
    number of the last line.
    """
    column = number = 0
    numbers: list[int] = []
    texts: list[str] = []
    doubled = escape * 2
    for number, line in lines:
        stripped = line.lstrip(SPACE)
        if not stripped or stripped[0] == "#":
            continue
        if not numbers:
            column = 1 + len(line) - len(stripped)
            line = stripped
        elif len(numbers) == MAX_LINES:
            message = f"The instruction has more than {MAX_LINES:,} lines; the rest was not read"
            errors.append(SourceError(Location(numbers[0], 1, numbers[0], 1), message))
            break
        text = line.rstrip("\r\n")
        kept = text.rstrip(" \t")
        is_continued = kept.endswith(escape) and not kept.endswith(doubled)
        if is_continued:
            text = kept[:-1]
        if text or not numbers:
            numbers.append(number)
            texts.append(text)
        if not is_continued:
            yield numbers, texts, column, number
            numbers, texts = [], []
    if numbers:
        yield numbers, texts, column, number
