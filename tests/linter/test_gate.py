"""The gate of docs/gate.md: a pull request cannot turn off its own check."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Command, Result
from tests.linter.conftest import LintIn

BAD = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"
RULES = "end-of-maintenance,end-of-basic-support,yanked-release,maintenance-ending"


def _git(*arguments: str, cwd: Path) -> None:
    subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True)


def _link(path: Path, target: Path) -> None:
    path.unlink(missing_ok=True)
    path.symlink_to(target)


Attempt = Callable[[Path], object]
ATTEMPTS: dict[str, Attempt] = {
    "nothing at all": lambda root: root.exists(),
    "a configuration that ignores": lambda root: (root / ".lint-runtime.toml").write_text(f"ignore = {RULES.split(',')}\n"),
    "a configuration that excludes": lambda root: (root / ".lint-runtime.toml").write_text('exclude = ["**"]\n'),
    "a configuration that fails on nothing": lambda root: (root / "pyproject.toml").write_text(
        "[tool.lint-runtime.severity]\nend-of-basic-support = \"off\"\nend-of-maintenance = \"off\"\n"
    ),
    "a broken configuration": lambda root: (root / ".lint-runtime.toml").write_text("[["),
    "other lifecycle data": lambda root: (
        (root / "t.json").write_text("{}"),
        (root / ".lint-runtime.toml").write_text('table = "t.json"\n'),
    ),
    "a comment": lambda root: (root / "app/Dockerfile").write_text(f"# lint-runtime: ignore[{RULES}] -- trust me\n{BAD}"),
    "a comment for the file": lambda root: (root / "app/Dockerfile").write_text(f"# lint-runtime: ignore-file[{RULES}]\n{BAD}"),
    "a baseline": lambda root: (root / "lint-runtime-baseline.json").write_text('{"findings": []}'),
    "an ignored file": lambda root: (root / ".gitignore").write_text("app/\nDockerfile\n"),
    "a virtual environment": lambda root: (root / "app/pyvenv.cfg").write_text(""),
    "a directory that is never searched": lambda root: (root / "app").rename(root / "node_modules"),
    "a template's directory": lambda root: (root / "app").rename(root / "{{ app }}"),
    "a link to the file": lambda root: _link(root / "app/Dockerfile", (root / "app/Dockerfile").rename(root / "app/base.txt")),
    "a link to nowhere": lambda root: _link(root / "app/Dockerfile", Path("nowhere")),
    "UTF-16 that hides it": lambda root: (root / "app/Dockerfile").write_bytes(b"\xef\xbb\xbf" + BAD.encode("utf-16")),
    "an argument without a value": lambda root: (root / "app/Dockerfile").write_text("ARG BASE\nFROM ${BASE}\n"),
    "a registry without a value": lambda root: (root / "app/Dockerfile").write_text("ARG R\nFROM ${R}/astronomer/astro-runtime:9.7.0\n"),
    "a template": lambda root: (root / "app/Dockerfile").write_text("FROM {{ base }}\n"),
    "an unknown mirror": lambda root: (root / "app/Dockerfile").write_text("FROM hub.example/astronomer/astro-runtime:9.7.0\n"),
    "another name": lambda root: (root / "app/Dockerfile").rename(root / "app/prod.Dockerfile.ci"),
}  # fmt: skip


def _checkout(root: Path, attempt: str) -> Path:
    """Create a checkout of a pull request that tries to bypass the check."""
    (root / "app").mkdir(parents=True)
    (root / "app/Dockerfile").write_text(BAD)
    _git("init", "--quiet", cwd=root)
    ATTEMPTS[attempt](root)
    _git("add", "--all", "--force", cwd=root)
    return root


def _gate(checkout: Path, run: Command) -> Result:
    """Lint the files that git lists, as in docs/gate.md."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=checkout, check=True, capture_output=True).stdout
    names = [os.fsdecode(name) for name in listed.split(b"\0") if b"ockerfile" in name]
    config = checkout.parent / "lint-runtime.toml"
    config.write_text(_toml_of_the_docs())
    options = ["--as-of", "2026-09-25", "--config", config, "--no-suppressions"]
    return run(*options, "--", *names, cwd=checkout)


def _toml_of_the_docs() -> str:
    text = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
    return text.partition("```toml\n")[2].partition("```")[0]


FOUND = ("end-of-basic-support", "unresolved-variable", "template-placeholder", "unmapped-mirror")


def test_no_attempt_gets_through(tmp_path: Path, run: Command) -> None:
    for number, attempt in enumerate(ATTEMPTS):
        result = _gate(_checkout(tmp_path / str(number) / "checkout", attempt), run)
        assert result.code in (1, 2), attempt
        is_found = any(f"[{rule}]" in result.out for rule in FOUND)
        assert is_found or "UTF-16" in result.out or "cannot read" in result.err, attempt


def test_ignored_comments_are_listed(tmp_path: Path, lint_in: LintIn) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text(
        f"# lint-runtime: ignore[end-of-basic-support] until=2027-01-31 -- \x1b[31m we know\n{BAD}"
    )
    assert lint_in(tmp_path, "Dockerfile").code == 0
    result = lint_in(tmp_path, "--no-suppressions", "--format", "full", "Dockerfile")
    assert result.code == 1
    assert "suppresses it until 2027-01-31 (\\x1b[31m we know)" in " ".join(result.out.split())
    assert "Dockerfile:2: a comment suppresses end-of-basic-support, and does not count\n" in result.err
    json = lint_in(tmp_path, "--no-suppressions", "--format", "json", "Dockerfile").out
    assert '"suppressed": 0' in json
    assert "which does not count here" in json


def test_ignored_comments_are_not_unused(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_text(f"# lint-runtime: ignore[floating-tag]\n{BAD}")
    assert "[unused-suppression]" in lint_in(tmp_path, "Dockerfile").out
    assert "suppression" not in lint_in(tmp_path, "--no-suppressions", "Dockerfile").out


def test_a_baseline_still_counts(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_text(BAD)
    assert lint_in(tmp_path, "--write-baseline", "b.json", "Dockerfile").code == 0
    result = lint_in(tmp_path, "--no-suppressions", "--baseline", tmp_path / "b.json", "Dockerfile")
    assert result.code == 0


@pytest.mark.process
@pytest.mark.parametrize("attempt", ["nothing at all", "a link to nowhere", "another name"])
def test_the_script_of_the_documentation(attempt: str, tmp_path: Path) -> None:
    checkout = _checkout(tmp_path / "checkout", attempt)
    text = (ROOT / "docs" / "gate.md").read_text(encoding="utf-8")
    blocks = [block.partition("```")[0] for block in text.split("```sh\n")[1:]]
    tools = checkout.parent / "tools"
    tools.mkdir()
    (tools / "lint-runtime.toml").write_text(_toml_of_the_docs())
    script = blocks[1].replace("/etc/lint-runtime.toml", f"{tools}/lint-runtime.toml --as-of 2026-09-25")
    for name, content in {
        "lint-runtime-gate": script,
        "lint-runtime": f'#!/bin/sh\nexec {sys.executable} -m lint_runtime "$@"\n',
    }.items():
        (tools / name).write_text(content)
        (tools / name).chmod(0o755)
    path = f"{tools}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-c", blocks[0]],
        cwd=checkout,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
    )
    # xargs exits with 123 if the command fails.
    assert done.returncode == 123, done
    is_found = any(f"[{rule}]" in done.stdout for rule in FOUND)
    assert is_found or "UTF-16" in done.stdout or "cannot read" in done.stderr
