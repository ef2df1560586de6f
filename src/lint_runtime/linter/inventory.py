"""Build an inventory of Dockerfiles: their Runtime images and findings, most severe first."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from enum import Enum
from typing import NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Place, Severity
from lint_runtime.lifecycle.comparison import Comparison
from lint_runtime.lifecycle.model import Lifecycle, State, UpstreamEnd
from lint_runtime.linter.report import Report
from lint_runtime.linter.upgrade import expected_changes
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.rules.advice import answer, coming_step
from lint_runtime.rules.base import Case, Topic, image_target, platform_target, target_of


class EntryStatus(str, Enum):
    """The statuses of entries, most severe first. The page shows the values.

    BROKEN: a Runtime image that can't be built or pulled as written
    OTHER: a finding that is not about a Runtime image
    """

    BROKEN = "unusable"
    YANKED = State.YANKED.value
    UNSUPPORTED = State.UNSUPPORTED.value
    BASIC_SUPPORT = State.BASIC_SUPPORT.value
    ENDING = State.ENDING.value
    PRERELEASE = State.PRERELEASE.value
    MAINTAINED = State.MAINTAINED.value
    UNKNOWN = State.UNKNOWN.value
    OTHER = "no image"


NEED_ATTENTION = (
    EntryStatus.BROKEN,
    EntryStatus.YANKED,
    EntryStatus.UNSUPPORTED,
    EntryStatus.BASIC_SUPPORT,
)
RANK = {status: rank for rank, status in enumerate(EntryStatus)}


class Entry(NamedTuple):
    """A Runtime image in a Dockerfile, or a location with other findings.

    path: the path of the file
    line: the line of the instruction
    image: the image as written, or "" for findings about files and comments
    status: the status of the image or of the findings
    lifecycle: the facts about the release, or None if the release is unknown
    python: the Python version; "" if unknown
    os: the operating system; "" if unknown
    upstream: the end of upstream maintenance for each product in the image
    findings: the unsuppressed findings
    action: the recommended action, or ""
    next_step: the step to Airflow 3 if the Airflow 2 series ends soon, or ""
    comparison: the changes in the required upgrade, or None if no upgrade is required
    """

    path: str
    line: int
    image: str
    status: EntryStatus
    lifecycle: Lifecycle | None = None
    python: str = ""
    os: str = ""
    upstream: tuple[UpstreamEnd, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    action: str = ""
    next_step: str = ""
    comparison: Comparison | None = None

    @property
    def sort_key(self) -> tuple[int, date, str, int]:
        """The sort key: most severe first, then the earliest end of maintenance."""
        end = self.lifecycle.maintenance if self.lifecycle else None
        return RANK[self.status], end.day if end else date.max, self.path, self.line


class Row(NamedTuple):
    """An entry as a row of the page.

    sort_key: the sort key of the entry
    status: the status of the entry
    series: the release series; "" if unknown
    path: the path of the file
    text: the HTML of the row
    """

    sort_key: tuple[int, date, str, int]
    status: EntryStatus
    series: str
    path: str
    text: str


class Inventory(NamedTuple):
    """The content of the page.

    as_of: the date of the run
    files: the number of linted files
    rows: the rows, most severe first
    problems: the error messages of the run
    """

    as_of: date
    files: int
    rows: tuple[Row, ...]
    problems: tuple[str, ...]

    @property
    def counts(self) -> Mapping[EntryStatus, int]:
        """The number of rows for each status, including statuses without rows."""
        counts = Counter(row.status for row in self.rows)
        return {status: counts[status] for status in EntryStatus}

    @property
    def images(self) -> int:
        """The number of Runtime images."""
        return len(self.rows) - self.counts[EntryStatus.OTHER]

    @property
    def files_by_series(self) -> Mapping[str, int]:
        """The number of files for each release series."""
        pairs = {(row.series, row.path) for row in self.rows if row.series}
        return Counter(series for series, _ in pairs)


def series_in(report: Report) -> frozenset[str]:
    """Return the names of the release series used in a file."""
    return frozenset(image.lifecycle.series.name for image in report.images if image.lifecycle)


def take_inventory(report: Report, today: date) -> Iterator[Entry]:
    """Yield the entries of a file: its Runtime images, then other locations with findings."""
    known, config = report.table.as_of(today), Config(warn_within=report.warn_within)
    by_place: dict[Place, list[Diagnostic]] = {}
    for finding in report.diagnostics:
        for place in finding.target.places:
            by_place.setdefault(place, []).append(finding)
    for stage, image in (*report.stages, *report.uses):
        targets = (platform_target(stage), image_target(stage), target_of(stage, image))
        places = dict.fromkeys(target.place for target in targets)
        findings = tuple(finding for place in places for finding in by_place.pop(place, ()))
        entry = Entry(report.path, stage.line, stage.image, EntryStatus.OTHER, findings=findings)
        if image:
            status = EntryStatus(image.state(today, report.warn_within).value)
            is_broken = status not in NEED_ATTENTION and any(map(_breaks_the_build, findings))
            case = Case(image, known, config)
            yield entry._replace(
                status=EntryStatus.BROKEN if is_broken else status,
                lifecycle=image.lifecycle,
                python=image.python,
                os=image.os,
                upstream=known.table.upstream_of(image.contents),
                action=answer(case).explained if image.destination or status in NEED_ATTENTION else "",
                next_step=coming_step(case),
                comparison=expected_changes(case),
            )
        elif findings:
            yield entry
    others: dict[tuple[int, int], list[Diagnostic]] = {}
    for (location, _, _), left in by_place.items():
        others.setdefault(location.start, []).extend(left)
    for (line, _), left in others.items():
        yield Entry(report.path, line, "", EntryStatus.OTHER, findings=tuple(left))


def _breaks_the_build(finding: Diagnostic) -> bool:
    rule = RULE_BY_NAME.get(finding.rule)
    return finding.severity is Severity.ERROR and (rule is None or rule.topic is not Topic.LIFECYCLE)
