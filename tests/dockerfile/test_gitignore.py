"""Compare the files that the search skips with `git ls-files`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from lint_runtime.dockerfile.discovery import dockerfiles_under
from lint_runtime.dockerfile.gitignore import without_ignored
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


def _found(root: Path, *, uses_gitignore: bool = True) -> set[str]:
    found = dockerfiles_under(str(root), lambda _: None, uses_gitignore=uses_gitignore)
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
    # Patterns in parent directories also apply.
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


@pytest.mark.parametrize("kind", ["no git", "no repository", "broken repository"])
def test_nothing_is_ignored_if_git_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    (tmp_path / ".gitignore").write_text("*\n")
    (tmp_path / "Dockerfile").write_text("FROM a\n")
    if kind == "no git":
        _git("init", "--quiet", cwd=tmp_path)
        monkeypatch.setenv("PATH", str(tmp_path))
    elif kind == "broken repository":
        (tmp_path / ".git").write_text("gitdir: nowhere\n")
    assert _found(tmp_path) == {"Dockerfile"}


def test_many_files_are_checked_in_batches(tmp_path: Path) -> None:
    _git("init", "--quiet", cwd=tmp_path)
    names = [f"{number:04}.dockerfile" for number in range(1201)]
    for name in names:
        (tmp_path / name).write_text("FROM a\n")
    (tmp_path / ".gitignore").write_text("*7.dockerfile\n")
    paths = [str(tmp_path / name) for name in names]
    assert [*without_ignored(paths)] == [path for path in paths if not path.endswith("7.dockerfile")]


def test_the_option_no_gitignore(tmp_path: Path, run: Command) -> None:
    _git("init", "--quiet", cwd=tmp_path)
    (tmp_path / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:9.7.0\n")
    (tmp_path / ".gitignore").write_text("Dockerfile\n")
    day = ["--as-of", "2026-09-25"]
    ignored = run(*day, cwd=tmp_path)
    assert (ignored.code, ignored.out) == (0, "")
    assert "no Dockerfiles found in '.' (looked for " in ignored.err
    assert ignored.err.endswith(" that git doesn't ignore)\n")
    assert run(*day, "--no-gitignore", cwd=tmp_path).code == 1
    # A file named on the command line is linted even if git ignores it.
    assert run(*day, "Dockerfile", cwd=tmp_path).code == 1
