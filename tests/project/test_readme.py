"""What the README says in tables and commands is so."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest
import yaml

from lint_runtime import lint
from lint_runtime.cli import lifecycle as lifecycle_cli
from lint_runtime.cli.lint import command
from lint_runtime.config.model import Config
from lint_runtime.dockerfile.discovery import NOT_DOCKERFILES
from lint_runtime.formatters import FORMATTERS
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import Status
from lint_runtime.linter.engine import lint_file
from lint_runtime.rules import RULES
from tests.conftest import AS_OF, ROOT, Command

DATE = embedded_table().date

README = (ROOT / "README.md").read_text(encoding="utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)


def _table(heading: str) -> list[list[str]]:
    """Return the cells of the table under the first row that starts with `heading`, without markup."""
    _, _, below = README.partition(f"\n| {heading} |")
    rows = re.match(r"(?:.*\n)\|[-|]+\n((?:\|.*\n)+)", below)
    assert rows
    cells = [re.split(r"(?<!\\)\|", row)[1:-1] for row in rows[1].splitlines()]
    return [[cell.strip().replace("\\|", "|") for cell in row] for row in cells]


def test_it_is_short() -> None:
    assert len(README.splitlines()) < 250


def test_rules() -> None:
    rows = [(row[0].strip("`"), row[1]) for row in _table("rule")]
    assert rows == [(rule.name, rule.severity.value) for rule in RULES]


def test_options() -> None:
    options = [option for option in command.params if isinstance(option, click.Option)]
    written = [re.findall(r"--?[a-z-]+", row[0])[0] for row in _table("option")]
    assert written == [option.opts[0] for option in options] + ["-h"]


def test_commands_of_the_table() -> None:
    rows = [re.findall("`([a-z]+)", row[0])[0] for row in _table("command")]
    assert sorted(rows) == sorted(lifecycle_cli.command.commands)
    for name, row in zip(rows, _table("command"), strict=True):
        options = {option for given in lifecycle_cli.command.commands[name].params for option in given.opts}
        assert set(re.findall("--[a-z-]+", row[0])) <= options


def test_formats() -> None:
    assert [row[0] for row in _table("format")] == [f"`{name}`" for name in FORMATTERS]


def test_keys() -> None:
    keys = [re.split(r"[.]", key)[0] for row in _table("key") for key in re.findall("`([^`]+)`", row[0])]
    assert sorted(set(keys)) == sorted(field.replace("_", "-") for field in Config._fields)


def test_exit_codes() -> None:
    assert [row[0] for row in _table("exit code")] == ["0", "1", "2", "130"]


def test_endings_left_out() -> None:
    for ending in NOT_DOCKERFILES:
        assert f"`{ending}`" in README


def test_statuses() -> None:
    for status in Status:
        assert f"`{status.value}`" in README


def test_every_console_block_is_a_single_line() -> None:
    assert [block.count("\n") for block in CONSOLE] == [1] * len(CONSOLE)


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


def test_the_finding_shown_is_one() -> None:
    shown = re.search(
        r"```\nbilling/Dockerfile:1:6: error: (.*?) \[yanked-release\]\n```", README, re.DOTALL
    )
    assert shown
    source = (ROOT / "fixtures" / "projects" / "billing" / "Dockerfile").read_text(encoding="utf-8")
    (found,) = lint(source, today=AS_OF)
    assert " ".join(shown[1].split()) == found.message


def test_the_picture_is_of_the_example_projects(
    golden: Callable[[Path, str], None], run_lifecycle: Command
) -> None:
    (name,) = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    arguments = ["timeline", "--format", "svg", "--for", "fixtures/projects", "--as-of", "2026-09-25"]
    result = run_lifecycle(*arguments, cwd=ROOT)
    assert result.code == 0
    golden(ROOT / name, result.out)


def test_the_python_shown_runs(capsys: pytest.CaptureFixture[str]) -> None:
    programs = (ROOT / "docs" / "programs.md").read_text(encoding="utf-8")
    example, _ = re.findall(r"```python\n(.*?)```", programs, re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})  # noqa: S102
    assert capsys.readouterr().out.startswith("1 error end-of-basic-support Astro Runtime 9.7.0 ")


def test_the_changelog_names_the_table() -> None:
    assert f"Lifecycle table of {DATE}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_comment_shown_suppresses() -> None:
    (example,) = re.findall(r"```dockerfile\n(.*?)```", README, re.DOTALL)
    report = lint_file(example.encode(), "Dockerfile", AS_OF, Config())
    assert report.diagnostics == ()
    assert len(report.suppressed) == 2
