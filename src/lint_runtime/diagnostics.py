"""Findings and their parts: severities, locations, fixes and suppressions."""

from datetime import date
from enum import Enum
from typing import Any, NamedTuple


class Severity(str, Enum):
    """The severity of a finding. The values appear in reports."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    def __str__(self) -> str:
        return self.value

    def at_least(self, threshold: "Severity") -> bool:
        """Return whether this severity is `threshold` or higher."""
        return _RANK[self] <= _RANK[threshold]


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class Location(NamedTuple):
    """A span of source text with an exclusive end.

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
    """A change to a file that resolves a finding.

    title: the description for users
    edits: the replacements
    is_safe: whether the fix stays within the release series and needs no review
    """

    title: str
    edits: tuple[Edit, ...]
    is_safe: bool


class SuppressionKind(str, Enum):
    """The source of a suppression. The values appear in reports."""

    COMMENT = "comment"
    BASELINE = "baseline"


class Suppression(NamedTuple):
    """A suppression of a finding.

    kind: the source, a comment or a baseline
    reason: the given reason, or ""
    until: the last day, or None if the suppression doesn't expire
    """

    kind: SuppressionKind
    reason: str = ""
    until: date | None = None


class Target(NamedTuple):
    """The image, platform, comment or text that a finding is about.

    location: the location in the file
    subject: the name of the target, usually the expanded image. Path, rule and subject identify a
        finding across days, so the subject contains no dates, day counts or line numbers.
    lines: the first line of each instruction that contains a part of the target. A comment above any
        of these lines can suppress the finding.
    """

    location: Location
    subject: str
    lines: frozenset[int] = frozenset()


class Diagnostic(NamedTuple):
    """A finding. Access fields by name: later versions may add fields at the end.

    path: the path of the file
    target: the subject and its location
    rule: the name of the rule
    severity: the severity of the finding
    message: one sentence on the problem
    help: the suggested change or action, or ""
    notes: dates, reasons and alternatives
    fix: the fix, or None
    suppression: the suppression, or None
    overruled: the suppression ignored because of --no-suppressions, or None
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
        """The message, followed by the help if there is one."""
        return f"{self.message}; {self.help}" if self.help else self.message

    @property
    def location(self) -> Location:
        """The location of the target."""
        return self.target.location

    @property
    def line(self) -> int:
        """The first line of the target."""
        return self.location.line

    @property
    def column(self) -> int:
        """The first column of the target."""
        return self.location.column

    @property
    def subject(self) -> str:
        """The name of the target."""
        return self.target.subject

    @property
    def details(self) -> tuple[str, ...]:
        """The help and the notes, labeled `help:` and `note:`."""
        helps = (f"help: {self.help}",) if self.help else ()
        return (*helps, *(f"note: {note}" for note in self.notes))

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """The sort key: path, location, rule, severity, message, subject."""
        return self.path, self.location, self.rule, self.severity, self.message, self.subject
