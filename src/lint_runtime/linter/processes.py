"""Start and stop processes that check files, and exchange items and results with them."""

import os
import pickle
import signal
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from queue import SimpleQueue
from typing import IO, Any, NoReturn, cast

from lint_runtime.errors import UnusableError

_SERVE = """\
import pickle, sys
try:
    sys.path = pickle.load(sys.stdin.buffer)
    from lint_runtime.linter.processes import serve
    serve()
except (BrokenPipeError, EOFError, pickle.UnpicklingError):
    pass
"""
"""The code of a process. It ends without a traceback if its parent ends in the middle of a value."""


class Pool:
    """Processes that check chunks of items.

    A thread waits for each process. The wait also ends if the process crashes or is killed.
    """

    def __init__(self, jobs: int) -> None:
        self._jobs = jobs
        self._threads = ThreadPoolExecutor(jobs)
        self._processes: list[subprocess.Popen[bytes]] = []
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()

    def start(self, worker: object) -> None:
        """Start the processes. Raises UnusableError."""
        for _ in range(self._jobs):
            self._processes.append(_start(worker))
            self._idle.put(self._processes[-1])

    def submit(self, items: list[Any]) -> Future[Any]:
        """Let an idle process check `items`. The future raises UnusableError if the process ends."""
        return self._threads.submit(self._check, items)

    def _check(self, items: list[Any]) -> Any:
        process = self._idle.get()
        try:
            _send(process, items)
            result = pickle.load(cast("IO[bytes]", process.stdout))  # noqa: S301 (our own process)
        except (EOFError, pickle.UnpicklingError):
            # Don't wait for the other processes: their checks may take minutes.
            self.kill()
            raise UnusableError(
                "a worker process ended unexpectedly, possibly because it ran out of memory;"
                " use fewer with --jobs N"
            ) from None
        finally:
            self._idle.put(process)
        if isinstance(result, Exception):
            raise result
        return result

    def kill(self) -> None:
        """Kill the processes."""
        for process in self._processes:
            process.kill()

    def close(self) -> None:
        """Wait until all threads and processes have ended."""
        self._threads.shutdown(cancel_futures=True)
        for process in self._processes:
            # communicate() closes the input of the process, which ends it.
            process.communicate()


def _start(worker: object) -> "subprocess.Popen[bytes]":
    """Start a process that serves `worker`. Raises UnusableError.

    The process imports nothing from the working directory (-I). It runs in its own session, so Ctrl-C does
    not reach it.
    """
    command = [sys.executable, "-I", "-X", f"utf8={sys.flags.utf8_mode}", "-c", _SERVE]
    try:
        process = subprocess.Popen(  # noqa: S603 (the command is constant)
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
    except OSError as error:
        reason = error.strerror or error
        raise UnusableError(f"cannot start a process: {reason}; use fewer with --jobs") from None
    directory = os.path.realpath(os.curdir)
    _send(process, [entry for entry in sys.path if os.path.realpath(entry) != directory])
    _send(process, worker)
    return process


def _send(process: "subprocess.Popen[bytes]", value: object) -> None:
    requests = cast("IO[bytes]", process.stdin)
    # If the process has ended, reading its result raises an error.
    with suppress(BrokenPipeError):
        requests.write(pickle.dumps(value))
        requests.flush()


def serve() -> NoReturn:
    """Check the items that arrive on standard input, and write the results to standard output.

    Raises EOFError at the end of the input.
    """
    # Windows sends Ctrl-C to every process of the terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # Other output must not mix with the results.
    worker = pickle.load(requests)  # noqa: S301 (our own process)
    while True:
        items = pickle.load(requests)  # noqa: S301 (our own process)
        try:
            result = worker(items)
        except Exception as error:
            result = error
        pickle.dump(result, results)
        results.flush()
