"""What applies to a file: a configuration file, and the command line over it."""

import os
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from lint_runtime.config.files import nearest_config
from lint_runtime.config.model import Config
from lint_runtime.errors import ConfigError
from lint_runtime.lifecycle.embedded import TABLE
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.text import visible

if TYPE_CHECKING:
    from lint_runtime.config.files import ConfigFile


from pathspec import GitIgnoreSpec


def for_file(config: Config, path: str) -> Config | None:
    """Return what of `config` applies to a file; None if it is not to be linted.

    `path`: relative to where the patterns count from.
    """
    # To the patterns a line break is no character of a name.
    name = path.replace(os.sep, "/").replace("\n", "\ufffd")
    if _spec(config.exclude).match_file(name):
        return None
    ignored = [rules for pattern, rules in config.per_file_ignores.items() if _is_meant(pattern, name)]
    return config._replace(ignore=config.ignore.union(*ignored)) if ignored else config


def _is_meant(pattern: str, name: str) -> bool:
    """Whether a pattern that stands alone means a file: after a `!`, all those that it does not match."""
    if pattern.startswith("!"):
        return not _spec((pattern[1:],)).match_file(name)
    return _spec((pattern,)).match_file(name)


@lru_cache(maxsize=4096)
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(patterns)


class Applied(NamedTuple):
    """What applies to a file, the configuration file behind it, if there is one, and the table to use."""

    config: Config
    file: "ConfigFile | None"
    table: LifecycleTable


class Settings:
    """Finds out what applies to a file.

    `given`: what the command line says, by field of Config. `file`: the one configuration file to use,
    instead of the nearest to each file. `is_isolated`: to use none. Raises ConfigError.
    """

    def __init__(
        self, given: Mapping[str, Any], file: "ConfigFile | None" = None, *, is_isolated: bool = False
    ) -> None:
        self.given = given
        self._searches = file is None and not is_isolated
        self._plain = _applied(file, given)
        self._found = lru_cache(maxsize=1024)(self._load)

    @property
    def table(self) -> LifecycleTable:
        """The lifecycle table to use where no configuration names another."""
        return self._plain.table

    def of(self, path: str) -> Applied | None:
        """Return what applies to the file `path`; None if it is not to be linted. Raises ConfigError."""
        applied, root = self._plain, os.curdir
        name = nearest_config(_folder_of(path)) if self._searches else None
        if name:
            found = self._found(name)
            if isinstance(found, ConfigError):
                raise found
            applied, root = found, os.path.dirname(name)
        if not (applied.config.exclude or applied.config.per_file_ignores):
            return applied
        # Few configurations have patterns.

        config = for_file(applied.config, _relative(path, root))
        return applied._replace(config=config) if config else None

    def _load(self, path: str) -> Applied | ConfigError:
        # Few runs have a configuration file.
        from lint_runtime.config.files import load

        try:
            return _applied(load(path), self.given)
        except ConfigError as error:
            return error


def _applied(file: "ConfigFile | None", given: Mapping[str, Any]) -> Applied:
    config = _over(file.config if file else Config(), given)
    if config.table is None:
        return Applied(config, file, TABLE)
    # Few runs have a table of their own.
    from lint_runtime.lifecycle.load import load_table

    try:
        return Applied(config, file, load_table(config.table))
    except ConfigError as error:
        if file is None or "table" in given:
            raise
        raise ConfigError(*(f"{visible(file.path)}: {message}" for message in error.messages)) from None


def _folder_of(path: str) -> str:
    """Return the folder of a file; of standard input in a folder that is gone, the root of all."""
    try:
        return os.path.dirname(os.path.abspath(path))
    except FileNotFoundError:
        return os.sep


def _relative(path: str, root: str) -> str:
    try:
        return os.path.relpath(path, root)
    except FileNotFoundError:
        return path


def _over(config: Config, given: Mapping[str, Any]) -> Config:
    """Return `config` with what the command line says in place of what it says."""
    changed = dict(given)
    if "select" in given:
        # "These rules only" leaves no room for what a file adds or takes away.
        running = {rule: severity for rule, severity in config.severity.items() if severity}
        config = config._replace(extend_select=frozenset(), ignore=frozenset(), severity=running)
    if "ignore" in given:
        changed["ignore"] = config.ignore | given["ignore"]
    if "build_args" in given:
        changed["build_args"] = {**config.build_args, **given["build_args"]}
    return config._replace(**changed)
