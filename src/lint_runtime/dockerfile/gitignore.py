"""Which files git ignores, as git itself says."""

import os
import subprocess
from collections.abc import Iterable, Iterator
from itertools import islice


def without_ignored(paths: Iterable[str]) -> Iterator[str]:
    """Yield `paths` without the files that git ignores and does not track, in the same order.

    A file that is in no repository is not ignored; nothing is where git isn't there or can't say.
    """
    roots: dict[str, str] = {}
    left = iter(paths)
    while batch := list(islice(left, _AT_ONCE)):
        by_root: dict[str, list[str]] = {}
        for path in batch:
            directory = os.path.dirname(os.path.abspath(path))
            by_root.setdefault(repository_root(directory, roots), []).append(path)
        ignored = {path for root, files in by_root.items() if root for path in _ignored(root, files)}
        yield from (path for path in batch if path not in ignored)


_AT_ONCE = 500


def repository_root(directory: str, known: dict[str, str]) -> str:
    """Return the top of the innermost repository around a directory; "" if there is none.

    `known`: what was found before, to which this is added.
    """
    visited: list[str] = []
    while directory not in known:
        visited.append(directory)
        if os.path.lexists(os.path.join(directory, ".git")):
            known[directory] = directory
        elif os.path.dirname(directory) == directory:
            known[directory] = ""
        else:
            directory = os.path.dirname(directory)
    for one in visited:
        known[one] = known[directory]
    return known[directory]


def _ignored(root: str, paths: list[str]) -> Iterator[str]:
    """Yield those of `paths` that the repository at `root` ignores."""
    # To git, a name that starts with a colon is more than a name.
    names = {b"./" + os.fsencode(os.path.relpath(path, root)): path for path in paths}
    command = ["git", "check-ignore", "-z", "--stdin"]
    # A hook's variables are about the repository that it runs in.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        done = subprocess.run(  # noqa: S603 (git is found where everybody finds it)
            command, cwd=root, env=environment, input=b"\0".join(names), capture_output=True, check=False
        )
    except OSError:
        return
    if done.returncode == 0:
        yield from (names[name] for name in done.stdout.split(b"\0") if name in names)
