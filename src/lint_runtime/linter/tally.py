"""Count files and findings. Tallies from several processes can be added."""

from collections import Counter
from typing import TYPE_CHECKING

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report, Upgrade

if TYPE_CHECKING:
    from lint_runtime.linter.baseline import Record


class Tally:
    """The counts and messages of a run, or of a batch of its files.

    files: number of files linted
    images: number of Runtime images, including duplicates
    excluded: number of files that the configuration excludes
    found: number of findings, keyed by severity
    by_rule: number of findings, keyed by rule
    suppressed: number of suppressed findings
    fixable: number of findings with a fix, by whether it is safe
    upgradable: number of findings with an upgrade but no fix, by whether it is safe
    fixable_rules: number of findings with a fix or an upgrade, keyed by rule
    fixes: number of findings that the changes resolve, written or not
    fixed: descriptions of the changes written
    diffs: differences of a dry run
    upgrades: images that move to another series or have to stay, each with the path of its file
    overruled: findings that a comment would suppress if comments counted
    failing: number of findings severe enough to fail the run
    problems: what could not be done; the values are None
    warnings: warnings about configuration files; the values are None
    tables: lifecycle data used, by source
    recorded: what a baseline still matches, for each file that the baseline lists
    """

    def __init__(self) -> None:
        self.files = self.images = self.excluded = self.suppressed = self.fixes = self.failing = 0
        self.found: Counter[Severity] = Counter()
        self.by_rule: Counter[str] = Counter()
        self.fixable: Counter[bool] = Counter()
        self.upgradable: Counter[bool] = Counter()
        self.fixable_rules: Counter[str] = Counter()
        self.fixed: list[str] = []
        self.diffs: list[str] = []
        self.upgrades: list[tuple[str, Upgrade]] = []
        self.overruled: list[Diagnostic] = []
        self.problems: dict[str, None] = {}
        self.warnings: dict[str, None] = {}
        self.tables: dict[str, LifecycleTable] = {}
        self.recorded: list[Record] = []

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
            if diagnostic.fix:
                self.fixable[diagnostic.fix.is_safe] += 1
            elif diagnostic.upgrade:
                self.upgradable[diagnostic.upgrade.is_safe] += 1
            self.fixable_rules[diagnostic.rule] += bool(diagnostic.fix or diagnostic.upgrade)
            self.failing += diagnostic.severity.at_least(config.fail_on)

    def fail(self, problem: str) -> None:
        """Record an error message, which makes the run fail."""
        self.problems[problem] = None

    def add(self, later: "Tally") -> None:
        """Add the counts and messages of `later`, a tally of subsequent files."""
        for name, value in vars(later).items():
            if isinstance(value, dict):
                # Counter.update() adds the counts, and dict.update() adds the keys.
                getattr(self, name).update(value)
            elif isinstance(value, list):
                getattr(self, name).extend(value)
            else:
                setattr(self, name, getattr(self, name) + value)
