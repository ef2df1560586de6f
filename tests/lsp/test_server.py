"""The server in this process: checks of buffers, configuration files, settings and errors."""

from __future__ import annotations

import asyncio
import concurrent.futures
import gc
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from lint_runtime import __version__
from lint_runtime.lifecycle.model import Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.refresh import dump_table
from lint_runtime.lsp.documents import Documents, is_typed
from tests.conftest import AS_OF, TABLE
from tests.lsp.buffers import FINE, OUTDATED, RUNTIME, UNSUPPORTED
from tests.lsp.session import Message, Session, codes

BEGINNING: Message = {"line": 0, "character": 0}
WHOLE = {"start": BEGINNING, "end": {"line": 9999, "character": 0}}


def hover_at(session: Session, line: int, character: int, name: str = "Dockerfile") -> Any:
    position = {"line": line, "character": character}
    return session.request("textDocument/hover", textDocument=session.document(name), position=position)


def answers(session: Session, name: str = "Dockerfile") -> dict[str, Any]:
    """Return the answers to all kinds of requests about a document, keyed by kind."""
    document = {"textDocument": session.document(name)}
    position = {"line": 0, "character": 20}
    context: Message = {"context": {"diagnostics": []}, "range": WHOLE}
    return {
        "hover": session.request("textDocument/hover", **document, position=position),
        "completion": session.request("textDocument/completion", **document, position=position),
        "actions": session.request("textDocument/codeAction", **document, **context),
        "hints": session.request("textDocument/inlayHint", **document, range=WHOLE),
        "links": session.request("textDocument/documentLink", **document),
    }


INVALID_REQUEST = -32600
NOT_INITIALIZED = -32002
NO_ANSWERS: dict[str, Any] = {
    "hover": None,
    "completion": {"isIncomplete": False, "items": []},
    "actions": [],
    "hints": [],
    "links": [],
}


# The protocol


def test_what_the_server_offers() -> None:
    session = Session()
    result = session.messages[0]["result"]
    assert result["serverInfo"] == {"name": "lint-runtime", "version": __version__}
    offered = result["capabilities"]
    assert offered["positionEncoding"] == "utf-16"
    whole_text = 1
    assert (
        offered["textDocumentSync"].items()
        >= {"openClose": True, "change": whole_text, "save": True}.items()
    )
    assert offered["hoverProvider"] is True
    assert offered["completionProvider"] == {"triggerCharacters": [":", "/", "=", "-", "[", ",", " "]}
    kinds = ["quickfix", "refactor.rewrite", "source.fixAll.lint-runtime"]
    assert offered["codeActionProvider"] == {"codeActionKinds": kinds}
    assert offered["inlayHintProvider"]
    assert offered["documentLinkProvider"]


def test_every_request_is_answered() -> None:
    session = Session()
    session.open(OUTDATED)
    found = answers(session)
    assert found["hover"]["contents"]["value"].startswith("**Astro Runtime 13.6.0**")
    assert [item["label"] for item in found["completion"]["items"]][:1] == [RUNTIME]
    assert [action["title"] for action in found["actions"]][:1] == ["Use 13.11.0"]
    assert [hint["label"] for hint in found["hints"]] == ["maintained until 2027-04-30 (217 days)"]
    assert [link["range"]["start"]["line"] for link in found["links"]] == [0]
    assert found["actions"][0]["edit"]["changes"].keys() == {session.uri()}


@pytest.mark.parametrize(("encoding", "column"), [("utf-8", 21), ("utf-16", 19), ("utf-32", 18)])
def test_positions_are_in_the_agreed_encoding(encoding: str, column: int) -> None:
    session = Session(capabilities={"general": {"positionEncodings": [encoding]}})
    assert session.capabilities["positionEncoding"] == encoding
    findings = session.open(f"FROM --platform=\U0001f600 {UNSUPPORTED[5:]}")
    starts = {finding["code"]: finding["range"]["start"] for finding in findings}
    assert starts["end-of-basic-support"] == {"line": 0, "character": column}
    assert hover_at(session, 0, column)["range"]["start"] == {"line": 0, "character": column}


# Buffers


def test_findings_follow_the_buffer() -> None:
    session = Session()
    assert codes(session.open(UNSUPPORTED)) == ["end-of-basic-support"]
    assert codes(session.change(OUTDATED)) == ["outdated-release"]
    assert codes(session.change(FINE)) == []
    assert codes(session.change(f"# comment\n{UNSUPPORTED}")) == ["end-of-basic-support"]
    assert codes(session.save()) == ["end-of-basic-support"]
    session.close_document()
    assert [(params.get("version"), codes(params["diagnostics"])) for params in session.published()] == [
        (1, ["end-of-basic-support"]),
        (2, ["outdated-release"]),
        (3, []),
        (4, ["end-of-basic-support"]),
        (4, ["end-of-basic-support"]),
        (None, []),
    ]
    assert answers(session) == NO_ANSWERS


def test_quick_changes_are_checked_once() -> None:
    session = Session()
    session.open(FINE)
    session.open(FINE, "other/Dockerfile")
    changes = [session.typing(text) for text in (OUTDATED, FINE) * 50]
    session.notify(*changes, session.typing(UNSUPPORTED, "other/Dockerfile"), session.typing(OUTDATED))
    assert [params["version"] for params in session.published()] == [1, 102]
    assert codes(session.findings()) == ["outdated-release"]
    assert codes(session.findings("other/Dockerfile")) == ["end-of-basic-support"]
    session.change(UNSUPPORTED)
    assert [params["version"] for params in session.published()] == [1, 102, 103]


def test_buffer_is_checked_again_only_if_it_changed() -> None:
    days: list[date] = []

    def clock() -> date:
        days.append(AS_OF)
        return AS_OF

    session = Session(clock=clock)
    session.open(FINE)
    answers(session)
    assert len(days) == 1
    session.change(OUTDATED)
    answers(session)
    assert len(days) == 2
    session.save()
    answers(session)
    assert len(days) == 3


@pytest.mark.parametrize(
    "name",
    [
        *("untitled:Untitled-1", "a b/Dockerfile", "é/Dockerfile", "100%/Dockerfile", "%41/Dockerfile"),
        *("file:///c%3A/project/Dockerfile", "file:///C:/a%20b/Dockerfile", "file://host/share/Dockerfile"),
        *(
            "file:///a+b@c[d]/Dockerfile",
            "file:///a%2Bb%40c%5Bd%5D%23%3F/Dockerfile",
            "FILE:///x/Dockerfile",
        ),
    ],
)
def test_buffer_of_any_name(name: str) -> None:
    session = Session()
    assert codes(session.open(UNSUPPORTED, name)) == ["end-of-basic-support"]
    assert codes(session.change(OUTDATED, name)) == ["outdated-release"]
    assert answers(session, name)["hover"]
    assert codes(session.save(name)) == ["outdated-release"]
    session.close_document(name)
    assert session.findings(name) == []
    published = session.sent("textDocument/publishDiagnostics")
    assert {params["uri"] for params in published} == {session.uri(name)}


@pytest.mark.parametrize(
    ("opened", "other"),
    [
        ("file:///c%3A/a%20b/Dockerfile", "file:///c:/a b/Dockerfile"),
        ("file:///%c3%a9/Dockerfile", "file:///%C3%A9/Dockerfile"),
        ("file:///a+b/Dockerfile", "file:///a%2Bb/Dockerfile"),
        ("file:///@[x]/Dockerfile", "file:///%40%5Bx%5D/Dockerfile"),
    ],
)
def test_uri_is_encoded_in_two_ways(opened: str, other: str) -> None:
    session = Session()
    session.open(OUTDATED, opened)
    found = answers(session, other)
    assert found["hover"]
    assert found["hints"]
    # The answer contains the URI with which the editor opened the document.
    assert found["actions"][0]["edit"]["changes"].keys() == {opened}
    session.rename(opened, other)
    session.notify(session.typing(UNSUPPORTED, other))
    assert codes(session.findings(opened)) == ["end-of-basic-support"]
    session.close_document(other)
    assert session.findings(opened) == []
    assert session.published(other) == []


def test_similar_names_are_different_documents() -> None:
    session = Session()
    session.open(OUTDATED, "file:///%2541/Dockerfile")
    assert answers(session, "file:///A/Dockerfile") == NO_ANSWERS
    assert answers(session, "file:///%2541/Dockerfile") != NO_ANSWERS


@pytest.mark.parametrize(
    ("name", "language", "is_linted"),
    [
        ("git:/project/Dockerfile", "dockerfile", False),
        ("gitfs:/project/Dockerfile?ref=HEAD", "dockerfile", False),
        ("vscode-notebook-cell:/x.ipynb#W0s", "dockerfile", False),
        ("output:Dockerfile", "dockerfile", False),
        ("untitled:Untitled-1", "dockerfile", True),
        ("untitled:Dockerfile", "plaintext", True),
        ("untitled:Untitled-1", "plaintext", False),
        ("untitled:pyproject.toml", "toml", False),
        ("Dockerfile", "plaintext", True),
        ("prod.Dockerfile", "Dockerfile", True),
        ("image", "dockerfile", True),
        ("a%20b/Dockerfile.dev", "", True),
        ("Dockerfile.go", "go", False),
        ("build.yml", "yaml", False),
        ("Dockerfile/main.py", "python", False),
    ],
)
def test_documents_that_are_linted(name: str, language: str, is_linted: bool) -> None:
    session = Session()
    session.start(UNSUPPORTED, name, language)
    assert bool(session.published(name)) == is_linted
    session.notify(session.typing(OUTDATED, name))
    session.save(name)
    assert (answers(session, name) != NO_ANSWERS) == is_linted
    session.close_document(name)
    assert bool(session.published(name)) == is_linted
    assert session.sent("window/logMessage") == []


def test_cells_of_notebooks_are_not_linted() -> None:
    session = Session()
    cell = {"uri": session.uri("Dockerfile"), "languageId": "dockerfile", "version": 1, "text": UNSUPPORTED}
    notebook = {
        "uri": session.uri("x.ipynb"),
        "notebookType": "jupyter-notebook",
        "version": 1,
        "cells": [{"kind": 2, "document": cell["uri"]}],
    }
    params = {"notebookDocument": notebook, "cellTextDocuments": [cell]}
    session.notify(("notebookDocument/didOpen", params), ("textDocument/didOpen", {"textDocument": cell}))
    session.configure({"lint-runtime": {}})
    assert session.published() == []


@pytest.mark.parametrize("text", ["", "\n", " \t\r\n\n", "\ufeff"], ids=ascii)
def test_new_file_is_no_error(text: str) -> None:
    session = Session()
    assert session.open(text) == []
    assert codes(session.change("RUN x\n")) == ["parse-error"]


# Pauses

LINE = "FROM quay.io/astronomer/astro-runtime:13.6.0-base AS all"


def test_findings_do_not_flicker_while_a_line_is_typed() -> None:
    assert len(LINE) == 56
    for interval in (0.05, 0.15, 0.4, 1.0):
        session = Session()
        session.open("")
        session.notify(*(session.typing(LINE[:end]) for end in range(1, len(LINE) + 1)), interval=interval)
        states = [codes(params["diagnostics"]) for params in session.published()]
        changes = sum(before != after for before, after in pairwise(states))
        assert states[-1] == ["outdated-release"]
        assert changes == 1, interval


def test_findings_of_other_lines_stay_while_a_tag_is_typed() -> None:
    session = Session()
    text = f"{UNSUPPORTED}FROM {RUNTIME}:13\nCOPY --from=0 / /\n"
    session.open(text.replace("13", "13.11.0"))
    start = len(session.published())
    session.notify(session.typing(text.replace(":13\n", ":13.11.\n")), interval=1)
    session.notify(session.typing(text.replace("9.7.0", "9.7.01")), interval=0)
    partial, complete, *_ = session.published()[start:]
    assert codes(partial["diagnostics"]) == ["end-of-basic-support"]
    assert codes(complete["diagnostics"]) == ["end-of-basic-support", "invalid-tag"]


def test_repaired_finding_goes_before_the_long_pause() -> None:
    session = Session()
    session.open(f"FROM {RUNTIME}:13.1.0\n")
    before = session.now
    assert session.change(FINE) == []
    assert session.now - before < 0.5
    assert session.change(FINE.replace("13.11.0", "13.1.0")) != []
    assert session.now - before == pytest.approx(2.25)


@pytest.mark.parametrize("way", ["a save", "another line", "a paste"])
def test_findings_about_a_typed_tag_do_not_wait_for(way: str) -> None:
    session = Session()
    session.open(FINE)
    typed = FINE.replace("13.11.0", "13.1.0")
    changes = [session.typing(typed)]
    if way == "another line":
        changes.append(session.typing(f"{typed}\n"))
    elif way == "a paste":
        changes.append(session.typing(typed.replace("13.1.0", "12.1.0")))
    if way == "a save":
        changes.append(("textDocument/didSave", {"textDocument": session.document()}))
    before = session.now
    session.notify(*changes)
    assert session.now - before < 0.5
    assert session.findings() != []


def test_quick_changes_give_one_publish() -> None:
    session = Session()
    session.open(FINE)
    texts = [f"{FINE}# {'x' * number}" for number in range(20)]
    session.notify(*(session.typing(text) for text in texts), interval=0.1)
    assert [params["version"] for params in session.published()] == [1, 21]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("FROM a:1", "FROM a:13", True),
        ("FROM a:13", "FROM a:1", True),
        ("FROM a:1", "FROM a:13.1", True),
        ("", "F", True),
        ("aa", "aaa", True),
        ("FROM a:1", "FROM a:13.11.0", False),
        ("FROM a:1", "FROM a:2", False),
        ("FROM a:1.0", "FROM a:13", False),
        ("FROM a", "FROM a\n", False),
        ("a\r", "a", False),
        ("a", "a", False),
    ],
)
def test_typing(before: str, after: str, *, expected: bool) -> None:
    assert is_typed(before, after) is expected


def test_memory_does_not_grow_with_edits() -> None:
    session = Session()
    session.open(FINE)

    def edit_for_a_while() -> int:
        session.notify(*(session.typing(f"{FINE}# {number}\n") for number in range(300)))
        session.messages.clear()
        gc.collect()
        return sum(
            isinstance(thing, (concurrent.futures.Future, asyncio.Future)) for thing in gc.get_objects()
        )

    before = edit_for_a_while()
    assert edit_for_a_while() <= before + 5


# Documents that are not open


def test_document_that_is_not_open() -> None:
    session = Session()
    session.open(FINE, "other/Dockerfile")
    assert answers(session) == NO_ANSWERS


# Configuration files


def test_nearest_configuration_applies_and_is_read_again(tmp_path: Path) -> None:
    session = Session(tmp_path)
    config = tmp_path / "a b" / ".lint-runtime.toml"
    config.parent.mkdir()
    config.write_text('ignore = ["outdated-release"]\n')
    assert session.open(OUTDATED, "a b/Dockerfile") == []
    assert codes(session.open(OUTDATED, "b/Dockerfile")) == ["outdated-release"]
    config.write_text('severity.outdated-release = "error"\n')
    assert session.change(f"{OUTDATED}# x\n", "a b/Dockerfile") == []
    changes = {"changes": [{"uri": config.as_uri(), "type": 2}]}
    session.notify(("workspace/didChangeWatchedFiles", changes))
    (finding,) = session.findings("a b/Dockerfile")
    assert finding["severity"] == 1
    # When any file is saved, the server reads the configuration again, because some editors don't watch files.
    config.write_text('exclude = ["*"]\n')
    session.save("b/Dockerfile")
    assert session.findings("a b/Dockerfile") == []
    assert answers(session, "a b/Dockerfile") == NO_ANSWERS


def test_broken_configuration_is_shown_once(tmp_path: Path) -> None:
    config = tmp_path / ".lint-runtime.toml"
    config.write_text("warn-within = -1\nfix = 1\n")
    session = Session(tmp_path)
    assert session.open(UNSUPPORTED) == []
    assert session.change(OUTDATED) == []
    assert answers(session) == NO_ANSWERS
    first, second = session.errors()
    assert first.startswith("lint-runtime: ")
    assert "must be a number of days (0 or more), not -1" in first
    assert "unknown key 'fix'" in second
    session.save()
    assert session.errors() == [first, second] * 2
    assert [params["type"] for params in session.sent("window/showMessage")] == [1] * 4
    config.write_text("")
    assert codes(session.save()) == ["outdated-release"]


def test_misspelled_configuration_file_is_shown_once(tmp_path: Path) -> None:
    (tmp_path / "lint-runtime.toml").touch()
    session = Session(tmp_path)
    assert codes(session.open(UNSUPPORTED)) == ["end-of-basic-support"]
    session.change(FINE)
    warning = f"{tmp_path}/lint-runtime.toml is ignored; rename it to .lint-runtime.toml"
    assert session.errors() == [f"lint-runtime: {warning}"]


def test_broken_configuration_is_a_diagnostic_in_its_file(tmp_path: Path) -> None:
    config = tmp_path / "é b" / ".lint-runtime.toml"
    config.parent.mkdir()
    config.write_text("warn-within = 9\nfix = 1\n")
    session = Session(config.parent)
    session.open(OUTDATED)
    session.open(OUTDATED, "other/Dockerfile")
    name = config.as_uri()
    (params,) = session.published(name)
    (diagnostic,) = params["diagnostics"]
    assert (diagnostic["message"][:17], diagnostic["range"]["start"]["line"]) == ("fix: unknown key ", 1)
    changes = {"changes": [{"uri": name, "type": 2}]}
    config.write_text("\n\nfix = 2\n")
    session.notify(("workspace/didChangeWatchedFiles", changes))
    assert [found["range"]["start"]["line"] for found in session.findings(name)] == [2]
    config.write_text("warn-within = 9\n")
    session.notify(("workspace/didChangeWatchedFiles", changes))
    assert session.findings(name) == []
    assert codes(session.findings()) == ["outdated-release"]
    # The list of problems in the configuration file is still empty, so it is not published again.
    count = len(session.published(name))
    session.save()
    assert len(session.published(name)) == count


def test_open_configuration_file_has_the_uri_of_the_editor(tmp_path: Path) -> None:
    (tmp_path / "a+b").mkdir()
    (tmp_path / "a+b" / ".lint-runtime.toml").write_text("fix = 1\n")
    session = Session(tmp_path)
    name = f"{tmp_path.as_uri()}/a%2Bb/.lint-runtime.toml"
    session.start("fix = 1\n", name, "toml")
    session.open(OUTDATED, "a+b/Dockerfile")
    assert len(session.findings(name)) == 1


@pytest.mark.parametrize(
    ("workspace", "patterns"),
    [
        (
            {"didChangeWatchedFiles": {"dynamicRegistration": True}},
            [
                "**/*{Dockerfile,dockerfile,Containerfile,containerfile}*",
                *("**/.lint-runtime.toml", "**/pyproject.toml", "**/.gitignore"),
            ],
        ),
        ({"didChangeWatchedFiles": {"dynamicRegistration": False}}, None),
        ({"didChangeWatchedFiles": {}}, None),
        ({}, None),
        (None, None),
    ],
)
def test_configuration_files_are_watched(workspace: Message | None, patterns: list[str] | None) -> None:
    session = Session(capabilities={"workspace": workspace} if workspace is not None else {})
    session.notify(("initialized", {}))
    assert session.sent("client/registerCapability") == (
        []
        if patterns is None
        else [
            {
                "registrations": [
                    {
                        "id": "lint-runtime-files",
                        "method": "workspace/didChangeWatchedFiles",
                        "registerOptions": {"watchers": [{"globPattern": pattern} for pattern in patterns]},
                    }
                ]
            }
        ]
    )


# Settings


@pytest.fixture
def yanked(tmp_path: Path) -> str:
    """Return the path of a file with lifecycle data in which 13.11.0 is yanked."""
    releases = [
        release._replace(yank=Yank(AS_OF, "It is broken")) if str(release.version) == "13.11.0" else release
        for release in TABLE.releases
    ]
    path = tmp_path / "table.json"
    path.write_text(dump_table(LifecycleTable(TABLE.date, TABLE.series, releases)))
    return str(path)


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, []),
        ({"asOf": "2027-04-01"}, ["maintenance-ending"]),
        ({"warnWithin": 217}, ["maintenance-ending"]),
        ({"warnWithin": 216}, []),
        ({"asOf": "2027-04-30", "warnWithin": 0}, ["maintenance-ending"]),
        ({"asOf": "2027-04-29", "warnWithin": 0}, []),
        ({"asOf": "9999-12-31"}, ["end-of-basic-support"]),
        ({"warnWithin": 2**62}, ["maintenance-ending"]),
        ({"asOf": "", "table": "", "warnWithin": None, "inlayHints": None, "trace": {"server": "off"}}, []),
    ],
    ids=str,
)
def test_settings(settings: Message, expected: list[str]) -> None:
    session = Session()
    session.open(FINE)
    findings = session.configure({"lint-runtime": settings, "other": {"asOf": "2020-01-01"}})
    assert codes(findings) == expected
    assert session.errors() == []


@pytest.mark.parametrize("way", ["at the start", "pulled", "pushed"])
def test_ways_to_send_settings(way: str) -> None:
    settings = {"asOf": "2027-04-01"}
    session = Session(
        options=settings if way == "at the start" else None,
        capabilities={"workspace": {"configuration": way == "pulled"}},
    )
    session.settings = settings
    session.open(FINE)
    session.notify(("initialized", {}))
    if way == "pushed":
        session.configure({"lint-runtime": settings})
    assert codes(session.findings()) == ["maintenance-ending"]


def test_table(yanked: str) -> None:
    session = Session()
    session.open(FINE)
    assert codes(session.configure({"lint-runtime": {"table": yanked}})) == ["yanked-release"]
    assert "It is broken" in hover_at(session, 0, 20)["contents"]["value"]
    assert session.configure({"lint-runtime": {}}) == []


def test_initialization_options_hold_unless_settings_override_them() -> None:
    session = Session(options={"asOf": "2027-04-01"})
    assert codes(session.open(FINE)) == ["maintenance-ending"]
    assert codes(session.configure({"lint-runtime": {"inlayHints": "full"}})) == ["maintenance-ending"]
    assert session.configure({"lint-runtime": {"asOf": "2026-09-25"}}) == []
    assert codes(session.configure({"lint-runtime": {}})) == ["maintenance-ending"]


@pytest.mark.parametrize("options", [None, [], "asOf", 7])
def test_initialization_options_of_another_type(options: object) -> None:
    session = Session(options=options)
    assert session.open(FINE) == []
    assert session.configure({"lint-runtime": {"asOf": "2027-04-01"}}) != []


@pytest.mark.parametrize(
    "pushed", [None, [], {}, {"lint-runtime": None}, {"other": {"asOf": "2027-04-01"}}]
)
def test_notification_without_settings_pulls_them(pushed: object) -> None:
    session = Session(capabilities={"workspace": {"configuration": True}})
    session.notify(("initialized", {}))
    assert session.open(FINE) == []
    session.settings = {"asOf": "2027-04-01"}
    assert codes(session.configure(pushed)) == ["maintenance-ending"]
    assert session.sent("workspace/configuration") == [{"items": [{"section": "lint-runtime"}]}] * 2


def test_settings_are_not_requested_from_an_editor_that_has_none() -> None:
    without: list[Message] = [{}, {"workspace": {}}, {"workspace": {"configuration": False}}]
    for capabilities in without:
        session = Session(options={"asOf": "2027-04-01"}, capabilities=capabilities)
        session.notify(("initialized", {}))
        session.open(FINE)
        assert codes(session.configure(None)) == ["maintenance-ending"]
        assert session.sent("workspace/configuration") == []


@pytest.mark.parametrize("settings", [None, [], "x"])
def test_useless_answer_keeps_the_settings(settings: object) -> None:
    session = Session(capabilities={"workspace": {"configuration": True}})
    session.open(FINE)
    assert codes(session.configure({"lint-runtime": {"asOf": "2027-04-01"}})) == ["maintenance-ending"]
    session.settings = settings
    assert codes(session.configure(None)) == ["maintenance-ending"]


def test_editor_that_refuses_requests_is_served() -> None:
    watching = {"didChangeWatchedFiles": {"dynamicRegistration": True}, "configuration": True}
    session = Session(capabilities={"workspace": watching})
    session.refuses = True
    session.notify(("initialized", {}))
    assert len(session.sent("workspace/configuration")) == 1
    assert codes(session.open(OUTDATED)) == ["outdated-release"]
    assert session.sent("window/logMessage") == session.errors() == []


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"table": "gone.json"}, "cannot use the lifecycle data 'gone.json': No such file"),
    ],
)
def test_missing_table_is_shown_once(settings: Message, message: str) -> None:
    session = Session()
    session.open(OUTDATED)
    for count in (1, 2):
        session.configure({"lint-runtime": settings})
        session.change(f"{OUTDATED}# {count}\n")
        assert len(session.errors()) == count
        assert session.errors()[-1].startswith(f"lint-runtime: {message}")


@pytest.mark.parametrize(
    ("settings", "messages"),
    [
        (
            {"warnWithin": "warn-within"},
            ["warnWithin: must be a number of days (0 or more), not 'warn-within'"],
        ),
        ({"warnWithin": -1}, ["warnWithin: must be a number of days (0 or more), not -1 (a number)"]),
        ({"warnWithin": True}, ["warnWithin: must be a number of days (0 or more), not true (a boolean)"]),
        ({"warnWithin": 1.5}, ["warnWithin: must be a number of days (0 or more), not 1.5 (a number)"]),
        ({"asOf": "soon"}, ["asOf: must be a date (YYYY-MM-DD), not 'soon'"]),
        ({"asOf": "2026-13-01"}, ["asOf: must be a date (YYYY-MM-DD), not '2026-13-01'"]),
        ({"asOf": 7}, ["asOf: must be a date (YYYY-MM-DD), not 7 (a number)"]),
        ({"table": ["x"]}, ["table: must be the path of a file, not an array"]),
        ({"inlayHints": True}, ["inlayHints: must be one of full, short, off, not true (a boolean)"]),
        ({"runOn": "Save"}, ["runOn: must be one of type, save, not 'Save'"]),
        (
            {"diagnosticMode": ["workspace"]},
            ["diagnosticMode: must be one of openFiles, workspace, not an array"],
        ),
        ({"suppressActions": "false"}, ["suppressActions: must be true or false, not 'false'"]),
        ({"syntaxFindings": 0}, ["syntaxFindings: must be true or false, not 0 (a number)"]),
        ({"warn-within": 30}, ["unknown setting 'warn-within'; did you mean warnWithin?"]),
        (
            {"fix": True, "warnwithin": 1},
            [
                "unknown setting 'fix'; choose from table, warnWithin, asOf, diagnosticMode, runOn, inlayHints,"
                " syntaxFindings, suppressActions",
                "unknown setting 'warnwithin'; did you mean warnWithin?",
            ],
        ),
    ],
    ids=str,
)
@pytest.mark.parametrize("way", ["at the start", "pushed"])
def test_wrong_settings_are_logged_once(settings: Message, messages: list[str], way: str) -> None:
    session = Session(options=settings if way == "at the start" else None)
    if way == "pushed":
        session.configure({"lint-runtime": settings})
    session.open(FINE)
    session.save()
    session.configure({"lint-runtime": settings})
    logged = [params["message"] for params in session.sent("window/logMessage")]
    assert logged == [f"lint-runtime: {message}" for message in messages]
    assert session.errors() == []
    # The wrong settings have no effect, but the valid ones do.
    session.configure({"lint-runtime": {**settings, "asOf": "2027-04-01"}})
    assert codes(session.findings()) == ["maintenance-ending"]
    assert {params["type"] for params in session.sent("window/logMessage")} == {1}


@pytest.mark.parametrize("supports", [True, False])
def test_hints_are_requested_again_after_a_change_of_settings(*, supports: bool) -> None:
    session = Session(capabilities={"workspace": {"inlayHint": {"refreshSupport": supports}}})
    session.open(FINE)
    session.change(OUTDATED)
    count = len(session.methods("workspace/inlayHint/refresh"))
    session.configure({"lint-runtime": {"inlayHints": "off"}})
    assert len(session.methods("workspace/inlayHint/refresh")) == count + supports
    changes = [{"uri": session.uri(".lint-runtime.toml"), "type": 2}]
    session.notify(("workspace/didChangeWatchedFiles", {"changes": changes}))
    assert len(session.methods("workspace/inlayHint/refresh")) == count + 2 * supports


def test_changes_of_settings_are_registered() -> None:
    registers = {"dynamicRegistration": True}
    session = Session(
        capabilities={
            "workspace": {"didChangeConfiguration": registers, "didChangeWatchedFiles": registers}
        }
    )
    session.notify(("initialized", {}))
    (params,) = session.sent("client/registerCapability")
    files, settings = params["registrations"]
    assert settings == {
        "id": "lint-runtime-settings",
        "method": "workspace/didChangeConfiguration",
        "registerOptions": {"section": "lint-runtime"},
    }
    assert files["id"] != settings["id"]


# The states of a connection


def test_requests_in_the_wrong_state_are_refused() -> None:
    session = Session()
    session.open(OUTDATED)
    hover = {"textDocument": session.document(), "position": BEGINNING}
    assert session.ask("shutdown")["result"] is None
    refused = {"code": INVALID_REQUEST, "message": "the server is shutting down"}
    assert session.ask("textDocument/hover", **hover)["error"] == refused
    assert session.ask("shutdown")["error"] == refused
    count = len(session.messages)
    session.notify(session.typing(FINE))
    assert len(session.messages) == count
    fresh = Session(is_started=False)
    refused = {"code": NOT_INITIALIZED, "message": "send 'initialize' first"}
    assert fresh.ask("textDocument/hover", **hover)["error"] == refused
    fresh.notify(("textDocument/didSave", {"textDocument": session.document()}))
    assert len(fresh.messages) == 1


@pytest.mark.parametrize("day", ["0001-01-01", "9999-10-15", "9999-12-31"])
def test_every_day_of_the_calendar(day: str) -> None:
    session = Session(options={"asOf": day})
    comment = "# lint-runtime: ignore[floating-tag] until="
    session.open(f"{UNSUPPORTED}{comment}\n")
    found = answers(session)
    assert found["actions"]
    assert found["hover"]
    place = {"line": 1, "character": len(comment)}
    params = {"textDocument": session.document(), "position": place}
    items = session.request("textDocument/completion", **params)["items"]
    assert items[-1]["label"] <= "9999-12-31"
    assert session.sent("window/logMessage") == []


def test_invalid_day_is_today() -> None:
    session = Session(options={"asOf": "soon"}, clock=lambda: date(2027, 4, 1))
    assert codes(session.open(FINE)) == ["maintenance-ending"]


def test_day_comes_from_the_clock() -> None:
    today = AS_OF
    session = Session(clock=lambda: today)
    session.open(FINE)
    today += timedelta(days=200)
    assert codes(session.change(f"{FINE}# x\n")) == ["maintenance-ending"]


def test_inlay_hints_can_be_off() -> None:
    session = Session(options={"inlayHints": "off"})
    session.open(FINE)
    assert answers(session)["hints"] == []
    assert answers(session)["links"] != []
    session.configure({"lint-runtime": {"inlayHints": None}})
    assert len(answers(session)["hints"]) == 1


# Errors


HOSTILE = {
    "nothing": "",
    "NUL characters": "FROM a\0b\n",
    "a lone surrogate": f"FROM {RUNTIME}:9.7.0\ud800\n",
    "lone surrogates next to images": (
        f"ARG V=13.\ud800\nFROM {RUNTIME}:9.7.0\nCOPY --from={RUNTIME}:13.11.0 /\ud800 /\n"
    ),
    "other ends of lines": f"# a\x0bb\x0cc\u2028d\u2029e\x85f\r# g\r\n{UNSUPPORTED}",
    "only carriage returns": f"# a\rFROM {RUNTIME}:9.7.0\r",
    "a byte order mark": f"\ufeff{UNSUPPORTED}",
    "a workflow command": "FROM ::error::x\n##[error]x\n",
    "many stages": UNSUPPORTED * 200,
    "a long line": f"FROM {'a' * 200_000}\n",
    "brackets": "FROM ${" * 500,
    "Markdown": f"# lint-runtime: ignore[end-of-basic-support] -- <b>|`\n{UNSUPPORTED}",
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_text_is_no_error(text: str) -> None:
    session = Session()
    session.open(text)
    document = session.document()
    lines = text.count("\n")
    for line, character in ((0, 0), (0, 9), (lines, 3), (10**6, 10**6)):
        position = {"line": line, "character": character}
        hover_at(session, line, character)
        session.request("textDocument/completion", textDocument=document, position=position)
        context = {"range": {"start": BEGINNING, "end": position}, "context": {"diagnostics": []}}
        session.request("textDocument/codeAction", textDocument=document, **context)
    assert codes(session.change(UNSUPPORTED)) == ["end-of-basic-support"]
    assert session.errors() == session.sent("window/logMessage") == []


def test_lines_end_where_the_editor_ends_them() -> None:
    (finding,) = Session().open(HOSTILE["other ends of lines"])
    assert finding["range"]["start"] == {"line": 2, "character": 5}


def test_mistake_of_the_server_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken\nin two lines")

    session = Session()
    session.open(FINE)
    monkeypatch.setattr(Documents, "check", fail)
    assert answers(session) == NO_ANSWERS
    assert (
        session.sent("window/logMessage")
        == [{"type": 1, "message": "lint-runtime: RuntimeError: broken"}] * 5
    )
    session.change(OUTDATED)
    assert len(session.sent("window/logMessage")) == 6
    assert session.errors() == []
    monkeypatch.undo()
    assert codes(session.change(OUTDATED)) == ["outdated-release"]
    assert answers(session) != NO_ANSWERS
