"""Findings and their parts: severities, locations, fixes and suppressions."""

from collections.abc import Iterable
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


class Comment(NamedTuple):
    """A `# lint-runtime` comment.

    location: the location of the comment
    text: the text after `#`, such as `lint-runtime: ignore[floating-tag]`
    target: the line that the comment applies to, or 0 if there is none. In a Dockerfile, this is the first
        line of the next instruction. In a manifest, this is the line of the comment if the line also has a
        value, else the next line with a value.
    hidden_directive: the name of a directive, such as `syntax`, that has no effect because it is below this
        comment, or ""
    """

    location: Location
    text: str
    target: int
    hidden_directive: str = ""


class Edit(NamedTuple):
    """A replacement of text within one line.

    location: the span to replace
    text: the replacement
    """

    location: Location
    text: str


def edited(text: str, edits: Iterable[Edit]) -> str:
    """Return `text` with all edits applied. The edits must be in file order."""
    chunks: list[str] = []
    copied, number = 0, 1
    # Columns don't count a byte-order mark, so the first line starts after it.
    line_start = 1 if text.startswith("\ufeff") else 0
    for location, replacement in edits:
        while number < location.line:
            line_start = text.index("\n", line_start) + 1
            number += 1
        chunks += (text[copied : line_start + location.column - 1], replacement)
        copied = line_start + location.end_column - 1
    return "".join((*chunks, text[copied:]))


class Fix(NamedTuple):
    """A change to a file that resolves a finding.

    title: the description for users
    edits: the replacements
    risk: why the change needs a review, or "" if it is safe
    """

    title: str
    edits: tuple[Edit, ...]
    risk: str = ""

    @property
    def is_safe(self) -> bool:
        """Whether the change needs no review."""
        return not self.risk


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


Place = tuple[Location, str, tuple[Location, ...]]
"""The location, the subject and the related locations of a target."""


class Target(NamedTuple):
    """The image, platform, comment or text that a finding is about.

    location: the location in the file
    subject: the name of the target, usually the expanded image. Path, rule and subject identify a
        finding across days, so the subject contains no dates, day counts or line numbers.
    lines: the first line of each instruction that contains a part of the target. A comment above any
        of these lines can suppress the finding.
    related: the locations of the images that use the target, if the target is the default of an ARG
    """

    location: Location
    subject: str
    lines: frozenset[int] = frozenset()
    related: tuple[Location, ...] = ()

    @property
    def place(self) -> Place:
        """The target as reports contain it: without `lines`."""
        return self.location, self.subject, self.related

    @property
    def places(self) -> tuple[Place, ...]:
        """One place for each location in `related`, or only `place` if `related` is empty."""
        alone = tuple(self._replace(related=(location,)).place for location in self.related)
        return alone or (self.place,)


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
    upgrade: the upgrade to another release series that resolves the finding, or None
    suppression: the suppression, or None
    overruled: the suppression that --no-suppressions turned off, or None
    """

    path: str
    target: Target
    rule: str
    severity: Severity
    message: str
    help: str = ""
    notes: tuple[str, ...] = ()
    fix: Fix | None = None
    upgrade: Fix | None = None
    suppression: Suppression | None = None
    overruled: Suppression | None = None

    @property
    def sentence(self) -> str:
        """The message, followed by the help and the usage if there are any."""
        text = f"{self.message}; {self.help}" if self.help else self.message
        return f"{text} ({self.usage})" if self.usage else text

    @property
    def usage(self) -> str:
        """Text such as `used in lines 4 and 7` if the target is the default of an ARG, else ""."""
        lines = [str(line) for line in dict.fromkeys(place.line for place in self.target.related)]
        if len(lines) > 1:
            return f"used in lines {', '.join(lines[:-1])} and {lines[-1]}"
        return f"used in line {lines[0]}" if lines else ""

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
    def images(self) -> tuple[Location, ...]:
        """The locations of the images that the finding is about."""
        return self.target.related or (self.target.location,)

    @property
    def details(self) -> tuple[str, ...]:
        """The help, labeled `help:`, then the usage and the notes, each labeled `note:`."""
        helps = (f"help: {self.help}",) if self.help else ()
        return (*helps, *(f"note: {note}" for note in (self.usage, *self.notes) if note))

    @property
    def sort_key(self) -> tuple[Any, ...]:
        """The sort key: path, location, rule, severity, message, subject."""
        return self.path, self.location, self.rule, self.severity, self.message, self.subject
