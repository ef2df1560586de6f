"""Load lifecycle data: the bundled data or a file."""

import json
import os
from collections.abc import Callable, Mapping
from datetime import date, datetime, timezone
from functools import lru_cache
from typing import Any

from lint_runtime.errors import UnusableError, WrongDocumentError
from lint_runtime.files import MAX_DOCUMENT, parse_document, read_regular
from lint_runtime.lifecycle.model import (
    EMBEDDED,
    Availability,
    Release,
    ReleaseSeries,
    Schedule,
    UpstreamEnd,
    Yank,
)
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import parse_version
from lint_runtime.text import quoted

SCHEMA = "lifecycle/data.schema.json"
EMBEDDED_FILE = os.path.join(os.path.dirname(__file__), "data.json")


@lru_cache
def embedded_table() -> LifecycleTable:
    """Return the bundled lifecycle data."""
    with open(EMBEDDED_FILE, "rb") as file:
        content = file.read()
    # Skip validation: the tests validate the bundled data.
    return make_table(json.loads(content), EMBEDDED, content)


def load_table(path: str) -> LifecycleTable:
    """Load a data file or a copy of the feed. Raises UnusableError.

    A feed is merged into the bundled data.
    """
    # Lazy imports (2 ms): only --table and the `table` setting need them.
    from lint_runtime.lifecycle.feed import day_of, feed_table, is_feed, read_feed
    from lint_runtime.lifecycle.merge import merge
    from lint_runtime.schema import check_document

    try:
        content, day = read_file(path)
        document = parse_document(content)
        if not is_feed(document):
            check_document(document, SCHEMA)
            return make_table(document, path, content)
        base, releases = embedded_table(), read_feed(document)
        table = merge(base, feed_table(releases, day_of(releases, base, day), base))
        return LifecycleTable(table.date, table.series, table.releases, path, content, table.upstream)
    except OSError as error:
        reason = error.strerror or str(error)
    except WrongDocumentError as error:
        reason = str(error)
    raise UnusableError(f"cannot use the lifecycle data {quoted(path)}: {reason}")


def read_file(path: str) -> tuple[bytes, date]:
    """Return the content of a file and the UTC day of its last modification.

    Reads at most MAX_DOCUMENT + 1 bytes. This is enough for the caller to detect a file that is too large.
    """
    content = read_regular(path, MAX_DOCUMENT + 1)
    modified = os.stat(path).st_mtime
    try:
        return content, datetime.fromtimestamp(modified, timezone.utc).date()
    except (ValueError, OverflowError, OSError):
        # The modification time is outside the range of `date`, so use the first or last date.
        return content, date.max if modified > 0 else date.min


def make_table(document: Mapping[str, Any], source: str, content: bytes) -> LifecycleTable:
    """Build a table from a document that conforms to SCHEMA.

    source: the path of the file, or EMBEDDED
    content: the bytes of the file, which are hashed to identify the data
    """
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
"""Functions that convert JSON values, keyed by field name. Values of other fields stay unchanged."""
