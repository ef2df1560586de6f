"""The directives at the top of a Dockerfile: `# escape=`, `# syntax=` and `# check=`."""

import re
from collections.abc import Iterator, Sequence

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
    value = match[2].strip("\t\n\f\r ") if match else ""
    name = match[1].lower() if match else ""
    return (name, value) if value and name in ("escape", "syntax", "check") else None


def parse_directives(text: str) -> tuple[str, list[SourceError]]:
    """Return the escape character of a Dockerfile, and what is wrong with its directives."""
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
            errors.append(_error(number, f"Repeated directive '# {name}='", "remove one of them"))
            break
        seen.add(name)
        if name == "escape" and value in ("\\", "`"):
            escape = value
        elif name == "escape":
            errors.append(_error(number, f"Invalid '# escape=' value {quoted(value)}", "use \\ or `"))
    for number, option in _wrong_check_options(top):
        message = f"Invalid '# check=' option {quoted(option)}"
        errors.append(_error(number, message, "use skip=, experimental= or error=true"))
    return escape, errors


def _error(number: int, message: str, advice: str) -> SourceError:
    return SourceError(Location(number, 1, number, 1), message, advice)


def _wrong_check_options(top: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Yield the options of `# check=` that BuildKit refuses, with their line.

    BuildKit looks for this directive on its own: not indented, and after a `#!` line too.
    """
    for number, raw in enumerate(top, start=1):
        directive = parse_directive(raw)
        if directive and directive[0] == "check":
            options = directive[1].split(" ")[0].split(";", 2)
            yield from ((number, option) for option in options if not _is_check_option(option))
            return
        if directive is None and not (number == 1 and raw.startswith("#!")):
            return


def _is_check_option(option: str) -> bool:
    key, equals, setting = option.partition("=")
    if key.strip() == "error":
        return setting.strip() in _BOOLEANS
    return bool(equals) and key.strip() in ("skip", "experimental")
