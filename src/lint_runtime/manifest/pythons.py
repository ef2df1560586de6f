"""Read `requires-python` as the Astro CLI does when it chooses the Python of an image."""

import re
from typing import NamedTuple

_CLAUSE = r"(~=|==|!=|<=|>=|<|>)\s*([0-9]{1,18}(?:\.[0-9]{1,18})*)(\.\*)?"


class PythonRange(NamedTuple):
    """A version specifier, such as `>=3.10,<3.13`.

    clauses: the clauses, each with its operator, the numbers of its version, and whether `.*` follows them
    """

    clauses: tuple[tuple[str, tuple[int, ...], bool], ...]

    def admits(self, python: str) -> bool:
        """Return whether a patch release of a Python such as `3.13` may match."""
        numbers = _pad(tuple(map(int, python.split("."))))
        return all(_admits(numbers, *clause) for clause in self.clauses)


def parse_python_range(text: str) -> PythonRange | None:
    """Parse `requires-python`. Returns None for text that the CLI ignores, such as `^3.12` or `>=3.12,`."""
    clauses = []
    for part in text.split(","):
        match = re.fullmatch(_CLAUSE, part.strip())
        if match is None:
            return None
        operator, version, wildcard = match.groups()
        if (wildcard and operator not in ("==", "!=")) or (operator == "~=" and "." not in version):
            return None
        clauses.append((operator, tuple(map(int, version.split("."))), wildcard is not None))
    return PythonRange(tuple(clauses))


def _admits(python: tuple[int, ...], operator: str, version: tuple[int, ...], is_wildcard: bool) -> bool:
    minor = _pad(version[:2])
    is_named = python[:1] == version if is_wildcard and len(version) == 1 else python == minor
    if operator == "==":
        return is_named
    if operator == "!=":
        # A clause that excludes one patch release admits the others.
        return not (is_wildcard and is_named) or len(version) > 2
    if operator == "~=":
        return is_named if len(version) > 2 else minor <= python and python[0] == minor[0]
    if operator in (">=", ">"):
        return python >= minor
    return python < _pad(version) or (operator == "<=" and python == _pad(version))


def _pad(version: tuple[int, ...]) -> tuple[int, ...]:
    """Return at least three numbers without trailing zeros after them, so that 3.13 equals 3.13.0."""
    while len(version) > 3 and version[-1] == 0:
        version = version[:-1]
    return version + (0,) * (3 - len(version))
