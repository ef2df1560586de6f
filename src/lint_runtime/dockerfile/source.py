"""Split a Dockerfile into instructions, line by line, as BuildKit does."""

import re
from collections.abc import Iterable, Iterator
from io import StringIO
from itertools import accumulate
from typing import NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.directives import parse_directives
from lint_runtime.dockerfile.heredocs import parse_heredocs
from lint_runtime.dockerfile.lines import SPACE, Instruction, LogicalLine, SourceError, split_instruction
from lint_runtime.text import quoted

INSTRUCTIONS = frozenset(
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL"
    " USER VOLUME WORKDIR".split()
)
"""The keywords that BuildKit supports."""

LONGEST_LINE = 65_535
"""BuildKit's maximum line length, in bytes."""

MAX_FILE = 16 << 20
"""The maximum size of a Dockerfile, in bytes. BuildKit has no limit."""

MAX_LINES = 250_000
"""The maximum number of lines per instruction."""

MAX_INSTRUCTIONS = 25_000
"""The maximum number of instructions per file. Also limits arguments and suppression comments."""

MAX_TEXT = 1 << 20
"""The maximum length of all flags, and of all instructions with `<<`, in characters."""

# Matches flags up to the first flag that contains `from`, or a quote or an escape that may hide `from`.
_FROM_FLAG = {
    escape: rf"(?a)[^!-~]*(?:--[^\s{quotes}]*\s[^!-~]*)*--[^\s{quotes}]*(?:[{quotes}]|[Ff][Rr][Oo][Mm])"
    for escape, quotes in (("\\", r"\"'\\"), ("`", r"\"'`"))
}


class Source(NamedTuple):
    """The parts of a Dockerfile that may name images or arguments.

    text: the content of the file
    escape: the escape character
    instructions: every FROM and ARG, each COPY and RUN whose flags may name an image, the first unknown
        instruction, and each unknown instruction that contains FROM
    heredoc_lines: the line range of each heredoc, including its terminator
    errors: the errors in directives and lines
    has_syntax: whether `# syntax=` names a frontend, which may support other instructions
    """

    text: str
    escape: str
    instructions: tuple[Instruction, ...]
    heredoc_lines: tuple[range, ...]
    errors: tuple[SourceError, ...]
    has_syntax: bool


def parse_source(data: bytes) -> Source:
    """Split a Dockerfile into instructions. Accepts any bytes."""
    text = data[:MAX_FILE].decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    escape, has_syntax, errors = parse_directives(text)
    if len(data) > MAX_FILE:
        message = f"The file is larger than {MAX_FILE >> 20} MiB; only the first part was read"
        errors.append(SourceError(Location(1, 1, 1, 1), message))
    short_lines = _without_long_lines(text, errors) if len(data) > LONGEST_LINE else text
    lines = enumerate(StringIO(short_lines), start=1)
    may_name_image = re.compile(_FROM_FLAG[escape]).match
    instructions: list[Instruction] = []
    heredoc_lines: list[range] = []
    heredoc_text = 0
    is_stopped = has_syntax
    for numbers, parts, column, end_line in _instruction_lines(lines, escape, errors):
        joined = "".join(parts)
        keyword, value = split_instruction(joined)
        is_kept = keyword in ("FROM", "ARG") or (keyword in ("COPY", "RUN") and may_name_image(value))
        if keyword not in INSTRUCTIONS and keyword:
            is_kept = not is_stopped or "FROM" in joined.upper()
            is_stopped = True
        if not is_kept and "<<" not in value:
            continue
        offsets = tuple(accumulate(map(len, parts[:-1]), initial=0))
        line = LogicalLine(numbers[0], end_line, joined, column, tuple(numbers), offsets)
        if "<<" in value:
            heredoc_text += len(joined)
            if heredoc_text > MAX_TEXT:
                message = (
                    f"More than {MAX_TEXT:,} characters of instructions with '<<'; the rest was not read"
                )
                errors.append(SourceError(Location(line.line, 1, line.line, 1), message))
                break
            heredoc_lines += _skip_heredocs(line, escape, lines, errors)
        if is_kept and len(instructions) == MAX_INSTRUCTIONS:
            message = f"More than {MAX_INSTRUCTIONS:,} instructions that name images or arguments"
            errors.append(SourceError(line.locate(0, 1), f"{message}; the rest was not read"))
            break
        if is_kept:
            offset = len(joined.rstrip(SPACE)) - len(value)
            instructions.append(Instruction(keyword, value, line, offset))
    return Source(text, escape, tuple(instructions), tuple(heredoc_lines), tuple(errors), has_syntax)


def _without_long_lines(text: str, errors: list[SourceError]) -> str:
    """Blank out and report each line that is longer than LONGEST_LINE."""
    kept: list[str] = []
    at, number = 0, 1
    # A character takes at most four bytes in UTF-8.
    for line in re.finditer(rf"(?m)^[^\n]{{{LONGEST_LINE // 4},}}", text):
        if len(line[0].encode("utf-8", "surrogateescape")) > LONGEST_LINE:
            number += text.count("\n", at, line.start())
            message = f"The line is longer than the {LONGEST_LINE:,} bytes that the build reads"
            errors.append(SourceError(Location(number, 1, number, 1), message))
            kept.append(text[at : line.start()])
            at = line.end()
    return "".join([*kept, text[at:]])


def _skip_heredocs(
    line: LogicalLine, escape: str, lines: Iterator[tuple[int, str]], errors: list[SourceError]
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


def _instruction_lines(
    lines: Iterable[tuple[int, str]], escape: str, errors: list[SourceError]
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
