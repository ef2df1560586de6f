"""Read manifests, and load the parser for the first one."""

from functools import lru_cache

from lint_runtime.manifest.detection import may_be_manifest
from lint_runtime.manifest.model import Manifest

_UNUSABLE = frozenset({"dockerfile_outside_project", "dockerfile_separators"})


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
    is_usable = _UNUSABLE.isdisjoint(problem.code for problem in manifest.problems)
    return manifest.dockerfile.text if is_usable else ""
