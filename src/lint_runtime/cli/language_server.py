"""The command `lint-runtime-lsp`."""

import gc
import logging
import os
import sys
from collections.abc import Sequence

import click

from lint_runtime.cli.console import current_day, run_command
from lint_runtime.cli.options import VERSION
from lint_runtime.errors import UnusableError, missing


@click.command(context_settings={"help_option_names": ["-h", "--help"]}, params=[VERSION])
@click.option("--stdio", is_flag=True, help="Use stdin and stdout (the default).")
@click.option(
    "--tcp", type=click.IntRange(1, 65535), metavar="PORT", help="Listen on loopback, for debugging."
)
def command(stdio: bool, tcp: int | None) -> int:  # noqa: ARG001
    """Run the language server over stdin and stdout."""
    # Disable GC while importing: collection passes take a tenth of the start-up time.
    gc.disable()
    try:
        from lint_runtime.lsp.server import Server
    except ImportError:
        raise missing("the language server", "lsp") from None
    gc.freeze()
    gc.enable()
    # Turn off logging: pygls logs protocol details that don't help users.
    logging.disable(logging.CRITICAL)
    server = Server(current_day)
    if tcp is None:
        # Pass a copy of standard output, because pygls closes the stream.
        server.start_io(stdout=os.fdopen(os.dup(sys.stdout.fileno()), "wb"))
        return server.exit_code
    try:
        server.start_tcp("127.0.0.1", tcp)
    except OSError as error:
        raise UnusableError(f"cannot listen on port {tcp}: {os.strerror(error.errno or 0)}") from None
    return server.exit_code


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0 for success, and 2 for errors.

    Returns 1 if the client sends `exit` without `shutdown`.
    """
    return run_command(command, "lint-runtime-lsp", argv)


if __name__ == "__main__":
    sys.exit(main())
