"""Compare the files that the search skips with `git ls-files`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from lint_runtime.dockerfile.discovery import is_dockerfile_name, search
from lint_runtime.dockerfile.git import tracked_below, without_ignored
from tests.conftest import Command

FILES = (
    *(
        "Dockerfile",
        "a/Dockerfile",
        "a/b/Dockerfile",
        "build/Dockerfile",
        "build/keep/Dockerfile",
        "x/build/Dockerfile",
    ),
    *(
        "dev.dockerfile",
        "a/dev.dockerfile",
        "a b/Dockerfile",
        "ü/Dockerfile",
        "[x]/Dockerfile",
        "a/b/c/d/Dockerfile",
    ),
    *(
        "#/Dockerfile",
        "!/Dockerfile",
        ":/Dockerfile",
        ":!x/Dockerfile",
        "deep/build.d/Dockerfile",
        "tmp-1/Dockerfile",
        "a/tmp-1/Dockerfile",
    ),
)


def _git(*arguments: str, cwd: Path) -> str:
    return subprocess.run(["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True).stdout


def _repository(root: Path, ignores: dict[str, str]) -> None:
    _git("init", "--quiet", cwd=root)
    for name in FILES:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("FROM a\n")
    for name, text in ignores.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _fail(error: OSError) -> None:
    raise error


def _found(root: Path, *, uses_gitignore: bool = True) -> set[str]:
    found = search(str(root), is_dockerfile_name, _fail)
    if uses_gitignore:
        found = without_ignored(found, print)
    return {os.path.relpath(path, root) for path in found}


@pytest.mark.parametrize(
    "ignores",
    [
        pytest.param({}, id="nothing"),
        pytest.param({".gitignore": "build/\n"}, id="directory anywhere"),
        pytest.param({".gitignore": "/build\n"}, id="directory at the top"),
        pytest.param({".gitignore": "build/*\n!build/keep/\n"}, id="every directory except one"),
        pytest.param({".gitignore": "build/\n!build/keep/Dockerfile\n"}, id="negated pattern in an ignored directory"),
        pytest.param({".gitignore": "*.dockerfile\n!/dev.dockerfile\n"}, id="every file except one"),
        pytest.param({".gitignore": "Dockerfile\n", "a/.gitignore": "!Dockerfile\n"}, id="negated by a nested file"),
        pytest.param({"a/.gitignore": "/Dockerfile\nb/c/\n"}, id="nested file"),
        pytest.param({".git/info/exclude": "tmp-*\n"}, id="exclude file"),
        pytest.param({".git/info/exclude": "a/\n", ".gitignore": "!a/\n"}, id="exclude file, overridden"),
        pytest.param({".gitignore": "**/b/**/Dockerfile\n"}, id="stars"),
        pytest.param({".gitignore": "\\#/\n\\!/\n# a\n\n   \n"}, id="escapes and comments"),
        pytest.param({".gitignore": "a b/\nü/\n\\[x\\]\ntmp-[0-9]\r\n"}, id="unusual names"),
        pytest.param({".gitignore": "*\n!*/\n!/a/b/Dockerfile\n"}, id="every file except one nested file"),
        pytest.param({".gitignore": "build/\n", "build/.gitignore": "!*\n"}, id="patterns in an ignored directory"),
    ],
)  # fmt: skip
def test_files_that_git_ignores_are_left_out(tmp_path: Path, ignores: dict[str, str]) -> None:
    _repository(tmp_path, ignores)
    listed = _git("ls-files", "-z", "--others", "--exclude-standard", cwd=tmp_path).split("\0")
    assert _found(tmp_path) == {*FILES} & {*listed}
    assert _found(tmp_path, uses_gitignore=False) == {*FILES}
    # A search in a subdirectory also applies the patterns of the parent directories.
    assert {f"a/{name}" for name in _found(tmp_path / "a")} == {
        name for name in FILES if name in listed and name.startswith("a/")
    }


def test_a_nested_repository_has_its_own_patterns(tmp_path: Path) -> None:
    _repository(tmp_path, {".gitignore": "Dockerfile\n"})
    nested = tmp_path / "a"
    _git("init", "--quiet", cwd=nested)
    (nested / ".gitignore").write_text("/b/\n")
    assert {name for name in _found(tmp_path) if name.startswith("a/")} == {
        "a/Dockerfile",
        "a/dev.dockerfile",
        "a/tmp-1/Dockerfile",
    }


def test_outside_of_a_repository_nothing_is_ignored(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("*\n")
    (tmp_path / "Dockerfile").write_text("FROM a\n")
    assert _found(tmp_path) == {"Dockerfile"}


def test_what_git_tracks_is_not_ignored(tmp_path: Path) -> None:
    _repository(tmp_path, {".gitignore": "Dockerfile\n"})
    _git("add", "--force", "a/Dockerfile", cwd=tmp_path)
    assert {name for name in _found(tmp_path) if name.endswith("Dockerfile")} == {"a/Dockerfile"}


def test_the_variables_of_a_hook_are_ignored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _repository(tmp_path, {".gitignore": "build/\n"})
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "nowhere"))
    assert "build/Dockerfile" not in _found(tmp_path)


def _complaints(root: Path) -> list[str]:
    """Search a directory, check that the Dockerfile is found, and return the complaints."""
    complaints: list[str] = []
    files = without_ignored(search(str(root), is_dockerfile_name, _fail), complaints.append)
    assert [os.path.relpath(file, root) for file in files] == ["Dockerfile"]
    return complaints


def test_outside_of_a_repository_git_is_not_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _files(tmp_path)
    monkeypatch.setenv("PATH", "")
    assert _complaints(tmp_path) == []


def _files(root: Path) -> None:
    (root / ".gitignore").write_text("*\n")
    (root / "Dockerfile").write_text("FROM a\n")


def _break_index(root: Path) -> None:
    (root / ".git/index").write_bytes(bytes(100))


def _remove_git(root: Path) -> None:
    shutil.rmtree(root / ".git")
    (root / ".git").write_text("gitdir: nowhere\n")


def _give_away(root: Path) -> None:
    os.chown(root / ".git", 12345, 12345)
    os.chown(root, 12345, 12345)


FAILURES: dict[str, tuple[Callable[[Path], None], str]] = {
    "a broken index": (_break_index, "error: bad signature"),
    "no repository behind .git": (_remove_git, "fatal: not a git repository: "),
    "another owner": (_give_away, "fatal: detected dubious ownership in repository at"),
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_git_failure_is_reported_and_nothing_is_ignored(
    failure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    root = tmp_path / "repository"
    root.mkdir()
    _git("init", "--quiet", cwd=root)
    _files(root)
    break_it, reason = FAILURES[failure]
    break_it(root)
    (complaint,) = _complaints(root)
    assert complaint.startswith(f"did not apply .gitignore in '{root}': {reason}")


def test_git_in_the_working_directory_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _git("init", "--quiet", cwd=tmp_path)
    _files(tmp_path)
    (tmp_path / "git").write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n")
    (tmp_path / "git").chmod(0o755)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PATH", f".{os.pathsep}{os.pathsep}{tmp_path / 'empty'}")
    (complaint,) = _complaints(tmp_path)
    assert complaint.endswith(": git is not installed")
    assert not (tmp_path / "ran").exists()


def test_no_command_of_a_repository_runs(tmp_path: Path) -> None:
    _git("init", "--quiet", cwd=tmp_path)
    _files(tmp_path)
    _git("add", "--force", "Dockerfile", cwd=tmp_path)
    ran = tmp_path / "ran"
    script = tmp_path / "script"
    script.write_text(f"#!/bin/sh\ntouch {ran}\n")
    script.chmod(0o755)
    hooks = tmp_path / ".git/hooks"
    hooks.mkdir(exist_ok=True)
    for hook in ("post-index-change", "fsmonitor-watchman"):
        shutil.copy(script, hooks / hook)
    for key in (
        "core.fsmonitor",
        "core.pager",
        "core.sshCommand",
        "core.askPass",
        "diff.external",
        "core.editor",
    ):
        _git("config", key, str(script), cwd=tmp_path)
    _git("config", "remote.x.promisor", "true", cwd=tmp_path)
    _git("config", "remote.x.url", "ext::" + str(script), cwd=tmp_path)
    _git("config", "protocol.ext.allow", "always", cwd=tmp_path)
    _git("config", "extensions.partialClone", "x", cwd=tmp_path)
    ran.unlink(missing_ok=True)
    assert _complaints(tmp_path) == []
    assert list(tracked_below(str(tmp_path))) == [(str(tmp_path / "Dockerfile"), False)]
    assert not ran.exists()


def test_many_files_are_checked_in_batches(tmp_path: Path) -> None:
    _git("init", "--quiet", cwd=tmp_path)
    names = [f"{number:04}.dockerfile" for number in range(1201)]
    for name in names:
        (tmp_path / name).write_text("FROM a\n")
    (tmp_path / ".gitignore").write_text("*7.dockerfile\n")
    paths = [str(tmp_path / name) for name in names]
    assert [*without_ignored(paths, print)] == [path for path in paths if not path.endswith("7.dockerfile")]


def test_the_option_no_gitignore(tmp_path: Path, run: Command) -> None:
    _git("init", "--quiet", cwd=tmp_path)
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:9.7.0\n")
    (tmp_path / ".gitignore").write_text("Dockerfile\n")
    day = ["--as-of", "2026-09-25"]
    ignored = run(*day, cwd=tmp_path)
    assert (ignored.code, ignored.out) == (0, "")
    assert "no Dockerfiles or Astro manifests found in '.' (looked for " in ignored.err
    assert ignored.err.endswith(" that git doesn't ignore)\n")
    assert run(*day, "--no-gitignore", cwd=tmp_path).code == 1
    # A file named on the command line is linted even if git ignores it.
    assert run(*day, "Dockerfile", cwd=tmp_path).code == 1
