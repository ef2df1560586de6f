"""Find files in directories, and recognize the names of Dockerfiles."""

import os
import re
from collections.abc import Callable, Iterator

PRUNED = frozenset({".git", "node_modules", ".venv", "venv"})
"""The names of directories to skip. Other virtual environments are recognized by their pyvenv.cfg."""

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
"""Names with these endings belong to templates, backups, code, markup or data, not to Dockerfiles."""

DOCKERFILE_NAMES = (
    *("Dockerfile", "Dockerfile.*", "Dockerfile-*", "Dockerfile_*"),
    *("*.Dockerfile", "*.Dockerfile.*", "Containerfile"),
)
"""Patterns of Dockerfile names, shown in messages. `_NAME` is the pattern that names must match."""

_NAME = r"(?si)(.*\.)?(docker|container)file(\..*)?|(docker|container)file[-_].*"


def is_dockerfile_name(name: str) -> bool:
    """Whether a file name is that of a Dockerfile: `Dockerfile.dev` is, `Dockerfile.md` is not."""
    return bool(re.fullmatch(_NAME, name)) and not name.lower().endswith(NOT_DOCKERFILES)


def search(
    directory: str, is_wanted: Callable[[str], bool], on_error: Callable[[OSError], None]
) -> Iterator[str]:
    """Yield the paths of the files below `directory` whose names are wanted.

    Yields the files in a directory, sorted by name, before the files in its subdirectories.
    Searches hidden directories. Skips links to directories, virtual environments, the names in PRUNED, and
    directories with `{{…}}` in their names.

    is_wanted: called with the name of a file; returns whether to yield the file
    on_error: called with the error of each directory or link that cannot be read; the search continues
    """
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
                is_file = is_wanted(name) and not entry.is_dir()
            except OSError as error:
                on_error(error)
                continue
            if is_file:
                yield path
            elif entry.is_dir(follow_symlinks=False):
                is_pruned = name in PRUNED or ("{{" in name and "}}" in name)
                if not is_pruned and not os.path.exists(os.path.join(path, "pyvenv.cfg")):
                    below.append(path)
        pending += reversed(below)
