"""What applies to a file: a configuration file, and the command line over it."""

import os
from collections.abc import Callable, Collection, Mapping
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, NamedTuple

from lint_runtime.config.files import ConfigFile, load, look_in, nearest_config
from lint_runtime.config.model import Config
from lint_runtime.errors import UnusableError
from lint_runtime.lifecycle.load import embedded_table, load_table
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.text import portable_path, visible

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec


class Applied(NamedTuple):
    """What applies to a file: settings, the configuration file if there is one, and the lifecycle data."""

    config: Config
    file: ConfigFile | None
    table: LifecycleTable


class Settings:
    """The settings of a run, by file.

    `given`: what the command line says, by field of Config. `rules`: the names of all rules.
    `config_path`: the one configuration file to use, instead of the nearest to each file.
    `is_isolated`: whether to search for none. `plain`: what applies to files without one.
    What is read of configuration files is remembered as long as this object lives. Raises UnusableError.
    """

    def __init__(
        self,
        given: Mapping[str, Any],
        rules: Collection[str],
        config_path: str | None = None,
        *,
        is_isolated: bool = False,
    ) -> None:
        self.given = given
        self._rules = rules
        self._config_path = config_path
        self._searches = config_path is None and not is_isolated
        # Neighbors have their parents in common, and a fleet has more directories than are worth
        # remembering.
        self._look_in = lru_cache(maxsize=4096)(look_in)
        self._nearest = lru_cache(maxsize=1024)(self._read_or_error)
        self._table = lru_cache(load_table)
        self.plain = self._read(config_path)

    def __reduce__(self) -> tuple[Callable[[], "Settings"], tuple[()]]:
        """Cross to another process as what it takes to read all again."""
        is_isolated = self._config_path is None and not self._searches
        again = partial(
            Settings, self.given, tuple(self._rules), self._config_path, is_isolated=is_isolated
        )
        return again, ()

    @property
    def table(self) -> LifecycleTable:
        """The lifecycle data to use if the configuration names no other."""
        return self.plain.table

    def of(self, path: str) -> Applied | None:
        """Return what applies to the file `path`; None if it is excluded. Raises UnusableError."""
        applied, root = self.plain, os.curdir
        nearest = nearest_config(_directory_of(path), self._look_in) if self._searches else None
        if nearest:
            read = self._nearest(nearest)
            if isinstance(read, UnusableError):
                raise read
            applied, root = read, os.path.dirname(nearest)
        if not (applied.config.exclude or applied.config.per_file_ignores):
            return applied
        config = for_file(applied.config, _relative(path, root))
        return applied._replace(config=config) if config else None

    def _read_or_error(self, path: str) -> Applied | UnusableError:
        """Return the error as a value, which is remembered: the file may apply to many others."""
        try:
            return self._read(path)
        except UnusableError as error:
            return error

    def _read(self, path: str | None) -> Applied:
        file = None if path is None else load(path, self._rules)
        config = _override(file.config if file else Config(), self.given)
        if config.table is None:
            return Applied(config, file, embedded_table())
        try:
            return Applied(config, file, self._table(config.table))
        except UnusableError as error:
            if file is None or "table" in self.given:
                raise
            raise UnusableError(
                *(f"{visible(file.path)}: {message}" for message in error.messages)
            ) from None


def _override(config: Config, given: Mapping[str, Any]) -> Config:
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


def _directory_of(path: str) -> str:
    """Return the directory of a file; of standard input in a directory that is gone, the root of all."""
    try:
        return os.path.dirname(os.path.abspath(path))
    except FileNotFoundError:
        return os.sep


def _relative(path: str, root: str) -> str:
    try:
        return os.path.relpath(path, root)
    except FileNotFoundError:
        return path


def for_file(config: Config, path: str) -> Config | None:
    """Return what of `config` applies to a file; None if it is excluded.

    `path`: relative to where the patterns count from.
    """
    # To the patterns a line break is not a character of a name.
    name = portable_path(path).replace("\n", "\ufffd")
    if _spec(config.exclude).match_file(name):
        return None
    ignored = [rules for pattern, rules in config.per_file_ignores.items() if _matches(pattern, name)]
    return config._replace(ignore=config.ignore.union(*ignored)) if ignored else config


def _matches(pattern: str, name: str) -> bool:
    """Whether a file is one that a single pattern means: after a `!`, one that it does not match."""
    if pattern.startswith("!"):
        return not _spec((pattern[1:],)).match_file(name)
    return _spec((pattern,)).match_file(name)


@lru_cache(maxsize=4096)
def _spec(patterns: tuple[str, ...]) -> "GitIgnoreSpec":
    # Few configurations have patterns.
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)
