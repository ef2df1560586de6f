"""Lint one file of a run: read its settings and content, then upgrade and fix it."""

import os
import sys
from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from lint_runtime.config.settings import FileSettings, Settings
from lint_runtime.errors import UnusableError
from lint_runtime.files import MAX_FILE, read_regular
from lint_runtime.linter.engine import enabled
from lint_runtime.linter.neighbors import File, read_neighbors
from lint_runtime.linter.report import STDIN_NAME, Report, Tally
from lint_runtime.manifest.reader import is_manifest_name, read_manifest
from lint_runtime.text import quoted

if TYPE_CHECKING:
    from lint_runtime.linter.baseline import Baseline
    from lint_runtime.linter.fixes import FixMode

STDIN = "-"


class FileLinter(NamedTuple):
    """Lints files one by one.

    named: absolute paths of the files and directories on the command line, after os.path.normcase()
    stdin_filename: name to report for standard input
    baseline: findings to suppress
    fix_mode: options for applying fixes, or None to apply no fixes
    honors_comments: whether comments suppress findings
    """

    settings: Settings
    today: date
    named: Collection[str] = ()
    stdin_filename: str = STDIN_NAME
    baseline: "Baseline | None" = None
    fix_mode: "FixMode | None" = None
    honors_comments: bool = True

    def check(self, file: str, tally: Tally) -> Report | None:
        """Return the report of a file, and add its counts to `tally`.

        Returns None if the file is excluded, if it can't be read, or if it is a `pyproject.toml` but not a
        manifest.
        """
        name, shown = (self.stdin_filename, "standard input") if file == STDIN else (file, quoted(file))
        try:
            applied = applied_to(name, self.settings, tally)
            if applied is None:
                if file != STDIN:
                    os.lstat(file)  # Raises an error if the excluded file doesn't exist.
                return None
            # Read one byte over the limit: then the linter notices that the file is too large.
            if file != STDIN:
                data = read_regular(file, MAX_FILE + 1)
            elif sys.stdin:
                data = sys.stdin.buffer.read(MAX_FILE + 1)
            else:
                tally.fail(f"cannot read {shown}: it is closed")
                return None
        except OSError as error:
            tally.fail(f"cannot read {shown}: {error.strerror or error}")
            return None
        if is_manifest_name(name) and read_manifest(data) is None:
            return None
        content = self._file(name, data, applied)
        report = content.lint(data)
        if self.fix_mode:
            report = self.fix_mode.apply(content, report, tally, self._open)
        tally.count(report, content.config)
        if self.baseline is not None and content.baseline:
            tally.recorded.append(self.baseline.matched(report, enabled(content.config)))
        return report

    def _file(self, path: str, data: bytes, applied: FileSettings) -> File:
        """Return a file with its settings and neighbors."""
        return File(
            path,
            data,
            applied.config,
            applied.table.as_of(self.today),
            None if self.baseline is None else self.baseline.of(path),
            self.honors_comments,
            read_neighbors(path, data, self._is_linted, self.settings.look_in),
        )

    def _open(self, path: str, data: bytes) -> File | None:
        """Return the file at `path` with the content `data`.

        Returns None if the file is excluded or its configuration is unusable.
        """
        applied = applied_to(path, self.settings, Tally())
        return self._file(path, data, applied) if applied else None

    def _is_linted(self, path: str) -> bool:
        """Return whether `named` contains a file or a directory above it, and the file is not excluded."""
        place = os.path.normcase(os.path.abspath(path))
        while place not in self.named:
            directory = os.path.dirname(place)
            if directory == place:
                return False
            place = directory
        return applied_to(path, self.settings, Tally()) is not None


def applied_to(name: str, settings: Settings, tally: Tally) -> FileSettings | None:
    """Return the settings of a file, and record problems and warnings in `tally`.

    Returns None if the file is excluded or its configuration is unusable.
    """
    try:
        applied = settings.of(name)
    except UnusableError as error:
        for message in error.messages:
            tally.fail(message)
        return None
    finally:
        tally.warnings.update(settings.warnings)
    tally.excluded += applied is None
    return applied
