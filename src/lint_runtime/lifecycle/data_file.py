"""Read and write lifecycle data files: JSON, one line per series or release."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from lint_runtime.lifecycle.model import Availability, Release, ReleaseSeries, Schedule, UpstreamEnd, Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version

SCHEMA = "lifecycle/data.schema.json"
SCHEMA_VERSION = 1


def dump_table(table: LifecycleTable, feed: Mapping[str, str] | None = None) -> str:
    """Serialize a table to the content of a data file.

    feed: the version of the feed that the data comes from, as a FeedVersion dict
    """
    head: dict[str, object] = {"schema_version": SCHEMA_VERSION, "date": table.date.isoformat()}
    if feed:
        head["feed"] = feed
    fields = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    for key, rows in (("series", table.series), ("releases", table.releases), ("upstream", table.upstream)):
        if rows or key != "upstream":
            lines = ",\n".join(f"    {json.dumps(_plain(row))}" for row in rows)
            fields.append(f'  "{key}": [\n{lines}\n  ]')
    return "{\n" + ",\n".join(fields) + "\n}\n"


def _plain(value: object) -> Any:
    """Convert a value to JSON types. Fields with default values are omitted."""
    if isinstance(value, (date, RuntimeVersion)):
        return str(value)
    if isinstance(value, (Schedule, Availability, ReleaseSeries, Yank, Release, UpstreamEnd)):
        return {
            field: _plain(item)
            for field, item in value._asdict().items()
            if item != value._field_defaults.get(field)
        }
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def read_table(document: dict[str, Any], source: str, content: bytes) -> LifecycleTable:
    """Validate a document and build a table. Raises WrongDocumentError.

    source: the path of the file
    content: the bytes of the file
    """
    # Lazy import: only files are validated, not the bundled data.
    from lint_runtime.schema import check_document

    check_document(document, SCHEMA)
    return make_table(document, source, content)


def make_table(document: Mapping[str, Any], source: str, content: bytes) -> LifecycleTable:
    """Build a table from a valid document."""
    return LifecycleTable(
        date.fromisoformat(document["date"]),
        [ReleaseSeries(**_fields(row)) for row in document["series"]],
        [Release(**_fields(row)) for row in document["releases"]],
        source,
        content,
        [UpstreamEnd(**_fields(row)) for row in document.get("upstream", ())],
    )


def _fields(row: Mapping[str, Any]) -> dict[str, Any]:
    return {field: _READERS[field](value) if field in _READERS else value for field, value in row.items()}


_DAYS = (
    "day published known_by known_since released seen_by end_of_maintenance end_of_basic_support"
).split()
_READERS: Mapping[str, Callable[[Any], object]] = {
    **dict.fromkeys(_DAYS, date.fromisoformat),
    **dict.fromkeys(("version", "since", "complete_through"), parse_version),
    **dict.fromkeys(("computed", "pythons", "ubi9_pythons"), tuple),
    **dict.fromkeys(
        ("architectures", "variants"), lambda rows: tuple(Availability(**_fields(row)) for row in rows)
    ),
    "schedule": lambda rows: tuple(
        Schedule(**{"end_of_basic_support": None, **_fields(row)}) for row in rows
    ),
    "yank": lambda row: Yank(**_fields(row)),
}
"""Converters of JSON values, keyed by field name. Other fields are not converted."""
