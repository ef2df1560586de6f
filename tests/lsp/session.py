"""An editor in the same process as the server. Messages are JSON, as over standard input and output."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path
from typing import Any

from pygls.protocol import default_converter

from lint_runtime.lsp.server import Server
from tests.conftest import AS_OF

Message = dict[str, Any]

CONVERTER = default_converter()  # type: ignore[no-untyped-call]
"""The converter of all servers. They share it, because it compiles a function for each kind of message."""


class Session:
    """An editor with one server.

    directory: the directory of its documents
    roots: the directories of the workspace
    root: the only directory, if the editor sends no `workspaceFolders`
    messages: everything the server sent, oldest first
    settings: the answer to the server's request for settings
    refuses: whether the editor's answer to each request of the server is an error
    delayed: None if requests of the server are answered at once. Otherwise, the list of the answers that
        will be sent one second after the first findings.
    now: the total time that notifications took, in seconds of QuickLoop
    """

    def __init__(
        self,
        directory: Path = Path("/project"),
        options: object = None,
        capabilities: Mapping[str, object] | None = None,
        clock: Callable[[], date] = lambda: AS_OF,
        *,
        is_started: bool = True,
        roots: Sequence[Path] = (),
        root: Path | None = None,
    ) -> None:
        self.directory = directory
        self.messages: list[Message] = []
        self.settings: object = None
        self.refuses = False
        self.delayed: list[Message] | None = None
        self.now = 0.0
        self._server = Server(clock)
        self._server.protocol._converter = CONVERTER
        self._server.protocol.set_writer(self, include_headers=False)
        self._versions: dict[str, int] = {}
        if is_started:
            self.capabilities = self.request(
                "initialize",
                processId=None,
                rootUri=root.as_uri() if root else None,
                capabilities=capabilities or {},
                workspaceFolders=[{"uri": root.as_uri(), "name": root.name} for root in roots],
                initializationOptions=options,
            )["capabilities"]

    def write(self, data: bytes) -> None:
        """Receive a message from the server. If it is a request, answer it."""
        message = json.loads(data)
        self.messages.append(message)
        if "id" in message and "method" in message:
            result = [self.settings] if message["method"] == "workspace/configuration" else None
            answer = {"error": {"code": -32600, "message": "no"}} if self.refuses else {"result": result}
            if self.delayed is None:
                self._deliver({"id": message["id"], **answer})
            else:
                self.delayed.append({"id": message["id"], **answer})
        elif self.delayed and message.get("method") == "textDocument/publishDiagnostics":
            for waiting in self.delayed:
                asyncio.get_running_loop().call_later(1, self._deliver, waiting)
            self.delayed = None

    def close(self) -> None:
        """Do nothing. pygls calls this method at the end, because the session is its writer."""

    def _deliver(self, message: Message) -> None:
        protocol = self._server.protocol
        protocol.handle_message(protocol.structure_message({"jsonrpc": "2.0", **message}))

    def ask(self, method: str, **params: object) -> Message:
        """Send a request and return the answer, which has a result or an error."""
        number = len(self.messages)
        self._deliver({"id": number, "method": method, "params": params})
        (answer,) = (sent for sent in self.messages[number:] if sent.get("id") == number)
        return answer

    def request(self, method: str, **params: object) -> Any:
        """Send a request and return its result."""
        answer = self.ask(method, **params)
        assert "error" not in answer, answer
        return answer["result"]

    def request_between(
        self,
        method: str,
        params: Message,
        before: Sequence[tuple[str, Message]] = (),
        after: Sequence[tuple[str, Message]] = (),
    ) -> Any:
        """Send notifications, then a request, then more notifications. Return the result of the request.

        If the server doesn't answer, cancels the request and returns None.

        before: the notifications before the request, as pairs of method and parameters
        after: the notifications after the request
        """
        number = len(self.messages)

        async def deliver() -> None:
            for name, sent in before:
                self._deliver({"method": name, "params": sent})
            others = asyncio.all_tasks()
            self._deliver({"id": number, "method": method, "params": params})
            own = asyncio.all_tasks() - others
            await asyncio.sleep(0)
            for name, sent in after:
                self._deliver({"method": name, "params": sent})
            while tasks := asyncio.all_tasks() - {asyncio.current_task()} - own:
                await asyncio.wait(tasks)
            if own:
                await asyncio.wait(own, timeout=1)
            self._deliver({"method": "$/cancelRequest", "params": {"id": number}})
            while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.wait(tasks)

        run_apart(deliver(), QuickLoop())
        (answer,) = (sent for sent in self.messages[number:] if sent.get("id") == number)
        return answer.get("result")

    def extension_request(self, name: str, **params: object) -> Any:
        """Send a request that only extensions use, and return its result."""
        return self.request_between(f"lint-runtime/{name}", params)

    def notify(self, *notifications: tuple[str, Message], interval: float = 0) -> None:
        """Send notifications, and wait until the server has handled them.

        interval: the pause after each notification, in seconds of the simulated time of QuickLoop
        """

        async def deliver() -> None:
            for method, params in notifications:
                self._deliver({"method": method, "params": params})
                await asyncio.sleep(interval)
            while tasks := asyncio.all_tasks() - {asyncio.current_task()}:
                await asyncio.wait(tasks)

        loop = QuickLoop()
        run_apart(deliver(), loop)
        self.now += loop.time()

    def uri(self, name: str = "Dockerfile") -> str:
        return name if ":" in name else (self.directory / name).as_uri()

    def document(self, name: str = "Dockerfile") -> Message:
        return {"uri": self.uri(name)}

    def start(self, text: str, name: str, language: str) -> None:
        """Open a document with a language ID, such as `dockerfile`."""
        self._versions[name] = 1
        item = {**self.document(name), "languageId": language, "version": 1, "text": text}
        self.notify(("textDocument/didOpen", {"textDocument": item}))

    def open(self, text: str, name: str = "Dockerfile") -> list[Message]:
        """Open a Dockerfile and return its findings."""
        self.start(text, name, "dockerfile")
        return self.findings(name)

    def rename(self, name: str, other: str) -> None:
        """Let later notifications use the name `other` for the open document `name`."""
        self._versions[other] = self._versions[name]

    def typing(self, text: str, name: str = "Dockerfile") -> tuple[str, Message]:
        """Return the notification that replaces the text of a document."""
        self._versions[name] += 1
        document = {**self.document(name), "version": self._versions[name]}
        return "textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]}

    def change(self, text: str, name: str = "Dockerfile") -> list[Message]:
        """Change a document and return its findings."""
        self.notify(self.typing(text, name))
        return self.findings(name)

    def save(self, name: str = "Dockerfile") -> list[Message]:
        """Save a document and return its findings, if any were published."""
        self.notify(("textDocument/didSave", {"textDocument": self.document(name)}))
        return self.findings(name) if self.published(name) else []

    def close_document(self, name: str = "Dockerfile") -> None:
        self.notify(("textDocument/didClose", {"textDocument": self.document(name)}))

    def configure(self, settings: object) -> list[Message]:
        """Push settings and return the findings of the Dockerfile, if any were published."""
        self.notify(("workspace/didChangeConfiguration", {"settings": settings}))
        return self.findings() if self.published() else []

    def methods(self, method: str) -> list[Message]:
        """Return the server's messages with a method."""
        return [message for message in self.messages if message.get("method") == method]

    def sent(self, method: str) -> list[Any]:
        """Return the parameters of the server's messages with a method."""
        return [message["params"] for message in self.methods(method)]

    def published(self, name: str = "Dockerfile") -> list[Message]:
        """Return everything that was published about a document, oldest first."""
        published = self.sent("textDocument/publishDiagnostics")
        return [params for params in published if params["uri"] == self.uri(name)]

    def findings(self, name: str = "Dockerfile") -> list[Message]:
        """Return the current findings of a document."""
        findings: list[Message] = self.published(name)[-1]["diagnostics"]
        return findings

    def errors(self) -> list[str]:
        """Return the messages shown to the user."""
        return [params["message"] for params in self.sent("window/showMessage")]


def codes(findings: list[Message]) -> list[str]:
    return [finding["code"] for finding in findings]


class QuickLoop(asyncio.SelectorEventLoop):
    """An event loop that never sleeps. When all tasks wait, its clock jumps to the next timer."""

    _passed = 0.0

    def time(self) -> float:
        return self._passed

    def _run_once(self) -> None:
        if not self._ready and self._scheduled:  # type: ignore[attr-defined]
            self._passed = max(self._passed, self._scheduled[0].when())  # type: ignore[attr-defined]
        super()._run_once()  # type: ignore[misc]


def run_apart(
    session: Coroutine[Any, Any, None],
    loop: asyncio.AbstractEventLoop | None = None,
) -> None:
    """Run a coroutine in a new thread, because browser tests leave an event loop in the main thread."""

    def run() -> None:
        if loop is None:
            asyncio.run(session)
            return
        asyncio.set_event_loop(loop)
        try:
            loop.run_until_complete(session)
        finally:
            asyncio.set_event_loop(None)
            loop.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(run).result()
