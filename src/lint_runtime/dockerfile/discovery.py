"""Paths -> the Dockerfiles under them."""

import os
from collections.abc import Callable, Iterator

PRUNED = frozenset({".git", "node_modules", ".venv", "venv"})
"""Directories that are not searched. Neither is any virtual environment, whatever its name."""

NOT_DOCKERFILES = (
    ".dockerignore",
    *(".j2", ".jinja", ".jinja2", ".tmpl", ".template", ".tpl", ".in", ".erb", ".mustache", ".hbs"),
    *(".bak", ".orig", ".rej", ".swp", "~"),
    *(".md", ".py", ".rst"),
)
"""Endings that make a name no Dockerfile: what belongs to one, templates, leftovers and texts about them.

Prose and Python have lines that start with "from", which other languages hardly have.
"""


DOCKERFILE_NAMES = ("Dockerfile*", "*.Dockerfile", "*.Dockerfile.*", "Containerfile*", "*.Containerfile*")
"""The names of Dockerfiles, in any case, but for the endings above."""

_KINDS = ("dockerfile", "containerfile")


def is_dockerfile_name(name: str) -> bool:
    """Whether a file called `name` is taken for a Dockerfile when a directory is searched."""
    name = name.lower()
    if name.endswith(NOT_DOCKERFILES):
        return False
    return name.startswith(_KINDS) or any(f".{kind}." in f"{name}." for kind in _KINDS)


def dockerfiles_under(
    directory: str, on_error: Callable[[OSError], None], *, uses_gitignore: bool = True
) -> Iterator[str]:
    """Yield the Dockerfiles under `directory`, sorted, each directory before its subdirectories.

    Hidden directories are searched, links to directories and templates of directories are not. Neither
    is what git ignores, if `uses_gitignore`. `on_error` gets what cannot be read.
    """
    if not uses_gitignore:
        yield from _named_so(directory, on_error)
        return
    # Most runs are of files.
    from lint_runtime.dockerfile.gitignore import without_ignored

    yield from without_ignored(_named_so(directory, on_error))


def _named_so(directory: str, on_error: Callable[[OSError], None]) -> Iterator[str]:
    pending = [directory]
    while pending:
        current = pending.pop()
        try:
            with os.scandir(current) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            on_error(error)
            continue
        for entry in entries:
            if is_dockerfile_name(entry.name) and _is_file(entry, on_error):
                yield _joined(current, entry.name)
        below = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
        pending += [_joined(current, entry.name) for entry in reversed(below) if _is_searched(entry)]


def _is_file(entry: os.DirEntry[str], on_error: Callable[[OSError], None]) -> bool:
    try:
        return entry.is_file()
    except OSError as error:
        on_error(error)
        return False


def _is_searched(entry: os.DirEntry[str]) -> bool:
    is_template = "{{" in entry.name and "}}" in entry.name
    return (
        entry.name not in PRUNED
        and not is_template
        and not os.path.exists(os.path.join(entry.path, "pyvenv.cfg"))
    )


def _joined(directory: str, name: str) -> str:
    return name if directory == os.curdir else os.path.join(directory, name)
