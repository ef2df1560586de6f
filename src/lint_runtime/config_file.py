"""Configuration files: finding the nearest one, and reading one whole or not at all."""

import os
from typing import Any, NamedTuple

from lint_runtime.config import Config
from lint_runtime.config_error import ConfigError
from lint_runtime.config_search import MAX_CONFIG, PYPROJECT, TABLE
from lint_runtime.diagnostic import quoted, visible
from lint_runtime.keys import READERS, read_config
from lint_runtime.toml import TOMLDecodeError, loads


class ConfigFile(NamedTuple):
    """A configuration file as read: where it is, what it says, and which keys it gives."""

    path: str
    config: Config
    keys: frozenset[str]


def load(path: str) -> ConfigFile:
    """Read a configuration file. Raises ConfigError with all that is wrong with it."""
    shown = visible(path)
    document = _table_of(path, _document(path, shown), shown)
    config, problems = read_config(document)
    if problems:
        raise ConfigError([f"{shown}: {visible(problem.key)}: {problem.message}" for problem in problems])
    return ConfigFile(path, config, frozenset(document) & READERS.keys())


def _document(path: str, shown: str) -> dict[str, Any]:
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_CONFIG + 1)
    except OSError as error:
        raise ConfigError([f"{shown}: cannot be read: {error.strerror or error}"]) from None
    if len(data) > MAX_CONFIG:
        raise ConfigError([f"{shown}: is larger than {MAX_CONFIG >> 20} MiB"])
    try:
        document: dict[str, Any] = loads(data.decode())
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError([f"{shown}: is no UTF-8 in line {line}"]) from None
    except (TOMLDecodeError, RecursionError) as error:
        reason = "nested too deeply" if isinstance(error, RecursionError) else visible(str(error))
        raise ConfigError([f"{shown}: is no valid TOML: {reason}"]) from None
    return document


def _table_of(path: str, document: dict[str, Any], shown: str) -> dict[str, Any]:
    """Return the table that is this tool's: of a `pyproject.toml` its own, of another file all."""
    if os.path.basename(path) != PYPROJECT:
        return document
    tools = document.get("tool", {})
    table = tools.get(TABLE, {}) if isinstance(tools, dict) else {}
    if not isinstance(table, dict):
        raise ConfigError([f"{shown}: tool.{TABLE}: takes a table, not {quoted(str(table))}"])
    return table
