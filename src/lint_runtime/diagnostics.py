"""The values every other module uses: severities, locations, findings and their fixes."""

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
        """Whether this severity is `threshold` or above."""
        return _RANK[self] <= _RANK[threshold]


_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


class Location(NamedTuple):
    """A span of source. Lines and columns count from 1, columns in characters; the end is exclusive."""

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
        """The line and column behind the last character."""
        return self.end_line, self.end_column


class Edit(NamedTuple):
    """A change of a file: the text at `location`, which lies in one line, becomes `text`."""

    location: Location
    text: str


class Fix(NamedTuple):
    """What resolves a finding, in the file where it was found.

    `title`: what applying it does. `is_safe`: it stays within the release series, so that nobody has to
    review it.
    """

    title: str
    edits: tuple[Edit, ...]
    is_safe: bool


class SuppressionKind(str, Enum):
    """What suppresses a finding. The value is the word that reports use."""

    COMMENT = "comment"
    BASELINE = "baseline"


class Suppression(NamedTuple):
    """That a finding is suppressed: by what, why ("" if not given) and through which day."""

    kind: SuppressionKind
    reason: str = ""
    until: date | None = None


class Target(NamedTuple):
    """What a finding is about: a stage's image or platform, a comment, or what the build refuses.

    `subject`: its name, an expanded image in most cases; free of dates, day counts and line numbers, so
    that path, rule and subject identify a finding from day to day. `lines`: where the instructions start
    that it is written in; a comment above one of them can suppress the finding.
    """

    location: Location
    subject: str
    lines: frozenset[int] = frozenset()


class Diagnostic(NamedTuple):
    """One finding, complete and immutable. Sort findings by `sort_key`: path, then location, then rule.

    Use its fields by name: new ones may be added at the end.

    `target`: what it is about. `message`: one sentence on what is wrong. `help`: what to write or do, and
    `notes`: dates, reasons and alternatives; both may be empty. `suppression`: None unless suppressed.
    `overruled`: the comment that would suppress it if comments counted.
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
        """The message and the help as one sentence, where there is one line for both."""
        return f"{self.message}; {self.help}" if self.help else self.message

    @property
    def location(self) -> Location:
        """Where it is."""
        return self.target.location

    @property
    def line(self) -> int:
        """The line where it starts."""
        return self.location.line

    @property
    def column(self) -> int:
        """The column where it starts."""
        return self.location.column

    @property
    def subject(self) -> str:
        """The name of what it is about."""
        return self.target.subject

    @property
    def details(self) -> tuple[str, ...]:
        """The help and the notes, each with its label."""
        helps = (f"help: {self.help}",) if self.help else ()
        return (*helps, *(f"note: {note}" for note in self.notes))

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """What to sort by."""
        return self.path, self.location, self.rule, self.severity, self.message, self.subject
