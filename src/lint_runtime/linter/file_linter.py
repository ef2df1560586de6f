"""One file of a run -> its report: configured, read, linted, upgraded and fixed."""

import errno
import sys
from datetime import date
from typing import TYPE_CHECKING

from lint_runtime.config.settings import FileSettings, Settings
from lint_runtime.dockerfile.source import MAX_FILE
from lint_runtime.errors import UnusableError
from lint_runtime.files import read_regular
from lint_runtime.linter.engine import enabled, lint_file
from lint_runtime.linter.report import STDIN_NAME, Report
from lint_runtime.linter.tally import Tally
from lint_runtime.text import quoted

if TYPE_CHECKING:
    from lint_runtime.linter.baseline import Baseline
    from lint_runtime.linter.fixes import FixMode

STDIN = "-"


class FileLinter:
    """Lints files one by one.

    stdin_filename: name to report for standard input
    baseline: findings to suppress
    fix_mode: how to apply fixes; None to apply none
    honors_comments: whether comments suppress findings
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
        """Return the report of a file, counted in `tally`. Returns None if it is excluded or unreadable."""
        name = self._stdin_filename if file == STDIN else file
        try:
            applied = applied_to(name, self._settings, tally)
            if applied is None:
                return None
            data = _read(file)
        except OSError as error:
            tally.fail(cannot_read(file, error))
            return None
        config, known = applied.config, applied.table.as_of(self._today)
        recorded = None if self._baseline is None else self._baseline.of(name)

        def lint(content: bytes) -> Report:
            return lint_file(content, name, config, known, recorded, honors_comments=self._honors_comments)

        report = lint(data)
        if self._fix_mode:
            report = self._fix_mode.apply(data, report, lint, applied, known, tally)
        tally.count(report, applied)
        if self._baseline is not None and recorded:
            tally.recorded.append(self._baseline.matched(report, enabled(config)))
        return report


def applied_to(name: str, settings: Settings, tally: Tally) -> FileSettings | None:
    """Return what applies to a file. Returns None if it is excluded or its configuration is unusable."""
    try:
        applied = settings.of(name)
    except UnusableError as error:
        for message in error.messages:
            tally.fail(message)
        return None
    tally.excluded += applied is None
    return applied


def cannot_read(path: str, error: OSError) -> str:
    """Return the problem that a file or directory is unreadable."""
    shown = "standard input" if path == STDIN else quoted(path)
    return f"cannot read {shown}: {error.strerror or error}"


def _read(path: str) -> bytes:
    """Return the content of a file. One byte over the limit is enough to reject it."""
    if path != STDIN:
        return read_regular(path, MAX_FILE + 1)
    if sys.stdin is None:
        raise OSError(errno.EBADF, "it is closed")
    return sys.stdin.buffer.read(MAX_FILE + 1)
