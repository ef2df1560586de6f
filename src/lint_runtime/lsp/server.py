"""The server: which buffers are open, by which settings they are checked, and who asks for what."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from lint_runtime import __version__
from lint_runtime.api import Applied, Settings, UnusableError, check, open_settings
from lint_runtime.lsp import actions, completion, hints
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.diagnostics import diagnostics_of
from lint_runtime.lsp.hover import hover_at
from lint_runtime.lsp.positions import Positions

_T = TypeVar("_T")

NAME = "lint-runtime"
_DELAY = 0.01
"""Seconds to wait for further changes before a buffer is checked."""

_WATCHED = ("**/.lint-runtime.toml", "**/pyproject.toml")


class Server(LanguageServer):
    """A language server for Dockerfiles. `clock` returns the day, UTC."""

    def __init__(self, clock: Callable[[], date]) -> None:
        super().__init__(NAME, __version__, text_document_sync_kind=types.TextDocumentSyncKind.Full)
        self._clock = clock
        self._given_at_start: dict[str, Any] = {}
        self._options: dict[str, Any] = {}
        self._settings: Settings | None = None
        self._buffers: dict[str, Buffer] = {}
        self._waiting: set[str] = set()
        self._said: set[str] = set()

    def begin(self, options: object) -> None:
        """Take the initialization options, which hold until a setting says something else."""
        self._given_at_start = options if isinstance(options, dict) else {}
        self._options = self._given_at_start

    def configure(self, options: dict[str, Any]) -> None:
        """Take the settings of the editor: `table`, `asOf`, `warnWithin` and `inlayHints`."""
        self._options = {**self._given_at_start, **options}
        self.forget_settings()

    def forget_settings(self) -> None:
        """Read configuration files again when they are next needed, and check every buffer."""
        self._settings = None
        self._said.clear()
        self._buffers.clear()
        for uri in list(self.workspace.text_documents):
            self.publish(uri)

    @property
    def shows_hints(self) -> bool:
        """Whether to write behind images until when they are maintained."""
        return self._options.get("inlayHints") is not False

    def buffer(self, uri: str) -> Buffer | None:
        """Return an open buffer, checked; None if it is not open, or its configuration excludes it."""
        document = self.workspace.text_documents.get(uri)
        if document is None:
            return None
        known = self._buffers.get(uri)
        if known is None or known.version != document.version or known.text != document.source:
            checked = self._checked(uri, document.source, document.version)
            if checked is None:
                self._buffers.pop(uri, None)
                return None
            known = self._buffers[uri] = checked
        return known

    def _checked(self, uri: str, text: str, version: int | None) -> Buffer | None:
        path = to_fs_path(uri) if uri.startswith("file:") else None
        try:
            applied = self._applied(path)
        except UnusableError as error:
            for message in error.messages:
                self._say(message)
            return None
        if applied is None:
            return None
        config, _, table = applied
        result = check(text, path or "Dockerfile", today=self._today(), config=config, table=table)
        encoding = self.workspace.position_encoding or types.PositionEncodingKind.Utf16
        return Buffer(uri, text, version, Positions(text, encoding), result)

    def _applied(self, path: str | None) -> Applied | None:
        """Return what applies to a buffer; None if it is excluded. Raises UnusableError."""
        if self._settings is None:
            self._settings = open_settings(
                table=self._text_option("table"), warn_within=self._warn_within()
            )
        return self._settings.plain if path is None else self._settings.of(path)

    def _text_option(self, name: str) -> str | None:
        value = self._options.get(name)
        return value if isinstance(value, str) and value else None

    def _warn_within(self) -> int | None:
        value = self._options.get("warnWithin")
        return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None

    def _today(self) -> date:
        given = self._text_option("asOf")
        if given:
            try:
                return date.fromisoformat(given)
            except ValueError:
                self._say(f"invalid asOf {given!r} (expected YYYY-MM-DD)")
        return self._clock()

    def _say(self, message: str) -> None:
        """Show a message, once until the settings change."""
        if message not in self._said:
            self._said.add(message)
            self.window_show_message(
                types.ShowMessageParams(types.MessageType.Error, f"lint-runtime: {message}")
            )

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ARG002
        """Write what went wrong into the log of the editor, where it keeps nobody from typing."""
        text = f"{type(error).__name__}: {error}".partition("\n")[0]
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"lint-runtime: {text}"))

    def answer(
        self, document: types.TextDocumentIdentifier, ask: Callable[[Buffer], _T], otherwise: _T
    ) -> _T:
        """Return what `ask` says of a buffer; `otherwise` if it is not checked or something goes wrong."""
        # The library would send the client a traceback.
        try:
            buffer = self.buffer(document.uri)
            return ask(buffer) if buffer else otherwise
        except Exception as error:
            self.report_server_error(error, None)
            return otherwise

    def publish_soon(self, uri: str) -> None:
        """Check a buffer once no further change follows at once."""
        if uri not in self._waiting:
            self._waiting.add(uri)
            asyncio.get_running_loop().call_later(_DELAY, self._publish_waiting, uri)

    def _publish_waiting(self, uri: str) -> None:
        self._waiting.discard(uri)
        self.publish(uri)

    def publish(self, uri: str) -> None:
        """Send the findings in a buffer; none if it is not open."""
        buffer = self.buffer(uri)
        found = diagnostics_of(buffer) if buffer else []
        document = self.workspace.text_documents.get(uri)
        version = document.version if document else None
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found, version))

    def close(self, uri: str) -> None:
        """Forget a buffer, and what was found in it."""
        self._buffers.pop(uri, None)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))


def make_server(clock: Callable[[], date]) -> Server:
    """Return a server that answers every request it offers."""
    server = Server(clock)
    _synchronize(server)
    _answer(server)
    return server


def _synchronize(server: Server) -> None:
    """Have the server follow buffers, settings and configuration files."""

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        server.begin(params.initialization_options)

    @server.feature(types.INITIALIZED)
    async def initialized(_params: types.InitializedParams) -> None:
        await _watch(server)
        await _pull_settings(server)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def did_open(params: types.DidOpenTextDocumentParams) -> None:
        server.publish(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    async def did_change(params: types.DidChangeTextDocumentParams) -> None:
        server.publish_soon(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def did_save(_params: types.DidSaveTextDocumentParams) -> None:
        # An editor that watches no files may have saved a configuration.
        server.forget_settings()

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def did_close(params: types.DidCloseTextDocumentParams) -> None:
        server.close(params.text_document.uri)

    @server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def did_change_files(_params: types.DidChangeWatchedFilesParams) -> None:
        server.forget_settings()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def did_change_configuration(params: types.DidChangeConfigurationParams) -> None:
        given = params.settings
        if isinstance(given, dict) and isinstance(given.get(NAME), dict):
            server.configure(given[NAME])
        else:
            await _pull_settings(server)


async def _watch(server: Server) -> None:
    """Ask the editor to report changes of configuration files."""
    workspace = server.client_capabilities.workspace
    watching = workspace.did_change_watched_files if workspace else None
    if watching and watching.dynamic_registration:
        options = types.DidChangeWatchedFilesRegistrationOptions(
            [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
        )
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = types.Registration(NAME, method, options)
        with suppress(Exception):
            await server.client_register_capability_async(types.RegistrationParams([registration]))


async def _pull_settings(server: Server) -> None:
    """Ask the editor for its settings, if it answers such questions."""
    workspace = server.client_capabilities.workspace
    if workspace and workspace.configuration:
        item = types.ConfigurationItem(section=NAME)
        with suppress(Exception):
            (given,) = await server.workspace_configuration_async(types.ConfigurationParams([item]))
            if isinstance(given, dict):
                server.configure(given)


def _answer(server: Server) -> None:
    """Have the server answer requests about buffers."""

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION,
        types.CodeActionOptions(
            code_action_kinds=[
                types.CodeActionKind.QuickFix,
                types.CodeActionKind.RefactorRewrite,
                actions.FIX_ALL,
            ]
        ),
    )
    def code_action(params: types.CodeActionParams) -> list[types.CodeAction]:
        def answer(buffer: Buffer) -> list[types.CodeAction]:
            return list(_wanted(actions.actions_in(buffer, params.range), params.context.only))

        return server.answer(params.text_document, answer, [])

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    def hover(params: types.HoverParams) -> types.Hover | None:
        return server.answer(params.text_document, lambda buffer: hover_at(buffer, params.position), None)

    @server.feature(
        types.TEXT_DOCUMENT_COMPLETION,
        types.CompletionOptions(trigger_characters=list(completion.TRIGGERS)),
    )
    def complete(params: types.CompletionParams) -> types.CompletionList:
        def answer(buffer: Buffer) -> list[types.CompletionItem]:
            return completion.completions_at(buffer, params.position)

        nothing: list[types.CompletionItem] = []
        items = server.answer(params.text_document, answer, nothing)
        return types.CompletionList(is_incomplete=False, items=items)

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    def inlay_hint(params: types.InlayHintParams) -> list[types.InlayHint]:
        def answer(buffer: Buffer) -> list[types.InlayHint]:
            return list(hints.hints_in(buffer, params.range)) if server.shows_hints else []

        return server.answer(params.text_document, answer, [])

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    def document_link(params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        return server.answer(params.text_document, hints.links_of, [])


def _wanted(found: Iterator[types.CodeAction], kinds: Sequence[str] | None) -> Iterator[types.CodeAction]:
    """Yield the actions of the kinds that are asked for, or of kinds below those; all if none is."""
    for action in found:
        kind = action.kind or ""
        if not kinds or any(kind == wanted or kind.startswith(wanted + ".") for wanted in kinds):
            yield action
