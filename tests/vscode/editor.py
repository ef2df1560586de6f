"""A real VS Code in a real browser: code-server with the packaged extension."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.conftest import AS_OF, ROOT

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

PATIENCE = 240
"""Seconds to wait before a test fails. On a busy machine, opening the first window takes 30."""

EXTENSION = os.environ.get("VSIX", "")

# The PATH of VS Code, where the extension finds the Python that runs the tests.
PATHS = f"{Path(sys.executable).parent}:/usr/bin:/bin"

USER_SETTINGS = {
    "lint-runtime.asOf": str(AS_OF),
    "chat.agentHost.enabled": False,
    "chat.disableAIFeatures": True,
    "editor.minimap.enabled": False,
    "extensions.autoCheckUpdates": False,
    "extensions.autoUpdate": False,
    "git.enabled": False,
    "security.workspace.trust.enabled": False,
    "telemetry.telemetryLevel": "off",
    "workbench.colorTheme": "Default Light Modern",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "workbench.startupEditor": "none",
}


class Editor:
    """A code-server whose windows open in a browser."""

    def __init__(
        self,
        browser: Browser,
        directory: Path,
        settings: Mapping[str, object] | None = None,
        paths: str = PATHS,
        extensions: Iterable[str] = (EXTENSION,),
    ) -> None:
        # Open all windows in one browser context, so that they share a cache.
        self._context = browser.new_context(
            viewport={"width": 1180, "height": 720}, permissions=["clipboard-read", "clipboard-write"]
        )
        self._directory = directory
        self._address = ""
        user = directory / "data" / "User"
        user.mkdir(parents=True)
        (user / "settings.json").write_text(json.dumps(USER_SETTINGS | {**(settings or {})}))
        self._command = [
            *os.environ["CODE_SERVER"].split(),
            *(
                "--user-data-dir",
                str(directory / "data"),
                "--extensions-dir",
                str(directory / "extensions"),
            ),
            *("--config", str(directory / "config.yaml"), "--disable-telemetry", "--disable-update-check"),
        ]
        # Set VSCODE_CLI, as if started from a shell: otherwise, VS Code uses the PATH of a login shell.
        self._environment = {**os.environ, "PATH": paths, "HOME": str(directory), "VSCODE_CLI": "1"}
        for extension in extensions:
            self._run("--install-extension", extension)

    def _run(self, *arguments: str) -> None:
        subprocess.run([*self._command, *arguments], check=True, capture_output=True, timeout=PATIENCE)

    def __enter__(self) -> Editor:
        log = self._directory / "log.txt"
        self._log = log.open("w")
        self._process = subprocess.Popen(
            [*self._command, "--auth", "none", "--bind-addr", "127.0.0.1:0"],
            env=self._environment,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        found: list[str] = []

        def is_listening() -> bool:
            found[:] = re.findall(r"listening on http://([\d.:]+)", log.read_text(encoding="utf-8"))
            return bool(found)

        assert wait(is_listening), log.read_text(encoding="utf-8")
        (self._address,) = found
        return self

    def __exit__(self, *_: object) -> None:
        self._context.close()
        self._process.terminate()
        self._process.wait(timeout=PATIENCE)
        self._log.close()

    def open(self, directory: Path) -> Window:
        """Open a directory in a new window."""
        page = self._context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.goto(f"http://{self._address}/?folder={quote(str(directory))}")
        page.locator(".statusbar-item").first.wait_for()
        return Window(page, self._directory)


class Window:
    """A window of VS Code."""

    def __init__(self, page: Page, pictures: Path) -> None:
        self.page = page
        self._pictures = pictures

    def __enter__(self) -> Window:
        return self

    def __exit__(self, *_: object) -> None:
        self.page.close()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)

    def show_status(self) -> None:
        """Open the list of language statuses."""
        self.page.locator("#status\\.languageStatus").click()

    def run(self, title: str) -> None:
        """Run a command from the command palette."""
        self.press("F1")
        box = self.page.locator(".quick-input-widget input[type=text]")
        box.fill(f">{title}")
        self.page.locator(".quick-input-list .monaco-list-row.focused").filter(has_text=title).wait_for()
        self.press("Enter")
        self.page.locator(".quick-input-widget").wait_for(state="hidden")

    def open(self, file: Path) -> None:
        """Open a file that is in a subdirectory of the opened directory."""
        self.press("Control+p")
        self.page.locator(".quick-input-widget input[type=text]").fill(str(file))
        row = self.page.locator(".quick-input-list .monaco-list-row.focused")
        row.filter(has_text=file.parent.name).filter(has_text=file.name).wait_for()
        self.press("Enter")
        self.page.locator(".breadcrumbs-control").filter(has_text=file.parent.name).wait_for()

    def go_to(self, line: int, column: int) -> None:
        """Move the cursor in the open file."""
        self.page.locator(".view-lines .view-line").first.wait_for()
        self.press("Control+g")
        self.page.locator(".quick-input-widget input[type=text]").fill(f":{line}:{column}")
        self.press("Enter")
        self.page.locator(".quick-input-widget").wait_for(state="hidden")

    def texts(self, selector: str) -> list[str]:
        """Return the visible texts of the elements that match a CSS selector."""
        elements = self.page.locator(selector)
        return [re.sub(r"\s+", " ", text).strip() for text in elements.all_inner_texts()]

    def wait_for(self, selector: str, *words: str) -> list[str]:
        """Wait until the visible texts contain all words, and return the texts."""
        self._wait(lambda text: bool(text) and all(word in text for word in words), selector, words)
        return self.texts(selector)

    def wait_until_gone(self, selector: str, word: str) -> None:
        self._wait(lambda text: word not in text, selector, f"no {word}")

    def _wait(self, look: Callable[[str], bool], selector: str, expected: object) -> None:
        """Wait until `look` accepts the joined visible texts. On a time-out, takes a screenshot and fails."""
        if not wait(lambda: look(" ".join(self.texts(selector)))):
            picture = self._pictures / "failure.png"
            self.page.screenshot(path=picture)
            raise AssertionError(f"expected {expected}, not {self.texts(selector)}; see {picture}")

    def take_picture(self, name: str) -> None:
        """If the environment variable PICTURES is set, take a screenshot for the README of the extension."""
        if "PICTURES" in os.environ:
            self.page.mouse.move(0, 0)
            self.page.screenshot(path=ROOT / "extension" / "media" / f"{name}.png")


def wait(look: Callable[[], bool]) -> bool:
    """Wait until `look` returns True. Returns False after PATIENCE seconds."""
    end = time.monotonic() + PATIENCE
    while not (seen := look()) and time.monotonic() < end:
        time.sleep(0.2)
    return seen
