"""Loading lifecycle data: the bundled data, or a file."""

import json
import os
from datetime import date, datetime, timezone
from functools import lru_cache

from lint_runtime.errors import UnusableError, WrongDocumentError
from lint_runtime.lifecycle.data_file import read_rows, read_table, read_upstream
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.text import quoted

EMBEDDED_FILE = os.path.join(os.path.dirname(__file__), "data.json")


@lru_cache
def embedded_table() -> LifecycleTable:
    """Return the bundled lifecycle data."""
    with open(EMBEDDED_FILE, "rb") as file:
        content = file.read()
    # The tests validate the bundled data. Compiling its schema takes longer than a run.
    document = json.loads(content)
    day, rows = date.fromisoformat(document["date"]), read_rows(document)
    return LifecycleTable(day, *rows, content=content, upstream=read_upstream(document))


def load_table(path: str) -> LifecycleTable:
    """Load lifecycle data written by `runtime-lifecycle update`, or the published feed.

    The feed is merged into the bundled data. Raises UnusableError.
    """
    # Only runs with --table or the key `table` need these: 2 ms.
    from lint_runtime.files import parse_document
    from lint_runtime.lifecycle.feed import is_feed, parse_feed
    from lint_runtime.lifecycle.merge import merge

    try:
        content, day = read_file(path)
        document = parse_document(content)
        if not is_feed(document):
            return read_table(document, path, content)
        table = merge(embedded_table(), parse_feed(document, day, embedded_table()))
        return LifecycleTable(table.date, table.series, table.releases, path, content, table.upstream)
    except OSError as error:
        reason = error.strerror or str(error)
    except WrongDocumentError as error:
        reason = str(error)
    raise UnusableError(f"cannot use the lifecycle data {quoted(path)}: {reason}")


def read_file(path: str) -> tuple[bytes, date]:
    """Return the content of a file, cut off just above the size limit, and its UTC modification day."""
    from lint_runtime.files import MAX_DOCUMENT, open_regular

    with open_regular(path) as file:
        modified = os.fstat(file.fileno()).st_mtime
        content = file.read(MAX_DOCUMENT + 1)
    try:
        return content, datetime.fromtimestamp(modified, timezone.utc).date()
    except (ValueError, OverflowError, OSError):
        # File systems store times outside the range of a date.
        return content, date.max if modified > 0 else date.min
