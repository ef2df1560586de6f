"""The GitLab template, run by `gitlab-ci-local`."""

from __future__ import annotations

import json
import os
import re
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.conftest import ROOT
from tests.runners.projects import BAD, CLEAN, commit, environment

TEMPLATE = "lint-runtime.gitlab-ci.yml"
COMMAND = 'touch "$KEPT"'


class Pipeline:
    """A project whose pipeline includes the template, and the files that a run leaves."""

    def __init__(self, directory: Path, dockerfile: str, variables: dict[str, str]) -> None:
        self.project = directory / "project"
        including = {"include": [{"local": TEMPLATE}], "lint-runtime": {"variables": variables}}
        commit(
            self.project,
            {
                ".gitlab-ci.yml": yaml.safe_dump(including),
                TEMPLATE: (ROOT / "templates" / TEMPLATE).read_text(encoding="utf-8"),
                "app/Dockerfile": dockerfile,
            },
        )
        self.hostile = directory / "hostile"

    def run(self) -> subprocess.CompletedProcess[str]:
        command = [*os.environ["GITLAB_CI_LOCAL"].split(), "--force-shell-executor", "lint-runtime"]
        env = environment(KEPT=str(self.hostile))
        return subprocess.run(
            command, cwd=self.project, env=env, capture_output=True, text=True, check=False, timeout=300
        )

    def report(self, name: str) -> str:
        return (self.project / name).read_text(encoding="utf-8")


@pytest.mark.parametrize(("dockerfile", "code"), [(BAD, 1), (CLEAN, 0)], ids=["failing", "clean"])
def test_a_pipeline(dockerfile: str, code: int, tmp_path: Path, release: Path) -> None:
    variables = {
        "LINT_RUNTIME_REPOSITORY": release.as_uri(),
        # The runner has a copy of the project in the project.
        "LINT_RUNTIME_PATHS": "app",
        # A setting for other installs.
        "PIP_USER": "1",
    }
    pipeline = Pipeline(tmp_path, dockerfile, variables)
    done = pipeline.run()
    assert done.returncode == code, done.stdout + done.stderr
    quality = json.loads(pipeline.report("gl-code-quality-report.json"))
    assert [entry["location"]["path"] for entry in quality] == ["app/Dockerfile"] * code
    assert pipeline.report("lint-runtime.xml").count("<failure ") == code


def test_variables_are_not_run(tmp_path: Path, release: Path) -> None:
    hostile = f"clean\n$({COMMAND})\n`{COMMAND}`\n; {COMMAND}"
    names = ("PATHS", "ARGS", "FAIL_ON")
    variables = {f"LINT_RUNTIME_{name}": hostile for name in names}
    variables["LINT_RUNTIME_REPOSITORY"] = release.as_uri()
    pipeline = Pipeline(tmp_path, BAD, variables)
    done = pipeline.run()
    assert re.search("lint-runtime finished in .* FAIL 2", done.stderr), done.stdout + done.stderr
    assert not pipeline.hostile.exists()
