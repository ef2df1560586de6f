"""Which configuration file is the nearest one to a folder."""

import os
from functools import lru_cache

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
    for name, is_one in ((NAME, os.path.isfile), (PYPROJECT, _has_table)):
        path = os.path.join(folder, name)
        if is_one(path):
            return path, is_root
    return None, is_root


def _has_table(path: str) -> bool:
    """Whether a `pyproject.toml` has the table; one that cannot be read as TOML may have it."""
    try:
        with open(path, "rb") as file:
            data = file.read(MAX_CONFIG)
    except OSError:
        return False
    if TABLE.encode() not in data:
        return False
    # Few mention this tool at all.
    from lint_runtime.toml import loads

    try:
        tools = loads(data.decode()).get("tool", {})
    except (ValueError, RecursionError):
        return True
    return isinstance(tools, dict) and TABLE in tools
