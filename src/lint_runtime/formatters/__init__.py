"""Every output format, by the name it has on the command line.

A new one is a module here, with a `render` that is a Formatter, and its name in FORMATTERS.
"""

from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from lint_runtime.linter.report import Report, Run

Formatter = Callable[[Iterable[Report], Run], Iterator[str]]
"""Turns the reports of a run into text, piece by piece as they come."""

FORMATTERS = (
    *("text", "full", "json", "github", "sarif", "gitlab", "junit", "checkstyle", "azure"),
    *("markdown", "rdjson", "html"),
)


def load_formatter(name: str) -> Formatter:
    """Return the formatter of one of FORMATTERS, and import no other."""
    render: Formatter = import_module(f"{__name__}.{name}").render
    return render
