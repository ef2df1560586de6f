"""Findings as LSP diagnostics."""

from __future__ import annotations

from lsprotocol import types

from lint_runtime import check
from lint_runtime.lsp.publish import lsp_diagnostic
from lint_runtime.rules import LIFECYCLE_POLICY
from tests.conftest import AS_OF, FIXTURES
from tests.lsp.buffers import AIRFLOW_3, RUNTIME, UNSUPPORTED, make_buffer

SEVERITIES = types.DiagnosticSeverity
TAGS = types.DiagnosticTag


def published(text: str) -> list[types.Diagnostic]:
    buffer = make_buffer(text)
    return [lsp_diagnostic(finding, buffer) for finding in buffer.report.diagnostics]


def test_every_field_of_a_finding() -> None:
    buffer = make_buffer(f"FROM a\n{UNSUPPORTED}COPY --from=0 / /\n")
    (finding,) = buffer.report.diagnostics
    assert finding.help
    assert len(finding.notes) > 1
    assert lsp_diagnostic(finding, buffer) == types.Diagnostic(
        range=types.Range(types.Position(1, 5), types.Position(1, 48)),
        message="\n".join(
            [finding.message, f"help: {finding.help}", *(f"note: {note}" for note in finding.notes)]
        ),
        severity=SEVERITIES.Error,
        code="end-of-basic-support",
        code_description=types.CodeDescription(LIFECYCLE_POLICY),
        source="lint-runtime",
        tags=[TAGS.Deprecated],
    )


def test_severities_and_tags() -> None:
    expected = {
        f"FROM {RUNTIME}:9.1.0\n": ("yanked-release", SEVERITIES.Error, [TAGS.Deprecated]),
        f"FROM {RUNTIME}:13.11.0\nFROM b\n": ("ignored-stage", SEVERITIES.Warning, [TAGS.Unnecessary]),
        f"FROM {RUNTIME}:13.6.0\n": ("outdated-release", SEVERITIES.Warning, None),
        f"FROM {AIRFLOW_3}:3.2-10\n": ("security-fixes-only", SEVERITIES.Information, None),
    }
    assert {
        text: (diagnostic.code, diagnostic.severity, diagnostic.tags)
        for text in expected
        for diagnostic in published(text)
    } == expected


def test_only_rules_with_documentation_have_a_link() -> None:
    (diagnostic,) = published("FROM a b c\n")
    assert diagnostic.code == "parse-error"
    assert diagnostic.code_description is None


def test_findings_are_the_findings_of_the_command() -> None:
    rules = set()
    for path in sorted((FIXTURES / "rules").glob("*/bad.Dockerfile")):
        try:
            text = path.read_bytes().decode()
        except UnicodeDecodeError:
            continue
        findings = check(text, today=AS_OF).findings
        assert [diagnostic.code for diagnostic in published(text)] == [
            finding.rule for finding in findings
        ], path
        rules |= {finding.rule for finding in findings}
    assert len(rules) > 25
