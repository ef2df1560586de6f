"""Which lifecycle table to judge by: the embedded one, or one in a file, made from the feed or the feed."""

import hashlib
import os
from datetime import date, datetime, timezone

from lint_runtime.errors import UnusableError, WrongDocumentError
from lint_runtime.files import MAX_DOCUMENT, parse_document
from lint_runtime.lifecycle.embedded import TABLE
from lint_runtime.lifecycle.feed import day_of, feed_table, is_feed, read_feed
from lint_runtime.lifecycle.merge import merged
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.table_file import read_table
from lint_runtime.text import quoted


def load_table(path: str) -> LifecycleTable:
    """Return the table in a file: one written by `runtime-lifecycle update`, or the published feed.

    The feed stands on the embedded table. Raises UnusableError.
    """
    try:
        data, day = read_file(path)
        document, sha256 = parse_document(data), hashlib.sha256(data).hexdigest()
        if is_feed(document):
            releases = read_feed(document)
            news = feed_table(releases, day_of(releases, TABLE, day), TABLE)
            table = merged(TABLE, news)
            return LifecycleTable(table.date, table.series, table.releases, path, sha256)
        return read_table(document, path, sha256)[0]
    except OSError as error:
        reason = error.strerror or str(error)
    except WrongDocumentError as error:
        reason = str(error)
    raise UnusableError(f"cannot use the lifecycle table {quoted(path)}: {reason}")


def read_file(path: str) -> tuple[bytes, date]:
    """Return the content of a file, at the most one byte more than is used, and the UTC day it is of."""
    with open(path, "rb") as file:
        modified = os.fstat(file.fileno()).st_mtime
        return file.read(MAX_DOCUMENT + 1), _day(modified)


def _day(modified: float) -> date:
    """Return the UTC day of a moment; the first or the last there is, for one that is beyond all days."""
    try:
        return datetime.fromtimestamp(modified, timezone.utc).date()
    except (ValueError, OverflowError, OSError):
        return date.max if modified > 0 else date.min
