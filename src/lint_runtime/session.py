"""One run of the command: path after path, read and linted, and the counts that decide the exit code."""

import errno
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date

from lint_runtime.config import Config
from lint_runtime.diagnostic import Severity
from lint_runtime.discovery import dockerfiles_under
from lint_runtime.linter import lint_file
from lint_runtime.report import Report
from lint_runtime.source import MAX_FILE

STDIN = "-"


class Session:
    """Lints files as they are asked for, and keeps count of them and of what was found.

    `complain` is told of every path that cannot be read; the others are linted all the same.
    """

    def __init__(
        self, config: Config, today: date, stdin_name: str, complain: Callable[[str, OSError], None]
    ) -> None:
        self.files = 0
        self.found: Counter[Severity] = Counter()
        self.unreadable = 0
        self._config = config
        self._today = today
        self._stdin_name = stdin_name
        self._complain = complain

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
            try:
                data = _read(file)
            except OSError as error:
                self._cannot_read(file, error)
                continue
            name = self._stdin_name if file == STDIN else file
            report = lint_file(data, name, self._today, self._config)
            self.files += 1
            self.found.update(diagnostic.severity for diagnostic in report.diagnostics)
            yield report

    @property
    def is_failing(self) -> bool:
        """Whether anything was found that is grave enough to fail the run."""
        return any(severity.at_least(self._config.fail_on) for severity in self.found)

    def _cannot_search(self, error: OSError) -> None:
        self._cannot_read(os.fsdecode(error.filename), error)

    def _cannot_read(self, path: str, error: OSError) -> None:
        self.unreadable += 1
        self._complain(path, error)


def _read(path: str) -> bytes:
    """Return the content of a file, at the most one byte more than is ever linted."""
    if path == STDIN and sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    if path == STDIN:
        return sys.stdin.buffer.read(MAX_FILE + 1)
    with open(path, "rb") as file:
        return file.read(MAX_FILE + 1)
