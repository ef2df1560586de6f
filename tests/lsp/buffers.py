"""Buffers without a server, and text edits as an editor applies them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

from lsprotocol import types

from lint_runtime.config.model import Config
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.engine import lint_file
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.positions import Positions
from lint_runtime.lsp.settings import EditorSettings
from tests.conftest import AS_OF, TABLE

RUNTIME = "quay.io/astronomer/astro-runtime"
AIRFLOW_3 = "astrocrpublic.azurecr.io/runtime"
UNSUPPORTED = f"FROM {RUNTIME}:9.7.0-base\n"
OUTDATED = f"FROM {RUNTIME}:13.6.0\n"
FINE = f"FROM {RUNTIME}:13.11.0\n"
URI = "file:///project/Dockerfile"
DOCUMENT = types.TextDocumentIdentifier(URI)
EVERYTHING = types.Range(types.Position(0, 0), types.Position(10**6, 0))


def make_buffer(
    text: str,
    as_of: date = AS_OF,
    *,
    config: Config | None = None,
    encoding: str = "utf-16",
    table: LifecycleTable = TABLE,
    settings: EditorSettings | None = None,
) -> Buffer:
    """Lint a text as a Dockerfile, and return its buffer. If `config` or `settings` is None, uses the defaults."""
    known, config = table.as_of(as_of), config or Config()
    report = lint_file(text.encode("utf-8", "surrogatepass"), "Dockerfile", config, known)
    return Buffer(URI, text, Positions(text, encoding), report, config, known, settings or EditorSettings())


def marked(text: str) -> tuple[str, types.Range]:
    """Return a text without its marks `|`, and the range from the first mark to the last."""
    before = text.split("|")[:-1]
    assert before, f"no mark in {text!r}"
    start, end = _position(before[0]), _position("".join(before))
    return text.replace("|", ""), types.Range(start, end)


def _position(before: str) -> types.Position:
    lines = re.split("\r\n|\n|\r", before)
    return types.Position(len(lines) - 1, len(lines[-1].encode("utf-16-le", "surrogatepass")) // 2)


def applied(text: str, edits: Iterable[types.TextEdit]) -> str:
    """Return a text with edits applied. Positions count UTF-16 code units."""
    for edit in sorted(edits, key=lambda edit: edit.range.start, reverse=True):
        start, end = _offset(text, edit.range.start), _offset(text, edit.range.end)
        text = text[:start] + edit.new_text + text[end:]
    return text


def _offset(text: str, position: types.Position) -> int:
    lines = re.findall("[^\r\n]*(?:\r\n|\n|\r|\\Z)", text)
    before = lines[position.line].encode("utf-16-le")[: position.character * 2].decode("utf-16-le")
    return len("".join(lines[: position.line]) + before)


def edits_of(action: types.CodeAction) -> list[types.TextEdit]:
    """Return the edits of an action. Fails if an edit is not in the file `URI`."""
    assert action.edit
    assert action.edit.changes
    ((uri, edits),) = action.edit.changes.items()
    assert uri == URI
    return list(edits)
