"""Configuration files: reading one whole or not at all."""

import os
from typing import Any, NamedTuple

from lint_runtime.config.keys import READERS, read_config
from lint_runtime.config.model import Config, ConfigError
from lint_runtime.config_search import MAX_CONFIG, PYPROJECT, TABLE
from lint_runtime.diagnostics import visible
from lint_runtime.toml import InvalidTomlError, read_toml

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
        raise ConfigError([*told, f"{shown}: and {more:,} more"] if more else told)
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
        raise ConfigError([f"{shown}: cannot be read: {error.strerror or error}"]) from None
    if len(data) > MAX_CONFIG:
        raise ConfigError([f"{shown}: is larger than {MAX_CONFIG >> 20} MiB"])
    try:
        return read_toml(data)
    except InvalidTomlError as error:
        raise ConfigError([f"{shown}: is no valid TOML: {visible(str(error))}"]) from None


def _table_of(path: str, document: dict[str, Any], shown: str) -> dict[str, Any]:
    """Return the table that is this tool's: of a `pyproject.toml` its own, of another file all."""
    if os.path.basename(path) != PYPROJECT:
        if {"tool", TABLE} & document.keys():
            message = f"the keys stand at the top of this file; [tool.{TABLE}] is for {PYPROJECT} alone"
            raise ConfigError([f"{shown}: {message}"])
        return document
    tools = document.get("tool", {})
    if not isinstance(tools, dict) or TABLE not in tools:
        raise ConfigError([f"{shown}: has no table [tool.{TABLE}]"])
    table = tools[TABLE]
    if not isinstance(table, dict):
        raise ConfigError([f"{shown}: tool.{TABLE}: takes a table of keys"])
    return table
