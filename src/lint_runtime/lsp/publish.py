"""Convert findings to LSP diagnostics."""

from lsprotocol import types

from lint_runtime.diagnostics import Diagnostic, Severity
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.rules import RULE_BY_NAME, address_of
from lint_runtime.rules.base import EditorTag

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.INFO: types.DiagnosticSeverity.Information,
}
_TAGS = {
    EditorTag.DEPRECATED: types.DiagnosticTag.Deprecated,
    EditorTag.UNNECESSARY: types.DiagnosticTag.Unnecessary,
}


def lsp_diagnostic(finding: Diagnostic, buffer: Buffer) -> types.Diagnostic:
    """Convert a finding. The message, help and notes are on separate lines."""
    address, tag = address_of(finding.rule), RULE_BY_NAME[finding.rule].editor_tag
    return types.Diagnostic(
        range=buffer.positions.range(finding.location),
        message="\n".join([finding.message, *finding.details]),
        severity=_SEVERITIES[finding.severity],
        code=finding.rule,
        code_description=types.CodeDescription(href=address) if address else None,
        source="lint-runtime",
        tags=[_TAGS[tag]] if tag else None,
    )
