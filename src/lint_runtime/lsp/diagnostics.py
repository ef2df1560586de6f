"""Findings as an editor shows them."""

from lsprotocol import types

from lint_runtime.api import Diagnostic, Severity, address_of
from lint_runtime.lsp.buffer import Buffer

SOURCE = "lint-runtime"

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_TAGS = {
    "end-of-basic-support": types.DiagnosticTag.Deprecated,
    "end-of-maintenance": types.DiagnosticTag.Deprecated,
    "retired-image": types.DiagnosticTag.Deprecated,
    "yanked-release": types.DiagnosticTag.Deprecated,
    "ignored-stage": types.DiagnosticTag.Unnecessary,
}


def diagnostics_of(buffer: Buffer) -> list[types.Diagnostic]:
    """Return the findings in a buffer."""
    return [diagnostic_of(found, buffer) for found in buffer.result.findings]


def diagnostic_of(found: Diagnostic, buffer: Buffer) -> types.Diagnostic:
    """Return one finding: its message, then help and notes below each other."""
    address = address_of(found.rule)
    return types.Diagnostic(
        range=buffer.positions.range(found.location),
        message="\n".join([found.message, *found.details]),
        severity=_SEVERITIES[found.severity],
        code=found.rule,
        code_description=types.CodeDescription(href=address) if address else None,
        source=SOURCE,
        tags=[_TAGS[found.rule]] if found.rule in _TAGS else None,
    )
