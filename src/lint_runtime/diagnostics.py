"""The values every other module speaks in: severities, locations, findings and their fixes."""

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
