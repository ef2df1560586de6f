"""Text helpers: escaping, Markdown, JSON, plurals and suggestions."""

import json
import os
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any

# Characters that control a terminal or are invisible: C0, DEL and C1 controls, separators, direction
# marks, lone surrogates and others. Also U+FFFE and U+FFFF, which XML cannot represent.
_UNPRINTABLE = (
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f"
    "\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ud800-\\udfff\\ufeff\\uffa0\\ufff9-\\ufffb\\ufffe\\uffff"
    "\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff]"
)

COMMAND = r"##(?=\w*\[)"
"""The start of `##[` and `##vso[`, which CI systems read as commands anywhere in a log."""

# Words, dates and counts. Markdown never reads them as markup, links, mentions or emoji.
_PLAIN = r"[A-Za-z]+(?:['-][A-Za-z]+)*|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]+(?:,[0-9]{3})*|"
_SETTING = r"[\w-]+ = '[^']*'"
_QUOTATION = rf"(?:(?<=[ (])|\A)(?:({_SETTING})|'([^']+)')(?=[ ),.:;?]|\Z)"


def visible(text: str) -> str:
    r"""Escape characters that control a terminal or are invisible, for example as `\x1b`.

    A surrogate that stands for an invalid UTF-8 byte becomes, for example, `\xff`. `##[error]`, which CI
    systems read as a command, becomes `#\x23[error]`.
    """
    if text.isascii() and text.isprintable() and "##" not in text:
        return text
    text = re.sub("[\udc80-\udcff]", lambda match: f"\\x{ord(match[0]) - 0xDC00:02x}", text)
    text = re.sub(_UNPRINTABLE, lambda match: ascii(match[0])[1:-1], text)
    return re.sub(COMMAND, r"#\\x23", text)


def quoted(text: str) -> str:
    """Cut text after 120 characters, escape it, and put it in quotes."""
    cut = text if len(text) <= 120 else text[:120] + "…"
    return f"'{visible(cut)}'"


def shown_path(path: str) -> str:
    """Escape a path at the start of a line, where CI systems read `::` as a command."""
    shown = visible(path)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def portable_text(text: str) -> str:
    r"""Escape lone surrogates, which cannot be encoded, for example as `\xff`."""
    return re.sub("[\ud800-\udfff]", lambda match: visible(match[0]), text)


def portable_path(path: str) -> str:
    """Normalize a path, with `/` as the separator."""
    return posixpath.normpath(path.replace(os.sep, "/"))


def json_document(value: object) -> str:
    """Encode a value as `json_line` does, but indented and with a final line break."""
    return json_line(value, indent=2) + "\n"


def json_line(value: object, indent: int | None = None) -> str:
    """Encode a value as JSON. Escapes lone surrogates and CI commands (`##[`). Dates become YYYY-MM-DD."""
    encoder = json.JSONEncoder(indent=indent, default=date.isoformat)
    text = encoder.encode(value)
    if r"\ud" in text:
        text = encoder.encode(_portable(value))
    return re.sub(COMMAND, r"#\\u0023", text)


def _portable(value: Any) -> Any:
    if isinstance(value, str):
        return portable_text(value)
    if isinstance(value, Mapping):
        return {key: _portable(item) for key, item in value.items()}
    return [_portable(item) for item in value] if isinstance(value, (list, tuple)) else value


def prose(text: str) -> str:
    """Convert text to Markdown. Quotations, settings (`key = 'value'`) and unusual words become code."""
    # re.split returns the text between matches at the indexes 0, 3, 6 and so on. After each of these texts,
    # it returns the two groups of a match: a setting and a quotation. One of the two is None.
    split = re.split(_QUOTATION, visible(text))
    return "".join(
        code(segment or "") if index % 3 else " ".join(map(_word, segment.split(" ")))
        for index, segment in enumerate(split)
    )


def _word(word: str) -> str:
    rest = word.lstrip("(\"'")
    core = rest.rstrip(")\"',.:;?…")
    before, after = word[: len(word) - len(rest)], rest[len(core) :]
    return f"{before}{core if re.fullmatch(_PLAIN, core) else code(core)}{after}"


def code(text: str) -> str:
    """Return text as a Markdown code span, or "" for empty text."""
    shown = visible(text)
    if not shown:
        return ""
    fence = "`" * (1 + max(map(len, re.findall("`+", shown)), default=0))
    pad = " " if shown[0] in " `" or shown[-1] in " `" else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def cell(text: str, markdown: Callable[[str], str] = prose) -> str:
    """Return text as a cell of a Markdown table, converted by `markdown`."""
    # `|` ends a cell even in a code span, and parsers disagree about `\|`. So convert the text between two
    # `|` on its own, and write each `|` as an entity.
    return "&#124;".join(map(markdown, text.split("|")))


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: `1 file`, `2 fixes`, `3 release series`."""
    return f"{count} {plural(count, noun)}"


def plural(count: int, noun: str) -> str:
    """Return the singular or plural of a noun, depending on the count."""
    if count == 1 or noun.endswith("series"):
        return noun
    return f"{noun}es" if noun.endswith("x") else f"{noun}s"


def wrapped(text: str, width: int) -> list[str]:
    """Wrap a text at spaces. Returns at least one line, which may be empty.

    width: the maximum width in columns; less than 20 counts as 20
    """
    # Lazy import (1 ms): only output for people is wrapped.
    from textwrap import wrap

    return wrap(text, max(width, 20), break_long_words=False, break_on_hyphens=False) or [""]


def parse_day(text: str) -> date | None:
    """Parse YYYY-MM-DD. Returns None if `text` is not a date."""
    try:
        return date.fromisoformat(text) if re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text) else None
    except ValueError:
        return None


def days_after(day: date, days: int) -> date:
    """Return the date `days` after `day`, or the last date that Python supports if that is earlier."""
    return day + timedelta(days=min(days, (date.max - day).days))


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a "did you mean" question, or "" if no known word is close."""
    close = closest(word, known)
    return f"did you mean {close}?" if close else ""


def closest(word: str, known: Iterable[str]) -> str:
    """Return the known word closest to `word`, or "" if no word is close."""
    # Lazy import (3 ms): only error messages need it.
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1)), "")


def is_close(word: str, other: str, edits: int = 2) -> bool:
    """Return whether at most `edits` edits turn one word into the other.

    An edit inserts, removes or replaces a character, or swaps two neighboring characters.
    """
    if abs(len(word) - len(other)) > edits:
        return False
    if not word or not other:
        return True
    if word[0] == other[0]:
        return is_close(word[1:], other[1:], edits)
    return edits > 0 and (
        is_close(word[1:], other[1:], edits - 1)
        or is_close(word[1:], other, edits - 1)
        or is_close(word, other[1:], edits - 1)
        or (word[:2] == other[1::-1] and is_close(word[2:], other[2:], edits - 1))
    )
