"""Find Dockerfiles in directories."""

import os
from collections.abc import Callable, Iterator

PRUNED = frozenset({".git", "node_modules", ".venv", "venv"})
"""The names of directories to skip. Virtual environments with other names are skipped too."""

NOT_DOCKERFILES = (
    ".dockerignore",
    *(".j2", ".jinja", ".jinja2", ".tmpl", ".template", ".tpl", ".in", ".erb", ".mustache", ".hbs"),
    *(".bak", ".orig", ".rej", ".swp", "~"),
    *(".md", ".py", ".rst"),
)
"""The suffixes of files that are not Dockerfiles: templates, backups, documentation and code."""

DOCKERFILE_NAMES = ("Dockerfile*", "*.Dockerfile", "*.Dockerfile.*", "Containerfile*", "*.Containerfile*")
"""The glob patterns for Dockerfile names. Matching ignores case."""

_KINDS = ("dockerfile", "containerfile")


def is_dockerfile_name(name: str) -> bool:
    """Return whether `name` is the name of a Dockerfile."""
    name = name.lower()
    if name.endswith(NOT_DOCKERFILES):
        return False
    return name.startswith(_KINDS) or any(f".{kind}." in f"{name}." for kind in _KINDS)


def dockerfiles_under(
    directory: str, on_error: Callable[[OSError], None], *, uses_gitignore: bool = True
) -> Iterator[str]:
    """Yield the paths of the Dockerfiles under `directory`.

    Yields the files in a directory, sorted by name, before the files in its subdirectories.
    Searches hidden directories. Skips links to directories, and directories with `{{…}}` in their name.

    on_error: called for each directory or link that can't be read
    uses_gitignore: whether to skip the files that git ignores
    """
    if uses_gitignore:
        # Lazy import (2 ms, for subprocess): only directory searches need it.
        from lint_runtime.dockerfile.gitignore import without_ignored

        yield from without_ignored(dockerfiles_under(directory, on_error, uses_gitignore=False))
        return
    pending = [directory]
    while pending:
        current = pending.pop()
        try:
            with os.scandir(current) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            on_error(error)
            continue
        below: list[str] = []
        for entry in entries:
            name = entry.name
            path = name if current == os.curdir else os.path.join(current, name)
            try:
                is_dockerfile = is_dockerfile_name(name) and entry.is_file()
            except OSError as error:
                on_error(error)
                continue
            if is_dockerfile:
                yield path
            elif entry.is_dir(follow_symlinks=False):
                is_pruned = name in PRUNED or ("{{" in name and "}}" in name)
                if not is_pruned and not os.path.exists(os.path.join(path, "pyvenv.cfg")):
                    below.append(path)
        pending += reversed(below)
