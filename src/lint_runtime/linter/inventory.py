"""Build an inventory of the linted files: their Runtime images and their other findings."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from typing import NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Place, Severity
from lint_runtime.images import RepositoryKind, RuntimeImage
from lint_runtime.lifecycle.comparison import Comparison
from lint_runtime.lifecycle.model import Lifecycle, State, UpstreamEnd
from lint_runtime.linter.baseline import Key
from lint_runtime.linter.report import Report
from lint_runtime.linter.upgrade import expected_changes, kept_places, options_for
from lint_runtime.rules import RULES
from lint_runtime.rules.advice import answer, coming_step
from lint_runtime.rules.base import Case, Topic, platform_target, target_of
from lint_runtime.text import portable_path


class EntryStatus(str, Enum):
    """The statuses of entries, most severe first. The page shows the values.

    BROKEN: a Runtime image that can't be built or pulled as written, whatever the build arguments
    UNCHECKED: an image that depends on a variable without a value
    OTHER: a finding that is not about a Runtime image
    """

    BROKEN = "unusable"
    YANKED = State.YANKED.value
    UNSUPPORTED = State.UNSUPPORTED.value
    BASIC_SUPPORT = State.BASIC_SUPPORT.value
    ENDING = State.ENDING.value
    PRERELEASE = State.PRERELEASE.value
    UNCHECKED = "not checked"
    MAINTAINED = State.MAINTAINED.value
    UNKNOWN = State.UNKNOWN.value
    OTHER = "no image"

    @property
    def rank(self) -> int:
        """The position in the order of severity, from 0 for the most severe status."""
        return _RANK[self]


_RANK = {status: rank for rank, status in enumerate(EntryStatus)}
NEED_ATTENTION = (
    EntryStatus.BROKEN,
    EntryStatus.YANKED,
    EntryStatus.UNSUPPORTED,
    EntryStatus.BASIC_SUPPORT,
)
_ABOUT_LIFECYCLE = {rule.name for rule in RULES if rule.topic is Topic.LIFECYCLE}


class Step(NamedTuple):
    """What to do about an image. Files with the same image and the same action have equal steps.

    image: the image, or "" for findings about files and comments
    status: the status of the image
    day: the first day on which the image is unsupported or has only basic support. For a maintained image:
        the last day of maintenance. None for other statuses, and if the day is unknown.
    destination: the complete reference to write, or "" if none is known
    command: the options of `lint-runtime` that write the destination, or "" if only a person can
    due: the deadline. If maintenance ends soon: the last day of maintenance. If the image has only basic
        support: the last day of basic support. Otherwise None.
    """

    image: str
    status: EntryStatus
    day: date | None = None
    destination: str = ""
    command: str = ""
    due: date | None = None

    @property
    def by_when(self) -> str:
        """When to do the step: `now`, by a date (the date as text), or `any time`."""
        return "now" if self.status in NEED_ATTENTION and not self.due else str(self.due or "any time")


class Entry(NamedTuple):
    """A Runtime image in a file, an image that isn't checked, or a location with other findings.

    path: the path of the file
    line: the line of the instruction
    image: the image, or "" for findings about files and comments
    status: the status of the image or of the findings
    runtime: the Runtime image, or None for other images and findings
    team: the team of the file
    variables: the variables in the image that only a build argument can set
    step: what to do, in a form that many entries share, or None if there is nothing to do
    lifecycle: the facts about the release, or None if the release is unknown
    upstream: for each product in the image, such as Python: when its developers stop maintaining it
    findings: the unsuppressed findings
    action: what to do, as a sentence for this image alone, or ""
    next_step: the step to Airflow 3 if the Airflow 2 series ends soon, or ""
    comparison: the changes in the required upgrade, or None if no upgrade is required
    """

    path: str
    line: int
    image: str
    status: EntryStatus
    runtime: RuntimeImage | None = None
    team: str = ""
    variables: tuple[str, ...] = ()
    step: Step | None = None
    lifecycle: Lifecycle | None = None
    upstream: tuple[UpstreamEnd, ...] = ()
    findings: tuple[Diagnostic, ...] = ()
    action: str = ""
    next_step: str = ""
    comparison: Comparison | None = None

    @property
    def sort_key(self) -> tuple[int, date, str, int]:
        """The sort key: most severe first, then by end of maintenance, path and line."""
        end = self.lifecycle.maintenance if self.lifecycle else None
        return self.status.rank, end.day if end else date.max, self.path, self.line


class Row(NamedTuple):
    """An entry as a row of the page.

    sort_key: the sort key of the entry
    status: the status of the entry
    series: the release series; "" if unknown
    path: the path of the file
    is_image: whether the entry is a Runtime image
    team: the team of the file
    step: what to do, or None
    cells: the HTML of the row, without the status
    details: the HTML of the image's contents, findings and changes; many rows have equal details
    findings: the rules and subjects of the findings
    is_new: whether one of the findings is not in the earlier report
    """

    sort_key: tuple[int, date, str, int]
    status: EntryStatus
    series: str
    path: str
    is_image: bool
    team: str
    step: Step | None
    cells: str
    details: str
    findings: tuple[Key, ...]
    is_new: bool = False


def team_of(path: str, label: str = "", owners: Sequence[str] = ()) -> str:
    """Return the team of a file: its owners, otherwise its label, otherwise its top directory or `.`."""
    directory = portable_path(path).lstrip("/").rpartition("/")[0]
    return ", ".join(owners) or label or directory.partition("/")[0] or "."


def series_in(report: Report) -> frozenset[str]:
    """Return the names of the release series used in a file."""
    return frozenset(image.lifecycle.series.name for image in report.images if image.lifecycle)


def take_inventory(report: Report, today: date) -> Iterator[Entry]:
    """Yield the entries of a file: its images, then the locations with other findings."""
    known, config = report.table.as_of(today), Config(warn_within=report.warn_within)
    kept, team = kept_places(report), team_of(report.path, report.label, report.owners)
    blank = Entry(report.path, 0, "", EntryStatus.OTHER, team=team)
    by_place: dict[Place, list[Diagnostic]] = {}
    for finding in report.diagnostics:
        for place in finding.target.places:
            by_place.setdefault(place, []).append(finding)
    for stage, image in (*report.stages, *report.uses):
        targets = (platform_target(stage), target_of(stage), target_of(stage, image))
        places = dict.fromkeys(target.place for target in targets)
        findings = tuple(finding for place in places for finding in by_place.pop(place, ()))
        status = EntryStatus.UNCHECKED if stage.unresolved else EntryStatus.OTHER
        entry = blank._replace(
            line=stage.line, image=stage.image, status=status, variables=stage.unresolved, findings=findings
        )
        if image:
            status = EntryStatus(image.state(today, report.warn_within).value)
            breaks_the_build = any(
                finding.severity is Severity.ERROR and finding.rule not in _ABOUT_LIFECYCLE
                for finding in findings
            )
            if status not in NEED_ATTENTION and breaks_the_build:
                # A build argument can correct the tag, but can't replace a retired repository.
                is_fillable = stage.unresolved and image.repository.kind is not RepositoryKind.RETIRED
                status = EntryStatus.UNCHECKED if is_fillable else EntryStatus.BROKEN
            case = Case(image, known, config)
            help_text, explained, *_ = answer(case)
            is_resolvable = any(finding.help.startswith((help_text, explained)) for finding in findings)
            needs_action = is_resolvable or status in NEED_ATTENTION
            entry = entry._replace(
                status=status,
                runtime=image,
                lifecycle=image.lifecycle,
                upstream=known.table.upstream_of(image.contents),
                action=explained if image.destination or status in NEED_ATTENTION else "",
                next_step=coming_step(case),
                comparison=expected_changes(case),
            )
            destination = image.full(image.next or image.destination) if needs_action else ""
            command = options_for(case) if is_resolvable and stage.image_location not in kept else ""
            since, due = _dates_of(status, image.lifecycle)
            step = Step(stage.image, status, since, destination, command, due)
        elif findings or stage.unresolved:
            step = Step(stage.image, status)
            needs_action = False
        else:
            continue
        is_required = status is EntryStatus.UNCHECKED or _need_action(findings)
        yield entry._replace(step=step if needs_action or is_required else None)
    others: dict[tuple[int, int], list[Diagnostic]] = {}
    for (location, _, _), left in by_place.items():
        others.setdefault(location.start, []).extend(left)
    for (line, _), left in others.items():
        need = Step("", EntryStatus.OTHER) if _need_action(left) else None
        yield blank._replace(line=line, findings=tuple(left), step=need)


def _need_action(findings: Iterable[Diagnostic]) -> bool:
    return any(finding.severity is not Severity.INFO for finding in findings)


def _dates_of(status: EntryStatus, lifecycle: Lifecycle | None) -> tuple[date | None, date | None]:
    """Return the dates for the fields `day` and `due` of a Step."""
    maintenance = lifecycle.maintenance if lifecycle else None
    if lifecycle is None or maintenance is None:
        return None, None
    if status is EntryStatus.UNSUPPORTED:
        return (lifecycle.basic_support or maintenance).since.day, None
    if status is EntryStatus.BASIC_SUPPORT:
        return maintenance.since.day, lifecycle.basic_support and lifecycle.basic_support.day
    if status is EntryStatus.ENDING:
        return maintenance.day, maintenance.day
    return maintenance.day if status is EntryStatus.MAINTAINED else None, None
