"""Applying fixes to the bytes of a Dockerfile: what does not change stays as it is, byte for byte."""

import os
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterable
from difflib import SequenceMatcher
from typing import NamedTuple

from lint_runtime.diagnostics import Diagnostic, Edit
from lint_runtime.dockerfile.source import MAX_FILE
from lint_runtime.files import ChangedError, replace_file
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.linter.upgrade import Goal
from lint_runtime.text import portable_path, shown_path, visible

MAX_ROUNDS = 10
"""How often one file is fixed and linted again; a repository, a form and a release take three."""


class FixMode(NamedTuple):
    """How a run applies fixes. `is_dry_run`: it leaves the files alone, and keeps the differences.

    `goal`: where images of other series move to; None if they stay.
    """

    is_dry_run: bool
    unsafe: bool
    goal: Goal | None = None


class NotFixableError(Exception):
    """A file in which nothing can be changed without harm. The text says why."""


class Fixed(NamedTuple):
    """A file with its fixes applied: the content, what is found in it then, and a line for each change."""

    data: bytes
    report: Report
    changes: list[str]


def apply_fixes(data: bytes, report: Report, lint: Callable[[bytes], Report], *, unsafe: bool) -> Fixed:
    """Apply all fixes in a report, and those of what `lint` finds then. Raises NotFixableError."""
    changes: list[str] = []
    for _ in range(MAX_ROUNDS):
        edits = select_edits(report.diagnostics, unsafe=unsafe)
        if not edits:
            break
        data = apply_edits(data, edits)
        changes += (_describe(edit, report) for edit in edits)
        report = lint(data)
    return Fixed(data, report, changes)


def apply_upgrades(data: bytes, upgrades: Iterable[Upgrade]) -> bytes:
    """Return `data` with the images moved. Raises NotFixableError."""
    return apply_edits(data, sorted({edit for upgrade in upgrades for edit in upgrade.edits}))


def _describe(edit: Edit, report: Report) -> str:
    """Describe an edit by the first finding that it fixes."""
    found = next(found for found in report.diagnostics if found.fix and edit in found.fix.edits)
    title = found.fix.title if found.fix else ""
    place = f"{shown_path(report.path)}:{edit.location.line}:{edit.location.column}"
    return f"{place}: {found.rule} ({visible(title[:1].lower() + title[1:])})"


def count_fixed(before: Report, after: Report) -> int:
    """Return how many findings of `before` are gone in `after`, which has the same lines."""
    left = Counter((found.rule, found.line) for found in after.diagnostics)
    found = Counter((found.rule, found.line) for found in before.diagnostics)
    return (found - left).total()


def select_edits(diagnostics: Iterable[Diagnostic], *, unsafe: bool) -> list[Edit]:
    """Return the edits that fix `diagnostics`, in the order of the file, each once, none over another."""
    fixes = [found.fix for found in diagnostics if found.fix and (unsafe or found.fix.is_safe)]
    edits: list[Edit] = []
    for edit in sorted({edit for fix in fixes for edit in fix.edits}):
        if not edits or edits[-1].location.end <= edit.location.start:
            edits.append(edit)
    return edits


def apply_edits(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return `data` with `edits`, which are in its order, applied. Raises NotFixableError."""
    if len(data) > MAX_FILE:
        raise NotFixableError(f"larger than {MAX_FILE >> 20} MiB")
    text = data.decode("utf-8", "surrogateescape")
    parts: list[str] = []
    # Lines and columns do not count the byte-order mark.
    start = 1 if text.startswith("\ufeff") else 0
    copied = 0
    number = 1
    for location, replacement in edits:
        while number < location.line:
            start = text.index("\n", start) + 1
            number += 1
        _check_utf8(text, start, number)
        first = start + location.column - 1
        parts += (text[copied:first], replacement)
        copied = start + location.end_column - 1
    parts.append(text[copied:])
    return "".join(parts).encode("utf-8", "surrogateescape")


def _check_utf8(text: str, start: int, number: int) -> None:
    end = text.find("\n", start)
    try:
        text[start : end if end >= 0 else None].encode()
    except UnicodeEncodeError:
        raise NotFixableError(f"line {number} is not valid UTF-8") from None


def write_fixed(path: str, old: bytes, new: bytes) -> None:
    """Replace a file that still holds `old`. Raises NotFixableError."""
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise NotFixableError("not a regular file")
        if not _is_writable(path):
            raise NotFixableError("the file is read-only")
        if not _is_writable(os.path.dirname(os.path.realpath(path))):
            raise NotFixableError("the directory is read-only")
        replace_file(path, [new], expected=old)
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


def unified_diff(path: str, old: bytes, new: bytes) -> str:
    """Return what has to change to make `new` of `old`, as `patch` and `git apply` take it."""
    # Fixes add no line and remove none. With its number a line is compared with its counterpart alone;
    # without it, lines that a file repeats would count as changed.
    before, after = list(enumerate(_lines(old))), list(enumerate(_lines(new)))
    hunks = SequenceMatcher(None, before, after).get_grouped_opcodes()
    parts: list[str] = []
    for hunk in hunks:
        first, last = hunk[0][1], hunk[-1][2]
        start = f"{first + 1},{last - first}"
        parts.append(f"@@ -{start} +{start} @@\n")
        for kind, begin, end, _, _ in hunk:
            if kind == "equal":
                parts += [_terminated(f" {line}") for _, line in before[begin:end]]
            else:
                parts += [_terminated(f"-{line}") for _, line in before[begin:end]]
                parts += [_terminated(f"+{line}") for _, line in after[begin:end]]
    return f"--- {_name('a', path)}\n+++ {_name('b', path)}\n{''.join(parts)}" if parts else ""


_UNNAMEABLE = r'[\x00-\x1f\x7f"\\\ud800-\udfff]| \Z'
_UNQUOTED = r"[^ !#-\[\]-~]"


def _name(side: str, path: str) -> str:
    """Return how a difference names a file: with a tab behind blanks, in quotes if it has to be."""
    name = f"{side}/{portable_path(path).lstrip('/')}"
    if re.search(_UNNAMEABLE, name):
        return f'"{re.sub(_UNQUOTED, _octal, name)}"'
    return f"{name}\t" if " " in name else name


def _octal(match: re.Match[str]) -> str:
    return "".join(f"\\{byte:03o}" for byte in match.group().encode("utf-8", "surrogateescape"))


def _terminated(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", "surrogateescape")
    return re.findall("[^\n]*\n|[^\n]+", text)
