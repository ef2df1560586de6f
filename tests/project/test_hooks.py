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

from lint_runtime.dockerfile.discovery import NOT_DOCKERFILES
from lint_runtime.linter.discovery import is_linted_name
from tests.conftest import ROOT, Command

pytestmark = pytest.mark.once

HOOKS: list[dict[str, Any]] = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
IDS = [hook["id"] for hook in HOOKS]
BIN = Path(sys.executable).parent
NAMES = [
    f"{directory}{before}{kind}{after}{extension}"
    for directory in ("", "a/b/", "docs.md/", "a{/}/", "-x/")
    for before in ("", ".", "prod.", "my-", "x")
    for kind in ("Dockerfile", "dockerfile", "CONTAINERFILE")
    for after in ("", ".dev", "-arm64", "_test", "s", "Helper")
    for extension in ("", *NOT_DOCKERFILES, ".GO", ".prod")
]
NAMES += [
    f"{directory}{name}"
    for directory in ("", "a/b/", "pyproject.toml.d/")
    for name in (
        *("pyproject.toml", "Pyproject.toml", "pyproject.tomlx", "my-pyproject.toml", "pyproject.toml.bak"),
        *("Dockerfile.pyproject.toml", "dockerfile-pyproject.toml", "pyproject.Dockerfile.toml"),
    )
]
IN_TEMPLATES = [
    "{{ cookiecutter.name }}/pyproject.toml",
    "{{ cookiecutter.name }}/Dockerfile",
    "a/{{x}}-y/b/Dockerfile",
]


def test_the_hooks() -> None:
    assert IDS == ["lint-runtime", "lint-runtime-strict", "lint-runtime-fix"]
    for hook in HOOKS:
        assert hook["language"] == "python"
        assert hook["types"] == []
        assert hook["types_or"] == ["file", "symlink"]
        assert hook["require_serial"] is True


def test_pre_commit_takes_the_file() -> None:
    assert [hook["id"] for hook in load_manifest(ROOT / ".pre-commit-hooks.yaml")] == IDS


def test_each_hook_takes_the_names_that_a_search_takes() -> None:
    expected = [name for name in NAMES if is_linted_name(name.rpartition("/")[2])]
    assert 100 < len(expected) < len(NAMES) - 100
    for hook in HOOKS:
        taken = [
            name
            for name in (*NAMES, *IN_TEMPLATES)
            if re.search(hook["files"], name) and not re.search(hook["exclude"], name)
        ]
        assert taken == expected, hook["id"]


def test_each_hook_fails_for_what_it_says(tmp_path: Path, run: Command) -> None:
    codes = {}
    for hook in HOOKS:
        command, *arguments = shlex.split(hook["entry"])
        assert command == "lint-runtime"
        for tag in ("9.7.0", "13.6.0", "13.11.0"):
            (tmp_path / "Dockerfile").write_text(f"FROM quay.io/astronomer/astro-runtime:{tag}\n")
            result = run(*arguments, "--as-of", "2026-09-25", "Dockerfile", cwd=tmp_path)
            codes[hook["id"], tag] = result.code
    # 9.7.0 has an error, 13.6.0 has a warning, and 13.11.0 has no finding.
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


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a git repository with an installed pre-commit hook, to be copied by tests."""
    repository = tmp_path_factory.mktemp("installed")
    _choose(repository, HOOKS[0])
    _git(repository, "init", "--quiet")
    subprocess.run([sys.executable, "-m", "pre_commit", "install"], cwd=repository, check=True)
    return repository


@pytest.fixture
def repository(installed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a git repository whose commits run the shipped hook from this environment."""
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Somebody")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "somebody@example.com")
    monkeypatch.delenv("GIT_DIR", raising=False)
    monkeypatch.delenv("GIT_INDEX_FILE", raising=False)
    return Path(shutil.copytree(installed, tmp_path / "repository"))


def _choose(repository: Path, hook: dict[str, Any]) -> None:
    # Change the language of the shipped hook to `system`, which needs no download.
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


MANIFEST = """\
[project]
name = 'demo'
version = '0.1.0'
requires-python = '>=3.11'
dependencies = ['apache-airflow==3.0.*', 'apache-airflow-core', 'apache-airflow-task-sdk']

[tool.astro]
runtime = '3.0-3'

[tool.uv]
environments = ["sys_platform == 'linux'", "sys_platform == 'darwin'"]
constraint-dependencies = ['apache-airflow==3.0.6+astro.1', 'apache-airflow-task-sdk==1.0.6+astro.1']
"""


@pytest.mark.process
def test_a_commit_with_an_ended_manifest_passes_after_one_command(repository: Path, run: Command) -> None:
    day = ["--as-of", "2027-12-01"]
    _choose(repository, {**HOOKS[0], "args": day})
    manifest = repository / "pyproject.toml"
    manifest.write_text(MANIFEST)
    _git(repository, "add", ".")
    stopped = _git(repository, "commit", "-m", "Start")
    assert stopped.returncode == 1
    said = stopped.stdout + stopped.stderr
    assert "pyproject.toml:8:12: error: Astro Runtime 3.0-3 has been unsupported since 2027-10-3" in said
    assert "write apache-airflow==3.3.*, runtime = '3.3-8' and requires-python = '>=3.12'" in said
    assert "maintained until 2028-07-31" in said
    assert run("--fix", "--upgrade", *day, "pyproject.toml", cwd=repository).code == 0
    expected = MANIFEST.replace("airflow==3.0.*", "airflow==3.3.*").replace("3.0-3", "3.3-8")
    assert manifest.read_text() == expected.replace(">=3.11", ">=3.12")
    _git(repository, "add", ".")
    passed = _git(repository, "commit", "-m", "Start")
    assert passed.returncode == 0, passed.stderr


@pytest.mark.process
def test_the_hook_says_nothing_about_other_projects(repository: Path) -> None:
    hook = {**HOOKS[0], "args": ["--as-of", "2026-09-25"], "verbose": True}
    _choose(repository, hook)
    for name in ("pyproject.toml", "astronomy/pyproject.toml"):
        (repository / name).parent.mkdir(exist_ok=True)
        (repository / name).write_text(f"[project]\nname = 'demo'\ndescription = '{name}'\n")
    _git(repository, "add", ".")
    passed = _git(repository, "commit", "-m", "Start")
    assert passed.returncode == 0, passed.stderr
    # The hook ran and printed nothing: after `Passed`, there are only its ID and its duration.
    assert re.search(
        r"lint-runtime\.+Passed\n- hook id: lint-runtime\n- duration: [\d.]+s\n\Z", passed.stderr
    )


@pytest.mark.process
def test_a_commit_is_stopped_by_a_fix_and_passes_with_it(repository: Path) -> None:
    # Set the day, because the fix writes the newest release of that day.
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


@pytest.mark.process
def test_a_file_that_looks_like_an_option_stops_a_commit(repository: Path) -> None:
    (repository / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:9.7.0\n")
    (repository / "--config=evil.dockerfile").write_text("FROM python:3.12\n")
    (repository / "evil.toml").write_text('exclude = ["*"]\n')
    (repository / "evil.dockerfile").symlink_to("evil.toml")
    _git(repository, "add", "--", ".")
    stopped = _git(repository, "commit", "-m", "Start")
    assert stopped.returncode == 1
    words = " ".join((stopped.stdout + stopped.stderr).split())
    assert "'--config=evil.dockerfile' looks like an option and is the name of a file; write" in words


@pytest.mark.process
def test_a_hook_writes_a_report_of_a_directory_and_none_of_batches(repository: Path) -> None:
    for name in ("Dockerfile", "a.dockerfile", "b.dockerfile"):
        (repository / name).write_text("FROM python:3.12\n")
    hook = {**HOOKS[0], "args": ["-o", "json=report.json"]}
    _choose(repository, hook)
    _git(repository, "add", ".")
    stopped = _git(repository, "commit", "-m", "Start")
    assert "Set 'pass_filenames: false'" in " ".join((stopped.stdout + stopped.stderr).split())
    assert not (repository / "report.json").exists()
    _choose(repository, {**hook, "pass_filenames": False, "args": [*hook["args"], "."]})
    _git(repository, "add", ".")
    assert _git(repository, "commit", "-m", "Start").returncode == 0
    assert (repository / "report.json").read_text().count('"path"') == 3
