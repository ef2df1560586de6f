"""The output formats."""

from importlib import import_module

from lint_runtime.formatters.base import Format

FORMATTERS = (
    *("text", "full", "summary", "json", "github", "sarif", "gitlab", "junit", "checkstyle", "azure"),
    *("markdown", "rdjson", "html"),
)
"""The names of the formats. Each has a module and a class: `json` is the class Json in json.py."""


def load_format(name: str) -> type[Format]:
    """Import only the module of a format, and return its class."""
    format_class: type[Format] = getattr(import_module(f"{__name__}.{name}"), name.capitalize())
    return format_class
