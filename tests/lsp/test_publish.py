"""Findings as LSP diagnostics."""

from __future__ import annotations

from pathlib import Path

import pytest
from lsprotocol import types

from lint_runtime import check
from lint_runtime.config.files import ConfigError
from lint_runtime.config.settings import Settings
from lint_runtime.lsp.publish import config_diagnostics, lsp_diagnostic
from lint_runtime.rules import LIFECYCLE_POLICY
from tests.conftest import AS_OF, FIXTURES
from tests.lsp.buffers import AIRFLOW_3, FINE, RUNTIME, UNSUPPORTED, make_buffer

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
    # The message leaves out the notes. The hover shows them, and a longer message would push it out of sight.
    assert lsp_diagnostic(finding, buffer) == types.Diagnostic(
        range=types.Range(types.Position(1, 5), types.Position(1, 48)),
        message=f"{finding.message}\nhelp: {finding.help}",
        severity=SEVERITIES.Error,
        code="end-of-basic-support",
        code_description=types.CodeDescription(LIFECYCLE_POLICY),
        source="lint-runtime",
        tags=[TAGS.Deprecated],
    )


def test_finding_in_an_arg_names_the_images_that_use_it() -> None:
    text = f"ARG V=9.7.0\nFROM {RUNTIME}:$V AS a\nFROM {RUNTIME}:$V\nCOPY --from=a / /\n"
    (finding,) = published(text)
    assert finding.range == types.Range(types.Position(0, 6), types.Position(0, 11))
    assert finding.message.endswith(
        "\nhelp: write ARG V=13.11.0 (Airflow 2.11, maintained until 2027-04-30)\nnote: used in lines 2 and 3"
    )
    related = [(place.location.range.start, place.message) for place in finding.related_information or ()]
    message = "the image that uses it"
    assert related == [(types.Position(1, 5), message), (types.Position(2, 5), message)]


def test_notes_are_in_the_message_where_the_hover_shows_no_card() -> None:
    buffer = make_buffer("FROM a b c\n")
    (finding,) = (finding._replace(notes=("x", "y")) for finding in buffer.report.diagnostics)
    assert lsp_diagnostic(finding, buffer).message.endswith("\nnote: x\nnote: y")


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


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            ".lint-runtime.toml",
            '# é\nwarn-within = -1\nfix = 1\n[severity]\n"floating-tag" = "x"\n',
            [(1, 16), (2, 7), (4, 20)],
        ),
        (".lint-runtime.toml", 'select = ["😀"]\n', [(0, 15)]),
        (".lint-runtime.toml", '\ufeffselect = ["x"]\n', [(0, 14)]),
        (".lint-runtime.toml", "images = {}\nselect = \n", [(1, 9)]),
        (".lint-runtime.toml", "select = [", [(0, 10)]),
        (".lint-runtime.toml", 'table = "gone.json"\n', [(0, 19)]),
        (
            "pyproject.toml",
            "[tool.ruff]\nfix = 1\n[tool.lint-runtime]\nfix = 1\nseverity.x = 1\n",
            [(3, 7), (4, 14), (4, 14)],
        ),
        (".lint-runtime.toml", '[severity]\n\n"x y" = "error"\n', [(2, 15)]),
        (".lint-runtime.toml", "# é\r\nfix = 1\r\n", [(1, 7)]),
        (".lint-runtime.toml", "# \udcff\nfix = 1\n", [(0, 3)]),
        (".lint-runtime.toml", f"# {'x' * 2**21}\n", [(0, 2**20)]),
        ("pyproject.toml", "tool.lint-runtime.fix = 1", [(0, 25)]),
        ("pyproject.toml", "[tool]\nlint-runtime = 1\n", [(1, 16)]),
    ],
    ids=[
        *("keys", "emoji", "a byte order mark", "TOML", "end of the file", "table", "pyproject.toml"),
        *("key with a space", "CRLF", "no UTF-8", "too large", "dotted key", "no table"),
    ],
)
def test_configuration_problems_are_in_their_lines(
    name: str, text: str, expected: list[tuple[int, int]], tmp_path: Path
) -> None:
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError) as raised:
        Settings({}).of(str(tmp_path / "Dockerfile"))
    diagnostics = list(config_diagnostics(raised.value))
    assert [(found.range.end.line, found.range.end.character) for found in diagnostics] == expected
    assert {found.range.start.character for found in diagnostics} == {0}
    assert [found.message for found in diagnostics] == list(raised.value.problems)
    assert {(found.severity, found.source) for found in diagnostics} == {(SEVERITIES.Error, "lint-runtime")}


def test_configuration_that_cannot_be_read() -> None:
    for problem in ("cannot read the file: No such file", "invalid TOML: at line 9"):
        (found,) = config_diagnostics(ConfigError("/no/such/file", problem))
        assert found.range == types.Range(types.Position(0, 0), types.Position(0, 0))


def test_only_rules_with_documentation_have_a_link() -> None:
    (parse_error,) = published("FROM a b c\n")
    (unused,) = published(f"# lint-runtime: ignore[lifecycle]\n{FINE}")
    assert parse_error.code_description
    assert parse_error.code_description.href.startswith("https://docs.docker.com/")
    assert unused.code == "unused-suppression"
    assert unused.code_description is None


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
