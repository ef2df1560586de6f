"""A lifecycle table -> the source of `table.py`, so that the embedded rows are written by a program too."""

import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from lint_runtime.lifecycle.model import Offer, Release, ReleaseSeries, Schedule, Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion

_START = "Lifecycle table of "
_HEADING = r"## (\d+)\.(\d+)\.(\d+) - (unreleased|\d{4}-\d{2}-\d{2})\b"
_CHANGELOG_WIDTH = 110


def summary(table: LifecycleTable) -> str:
    """Say of what day `table` is and which series it has."""
    runs = list(_runs(table.series))
    named = " and ".join(filter(None, (", ".join(runs[:-1]), *runs[-1:])))
    return f"{_START}{table.date}: series {named or 'none'}."


def _runs(all_series: Sequence[ReleaseSeries]) -> Iterator[str]:
    """Name `series`, three and more of consecutive numbers as `3.0 to 3.3`."""
    runs: list[list[ReleaseSeries]] = []
    for series in all_series:
        *major, number = series.order
        if runs and runs[-1][-1].order == (*major, number - 1):
            runs[-1].append(series)
        else:
            runs.append([series])
    for run in runs:
        names = [series.name for series in run]
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
    wrapped = textwrap.wrap(paragraph, _CHANGELOG_WIDTH, break_long_words=False, break_on_hyphens=False)
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


_DOCSTRING = '''\
"""The embedded rows: release series, schedules, releases, architectures and variants. Data only.

Sources: the vendor's release notes and lifecycle page up to August 2024 and their archive of
September 2025 (`release-notes-…`, `docs`), the release feed as published on a day (`feed-…`), and
what was seen in use in public Dockerfiles and images (`observed`). A value that no source gives is left
out. Rows are sorted. `runtime-lifecycle update --embedded` writes this file from the feed.
"""
'''
_READER = """\
from lint_runtime.lifecycle_table import LifecycleTable
from lint_runtime.tag import RuntimeVersion, parse_version


def _v(text: str) -> RuntimeVersion:
    version = parse_version(text)
    if version is None:
        raise ValueError(f"no Runtime version: {text}")
    return version
"""
_WIDTH = 108
_INDENT = "    "

_Row = ReleaseSeries | Schedule | Offer | Release | Yank
# How many fields of a row stand without their names.
_PLAIN_FIELDS = {ReleaseSeries: 1, Schedule: 5, Offer: 2, Release: 4, Yank: 2}
# Values, each with what stands before it: the name of a field, the key of a mapping, or nothing.
_Items = list[tuple[str, object]]


def table_source(table: LifecycleTable) -> str:
    """Return the text of `table.py` for `table`, as `ruff format` leaves it.

    Series breaks depend on the width of text, so that all but ASCII is escaped in strings.
    """
    kinds = sorted(_kinds(table.series) | _kinds(table.releases))
    imported = f"from lint_runtime.lifecycle.model import {', '.join(kinds)}\n" if kinds else ""
    parts = (
        f"{_DOCSTRING}\nfrom datetime import date\n\n{imported}{_READER}",
        f'DATE = {_flat(table.date)}\n"""The day of the newest source."""',
        "\n".join(_lines("SERIES = ", table.series)),
        "\n".join(_lines("RELEASES = ", table.releases)),
        "TABLE = LifecycleTable(DATE, SERIES, RELEASES)\n",
    )
    return "\n\n".join(parts)


def _kinds(value: object) -> set[str]:
    """Return the names of the kinds of rows in `value`."""
    if not isinstance(value, tuple):
        return set()
    names = {type(value).__name__} if isinstance(value, _Row) else set()
    return names.union(*map(_kinds, value))


def _lines(before: str, value: object, after: str = "", indent: str = "") -> Iterator[str]:
    """Write `value` on one line if it fits, else each of its items on lines of its own."""
    flat = f"{indent}{before}{_flat(value)}{after}"
    if len(flat) <= _WIDTH:
        yield flat
        return
    deeper = indent + _INDENT
    opening, items, closing = _parts(value)
    yield f"{indent}{before}{opening}"
    if isinstance(value, str):
        yield from (deeper + piece for piece in _pieces(value, _WIDTH - len(deeper)))
    for name, item in items:
        yield from _lines(name, item, ",", deeper)
    yield f"{indent}{closing}{after}"


def _flat(value: object) -> str:
    if isinstance(value, str):
        return _literal(value)
    if isinstance(value, RuntimeVersion):
        return f'_v("{value}")'
    if isinstance(value, date):
        return f"date({value.year}, {value.month}, {value.day})"
    if not isinstance(value, tuple | Mapping):
        return repr(value)
    opening, items, closing = _parts(value)
    comma = "," if opening == "(" and len(items) == 1 else ""
    return opening + ", ".join(name + _flat(item) for name, item in items) + comma + closing


def _parts(value: object) -> tuple[str, _Items, str]:
    """Return what opens `value`, its items, and what closes it."""
    if isinstance(value, _Row):
        return f"{type(value).__name__}(", _fields(value), ")"
    if isinstance(value, Mapping):
        return "{", [(f"{_literal(key)}: ", item) for key, item in value.items()], "}"
    return "(", [("", item) for item in value] if isinstance(value, tuple) else [], ")"


def _fields(row: _Row) -> _Items:
    """Return the fields that are not at their defaults; from the first that is left out on, with names."""
    items: _Items = []
    for index, (name, value) in enumerate(zip(row._fields, row, strict=True)):
        if name in row._field_defaults and value == row._field_defaults[name]:
            continue
        is_plain = index == len(items) and index < _PLAIN_FIELDS[type(row)]
        items.append(("" if is_plain else f"{name}=", value))
    return items


def _literal(text: str) -> str:
    """Write `text` as a literal in ASCII, in those quotes that `ruff format` prefers."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    escaped = ("\\" + char if char == quote else ascii(char)[1:-1] for char in text)
    return quote + "".join(escaped) + quote


def _pieces(text: str, width: int) -> Iterator[str]:
    """Cut `text` into literals of at most `width` columns: after a space, where there is one."""
    piece = ""
    for word in re.findall("[^ ]* |[^ ]+", text):
        # A word that fits no line is cut anywhere.
        for part in [word] if len(_literal(word)) <= width else word:
            if len(_literal(piece + part)) > width:
                yield _literal(piece)
                piece = ""
            piece += part
    yield _literal(piece)
