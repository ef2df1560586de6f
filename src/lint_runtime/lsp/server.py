"""Manage open buffers and editor settings, and answer editor requests."""

import asyncio
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any
from urllib.parse import unquote

from lsprotocol import types
from pygls.io_ import run_async
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path, uri_scheme
from pygls.workspace import TextDocument

from lint_runtime.config.files import ConfigError
from lint_runtime.config.settings import FileSettings, Settings
from lint_runtime.errors import UnusableError
from lint_runtime.files import read_regular
from lint_runtime.linter.discovery import is_linted_name
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.neighbors import read_neighbors
from lint_runtime.lsp import actions, completion, hints, hover
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.parent import end_with
from lint_runtime.lsp.positions import Positions
from lint_runtime.lsp.protocol import Protocol
from lint_runtime.lsp.publish import config_diagnostics, lsp_diagnostic
from lint_runtime.lsp.settings import EditorSettings, read_settings
from lint_runtime.manifest.detection import is_manifest_name
from lint_runtime.manifest.reader import read_manifest
from lint_runtime.rules.base import NO_NEIGHBORS, Neighbors
from lint_runtime.version import __version__

NAME = "lint-runtime"
_WATCHED = ("**/.lint-runtime.toml", "**/pyproject.toml")

PAUSE = 0.25
"""Seconds without a change after which a document is checked."""

LONG_PAUSE = 2.0
"""Seconds without a change after which findings about text that is being typed are shown."""

_REQUESTS: tuple[tuple[str, Callable[[Buffer, Any], object], object, object], ...] = (
    (types.TEXT_DOCUMENT_CODE_ACTION, actions.code_actions, [], actions.OPTIONS),
    (types.TEXT_DOCUMENT_HOVER, hover.hover_at, None, None),
    (types.TEXT_DOCUMENT_COMPLETION, completion.completions, completion.NOTHING, completion.OPTIONS),
    (types.TEXT_DOCUMENT_INLAY_HINT, hints.inlay_hints, [], None),
    (types.TEXT_DOCUMENT_DOCUMENT_LINK, hints.document_links, [], None),
)
"""The supported requests, with their handlers, empty answers and options."""


@dataclass
class _Document:
    """An open Dockerfile or `pyproject.toml`, before and after it is checked.

    content: the document of pygls, which holds the current text
    text: the text at the last notification
    buffer: the result of the last check, or None
    published: the rule and the line of each published finding
    is_typing: whether all changes since the last check look typed
    check: the task that waits for a pause, or None
    """

    content: TextDocument
    text: str
    buffer: Buffer | None = None
    published: set[tuple[str, int]] = field(default_factory=set)
    is_typing: bool = True
    check: "asyncio.Task[None] | None" = None

    def stop(self) -> None:
        """Stop waiting for a pause."""
        if self.check:
            self.check.cancel()


class Server(LanguageServer):
    """A language server for Dockerfiles and Astro manifests. `clock` returns the current UTC day.

    exit_code: the exit code of the process: 1 if the editor sent `exit` without `shutdown`
    """

    def __init__(self, clock: Callable[[], date]) -> None:
        super().__init__(
            NAME,
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=Protocol,
        )
        self.exit_code = 0
        self._clock = clock
        self._initial_options: dict[str, Any] = {}
        self._editor_settings = EditorSettings()
        self._settings: Settings | None = None
        # Keyed by the decoded URI: editors encode the same URI in different ways.
        self._documents: dict[str, _Document] = {}
        self._broken_configs: set[str] = set()
        self._shown_errors: set[str] = set()
        notifications: dict[str, Callable[..., object]] = {
            types.INITIALIZE: Server._initialize,
            types.INITIALIZED: Server._initialized,
            types.TEXT_DOCUMENT_DID_OPEN: Server._open,
            types.TEXT_DOCUMENT_DID_CHANGE: Server._change,
            types.TEXT_DOCUMENT_DID_CLOSE: Server._close,
            # Reload on every save: some editors don't watch configuration files.
            types.TEXT_DOCUMENT_DID_SAVE: Server._reload,
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: Server._reload,
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: Server._configure,
            types.EXIT: Server._exit,
        }
        # Bound methods don't work here: pygls sets attributes on handlers.
        for method, handler in notifications.items():
            self.feature(method)(partial(handler, self))
        for method, answer, empty, options in _REQUESTS:
            self.feature(method, options)(partial(Server._answer, self, answer, empty))

    def start_tcp(self, host: str, port: int) -> None:
        """Serve the first editor that connects to a port, until it disconnects."""

        async def serve() -> None:
            connection: asyncio.Future[tuple[asyncio.StreamReader, asyncio.StreamWriter]]
            connection = asyncio.get_running_loop().create_future()

            def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                if connection.done():
                    writer.close()
                else:
                    connection.set_result((reader, writer))

            listener = await asyncio.start_server(connect, host, port)
            reader, writer = await connection
            listener.close()
            self.protocol.set_writer(writer)
            await run_async(Event(), reader, self.protocol, error_handler=self.report_server_error)
            writer.close()

        # pygls raises SystemExit after `exit`.
        with suppress(SystemExit, ConnectionError, asyncio.IncompleteReadError):
            asyncio.run(serve())

    def _initialize(self, params: types.InitializeParams) -> None:
        if isinstance(params.initialization_options, dict):
            self._initial_options = params.initialization_options
            self._use(self._initial_options)
        if params.process_id is not None:
            end_with(params.process_id)

    async def _initialized(self, _params: types.InitializedParams) -> None:
        """Ask the editor to report changes of settings and configuration files. Request its settings."""
        workspace = self.client_capabilities.workspace
        registrations = []
        watching = workspace.did_change_watched_files if workspace else None
        if watching and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            files = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registrations.append(
                types.Registration(f"{NAME}-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, files)
            )
        configuring = workspace.did_change_configuration if workspace else None
        if configuring and configuring.dynamic_registration:
            section = types.DidChangeConfigurationRegistrationOptions(NAME)
            registrations.append(
                types.Registration(f"{NAME}-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section)
            )
        if registrations:
            with suppress(Exception):
                await self.client_register_capability_async(types.RegistrationParams(registrations))
        await self._configure(types.DidChangeConfigurationParams(settings=None))

    async def _configure(self, params: types.DidChangeConfigurationParams) -> None:
        """Apply the settings from `params` or the editor, and recheck all documents."""
        workspace = self.client_capabilities.workspace
        settings = params.settings.get(NAME) if isinstance(params.settings, dict) else None
        if not isinstance(settings, dict) and workspace and workspace.configuration:
            item = types.ConfigurationItem(section=NAME)
            with suppress(Exception):
                (settings,) = await self.workspace_configuration_async(types.ConfigurationParams([item]))
        if isinstance(settings, dict):
            # Settings override initialization options.
            self._use({**self._initial_options, **settings})
            self._reload()

    def _reload(self, _params: object = None) -> None:
        """Read settings and configuration files again, and recheck all documents."""
        self._settings = None
        self._shown_errors.clear()
        broken = self._broken_configs
        self._broken_configs = set()
        for document in self._documents.values():
            document.stop()
            document.buffer = None
            self._publish(document)
        for uri in broken - self._broken_configs:
            manifest = self._documents.get(unquote(uri))
            if manifest is None or not manifest.published:
                self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))
        workspace = self.client_capabilities.workspace
        if workspace and workspace.inlay_hint and workspace.inlay_hint.refresh_support:
            self.workspace_inlay_hint_refresh(None)

    def _use(self, options: dict[str, Any]) -> None:
        """Read the settings of the editor, and show new problems in them."""
        known = self._editor_settings.problems
        self._editor_settings = read_settings(options)
        for problem in self._editor_settings.problems:
            if problem not in known:
                self._show_error(problem)

    def _exit(self, _params: object) -> None:
        self.exit_code = 0 if self.protocol._shutdown else 1

    def _open(self, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        scheme = (uri_scheme(item.uri) or "").lower()
        name = re.split("[/:]", unquote(item.uri))[-1]
        is_cell = self.workspace.get_notebook_document(cell_uri=item.uri) is not None
        # Other schemes hold text that nobody builds, such as old versions of a file.
        if scheme not in ("file", "untitled") or is_cell:
            return
        # Without a path, the text would be read as a Dockerfile.
        is_linted = is_linted_name(name) and not (is_manifest_name(name) and scheme == "untitled")
        if item.language_id.lower() == "dockerfile" or is_linted:
            content = self.workspace.get_text_document(item.uri)
            document = self._documents[unquote(item.uri)] = _Document(content, item.text)
            self._publish_together(self._affected_by(document))

    def _change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Check a document after a pause."""
        document = self._documents.get(unquote(params.text_document.uri))
        if document is None:
            return
        before, document.text = document.text, document.content.source
        document.is_typing &= is_typed(before, document.text)
        document.stop()
        document.check = asyncio.get_running_loop().create_task(self._check_after_pause(document))

    async def _check_after_pause(self, document: _Document) -> None:
        await asyncio.sleep(PAUSE)
        # pygls reports errors of handlers only.
        try:
            documents = self._affected_by(document)
            is_complete = self._publish_together(documents, hold_new=document.is_typing)
            if not is_complete:
                await asyncio.sleep(LONG_PAUSE - PAUSE)
                self._publish_together(documents)
        except Exception as error:
            self.report_server_error(error, None)

    def _close(self, params: types.DidCloseTextDocumentParams) -> None:
        if document := self._documents.pop(unquote(params.text_document.uri), None):
            document.stop()
            affected = self._affected_by(document)[1:]
            if document.content.uri not in self._broken_configs:
                empty = types.PublishDiagnosticsParams(document.content.uri, [])
                self.text_document_publish_diagnostics(empty)
            self._publish_together(affected)

    def _affected_by(self, document: _Document) -> list[_Document]:
        """Return a document and the open documents whose neighbors have changed."""
        affected = [document]
        for other in self._documents.values():
            # A document whose own text has changed waits for its own pause.
            is_settled = other.buffer and other.buffer.text == other.content.source
            if other is not document and is_settled and self._is_stale(other):
                affected.append(other)
        return affected

    def _publish_together(self, documents: list[_Document], *, hold_new: bool = False) -> bool:
        """Send the findings of documents. Returns whether all were sent."""
        sent = [self._publish(document, hold_new=hold_new) for document in documents]
        return all(sent)

    def _publish(self, document: _Document, *, hold_new: bool = False) -> bool:
        """Send the findings of a document. Returns whether all were sent.

        hold_new: whether to send only findings that are published already
        """
        buffer = self._buffer(document)
        content = document.content
        if buffer is None and is_manifest_name(unquote(content.uri)):
            # Another project's file has no findings. Publish only to clear old ones, and never over
            # configuration errors in the file.
            was_empty, document.published = not document.published, set()
            if was_empty or content.uri in self._broken_configs:
                return True
        findings = buffer.report.diagnostics if buffer else ()
        sent = [
            finding
            for finding in findings
            if not hold_new or (finding.rule, finding.line) in document.published
        ]
        document.is_typing = True
        document.published = {(finding.rule, finding.line) for finding in sent}
        diagnostics = [lsp_diagnostic(finding, buffer) for finding in sent] if buffer else []
        params = types.PublishDiagnosticsParams(content.uri, diagnostics, content.version)
        self.text_document_publish_diagnostics(params)
        return len(sent) == len(findings)

    def _answer(self, answer: Callable[[Buffer, Any], object], empty: object, params: Any) -> object:
        """Answer a request. Returns `empty` on errors and for unchecked documents."""
        # Catch all errors: pygls would send a traceback to the editor.
        try:
            document = self._documents.get(unquote(params.text_document.uri))
            buffer = self._buffer(document) if document else None
            return answer(buffer, params) if buffer else empty
        except Exception as error:
            self.report_server_error(error, None)
            return empty

    def _buffer(self, document: _Document) -> Buffer | None:
        """Check the current text of a document.

        Returns None if it is excluded or misconfigured, or the `pyproject.toml` of another project.
        """
        text, uri = document.content.source, document.content.uri
        if document.buffer and not self._is_stale(document):
            return document.buffer
        document.buffer = None
        path, data = to_fs_path(uri) or None, text.encode("utf-8", "surrogatepass")
        if path and is_manifest_name(path) and read_manifest(data) is None:
            return None
        try:
            applied = self._applied(path)
        except UnusableError as error:
            for message in error.messages:
                self._show_error(message)
            if isinstance(error, ConfigError):
                self._publish_config_error(error)
            return None
        for warning in self._settings.warnings if self._settings else ():
            self._show_error(warning)
        if applied is None:
            return None
        config, _, table = applied
        known = table.as_of(self._editor_settings.as_of or self._clock())
        neighbors = self._neighbors(path, data)
        report = lint_file(data, path or "Dockerfile", config, known, neighbors=neighbors)
        if not text.strip("\ufeff \t\r\n"):
            # A new file is empty until somebody types.
            report = report._replace(diagnostics=())
        positions = Positions(text, self.workspace.position_encoding or types.PositionEncodingKind.Utf16)
        shows_hints = self._editor_settings.shows_hints
        document.buffer = Buffer(uri, text, positions, report, config, known, shows_hints, neighbors)
        return document.buffer

    def _is_stale(self, document: _Document) -> bool:
        """Return whether the text of a checked document, or of its neighbors, has changed."""
        buffer, text = document.buffer, document.content.source
        if buffer is None or buffer.text != text:
            return True
        return (
            self._neighbors(to_fs_path(buffer.uri), text.encode("utf-8", "surrogatepass"))
            != buffer.neighbors
        )

    def _neighbors(self, path: str | None, data: bytes) -> Neighbors:
        def is_linted(path: str) -> bool:
            return self._document_at(path) is not None

        return read_neighbors(path, data, is_linted, self._read) if path else NO_NEIGHBORS

    def _read(self, path: str, limit: int) -> bytes:
        """Return the content of a file: the text in the editor if it is open."""
        document = self._document_at(path)
        if document:
            return document.content.source.encode("utf-8", "surrogatepass")
        return read_regular(path, limit)

    def _document_at(self, path: str) -> _Document | None:
        """Return the open document of a file, if any."""
        path = os.path.normpath(path)
        for document in self._documents.values():
            if os.path.normpath(to_fs_path(document.content.uri) or "") == path:
                return document
        return None

    def _applied(self, path: str | None) -> FileSettings | None:
        """Return the settings of a file, or None if the file is excluded."""
        if self._settings is None:
            self._settings = Settings(self._editor_settings.overrides)
        return self._settings.default if path is None else self._settings.of(path)

    def _publish_config_error(self, error: ConfigError) -> None:
        """Show the problems of a configuration file in that file, unless they are shown."""
        open_files = (content.uri for content in self.workspace.text_documents.values())
        own_uri = Path(error.path).absolute().as_uri()
        # If the file is open, encode the URI as the editor does.
        uri = next((uri for uri in open_files if unquote(uri) == unquote(own_uri)), own_uri)
        if uri not in self._broken_configs:
            self._broken_configs.add(uri)
            params = types.PublishDiagnosticsParams(uri, config_diagnostics(error))
            self.text_document_publish_diagnostics(params)

    def _show_error(self, message: str) -> None:
        """Show an error message, unless it was already shown since the last reload."""
        if message not in self._shown_errors:
            self._shown_errors.add(message)
            params = types.ShowMessageParams(types.MessageType.Error, f"lint-runtime: {message}")
            self.window_show_message(params)

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ARG002
        """Write the first line of an error to the editor's log."""
        text = f"{type(error).__name__}: {error}".partition("\n")[0]
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"lint-runtime: {text}"))


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
