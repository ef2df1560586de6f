"""Lifecycle tables as the text of files: JSON that holds all that the embedded table does."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, NamedTuple

from lint_runtime.files import check_document
from lint_runtime.lifecycle.model import Offer, Release, ReleaseSeries, Schedule, Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.text import portable_text

SCHEMA_VERSION = 1


class FeedVersion(NamedTuple):
    """Which version of the feed a table has been made with: its address, and what the server called it."""

    url: str
    etag: str
    last_modified: str


def dump_table(table: LifecycleTable, feed: FeedVersion | None = None) -> str:
    """Return a table as the text of a file: a series and a release a row, for differences to be read."""
    head: dict[str, object] = {"schema_version": SCHEMA_VERSION, "date": table.date.isoformat()}
    if feed:
        head["feed"] = feed._asdict()
    fields = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    fields += [_array("series", table.series), _array("releases", table.releases)]
    return "{\n" + ",\n".join(fields) + "\n}\n"


def _array(key: str, rows: Iterable[NamedTuple]) -> str:
    return f'  "{key}": [\n' + ",\n".join(f"    {json.dumps(_plain(row))}" for row in rows) + "\n  ]"


def _plain(value: object) -> Any:
    """Return a value of a table as JSON has it; a row without the fields that say nothing."""
    if isinstance(value, date | RuntimeVersion):
        return str(value)
    if isinstance(value, Schedule | Offer | ReleaseSeries | Yank | Release):
        defaults = value._field_defaults
        return {
            field: _plain(given)
            for field, given in value._asdict().items()
            if given is not None and (field not in defaults or given != defaults[field])
        }
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def table_hash(table: LifecycleTable) -> str:
    """Return the SHA-256 of the file a table was read from; of the embedded one, as `dump_table` has it."""
    return table.sha256 or hashlib.sha256(dump_table(table).encode()).hexdigest()


def identity(table: LifecycleTable) -> dict[str, str]:
    """Return what tells which table was used, by the keys that reports have for it."""
    return {
        "date": table.date.isoformat(),
        "source": portable_text(table.source),
        "sha256": table_hash(table),
    }


SCHEMA = "lifecycle/table.schema.json"


def read_table(
    document: dict[str, Any], source: str, sha256: str
) -> tuple[LifecycleTable, FeedVersion | None]:
    """Return the table in a document, the file `source` with that hash. Raises WrongDocumentError."""
    check_document(document, SCHEMA)
    all_series = [ReleaseSeries(**_values(row)) for row in document["series"]]
    releases = [Release(**_values(row)) for row in document["releases"]]
    feed = FeedVersion(**document["feed"]) if "feed" in document else None
    return LifecycleTable(_day(document["date"]), all_series, releases, source, sha256), feed


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
