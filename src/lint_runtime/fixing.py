"""Applying fixes to the bytes of a Dockerfile: what does not change stays as it is, byte for byte."""

from collections.abc import Iterable

from lint_runtime.diagnostic import Diagnostic, Edit, visible
from lint_runtime.source import MAX_FILE


class NotFixableError(Exception):
    """A file that nothing can be changed in without harm. The text says why."""


def applicable(diagnostics: Iterable[Diagnostic], *, unsafe: bool) -> list[Edit]:
    """Return the edits that fix `diagnostics`, in the order of the file, each once, none over another."""
    fixes = [diagnostic.fix for diagnostic in diagnostics if diagnostic.fix]
    wanted = sorted({edit for fix in fixes if unsafe or fix.is_safe for edit in fix.edits})
    edits: list[Edit] = []
    for edit in wanted:
        is_free = not edits or edits[-1].location[2:] <= edit.location[:2]
        if is_free:
            edits.append(edit)
    return edits


def apply(data: bytes, edits: Iterable[Edit]) -> bytes:
    """Return `data` with `edits`, which are in its order, made. Raises NotFixableError."""
    if len(data) > MAX_FILE:
        raise NotFixableError(f"it is larger than {MAX_FILE >> 20} MiB")
    text = data.decode("utf-8", "surrogateescape")
    parts: list[str] = []
    # Lines and columns are told without the byte-order mark.
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
        raise NotFixableError(f"line {number} is no UTF-8") from None


def unified_diff(path: str, old: bytes, new: bytes) -> str:
    """Return what has to change to make `new` of `old`, as `patch` and `git apply` take it."""
    from difflib import unified_diff as lines_of_diff

    shown = visible(path).removeprefix("/")
    lines = lines_of_diff(_lines(old), _lines(new), f"a/{shown}", f"b/{shown}")
    return "".join(map(_terminated, lines))


def _terminated(line: str) -> str:
    return line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _lines(data: bytes) -> list[str]:
    text = data.decode("utf-8", "surrogateescape")
    lines = [f"{line}\n" for line in text.split("\n")]
    return [*lines[:-1], *([lines[-1][:-1]] if lines[-1] != "\n" else [])]
