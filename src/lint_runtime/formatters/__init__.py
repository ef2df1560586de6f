"""Every output format, by the name it has on the command line.

A new one is a module here, with the two functions of a Formatter, and its name in FORMATTERS.
"""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from typing import Any, NamedTuple, Protocol

from lint_runtime.linter.report import Report, Run

FORMATTERS = (
    *("text", "full", "json", "github", "sarif", "gitlab", "junit", "checkstyle", "azure"),
    *("markdown", "rdjson", "html"),
)

ROOTED = frozenset({"github", "sarif", "gitlab", "junit", "checkstyle", "azure", "rdjson"})
"""Formats for services that know files by their path in the repository, wherever the command was run."""


class MakePart(Protocol):
    """Turns the report of a file into what a format needs of it."""

    def __call__(self, report: Report, run: Run) -> Any:
        """Return the part of a file."""


class Formatter(NamedTuple):
    """How a format is made, file by file, so that no more than one is ever in memory.

    `part` turns the report of a file into what the format needs of it; that may happen in another process,
    before the run knows its tables and problems. `document` turns the parts into text, piece by piece.
    """

    part: MakePart
    document: Callable[[Iterable[Any], Run], Iterator[str]]

    def render(self, reports: Iterable[Report], run: Run) -> Iterator[str]:
        """Yield the text for `reports`."""
        return self.document((self.part(report, run) for report in reports), run)


def load_formatter(name: str) -> Formatter:
    """Return one of FORMATTERS, and import no other."""
    module = import_module(f"{__name__}.{name}")
    return Formatter(module.part, module.document)
