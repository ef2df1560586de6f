"""Parse and match version specifiers in Python packaging syntax."""

import re
from functools import cache

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from lint_runtime.lifecycle.versions import RuntimeVersion

_NUMBER = "(0|[1-9][0-9]*)"
_CLAUSE = rf"[ \t]*(~=|==|!=|<=|>=|<|>)[ \t]*{_NUMBER}(?:\.{_NUMBER}(?:([.-]){_NUMBER})?)?(\.\*)?[ \t]*"
_RUNTIME_EXAMPLES = "'>=12' or '>=3.1-5,<3.3'"


class InvalidSpecifierError(ValueError):
    """An invalid version specifier. The message states the reason."""


@cache
def parse_specifier(text: str, examples: str = "'>=2.9,<4'") -> SpecifierSet:
    """Parse a specifier such as `>=2.9,<4`. Raises InvalidSpecifierError.

    examples: the valid specifiers to show in the error message
    """
    # Reject long numbers: packaging fails to compare numbers with thousands of digits.
    if re.search("[0-9]{10}", text):
        raise InvalidSpecifierError("a number is too long")
    if "===" in text:
        raise InvalidSpecifierError("use '==' instead of '==='")
    try:
        specifiers = SpecifierSet(text)
    except InvalidSpecifier:
        raise InvalidSpecifierError(f"expected e.g. {examples}") from None
    if not specifiers:
        raise InvalidSpecifierError("it is empty")
    return specifiers


@cache
def parse_runtime_specifier(text: str) -> SpecifierSet:
    """Parse a Runtime version specifier, such as `>=12` or `>=3.1-5,<3.3`.

    In the result, each version starts with its Airflow major version as epoch: `3.1-5` becomes `3!3.1.5`.
    Raises InvalidSpecifierError.
    """
    clauses = []
    for clause in filter(str.strip, text.split(",")):
        match = re.fullmatch(_CLAUSE, clause)
        if match is None:
            raise InvalidSpecifierError(f"expected e.g. {_RUNTIME_EXAMPLES}")
        operator, major, minor, separator, patch, wildcard = match.groups(default="")
        if major == "3" and not minor:
            raise InvalidSpecifierError("3 is ambiguous; write 3.0 (Airflow 3) or 3.0.0 (Runtime 3)")
        # As in tags, 3.1 and 3.1-5 belong to Airflow 3; 12, 12.5 and 3.0.4 belong to Airflow 2.
        airflow = 3 if separator == "-" or (major == "3" and not separator) else 2
        clauses.append(f"{operator}{airflow}!{'.'.join(filter(None, (major, minor, patch)))}{wildcard}")
    return parse_specifier(",".join(clauses), _RUNTIME_EXAMPLES)


def admits_runtime(specifier: str, version: RuntimeVersion) -> bool:
    """Return whether a Runtime version matches `specifier`."""
    comparable = f"{version.airflow}!{version.major}.{version.minor}.{version.patch}"
    return parse_runtime_specifier(specifier).contains(comparable, prereleases=True)


def admits(specifier: str, version: str) -> bool:
    """Return whether `version` matches `specifier`. `X.Y` matches if any `X.Y.Z` matches."""
    # Try patch numbers 0 to 99: no minor version has more patch releases.
    candidates = [version] if version.count(".") > 1 else [f"{version}.{patch}" for patch in range(100)]
    specifiers = parse_specifier(specifier)
    return any(specifiers.contains(candidate, prereleases=True) for candidate in candidates)
