"""The keys of a configuration file: what each takes, and what to say of anything else.

A reader of a key takes the key, written as a path (`severity.floating-tag`), and its value. It raises
UnusableError with everything that is wrong with the value.
"""

import re
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sized
from functools import partial
from typing import Any, TypeVar

from lint_runtime.config.model import Config, Requirements
from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import (
    KNOWN_ARCHITECTURES,
    InvalidPlatformError,
    Platform,
    parse_platform,
)
from lint_runtime.dockerfile.references import InvalidReferenceError, parse_reference
from lint_runtime.errors import UnusableError
from lint_runtime.images import REPOSITORIES, mirrored
from lint_runtime.text import did_you_mean, quoted

OFF = "off"
"""The severity of a rule that is not run."""

MAX_ENTRIES = 1000
"""The most entries of one array or table."""

MAX_INTEGER = (1 << 63) - 1
"""The greatest whole number that every reader of TOML has to know."""

_SEVERITIES = tuple(severity.value for severity in Severity)
_MAX_LISTED = 20
_MAX_STARS = 3
_T = TypeVar("_T")


def read_config(document: Mapping[str, Any], rules: Collection[str]) -> tuple[Config, list[str]]:
    """Return the settings in a configuration file's table, and what is wrong with it.

    `rules`: the names of all rules.
    """
    values: dict[str, Any] = {}
    problems: list[str] = []
    readers = _readers(rules)
    for key, value in document.items():
        try:
            _check_known(key, readers, _part(key), "key")
            values[key.replace("-", "_")] = readers[key](key, value)
        except UnusableError as error:
            problems += error.messages
    return Config(**values), problems


def _readers(rules: Collection[str]) -> Mapping[str, Callable[[str, object], object]]:
    """Return the reader of each key; the keys are the fields of Config with `-` for `_`."""
    read_rules = partial(_rules, rules)
    return {
        "select": read_rules,
        "ignore": read_rules,
        "extend-select": read_rules,
        "severity": partial(_table, partial(_severity_of_rule, rules)),
        "fail-on": _severity,
        "warn-within": _days,
        "min-release-age": _days,
        "exclude": partial(_array, _pattern),
        "per-file-ignores": partial(_table, partial(_ignores_of_file, rules)),
        "build-args": partial(_table, _build_arg),
        "target-platforms": _platforms,
        "images": partial(_table, _mirror),
        "require": _requirements,
        "require-reason": _boolean,
        "max-suppression-days": _days,
        "table": _file,
    }


# --- The values of the keys --------------------------------------------------------------------------


def _rules(known: Collection[str], key: str, value: object) -> frozenset[str]:
    return frozenset(_array(partial(_rule, known), key, value))


def _rule(known: Collection[str], key: str, name: str) -> str:
    return _check_known(name, known, key, "rule")


def _severity_of_rule(
    rules: Collection[str], key: str, name: str, value: object
) -> tuple[str, Severity | None]:
    rule = _rule(rules, key, name)
    word = _word(key, (*_SEVERITIES, OFF), value)
    return rule, None if word == OFF else Severity(word)


def _severity(key: str, value: object) -> Severity:
    return Severity(_word(key, _SEVERITIES, value))


def _word(key: str, words: tuple[str, ...], value: object) -> str:
    if not isinstance(value, str):
        raise _wrong(key, f"one of {', '.join(words)}", value)
    return _check_known(value, words, key, "severity")


def _days(key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_INTEGER:
        raise _wrong(key, "a number of days (0 or more)", value)
    return value


def _boolean(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(key, "true or false", value)
    return value


def _file(key: str, value: object) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise _wrong(key, "the path of a file", value)
    return value


def _pattern(key: str, pattern: str) -> str:
    # To match more of them takes time that grows with their number as its power.
    if any(len(re.findall(r"\*+", part)) > _MAX_STARS for part in pattern.split("/")):
        raise _refused(key, f"{quoted(pattern)} has more than {_MAX_STARS} '*' between two slashes")
    # Few configurations have patterns.
    from pathspec import GitIgnoreSpec

    try:
        with warnings.catch_warnings():
            # Of classes like [[:alpha:]], which no library here knows and Python reads as something else.
            warnings.simplefilter("error", FutureWarning)
            GitIgnoreSpec.from_lines([pattern])
    except (ValueError, re.error, FutureWarning):
        message = f"invalid pattern {quoted(pattern)}; use the syntax of .gitignore"
        raise _refused(key, message) from None
    return pattern


def _ignores_of_file(
    rules: Collection[str], key: str, pattern: str, value: object
) -> tuple[str, frozenset[str]]:
    return _pattern(key, pattern), _rules(rules, key, value)


def _build_arg(key: str, name: str, value: object) -> tuple[str, str]:
    if not name or "=" in name:
        raise _refused(key, f"{quoted(name)} is not a valid ARG name")
    if not isinstance(value, str):
        raise _wrong(key, "a string", value)
    return name, value


def _platforms(key: str, value: object) -> tuple[Platform, ...]:
    # The same platform may be spelled in two ways.
    return tuple(dict.fromkeys(_array(_platform, key, value)))


def _platform(key: str, text: str) -> Platform:
    try:
        platform = parse_platform(text)
    except InvalidPlatformError as error:
        raise _refused(key, f"invalid platform {quoted(text)}: {error}{_meant(text)}") from None
    if not platform.architecture:
        raise _refused(key, f"{quoted(text)} has no architecture; write it as in linux/amd64")
    if platform.os != "linux":
        raise _refused(key, f"{quoted(text)}: Astro Runtime images are Linux only{_meant(text)}")
    if platform.architecture not in KNOWN_ARCHITECTURES:
        unknown = f"unknown architecture {quoted(platform.architecture)}"
        raise _refused(key, f"invalid platform {quoted(text)}: {unknown}{_meant(text)}")
    return platform


def _meant(platform: str) -> str:
    hint = did_you_mean(platform, ("linux/amd64", "linux/arm64"))
    return f"; {hint}" if hint else ""


def _mirror(key: str, name: str, value: object) -> tuple[str, str]:
    if not isinstance(value, str):
        raise _wrong(key, "the repository that it mirrors", value)
    mirror, original = _repository(key, name), _repository(key, value)
    if mirror.count("*") < original.count("*"):
        raise _refused(key, f"{quoted(value)} has more '*' than its key")
    if all(mirrored(repository, {original: ""}) for repository in REPOSITORIES):
        hint = did_you_mean(original, REPOSITORIES) or f"did you mean {next(iter(REPOSITORIES))}?"
        raise _refused(key, f"{quoted(value)} is not a repository of Astro Runtime; {hint}")
    return mirror, original


def _repository(key: str, text: str) -> str:
    """Return a repository, normalized as in an image; a `*` may replace parts of its path."""
    host = text.partition("/")[0]
    if "*" in host:
        raise _refused(key, f"{quoted(text)} has a '*' in the registry; use it only in the path")
    if re.search(r"\*[^/]*\*", text):
        raise _refused(key, f"{quoted(text)} has two '*' in one path segment; one matches all of it")
    # A placeholder that is a part of a path and in no repository's name.
    placeholder = "x-x--x-x"
    try:
        reference = parse_reference(text.replace("*", placeholder))
    except InvalidReferenceError as error:
        raise _refused(key, f"invalid repository {quoted(text)}: {error}") from None
    if reference.tag or reference.digest or "/" not in text:
        raise _wrong(key, "a repository with its registry and no tag", text)
    return reference.repository.replace(placeholder, "*")


def _requirements(key: str, value: object) -> Requirements:
    return Requirements(**_table(_requirement, key, value))


def _requirement(key: str, name: str, value: object) -> tuple[str, str]:
    # Few configurations have any, and it brings a library along.
    from lint_runtime.lifecycle.specifiers import (
        InvalidSpecifierError,
        parse_runtime_specifier,
        parse_specifier,
    )

    _check_known(name, Requirements._fields, key, "key")
    if not isinstance(value, str):
        raise _wrong(key, "a specifier such as '>=12'", value)
    try:
        (parse_runtime_specifier if name == "runtime" else parse_specifier)(value)
    except InvalidSpecifierError as error:
        raise _refused(key, f"invalid specifier {quoted(value)}: {error}") from None
    return name, value


# --- What arrays and tables hold, and what is wrong with it ------------------------------------------


def _array(read: Callable[[str, str], _T], key: str, value: object) -> tuple[_T, ...]:
    """Return what `read` makes of each item of an array of strings, given the key and the item."""
    if not isinstance(value, list):
        raise _wrong(key, "an array of strings", value)
    _check_size(key, value)
    for item in value:
        if not isinstance(item, str):
            raise _refused(key, f"must contain only strings, not {_described(item)}")
    return tuple(_each(read, ((key, item) for item in value)))


def _table(read: Callable[[str, str, Any], tuple[str, _T]], key: str, value: object) -> dict[str, _T]:
    """Return what `read` makes of each entry of a table, given its path, name and value."""
    if not isinstance(value, dict):
        raise _wrong(key, "a table", value)
    _check_size(key, value)
    return dict(_each(read, ((f"{key}.{_part(name)}", name, entry) for name, entry in value.items())))


def _each(read: Callable[..., _T], entries: Iterable[tuple[Any, ...]]) -> Iterator[_T]:
    """Yield what `read` makes of `entries`. Raises at the end, with what is wrong with any of them."""
    problems: list[str] = []
    for entry in entries:
        try:
            yield read(*entry)
        except UnusableError as error:
            problems += error.messages
    if problems:
        raise UnusableError(*problems)


def _check_size(key: str, value: Sized) -> None:
    if len(value) > MAX_ENTRIES:
        raise _refused(key, f"more than {MAX_ENTRIES:,} entries")


def _check_known(name: str, known: Collection[str], key: str, what: str) -> str:
    """Return `name` if it is one of `known`. `what`: what it is a name of."""
    if name in known:
        return name
    listed = f"choose from {', '.join(known)}" if len(known) < _MAX_LISTED else ""
    hint = did_you_mean(name, known) or listed or "'lint-runtime --list-rules' lists all rules"
    raise _refused(key, f"unknown {what} {quoted(name)}; {hint}")


def _part(name: str) -> str:
    """Return a key as a part of a path: in quotes where it needs them."""
    return name if re.fullmatch("[A-Za-z0-9_-]{1,120}", name) else quoted(name)


def _refused(key: str, message: str) -> UnusableError:
    return UnusableError(f"{key}: {message}")


def _wrong(key: str, wanted: str, value: object) -> UnusableError:
    return _refused(key, f"must be {wanted}, not {_described(value)}")


def _described(value: object) -> str:
    """Return a value as it is written, or what it is where that may be long."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return f"{value} (a boolean)".lower()
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return "such a large number"
    if isinstance(value, (int, float)):
        return f"{value} (a number)"
    if isinstance(value, (list, dict)):
        return "an array" if isinstance(value, list) else "a table"
    return f"{value} (a date or time)"
