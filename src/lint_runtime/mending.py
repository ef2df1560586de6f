"""Fixes at work: linted, mended and linted again until nothing is left to mend, then written or shown."""

import os
import stat
from collections.abc import Callable
from typing import Protocol

from lint_runtime.diagnostics import quoted
from lint_runtime.files import ChangedError, replace_file
from lint_runtime.linter.fixes import NotFixableError, applicable, apply, unified_diff
from lint_runtime.linter.report import Report

MAX_ROUNDS = 10
"""How often one file is mended and linted again; a repository, a form and a release take three."""


class Mender(Protocol):
    """Mends what linting finds. `fixed` counts the edits written."""

    fixed: int

    def mend(self, path: str, data: bytes, lint: Callable[[bytes], Report]) -> tuple[Report, str]:
        """Return the report of what the file holds afterwards, and a complaint, "" if there is none."""


class Writer:
    """Writes what fixes make of files."""

    def __init__(self, *, unsafe: bool) -> None:
        self.fixed = 0
        self._unsafe = unsafe

    def mend(self, path: str, data: bytes, lint: Callable[[bytes], Report]) -> tuple[Report, str]:
        """Write the file with all fixes made, if it may be written."""
        report = lint(data)
        try:
            fixed, rest, count = _mended(data, report, lint, unsafe=self._unsafe)
            if count:
                _write(path, data, fixed)
        except NotFixableError as error:
            return report, f"cannot fix {quoted(path)}: {error}"
        self.fixed += count
        return rest, ""


class Differ:
    """Shows what fixes would make of files, and leaves them alone."""

    fixed = 0

    def __init__(self, show: Callable[[str], None], *, unsafe: bool) -> None:
        self._show = show
        self._unsafe = unsafe

    def mend(self, path: str, data: bytes, lint: Callable[[bytes], Report]) -> tuple[Report, str]:
        """Show the difference that all fixes make."""
        report = lint(data)
        try:
            fixed, _, _ = _mended(data, report, lint, unsafe=self._unsafe)
        except NotFixableError as error:
            return report, f"cannot fix {quoted(path)}: {error}"
        self._show(unified_diff(path, data, fixed))
        return report, ""


def _mended(
    data: bytes, report: Report, lint: Callable[[bytes], Report], *, unsafe: bool
) -> tuple[bytes, Report, int]:
    """Return the data with all fixes made, what is found in it then, and how many edits that took."""
    count = 0
    for _ in range(MAX_ROUNDS):
        edits = applicable(report.diagnostics, report.suppressed, unsafe=unsafe)
        if not edits:
            break
        data = apply(data, edits)
        report = lint(data)
        count += len(edits)
    return data, report, count


def _write(path: str, old: bytes, new: bytes) -> None:
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise NotFixableError("it is no regular file")
        if not _is_writable(path):
            raise NotFixableError("it is read-only")
        if not _is_writable(os.path.dirname(os.path.realpath(path))):
            raise NotFixableError("its folder is read-only")
        replace_file(path, new, expected=old)
    except ChangedError as error:
        if not _holds(path, new):
            raise NotFixableError(str(error)) from None
    except OSError as error:
        raise NotFixableError(error.strerror or str(error)) from None


def _holds(path: str, data: bytes) -> bool:
    """Whether somebody else has come to the same result meanwhile."""
    with open(path, "rb") as file:
        return file.read() == data


def _is_writable(path: str) -> bool:
    """Whether the mode lets anybody write, root included, and this process may."""
    is_meant = os.stat(path).st_mode & (stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH)
    return bool(is_meant) and os.access(path, os.W_OK)
