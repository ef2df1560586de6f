"""The server in this process: checks of buffers, configuration files, settings and errors."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from lint_runtime import __version__
from lint_runtime.lifecycle.data_file import dump_table
from lint_runtime.lifecycle.model import Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lsp.server import Server
from tests.conftest import AS_OF, TABLE
from tests.lsp.buffers import FINE, OUTDATED, RUNTIME, UNSUPPORTED
from tests.lsp.session import Message, Session, codes

BEGINNING: Message = {"line": 0, "character": 0}
WHOLE = {"start": BEGINNING, "end": {"line": 9999, "character": 0}}


def hover_at(session: Session, line: int, character: int, name: str = "Dockerfile") -> Any:
    position = {"line": line, "character": character}
    return session.request("textDocument/hover", textDocument=session.document(name), position=position)


def answers(session: Session, name: str = "Dockerfile") -> dict[str, Any]:
    """Return the answer to each kind of request about a document."""
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
    ["untitled:Untitled-1", "git:/project/Dockerfile", "a b/Dockerfile", "é/Dockerfile", "100%/Dockerfile"],
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
    # Some editors watch no files. Saving any file reads the configuration again.
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


@pytest.mark.parametrize(
    ("workspace", "patterns"),
    [
        (
            {"didChangeWatchedFiles": {"dynamicRegistration": True}},
            ["**/.lint-runtime.toml", "**/pyproject.toml"],
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
                        "id": "lint-runtime",
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
    """Return a file with lifecycle data in which 13.11.0 is yanked."""
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
        ({"asOf": "2027-04-29", "warnWithin": -1}, ["maintenance-ending"]),
        ({"warnWithin": True, "asOf": "2027-04-29"}, ["maintenance-ending"]),
        ({"warnWithin": "217", "table": 7, "asOf": 7, "inlayHints": 7}, []),
        ({"asOf": "", "table": ""}, []),
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
    assert codes(session.configure({"lint-runtime": {"inlayHints": True}})) == ["maintenance-ending"]
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
        ({"asOf": "soon"}, "invalid asOf 'soon' (expected YYYY-MM-DD)"),
        ({"asOf": "2026-13-01"}, "invalid asOf '2026-13-01' (expected YYYY-MM-DD)"),
    ],
)
def test_invalid_setting_is_shown_once(settings: Message, message: str) -> None:
    session = Session()
    session.open(OUTDATED)
    for count in (1, 2):
        session.configure({"lint-runtime": settings})
        session.change(f"{OUTDATED}# {count}\n")
        assert len(session.errors()) == count
        assert session.errors()[-1].startswith(f"lint-runtime: {message}")


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
    session = Session(options={"inlayHints": False})
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
    monkeypatch.setattr(Server, "_buffer", fail)
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
