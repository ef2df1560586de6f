"""One run of the command: path after path, read, linted and fixed, and the counts behind the exit code."""

import errno
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from lint_runtime.config.settings import Applied, Settings
from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.dockerfile.discovery import dockerfiles_under
from lint_runtime.dockerfile.source import MAX_FILE
from lint_runtime.errors import UnusableError
from lint_runtime.lifecycle.table import LifecycleTable, describe_table
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.text import quoted

if TYPE_CHECKING:
    from lint_runtime.linter.baseline import Baseline
    from lint_runtime.linter.fixes import FixMode

STDIN = "-"
STALE_AFTER = 180
"""Lifecycle data is called old from this many days after its date on."""


class Session:
    """Lints files one by one, and counts them and their findings.

    `name_of` returns what to call a path. `complain` gets warnings, and everything that cannot be read or
    written, which `problems` keeps; the rest of the run goes on. `baseline`, if there is one, has the
    findings to suppress, and `fix_mode` says how to apply fixes. `uses_gitignore`: whether a search leaves
    out what git ignores. `honors_comments`: whether comments suppress findings; otherwise `overruled` has
    the findings that they would suppress.

    `excluded` counts the files that the configuration leaves out. `fixable` counts the findings that have
    a fix, by whether it is safe; `fixed` describes the changes written. `diffs` are the differences of a
    dry run, and `would_fix` counts the findings that they resolve. `upgrades` has the images that move to
    another series or have to stay, with their files. `tables` keeps the lifecycle data that
    was used, by source, and `past_reports` counts the reports that were read.
    """

    def __init__(
        self,
        settings: Settings,
        today: date,
        name_of: Callable[[str], str],
        complain: Callable[[str], None],
        baseline: "Baseline | None" = None,
        fix_mode: "FixMode | None" = None,
        *,
        uses_gitignore: bool = True,
        honors_comments: bool = True,
    ) -> None:
        self.today = today
        self.files = 0
        self.past_reports = 0
        self.excluded = 0
        self.found: Counter[Severity] = Counter()
        self.by_rule: Counter[str] = Counter()
        self.suppressed = 0
        self.fixable: Counter[bool] = Counter()
        self.fixed: list[str] = []
        self.would_fix = 0
        self.diffs: list[str] = []
        self.upgrades: list[tuple[str, Upgrade]] = []
        self.overruled: list[Diagnostic] = []
        self.is_failing = False
        self.problems: dict[str, None] = {}
        self.tables: dict[str, LifecycleTable] = {}
        self._settings = settings
        self._name_of = name_of
        self.complain = complain
        self._baseline = baseline
        self._fix_mode = fix_mode
        self._uses_gitignore = uses_gitignore
        self._honors_comments = honors_comments

    def files_of(self, paths: Sequence[str]) -> Iterator[str]:
        """Yield the files that `paths` name or contain, each once."""
        seen: set[str] = set()
        for path in paths:
            for file in self._found(path) if path != STDIN and os.path.isdir(path) else (path,):
                # One directory has no file twice, and remembering each of a fleet takes memory.
                if len(paths) > 1:
                    identity = file if file == STDIN else os.path.abspath(file)
                    if identity in seen:
                        continue
                    seen.add(identity)
                yield file

    def _found(self, directory: str) -> Iterator[str]:
        return dockerfiles_under(directory, self._cannot_search, uses_gitignore=self._uses_gitignore)

    def reports(self, files: Iterable[str]) -> Iterator[Report]:
        """Lint `files` one after the other."""
        for file in files:
            name = self._name_of(file)
            try:
                applied = self.applied(name)
                if applied is None:
                    if file != STDIN:
                        os.stat(file)  # It has to exist, though it is not linted.
                    continue
                data = _read(file)
            except OSError as error:
                self._cannot_read(file, error)
                continue
            report = self._lint(name, data, applied)
            self.take(report, applied)
            yield report

    def applied(self, name: str) -> Applied | None:
        """Return what applies to a file; None if it is excluded, or its configuration cannot be used."""
        try:
            applied = self._settings.of(name)
        except UnusableError as error:
            # The same configuration applies to many files, and is reported once.
            for message in error.messages:
                self.fail(message)
            return None
        self.excluded += applied is None
        return applied

    def _use(self, table: LifecycleTable) -> None:
        """Keep a table that is used, and warn once if it is an old one."""
        if table.source in self.tables:
            return
        self.tables[table.source] = table
        age = (self.today - table.date).days
        if age > STALE_AFTER:
            self.complain(
                f"the {describe_table(table)} is {age:,} days old; update lint-runtime,"
                " or run 'runtime-lifecycle update --output FILE' and use --table FILE"
            )

    def _lint(self, name: str, data: bytes, applied: Applied) -> Report:
        def lint(content: bytes) -> Report:
            known = self._baseline.of(name) if self._baseline is not None else None
            return lint_file(
                content,
                name,
                self.today,
                applied.config,
                applied.table,
                known,
                honors_comments=self._honors_comments,
            )

        report = lint(data)
        if self._fix_mode is None:
            return report
        return self._fix(
            data, report, lint, self._upgrades(report, applied, self._fix_mode), self._fix_mode
        )

    def _upgrades(self, report: Report, applied: Applied, mode: "FixMode") -> tuple[Upgrade, ...]:
        if mode.goal is None:
            return ()
        # Few runs move images.
        from lint_runtime.linter.upgrade import plan_upgrades

        return plan_upgrades(report, mode.goal, applied.config, applied.table, self.today)

    def _fix(
        self,
        data: bytes,
        report: Report,
        lint: Callable[[bytes], Report],
        upgrades: tuple[Upgrade, ...],
        mode: "FixMode",
    ) -> Report:
        """Apply upgrades and fixes, and return the report of what the file holds afterwards."""
        path = report.path
        # Few runs apply fixes.
        from lint_runtime.linter.fixes import (
            NotFixableError,
            apply_fixes,
            apply_upgrades,
            count_fixed,
            unified_diff,
            write_fixed,
        )

        try:
            moved = apply_upgrades(data, upgrades)
            fixed = apply_fixes(moved, lint(moved) if upgrades else report, lint, unsafe=mode.unsafe)
            if not mode.is_dry_run and fixed.data != data:
                write_fixed(path, data, fixed.data)
        except NotFixableError as error:
            self.fail(f"cannot fix {quoted(path)}: {error}")
            return report
        self.upgrades += ((path, upgrade) for upgrade in upgrades)
        if mode.is_dry_run:
            self.diffs.append(unified_diff(path, data, fixed.data))
            self.would_fix += count_fixed(report, fixed.report)
            return report._replace(upgrades=upgrades)
        self.fixed += fixed.changes
        return fixed.report._replace(upgrades=upgrades)

    def fail(self, problem: str) -> None:
        """Report, once, what could not be done; it fails the run, whatever is found."""
        if problem not in self.problems:
            self.problems[problem] = None
            self.complain(problem)

    def take(self, report: Report, applied: Applied) -> None:
        """Count a report and its findings, and keep the lifecycle data that was used."""
        self._use(applied.table)
        self.files += 1
        self.suppressed += len(report.suppressed)
        for diagnostic in report.diagnostics:
            self.found[diagnostic.severity] += 1
            self.by_rule[diagnostic.rule] += 1
            if diagnostic.overruled:
                self.overruled.append(diagnostic)
            if diagnostic.fix:
                self.fixable[diagnostic.fix.is_safe] += 1
            self.is_failing |= diagnostic.severity.at_least(applied.config.fail_on)

    def _cannot_search(self, error: OSError) -> None:
        self._cannot_read(os.fsdecode(error.filename), error)

    def _cannot_read(self, path: str, error: OSError) -> None:
        shown = "standard input" if path == STDIN else quoted(path)
        self.fail(f"cannot read {shown}: {error.strerror or error}")


def _read(path: str) -> bytes:
    """Return the content of a file, at the most one byte more than is ever linted."""
    if path == STDIN and sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    if path == STDIN:
        return sys.stdin.buffer.read(MAX_FILE + 1)
    with open(path, "rb") as file:
        return file.read(MAX_FILE + 1)
