"""Read the directives of a Dockerfile: `# escape=`, `# syntax=` and `# check=`."""

import re
from collections.abc import Sequence

from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.lines import SPACE, Excerpt, SourceError
from lint_runtime.dockerfile.references import InvalidReferenceError, parse_reference
from lint_runtime.text import quoted

_DIRECTIVE = r"([a-zA-Z][a-zA-Z0-9]*)[\t\n\f\r ]*=(.*)"
_BOOLEAN = "1|t|T|TRUE|true|True|0|f|F|FALSE|false|False"
_CHECK_OPTION = rf"(?s)\s*(?:(?:skip|experimental)\s*=.*|error\s*=\s*(?:{_BOOLEAN})\s*)"

_DOCKER_FRONTENDS = ("docker.io/docker/dockerfile", "docker.io/docker/dockerfile-upstream")


def parse_directive(line: str) -> tuple[str, str] | None:
    """Return the name and value of a directive, or None if `line` is not a directive."""
    match = re.match(_DIRECTIVE, line[1:].lstrip(SPACE)) if line.startswith("#") else None
    if match is None:
        return None
    written = match[2].rstrip("\r")
    # If the value is only white space, BuildKit uses the last character of the value.
    name, value = match[1].lower(), written.strip("\t\n\f\r ") or written[-1:]
    return (name, value) if value and name in ("escape", "syntax", "check") else None


def parse_directives(text: str) -> tuple[str, Excerpt | None, list[SourceError]]:
    """Return the escape character, the frontend (the image in `# syntax=`) and the errors.

    The frontend is None if it is missing or invalid, or if it is an official Docker frontend.
    """
    # Eight lines are more than enough: a `#!` line and the three directives take one line each.
    top = text.split("\n", 8)[:8]
    escape = "\\"
    errors: list[SourceError] = []
    seen: set[str] = set()
    for number, line in enumerate(top, start=1):
        directive = parse_directive(line.lstrip(SPACE))
        if directive is None:
            break
        name, value = directive
        # BuildKit reports errors in directives one line too early, so start the location one line above.
        place = Location(max(1, number - 1), 1, number, 1)
        if name in seen:
            errors.append(SourceError(place, f"Repeated directive '# {name}='", "remove one of them"))
            break
        seen.add(name)
        if name == "escape" and value in ("\\", "`"):
            escape = value
        elif name == "escape":
            errors.append(SourceError(place, f"Invalid '# escape=' value {quoted(value)}", "use \\ or `"))
    number, options = _detect("check", top)
    for option in options.split(";", 2) if options else ():
        if not re.fullmatch(_CHECK_OPTION, option):
            message = f"Invalid '# check=' option {quoted(option)}"
            place = Location(number, 1, number, 1)
            errors.append(SourceError(place, message, "use skip=, experimental= or error=true"))
    return escape, _parse_frontend(top, errors), errors


def _parse_frontend(top: Sequence[str], errors: list[SourceError]) -> Excerpt | None:
    """Return the frontend, which is the image in `# syntax=`.

    Returns None if the frontend is missing or invalid, or if it is an official Docker frontend. Adds an
    error to `errors` if the frontend is invalid.
    """
    number, image = _detect("syntax", top)
    if not image and any(line.startswith("//") for line in top):
        # BuildKit also accepts `// syntax=image`, so replace `//` with `#`. Indent the other lines, because
        # `_detect` does not accept indented directives.
        lines = [re.sub("^(?!//|#!)", " ", line).replace("//", "#", 1) for line in top]
        number, image = _detect("syntax", lines)
    if not image:
        return None
    line = top[number - 1]
    start = 1 + line.index(image, line.index("="))
    place = Location(number, start, number, start + len(image))
    try:
        repository = parse_reference(image).repository
    except InvalidReferenceError as error:
        message = f"Invalid '# syntax=' image {quoted(image)}: {error}"
        errors.append(SourceError(place, message, "use docker/dockerfile:1, or remove the line"))
        return None
    return None if repository in _DOCKER_FRONTENDS else Excerpt(place, image)


def _detect(name: str, top: Sequence[str]) -> tuple[int, str]:
    """Return the line number of the directive `name` and the first word of its value.

    Returns (0, "") if there is no such directive. This function reads only `check` and `syntax`: unlike
    `escape`, they cannot be indented, but they can follow a `#!` line.
    """
    for number, line in enumerate(top, start=1):
        directive = parse_directive(line)
        if directive and directive[0] == name:
            return number, directive[1].split(" ")[0].strip(SPACE)
        if directive is None and not (number == 1 and line.startswith("#!")):
            break
    return 0, ""
