"""Text for people and machines: shown safely whatever it holds, counted, and compared."""

import json
import os
import posixpath
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date

# What makes a terminal do something else than show a character, or hide what comes next: C0, DEL
# and C1 controls, separators, direction marks and other invisible ones, lone surrogates. The last
# two of the plane are what XML cannot hold.
_UNPRINTABLE = (
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5\\u180b-\\u180f\\u200b-\\u200f"
    "\\u2028-\\u202e\\u2060-\\u206f\\u3164\\ud800-\\udfff\\ufeff\\uffa0\\ufff9-\\ufffb\\ufffe\\uffff"
    "\\U0001d173-\\U0001d17a\\U000e0000-\\U000e0fff]"
)

COMMAND = r"##(?=\w*\[)"
"""The start of what CI systems take for a command anywhere in a log: `##[`, `##vso[`."""


def visible(text: str) -> str:
    r"""Return `text` with every character that does not simply print replaced by its escape (`\x1b`).

    A byte that was not UTF-8 (kept as a lone surrogate) shows as that byte, `\xff`. So does the second
    character of a COMMAND.
    """
    if text.isascii() and text.isprintable() and "##" not in text:
        return text
    return re.sub(COMMAND, r"#\\x23", re.sub(_UNPRINTABLE, _escape, text))


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    short = {0x09: "\\t", 0x0A: "\\n", 0x0D: "\\r"}.get(code)
    if code > 0xFFFF:
        return f"\\U{code:08x}"
    return short or (f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")


_SHOWN = 120


def quoted(text: str) -> str:
    """Return `text` from a file as a message shows it: in quotes, escaped, cut after 120 characters."""
    cut = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return f"'{visible(cut)}'"


def shown_path(path: str) -> str:
    """Return a path as the start of a line shows it, which is then no command of a CI system."""
    shown = visible(path)
    return f"./{shown}" if shown.lstrip().startswith("::") else shown


def portable_text(text: str) -> str:
    r"""Return `text` as any encoding can hold it: bytes that were not UTF-8 are written as `\xff`."""
    return re.sub("[\ud800-\udfff]", lambda match: visible(match[0]), text)


def portable_path(path: str) -> str:
    """Return `path` with `/` between its parts and none that lead nowhere (`./a`, `a//b`)."""
    return posixpath.normpath(path.replace(os.sep, "/"))


def json_document(value: object) -> str:
    """Return `value` as a JSON document, with nothing in it that the log of a CI system acts upon."""
    return _without_commands(json.dumps(value, indent=2)) + "\n"


def json_line(value: object) -> str:
    """Return `value` as JSON in one line, with nothing in it that the log of a CI system acts upon."""
    return _without_commands(json.dumps(value))


def _without_commands(text: str) -> str:
    return re.sub(COMMAND, r"#\\u0023", text)


def json_array(elements: Iterable[str], indent: str = "") -> Iterator[str]:
    """Yield an array of elements that are JSON, one a line."""
    before = f"[\n{indent}  "
    for element in elements:
        yield f"{before}{element}"
        before = f",\n{indent}  "
    yield "[]" if before.startswith("[") else f"\n{indent}]"


def json_object(members: Iterable[tuple[str, object]]) -> Iterator[str]:
    """Yield an object, a member a line. A member that is an iterator has the elements of an array."""
    before = "{\n"
    for name, value in members:
        yield f"{before}  {json.dumps(name)}: "
        yield from json_array(value, "  ") if isinstance(value, Iterator) else (json_line(value),)
        before = ",\n"
    yield "\n}"


# Words of letters, dates and counts, in which no Markdown, address, mention, emoji or reference can hide.
_PLAIN = r"[A-Za-z]+(?:['-][A-Za-z]+)*|[0-9]{4}-[0-9]{2}-[0-9]{2}|[0-9]+(?:,[0-9]{3})*|"
_QUOTATION = r"(?:(?<=[ (])|\A)'([^']+)'(?=[ ),.:;?]|\Z)"
_PUNCTUATED = r"([(\"']*)(.*?)([)\"',.:;?…]*)"


def prose(text: str) -> str:
    """Return `text` as Markdown: words as they are, and what is quoted or no word as code."""
    # What stands between two matches is at the even places.
    parts = re.split(_QUOTATION, visible(text))
    return "".join(code(part) if place % 2 else _words(part) for place, part in enumerate(parts))


def _words(text: str) -> str:
    return " ".join(map(_word, text.split(" ")))


def _word(word: str) -> str:
    match = re.fullmatch(_PUNCTUATED, word)
    if match is None:
        return code(word)
    before, core, after = match.groups()
    return f"{before}{core if re.fullmatch(_PLAIN, core) else code(core)}{after}"


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
    # readers of Markdown; so it is written outside the code, as a reference.
    return "&#124;".join(markdown(part) for part in text.split("|"))


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: `1 file`, `2 fixes`, `3 release series`."""
    return f"{count} {plural(count, noun)}"


def plural(count: int, noun: str) -> str:
    """Return a noun as it is written after a count."""
    if count == 1 or noun.endswith("series"):
        return noun
    return f"{noun}es" if noun.endswith("x") else f"{noun}s"


_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


def parse_day(text: str) -> date | None:
    """Read a day written YYYY-MM-DD; None if `text` is not one."""
    try:
        return date.fromisoformat(text) if re.fullmatch(_DAY, text) else None
    except ValueError:
        return None


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the question whether one of `known` was meant by `word`; "" if none is close."""
    close = closest(word, known)
    return f"did you mean {close}?" if close else ""


def closest(word: str, known: Iterable[str]) -> str:
    """Return the one of `known` that `word` comes close to; "" if it comes close to none."""
    # Only a mistake comes here, and the import is not for free.
    from difflib import get_close_matches

    return next(iter(get_close_matches(word, list(known), n=1)), "")
