"""Values of a configuration file, taken for what a key wants or refused with its path."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sized
from typing import Any, NamedTuple, TypeVar

from lint_runtime.diagnostics import quoted
from lint_runtime.spelling import closest

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
