"""Findings and their parts: severities, locations, fixes and suppressions."""

from datetime import date
from enum import Enum
from typing import Any, NamedTuple


class Severity(str, Enum):
    """The severity of a finding. The value is the word in reports."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    def __str__(self) -> str:
        return self.value

    def at_least(self, threshold: "Severity") -> bool:
        """Whether this severity is `threshold` or above."""
        return _RANK[self] <= _RANK[threshold]


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class Location(NamedTuple):
    """A span of source. The end is exclusive.

    line: the first line, counted from 1
    column: the first column, counted in characters from 1
    end_line: the last line
    end_column: the column just past the last character
    """

    line: int
    column: int
    end_line: int
    end_column: int

    @property
    def start(self) -> tuple[int, int]:
        """The line and column of the first character."""
        return self.line, self.column

    @property
    def end(self) -> tuple[int, int]:
        """The line and column just past the last character."""
        return self.end_line, self.end_column


class Edit(NamedTuple):
    """A replacement of text within one line.

    location: the span to replace
    text: the replacement
    """

    location: Location
    text: str


class Fix(NamedTuple):
    """A change that resolves a finding, in the same file.

    title: what the fix does
    edits: its edits
    is_safe: whether the fix stays within the release series and needs no review
    """

    title: str
    edits: tuple[Edit, ...]
    is_safe: bool


class SuppressionKind(str, Enum):
    """The source of a suppression. The value is the word in reports."""

    COMMENT = "comment"
    BASELINE = "baseline"


class Suppression(NamedTuple):
    """A suppression of a finding.

    kind: its source
    reason: the reason; "" if none is given
    until: its last day; None if it doesn't end
    """

    kind: SuppressionKind
    reason: str = ""
    until: date | None = None


class Target(NamedTuple):
    """The image, platform, comment or text that a finding is about.

    location: its location
    subject: its name, usually the expanded image. Path, rule and subject identify a finding
        across days, so the subject has no dates, day counts or line numbers.
    lines: the first lines of the instructions that contain the target. A comment above any of these
        instructions can suppress the finding.
    """

    location: Location
    subject: str
    lines: frozenset[int] = frozenset()


class Diagnostic(NamedTuple):
    """A finding. Use its fields by name: later versions may add fields at the end.

    path: the path of the file
    target: the subject and its location
    rule: the name of the rule
    severity: its severity
    message: one sentence on the problem
    help: what to write or do, or ""
    notes: dates, reasons and alternatives
    fix: the fix, if there is one
    suppression: the suppression, if the finding is suppressed
    overruled: the suppression that --no-suppressions overrules, if there is one
    """

    path: str
    target: Target
    rule: str
    severity: Severity
    message: str
    help: str = ""
    notes: tuple[str, ...] = ()
    fix: Fix | None = None
    suppression: Suppression | None = None
    overruled: Suppression | None = None

    @property
    def sentence(self) -> str:
        """The message and the help in one line."""
        return f"{self.message}; {self.help}" if self.help else self.message

    @property
    def location(self) -> Location:
        """The location of the target."""
        return self.target.location

    @property
    def line(self) -> int:
        """The first line."""
        return self.location.line

    @property
    def column(self) -> int:
        """The first column."""
        return self.location.column

    @property
    def subject(self) -> str:
        """The name of the target."""
        return self.target.subject

    @property
    def details(self) -> tuple[str, ...]:
        """The help and the notes, each with its label."""
        helps = (f"help: {self.help}",) if self.help else ()
        return (*helps, *(f"note: {note}" for note in self.notes))

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """The sort key: path, location, rule, severity, message, subject."""
        return self.path, self.location, self.rule, self.severity, self.message, self.subject
