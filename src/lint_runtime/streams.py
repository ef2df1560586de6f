"""The standard streams: closed, full, without a reader, in colour or not."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import IO


def is_coloured(choice: str, stream: IO[str]) -> bool:
    """Whether to colour what goes to `stream`, by the option and, for `auto`, the environment."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def mend_streams() -> None:
    """Let every character be printable somehow, and let a closed stream swallow what is written."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def give_up_writing(error: OSError, complain: Callable[[str], None]) -> None:
    """Say that the output cannot be written, unless its reader has just gone, and write no more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        with suppress(OSError):
            complain(f"cannot write the output: {error.strerror or error}")
    os.dup2(nowhere, sys.stderr.fileno())
