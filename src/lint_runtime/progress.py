"""A progress bar for runs that make somebody wait."""

import sys
import time
from collections.abc import Iterable, Iterator
from typing import TypeVar

import click

PATIENCE = 1.0
"""Seconds before the bar appears."""

T = TypeVar("T")


def with_progress(items: Iterable[T]) -> Iterator[T]:
    """Yield `items`; once that has taken longer than PATIENCE, with a bar on standard error."""
    started = time.monotonic()
    remaining = iter(items)
    for item in remaining:
        yield item
        if time.monotonic() - started > PATIENCE:
            break
    rest = list(remaining)
    if rest:
        with click.progressbar(rest, label="Linting", file=sys.stderr) as bar:
            yield from bar
