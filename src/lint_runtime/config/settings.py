"""The settings of each file, from its configuration file and the options."""

import os
from collections.abc import Callable, Mapping
from functools import lru_cache, partial
from itertools import chain
from typing import Any, NamedTuple

from lint_runtime.config.files import ConfigError, ConfigFile, load, look_in
from lint_runtime.config.model import Config
from lint_runtime.config.patterns import is_match
from lint_runtime.errors import UnusableError
from lint_runtime.lifecycle.load import embedded_table, load_table
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.text import portable_path


class FileSettings(NamedTuple):
    """The settings that apply to a file.

    config: the settings
    config_file: the configuration file, or None
    table: the lifecycle data
    """

    config: Config
    config_file: ConfigFile | None
    table: LifecycleTable


class Settings:
    """The settings of a run. Each configuration file is read once.

    The constructor and `of` raise UnusableError.

    options: the values of command-line options, keyed by field of Config
    config_path: the configuration file for all files; None uses the nearest one for each file
    is_isolated: whether to ignore configuration files
    default: the settings of files without a configuration file near them
    warnings: warnings about misspelled names, as keys of a dict, to keep their order without duplicates
    tables: the paths of the lifecycle data files that are set in configuration files or options
    look_in: the function `look_in` with a cache, so that it looks into each directory only once
    """

    def __init__(
        self, options: Mapping[str, Any], config_path: str | None = None, *, is_isolated: bool = False
    ) -> None:
        self.options = options
        self.warnings: dict[str, None] = {}
        self.tables: set[str] = set()
        self._config_path = config_path
        self._is_isolated = is_isolated
        # Bound the caches: the number of directories is unlimited.
        self.look_in = lru_cache(maxsize=256)(look_in)
        self._read_nearest = lru_cache(maxsize=1024)(self._read_or_error)
        self._load_table = lru_cache(load_table)
        self.default = self._read(config_path)

    def __reduce__(self) -> tuple[Callable[[], "Settings"], tuple[()]]:
        """Pickle only the arguments: the caches cannot be pickled."""
        again = partial(Settings, self.options, self._config_path, is_isolated=self._is_isolated)
        return again, ()

    def of(self, path: str) -> FileSettings | None:
        """Return the settings of a file, or None if it is excluded. Raises UnusableError."""
        try:
            root = os.getcwd()
        except FileNotFoundError:
            root = os.sep
        path = os.path.normpath(os.path.join(root, path))
        settings = self.default
        if self._config_path is None and not self._is_isolated:
            parent = os.path.dirname(path)
            while True:
                directory, parent = parent, os.path.dirname(parent)
                nearest, is_root, _, warnings = self.look_in(directory)
                self.warnings.update(dict.fromkeys(warnings))
                if nearest or is_root or parent == directory:
                    break
            if nearest:
                read = self._read_nearest(nearest)
                if isinstance(read, UnusableError):
                    raise read
                settings, root = read, directory
        if not (settings.config.exclude or settings.config.per_file_ignores):
            return settings
        config = for_file(settings.config, os.path.relpath(path, root))
        return settings._replace(config=config) if config else None

    def _read_or_error(self, path: str) -> FileSettings | UnusableError:
        # Return errors instead of raising them, because lru_cache does not cache exceptions.
        try:
            return self._read(path)
        except UnusableError as error:
            return error

    def _read(self, path: str | None) -> FileSettings:
        file = None if path is None else load(path)
        config = file.config if file else Config()
        changed = dict(self.options)
        if "select" in changed:
            # --select replaces all settings that turn rules on or off, such as a severity of None (off).
            severity = {rule: severity for rule, severity in config.severity.items() if severity}
            config = config._replace(extend_select=frozenset(), ignore=frozenset(), severity=severity)
        if "ignore" in changed:
            changed["ignore"] = config.ignore | changed["ignore"]
        if "build_args" in changed:
            changed["build_args"] = {**config.build_args, **changed["build_args"]}
        config = config._replace(**changed)
        if config.table is None:
            return FileSettings(config, file, embedded_table())
        self.tables.add(config.table)
        try:
            return FileSettings(config, file, self._load_table(config.table))
        except UnusableError as error:
            if file is None or "table" in changed:
                raise
            raise ConfigError(file.path, str(error)) from None


def for_file(config: Config, path: str) -> Config | None:
    """Apply `exclude` and `per-file-ignores` to a file. Returns None if the file is excluded.

    path: the path of the file, relative to the directory of the configuration file
    """
    name = portable_path(path)
    if is_match(config.exclude, name):
        return None
    ignored = [
        names
        for pattern, names in config.per_file_ignores.items()
        if is_match((pattern.removeprefix("!"),), name) != pattern.startswith("!")
    ]
    if not ignored:
        return config
    # Lazy import: few configurations have `per-file-ignores`.
    from lint_runtime.config.keys import rules_of

    # A topic in `per-file-ignores` turns off all of its rules, including rules that other keys turn on.
    return config._replace(ignore=config.ignore | rules_of(set(chain(*ignored))))
