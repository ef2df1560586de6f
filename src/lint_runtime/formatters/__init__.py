"""The output formats, by their names on the command line."""

from collections.abc import Mapping
from importlib import import_module

from lint_runtime.formatters.base import Format

FORMATTERS: Mapping[str, str] = {
    "text": "Text",
    "full": "Full",
    "json": "Json",
    "github": "GitHub",
    "sarif": "Sarif",
    "gitlab": "GitLab",
    "junit": "JUnit",
    "checkstyle": "Checkstyle",
    "azure": "Azure",
    "markdown": "Markdown",
    "rdjson": "RDJson",
    "html": "Html",
}
"""The class of each format. It is in the module of the same name as the format."""


def load_format(name: str) -> type[Format]:
    """Import the class of a format, and no other."""
    format_class: type[Format] = getattr(import_module(f"{__name__}.{name}"), FORMATTERS[name])
    return format_class
