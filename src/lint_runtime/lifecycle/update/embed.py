"""A lifecycle table -> the source of `table.py`, so that the embedded rows are written by a program too."""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from lint_runtime.lifecycle.model import Offer, Release, ReleaseLine, Schedule, Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.tag import RuntimeVersion

_DOCSTRING = '''\
"""The embedded rows: release lines, schedules, releases, architectures and variants. Data only.

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

_Row = ReleaseLine | Schedule | Offer | Release | Yank
# How many fields of a row stand without their names.
_PLAIN_FIELDS = {ReleaseLine: 1, Schedule: 5, Offer: 2, Release: 4, Yank: 2}
# Values, each with what stands before it: the name of a field, the key of a mapping, or nothing.
_Items = list[tuple[str, object]]


def table_source(table: LifecycleTable) -> str:
    """Return the text of `table.py` for `table`, as `ruff format` leaves it.

    Line breaks depend on the width of text, so that all but ASCII is escaped in strings.
    """
    kinds = sorted(_kinds(table.lines) | _kinds(table.releases))
    imported = f"from lint_runtime.lifecycle.model import {', '.join(kinds)}\n" if kinds else ""
    parts = (
        f"{_DOCSTRING}\nfrom datetime import date\n\n{imported}{_READER}",
        f'DATE = {_flat(table.date)}\n"""The day of the newest source."""',
        "\n".join(_lines("LINES = ", table.lines)),
        "\n".join(_lines("RELEASES = ", table.releases)),
        "TABLE = LifecycleTable(DATE, LINES, RELEASES)\n",
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
