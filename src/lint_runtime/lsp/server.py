"""Manage open buffers and editor settings, and answer editor requests."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import unquote

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from lint_runtime.config.settings import FileSettings, Settings
from lint_runtime.errors import UnusableError
from lint_runtime.linter.engine import lint_file
from lint_runtime.lsp import actions, completion, hints, hover
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.positions import Positions
from lint_runtime.lsp.publish import lsp_diagnostic
from lint_runtime.text import parse_day
from lint_runtime.version import __version__

NAME = "lint-runtime"
_WATCHED = ("**/.lint-runtime.toml", "**/pyproject.toml")

_REQUESTS: tuple[tuple[str, Callable[[Buffer, Any], object], object, object], ...] = (
    (types.TEXT_DOCUMENT_CODE_ACTION, actions.code_actions, [], actions.OPTIONS),
    (types.TEXT_DOCUMENT_HOVER, hover.hover_at, None, None),
    (types.TEXT_DOCUMENT_COMPLETION, completion.completions, completion.NOTHING, completion.OPTIONS),
    (types.TEXT_DOCUMENT_INLAY_HINT, hints.inlay_hints, [], None),
    (types.TEXT_DOCUMENT_DOCUMENT_LINK, hints.document_links, [], None),
)
"""The supported requests, with their handlers, empty answers and options."""


class Server(LanguageServer):
    """A language server for Dockerfiles. `clock` returns the current UTC day."""

    def __init__(self, clock: Callable[[], date]) -> None:
        super().__init__(NAME, __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self._clock = clock
        self._initial_options: dict[str, Any] = {}
        self._options: dict[str, Any] = {}
        self._settings: Settings | None = None
        self._buffers: dict[str, Buffer] = {}
        self._waiting: set[str] = set()
        self._shown_errors: set[str] = set()
        notifications: dict[str, Callable[..., object]] = {
            types.INITIALIZE: Server._initialize,
            types.INITIALIZED: Server._initialized,
            types.TEXT_DOCUMENT_DID_OPEN: Server._check,
            types.TEXT_DOCUMENT_DID_CHANGE: Server._change,
            types.TEXT_DOCUMENT_DID_CLOSE: Server._check,
            # Reload on every save: some editors don't watch configuration files.
            types.TEXT_DOCUMENT_DID_SAVE: Server._reload,
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: Server._reload,
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: Server._configure,
        }
        # Bound methods don't work here: pygls sets attributes on handlers.
        for method, handler in notifications.items():
            self.feature(method)(partial(handler, self))
        for method, answer, empty, options in _REQUESTS:
            self.feature(method, options)(partial(Server._answer, self, answer, empty))

    def _initialize(self, params: types.InitializeParams) -> None:
        given = params.initialization_options
        self._initial_options = self._options = given if isinstance(given, dict) else {}

    async def _initialized(self, _params: types.InitializedParams) -> None:
        """Ask the editor to watch configuration files, and request its settings."""
        workspace = self.client_capabilities.workspace
        watching = workspace.did_change_watched_files if workspace else None
        if watching and watching.dynamic_registration:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registration = types.Registration(NAME, types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            with suppress(Exception):
                await self.client_register_capability_async(types.RegistrationParams([registration]))
        await self._configure(types.DidChangeConfigurationParams(settings=None))

    async def _configure(self, params: types.DidChangeConfigurationParams) -> None:
        """Apply the settings from `params` or the editor, and recheck all buffers."""
        workspace = self.client_capabilities.workspace
        settings = params.settings.get(NAME) if isinstance(params.settings, dict) else None
        if not isinstance(settings, dict) and workspace and workspace.configuration:
            item = types.ConfigurationItem(section=NAME)
            with suppress(Exception):
                (settings,) = await self.workspace_configuration_async(types.ConfigurationParams([item]))
        if isinstance(settings, dict):
            # Settings override initialization options.
            self._options = {**self._initial_options, **settings}
            self._reload()

    def _reload(self, _params: object = None) -> None:
        """Reload configuration files, and recheck all buffers."""
        self._settings = None
        self._shown_errors.clear()
        self._buffers.clear()
        for document in list(self.workspace.text_documents.values()):
            self._publish(document.uri)

    def _check(self, params: types.DidOpenTextDocumentParams | types.DidCloseTextDocumentParams) -> None:
        self._publish(params.text_document.uri)

    async def _change(self, params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        if uri not in self._waiting:
            self._waiting.add(uri)
            # Wait briefly: a burst of changes needs only one check.
            await asyncio.sleep(0.01)
            self._waiting.discard(uri)
            self._publish(uri)

    def _publish(self, uri: str) -> None:
        """Send the findings of a document, or an empty list if it is closed."""
        buffer = self._buffer(uri)
        findings = (
            [lsp_diagnostic(finding, buffer) for finding in buffer.report.diagnostics] if buffer else []
        )
        document = self.workspace.text_documents.get(unquote(uri))
        version = document.version if document else None
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, findings, version))

    def _answer(self, answer: Callable[[Buffer, Any], object], empty: object, params: Any) -> object:
        """Answer a request. Returns `empty` on errors and for unchecked documents."""
        # Catch all errors: pygls would send a traceback to the editor.
        try:
            buffer = self._buffer(params.text_document.uri)
            return answer(buffer, params) if buffer else empty
        except Exception as error:
            self.report_server_error(error, None)
            return empty

    def _buffer(self, uri: str) -> Buffer | None:
        """Return a checked buffer, or None if closed, excluded or misconfigured."""
        # The keys of text_documents are unquoted URIs.
        document = self.workspace.text_documents.get(unquote(uri))
        if document is None:
            self._buffers.pop(uri, None)
            return None
        buffer = self._buffers.get(uri)
        if buffer and buffer.text == document.source:
            return buffer
        path = to_fs_path(uri)
        try:
            applied = self._applied(path)
        except UnusableError as error:
            for message in error.messages:
                self._show_error(message)
            return None
        for warning in self._settings.warnings if self._settings else ():
            self._show_error(warning)
        if applied is None:
            return None
        config, _, table = applied
        as_of, today = self._options.get("asOf"), None
        if isinstance(as_of, str) and as_of:
            today = parse_day(as_of)
            if today is None:
                self._show_error(f"invalid asOf {as_of!r} (expected YYYY-MM-DD)")
        known = table.as_of(today or self._clock())
        text = document.source
        report = lint_file(text.encode("utf-8", "surrogatepass"), path or "Dockerfile", config, known)
        positions = Positions(text, self.workspace.position_encoding or types.PositionEncodingKind.Utf16)
        shows_hints = self._options.get("inlayHints") is not False
        buffer = Buffer(uri, text, positions, report, config, known, shows_hints)
        self._buffers[uri] = buffer
        return buffer

    def _applied(self, path: str | None) -> FileSettings | None:
        """Return the settings of a file, or None if the file is excluded."""
        if self._settings is None:
            table, warn_within = self._options.get("table"), self._options.get("warnWithin")
            overrides: dict[str, str | int] = {}
            if isinstance(table, str) and table:
                overrides["table"] = table
            if type(warn_within) is int and warn_within >= 0:
                overrides["warn_within"] = warn_within
            self._settings = Settings(overrides)
        return self._settings.default if path is None else self._settings.of(path)

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
