"""The directives at the top of a Dockerfile: `# escape=`, `# syntax=` and `# check=`."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.lexer import SPACE
from lint_runtime.dockerfile.lines import SourceError
from lint_runtime.text import quoted

_DIRECTIVE = r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=(.*)"
_BOOLEANS = frozenset("1 t T TRUE true True 0 f F FALSE false False".split())

# More than the lines that can be directives: each of the three once, and one that is refused.
_TOP = 8


def parse_directive(line: str) -> tuple[str, str] | None:
    """Return name and value of a directive; None for any other line."""
    match = re.match(_DIRECTIVE, line[1:].lstrip(SPACE)) if line.startswith("#") else None
    if match is None:
        return None
    written = match[2].rstrip("\r")
    # To BuildKit, a value of white space alone is its last character.
    name, value = match[1].lower(), written.strip("\t\n\f\r ") or written[-1:]
    return (name, value) if value and name in ("escape", "syntax", "check") else None


class Directives(NamedTuple):
    """What the top of a Dockerfile says. `has_syntax`: whether it names a frontend, which may know more."""

    escape: str
    has_syntax: bool
    errors: list[SourceError]


def parse_directives(text: str) -> Directives:
    """Read the directives of a Dockerfile, and what is wrong with them."""
    top = text.split("\n", _TOP)[:_TOP]
    escape = "\\"
    errors: list[SourceError] = []
    seen: set[str] = set()
    for number, line in enumerate(top, start=1):
        directive = parse_directive(line.lstrip(SPACE))
        if directive is None:
            break
        name, value = directive
        if name in seen:
            errors.append(_refused(number, f"Repeated directive '# {name}='", "remove one of them"))
            break
        seen.add(name)
        if name == "escape" and value in ("\\", "`"):
            escape = value
        elif name == "escape":
            errors.append(_refused(number, f"Invalid '# escape=' value {quoted(value)}", "use \\ or `"))
    number, options = _detect("check", top)
    for option in _wrong_check_options(options):
        message = f"Invalid '# check=' option {quoted(option)}"
        place = Location(number, 1, number, 1)
        errors.append(SourceError(place, message, "use skip=, experimental= or error=true"))
    return Directives(escape, bool(_detect("syntax", top)[1]), errors)


def _refused(number: int, message: str, advice: str) -> SourceError:
    """Return an error about a directive, from the line that the build names, which is the one before."""
    return SourceError(Location(max(1, number - 1), 1, number, 1), message, advice)


def _detect(name: str, top: Sequence[str]) -> tuple[int, str]:
    """Return the line of `# check=` or `# syntax=` and its value up to a space; 0 and "" without one.

    BuildKit looks for each of them on its own: not indented, and after a `#!` line too.
    """
    for number, raw in enumerate(top, start=1):
        directive = parse_directive(raw)
        if directive and directive[0] == name:
            return number, directive[1].split(" ")[0].strip(SPACE)
        if directive is None and not (number == 1 and raw.startswith("#!")):
            break
    return 0, ""


def _wrong_check_options(options: str) -> list[str]:
    return [option for option in options.split(";", 2) if options and not _is_check_option(option)]


def _is_check_option(option: str) -> bool:
    key, equals, setting = option.partition("=")
    if key.strip() == "error":
        return setting.strip() in _BOOLEANS
    return bool(equals) and key.strip() in ("skip", "experimental")
