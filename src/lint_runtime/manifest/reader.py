"""Recognize Astro manifests, and load the parser for the first one."""

from functools import lru_cache

from lint_runtime.manifest.model import Manifest

NAME = "pyproject.toml"
"""The name of the file that may be a manifest."""

DECLARABLE = "Dockerfile"
"""The name of the Dockerfile that the Astro CLI 1 builds, and that a manifest should declare."""

CLIENT = "Dockerfile.client"
"""The name of the Dockerfile with the image of a Remote Execution agent."""


def may_be_manifest(data: bytes) -> bool:
    """Return False if a file cannot declare the table `tool.astro`. A search, without parsing."""
    # A backslash may escape a letter of the key. In UTF-16, NUL bytes are between the letters.
    lower = data.lower()
    return b"astro" in lower or b"\\" in data or b"a\0s\0t\0r\0o" in lower


def is_manifest_name(path: str) -> bool:
    """Return whether a path names a file that may be a manifest."""
    return path.replace("\\", "/").rpartition("/")[2] == NAME


# A run reads a manifest to lint it, and again for the Dockerfile next to it.
@lru_cache(maxsize=4)
def read_manifest(data: bytes) -> Manifest | None:
    """Return the manifest in a `pyproject.toml`, or None if it does not declare the table `tool.astro`."""
    if not may_be_manifest(data):
        return None
    # Lazy import (7 ms): most runs have no manifest.
    from lint_runtime.manifest.parser import parse_manifest

    return parse_manifest(data)


def declared_dockerfile(data: bytes) -> str:
    """Return the path of the declared Dockerfile from the directory of the manifest, or ""."""
    # A backslash may escape a letter of the key.
    may_declare = b"dockerfile" in data or b"\\" in data
    manifest = read_manifest(data) if may_declare else None
    if manifest is None or manifest.dockerfile is None:
        return ""
    codes = {problem.code for problem in manifest.problems}
    is_usable = codes.isdisjoint(("dockerfile_outside_project", "dockerfile_separators"))
    return manifest.dockerfile.text if is_usable else ""
