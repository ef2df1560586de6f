"""Fixtures of the tests in this directory: the command in a directory, as of AS_OF."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import pytest

from tests.conftest import AS_OF, Command, Result


class LintIn(Protocol):
    """Runs `lint-runtime` in a directory, as of AS_OF unless a later option names another day."""

    def __call__(self, directory: Path, *arguments: object, stdin: str | bytes = b"") -> Result: ...


@pytest.fixture
def lint_in(run: Command) -> LintIn:
    """Return the command as a function of the directory to run it in."""

    def lint(directory: Path, *arguments: object, stdin: str | bytes = b"") -> Result:
        return run("--as-of", AS_OF, *arguments, cwd=directory, stdin=stdin)

    return lint
