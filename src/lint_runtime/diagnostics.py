"""The values every other module speaks in: severities, locations, findings and their fixes."""

import re
from datetime import date
from enum import Enum
from typing import Any, NamedTuple


class Severity(str, Enum):
    """How much a finding matters. The value is the word that reports use."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    def __str__(self) -> str:
        return self.value

    def at_least(self, threshold: "Severity") -> bool:
        """Whether this severity is as grave as `threshold`, or graver."""
        return _RANK[self] <= _RANK[threshold]


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class Location(NamedTuple):
    """A span of source. Lines and columns count from 1, columns in characters; the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


class Edit(NamedTuple):
    """A change of a file: the text at `location`, which lies in one line, becomes `text`."""

    location: Location
    text: str


class Fix(NamedTuple):
    """What mends a finding, in the file where it was found.

    `title`: what applying it does. `is_safe`: it stays within the release line, so that nobody has to
    look at it before.
    """

    title: str
    edits: tuple[Edit, ...]
    is_safe: bool


class SuppressionKind(str, Enum):
    """What silenced a finding. The value is the word that reports use."""

    COMMENT = "comment"
    BASELINE = "baseline"


class Suppression(NamedTuple):
    """That a finding was silenced, by what, why ("" if that is not told) and through which day."""

    kind: SuppressionKind
    reason: str = ""
    until: date | None = None


class Diagnostic(NamedTuple):
    """One finding, complete and immutable. They sort, by `order`, by path, then place, then rule.

    Use its fields by name: new ones may be added at the end.

    `subject`: what it is about, an expanded image in most cases; free of dates, day counts and line
    numbers, so that path, rule and subject know a finding again. `suppression`: None unless silenced.
    """

    path: str
    line: int
    column: int
    end_line: int
    end_column: int
    rule: str
    severity: Severity
    message: str
    subject: str = ""
    fix: Fix | None = None
    suppression: Suppression | None = None

    @property
    def location(self) -> Location:
        """Where it is."""
        return Location(self.line, self.column, self.end_line, self.end_column)

    @property
    def order(self) -> tuple[Any, ...]:
        """What to sort by: all that is shown, for a fix and none are not to be compared."""
        return self[:9]


# What makes a terminal do something else than show a character, or hide what comes next: C0, DEL
# and C1 controls, separators, direction marks and other invisible ones, lone surrogates.
_UNPRINTABLE = (
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f"
    "\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ud800-\\udfff\\ufeff\\uffa0\\ufff9-\\ufffb"
    "\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff]"
)
COMMAND = r"##(?=\w*\[)"
"""The start of what CI systems take for a command wherever it stands in a log: `##[`, `##vso[`."""


def visible(text: str) -> str:
    r"""Return `text` with every character that does not simply print replaced by its escape (`\x1b`).

    A byte that was no UTF-8 (kept as a lone surrogate) shows as that byte, `\xff`. So does the second
    character of a COMMAND.
    """
    if text.isascii() and text.isprintable() and "##" not in text:
        return text
    return re.sub(COMMAND, r"#\\x23", re.sub(_UNPRINTABLE, _escape, text))


def shown_path(path: str) -> str:
    """Return a path as the start of a line shows it, which is then no command of a CI system."""
    shown = visible(path)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    short = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}.get(code)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return short or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


_SHOWN = 120


def quoted(text: str) -> str:
    """Return `text` from a file as a message shows it: in quotes, escaped, cut after 120 characters."""
    cut = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return f"'{visible(cut)}'"
