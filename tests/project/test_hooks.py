"""The shipped hook file: its own entries run, its own patterns match, and a commit is stopped by it."""

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
    command = [
        sys.executable,
        "-m",
        "pre_commit",
        "validate-manifest",
        str(ROOT / ".pre-commit-hooks.yaml"),
    ]
    subprocess.run(command, check=True)


@pytest.mark.parametrize("hook", HOOKS, ids=IDS)
@pytest.mark.parametrize(("name", "is_linted"), NAMES)
def test_patterns(hook: dict[str, Any], name: str, *, is_linted: bool) -> None:
    matched = re.search(hook["files"], name) and not re.search(hook["exclude"], name)
    assert bool(matched) is is_linted


@pytest.mark.parametrize("hook", HOOKS, ids=IDS)
@pytest.mark.parametrize(
    ("tag", "codes"),
    [("9.7.0", (1, 1, 1)), ("13.6.0", (0, 1, 0)), ("13.11.0", (0, 0, 0))],
    ids=["an error", "a warning", "nothing"],
)
def test_entries(
    hook: dict[str, Any], tag: str, codes: tuple[int, int, int], tmp_path: Path, run: Command
) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM quay.io/astronomer/astro-runtime:{tag}\n")
    name, *arguments = shlex.split(hook["entry"])
    assert name == "lint-runtime"
    result = run(*arguments, "--as-of", "2026-09-25", "Dockerfile", cwd=tmp_path)
    assert result.code == codes[IDS.index(hook["id"])]


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a git repository with the shipped hook installed, run from this environment."""
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
    # A language that needs no download; all else is as shipped.
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
    # The day, for the newest release of a series is another one later.
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
