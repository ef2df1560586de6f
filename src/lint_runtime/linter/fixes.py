"""Applying fixes to the bytes of a Dockerfile: what does not change stays as it is, byte for byte."""

import re
from collections.abc import Iterable, Iterator, Sequence

from lint_runtime.diagnostics import Diagnostic, Edit, Location
from lint_runtime.dockerfile.source import MAX_FILE
from lint_runtime.portable import portable_path


class NotFixableError(Exception):
    """A file that nothing can be changed in without harm. The text says why."""


def applicable(
    diagnostics: Iterable[Diagnostic], suppressed: Iterable[Diagnostic] = (), *, unsafe: bool
) -> list[Edit]:
    """Return the edits that fix `diagnostics`, in the order of the file, each once, none over another.

    An edit that would mend one of `suppressed` along with them, in another place, is none of them.
    """
    wanted = _mended_by(diagnostics, unsafe=unsafe)
    kept = _mended_by(suppressed, unsafe=True)
    edits: list[Edit] = []
    for edit in sorted(wanted):
        is_wanted = kept.get(edit, set()) <= wanted[edit]
        is_free = not edits or edits[-1].location[2:] <= edit.location[:2]
        if is_wanted and is_free:
            edits.append(edit)
    return edits


def _mended_by(diagnostics: Iterable[Diagnostic], *, unsafe: bool) -> dict[Edit, set[Location]]:
    """Return the edits that fix `diagnostics`, each with the places of what it mends."""
    places: dict[Edit, set[Location]] = {}
    for diagnostic in diagnostics:
        fix = diagnostic.fix
        for edit in fix.edits if fix and (unsafe or fix.is_safe) else ():
            places.setdefault(edit, set()).add(diagnostic.location)
    return places


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


_CONTEXT = 3


def unified_diff(path: str, old: bytes, new: bytes) -> str:
    """Return what has to change to make `new` of `old`, as `patch` and `git apply` take it.

    Both have the same lines, some of them changed: fixes add none and remove none.
    """
    before, after = _lines(old), _lines(new)
    pairs = enumerate(zip(before, after, strict=True))
    changed = [index for index, (line, other) in pairs if line != other]
    parts = [f"--- {_name('a', path)}\n+++ {_name('b', path)}\n"] if changed else []
    for first, last in _hunks(changed, len(before)):
        start = f"{first + 1},{last - first}"
        parts.append(f"@@ -{start} +{start} @@\n")
        parts += _hunk(before[first:last], after[first:last])
    return "".join(parts)


def _hunks(changed: Iterable[int], count: int) -> Iterator[tuple[int, int]]:
    """Yield from where to where (exclusive) the lines around those `changed` go, none twice."""
    first = last = 0
    for index in changed:
        if last and index - _CONTEXT > last:
            yield first, last
            last = 0
        if not last:
            first = max(0, index - _CONTEXT)
        last = min(count, index + _CONTEXT + 1)
    if last:
        yield first, last


def _hunk(before: Sequence[str], after: Sequence[str]) -> Iterator[str]:
    """Yield lines as a hunk has them: of those that change next to each other, first all old ones."""
    added: list[str] = []
    for line, other in zip(before, after, strict=True):
        if line == other:
            yield from added
            added.clear()
            yield _terminated(f" {line}")
        else:
            yield _terminated(f"-{line}")
            added.append(_terminated(f"+{other}"))
    yield from added


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
