"""A pull request cannot turn off its own check."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import ROOT, Command, Result
from tests.linter.conftest import LintIn

pytestmark = pytest.mark.once

RUNTIME = "quay.io/astronomer/astro-runtime"
BAD = f"FROM {RUNTIME}:9.7.0\n"
OUTSIDE = "the first words of a file outside"
RULES = "end-of-maintenance,end-of-basic-support,yanked-release,maintenance-ending"


def _git(*arguments: str, cwd: Path) -> None:
    options = ["-c", "protocol.file.allow=always", "-c", "user.name=x", "-c", "user.email=x@example.com"]
    options += ["-c", "maintenance.auto=false", "-c", "core.compression=0"]
    subprocess.run(["git", *options, *arguments], cwd=cwd, check=True, capture_output=True)


def _commit(root: Path) -> None:
    _git("add", "--all", "--force", cwd=root)
    _git("commit", "--quiet", "--allow-empty", "--message", "x", cwd=root)


# Changes a repository in a way that might hide its unsupported image from the check.
Attempt = Callable[[Path], object]


def _content(content: str | bytes) -> Attempt:
    """Return an attempt that replaces the content of the Dockerfile."""
    data = content if isinstance(content, bytes) else content.encode()
    return lambda root: (root / "app/Dockerfile").write_bytes(data)


def _moved(name: str | bytes) -> Attempt:
    """Return an attempt that moves the Dockerfile."""

    def move(root: Path) -> None:
        path = root / os.fsdecode(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        (root / "app/Dockerfile").rename(path)

    return move


def _file(name: str, content: str) -> Attempt:
    """Return an attempt that adds a file."""

    def write(root: Path) -> None:
        (root / name).parent.mkdir(exist_ok=True)
        (root / name).write_text(content)

    return write


def _link(target: str) -> Attempt:
    """Return an attempt that moves the Dockerfile to base.txt and leaves a link to `target`."""

    def link(root: Path) -> None:
        (root / "app/Dockerfile").rename(root / "app/base.txt")
        (root / "app/Dockerfile").symlink_to(target.format(outside=root.parent / "outside"))

    return link


def _linked_directory(root: Path) -> None:
    (root / "app").rename(root / "real")
    (root / "app").symlink_to("real")


def _submodule(root: Path, depth: int = 1) -> None:
    """Move the Dockerfile into a submodule, nested in `depth` - 1 other submodules."""
    source = (root / "app/Dockerfile").read_text()
    shutil.rmtree(root / "app")
    inner = root.parent / f"inner-{depth}"
    (inner / "app").mkdir(parents=True)
    (inner / "app/Dockerfile").write_text(source)
    _git("init", "--quiet", cwd=inner)
    if depth > 1:
        _submodule(inner, depth - 1)
    _commit(inner)
    _git("submodule", "add", "--quiet", str(inner), "lib", cwd=root)


def _submodule_without_address(root: Path) -> None:
    _submodule(root)
    (root / ".gitmodules").unlink()


NAMES: list[str | bytes] = [
    *(
        "-x/Dockerfile",
        "-/Dockerfile",
        "--exit-zero.dockerfile",
        "--config=evil.dockerfile",
        "--/Dockerfile",
    ),
    *(
        "a b/Dockerfile",
        "a\nb/Dockerfile",
        "'/Dockerfile",
        '"/Dockerfile',
        "*/Dockerfile",
        "[a]/Dockerfile",
    ),
    *(":/Dockerfile", ":(exclude)*/Dockerfile", "#/Dockerfile", "!/Dockerfile", "$(touch x)/Dockerfile"),
    *(b"Dockerfile.\xff", "\x1b[2K/Dockerfile", "\r::stop-commands::x/Dockerfile", "grüße/Dockerfile"),
    *(
        "DOCKERFILE",
        "Containerfile",
        "x.Containerfile.dev",
        "Dockerfile_gpu",
        "Dockerfile-prod",
        ".dockerfile",
    ),
    *(
        ".hidden/Dockerfile",
        ".github/Dockerfile",
        ".git2/Dockerfile",
        "node_modules/Dockerfile",
        "venv/Dockerfile",
    ),
    *("{{ app }}/Dockerfile", "prod.Dockerfile.ci", "a/b/c/d/e/f/g/h/Dockerfile"),
]
CONTENTS: dict[str, str | bytes] = {
    "UTF-16 that hides it": b"\xef\xbb\xbf" + BAD.encode("utf-16"),
    "an argument without a value": "ARG BASE\nFROM ${BASE}\n",
    "a registry without a value": "ARG R\nFROM ${R}/astronomer/astro-runtime:9.7.0\n",
    "a template": "FROM {{ base }}\n",
    "an unknown mirror": "FROM hub.example/astronomer/astro-runtime:9.7.0\n",
    "the default port": "FROM quay.io:443/astronomer/astro-runtime:9.7.0\n",
    "an unknown repository of the vendor": "FROM quay.io/astronomer/astroruntime:9.7.0\n",
    "an unknown repository of the vendor, far from the known ones": "FROM quay.io/astronomer/x:9.7.0\n",
    "a misspelled registry": "FROM quai.io/astronomer/astro-runtime:9.7.0\n",
    "another port": "FROM quay.io:80/astronomer/astro-runtime:9.7.0\n",
    "another name of Docker Hub": "FROM registry-1.docker.io/astronomer/ap-airflow:2.2.5-onbuild\n",
    "a misspelled namespace": "FROM quay.io/astronomr/astro-runtime:9.7.0\n",
    "another image on one platform": (
        f"ARG TARGETARCH\nARG B=${{TARGETARCH/arm64/{RUNTIME}:9.7.0}}\n"
        f"ARG C=${{B/amd64/python:3.12}}\nFROM $C\n"
    ),
    "another frontend": "# syntax=example.com/frontend\nFROM python:3.12\n",
    "a comment": f"# lint-runtime: ignore[{RULES}] -- trust me\n{BAD}",
    "a comment for the file": f"# lint-runtime: ignore-file[{RULES}]\n{BAD}",
    "a continued line": f"FROM \\\n# a comment\n\n {RUNTIME}:\\\n9.7.0\n",
    "another escape character": f"# escape=`\nFROM `\n{RUNTIME}:9.7.0\n",
    "lower case, tabs and carriage returns": f"from\t{RUNTIME}:9.7.0\r\n",
    "a byte order mark": b"\xef\xbb\xbf" + BAD.encode(),
    "a default of an argument": "ARG V=9.7.0\nFROM quay.io/astronomer/astro-runtime:$V\n",
    "a pattern": f"ARG V=9.7.0x\nFROM {RUNTIME}:${{V%x}}\n",
    "the name of another stage": f"FROM python:3.12 AS {RUNTIME}\nFROM {RUNTIME}:9.7.0\n",
    "a digest": f"FROM {RUNTIME}:9.7.0@sha256:{'a' * 64}\n",
    "COPY --from": f"FROM python:3.12\nCOPY --from={RUNTIME}:9.7.0 /a /b\n",
    "RUN --mount": f"FROM python:3.12\nRUN --mount=from={RUNTIME}:9.7.0,target=/a true\n",
    "ONBUILD": f"FROM python:3.12\nONBUILD COPY --from={RUNTIME}:9.7.0 /a /b\n",
    "a heredoc that ends early": f"FROM python:3.12\nRUN <<EOF\nEOF\n{BAD}",
    "a large file": "#" + "x" * (16 << 20) + f"\n{BAD}",
}
ATTEMPTS: dict[str, Attempt] = {
    "nothing at all": lambda root: root.exists(),
    **{f"the name {name!r}": _moved(name) for name in NAMES},
    **{name: _content(content) for name, content in CONTENTS.items()},
    "a configuration that ignores": _file(".lint-runtime.toml", f"ignore = {RULES.split(',')}\n"),
    "a configuration that excludes": _file(".lint-runtime.toml", 'exclude = ["**"]\n'),
    "a configuration that fails on nothing": _file(
        "pyproject.toml", '[tool.lint-runtime.severity]\nend-of-basic-support = "off"\n'
    ),
    "a broken configuration": _file(".lint-runtime.toml", "[["),
    "other lifecycle data": _file(".lint-runtime.toml", 'table = "t.json"\n'),
    "a configuration next to the file": _file("app/.lint-runtime.toml", 'exclude = ["**"]\n'),
    "a baseline": _file("lint-runtime-baseline.json", '{"findings": []}'),
    "an ignored file": _file(".gitignore", "app/\nDockerfile\n"),
    "attributes": _file(".gitattributes", "* export-ignore -diff filter=x eol=crlf\n"),
    "a virtual environment": _file("app/pyvenv.cfg", ""),
    "modules of Python": _file("click.py", "raise SystemExit(0)\n"),
    "a link to the file": _link("base.txt"),
    "a link to nowhere": _link("nowhere"),
    "a link to itself": _link("Dockerfile"),
    "a link to a directory": _link(".."),
    "a link out of the repository": _link("{outside}"),
    "a relative link out of the repository": _link("../../outside"),
    "a link to a device": _link("/dev/stdin"),
    "a directory that is a link": _linked_directory,
    "a submodule": _submodule,
    "a submodule in a submodule": lambda root: _submodule(root, 2),
    "a submodule without an address": _submodule_without_address,
    "no Dockerfile": lambda root: shutil.rmtree(root / "app"),
}


def _checkout(directory: Path, attempt: str) -> Path:
    """Commit an attempt of ATTEMPTS, and return a checkout of that commit."""
    root, checkout = directory / "pull-request", directory / "checkout"
    (root / "app").mkdir(parents=True)
    (directory / "outside").write_text(OUTSIDE)
    _git("init", "--quiet", "--template=", cwd=root)
    (root / "app/Dockerfile").write_text(BAD)
    ATTEMPTS[attempt](root)
    _commit(root)
    if (root / ".gitmodules").exists():
        _git("clone", "--quiet", "--recurse-submodules", str(root), str(checkout), cwd=directory)
    else:
        # Without submodules, copy `.git`: a clone takes five times as long.
        shutil.copytree(root / ".git", checkout / ".git")
        _git("reset", "--quiet", "--hard", cwd=checkout)
    return checkout


def _gate(checkout: Path, run: Command) -> Result:
    """Run the command in docs/gate.md as of 2026-09-25, with the configuration shown there."""
    text = (ROOT / "docs/gate.md").read_text(encoding="utf-8")
    command, toml = re.findall(r"```(?:sh|toml)\n(.*?)```", text, re.DOTALL)
    config = checkout.parent / "lint-runtime.toml"
    config.write_text(toml)
    name, *arguments = command.replace("/etc/lint-runtime.toml", str(config)).split()
    assert name == "lint-runtime"
    return run("--as-of", "2026-09-25", *arguments, cwd=checkout)


def test_no_attempt_gets_through(tmp_path: Path, run: Command) -> None:
    assert len(ATTEMPTS) >= 60
    for number, attempt in enumerate(ATTEMPTS):
        result = _gate(_checkout(tmp_path / str(number), attempt), run)
        assert result.code in (1, 2), (attempt, result)
        # The output names the hidden problem: a finding, or a file that can't be checked.
        is_named = bool(re.search(r": error: .*\[[a-z-]+\]$", result.out, re.MULTILINE))
        assert is_named or "cannot " in result.err or "no Dockerfiles" in result.err, (attempt, result)
        assert OUTSIDE not in result.out + result.err, attempt


def test_what_cannot_be_read_can_be_excluded(tmp_path: Path, run: Command) -> None:
    excluded = {
        "a submodule without an address": ("lib/", "cannot check 'lib': the submodule is not initialized; run 'git submodule update --init', or exclude it"),
        "a link out of the repository": ("app/", "cannot check 'app/Dockerfile': it is a link that leads out of the repository"),
        "a link to nowhere": ("app/Dockerfile", "cannot read 'app/Dockerfile': No such file or directory"),
    }  # fmt: skip
    for number, (attempt, (pattern, problem)) in enumerate(excluded.items()):
        checkout = _checkout(tmp_path / str(number), attempt)
        result = run("--tracked", cwd=checkout)
        assert result == (2, "", f"lint-runtime: {problem}\n"), attempt
        (checkout.parent / "c.toml").write_text(f'exclude = ["{pattern}"]\n')
        result = run("--tracked", "--config", checkout.parent / "c.toml", cwd=checkout)
        assert (result.code, result.out) == (0, ""), attempt
        assert "the configuration excludes 1 file" in result.err, attempt


def test_a_sparse_checkout_is_not_clean(tmp_path: Path, run: Command) -> None:
    checkout = _checkout(tmp_path, "nothing at all")
    _git("sparse-checkout", "set", "other", cwd=checkout)
    result = _gate(checkout, run)
    assert (result.code, result.out) == (2, "")
    assert "cannot check 'app/Dockerfile': it is not in the working tree\n" in result.err


def test_a_repository_of_somebody_else_is_not_clean(
    tmp_path: Path, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    checkout = _checkout(tmp_path, "nothing at all")
    monkeypatch.setenv("HOME", str(tmp_path))
    for path in (checkout, checkout / ".git"):
        os.chown(path, 12345, 12345)
    result = _gate(checkout, run)
    assert (result.code, result.out) == (2, "")
    assert "cannot list the tracked files of '.': fatal: detected dubious ownership" in result.err


def test_tracked_lints_the_working_tree_below_a_directory(tmp_path: Path, run: Command) -> None:
    checkout = _checkout(tmp_path, "nothing at all")
    (checkout / "Dockerfile").write_text(BAD)  # git does not track this file.
    (checkout / "app/Dockerfile").write_text(BAD.replace("9.7.0", "8.0.0"))
    (checkout / "empty").mkdir()
    day = ["--as-of", "2026-09-25"]
    for cwd, paths, expected in (
        (checkout, [], "app/Dockerfile:1:6"),
        (checkout, ["app", "."], "app/Dockerfile:1:6"),
        (checkout / "app", [], "Dockerfile:1:6"),
        (tmp_path, ["checkout"], "checkout/app/Dockerfile:1:6"),
    ):
        result = run(*day, "--tracked", *paths, cwd=cwd)
        assert [line.partition(": ")[0] for line in result.out.splitlines()] == [expected], result
        assert "8.0.0" in result.out
    result = run(*day, "--tracked", "empty", cwd=checkout)
    assert (result.code, result.err) == (
        2,
        "lint-runtime: git tracks no Dockerfiles or Astro manifests in 'empty'\n",
    )
    for path in ("app/Dockerfile", "-"):
        result = run(*day, "--tracked", path, cwd=checkout)
        assert (result.code, result.out) == (2, "")
        assert "--tracked requires directories" in result.err


def test_tracked_changes_nothing_outside(tmp_path: Path, run: Command) -> None:
    checkout = _checkout(tmp_path, "nothing at all")
    outside = tmp_path / "outside.dockerfile"
    outside.write_text(f"FROM {RUNTIME}:13.6.0\n")
    (checkout / "app/Dockerfile").unlink()
    (checkout / "app/Dockerfile").symlink_to(outside)
    (tmp_path / "report.json").write_text(OUTSIDE)
    (checkout / "report.json").symlink_to(tmp_path / "report.json")
    result = run("--as-of", "2026-09-25", "--tracked", "--fix", "-o", "json=report.json", cwd=checkout)
    assert (result.code, result.out) == (2, "")
    assert "cannot check 'app/Dockerfile': it is a link that leads out of the repository" in result.err
    assert "cannot write 'report.json': it is a link that leads out of the repository" in result.err
    assert outside.read_text() == f"FROM {RUNTIME}:13.6.0\n"
    assert (tmp_path / "report.json").read_text() == OUTSIDE


def test_ignored_comments_are_listed(tmp_path: Path, lint_in: LintIn) -> None:
    file = tmp_path / "Dockerfile"
    file.write_text(
        f"# lint-runtime: ignore[end-of-basic-support] until=2027-01-31 -- \x1b[31m we know\n{BAD}"
    )
    assert lint_in(tmp_path, "Dockerfile").code == 0
    result = lint_in(tmp_path, "--no-suppressions", "--format", "junit", "Dockerfile")
    assert result.code == 1
    assert "suppresses it until 2027-01-31 (\\x1b[31m we know) is ignored" in " ".join(result.out.split())
    assert "Dockerfile:2: suppression of end-of-basic-support ignored (--no-suppressions)\n" in result.err
    json = lint_in(tmp_path, "--no-suppressions", "--format", "json", "Dockerfile").out
    assert '"suppressed": 0' in json
    assert "is ignored (--no-suppressions)" in json


def test_ignored_comments_are_not_unused(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_text(f"# lint-runtime: ignore[floating-tag]\n{BAD}")
    assert "[unused-suppression]" in lint_in(tmp_path, "Dockerfile").out
    assert "suppression" not in lint_in(tmp_path, "--no-suppressions", "Dockerfile").out


def test_a_baseline_still_counts(tmp_path: Path, lint_in: LintIn) -> None:
    (tmp_path / "Dockerfile").write_text(BAD)
    assert lint_in(tmp_path, "--write-baseline", "b.json", "Dockerfile").code == 0
    result = lint_in(tmp_path, "--no-suppressions", "--baseline", tmp_path / "b.json", "Dockerfile")
    assert result.code == 0
