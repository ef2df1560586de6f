"""Sessions with the server in its own process, over standard input and output."""

from __future__ import annotations

import asyncio
import json
import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lint_runtime.lsp.parent import is_running
from tests.lsp.buffers import FINE, OUTDATED, RUNTIME, UNSUPPORTED
from tests.lsp.editor import PATIENCE, Editor, edit

pytestmark = pytest.mark.process

ENCODINGS = types.PositionEncodingKind
EMOJI = f"FROM --platform=\U0001f600 {UNSUPPORTED[5:]}"


def codes(findings: list[types.Diagnostic]) -> list[object]:
    return [finding.code for finding in findings]


def column(findings: list[types.Diagnostic]) -> int:
    """Return the start column of the only finding of `end-of-basic-support`."""
    (column,) = (f.range.start.character for f in findings if f.code == "end-of-basic-support")
    return column


def test_text_is_typed_saved_and_closed(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(OUTDATED)

    async def session(editor: Editor) -> None:
        assert column(await editor.open(EMOJI)) == 21
        assert (await editor.hover(0, 21)).startswith("**Astro Runtime 9.7.0**")
        for number in range(500):
            version = editor.type(f"{OUTDATED if number % 2 else UNSUPPORTED}# {number}\n")
        assert codes(await editor.findings_of(version)) == ["outdated-release"]
        # Fast changes are checked together, so 500 changes cause fewer than 250 publications.
        assert editor.count() < 250
        saved = types.DidSaveTextDocumentParams(editor.document())
        found = await editor.findings_after(lambda: editor.client.text_document_did_save(saved))
        assert codes(found) == ["outdated-release"]
        closed = types.DidCloseTextDocumentParams(editor.document())
        assert await editor.findings_after(lambda: editor.client.text_document_did_close(closed)) == []

    edit(tmp_path, session, ENCODINGS.Utf8)
    assert [path.name for path in tmp_path.iterdir()] == ["Dockerfile"]
    assert (tmp_path / "Dockerfile").read_text() == OUTDATED


def test_settings_are_pulled_and_pushed(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        assert column(await editor.open(EMOJI)) == 19
        await editor.change(FINE)
        editor.settings = {"asOf": "2027-04-01"}
        for settings, expected in (
            (None, ["maintenance-ending"]),
            ({"lint-runtime": {"asOf": "2026-09-25"}}, []),
        ):
            params = types.DidChangeConfigurationParams(settings)
            found = await editor.findings_after(
                lambda params=params: editor.client.workspace_did_change_configuration(params)  # type: ignore[misc]
            )
            assert codes(found) == expected

    edit(tmp_path, session, ENCODINGS.Utf16, types.WorkspaceClientCapabilities(configuration=True))


def test_configuration_files_are_watched(tmp_path: Path) -> None:
    watching = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)

    async def session(editor: Editor) -> None:
        assert column(await editor.open(EMOJI)) == 18
        assert await editor.until(lambda: editor.registered) == ["workspace/didChangeWatchedFiles"]
        config = tmp_path / ".lint-runtime.toml"
        config.write_text('exclude = ["*"]\n')
        event = types.FileEvent(config.as_uri(), types.FileChangeType.Created)
        params = types.DidChangeWatchedFilesParams([event])
        found = await editor.findings_after(
            lambda: editor.client.workspace_did_change_watched_files(params)
        )
        assert found == []

    workspace = types.WorkspaceClientCapabilities(did_change_watched_files=watching)
    edit(tmp_path, session, ENCODINGS.Utf32, workspace)


def test_canceled_requests_do_no_harm(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        await editor.open(UNSUPPORTED)
        for _ in range(20):
            params = types.HoverParams(editor.document(), types.Position(0, 20))
            request = editor.client.protocol.send_request_async(types.TEXT_DOCUMENT_HOVER, params)
            task = asyncio.ensure_future(request)
            await asyncio.sleep(0)
            task.cancel()
        assert (await editor.hover(0, 20)).startswith("**Astro Runtime 9.7.0**")

    edit(tmp_path, session, ENCODINGS.Utf16)


SERVER = [sys.executable, "-m", "lint_runtime.cli.language_server"]
START: dict[str, Any] = {
    "id": 1,
    "method": "initialize",
    "params": {"capabilities": {}, "processId": os.getpid(), "rootUri": None},
}
PERCENT_ENCODED = "file:///home/me/a%20b/Dockerfile"
SHUTDOWN = ({"id": 9, "method": "shutdown"}, {"method": "exit"})


def serve(*messages: dict[str, Any] | bytes, code: str = "") -> subprocess.CompletedProcess[bytes]:
    """Run a server that receives the messages and then the end of its input.

    code: the Python code that starts the server, or "" for the usual command
    """
    data = []
    for message in messages:
        content = (
            message if isinstance(message, bytes) else json.dumps({"jsonrpc": "2.0", **message}).encode()
        )
        data.append(b"Content-Length: %d\r\n\r\n%s" % (len(content), content))
    command = [sys.executable, "-c", code] if code else SERVER
    return subprocess.run(command, input=b"".join(data), capture_output=True, timeout=60, check=False)


def test_client_sees_no_traceback() -> None:
    shutdown, end = SHUTDOWN
    change = {
        "textDocument": {"uri": "file:///x", "version": 2},
        "contentChanges": [{"text": "FROM a"}],
    }
    done = serve(
        START,
        {"method": "initialized", "params": {}},
        {"id": 2, "method": "textDocument/hover", "params": {"wrong": True}},
        {"id": 3, "method": "no/such/method", "params": {}},
        b"{not}",
        {"method": "textDocument/didChange", "params": change},
        shutdown,
        {"id": 10, "method": "shutdown"},
        end,
    )
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"raceback" not in done.stdout
    assert b"window/showMessage" not in done.stdout
    answers = {message["id"]: message for message in received(done.stdout) if "id" in message}
    assert answers[9]["result"] is None
    # A request after the shutdown is refused.
    assert answers[10]["error"]["code"] == -32600


def test_server_survives_a_mistake() -> None:
    code = (
        "import lint_runtime.lsp.documents as documents\n"
        "def fail(*_, **__): raise RuntimeError('broken\\nin two lines')\n"
        "documents.lint_file = fail\n"
        "from lint_runtime.cli.language_server import main; main([])"
    )
    source = {"uri": "file:///x/Dockerfile", "languageId": "dockerfile", "version": 1, "text": FINE}
    place = {"textDocument": {"uri": source["uri"]}, "position": {"line": 0, "character": 9}}
    done = serve(
        START,
        {"method": "textDocument/didOpen", "params": {"textDocument": source}},
        {"id": 2, "method": "textDocument/hover", "params": place},
        *SHUTDOWN,
        code=code,
    )
    assert b"lint-runtime: RuntimeError: broken" in done.stdout
    assert b"in two lines" not in done.stdout
    assert b"raceback" not in done.stdout + done.stderr
    assert b'"id": 2, "jsonrpc": "2.0", "result": null' in done.stdout
    assert b'"id": 9' in done.stdout


def test_document_is_found_by_the_uri_as_opened() -> None:
    uris = [
        *(PERCENT_ENCODED, "file:///c%3A/Users/me/Dockerfile", "file:///home/j%C3%BCrgen/Dockerfile"),
        *("file:///home/me/a+b@c[d]/Dockerfile", "file:///home/me/%5Ba%5D%2B%40/Dockerfile"),
    ]
    text = f"FROM {RUNTIME}:9.1.0\n"
    position = {"line": 0, "character": 9}
    whole = {"start": {"line": 0, "character": 0}, "end": {"line": 9, "character": 0}}
    messages: list[dict[str, Any]] = []
    for uri in uris:
        document = {"uri": uri, "languageId": "dockerfile", "version": 1, "text": text}
        hover = {"textDocument": {"uri": uri}, "position": position}
        hint = {"textDocument": {"uri": uri}, "range": whole}
        messages += [
            {"method": "textDocument/didOpen", "params": {"textDocument": document}},
            {"id": f"hover {uri}", "method": "textDocument/hover", "params": hover},
            {"id": f"hint {uri}", "method": "textDocument/inlayHint", "params": hint},
        ]
    params = {**START["params"], "initializationOptions": {"asOf": "2026-09-25"}}
    answers = received(serve({**START, "params": params}, *messages, *SHUTDOWN).stdout)
    published = [m["params"] for m in answers if m.get("method") == "textDocument/publishDiagnostics"]
    results = {m["id"]: m["result"] for m in answers if "id" in m}
    assert [(each["uri"], each["version"]) for each in published] == [(uri, 1) for uri in uris]
    for uri, each in zip(uris, published, strict=True):
        assert [finding["code"] for finding in each["diagnostics"]] == ["yanked-release"], uri
        assert results[f"hover {uri}"]["contents"]["value"].startswith("**Astro Runtime 9.1.0**"), uri
        assert [hint["label"] for hint in results[f"hint {uri}"]] == ["yanked"], uri


def received(data: bytes) -> list[dict[str, Any]]:
    """Return the messages in the output of a server."""
    return [json.loads(line) for line in re.findall(rb"(?m)^\{.*?\}(?=Content-Length|\Z)", data)]


@pytest.mark.parametrize(
    ("messages", "code"),
    [
        ([START, {"method": "exit"}], 1),
        ([{"method": "exit"}], 1),
        ([START, {"id": 9, "method": "shutdown"}], 0),
    ],
    ids=["exit", "exit at the start", "end of input"],
)
def test_exit_code(messages: list[dict[str, Any]], code: int) -> None:
    done = serve(*messages)
    assert (done.returncode, done.stderr) == (code, b"")


def test_server_ends_with_the_editor() -> None:
    # Processes of other users count as running: process 1 usually belongs to root.
    assert sys.platform == "win32" or is_running(1)
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as parent,
        subprocess.Popen(SERVER, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as server,
    ):
        assert server.stdin
        assert server.stdout
        data = json.dumps(
            {"jsonrpc": "2.0", **START, "params": {**START["params"], "processId": parent.pid}}
        ).encode()
        server.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
        server.stdin.flush()
        assert server.stdout.readline().startswith(b"Content-Length: ")
        time.sleep(0.1)
        assert server.poll() is None
        parent.kill()
        parent.wait()
        # The input of the server is still open, so the server ends because it watches the parent process.
        assert server.wait(PATIENCE) == 1


def test_client_that_goes_away_ends_the_server() -> None:
    done = serve()
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_over_loopback() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    data = json.dumps({"jsonrpc": "2.0", **START}).encode()
    with subprocess.Popen([*SERVER, "--tcp", str(port)]) as process:
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", port), timeout=30)
                break
            except OSError:
                assert process.poll() is None
                time.sleep(0.05)
        with connection:
            connection.sendall(b"Content-Length: %d\r\n\r\n%s" % (len(data), data))
            assert connection.recv(1 << 16).startswith(b"Content-Length: ")
            # The server accepts only one client.
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), timeout=30)
        assert process.wait(PATIENCE) == 0
