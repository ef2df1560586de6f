"""Exit codes, clock, streams, terminal and progress bar of a command."""

import gc
import os
import signal
import sys
import time
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime, timezone
from typing import IO, NoReturn, TypeVar

import click

from lint_runtime.errors import UnusableError

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

PATIENCE = 1.0
"""Seconds before the progress bar appears."""

_COMPLETIONS = ("_LINT_RUNTIME_COMPLETE", "_RUNTIME_LIFECYCLE_COMPLETE")
_FAILED_WRITE = "lint_runtime.failed_write"
_SHOW_LINKS = ("iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio")
# The variables of Azure Pipelines: one for each item of `Run.pipeline`, in the same order.
_PIPELINE_VARIABLES = (
    *("SYSTEM_COLLECTIONURI", "SYSTEM_TEAMPROJECT", "SYSTEM_DEFINITIONID", "BUILD_DEFINITIONNAME"),
    *("SYSTEM_PHASEID", "SYSTEM_PHASENAME", "BUILD_SOURCEBRANCH", "BUILD_BUILDID"),
)

_T = TypeVar("_T")


def run_process(main: Callable[[], int]) -> NoReturn:
    """Run `main`, and end the process with the exit code it returns. Call this after all imports."""
    gc.freeze()
    gc.enable()
    try:
        # Until here, Ctrl-C ends the process at once (see `__main__`). Let it raise KeyboardInterrupt, so
        # that the command prints a message. Change nothing if a shell asks for completions: a message would
        # appear in the line that the user types.
        is_handled = callable(signal.getsignal(signal.SIGINT))
        if is_handled and os.environ.keys().isdisjoint(_COMPLETIONS):
            signal.signal(signal.SIGINT, signal.default_int_handler)
        code = main()
    except KeyboardInterrupt:
        code = EXIT_INTERRUPTED
    # Skip interpreter shutdown, which takes longer than linting a file. Streams are already flushed.
    os._exit(code)


def run_command(command: click.Command, name: str, argv: Sequence[str] | None) -> int:
    """Run a command with `argv`, or the arguments of the process, and return its exit code."""
    completion = f"_{name.replace('-', '_').upper()}_COMPLETE"
    try:
        _prepare_streams()
        if completion in os.environ:
            # Lazy import (2 ms): only shells ask for completions.
            from click.shell_completion import shell_complete

            return shell_complete(command, {}, name, completion, os.environ[completion])
        # Don't call click's main(): on a broken pipe, it exits with 1, which would mean findings.
        with command.make_context(name, list(sys.argv[1:] if argv is None else argv)) as context:
            code: int = command.invoke(context)
            if _FAILED_WRITE in context.meta:
                raise context.meta[_FAILED_WRITE]
        sys.stdout.flush()
        sys.stderr.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except UnusableError as error:
        # Flush standard output before the messages: nothing flushes it later.
        flush_text()
        for message in error.messages:
            complain(message, name)
        return EXIT_USAGE
    except KeyboardInterrupt:
        complain("interrupted", name)
        return EXIT_INTERRUPTED
    except OSError as error:
        # A write has failed. Redirect both streams to devnull, so that later writes don't fail, too.
        _drop_writes(sys.stdout)
        if not isinstance(error, BrokenPipeError):
            complain(f"cannot write the output: {error.strerror or error}", name)
        _drop_writes(sys.stderr)
        return EXIT_USAGE
    return code


def _prepare_streams() -> None:
    """Make stdout and stderr escape unencodable characters. Replaces closed streams with devnull."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def current_day() -> date:
    """Return the date in UTC. The clock is read only here."""
    return datetime.now(timezone.utc).date()


def complain(message: str, name: str | None = None) -> None:
    """Print a message to standard error, prefixed with the name of the command."""
    if name is None:
        name = click.get_current_context().find_root().info_name
    print_error(f"{name}: {message}\n")


def print_error(text: str) -> None:
    """Write text to standard error."""
    with _going_on(sys.stderr):
        sys.stderr.write(text)
        sys.stderr.flush()


def print_text(text: str | bytes) -> None:
    """Write text to standard output."""
    with _going_on(sys.stdout):
        # Write in parts: if the reader closes an unbuffered pipe, a long write may stop without an error.
        size = 8192
        for start in range(0, len(text), size):
            part = text[start : start + size]
            sys.stdout.write(part) if isinstance(part, str) else sys.stdout.buffer.write(part)


def flush_text() -> None:
    """Write buffered text to standard output."""
    with _going_on(sys.stdout):
        sys.stdout.flush()


@contextmanager
def _going_on(stream: IO[str]) -> Iterator[None]:
    """Ignore a failed write to `stream`, and drop all later writes to it.

    The run goes on, because it may have to fix and write files. At the end, run_command reports the error.
    """
    try:
        yield
    except OSError as error:
        _drop_writes(stream)
        if context := click.get_current_context(silent=True):
            context.meta.setdefault(_FAILED_WRITE, error)


def _drop_writes(stream: IO[str]) -> None:
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, stream.fileno())
    os.close(devnull)


def terminal_width() -> int:
    """Return the width of the terminal in columns: $COLUMNS if valid, else the actual width, else 80."""
    # shutil.get_terminal_size() does the same, but shutil takes 1.6 ms to import.
    with suppress(KeyError, ValueError):
        if (columns := int(os.environ["COLUMNS"])) > 0:
            return columns
    # The width is unknown if standard output is closed or redirected.
    with suppress(OSError):
        return os.get_terminal_size().columns or 80
    return 80


def is_colored(choice: str, stream: IO[str]) -> bool:
    """Return whether to color output. `auto` checks the environment and the stream."""
    if choice != "auto":
        return choice == "always"
    forced = os.environ.get("FORCE_COLOR", "")
    if os.environ.get("NO_COLOR") or forced.lower() in ("0", "false"):
        return False
    return bool(forced) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def shows_links(stream: IO[str]) -> bool:
    """Return whether a stream is a terminal that supports links."""
    environment = os.environ
    # Use no links in tmux and screen: their older versions print links as text.
    if not stream.isatty() or "TMUX" in environment or "STY" in environment:
        return False
    is_named = environment.get("TERM_PROGRAM") in _SHOW_LINKS or environment.get("TERM") == "xterm-kitty"
    if is_named or "WT_SESSION" in environment or "DOMTERM" in environment:
        return True
    versions = (environment.get("VTE_VERSION", ""), 5000), (environment.get("KONSOLE_VERSION", ""), 201200)
    return any(version.isdecimal() and int(version) >= first for version, first in versions)


def azure_pipeline() -> tuple[str, ...] | None:
    """Return `Run.pipeline`: the Azure Pipelines build that runs this process, or None."""
    if not os.environ.get("TF_BUILD"):
        return None
    values = [os.environ.get(name, "") for name in _PIPELINE_VARIABLES]
    # Keep the organization of https://dev.azure.com/ORGANIZATION/ or https://ORGANIZATION.visualstudio.com/.
    host, _, path = values[0].partition("://")[2].strip("/").partition("/")
    values[0] = path or host.partition(".")[0]
    return tuple(values) if all(values) else None


def with_progress(items: Iterable[_T]) -> Iterator[_T]:
    """Yield the items. After PATIENCE seconds, show a progress bar on standard error."""
    watched = _watch(items)
    # After an interrupt, end the bar before the command prints its message.
    if context := click.get_current_context(silent=True):
        context.call_on_close(watched.close)
    return watched


def _watch(items: Iterable[_T]) -> Generator[_T]:
    started = time.monotonic()
    remaining = iter(items)
    for item in remaining:
        yield item
        if time.monotonic() - started > PATIENCE:
            break
    rest = list(remaining)
    if rest:
        bar = click.progressbar(rest, label="Linting", file=sys.stderr)
        try:
            # `with` would not end the bar after an interrupt in `__enter__`.
            yield from bar.__enter__()
        finally:
            bar.render_finish()
