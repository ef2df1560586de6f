"""Many Dockerfiles at a glance: every Runtime image they use, and what becomes of it when."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from enum import Enum
from typing import NamedTuple

from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.model import Lifecycle, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report, Run
from lint_runtime.rules.advice import what_to_do

SOON = 90
"""So many days before the end of its maintenance a series is about to end."""


class Standing(str, Enum):
    """How an image stands, the gravest first. The value is what a report shows."""

    YANKED = "yanked"
    ENDED = "ended"
    BASIC_SUPPORT = "basic support"
    ENDING = "ends soon"
    MAINTAINED = "maintained"
    UNKNOWN = "not known"


class ImageUse(NamedTuple):
    """A Dockerfile and a Runtime image that it uses, in `line`. Strings are as in the file.

    `release`: its number, or the tag where that names no release. `lifecycle`: of its line; None where
    nothing is known. `python`: by the tag, or the default; "" if not known. `action`: what to do, "" for
    nothing.
    """

    path: str
    line: int
    image: str
    release: str
    lifecycle: Lifecycle | None
    python: str
    standing: Standing
    days_left: int | None
    action: str


class Moment(NamedTuple):
    """A table, and a day to judge for."""

    table: LifecycleTable
    today: date


class Fleet(NamedTuple):
    """All that a page on many Dockerfiles shows. `files`: how many were linted, with such images or not.

    `uses`: the gravest first. `problems`: what could not be done.
    """

    as_of: date
    table: LifecycleTable
    tables: tuple[LifecycleTable, ...]
    files: int
    uses: tuple[ImageUse, ...]
    problems: tuple[str, ...]

    @property
    def standings(self) -> Mapping[Standing, int]:
        """How many image uses stand how; all of Standing, in order."""
        counts = Counter(use.standing for use in self.uses)
        return {standing: counts[standing] for standing in Standing}

    @property
    def files_by_series(self) -> Mapping[str, int]:
        """How many Dockerfiles stand on each release series."""
        pairs = {(use.lifecycle.series, use.path) for use in self.uses if use.lifecycle}
        return Counter(series for series, _ in pairs)


def fleet(reports: Iterable[Report], run: Run) -> Fleet:
    """Return what a run found, as a fleet. Judged by the tables that the reports were judged by."""
    files = 0
    uses: list[ImageUse] = []
    for report in reports:
        files += 1
        tables = {table.source: table for table in run.tables}
        moment = Moment(tables.get(report.table, run.table), run.as_of)
        uses += (_use(report.path, image, moment) for _, image in (*report.stages, *report.uses) if image)
    order = list(Standing)
    uses.sort(key=lambda use: (order.index(use.standing), _end(use), use.path, use.line))
    return Fleet(run.as_of, run.tables[0], run.tables, files, tuple(uses), tuple(run.problems))


def _end(use: ImageUse) -> date:
    return (use.lifecycle.end_of_maintenance if use.lifecycle else None) or date.max


def _use(path: str, image: RuntimeImage, moment: Moment) -> ImageUse:
    tag, lifecycle = image.tag, image.lifecycle
    return ImageUse(
        path,
        image.stage.line,
        image.stage.image,
        release=tag.number + tag.prerelease if tag else "",
        lifecycle=lifecycle,
        python=(tag.python if tag else "") or (lifecycle.default_python if lifecycle else None) or "",
        standing=_standing(lifecycle, moment.today),
        days_left=lifecycle.days_left(moment.today) if lifecycle else None,
        action=what_to_do(image, SOON, moment),
    )


def _standing(lifecycle: Lifecycle | None, today: date) -> Standing:
    if lifecycle is None or lifecycle.status is Status.UNKNOWN:
        return Standing.UNKNOWN
    if lifecycle.yank:
        return Standing.YANKED
    if lifecycle.status is Status.ENDED:
        return Standing.ENDED
    if lifecycle.status is Status.BASIC_SUPPORT:
        return Standing.BASIC_SUPPORT
    is_ending = (lifecycle.days_left(today) or 0) <= SOON
    return Standing.ENDING if is_ending else Standing.MAINTAINED
