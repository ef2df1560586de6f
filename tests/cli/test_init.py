"""`--init` in real git repositories: it writes missing files and changes no existing file."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema import main as check_schema
from pre_commit.clientlib import load_config

from lint_runtime.cli.init import BASELINE, GITHUB, GITLAB, GITLAB_JOB, HOOKS, SETUP, initialize
from lint_runtime.config.files import NAME, load
from lint_runtime.config.model import Config
from lint_runtime.linter.baseline import record
from lint_runtime.linter.engine import lint_file
from lint_runtime.version import __version__
from tests.conftest import AS_OF, KNOWN, ROOT, Command, run_process
from tests.project.test_hooks import BIN

INIT = ["--init", "--as-of", AS_OF.isoformat()]
LINT = ["--as-of", AS_OF.isoformat()]
BAD = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
TAG = f"v{__version__}"
NO_JOB = "wrote no CI job: there is no git remote 'origin' on GitHub or GitLab"
FILL_IN = "fill in '# write here', then "
ON_GITHUB = "git@github.com:shop/billing.git"
ON_GITLAB = "https://gitlab.example.com/shop/billing.git"

Installed = Callable[[Mapping[str, Any]], None]


def _git(directory: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *arguments], cwd=directory, capture_output=True, text=True, check=False)


def _repository(directory: Path, remote: str = "", dockerfile: str = "") -> Path:
    directory.mkdir(exist_ok=True)
    assert _git(directory, "init", "--quiet").returncode == 0
    if remote:
        _git(directory, "remote", "add", "origin", remote)
    if dockerfile:
        (directory / "Dockerfile").write_text(dockerfile)
    return directory


def _files(directory: Path) -> dict[str, tuple[bytes, int]]:
    """Map the path of each file outside of `.git` to its content and modification time."""
    paths = [path for path in directory.rglob("*") if ".git" not in path.parts and path.is_file()]
    return {
        path.relative_to(directory).as_posix(): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in paths
    }


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Installed:
    """Return a function that fakes the metadata of the installed package.

    The argument of that function is the content of `direct_url.json`. If it is empty, the file is missing.
    """

    def write(source: Mapping[str, Any]) -> None:
        information = tmp_path / "site" / f"lint_runtime-{__version__}.dist-info"
        information.mkdir(parents=True)
        (information / "METADATA").write_text(f"Name: lint-runtime\nVersion: {__version__}\n")
        if source:
            (information / "direct_url.json").write_text(json.dumps(source))
        monkeypatch.syspath_prepend(str(information.parent))

    return write


def _from_git(url: str, requested: str | None = None) -> dict[str, Any]:
    revision = {} if requested is None else {"requested_revision": requested}
    return {"url": url, "vcs_info": {"vcs": "git", "commit_id": COMMIT, **revision}}


OWN = _from_git("https://github.com/platform/lint-runtime", TAG)


REASONS = {
    BASELINE: "records 1 finding; the hook and the CI job report only new ones",
    NAME: "the configuration; all keys are commented out",
    HOOKS: "checks the Dockerfiles and Astro manifests of every commit",
    GITHUB: "checks Dockerfiles and Astro manifests in every pull request and once a week",
    GITLAB_JOB: "the CI job",
    GITLAB: "checks Dockerfiles and Astro manifests in every merge request and on the default branch",
}


@pytest.mark.parametrize(
    ("remote", "dockerfile", "names"),
    [
        pytest.param(ON_GITHUB, BAD, [BASELINE, NAME, HOOKS, GITHUB], id="GitHub"),
        pytest.param(
            "ssh://git@GitHub.example.com:22/a/b", "", [NAME, HOOKS, GITHUB], id="a server of GitHub"
        ),
        pytest.param(ON_GITLAB, BAD, [BASELINE, NAME, HOOKS, GITLAB_JOB, GITLAB], id="GitLab"),
        pytest.param("https://git.example.com/github/gitlab.git", "", [NAME, HOOKS], id="another host"),
        pytest.param("/srv/github.com/a", "", [NAME, HOOKS], id="a directory"),
        pytest.param("", "FROM python:3.12\n", [NAME, HOOKS], id="no remote"),
    ],
)
def test_files_are_written_once(
    remote: str, dockerfile: str, names: list[str], tmp_path: Path, installed: Installed, run: Command
) -> None:
    installed(OWN)
    project = _repository(tmp_path / "project", remote, dockerfile)
    before = _files(project)
    code, out, err = run(*INIT, cwd=project)
    assert (code, err) == (0, "")
    *lines, last = out.splitlines()
    assert [line for line in lines if line != NO_JOB] == [
        f"wrote {name}: {REASONS[name]}" for name in names
    ]
    assert (NO_JOB in lines) == (len(names) == 2)
    # The action is on github.com. A server such as GitHub.example.com can't run it, so the user must
    # fill in the name of a copy.
    is_complete = "GitHub.example.com" not in remote
    assert last == f"next: {'' if is_complete else FILL_IN}pre-commit install"
    written = _files(project)
    assert written.keys() == {*names, *before}

    code, out, err = run(*INIT, cwd=project)
    assert (code, err) == (0, "")
    kept = [line for line in out.splitlines() if line not in (NO_JOB, "next: pre-commit install")]
    assert sorted(kept) == sorted(f"kept {name}: exists" for name in names)
    assert _files(project) == written


SOURCES = [
    pytest.param(OWN, "https://github.com/platform/lint-runtime", TAG, f"platform/lint-runtime@{TAG}", id="tag"),
    pytest.param(
        _from_git("https://github.com/platform/lint-runtime.git", "main"),
        "https://github.com/platform/lint-runtime.git", COMMIT, f"platform/lint-runtime@{COMMIT}", id="branch",
    ),
    pytest.param(
        _from_git("ssh://git@github.com/platform/lint-runtime.git"),
        "ssh://git@github.com/platform/lint-runtime.git", COMMIT, f"platform/lint-runtime@{COMMIT}", id="SSH",
    ),
    pytest.param(
        _from_git("https://user:secret@github.com/platform/lint-runtime"),
        "https://github.com/platform/lint-runtime", COMMIT, f"platform/lint-runtime@{COMMIT}", id="password",
    ),
    pytest.param(
        _from_git("https://git.example.com/tools/lint-runtime", TAG),
        "https://git.example.com/tools/lint-runtime", TAG, None, id="another host",
    ),
    pytest.param(_from_git("file:///srv/lint-runtime"), "file:///srv/lint-runtime", COMMIT, None, id="local repository"),
    pytest.param({"url": "file:///srv/lint-runtime", "dir_info": {}}, None, TAG, None, id="directory"),
    pytest.param({"url": "https://x/y", "vcs_info": {"vcs": "hg", "commit_id": "1"}}, None, TAG, None, id="Mercurial"),
    pytest.param({}, None, TAG, None, id="index"),
]  # fmt: skip


@pytest.mark.parametrize(("source", "address", "revision", "action"), SOURCES)
def test_the_address_is_where_the_package_was_installed_from(
    source: Mapping[str, Any],
    address: str | None,
    revision: str,
    action: str | None,
    tmp_path: Path,
    installed: Installed,
    run: Command,
) -> None:
    installed(source)
    project = _repository(tmp_path / "project", ON_GITHUB)
    out = run(*INIT, cwd=project).out
    (repository,) = yaml.safe_load((project / HOOKS).read_text())["repos"]
    assert repository == {"repo": address, "rev": revision, "hooks": [{"id": "lint-runtime"}]}
    (job,) = yaml.safe_load((project / GITHUB).read_text())["jobs"].values()
    assert job["steps"][-1] == {"uses": action}
    assert (address is None) == ("- repo: # write here the address" in (project / HOOKS).read_text())
    assert out.endswith(
        "\nnext: pre-commit install\n" if address and action else f"\nnext: {FILL_IN}pre-commit install\n"
    )
    texts = "".join(path.read_text() for path in (project / HOOKS, project / GITHUB))
    assert "secret" not in texts
    assert ("example.com" in texts, "your-organization" in texts) == (
        "example.com" in (address or ""),
        False,
    )

    _git(project, "remote", "set-url", "origin", ON_GITLAB)
    run(*INIT, cwd=project)
    job = yaml.safe_load((project / GITLAB).read_text())["lint-runtime"]
    assert job["variables"] == {"LINT_RUNTIME_REPOSITORY": address}


def _fits(path: Path, schema: str) -> bool:
    code = check_schema(["--quiet", "--builtin-schema", schema, str(path)], standalone_mode=False)
    return bool(code == 0)


def test_services_accept_the_files(tmp_path: Path, installed: Installed, run: Command) -> None:
    installed(OWN)
    project = _repository(tmp_path / "project", ON_GITHUB, BAD)
    run(*INIT, cwd=project)
    _git(project, "remote", "set-url", "origin", ON_GITLAB)
    run(*INIT, cwd=project)
    assert load_config(project / HOOKS)["repos"][0]["hooks"][0]["args"] == ["--baseline", BASELINE]
    assert _fits(project / GITHUB, "vendor.github-workflows")
    (job,) = yaml.safe_load((project / GITHUB).read_text())["jobs"].values()
    assert job["steps"][-1]["with"] == {"args": f"--baseline={BASELINE}"}
    assert _fits(project / GITLAB, "vendor.gitlab-ci")
    assert _fits(project / GITLAB_JOB, "vendor.gitlab-ci")
    assert yaml.safe_load((project / GITLAB).read_text())["include"] == [{"local": GITLAB_JOB}]
    variables = yaml.safe_load((project / GITLAB).read_text())["lint-runtime"]["variables"]
    assert variables["LINT_RUNTIME_ARGS"] == f"--baseline={BASELINE}"
    job = yaml.safe_load((project / GITLAB_JOB).read_text())["lint-runtime"]
    assert variables.keys() <= job["variables"].keys()


def test_services_refuse_a_file_without_an_address(
    tmp_path: Path, installed: Installed, run: Command
) -> None:
    installed({})
    project = _repository(tmp_path / "project", ON_GITHUB)
    run(*INIT, cwd=project)
    assert not _fits(project / GITHUB, "vendor.github-workflows")
    with pytest.raises(Exception, match="repo"):
        load_config(project / HOOKS)


def test_a_second_run_accepts_an_address_that_was_filled_in(
    tmp_path: Path, installed: Installed, run: Command
) -> None:
    installed({})
    project = _repository(tmp_path / "project")
    run(*INIT, cwd=project)
    text = re.sub("# write here.*", "https://git.example.com/a", (project / HOOKS).read_text())
    (project / HOOKS).write_text(text)
    out = run(*INIT, cwd=project).out
    assert f"kept {HOOKS}: exists\n" in out
    assert out.endswith("next: pre-commit install\n")


@pytest.mark.parametrize("configuration", [NAME, "pyproject.toml"])
def test_existing_files_stay_and_their_missing_lines_are_shown(
    configuration: str, tmp_path: Path, installed: Installed, run: Command
) -> None:
    installed(OWN)
    project = _repository(tmp_path / "project", ON_GITLAB, BAD)
    hooks = "repos:\r\n- repo: local\r\n  hooks: []"
    (project / HOOKS).write_bytes(hooks.encode())
    (project / GITLAB).write_text("stages: [test]\n")
    (project / GITLAB_JOB).write_text("# mine\n")
    (project / configuration).write_text(
        "[tool.lint-runtime]\n" if configuration != NAME else "warn-within = 1"
    )
    before = _files(project)
    code, out, err = run(*INIT, cwd=project)
    assert (code, err) == (0, "")
    assert out == (
        f"wrote {BASELINE}: records 1 finding; the hook and the CI job report only new ones\n"
        f"kept {configuration}: exists\n"
        f"kept {HOOKS}: exists; add:\n"
        "  - repo: https://github.com/platform/lint-runtime\n"
        f"    rev: {TAG}\n"
        "    hooks:\n"
        "      - id: lint-runtime\n"
        f"        args: [--baseline, {BASELINE}]\n"
        f"kept {GITLAB_JOB}: exists\n"
        f"kept {GITLAB}: exists; add:\n"
        "include:\n"
        f"  - local: {GITLAB_JOB}\n"
        "\n"
        "lint-runtime:\n"
        "  variables:\n"
        "    LINT_RUNTIME_REPOSITORY: https://github.com/platform/lint-runtime\n"
        f"    LINT_RUNTIME_ARGS: --baseline={BASELINE}\n"
        "next: add the lines above, then pre-commit install\n"
    )
    after = _files(project)
    assert {*after} - {*before} == {BASELINE}
    assert {name: after[name] for name in before} == before
    # After the printed lines are added, the file is complete.
    lines = out.partition("add:\n")[2].partition("kept")[0].replace("\n", "\r\n")
    (project / HOOKS).write_bytes(f"{hooks}\r\n{lines}".encode())
    assert f"kept {HOOKS}: exists\n" in run(*INIT, cwd=project).out


def test_after_a_baseline_only_new_findings_are_reported(
    tmp_path: Path, installed: Installed, run: Command
) -> None:
    installed(OWN)
    project = _repository(tmp_path / "project", "", BAD)
    below = project / "a" / "b"
    below.mkdir(parents=True)
    (below / "Dockerfile").write_text(BAD * 2)
    assert run(*LINT, cwd=project).code == 1
    # The files are written to the top of the repository, even if the command runs in a subdirectory.
    first, *_ = run(*INIT, cwd=below).out.splitlines()
    assert first.startswith(f"wrote ../../{BASELINE}: records 4 findings; ")
    (repository,) = yaml.safe_load((project / HOOKS).read_text())["repos"]
    (hook,) = repository["hooks"]
    result = run(*LINT, *hook["args"], cwd=project)
    assert (result.code, result.out) == (0, "")
    assert "no new problems, 4 suppressed" in result.err
    (project / "new.dockerfile").write_text(BAD)
    assert run(*LINT, *hook["args"], cwd=project).code == 1


def test_the_configuration_has_valid_keys(tmp_path: Path, installed: Installed, run: Command) -> None:
    installed(OWN)
    project = _repository(tmp_path / "project")
    run(*INIT, cwd=project)
    path = project / NAME
    assert load(str(path)).keys == frozenset()
    assert load(str(path)).config == Config()
    text = path.read_text()
    path.write_text(re.sub(r"(?m)^#(?! )", "", text))
    uncommented = load(str(path)).keys
    assert len(uncommented) == len(re.findall(r"(?m)^#[^ \[]", text)) > 8
    (project / "Dockerfile").write_text("FROM mirror.example.com/astronomer/astro-runtime:13.11.0\n")
    assert run(*LINT, cwd=project).code == 0
    assert "warn-within" in run("--show-config", cwd=project).out


def test_the_documentation_shows_the_files() -> None:
    readme = (ROOT / "README.md").read_text()
    ci = (ROOT / "docs" / "ci.md").read_text()
    shown = re.findall(r"```yaml\n(.*?)```", readme + ci, re.DOTALL)
    for name in (HOOKS, GITHUB, GITLAB):
        assert Path(SETUP, Path(name).name.lstrip(".")).read_text() in shown, name
    assert Path(SETUP, GITLAB_JOB).read_text() == (ROOT / "templates" / GITLAB_JOB).read_text()
    assert {path.name for path in Path(SETUP).iterdir()} == {
        Path(name).name.lstrip(".") for name in (NAME, HOOKS, GITHUB, GITLAB, GITLAB_JOB)
    }


# --- Errors -------------------------------------------------------------------------------------


def test_it_requires_a_repository(tmp_path: Path, run: Command) -> None:
    result = run(*INIT, cwd=tmp_path)
    assert result == (
        2,
        "",
        "lint-runtime: --init requires a git repository; run 'git init' first\n",
    )
    assert _files(tmp_path) == {}


def test_without_git_nothing_is_written(tmp_path: Path, run: Command) -> None:
    project = _repository(tmp_path / "project")
    result = run(*INIT, cwd=project, env={"PATH": str(tmp_path)})
    message = "lint-runtime: cannot read the git remote 'origin': git is not installed\n"
    assert result == (2, "", message)
    assert _files(project) == {}


def test_what_cannot_be_linted_stops_it(tmp_path: Path, run: Command) -> None:
    project = _repository(tmp_path / "project", ON_GITHUB)
    (project / "Dockerfile").symlink_to("missing")
    code, out, err = run(*INIT, cwd=project)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == f"lint-runtime: the baseline './{BASELINE}' was not written"
    assert _files(project) == {}


def test_no_link_leads_out_of_the_repository(tmp_path: Path, installed: Installed, run: Command) -> None:
    installed(OWN)
    outside = tmp_path / "outside"
    outside.mkdir()
    project = _repository(tmp_path / "project", ON_GITHUB)
    (project / ".github").symlink_to(outside)
    (project / HOOKS).symlink_to(outside / "hooks")
    code, out, err = run(*INIT, cwd=project)
    assert code == 2
    assert f"kept {HOOKS}: exists; add:\n" in out
    message = "it is a link that leads out of the repository"
    assert err == f"lint-runtime: cannot write './{GITHUB}': {message}\n"
    assert list(outside.iterdir()) == []


@pytest.mark.parametrize("place", [".github", ".github/workflows"])
def test_a_file_in_the_place_of_a_directory(
    place: str, tmp_path: Path, installed: Installed, run: Command
) -> None:
    installed(OWN)
    project = _repository(tmp_path / "project", ON_GITHUB)
    (project / place).parent.mkdir(exist_ok=True)
    (project / place).write_text("mine")
    result = run(*INIT, cwd=project)
    assert (result.code, result.err) == (
        2,
        f"lint-runtime: cannot write './{GITHUB}': Not a directory\n",
    )
    assert (project / place).read_text() == "mine"


def test_a_file_that_appears_meanwhile_is_kept(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = _repository(tmp_path / "project", ON_GITHUB)

    def recorded(path: str) -> Iterable[Any]:
        Path(path).write_text("mine")
        (project / "Dockerfile").write_text(BAD)
        return [record(lint_file(BAD.encode(), str(project / "Dockerfile"), Config(), KNOWN))]

    assert initialize(str(project), recorded) == 0
    out = capsys.readouterr().out
    assert f"/{BASELINE}: exists\n" in out
    assert f"/{GITHUB}: checks " in out
    assert (project / BASELINE).read_text() == "mine"


def test_a_failed_write_leaves_no_file(tmp_path: Path, installed: Installed, run: Command) -> None:
    resource = pytest.importorskip("resource")
    installed(OWN)
    project = _repository(tmp_path / "project")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10, limits[1]))
    try:
        result = run(*INIT, cwd=project)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (result.code, result.out) == (2, f"{NO_JOB}\n")
    assert result.err == f"lint-runtime: cannot write './{NAME}': File too large\n"
    assert _files(project) == {}


def test_nothing_of_the_repository_is_run(tmp_path: Path, installed: Installed, run: Command) -> None:
    installed(OWN)
    project = _repository(tmp_path / "project", ON_GITHUB, BAD)
    marker = tmp_path / "marker"
    for name in ("core.fsmonitor", "core.pager", "core.sshCommand", "alias.config", "core.editor"):
        _git(project, "config", name, f"!touch {marker}" if "alias" in name else f"touch {marker}")
    (project / "lint_runtime.py").write_text(f"open({str(marker)!r}, 'w')\n")
    (project / "json.py").write_text(f"open({str(marker)!r}, 'w')\n")
    assert run(*INIT, cwd=project).code == 0
    assert not marker.exists()


@pytest.mark.process
def test_a_commit_with_the_written_hook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, installed: Installed, run: Command
) -> None:
    """Check that pre-commit runs the written hook, and that the hook stops a commit.

    The repository of the hook uses `language: system`, so pre-commit installs nothing.
    """
    monkeypatch.setenv("PATH", f"{BIN}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "cache"))
    tool = _repository(tmp_path / "tool")
    hooks = (ROOT / ".pre-commit-hooks.yaml").read_text()
    (tool / ".pre-commit-hooks.yaml").write_text(hooks.replace("language: python", "language: system"))
    _git(tool, "add", ".")
    assert _git(tool, "commit", "--quiet", "-m", "Start").returncode == 0
    commit = _git(tool, "rev-parse", "HEAD").stdout.strip()
    installed({"url": tool.as_uri(), "vcs_info": {"vcs": "git", "commit_id": commit}})
    project = _repository(tmp_path / "project", "", BAD)
    assert run("--init", cwd=project).out.endswith("\nnext: pre-commit install\n")
    installing = run_process(sys.executable, "-m", "pre_commit", "install", cwd=project)
    assert installing.code == 0, installing.err
    _git(project, "add", ".")
    passed = _git(project, "commit", "-m", "Start")
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "lint-runtime" in passed.stdout + passed.stderr
    (project / "new.dockerfile").write_text(BAD)
    _git(project, "add", ".")
    stopped = _git(project, "commit", "-m", "Change")
    assert stopped.returncode == 1
    assert "new.dockerfile:1:6: error: Astro Runtime 9.7.0 " in stopped.stdout + stopped.stderr
