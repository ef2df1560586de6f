"""The patterns of a configuration, and the files that they match."""

import os
from functools import lru_cache

from pathspec import GitIgnoreSpec

from lint_runtime.config import Config


def for_file(config: Config, path: str) -> Config | None:
    """Return what of `config` applies to a file; None if it is not to be linted.

    `path`: relative to where the patterns count from.
    """
    name = path.replace(os.sep, "/")
    if _spec(config.exclude).match_file(name):
        return None
    ignored = [
        rules for pattern, rules in config.per_file_ignores.items() if _spec((pattern,)).match_file(name)
    ]
    return config._replace(ignore=config.ignore.union(*ignored)) if ignored else config


@lru_cache(maxsize=1024)
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    return GitIgnoreSpec.from_lines(patterns)
