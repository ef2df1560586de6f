"""The patterns of a configuration, and the files that they match."""

import os
from functools import lru_cache

from pathspec import GitIgnoreSpec

from lint_runtime.config.model import Config


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
