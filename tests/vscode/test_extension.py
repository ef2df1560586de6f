"""The packaged extension in VS Code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.vscode.editor import EXTENSION, PATHS, Editor, Window, wait

if TYPE_CHECKING:
    from playwright.sync_api import Browser

OLD = "FROM quay.io/astronomer/astro-runtime:9.1.0-base\n"
NEW = "FROM quay.io/astronomer/astro-runtime:13.11.0-base\n"
MANIFEST = """\
[project]
name = "billing"
requires-python = ">=3.12,<3.13"
dependencies = ["apache-airflow==3.0.*"]

[tool.astro]
runtime = "3.0-1"
"""
EDITOR = ".view-lines"
HOVER = ".monaco-hover-content"
MENU = ".action-widget .monaco-list-row"
MESSAGE = ".notification-toast"
PROBLEMS = ".markers-panel .monaco-list-row"
TREE = ".pane-body .monaco-list-row"
STATUS = ".hover-language-status"


def _configure(directory: Path, **settings: object) -> None:
    """Write the VS Code settings of a directory. They turn on fixes on save.

    settings: the settings of lint-runtime, keyed by name without the prefix `lint-runtime.`
    """
    path = directory / ".vscode" / "settings.json"
    path.parent.mkdir(exist_ok=True)
    fix_on_save = {"editor.codeActionsOnSave": {"source.fixAll.lint-runtime": "explicit"}}
    own = {f"lint-runtime.{name}": value for name, value in settings.items()}
    path.write_text(json.dumps(fix_on_save | own))


def test_bundled_server_runs_on_the_oldest_python() -> None:
    python = shutil.which("python3.10")
    # `python3.10` may be a shim of pyenv, which fails if Python 3.10 is not selected.
    if python is None or subprocess.run([python, "--version"], capture_output=True).returncode:
        pytest.skip("Python 3.10 is not installed")
    libs = ROOT / "extension" / "bundled" / "libs"
    code = f"import sys; sys.path.insert(0, {str(libs)!r}); import lint_runtime.lsp.server"
    subprocess.run([python, "-I", "-S", "-c", code], check=True)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with several projects. Its name contains a space."""
    directory = tmp_path_factory.mktemp("vscode") / "data platform"
    files = {
        "pyproject.toml": '[project]\nname = "platform"\n',
        "sales/Dockerfile": f"# The image of our team: é\n{OLD}\nCOPY dags /usr/local/airflow/dags/\n",
        "finance/Dockerfile": "FROM quay.io/astronomer/astro-runtime:12.1.0\n",
        "research/Dockerfile": "FROM quay.io/astronomer/astro-runtime:13.11.0\n",
        "support/Dockerfile": "FROM quay.io/astronomer/astro-runtime:13.6.0\nRUN echo 1\n",
        "billing/pyproject.toml": MANIFEST,
        "billing/.lint-runtime.toml": "warn-within = 90\n",
    }
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    _configure(directory)
    return directory


@pytest.fixture(scope="module")
def window(editor: Editor, directory: Path) -> Iterator[Window]:
    with editor.open(directory) as window:
        yield window


def test_a_dockerfile_below_the_directory_starts_the_extension(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "sales").mkdir()
    (tmp_path / "sales" / "Dockerfile").write_text(OLD)
    with editor.open(tmp_path) as window:
        window.wait_for("[id='status.problems']", "1")


def test_files_that_are_not_open_are_in_problems(window: Window) -> None:
    window.press("Control+Shift+m")
    rows = window.wait_for(PROBLEMS, "sales", "finance", "lint-runtime end-of-maintenance")
    assert not any("research" in row for row in rows)
    window.take_picture("findings")
    window.press("Control+j")


def test_image_is_explained_and_upgraded_with_two_keys(window: Window, directory: Path) -> None:
    window.open(directory / "sales/Dockerfile")
    window.wait_for(EDITOR, "9.1.0-baseyanked")
    window.page.locator(".squiggly-error").first.wait_for()
    window.go_to(2, 45)
    window.press("Control+k", "Control+i")
    window.wait_for(HOVER, "Astro Runtime 9.1.0 was yanked", "Upgrade to 13.11.0-base", "Python: 3.11")
    window.press("Escape", "Control+.")
    window.wait_for(MENU, "Upgrade to 13.11.0-base")
    window.take_picture("fix")
    window.press("Enter")
    window.wait_for(EDITOR, "13.11.0-base")
    window.page.locator(".squiggly-error").first.wait_for(state="hidden")
    window.press("Control+z")
    window.wait_for(EDITOR, "9.1.0-base")


def test_tags_are_completed(window: Window, directory: Path) -> None:
    window.open(directory / "research/Dockerfile")
    window.go_to(2, 1)
    window.type("FROM quay.io/astronomer/astro-runtime:")
    # The colon opens the list. Control+Space would then hide the details in its rows.
    rows = window.wait_for(".suggest-widget .monaco-list-row", "13.11.0 Airflow 2.11")
    assert rows[0].startswith("13.11.0"), rows
    window.press("Escape", "Control+z", "Control+z")


def test_fixes_are_applied_on_save(window: Window, directory: Path) -> None:
    window.open(directory / "support/Dockerfile")
    window.wait_for(EDITOR, "13.6.0")
    window.go_to(2, 11)
    window.type("2")
    window.press("Control+s")
    text = "FROM quay.io/astronomer/astro-runtime:13.11.0\nRUN echo 12\n"
    assert wait(lambda: (directory / "support/Dockerfile").read_text() == text)


def test_settings_apply_at_once(window: Window, directory: Path) -> None:
    window.wait_for(EDITOR, "13.11.0maintained until 2027-04-30 RUN")
    _configure(directory, inlayHints="full")
    window.wait_for(EDITOR, "13.11.0maintained until 2027-04-30 (217 days)")
    _configure(directory, inlayHints="off")
    window.wait_until_gone(EDITOR, "maintained")
    window.press("Control+Shift+m")
    window.wait_for(PROBLEMS, "finance")
    _configure(directory, diagnosticMode="openFiles")
    window.wait_until_gone(PROBLEMS, "finance")
    _configure(directory)
    window.wait_for(PROBLEMS, "finance")


def test_broken_configuration_is_shown(window: Window, directory: Path) -> None:
    configuration = directory / "billing/.lint-runtime.toml"
    configuration.write_text("warn-within = -1\n")
    window.wait_for(PROBLEMS, ".lint-runtime.toml", "warn-within: must be")
    window.show_status()
    window.wait_for(STATUS, "billing/.lint-runtime.toml", "warn-within: must be")
    configuration.write_text("warn-within = 90\n")
    window.wait_until_gone(PROBLEMS, "warn-within")
    window.press("Escape", "Control+j")


def test_images_are_listed_by_end_of_maintenance(window: Window) -> None:
    window.page.locator(".pane-header").filter(has_text="Astro Runtime Images").click()
    rows = window.wait_for(TREE, "yanked, 1 image", "basic support, 1 image", "maintained, 3 images")
    groups = [row for row in rows if "image" in row]
    assert groups[0] == "2025-01-31yanked, 1 image"
    window.page.locator(TREE).filter(has_text="basic support").click()
    window.page.locator(TREE).filter(has_text="astro-runtime:12.1.0").click()
    window.wait_for(EDITOR, "astro-runtime:12.1.0")
    window.show_status()
    window.wait_for(STATUS, "2 errors", "data of 2026-", "billing/.lint-runtime.toml")
    window.take_picture("images")
    window.press("Escape")


def test_all_images_are_upgraded_after_a_preview(window: Window, directory: Path) -> None:
    window.run("lint-runtime: Upgrade All Images of the Workspace")
    window.wait_for(".bulk-edit-panel .monaco-list-row", "finance", "12.1.013.11.0")
    window.take_picture("preview")
    window.page.get_by_role("button", name="Apply").click()
    window.wait_for(MESSAGE, "changes in")
    assert wait(lambda: NEW in (directory / "sales/Dockerfile").read_text())
    assert wait(lambda: "13.11.0" in (directory / "finance/Dockerfile").read_text())
    window.wait_for(TREE, "maintained, 5 images")


def test_schedule_is_shown(window: Window) -> None:
    window.run("lint-runtime: Show the Release Schedule")
    frame = window.page.frame_locator("iframe.webview.ready").frame_locator("#active-frame")
    frame.locator("td").filter(has_text="2027-04-30").first.wait_for()


def _debug_information(window: Window) -> str:
    """Copy the debug information to the clipboard, and return the text."""
    window.run("lint-runtime: Copy Debug Information")
    window.wait_for(".statusbar-item", "debug information copied")
    text: str = window.page.evaluate("navigator.clipboard.readText()")
    return text


def test_debug_information_is_copied(window: Window) -> None:
    text = _debug_information(window)
    assert "bundled/libs/lint_runtime)" in text
    assert f"({Path(sys.executable).with_name('python3')})" in text
    assert "trusted workspace: yes" in text


def _stub(directory: Path, publisher: str, name: str, code: str = "", title: str = "stub") -> str:
    """Package an extension that has the command `stub`, and return the path of the .vsix file.

    code: the JavaScript code of the extension
    title: the title of the command
    """
    path = directory / f"{publisher}.{name}.vsix"
    package = {
        "publisher": publisher,
        "name": name,
        "version": "1.0.0",
        "engines": {"vscode": "^1.82.0"},
        "main": "main.js",
        "activationEvents": ["onCommand:stub"],
        "capabilities": {"untrustedWorkspaces": {"supported": True}},
        "contributes": {"commands": [{"command": "stub", "title": title}]},
    }
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("extension/package.json", json.dumps(package))
        archive.writestr("extension/main.js", code)
    return str(path)


def _script(path: Path, *lines: str) -> Path:
    """Write an executable shell script, and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)
    return path


def test_untrusted_workspace_runs_none_of_its_code(browser: Browser, tmp_path: Path) -> None:
    directory = tmp_path / "project"
    run = f'echo "$0" >> {tmp_path}/ran; exec'
    _script(directory / ".venv/bin/python3", f'{run} {sys.executable} "$@"')
    module = "lint_runtime.cli.language_server"
    server = _script(directory / "server", f"{run} {sys.executable} -m {module}")
    (directory / "Dockerfile").write_text(f"{OLD}COPY --from=9 a b\n")
    _configure(directory, path=str(server), interpreter="${workspaceFolder}/.venv/bin/python3")
    editor = Editor(
        browser,
        tmp_path / "vscode",
        {"security.workspace.trust.enabled": True, "security.workspace.trust.startupPrompt": "never"},
        paths=f"{directory}/.venv/bin:{PATHS}",
        extensions=[EXTENSION, _stub(tmp_path, "docker", "docker")],
    )
    with editor, editor.open(directory) as window:
        window.press("Control+Shift+m")
        rows = window.wait_for(PROBLEMS, "yanked")
        # Docker's extension shows syntax errors, so lint-runtime doesn't.
        assert "parse-error" not in " ".join(rows)
        assert not (tmp_path / "ran").exists()
        window.run("Workspaces: Manage Workspace Trust")
        window.page.locator(".workspace-trust-editor").get_by_role("button", name="Trust").first.click()
        assert wait(lambda: (tmp_path / "ran").exists())
        assert (tmp_path / "ran").read_text() == f"{server}\n"


PYTHON_EXTENSION = """
const { EventEmitter, Uri, commands } = require("vscode");
const paths = PATHS, changed = new EventEmitter();
exports.activate = async () => {
  commands.registerCommand("stub", () => changed.fire(paths.shift()));
  return {
    environments: {
      getActiveEnvironmentPath: () => ({ path: paths[0] }),
      resolveEnvironment: async ({ path }) => ({ executable: { uri: Uri.file(path) } }),
      onDidChangeActiveEnvironmentPath: changed.event,
    },
  };
};
"""


def test_selected_environment_runs_its_own_server(browser: Browser, tmp_path: Path) -> None:
    directory = tmp_path / "project"
    directory.mkdir()
    (directory / "Dockerfile").write_text(OLD)
    names = ("first", "second")
    for name in names:
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / name], check=True)
    paths = [str(tmp_path / name / "bin/python") for name in names]
    # Install lint-runtime in the second environment only. The first one uses the bundled server.
    packages = next((tmp_path / "second").glob("lib/python*/site-packages"))
    shutil.copytree(ROOT / "src" / "lint_runtime", packages / "lint_runtime")
    code = PYTHON_EXTENSION.replace("PATHS", json.dumps(paths))
    stub = _stub(tmp_path, "ms-python", "python", code, title="Python: Select Interpreter")
    settings = {"lint-runtime.importStrategy": "fromEnvironment"}
    editor = Editor(browser, tmp_path / "vscode", settings, extensions=[EXTENSION, stub])
    with editor, editor.open(directory) as window:
        window.press("Control+Shift+m")
        window.wait_for(PROBLEMS, "yanked")
        for path, module in (
            (paths[0], "bundled/libs/lint_runtime)"),
            (paths[1], f"{packages}/lint_runtime)"),
        ):
            assert wait(lambda module=module: module in _debug_information(window))  # type: ignore[misc]
            assert path in _debug_information(window)
            window.run("Python: Select Interpreter")


def test_bundled_server_does_not_wait_for_the_python_extension(browser: Browser, tmp_path: Path) -> None:
    directory = tmp_path / "project"
    directory.mkdir()
    (directory / "Dockerfile").write_text(OLD)
    stub = _stub(tmp_path, "ms-python", "python", "exports.activate = () => new Promise(() => undefined);")
    editor = Editor(browser, tmp_path / "vscode", extensions=[EXTENSION, stub])
    with editor, editor.open(directory) as window:
        window.press("Control+Shift+m")
        window.wait_for(PROBLEMS, "yanked")


def test_missing_python_is_explained(browser: Browser, tmp_path: Path) -> None:
    directory = tmp_path / "project"
    old = _script(tmp_path / "old", "echo is Python 3.8 >&2", "exit 1")
    (directory / ".vscode").mkdir(parents=True)
    (directory / "Dockerfile").write_text(OLD)
    editor = Editor(browser, tmp_path / "vscode", paths=str(tmp_path))
    with editor, editor.open(directory) as window:
        window.wait_for(MESSAGE, "needs Python 3.10 or newer. None was found.", "Install Python")
        _configure(directory, interpreter=str(old))
        window.wait_for(MESSAGE, f"{old} is Python 3.8.")
        window.page.get_by_role("button", name="Open Settings").first.click()
        window.wait_for(".settings-editor", "Lint-runtime: Interpreter")
        window.press("Escape")
        _configure(directory, interpreter=sys.executable)
        window.press("Control+Shift+m")
        window.wait_for(PROBLEMS, "yanked")
