"""A command as a process: its exit codes, the clock, its streams and its progress."""

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import date, datetime, timezone
from typing import IO, TypeVar

import click

from lint_runtime.errors import UnusableError
from lint_runtime.linter.report import Pipeline

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

PATIENCE = 1.0
"""Seconds before the bar appears."""

_T = TypeVar("_T")


def run_command(command: click.Command, name: str, argv: Sequence[str] | None) -> int:
    """Run a command, with `argv` or the arguments of the process, and return its exit code."""
    _prepare_streams()
    completed = f"_{name.replace('-', '_').upper()}_COMPLETE"
    if completed in os.environ:
        # A shell asks what may follow what is typed, or for the script that makes it ask.
        from click.shell_completion import shell_complete

        return shell_complete(command, {}, name, completed, os.environ[completed])
    try:
        # Not click's own main, which takes a reader that has gone for a finding.
        with command.make_context(name, list(sys.argv[1:] if argv is None else argv)) as context:
            code: int = command.invoke(context)
        sys.stdout.flush()
        sys.stderr.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except UnusableError as error:
        for message in error.messages:
            _complain(name, message)
        return EXIT_USAGE
    except (KeyboardInterrupt, click.Abort):
        _complain(name, "interrupted")
        return EXIT_INTERRUPTED
    except OSError as error:
        _give_up_writing(error, name)
        return EXIT_USAGE
    return code


def current_day() -> date:
    """Return the day, UTC. The clock is read here and nowhere else."""
    return datetime.now(timezone.utc).date()


def complain(message: str) -> None:
    """Report on standard error what is wrong, under the name of the running command."""
    _complain(click.get_current_context().find_root().info_name, message)


def _complain(name: str | None, message: str) -> None:
    click.echo(f"{name}: {message}", err=True)


def is_colored(choice: str, stream: IO[str]) -> bool:
    """Whether to color what goes to `stream`, by the option and, for `auto`, the environment."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


_WITH_LINKS = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio")


def shows_links(stream: IO[str]) -> bool:
    """Whether `stream` is a terminal that is known to show links, by the variables that it sets."""
    environment = os.environ
    # Older ones of tmux and screen print them as text.
    if not stream.isatty() or "TMUX" in environment or "STY" in environment:
        return False
    if environment.get("TERM_PROGRAM") in _WITH_LINKS or environment.get("TERM") == "xterm-kitty":
        return True
    if "WT_SESSION" in environment or "DOMTERM" in environment:
        return True
    versions = (environment.get("VTE_VERSION", ""), 5000), (environment.get("KONSOLE_VERSION", ""), 201200)
    return any(version.isdecimal() and int(version) >= first for version, first in versions)


def azure_pipeline() -> Pipeline | None:
    """Return the build of Azure Pipelines that this process is a part of, by the variables that it sets."""
    if not os.environ.get("TF_BUILD"):
        return None
    values = [os.environ.get(name, "") for name in _PIPELINE_VARIABLES]
    # https://dev.azure.com/organization/ or https://organization.visualstudio.com/
    host, _, path = values[0].partition("://")[2].strip("/").partition("/")
    values[0] = path or host.partition(".")[0]
    return Pipeline(*values) if all(values) else None


# In the order of the fields of a Pipeline.
_PIPELINE_VARIABLES = (
    *("SYSTEM_COLLECTIONURI", "SYSTEM_TEAMPROJECT", "SYSTEM_DEFINITIONID", "BUILD_DEFINITIONNAME"),
    *("SYSTEM_PHASEID", "SYSTEM_PHASENAME", "BUILD_SOURCEBRANCH", "BUILD_BUILDID"),
)


def _prepare_streams() -> None:
    """Let every character be printable somehow, and let a closed stream swallow what is written."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _give_up_writing(error: OSError, name: str) -> None:
    """Report that the output cannot be written, unless its reader has just gone, and write no more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        with suppress(OSError):
            _complain(name, f"cannot write the output: {error.strerror or error}")
    os.dup2(nowhere, sys.stderr.fileno())


def with_progress(items: Iterable[_T]) -> Iterator[_T]:
    """Yield `items`; once that has taken longer than PATIENCE, with a bar on standard error."""
    started = time.monotonic()
    remaining = iter(items)
    for item in remaining:
        yield item
        if time.monotonic() - started > PATIENCE:
            break
    rest = list(remaining)
    if rest:
        with click.progressbar(rest, label="Linting", file=sys.stderr) as bar:
            yield from bar
