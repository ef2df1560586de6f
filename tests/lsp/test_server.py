"""Sessions of a real editor with the server, over its standard input and output."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types

from lint_runtime import lint
from lint_runtime.api import list_longer_tags
from lint_runtime.lifecycle.data_file import dump_table
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import Yank
from lint_runtime.lifecycle.table import LifecycleTable
from tests.conftest import AS_OF, FIXTURES
from tests.lsp.editor import Editor, applied, edit, edits_of, run_apart

pytestmark = pytest.mark.process

RUNTIME = "quay.io/astronomer/astro-runtime"
UNSUPPORTED = f"FROM {RUNTIME}:9.7.0-base\n"
OUTDATED = f"FROM {RUNTIME}:13.6.0\n"
FINE = f"FROM {RUNTIME}:13.11.0\n"


def _codes(found: list[types.Diagnostic]) -> list[object]:
    return [one.code for one in found]


# Findings


def test_findings_follow_the_buffer(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        assert _codes(await editor.open(UNSUPPORTED)) == ["end-of-basic-support"]
        assert _codes(await editor.change(OUTDATED)) == ["outdated-release"]
        assert _codes(await editor.change(FINE)) == []
        assert _codes(await editor.change(f"# comment\n{UNSUPPORTED}")) == ["end-of-basic-support"]
        assert _codes(await editor.save()) == ["end-of-basic-support"]
        # What is no longer open is not shown, and a file that is gone was closed.
        assert await editor.close() == []

    edit(tmp_path, session)


def test_findings_are_those_of_the_command(tmp_path: Path) -> None:
    sources = {
        path.parent.name: path.read_bytes()
        for path in sorted((FIXTURES / "rules").glob("*/bad.Dockerfile"))
    }

    async def session(editor: Editor) -> None:
        for number, data in enumerate(sources.values()):
            try:
                text = data.decode()
            except UnicodeDecodeError:
                continue
            found = await editor.open(text, f"{number}/Dockerfile")
            expected = lint(data, today=AS_OF)
            assert _codes(found) == [one.rule for one in expected]
            assert [one.message.partition("\n")[0] for one in found] == [one.message for one in expected]

    edit(tmp_path, session)


def test_a_finding_has_all_its_parts(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        source = f"FROM {RUNTIME}:9.7.0\n# x\nFROM \\\n  {RUNTIME}:13.6.0\n"
        ended, unused, outdated = await editor.open(source)
        assert ended.range == types.Range(types.Position(0, 5), types.Position(0, 43))
        assert outdated.range == types.Range(types.Position(3, 2), types.Position(3, 41))
        severities = [ended.severity, unused.severity, outdated.severity]
        kinds = types.DiagnosticSeverity
        assert severities == [kinds.Error, kinds.Warning, kinds.Warning]
        assert [list(one.tags or ()) for one in (ended, unused, outdated)] == [
            [types.DiagnosticTag.Deprecated],
            [types.DiagnosticTag.Unnecessary],
            [],
        ]
        assert ended.source == "lint-runtime"
        assert ended.code_description
        assert ended.code_description.href.startswith("https://www.astronomer.io/")
        assert ended.message.splitlines()[:3] == [
            "Astro Runtime 9.7.0 is unsupported since 2026-01-31",
            "help: upgrade to 13.11.0 (Airflow 2.11, maintained until 2027-04-30)",
            "note: maintenance of 9.x ended 2025-01-31, basic support 2026-01-31 (published 2025-09-03)",
        ]

    edit(tmp_path, session)


@pytest.mark.parametrize(
    ("encoding", "column"),
    [
        (types.PositionEncodingKind.Utf8, 21),
        (types.PositionEncodingKind.Utf16, 19),
        (types.PositionEncodingKind.Utf32, 18),
    ],
)
def test_positions_are_in_the_encoding_agreed_on(
    encoding: types.PositionEncodingKind, column: int, tmp_path: Path
) -> None:
    general = types.GeneralClientCapabilities(position_encodings=[encoding])
    capabilities = types.ClientCapabilities(general=general)

    async def session() -> None:
        editor = Editor(tmp_path)
        result = await editor.start(capabilities=capabilities)
        assert result.capabilities.position_encoding == encoding
        found = await editor.open(f"FROM --platform=\U0001f600 {UNSUPPORTED[5:]}")
        (place,) = (one.range.start for one in found if one.code == "end-of-basic-support")
        assert place == types.Position(0, column)
        assert await editor.hover(0, column)
        assert any("Upgrade" in one.title for one in await editor.actions(0, column + 3))
        await editor.stop()

    run_apart(session())


# What can be done


def test_a_fix_makes_its_finding_go_away(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        source = f"# é\U0001f600\r\n{OUTDATED}"
        await editor.open(source)
        fix, *others = await editor.actions(1, 20)
        assert (fix.title, fix.kind, fix.is_preferred) == ("Use 13.11.0", "quickfix", True)
        assert [one.code for one in fix.diagnostics or ()] == ["outdated-release"]
        assert not any(one.is_preferred for one in others)
        fixed = applied(source, edits_of(fix))
        assert fixed == source.replace("13.6.0", "13.11.0")
        assert await editor.change(fixed) == []

    edit(tmp_path, session)


def test_a_fix_that_needs_review_says_so(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        await editor.open(f"FROM {RUNTIME}:13\n")
        fix, *_ = await editor.actions(0, 20)
        assert (fix.title, fix.is_preferred) == ("Use 13.11.0 (unsafe: review it)", False)

    edit(tmp_path, session)


def test_an_image_moves_to_each_series_that_it_may_move_to(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        await editor.open(UNSUPPORTED)
        titles = [one.title for one in await editor.actions(0, 20)]
        # From Airflow 2, the way to Airflow 3 leads by 13.7.0 or newer.
        assert titles[0] == "Upgrade to 13.11.0-base"
        await editor.change(f"FROM {RUNTIME}:13.11.0-base\n")
        upgrades = [one for one in await editor.actions(0, 20) if "Upgrade" in one.title]
        assert [one.title for one in upgrades] == [
            "Upgrade to astrocrpublic.azurecr.io/runtime:3.3-8-base",
            "Upgrade to astrocrpublic.azurecr.io/runtime:3.2-10-base",
            "Upgrade to astrocrpublic.azurecr.io/runtime:3.1-21-base",
        ]
        for upgrade in upgrades:
            moved = applied(f"FROM {RUNTIME}:13.11.0-base\n", edits_of(upgrade))
            assert moved == f"FROM {upgrade.title.removeprefix('Upgrade to ')}\n"

    edit(tmp_path, session)


def test_a_suppression_holds_for_ninety_days(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        source = f"ARG X=1\nFROM \\\n  {RUNTIME}:13.6.0\n"
        await editor.open(source)
        (action,) = (one for one in await editor.actions(2, 5) if one.title.startswith("Suppress"))
        assert action.title == "Suppress outdated-release here until 2026-12-24"
        suppressed = applied(source, edits_of(action))
        assert suppressed.splitlines()[1] == (
            "# lint-runtime: ignore[outdated-release] until=2026-12-24 --"
        )
        assert await editor.change(suppressed) == []
        assert await editor.hover(1, 5) == (
            "Suppresses `outdated-release` in the instruction below until 2026-12-24."
        )

    edit(tmp_path, session)


def test_all_safe_fixes_at_once(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        source = f"FROM {RUNTIME}:13.6.0 AS a\nFROM {RUNTIME}:13.7.0\nCOPY --from=a / /\n"
        await editor.open(source)
        (action,) = await editor.actions(0, 0, ["source.fixAll"])
        assert action.kind == "source.fixAll.lint-runtime"
        fixed = applied(source, edits_of(action))
        assert await editor.change(fixed) == []
        assert await editor.actions(0, 0, ["source.fixAll"]) == []
        assert await editor.actions(0, 0, ["source.organizeImports"]) == []

    edit(tmp_path, session)


# What is shown


def test_a_pointer_on_an_image_shows_its_life(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        await editor.open(f"FROM --platform=linux/amd64 {RUNTIME}:13.5.0\nRUN x\n")
        text = await editor.hover(0, 50)
        assert text.startswith("**Astro Runtime 13.5.0**, maintained until 2027-04-30 (217 days)\n")
        for row in (
            "- Airflow: 2.11",
            "- Python: 3.12\n",
            "- operating system: Debian 12",
            "- channel: LTS\n",
            "- architectures: amd64, arm64\n",
            "- maintenance of 13.x ends 2027-04-30 (published 2026-09-25)\n",
            "- newest in series: no, 13.11.0 is\n",
            "- yanked: since 2026-09-25: Webserver throwing 500s",
        ):
            assert row in text, row
        assert "█" in text
        assert await editor.hover(0, 18) == (
            "Astro Runtime 13.5.0 is available for `linux/amd64` and `linux/arm64`."
        )
        assert await editor.hover(0, 1) == ""
        assert await editor.hover(1, 1) == ""
        assert await editor.hover(99, 99) == ""

    edit(tmp_path, session)


def test_hints_say_until_when_an_image_is_maintained(tmp_path: Path) -> None:
    async def hints(editor: Editor) -> list[tuple[int, int, object]]:
        whole = types.Range(types.Position(0, 0), types.Position(9, 0))
        found = await editor.client.text_document_inlay_hint_async(
            types.InlayHintParams(editor.document(), whole)
        )
        return [(one.position.line, one.position.character, one.label) for one in found or ()]

    async def session(editor: Editor) -> None:
        await editor.open(f"FROM {RUNTIME}:9.7.0 AS a\nFROM {RUNTIME}:13.11.0\nFROM python:3.12\n")
        assert await hints(editor) == [
            (0, 43, "unsupported since 2026-01-31"),
            (1, 45, "maintained until 2027-04-30 (217 days)"),
        ]
        links = await editor.client.text_document_document_link_async(
            types.DocumentLinkParams(editor.document())
        )
        assert [link.range.start.line for link in links or ()] == [0, 1]
        editor.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"lint-runtime": {"inlayHints": False}})
        )
        assert await hints(editor) == []

    edit(tmp_path, session)


# What fits


@pytest.mark.parametrize(
    ("tag", "longer"),
    [
        ("3.1-5", ["-ubi9", "-python-3.11", "-python-3.12", "-base"]),
        ("13.11.0-base", []),
        ("13.11.0-slim", ["-base"]),
        ("13", []),
        ("99.0.0", []),
        ("x", []),
    ],
)
def test_suffixes_that_may_follow(tag: str, longer: list[str]) -> None:
    found = list_longer_tags(tag, embedded_table())
    assert [one.removeprefix(tag) for one in found] == longer


async def _complete(editor: Editor, line: str) -> list[str]:
    await editor.change(f"{line}\nRUN x\n")
    items = await editor.complete(0, len(line.encode("utf-16-le")) // 2)
    for item in items:
        assert isinstance(item.text_edit, types.TextEdit)
        assert applied(line, [item.text_edit]).endswith(item.label)
    return [item.label for item in items]


def test_completion(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        await editor.open("")
        tags = await _complete(editor, f"FROM {RUNTIME}:")
        assert tags[0] == "13.11.0"
        # Yanked releases are left out, and of series that have ended all but the newest.
        assert "13.5.0" not in tags
        assert "9.7.0" not in tags
        assert {"9.21.0", "12.12.0"} <= set(tags)
        assert "3.1-5-base" in await _complete(editor, "FROM astrocrpublic.azurecr.io/runtime:3.1-5-b")
        airflow_3 = await _complete(
            editor, "FROM --platform=linux/amd64 astrocrpublic.azurecr.io/runtime:3."
        )
        assert airflow_3[0] == "3.3-8"
        assert all(tag.startswith("3.") for tag in airflow_3)
        assert await _complete(editor, f"FROM {RUNTIME}:13.11.0-") == [
            *("13.11.0-ubi9", "13.11.0-python-3.10", "13.11.0-python-3.11", "13.11.0-python-3.12"),
            *("13.11.0-slim", "13.11.0-base"),
        ]
        assert await _complete(editor, f"FROM {RUNTIME}:13.11.0-python-3.12-s") == [
            "13.11.0-python-3.12-slim",
            "13.11.0-python-3.12-base",
        ]
        assert RUNTIME in await _complete(editor, "FROM ")
        assert RUNTIME in await _complete(editor, "from quay")
        assert await _complete(editor, "FROM --platform=linux/") == ["linux/amd64", "linux/arm64"]
        assert "floating-tag" in await _complete(editor, "# lint-runtime: ignore[end-of-maintenance, fl")
        until = await _complete(editor, "# lint-runtime: ignore[floating-tag] until=")
        assert until == ["2026-10-25", "2026-12-24", "2027-03-24"]
        for nothing in (
            "RUN ",
            "FROM python:3",
            "FROM a AS ",
            "# FROM ",
            "COPY --from=",
            "\U0001f600 FROM ",
        ):
            assert await _complete(editor, nothing) == []

    edit(tmp_path, session)


def test_completion_marks_what_has_ended_and_gives_dates(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        line = f"FROM {RUNTIME}:"
        await editor.open(line)
        items = {item.label: item for item in await editor.complete(0, len(line))}
        assert items["13.11.0"].detail == "Airflow 2.11.2, maintained until 2027-04-30 (217 days)"
        assert items["13.11.0"].preselect
        assert not items["13.11.0"].tags
        assert items["9.21.0"].tags == (types.CompletionItemTag.Deprecated,)
        assert "unsupported since 2026-01-31" in (items["9.21.0"].detail or "")

    edit(tmp_path, session)


# Configuration and settings


def test_the_nearest_configuration_applies_and_is_read_again(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        config = tmp_path / "a" / ".lint-runtime.toml"
        config.parent.mkdir()
        config.write_text('ignore = ["outdated-release"]\n')
        assert await editor.open(OUTDATED, "a/Dockerfile") == []
        assert _codes(await editor.open(OUTDATED, "b/Dockerfile")) == ["outdated-release"]
        config.write_text('severity.outdated-release = "error"\n')
        count = editor.count("a/Dockerfile")
        change = types.FileEvent(config.as_uri(), types.FileChangeType.Changed)
        editor.client.workspace_did_change_watched_files(types.DidChangeWatchedFilesParams([change]))
        (found,) = await editor.next("a/Dockerfile", count)
        assert found.severity == types.DiagnosticSeverity.Error
        # An editor that watches no files saves this one.
        config.write_text('exclude = ["*"]\n')
        assert await editor.save("a/Dockerfile") == []

    edit(tmp_path, session)


def test_configuration_files_are_watched(tmp_path: Path) -> None:
    watching = types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    workspace = types.WorkspaceClientCapabilities(did_change_watched_files=watching)

    async def session(editor: Editor) -> None:
        await editor.open(FINE)
        assert editor.registered == ["workspace/didChangeWatchedFiles"]

    edit(tmp_path, session, capabilities=types.ClientCapabilities(workspace=workspace))


def test_a_broken_configuration_is_shown_once(tmp_path: Path) -> None:
    (tmp_path / ".lint-runtime.toml").write_text("warn-within = -1\n")

    async def session(editor: Editor) -> None:
        assert await editor.open(UNSUPPORTED) == []
        assert await editor.change(OUTDATED) == []
        assert await editor.actions(0, 20) == []
        assert await editor.hover(0, 20) == ""
        (message,) = editor.messages
        assert message.startswith("lint-runtime: ")
        assert "must be a number of days (0 or more), not -1" in message
        (tmp_path / ".lint-runtime.toml").write_text("")
        assert _codes(await editor.save()) == ["outdated-release"]

    edit(tmp_path, session)


def _yanked_table(path: Path) -> str:
    table = embedded_table()
    (newest,) = (one for one in table.releases if str(one.version) == "13.11.0")
    yanked = newest._replace(yank=Yank(AS_OF, "It is broken"))
    others = [one for one in table.releases if one != newest]
    path.write_text(dump_table(LifecycleTable(table.date, table.series, [*others, yanked])))
    return str(path)


def test_settings_of_the_editor(tmp_path: Path) -> None:
    table = _yanked_table(tmp_path / "table.json")

    async def session(editor: Editor) -> None:
        assert await editor.open(FINE) == []
        for settings, codes in (
            ({"asOf": "2027-04-01"}, ["maintenance-ending"]),
            ({"asOf": AS_OF.isoformat(), "warnWithin": 217}, ["maintenance-ending"]),
            ({"asOf": AS_OF.isoformat(), "table": table}, ["yanked-release"]),
            ({"asOf": AS_OF.isoformat(), "warnWithin": "many", "table": 7}, []),
        ):
            count = editor.count()
            editor.client.workspace_did_change_configuration(
                types.DidChangeConfigurationParams({"lint-runtime": settings})
            )
            assert _codes(await editor.next("Dockerfile", count)) == codes
        # What is not set is as at the start.
        count = editor.count()
        editor.client.workspace_did_change_configuration(
            types.DidChangeConfigurationParams({"lint-runtime": {}})
        )
        assert await editor.next("Dockerfile", count) == []
        for settings, words in (
            ({"table": "gone.json"}, "cannot use the lifecycle data 'gone.json': No such file"),
            ({"asOf": "soon"}, "invalid asOf 'soon' (expected YYYY-MM-DD)"),
        ):
            editor.messages.clear()
            editor.client.workspace_did_change_configuration(
                types.DidChangeConfigurationParams({"lint-runtime": settings})
            )
            assert words in (await editor.until(lambda: editor.messages))[0]

    edit(tmp_path, session)


def test_settings_that_the_editor_is_asked_for(tmp_path: Path) -> None:
    workspace = types.WorkspaceClientCapabilities(configuration=True)

    async def session() -> None:
        editor = Editor(tmp_path)
        editor.settings = {"asOf": "2027-04-01"}
        await editor.start({}, types.ClientCapabilities(workspace=workspace))
        await editor.open(FINE)
        await editor.until(lambda: editor.count() > 0)
        found = await editor.change(f"# again\n{FINE}")
        assert _codes(found) == ["maintenance-ending"]
        await editor.stop()

    run_apart(session())


# Whatever comes


HOSTILE = {
    "nothing": "",
    "NUL characters": "FROM a\0b\n",
    "a lone surrogate": f"FROM {RUNTIME}:9.7.0\ud800\n",
    "other ends of lines": f"# a\x0bb\x0cc\u2028d\u2029e\x85f\r# g\r\n{UNSUPPORTED}",
    "only carriage returns": f"# a\rFROM {RUNTIME}:9.7.0\r",
    "a byte order mark": f"\ufeff{UNSUPPORTED}",
    "a workflow command": "FROM ::error::x\n##[error]x\n",
    "many stages": UNSUPPORTED * 2000,
    "a long line": f"FROM {'a' * 200_000}\n",
    "brackets": "FROM ${" * 500,
    "Markdown": f"# lint-runtime: ignore[end-of-basic-support] -- <b>|`\n{UNSUPPORTED}",
}


def test_no_buffer_ends_the_server(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        await editor.open(FINE)
        for text in HOSTILE.values():
            await editor.change(text)
            lines = text.count("\n")
            for place in ((0, 0), (0, 9), (lines, 3), (10**6, 10**6)):
                await editor.hover(*place)
                await editor.complete(*place)
                await editor.actions(*place)
        assert _codes(await editor.change(UNSUPPORTED)) == ["end-of-basic-support"]
        assert editor.messages == []

    edit(tmp_path, session)


def test_lines_end_where_the_editor_ends_them(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        (found,) = await editor.open(HOSTILE["other ends of lines"])
        assert found.range.start == types.Position(2, 5)

    edit(tmp_path, session)


def test_ten_thousand_quick_changes(tmp_path: Path) -> None:
    body = "RUN echo a line of the usual length\n" * 100

    async def session(editor: Editor) -> None:
        await editor.open(FINE + body)
        for number in range(10_000):
            version = editor.type(f"{OUTDATED if number % 2 else UNSUPPORTED}{body}")
            if number % 100 == 0:
                await asyncio.sleep(0)
        assert _codes(await editor.published("Dockerfile", version)) == ["outdated-release"]
        # Most of them were never checked.
        assert editor.count() < 5000

    edit(tmp_path, session)


def test_a_request_that_is_canceled_does_no_harm(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        await editor.open(UNSUPPORTED)
        for _ in range(20):
            params = types.HoverParams(editor.document(), types.Position(0, 20))
            request = editor.client.protocol.send_request_async(types.TEXT_DOCUMENT_HOVER, params)
            task = asyncio.ensure_future(request)
            await asyncio.sleep(0)
            task.cancel()
        assert (await editor.hover(0, 20)).startswith("**Astro Runtime 9.7.0**")

    edit(tmp_path, session)


def test_a_server_can_be_started_again(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        assert _codes(await editor.open(UNSUPPORTED)) == ["end-of-basic-support"]

    for _ in range(2):
        edit(tmp_path, session)


def test_buffers_that_are_not_files_or_not_open(tmp_path: Path) -> None:
    async def session(editor: Editor) -> None:
        assert _codes(await editor.open(UNSUPPORTED, "untitled:Untitled-1")) == ["end-of-basic-support"]
        assert await editor.hover(0, 20) == ""
        assert await editor.actions(0, 20) == []
        assert await editor.complete(0, 20) == []

    edit(tmp_path, session)


def test_several_roots(tmp_path: Path) -> None:
    for name, rule in (("one", "outdated-release"), ("two", "parse-error")):
        (tmp_path / name).mkdir()
        (tmp_path / name / ".lint-runtime.toml").write_text(f'select = ["{rule}"]\n')

    async def session(editor: Editor) -> None:
        source = f"FROM a b c\n{OUTDATED}"
        assert _codes(await editor.open(source, "one/Dockerfile")) == ["outdated-release"]
        assert _codes(await editor.open(source, "two/Dockerfile")) == ["parse-error"]

    edit(tmp_path, session)


def test_nothing_is_written(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(OUTDATED)

    async def session(editor: Editor) -> None:
        await editor.open(OUTDATED)
        await editor.actions(0, 20)
        await editor.save()

    edit(tmp_path, session)
    assert [path.name for path in tmp_path.iterdir()] == ["Dockerfile"]
    assert (tmp_path / "Dockerfile").read_text() == OUTDATED


# The command


SERVER = [sys.executable, "-m", "lint_runtime.lsp"]


START = {
    "id": 1,
    "method": "initialize",
    "params": {"capabilities": {}, "processId": None, "rootUri": None},
}


CHANGE_OF_NOTHING = {
    "method": "textDocument/didChange",
    "params": {"textDocument": {"uri": "file:///x", "version": 2}, "contentChanges": [{"text": "FROM a"}]},
}


def _message(content: dict[str, Any]) -> bytes:
    data = json.dumps({"jsonrpc": "2.0", **content}).encode()
    return b"Content-Length: %d\r\n\r\n%s" % (len(data), data)


def test_the_client_sees_no_traceback(tmp_path: Path) -> None:
    messages = [
        _message(START),
        _message({"method": "initialized", "params": {}}),
        _message({"id": 2, "method": "textDocument/hover", "params": {"wrong": True}}),
        _message({"id": 3, "method": "no/such/method", "params": {}}),
        b"Content-Length: 5\r\n\r\n{not}",
        _message(CHANGE_OF_NOTHING),
        _message({"id": 4, "method": "shutdown"}),
        _message({"method": "exit"}),
    ]
    done = subprocess.run(SERVER, input=b"".join(messages), capture_output=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 0
    assert done.stderr == b""
    assert b"raceback" not in done.stdout
    assert b"window/showMessage" not in done.stdout
    assert b'"id": 4' in done.stdout or b'"id":4' in done.stdout


def test_a_mistake_of_the_server_is_no_traceback_for_the_client(tmp_path: Path) -> None:
    code = (
        "import lint_runtime.lsp.server as server\n"
        "def broken(*_): raise RuntimeError('broken\\nin two lines')\n"
        "server.hover_at = broken\n"
        "from lint_runtime.lsp.__main__ import main; main([])"
    )
    source = {"uri": "file:///x/Dockerfile", "languageId": "dockerfile", "version": 1, "text": FINE}
    place = {"textDocument": {"uri": source["uri"]}, "position": {"line": 0, "character": 9}}
    messages = [
        _message(START),
        _message({"method": "textDocument/didOpen", "params": {"textDocument": source}}),
        _message({"id": 2, "method": "textDocument/hover", "params": place}),
        _message({"id": 4, "method": "shutdown"}),
        _message({"method": "exit"}),
    ]
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, input=b"".join(messages), capture_output=True, cwd=tmp_path, timeout=60)
    assert b"lint-runtime: RuntimeError: broken" in done.stdout
    assert b"in two lines" not in done.stdout
    assert b"raceback" not in done.stdout + done.stderr
    assert b'"id": 2, "jsonrpc": "2.0", "result": null' in done.stdout


def test_a_client_that_goes_away_ends_the_server(tmp_path: Path) -> None:
    done = subprocess.run(SERVER, stdin=subprocess.DEVNULL, capture_output=True, cwd=tmp_path, timeout=60)
    assert b"Traceback" not in done.stderr


def test_over_loopback(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen([*SERVER, "--tcp", str(port)], cwd=tmp_path) as process:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                connection = socket.create_connection(("127.0.0.1", port), timeout=30)
                break
            except OSError:
                time.sleep(0.05)
        with connection:
            connection.sendall(_message(START))
            assert connection.recv(1 << 16).startswith(b"Content-Length: ")
        process.kill()


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        command = [*SERVER, "--tcp", str(port)]
        done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, timeout=60)
    assert done.returncode == 2
    assert done.stderr == f"lint-runtime-lsp: cannot listen on port {port}: Address already in use\n"


def test_options(tmp_path: Path) -> None:
    done = subprocess.run([*SERVER, "--version"], capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout.startswith("lint-runtime-lsp ")) == (0, True)
    wrong = subprocess.run([*SERVER, "--tcp", "x"], capture_output=True, text=True, cwd=tmp_path)
    assert wrong.returncode == 2
    assert "Traceback" not in wrong.stderr


def test_without_its_library_the_command_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['pygls'] = None; from lint_runtime.lsp.__main__ import main; sys.exit(main())"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2
    assert done.stderr == (
        "lint-runtime-lsp: the language server requires the extra 'lsp'; in a clone, run: pip install '.[lsp]'\n"
    )
