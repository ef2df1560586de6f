"""The file format of lifecycle data: one JSON document, a series or a release per line."""

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from lint_runtime.lifecycle.model import Offer, Release, ReleaseSeries, Schedule, UpstreamEnd, Yank
from lint_runtime.lifecycle.table import LifecycleTable, Rows
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version

SCHEMA = "lifecycle/data.schema.json"
SCHEMA_VERSION = 1


def dump_table(table: LifecycleTable, feed: Mapping[str, str] | None = None) -> str:
    """Return a table as the text of a file, in which a new release is one new line.

    `feed`: the version of the feed that it was made with.
    """
    head: dict[str, object] = {"schema_version": SCHEMA_VERSION, "date": table.date.isoformat()}
    if feed:
        head["feed"] = feed
    fields = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    fields += [_array("series", table.series), _array("releases", table.releases)]
    fields += [_array("upstream", table.upstream)] if table.upstream else []
    return "{\n" + ",\n".join(fields) + "\n}\n"


def _array(key: str, rows: Iterable[NamedTuple]) -> str:
    return f'  "{key}": [\n' + ",\n".join(f"    {json.dumps(_plain(row))}" for row in rows) + "\n  ]"


def _plain(value: object) -> Any:
    """Return a value as JSON has it; a row without its empty fields."""
    if isinstance(value, date | RuntimeVersion):
        return str(value)
    if isinstance(value, Schedule | Offer | ReleaseSeries | Yank | Release | UpstreamEnd):
        defaults = value._field_defaults
        return {
            field: _plain(item)
            for field, item in value._asdict().items()
            if item is not None and (field not in defaults or item != defaults[field])
        }
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def read_table(document: dict[str, Any], source: str, sha256: str) -> LifecycleTable:
    """Return the table in a document, the file `source` with that hash. Raises WrongDocumentError."""
    # The package's own data needs no check, and to compile a schema takes longer than a lint run.
    from lint_runtime.files import check_document

    check_document(document, SCHEMA)
    day = date.fromisoformat(document["date"])
    return LifecycleTable(day, *read_rows(document), source, sha256, read_upstream(document))


def read_rows(document: Mapping[str, Any]) -> Rows:
    """Return the series and the releases in a valid document."""
    all_series = tuple(ReleaseSeries(**_values(row)) for row in document["series"])
    return all_series, tuple(Release(**_values(row)) for row in document["releases"])


def read_upstream(document: Mapping[str, Any]) -> tuple[UpstreamEnd, ...]:
    """Return the upstream ends in a valid document."""
    return tuple(UpstreamEnd(**_values(row)) for row in document.get("upstream", ()))


def _values(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a row as its type takes them."""
    return {field: _READERS[field](value) if field in _READERS else value for field, value in row.items()}


def _schedule(rows: Iterable[Mapping[str, Any]]) -> tuple[Schedule, ...]:
    return tuple(Schedule(**{"end_of_basic_support": None, **_values(row)}) for row in rows)


def _offers(rows: Iterable[Mapping[str, Any]]) -> tuple[Offer, ...]:
    return tuple(Offer(**_values(row)) for row in rows)


def _yank(row: Mapping[str, Any]) -> Yank:
    return Yank(**_values(row))


_READERS: Mapping[str, Callable[[Any], object]] = {
    "day": date.fromisoformat,
    "published": date.fromisoformat,
    "known_since": date.fromisoformat,
    "released": date.fromisoformat,
    "seen_by": date.fromisoformat,
    "end_of_maintenance": date.fromisoformat,
    "end_of_basic_support": date.fromisoformat,
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
"""What reads a field that JSON has in another form than a row."""
