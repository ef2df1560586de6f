"""Find the files to lint: Dockerfiles and Astro manifests."""

import os
from collections.abc import Callable, Iterable, Iterator

from lint_runtime.dockerfile.discovery import DOCKERFILE_NAMES, is_dockerfile_name, search
from lint_runtime.files import MAX_FILE, read_regular
from lint_runtime.manifest.reader import NAME, declared_dockerfile, may_be_manifest, read_manifest
from lint_runtime.text import quoted, visible

LOOKED_FOR = f"{', '.join(DOCKERFILE_NAMES)}, and {NAME} with [tool.astro]"
"""The names of the files to lint, for messages."""


def is_linted_name(name: str) -> bool:
    """Return whether searches, hooks and the language server lint files with this name."""
    return name == NAME or is_dockerfile_name(name)


def files_under(
    directory: str,
    on_error: Callable[[OSError], None],
    complain: Callable[[str], None],
    *,
    uses_gitignore: bool = True,
) -> Iterator[str]:
    """Yield the paths of the Dockerfiles and manifests under `directory`.

    Searches hidden directories. Skips links to directories, and directories with `{{…}}` in their name.

    on_error: called with the error of each unreadable directory
    complain: called with a warning if git fails. Files that git ignores are then not skipped.
    uses_gitignore: whether to skip files that git ignores
    """
    files = _expand(search(directory, is_linted_name, on_error))
    if not uses_gitignore:
        return files
    # Lazy import (2 ms, for subprocess): most runs lint named files, not directories.
    from lint_runtime.dockerfile.git import without_ignored

    return without_ignored(files, complain)


def _expand(files: Iterable[str]) -> Iterator[str]:
    """Yield the files of a search, and after each manifest the Dockerfile that it declares.

    Skips `pyproject.toml` files that are not manifests.
    """
    declared: set[str] = set()
    for path in files:
        data, dockerfile = _read_manifest(path)
        if path in declared or not (data is None or may_be_manifest(data)):
            continue
        yield path
        # Skip a declared Dockerfile in the same directory if the search finds it by its name.
        directory, name = os.path.split(dockerfile)
        is_found = directory == os.path.dirname(path) and is_dockerfile_name(name)
        if dockerfile and not is_found and dockerfile not in declared:
            declared.add(dockerfile)
            yield dockerfile


def with_declared(path: str) -> Iterator[str]:
    """Yield `path` and, if it is a manifest, the Dockerfile that it declares."""
    yield path
    _, dockerfile = _read_manifest(path)
    if dockerfile:
        yield dockerfile


def _read_manifest(path: str) -> tuple[bytes | None, str]:
    """Return the content of a `pyproject.toml`, and the path of the Dockerfile that it declares.

    The content is None for a file with another name, and for an unreadable file, which the linter reports.
    The path of the Dockerfile is "" if no Dockerfile is declared, or if the declared file doesn't exist.
    """
    directory, name = os.path.split(path)
    if name != NAME:
        return None, ""
    try:
        data = read_regular(path, MAX_FILE + 1)
    except OSError:
        return None, ""
    declared = os.path.normpath(declared_dockerfile(data) or os.curdir)
    dockerfile = os.path.join(directory, declared)
    is_file = "\0" not in declared and os.path.lexists(dockerfile) and not os.path.isdir(dockerfile)
    return data, dockerfile if is_file and os.path.basename(dockerfile) != NAME else ""


def tracked_files(  # noqa: C901
    directory: str, is_excluded: Callable[[str], bool], fail: Callable[[str], None]
) -> Iterator[str]:
    """Yield the Dockerfiles and manifests that git tracks under `directory`.

    Searches initialized submodules too.

    is_excluded: returns whether the configuration excludes a path; excluded paths cause no error message
    fail: called with an error message if git fails, if git tracks no such files, and for each path that
        can't be checked (an uninitialized submodule, a missing file, a link out of the repository)
    """
    # Lazy import: see `files_under`.
    from lint_runtime.dockerfile.git import GitError, leads_out, repository_root, tracked_below

    root = repository_root(os.path.abspath(directory), {})
    try:
        tracked = list(tracked_below(directory))
    except GitError as error:
        fail(visible(str(error)))
        return
    others, declared = set(), set()
    for path, _ in tracked:
        # Don't read a manifest through a link that leads out of the repository.
        if os.path.basename(path) == NAME and not leads_out(path, root):
            data, dockerfile = _read_manifest(path)
            declared.add(dockerfile)
            if data is not None and read_manifest(data) is None:
                others.add(path)
    is_empty = True
    for path, is_submodule in tracked:
        problem = ""
        if is_submodule:
            problem = "the submodule is not initialized; run 'git submodule update --init', or exclude it"
        elif path in others or not (path in declared or is_linted_name(os.path.basename(path))):
            continue
        elif not os.path.lexists(path):
            problem = "it is not in the working tree"
        elif leads_out(path, root):
            problem = "it is a link that leads out of the repository"
        is_empty = False
        if not problem:
            yield path
        elif not is_excluded(os.path.join(path, "Dockerfile") if os.path.isdir(path) else path):
            fail(f"cannot check {quoted(path)}: {problem}")
    if is_empty:
        fail(f"git tracks no Dockerfiles or Astro manifests in {quoted(directory)}")
