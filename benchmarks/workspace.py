"""Measure the language server on a workspace. Only prints the figures.

    python benchmarks/workspace.py [--files 500] [--repeats 5]

Measures the time until the server has sent the findings of all files, and compares it with the time of the
command on the same files with one process. Meanwhile, edits a file and measures the time of each edit.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from dockerfiles import write_dockerfiles
from lsprotocol import types
from processes import seconds
from pygls.lsp.client import LanguageClient

TODAY = "2026-11-22"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        write_dockerfiles(directory, options.files)
        command = [sys.executable, "-m", "lint_runtime", "--jobs", "1", "--as-of", TODAY, name]
        for _ in range(options.repeats):
            checked, edits = asyncio.run(check(directory, options.files))
            alone = seconds(command)
            print(
                f"{options.files} files: {checked:.2f} s, {checked / alone:.1f} times the command;"
                f" {len(edits)} edits meanwhile: median {statistics.median(edits) * 1000:.0f} ms,"
                f" longest {max(edits) * 1000:.0f} ms"
            )


async def check(directory: Path, files: int) -> tuple[float, list[float]]:
    """Return the seconds until all files are checked, and the seconds of each edit made meanwhile.

    An edit ends with the answer to a hover.
    """
    client = LanguageClient("benchmark", "1")
    checked = 0

    @client.feature("lint-runtime/status")  # type: ignore[untyped-decorator]
    def show(status: Any) -> None:
        nonlocal checked
        checked = status.files

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)  # type: ignore[untyped-decorator]
    def ignore(_params: types.PublishDiagnosticsParams) -> None:
        pass

    await client.start_io(sys.executable, "-m", "lint_runtime.cli.language_server")
    await client.initialize_async(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(),
            workspace_folders=[types.WorkspaceFolder(directory.as_uri(), directory.name)],
            initialization_options={"diagnosticMode": "workspace", "asOf": TODAY},
        )
    )
    document = types.TextDocumentIdentifier((directory / "edited" / "Dockerfile").as_uri())
    text = "FROM quay.io/astronomer/astro-runtime:9.1.0\n"
    item = types.TextDocumentItem(document.uri, "dockerfile", 0, text)
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    # Request the status once: the server sends its later statuses only to clients that have done so.
    await client.protocol.send_request_async("lint-runtime/status", {})
    started = time.perf_counter()
    client.initialized(types.InitializedParams())
    edits: list[float] = []
    while checked < files:
        text += "#"
        version = types.VersionedTextDocumentIdentifier(len(text), document.uri)
        change = types.TextDocumentContentChangeWholeDocument(text)
        before = time.perf_counter()
        client.text_document_did_change(types.DidChangeTextDocumentParams(version, [change]))
        await client.text_document_hover_async(types.HoverParams(document, types.Position(0, 20)))
        edits.append(time.perf_counter() - before)
        await asyncio.sleep(0.01)
    taken = time.perf_counter() - started
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]
    return taken, edits


if __name__ == "__main__":
    main()
