"""Astro manifests in the editor: findings, requests, neighbors and files of other projects."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lint_runtime.config.model import Config
from lint_runtime.linter.engine import lint_file
from lint_runtime.lsp.actions import code_actions
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.completion import completions
from lint_runtime.lsp.hints import document_links, inlay_hints
from lint_runtime.lsp.hover import hover_at
from lint_runtime.lsp.positions import Positions
from lint_runtime.lsp.settings import EditorSettings
from lint_runtime.rules.base import Neighbors
from tests.conftest import AS_OF, TABLE
from tests.lsp.buffers import DOCUMENT, EVERYTHING, applied, marked
from tests.lsp.session import Session, codes

NAME = "pyproject.toml"
HEAD = "[project]\nname = 'demo'\n"
MANIFEST = f"""{HEAD}dependencies = [
  'apache-airflow[celery]==3.0.*',  # the core
]

[tool.astro]
runtime = '3.0-3'  # pinned
"""
DECLARING = f"{HEAD}dependencies = ['apache-airflow==3.3.*']\n[tool.astro]\ndockerfile = 'Dockerfile'\n"
OTHER = "[project]\nname = 'library'\ndependencies = ['astropy']\n"
RUNTIME = "astrocrpublic.azurecr.io/runtime"


def make_buffer(text: str) -> Buffer:
    known, config, uri = TABLE.as_of(AS_OF), Config(), f"file:///project/{NAME}"
    report = lint_file(text.encode("utf-8", "surrogatepass"), NAME, config, known)
    return Buffer(uri, text, Positions(text, "utf-16"), report, config, known, EditorSettings())


def completion_items(text: str) -> list[types.CompletionItem]:
    """Return the completions at the mark `|` in a text."""
    text, place = marked(text)
    params = types.CompletionParams(DOCUMENT, place.start)
    return [*completions(make_buffer(text), params).items]


def completed(text: str) -> list[str]:
    """Apply each completion at the mark `|` in a text. Returns the changed lines, one per completion."""
    edits = [item.text_edit for item in completion_items(text)]
    text, place = marked(text)
    return [
        applied(text, [edit]).splitlines()[place.start.line]
        for edit in edits
        if isinstance(edit, types.TextEdit)
    ]


@pytest.mark.parametrize(
    ("text", "first", "count"),
    [
        (f"{HEAD}dependencies = ['apache-airflow==3.2.*']\n[tool.astro]\nruntime = '|'", "'3.2-10'", 6),
        (
            f"{HEAD}dependencies = ['apache-airflow==3.2.*']\n[tool.astro]\nruntime = \"3.|2-1\"",
            '"3.2-10"',
            6,
        ),
        (f"{HEAD}dependencies = ['apache-airflow==3.2.*']\n[tool.astro]\nruntime = '3|", "'3.2-10", 6),
        (f"{HEAD}dependencies = ['apache-airflow==2.9.*']\n[tool.astro]\nruntime = '|'", "'11.20.0'", 1),
        (f"{HEAD}dependencies = ['apache-airflow==3.2.*']\n[tool]\nastro.runtime = '|'", "'3.2-10'", 6),
        (f"[tool.astro]\n{HEAD}dependencies = ['apache-airflow==|']", "'apache-airflow==3.3.*']", 15),
        (f"[tool.astro]\n{HEAD}dependencies = ['apache-airflow==|\n]", "'apache-airflow==3.3.*", 15),
        (f"[tool.astro]\n{HEAD}dependencies = ['Apache_Airflow [a] == 3|.0.*']", "== 3.3.*']", 15),
        (f"[tool.astro]\n{HEAD}dependencies = ['apache-airflow==3|; x']", "==3.3.*; x']", 15),
        (f"[tool.astro]\n{HEAD}dependencies = ['apache-airflow==3| ; x']", "==3.3.* ; x']", 15),
        (f"[tool.astro]\n{HEAD}dependencies = ['a', \"apache-airflow==|\n]", '"apache-airflow==3.3.*', 15),
        (f"{HEAD}[tool.astro]\n[tool.other]\nruntime = '|'", "", 0),
        (f"{HEAD}dependencies = ['apache-airflow==3.2.*']\n[tool.other]\nruntime = '|'", "", 0),
        (f"[tool.astro]\n{HEAD}[tool.x]\ndependencies = ['apache-airflow==|']", "", 0),
        (f"[tool.astro]\n{HEAD}dependencies = ['apache-airflow-providers-http==|']", "", 0),
        ("[tool.astro]\nFROM quay.io/astronomer/astro-runtime:|", "", 0),
    ],
    ids=[
        *("build", "part of a build", "open string", "Airflow 2", "dotted key"),
        *("requirement", "open requirement", "extras and spaces", "marker", "marker after a space"),
        "other quotes before it",
        *("other table", "other project", "other dependencies", "other requirement", "no Dockerfile"),
    ],
)
def test_completion_offers_builds_and_versions(text: str, first: str, count: int) -> None:
    lines = completed(text)
    assert len(lines) == count
    assert not lines or lines[0].endswith(first)


def test_completion_shows_the_support_of_builds_and_versions() -> None:
    maintained = "maintained until 2027-04-30 (217 days)"
    deprecated = [types.CompletionItemTag.Deprecated]
    expected = {
        ("requirement", "3.0.*"): (f"3.0, {maintained}", None),
        ("requirement", "2.11.*"): (f"13.x, {maintained}", None),
        ("requirement", "2.10.*"): ("12.x, basic support until 2027-02-28 (156 days)", deprecated),
        ("requirement", "2.7.*"): ("9.x, unsupported since 2026-02-01", deprecated),
        ("build", "3.0-18"): (f"Airflow 3.0.6, {maintained}", None),
        ("build", "13.11.0"): (f"Airflow 2.11.2, {maintained}", None),
        ("build", "9.21.0"): ("Airflow 2.7.3, unsupported since 2026-02-01", deprecated),
    }
    texts = {
        "requirement": f"[tool.astro]\n{HEAD}dependencies = ['apache-airflow==|']",
        "build": f"{HEAD}[tool.astro]\nruntime = '|'",
    }
    items = {
        (subject, item.label): item for subject, text in texts.items() for item in completion_items(text)
    }
    assert {key: (items[key].detail, items[key].tags) for key in expected} == expected
    assert {item.kind for item in items.values()} == {types.CompletionItemKind.Constant}
    versions = [label.removesuffix(".*") for subject, label in items if subject == "requirement"]
    assert versions == [
        *("3.3", "3.2", "3.1", "3.0"),
        *(f"2.{minor}" for minor in range(11, 0, -1)),
    ]


def test_manifest_with_a_lone_surrogate() -> None:
    text = f"{HEAD}dependencies = ['a']  # \ud800\n[tool.astro]\nruntime = '|'"
    assert completion_items(text) == []
    buffer = make_buffer(text.replace("|", ""))
    params = types.CodeActionParams(DOCUMENT, EVERYTHING, types.CodeActionContext([]))
    (action,) = code_actions(buffer, params)
    assert action.title == "Suppress invalid-manifest here until 2026-12-24"


def test_completion_of_a_suppression_starts_with_the_findings() -> None:
    line, *_ = completed(MANIFEST.replace("runtime", "# lint-runtime: ignore[|]\nruntime"))
    assert line == "# lint-runtime: ignore[outdated-release]"


@pytest.mark.parametrize("mark", ["runtime = '3.0|-3'", "apache|-airflow[celery]"])
def test_hover_on_the_build_and_on_the_requirement(mark: str) -> None:
    text, place = marked(MANIFEST.replace(mark.replace("|", ""), mark))
    hover = hover_at(make_buffer(text), types.HoverParams(DOCUMENT, place.start))
    assert hover
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.value.startswith("**Astro Runtime 3.0-3**")
    assert "Write runtime = '3.0-18'" in hover.contents.value
    assert hover.range
    assert hover.range.start.line == place.start.line


def test_hint_and_link_are_at_the_value_that_decides() -> None:
    for text, line in ((MANIFEST, 7), (MANIFEST.replace("runtime", "# runtime"), 3)):
        buffer = make_buffer(text)
        (hint,) = inlay_hints(buffer, types.InlayHintParams(DOCUMENT, EVERYTHING))
        assert (hint.position.line, hint.label) == (line, "maintained until 2027-04-30 (217 days)")
        (link,) = document_links(buffer, types.DocumentLinkParams(DOCUMENT))
        assert link.range.end == hint.position


def test_actions_change_the_values_and_nothing_else() -> None:
    text, place = marked(MANIFEST.replace("3.0-3", "3.0-|3"))
    buffer = make_buffer(text)
    params = types.CodeActionParams(DOCUMENT, place, types.CodeActionContext([]))
    after = {}
    for action in code_actions(buffer, params):
        assert action.edit
        assert action.edit.changes
        after[action.title] = applied(text, action.edit.changes[buffer.uri])
    comment = "# lint-runtime: ignore[outdated-release] until=2026-12-24\n"
    assert after["Write runtime = '3.0-18'"] == text.replace("3.0-3", "3.0-18")
    assert after["Upgrade to 3.3-8"] == text.replace("3.0-3", "3.3-8").replace("3.0.*", "3.3.*")
    assert after["Suppress outdated-release here until 2026-12-24"] == text.replace(
        "runtime", f"{comment}runtime"
    )
    assert next(iter(after)) == "Write runtime = '3.0-18'"
    assert [*after][-1] == "Apply all safe fixes of lint-runtime"


def test_no_comment_is_offered_inside_of_a_string() -> None:
    for requirement, count in (('"apache-airflow==3.0.*"', 1), ('"""\napache-airflow==3.0.*"""', 0)):
        text, place = marked(f"{HEAD}dependencies = [{requirement.replace('3.0', '3.|0')}]\n[tool.astro]\n")
        params = types.CodeActionParams(DOCUMENT, place, types.CodeActionContext([]))
        titles = [action.title for action in code_actions(make_buffer(text), params)]
        assert len([title for title in titles if title.startswith("Suppress")]) == count


def test_findings_follow_the_text(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.start(MANIFEST, NAME, "toml")
    assert codes(session.findings(NAME)) == ["outdated-release", "security-fixes-only"]
    assert codes(session.change(MANIFEST.replace("'3.0-3'", "'3.1-5'"), NAME)) == [
        "airflow-mismatch",
    ]
    assert session.change(OTHER, NAME) == []
    assert session.extension_request("status")["files"] == 0


def test_unsaved_buffers_are_neighbors(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {RUNTIME}:3.3-8\n")
    session = Session(tmp_path)
    session.start(DECLARING, NAME, "toml")
    assert codes(session.findings(NAME)) == []
    assert session.open(f"FROM {RUNTIME}:3.2-10\n") != []
    assert codes(session.findings(NAME)) == ["airflow-mismatch"]
    session.change(f"FROM {RUNTIME}:3.3-8\n")
    assert codes(session.findings(NAME)) == []
    session.change(f"FROM {RUNTIME}:3.2-10\n")
    assert codes(session.findings(NAME)) == ["airflow-mismatch"]
    session.close_document()
    assert codes(session.findings(NAME)) == []


def test_a_mismatch_is_shown_in_one_place(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text(DECLARING)
    session = Session(tmp_path)
    session.start(f"FROM {RUNTIME}:3.2-10\n", "Dockerfile", "dockerfile")
    assert "airflow-mismatch" in codes(session.findings())
    session.start(DECLARING, NAME, "toml")
    assert "airflow-mismatch" not in codes(session.findings())
    assert codes(session.findings(NAME)) == ["airflow-mismatch"]
    session.close_document(NAME)
    assert "airflow-mismatch" in codes(session.findings())


def test_an_upgrade_of_a_declared_dockerfile_is_offered() -> None:
    text, place = marked(f"FROM {RUNTIME}:3.2|-10\n")
    neighbors = Neighbors({NAME: DECLARING.replace("3.3", "3.2").encode()})
    known, config = TABLE.as_of(AS_OF), Config()
    report = lint_file(text.encode(), "Dockerfile", config, known, neighbors=neighbors)
    positions = Positions(text, "utf-16")
    buffer = Buffer(
        "file:///Dockerfile", text, positions, report, config, known, EditorSettings(), neighbors
    )
    params = types.CodeActionParams(DOCUMENT, place, types.CodeActionContext([]))
    assert "Upgrade to 3.3-8" in [action.title for action in code_actions(buffer, params)]


def test_manifest_beside_an_open_dockerfile(tmp_path: Path) -> None:
    session = Session(tmp_path)
    session.start(DECLARING, NAME, "toml")
    assert codes(session.open(f"FROM {RUNTIME}:3.3-8\n")) == []
    session.change(DECLARING.replace("dockerfile", "# dockerfile"), NAME)
    assert codes(session.findings()) == ["undeclared-dockerfile"]
    session.close_document(NAME)
    assert codes(session.findings()) == []


@pytest.mark.parametrize("text", [OTHER, "[tool.black]\n", "", "[tool.astro-lib]\n", "[broken"])
def test_files_of_other_projects_are_left_alone(tmp_path: Path, text: str) -> None:
    days: list[int] = []
    session = Session(tmp_path, clock=lambda: days.append(1) or AS_OF)  # type: ignore[func-returns-value]
    session.start(text, NAME, "toml")
    session.notify(session.typing(f"{text} ", NAME))
    position = {"line": 0, "character": 1}
    assert (
        session.request("textDocument/hover", textDocument=session.document(NAME), position=position)
        is None
    )
    session.close_document(NAME)
    published: list[Any] = [found for found in session.published(NAME) if found["diagnostics"]]
    assert (published, days) == ([], [])


def test_configuration_in_a_manifest_keeps_its_findings(tmp_path: Path) -> None:
    broken = f"{MANIFEST}[tool.lint-runtime]\nwarn-within = -1\n"
    (tmp_path / NAME).write_text(broken)
    session = Session(tmp_path)
    for text in (broken, OTHER):
        session.start(text, NAME, "toml")
        session.open(f"FROM {RUNTIME}:3.3-8\n")
        (finding,) = session.findings(NAME)
        assert finding["message"].startswith("warn-within")
        session.close_document(NAME)
    session.start(broken, NAME, "toml")
    (tmp_path / NAME).write_text(MANIFEST)
    session.change(MANIFEST, NAME)
    session.save(NAME)
    assert codes(session.findings(NAME)) == ["outdated-release", "security-fixes-only"]
