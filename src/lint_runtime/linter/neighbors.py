"""A file to lint, and the other files of its project to compare it with."""

import os
from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple

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
    baseline: findings in the file to suppress, if there is a baseline
    honors_comments: whether comments suppress findings
    neighbors: the files to compare with
    """

    path: str
    data: bytes
    config: Config
    known: Snapshot
    baseline: BaselineCounts | None
    honors_comments: bool
    neighbors: Neighbors

    def lint(self, data: bytes) -> Report:
        """Return the report of the file with other content."""
        _, _, config, known, baseline, honors_comments, neighbors = self
        return lint_file(
            data, self.path, config, known, baseline, honors_comments=honors_comments, neighbors=neighbors
        )


def read_neighbors(
    path: str,
    data: bytes,
    is_linted: Callable[[str], bool],
    read: Callable[[str, int], bytes] = read_regular,
) -> Neighbors:
    """Return the files to compare a file with.

    is_linted: whether the file at a path is linted, too
    read: returns the content of a file up to a number of bytes, or raises OSError or ValueError
    """
    directory, name = os.path.split(path)
    contents = {} if is_manifest_name(name) else _manifest_of(path, read)
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


def _manifest_of(path: str, read: Callable[[str, int], bytes]) -> dict[str, bytes]:
    """Return the content of the manifest next to a Dockerfile, or of the one above that declares it.

    The key is its path, relative to the directory of the Dockerfile.
    """
    key = NAME
    with suppress(FileNotFoundError):  # The working directory is gone.
        path = os.path.abspath(path)
        directory = os.path.dirname(path)
        while True:
            data = b""
            with suppress(OSError, ValueError):
                data = read(os.path.join(directory, NAME), MAX_FILE)
            if read_manifest(data):
                declared = os.path.normpath(os.path.join(directory, declared_dockerfile(data)))
                is_beside = key == NAME and os.path.basename(path) in (DECLARABLE, CLIENT)
                return {key: data} if declared == path or is_beside else {}
            if os.path.dirname(directory) == directory or os.path.lexists(os.path.join(directory, ".git")):
                break
            directory, key = os.path.dirname(directory), f"../{key}"
    return {}
