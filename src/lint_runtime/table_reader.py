"""Files of lifecycle tables -> tables."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

from lint_runtime.document import check_document
from lint_runtime.lifecycle.model import Offer, Release, ReleaseLine, Schedule, Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.table_file import FeedVersion
from lint_runtime.tag import parse_version

SCHEMA = "lifecycle/table.schema.json"


def read_table(
    document: dict[str, Any], source: str, sha256: str
) -> tuple[LifecycleTable, FeedVersion | None]:
    """Return the table in a document, the file `source` with that hash. Raises WrongDocumentError."""
    check_document(document, SCHEMA)
    lines = [ReleaseLine(**_values(row)) for row in document["lines"]]
    releases = [Release(**_values(row)) for row in document["releases"]]
    feed = FeedVersion(**document["feed"]) if "feed" in document else None
    return LifecycleTable(_day(document["date"]), lines, releases, source, sha256), feed


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a row of a table as its type takes them."""
    return {field: _READERS[field](value) if field in _READERS else value for field, value in row.items()}


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _schedule(rows: Iterable[Mapping[str, Any]]) -> tuple[Schedule, ...]:
    return tuple(Schedule(**{"end_of_basic_support": None, **_values(row)}) for row in rows)


def _offers(rows: Iterable[Mapping[str, Any]]) -> tuple[Offer, ...]:
    return tuple(Offer(**_values(row)) for row in rows)


def _yank(row: Mapping[str, Any]) -> Yank:
    return Yank(**_values(row))


_READERS: Mapping[str, Callable[[Any], object]] = {
    "published": _day,
    "released": _day,
    "seen_by": _day,
    "end_of_maintenance": _day,
    "end_of_basic_support": _day,
    "version": parse_version,
    "since": parse_version,
    "complete_through": parse_version,
    "schedule": _schedule,
    "computed": tuple,
    "pythons": tuple,
    "ubi9_pythons": tuple,
    "architectures": _offers,
    "variants": _offers,
    "yank": _yank,
}
"""What makes of a field in a document what the table has, where these differ."""
