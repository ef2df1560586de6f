"""Every code block of the documentation runs or matches its schema. COVERAGE lists the exceptions."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import tomli
import yaml
from markdown_it import MarkdownIt
from packaging.requirements import Requirement
from pre_commit.clientlib import load_config

from lint_runtime import __version__
from lint_runtime.lifecycle.feed import FEED_URL
from tests.conftest import FIXTURES, ROOT, Command
from tests.feeds import entry, text
from tests.project.test_hooks import BIN, HOOKS
from tests.project.test_integrations import (
    ACTION,
    BAD,
    DAY,
    FLEET,
    GITLAB,
    GITLAB_FLEET,
    Runner,
    is_valid,
    run_bash,
)

pytestmark = pytest.mark.once

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "benchmarks/README.md")),
    *sorted((ROOT / "docs").glob("*.md")),
]
HERE = "here"
# Maps (page, language) to the test that checks these code blocks, or to the reason why none does.
COVERAGE = {
    ("CONTRIBUTING.md", ""): "not run: the tree of the directories",
    ("README.md", ""): "test_readme",
    ("README.md", "console"): "test_readme",
    ("README.md", "dockerfile"): "test_docs",
    ("README.md", "sh"): HERE,
    ("README.md", "toml"): "test_docs",
    ("README.md", "yaml"): HERE,
    ("SECURITY.md", "sh"): "not run: it needs a published release",
    ("benchmarks/README.md", "console"): "not run: it takes ten minutes",
    ("docs/ci.md", "sh"): HERE,
    ("docs/ci.md", "yaml"): HERE,
    ("docs/command.md", ""): "not run: the syntax of the command",
    ("docs/command.md", "console"): "test_docs",
    ("docs/command.md", "sh"): HERE,
    ("docs/comparison.md", "json"): "test_comparison",
    ("docs/configuration.md", "dockerfile"): "test_docs",
    ("docs/configuration.md", "toml"): "test_docs",
    ("docs/cookbook.md", "dockerfile"): "test_docs",
    ("docs/cookbook.md", "powershell"): HERE,
    ("docs/cookbook.md", "sh"): HERE,
    ("docs/cookbook.md", "toml"): "test_docs",
    ("docs/cookbook.md", "yaml"): HERE,
    ("docs/editors.md", "elisp"): "tests/lsp/test_editors",
    ("docs/editors.md", "json"): "only parsed: settings of VS Code, Zed and Sublime Text",
    ("docs/editors.md", "lua"): "tests/lsp/test_editors",
    ("docs/editors.md", "sh"): HERE,
    ("docs/editors.md", "toml"): "only parsed: settings of Helix",
    ("docs/editors.md", "vim"): "not run: it needs Vim",
    ("docs/gate.md", "sh"): "tests/linter/test_gate",
    ("docs/gate.md", "toml"): "tests/linter/test_gate",
    ("docs/lifecycle.md", "sh"): HERE,
    ("docs/programs.md", "python"): "test_docs and test_dask",
    ("docs/upgrades.md", "sh"): HERE,
}


class Block(NamedTuple):
    """A fenced code block."""

    page: str
    language: str
    text: str


def _blocks(language: str | None = None, page: str | None = None) -> list[Block]:
    tokens = [
        (path.relative_to(ROOT).as_posix(), token)
        for path in PAGES
        for token in MarkdownIt().parse(path.read_text(encoding="utf-8"))
    ]
    blocks = [Block(name, token.info, token.content) for name, token in tokens if token.type == "fence"]
    return [block for block in blocks if language in (None, block.language) and page in (None, block.page)]


def test_every_block_is_checked_or_listed() -> None:
    assert {(block.page, block.language) for block in _blocks()} == {*COVERAGE}
    for (page, language), by in COVERAGE.items():
        if by.startswith("test"):
            for name in by.split(" and "):
                path = ROOT / (name if "/" in name else f"tests/project/{name}")
                tests = path.with_suffix(".py").read_text(encoding="utf-8")
                assert Path(page).name in tests, (page, language)


def test_settings_of_editors_can_be_parsed() -> None:
    for block in _blocks(page="docs/editors.md"):
        parse: Mapping[str, Callable[[str], object]] = {"json": json.loads, "toml": tomli.loads}
        if block.language in parse:
            assert parse[block.language](block.text), block


# --- Commands ----------------------------------------------------------------------------------------


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    """Return a directory with all files that commands in the documentation use."""
    directory = tmp_path / "scratch"
    shutil.copytree(FIXTURES / "projects", directory)
    shutil.copytree(directory / "reports", directory / "sales")
    shutil.copytree(FIXTURES / "projects", directory / "fixtures" / "projects")
    (directory / "Dockerfile").write_text(BAD)
    (directory / "feed.json").write_bytes(text(entry("13.12.0")))
    return directory


def _check_install(words: list[str]) -> None:
    """Check the arguments of an installation without running it: options, address, version and extras."""
    options = {"--quiet", "--upgrade", "--no-index"}
    arguments = iter(words)
    (requirement,) = [
        word
        for word in arguments
        if word not in options and not (word in ("--find-links", "--wheel-dir") and next(arguments))
    ]
    assert not requirement.startswith("-"), requirement
    if requirement.startswith("git+"):
        requirement = f"lint-runtime @ {requirement}"
    parsed = Requirement(
        requirement.replace(".", "lint-runtime", 1) if requirement[0] == "." else requirement
    )
    assert parsed.name == "lint-runtime"
    project = tomli.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert parsed.extras <= {*project["optional-dependencies"]}
    if parsed.url:
        assert re.fullmatch(
            rf"git\+https://(git\.example\.com/tools|github\.com/your-organization)/lint-runtime(@v{__version__})?",
            parsed.url,
        )


def _run(line: str, scratch: Path, run: Command, run_lifecycle: Command) -> None:
    """Run a command line of the documentation in `scratch`. Fails if the command would not work.

    A command that needs a network is not run. Only its arguments are checked.
    """
    completion = re.fullmatch(
        r'(?:eval "\$\((\w+)=(\w+) lint-runtime\)"|(\w+)=(\w+) lint-runtime \| source)', line
    )
    if completion:
        name, value = filter(None, completion.groups())
        result = run(env={name: value})
        assert (result.code, result.err) == (0, ""), line
        assert "complete" in result.out, line
        return
    command, *arguments = shlex.split(line, comments=True)
    if command == "lint-runtime":
        result = run(*arguments, *([] if "--explain" in arguments else [DAY]), cwd=scratch)
        assert result.code in (0, 1), (line, result.err)
        assert result.out or "-o" in arguments or "--from-report" in arguments, line
    elif command == "runtime-lifecycle":
        # An update without --from reads the feed from the network, so let it read a local file.
        is_online = arguments[0] == "update" and "--from" not in arguments
        given = [*arguments, *(["--from", "feed.json"] if is_online else [])]
        result = run_lifecycle(*given, cwd=scratch)
        assert result.code == 0, (line, result.err)
    elif command in ("pip", "pipx"):
        assert arguments.pop(0) in ("install", "wheel")
        _check_install(arguments)
    elif command == "uvx":
        assert (arguments.pop(0), arguments.pop()) == ("--from", "lint-runtime")
        _check_install(arguments)
    elif command == "mv":
        before, after = arguments
        shutil.move(scratch / before, scratch / after)
    elif command == "curl":
        assert arguments == ["--fail", "--output", "feed.json", FEED_URL]
    else:
        pytest.fail(f"nothing checks {line!r}")


@pytest.mark.parametrize(
    "page", [page for (page, language), by in COVERAGE.items() if (language, by) == ("sh", HERE)]
)
def test_commands_run(page: str, scratch: Path, run: Command, run_lifecycle: Command) -> None:
    for block in _blocks("sh", page):
        for line in block.text.replace("\\\n", "").splitlines():
            _run(line, scratch, run, run_lifecycle)


def test_wrong_commands_fail(scratch: Path, run: Command, run_lifecycle: Command) -> None:
    for line in (
        "lint-runtime --no-such-option",
        "lint-runtime missing/Dockerfile",
        "runtime-lifecycle compare 12.6.0",
        "pip install --no-such-option .",
        "pip install '.[no-such-extra]'",
        "pip install git+https://git.example.com/tools/lint-runtime@v9.9.9",
        "pipx install git+https://git.example.com/tools/other",
        "uvx --from git+https://git.example.com/tools/lint-runtime lint",
        "curl --fail https://example.com",
    ):
        with pytest.raises((AssertionError, ValueError)):
            _run(line, scratch, run, run_lifecycle)


def test_commands_for_powershell() -> None:
    (block,) = _blocks("powershell")
    install, lint = map(shlex.split, block.text.splitlines())
    assert install[:4] == ["py", "-m", "pip", "install"]
    _check_install(install[4:])
    assert lint == ["py", "-m", "lint_runtime"]
    assert (ROOT / "src" / "lint_runtime" / "__main__.py").exists()


# --- YAML --------------------------------------------------------------------------------------------


def _merged(base: Any, changes: Any) -> Any:
    """Merge as GitLab merges a file with its includes: mappings by key, other values as a whole."""
    if not isinstance(base, dict) or not isinstance(changes, dict):
        return changes
    return {**base, **{key: _merged(base.get(key), value) for key, value in changes.items()}}


def _document(block: Block) -> tuple[str, Any]:
    """Return the name of a block's schema, and the complete document that contains the block.

    A block may be a part of a document, such as the steps of a job.
    """
    content = yaml.safe_load(block.text)
    if isinstance(content, list) and "uses" in content[0]:
        return "github", {"on": "push", "jobs": {"job": {"runs-on": "ubuntu-24.04", "steps": content}}}
    if isinstance(content, list):
        return "pre-commit", {"repos": [{"repo": "https://example.com", "rev": "v1", "hooks": content}]}
    if "repos" in content:
        return "pre-commit", content
    if "jobs" in content:
        # YAML 1.1 reads the key `on` as True, so rename it back.
        return "github", {("on" if key is True else key): value for key, value in content.items()}
    template = yaml.safe_load((ROOT / GITLAB).read_text(encoding="utf-8"))
    return "gitlab", _merged(template, content) if "lint-runtime" in content else content


def _fits(block: Block, directory: Path) -> bool:
    kind, document = _document(block)
    path = directory / "document.yml"
    path.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    if kind != "pre-commit":
        return is_valid(path, {"github": "vendor.github-workflows", "gitlab": "vendor.gitlab-ci"}[kind])
    hooks = [hook for repository in load_config(path)["repos"] for hook in repository["hooks"]]
    return {hook["id"] for hook in hooks} <= {hook["id"] for hook in HOOKS}


def test_yaml_fits_its_schema(tmp_path: Path) -> None:
    blocks = _blocks("yaml")
    assert {_document(block)[0] for block in blocks} == {"github", "gitlab", "pre-commit"}
    for block in blocks:
        assert _fits(block, tmp_path), block


def test_wrong_yaml_does_not_fit(tmp_path: Path) -> None:
    for right, wrong in (
        ("runs-on:", "run-on:"),
        ("file: templates", "fail: templates"),
        ("      variables:", "      variable:"),
    ):
        block = next(block for block in _blocks("yaml") if right in block.text)
        assert not _fits(block._replace(text=block.text.replace(right, wrong)), tmp_path), wrong


def test_steps_give_inputs_that_the_action_has() -> None:
    inputs = yaml.safe_load((ROOT / ACTION).read_text(encoding="utf-8"))["inputs"]
    own = [
        step
        for kind, document in map(_document, _blocks("yaml"))
        if kind == "github"
        for job in document["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith("your-organization/lint-runtime@")
    ]
    assert len(own) > 4
    assert {key for step in own for key in step.get("with", {})} <= {*inputs}


# --- Recipes -----------------------------------------------------------------------------------------


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def _lint_in_gitlab(runner: Runner, variables: Mapping[str, str]) -> int:
    """Run the script of the GitLab template and return its exit code."""
    job = yaml.safe_load((ROOT / GITLAB).read_text(encoding="utf-8"))["lint-runtime"]
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"
    done = run_bash(
        "\n".join(job["script"]), runner.workspace, {**job["variables"], **variables, "PATH": path}
    )
    return done.returncode


@pytest.mark.process
def test_pull_requests_are_warned_and_nights_fail(runner: Runner) -> None:
    runner.write({"Dockerfile": BAD})
    section = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8").partition("## Warn in pull requests")[2]
    github, gitlab = map(yaml.safe_load, re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)[:2])
    step = github["jobs"]["lint-runtime"]["steps"][-1]
    in_pull_requests = re.fullmatch(
        r"\$\{\{ github\.event_name == 'pull_request' && '(.+)' \|\| '' \}\}", step["with"]["args"]
    )
    assert in_pull_requests
    assert runner.lint(args=in_pull_requests[1]).returncode == 0
    assert runner.lint(args="").returncode == 1
    night, day = gitlab["lint-runtime"]["rules"]
    assert '"schedule"' in night["if"]
    assert _lint_in_gitlab(runner, night.get("variables", {})) == 1
    assert _lint_in_gitlab(runner, day["variables"]) == 0


# Replacements for commands that need a network. Instead of downloading a report, they copy it from the directory
# $REPORTS, where each report has the name of its repository.
GH = """#!/bin/sh
case "$1 $2 $3 $5 $7" in "run download --repo --name --dir") mkdir -p "$8"; cp "$REPORTS/$(basename "$4")" "$8/$6.json";; esac
"""
CURL = """#!/bin/sh
while [ "$1" != --output ]; do shift; done
echo "$3" >>"$REPORTS/log"; cp "$REPORTS/$(basename "$2" .json)" "$2"
"""


@pytest.mark.process
@pytest.mark.parametrize("service", ["GitHub", "GitLab"])
def test_reports_of_many_repositories_become_a_page(service: str, runner: Runner, tmp_path: Path) -> None:
    section = (
        (ROOT / "docs" / "cookbook.md").read_text(encoding="utf-8").partition(f"### On {service}\n")[2]
    )
    own = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)[0])
    combined = yaml.safe_load((ROOT / (FLEET if service == "GitHub" else GITLAB_FLEET)).read_text())
    tools, reports, central = tmp_path / "tools", tmp_path / "reports", tmp_path / "central"
    for directory in (tools, reports, central):
        directory.mkdir()
    runner.write({"Dockerfile": BAD, "CODEOWNERS": "* @your-organization/data\n"})
    subprocess.run(["git", "init", "--quiet", str(runner.workspace)], check=True)
    for name in ("billing", "sales"):
        if service == "GitHub":
            lint, upload = own
            assert runner.lint(args=lint["with"]["args"].replace("billing", name)).returncode == 1
            uploaded = upload["with"]["path"]
            assert f"--name {upload['with']['name']} " in combined["jobs"]["report"]["steps"][1]["run"]
        else:
            variables = own["lint-runtime"]["rules"][1]["variables"]
            given = {key: value.replace("$CI_PROJECT_NAME", name) for key, value in variables.items()}
            assert _lint_in_gitlab(runner, given) == 0
            (uploaded,) = own["lint-runtime"]["artifacts"]["paths"]
        (runner.workspace / uploaded).rename(reports / name)
    for name, script in {"gh": GH, "curl": CURL}.items():
        (tools / name).write_text(script)
        (tools / name).chmod(0o755)
    if service == "GitHub":
        _, lint, upload = combined["jobs"]["report"]["steps"]
        script, (page, report) = lint["run"], upload["with"]["path"].split()
        before = "central"
    else:
        (script,) = combined["pages"]["script"]
        page, report, before = "public/index.html", "public/fleet.json", "previous"
    env = {
        "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        "REPORTS": str(reports),
        "CI_API_V4_URL": "https://git.example.com/api/v4",
        "CI_DEFAULT_BRANCH": "main",
        "CI_PROJECT_ID": "7",
        "FLEET_TOKEN": "x",
        "GITHUB_REPOSITORY": "your-organization/central",
        "GITHUB_STEP_SUMMARY": str(central / "summary.md"),
    }
    # The second run finds the combined report of the first run, but no report of `sales`.
    for is_first in (True, False):
        (central / "environment").symlink_to(BIN.parent)
        done = run_bash(script, central, env)
        assert done.returncode == (0 if is_first or service == "GitLab" else 2), done.stderr
        html = (central / page).read_text(encoding="utf-8")
        host = "github.com/your-organization/billing" if service == "GitHub" else "your-group/billing/-"
        assert f"{host}/blob/HEAD/Dockerfile#L1" in html
        assert ("sales/blob" in html or "sales/-/blob" in html) is is_first
        assert "@your-organization/data" in html
        assert ("--previous" in script, "cannot use the report" in html) == (True, not is_first)
        files = json.loads((central / report).read_text())["files"]
        assert [file["path"] for file in files] == ["billing/Dockerfile", "sales/Dockerfile"][
            : 1 + is_first
        ]
        shutil.copy(central / report, reports / before)
        (reports / "sales").unlink(missing_ok=True)
        shutil.rmtree(central)
        central.mkdir()
    if service == "GitLab":
        address = "https://git.example.com/api/v4/projects/your-group%2F{}/jobs/artifacts/main/raw/lint-runtime.json?job=lint-runtime"
        last = (
            "https://git.example.com/api/v4/projects/7/jobs/artifacts/main/raw/public/fleet.json?job=pages"
        )
        assert (reports / "log").read_text().split() == [
            *(address.format("billing"), address.format("sales"), last)
        ] * 2
