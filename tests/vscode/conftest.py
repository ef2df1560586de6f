"""The tests here run only in `nox -s vscode`, which installs code-server and packages the extension."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.vscode.editor import Editor

if TYPE_CHECKING:
    from playwright.sync_api import Browser

collect_ignore_glob = [] if "CODE_SERVER" in os.environ else ["test_*.py"]


@pytest.fixture(scope="module")
def editor(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """Start one VS Code for all tests of a module."""
    with Editor(browser, tmp_path_factory.mktemp("vscode")) as running:
        yield running
