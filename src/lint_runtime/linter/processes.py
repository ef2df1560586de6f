"""Start and stop processes that check files, and exchange items and results with them."""

import os
import pickle
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Iterable, Iterator
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
"""The code that a worker process runs. If its input ends, the process ends without a traceback."""


_Process = subprocess.Popen[bytes]

_AHEAD = 4
"""Maximum number of chunks per process that are in progress, or done but not yet yielded."""


def check_in_processes(worker: object, chunks: Iterable[list[Any]], jobs: int) -> Iterator[Any]:
    """Check chunks of items in processes, and yield the results in the order of the chunks.

    One thread per process sends chunks and waits for their results. The wait also ends if the process
    crashes or is killed. Raises UnusableError if a process cannot start or ends early.
    """
    threads = ThreadPoolExecutor(jobs)
    processes: list[_Process] = []
    idle: SimpleQueue[_Process] = SimpleQueue()
    pending: deque[Future[Any]] = deque()
    try:
        for _ in range(jobs):
            processes.append(_start(worker))
            idle.put(processes[-1])
        for chunk in chunks:
            pending.append(threads.submit(_check, chunk, idle, processes))
            if len(pending) >= jobs * _AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BaseException:
        for process in processes:
            process.kill()
        raise
    finally:
        threads.shutdown(cancel_futures=True)
        for process in processes:
            # communicate() closes the input of the process, so that the process ends.
            process.communicate()


def _check(items: list[Any], idle: SimpleQueue[_Process], processes: list[_Process]) -> Any:
    """Let an idle process check `items`. Raises UnusableError if the process ends."""
    process = idle.get()
    try:
        _send(process, items)
        result = pickle.load(cast("IO[bytes]", process.stdout))  # noqa: S301 (our own process)
    except (EOFError, pickle.UnpicklingError):
        # Kill the other processes instead of waiting for their checks, which may take minutes.
        for other in processes:
            other.kill()
        raise UnusableError(
            "a worker process ended unexpectedly, possibly because it ran out of memory;"
            " use fewer with --jobs N"
        ) from None
    finally:
        idle.put(process)
    if isinstance(result, Exception):
        raise result
    return result


def _start(worker: object) -> _Process:
    """Start a process that checks items with `worker`. Raises UnusableError.

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


def _send(process: _Process, value: object) -> None:
    requests = cast("IO[bytes]", process.stdin)
    # Ignore the broken pipe of a process that has ended: `_check` raises an error when it reads the result.
    with suppress(BrokenPipeError):
        requests.write(pickle.dumps(value))
        requests.flush()


def serve() -> NoReturn:
    """Check the items that arrive on standard input, and write the results to standard output.

    Raises EOFError at the end of the input.
    """
    # Ignore Ctrl-C: Windows sends it to every process of the terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # Print to standard error: other output must not mix with the results.
    worker = pickle.load(requests)  # noqa: S301 (our own process)
    while True:
        items = pickle.load(requests)  # noqa: S301 (our own process)
        try:
            result = worker(items)
        except Exception as error:
            result = error
        pickle.dump(result, results)
        results.flush()
