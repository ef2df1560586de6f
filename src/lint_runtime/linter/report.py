"""The results of linting, for the formatters."""

import os
from collections.abc import Mapping
from operator import attrgetter
from typing import NamedTuple

from lint_runtime.diagnostics import Diagnostic, Edit, Location, Suppression
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.comparison import Comparison
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.rules.base import CommentNames, SuppressionComment

STDIN_NAME = "<stdin>"
"""The default name of standard input in reports."""


class Upgrade(NamedTuple):
    """An image that moves to another series, or that should move and stays.

    before, after: the tags, or the images if the repository changes, too
    edits: the changes to the file; empty if the image stays
    dropped: suffixes that do not exist for the new image
    following: the image to move to after this one
    comparison: what changes; None if the image stays
    reason: why the image stays; "" if it moves
    """

    location: Location
    before: str
    after: str
    edits: tuple[Edit, ...]
    dropped: tuple[str, ...] = ()
    following: str = ""
    comparison: Comparison | None = None
    reason: str = ""


class Report(NamedTuple):
    """The result of linting one file.

    stages: each FROM with its Runtime image
    uses: each image that `COPY --from` or `RUN --mount` takes files from, with its Runtime image
    table: the lifecycle data used
    suppressed: findings that a comment or a baseline suppresses
    outranked: findings that a more severe one makes redundant
    lines: the lines where findings and edits start or end, by number; empty for past reports
    suppressions: the suppressions by rule for each of `stages` and `uses`, including outranked findings
        that a baseline suppresses; empty if there are none
    upgrades: images that move, in a run that upgrades
    comments: comments that suppress findings
    unused_comments: the comments with names that suppress nothing, and these names
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
    unused_comments: tuple[CommentNames, ...] = ()

    @property
    def findings(self) -> list[Diagnostic]:
        """Every finding, suppressed or not, sorted."""
        return sorted((*self.diagnostics, *self.suppressed), key=attrgetter("sort_key"))


def rerooted(report: Report, root: str, directory: str) -> Report:
    """Return a report whose path is relative to `root`, if the file is below it.

    directory: what the path is relative to; absolute, like `root`
    """
    path = os.path.relpath(os.path.join(directory, report.path), root)
    if report.path == STDIN_NAME or path.split(os.sep, 1)[0] == os.pardir:
        return report
    diagnostics, suppressed = (
        tuple(diagnostic._replace(path=path) for diagnostic in diagnostics)
        for diagnostics in (report.diagnostics, report.suppressed)
    )
    return report._replace(path=path, diagnostics=diagnostics, suppressed=suppressed)
