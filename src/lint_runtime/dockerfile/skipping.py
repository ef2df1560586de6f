"""Which lines may name an image, and patterns that skip the others many at a time."""

import re
from functools import cache, cached_property

# Bounds on what one match repeats, because its memory grows with that.
_LINES = "{1,500}"
_CONTINUATIONS = "{0,50}"


class Skipping:
    """The patterns for a file whose escape character is `escape`."""

    def __init__(self, escape: str) -> None:
        self._escape = e = re.escape(escape)
        self._nothing = r"[ \t\r]*(?:#[^\n]*)?\n"
        self._mark = rf"(?<!{e}){e}[ \t]*\r*\n"
        # Two or more escapes at the end of a line are not a continuation mark.
        plain = rf"[^\n<{e}]*"
        escapes = rf"{e}{{2,}}(?!{e})|{e}(?!{e}|[ \t]*\r*\n)"
        self._body = rf"{plain}(?:(?:<(?!<|{self._mark})|{escapes}){plain})*"

    @cached_property
    def may_name_image(self) -> re.Pattern[str]:
        """An instruction that may name an image, as far as its first line or all of it shows.

        These are FROM and ARG, also with odd characters next to the word, and COPY and RUN with "from"
        in a flag. A first line that is continued may also be cut in its keyword or before a flag.
        """
        keyword = r"[ \t\r]*[!-\[\]-_a-~]+[\t\v\f\r ]"
        flag = rf"--[^\s\"'{self._escape}]*"
        # After a quote or an escape, the flag may contain spaces.
        flags_with_from = rf"(?:{flag}[^!-~\n]+)*{flag}(?:[\"'{self._escape}][^\n]*)?from"
        sources = rf"(?:copy|run)[\t\v\f\r ]+(?:{flags_with_from}|(?:--[^\n]*|-?){self._mark})"
        names = rf"(?ia:[^!-~\n]*(?:(?:from|arg)(?![!-~])|{sources}))"
        return re.compile(rf"{names}|(?!{keyword})[^\n]*{self._mark}")

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
def skipping(escape: str) -> Skipping:
    """Return the patterns for a file whose escape character is `escape`."""
    return Skipping(escape)
