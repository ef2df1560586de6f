"""Every output format, by the name it has on the command line. A new one is its module and two lines here."""

from __future__ import annotations

from lint_runtime.formatters import json, text
from lint_runtime.report import Formatter

FORMATTERS: dict[str, Formatter] = {
    "text": text.render,
    "json": json.render,
}
