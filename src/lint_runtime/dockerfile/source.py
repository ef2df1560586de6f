"""Bytes of a Dockerfile -> its logical lines, joined, skipped and bounded exactly as BuildKit does."""

import re
from bisect import bisect_left
from typing import NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.directives import Directives, parse_directives
from lint_runtime.dockerfile.lexer import SPACE
from lint_runtime.dockerfile.lines import LogicalLine, Piece, SourceError
from lint_runtime.dockerfile.skipping import skipping
from lint_runtime.text import quoted

MAX_LINE = 65_535
"""The most bytes BuildKit reads as one line."""

MAX_FILE = 16 << 20
"""The most bytes read as one Dockerfile. BuildKit names no limit; no real file comes near."""

MAX_PIECES = 250_000
"""The most lines that one instruction is read from."""

MAX_INSTRUCTIONS = 25_000
"""The most instructions that may name an image, or an argument, read from one file."""

MAX_HEREDOC_TEXT = 1 << 20
"""The most characters of instructions with `<<` that one file is searched for heredocs in."""


class Source(NamedTuple):
    """One Dockerfile. `lines`: those that may name an image. `heredoc_lines`: the lines of each heredoc.

    `unknown`: the first instruction that BuildKit does not know, where it is not for another frontend.
    """

    text: str
    escape: str
    lines: tuple[LogicalLine, ...]
    heredoc_lines: tuple[range, ...]
    errors: tuple[SourceError, ...]
    unknown: LogicalLine | None = None


def parse_source(data: bytes) -> Source:
    """Read any bytes as a Dockerfile."""
    text = data[:MAX_FILE].decode("utf-8", "surrogateescape").removeprefix("\ufeff")
    directives = parse_directives(text)
    reader = _Reader(text, directives, _too_long(text) if len(data) > MAX_LINE else [])
    if len(data) > MAX_FILE:
        reader.refuse(1, f"The file is larger than {MAX_FILE >> 20} MiB; only the first part was read")
    lines = reader.read()
    return Source(
        text,
        directives.escape,
        tuple(lines),
        tuple(reader.heredoc_lines),
        tuple(reader.errors),
        reader.unknown,
    )


_MAYBE_TOO_LONG = rf"(?m)^[^\n]{{{MAX_LINE // 4},}}"


def _too_long(text: str) -> list[int]:
    """Return where the lines start that are longer than the build reads."""
    candidates = re.finditer(_MAYBE_TOO_LONG, text)
    return [
        line.start() for line in candidates if len(line[0].encode("utf-8", "surrogateescape")) > MAX_LINE
    ]


# So many characters are skipped at once, because the memory of a match grows with them.
_AT_ONCE = 1 << 16


class _Reader:
    """One pass over a text: a cursor, and what was found so far. `too_long`: where such lines start."""

    def __init__(self, text: str, directives: Directives, too_long: list[int]) -> None:
        self.errors = directives.errors
        self.heredoc_lines: list[range] = []
        self.unknown: LogicalLine | None = None
        self._text = text
        self._escape = directives.escape
        self._skipping = skipping(self._escape, stops_at_unknown=not directives.has_syntax)
        self._too_long = too_long
        self._at = 0
        self._number = 0
        self._heredoc_text = 0

    def read(self) -> list[LogicalLine]:
        """Return the lines that may name an image."""
        lines: list[LogicalLine] = []
        while self._at < len(self._text):
            if self._skip(self._skipping.outside):
                continue
            line = self._logical_line()
            if line is None:
                continue
            if "<<" in line.text:
                self._skip_heredocs(line)
            if self._skipping.unknown.match(line.text):
                # The build stops there, too. From here on, skipping is as fast as it can be.
                self.unknown = line
                self._skipping = skipping(self._escape, stops_at_unknown=False)
            if not self._skipping.may_name_image.match(line.text):
                continue
            if len(lines) == MAX_INSTRUCTIONS:
                bound = f"{MAX_INSTRUCTIONS:,} instructions that name images or arguments"
                self.errors.append(
                    SourceError(line.locate(0, 1), f"More than {bound}; the rest was not read")
                )
                break
            lines.append(line)
        return lines

    def refuse(self, line: int, message: str) -> None:
        """Add an error about a line."""
        self.errors.append(SourceError(Location(line, 1, line, 1), message))

    def _skip(self, lines: re.Pattern[str]) -> bool:
        """Step over what `lines` matches here, up to the next line that is too long, which is reported."""
        stop = self._text.find("\n", self._at + _AT_ONCE) + 1 or len(self._text)
        match = lines.match(self._text, self._at, min(stop, self._next_too_long()))
        if match is None:
            return False
        self._step_to(match.end())
        return True

    def _step_to(self, stop: int) -> None:
        self._number += self._text.count("\n", self._at, stop)
        self._at = stop

    def _next_too_long(self) -> int:
        """Return where the next line that is too long starts, or the end of the text."""
        index = bisect_left(self._too_long, self._at)
        return self._too_long[index] if index < len(self._too_long) else len(self._text)

    def _physical_line(self) -> str:
        """Return the next line without its line end, and step over it."""
        end = self._text.find("\n", self._at)
        end = len(self._text) if end < 0 else end
        line = self._text[self._at : end]
        is_too_long = self._at == self._next_too_long() < len(self._text)
        self._at = end + 1
        self._number += 1
        if is_too_long:
            self.refuse(
                self._number, f"The line is longer than the {MAX_LINE:,} bytes that the build reads"
            )
            return ""
        return line.rstrip("\r")

    def _logical_line(self) -> LogicalLine | None:
        start = self._at
        raw = self._physical_line()
        stripped = raw.lstrip(SPACE)
        if not stripped or stripped[0] == "#":
            return None
        indent = len(raw) - len(stripped)
        text, continues = self._continuation(stripped)
        if not continues:
            return LogicalLine(self._number, self._number, text, (Piece(0, self._number, indent + 1),))
        if not self._skipping.may_name_image.match(self._text, start):
            at, number = self._at, self._number
            line = self._continued(text, indent, self._skipping.inside_other)
            # Lines were skipped that may matter to a heredoc, now that there may be one.
            if "<" not in line.text:
                return line
            self._at, self._number = at, number
        return self._continued(text, indent, self._skipping.inside_any)

    def _continued(self, text: str, indent: int, skipped: re.Pattern[str]) -> LogicalLine:
        """Join the lines that continue `text` to it, except those that `skipped` matches."""
        first = self._number
        parts = [text]
        pieces = [Piece(0, first, indent + 1)]
        length = len(text)
        continues = True
        while continues and self._at < len(self._text):
            if self._skip(skipped):
                continue
            raw = self._physical_line()
            stripped = raw.lstrip(SPACE)
            if not stripped or stripped[0] == "#":
                continue
            text, continues = self._continuation(raw)
            if len(pieces) == MAX_PIECES:
                message = f"The instruction has more than {MAX_PIECES:,} lines; the rest was not read"
                self.refuse(first, message)
                self._step_to(len(self._text))
            elif text:
                parts.append(text)
                pieces.append(Piece(length, self._number, 1))
                length += len(text)
        return LogicalLine(first, self._number, "".join(parts), tuple(pieces))

    def _continuation(self, line: str) -> tuple[str, bool]:
        """Return `line` without a continuation mark, and whether it had one."""
        kept = line.rstrip(" \t")
        if not kept.endswith(self._escape) or kept.endswith(self._escape * 2):
            return line, False
        return kept[:-1], True

    def _skip_heredocs(self, line: LogicalLine) -> None:
        self._heredoc_text += len(line.text)
        if self._heredoc_text > MAX_HEREDOC_TEXT:
            reason = f"More than {MAX_HEREDOC_TEXT:,} characters of instructions with '<<'"
            self.refuse(line.line, f"{reason}; the rest was not read")
            self._step_to(len(self._text))
            return
        # Few files have heredocs.
        from lint_runtime.dockerfile.heredocs import parse_heredocs

        for heredoc in parse_heredocs(line.text, self._escape):
            if not self._skip_to(heredoc.terminator, "\t*(?!\t)" if heredoc.strip_tabs else ""):
                message = f"Unterminated heredoc: missing {quoted(heredoc.terminator)}"
                self.errors.append(SourceError(line.locate(0, len(line.text)), message))

    def _skip_to(self, terminator: str, indent: str) -> bool:
        """Step over all lines up to and with the one that is `terminator`; return whether there is one."""
        end = re.compile(rf"^{indent}{re.escape(terminator)}\r*$", re.MULTILINE)
        match = end.search(self._text, self._at)
        first = self._number + 1
        stop = self._text.find("\n", match.end()) + 1 if match else 0
        stop = stop or len(self._text)
        while (too_long := self._next_too_long()) < stop:
            self._step_to(too_long)
            self._physical_line()
        self._step_to(stop)
        self.heredoc_lines.append(range(first, self._number + 1))
        return match is not None
