"""Files of the workspace that are not open: how they are found, checked, watched and reported."""

from __future__ import annotations

import platform
import subprocess
import sys
from collections.abc import Sequence
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest

import lint_runtime
from lint_runtime.files import MAX_FILE
from lint_runtime.lifecycle.model import Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.refresh import dump_table
from lint_runtime.lsp.buffer import Buffer
from lint_runtime.lsp.documents import Document, Documents
from tests.conftest import AS_OF, TABLE
from tests.lsp.buffers import FINE, OUTDATED, UNSUPPORTED
from tests.lsp.session import Message, Session, codes

WATCHING: Message = {
    "workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True, "relativePatternSupport": True}}
}
PULLING: Message = {
    "workspace": {**WATCHING["workspace"], "diagnostics": {"refreshSupport": True}},
    "textDocument": {"diagnostic": {}},
}
START: tuple[str, Message] = ("initialized", {})
DECLARING = "[project]\nname = 'demo'\n[tool.astro]\ndockerfile = 'docker/image'\n"


def write(directory: Path, texts: dict[str, str]) -> None:
    """Write texts to files below a directory.

    texts: the texts, keyed by relative path
    """
    for name, text in texts.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def start(directory: Path, capabilities: Message | None = None, **settings: object) -> Session:
    """Open a directory in an editor that checks the workspace."""
    options = {"diagnosticMode": "workspace", **settings}
    session = Session(directory, options, capabilities or WATCHING, roots=[directory])
    session.notify(START)
    return session


def shown(session: Session) -> dict[str, list[str]]:
    """Map the relative path of each file with published findings to the rules of these findings."""
    root = session.directory.as_uri()
    uris = {params["uri"]: None for params in session.sent("textDocument/publishDiagnostics")}
    found = {uri: codes_of(session, uri) for uri in uris}
    return {uri.removeprefix(f"{root}/"): rules for uri, rules in found.items() if rules}


def codes_of(session: Session, uri: str) -> list[str]:
    return [finding.get("code", "configuration") for finding in session.findings(uri)]


def changed(session: Session, *names: str, kind: int = 2) -> tuple[str, Message]:
    """Return the notification that files have changed.

    kind: 1 for created, 2 for changed, 3 for deleted
    """
    changes = [{"uri": session.uri(name), "type": kind} for name in names]
    return "workspace/didChangeWatchedFiles", {"changes": changes}


def test_files_are_those_of_the_command(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/Dockerfile": OUTDATED,
            "a/prod.Dockerfile": UNSUPPORTED,
            "b/pyproject.toml": DECLARING,
            "b/docker/image": UNSUPPORTED,
            "other/pyproject.toml": "[project]\nname = 'other'\n",
            "node/README.md": UNSUPPORTED,
            "ignored/Dockerfile": OUTDATED,
            "excluded/Dockerfile": OUTDATED,
        },
    )
    (tmp_path / ".gitignore").write_text("ignored/\n")
    (tmp_path / "excluded" / ".lint-runtime.toml").write_text('exclude = ["Docker*"]\n')
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    expected = {
        "a/Dockerfile": ["outdated-release"],
        "a/prod.Dockerfile": ["end-of-basic-support"],
        "b/pyproject.toml": ["invalid-manifest"],
        "b/docker/image": ["end-of-basic-support"],
    }
    assert shown(start(tmp_path)) == expected


def test_only_open_documents_are_checked_by_default(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": OUTDATED})
    session = Session(tmp_path, roots=[tmp_path])
    session.notify(START)
    assert shown(session) == {}
    session.configure({"lint-runtime": {"diagnosticMode": "workspace"}})
    assert shown(session) == {"Dockerfile": ["outdated-release"]}
    session.configure({"lint-runtime": {"diagnosticMode": "openFiles"}})
    assert shown(session) == {}


def test_each_folder_has_its_configuration(tmp_path: Path) -> None:
    write(tmp_path, {"a/Dockerfile": OUTDATED, "b/Dockerfile": OUTDATED})
    (tmp_path / "a" / ".lint-runtime.toml").write_text('ignore = ["outdated-release"]\n')
    roots = [tmp_path / "a", tmp_path / "b"]
    session = Session(tmp_path, {"diagnosticMode": "workspace"}, WATCHING, roots=roots)
    session.notify(START)
    assert shown(session) == {"b/Dockerfile": ["outdated-release"]}
    added: list[Message] = [{"uri": tmp_path.as_uri(), "name": "x"}]
    removed = [{"uri": root.as_uri(), "name": root.name} for root in roots]
    write(tmp_path, {"c/Dockerfile": UNSUPPORTED})
    event = {"added": added, "removed": removed[1:]}
    session.notify(("workspace/didChangeWorkspaceFolders", {"event": event}))
    assert shown(session) == {
        "b/Dockerfile": ["outdated-release"],
        "c/Dockerfile": ["end-of-basic-support"],
    }
    event = {"added": [], "removed": [*added, removed[0]]}
    session.notify(("workspace/didChangeWorkspaceFolders", {"event": event}))
    assert shown(session) == {}


def test_editor_with_one_folder_or_none(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": OUTDATED})
    for root, found in ((tmp_path, {"Dockerfile": ["outdated-release"]}), (None, {})):
        session = Session(tmp_path, {"diagnosticMode": "workspace"}, WATCHING, root=root)
        session.notify(START)
        assert shown(session) == found
        lines = session.extension_request("debugInformation")["text"].splitlines()
        assert [line for line in lines if line.startswith("workspace: ")] == [f"workspace: {root}"] * len(
            found
        )
        assert codes(session.open(UNSUPPORTED)) == ["end-of-basic-support"]


def test_problems_of_the_search_are_logged(tmp_path: Path) -> None:
    write(tmp_path, {"a/Dockerfile": OUTDATED})
    (tmp_path / "Dockerfile").symlink_to("Dockerfile")
    (tmp_path / "a" / ".git").mkdir()
    session = start(tmp_path)
    assert shown(session) == {"a/Dockerfile": ["outdated-release"]}
    link, repository = session.sent("window/logMessage")
    assert link["message"].startswith("lint-runtime: [Errno ")
    assert repository["message"].startswith(f"lint-runtime: did not apply .gitignore in '{tmp_path}/a': ")


def test_document_is_checked_as_it_is_in_the_editor(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": OUTDATED})
    session = start(tmp_path)
    assert codes(session.open(UNSUPPORTED)) == ["end-of-basic-support"]
    session.notify(changed(session, "Dockerfile"))
    assert codes(session.findings()) == ["end-of-basic-support"]
    session.close_document()
    assert codes(session.findings()) == ["outdated-release"]
    assert session.published()[-1].get("version") is None
    session = Session(tmp_path)
    session.open(FINE)
    # The document is closed during the pause after its last change.
    closed = ("textDocument/didClose", {"textDocument": session.document()})
    session.notify(session.typing(UNSUPPORTED), closed)
    assert session.findings() == []


def test_files_that_are_changed_created_and_deleted(tmp_path: Path) -> None:
    write(tmp_path, {"a/Dockerfile": OUTDATED, "b/Dockerfile": OUTDATED})
    session = start(tmp_path)
    count = len(session.messages)
    write(tmp_path, {"a/Dockerfile": UNSUPPORTED, "c/Dockerfile": OUTDATED})
    (tmp_path / "b" / "Dockerfile").unlink()
    session.notify(changed(session, "a/Dockerfile", "b/Dockerfile", "c/Dockerfile"))
    assert shown(session) == {
        "a/Dockerfile": ["end-of-basic-support"],
        "c/Dockerfile": ["outdated-release"],
    }
    session.notify(changed(session, "a/Dockerfile"))
    # The second notification causes no message: unchanged findings are not sent again.
    assert len(session.messages) == count + 3


@pytest.mark.parametrize("is_open", [True, False])
def test_manifest_is_compared_with_its_changed_dockerfile(*, is_open: bool, tmp_path: Path) -> None:
    manifest = DECLARING.replace("[tool", "dependencies = ['apache-airflow==3.3.*']\n[tool")
    runtime = "FROM astrocrpublic.azurecr.io/runtime"
    write(tmp_path, {"pyproject.toml": manifest, "docker/image": f"{runtime}:3.3-8\n"})
    session = start(tmp_path)
    if is_open:
        session.start(manifest, "pyproject.toml", "toml")
    assert "pyproject.toml" not in shown(session)
    write(tmp_path, {"docker/image": f"{runtime}:3.2-10\n"})
    session.notify(changed(session, "docker/image"))
    assert shown(session)["pyproject.toml"] == ["airflow-mismatch"]
    session.open(f"{runtime}:3.3-8\n", "docker/image")
    assert "pyproject.toml" not in shown(session)
    session.close_document("docker/image")
    assert shown(session)["pyproject.toml"] == ["airflow-mismatch"]


def test_saved_dockerfile_is_compared_with_the_manifest(tmp_path: Path) -> None:
    manifest = DECLARING.replace("[tool", "dependencies = ['apache-airflow==3.3.*']\n[tool")
    runtime = "FROM astrocrpublic.azurecr.io/runtime"
    session = start(tmp_path, runOn="save")
    # The manifest is opened last, and the editor shows the findings of all documents.
    session.open(f"{runtime}:3.3-8\n", "docker/image")
    session.start(manifest, "pyproject.toml", "toml")
    session.change(f"{runtime}:3.2-10\n", "docker/image")
    assert codes(session.findings("pyproject.toml")) == []
    session.save("docker/image")
    assert codes(session.findings("pyproject.toml")) == ["airflow-mismatch"]


def test_manifest_that_is_typed_waits_for_its_own_pause(tmp_path: Path) -> None:
    session = start(tmp_path)
    session.start(DECLARING, "pyproject.toml", "toml")
    session.open(FINE, "docker/image")
    count = len(session.published("pyproject.toml"))
    typed = session.typing(UNSUPPORTED, "docker/image"), session.typing(f"{DECLARING}#", "pyproject.toml")
    session.notify(*typed, interval=0.1)
    assert [params["version"] for params in session.published("pyproject.toml")[count:]] == [2]


def test_manifest_is_compared_with_its_new_dockerfile(tmp_path: Path) -> None:
    manifest = DECLARING.replace("[tool", "dependencies = ['apache-airflow==3.3.*']\n[tool")
    write(tmp_path, {"pyproject.toml": manifest.replace("docker/image", "Dockerfile")})
    session = start(tmp_path)
    assert shown(session) == {}
    write(tmp_path, {"Dockerfile": "FROM astrocrpublic.azurecr.io/runtime:3.2-10\n"})
    session.notify(changed(session, "Dockerfile", kind=1))
    assert shown(session)["pyproject.toml"] == ["airflow-mismatch"]


def test_large_file_and_file_in_another_encoding(tmp_path: Path) -> None:
    for name, data in (
        ("a/Dockerfile", OUTDATED.encode() + b"# %s\n" % (b"x" * 997) * (MAX_FILE // 1000 + 1)),
        ("b/Dockerfile", b"# \xe9\n" + OUTDATED.encode()),
    ):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(data)
    session = start(tmp_path)
    assert shown(session) == {
        "a/Dockerfile": ["parse-error", "outdated-release"],
        "b/Dockerfile": ["outdated-release"],
    }
    assert "16 MiB" in session.findings("a/Dockerfile")[0]["message"]


def test_mismatch_is_shown_in_the_manifest_that_the_search_finds(tmp_path: Path) -> None:
    manifest = DECLARING.replace("[tool", "dependencies = ['apache-airflow==3.3.*']\n[tool")
    write(tmp_path, {"pyproject.toml": manifest})
    session = Session(tmp_path, {"diagnosticMode": "workspace"}, WATCHING, roots=[tmp_path])
    assert "airflow-mismatch" in codes(
        session.open("FROM astrocrpublic.azurecr.io/runtime:3.2-10\n", "docker/image")
    )
    session.notify(START)
    assert "airflow-mismatch" not in codes(session.findings("docker/image"))
    assert shown(session)["pyproject.toml"] == ["airflow-mismatch"]


@pytest.mark.parametrize(
    ("name", "text"),
    [(".lint-runtime.toml", 'ignore = ["lifecycle"]\n'), (".gitignore", "Dockerfile\n")],
)
def test_configuration_is_watched(name: str, text: str, tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    write(tmp_path, {"Dockerfile": UNSUPPORTED})
    session = start(tmp_path)
    assert shown(session) == {"Dockerfile": ["end-of-basic-support"]}
    (tmp_path / name).write_text(text)
    session.notify(changed(session, name))
    assert shown(session) == {}


def test_search_does_not_wait_for_the_editor(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": UNSUPPORTED})
    refreshes = {"inlayHint": {"refreshSupport": True}}
    capabilities = {"workspace": {**WATCHING["workspace"], **refreshes, "configuration": True}}
    session = Session(tmp_path, {"diagnosticMode": "workspace"}, capabilities, roots=[tmp_path])
    session.settings = {"diagnosticMode": "workspace", "warnWithin": None}
    session.delayed = []
    session.notify(START)
    assert session.delayed is None
    # The settings are the same, so nothing is checked again.
    assert session.sent("workspace/inlayHint/refresh") == []


def test_broken_configuration_has_findings_but_no_message(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": UNSUPPORTED})
    config = tmp_path / ".lint-runtime.toml"
    config.write_text("fix = 1\n")
    session = start(tmp_path)
    assert shown(session) == {".lint-runtime.toml": ["configuration"]}
    assert session.errors() == []
    session.open(UNSUPPORTED)
    assert len(session.errors()) == 1
    session.close_document()
    assert len(session.published(".lint-runtime.toml")) == 1
    write(tmp_path, {"a/Dockerfile": FINE, "a/.lint-runtime.toml": "fix = 1\n"})
    session.notify(changed(session, "a/Dockerfile", kind=1))
    assert [*shown(session)] == [".lint-runtime.toml", "a/.lint-runtime.toml"]
    write(tmp_path, {"a/.lint-runtime.toml": "\n"})
    session.notify(changed(session, "a/.lint-runtime.toml"))
    assert [*shown(session)] == [".lint-runtime.toml"]
    config.write_text("")
    session.notify(changed(session, ".lint-runtime.toml"))
    assert shown(session) == {"Dockerfile": ["end-of-basic-support"]}


@pytest.mark.parametrize("delayed", [None, []], ids=["at once", "late"])
def test_files_that_no_general_pattern_matches_are_watched(
    delayed: list[Message] | None, tmp_path: Path
) -> None:
    write(tmp_path, {"project/pyproject.toml": DECLARING, "project/docker/image": FINE})
    config, table = tmp_path / ".lint-runtime.toml", tmp_path / "table.json"
    config.write_text('table = "table.json"\n')
    table.write_text(dump_table(TABLE))
    session = Session(
        tmp_path / "project", {"diagnosticMode": "workspace"}, WATCHING, roots=[tmp_path / "project"]
    )
    session.delayed = delayed
    session.notify(START)

    def watched() -> list[list[str]]:
        registrations = [params["registrations"][0] for params in session.sent("client/registerCapability")]
        return [
            [
                f"{pattern['baseUri']}/{pattern['pattern']}".removeprefix(tmp_path.as_uri())
                for pattern in (
                    watcher["globPattern"] for watcher in options["registerOptions"]["watchers"]
                )
            ]
            for options in registrations
            if options["id"] == "lint-runtime-elsewhere"
        ]

    assert watched() == [["/.lint-runtime.toml", "/project/docker/image", "/table.json"]]
    assert shown(session) == {"pyproject.toml": ["invalid-manifest"]}
    releases = [
        release._replace(yank=Yank(AS_OF, "broken")) if str(release.version) == "13.11.0" else release
        for release in TABLE.releases
    ]
    table.write_text(dump_table(LifecycleTable(TABLE.date, TABLE.series, releases)))
    session.notify(changed(session, "../table.json"))
    assert shown(session)["docker/image"] == ["yanked-release"]
    assert len(watched()) == 1
    config.unlink()
    session.notify(changed(session, "../.lint-runtime.toml"))
    assert watched()[1:] == [["/project/docker/image"]]
    assert len(session.sent("client/unregisterCapability")) == 1
    # The editor refuses to stop the watches, but the server asks for new ones.
    session.refuses = True
    config.write_text('table = "table.json"\n')
    session.notify(changed(session, "../.lint-runtime.toml"))
    assert watched()[2:] == watched()[:1]
    assert len(session.sent("client/unregisterCapability")) == 2


def test_only_general_patterns_are_watched_without_relative_patterns(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": DECLARING, "docker/image": FINE})
    session = start(tmp_path, {"workspace": {"didChangeWatchedFiles": {"dynamicRegistration": True}}})
    (params,) = session.sent("client/registerCapability")
    assert [registration["id"] for registration in params["registrations"]] == ["lint-runtime-files"]


@pytest.mark.parametrize("is_setting", [True, False], ids=["setting", "configuration"])
def test_repaired_lifecycle_data_is_read_again(is_setting: bool, tmp_path: Path) -> None:
    table = tmp_path / "table.json"
    write(tmp_path, {"Dockerfile": UNSUPPORTED, "table.json": "{"})
    settings: dict[str, Any] = {"table": str(table)} if is_setting else {}
    if not is_setting:
        write(tmp_path, {".lint-runtime.toml": 'table = "table.json"\n'})
    session = start(tmp_path, **settings)
    assert "Dockerfile" not in shown(session)
    (registration,) = session.sent("client/registerCapability")[-1]["registrations"]
    (watcher,) = registration["registerOptions"]["watchers"]
    assert watcher["globPattern"] == {"baseUri": tmp_path.as_uri(), "pattern": "table.json"}
    table.write_text(dump_table(TABLE))
    session.notify(changed(session, "table.json"))
    assert shown(session) == {"Dockerfile": ["end-of-basic-support"]}


def test_mistake_in_one_file_is_logged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a/Dockerfile": OUTDATED, "b/Dockerfile": OUTDATED})
    check = Documents.check

    def fail(documents: Documents, document: Document) -> Buffer | None:
        if document.path.endswith("a/Dockerfile"):
            raise RuntimeError("broken")
        return check(documents, document)

    monkeypatch.setattr(Documents, "check", fail)
    session = start(tmp_path)
    assert shown(session) == {"b/Dockerfile": ["outdated-release"]}
    assert [sent["message"] for sent in session.sent("window/logMessage")] == [
        "lint-runtime: RuntimeError: broken"
    ]


def test_save_checks_a_document_at_once(tmp_path: Path) -> None:
    session = start(tmp_path, runOn="save")
    session.open(FINE)
    assert session.change(UNSUPPORTED) == []
    assert codes(session.save()) == ["end-of-basic-support"]
    session.configure({"lint-runtime": {"runOn": "type"}})
    assert session.change(FINE) == []
    session.save("main.py")
    assert session.sent("window/logMessage") == []


def test_check_after_a_pause_is_not_repeated(tmp_path: Path) -> None:
    for method, params in (
        ("textDocument/didSave", {"textDocument": {"uri": (tmp_path / "Dockerfile").as_uri()}}),
        ("workspace/didChangeConfiguration", {"settings": {"lint-runtime": {}}}),
    ):
        session = start(tmp_path)
        session.open(FINE)
        session.notify(session.typing(UNSUPPORTED), (method, params))
        assert [published["version"] for published in session.published()] == [1, 2], method


# Findings that the editor pulls


def pull(session: Session, *before: tuple[str, Message], previous: object = None) -> Any:
    """Pull the findings of the Dockerfile, and return the answer.

    before: the notifications to send before the request
    previous: the result ID of the findings that the editor already has
    """
    params = {"textDocument": session.document(), "previousResultId": previous}
    return session.request_between("textDocument/diagnostic", params, before)


def pull_workspace(
    session: Session,
    known: dict[str, str],
    *after: tuple[str, Message],
    before: Sequence[tuple[str, Message]] = (),
) -> Any:
    """Pull the findings of the workspace. Return a dict from path to rules, or None if no answer came.

    known: the result IDs that the editor has, keyed by URI. They are updated from the answer.
    after: the notifications to send after the request
    before: the notifications to send before the request
    """
    previous = [{"uri": uri, "value": value} for uri, value in known.items()]
    params: Message = {"previousResultIds": previous}
    answer = session.request_between("workspace/diagnostic", params, before, after)
    if answer is None:
        return None
    found = {}
    for item in answer["items"]:
        known.pop(item["uri"], None)
        if "resultId" in item:
            known[item["uri"]] = item["resultId"]
        found[item["uri"].removeprefix(f"{session.directory.as_uri()}/")] = codes(item["items"])
    return found


def test_findings_of_an_open_document_are_pulled(tmp_path: Path) -> None:
    session = start(tmp_path, PULLING)
    assert session.capabilities["diagnosticProvider"] == {
        "interFileDependencies": True,
        "workspaceDiagnostics": True,
    }
    session.start(OUTDATED, "Dockerfile", "dockerfile")
    first = pull(session)
    assert (first["kind"], codes(first["items"])) == ("full", ["outdated-release"])
    again = pull(session, previous=first["resultId"])
    assert again == {"kind": "unchanged", "resultId": first["resultId"]}
    session.notify(session.typing(UNSUPPORTED))
    assert codes(pull(session, previous=first["resultId"])["items"]) == ["end-of-basic-support"]
    assert session.published() == []
    other = session.request_between("textDocument/diagnostic", {"textDocument": session.document("x.py")})
    assert other == {"kind": "full", "items": []}


def test_request_waits_for_a_pause(tmp_path: Path) -> None:
    session = start(tmp_path, PULLING)
    session.start(FINE, "Dockerfile", "dockerfile")
    assert pull(session)["items"] == []
    answer = pull(session, session.typing(UNSUPPORTED), session.typing(OUTDATED))
    assert codes(answer["items"]) == ["outdated-release"]


def test_request_is_answered_after_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    session = start(tmp_path, PULLING)
    session.start(FINE, "Dockerfile", "dockerfile")
    monkeypatch.setattr(Documents, "check", fail)
    assert pull(session, session.typing(UNSUPPORTED))["items"] == []
    (logged,) = session.sent("window/logMessage")
    assert logged == {"type": 1, "message": "lint-runtime: RuntimeError: broken"}


def test_findings_about_typed_text_are_pulled_after_the_long_pause(tmp_path: Path) -> None:
    session = start(tmp_path, PULLING)
    session.start(FINE, "Dockerfile", "dockerfile")
    session.notify(session.typing(FINE.replace("13.11.0", "13.1.0")))
    assert len(session.methods("workspace/diagnostic/refresh")) == 1
    assert pull(session)["items"] != []


@pytest.mark.parametrize("change", ["settings", "configuration"])
def test_changes_of_other_files_ask_for_another_pull(change: str, tmp_path: Path) -> None:
    session = start(tmp_path, PULLING)
    session.start(FINE, "Dockerfile", "dockerfile")
    assert pull(session)["items"] == []
    if change == "settings":
        session.configure({"lint-runtime": {"asOf": "2027-04-01"}})
    else:
        (tmp_path / ".lint-runtime.toml").write_text("warn-within = 900\n")
        session.notify(changed(session, ".lint-runtime.toml"))
    assert len(session.methods("workspace/diagnostic/refresh")) == 1
    assert codes(pull(session)["items"]) == ["maintenance-ending"]


def test_findings_of_the_workspace_are_pulled_when_they_change(tmp_path: Path) -> None:
    write(tmp_path, {"a/Dockerfile": OUTDATED, "b/Dockerfile": UNSUPPORTED, "c/Dockerfile": FINE})
    session = start(tmp_path, PULLING)
    # The server publishes findings until the editor first pulls them, because the editor may be unable to pull.
    assert shown(session).keys() == {"a/Dockerfile", "b/Dockerfile"}
    known: dict[str, str] = {}
    assert pull_workspace(session, known) == {
        "a/Dockerfile": ["outdated-release"],
        "b/Dockerfile": ["end-of-basic-support"],
    }
    assert shown(session) == {}
    write(tmp_path, {"a/Dockerfile": FINE, "c/Dockerfile": OUTDATED})
    (tmp_path / "b" / "Dockerfile").unlink()
    event = changed(session, "a/Dockerfile", "b/Dockerfile", "c/Dockerfile")
    assert pull_workspace(session, known, event) == {
        "a/Dockerfile": [],
        "b/Dockerfile": [],
        "c/Dockerfile": ["outdated-release"],
    }
    # The answer comes after the search for files, so it includes the new file.
    write(tmp_path, {"d/Dockerfile": OUTDATED})
    assert pull_workspace(session, {}, before=[changed(session, "d/Dockerfile")]) == {
        "a/Dockerfile": [],
        "c/Dockerfile": ["outdated-release"],
        "d/Dockerfile": ["outdated-release"],
    }
    (tmp_path / "d" / "Dockerfile").unlink()
    session.notify(changed(session, "d/Dockerfile"))
    session.start(UNSUPPORTED, "c/Dockerfile", "dockerfile")
    assert pull_workspace(session, known) is None
    assert shown(session) == {}
    assert session.methods("workspace/diagnostic/refresh") == []


def test_editor_without_refresh_gets_published_findings(tmp_path: Path) -> None:
    session = start(tmp_path, {"textDocument": {"diagnostic": {}}})
    assert "diagnosticProvider" not in session.capabilities
    assert codes(session.open(OUTDATED)) == ["outdated-release"]


# Requests of extensions


def test_status_is_sent_after_the_first_request(tmp_path: Path) -> None:
    write(tmp_path, {"a/Dockerfile": OUTDATED, "b/Dockerfile": UNSUPPORTED, "broken/Dockerfile": FINE})
    (tmp_path / "broken" / ".lint-runtime.toml").write_text("fix = 1\n")
    old = LifecycleTable(date(2026, 1, 1), TABLE.series, TABLE.releases)
    write(tmp_path, {"b/table.json": dump_table(old), "b/.lint-runtime.toml": 'table = "table.json"\n'})
    session = start(tmp_path, nonsense=1)
    assert session.sent("lint-runtime/status") == []
    status = session.extension_request("status")
    valid, configuration = status.pop("configurations")
    assert valid == {"uri": (tmp_path / "b" / ".lint-runtime.toml").as_uri(), "problems": []}
    assert configuration["uri"] == (tmp_path / "broken" / ".lint-runtime.toml").as_uri()
    assert [problem[:16] for problem in configuration["problems"]] == ["fix: unknown key"]
    (problem,) = status.pop("problems")
    assert problem.startswith("unknown setting 'nonsense'; ")
    counts = {"files": 2, "images": 2, "errors": 1, "warnings": 1, "infos": 0}
    assert status == {"date": "2026-01-01", **counts}
    session.open(FINE, "a/Dockerfile")
    sent = session.sent("lint-runtime/status")[-1]
    assert (sent["files"], sent["warnings"]) == (2, 0)
    session.configure({"lint-runtime": {"table": "gone.json"}})
    _, problem = session.sent("lint-runtime/status")[-1]["problems"]
    assert problem.startswith("cannot use the lifecycle data 'gone.json'")


def test_status_of_another_severity_and_of_no_file() -> None:
    session = Session()
    empty = {"files": 0, "images": 0, "errors": 0, "warnings": 0, "infos": 0}
    others: Message = {"date": str(TABLE.date), "configurations": [], "problems": []}
    assert session.extension_request("status") == {**empty, **others}
    session.open("FROM astrocrpublic.azurecr.io/runtime:3.2-10\n")
    expected = {**empty, **others, "files": 1, "images": 1, "infos": 1}
    assert session.sent("lint-runtime/status") == [expected]


def test_images_are_sorted_by_urgency(tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/Dockerfile": FINE,
            # The first two stages have no Runtime image, but each has a finding.
            "b/Dockerfile": f"ARG X\nFROM $X\nFROM a b c\n{UNSUPPORTED}",
            "c/Dockerfile": UNSUPPORTED.replace("9.7.0", "9.1.0"),
            "d/Dockerfile": UNSUPPORTED.replace("9.7.0-base", "latest"),
        },
    )
    images = start(tmp_path).extension_request("images")["images"]
    rows = [(image["uri"].split("/")[-2], image["status"], image["end"], image["text"]) for image in images]
    assert rows == [
        ("c", "yanked", "2025-01-31", "yanked"),
        ("b", "unsupported", "2025-01-31", "unsupported since 2026-02-01"),
        ("a", "maintained", "2027-04-30", "maintained until 2027-04-30 (217 days)"),
        ("d", "unknown", None, ""),
    ]
    assert images[1]["image"] == "quay.io/astronomer/astro-runtime:9.7.0-base"
    assert images[1]["range"] == {"start": {"line": 3, "character": 5}, "end": {"line": 3, "character": 48}}
    assert images[1]["action"].startswith("upgrade to 13.11.0-base")
    assert images[2]["action"] == ""


def test_one_image_is_upgraded() -> None:
    session = Session()
    session.open(f"{UNSUPPORTED}FROM python\n{FINE}")

    def upgrade(line: int) -> Any:
        place = {"textDocument": session.document(), "position": {"line": line, "character": 30}}
        return session.extension_request("upgradeImage", **place)

    result = upgrade(0)
    assert result["message"] == "Upgrade to 13.11.0-base"
    (edit,) = result["edit"]["changes"][session.uri()]
    assert (edit["range"]["start"]["line"], edit["newText"]) == (0, "13.11.0")
    assert upgrade(1) == {"edit": None, "message": "no Runtime image is here"}
    assert upgrade(2) == {"edit": None, "message": "maintained until 2027-04-30"}
    session.close_document()
    assert upgrade(0) == {"edit": None, "message": "no Runtime image is here"}


def test_upgrade_writes_the_next_step() -> None:
    for day, image, message, after in (
        # 13.6.0 can't move to Airflow 3 directly, so the next step is 13.11.0.
        ("2027-04-01", OUTDATED, "Use 13.11.0", "13.11.0"),
        # The newest release of 3.1 is not the destination, because its maintenance has almost ended.
        ("2027-09-01", "FROM astrocrpublic.azurecr.io/runtime:3.1-5\n", "Upgrade to 3.3-8", "3.3-8"),
    ):
        session = Session(options={"asOf": day})
        session.open(image)
        place = {"textDocument": session.document(), "position": {"line": 0, "character": 30}}
        for request, text in (("upgradeImage", message), ("upgradeAll", "1 change in 1 file")):
            result = session.extension_request(request, **place)
            assert result["message"] == text
            (edit,) = result["edit"]["changes"][session.uri()]
            assert edit["newText"] == after


@pytest.mark.parametrize("confirms", [True, False])
def test_all_images_are_upgraded(*, confirms: bool, tmp_path: Path) -> None:
    write(
        tmp_path,
        {
            "a/Dockerfile": f"FROM a b c\n{UNSUPPORTED}{OUTDATED}",
            "b/Dockerfile": FINE.replace("FROM", "FROM --platform=linux/amd65"),
        },
    )
    support: Message = {"workspaceEdit": {"changeAnnotationSupport": {}}} if confirms else {}
    session = start(tmp_path, {"workspace": {**WATCHING["workspace"], **support}})
    session.open(OUTDATED, "c/Dockerfile")
    result = session.extension_request("upgradeAll")
    assert result["message"] == "3 changes in 2 files"
    edit = result["edit"]
    if confirms:
        assert edit["changeAnnotations"] == {
            title: {"label": title, "needsConfirmation": True}
            for title in ("Upgrade to 13.11.0-base", "Use 13.11.0")
        }
        files = {change["textDocument"]["uri"]: change["edits"] for change in edit["documentChanges"]}
        assert all(change["annotationId"] for edits in files.values() for change in edits)
    else:
        files = edit["changes"]
    lines = {
        uri.split("/")[-2]: [(change["range"]["start"]["line"], change["newText"]) for change in edits]
        for uri, edits in files.items()
    }
    assert lines == {"a": [(1, "13.11.0"), (2, "13.11.0")], "c": [(0, "13.11.0")]}


def test_no_image_needs_an_upgrade() -> None:
    session = Session()
    session.open(FINE)
    assert session.extension_request("upgradeAll") == {"edit": None, "message": "no image needs an upgrade"}


def test_schedule_is_markdown() -> None:
    session = Session()
    markdown = session.extension_request("schedule")["markdown"]
    assert markdown.startswith("### Release series of Astro Runtime, as of 2026-09-25")
    assert "\n| 13 | LTS |" in markdown
    session.configure({"lint-runtime": {"asOf": "2026-10-01"}})
    assert "as of 2026-10-01" in session.extension_request("schedule")["markdown"]
    session.configure({"lint-runtime": {"table": "gone.json"}})
    assert session.extension_request("schedule") is None
    (logged,) = session.sent("window/logMessage")
    assert "gone.json" in logged["message"]
    assert "Traceback" not in str(session.messages)


def test_debug_information_has_versions_and_paths(tmp_path: Path) -> None:
    write(tmp_path, {"a/Dockerfile": FINE, "b/Dockerfile": FINE, "a/.lint-runtime.toml": "fix = 1\n"})
    write(tmp_path, {"b/.lint-runtime.toml": ""})
    session = start(tmp_path, PULLING, warnWithin=9)
    lines = session.extension_request("debugInformation")["text"].splitlines()
    package = Path(lint_runtime.__file__).parent
    assert lines[0] == f"lint-runtime {lint_runtime.__version__} ({package})"
    assert lines[1].startswith(f"Python {platform.python_version()} ({sys.executable}) on ")
    assert lines[2].split() == ["pygls", f"{version('pygls')},", "lsprotocol", version("lsprotocol")]
    assert lines[3] == "findings: pulled by the editor"
    assert [line.removeprefix("setting ") for line in lines if line.startswith("setting ")] == [
        "overrides: {'warn_within': 9}",
        "as_of: None",
        *("diagnostic_mode: 'workspace'", "run_on: 'type'", "inlay_hints: 'full'"),
        *("syntax_findings: True", "suppress_actions: True", "problems: ()"),
    ]
    assert lines[-4:] == [
        f"workspace: {tmp_path}",
        f"lifecycle data of {TABLE.date}: embedded",
        f"configuration: {tmp_path}/a/.lint-runtime.toml (invalid)",
        f"configuration: {tmp_path}/b/.lint-runtime.toml",
    ]
    text = Session().extension_request("debugInformation")["text"]
    assert "\nfindings: published to the editor\nsetting overrides: {}\n" in text
    assert "\nsetting diagnostic_mode: 'openFiles'\n" in text


# Settings of the extension


@pytest.mark.parametrize(
    ("settings", "seen"),
    [
        ({}, ["ignored-stage", "parse-error"]),
        ({"syntaxFindings": False}, []),
    ],
)
def test_findings_about_syntax_can_be_hidden(settings: Message, seen: list[str]) -> None:
    session = Session(options=settings)
    assert codes(session.open(f"{FINE}FROM a b c\n")) == seen


@pytest.mark.parametrize(("value", "count"), [(True, 1), (False, 0)])
def test_suppressions_can_be_off(*, value: bool, count: int) -> None:
    session = Session(options={"suppressActions": value})
    session.open(UNSUPPORTED)
    place = {"start": {"line": 0, "character": 30}, "end": {"line": 0, "character": 30}}
    params: Message = {"textDocument": session.document(), "range": place, "context": {"diagnostics": []}}
    titles = [action["title"] for action in session.request("textDocument/codeAction", **params)]
    assert sum(title.startswith("Suppress ") for title in titles) == count
    assert len(titles) > count
