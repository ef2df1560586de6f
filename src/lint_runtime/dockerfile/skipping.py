"""Which lines may name an image, and patterns that skip the others many at a time."""

import re
from functools import cache, cached_property

from lint_runtime.dockerfile.lexer import SPACE

# Bounds on what one match repeats, because its memory grows with that.
_LINES = "{1,500}"
_CONTINUATIONS = "{0,50}"


INSTRUCTIONS = (
    "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL"
    " USER VOLUME WORKDIR"
).split()
"""What BuildKit knows."""


class Skipping:
    """The patterns for a file whose escape character is `escape`.

    `stops_at_unknown`: whether none of them skips an instruction that BuildKit does not know.
    """

    def __init__(self, escape: str, *, stops_at_unknown: bool) -> None:
        self._stops_at_unknown = stops_at_unknown
        self._escape = e = re.escape(escape)
        self._nothing = r"[ \t\r]*(?:#[^\n]*)?\n"
        self._mark = rf"(?<!{e}){e}[ \t]*\r*\n"
        # Two or more escapes at the end of a line are not a continuation mark.
        plain = rf"[^\n<{e}]*"
        escapes = rf"{e}{{2,}}(?!{e})|{e}(?!{e}|[ \t]*\r*\n)"
        self._body = rf"{plain}(?:(?:<(?!<|{self._mark})|{escapes}){plain})*"

    @cached_property
    def unknown(self) -> re.Pattern[str]:
        """An instruction that BuildKit does not know, as far as its first line shows."""
        if not self._stops_at_unknown:
            return re.compile(r"(?!)")
        space = f"[{SPACE.replace(chr(10), '')}]"
        known = rf"(?ia:{'|'.join(INSTRUCTIONS)})(?:[\t\n\v\f\r ]|\s*\Z)"
        return re.compile(rf"{space}*(?!{known}|#|{space})[^\n]")

    @cached_property
    def may_name_image(self) -> re.Pattern[str]:
        """An instruction that may name an image, as far as its first line or all of it shows.

        These are FROM and ARG, also with odd characters next to the word, and COPY and RUN with "from",
        a quote or an escape in a flag. A first line that is continued may also be cut in its keyword or
        before a flag.
        """
        keyword = r"[ \t\r]*[!-\[\]-_a-~]+[\t\v\f\r ]"
        flag = rf"--[^\s\"'{self._escape}]*"
        # A quote or an escape may be anywhere in a flag, "from" included.
        flags_with_from = rf"(?:{flag}[^!-~\n]+)*{flag}(?:[\"'{self._escape}]|from)"
        sources = rf"(?:copy|run)[\t\v\f\r ][^!-~\n]*(?:{flags_with_from}|(?:--[^\n]*|-?){self._mark})"
        names = rf"(?ia:[^!-~\n]*(?:(?:from|arg)(?![!-~])|{sources}))"
        return re.compile(rf"{names}|(?!{keyword})[^\n]*{self._mark}|{self.unknown.pattern}")

    @cached_property
    def outside(self) -> re.Pattern[str]:
        """Between instructions: those that name no image and have no heredoc, comments, blank lines."""
        more = rf"{self._mark}(?:{self._nothing})*(?=[ \t]*[!\"$-~]){self._body}"
        other = rf"(?!{self.may_name_image.pattern}){self._body}(?:{more}){_CONTINUATIONS}\n"
        return re.compile(rf"(?:{self._nothing}|{other}){_LINES}")

    @cached_property
    def inside_other(self) -> re.Pattern[str]:
        """Inside an instruction that names no image: continued lines that have no part in a `<<`."""
        return re.compile(rf"(?:{self._nothing}|{self._body}{self._mark}){_LINES}")

    @cached_property
    def inside_any(self) -> re.Pattern[str]:
        """Inside any instruction: lines that add nothing to it."""
        return re.compile(rf"(?:{self._nothing}|{self._mark}){_LINES}")


@cache
def skipping(escape: str, *, stops_at_unknown: bool) -> Skipping:
    """Return the patterns for a file whose escape character is `escape`."""
    return Skipping(escape, stops_at_unknown=stops_at_unknown)
