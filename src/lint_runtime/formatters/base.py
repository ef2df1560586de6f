"""Base classes of output formats, and the data that formats need about a run."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import partial
from typing import IO, Any, NamedTuple

from click import style

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report, Tally
from lint_runtime.text import json_line

Write = Callable[[str], object]
"""A function that writes text to the destination of a format."""

COLORS = {Severity.ERROR: "red", Severity.WARNING: "yellow", Severity.INFO: "blue"}


class Run(NamedTuple):
    """A run of the command, and its display options.

    table: the lifecycle data for files whose configuration doesn't set `table`
    total: the counts of the run, incomplete until the last file is linted
    label: a name that distinguishes the run from other runs, or None
    width: the width of the terminal, in columns
    is_terminal: whether the output goes to a terminal
    has_links: whether the terminal supports hyperlinks
    shows_suppressed: whether SARIF includes suppressed findings
    is_verbose: whether the format `full` shows every finding with all details, even if findings are similar
    pipeline: the Azure Pipelines build that contains the run, or None. The values are its organization,
        project, definition ID, definition name, phase ID, phase name, branch and build ID.
    directory: the innermost directory that contains all files, or "."
    link: a URL template for links to images, or None. Its placeholders: `{label}`, `{path}`, `{line}`.
    previous: the path of an earlier JSON report to compare the findings with, or None
    is_combined: whether the run combines earlier reports instead of linting files
    """

    as_of: date
    table: LifecycleTable
    total: Tally
    is_colored: bool = False
    label: str | None = None
    width: int = 80
    is_terminal: bool = False
    has_links: bool = False
    shows_suppressed: bool = False
    is_verbose: bool = False
    pipeline: tuple[str, ...] | None = None
    directory: str = "."
    link: str | None = None
    previous: str | None = None
    is_combined: bool = False

    @property
    def style(self) -> Callable[..., str]:
        """`click.style` if the output is colored. Otherwise, a function that returns its text unchanged."""
        return style if self.is_colored else lambda text, **_: text

    @property
    def tables(self) -> tuple[LifecycleTable, ...]:
        """The lifecycle data used in the run. Contains at least one table."""
        return tuple(self.total.tables.values()) or (self.table,)


class Format(ABC):
    """Writes the results of a run in one format.

    run: the run. Counts, tables and problems are incomplete until `finish` is called.
    write: a function that writes text to the destination
    head: the text before the results
    is_rooted: whether paths must be relative to the root of the repository
    shows_owners: whether entries depend on the owners of files
    """

    head = ""
    is_rooted = False
    shows_owners = False

    def __init__(self, run: Run, write: Write) -> None:
        self.run = run
        self.write = write
        write(self.head)

    @staticmethod
    @abstractmethod
    def entry(report: Report, run: Run) -> Any:
        """Return the entry for a file, as expected by `add`. May run in a worker process."""

    def add(self, entry: Any) -> None:
        """Write the entry for the next file, or store it until `finish`."""
        self.write(entry)

    def finish(self) -> None:  # noqa: B027 (most formats have nothing left to write)
        """Write the remaining output after the last file."""


class JsonFormat(Format):
    """Writes JSON with one array of results. An entry is a list of encoded array elements.

    head: the text up to the opening bracket of the array
    indent: the indentation of the closing bracket
    tail: the text after the closing bracket
    """

    head = "["
    indent = ""
    tail = "\n"
    _separator = ""

    def add(self, entry: list[str]) -> None:
        """Write the elements of one file into the array, one element per line."""
        for element in entry:
            self.write(f"{self._separator}\n{self.indent}  {element}")
            self._separator = ","

    def finish(self) -> None:
        """Close the array and write the tail."""
        self.write(f"\n{self.indent}]" if self._separator else "]")
        self.write(self.tail)


def json_members(members: Mapping[str, object]) -> str:
    """Encode the members of a JSON object, one per line, without the braces."""
    return ",\n".join(f"  {json_line(name)}: {json_line(value)}" for name, value in members.items())


def hold_text() -> IO[str]:
    """Return a temporary text file, kept in memory up to 64 KiB."""
    # Lazy import (1.4 ms): only a few formats need it.
    from tempfile import SpooledTemporaryFile

    return SpooledTemporaryFile(1 << 16, "w+", encoding="utf-8", errors="backslashreplace", newline="")


def chunks(held: IO[str]) -> Iterator[str]:
    """Yield the content of a `hold_text` file in chunks, then close the file."""
    with held:
        held.seek(0)
        yield from iter(partial(held.read, 8192), "")
