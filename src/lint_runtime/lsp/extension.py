"""Answer requests that editor extensions send, and that the Language Server Protocol doesn't define."""

import platform
import sys
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from lsprotocol import types

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.linter.inventory import Entry
from lint_runtime.linter.verdicts import verdict_of
from lint_runtime.lsp.actions import image_upgrades
from lint_runtime.lsp.documents import Documents, uri_of
from lint_runtime.lsp.hints import state_text
from lint_runtime.text import counted
from lint_runtime.version import __version__


def upgrade_image(documents: Documents, params: Any) -> dict[str, Any]:
    """Return the edit that upgrades the image at a position, and a message.

    If there is no upgrade, the edit is None and the message says why.

    params: a `TextDocumentPositionParams`, but with the names of the protocol, such as `textDocument`:
        pygls doesn't convert requests that it doesn't know
    """
    position = types.Position(params.position.line, params.position.character)
    document = documents.get(params.textDocument.uri)
    buffer = documents.check(document) if document else None
    if buffer:
        if actions := image_upgrades(buffer, types.Range(position, position)):
            return {"edit": actions[0].edit, "message": actions[0].title}
        offset = buffer.positions.offset(position)
        for image in buffer.report.images:
            if buffer.place_of(image.stage.image_location, offset, offset):
                text, _ = verdict_of(image, buffer.report, buffer.known.day)
                return {"edit": None, "message": text}
    return {"edit": None, "message": "no Runtime image is here"}


async def upgrade_all(documents: Documents, *, confirms: bool) -> dict[str, Any]:
    """Return the edit that upgrades all images with findings, and a message.

    confirms: whether the editor can ask users to confirm each change
    """
    actions = [
        (document.uri, action)
        async for document in documents.in_slices()
        if (buffer := documents.check(document))
        for action in image_upgrades(buffer)
    ]
    if not actions:
        return {"edit": None, "message": "no image needs an upgrade"}
    edits: dict[str, list[Any]] = {}
    for uri, action in actions:
        for change in action.edit.changes[uri] if action.edit and action.edit.changes else ():
            annotated = types.AnnotatedTextEdit(action.title, change.range, change.new_text)
            edits.setdefault(uri, []).append(annotated if confirms else change)
    edit = types.WorkspaceEdit(changes=edits)
    if confirms:
        edit = types.WorkspaceEdit(
            document_changes=[
                types.TextDocumentEdit(types.OptionalVersionedTextDocumentIdentifier(uri), changes)
                for uri, changes in edits.items()
            ],
            change_annotations={
                action.title: types.ChangeAnnotation(action.title, needs_confirmation=True)
                for _, action in actions
            },
        )
    return {"edit": edit, "message": f"{counted(len(actions), 'change')} in {counted(len(edits), 'file')}"}


def status(documents: Documents) -> dict[str, Any]:
    """Return the counts of files, images and findings, the date of the data, and the configurations."""
    reports = [document.buffer.report for document in documents if document.buffer]
    counts = Counter(finding.severity for report in reports for finding in report.diagnostics)
    return {
        "date": str(min(documents.tables.values(), default=embedded_table().date)),
        "files": len(reports),
        "images": sum(len(report.images) for report in reports),
        "errors": counts[Severity.ERROR],
        "warnings": counts[Severity.WARNING],
        "infos": counts[Severity.INFO],
        "configurations": [
            {"uri": uri_of(path), "problems": error.problems if error else []}
            for path, error in sorted(documents.configurations.items())
        ],
        "problems": [*documents.settings.problems, *documents.problems],
    }


async def images(documents: Documents) -> dict[str, list[dict[str, Any]]]:
    """Return the Runtime images of all documents, most urgent first."""
    found: list[tuple[Entry, dict[str, Any]]] = []
    async for document in documents.in_slices():
        buffer = documents.check(document)
        if buffer is None:
            continue
        for image, entry in buffer.entries:
            day, lifecycle = buffer.known.day, entry.lifecycle
            end = lifecycle.maintenance if lifecycle else None
            item = {
                "uri": buffer.uri,
                "range": buffer.positions.range(image.stage.image_location),
                "image": entry.image,
                "status": entry.status.value,
                "end": str(end.day) if end else None,
                "text": state_text(image.state(day), lifecycle, day),
                "action": entry.action,
            }
            found.append((entry, item))
    return {"images": [item for _, item in sorted(found, key=lambda pair: pair[0].sort_key)]}


def debug_information(documents: Documents, roots: Iterable[str], *, pulls: bool) -> dict[str, str]:
    """Return versions, settings and paths for bug reports.

    roots: the directories of the workspace
    pulls: whether the editor pulls findings, instead of having them published
    """
    lines = [
        f"lint-runtime {__version__} ({Path(__file__).parents[1]})",
        f"Python {platform.python_version()} ({sys.executable}) on {platform.platform()}",
        f"pygls {version('pygls')}, lsprotocol {version('lsprotocol')}",
        f"findings: {'pulled by' if pulls else 'published to'} the editor",
        *(f"setting {name}: {value!r}" for name, value in documents.settings._asdict().items()),
        *(f"workspace: {root}" for root in roots),
        *(f"lifecycle data of {day}: {source}" for source, day in documents.tables.items()),
        *(
            f"configuration: {path}{' (invalid)' if error else ''}"
            for path, error in documents.configurations.items()
        ),
    ]
    return {"text": "\n".join(lines)}
