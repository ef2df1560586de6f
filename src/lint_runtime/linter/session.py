"""One run of the command: path after path, read, linted and mended, and the counts behind the exit code."""

import errno
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from lint_runtime.config.settings import Applied, Settings
from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.discovery import dockerfiles_under
from lint_runtime.dockerfile.source import MAX_FILE
from lint_runtime.errors import UnusableError
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Report, describe_table
from lint_runtime.text import quoted

if TYPE_CHECKING:
    from lint_runtime.linter.baseline import Baseline
    from lint_runtime.linter.fixes import Mender

STDIN = "-"
STALE_AFTER = 180
"""Days after its date from which on a lifecycle table is called old."""


class Session:
    """Lints files as they are asked for, and keeps count of them and of what was found.

    `fixable` counts the findings that have a fix, by whether it is safe.

    `name_of` says what to call a path. `complain` is told of everything that cannot be read or
    written, which `problems` keeps; the rest is done all the same. `tables` keeps the lifecycle tables
    that were used, by source, and `past_reports` counts the reports that were read again. `baseline`,
    if there is one, has what is known already; `mender` mends what is found.
    """

    def __init__(
        self,
        settings: Settings,
        today: date,
        name_of: Callable[[str], str],
        complain: Callable[[str], None],
        baseline: "Baseline | None" = None,
        mender: "Mender | None" = None,
    ) -> None:
        self.today = today
        self.files = 0
        self.past_reports = 0
        self.found: Counter[Severity] = Counter()
        self.suppressed = 0
        self.fixable: Counter[bool] = Counter()
        self.is_failing = False
        self.problems: dict[str, None] = {}
        self.tables: dict[str, LifecycleTable] = {}
        self._settings = settings
        self._name_of = name_of
        self._complain = complain
        self._baseline = baseline
        self._mender = mender

    def files_of(self, paths: Sequence[str]) -> Iterator[str]:
        """Yield the files that `paths` stand for, each once."""
        seen: set[str] = set()
        for path in paths:
            is_folder = path != STDIN and os.path.isdir(path)
            for file in dockerfiles_under(path, self._cannot_search) if is_folder else (path,):
                # One folder holds no file twice, and to remember each of a fleet takes memory.
                if len(paths) > 1:
                    identity = file if file == STDIN else os.path.abspath(file)
                    if identity in seen:
                        continue
                    seen.add(identity)
                yield file

    def reports(self, files: Iterable[str]) -> Iterator[Report]:
        """Lint `files` one after the other."""
        for file in files:
            name = self._name_of(file)
            try:
                applied = self.applied(name)
                if applied is None:
                    _check_is_there(file)
                    continue
                data = _read(file)
            except OSError as error:
                self._cannot_read(file, error)
                continue
            report = self._lint(name, data, applied)
            self.take(report, applied)
            yield report

    def applied(self, name: str) -> Applied | None:
        """Return what applies to a file; None if it is not to be linted, or not to be told how."""
        try:
            return self._settings.of(name)
        except UnusableError as error:
            # The same file applies to many others, and is told of once.
            for message in error.messages:
                self.fail(message)
            return None

    def _use(self, table: LifecycleTable) -> None:
        """Take down that a table is used, and tell once if it is an old one."""
        if table.source in self.tables:
            return
        self.tables[table.source] = table
        age = (self.today - table.date).days
        if age > STALE_AFTER:
            self._complain(
                f"the {describe_table(table)} is {age} days old, and knows of nothing since;"
                " 'runtime-lifecycle update --output FILE' writes a new one; a newer lint-runtime has one"
            )

    def _lint(self, name: str, data: bytes, applied: Applied) -> Report:
        def lint(content: bytes) -> Report:
            known = self._baseline.of(name) if self._baseline is not None else None
            return lint_file(content, name, self.today, applied.config, applied.table, known)

        if self._mender is None:
            return lint(data)
        report, complaint = self._mender.mend(name, data, lint)
        if complaint:
            self.fail(complaint)
        return report

    def tell(self, message: str) -> None:
        """Say something that is no problem."""
        self._complain(message)

    def fail(self, problem: str) -> None:
        """Take down, and tell once, what could not be done; it fails the run, whatever is found."""
        if problem not in self.problems:
            self.problems[problem] = None
            self._complain(problem)

    def take(self, report: Report, applied: Applied) -> None:
        """Count a report, and what it was judged by."""
        self._use(applied.table)
        self.files += 1
        self.suppressed += len(report.suppressed)
        for diagnostic in report.diagnostics:
            self.found[diagnostic.severity] += 1
            if diagnostic.fix:
                self.fixable[diagnostic.fix.is_safe] += 1
            self.is_failing |= diagnostic.severity.at_least(applied.config.fail_on)

    def _cannot_search(self, error: OSError) -> None:
        self._cannot_read(os.fsdecode(error.filename), error)

    def _cannot_read(self, path: str, error: OSError) -> None:
        shown = "standard input" if path == STDIN else quoted(path)
        self.fail(f"cannot read {shown}: {error.strerror or error}")


def _check_is_there(path: str) -> None:
    """Raise OSError for a file that is not there, though it would not have been linted."""
    if path != STDIN:
        os.stat(path)


def _read(path: str) -> bytes:
    """Return the content of a file, at the most one byte more than is ever linted."""
    if path == STDIN and sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    if path == STDIN:
        return sys.stdin.buffer.read(MAX_FILE + 1)
    with open(path, "rb") as file:
        return file.read(MAX_FILE + 1)
