"""Run workflows with `act` on this machine. They use no network except the package indexes."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from lint_runtime import __version__
from tests.conftest import ROOT
from tests.runners.projects import environment

OWN = f"your-organization/lint-runtime@v{__version__}"
STAND_INS = ROOT / "tests" / "runners" / "actions"


class Job:
    """What `act` reports about one job.

    result: success, failure or skipped
    annotations: the level and the file of each annotation, in order
    outputs: the outputs of all steps, keyed by name
    summary: the job summary, in Markdown
    log: the remaining output of all steps
    """

    def __init__(self, events: list[dict[str, Any]]) -> None:
        (self.result,) = [event["jobResult"] for event in events if "jobResult" in event] or ["skipped"]
        levels = ("error", "warning", "notice")
        self.annotations = [
            (event["command"], event["kvPairs"]["file"])
            for event in events
            if event.get("command") in levels and "file" in event["kvPairs"]
        ]
        self.outputs = {
            event["name"]: event["arg"] for event in events if event.get("command") == "set-output"
        }
        self.summary = "".join(event["content"] for event in events if event.get("command") == "summary")
        self.log = "".join(event["msg"] for event in events if event.get("raw_output"))


class Run:
    """A finished run.

    code: the exit code of `act`
    text: everything that `act` printed
    jobs: the jobs, keyed by id
    """

    def __init__(self, done: subprocess.CompletedProcess[str]) -> None:
        self.code = done.returncode
        self.text = done.stdout + done.stderr
        events = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
        names = {event["jobID"] for event in events if "jobID" in event}
        self.jobs = {
            name: Job([event for event in events if event.get("jobID") == name]) for name in sorted(names)
        }


def _stand_in_arguments(text: str, release: Path) -> list[str]:
    """Return arguments for `act` to take actions from local directories instead of GitHub.

    The actions are those used by the workflow `text` and by action.yml.
    """
    used = set(re.findall(r"uses: (\S+)", text + (ROOT / "action.yml").read_text(encoding="utf-8")))
    arguments = []
    for action in sorted(used):
        name, _, ref = action.partition("@")
        repository = "/".join(name.split("/")[:2])
        if repository == "actions/checkout":
            # act copies the working directory instead of running this action.
            continue
        directory = release if action == OWN else STAND_INS / repository
        arguments += ["--local-repository", f"{repository}@{ref}={directory}"]
    return arguments


def act(
    project: Path,
    workflow: str,
    release: Path,
    *,
    event: str = "workflow_dispatch",
    payload: Mapping[str, object] | None = None,
    job: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> Run:
    """Run a workflow file of a project. The variable KEPT names the directory for results of steps."""
    scratch = project.with_name(f"{project.name}-act")
    kept = project.with_name(f"{project.name}-kept")
    kept.mkdir()
    scratch.mkdir()
    (scratch / "event.json").write_text(json.dumps(payload or {}), encoding="utf-8")
    text = (project / workflow).read_text(encoding="utf-8")
    command = [
        *("act", event, "--json", "--workflows", workflow, "--eventpath", str(scratch / "event.json")),
        *("--platform", "ubuntu-24.04=-self-hosted", "--platform", "ubuntu-latest=-self-hosted"),
        *("--no-cache-server", "--action-cache-path", str(scratch / "cache")),
        *("--secret", "GITHUB_TOKEN=token", "--env", f"KEPT={kept}"),
        *_stand_in_arguments(text, release),
        *(("--job", job) if job else ()),
    ]
    env = environment(**(variables or {}))
    done = subprocess.run(
        command, cwd=project, env=env, capture_output=True, text=True, check=False, timeout=600
    )
    return Run(done)


def kept(project: Path) -> Path:
    """Return the directory where the steps of the last run left their results."""
    return project.with_name(f"{project.name}-kept")
