"""Lines that may be passed over in bulk, for a linter meets files of any size.

The patterns take whole lines, with their line ends, and are written so that no part of a line is
tried twice: `[^x]*(?:x[^x]*)*`, never `(?:[^x]+|x)*`.
"""

import re
from functools import cache, cached_property

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
