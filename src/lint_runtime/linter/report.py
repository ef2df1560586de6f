"""The results of linting, as passed to the formatters."""

import os
from collections.abc import Mapping
from operator import attrgetter
from typing import NamedTuple

from lint_runtime.diagnostics import Diagnostic, Edit, Location, Suppression
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.comparison import Comparison
from lint_runtime.lifecycle.model import WARN_WITHIN
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.rules.base import CommentNames, SuppressionComment

STDIN_NAME = "<stdin>"
"""The default name of standard input in reports."""


class Upgrade(NamedTuple):
    """The upgrade of an image to another series, or the reason for not upgrading it.

    before: old tag, or the old image if the repository changes
    after: new tag, or the new image if the repository changes; "" if the image is not upgraded
    edits: changes to the file; empty if the image is not upgraded
    dropped: suffixes that the new image lacks
    following: image for the next upgrade step, or ""
    comparison: differences between the images, or None if unknown
    reason: reason for not upgrading the image; may be empty
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

    stages: pairs of a FROM and its Runtime image (None for other images)
    uses: like `stages`, for the images in `COPY --from` and `RUN --mount`, and for further images of a FROM
        whose image depends on the target platform
    table: lifecycle data for the file
    suppressed: findings that a comment or a baseline suppresses
    outranked: findings that a more severe one makes redundant
    lines: the lines where findings and edits start or end, by number; empty for past reports
    suppressions: the suppressions by rule for each of `stages` and `uses`, including outranked findings
        that a baseline suppresses; empty if there are none
    upgrades: images that move, in a run that upgrades
    comments: comments that suppress findings
    unused_comments: the comments that name rules or topics without findings, each with these names
    warn_within: the days before the end of maintenance at which the run warns
    label: the label of the report that the file came from, or ""
    owners: the owners of the file by CODEOWNERS, if an output needs them
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
    warn_within: int = WARN_WITHIN
    label: str = ""
    owners: tuple[str, ...] = ()

    @property
    def images(self) -> tuple[RuntimeImage, ...]:
        """The Runtime images of `stages` and `uses`."""
        return tuple(image for _, image in (*self.stages, *self.uses) if image)

    @property
    def findings(self) -> list[Diagnostic]:
        """The active and the suppressed findings, sorted."""
        return sorted((*self.diagnostics, *self.suppressed), key=attrgetter("sort_key"))


def is_below(path: str, root: str) -> bool:
    """Return whether an absolute, normalized path is below a directory."""
    return os.path.normcase(path).startswith(os.path.normcase(os.path.join(root, "")))
