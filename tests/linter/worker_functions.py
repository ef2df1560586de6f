"""What worker processes run in tests. A module of its own, because they import it: pytest takes longer."""

from __future__ import annotations

import os
from typing import Any

from lint_runtime.linter.report import Report, Tally


def check(item: int, tally: Tally) -> Report | None:
    """Count an item, and return it in place of a report."""
    tally.files += 1
    tally.fail(f"process {os.getpid()}")
    return item or None  # type: ignore[return-value]


def double(item: Any) -> int:
    return int(item) * 2


def fail(item: Any, tally: Tally) -> Report | None:  # noqa: ARG001
    raise ZeroDivisionError
