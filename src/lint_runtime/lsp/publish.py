"""Convert findings and configuration errors to LSP diagnostics."""

import re
from collections.abc import Iterator
from contextlib import suppress

from lsprotocol import types

from lint_runtime.config.files import MAX_CONFIG, PYPROJECT, TABLE, ConfigError
from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.rules import RULE_BY_NAME, address_of

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_TAGS = {"deprecated": types.DiagnosticTag.Deprecated, "unnecessary": types.DiagnosticTag.Unnecessary}


def lsp_diagnostic(finding: Diagnostic, buffer: Buffer) -> types.Diagnostic:
    """Convert a finding. The message, help and notes are on separate lines.

    Leaves out the notes if the finding is about an image or a platform, because the hover shows them.
    """
    address, tag = address_of(finding.rule), RULE_BY_NAME[finding.rule].editor_tag
    has_card = not buffer.images.keys().isdisjoint(finding.images)
    details = finding._replace(notes=()).details if has_card else finding.details
    return types.Diagnostic(
        range=buffer.positions.range(finding.location),
        message="\n".join([finding.message, *details]),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(href=address) if address else None,
        source="lint-runtime",
        tags=[_TAGS[tag]] if tag else None,
        related_information=[
            types.DiagnosticRelatedInformation(
                types.Location(buffer.uri, buffer.positions.range(place)), "the image that uses it"
            )
            for place in finding.target.related
        ]
        or None,
    )


def config_diagnostics(error: ConfigError) -> Iterator[types.Diagnostic]:
    """Yield a diagnostic for each problem in a configuration file, on the line of the problem."""
    lines = [""]
    with suppress(OSError), open(error.path, encoding="utf-8-sig", errors="replace") as file:
        lines = file.read(MAX_CONFIG).split("\n")
    start = 0
    if error.path.endswith(PYPROJECT):
        start = next((n for n, line in enumerate(lines) if re.match(rf"\s*\[.*{TABLE}", line)), 0)
    for problem in error.problems:
        number = start
        if written := re.search(r"\bline ([0-9]+)", problem):
            number = min(int(written[1]), len(lines)) - 1
        else:
            # Look for the key that the problem starts with, such as `severity.floating-tag: …`.
            for key in problem.partition(": ")[0].split("."):
                pattern = rf"\s*\[?[\w.-]*?[\"']?{re.escape(key.strip(chr(39)))}[\"']?\s*[=.\]]"
                number = next((n for n in range(number, len(lines)) if re.match(pattern, lines[n])), number)
        # Count UTF-16 code units. If the editor uses another encoding, the column may be past the end of
        # the line. The editor then uses the end of the line.
        end = types.Position(number, len(lines[number].encode("utf-16-le")) // 2)
        yield types.Diagnostic(
            range=types.Range(types.Position(number, 0), end),
            message=problem,
            severity=types.DiagnosticSeverity.Error,
            source="lint-runtime",
        )
