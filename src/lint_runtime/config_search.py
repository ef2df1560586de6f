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
    from lint_runtime.toml import InvalidTomlError, read_toml

    try:
        tools = read_toml(data).get("tool", {})
    except InvalidTomlError:
        return True
    return isinstance(tools, dict) and TABLE in tools
