"""Check many files in several processes, and return the results in file order."""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, TypeVar

from lint_runtime.linter.report import Report, Tally

_T = TypeVar("_T")

MANY = 400
"""Minimum number of files for which starting processes pays off."""

AT_ONCE = 32
"""Number of files that a process gets at a time."""

Check = Callable[[Any, Tally], Report | None]
"""Checks a file and counts it in a tally. Returns None if there is nothing to show."""


Batch = tuple[list[tuple[Any, ...]], Tally]
"""The results of a chunk of files (a tuple per file, with one item per output), and its counts."""


class Worker:
    """Checks files, and passes each report to all of `outputs`."""

    def __init__(self, check: Check, outputs: Sequence[Callable[[Report], Any]]) -> None:
        self._check = check
        self._outputs = outputs
        self._sent_tables: set[str] = set()

    def __call__(self, items: Iterable[Any]) -> Batch:
        """Check `items`. Returns a tuple of results (one per output) for each report, and the counts."""
        tally = Tally()
        reports = (report for item in items if (report := self._check(item, tally)))
        results = [tuple(output(report) for output in self._outputs) for report in reports]
        # Lifecycle data is large: each worker sends it once.
        tally.tables = {
            source: table for source, table in tally.tables.items() if source not in self._sent_tables
        }
        self._sent_tables.update(tally.tables)
        return results, tally


def cpu_count() -> int:
    """Return the number of CPUs that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(items: Iterable[_T], jobs: int | None = None) -> tuple[int, Iterator[_T]]:
    """Return the number of processes for `items`, and the items.

    jobs: the number of processes. None chooses: one per CPU if there are at least MANY items, otherwise 1.
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
    from lint_runtime.linter.processes import check_in_processes

    remaining = iter(items)
    yield from check_in_processes(worker, iter(lambda: list(islice(remaining, AT_ONCE)), []), jobs)
