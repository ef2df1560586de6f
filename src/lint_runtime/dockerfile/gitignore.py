"""Which files git ignores, according to git itself."""

import os
import subprocess
from collections.abc import Iterable, Iterator
from itertools import islice

_BATCH = 500


def without_ignored(paths: Iterable[str]) -> Iterator[str]:
    """Yield `paths` in order, except untracked files that git ignores.

    Yields all of them outside of a repository, and if git is missing or fails.
    """
    roots: dict[str, str] = {}
    remaining = iter(paths)
    while batch := list(islice(remaining, _BATCH)):
        by_root: dict[str, list[str]] = {}
        for path in batch:
            directory = os.path.dirname(os.path.abspath(path))
            by_root.setdefault(repository_root(directory, roots), []).append(path)
        ignored = {path for root, files in by_root.items() if root for path in _ignored(root, files)}
        yield from (path for path in batch if path not in ignored)


def repository_root(directory: str, known: dict[str, str]) -> str:
    """Return the top directory of the innermost repository around `directory`, or "".

    known: the results for other directories; this one is added
    """
    visited: list[str] = []
    while directory not in known:
        visited.append(directory)
        parent = os.path.dirname(directory)
        if os.path.lexists(os.path.join(directory, ".git")):
            known[directory] = directory
        elif parent == directory:
            known[directory] = ""
        else:
            directory = parent
    known.update(dict.fromkeys(visited, known[directory]))
    return known[directory]


def _ignored(root: str, paths: list[str]) -> Iterator[str]:
    # git interprets a colon at the start of a path.
    names = {b"./" + os.fsencode(os.path.relpath(path, root)): path for path in paths}
    command = ["git", "check-ignore", "-z", "--stdin"]
    # A hook's variables name the repository the hook runs in.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        result = subprocess.run(  # noqa: S603 (the command is constant, and git is on the PATH)
            command, cwd=root, env=environment, input=b"\0".join(names), capture_output=True, check=False
        )
    except OSError:
        return
    if result.returncode == 0:
        yield from (names[name] for name in result.stdout.split(b"\0") if name in names)
