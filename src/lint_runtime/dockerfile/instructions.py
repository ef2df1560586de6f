"""Logical lines -> the instructions that may name an image. The only importer of `dockerfile_parse`."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import NamedTuple

from dockerfile_parse import DockerfileParser

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.lexer import split_flags
from lint_runtime.dockerfile.source import LogicalLine, Source, SourceError
from lint_runtime.space import SEPARATOR, SPACE

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
