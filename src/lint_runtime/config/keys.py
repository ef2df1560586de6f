"""Parse and validate the keys in a configuration file."""

import re
import warnings
from collections.abc import Callable, Collection, Mapping
from operator import itemgetter
from typing import Any

from lint_runtime.config.model import Config, Requirements
from lint_runtime.config.patterns import MAX_COMPONENTS, compile_pattern
from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import (
    KNOWN_ARCHITECTURES,
    InvalidPlatformError,
    Platform,
    parse_platform,
)
from lint_runtime.dockerfile.references import InvalidReferenceError, parse_reference
from lint_runtime.images import REPOSITORIES, mirrored
from lint_runtime.schema import Violation, load_schema
from lint_runtime.text import did_you_mean, quoted

OFF = "off"
"""The severity that turns a rule off."""

_SCHEMA = "config/config.schema.json"
_EXPECTED = {
    "array": "an array of strings",
    "boolean": "true or false",
    "object": "a table",
    "string": "a string",
    "arg": "a valid ARG name",
    "days": "a number of days (0 or more)",
    "file": "the path of a file",
    "repository": "a repository with its registry and no tag",
    "specifier": "a specifier such as '>=12'",
}
"""Descriptions of valid values, keyed by type or definition in the schema."""


def read_config(document: Mapping[str, Any]) -> tuple[Config, list[str]]:
    """Parse a configuration table. Returns the settings and all error messages."""
    values: dict[str, Any] = {}
    problems: list[str] = []
    for key, value in document.items():
        violations = list(load_schema(_SCHEMA).violations({key: value}))
        problems += map(_message, violations)
        if isinstance(value, dict) and all(len(violation.path) > 1 for violation in violations):
            invalid = {violation.path[1] for violation in violations}
            value = {name: entry for name, entry in value.items() if name not in invalid}
        elif violations:
            continue
        read, collect = _READERS[key]
        results = []
        for item in value if isinstance(value, (dict, list)) else [value]:
            try:
                results.append(read(item, value[item]) if isinstance(value, dict) else read(item))
            except ValueError as error:
                place = f"{key}.{_quoted_key(item)}" if isinstance(value, dict) else key
                problems.append(f"{place}: {error}")
        values[key.replace("-", "_")] = collect(results)
    return Config(**values), problems


def rules_of(names: Collection[str]) -> frozenset[str]:
    """Replace each topic in `names` by its rules. The schema lists the rules of each topic."""
    definitions = load_schema(_SCHEMA).definitions
    topics = {name: definitions[name]["enum"] for name in names if name in definitions}
    return frozenset(rule for name in names for rule in topics.get(name, (name,)))


def _message(violation: Violation) -> str:
    path, keyword, expected, value, definition = violation
    if keyword == "additionalProperties" or (keyword == "enum" and isinstance(value, str)):
        kind, choices = "severity", f"choose from {', '.join(expected)}"
        if keyword == "additionalProperties":
            kind, value = "key", str(path[-1])
        elif definition == "rule":
            kind, choices = "rule", "'lint-runtime --list-rules' lists all rules"
        text = f"unknown {kind} {quoted(value)}; {did_you_mean(value, expected) or choices}"
    elif keyword in ("maxItems", "maxProperties"):
        text = f"more than {expected:,} entries"
    elif isinstance(path[-1], int):
        text = f"must contain only strings, not {described(value)}"
    elif keyword == "enum":
        text = f"must be one of {', '.join(expected)}, not {described(value)}"
    else:
        accepted = _EXPECTED[definition if definition in _EXPECTED else expected]
        text = f"must be {accepted}, not {described(value)}"
    return f"{'.'.join(_quoted_key(key) for key in path if isinstance(key, str))}: {text}"


def _quoted_key(name: str) -> str:
    """Quote a key unless it is a bare key in TOML."""
    return name if re.fullmatch("[A-Za-z0-9_-]{1,120}", name) else quoted(name)


def described(value: object) -> str:
    """Describe a value in a message. Shows only the type if the value may be long."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return f"{value} (a boolean)".lower()
    if isinstance(value, int) and value.bit_length() > 63:
        return "such a large number"
    if isinstance(value, (int, float)):
        return f"{value} (a number)"
    if isinstance(value, (list, dict)):
        return "an array" if isinstance(value, list) else "a table"
    return f"{value} (a date or time)"


# --- Readers: parse values that match the schema. Raise ValueError with a message. -----------------


def _pattern(pattern: str) -> str:
    if pattern.count("/") >= MAX_COMPONENTS:
        raise ValueError(f"{quoted(pattern)} has more than {MAX_COMPONENTS} components")
    try:
        with warnings.catch_warnings():
            # Reject classes such as [[:alpha:]]: git reads them differently, and Python warns about them.
            warnings.simplefilter("error", FutureWarning)
            compile_pattern(pattern)
    except (ValueError, FutureWarning):
        raise ValueError(f"invalid pattern {quoted(pattern)}; use the syntax of .gitignore") from None
    return pattern


def _platform(text: str) -> Platform:
    try:
        platform = parse_platform(text)
    except InvalidPlatformError as error:
        problem = f"invalid platform {quoted(text)}: {error}"
    else:
        if not platform.architecture:
            raise ValueError(f"{quoted(text)} has no architecture; write it as in linux/amd64")
        if platform.os != "linux":
            problem = f"{quoted(text)}: Astro Runtime images are Linux only"
        elif platform.architecture in KNOWN_ARCHITECTURES:
            return platform
        else:
            unknown = f"unknown architecture {quoted(platform.architecture)}"
            problem = f"invalid platform {quoted(text)}: {unknown}"
    hint = did_you_mean(text, ("linux/amd64", "linux/arm64"))
    raise ValueError(f"{problem}; {hint}" if hint else problem)


def _mirror(name: str, value: str) -> tuple[str, str]:
    mirror, original = _repository(name), _repository(value)
    if mirror.count("*") < original.count("*"):
        raise ValueError(f"{quoted(value)} has more '*' than its key")
    if all(mirrored(repository, {original: ""}) for repository in REPOSITORIES):
        hint = did_you_mean(original, REPOSITORIES) or f"did you mean {next(iter(REPOSITORIES))}?"
        raise ValueError(f"{quoted(value)} is not a repository of Astro Runtime; {hint}")
    return mirror, original


def _repository(text: str) -> str:
    """Normalize a repository. Path segments may contain `*`."""
    if "*" in text.partition("/")[0]:
        raise ValueError(f"{quoted(text)} has a '*' in the registry; use it only in the path")
    if re.search(r"\*[^/]*\*", text):
        raise ValueError(f"{quoted(text)} has two '*' in one path segment; one matches all of it")
    # Replace each `*` by a placeholder that is valid in a path and that no repository contains.
    placeholder = "x-x--x-x"
    try:
        reference = parse_reference(text.replace("*", placeholder))
    except InvalidReferenceError as error:
        raise ValueError(f"invalid repository {quoted(text)}: {error}") from None
    if reference.tag or reference.digest:
        raise ValueError(f"must be {_EXPECTED['repository']}, not {quoted(text)}")
    return reference.repository.replace(placeholder, "*")


def _requirement(name: str, specifier: str) -> tuple[str, str]:
    # Lazy import of `packaging`: few configurations have requirements.
    from lint_runtime.lifecycle.specifiers import (
        InvalidSpecifierError,
        parse_runtime_specifier,
        parse_specifier,
    )

    try:
        (parse_runtime_specifier if name == "runtime" else parse_specifier)(specifier)
    except InvalidSpecifierError as error:
        raise ValueError(f"invalid specifier {quoted(specifier)}: {error}") from None
    return name, specifier


_SCALAR = itemgetter(0)
_READERS: Mapping[str, tuple[Callable[..., Any], Callable[[list[Any]], Any]]] = {
    "select": (str, frozenset),
    "ignore": (str, frozenset),
    "extend-select": (str, frozenset),
    "severity": (lambda rule, word: (rule, None if word == OFF else Severity(word)), dict),
    "fail-on": (Severity, _SCALAR),
    "warn-within": (int, _SCALAR),
    "min-release-age": (int, _SCALAR),
    "exclude": (_pattern, tuple),
    "per-file-ignores": (lambda pattern, rules: (_pattern(pattern), frozenset(rules)), dict),
    "build-args": (lambda name, value: (name, value), dict),
    # Drop duplicates: two spellings may name the same platform.
    "target-platforms": (_platform, lambda platforms: tuple(dict.fromkeys(platforms))),
    "images": (_mirror, dict),
    "require": (_requirement, lambda entries: Requirements(**dict(entries))),
    "require-reason": (bool, _SCALAR),
    "max-suppression-days": (int, _SCALAR),
    "table": (str, _SCALAR),
}
"""For each key, a function to parse an item and a function to combine the results."""
