"""Where a refreshed table goes, and what is known there already: a file, or the package itself."""

import os
from pathlib import Path

from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import parse_document, replace_file
from lint_runtime.lifecycle import embedded as embedded
from lint_runtime.lifecycle.embedded import TABLE
from lint_runtime.lifecycle.feed import is_feed
from lint_runtime.lifecycle.load import read_file
from lint_runtime.lifecycle.merge import merged
from lint_runtime.lifecycle.table_file import dump_table, read_table
from lint_runtime.lifecycle.update.embed import summary, table_source, with_table
from lint_runtime.lifecycle.update.refresh import Known, Refresh, summarize_changes
from lint_runtime.text import quoted


class UnusableDestinationError(Exception):
    """A place where no table can be written. The text says why."""


class TableFile:
    """A file for `lint-runtime --table`."""

    def __init__(self, path: str) -> None:
        self._path = path

    def known(self) -> Known:
        """Return the embedded table with the one in the file, if that is there.

        Raises UnusableDestinationError.
        """
        if self._path in ("", "-"):
            raise self._error("name a file")
        folder = os.path.dirname(os.path.realpath(self._path))
        if not os.path.isdir(folder):
            raise self._error(f"there is no folder {quoted(folder)}")
        if not os.path.exists(self._path):
            return Known(TABLE)
        if not os.path.isfile(self._path):
            raise self._error("it is no file")
        try:
            document = parse_document(read_file(self._path)[0])
            if is_feed(document):
                raise self._error("it is the feed; name another file")
            table, feed = read_table(document, self._path, "")
        except OSError as error:
            raise self._error(error.strerror or str(error)) from None
        except WrongDocumentError as error:
            raise self._error(f"it is there, and no lifecycle table: {error}") from None
        # A newer embedded table has to get into the file, be the feed the same or not.
        return Known(merged(TABLE, table), feed if table.date >= TABLE.date else None)

    def write(self, refresh: Refresh) -> str:
        """Write the file, whole or not at all, and say so. Raises UnusableDestinationError."""
        text = dump_table(refresh.table, refresh.feed)
        try:
            # What nobody could read again would be in the way of every update to come.
            read_table(parse_document(text.encode()), self._path, "")
            replace_file(self._path, text.encode())
        except WrongDocumentError as error:
            raise self._error(f"the feed makes none that can be read: {error}") from None
        except OSError as error:
            raise self._error(error.strerror or str(error)) from None
        return f"wrote {quoted(self._path)}"

    def _error(self, reason: str) -> UnusableDestinationError:
        return UnusableDestinationError(f"cannot write the table to {quoted(self._path)}: {reason}")


class Package:
    """The table that the package embeds, in a clone of the repository, with a line in the changelog."""

    def __init__(self) -> None:
        self._module = Path(embedded.__file__)
        self._changelog = self._module.parents[2] / "CHANGELOG.md"

    def known(self) -> Known:
        """Return the embedded table. Raises UnusableDestinationError."""
        if not self._changelog.is_file():
            raise self._error("it has no CHANGELOG.md; this is for an editable install of a clone")
        return Known(TABLE)

    def write(self, refresh: Refresh) -> str:
        """Write the module and the changelog, and say so. Raises UnusableDestinationError."""
        paragraph = f"{summary(refresh.table).removesuffix('.')}; {summarize_changes(refresh.changes)}."
        try:
            source = table_source(refresh.table).encode()
            # The changelog has summarize_changes what is new already.
            if source == self._module.read_bytes():
                return "the embedded table is the same already"
            changelog = with_table(self._changelog.read_text(encoding="utf-8"), paragraph)
            replace_file(str(self._changelog), changelog.encode())
            replace_file(str(self._module), source)
        except OSError as error:
            raise self._error(error.strerror or str(error)) from None
        except ValueError as error:
            raise self._error(str(error)) from None
        return f"wrote {quoted(str(self._module))} and {quoted(str(self._changelog))}"

    def _error(self, reason: str) -> UnusableDestinationError:
        folder = quoted(str(self._changelog.parent))
        return UnusableDestinationError(f"cannot write the embedded table in {folder}: {reason}")
