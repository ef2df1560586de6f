"""The workflows that open pull requests: their last steps, run in a real repository."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT, Command

DATA = ROOT / ".github" / "workflows" / "lifecycle-data.yml"
DATA_FILE = "src/lint_runtime/lifecycle/data.json"
UPGRADE = ROOT / "examples" / "github" / "upgrade.yml"
GH = """#!/bin/sh
printf '%s\\n' "$*" >>"$GH_LOG"
case "$1 $2" in
  "pr list") echo "$OPEN_PULL_REQUESTS";;
  "pr create" | "pr edit") for last in "$@"; do :; done; test ! -f "$last" || cat "$last" >>"$GH_LOG";;
esac
"""


def _git(*arguments: str, cwd: Path) -> str:
    identity = ["-c", "user.name=Somebody", "-c", "user.email=somebody@example.com"]
    command = ["git", *identity, *arguments]
    return subprocess.run(command, cwd=cwd, check=True, capture_output=True, text=True).stdout


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """Return a clone of a repository that contains a file at DATA_FILE."""
    origin, clone = tmp_path / "OWNER" / "lint-runtime.git", tmp_path / "clone"
    _git("init", "--quiet", "--bare", "--initial-branch=main", str(origin), cwd=tmp_path)
    _git("clone", "--quiet", str(origin), str(clone), cwd=tmp_path)
    (clone / DATA_FILE).parent.mkdir(parents=True)
    (clone / DATA_FILE).write_text("date 1\n", encoding="utf-8")
    _git("add", ".", cwd=clone)
    _git("commit", "--quiet", "--message", "Start", cwd=clone)
    _git("push", "--quiet", "origin", "HEAD:main", cwd=clone)
    return clone


def _open_pull_request(clone: Path, open_pull_requests: int, workflow: Path = DATA) -> str:
    """Run the last step of a workflow, and return the log of its `gh` commands.

    open_pull_requests: the number of open pull requests that `gh` reports
    """
    *_, job = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values()
    step = job["steps"][-1]
    tools = clone.parent / "tools"
    tools.mkdir(exist_ok=True)
    (tools / "gh").write_text(GH, encoding="utf-8")
    (tools / "gh").chmod(0o755)
    log = clone.parent / "gh.log"
    log.write_text("", encoding="utf-8")
    environment = {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(clone.parent),
        "REPOSITORY": "OWNER/lint-runtime",
        "RUN": "https://github.com/OWNER/lint-runtime/actions/runs/1",
        "TESTS": "failure",
        "BODY": str(clone.parent / "upgrade.md"),
        "RUNNER_TEMP": str(clone.parent),
        "GH_LOG": str(log),
        "OPEN_PULL_REQUESTS": str(open_pull_requests),
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{clone.parent}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/",
    }
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
    done = subprocess.run(command, cwd=clone, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return log.read_text(encoding="utf-8")


def test_nothing_is_opened_where_nothing_changed() -> None:
    update, propose = yaml.safe_load(DATA.read_text(encoding="utf-8"))["jobs"].values()
    assert propose["if"] == "needs.update.outputs.changed"
    (step,) = [step for step in update["steps"] if step.get("id") == "update"]
    assert "if git diff --quiet -- src; then exit 0; fi\n" in step["run"].partition("changed=true")[0]


@pytest.mark.parametrize(("already", "verb"), [(0, "create"), (1, "edit")], ids=["none open", "one open"])
def test_a_change_is_pushed_and_described(clone: Path, already: int, verb: str) -> None:
    downloaded = clone.parent / "update"
    downloaded.mkdir()
    (downloaded / "data.json").write_text("date 2\n", encoding="utf-8")
    (downloaded / "changes.txt").write_text("new      3.4-1\nyanked   ```\n# x\n", encoding="utf-8")
    calls = _open_pull_request(clone, already)
    assert f"\npr {verb} " in calls
    assert (
        "Tests: **failure** in [this run](https://github.com/OWNER/lint-runtime/actions/runs/1).\n" in calls
    )
    assert "```\nnew      3.4-1\nyanked   '''\n# x\n```\n" in calls
    heads = _git("ls-remote", "--heads", "origin", "lifecycle-data", cwd=clone)
    assert heads.split()[0] == _git("rev-parse", "HEAD", cwd=clone).strip()
    assert _git("ls-tree", "--name-only", "-r", "HEAD", cwd=clone) == f"{DATA_FILE}\n"
    assert (clone / DATA_FILE).read_text(encoding="utf-8") == "date 2\n"


# --- Upgrades ------------------------------------------------------------------------------------------

UPGRADED = "FROM quay.io/astronomer/astro-runtime:13.11.0\n"


def test_no_upgrade_is_opened_where_nothing_moves(clone: Path) -> None:
    (clone.parent / "upgrade.md").write_text("### lint-runtime: no problems\n")
    assert _open_pull_request(clone, 0, UPGRADE) == ""
    assert _git("ls-remote", "--heads", "origin", cwd=clone).count("\n") == 1


@pytest.mark.parametrize(("already", "verb"), [(0, "create"), (1, "edit")], ids=["none open", "one open"])
def test_an_upgrade_is_pushed_and_described_by_what_changes(
    clone: Path, already: int, verb: str, run: Command
) -> None:
    dockerfile, body = clone / "Dockerfile", clone.parent / "upgrade.md"
    dockerfile.write_text("FROM quay.io/astronomer/astro-runtime:12.6.0\n")
    _git("add", ".", cwd=clone)
    _git("commit", "--quiet", "--message", "Add a Dockerfile", cwd=clone)
    (job,) = yaml.safe_load(UPGRADE.read_text(encoding="utf-8"))["jobs"].values()
    arguments = job["steps"][1]["with"]["args"].replace("${{ runner.temp }}", str(clone.parent)).split("\n")
    assert run("--as-of", "2026-11-27", *filter(None, arguments), cwd=clone).code == 0
    assert dockerfile.read_text() == UPGRADED
    calls = _open_pull_request(clone, already, UPGRADE)
    assert f"\npr {verb} " in calls
    assert body.read_text() in calls
    assert "- `Dockerfile:1`: `12.6.0` to `13.11.0`\n" in calls
    heads = _git("ls-remote", "--heads", "origin", "upgrade-astro-runtime", cwd=clone)
    assert heads.split()[0] == _git("rev-parse", "HEAD", cwd=clone).strip()
    assert _git("show", "HEAD:Dockerfile", cwd=clone) == UPGRADED


def test_the_workflow_is_off_by_default() -> None:
    (job,) = yaml.safe_load(UPGRADE.read_text(encoding="utf-8"))["jobs"].values()
    assert job["if"] == "github.event_name == 'workflow_dispatch' || vars.LINT_RUNTIME_UPGRADE == 'true'"
