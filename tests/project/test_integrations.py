"""The files for CI services: they match their schemas, their scripts run, and they name this version."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import tomli
import yaml
from check_jsonschema import main as check_schema
from packaging.requirements import Requirement

from lint_runtime import __version__
from lint_runtime.linter.discovery import is_linted_name
from tests.conftest import ROOT
from tests.project.test_hooks import BIN, NAMES

pytestmark = pytest.mark.once

ACTION = "action.yml"
PULL_REQUEST = "examples/github/pull-request.yml"
WEEKLY = "examples/github/weekly.yml"
UPGRADE = "examples/github/upgrade.yml"
FLEET = "examples/github/fleet.yml"
GITLAB_FLEET = "examples/gitlab/fleet.gitlab-ci.yml"
GITLAB = "templates/lint-runtime.gitlab-ci.yml"
REFRESH = ".github/workflows/lifecycle-data.yml"
TESTS = ".github/workflows/tests.yml"
RELEASE = ".github/workflows/release.yml"
DEPENDABOT = ".github/dependabot.yml"
MUTATION = ".github/workflows/mutation.yml"
WORKFLOWS = [PULL_REQUEST, WEEKLY, UPGRADE, FLEET, REFRESH, MUTATION, TESTS, RELEASE]
GITHUB = [ACTION, *WORKFLOWS]
DOCS = ["README.md", "docs/ci.md", "docs/cookbook.md"]
SCHEMAS = {
    ACTION: "vendor.github-actions",
    PULL_REQUEST: "vendor.github-workflows",
    WEEKLY: "vendor.github-workflows",
    UPGRADE: "vendor.github-workflows",
    FLEET: "vendor.github-workflows",
    REFRESH: "vendor.github-workflows",
    MUTATION: "vendor.github-workflows",
    TESTS: "vendor.github-workflows",
    RELEASE: "vendor.github-workflows",
    GITLAB: "vendor.gitlab-ci",
    GITLAB_FLEET: "vendor.gitlab-ci",
    DEPENDABOT: "vendor.dependabot",
}
DAY = "--as-of=2026-09-25"
CLEAN = "FROM quay.io/astronomer/astro-runtime:13.11.0\n"
WARNED = "FROM quay.io/astronomer/astro-runtime:13.6.0\n"
BAD = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"


def _text(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def _all_of(key: str, document: object) -> Iterator[Any]:
    """Yield every value with the key `key` in a document, at any depth."""
    if isinstance(document, dict):
        for name, value in document.items():
            if name == key:
                yield value
            yield from _all_of(key, value)
    elif isinstance(document, list):
        for value in document:
            yield from _all_of(key, value)


def is_valid(path: Path, schema: str) -> bool:
    """Return whether a file matches a schema that is bundled with check-jsonschema."""
    code = check_schema(["--quiet", "--builtin-schema", schema, str(path)], standalone_mode=False)
    assert code in (0, 1)
    return bool(code == 0)


def test_schemas() -> None:
    for name, schema in SCHEMAS.items():
        assert is_valid(ROOT / name, schema), name


def test_wrong_files_do_not_fit_the_schemas(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yml"
    for name, right, wrong in (
        (ACTION, "shell: bash", "shall: bash"),
        (PULL_REQUEST, "runs-on:", "run-on:"),
        (GITLAB, "when: always", "when: ever"),
    ):
        text = _text(name)
        assert right in text
        path.write_text(text.replace(right, wrong), encoding="utf-8")
        assert not is_valid(path, SCHEMAS[name]), wrong


def test_actions_are_pinned_to_a_commit_whose_version_is_named() -> None:
    for name in (*GITHUB, *DOCS):
        actions = re.findall(r"uses: (.*)", _text(name))
        assert actions, name
        for action in actions:
            is_own = action.partition(" #")[0] in ("./", f"your-organization/lint-runtime@v{__version__}")
            pinned = re.fullmatch(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+", action)
            assert is_own or pinned, (name, action)


def test_scripts_contain_no_expression() -> None:
    for name in GITHUB:
        scripts = [*_all_of("run", yaml.safe_load(_text(name)))]
        assert scripts or name == WEEKLY
        assert [script for script in scripts if "${{" in script] == [], name


def test_permissions() -> None:
    read, write = {"contents": "read"}, {"contents": "write", "pull-requests": "write"}
    assert {name: [*_all_of("permissions", yaml.safe_load(_text(name)))] for name in WORKFLOWS} == {
        PULL_REQUEST: [read],
        WEEKLY: [read, {"contents": "read", "security-events": "write"}],
        UPGRADE: [{}, write],
        FLEET: [{}],
        REFRESH: [{}, read, write],
        MUTATION: [{}, read],
        TESTS: [{}, read, read, read, read],
        RELEASE: [
            *({}, read, read, read, {"attestations": "write", "id-token": "write"}),
            *({"contents": "write"}, read),
        ],
    }
    assert [name for name in WORKFLOWS if "permissions" not in yaml.safe_load(_text(name))] == []


def test_checkouts_leave_no_token_behind() -> None:
    for name in WORKFLOWS:
        jobs = yaml.safe_load(_text(name))["jobs"].values()
        steps = [step for job in jobs for step in job["steps"]]
        checkouts = [step for step in steps if step.get("uses", "").startswith("actions/checkout@")]
        assert {step["with"]["persist-credentials"] for step in checkouts} <= {False}, name
        assert checkouts or name == FLEET


def test_this_version_is_named() -> None:
    for name in (PULL_REQUEST, WEEKLY, FLEET, GITLAB_FLEET, GITLAB, *DOCS):
        versions = re.findall(
            r"(?:lint-runtime[@/]v|LINT_RUNTIME_VERSION: |re[fv]: v|--branch v)([\w.]+)", _text(name)
        )
        assert {*versions} == {__version__}, name


def test_the_workflow_in_the_readme(tmp_path: Path) -> None:
    (workflow,) = re.findall(r"```yaml\n(name: .*?)```", _text("README.md"), re.DOTALL)
    path = tmp_path / "workflow.yml"
    path.write_text(workflow, encoding="utf-8")
    assert is_valid(path, "vendor.github-workflows")
    (job,) = yaml.safe_load(workflow)["jobs"].values()
    assert job["steps"][-1]["uses"] == f"your-organization/lint-runtime@v{__version__}"


def test_the_weekly_run_uploads_what_the_action_writes() -> None:
    (job,) = yaml.safe_load(_text(WEEKLY))["jobs"].values()
    _, lint, upload = job["steps"]
    assert upload["with"]["sarif_file"] == lint["with"]["sarif-file"]
    written = "steps.lint.outputs.exit-code == '0' || steps.lint.outputs.exit-code == '1'"
    assert upload["if"] == f"${{{{ !cancelled() && ({written}) }}}}"


def test_jobs_that_can_write_install_and_build_nothing() -> None:
    writing = [
        (name, job)
        for name in WORKFLOWS
        for job in yaml.safe_load(_text(name))["jobs"].values()
        if "write" in job.get("permissions", {}).values()
    ]
    assert len(writing) == 5
    for name, job in writing:
        scripts = " ".join(_all_of("run", job))
        assert not re.search(r"\b(pip|python|uv|nox|npm|bash)\b", scripts), name
    assert re.search(
        r"\b(pip|python|uv|nox|npm|bash)\b", " ".join(_all_of("run", yaml.safe_load(_text(TESTS))))
    )


def test_what_is_installed_is_pinned_with_hashes() -> None:
    scripts = [
        script
        for name in (*GITHUB, GITLAB, GITLAB_FLEET)
        for key in ("run", "before_script")
        for script in _all_of(key, yaml.safe_load(_text(name)))
    ]
    lines = "\n".join(("\n".join(part) if isinstance(part, list) else part) for part in scripts)
    installs = re.findall(r"pip[^\n]* install (?:[^\n]*\\\n)*[^\n]*", lines)
    assert len(installs) > 10
    for install in installs:
        # Downloads need hashes. An installation with --no-index downloads nothing, so it needs none.
        assert "--require-hashes" in install or "--no-index" in install, install
        assert re.findall(r"requirements/(\w+)\.txt", install) or "--no-index" in install, install


def test_pinned_versions_fit_the_package() -> None:
    project = tomli.loads(_text("pyproject.toml"))
    groups, extras = project["dependency-groups"], project["project"]["optional-dependencies"]
    tested = [each for name in ("lsp", "report", "test", "update") for each in extras[name]]
    needed = {
        "package": project["project"]["dependencies"],
        "report": [*project["project"]["dependencies"], *extras["report"]],
        "test": [*(each for each in tested if not each.startswith("lint-runtime")), *groups["build"]],
        **{name: groups[name] for name in ("build", "nox", "sbom")},
    }
    pinned = {}
    for name, requirements in needed.items():
        text = _text(f"requirements/{name}.txt")
        entries = re.findall(r"(?m)^[a-z](?:.*\\\n)*.*", text)
        assert [entry for entry in entries if "--hash=sha256:" not in entry] == [], name
        versions = {entry.partition("==")[0]: Requirement(entry.split("\\")[0]) for entry in entries}
        pinned[name] = {entry.split(" ")[0] for entry in entries}
        for requirement in map(Requirement, requirements):
            (version,) = versions[requirement.name].specifier
            assert version.version in requirement.specifier, (name, requirement)
    # These files are installed together with `package.txt`, so they must pin the same versions.
    for name in ("build", "report", "test"):
        both = {entry.partition("==")[0] for entry in pinned[name]} & {
            entry.partition("==")[0] for entry in pinned["package"]
        }
        assert both
        assert {entry for entry in pinned["package"] if entry.partition("==")[0] in both} <= pinned[name]


def test_workflows_give_inputs_that_the_action_has() -> None:
    inputs = yaml.safe_load(_text(ACTION))["inputs"]
    given = [
        (name, key)
        for name in WORKFLOWS
        for steps in _all_of("steps", yaml.safe_load(_text(name)))
        for step in steps
        if step.get("uses", "").startswith("your-organization/lint-runtime@")
        for key in step.get("with", {})
    ]
    assert len(given) > 3
    assert [(name, key) for name, key in given if key not in inputs] == []


def run_bash(script: str, directory: Path, env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a bash script as the runners of CI services do, with no variables but PATH, HOME and `env`."""
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", script]
    variables = {"PATH": os.environ["PATH"], "HOME": str(directory), **env}
    return subprocess.run(
        command,
        cwd=directory,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


class Runner:
    """The environment of a step on GitHub: the workspace, the temporary directory and the output files."""

    def __init__(self, directory: Path) -> None:
        self.workspace = directory / "work space"
        self.temp = directory / "runner temp"
        self.summary = directory / "summary.md"
        self.output = directory / "output"
        for made in (self.workspace, self.temp):
            made.mkdir()
        for touched in (self.summary, self.output):
            touched.touch()

    def write(self, files: Mapping[str, str]) -> None:
        for name, text in files.items():
            path = self.workspace / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def run(self, step: Mapping[str, Any], inputs: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """Run the script of a step.

        Fails if the step has expressions other than inputs and the output `python` of the step `install`.
        """
        assert step["shell"] == "bash"
        python = "${{ steps.install.outputs.python }}"
        env = {
            name: re.sub(
                r"\$\{\{ inputs\.([a-z-]+) \}\}",
                lambda match: inputs[match[1]],
                value.replace(python, sys.executable),
            )
            for name, value in step.get("env", {}).items()
        }
        assert not [value for value in env.values() if "${{" in value]
        env["GITHUB_ACTIONS"] = "true"
        env["GITHUB_ACTION_PATH"] = str(ROOT)
        env["GITHUB_OUTPUT"] = str(self.output)
        env["GITHUB_STEP_SUMMARY"] = str(self.summary)
        env["GITHUB_WORKSPACE"] = str(self.workspace)
        env["RUNNER_TEMP"] = str(self.temp)
        return run_bash(step["run"], self.workspace, env)

    def lint(self, **given: str) -> subprocess.CompletedProcess[str]:
        """Run the last step of the action.

        given: inputs of the action that replace the defaults, with `_` instead of `-` in their names
        """
        action = yaml.safe_load(_text(ACTION))
        inputs = {name: described["default"] for name, described in action["inputs"].items()}
        inputs["args"] = DAY
        for name, value in given.items():
            assert name.replace("_", "-") in inputs
            inputs[name.replace("_", "-")] = value
        return self.run(action["runs"]["steps"][-1], inputs)


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


LINT_CASES = [
    pytest.param({"Dockerfile": CLEAN}, {}, 0, [], id="no finding"),
    pytest.param(
        {"a/Dockerfile": BAD, "Dockerfile": CLEAN}, {}, 1, ["a/Dockerfile"], id="an error in a directory"
    ),
    pytest.param({"Dockerfile": WARNED}, {}, 0, ["Dockerfile"], id="a warning"),
    pytest.param(
        {"Dockerfile": WARNED}, {"fail_on": "warning"}, 1, ["Dockerfile"], id="a warning that fails"
    ),
    pytest.param({"Dockerfile": BAD}, {"args": "--no-such-option"}, 2, [], id="an unknown option"),
    pytest.param({"Dockerfile": BAD}, {"tracked": "true"}, 2, [], id="no repository to list"),
    pytest.param({"Dockerfile": BAD}, {"fail_on": "never"}, 2, [], id="an invalid severity"),
    pytest.param({"Dockerfile": CLEAN}, {"paths": "missing"}, 2, [], id="a missing path"),
    pytest.param({"Dockerfile": BAD}, {"paths": ""}, 1, ["Dockerfile"], id="no path"),
    pytest.param(
        {"Dockerfile": BAD},
        {"args": "--as-of\n2026-09-25\n\n--select=digest-only\n"},
        0,
        [],
        id="options over several lines",
    ),
    pytest.param(
        {"my app/Dockerfile": BAD, "app/Dockerfile": BAD, "Dockerfile": BAD},
        {"paths": "my app/Dockerfile\n\napp\n"},
        1,
        ["my app/Dockerfile", "app/Dockerfile"],
        id="a file with a space and a directory",
    ),
    pytest.param(
        {"-x.dockerfile": BAD}, {"paths": "-x.dockerfile"}, 1, ["-x.dockerfile"], id="a leading dash"
    ),
    pytest.param({"--fix": BAD}, {"paths": "--fix"}, 1, ["--fix"], id="a file named like an option"),
    pytest.param(
        {"[ab].dockerfile": BAD, "a.dockerfile": BAD},
        {"paths": "[ab].dockerfile"},
        1,
        ["[ab].dockerfile"],
        id="a name that looks like a pattern",
    ),
    pytest.param(
        {"Dockerfile": CLEAN}, {"paths": "$(exit 9)"}, 2, [], id="a path that looks like a command"
    ),
]


@pytest.mark.process
@pytest.mark.parametrize(("files", "given", "code", "found"), LINT_CASES)
def test_the_action_lints(
    files: dict[str, str], given: dict[str, str], code: int, found: list[str], runner: Runner
) -> None:
    runner.write(files)
    done = runner.lint(**given)
    assert done.returncode == code, done.stderr
    assert runner.output.read_text() == f"exit-code={code}\n"
    assert sorted(re.findall(r"^::(?:error|warning) .*?file=([^,]*)", done.stdout, re.MULTILINE)) == sorted(
        found
    )
    assert [(runner.workspace / name).read_text(encoding="utf-8") for name in files] == list(files.values())


@pytest.mark.process
def test_the_action_sums_up(runner: Runner) -> None:
    runner.write({"app/Dockerfile": BAD})
    assert runner.lint().returncode == 1
    assert "app/Dockerfile" in runner.summary.read_text(encoding="utf-8")
    assert os.listdir(runner.workspace) == ["app"]


@pytest.mark.process
def test_the_action_writes_sarif(runner: Runner) -> None:
    runner.write({"Dockerfile": BAD})
    assert runner.lint(sarif_file="my findings.sarif").returncode == 1
    sarif = json.loads((runner.workspace / "my findings.sarif").read_text(encoding="utf-8"))
    assert sarif["version"] == "2.1.0"
    assert sarif["runs"][0]["results"]


@pytest.mark.process
@pytest.mark.parametrize(
    ("listed", "code", "found"),
    [
        pytest.param(b"", 0, 0, id="no path"),
        pytest.param(b"clean.dockerfile\0", 0, 0, id="a path without a finding"),
        pytest.param(b"my app/Dockerfile\0-x.dockerfile\0", 1, 2, id="a space and a leading dash"),
        pytest.param(b"Dockerfile.\n\0", 1, 1, id="a name that ends in a line break"),
        pytest.param(b"a\nb/Dockerfile\0clean.dockerfile\0", 1, 1, id="a line break in a directory"),
        pytest.param(None, 2, 0, id="a missing list"),
    ],
)
def test_the_action_takes_a_list(listed: bytes | None, code: int, found: int, runner: Runner) -> None:
    names = ("Dockerfile", "my app/Dockerfile", "-x.dockerfile", "Dockerfile.\n", "a\nb/Dockerfile")
    runner.write({**dict.fromkeys(names, BAD), "clean.dockerfile": CLEAN})
    path = runner.temp / "the list"
    if listed is not None:
        path.write_bytes(listed)
    done = runner.lint(paths_from=str(path))
    assert done.returncode == code, done.stderr
    assert runner.output.read_text() == f"exit-code={code}\n"
    assert len(re.findall(r"^::error .*file=", done.stdout, re.MULTILINE)) == found


def _git(directory: Path, *arguments: str, stdin: str = "") -> None:
    identity = {
        f"GIT_{who}_{what}": "a@b.c" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")
    }
    # Ignore the settings of the machine, and the variables of a git hook that runs the tests.
    env = {"PATH": os.environ["PATH"], "HOME": str(directory), "GIT_CONFIG_NOSYSTEM": "1", **identity}
    command = ["git", *arguments]
    subprocess.run(command, cwd=directory, env=env, check=True, capture_output=True, input=stdin.encode())


def _commit(directory: Path, files: Mapping[str, str]) -> None:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    _git(directory, "add", "--all")
    _git(directory, "commit", "--quiet", "--allow-empty", "-m", "Change")


@pytest.fixture
def origin(tmp_path: Path) -> Path:
    """Return a repository in which `main` has one commit more than the new branch `change`."""
    origin = tmp_path / "origin"
    origin.mkdir()
    _git(origin, "init", "--quiet", "--initial-branch=main")
    names = ("untouched", "edited", "moved", "text", "gone")
    _commit(
        origin,
        {**{f"{name}.dockerfile": f"{BAD}LABEL {name}=\n" for name in names}, "README": "Read me.\n"},
    )
    _git(origin, "branch", "change")
    _commit(origin, {"of-main.dockerfile": BAD, "untouched.dockerfile": BAD + BAD})
    _git(origin, "switch", "--quiet", "change")
    return origin


def _changed(origin: Path, runner: Runner) -> list[str]:
    """Check out a pull request as the workflow does, and return the changed files."""
    (job,) = yaml.safe_load(_text(PULL_REQUEST))["jobs"].values()
    checkout, _, _ = job["steps"]
    # Merge first: GitHub checks out the merge of a pull request into `main`.
    _git(origin, "switch", "--quiet", "--detach", "main")
    _git(origin, "merge", "--quiet", "--no-ff", "--no-edit", "change")
    depth = f"--depth={checkout['with']['fetch-depth']}"
    _git(origin, "clone", "--quiet", depth, origin.as_uri(), str(runner.workspace))
    return _listed(runner)


def _listed(runner: Runner) -> list[str]:
    """Run the step of the workflow that lists the changed Dockerfiles, and return their paths."""
    (job,) = yaml.safe_load(_text(PULL_REQUEST))["jobs"].values()
    _, changed, lint = job["steps"]
    done = runner.run(changed, {})
    assert done.returncode == 0, done.stderr
    assert lint["with"] == {"paths-from": "${{ runner.temp }}/changed", "fail-on": "error"}
    listed = (runner.temp / "changed").read_bytes()
    # The step that lints runs only if this output is set.
    assert lint["if"] == f"steps.{changed['id']}.outputs.found"
    assert runner.output.read_text() == ("found=true\n" if listed else "")
    return os.fsdecode(listed).split("\0")[:-1]


@pytest.mark.parametrize(
    "files", [pytest.param({}, id="nothing"), pytest.param({"README": "More.\n"}, id="another file")]
)
def test_a_pull_request_that_changes_no_dockerfile(
    files: dict[str, str], origin: Path, runner: Runner
) -> None:
    _commit(origin, files)
    assert _changed(origin, runner) == []


def test_the_dockerfiles_that_a_pull_request_changes(origin: Path, runner: Runner) -> None:
    added = [
        "new.dockerfile",
        "my app/Dockerfile",
        "a\nb/Dockerfile.\n",
        "-x.dockerfile",
        "größe/Dockerfile.\udcff",
    ]
    _commit(origin, {**dict.fromkeys(added, BAD), "edited.dockerfile": CLEAN})
    _git(origin, "rm", "-q", "gone.dockerfile")
    for old, new in (
        ("moved.dockerfile", "Dockerfile"),
        ("README", "readme.dockerfile"),
        ("text.dockerfile", "text.md"),
    ):
        _git(origin, "mv", old, new)
    _commit(origin, {})
    expected = {*added, "edited.dockerfile", "Dockerfile", "readme.dockerfile"}
    assert sorted(_changed(origin, runner)) == sorted(expected)


def test_the_workflow_and_the_hooks_agree_on_names(runner: Runner) -> None:
    _git(runner.workspace, "init", "--quiet", "--initial-branch=main")
    _commit(runner.workspace, {})
    # Commit the files without writing them: the step compares commits, and writing 50,000 files takes time.
    _git(runner.workspace, "fast-import", "--quiet", stdin="\n".join([
        "blob", "mark :1", f"data {len(CLEAN)}", CLEAN,
        "commit refs/heads/main", "committer x <a@b.c> 0 +0000", "data 0", "from refs/heads/main^0",
        *(f"M 100644 :1 {name}" for name in NAMES),
    ]))  # fmt: skip
    expected = [name for name in NAMES if is_linted_name(name.rpartition("/")[2])]
    assert {*_listed(runner)} ^ {*expected} == set()


@pytest.mark.process
def test_the_action_lints_what_a_pull_request_changes(origin: Path, runner: Runner) -> None:
    _commit(origin, {"my\napp/Dockerfile": BAD, "edited.dockerfile": CLEAN})
    _changed(origin, runner)
    done = runner.lint(paths_from=str(runner.temp / "changed"))
    assert done.returncode == 1, done.stderr
    assert len(re.findall(r"^::error .*file=", done.stdout, re.MULTILINE)) == 1


@pytest.mark.process
@pytest.mark.parametrize(("files", "given", "code", "found"), LINT_CASES)
def test_the_gitlab_job_lints(
    files: dict[str, str], given: dict[str, str], code: int, found: list[str], runner: Runner
) -> None:
    runner.write(files)
    job = yaml.safe_load(_text(GITLAB))["lint-runtime"]
    variables = {**job["variables"], "LINT_RUNTIME_ARGS": DAY}
    for name, value in given.items():
        assert f"LINT_RUNTIME_{name.upper()}" in variables
        variables[f"LINT_RUNTIME_{name.upper()}"] = value
    variables["PATH"] = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = run_bash("\n".join(job["script"]), runner.workspace, variables)
    assert done.returncode == code, done.stderr
    assert sorted(re.findall(r"^(.*?):\d+:\d+: ", done.stdout, re.MULTILINE)) == sorted(found)
    if code != 2:
        reports = job["artifacts"]["reports"]
        quality = json.loads((runner.workspace / reports["codequality"]).read_text(encoding="utf-8"))
        assert sorted({entry["location"]["path"] for entry in quality}) == sorted(found)
        assert "<testsuite" in (runner.workspace / reports["junit"]).read_text(encoding="utf-8")
