"""Ask git which files it tracks and ignores."""

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from itertools import islice

from lint_runtime.text import quoted, visible

# The configuration of a repository could make git run commands, so disable the file system monitor, hooks
# and downloads of missing objects.
_OPTIONS = ("-c", "core.fsmonitor=false", "-c", f"core.hooksPath={os.devnull}")
_VARIABLES = {
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "LC_ALL": "C",
}


class GitError(Exception):
    """Raised if git is missing or fails. The message includes the first line of git's error output."""


def tracked_below(directory: str) -> Iterator[tuple[str, bool]]:
    """Yield the tracked files below a directory and in its submodules. Raises GitError.

    Each item is a pair: the path, and whether the path is a submodule without files because it is not
    initialized. For a file, the second value is False.
    """
    pending = [directory]
    while pending:
        current = pending.pop()
        try:
            listed = _git(current, "ls-files", "-z", "--stage", "--", ".")
        except GitError as error:
            raise GitError(f"cannot list the tracked files of {quoted(current)}: {error}") from None
        # Each entry is `MODE OBJECT STAGE<tab>PATH`. The mode of a submodule is 160000. A path in conflict
        # has several entries, so use a dict.
        entries = {entry.partition(b"\t")[2]: entry.startswith(b"160000 ") for entry in listed}
        for name, is_submodule in entries.items():
            path = os.fsdecode(name) if current == os.curdir else os.path.join(current, os.fsdecode(name))
            if is_submodule and os.path.lexists(os.path.join(path, ".git")):
                pending.append(path)
            else:
                yield path, is_submodule


def origin_address(directory: str) -> str:
    """Return the address of the remote `origin` of a repository, or "". Raises GitError."""
    addresses = _git(directory, "config", "-z", "--get", "remote.origin.url")
    return os.fsdecode(addresses[-1]) if addresses else ""


def leads_out(path: str, root: str) -> bool:
    """Whether a path, after following links, is outside of the repository `root`."""
    return not os.path.realpath(path).startswith(os.path.join(os.path.realpath(root), ""))


def without_ignored(paths: Iterable[str], complain: Callable[[str], None]) -> Iterator[str]:
    """Yield `paths` in order, except untracked files that git ignores.

    complain: called with a message if git fails in a repository; all of its files in `paths` are yielded
    """
    roots: dict[str, str] = {}
    remaining = iter(paths)
    while batch := list(islice(remaining, 500)):
        # For each repository: maps the name that git gets for a file to the path of the file in `paths`.
        by_root: dict[str, dict[bytes, str]] = {}
        for path in batch:
            absolute = os.path.abspath(path)
            if root := repository_root(os.path.dirname(absolute), roots):
                # Start with `./`, because a path that starts with a colon has a special meaning in git.
                name = os.path.join(".", absolute[len(os.path.join(root, "")) :])
                by_root.setdefault(root, {})[os.fsencode(name)] = path
        ignored: set[str] = set()
        for root, names in by_root.items():
            try:
                listed = _git(root, "check-ignore", "-z", "--stdin", given=b"\0".join(names))
            except GitError as error:
                complain(f"did not apply .gitignore in {quoted(root)}: {visible(str(error))}")
            else:
                ignored.update(names[name] for name in listed)
        yield from (path for path in batch if path not in ignored)


def repository_root(directory: str, known: dict[str, str]) -> str:
    """Return the top directory of the innermost repository that contains `directory`, or "".

    known: maps directories to results of earlier calls; the new results are added
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


def _git(directory: str, *arguments: str, given: bytes = b"") -> list[bytes]:
    """Run git in a directory. Returns the NUL-separated items of its output. Raises GitError."""
    # Drop GIT_ variables: in a hook, they name the repository of the hook, not `directory`.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        result = subprocess.run(  # noqa: S603 (the command is constant)
            [_executable(), *_OPTIONS, *arguments],
            cwd=directory,
            env=environment | _VARIABLES,
            input=given,
            capture_output=True,
            check=False,
        )
    except OSError as error:
        raise GitError(error.strerror or str(error)) from None
    # Accept 1: check-ignore and config exit with 1 if they list nothing.
    if result.returncode > 1:
        lines = os.fsdecode(result.stderr).splitlines()
        raise GitError(lines[0] if lines else f"git exited with {result.returncode}")
    return result.stdout.split(b"\0")[:-1]


def _executable() -> str:
    """Return the absolute path of git. Raises GitError if git is not installed.

    Skips relative directories in PATH, such as `.`, and the working directory, which Windows would search
    first.
    """
    for directory in os.get_exec_path():
        for name in ("git.exe",) if os.name == "nt" else ("git",):
            path = os.path.join(directory, name)
            if os.path.isabs(directory) and os.path.isfile(path) and os.access(path, os.X_OK):
                return path
    raise GitError("git is not installed")
