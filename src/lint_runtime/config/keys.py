"""The keys of a configuration file: what each takes, and what to say of anything else."""

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Any, NamedTuple, TypeVar

from lint_runtime.config.model import Config, Requirements
from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import (
    KNOWN_ARCHITECTURES,
    InvalidPlatformError,
    Platform,
    parse_platform,
)
from lint_runtime.dockerfile.references import InvalidReferenceError, parse_reference
from lint_runtime.images import REPOSITORIES, mirrored
from lint_runtime.rules import RULES
from lint_runtime.text import closest, quoted

MAX_ENTRIES = 1000
"""The most entries of one array or table."""

MAX_INTEGER = (1 << 63) - 1
"""The greatest whole number that every reader of TOML has to know."""

_MAX_LISTED = 20
_T = TypeVar("_T")


class KeyProblem(NamedTuple):
    """What is wrong with a key, written as a path (`severity.floating-tag`)."""

    key: str
    message: str


class WrongValueError(Exception):
    """A value that a key does not take, for one reason or several."""

    def __init__(self, *problems: KeyProblem) -> None:
        super().__init__()
        self.problems = problems


def known_name(
    name: str, known: Mapping[str, object] | tuple[str, ...], key: str, what: str = "key"
) -> str:
    """Return `name` if it is one of `known`; else say which is meant. `what`: what it is a name of."""
    if name in known:
        return name
    close = closest(name, known)
    listed = ", ".join(known) if len(known) < _MAX_LISTED else ""
    told = f"there are {listed}" if listed else "'lint-runtime --list-rules' names them all"
    hint = f"did you mean {quoted(close)}?" if close else told
    raise refused(key, f"there is no {what} {quoted(name)}; {hint}")


def refused(key: str, message: str) -> WrongValueError:
    """Return the error that says `message` of a key."""
    return WrongValueError(KeyProblem(key, message))


def wrong(key: str, wanted: str, value: object) -> WrongValueError:
    """Return the error that says what a key takes, and what it was given."""
    return refused(key, f"takes {wanted}, not {given(value)}")


def given(value: object) -> str:
    """Name a value as it is written, or what it is where that may be long."""
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, bool):
        return f"{value} (a boolean)".lower()
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return "a number as large as this"
    if isinstance(value, (int, float)):
        return f"{value} (a number)"
    if isinstance(value, (list, dict)):
        return "an array" if isinstance(value, list) else "a table"
    return f"{value} (a date or time)"


def part(name: str) -> str:
    """Write a key as a part of a path: in quotes where it needs them."""
    return name if re.fullmatch("[A-Za-z0-9_-]{1,120}", name) else quoted(name)


def each(read: Callable[..., _T], entries: Iterable[tuple[Any, ...]]) -> Iterator[_T]:
    """Yield what `read` makes of `entries`. Raises at the end, with what is wrong with any of them."""
    problems: list[KeyProblem] = []
    for entry in entries:
        try:
            yield read(*entry)
        except WrongValueError as error:
            problems += error.problems
    if problems:
        raise WrongValueError(*problems)


def strings(key: str, value: object) -> Iterator[tuple[str, str]]:
    """Yield the key itself with each item of an array of strings."""
    if not isinstance(value, list):
        raise wrong(key, "an array of strings", value)
    _check_size(key, value)
    for item in value:
        if not isinstance(item, str):
            raise refused(key, f"takes strings in its array, not {given(item)}")
        yield key, item


def table(key: str, value: object) -> Iterator[tuple[str, str, Any]]:
    """Yield the path, name and value of each entry of a table."""
    if not isinstance(value, dict):
        raise wrong(key, "a table", value)
    _check_size(key, value)
    for name, entry in value.items():
        yield f"{key}.{part(name)}", name, entry


def _check_size(key: str, value: Sized) -> None:
    if len(value) > MAX_ENTRIES:
        raise refused(key, f"takes at most {MAX_ENTRIES:,} entries")


OFF = "off"
"""The severity of a rule that is not run."""

_RULES = tuple(rule.name for rule in RULES)
_SEVERITIES = tuple(severity.value for severity in Severity)
_MAX_STARS = 3


def read_config(document: Mapping[str, Any]) -> tuple[Config, list[KeyProblem]]:
    """Return the settings in a configuration file's table, and what is wrong with it."""
    values: dict[str, Any] = {}
    problems: list[KeyProblem] = []
    for key, value in document.items():
        try:
            known_name(key, READERS, part(key))
            values[key.replace("-", "_")] = READERS[key](key, value)
        except WrongValueError as error:
            problems += error.problems
    return Config(**values), problems


def _rules(key: str, value: object) -> frozenset[str]:
    return frozenset(each(_rule, strings(key, value)))


def _rule(key: str, name: str) -> str:
    return known_name(name, _RULES, key, "rule")


def _word(key: str, words: tuple[str, ...], value: object) -> str:
    if not isinstance(value, str):
        raise wrong(key, f"one of {', '.join(words)}", value)
    return known_name(value, words, key, "severity")


def _severity(key: str, value: object) -> Severity:
    return Severity(_word(key, _SEVERITIES, value))


def _severities(key: str, value: object) -> dict[str, Severity | None]:
    return dict(each(_severity_of_rule, table(key, value)))


def _severity_of_rule(key: str, name: str, value: object) -> tuple[str, Severity | None]:
    rule = _rule(key, name)
    word = _word(key, (*_SEVERITIES, OFF), value)
    return rule, None if word == OFF else Severity(word)


def _days(key: str, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_INTEGER:
        raise wrong(key, "a number of days, zero or more", value)
    return value


def _boolean(key: str, value: object) -> bool:
    if not isinstance(value, bool):
        raise wrong(key, "true or false", value)
    return value


def _file(key: str, value: object) -> str:
    if not isinstance(value, str) or not value or "\0" in value:
        raise wrong(key, "the path of a file", value)
    return value


def _patterns(key: str, value: object) -> tuple[str, ...]:
    return tuple(each(_pattern, strings(key, value)))


def _pattern(key: str, pattern: str) -> str:
    # To match more of them takes time that grows with their number as its power.
    if any(len(re.findall(r"\*+", part)) > _MAX_STARS for part in pattern.split("/")):
        raise refused(key, f"{quoted(pattern)} has more than {_MAX_STARS} '*' between two slashes")
    from pathspec import GitIgnoreSpec

    try:
        with warnings.catch_warnings():
            # Of classes like [[:alpha:]], which no library here knows and Python reads as something else.
            warnings.simplefilter("error", FutureWarning)
            GitIgnoreSpec.from_lines([pattern])
    except (ValueError, re.error, FutureWarning):
        message = f"cannot use the pattern {quoted(pattern)}: write it as in .gitignore"
        raise refused(key, message) from None
    return pattern


def _ignores_by_file(key: str, value: object) -> dict[str, frozenset[str]]:
    return dict(each(_ignores_of_file, table(key, value)))


def _ignores_of_file(key: str, pattern: str, value: object) -> tuple[str, frozenset[str]]:
    return _pattern(key, pattern), _rules(key, value)


def _build_args(key: str, value: object) -> dict[str, str]:
    return dict(each(_build_arg, table(key, value)))


def _build_arg(key: str, name: str, value: object) -> tuple[str, str]:
    if not name or "=" in name:
        raise refused(key, f"{quoted(name)} is no name of an ARG")
    if not isinstance(value, str):
        raise wrong(key, "a string", value)
    return name, value


def _platforms(key: str, value: object) -> tuple[Platform, ...]:
    # The same platform may be spelled in two ways.
    return tuple(dict.fromkeys(each(_platform, strings(key, value))))


def _platform(key: str, text: str) -> Platform:
    try:
        platform = parse_platform(text)
    except InvalidPlatformError as error:
        raise refused(key, f"{quoted(text)} is no platform: {error}{_meant(text)}") from None
    if not platform.architecture:
        raise refused(key, f"{quoted(text)} names no architecture, as linux/amd64 does")
    if platform.os != "linux":
        raise refused(key, f"{quoted(text)} is not for Linux, as all Runtime images are{_meant(text)}")
    if platform.architecture not in KNOWN_ARCHITECTURES:
        unknown = f"{quoted(platform.architecture)} is no architecture"
        raise refused(key, f"{quoted(text)} is no platform: {unknown}{_meant(text)}")
    return platform


def _meant(platform: str) -> str:
    close = closest(platform, ("linux/amd64", "linux/arm64"))
    return f"; did you mean {quoted(close)}?" if close else ""


def _mirrors(key: str, value: object) -> dict[str, str]:
    return dict(each(_mirror, table(key, value)))


def _mirror(key: str, name: str, value: object) -> tuple[str, str]:
    if not isinstance(value, str):
        raise wrong(key, "the repository that it mirrors", value)
    mirror, original = _repository(key, name), _repository(key, value)
    if mirror.count("*") < original.count("*"):
        raise refused(key, f"{quoted(value)} has more '*' than what is to fill them")
    if all(mirrored(repository, {original: ""}) for repository in REPOSITORIES):
        close = closest(original, REPOSITORIES) or next(iter(REPOSITORIES))
        hint = f"did you mean {quoted(close)}?"
        raise refused(key, f"{quoted(value)} is no repository of Astro Runtime; {hint}")
    return mirror, original


def _repository(key: str, text: str) -> str:
    """Return a repository, normalised as in an image; a `*` may stand for parts of its path."""
    host = text.partition("/")[0]
    if "*" in host:
        raise refused(key, f"{quoted(text)} has a '*' in the registry; it may stand in the path alone")
    if re.search(r"\*[^/]*\*", text):
        raise refused(key, f"{quoted(text)} has two '*' in one part of the path; one stands for all of it")
    # A placeholder that is a part of a path and in no repository's name.
    placeholder = "x-x--x-x"
    try:
        reference = parse_reference(text.replace("*", placeholder))
    except InvalidReferenceError as error:
        raise refused(key, f"{quoted(text)} is no repository: {error}") from None
    if reference.tag or reference.digest or "/" not in text:
        raise wrong(key, "repositories with their registry and without a tag", text)
    return reference.repository.replace(placeholder, "*")


def _requirements(key: str, value: object) -> Requirements:
    return Requirements(**dict(each(_requirement, table(key, value))))


def _requirement(key: str, name: str, value: object) -> tuple[str, str]:
    # Few configurations have any, and it brings a library along.
    from lint_runtime.lifecycle.specifiers import (
        InvalidSpecifierError,
        parse_runtime_specifier,
        parse_specifier,
    )

    known_name(name, Requirements._fields, key)
    if not isinstance(value, str):
        raise wrong(key, "a specifier such as '>=12'", value)
    try:
        (parse_runtime_specifier if name == "runtime" else parse_specifier)(value)
    except InvalidSpecifierError as error:
        raise refused(key, f"cannot use {quoted(value)}: {error}") from None
    return name, value


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
    "table": _file,
}
"""What reads the value of each key; the keys are the fields of Config with `-` for `_`."""
