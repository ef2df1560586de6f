"""Handle the messages of the editor: documents, settings, files of the workspace, and requests."""

import asyncio
import os
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import date
from functools import partial
from inspect import isawaitable
from itertools import chain
from threading import Event
from typing import Any
from urllib.parse import unquote

from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcInternalError
from pygls.io_ import run_async
from pygls.lsp.server import LanguageServer

from lint_runtime.config.files import NAME as CONFIG_NAME
from lint_runtime.config.files import PYPROJECT
from lint_runtime.lifecycle.views.render import render
from lint_runtime.lifecycle.views.schedule import view_schedule
from lint_runtime.linter.discovery import files_under, is_linted_name
from lint_runtime.linter.report import is_below
from lint_runtime.lsp import actions, completion, extension, hints, hover
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.documents import Document, Documents, is_typed, path_of, uri_of
from lint_runtime.lsp.parent import end_with
from lint_runtime.lsp.protocol import Protocol
from lint_runtime.lsp.sender import Sender
from lint_runtime.lsp.settings import read_settings
from lint_runtime.manifest.reader import is_manifest_name
from lint_runtime.version import __version__

NAME = "lint-runtime"
_SETTINGS_FILES = (CONFIG_NAME, PYPROJECT, ".gitignore")
_WATCHED = (
    "**/*{Dockerfile,dockerfile,Containerfile,containerfile}*",
    *(f"**/{name}" for name in _SETTINGS_FILES),
)

PAUSE = 0.25
"""Seconds without a change after which a document is checked."""

LONG_PAUSE = 2.0
"""Seconds without a change after which new findings in text that is being typed are shown."""

_REQUESTS: tuple[tuple[str, Callable[[Buffer, Any], object], object, object], ...] = (
    (types.TEXT_DOCUMENT_CODE_ACTION, actions.code_actions, [], actions.OPTIONS),
    (types.TEXT_DOCUMENT_HOVER, hover.hover_at, None, None),
    (types.TEXT_DOCUMENT_COMPLETION, completion.completions, completion.NOTHING, completion.OPTIONS),
    (types.TEXT_DOCUMENT_INLAY_HINT, hints.inlay_hints, [], None),
    (types.TEXT_DOCUMENT_DOCUMENT_LINK, hints.document_links, [], None),
)
"""For each request about a document: the method, the handler, the answer if unchecked, and the options."""


class Server(LanguageServer):
    """A language server for Dockerfiles and Astro manifests.

    clock: a function that returns the current UTC day
    exit_code: the exit code of the process: 1 if the editor sent `exit` without `shutdown`, otherwise 0
    """

    def __init__(self, clock: Callable[[], date]) -> None:
        super().__init__(
            NAME,
            __version__,
            text_document_sync_kind=types.TextDocumentSyncKind.Full,
            protocol_cls=Protocol,
        )
        self.exit_code = 0
        self._initial_options: dict[str, Any] = {}
        self._documents = Documents(clock, self._show_error)
        self._sender = Sender(self, self._documents)
        self._shown_errors: set[str] = set()
        self._watches = False
        self._watched_elsewhere: list[str] = []
        self._search: asyncio.Task[None] | None = None
        self._is_searching = False
        self._serves_extension = False
        handlers: dict[str, Callable[..., object]] = {
            types.INITIALIZE: Server._initialize,
            types.INITIALIZED: Server._initialized,
            types.TEXT_DOCUMENT_DID_OPEN: Server._open,
            types.TEXT_DOCUMENT_DID_CHANGE: Server._change,
            types.TEXT_DOCUMENT_DID_CLOSE: Server._close,
            types.TEXT_DOCUMENT_DID_SAVE: Server._save,
            types.WORKSPACE_DID_CHANGE_WATCHED_FILES: Server._change_files,
            types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS: Server._start_search,
            types.WORKSPACE_DID_CHANGE_CONFIGURATION: Server._configure,
            types.EXIT: Server._exit,
        }
        # Use partial(): pygls sets attributes on handlers, which fails for bound methods.
        for method, handler in handlers.items():
            self.feature(method)(partial(handler, self))
        for method, answer, empty, options in _REQUESTS:
            self.feature(method, options)(partial(Server._answer, self, answer, empty))
        documents = self._documents
        extras: dict[str, Callable[[Any], object]] = {
            "upgradeImage": lambda params: extension.upgrade_image(documents, params),
            "upgradeAll": lambda _: extension.upgrade_all(
                documents, confirms=self._supports("workspace.workspace_edit.change_annotation_support")
            ),
            "schedule": lambda _: {"markdown": render(view_schedule(documents.known), "markdown")},
            "status": lambda _: extension.status(documents),
            "images": lambda _: extension.images(documents),
            "debugInformation": lambda _: extension.debug_information(
                documents, self._roots, pulls=self._sender.pulls
            ),
        }
        for name, request in extras.items():
            self.feature(f"{NAME}/{name}")(partial(Server._answer_extra, self, request))

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

    def _supports(self, capability: str) -> bool:
        """Whether the editor has a capability, such as `workspace.configuration`."""
        return bool(get_capability(self.client_capabilities, capability))

    def _initialize(self, params: types.InitializeParams) -> None:
        self._documents.encoding = self.workspace.position_encoding or self._documents.encoding
        if isinstance(params.initialization_options, dict):
            self._initial_options = params.initialization_options
            self._use(self._initial_options)
        refreshes = self._supports("workspace.diagnostics.refresh_support")
        if refreshes and self._supports("text_document.diagnostic"):
            self._sender.pulls = True
            options = types.DiagnosticOptions(inter_file_dependencies=True, workspace_diagnostics=True)
            self.feature(types.TEXT_DOCUMENT_DIAGNOSTIC, options)(partial(self._sender.pull))
            self.feature(types.WORKSPACE_DIAGNOSTIC)(partial(Server._pull_workspace, self))
        if params.process_id is not None:
            end_with(params.process_id)

    async def _initialized(self, _params: types.InitializedParams) -> None:
        """Check the workspace, watch settings and files, and read the settings of the editor."""
        self._start_search()
        registrations = []
        watches = self._supports("workspace.did_change_watched_files.dynamic_registration")
        if watches:
            watchers = [types.FileSystemWatcher(pattern) for pattern in _WATCHED]
            files = types.DidChangeWatchedFilesRegistrationOptions(watchers)
            registrations.append(
                types.Registration(f"{NAME}-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, files)
            )
        if self._supports("workspace.did_change_configuration.dynamic_registration"):
            section = types.DidChangeConfigurationRegistrationOptions(NAME)
            registrations.append(
                types.Registration(f"{NAME}-settings", types.WORKSPACE_DID_CHANGE_CONFIGURATION, section)
            )
        if registrations:
            with suppress(Exception):
                await self.client_register_capability_async(types.RegistrationParams(registrations))
                self._watches = watches
        before = self._documents.settings
        await self._read_settings(None)
        if self._documents.settings != before:
            self._reload()
        elif not self._is_searching:
            # The search for files ended before `_watches` was set, so it did not request these watches.
            await self._watch_elsewhere()

    async def _configure(self, params: types.DidChangeConfigurationParams) -> None:
        """Apply the settings from `params` or the editor, and recheck everything."""
        await self._read_settings(params.settings)
        self._reload()

    async def _read_settings(self, sections: object) -> None:
        """Apply the settings of this server. Asks the editor for them if they are not in `sections`.

        sections: the settings of all servers, keyed by name, or None
        """
        settings = sections.get(NAME) if isinstance(sections, dict) else None
        if not isinstance(settings, dict) and self._supports("workspace.configuration"):
            item = types.ConfigurationItem(section=NAME)
            with suppress(Exception):
                (settings,) = await self.workspace_configuration_async(types.ConfigurationParams([item]))
        if isinstance(settings, dict):
            # Settings override initialization options.
            self._use({**self._initial_options, **settings})

    def _use(self, options: dict[str, Any]) -> None:
        """Read the settings of the editor, and log new problems in them."""
        known = self._documents.settings.problems
        self._documents.settings = read_settings(options)
        for problem in self._documents.settings.problems:
            if problem not in known:
                self._log(problem)

    def _reload(self) -> None:
        """Read configuration files and lifecycle data again, and recheck everything."""
        self._shown_errors.clear()
        self._documents.reload()
        self._start_search()
        opened = [document for document in self._documents if document.content]
        for document in opened:
            document.stop()
        self._update(opened)
        if self._supports("workspace.inlay_hint.refresh_support"):
            self.workspace_inlay_hint_refresh(None)

    def _exit(self, _params: object) -> None:
        self.exit_code = 0 if self.protocol._shutdown else 1

    # Documents

    def _open(self, params: types.DidOpenTextDocumentParams) -> None:
        item = params.text_document
        scheme = item.uri.partition(":")[0].lower()
        name = re.split("[/:]", unquote(item.uri))[-1]
        is_cell = self.workspace.get_notebook_document(cell_uri=item.uri) is not None
        # Ignore notebook cells, and schemes such as `git:` (old versions of files): nobody builds the text.
        if scheme not in ("file", "untitled") or is_cell:
            return
        # Ignore an unsaved manifest: without a path, the text would be read as a Dockerfile.
        is_linted = is_linted_name(name) and not (is_manifest_name(name) and scheme == "untitled")
        if item.language_id.lower() == "dockerfile" or is_linted:
            document = self._documents.add(item.uri)
            document.uri, document.text, document.buffer = item.uri, item.text, None
            document.content = self.workspace.get_text_document(item.uri)
            document.is_settled = asyncio.Event()
            self._update([document, *self._documents.affected_by(document.path)])

    def _change(self, params: types.DidChangeTextDocumentParams) -> None:
        """Check a changed document after a pause in typing, if documents are checked on `type`."""
        document = self._documents.get(params.text_document.uri)
        if document is None or document.content is None:
            return
        before, document.text = document.text, document.content.source
        document.is_typing &= is_typed(before, document.text)
        document.stop()
        if self._documents.settings.run_on == "type":
            document.is_settled.clear()
            document.check = asyncio.get_running_loop().create_task(self._check_after_pause(document))

    async def _check_after_pause(self, document: Document) -> None:
        await asyncio.sleep(PAUSE)
        # Report errors here: pygls reports errors in handlers, but not in tasks.
        try:
            documents = [document, *self._documents.affected_by(document.path)]
            is_complete = self._update(documents, hold_new=document.is_typing)
            if not is_complete:
                await asyncio.sleep(LONG_PAUSE - PAUSE)
                self._update(documents)
        except Exception as error:
            document.is_settled.set()
            self.report_server_error(error, None)

    def _save(self, params: types.DidSaveTextDocumentParams) -> None:
        """Check a saved document. Reload everything if the editor doesn't watch configuration files."""
        document = self._documents.get(params.text_document.uri)
        if not self._watches:
            self._reload()
        elif document:
            document.stop()
            self._update([document, *self._documents.affected_by(document.path)])

    def _close(self, params: types.DidCloseTextDocumentParams) -> None:
        if document := self._documents.get(params.text_document.uri):
            document.stop()
            document.content = document.buffer = None
            if not document.is_found:
                self._sender.forget(document)
            kept = [document] if document.is_found else []
            self._update([*kept, *self._documents.affected_by(document.path)])

    def _update(self, documents: Iterable[Document], *, hold_new: bool = False) -> bool:
        """Check documents and send their findings. Returns whether all findings were sent.

        hold_new: whether to hold back findings that the editor doesn't show yet
        """
        is_complete = True
        for document in documents:
            buffer = self._documents.check(document)
            findings = buffer.report.diagnostics if buffer else ()
            sent = [
                finding
                for finding in findings
                if not hold_new or (finding.rule, finding.line) in document.published
            ]
            document.is_typing = True
            self._sender.send(document, sent)
            is_complete &= len(sent) == len(findings)
        # Skip this during a search: `_check_files` calls `_update` once more at the end of the search.
        if not self._is_searching:
            self._sender.finish()
            if self._serves_extension:
                self.protocol.notify(f"{NAME}/status", extension.status(self._documents))
        return is_complete

    # Files of the workspace

    @property
    def _roots(self) -> list[str]:
        """The directories of the workspace."""
        paths = [path_of(root.uri) for root in self.workspace.folders.values()]
        return [path for path in paths or [self.workspace.root_path] if path]

    def _change_files(self, params: types.DidChangeWatchedFilesParams) -> None:
        """Check the changed files. Reload everything if a configuration or lifecycle data has changed."""
        paths = [path_of(change.uri) for change in params.changes]
        tables = self._documents.table_paths
        if any(os.path.basename(path) in _SETTINGS_FILES or path in tables for path in paths):
            self._reload()
            return
        by_key = self._documents.by_key
        changed = [path for path in paths if path in by_key or is_linted_name(os.path.basename(path))]
        affected = [other for path in changed for other in self._documents.affected_by(path)]
        for path in changed:
            if path in by_key and not by_key[path].content:
                by_key[path].buffer = None
        if changed:
            self._start_search()
            self._update(document for document in affected if document.content)

    def _start_search(self, _params: object = None) -> None:
        if self._search:
            self._search.cancel()
        self._is_searching = True
        self._search = asyncio.get_running_loop().create_task(self._check_files())

    async def _check_files(self) -> None:
        """Find and check the files of the workspace that are not open."""
        found: set[Document] = set()
        if self._documents.settings.diagnostic_mode == "workspace":
            problems: list[str] = []
            searches = [
                files_under(root, lambda error: problems.append(str(error)), problems.append)
                for root in self._roots
            ]
            paths = await asyncio.to_thread(list, chain(*searches))
            for problem in problems:
                self._log(problem)
            found = {self._documents.add(uri_of(path)) for path in paths}
        for document in self._documents:
            document.is_found = document in found
        async for document in self._documents.in_slices():
            if document.content:
                continue
            if not document.is_found:
                self._sender.forget(document)
            elif document.buffer is None:
                try:
                    self._update([document])
                except Exception as error:
                    self.report_server_error(error, None)
        self._is_searching = False
        # Check open documents again. Once the search has found the manifest of an open Dockerfile, a
        # mismatch between the two is reported in the manifest, no longer in the Dockerfile.
        self._update(self._documents.affected_by(""))
        await self._watch_elsewhere()

    async def _watch_elsewhere(self) -> None:
        """Ask the editor to report changes of the files that the patterns in `_WATCHED` don't match.

        These are lifecycle data, configurations above the workspace, and Dockerfiles with unusual names.
        """
        documents, roots = self._documents, self._roots
        configurations = (
            path for path in documents.configurations if not any(is_below(path, root) for root in roots)
        )
        dockerfiles = (
            document.path
            for document in documents
            if document.is_found and not is_linted_name(os.path.basename(document.path))
        )
        paths = sorted({*documents.table_paths, *configurations, *dockerfiles})
        is_supported = self._supports("workspace.did_change_watched_files.relative_pattern_support")
        if paths == self._watched_elsewhere or not (self._watches and is_supported):
            return
        name, method = f"{NAME}-elsewhere", types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        if self._watched_elsewhere:
            unregistration = types.Unregistration(name, method)
            with suppress(Exception):
                await self.client_unregister_capability_async(types.UnregistrationParams([unregistration]))
        self._watched_elsewhere = paths
        watchers = [
            types.FileSystemWatcher(types.RelativePattern(uri_of(directory), file))
            for directory, file in map(os.path.split, paths)
        ]
        options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
        registration = types.Registration(name, method, options)
        with suppress(Exception):
            await self.client_register_capability_async(types.RegistrationParams([registration]))

    # Requests

    def _answer(self, answer: Callable[[Buffer, Any], object], empty: object, params: Any) -> object:
        """Answer a request about a document. Returns `empty` on errors and for unchecked documents."""
        # Catch all errors: pygls would send a traceback to the editor.
        try:
            document = self._documents.get(params.text_document.uri)
            buffer = self._documents.check(document) if document else None
            return answer(buffer, params) if buffer else empty
        except Exception as error:
            self.report_server_error(error, None)
            return empty

    async def _pull_workspace(
        self, params: types.WorkspaceDiagnosticParams
    ) -> types.WorkspaceDiagnosticReport:
        """Answer a request for the findings of files that are not open.

        Waits until no search is running and the findings of at least one file have changed.
        """
        while not (changes := self._sender.changes_since(params.previous_result_ids)) or self._is_searching:
            await self._sender.news.wait()
        return types.WorkspaceDiagnosticReport(changes)

    async def _answer_extra(self, answer: Callable[[Any], object], params: Any) -> object:
        """Answer a request that is not part of the Language Server Protocol."""
        self._serves_extension = True
        try:
            result = answer(params)
            return await result if isawaitable(result) else result
        except Exception as error:
            # Raise an error of pygls: for any other error, pygls would send a traceback to the editor.
            raise JsonRpcInternalError(str(error)) from None

    def _show_error(self, message: str) -> None:
        """Show an error message, unless it was already shown since the last reload."""
        if message not in self._shown_errors:
            self._shown_errors.add(message)
            params = types.ShowMessageParams(types.MessageType.Error, f"{NAME}: {message}")
            self.window_show_message(params)

    def _log(self, message: str) -> None:
        """Write a line to the editor's log."""
        self.window_log_message(types.LogMessageParams(types.MessageType.Error, f"{NAME}: {message}"))

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ARG002
        """Write the first line of an error to the editor's log."""
        self._log(f"{type(error).__name__}: {error}".partition("\n")[0])
