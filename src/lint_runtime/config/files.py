"""Configuration files: reading one whole or not at all."""

import os
import re
import sys
from functools import lru_cache
from typing import Any, NamedTuple

from lint_runtime.config.keys import READERS, read_config
from lint_runtime.config.model import Config
from lint_runtime.errors import ConfigError
from lint_runtime.text import visible

if sys.version_info >= (3, 11):
    from tomllib import TOMLDecodeError, loads
else:
    from tomli import TOMLDecodeError, loads

# The parser takes the square of the parts of a key.
_KEY_OF_MANY_PARTS = r"""(?<![\w"'.-])(?:[\w"'-]+[ \t]*\.[ \t]*){200}"""
_SHOWN = 200


class InvalidTomlError(ValueError):
    """A document that is none. The text says why."""


def read_toml(data: bytes) -> dict[str, Any]:
    """Return what a TOML document says. Raises InvalidTomlError."""
    try:
        # Some editors put a byte order mark before everything they write.
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InvalidTomlError(f"it is not UTF-8 in line {line}") from None
    if re.search(_KEY_OF_MANY_PARTS, text):
        raise InvalidTomlError("it is nested too deeply")
    try:
        return loads(text)
    except TOMLDecodeError as error:
        raise InvalidTomlError(str(error)[:_SHOWN]) from None
    except RecursionError:
        raise InvalidTomlError("it is nested too deeply") from None
    except ValueError:
        raise InvalidTomlError("it has a number of too many digits") from None


NAME = ".lint-runtime.toml"
PYPROJECT = "pyproject.toml"
TABLE = "lint-runtime"
"""The table in `pyproject.toml`, below `tool`."""

MAX_CONFIG = 1 << 20
"""The most bytes read as a configuration file."""


def nearest_config(folder: str) -> str | None:
    """Return the configuration file that applies in `folder`, an absolute path; None if there is none.

    It is the first one upward, up to the root of the repository. A `pyproject.toml` without a table
    for this tool is none.
    """
    while True:
        found, is_root = _look_in(folder)
        parent = os.path.dirname(folder)
        if found or is_root or parent == folder:
            return found
        folder = parent


# Neighbours have their parents in common, and a fleet has more folders than are worth remembering.
@lru_cache(maxsize=4096)
def _look_in(folder: str) -> tuple[str | None, bool]:
    """Return the configuration file in `folder`, and whether it is the root of a repository."""
    is_root = os.path.exists(os.path.join(folder, ".git"))
    for name, is_one in ((NAME, _is_there), (PYPROJECT, _has_table)):
        path = os.path.join(folder, name)
        if is_one(path):
            return path, is_root
    return None, is_root


def _is_there(path: str) -> bool:
    """Whether `path` is a file, or a link that leads nowhere: not to be passed over in silence."""
    return os.path.isfile(path) or (os.path.islink(path) and not os.path.exists(path))


def _has_table(path: str) -> bool:
    """Whether a `pyproject.toml` has the table; one that cannot be read, or not as TOML, may have it."""
    if not os.path.isfile(path):
        return False
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_CONFIG)
    except OSError:
        return True
    if TABLE.encode() not in data:
        return False
    # Few mention this tool at all.

    try:
        tools = read_toml(data).get("tool", {})
    except InvalidTomlError:
        return True
    return isinstance(tools, dict) and TABLE in tools


_TOLD = 20


class ConfigFile(NamedTuple):
    """A configuration file as read: where it is, what it says, and which keys it gives."""

    path: str
    config: Config
    keys: frozenset[str]


def load(path: str) -> ConfigFile:
    """Read a configuration file. Raises ConfigError with all that is wrong with it."""
    shown = visible(path) or "''"
    table = _table_of(path, _document(path, shown), shown)
    config, problems = read_config(table)
    if problems:
        told = [f"{shown}: {problem.key}: {problem.message}" for problem in problems[:_TOLD]]
        more = len(problems) - len(told)
        raise ConfigError(*told, *([f"{shown}: and {more:,} more"] if more else []))
    return ConfigFile(path, _placed(config, path), frozenset(table) & READERS.keys())


def _placed(config: Config, path: str) -> Config:
    """Return a configuration whose paths count from the folder of its file."""
    if config.table is None:
        return config
    return config._replace(table=os.path.normpath(os.path.join(os.path.dirname(path), config.table)))


def _document(path: str, shown: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_CONFIG + 1)
    except OSError as error:
        raise ConfigError(f"{shown}: cannot be read: {error.strerror or error}") from None
    if len(data) > MAX_CONFIG:
        raise ConfigError(f"{shown}: is larger than {MAX_CONFIG >> 20} MiB")
    try:
        return read_toml(data)
    except InvalidTomlError as error:
        raise ConfigError(f"{shown}: is no valid TOML: {visible(str(error))}") from None


def _table_of(path: str, document: dict[str, Any], shown: str) -> dict[str, Any]:
    """Return the table that is this tool's: of a `pyproject.toml` its own, of another file all."""
    if os.path.basename(path) != PYPROJECT:
        if {"tool", TABLE} & document.keys():
            message = f"the keys stand at the top of this file; [tool.{TABLE}] is for {PYPROJECT} alone"
            raise ConfigError(f"{shown}: {message}")
        return document
    tools = document.get("tool", {})
    if not isinstance(tools, dict) or TABLE not in tools:
        raise ConfigError(f"{shown}: has no table [tool.{TABLE}]")
    table = tools[TABLE]
    if not isinstance(table, dict):
        raise ConfigError(f"{shown}: tool.{TABLE}: takes a table of keys")
    return table
