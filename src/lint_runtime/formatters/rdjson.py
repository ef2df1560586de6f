"""The Reviewdog Diagnostic Format, for review comments with suggested fixes."""

from typing import Any

from lint_runtime.diagnostics import Location
from lint_runtime.formatters.base import JsonFormat, Run
from lint_runtime.linter.report import Report
from lint_runtime.rules import address_of
from lint_runtime.text import json_line, portable_path, prose


class Rdjson(JsonFormat):
    """Writes an object with an array of diagnostics."""

    head = '{\n  "source": {"name": "lint-runtime"},\n  "diagnostics": ['
    indent = "  "
    is_rooted = True
    tail = "\n}\n"

    @staticmethod
    def entry(report: Report, run: Run) -> list[str]:  # noqa: ARG004
        """Return the diagnostics for a file."""
        elements = []
        for diagnostic in report.diagnostics:
            # Write Markdown: reviewdog posts messages as comments.
            sentence = "; ".join(map(prose, filter(None, (diagnostic.message, diagnostic.help))))
            address = address_of(diagnostic.rule)
            document = {
                "message": "\n".join([sentence, *(f"- {prose(note)}" for note in diagnostic.notes)]),
                "location": {
                    "path": portable_path(diagnostic.path),
                    "range": _range(diagnostic.location, report),
                },
                "severity": diagnostic.severity.upper(),
                "code": {"value": diagnostic.rule, **({"url": address} if address else {})},
                "suggestions": [
                    {"range": _range(edit.location, report), "text": edit.text}
                    for edit in (diagnostic.fix.edits if diagnostic.fix else ())
                ],
            }
            elements.append(json_line(document))
        return elements


def _range(location: Location, report: Report) -> dict[str, Any]:
    """Convert a location for reviewdog, whose columns count UTF-8 bytes, including a byte order mark."""
    positions = []
    for line, column in (location.start, location.end):
        text = report.lines.get(line, "")
        mark = int(line == 1 and text.startswith("\ufeff"))
        before = text[: column - 1 + mark]
        wide = len(before.encode("utf-8", "surrogateescape")) - len(before)
        positions.append({"line": line, "column": column + wide + mark})
    return {"start": positions[0], "end": positions[1]}
