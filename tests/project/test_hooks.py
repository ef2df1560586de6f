"""The shipped hooks: their commands run, their patterns match, and they stop a commit."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from pre_commit.clientlib import load_manifest

from tests.conftest import ROOT, Command

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
IDS = [hook["id"] for hook in HOOKS]
BIN = Path(sys.executable).parent
NAMES = [
    ("Dockerfile", True),
    ("dockerfile", True),
    ("a/b/Dockerfile.dev", True),
    ("Dockerfile-arm64", True),
    ("dev.dockerfile", True),
    ("deploy/DEV.Dockerfile", True),
    ("Containerfile", True),
    ("my/containerfile.prod", True),
    ("Dockerfile.dockerignore", False),
    ("dev.dockerfile.dockerignore", False),
    ("Dockerfile.j2", False),
    ("Dockerfile.jinja", False),
    ("Dockerfile.JINJA2", False),
    ("Dockerfile.tmpl", False),
    ("Dockerfile.template", False),
    ("Dockerfile.tpl", False),
    ("Dockerfile.md", False),
    ("Dockerfile.rst", False),
    ("src/dockerfile.py", False),
    ("a.Containerfile", True),
    ("prod.Dockerfile.ci", True),
    ("prod.containerfile.v2", True),
    ("a.dockerfile-x", False),
    ("Dockerfile~", False),
    ("Dockerfile.bak", False),
    ("prod.Dockerfile.ORIG", False),
    (".Dockerfile.swp", False),
    ("Dockerfile.rej", False),
    ("Dockerfile.in", False),
    ("Dockerfile.erb", False),
    ("Dockerfile.mustache", False),
    ("a.dockerfile.hbs", False),
    ("{{ cookiecutter.name }}/Dockerfile", False),
    ("a/{{x}}-y/b/Dockerfile", False),
    ("a{/}/Dockerfile", True),
    ("my-Dockerfile", False),
    ("Dockerfile.d/notes.txt", False),
    ("docker-compose.yml", False),
    ("docs.md/Dockerfile", True),
]


def test_the_hooks() -> None:
    assert IDS == ["lint-runtime", "lint-runtime-strict", "lint-runtime-fix"]
    for hook in HOOKS:
        assert hook["language"] == "python"
        assert hook["types"] == ["text"]
        assert hook["require_serial"] is True


def test_pre_commit_takes_the_file() -> None:
    assert [hook["id"] for hook in load_manifest(ROOT / ".pre-commit-hooks.yaml")] == IDS


def test_each_hook_takes_every_name_of_a_dockerfile_and_no_other() -> None:
    for hook in HOOKS:
        taken = [
            name
            for name, _ in NAMES
            if re.search(hook["files"], name) and not re.search(hook["exclude"], name)
        ]
        assert taken == [name for name, is_linted in NAMES if is_linted], hook["id"]


def test_each_hook_fails_for_what_it_says(tmp_path: Path, run: Command) -> None:
    codes = {}
    for hook in HOOKS:
        command, *arguments = shlex.split(hook["entry"])
        assert command == "lint-runtime"
        for tag in ("9.7.0", "13.6.0", "13.11.0"):
            (tmp_path / "Dockerfile").write_text(f"FROM quay.io/astronomer/astro-runtime:{tag}\n")
            result = run(*arguments, "--as-of", "2026-09-25", "Dockerfile", cwd=tmp_path)
            codes[hook["id"], tag] = result.code
    # An error, a warning and nothing.
    assert codes == {
        ("lint-runtime", "9.7.0"): 1,
        ("lint-runtime", "13.6.0"): 0,
        ("lint-runtime", "13.11.0"): 0,
        ("lint-runtime-strict", "9.7.0"): 1,
        ("lint-runtime-strict", "13.6.0"): 1,
        ("lint-runtime-strict", "13.11.0"): 0,
        ("lint-runtime-fix", "9.7.0"): 1,
        ("lint-runtime-fix", "13.6.0"): 0,
        ("lint-runtime-fix", "13.11.0"): 0,
    }


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a git repository with the shipped hook, which runs from this environment."""
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "somebody@example.com")
    monkeypatch.delenv("GIT_DIR", raising=False)
    monkeypatch.delenv("GIT_INDEX_FILE", raising=False)
    repository = tmp_path / "repository"
    repository.mkdir()
    _choose(repository, HOOKS[0])
    _git(repository, "init", "--quiet")
    subprocess.run([sys.executable, "-m", "pre_commit", "install"], cwd=repository, check=True)
    return repository


def _choose(repository: Path, hook: dict[str, Any]) -> None:
    # The only change to the shipped hook: this language needs no download.
    config = {"repos": [{"repo": "local", "hooks": [{**hook, "language": "system"}]}]}
    (repository / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))


def _git(repository: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    git = shutil.which("git")
    assert git
    return subprocess.run([git, *arguments], cwd=repository, capture_output=True, text=True, check=False)


@pytest.mark.process
def test_a_commit_is_stopped_until_the_image_is_maintained(repository: Path) -> None:
    dockerfile = repository / "dev.dockerfile"
    dockerfile.write_text("FROM quay.io/astronomer/astro-runtime:9.7.0\n")
    _git(repository, "add", ".")
    stopped = _git(repository, "commit", "-m", "Start")
    assert stopped.returncode == 1
    assert "dev.dockerfile:1:6: error: Astro Runtime 9.7.0 " in stopped.stdout + stopped.stderr
    dockerfile.write_text("FROM python:3.12\n")
    _git(repository, "add", ".")
    passed = _git(repository, "commit", "-m", "Start")
    assert passed.returncode == 0, passed.stderr


@pytest.mark.process
def test_a_commit_without_dockerfiles_is_left_alone(repository: Path) -> None:
    (repository / "Dockerfile.j2").write_text("FROM quay.io/astronomer/astro-runtime:9.7.0\n")
    _git(repository, "add", ".")
    assert _git(repository, "commit", "-m", "Start").returncode == 0


@pytest.mark.process
def test_a_commit_is_stopped_by_a_fix_and_passes_with_it(repository: Path) -> None:
    # The fix depends on the day: it writes the newest release.
    _choose(repository, {**HOOKS[IDS.index("lint-runtime-fix")], "args": ["--as-of", "2026-09-25"]})
    dockerfile = repository / "Dockerfile"
    dockerfile.write_text("FROM quay.io/astronomer/astro-runtime:13.6.0\n")
    _git(repository, "add", ".")
    stopped = _git(repository, "commit", "-m", "Start")
    assert stopped.returncode == 1
    assert "files were modified by this hook" in stopped.stdout + stopped.stderr
    assert dockerfile.read_text() == "FROM quay.io/astronomer/astro-runtime:13.11.0\n"
    _git(repository, "add", ".")
    passed = _git(repository, "commit", "-m", "Start")
    assert passed.returncode == 0, passed.stderr
