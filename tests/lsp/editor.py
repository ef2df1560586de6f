"""An editor for tests: the client of pygls, with the server in its own process."""

# mypy: disable-error-code=untyped-decorator

from __future__ import annotations

import asyncio
import sys
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.conftest import AS_OF
from tests.lsp.session import run_apart

_T = TypeVar("_T")
PATIENCE = 30


class Editor:
    """An editor with one server.

    client: the client of pygls
    settings: the answer to the server's request for settings
    registered: the notifications that the server has asked for
    """

    def __init__(self, directory: Path) -> None:
        self.client = LanguageClient("editor", "1")
        self.settings: object = None
        self.registered: list[str] = []
        self._directory = directory
        self._published: dict[str, list[types.PublishDiagnosticsParams]] = defaultdict(list)
        self._news = asyncio.Event()
        self._version = 0

        @self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def publish(params: types.PublishDiagnosticsParams) -> None:
            self._published[params.uri].append(params)
            self._news.set()

        @self.client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def register(params: types.RegistrationParams) -> None:
            self.registered += [registration.method for registration in params.registrations]
            self._news.set()

        @self.client.feature(types.WORKSPACE_CONFIGURATION)
        def configuration(params: types.ConfigurationParams) -> list[Any]:
            return [self.settings for _ in params.items]

    async def start(
        self, encoding: types.PositionEncodingKind, workspace: types.WorkspaceClientCapabilities | None
    ) -> None:
        await self.client.start_io(sys.executable, "-m", "lint_runtime.cli.language_server")
        general = types.GeneralClientCapabilities(position_encodings=[encoding])
        result = await self.client.initialize_async(
            types.InitializeParams(
                capabilities=types.ClientCapabilities(general=general, workspace=workspace),
                root_uri=self._directory.as_uri(),
                initialization_options={"asOf": AS_OF.isoformat()},
            )
        )
        assert result.capabilities.position_encoding == encoding
        self.client.initialized(types.InitializedParams())

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()  # type: ignore[no-untyped-call]

    def document(self) -> types.TextDocumentIdentifier:
        return types.TextDocumentIdentifier((self._directory / "Dockerfile").as_uri())

    async def open(self, text: str) -> list[types.Diagnostic]:
        self._version = 1
        item = types.TextDocumentItem(self.document().uri, "dockerfile", 1, text)
        self.client.text_document_did_open(types.DidOpenTextDocumentParams(item))
        return await self.findings_of(1)

    def type(self, text: str) -> int:
        """Change the text, and return its version."""
        self._version += 1
        document = types.VersionedTextDocumentIdentifier(self._version, self.document().uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
        return self._version

    async def change(self, text: str) -> list[types.Diagnostic]:
        return await self.findings_of(self.type(text))

    async def findings_of(self, version: int) -> list[types.Diagnostic]:
        """Wait for the findings of a version of the Dockerfile."""
        published = self._published[self.document().uri]
        found = await self.until(lambda: [params for params in published if params.version == version])
        return list(found[-1].diagnostics)

    async def findings_after(self, notify: Callable[[], object]) -> list[types.Diagnostic]:
        """Send a notification, and wait for the next findings of the Dockerfile."""
        published = self._published[self.document().uri]
        count = len(published)
        notify()
        found = await self.until(lambda: published[count:])
        return list(found[-1].diagnostics)

    def count(self) -> int:
        """Return the number of times findings of the Dockerfile were published."""
        return len(self._published[self.document().uri])

    async def until(self, look: Callable[[], _T]) -> _T:
        """Wait until `look` returns a true value, and return that value."""

        async def wait() -> _T:
            while not (seen := look()):
                self._news.clear()
                await self._news.wait()
            return seen

        return await asyncio.wait_for(wait(), PATIENCE)

    async def hover(self, line: int, character: int) -> str:
        hover = await self.client.text_document_hover_async(
            types.HoverParams(self.document(), types.Position(line, character))
        )
        assert hover
        assert isinstance(hover.contents, types.MarkupContent)
        return hover.contents.value


def edit(
    directory: Path,
    session: Callable[[Editor], Awaitable[None]],
    encoding: types.PositionEncodingKind,
    workspace: types.WorkspaceClientCapabilities | None = None,
) -> None:
    """Start an editor with a server, run a session in it, and stop both."""

    async def run() -> None:
        editor = Editor(directory)
        await editor.start(encoding, workspace)
        await session(editor)
        await editor.stop()

    run_apart(run())
