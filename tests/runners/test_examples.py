"""The example workflows, in projects that have copied them."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.runners.github import act, kept
from tests.runners.projects import BAD, CLEAN, commit, git

GH = """#!/bin/sh
printf '%s\\n' "$*" >>"$KEPT/gh.log"
if [ "$1 $2" = "pr list" ]; then echo 0; fi
"""


def _copy(project: Path, name: str, files: dict[str, str]) -> str:
    """Commit an example and other files to a project, and return the path of the workflow."""
    workflow = f".github/workflows/{name}"
    commit(project, {workflow: (ROOT / "examples" / "github" / name).read_text(encoding="utf-8"), **files})
    return workflow


@pytest.mark.parametrize("changed", ["new/Dockerfile", "README.md"])
def test_pull_request(changed: str, tmp_path: Path, release: Path) -> None:
    project = tmp_path / "project"
    workflow = _copy(project, "pull-request.yml", {"old/Dockerfile": BAD})
    git(project, "switch", "--quiet", "--create", "change")
    commit(project, {changed: BAD})
    git(project, "switch", "--quiet", "main")
    git(project, "merge", "--quiet", "--no-ff", "--no-edit", "change")
    run = act(project, workflow, release, event="pull_request")
    job = run.jobs["lint-runtime"]
    is_dockerfile = changed.endswith("Dockerfile")
    assert job.annotations == [("error", changed)] * is_dockerfile, run.text
    assert job.result == ("failure" if is_dockerfile else "success")
    assert job.outputs.get("exit-code") == ("1" if is_dockerfile else None)


@pytest.mark.parametrize(
    ("files", "is_uploaded"),
    [
        pytest.param({}, True, id="findings"),
        pytest.param({".lint-runtime.toml": "nonsense = 1\n"}, False, id="an incomplete run"),
    ],
)
def test_weekly(files: dict[str, str], is_uploaded: bool, tmp_path: Path, release: Path) -> None:
    project = tmp_path / "project"
    workflow = _copy(project, "weekly.yml", {"Dockerfile": BAD, **files})
    run = act(project, workflow, release)
    assert run.jobs["lint-runtime"].result == "failure", run.text
    report = kept(project) / "lint-runtime.sarif"
    assert report.exists() == is_uploaded
    if is_uploaded:
        assert json.loads(report.read_text(encoding="utf-8"))["runs"][0]["results"]


def test_upgrade(tmp_path: Path, release: Path) -> None:
    project, tools = tmp_path / "project", tmp_path / "tools"
    workflow = _copy(project, "upgrade.yml", {"Dockerfile": BAD, "other/Dockerfile": CLEAN})
    git(tmp_path, "clone", "--quiet", "--bare", str(project), str(tmp_path / "shop" / "project.git"))
    tools.mkdir()
    (tools / "gh").write_text(GH, encoding="utf-8")
    (tools / "gh").chmod(stat.S_IRWXU)
    variables = {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.{tmp_path}/.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://github.com/",
    }
    run = act(project, workflow, release, variables=variables)
    assert run.jobs["upgrade"].result == "success", run.text
    assert "pr create --head upgrade-astro-runtime" in (kept(project) / "gh.log").read_text(
        encoding="utf-8"
    )
    changed = git(tmp_path / "shop" / "project.git", "diff", "main", "upgrade-astro-runtime")
    assert f"\n-{BAD}" in changed
    assert "\n+FROM quay.io/astronomer/astro-runtime:13." in changed
