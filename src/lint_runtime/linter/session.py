"""One run of the command: what it searches, what it counted, and what it complains about as it comes."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from typing import Any

from lint_runtime.dockerfile.discovery import dockerfiles_under
from lint_runtime.lifecycle.table import LifecycleTable, describe_table
from lint_runtime.linter.file_linter import STDIN, cannot_read
from lint_runtime.linter.tally import Tally
from lint_runtime.linter.workers import Batch

STALE_AFTER = 180
"""Lifecycle data is called old from this many days after its date on."""


class Session:
    """A run of the command.

    `complain` gets warnings, and everything that could not be done, which `problems` keeps; the rest of the
    run goes on. `total` has what was counted; `past_reports` counts the reports that were read.
    """

    def __init__(self, today: date, complain: Callable[[str], None]) -> None:
        self.complain = complain
        self.total = Tally()
        self.past_reports = 0
        self._today = today

    @property
    def problems(self) -> dict[str, None]:
        """What could not be done."""
        return self.total.problems

    def files_of(self, paths: Sequence[str], *, uses_gitignore: bool = True) -> Iterator[str]:
        """Yield the files that `paths` name or contain, each once.

        `uses_gitignore`: whether a search leaves out what git ignores.
        """
        seen: set[str] = set()
        for path in paths:
            is_directory = path != STDIN and os.path.isdir(path)
            for file in self._found(path, uses_gitignore) if is_directory else (path,):
                # One directory has no file twice, and remembering each of a fleet takes memory.
                if len(paths) > 1:
                    identity = file if file == STDIN else os.path.abspath(file)
                    if identity in seen:
                        continue
                    seen.add(identity)
                yield file

    def _found(self, directory: str, uses_gitignore: bool) -> Iterator[str]:
        return dockerfiles_under(directory, self._cannot_search, uses_gitignore=uses_gitignore)

    def _cannot_search(self, error: OSError) -> None:
        self.fail(cannot_read(os.fsdecode(error.filename), error))

    def parts(self, batches: Iterable[Batch]) -> Iterator[tuple[Any, ...]]:
        """Yield the parts of every file, one for each output, and count what is in them."""
        for batch in batches:
            for problem in batch.tally.problems:
                self.fail(problem)
            for source, table in batch.tally.tables.items():
                if source not in self.total.tables:
                    self._check_age(table)
            self.total.add(batch.tally)
            yield from batch.parts

    def fail(self, problem: str) -> None:
        """Report, once, what could not be done; it fails the run, whatever is found."""
        if problem not in self.problems:
            self.total.fail(problem)
            self.complain(problem)

    def _check_age(self, table: LifecycleTable) -> None:
        age = (self._today - table.date).days
        if age > STALE_AFTER:
            self.complain(
                f"the {describe_table(table)} is {age:,} days old; update lint-runtime,"
                " or run 'runtime-lifecycle update --output FILE' and use --table FILE"
            )
