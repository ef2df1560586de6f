"""Functions that worker processes run in tests. This module doesn't import pytest, which is slow."""

from __future__ import annotations

import os
from typing import Any

from lint_runtime.linter.report import Report, Tally


def check(item: int, tally: Tally) -> Report | None:
    """Count an item like a file, and return it in place of a report. For the item 0, returns None."""
    # The output of a check must not mix with the results, which a worker writes to its standard output.
    print("checking", item, flush=True)  # noqa: T201
    tally.files += 1
    tally.fail(f"process {os.getpid()}")
    return item or None  # type: ignore[return-value]


def double(item: Any) -> int:
    return int(item) * 2


def fail(item: Any, tally: Tally) -> Report | None:  # noqa: ARG001
    raise ZeroDivisionError
