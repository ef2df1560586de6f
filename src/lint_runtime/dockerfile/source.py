"""Bytes of a Dockerfile -> logical lines, exactly as BuildKit joins, skips and bounds them."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache, cached_property
from typing import NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.lexer import SPACE, parse_directive, wrong_check_options
from lint_runtime.text import quoted

MATTERS = r"(?ia:[^!-~\n]*(?:(?:from|arg)(?![!-~])|(?P<flagged>(?:copy|run)[ \t\v\f\r]+--[^\n]*from)))"
"""An instruction that may name an image, told by its first line.

Those are FROM and ARG, odd characters around the word included, and COPY and RUN with a flag and "from".
"""

# No more at a time, for the memory that a match takes grows with what it repeats.
_LINES = "{1,500}"
_MORE = "{0,50}"


class Bulk:
    """What may be passed over at three places of a file whose escape character is `escape`."""

    def __init__(self, escape: str) -> None:
        e = re.escape(escape)
        plain = rf"[^\n<{e}]*"
        self._nothing = r"[ \t\r]*(?:#[^\n]*)?\n"
        self._mark = rf"(?<!{e}){e}[ \t]*\r*\n"
        # Two escapes or more at the end of a line are no mark.
        escapes = rf"{e}{{2,}}(?!{e})|{e}(?!{e}|[ \t]*\r*\n)"
        self._body = rf"{plain}(?:(?:<(?!<|{self._mark})|{escapes}){plain})*"

    @cached_property
    def outside(self) -> re.Pattern[str]:
        """Between instructions: those other than FROM and ARG without heredoc, comments, blank lines."""
        # The keyword itself may be cut in two where a line goes on.
        keyword = r"[ \t\r]*[!-\[\]-_a-~]+[\t\v\f\r ]"
        # So may the flags of COPY and RUN go on in the next line, or half of their dashes.
        flags = rf"(?:copy|run)[ \t\v\f\r]+(?:--[^\n]*(?:from|{self._mark})|-?{self._mark})"
        matters = rf"(?ia:[^!-~\n]*(?:(?:from|arg)(?![!-~])|{flags}))"
        unclear = rf"{matters}|(?!{keyword})[^\n]*{self._mark}"
        more = rf"{self._mark}(?:{self._nothing})*(?=[ \t]*[!\"$-~]){self._body}"
        return re.compile(rf"(?:{self._nothing}|(?!{unclear}){self._body}(?:{more}){_MORE}\n){_LINES}")

    @cached_property
    def inside_other(self) -> re.Pattern[str]:
        """Inside an instruction other than FROM and ARG: lines that go on and have no part in a `<<`."""
        return re.compile(rf"(?:{self._nothing}|{self._body}{self._mark}){_LINES}")

    @cached_property
    def inside_any(self) -> re.Pattern[str]:
        """Inside any instruction: lines that add nothing to it."""
        return re.compile(rf"(?:{self._nothing}|{self._mark}){_LINES}")


@cache
def bulk(escape: str) -> Bulk:
    """Return the patterns for a file whose escape character is `escape`."""
    return Bulk(escape)


MAX_LINE = 65_535
"""The most bytes BuildKit reads as one line."""

MAX_FILE = 16 << 20
"""The most bytes read as one Dockerfile. BuildKit names no limit; no real file comes near."""

MAX_PIECES = 250_000
"""The most lines that one instruction is read from."""

MAX_HEREDOC_TEXT = 1 << 20
"""The most characters of instructions with `<<` that one file is searched for heredocs in."""


class SourceError(NamedTuple):
    """Something the build would refuse, and where."""

    location: Location
    message: str


class Piece(NamedTuple):
    """A part of a logical line: where it starts in the joined text, and where in the file (from 1)."""

    start: int
    line: int
    column: int


class LogicalLine(NamedTuple):
    """One instruction on one line: continuations joined, comments inside dropped. Lines count from 1."""

    line: int
    end_line: int
    text: str
    pieces: tuple[Piece, ...]

    def locate(self, start: int, end: int) -> Location:
        """Return where the characters `start` to `end` (exclusive) of `text` stand in the file."""
        first = self._piece(start)
        last = self._piece(max(start, end - 1))
        return Location(
            first.line, first.column + start - first.start, last.line, last.column + end - last.start
        )

    def _piece(self, offset: int) -> Piece:
        return self.pieces[bisect_right(self.pieces, offset, key=_start) - 1]


def _start(piece: Piece) -> int:
    return piece.start


def _too_long(text: str) -> list[int]:
    """Return where the lines start that are longer than the build reads."""
    candidates = re.finditer(_MAYBE_TOO_LONG, text)
    return [
        line.start() for line in candidates if len(line[0].encode("utf-8", "surrogateescape")) > MAX_LINE
    ]


# Of the first line of an instruction that goes on: not those whose flags may stand on the next.
_NAMES_NO_IMAGE = r"(?ia:(?!(?:from|arg)[\t\v\f\r ]|(?:copy|run)[\t\v\f\r ]+(?:--|-?\Z))[!-~]+[\t\v\f\r ])"
_MATTERS = re.compile(MATTERS)
# So many characters are passed over at once, for the memory that a match takes grows with them.
_AT_ONCE = 1 << 16
_MAYBE_TOO_LONG = rf"(?m)^[^\n]{{{MAX_LINE // 4},}}"


class Source:
    """One Dockerfile's text. Iterating yields the lines that may name an image, and fills `errors`.

    Those are FROM and ARG, and COPY and RUN with flags. `heredoc_lines`: the lines of heredocs met.
    """

    def __init__(self, data: bytes) -> None:
        text = data[:MAX_FILE].decode("utf-8", "surrogateescape")
        self.text = text.removeprefix("\ufeff")
        self.errors: list[SourceError] = []
        self.heredoc_lines: list[range] = []
        self.escape = "\\"
        self._at = 0
        self._number = 0
        self._heredoc_text = 0
        self._too_long = _too_long(self.text) if len(data) > MAX_LINE else []
        if len(data) > MAX_FILE:
            self._refuse(1, f"the file is larger than {MAX_FILE >> 20} MiB; only the first part was read")
        self._read_directives()
        for number, option in wrong_check_options(self.text):
            message = f"'# check=' takes skip=, experimental= and error=true, not {quoted(option)}"
            self._refuse(number, message)

    def __iter__(self) -> Iterator[LogicalLine]:
        while self._at < len(self.text):
            if not self._pass_over(bulk(self.escape).outside):
                line = self._logical_line()
                if line is None:
                    continue
                matters = _MATTERS.match(line.text)
                if not matters or matters["flagged"]:
                    self._skip_heredocs(line)
                if matters:
                    yield line

    def _pass_over(self, lines: re.Pattern[str]) -> bool:
        """Step over what `lines` matches here, up to the next line that is too long: it has to be told."""
        stop = self.text.find("\n", self._at + _AT_ONCE) + 1 or len(self.text)
        match = lines.match(self.text, self._at, min(stop, self._next_too_long()))
        if match is None:
            return False
        self._step_to(match.end())
        return True

    def _step_to(self, stop: int) -> None:
        self._number += self.text.count("\n", self._at, stop)
        self._at = stop

    def _next_too_long(self) -> int:
        """Return where the next line that is too long starts, or the end of the text."""
        index = bisect_left(self._too_long, self._at)
        return self._too_long[index] if index < len(self._too_long) else len(self.text)

    def _refuse(self, line: int, message: str) -> None:
        self.errors.append(SourceError(Location(line, 1, line, 1), message))

    def _physical_line(self) -> str:
        """Return the next line without its line end, and step over it."""
        end = self.text.find("\n", self._at)
        end = len(self.text) if end < 0 else end
        line = self.text[self._at : end]
        is_too_long = self._at == self._next_too_long() < len(self.text)
        self._at = end + 1
        self._number += 1
        if is_too_long:
            self._refuse(
                self._number, f"the line is longer than the {MAX_LINE:,} bytes that the build reads"
            )
            return ""
        return line.rstrip("\r")

    def _logical_line(self) -> LogicalLine | None:
        raw = self._physical_line()
        stripped = raw.lstrip(SPACE)
        if not stripped or stripped[0] == "#":
            return None
        indent = len(raw) - len(stripped)
        text, continues = self._continuation(stripped)
        if not continues:
            return LogicalLine(self._number, self._number, text, (Piece(0, self._number, indent + 1),))
        if re.match(_NAMES_NO_IMAGE, text):
            at, number = self._at, self._number
            line = self._continued(text, indent, bulk(self.escape).inside_other)
            # Lines were passed over that may matter to a heredoc, now that there may be one.
            if "<" not in line.text:
                return line
            self._at, self._number = at, number
        return self._continued(text, indent, bulk(self.escape).inside_any)

    def _continued(self, text: str, indent: int, passed_over: re.Pattern[str]) -> LogicalLine:
        """Join to `text` the lines that it goes on in, but for those that `passed_over` matches."""
        first = self._number
        parts = [text]
        pieces = [Piece(0, first, indent + 1)]
        length = len(text)
        continues = True
        while continues and self._at < len(self.text):
            if self._pass_over(passed_over):
                continue
            raw = self._physical_line()
            stripped = raw.lstrip(SPACE)
            if not stripped or stripped[0] == "#":
                continue
            text, continues = self._continuation(raw)
            if len(pieces) == MAX_PIECES:
                message = (
                    f"the instruction goes on for more than {MAX_PIECES:,} lines; the rest was not read"
                )
                self._refuse(first, message)
                self._step_to(len(self.text))
            elif text:
                parts.append(text)
                pieces.append(Piece(length, self._number, 1))
                length += len(text)
        return LogicalLine(first, self._number, "".join(parts), tuple(pieces))

    def _continuation(self, line: str) -> tuple[str, bool]:
        """Return `line` without a continuation mark, and whether it had one."""
        kept = line.rstrip(" \t")
        if not kept.endswith(self.escape) or kept.endswith(self.escape * 2):
            return line, False
        return kept[:-1], True

    def _skip_heredocs(self, line: LogicalLine) -> None:
        if "<<" not in line.text:
            return
        self._heredoc_text += len(line.text)
        if self._heredoc_text > MAX_HEREDOC_TEXT:
            reason = f"more than {MAX_HEREDOC_TEXT:,} characters of instructions with '<<'"
            self._refuse(line.line, f"{reason}; the rest was not read")
            self._step_to(len(self.text))
            return
        # Few files have heredocs, and their module is for them alone.
        from lint_runtime.dockerfile.heredocs import UnbalancedError, heredocs, may_start_heredoc

        if not may_start_heredoc(line.text, self.escape):
            return
        place = line.locate(0, len(line.text))
        try:
            for heredoc in heredocs(line.text):
                if not self._skip_to(heredoc.terminator, "\t*(?!\t)" if heredoc.strip_tabs else ""):
                    message = (
                        f"the heredoc that starts here has no line {quoted(heredoc.terminator)} to end it"
                    )
                    self.errors.append(SourceError(place, message))
        except UnbalancedError:
            self.errors.append(
                SourceError(place, "the word after '<<' has a quote or a brace that never closes")
            )

    def _skip_to(self, terminator: str, indent: str) -> bool:
        """Step over all lines up to and with the one that is `terminator`; say whether there is one."""
        end = re.compile(rf"^{indent}{re.escape(terminator)}\r*$", re.MULTILINE)
        match = end.search(self.text, self._at)
        first = self._number + 1
        stop = self.text.find("\n", match.end()) + 1 if match else 0
        stop = stop or len(self.text)
        while (too_long := self._next_too_long()) < stop:
            self._step_to(too_long)
            self._physical_line()
        self._step_to(stop)
        self.heredoc_lines.append(range(first, self._number + 1))
        return match is not None

    def _read_directives(self) -> None:
        seen: set[str] = set()
        while directive := parse_directive(self._peek().lstrip(SPACE)):
            name, value = directive
            self._physical_line()
            if name in seen:
                self._refuse(self._number, f"'# {name}=' stands here a second time; only one is allowed")
                break
            if name == "escape":
                self._set_escape(value)
            seen.add(name)

    def _peek(self) -> str:
        end = self.text.find("\n", self._at)
        return self.text[self._at : end if end >= 0 else None]

    def _set_escape(self, value: str) -> None:
        if value in ("\\", "`"):
            self.escape = value
        else:
            self._refuse(self._number, f"'# escape=' takes \\ or `, not {quoted(value)}")
