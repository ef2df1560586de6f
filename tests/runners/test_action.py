"""The GitHub action runs as documented. One workflow has a job for each case, and runs once."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
import yaml

from tests.runners.github import OWN, Run, act, kept
from tests.runners.projects import BAD, CLEAN, commit

WORKFLOW = ".github/workflows/all.yml"
# A command in inputs. It would run if the value of an input became part of a script.
COMMAND = 'touch "$KEPT/hostile"'
# The content of modules in the repository and on PYTHONPATH, which the action must not import.
HOSTILE_MODULE = "import os, pathlib\npathlib.Path(os.environ['KEPT'], 'hostile').touch()\n"
# A Python that creates virtual environments with the layout of Windows.
WINDOWS = """#!/bin/sh
{python} "$@" || exit
for directory in "$@"; do :; done
mv "$directory/bin" "$directory/Scripts"
mv "$directory/Scripts/python" "$directory/Scripts/python.exe"
"""


class Case(NamedTuple):
    """A use of the action, and the expected results.

    inputs: the inputs of the action
    code: the exit code of lint-runtime
    found: the files with an annotation
    variables: the environment variables of the job
    has_setup: whether the action runs setup-python
    """

    inputs: dict[str, str]
    code: int
    found: list[str] = []  # noqa: RUF012
    variables: dict[str, str] = {}  # noqa: RUF012
    has_setup: bool = True


CASES = {
    "failing": Case(
        {"python": "python3", "python-version": "none", "sarif-file": "lint.sarif"},
        1,
        ["app/Dockerfile"],
        # The action must ignore these pip settings, and the modules on PYTHONPATH.
        {"PIP_USER": "1", "PIP_TARGET": "elsewhere", "PYTHONPATH": "modules"},
        has_setup=False,
    ),
    "clean": Case({"python": "./windows-python", "paths": "clean"}, 0, has_setup=False),
    "hostile": Case(
        {
            "paths": f"clean\n$({COMMAND})\n`{COMMAND}`\n; {COMMAND}\n' \" {COMMAND}",
            "args": f"--no-such-option\n$({COMMAND})\n; {COMMAND}",
            "fail-on": f"error; {COMMAND}; $({COMMAND})",
            "sarif-file": f"$({COMMAND}).sarif",
        },
        2,
    ),
}


def _job(case: Case) -> dict[str, object]:
    steps = [
        {"uses": "actions/checkout@v7"},
        {"id": "lint", "uses": OWN, "with": case.inputs},
        {
            "if": "always()",
            "run": 'echo "the code is $CODE"; if [ -e lint.sarif ]; then cp lint.sarif "$KEPT"; fi',
            "env": {"CODE": "${{ steps.lint.outputs.exit-code }}"},
        },
    ]
    return {"runs-on": "ubuntu-latest", "env": case.variables, "steps": steps}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = tmp_path_factory.mktemp("action") / "project"
    workflow = {"on": "workflow_dispatch", "jobs": {name: _job(case) for name, case in CASES.items()}}
    modules = ("lint_runtime", "pip", "venv", "hatchling")
    commit(
        project,
        {
            WORKFLOW: yaml.safe_dump(workflow),
            "app/Dockerfile": BAD,
            "clean/Dockerfile": CLEAN,
            "empty": "",
            "windows-python": WINDOWS.format(python=sys.executable),
            **{f"{name}.py": HOSTILE_MODULE for name in modules},
            **{f"modules/{name}.py": HOSTILE_MODULE for name in modules},
        },
    )
    windows = project / "windows-python"
    windows.chmod(windows.stat().st_mode | stat.S_IXUSR)
    return project


@pytest.fixture(scope="module")
def run(project: Path, release: Path) -> Run:
    return act(project, WORKFLOW, release)


@pytest.mark.parametrize("name", CASES)
def test_results(name: str, run: Run) -> None:
    case, job = CASES[name], run.jobs[name]
    assert job.result == ("failure" if case.code else "success"), run.text
    assert job.outputs["exit-code"] == str(case.code)
    assert f"the code is {case.code}\n" in job.log
    assert job.annotations == [("error", path) for path in case.found]
    assert ("stand-in for setup-python" in job.log) == case.has_setup


def test_summaries(run: Run) -> None:
    assert "`app/Dockerfile" in run.jobs["failing"].summary
    assert run.jobs["clean"].summary.startswith("### lint-runtime: no problems in 1 file")


def test_sarif(run: Run, project: Path) -> None:
    assert run.jobs["failing"].result == "failure"
    report = json.loads((kept(project) / "lint.sarif").read_text(encoding="utf-8"))
    (finding, *_) = report["runs"][0]["results"]
    assert finding["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "app/Dockerfile"


def test_no_value_or_module_was_run(run: Run, project: Path) -> None:
    assert run.jobs
    assert not (kept(project) / "hostile").exists()
