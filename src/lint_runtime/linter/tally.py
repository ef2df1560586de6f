"""What a run, or a part of one, has counted and come across. Parts of many processes add up."""

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from lint_runtime.config.settings import Applied
from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report, Upgrade

if TYPE_CHECKING:
    from lint_runtime.linter.baseline import Record


class Moved(NamedTuple):
    """An image that moves to another series or has to stay, and the file that it is in."""

    path: str
    upgrade: Upgrade


class Tally:
    """Counts of files and findings, and what the exit code and the summary go by.

    `images` counts the uses of Runtime images, and `excluded` the files that the configuration leaves out.
    `fixable` counts the findings that have a fix, by whether it is safe; `fixed` describes the changes
    written. `diffs` are the differences of a dry run, and `would_fix` counts the findings that they
    resolve. `overruled` has the findings that a comment would suppress if comments counted. `problems` has
    what could not be done, each once, and `tables` the lifecycle data that was used, by its source.
    `recorded` has what a baseline still matches in the files that it has something of.
    """

    def __init__(self) -> None:
        self.files = 0
        self.images = 0
        self.excluded = 0
        self.found: Counter[Severity] = Counter()
        self.by_rule: Counter[str] = Counter()
        self.suppressed = 0
        self.fixable: Counter[bool] = Counter()
        self.fixed: list[str] = []
        self.would_fix = 0
        self.diffs: list[str] = []
        self.upgrades: list[Moved] = []
        self.overruled: list[Diagnostic] = []
        self.is_failing = False
        self.problems: dict[str, None] = {}
        self.tables: dict[str, LifecycleTable] = {}
        self.recorded: list[Record] = []

    def count(self, report: Report, applied: Applied) -> None:
        """Count a file and its findings."""
        self.tables.setdefault(report.table.source, report.table)
        self.files += 1
        self.images += sum(image is not None for _, image in (*report.stages, *report.uses))
        self.suppressed += len(report.suppressed)
        for diagnostic in report.diagnostics:
            self.found[diagnostic.severity] += 1
            self.by_rule[diagnostic.rule] += 1
            if diagnostic.overruled:
                self.overruled.append(diagnostic)
            if diagnostic.fix:
                self.fixable[diagnostic.fix.is_safe] += 1
            self.is_failing |= diagnostic.severity.at_least(applied.config.fail_on)

    def fail(self, problem: str) -> None:
        """Keep what could not be done; it fails the run, whatever is found."""
        self.problems.setdefault(problem)

    def add(self, other: "Tally") -> None:
        """Add what comes after this part of a run."""
        self.files += other.files
        self.images += other.images
        self.excluded += other.excluded
        self.found.update(other.found)
        self.by_rule.update(other.by_rule)
        self.suppressed += other.suppressed
        self.fixable.update(other.fixable)
        self.fixed += other.fixed
        self.would_fix += other.would_fix
        self.diffs += other.diffs
        self.upgrades += other.upgrades
        self.overruled += other.overruled
        self.is_failing |= other.is_failing
        self.problems.update(other.problems)
        self.recorded += other.recorded
        for source, table in other.tables.items():
            self.tables.setdefault(source, table)
