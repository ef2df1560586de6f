"""Progress on standard error, for runs that make somebody wait."""

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
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


@contextmanager
def byte_counter() -> Iterator[Callable[[int, int | None], None]]:
    """Give what shows on a terminal how many bytes have come, and of how many if that is known."""
    shown = False

    def show(received: int, total: int | None) -> None:
        nonlocal shown
        if sys.stderr.isatty():
            shown = True
            of_all = f" of {total >> 10:,}" if total else ""
            click.echo(f"\r{received >> 10:,}{of_all} KiB", err=True, nl=False)

    try:
        yield show
    finally:
        if shown:
            click.echo(err=True)
