"""Many files at once: handed out in order to processes, whose results come back in the same order."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from lint_runtime.errors import UnusableError
from lint_runtime.linter.report import Report
from lint_runtime.linter.tally import Tally

if TYPE_CHECKING:
    from concurrent.futures import Future, ProcessPoolExecutor

_T = TypeVar("_T")

MANY = 400
"""From so many files on, a run uses all CPUs; fewer take less time than processes take to start."""

AT_ONCE = 32
"""How many files a process gets at a time."""

_AHEAD = 4
"""How many chunks for each process may be handed out, or wait for their turn to be shown."""

Check = Callable[[Any, Tally], Report | None]
"""Turns what there is to check into its report, counted in a tally; None where there is nothing to show."""


class Batch(NamedTuple):
    """The results of a few files: for each, its part of every output, and what was counted."""

    parts: list[tuple[Any, ...]]
    tally: Tally


class Worker:
    """Checks files, and turns each report into a part for every one of the functions `outputs`."""

    def __init__(self, check: Check, outputs: Sequence[Callable[[Report], Any]]) -> None:
        self._check = check
        self._outputs = outputs
        self._known_tables: set[str] = set()

    def __call__(self, items: Iterable[Any]) -> Batch:
        """Check `items`."""
        tally = Tally()
        reports = (report for item in items if (report := self._check(item, tally)))
        parts = [tuple(part(report) for part in self._outputs) for report in reports]
        # Lifecycle data is large, and whoever gets the batches has seen what this worker sent before.
        tally.tables = {
            source: table for source, table in tally.tables.items() if source not in self._known_tables
        }
        self._known_tables.update(tally.tables)
        return Batch(parts, tally)


def cpu_count() -> int:
    """Return how many CPUs this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(items: Iterable[_T], jobs: int | None = None) -> tuple[int, Iterator[_T]]:
    """Return in how many processes to check `items`, and these.

    `jobs`: None for as many as there are CPUs if there are MANY items, and else one.
    """
    left = iter(items)
    if jobs is not None:
        return jobs, left
    first = list(islice(left, MANY))
    return cpu_count() if len(first) == MANY else 1, chain(first, left)


def work(worker: Worker, items: Iterable[Any], jobs: int) -> Iterator[Batch]:
    """Check `items` in `jobs` processes, and yield batches in the order of the items.

    `jobs`: 1 for this process alone. Raises UnusableError where a process ends before its work is done.
    """
    if jobs == 1:
        yield from (worker((item,)) for item in items)
    else:
        yield from _in_processes(worker, items, jobs)


def _in_processes(worker: Worker, items: Iterable[Any], jobs: int) -> Iterator[Batch]:
    from concurrent.futures import ProcessPoolExecutor
    from concurrent.futures.process import BrokenProcessPool

    try:
        pool = ProcessPoolExecutor(jobs, initializer=_begin, initargs=(worker,))
    except (ImportError, NotImplementedError, OSError):
        # Processes share work by semaphores. Python may be built without them, and a system may have too
        # few of them or, as some containers, none.
        yield from work(worker, items, 1)
        return
    items = iter(items)
    chunks = iter(lambda: list(islice(items, AT_ONCE)), [])
    pending: deque[Future[Batch]] = deque()
    try:
        for chunk in chunks:
            pending.append(_submit(pool, chunk))
            if len(pending) >= jobs * _AHEAD:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    except _NoProcessError as error:
        raise UnusableError(f"cannot start a process: {error}; use fewer with --jobs") from None
    except BrokenProcessPool:
        raise UnusableError(
            "a worker process ended unexpectedly, possibly because it ran out of memory;"
            " use fewer with --jobs N"
        ) from None
    except BaseException:
        _end_processes()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


class _NoProcessError(Exception):
    """The system refuses to start a process."""


def _submit(pool: "ProcessPoolExecutor", chunk: list[Any]) -> "Future[Batch]":
    try:
        with _without_interrupts():
            return pool.submit(_work, chunk)
    except OSError as error:
        raise _NoProcessError(error.strerror or str(error)) from None


@contextmanager
def _without_interrupts() -> Iterator[None]:
    """Start processes that no Ctrl-C reaches: it ends this process, which ends them."""
    import signal

    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _end_processes() -> None:
    from multiprocessing import active_children

    for process in active_children():
        process.terminate()


_worker: Worker


def _begin(worker: Worker) -> None:
    """Prepare a process for its work, which ends with the process that started it."""
    global _worker
    _worker = worker
    from threading import Thread

    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    if parent:
        parent.join()
        os._exit(1)


def _work(items: Sequence[Any]) -> Batch:
    return _worker(items)
