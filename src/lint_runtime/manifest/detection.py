"""Tell apart Astro manifests from all other `pyproject.toml` files."""

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
