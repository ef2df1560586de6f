"""The results of linting, as the formatters get them."""

import os
from collections.abc import Collection, Mapping
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from lint_runtime.diagnostics import Diagnostic, Edit, Location, Suppression
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.comparison import Hop
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.rules.base import SuppressionComment


class Upgrade(NamedTuple):
    """An image that moves to another series, or that would have to and stays.

    `before`, `after`: the tags, or the images where the repository changes too. `edits`: none where it
    stays; `reason` then says why. `dropped`: suffixes that the new image does not have. `following`: the
    image to move to after this one. `hop`: what changes; None where it stays.
    """

    location: Location
    before: str
    after: str
    edits: tuple[Edit, ...]
    dropped: tuple[str, ...] = ()
    following: str = ""
    hop: Hop | None = None
    reason: str = ""


class Report(NamedTuple):
    """The result of linting one file.

    `stages`: every FROM with the Runtime image it is based on. `uses`: the same for the images that
    `COPY --from` and `RUN --mount` take files from. `suppressed`: findings that a comment or a baseline
    suppresses. `outranked`: findings that a more severe one makes redundant. `lines`: by number, the lines
    of the file where findings or edits start or end; empty for a file that is not here. `table`: the
    lifecycle data that was used. `suppressions`: for each of `stages` and `uses`, by rule, what
    comments suppress there, found or not, and what a baseline does of `outranked`; empty if there is none.
    `upgrades`: the images that move, in a run that is to upgrade. `comments`: those that suppress findings.
    """

    path: str
    stages: tuple[tuple[Stage, RuntimeImage | None], ...]
    uses: tuple[tuple[Stage, RuntimeImage | None], ...]
    diagnostics: tuple[Diagnostic, ...]
    table: LifecycleTable
    suppressed: tuple[Diagnostic, ...] = ()
    outranked: tuple[Diagnostic, ...] = ()
    lines: Mapping[int, str] = {}
    suppressions: tuple[Mapping[str, Suppression], ...] = ()
    upgrades: tuple[Upgrade, ...] = ()
    comments: tuple[SuppressionComment, ...] = ()

    @property
    def findings(self) -> list[Diagnostic]:
        """Every finding, suppressed or not, sorted."""
        return sorted((*self.diagnostics, *self.suppressed), key=attrgetter("sort_key"))


STDIN_NAME = "<stdin>"
"""What standard input is called where nothing else is given."""


def rerooted(report: Report, root: str, directory: str) -> Report:
    """Return a report with paths relative to `root`, as far as they are below it.

    `directory`: what they are relative to now. Both are absolute.
    """
    path = os.path.relpath(os.path.join(directory, report.path), root)
    if report.path == STDIN_NAME or path.split(os.sep, 1)[0] == os.pardir:
        return report
    moved = (
        tuple(one._replace(path=path) for one in found) for found in (report.diagnostics, report.suppressed)
    )
    diagnostics, suppressed = moved
    return report._replace(path=path, diagnostics=diagnostics, suppressed=suppressed)


class Pipeline(NamedTuple):
    """A build of Azure Pipelines, by what identifies it there."""

    organization: str
    project: str
    definition_id: str
    definition_name: str
    phase_id: str
    phase_name: str
    branch: str
    build_id: str


class Run(NamedTuple):
    """What a format may say about a run as a whole: the day, and how it is shown.

    `table`: the lifecycle data, where a configuration names no other. `used_tables`: those that were
    used, by source, and `problems`: what could not be done; both known once the last report is there.
    `label`: what to call it where it is read together with others. `width`: columns of the terminal.
    `has_links`: whether it is known to show links. `shows_suppressed`: whether SARIF has suppressed
    findings, too. `pipeline`: the build that this is a part of, if that is one of Azure Pipelines.
    """

    as_of: date
    table: LifecycleTable
    is_colored: bool
    used_tables: Mapping[str, LifecycleTable] = {}
    problems: Collection[str] = ()
    label: str | None = None
    width: int = 80
    has_links: bool = False
    shows_suppressed: bool = False
    pipeline: Pipeline | None = None

    @property
    def tables(self) -> tuple[LifecycleTable, ...]:
        """The lifecycle data that was used; at least one."""
        return tuple(self.used_tables.values()) or (self.table,)
