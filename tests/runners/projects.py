"""Git repositories for the runners to check out."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from lint_runtime import __version__
from tests.conftest import ROOT

# The runners lint as of today. BAD always has an error, because this release stays unsupported. CLEAN has no finding.
BAD = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"
CLEAN = "FROM python:3.12\n"


def git(directory: Path, *arguments: str) -> str:
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=directory, check=True, capture_output=True, text=True).stdout


def commit(directory: Path, files: Mapping[str, str]) -> None:
    """Write files and commit them, in a repository that is created if it doesn't exist."""
    if not (directory / ".git").exists():
        directory.mkdir(exist_ok=True)
        git(directory, "init", "--quiet", "--initial-branch=main")
        # act reads the name of the repository from this address.
        git(directory, "remote", "add", "origin", "https://github.com/shop/project.git")
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(directory, "add", "--all")
    git(directory, "commit", "--quiet", "--message", "Change")


def release_of_this_tree(directory: Path) -> Path:
    """Copy this tree with its uncommitted changes into a new repository, and tag it with this version."""
    for name in git(ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0"):
        if name and (ROOT / name).is_file():
            (directory / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, directory / name)
    commit(directory, {})
    git(directory, "tag", f"v{__version__}")
    return directory


def environment(**variables: str) -> dict[str, str]:
    """Return the environment of this process without settings of CI systems, plus `variables`."""
    prefixes = ("CI", "GITHUB_", "GITLAB_", "PIP_USER", "PYTHON", "RUNNER_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}
    # Compiled modules are not needed, and compiling takes most of the time of an install.
    return {**kept, "PIP_NO_COMPILE": "1", **variables}
