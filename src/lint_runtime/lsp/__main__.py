"""The command `lint-runtime-lsp`."""

import argparse
import gc
import logging
import sys

from lint_runtime import __version__
from lint_runtime.cli.console import current_day


def main(argv: list[str] | None = None) -> int:
    """Serve an editor until it is done."""
    parser = argparse.ArgumentParser(
        prog="lint-runtime-lsp", description="Serve an editor over standard input and output."
    )
    parser.add_argument("--version", action="version", version=f"lint-runtime-lsp {__version__}")
    parser.add_argument("--stdio", action="store_true", help="the default, which some editors name")
    parser.add_argument("--tcp", type=int, metavar="PORT", help="listen on loopback, for debugging")
    arguments = parser.parse_args(argv)
    try:
        # Imports make no garbage, and to look for it takes a tenth of the start.
        gc.disable()
        from lint_runtime.lsp.server import make_server
    except ImportError:
        sys.stderr.write(
            "lint-runtime-lsp: requires the extra 'lsp'; in a clone, run: pip install '.[lsp]'\n"
        )
        return 2
    gc.freeze()
    gc.enable()
    # What the library logs is about the protocol, and of no use to whoever edits a file.
    logging.disable(logging.CRITICAL)
    server = make_server(current_day)
    if arguments.tcp is None:
        server.start_io()
    else:
        server.start_tcp("127.0.0.1", arguments.tcp)
    return 0


def run() -> None:
    """Run the command, and end the process with its exit code."""
    sys.exit(main())


if __name__ == "__main__":
    run()
