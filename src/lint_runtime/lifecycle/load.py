"""The lifecycle data to use: that of the package, or a file, which may also be the published feed."""

import json
import os
from collections.abc import Callable
from datetime import date, datetime, timezone
from functools import cached_property, lru_cache
from typing import Any

from lint_runtime.errors import UnusableError, WrongDocumentError
from lint_runtime.lifecycle.model import UpstreamEnd
from lint_runtime.lifecycle.table import LifecycleTable, Rows
from lint_runtime.text import quoted

EMBEDDED_FILE = os.path.join(os.path.dirname(__file__), "data.json")
_DATE_KEY = b'"date": "'


class _EmbeddedTable(LifecycleTable):
    """The data in the package. Most files need no more than its date, so rows are made when first used."""

    def __init__(self) -> None:
        with open(EMBEDDED_FILE, "rb") as file:
            self._data = file.read()
        day = self._data.partition(_DATE_KEY)[2][: len("YYYY-MM-DD")]
        super().__init__(date.fromisoformat(day.decode()), (), ())

    def __reduce__(self) -> tuple[Callable[[], LifecycleTable], tuple[()]]:
        """Cross to another process, which has the package too, as no more than a name."""
        return embedded_table, ()

    @cached_property
    def rows(self) -> Rows:
        """The series and the releases in the order of the file."""
        from lint_runtime.lifecycle.data_file import read_rows

        return read_rows(self._document)

    @cached_property
    def _document(self) -> dict[str, Any]:
        document: dict[str, Any] = json.loads(self._data)
        return document

    @cached_property
    def upstream(self) -> tuple[UpstreamEnd, ...]:
        """The upstream ends of what images contain."""
        from lint_runtime.lifecycle.data_file import read_upstream

        return read_upstream(self._document)

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the file."""
        import hashlib

        return hashlib.sha256(self._data).hexdigest()


@lru_cache
def embedded_table() -> LifecycleTable:
    """Return the lifecycle data in the package."""
    return _EmbeddedTable()


def load_table(path: str) -> LifecycleTable:
    """Return the data in a file: one that `runtime-lifecycle update` wrote, or the published feed.

    The feed is merged over the package's data. Raises UnusableError.
    """
    # Most runs use the package's data, and none of this.
    import hashlib

    from lint_runtime.files import parse_document
    from lint_runtime.lifecycle.data_file import read_table
    from lint_runtime.lifecycle.feed import is_feed, parse_feed
    from lint_runtime.lifecycle.merge import merge

    try:
        data, day = read_file(path)
        document, sha256 = parse_document(data), hashlib.sha256(data).hexdigest()
        if is_feed(document):
            base = embedded_table()
            table = merge(base, parse_feed(document, day, base))
            return LifecycleTable(table.date, table.series, table.releases, path, sha256, table.upstream)
        return read_table(document, path, sha256)
    except OSError as error:
        reason = error.strerror or str(error)
    except WrongDocumentError as error:
        reason = str(error)
    raise UnusableError(f"cannot use the lifecycle data {quoted(path)}: {reason}")


def read_file(path: str) -> tuple[bytes, date]:
    """Return the content of a file, one byte more than the limit at most, and its UTC day."""
    from lint_runtime.files import MAX_DOCUMENT

    with open(path, "rb") as file:
        modified = os.fstat(file.fileno()).st_mtime
        return file.read(MAX_DOCUMENT + 1), _day(modified)


def _day(modified: float) -> date:
    """Return the UTC day of a moment; of one beyond the calendar, the first or last day of that."""
    try:
        return datetime.fromtimestamp(modified, timezone.utc).date()
    except (ValueError, OverflowError, OSError):
        return date.max if modified > 0 else date.min
