"""The Reviewdog Diagnostic Format, with which reviewdog comments on changes and suggests fixes."""

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Any

from lint_runtime.diagnostics import Diagnostic, Location
from lint_runtime.linter.report import Report, Run
from lint_runtime.rules import address_of
from lint_runtime.text import json_line, json_object, portable_path, portable_text, prose


def part(report: Report, run: Run) -> list[str]:  # noqa: ARG001
    """Return the diagnostics of a report."""
    return [json_line(_diagnostic(diagnostic, report)) for diagnostic in report.diagnostics]


def document(parts: Iterable[list[str]], run: Run) -> Iterator[str]:  # noqa: ARG001
    """Yield the document, a diagnostic a line."""
    members = (("source", {"name": "lint-runtime"}), ("diagnostics", chain.from_iterable(parts)))
    yield from json_object(members)
    yield "\n"


def _diagnostic(diagnostic: Diagnostic, report: Report) -> dict[str, Any]:
    edits = diagnostic.fix.edits if diagnostic.fix else ()
    address = address_of(diagnostic.rule)
    return {
        "message": _message(diagnostic),
        "location": {
            "path": portable_text(portable_path(diagnostic.path)),
            "range": _range(diagnostic.location, report),
        },
        "severity": diagnostic.severity.upper(),
        "code": {"value": diagnostic.rule, **({"url": address} if address else {})},
        "suggestions": [
            {"range": _range(edit.location, report), "text": portable_text(edit.text)} for edit in edits
        ],
    }


def _message(diagnostic: Diagnostic) -> str:
    # reviewdog writes messages into comments as they are, and comments are Markdown.
    sentence = "; ".join(map(prose, filter(None, (diagnostic.message, diagnostic.help))))
    return "\n".join([sentence, *(f"- {prose(note)}" for note in diagnostic.notes)])


def _range(location: Location, report: Report) -> dict[str, Any]:
    return {
        "start": _position(location.line, location.column, report),
        "end": _position(location.end_line, location.end_column, report),
    }


def _position(line: int, column: int, report: Report) -> dict[str, int]:
    """Return a position as reviewdog counts: in bytes of UTF-8, a byte order mark included."""
    text = report.lines.get(line, "")
    mark = int(line == 1 and text.startswith("\ufeff"))
    before = text[: column - 1 + mark]
    wide = len(before.encode("utf-8", "surrogateescape")) - len(before)
    return {"line": line, "column": column + wide + mark}
