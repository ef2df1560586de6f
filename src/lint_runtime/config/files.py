"""Configuration files: which one applies in a directory, and what it says."""

import os
import re
import sys
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.errors import UnusableError
from lint_runtime.text import visible

NAME = ".lint-runtime.toml"
PYPROJECT = "pyproject.toml"
TABLE = "lint-runtime"
"""The table in `pyproject.toml`, below `tool`."""

MAX_CONFIG = 1 << 20
"""The most bytes read as a configuration file."""

_MAX_PROBLEMS = 20
_MAX_REASON = 200


class ConfigFile(NamedTuple):
    """A configuration file as read: where it is, what it says, and which keys it gives."""

    path: str
    config: Config
    keys: frozenset[str]


def nearest_config(directory: str, look_in: Callable[[str], tuple[str | None, bool]]) -> str | None:
    """Return the configuration file that applies in `directory`, an absolute path; None if none does.

    It is the first one upward, up to the root of the repository. `look_in`: the function of that name,
    which may remember what it found.
    """
    while True:
        found, is_root = look_in(directory)
        parent = os.path.dirname(directory)
        if found or is_root or parent == directory:
            return found
        directory = parent


def look_in(directory: str) -> tuple[str | None, bool]:
    """Return the configuration file in `directory`, and whether that is the root of a repository.

    A `pyproject.toml` without a table for this tool does not count.
    """
    is_root = os.path.exists(os.path.join(directory, ".git"))
    for name, is_config in ((NAME, _is_there), (PYPROJECT, _has_table)):
        path = os.path.join(directory, name)
        if is_config(path):
            return path, is_root
    return None, is_root


def _is_there(path: str) -> bool:
    """Whether `path` is a file, or a link that leads nowhere, which has to be reported."""
    return os.path.isfile(path) or (os.path.islink(path) and not os.path.exists(path))


def _has_table(path: str) -> bool:
    """Whether a `pyproject.toml` has the table, or may have it, since it cannot be read."""
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_CONFIG)
    except OSError:
        return True
    # Most do not mention this tool at all.
    if TABLE.encode() not in data:
        return False
    try:
        tools = read_toml(data).get("tool", {})
    except ValueError:
        return True
    return isinstance(tools, dict) and TABLE in tools


def load(path: str, rules: Collection[str]) -> ConfigFile:
    """Read a configuration file, which may name `rules`. Raises UnusableError with all its problems."""
    # Few runs have a configuration file.
    from lint_runtime.config.keys import read_config

    shown = visible(path) or "''"
    table = _own_table(path, _document(path, shown), shown)
    config, problems = read_config(table, rules)
    if problems:
        more = len(problems) - _MAX_PROBLEMS
        reported = problems[:_MAX_PROBLEMS] + ([f"and {more:,} more"] if more > 0 else [])
        raise UnusableError(*(f"{shown}: {problem}" for problem in reported))
    if config.table is not None:
        # A path in a configuration file counts from the directory of that file.
        config = config._replace(table=os.path.normpath(os.path.join(os.path.dirname(path), config.table)))
    return ConfigFile(path, config, frozenset(table))


def _document(path: str, shown: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_CONFIG + 1)
    except OSError as error:
        raise UnusableError(f"{shown}: cannot read the file: {error.strerror or error}") from None
    if len(data) > MAX_CONFIG:
        raise UnusableError(f"{shown}: larger than {MAX_CONFIG >> 20} MiB")
    try:
        return read_toml(data)
    except ValueError as error:
        raise UnusableError(f"{shown}: invalid TOML: {visible(str(error))}") from None


def _own_table(path: str, document: dict[str, Any], shown: str) -> dict[str, Any]:
    """Return the table that is this tool's: of a `pyproject.toml` its own, of another file all."""
    if os.path.basename(path) != PYPROJECT:
        if {"tool", TABLE} & document.keys():
            message = f"put the keys at the top level; [tool.{TABLE}] is only for {PYPROJECT}"
            raise UnusableError(f"{shown}: {message}")
        return document
    tools = document.get("tool", {})
    if not isinstance(tools, dict) or TABLE not in tools:
        raise UnusableError(f"{shown}: no table [tool.{TABLE}]")
    table = tools[TABLE]
    if not isinstance(table, dict):
        raise UnusableError(f"{shown}: tool.{TABLE}: must be a table")
    return table


# The parser takes the square of the parts of a key.
_KEY_OF_MANY_PARTS = r"""(?<![\w"'.-])(?:[\w"'-]+[ \t]*\.[ \t]*){200}"""


def read_toml(data: bytes) -> dict[str, Any]:
    """Return what a TOML document says. Raises ValueError with the reason why it is not one."""
    # Few runs read any.
    if sys.version_info >= (3, 11):
        from tomllib import TOMLDecodeError, loads
    else:
        from tomli import TOMLDecodeError, loads

    try:
        # Some editors put a byte order mark before everything they write.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ValueError(f"line {line} is not valid UTF-8") from None
    if re.search(_KEY_OF_MANY_PARTS, text):
        raise ValueError("nested too deeply")
    try:
        return loads(text)
    except TOMLDecodeError as error:
        raise ValueError(str(error)[:_MAX_REASON]) from None
    except RecursionError:
        raise ValueError("nested too deeply") from None
    except ValueError:
        raise ValueError("a number has too many digits") from None
