"""Read `requires-python` as the Astro CLI does when it chooses the Python of an image."""

import re
from typing import NamedTuple

_CLAUSE = r"(~=|==|!=|<=|>=|<|>)\s*([0-9]{1,18}(?:\.[0-9]{1,18})*)(\.\*)?"


class PythonClause(NamedTuple):
    """A clause of a version specifier, such as `>=3.12`.

    operator: the operator
    version: the numbers of the version, without a final `.*`
    is_wildcard: whether the version ends in `.*`
    """

    operator: str
    version: tuple[int, ...]
    is_wildcard: bool

    def admits(self, python: tuple[int, ...]) -> bool:
        """Return whether a patch release of a minor version such as (3, 13) may match."""
        minor, python = _pad(self.version[:2]), _pad(python)
        is_named = python == minor
        if self.is_wildcard and len(self.version) == 1:
            is_named = python[:1] == self.version
        if self.operator == "==":
            return is_named
        if self.operator == "!=":
            # A clause that excludes one patch release admits the others.
            return not (self.is_wildcard and is_named) or len(self.version) > 2
        if self.operator in (">=", ">"):
            return python >= minor
        if self.operator == "<=":
            return python <= _pad(self.version)
        if self.operator == "<":
            return python < _pad(self.version)
        return is_named if len(self.version) > 2 else minor <= python and python[0] == minor[0]


class PythonRange(NamedTuple):
    """A version specifier, such as `>=3.10,<3.13`.

    clauses: its clauses, which must all match
    """

    clauses: tuple[PythonClause, ...]

    def admits(self, python: str) -> bool:
        """Return whether a Python such as `3.13` matches."""
        numbers = tuple(map(int, python.split(".")))
        return all(clause.admits(numbers) for clause in self.clauses)


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
        clauses.append(PythonClause(operator, tuple(map(int, version.split("."))), wildcard is not None))
    return PythonRange(tuple(clauses))


def _pad(version: tuple[int, ...]) -> tuple[int, ...]:
    """Return at least three numbers without trailing zeros after them, so that 3.13 equals 3.13.0."""
    while len(version) > 3 and version[-1] == 0:
        version = version[:-1]
    return version + (0,) * (3 - len(version))
