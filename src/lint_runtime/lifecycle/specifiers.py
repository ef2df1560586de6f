"""Version specifiers, as Python packages have them, for Runtime and other versions."""

import re
from functools import cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from lint_runtime.lifecycle.versions import RuntimeVersion

_NUMBER = "(0|[1-9][0-9]*)"
_CLAUSE = rf"[ \t]*(~=|==|!=|<=|>=|<|>)[ \t]*{_NUMBER}(?:\.{_NUMBER}(?:([.-]){_NUMBER})?)?(\.\*)?[ \t]*"
_LONG_NUMBER = "[0-9]{10}"
_NO_RUNTIME_SPECIFIER = "expected e.g. '>=12' or '>=3.1-5,<3.3'"


class InvalidSpecifierError(ValueError):
    """A text that is not a valid specifier. The message says why."""


@cache
def parse_specifier(text: str) -> SpecifierSet:
    """Read a specifier such as `>=2.9,<4`. Raises InvalidSpecifierError."""
    return _parse(text, "expected e.g. '>=2.9,<4'")


@cache
def parse_runtime_specifier(text: str) -> SpecifierSet:
    """Read a specifier of Runtime versions, `>=12` or `>=3.1-5,<3.3`. Raises InvalidSpecifierError."""
    clauses = [_comparable_clause(clause) for clause in text.split(",") if clause.strip()]
    return _parse(",".join(clauses), _NO_RUNTIME_SPECIFIER)


def _parse(text: str, refusal: str) -> SpecifierSet:
    # What they are compared with has no such numbers, and longer ones make the comparison fail.
    if re.search(_LONG_NUMBER, text):
        raise InvalidSpecifierError("a number is too long")
    if "===" in text:
        raise InvalidSpecifierError("use '==' instead of '==='")
    try:
        specifiers = SpecifierSet(text)
    except InvalidSpecifier:
        raise InvalidSpecifierError(refusal) from None
    if not len(specifiers):
        raise InvalidSpecifierError("it is empty")
    return specifiers


def _comparable_clause(clause: str) -> str:
    match = re.fullmatch(_CLAUSE, clause)
    if match is None:
        raise InvalidSpecifierError(_NO_RUNTIME_SPECIFIER)
    operator, major, minor, separator, patch, any_below = match.groups(default="")
    if major == "3" and not minor:
        raise InvalidSpecifierError("3 is ambiguous; write 3.0 (Airflow 3) or 3.0.0 (Runtime 3)")
    # As in a tag: 3.1 is a series of Airflow 3, 3.1-5 a release of it; 12, 12.5 and 3.0.4 are Airflow 2.
    airflow = 3 if separator == "-" or (major == "3" and not separator) else 2
    numbers = ".".join(filter(None, (major, minor, patch)))
    return f"{operator}{airflow}!{numbers}{any_below}"


def admits_runtime(specifier: str, version: RuntimeVersion) -> bool:
    """Whether `specifier` admits a release; every Airflow 3 one is newer than every Airflow 2 one."""
    comparable = f"{version.airflow}!{version.major}.{version.minor}.{version.patch}"
    return parse_runtime_specifier(specifier).contains(comparable, prereleases=True)


def admits(specifier: str, version: str) -> bool:
    """Whether `specifier` admits `version`, or may: of one such as `2.9` the last part is not known."""
    is_exact = version.count(".") > 1
    # No minor version has had a hundred patches.
    candidates = [version] if is_exact else [f"{version}.{patch}" for patch in range(100)]
    specifiers = parse_specifier(specifier)
    return any(specifiers.contains(candidate, prereleases=True) for candidate in candidates)
