"""Many Dockerfiles at a glance: every Runtime image they use, its status, and what to do about it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import NamedTuple

from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.model import WARN_WITHIN, Lifecycle, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report, Run
from lint_runtime.rules.advice import what_to_do


class ImageStatus(str, Enum):
    """The status of an image, the most severe first. The value is what a report shows."""

    YANKED = "yanked"
    ENDED = "ended"
    BASIC_SUPPORT = "basic support"
    ENDING = "ends soon"
    MAINTAINED = "maintained"
    UNKNOWN = "not known"


class ImageUse(NamedTuple):
    """A Dockerfile and a Runtime image that it uses, in `line`. Strings are as in the file.

    `lifecycle`: of its series; None where nothing is known. `python`: by the tag, or the default; "" if
    not known. `action`: what to do, "" for nothing.
    """

    path: str
    line: int
    image: str
    lifecycle: Lifecycle | None
    python: str
    status: ImageStatus
    action: str


class Inventory(NamedTuple):
    """All that a page on many Dockerfiles shows. `files`: how many were linted, with such images or not.

    `uses`: the most severe first. `problems`: what could not be done.
    """

    as_of: date
    tables: tuple[LifecycleTable, ...]
    files: int
    uses: tuple[ImageUse, ...]
    problems: tuple[str, ...]

    @property
    def counts(self) -> Mapping[ImageStatus, int]:
        """How many image uses have which status; every ImageStatus, in order."""
        counts = Counter(use.status for use in self.uses)
        return {status: counts[status] for status in ImageStatus}

    @property
    def files_by_series(self) -> Mapping[str, int]:
        """How many Dockerfiles use each release series."""
        pairs = {(use.lifecycle.series, use.path) for use in self.uses if use.lifecycle}
        return Counter(series for series, _ in pairs)


def take_inventory(reports: Iterable[Report], run: Run) -> Inventory:
    """Return the images that a run found, by the tables that their files were linted with."""
    files = 0
    uses: list[ImageUse] = []
    for report in reports:
        files += 1
        tables = {table.source: table for table in run.tables}
        table = tables.get(report.table, run.table)
        uses += (
            _use(report.path, image, table, run.as_of)
            for _, image in (*report.stages, *report.uses)
            if image
        )
    order = list(ImageStatus)
    uses.sort(key=lambda use: (order.index(use.status), _end(use), use.path, use.line))
    return Inventory(run.as_of, run.tables, files, tuple(uses), tuple(run.problems))


def _use(path: str, image: RuntimeImage, table: LifecycleTable, today: date) -> ImageUse:
    tag, lifecycle = image.tag, image.lifecycle
    return ImageUse(
        path,
        image.stage.line,
        image.stage.image,
        lifecycle=lifecycle,
        python=(tag.python if tag else "") or (lifecycle.default_python if lifecycle else None) or "",
        status=_image_status(lifecycle, today),
        action=what_to_do(image, WARN_WITHIN, table, today),
    )


def _image_status(lifecycle: Lifecycle | None, today: date) -> ImageStatus:
    if lifecycle is None or lifecycle.end_of_maintenance is None:
        return ImageStatus.UNKNOWN
    if lifecycle.yank:
        return ImageStatus.YANKED
    return series_status(lifecycle.status, lifecycle.end_of_maintenance, today)


def series_status(status: Status, end_of_maintenance: date, today: date) -> ImageStatus:
    """Return the status of the images of a series that are not yanked."""
    if status is Status.MAINTAINED:
        is_ending = (end_of_maintenance - today).days <= WARN_WITHIN
        return ImageStatus.ENDING if is_ending else ImageStatus.MAINTAINED
    return ImageStatus[status.name]


def _end(use: ImageUse) -> date:
    return (use.lifecycle.end_of_maintenance if use.lifecycle else None) or date.max
