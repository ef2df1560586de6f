"""Checks many files in several processes, and returns the results in the order of the files."""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from lint_runtime.errors import UnusableError
from lint_runtime.linter.report import Report
from lint_runtime.linter.tally import Tally

if TYPE_CHECKING:
    from concurrent.futures import Future

_T = TypeVar("_T")

MANY = 400
"""Minimum number of files for which starting processes pays off."""

AT_ONCE = 32
"""Number of files that a process gets at a time."""

_AHEAD = 4
"""Maximum number of chunks per process that are in progress or done ahead of their turn."""

_SERVE = """\
import pickle, sys
sys.path = pickle.load(sys.stdin.buffer)
from lint_runtime.linter.workers import serve
serve()
"""

Check = Callable[[Any, Tally], Report | None]
"""Checks a file and counts it in a tally. Returns None if there is nothing to show."""


class Batch(NamedTuple):
    """The results of a few files.

    results: for each file, the result of every output
    tally: the counts of these files
    """

    results: list[tuple[Any, ...]]
    tally: Tally


class Worker:
    """Checks files, and passes each report to all of `outputs`."""

    def __init__(self, check: Check, outputs: Sequence[Callable[[Report], Any]]) -> None:
        self._check = check
        self._outputs = outputs
        self._sent_tables: set[str] = set()

    def __call__(self, items: Iterable[Any]) -> Batch:
        """Check `items`."""
        tally = Tally()
        reports = (report for item in items if (report := self._check(item, tally)))
        results = [tuple(output(report) for output in self._outputs) for report in reports]
        # Lifecycle data is large: each worker sends it once.
        tally.tables = {
            source: table for source, table in tally.tables.items() if source not in self._sent_tables
        }
        self._sent_tables.update(tally.tables)
        return Batch(results, tally)


def cpu_count() -> int:
    """Return the number of CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(items: Iterable[_T], jobs: int | None = None) -> tuple[int, Iterator[_T]]:
    """Return the number of processes for `items`, and the items.

    jobs: the number of processes. None means one per CPU for MANY items or more, otherwise 1.
    """
    remaining = iter(items)
    if jobs is not None:
        return jobs, remaining
    first = list(islice(remaining, MANY))
    return cpu_count() if len(first) == MANY else 1, chain(first, remaining)


def work(worker: Worker, items: Iterable[Any], jobs: int) -> Iterator[Batch]:
    """Check `items` in `jobs` processes, and yield batches in the order of the items.

    With 1 job, this process checks the items, one per batch. Raises UnusableError if a process cannot
    start or ends early.
    """
    if jobs == 1:
        yield from (worker((item,)) for item in items)
        return
    # Lazy import (9 ms): few runs have many files.
    from concurrent.futures import ThreadPoolExecutor

    # Each thread waits for one process. When the process ends, however it ends, so does the wait.
    threads = ThreadPoolExecutor(jobs)
    pool = _Pool()
    remaining = iter(items)
    pending: deque[Future[Batch]] = deque()
    try:
        for _ in range(jobs):
            pool.add(_Process(worker))
        while chunk := list(islice(remaining, AT_ONCE)):
            pending.append(threads.submit(pool.check, chunk))
            if len(pending) >= jobs * _AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except BaseException:
        pool.kill()
        raise
    finally:
        threads.shutdown(cancel_futures=True)
        pool.close()


class _EndedError(UnusableError):
    """A process has ended before its work was done."""


class _Process:
    """A process that serves `worker`. Raises UnusableError if it cannot start.

    It imports nothing from the working directory (-I), and its own session keeps Ctrl-C away from it.
    """

    def __init__(self, worker: Worker) -> None:
        import subprocess

        command = [sys.executable, "-I", "-X", f"utf8={sys.flags.utf8_mode}", "-c", _SERVE]
        try:
            self.popen = subprocess.Popen(  # noqa: S603 (the command is constant)
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        except OSError as error:
            reason = error.strerror or error
            raise UnusableError(f"cannot start a process: {reason}; use fewer with --jobs") from None
        directory = os.path.realpath(os.curdir)
        self._send([entry for entry in sys.path if os.path.realpath(entry) != directory])
        self._send(worker)

    def check(self, items: list[Any]) -> Batch:
        """Check `items`. Raises the exception of the check, and _EndedError."""
        import pickle

        self._send(items)
        try:
            result = pickle.load(cast("IO[bytes]", self.popen.stdout))  # noqa: S301 (our own process)
        except (EOFError, pickle.UnpicklingError):
            raise _EndedError(
                "a worker process ended unexpectedly, possibly because it ran out of memory;"
                " use fewer with --jobs N"
            ) from None
        if isinstance(result, Exception):
            raise result
        return cast("Batch", result)

    def _send(self, value: object) -> None:
        import pickle

        requests = cast("IO[bytes]", self.popen.stdin)
        # If the process has ended, reading from it says so.
        with suppress(BrokenPipeError):
            requests.write(pickle.dumps(value))
            requests.flush()


class _Pool:
    """Processes, of which each thread takes one for a chunk of items."""

    def __init__(self) -> None:
        from queue import SimpleQueue

        self._processes: list[_Process] = []
        self._idle: SimpleQueue[_Process] = SimpleQueue()

    def add(self, process: _Process) -> None:
        self._processes.append(process)
        self._idle.put(process)

    def check(self, items: list[Any]) -> Batch:
        """Check `items` in an idle process. If it has ended, kill the others: they may need minutes."""
        process = self._idle.get()
        try:
            return process.check(items)
        except _EndedError:
            self.kill()
            raise
        finally:
            self._idle.put(process)

    def kill(self) -> None:
        for process in self._processes:
            process.popen.kill()

    def close(self) -> None:
        for process in self._processes:
            # The end of its input ends the process.
            process.popen.communicate()


def serve() -> None:
    """Check the items that arrive on standard input, and write the results to standard output."""
    import pickle
    import signal

    # Windows sends Ctrl-C to every process of the terminal.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    requests, results = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # Other output must not mix with the results.
    worker = pickle.load(requests)  # noqa: S301 (our own process)
    with suppress(EOFError, BrokenPipeError):
        while True:
            items = pickle.load(requests)  # noqa: S301 (our own process)
            try:
                result = worker(items)
            except Exception as error:
                result = error
            pickle.dump(result, results)
            results.flush()
