"""What linting gives, as the formatters get it."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple, Protocol

from lint_runtime.diagnostic import Diagnostic
from lint_runtime.dockerfile import Stage
from lint_runtime.rule import RuntimeImage


class Report(NamedTuple):
    """What linting one file gave: every stage with the Runtime image it stands on, and the findings."""

    path: str
    stages: tuple[tuple[Stage, RuntimeImage | None], ...]
    diagnostics: tuple[Diagnostic, ...]


class Run(NamedTuple):
    """What a format may say of a run as a whole: the day judged for, and how it is shown."""

    as_of: date
    table_date: date
    is_coloured: bool


class Formatter(Protocol):
    """Turns the reports of a run into text, piece by piece as they come."""

    def __call__(self, reports: Iterable[Report], run: Run) -> Iterator[str]:
        """Yield the text of `reports`."""
