"""Ask git which files it ignores."""

import os
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import islice

_BATCH = 500


def without_ignored(paths: Iterable[str]) -> Iterator[str]:
    """Yield `paths` in order, without the untracked files that git ignores.

    Yields all paths outside of a repository, and all paths if git is missing or fails.
    """
    # A hook's variables name the repository the hook runs in.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    command = ["git", "check-ignore", "-z", "--stdin"]
    roots: dict[str, str] = {}
    remaining = iter(paths)
    while batch := list(islice(remaining, _BATCH)):
        # The paths relative to each repository. git interprets a colon at the start of a path.
        names_by_root: dict[str, dict[bytes, str]] = {}
        for path in batch:
            if root := repository_root(os.path.dirname(os.path.abspath(path)), roots):
                name = b"./" + os.fsencode(os.path.relpath(path, root))
                names_by_root.setdefault(root, {})[name] = path
        ignored: set[str] = set()
        for root, names in names_by_root.items():
            with suppress(OSError):
                result = subprocess.run(  # noqa: S603 (the command is constant, and git is on the PATH)
                    command,
                    cwd=root,
                    env=environment,
                    input=b"\0".join(names),
                    capture_output=True,
                    check=False,
                )
                if result.returncode == 0:
                    ignored.update(names[name] for name in result.stdout.split(b"\0") if name in names)
        yield from (path for path in batch if path not in ignored)


def repository_root(directory: str, known: dict[str, str]) -> str:
    """Return the root of the git repository that contains `directory`, or "".

    known: a cache of results by directory, which this function extends
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
