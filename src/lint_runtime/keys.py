"""The keys of a configuration file: what each takes, and what to say of anything else."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from lint_runtime.config import Config, Requirements
from lint_runtime.diagnostic import Severity, quoted
from lint_runtime.platform import InvalidPlatformError, Platform, parse_platform
from lint_runtime.reference import REPOSITORIES, InvalidReferenceError, parse_reference
from lint_runtime.rules import RULES
from lint_runtime.specifier import InvalidSpecifierError, parse_runtime_specifier, parse_specifier
from lint_runtime.spelling import closest

OFF = "off"
"""The severity of a rule that is not run."""

_RULES = tuple(rule.name for rule in RULES)
_SEVERITIES = tuple(severity.value for severity in Severity)


class KeyProblem(NamedTuple):
    """What is wrong with a key, written as a path (`severity.floating-tag`)."""

    key: str
    message: str


class _WrongValueError(Exception):
    """A value that a key does not take."""

    def __init__(self, key: str, message: str) -> None:
        super().__init__(message)
        self.problem = KeyProblem(key, message)


def read_config(document: Mapping[str, Any]) -> tuple[Config, list[KeyProblem]]:
    """Return the settings in a configuration file's table, and what is wrong with it."""
    values: dict[str, Any] = {}
    problems: list[KeyProblem] = []
    for key, value in document.items():
        try:
            field = _known(key, READERS, key).replace("-", "_")
            values[field] = READERS[key](key, value)
        except _WrongValueError as error:
            problems.append(error.problem)
    return Config(**values), problems


def _known(name: str, known: Mapping[str, object] | tuple[str, ...], key: str, what: str = "key") -> str:
    if name in known:
        return name
    close = closest(name, known)
    hint = f"did you mean {quoted(close)}?" if close else f"there are {', '.join(known)}"
    raise _WrongValueError(key, f"there is no {what} {quoted(name)}; {hint}")


def _wrong(key: str, wanted: str, value: object) -> _WrongValueError:
    given = quoted(value) if isinstance(value, str) else f"{quoted(str(value))} ({_type_name(value)})"
    return _WrongValueError(key, f"takes {wanted}, not {given}")


def _type_name(value: object) -> str:
    names = {bool: "a boolean", int: "a number", float: "a number", list: "an array", dict: "a table"}
    return names.get(type(value), "a date or time")


def _strings(key: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise _wrong(key, "an array of strings", value)
    return value


def _table(key: str, value: object) -> Iterator[tuple[str, str, Any]]:
    """Yield the path, name and value of each entry of a table."""
    if not isinstance(value, dict):
        raise _wrong(key, "a table", value)
    for name, entry in value.items():
        yield f"{key}.{name}", name, entry


def _rules(key: str, value: object) -> frozenset[str]:
    return frozenset(_known(name, _RULES, key, "rule") for name in _strings(key, value))


def _severity(key: str, value: object) -> Severity:
    if not isinstance(value, str):
        raise _wrong(key, f"one of {', '.join(_SEVERITIES)}", value)
    return Severity(_known(value, _SEVERITIES, key, "severity"))


def _severities(key: str, value: object) -> dict[str, Severity | None]:
    severities: dict[str, Severity | None] = {}
    for path, name, entry in _table(key, value):
        if not isinstance(entry, str):
            raise _wrong(path, f"one of {', '.join((*_SEVERITIES, OFF))}", entry)
        word = _known(entry, (*_SEVERITIES, OFF), path, "severity")
        severities[_known(name, _RULES, path, "rule")] = None if word == OFF else Severity(word)
    return severities


def _days(key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or value < 0:
        raise _wrong(key, "a number of days, zero or more", value)
    return value


def _boolean(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(key, "true or false", value)
    return value


def _patterns(key: str, value: object) -> tuple[str, ...]:
    return tuple(_pattern(key, pattern) for pattern in _strings(key, value))


def _pattern(key: str, pattern: str) -> str:
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([pattern])
    except ValueError:
        raise _wrong(key, "patterns as in .gitignore", pattern) from None
    return pattern


def _ignores_by_file(key: str, value: object) -> dict[str, frozenset[str]]:
    return {_pattern(path, name): _rules(path, entry) for path, name, entry in _table(key, value)}


def _build_args(key: str, value: object) -> dict[str, str]:
    arguments = {}
    for path, name, entry in _table(key, value):
        if not isinstance(entry, str):
            raise _wrong(path, "a string", entry)
        arguments[name] = entry
    return arguments


def _platforms(key: str, value: object) -> tuple[Platform, ...]:
    return tuple(_platform(key, text) for text in _strings(key, value))


def _platform(key: str, text: str) -> Platform:
    try:
        platform = parse_platform(text)
    except InvalidPlatformError as error:
        raise _WrongValueError(key, f"{quoted(text)} is no platform: {error}") from None
    if not platform.architecture:
        raise _WrongValueError(key, f"{quoted(text)} names no architecture, as linux/amd64 does")
    return platform


def _mirrors(key: str, value: object) -> dict[str, str]:
    mirrors = {}
    for path, name, entry in _table(key, value):
        if not isinstance(entry, str):
            raise _wrong(path, "the repository that it mirrors", entry)
        mirror, original = _repository(path, name), _repository(path, entry)
        if mirror.count("*") < original.count("*"):
            raise _WrongValueError(path, f"{quoted(entry)} has more '*' than what is to fill them")
        if "*" not in original and original not in REPOSITORIES:
            close = closest(original, REPOSITORIES) or next(iter(REPOSITORIES))
            raise _WrongValueError(
                path, f"{quoted(entry)} is no repository of Astro Runtime; did you mean {quoted(close)}?"
            )
        mirrors[mirror] = original
    return mirrors


def _repository(key: str, text: str) -> str:
    """Return a repository, normalised as in an image; a `*` may stand for parts of its path."""
    host = text.partition("/")[0]
    # A placeholder that is a part of a path and in no repository's name.
    placeholder = "x-x--x-x"
    try:
        reference = parse_reference(text.replace("*", placeholder))
    except InvalidReferenceError as error:
        raise _WrongValueError(key, f"{quoted(text)} is no repository: {error}") from None
    if reference.tag or reference.digest or "*" in host or not re.search("[/*]", text):
        raise _wrong(key, "repositories with their registry and without a tag", text)
    return reference.repository.replace(placeholder, "*")


def _requirements(key: str, value: object) -> Requirements:
    specifiers: dict[str, str] = {}
    for path, name, entry in _table(key, value):
        _known(name, Requirements._fields, path)
        if not isinstance(entry, str):
            raise _wrong(path, "a specifier such as '>=12'", entry)
        try:
            (parse_runtime_specifier if name == "runtime" else parse_specifier)(entry)
        except InvalidSpecifierError as error:
            raise _WrongValueError(path, f"cannot use {quoted(entry)}: {error}") from None
        specifiers[name] = entry
    return Requirements(**specifiers)


READERS: Mapping[str, Callable[[str, object], object]] = {
    "select": _rules,
    "ignore": _rules,
    "extend-select": _rules,
    "severity": _severities,
    "fail-on": _severity,
    "warn-within": _days,
    "exclude": _patterns,
    "per-file-ignores": _ignores_by_file,
    "build-args": _build_args,
    "target-platforms": _platforms,
    "images": _mirrors,
    "require": _requirements,
    "require-reason": _boolean,
    "max-suppression-days": _days,
}
"""What reads the value of each key; the keys are the fields of Config with `-` for `_`."""
