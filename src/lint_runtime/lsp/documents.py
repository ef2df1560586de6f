"""Check the documents of the editor and the files of the workspace."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from time import perf_counter
from urllib.parse import unquote

from lsprotocol import types
from pygls.uris import from_fs_path, to_fs_path
from pygls.workspace import TextDocument

from lint_runtime.config.files import PYPROJECT, ConfigError, Listing
from lint_runtime.config.settings import FileSettings, Settings
from lint_runtime.errors import UnusableError
from lint_runtime.files import MAX_FILE, read_regular
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.neighbors import read_neighbors
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.positions import Positions
from lint_runtime.lsp.settings import EditorSettings
from lint_runtime.manifest.reader import is_manifest_name, read_manifest
from lint_runtime.rules.base import NO_NEIGHBORS, Neighbors

SLICE = 0.01
"""Seconds of work on many documents after which other messages are handled."""


@dataclass(eq=False)
class Document:
    """A Dockerfile or a `pyproject.toml`, open in the editor or on disk.

    uri: the URI, as the editor writes it
    path: the path of the file, or "" if the URI names no file
    key: the decoded path or URI, by which the document is found
    content: the document of pygls, which holds the current text, or None if the document is not open
    is_found: whether the last search for files of the workspace found the file
    text: the text when the editor last opened or changed the document
    buffer: the result of the last check, or None if the document must be checked again
    published: the rule and the line of each finding that the editor shows
    diagnostics: the findings that the editor shows, as LSP diagnostics
    result_id: an ID for `diagnostics`, which changes when they change
    is_settled: an event that is set while `diagnostics` belong to the current text
    is_typing: whether all changes since the last check look like typing
    check: the task that waits for a pause in typing and then checks the document, or None
    """

    uri: str
    content: TextDocument | None = None
    is_found: bool = False
    text: str = ""
    buffer: Buffer | None = None
    published: set[tuple[str, int]] = field(default_factory=set)
    diagnostics: list[types.Diagnostic] = field(default_factory=list)
    result_id: str = ""
    is_settled: asyncio.Event = field(default_factory=asyncio.Event)
    is_typing: bool = True
    check: "asyncio.Task[None] | None" = None

    def __post_init__(self) -> None:
        self.path = path_of(self.uri)
        # Editors encode the same URI in different ways, so decode it.
        self.key = self.path or unquote(self.uri)

    def read(self) -> bytes:
        """Return the text from the editor, or from the file if it is not open. Raises OSError."""
        if self.content:
            return self.content.source.encode("utf-8", "surrogatepass")
        # Read one byte more than the limit, so that the linter reports a file over the limit.
        return read_regular(self.path, MAX_FILE + 1)

    def stop(self) -> None:
        """Cancel the task that waits for a pause in typing."""
        if self.check:
            self.check.cancel()


def path_of(uri: str) -> str:
    """Return the path in a file URI. Returns "" for other URIs."""
    path = to_fs_path(uri)
    return os.path.normpath(path) if path else ""


def uri_of(path: str) -> str:
    """Return the URI of the file at a path."""
    return from_fs_path(path) or ""


class Documents:
    """All documents, and the settings, configurations and lifecycle data to check them with.

    settings: the settings of the editor
    encoding: the position encoding of the editor
    by_key: the documents, keyed by `Document.key`
    configurations: maps the path of each configuration file in use to its error, or to None if valid
    problems: other error messages, as keys of a dict to keep their order
    tables: maps the source of the lifecycle data in use to the date of the data
    """

    def __init__(self, clock: Callable[[], date], show_error: Callable[[str], None]) -> None:
        self.settings = EditorSettings()
        self.encoding: types.PositionEncodingKind | str = types.PositionEncodingKind.Utf16
        self._clock = clock
        self._show_error = show_error
        self.by_key: dict[str, Document] = {}
        self.reload()

    def reload(self) -> None:
        """Forget all results, configuration files and lifecycle data. The next check reads them again."""
        self._settings: Settings | None = None
        self.configurations: dict[str, ConfigError | None] = {}
        self.problems: dict[str, None] = {}
        self.tables: dict[str, date] = {}
        for document in self:
            document.buffer = None

    def __iter__(self) -> Iterator[Document]:
        return iter([*self.by_key.values()])

    @property
    def known(self) -> Snapshot:
        """The lifecycle data for files without a configuration file. Raises UnusableError."""
        return self._configuration().default.table.as_of(self.settings.as_of or self._clock())

    @property
    def table_paths(self) -> set[str]:
        """The absolute paths of the lifecycle data files in the settings, including unreadable files."""
        own = {self.settings.overrides["table"]} if "table" in self.settings.overrides else set()
        return {os.path.abspath(path) for path in (self._settings.tables if self._settings else own)}

    def _configuration(self) -> Settings:
        if self._settings is None:
            self._settings = Settings(self.settings.overrides)
        return self._settings

    def get(self, uri: str) -> Document | None:
        """Return the document with a URI, or None if there is none."""
        return self.by_key.get(path_of(uri) or unquote(uri))

    def add(self, uri: str) -> Document:
        """Return the document with a URI. Adds the document if it is new."""
        return self.by_key.setdefault(path_of(uri) or unquote(uri), Document(uri))

    def affected_by(self, path: str) -> list[Document]:
        """Return the checked documents whose neighbors have changed, except the document at `path`.

        Neighbors are the files that a text was compared with, such as the manifest next to a Dockerfile.
        Marks the returned documents to be checked again.

        path: the path of the file that changed, or "" if only the text of open documents has changed
        """
        affected = []
        for other in self:
            buffer, directory = other.buffer, os.path.dirname(other.path)
            if buffer is None or other.path == path:
                continue
            # Skip a document whose own text has changed: it is checked after a pause in typing.
            if other.content and other.content.source != buffer.text:
                continue
            # Skip files that are not open and not near the changed file: reading the neighbors of all
            # files would take long.
            neighbors = {
                os.path.normpath(os.path.join(directory, name)) for name in buffer.neighbors.contents
            }
            is_near = other.content or path in neighbors or os.path.dirname(path) == directory
            if is_near and self._is_stale(other):
                other.buffer = None
                affected.append(other)
        return affected

    async def in_slices(self) -> AsyncIterator[Document]:
        """Yield the documents, with pauses in which other messages are handled."""
        started = perf_counter()
        for document in self:
            yield document
            if perf_counter() - started > SLICE:
                # Not sleep(0): reading a message takes several turns of the event loop.
                await asyncio.sleep(SLICE / 5)
                started = perf_counter()

    def check(self, document: Document) -> Buffer | None:
        """Return the result for the current text of a document. Reuses the last result if nothing changed.

        Returns None if the document is excluded or unreadable, if its configuration is invalid, or if
        it is a `pyproject.toml` without an Astro manifest.
        """
        if document.buffer and not (document.content and self._is_stale(document)):
            return document.buffer
        document.buffer = None
        path = document.path
        messages: Iterable[str] = ()
        try:
            data = document.read()
            if path and is_manifest_name(path) and read_manifest(data) is None:
                return None
            files = self._configuration()
            messages = files.warnings
            applied = files.of(path) if path else files.default
            if applied:
                document.buffer = self._lint(document, data, applied)
        except OSError:
            return None
        except ConfigError as error:
            self.configurations[error.path] = error
            messages = error.messages
        except UnusableError as error:
            messages = error.messages
            self.problems.update(dict.fromkeys(messages))
        for message in messages if document.content else ():
            self._show_error(message)
        return document.buffer

    def _lint(self, document: Document, data: bytes, applied: FileSettings) -> Buffer:
        config, file, table = applied
        if file:
            self.configurations[file.path] = None
        self.tables[table.source] = table.date
        known = table.as_of(self.settings.as_of or self._clock())
        neighbors = self._neighbors(document.path, data)
        report = lint_file(data, document.path, config, known, neighbors=neighbors)
        # Use the editor's text of an open document: decoding `data` would change any lone surrogates.
        # In a file on disk, keep bytes that are not UTF-8 as surrogates.
        text = document.content.source if document.content else data.decode("utf-8", "surrogateescape")
        if not text.strip("\ufeff \t\r\n"):
            # Report nothing in an empty file: a new file is empty until somebody types.
            report = report._replace(diagnostics=())
        positions = Positions(text, self.encoding)
        return Buffer(document.uri, text, positions, report, config, known, self.settings, neighbors)

    def _is_stale(self, document: Document) -> bool:
        """Whether the text of a document or of its neighbors has changed since the last check."""
        buffer = document.buffer
        if buffer is None or (document.content and document.content.source != buffer.text):
            return True
        data = buffer.text.encode("utf-8", "surrogatepass")
        return self._neighbors(document.path, data) != buffer.neighbors

    def _neighbors(self, path: str, data: bytes) -> Neighbors:
        if not path:
            return NO_NEIGHBORS
        return read_neighbors(path, data, self._is_linted, self._look_in, self._read)

    def _is_linted(self, path: str) -> bool:
        return os.path.normpath(path) in self.by_key

    def _look_in(self, directory: str) -> Listing:
        """Return what a directory contains, including a new `pyproject.toml` that is not saved yet."""
        listing = self._configuration().look_in(directory)
        is_new = self._is_linted(os.path.join(directory, PYPROJECT))
        return listing._replace(has_pyproject=listing.has_pyproject or is_new)

    def _read(self, path: str, limit: int) -> bytes:
        """Return the content of a file, from the editor if the file is open.

        limit: the maximum number of bytes to read from the file
        """
        document = self.by_key.get(os.path.normpath(path))
        return document.read() if document and document.content else read_regular(path, limit)


def is_typed(before: str, after: str) -> bool:
    """Whether a change inserts or deletes up to three characters within a line, as typing does."""
    shorter, longer = sorted((before, after), key=len)
    count = len(longer) - len(shorter)
    if not 0 < count <= 3:
        return False
    pairs = enumerate(zip(shorter, longer, strict=False))
    start = next((index for index, (old, new) in pairs if old != new), len(shorter))
    end = start + count
    return longer[end:] == shorter[start:] and not {"\n", "\r"} & {*longer[start:end]}
