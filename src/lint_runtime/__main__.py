"""The entry points of the commands and of `python -m lint_runtime`."""

import os

try:
    import signal

    # A KeyboardInterrupt during an import may be lost, or print a traceback. So let Ctrl-C end the process
    # at once, until a command sets its own handler.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, lambda *_: os._exit(130))
    import gc
    from typing import NoReturn
except KeyboardInterrupt:
    os._exit(130)

# Disable GC while importing: collection passes take about 5 % of a short run.
gc.disable()


def run() -> NoReturn:
    """Run `lint-runtime` and end the process with its exit code."""
    from lint_runtime.cli.console import run_process
    from lint_runtime.cli.lint import main

    run_process(main)


def run_lifecycle() -> NoReturn:
    """Run `runtime-lifecycle` and end the process with its exit code."""
    from lint_runtime.cli.console import run_process
    from lint_runtime.cli.lifecycle import main

    run_process(main)


def run_server() -> NoReturn:
    """Run `lint-runtime-lsp` and end the process with its exit code."""
    from lint_runtime.cli.language_server import main

    # The server sets no SIGINT handler of its own: the handler above may end it at any time.
    os._exit(main())


if __name__ == "__main__":
    run()
