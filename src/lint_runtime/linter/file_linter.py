"""One file of a run -> its report: configured, read, linted, upgraded and fixed."""

import errno
import os
import sys
from datetime import date
from typing import TYPE_CHECKING

from lint_runtime.config.settings import Applied, Settings
from lint_runtime.dockerfile.source import MAX_FILE
from lint_runtime.errors import UnusableError
from lint_runtime.linter.engine import enabled, lint_file
from lint_runtime.linter.report import STDIN_NAME, Report, Upgrade
from lint_runtime.linter.tally import Moved, Tally
from lint_runtime.text import quoted

if TYPE_CHECKING:
    from lint_runtime.linter.baseline import Baseline
    from lint_runtime.linter.fixes import FixMode

STDIN = "-"


class FileLinter:
    """Lints files one by one.

    `stdin_filename`: what to call standard input. `baseline`, if there is one, has the findings to
    suppress, and `fix_mode` says how to apply fixes. `honors_comments`: whether comments suppress findings.
    """

    def __init__(
        self,
        settings: Settings,
        today: date,
        stdin_filename: str = STDIN_NAME,
        baseline: "Baseline | None" = None,
        fix_mode: "FixMode | None" = None,
        *,
        honors_comments: bool = True,
    ) -> None:
        self._settings = settings
        self._today = today
        self._stdin_filename = stdin_filename
        self._baseline = baseline
        self._fix_mode = fix_mode
        self._honors_comments = honors_comments

    def __call__(self, file: str, tally: Tally) -> Report | None:
        """Return the report of a file, counted in `tally`; None if it is excluded or cannot be read."""
        name = self._stdin_filename if file == STDIN else file
        try:
            applied = applied_to(name, self._settings, tally)
            if applied is None:
                if file != STDIN:
                    os.stat(file)  # It has to exist, though it is not linted.
                return None
            data = _read(file)
        except OSError as error:
            tally.fail(cannot_read(file, error))
            return None
        report = self._lint(data, name, applied)
        if self._fix_mode is not None:
            report = self._fix(data, report, applied, self._fix_mode, tally)
        tally.count(report, applied)
        if self._baseline is not None and (known := self._baseline.of(name)):
            from lint_runtime.linter.baseline import matched

            tally.recorded.append(matched(report, known, enabled(applied.config)))
        return report

    def _lint(self, data: bytes, name: str, applied: Applied) -> Report:
        return lint_file(
            data,
            name,
            self._today,
            applied.config,
            applied.table,
            None if self._baseline is None else self._baseline.of(name),
            honors_comments=self._honors_comments,
        )

    def _fix(self, data: bytes, report: Report, applied: Applied, mode: "FixMode", tally: Tally) -> Report:
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

        def lint(content: bytes) -> Report:
            return self._lint(content, path, applied)

        upgrades = self._upgrades(report, applied, mode)
        try:
            moved = apply_upgrades(data, upgrades)
            fixed = apply_fixes(moved, lint(moved) if upgrades else report, lint, unsafe=mode.unsafe)
            if not mode.is_dry_run and fixed.data != data:
                write_fixed(path, data, fixed.data)
        except NotFixableError as error:
            tally.fail(f"cannot fix {quoted(path)}: {error}")
            return report
        tally.upgrades += (Moved(path, upgrade) for upgrade in upgrades)
        if mode.is_dry_run:
            tally.diffs.append(unified_diff(path, data, fixed.data))
            tally.would_fix += count_fixed(report, fixed.report)
            return report._replace(upgrades=upgrades)
        tally.fixed += fixed.changes
        return fixed.report._replace(upgrades=upgrades)

    def _upgrades(self, report: Report, applied: Applied, mode: "FixMode") -> tuple[Upgrade, ...]:
        if mode.goal is None:
            return ()
        # Few runs move images.
        from lint_runtime.linter.upgrade import plan_upgrades

        return plan_upgrades(report, mode.goal, applied.config, applied.table, self._today)


def applied_to(name: str, settings: Settings, tally: Tally) -> Applied | None:
    """Return what applies to a file; None if it is excluded, or its configuration cannot be used."""
    try:
        applied = settings.of(name)
    except UnusableError as error:
        for message in error.messages:
            tally.fail(message)
        return None
    tally.excluded += applied is None
    return applied


def cannot_read(path: str, error: OSError) -> str:
    """Say that a file or a directory cannot be read, and why."""
    shown = "standard input" if path == STDIN else quoted(path)
    return f"cannot read {shown}: {error.strerror or error}"


def _read(path: str) -> bytes:
    """Return the content of a file, at the most one byte more than is ever linted."""
    if path == STDIN and sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    if path == STDIN:
        return sys.stdin.buffer.read(MAX_FILE + 1)
    with open(path, "rb") as file:
        return file.read(MAX_FILE + 1)
