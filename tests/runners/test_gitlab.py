"""The GitLab template, run by `gitlab-ci-local`."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.runners.projects import BAD, CLEAN, commit, environment

TEMPLATE = "lint-runtime.gitlab-ci.yml"
# A command without a variable, because GitLab would expand a variable.
COMMAND = "touch hostile"


class Pipeline:
    """A project whose pipeline includes the template. Each directory in `paths` has a Dockerfile."""

    def __init__(self, directory: Path, release: Path, dockerfile: str, paths: list[str]) -> None:
        self.project = directory / "project"
        variables = {
            "LINT_RUNTIME_REPOSITORY": release.as_uri(),
            "LINT_RUNTIME_PATHS": "\n".join(paths),
            # The template must ignore these settings of pip.
            "PIP_USER": "1",
            "PIP_TARGET": "elsewhere",
        }
        including = {"include": [{"local": TEMPLATE}], "lint-runtime": {"variables": variables}}
        commit(
            self.project,
            {
                ".gitlab-ci.yml": yaml.safe_dump(including),
                TEMPLATE: (ROOT / "templates" / TEMPLATE).read_text(encoding="utf-8"),
                **{f"{path}/Dockerfile": dockerfile for path in paths},
            },
        )

    def run(self) -> subprocess.CompletedProcess[str]:
        command = [*os.environ["GITLAB_CI_LOCAL"].split(), "--force-shell-executor", "lint-runtime"]
        return subprocess.run(
            command,
            cwd=self.project,
            env=environment(),
            capture_output=True,
            text=True,
            check=False,
            timeout=600,
        )

    def report(self, name: str) -> str:
        return (self.project / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("dockerfile", "paths"),
    [
        pytest.param(BAD, ["app"], id="failing"),
        pytest.param(CLEAN, [f"$({COMMAND})", f"`{COMMAND}`", f"; {COMMAND}", "*"], id="clean and hostile"),
    ],
)
def test_a_pipeline(dockerfile: str, paths: list[str], tmp_path: Path, release: Path) -> None:
    pipeline = Pipeline(tmp_path, release, dockerfile, paths)
    done = pipeline.run()
    code = 1 if dockerfile == BAD else 0
    assert done.returncode == code, done.stdout + done.stderr
    quality = json.loads(pipeline.report("gl-code-quality-report.json"))
    assert [entry["location"]["path"] for entry in quality] == ["app/Dockerfile"] * code
    junit = pipeline.report("lint-runtime.xml")
    assert (junit.count("<testcase "), junit.count("<failure ")) == (len(paths), code)
    assert not (pipeline.project / "hostile").exists()
