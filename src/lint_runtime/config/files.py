"""Find and load configuration files."""

import os
import re
from typing import Any, NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.errors import UnusableError
from lint_runtime.files import read_regular
from lint_runtime.text import is_close, visible

NAME = ".lint-runtime.toml"
PYPROJECT = "pyproject.toml"
TABLE = "lint-runtime"
"""The name of the table under `tool` in `pyproject.toml`."""

MAX_CONFIG = 1 << 20
"""The maximum size of a configuration file in bytes."""

# Matches dotted keys with more than 200 parts. Refuse such keys: tomli parses them in quadratic time.
_KEY_OF_MANY_PARTS = r"""(?<![\w"'.-])(?:[\w"'-]+[ \t]*\.[ \t]*){200}"""


class ConfigError(UnusableError):
    """An unusable configuration file.

    path: the path of the file
    problems: the error messages, without the path
    """

    def __init__(self, path: str, *problems: str) -> None:
        shown = visible(path) or "''"
        super().__init__(*(f"{shown}: {problem}" for problem in problems))
        self.path = path
        self.problems = problems


class ConfigFile(NamedTuple):
    """A configuration file.

    path: its path
    config: the settings in the file
    keys: the keys that the file sets
    """

    path: str
    config: Config
    keys: frozenset[str]


class Listing(NamedTuple):
    """What a directory contains.

    config_file: the path of the configuration file, or None. Never a `pyproject.toml` without our table
    is_root: whether the directory is the root of a repository
    has_pyproject: whether the directory contains a `pyproject.toml`
    warnings: a warning for each file or table with a misspelled name
    """

    config_file: str | None
    is_root: bool
    has_pyproject: bool
    warnings: tuple[str, ...]


def look_in(directory: str) -> Listing:
    """Look for configuration files in a directory."""
    try:
        # Skip the backup copies of editors, which end in `~`.
        names = sorted(name for name in os.listdir(directory) if not name.endswith("~"))
    except OSError:
        # The directory cannot be listed, but its files may be readable. So look for the files by name.
        wanted = (".git", NAME, PYPROJECT)
        names = [name for name in wanted if os.path.lexists(os.path.join(directory, name))]
    is_root, has_pyproject = ".git" in names, PYPROJECT in names
    if NAME in names:
        return Listing(os.path.join(directory, NAME), is_root, has_pyproject, ())
    files = tuple(
        f"{visible(os.path.join(directory, name))} is ignored; rename it to {NAME}"
        for name in names
        if is_close(name.lower(), NAME)
        or (name.startswith(".") and is_close(os.path.splitext(name.lower())[0], f".{TABLE}", 1))
    )
    if not has_pyproject:
        return Listing(None, is_root, has_pyproject, files)
    path = os.path.join(directory, PYPROJECT)
    try:
        data = read_regular(path, MAX_CONFIG)
        # Fast path: most `pyproject.toml` files do not mention this tool.
        tools = read_toml(data).get("tool", {}) if TABLE.encode() in data else {}
    except (OSError, ValueError):
        # The file may contain the table, so return its path. `load` will fail to read it and report why.
        return Listing(path, is_root, has_pyproject, ())
    tables = tuple(
        f"{visible(path)}: [{table}] is ignored; write [tool.{TABLE}]" for table in _misspelled_tables(data)
    )
    if isinstance(tools, dict) and TABLE in tools:
        return Listing(path, is_root, has_pyproject, tables)
    return Listing(None, is_root, has_pyproject, (*files, *tables))


def _misspelled_tables(data: bytes) -> list[str]:
    """Return the table names in a `pyproject.toml` that look like a misspelled `tool.lint-runtime`."""
    right = f"tool.{TABLE}"
    found: dict[str, None] = {}
    for header in re.findall(rb"(?m)^[ \t]*\[([^\[\]\n]{1,200})\]", data):
        parts = re.sub(r"[\s\"']", "", header.decode("utf-8", "replace")).split(".")
        names = [".".join(parts[:end]) for end in range(1, len(parts) + 1)]
        near = [name for name in names if is_close(name.lower(), right) or is_close(name.lower(), TABLE)]
        if near and right not in names:
            found[visible(near[0])] = None
    return [*found]


def load(path: str) -> ConfigFile:
    """Read a configuration file. Raises ConfigError with all problems in the file."""
    # Lazy import: few runs have a configuration file.
    from lint_runtime.config.keys import read_config

    try:
        # The null device stands for an empty configuration, but is not a regular file.
        data = b"" if path == os.devnull else read_regular(path, MAX_CONFIG + 1)
        if len(data) > MAX_CONFIG:
            raise ConfigError(path, f"larger than {MAX_CONFIG >> 20} MiB")
        table = _own_table(path, read_toml(data))
    except OSError as error:
        raise ConfigError(path, f"cannot read the file: {error.strerror or error}") from None
    except ValueError as error:
        raise ConfigError(path, str(error)) from None
    config, problems = read_config(table)
    if problems:
        if len(problems) > 20:
            problems[20:] = [f"and {len(problems) - 20:,} more"]
        raise ConfigError(path, *problems)
    if config.table is not None:
        # Resolve the path relative to the configuration file.
        config = config._replace(table=os.path.normpath(os.path.join(os.path.dirname(path), config.table)))
    return ConfigFile(path, config, frozenset(table))


def _own_table(path: str, document: dict[str, Any]) -> dict[str, Any]:
    """Return the table with the settings of this tool. Raises ValueError."""
    if os.path.basename(path) != PYPROJECT:
        if {"tool", TABLE} & document.keys():
            raise ValueError(f"put the keys at the top level; [tool.{TABLE}] is only for {PYPROJECT}")
        return document
    tools = document.get("tool", {})
    if not isinstance(tools, dict) or TABLE not in tools:
        raise ValueError(f"no table [tool.{TABLE}]")
    table = tools[TABLE]
    if isinstance(table, dict):
        return table
    raise ValueError(f"tool.{TABLE}: must be a table")


def read_toml(data: bytes) -> dict[str, Any]:
    """Parse a TOML document. Raises ValueError with the reason if it is invalid."""
    # Lazy import: few runs read a TOML file.
    from tomli import TOMLDecodeError, loads

    try:
        text = data.decode("utf-8-sig")
        if not re.search(_KEY_OF_MANY_PARTS, text):
            return loads(text)
        reason = "nested too deeply"
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        reason = f"line {line} is not valid UTF-8"
    except TOMLDecodeError as error:
        # Cut the error message: it may quote a key of any length.
        reason = visible(str(error)[:200])
    except RecursionError:
        reason = "nested too deeply"
    except ValueError:
        reason = "a number has too many digits"
    raise ValueError(f"invalid TOML: {reason}")
