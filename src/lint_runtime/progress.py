"""A progress bar for runs that make somebody wait."""

from __future__ import annotations

import time
from typing import Iterable, Iterator, TypeVar

import click

PATIENCE = 1.0
"""Seconds before the bar appears."""

T = TypeVar("T")


def with_progress(items: Iterable[T]) -> Iterator[T]:
    """Yield `items`; once that has taken longer than PATIENCE, with a bar on standard error for the rest."""
    started = time.monotonic()
    remaining = iter(items)
    for item in remaining:
        yield item
        if time.monotonic() - started > PATIENCE:
            break
    rest = list(remaining)
    if rest:
        with click.progressbar(rest, label="Linting", file=click.get_text_stream("stderr")) as bar:
            yield from bar
