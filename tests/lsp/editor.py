"""An editor for the tests: the client of pygls, with a server in a process of its own."""

# mypy: disable-error-code=untyped-decorator

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.conftest import AS_OF

_T = TypeVar("_T")
PATIENCE = 30


class Editor:
    """An editor that talks to a server. `messages`: what the server has it show to the user."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.client = LanguageClient("editor", "1")
        self.messages: list[str] = []
        self.settings: object = None
        self._published: dict[str, list[types.PublishDiagnosticsParams]] = defaultdict(list)
        self._news = asyncio.Event()
        self._versions: dict[str, int] = {}

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            self._published[params.uri].append(params)
            self._news.set()

        @self.client.feature(types.WINDOW_SHOW_MESSAGE)
        def show(params: types.ShowMessageParams) -> None:
            self.messages.append(params.message)
            self._news.set()

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            self.registered = [registration.method for registration in params.registrations]

        @self.client.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[Any]:
            return [self.settings for _ in params.items]

    async def start(
        self, options: dict[str, Any] | None = None, capabilities: types.ClientCapabilities | None = None
    ) -> types.InitializeResult:
        await self.client.start_io(sys.executable, "-m", "lint_runtime.lsp")
        given = {"asOf": AS_OF.isoformat()} if options is None else options
        result = await self.client.initialize_async(
            types.InitializeParams(
                capabilities=capabilities or types.ClientCapabilities(),
                root_uri=self.directory.as_uri(),
                initialization_options=given,
            )
        )
        self.client.initialized(types.InitializedParams())
        return result

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()  # type: ignore[no-untyped-call]

    def uri(self, name: str = "Dockerfile") -> str:
        return name if ":" in name else (self.directory / name).as_uri()

    def document(self, name: str = "Dockerfile") -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier(self.uri(name))

    async def open(self, text: str, name: str = "Dockerfile") -> list[types.Diagnostic]:
        uri = self.uri(name)
        self._versions[uri] = 1
        item = types.TextDocumentItem(uri, "dockerfile", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return await self.published(name, 1)

    def type(self, text: str, name: str = "Dockerfile") -> int:
        uri = self.uri(name)
        self._versions[uri] += 1
        document = types.VersionedTextDocumentIdentifier(self._versions[uri], uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        return self._versions[uri]

    async def change(self, text: str, name: str = "Dockerfile") -> list[types.Diagnostic]:
        return await self.published(name, self.type(text, name))

    async def save(self, name: str = "Dockerfile") -> list[types.Diagnostic]:
        count = len(self._published[self.uri(name)])
        self.client.text_document_did_save(types.DidSaveTextDocumentParams(self.document(name)))
        return await self.next(name, count)

    async def close(self, name: str = "Dockerfile") -> list[types.Diagnostic]:
        count = len(self._published[self.uri(name)])
        self.client.text_document_did_close(types.DidCloseTextDocumentParams(self.document(name)))
        return await self.next(name, count)

    async def published(self, name: str, version: int) -> list[types.Diagnostic]:
        """Return what was published of a version."""
        found = await self.until(
            lambda: [one for one in self._published[self.uri(name)] if one.version == version]
        )
        return list(found[-1].diagnostics)

    async def next(self, name: str, count: int) -> list[types.Diagnostic]:
        """Return what was published after so many times."""
        found = await self.until(lambda: self._published[self.uri(name)][count:])
        return list(found[-1].diagnostics)

    def count(self, name: str = "Dockerfile") -> int:
        return len(self._published[self.uri(name)])

    async def until(self, look: Callable[[], _T]) -> _T:
        """Wait for something to be there."""

        async def wait() -> _T:
            while not (found := look()):
                self._news.clear()
                await self._news.wait()
            return found

        return await asyncio.wait_for(wait(), PATIENCE)

    async def actions(
        self, line: int, character: int, only: list[str] | None = None, name: str = "Dockerfile"
    ) -> list[types.CodeAction]:
        place = types.Position(line, character)
        context = types.CodeActionContext([], only=only)
        found = await self.client.text_document_code_action_async(
            types.CodeActionParams(self.document(name), types.Range(place, place), context)
        )
        return [one for one in found or () if isinstance(one, types.CodeAction)]

    async def hover(self, line: int, character: int) -> str:
        found = await self.client.text_document_hover_async(
            types.HoverParams(self.document(), types.Position(line, character))
        )
        if found is None:
            return ""
        assert isinstance(found.contents, types.MarkupContent)
        return found.contents.value

    async def complete(self, line: int, character: int) -> list[types.CompletionItem]:
        found = await self.client.text_document_completion_async(
            types.CompletionParams(self.document(), types.Position(line, character))
        )
        assert isinstance(found, types.CompletionList)
        assert [item.sort_text for item in found.items] == sorted(
            item.sort_text or "" for item in found.items
        )
        return list(found.items)


def edit(directory: Path, session: Callable[[Editor], Awaitable[None]], **start: Any) -> None:
    """Run a session in an editor, from the start of the server to its end."""

    async def run() -> None:
        editor = Editor(directory)
        await editor.start(**start)
        await session(editor)
        await editor.stop()

    run_apart(run())


def run_apart(session: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in a thread of its own: that of the test may have the event loop of a browser."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(asyncio.run, session).result()


def applied(text: str, edits: Iterable[types.TextEdit]) -> str:
    """Return a text with edits made, as an editor does that counts in UTF-16."""
    lines = text.split("\n")
    for one in sorted(edits, key=lambda one: (one.range.start.line, one.range.start.character))[::-1]:
        start, end = one.range.start, one.range.end
        assert start.line == end.line
        data = lines[start.line].encode("utf-16-le")
        before, after = data[: start.character * 2], data[end.character * 2 :]
        lines[start.line] = before.decode("utf-16-le") + one.new_text + after.decode("utf-16-le")
    return "\n".join(lines)


def edits_of(action: types.CodeAction) -> list[types.TextEdit]:
    """Return the edits of an action, which are all in one file."""
    assert action.edit
    assert action.edit.changes
    ((_, edits),) = action.edit.changes.items()
    return list(edits)
