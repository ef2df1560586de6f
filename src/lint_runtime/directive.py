"""Parser directives: the comments at the top of a file that steer the build."""

import re
from collections.abc import Iterator

from lint_runtime.space import SPACE

_DIRECTIVE = r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=(.*)"
_BOOLEANS = frozenset("1 t T TRUE true True 0 f F FALSE false False".split())


def parse_directive(line: str) -> tuple[str, str] | None:
    """Return name and value of a directive; None for any other line."""
    match = re.match(_DIRECTIVE, line[1:].lstrip(SPACE)) if line.startswith("#") else None
    value = match[2].strip("\t\n\f\r ") if match else ""
    name = match[1].lower() if match else ""
    return (name, value) if value and name in ("escape", "syntax", "check") else None


def _is_check_option(option: str) -> bool:
    key, equals, setting = option.partition("=")
    if key.strip() == "error":
        return setting.strip() in _BOOLEANS
    return bool(equals) and key.strip() in ("skip", "experimental")


def wrong_check_options(text: str) -> Iterator[tuple[int, str]]:
    """Yield the options of `# check=` that BuildKit refuses, with their line.

    BuildKit looks for this directive on its own: not indented, and behind a `#!` line too.
    """
    for number, raw in enumerate(text.split("\n", 8)[:8], start=1):
        directive = parse_directive(raw)
        if directive and directive[0] == "check":
            options = directive[1].split(" ")[0].split(";", 2)
            yield from ((number, option) for option in options if not _is_check_option(option))
            return
        if directive is None and not (number == 1 and raw.startswith("#!")):
            return
