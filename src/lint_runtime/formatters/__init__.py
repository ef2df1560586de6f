"""Every output format, by the name it has on the command line.

A new one is its module here, with a `render` that is a Formatter, and its name in FORMATTERS. Only
the module of the format that is asked for is imported.
"""

from importlib import import_module

from lint_runtime.linter.report import Formatter

FORMATTERS = ("text", "json", "github", "sarif", "gitlab", "junit", "markdown", "rdjson", "html")


def formatter(name: str) -> Formatter:
    """Return the formatter of one of FORMATTERS."""
    render: Formatter = import_module(f"{__name__}.{name}").render
    return render
