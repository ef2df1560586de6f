"""The command as a process: `lint-runtime` and `python -m lint_runtime`."""

import gc
import os
from typing import NoReturn

# Imports make no garbage, and to look for it, then or later, takes a twentieth of a short run.
gc.disable()
from lint_runtime.cli.lint import main  # noqa: E402

gc.freeze()
gc.enable()


def run() -> NoReturn:
    """Run the command and end the process with its exit code."""
    code = main()
    # Nothing is open and nothing left to do, but for taking every module apart, which takes the
    # interpreter longer than linting a file.
    os._exit(code)


if __name__ == "__main__":
    run()
