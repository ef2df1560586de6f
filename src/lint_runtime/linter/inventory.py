"""Many Dockerfiles at a glance: every Runtime image and every finding, the most severe first."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from enum import Enum
from typing import NamedTuple

from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.comparison import Hop
from lint_runtime.lifecycle.model import WARN_WITHIN, Lifecycle, Status, UpstreamEnd
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report
from lint_runtime.linter.upgrade import what_changes
from lint_runtime.rules import RULES_BY_TOPIC
from lint_runtime.rules.advice import what_to_do


class EntryStatus(str, Enum):
    """The status of an entry, the most severe first. The value is what a report shows.

    BROKEN: an image that cannot be built, pulled, resolved or used as it is written. OTHER: a finding that
    is not about an image, such as an unused suppression.
    """

    BROKEN = "broken"
    YANKED = "yanked"
    UNSUPPORTED = "unsupported"
    BASIC_SUPPORT = "basic support"
    ENDING = "ending soon"
    MAINTAINED = "maintained"
    UNKNOWN = "unknown"
    OTHER = "other"


NEED_ATTENTION = (
    EntryStatus.BROKEN,
    EntryStatus.YANKED,
    EntryStatus.UNSUPPORTED,
    EntryStatus.BASIC_SUPPORT,
)


class Entry(NamedTuple):
    """A Runtime image that a Dockerfile uses in `line`, or a place with findings about none.

    Strings are as in the file. `image`: "" for a finding that is not about an image. `lifecycle`: of its
    series; None where nothing is known. `python`, `os`: "" if unknown; `upstream`: when the projects behind
    what the image contains stop maintaining it. `findings`: those that are not suppressed. `action`: what
    to do, "" for nothing. `hop`: what an upgrade changes, None where none is needed.
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
    hop: Hop | None = None

    @property
    def sort_key(self) -> tuple[int, date, str, int]:
        """What to sort by: the most severe first, and what ends next."""
        end = self.lifecycle.end_of_maintenance if self.lifecycle else None
        return _RANK[self.status], end or date.max, self.path, self.line


_RANK = {status: rank for rank, status in enumerate(EntryStatus)}


class Row(NamedTuple):
    """An entry as a page shows it, so that it can be sorted and counted. `series`: "" if there is none."""

    sort_key: tuple[int, date, str, int]
    status: EntryStatus
    series: str
    path: str
    text: str


class Inventory(NamedTuple):
    """All that a page on many Dockerfiles shows. `files`: how many were linted, with such images or not.

    `rows`: the most severe first. `problems`: what could not be done.
    """

    as_of: date
    tables: tuple[LifecycleTable, ...]
    files: int
    rows: tuple[Row, ...]
    problems: tuple[str, ...]

    @property
    def counts(self) -> Mapping[EntryStatus, int]:
        """How many rows have which status; every EntryStatus, in order."""
        counts = Counter(row.status for row in self.rows)
        return {status: counts[status] for status in EntryStatus}

    @property
    def images(self) -> int:
        """How many rows are about images."""
        return len(self.rows) - self.counts[EntryStatus.OTHER]

    @property
    def files_by_series(self) -> Mapping[str, int]:
        """How many Dockerfiles use each release series."""
        pairs = {(row.series, row.path) for row in self.rows if row.series}
        return Counter(series for series, _ in pairs)


def series_in(report: Report) -> frozenset[str]:
    """Return the release series of the images in a file."""
    images = (image for _, image in (*report.stages, *report.uses))
    return frozenset(image.lifecycle.series for image in images if image and image.lifecycle)


def take_inventory(report: Report, today: date) -> Iterator[Entry]:
    """Yield an entry for each Runtime image of a file, and for each other place with findings."""
    by_place: dict[tuple[int, int], list[Diagnostic]] = {}
    for finding in report.diagnostics:
        by_place.setdefault(finding.location.start, []).append(finding)
    for stage, image in (*report.stages, *report.uses):
        # Without a platform, both locations are one.
        places = dict.fromkeys((stage.platform_location.start, stage.image_location.start))
        findings = [finding for place in places for finding in by_place.pop(place, ())]
        if image:
            yield _image_entry(report.path, image, tuple(findings), report.table, today)
        elif findings:
            yield _stage_entry(report.path, stage, tuple(findings))
    for (line, _), left in by_place.items():
        yield Entry(report.path, line, "", _status_of_findings(left), findings=tuple(left))


def _image_entry(
    path: str, image: RuntimeImage, findings: tuple[Diagnostic, ...], table: LifecycleTable, today: date
) -> Entry:
    lifecycle = image.lifecycle
    return Entry(
        path,
        image.stage.line,
        image.stage.image,
        _image_status(lifecycle, findings, today),
        lifecycle,
        image.python,
        image.os,
        table.upstream_of(image.contents),
        findings,
        what_to_do(image, WARN_WITHIN, table, today),
        what_changes(image, WARN_WITHIN, table, today),
    )


def _stage_entry(path: str, stage: Stage, findings: tuple[Diagnostic, ...]) -> Entry:
    return Entry(path, stage.line, stage.image, _status_of_findings(findings), findings=findings)


_ABOUT_LIFECYCLE = frozenset(rule.name for rule in RULES_BY_TOPIC["Lifecycle"])


def _is_broken(finding: Diagnostic) -> bool:
    """Whether a finding says that an image cannot be used as it is written, whatever its lifecycle."""
    is_error = finding.severity is Severity.ERROR and finding.rule not in _ABOUT_LIFECYCLE
    return is_error or finding.rule == "unresolved-variable"


def _status_of_findings(findings: Iterable[Diagnostic]) -> EntryStatus:
    return EntryStatus.BROKEN if any(map(_is_broken, findings)) else EntryStatus.OTHER


def _image_status(lifecycle: Lifecycle | None, findings: Iterable[Diagnostic], today: date) -> EntryStatus:
    status = EntryStatus.UNKNOWN
    if lifecycle and lifecycle.yank:
        status = EntryStatus.YANKED
    elif lifecycle and lifecycle.end_of_maintenance:
        status = series_status(lifecycle.status, lifecycle.end_of_maintenance, today)
    elif lifecycle and lifecycle.status is Status.UNSUPPORTED:
        status = EntryStatus.UNSUPPORTED
    is_worse = status in NEED_ATTENTION
    return EntryStatus.BROKEN if not is_worse and any(map(_is_broken, findings)) else status


def series_status(status: Status, end_of_maintenance: date, today: date) -> EntryStatus:
    """Return the status of the images of a series that are not yanked."""
    if status is Status.MAINTAINED:
        is_ending = (end_of_maintenance - today).days <= WARN_WITHIN
        return EntryStatus.ENDING if is_ending else EntryStatus.MAINTAINED
    return EntryStatus[status.name]
