"""A file to lint, and the other files of its project to compare it with."""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

from lint_runtime.config.files import Listing
from lint_runtime.config.model import Config
from lint_runtime.files import MAX_FILE, read_regular
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.linter.engine import BaselineCounts, lint_file
from lint_runtime.linter.report import Report
from lint_runtime.manifest.reader import (
    CLIENT,
    DECLARABLE,
    NAME,
    declared_dockerfile,
    is_manifest_name,
    read_manifest,
)
from lint_runtime.rules.base import Neighbors


class File(NamedTuple):
    """A file to lint.

    path: its path, as reported in findings
    data: its content
    config: its settings
    known: the lifecycle data known on the day of the run
    baseline: findings in the file to suppress, or None without a baseline
    honors_comments: whether comments suppress findings
    neighbors: the files to compare it with
    """

    path: str
    data: bytes
    config: Config
    known: Snapshot
    baseline: BaselineCounts | None
    honors_comments: bool
    neighbors: Neighbors

    def lint(self, data: bytes) -> Report:
        """Lint `data` as the content of this file."""
        _, _, config, known, baseline, honors_comments, neighbors = self
        return lint_file(
            data, self.path, config, known, baseline, honors_comments=honors_comments, neighbors=neighbors
        )


def read_neighbors(
    path: str,
    data: bytes,
    is_linted: Callable[[str], bool],
    look_in: Callable[[str], Listing],
    read: Callable[[str, int], bytes] = read_regular,
) -> Neighbors:
    """Return the other files of the project, which rules compare with the file at `path`.

    is_linted: returns whether the run lints the file at a path
    look_in: returns what a directory contains
    read: takes a path and a limit, and returns up to that many bytes. May raise OSError or ValueError.
    """
    directory, name = os.path.split(path)
    contents = {} if is_manifest_name(name) else _manifest_of(path, look_in, read)
    names = []
    if is_manifest_name(name):
        names = [declared_dockerfile(data)]
    elif name == DECLARABLE:
        names = [CLIENT]
    elif name == CLIENT:
        names = [DECLARABLE, *map(declared_dockerfile, contents.values())]
    for neighbor in filter(None, names):
        with suppress(OSError, ValueError):
            contents[neighbor] = read(os.path.join(directory, neighbor), MAX_FILE)
    linted = frozenset(key for key in contents if is_linted(os.path.join(directory, key)))
    return Neighbors(contents, linted)


def _manifest_of(
    path: str, look_in: Callable[[str], Listing], read: Callable[[str, int], bytes]
) -> dict[str, bytes]:
    """Find the manifest of a Dockerfile in its directory, or above if the manifest declares the Dockerfile.

    Returns a dict with the manifest's content, keyed by its path relative to the Dockerfile's directory.
    Returns an empty dict if there is no manifest.
    """
    key = NAME
    with suppress(FileNotFoundError):  # abspath() fails if the working directory is gone.
        path = os.path.abspath(path)
        directory = os.path.dirname(path)
        while True:
            listing, data = look_in(directory), b""
            if listing.has_pyproject:
                with suppress(OSError, ValueError):
                    data = read(os.path.join(directory, NAME), MAX_FILE)
            if read_manifest(data):
                declared = os.path.normpath(os.path.join(directory, declared_dockerfile(data)))
                is_beside = key == NAME and os.path.basename(path) in (DECLARABLE, CLIENT)
                return {key: data} if declared == path or is_beside else {}
            parent = os.path.dirname(directory)
            if parent == directory or listing.is_root:
                break
            directory, key = parent, f"../{key}"
    return {}
