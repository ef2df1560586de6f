"""Text, paths and documents as they may reach another machine."""

import json
import os
import posixpath
import re

from lint_runtime.diagnostics import COMMAND, visible


def portable_text(text: str) -> str:
    r"""Return `text` as any encoding can hold it: bytes that were no UTF-8 are written as `\xff`."""
    return re.sub("[\ud800-\udfff]", lambda match: visible(match[0]), text)


def portable_path(path: str) -> str:
    """Return `path` with `/` between its parts and none that lead nowhere (`./a`, `a//b`)."""
    return posixpath.normpath(path.replace(os.sep, "/"))


def json_document(value: object) -> str:
    """Return `value` as a JSON document, with nothing in it that the log of a CI system acts upon."""
    return re.sub(COMMAND, r"#\\u0023", json.dumps(value, indent=2)) + "\n"
