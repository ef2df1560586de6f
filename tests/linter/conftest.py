"""Run the command in a directory as of AS_OF, and measure the memory of a run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Protocol

import pytest

from tests.conftest import AS_OF, Command, Result, run_process


class LintIn(Protocol):
    """Runs `lint-runtime` in a directory, as of AS_OF unless `arguments` contain another --as-of."""

    def __call__(self, directory: Path, *arguments: object, stdin: str | bytes = b"") -> Result: ...


@pytest.fixture
def lint_in(run: Command) -> LintIn:
    """Return a function that runs `lint-runtime` in a directory."""

    def lint(directory: Path, *arguments: object, stdin: str | bytes = b"") -> Result:
        return run("--as-of", AS_OF, *arguments, cwd=directory, stdin=stdin)

    return lint


def peak_memory(*arguments: str, cwd: Path) -> int:
    """Return the maximum memory of a run in one process, in bytes."""
    # Read VmHWM, because ru_maxrss includes the memory of the parent process: pytest.
    code = (
        "import sys; from lint_runtime.cli.lint import main; main(sys.argv[1:]);"
        "print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0], file=sys.stderr)"
    )
    command = (sys.executable, "-c", code, "--as-of", AS_OF, "--jobs", "1", *arguments)
    return int(run_process(*command, cwd=cwd).err.split()[-1]) << 10
