"""The output formats."""

from collections.abc import Mapping
from importlib import import_module

from lint_runtime.formatters.base import Format

FORMATTERS: Mapping[str, str] = {
    "text": "Text",
    "full": "Full",
    "summary": "Summary",
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
"""The class names, keyed by format. Each module is named like its format."""


def load_format(name: str) -> type[Format]:
    """Import only the module of a format, and return its class."""
    format_class: type[Format] = getattr(import_module(f"{__name__}.{name}"), FORMATTERS[name])
    return format_class
