"""The commands and the example in the README are correct."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from lint_runtime.lifecycle.load import embedded_table
from tests.conftest import FIXTURES, ROOT, Command

pytestmark = pytest.mark.once

DATE = embedded_table().date

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)


def test_it_is_short() -> None:
    assert len(README.splitlines()) < 200


def test_exit_codes() -> None:
    assert re.findall(r"^\| ([0-9]+) \|", README, re.MULTILINE) == ["0", "1", "2", "130"]


def test_every_console_block_is_a_single_line() -> None:
    assert {block.count("\n") for block in CONSOLE} == {1}


def test_the_gate_runs_the_test_command_as_written() -> None:
    (tests,) = [block for block in CONSOLE if "pytest" in block]
    assert tests in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_hook_line_writes_a_file_once_and_installs_the_hook(tmp_path: Path) -> None:
    (line,) = [block for block in CONSOLE if "my-project" in block]
    clone, project = tmp_path / "clone", tmp_path / "my-project"
    clone.joinpath(".venv", "bin").mkdir(parents=True)
    clone.joinpath(".venv", "bin", "pre-commit").symlink_to(Path(sys.executable).with_name("pre-commit"))
    project.mkdir()
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    for arguments in (["init", "-q"], [*identity, "commit", "-q", "--allow-empty", "-m", "Start"]):
        subprocess.run(["git", *arguments], cwd=clone, check=True)
    subprocess.run(["git", "init", "-q"], cwd=project, check=True)
    subprocess.run(["bash", "-c", line], cwd=clone, check=True)
    config = (project / ".pre-commit-config.yaml").read_text(encoding="utf-8")
    head = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=clone, capture_output=True, text=True, check=True
    )
    (repository,) = yaml.safe_load(config)["repos"]
    assert repository == {"repo": str(clone), "rev": head.stdout.strip(), "hooks": [{"id": "lint-runtime"}]}
    assert (project / ".git" / "hooks" / "pre-commit").exists()
    assert subprocess.run(["bash", "-c", line], cwd=clone, check=False).returncode == 1
    assert (project / ".pre-commit-config.yaml").read_text(encoding="utf-8") == config


def test_the_finding_shown_is_the_output(run: Command, tmp_path: Path) -> None:
    shutil.copytree(FIXTURES / "shapes", tmp_path / "fixtures" / "shapes")
    (shown,) = re.findall(r"```\n(error\[.*?)```", README, re.DOTALL)
    arguments = ["--as-of", "2026-09-25", "--format", "full", "fixtures/shapes/base.Dockerfile"]
    assert len(shown.splitlines()) <= 12
    assert run(*arguments, cwd=tmp_path, env={"COLUMNS": "120"}).out == f"{shown}\n"
