"""The results of linting: the report of a file, and the tally of a run."""

import os
from collections import Counter
from collections.abc import Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Edit, Location, Severity, Suppression
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.model import WARN_WITHIN
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.rules.base import CommentNames, SuppressionComment

if TYPE_CHECKING:
    from lint_runtime.lifecycle.comparison import Comparison

STDIN_NAME = "<stdin>"
"""The default name of standard input in reports."""


class Upgrade(NamedTuple):
    """The upgrade of an image to another series, or the reason for not upgrading it.

    before: old tag, or the old image if the repository changes
    after: new tag, or the new image if the repository changes; "" if the image is not upgraded
    edits: changes to the file; empty if the image is not upgraded
    dropped: suffixes that the new image lacks
    following: image to upgrade to afterwards if one upgrade is not enough, otherwise ""
    comparison: differences between the old and the new image, or None if unknown
    reason: reason for not upgrading the image, or ""
    """

    location: Location
    before: str
    after: str
    edits: tuple[Edit, ...]
    dropped: tuple[str, ...] = ()
    following: str = ""
    comparison: "Comparison | None" = None
    reason: str = ""


class Report(NamedTuple):
    """The result of linting one file.

    stages: pairs of a FROM and its Runtime image (None for other images)
    uses: like `stages`, for the images in `COPY --from` and `RUN --mount`. If a FROM has several
        images, one per target platform, `stages` has the first, and `uses` has the others.
    table: lifecycle data for the file
    suppressed: findings that a comment or a baseline suppresses
    outranked: findings that are redundant because of another finding about the same target
    lines: the text of the lines where findings and edits start or end, keyed by line number; empty for a
        file from an earlier report
    suppressions: one dict for each item of `stages`, then one for each item of `uses`; or no dicts. A
        dict maps rules to suppressions by comments and to suppressions of outranked findings.
    upgrades: images that the run upgrades, and images that need an upgrade but can't get it
    comments: the valid suppression comments; empty if the run ignores comments
    unused_comments: pairs of a comment and its unused names (rules and topics without findings)
    warn_within: the number of days before the end of maintenance at which the run warns
    label: the label of the report that the file came from, or ""
    owners: the owners of the file according to CODEOWNERS; empty if no output shows them
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


class Tally:
    """The counts and messages of a run, or of a batch of its files.

    files: number of files linted
    images: number of Runtime images, including duplicates
    excluded: number of files that the configuration excludes
    found: number of findings, keyed by severity
    by_rule: number of findings, keyed by rule
    suppressed: number of suppressed findings
    fixable: number of findings with a fix or an upgrade, keyed by the options that apply it
    fixable_rules: number of findings with a fix or an upgrade, keyed by rule
    fixes: number of findings that the changes resolve, whether the changes are written or only shown
    fixed: descriptions of the fixes written to files
    diffs: unified diffs of the files, in a dry run
    upgrades: pairs of a path and an Upgrade, including upgrades that aren't possible
    overruled: findings with a suppression comment that --no-suppressions ignores
    failing: number of findings severe enough to fail the run
    problems: error messages, as keys of a dict, to keep their order without duplicates
    warnings: warnings about configuration files, as keys of a dict
    tables: lifecycle data used, keyed by source
    recorded: for each file in the baseline, the recorded findings that the file still has
    """

    def __init__(self) -> None:
        self.files = self.images = self.excluded = self.suppressed = self.fixes = self.failing = 0
        self.found: Counter[Severity] = Counter()
        self.by_rule: Counter[str] = Counter()
        self.fixable: Counter[str] = Counter()
        self.fixable_rules: Counter[str] = Counter()
        self.fixed: list[str] = []
        self.diffs: list[str] = []
        self.upgrades: list[tuple[str, Upgrade]] = []
        self.overruled: list[Diagnostic] = []
        self.problems: dict[str, None] = {}
        self.warnings: dict[str, None] = {}
        self.tables: dict[str, LifecycleTable] = {}
        self.recorded: list[tuple[str, Counter[tuple[str, str]]]] = []

    def count(self, report: Report, config: Config) -> None:
        """Count a file and its findings."""
        self.tables.setdefault(report.table.source, report.table)
        self.files += 1
        self.images += len(report.images)
        self.suppressed += len(report.suppressed)
        for diagnostic in report.diagnostics:
            self.found[diagnostic.severity] += 1
            self.by_rule[diagnostic.rule] += 1
            if diagnostic.overruled:
                self.overruled.append(diagnostic)
            if change := diagnostic.fix or diagnostic.upgrade:
                options = "--fix" if diagnostic.fix else "--fix --upgrade"
                self.fixable[options if change.is_safe else f"{options} --unsafe-fixes"] += 1
                self.fixable_rules[diagnostic.rule] += 1
            self.failing += diagnostic.severity.at_least(config.fail_on)

    def fail(self, problem: str) -> None:
        """Record an error message, which makes the run fail."""
        self.problems[problem] = None

    def add(self, later: "Tally") -> None:
        """Add the counts and messages of `later`, a tally of subsequent files."""
        for name, value in vars(later).items():
            if not value:
                continue
            if isinstance(value, dict):
                # Counter.update() adds the counts, and dict.update() adds the keys.
                getattr(self, name).update(value)
            elif isinstance(value, list):
                getattr(self, name).extend(value)
            else:
                setattr(self, name, getattr(self, name) + value)


def is_below(path: str, root: str) -> bool:
    """Return whether an absolute, normalized path is below a directory."""
    return os.path.normcase(path).startswith(os.path.normcase(os.path.join(root, "")))
