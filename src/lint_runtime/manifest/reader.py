"""Recognize and parse Astro manifests. The parser is imported only for files that may be manifests."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lint_runtime.manifest.model import Manifest

NAME = "pyproject.toml"
"""The name of the file that may be a manifest."""

DECLARABLE = "Dockerfile"
"""The name of the Dockerfile that Astro CLI 1 builds, even if the manifest does not declare it."""

CLIENT = "Dockerfile.client"
"""The name of the Dockerfile for Remote Execution agents."""


def may_be_manifest(data: bytes) -> bool:
    """Return whether a file may declare the table `tool.astro`. Only searches the file for `astro`."""
    # A backslash may start an escaped letter of the word. In UTF-16, NUL bytes separate the letters.
    lower = data.lower()
    return b"astro" in lower or b"\\" in data or b"a\0s\0t\0r\0o" in lower


def is_manifest_name(path: str) -> bool:
    """Return whether the last part of a path is `pyproject.toml`."""
    return path.replace("\\", "/").rpartition("/")[2] == NAME


# Cached: a run reads a manifest twice, once to lint it and once to lint the Dockerfile next to it.
@lru_cache(maxsize=4)
def read_manifest(data: bytes) -> "Manifest | None":
    """Return the manifest in a `pyproject.toml`, or None if it does not declare the table `tool.astro`."""
    if not may_be_manifest(data):
        return None
    # Lazy import (7 ms): most runs have no manifest.
    from lint_runtime.manifest.parser import parse_manifest

    return parse_manifest(data)


def declared_dockerfile(data: bytes) -> str:
    """Return `tool.astro.dockerfile`, a path relative to the directory of the manifest.

    Returns "" if the manifest declares no Dockerfile, or if the path is unusable.
    """
    # Fast path: parse only files that may have the key. A backslash may start an escaped letter of the key.
    may_declare = b"dockerfile" in data or b"\\" in data
    manifest = read_manifest(data) if may_declare else None
    if manifest is None or manifest.dockerfile is None:
        return ""
    codes = {problem.code for problem in manifest.problems}
    is_usable = codes.isdisjoint(("dockerfile_outside_project", "dockerfile_separators"))
    return manifest.dockerfile.text if is_usable else ""
