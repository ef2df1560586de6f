"""The state of one run of a command: its files, counts and problems."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from lint_runtime.config.settings import Settings
from lint_runtime.lifecycle.table import describe_table
from lint_runtime.linter.discovery import files_under, tracked_files, with_declared
from lint_runtime.linter.file_linter import STDIN, applied_to
from lint_runtime.linter.report import Tally
from lint_runtime.linter.workers import Batch
from lint_runtime.text import quoted

STALE_AFTER = 180
"""Lifecycle data that is older than this number of days causes a warning."""


class Session:
    """A run of a command.

    complain: function that prints a warning or a problem
    total: counts of the whole run
    problems: error messages, without duplicates; any error message fails the run
    past_reports: number of reports read
    """

    def __init__(self, today: date, complain: Callable[[str], None]) -> None:
        self.complain = complain
        self.total = Tally()
        self.problems = self.total.problems
        self.past_reports = 0
        self._today = today

    def files_of(
        self, paths: Sequence[str], *, uses_gitignore: bool = True, tracked_by: Settings | None = None
    ) -> Iterator[str]:
        """Yield the files at and below `paths`, and the Dockerfiles that manifests declare.

        Yields each file once.

        uses_gitignore: whether to skip files that git ignores when searching a directory
        tracked_by: settings, or None to yield untracked files too. With settings, `paths` must be
            directories, and a tracked file that can't be checked causes an error message. Files that the
            settings exclude cause no error message.
        """
        seen: set[str] = set()
        for path in paths:
            files: Iterable[str]
            if tracked_by:
                files = tracked_files(
                    path, lambda name: applied_to(name, tracked_by, self.total) is None, self.fail
                )
            elif path == STDIN or not os.path.isdir(path):
                files = with_declared(path)
            else:
                files = files_under(
                    path,
                    lambda error: self.fail(
                        f"cannot read {quoted(os.fsdecode(error.filename))}: {error.strerror or error}"
                    ),
                    self.complain,
                    uses_gitignore=uses_gitignore,
                )
            for file in files:
                # Save the memory for `seen` if there is only one path: its files have no duplicates.
                if len(paths) > 1:
                    identity = file if file == STDIN else os.path.abspath(file)
                    if identity in seen:
                        continue
                    seen.add(identity)
                yield file

    def parts(self, batches: Iterable[Batch]) -> Iterator[tuple[Any, ...]]:
        """Yield a tuple of results (one per output) for each file, and add up the counts."""
        for results, tally in batches:
            for problem in tally.problems:
                self.fail(problem)
            for warning in tally.warnings:
                if warning not in self.total.warnings:
                    self.complain(warning)
            for source, table in tally.tables.items():
                age = (self._today - table.date).days
                if source not in self.total.tables and age > STALE_AFTER:
                    self.complain(
                        f"the {describe_table(table)} is {age:,} days old; update lint-runtime,"
                        " or run 'runtime-lifecycle update --output FILE' and use --table FILE"
                    )
            self.total.add(tally)
            yield from results

    def fail(self, problem: str) -> None:
        """Record and print a problem, unless it was already reported."""
        if problem not in self.problems:
            self.total.fail(problem)
            self.complain(problem)
