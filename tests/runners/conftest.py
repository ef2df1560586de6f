"""Collect these tests only in `nox -s runners`, which installs the runners."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.runners.projects import release_of_this_tree

collect_ignore_glob = [] if "GITLAB_CI_LOCAL" in os.environ else ["test_*.py"]


@pytest.fixture(scope="session")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a git repository with the files of this tree and the tag of this version."""
    return release_of_this_tree(tmp_path_factory.mktemp("release"))
