"""Text that may come from a file, as Markdown that shows it and does nothing else."""

import re
from collections.abc import Callable
from itertools import groupby

from lint_runtime.diagnostics import visible

# A word of letters or a number, in which no Markdown, address, mention, emoji or reference can hide.
_PLAIN = re.compile(r"\(?(?:[A-Za-z]+(?:-[A-Za-z]+)*|[0-9]+(?:[.,-][0-9]+)*)[),.:;]*")


def prose(text: str) -> str:
    """Return `text` with its plain words as they are, and all else as code."""
    words = groupby(visible(text).split(" "), key=lambda word: _PLAIN.fullmatch(word) is not None)
    return " ".join(" ".join(run) if is_plain else code(" ".join(run)) for is_plain, run in words)


def code(text: str) -> str:
    """Return `text` as code, in which neither Markdown nor HTML, mentions nor addresses are read."""
    shown = visible(text)
    if not shown:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    pad = " " if shown[0] in " `" or shown[-1] in " `" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def cell(text: str, markdown: Callable[[str], str] = prose) -> str:
    """Return `text` as a cell of a table, made Markdown by `prose` or `code`."""
    # A bar ends a cell even in code, and a backslash before it means different things to different
    # readers of Markdown; so it stands outside the code, as a reference.
    return "&#124;".join(markdown(part) for part in text.split("|"))
