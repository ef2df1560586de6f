"""The command `lint-runtime-lsp`, run in the process of the tests."""

from __future__ import annotations

import gc
import io
import json
import logging
import socket
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest

from lint_runtime import __version__
from lint_runtime.cli.console import current_day
from lint_runtime.cli.language_server import main
from lint_runtime.lsp.server import Server
from tests.lsp.buffers import FINE


@pytest.fixture(autouse=True)
def _process() -> Iterator[None]:
    """Restore the garbage collector and logging, which the command changes."""
    yield
    gc.unfreeze()
    gc.enable()
    logging.disable(logging.NOTSET)


def message(method: str, number: int | None = None, **params: object) -> bytes:
    content = {"jsonrpc": "2.0", "method": method, "params": params}
    data = json.dumps(content if number is None else {**content, "id": number}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(data), data)


def run_apart(*arguments: str) -> int:
    """Run the command in its own thread, because browser tests leave an event loop in the main thread."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(main, arguments).result()


START = message("initialize", 1, processId=None, rootUri=None, capabilities={})
DOCUMENT = {"uri": "file:///x/Dockerfile", "languageId": "dockerfile", "version": 1, "text": FINE}
HOVER = message("textDocument/hover", 2, textDocument=DOCUMENT, position={"line": 0, "character": 9})
END = message("shutdown", 3) + message("exit")


@pytest.mark.parametrize("arguments", [[], ["--stdio"]], ids=["by default", "on request"])
def test_standard_input_and_output(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = START + message("textDocument/didOpen", textDocument=DOCUMENT) + HOVER + END
    with (tmp_path / "out").open("w") as out:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(messages)))
        monkeypatch.setattr(sys, "stdout", out)
        assert run_apart(*arguments) == 0
        assert not out.closed
    answer = (tmp_path / "out").read_text()
    assert '"name": "lint-runtime"' in answer
    assert f"Release series of Astro Runtime, as of {current_day()}" in answer
    # The garbage collector is on again, and skips the imported modules, which are frozen.
    assert gc.isenabled()
    assert gc.get_freeze_count() > 0
    assert logging.root.manager.disable == logging.CRITICAL


def test_garbage_collector_is_off_while_importing(monkeypatch: pytest.MonkeyPatch) -> None:
    states = []

    class Module(ModuleType):
        def __getattr__(self, name: str) -> object:
            states.append(gc.isenabled())
            raise AttributeError(name)

    monkeypatch.setitem(sys.modules, "lint_runtime.lsp.server", Module("lint_runtime.lsp.server"))
    assert main([]) == 2
    assert states
    assert not any(states)


def test_port_is_on_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    listening = []
    monkeypatch.setattr(Server, "start_tcp", lambda _server, host, port: listening.append((host, port)))
    assert main(["--tcp", "65535"]) == 0
    assert main(["--tcp", "1"]) == 0
    assert listening == [("127.0.0.1", 65535), ("127.0.0.1", 1)]


def test_port_that_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run_apart("--tcp", str(port)) == 2
    assert capsys.readouterr() == (
        "",
        f"lint-runtime-lsp: cannot listen on port {port}: Address already in use\n",
    )


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith(f"lint-runtime-lsp {__version__}")


def test_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    text = capsys.readouterr().out
    assert text.startswith(
        "Usage: lint-runtime-lsp [OPTIONS]\n\n  Run the language server over stdin and stdout.\n"
    )
    for words in (
        *("--stdio", "Use stdin and stdout (the default)."),
        *("--tcp PORT", "Listen on loopback, for debugging."),
    ):
        assert words in text
    assert main(["-h"]) == 0
    assert capsys.readouterr().out == text


@pytest.mark.parametrize("arguments", [["--tcp", "x"], ["--tcp", "0"], ["--tcp", "65536"], ["x"]])
def test_wrong_usage(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "Error: " in capsys.readouterr().err


def test_missing_library(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setitem(sys.modules, "lint_runtime.lsp.server", None)
    assert main([]) == 2
    assert capsys.readouterr().err == (
        "lint-runtime-lsp: the language server requires the extra 'lsp'; in a clone, run: pip install '.[lsp]'\n"
    )
