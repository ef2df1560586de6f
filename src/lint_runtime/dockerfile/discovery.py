"""Find Dockerfiles in directories."""

import os
import re
from collections.abc import Callable, Iterator

from lint_runtime.text import quoted, visible

PRUNED = frozenset({".git", "node_modules", ".venv", "venv"})
"""The names of directories to skip. Virtual environments with other names are skipped too."""

NOT_DOCKERFILES = tuple(
    (
        ".j2 .jinja .jinja2 .tmpl .gotmpl .template .tpl .in .ejs .erb .liquid .m4 .mustache .hbs .njk"
        " .bak .orig .rej .swp ~"
        " .bash .bat .c .cc .cjs .cmd .cpp .cs .dart .el .ex .fish .go .gradle .groovy .h .hpp .hs .java"
        " .jl .js .jsx .kt .lua .mjs .mk .nix .php .pl .ps1 .py .pyc .pyi .rb .rs .scala .sh .sql .swift"
        " .tcl .tf .ts .tsx .vim .vue .zsh"
        " .adoc .css .diff .htm .html .md .mdx .patch .rst .scss .svg .tex .twig .xml"
        " .cfg .conf .csv .cue .dockerignore .hcl .ini .ipynb .json .json5 .jsonc .jsonnet .lock .log"
        " .plist .properties .proto .snippets .sublime-syntax .tmlanguage .toml .yaml .yml"
        " .gif .gz .jpeg .jpg .pdf .png .tar .tgz .webp .zip"
    ).split()
)
"""The last extensions of files that are not Dockerfiles: templates, backups, code, markup and data."""

DOCKERFILE_NAMES = (
    *("Dockerfile", "Dockerfile.*", "Dockerfile-*", "Dockerfile_*"),
    *("*.Dockerfile", "*.Dockerfile.*", "Containerfile"),
)
"""The patterns of Dockerfile names, in any case. Containerfile may stand for Dockerfile in each of them."""

_NAME = re.compile(r"(?si)(.*\.)?(docker|container)file(\..*)?|(docker|container)file[-_].*")


def is_dockerfile_name(name: str) -> bool:
    """Whether searches, hooks and the language server treat `name` as a Dockerfile."""
    return bool(_NAME.fullmatch(name)) and not name.lower().endswith(NOT_DOCKERFILES)


def dockerfiles_under(
    directory: str,
    on_error: Callable[[OSError], None],
    complain: Callable[[str], None],
    *,
    uses_gitignore: bool = True,
) -> Iterator[str]:
    """Yield the paths of the Dockerfiles under `directory`.

    Yields the files in a directory, sorted by name, before the files in its subdirectories.
    Searches hidden directories. Skips links to directories, and directories with `{{…}}` in their name.

    on_error: called with the error of each unreadable directory
    complain: called with a message if git cannot say what it ignores
    uses_gitignore: whether to skip files that git ignores
    """
    files = _search(directory, on_error)
    if not uses_gitignore:
        return files
    # Lazy import: subprocess takes 2 ms, and most runs name files.
    from lint_runtime.dockerfile.git import without_ignored

    return without_ignored(files, complain)


def tracked_dockerfiles(
    directory: str, is_excluded: Callable[[str], bool], fail: Callable[[str], None]
) -> Iterator[str]:
    """Yield the Dockerfiles under `directory` that git tracks, in initialized submodules too.

    Fails if there are none.

    is_excluded: whether the configuration excludes a path
    fail: called with a message about a directory that git refuses, a submodule that is not initialized,
        and a link that leads out of the repository
    """
    # Lazy import: see `dockerfiles_under`.
    from lint_runtime.dockerfile.git import GitError, leads_out, repository_root, tracked_below

    root = repository_root(os.path.abspath(directory), {})
    is_empty = True
    try:
        for path, is_submodule in tracked_below(directory):
            problem = ""
            if is_submodule:
                advice = "run 'git submodule update --init', or exclude it"
                problem = f"the submodule is not initialized; {advice}"
            elif not is_dockerfile_name(os.path.basename(path)):
                continue
            elif not os.path.lexists(path):
                problem = "it is not in the working tree"
            elif leads_out(path, root):
                problem = "it is a link that leads out of the repository"
            is_empty = False
            if not problem:
                yield path
            elif not is_excluded(path):
                fail(f"cannot check {quoted(path)}: {problem}")
        if is_empty:
            fail(f"git tracks no Dockerfiles in {quoted(directory)}")
    except GitError as error:
        fail(visible(str(error)))


def _search(directory: str, on_error: Callable[[OSError], None]) -> Iterator[str]:
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
                is_dockerfile = is_dockerfile_name(name) and not entry.is_dir()
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
