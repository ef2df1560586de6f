"""The changelog with a word on a new lifecycle table, so that no new table goes untold."""

import re
import textwrap
from collections.abc import Iterator, Sequence

from lint_runtime.lifecycle.model import ReleaseLine
from lint_runtime.lifecycle.table import LifecycleTable

_START = "Lifecycle table of "
_HEADING = r"## (\d+)\.(\d+)\.(\d+) - (unreleased|\d{4}-\d{2}-\d{2})\b"
_WIDTH = 110


def summary(table: LifecycleTable) -> str:
    """Say of what day `table` is and which lines it has."""
    runs = list(_runs(table.lines))
    word = "line" if len(table.lines) == 1 else "lines"
    named = " and ".join(filter(None, (", ".join(runs[:-1]), *runs[-1:])))
    return f"{_START}{table.date}: {word} {named or 'none'}."


def _runs(lines: Sequence[ReleaseLine]) -> Iterator[str]:
    """Name `lines`, three and more of consecutive numbers as `3.0 to 3.3`."""
    runs: list[list[ReleaseLine]] = []
    for line in lines:
        *major, number = line.order
        if runs and runs[-1][-1].order == (*major, number - 1):
            runs[-1].append(line)
        else:
            runs.append([line])
    for run in runs:
        names = [line.name for line in run]
        yield from [f"{names[0]} to {names[-1]}"] if len(names) > 2 else names


def with_table(changelog: str, paragraph: str) -> str:
    """Return `changelog` with `paragraph` on the table in the section of the coming release.

    It takes the place of the one that is there; a section for the coming release is added if need be.
    Raises ValueError for a paragraph on something else, and for a top heading that is none of a release.
    """
    if not paragraph.startswith(_START):
        raise ValueError(f"the paragraph does not start with {_START!r}: {paragraph!r}")
    ending = "\r\n" if changelog.partition("\n")[0].endswith("\r") else "\n"
    lines = changelog.split(ending)
    top, end = _top_section(lines)
    heading = re.match(_HEADING, lines[top])
    if heading is None:
        raise ValueError(f"{lines[top]!r} is not '## X.Y.Z - unreleased' or '## X.Y.Z - YYYY-MM-DD'")
    wrapped = textwrap.wrap(paragraph, _WIDTH, break_long_words=False, break_on_hyphens=False)
    if heading[4] == "unreleased":
        _tell(lines, top + 1, end, wrapped)
    else:
        version = f"{heading[1]}.{heading[2]}.{int(heading[3]) + 1}"
        lines[top:top] = [f"## {version} - unreleased", "", *wrapped, ""]
    return ending.join(lines)


def _top_section(lines: list[str]) -> tuple[int, int]:
    """Return where the heading of the top section stands, and where the section ends."""
    headings = [index for index, line in enumerate(lines) if line.startswith("## ")]
    if not headings:
        raise ValueError("the changelog has no section: no line starts with '## '")
    return headings[0], (*headings, len(lines))[1]


def _tell(lines: list[str], start: int, end: int, wrapped: list[str]) -> None:
    """Put the paragraph `wrapped` into the section whose text is the lines `start` to `end`."""
    for index in range(start, end):
        if lines[index].startswith(_START) and _is_break(lines[index - 1]):
            stop = next((after for after in range(index, end) if _is_break(lines[after])), end)
            lines[index:stop] = wrapped
            return
    is_blank_next = start < len(lines) and not lines[start].strip()
    lines[start:start] = ["", *wrapped, *([] if is_blank_next else [""])]


def _is_break(line: str) -> bool:
    """Whether a paragraph ends before `line`."""
    return not line.strip() or re.match("#{1,6} ", line) is not None
