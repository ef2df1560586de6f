from __future__ import annotations

import os
from fnmatch import fnmatch
from pathlib import Path

import pytest

from lint_runtime.dockerfile.discovery import DOCKERFILE_NAMES, is_dockerfile_name, search

DOCKERFILES = """
    Dockerfile dockerfile DOCKERFILE Dockerfile.dev Dockerfile-arm Dockerfile_gpu dev.dockerfile Dockerfile.prod
    Dockerfile.airflow Dockerfile.3.1 Dockerfile.py3 Dockerfile.txt Dockerfile.r Dockerfile-go Dockerfile.old
    Containerfile containerfile.prod .dockerfile a.Containerfile prod.Dockerfile.ci a.b.dockerfile a.DockerFile
""".split()
OTHERS = """
    Makefile my-Dockerfile .dockerignore Dockerfile.dockerignore Dockerfile.j2 Dockerfile.JINJA Dockerfile.jinja2
    a.dockerfile.tmpl Dockerfile.template Dockerfile.in Dockerfile.erb Dockerfile.mustache Dockerfile.hbs
    Dockerfile.m4 Dockerfile~ Dockerfile.bak prod.dockerfile.orig .Dockerfile.swp Dockerfile.rej Containerfile.tpl
    a.dockerfilex a.dockerfile-x dockerfiles Dockerfiles.md docker-compose.yml Dockerfile.md Dockerfile.rst
    dockerfiles.yml dockerfile.go dockerfile_test.go DockerfileHelper.cs dockerfile_functions.sh
    dockerfile-x.lock.yml dockerfile_parser.py dockerfile.ts Dockerfile.json dockerfile-lint.js
    dockerfile.vim dockerfile-mode.el Dockerfile.html Dockerfile.sublime-syntax DockerfileTest.java
    dockerfile-parser.rs Dockerfile.png
""".split()


def test_names_of_dockerfiles() -> None:
    assert [name for name in DOCKERFILES if not is_dockerfile_name(name)] == []
    assert [name for name in ("", *OTHERS) if is_dockerfile_name(name)] == []


def test_the_patterns_in_messages_match_the_names() -> None:
    patterns = [pattern.lower() for pattern in DOCKERFILE_NAMES]
    names = [name.lower().replace("container", "docker") for name in DOCKERFILES]
    assert [name for name in names if not any(fnmatch(name, pattern) for pattern in patterns)] == []


def _tree(root: Path, *names: str) -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("FROM a\n")


def _found(root: Path) -> list[str]:
    errors: list[OSError] = []
    found = [os.path.relpath(path, root) for path in search(str(root), is_dockerfile_name, errors.append)]
    assert errors == []
    return found


def test_files_are_sorted_and_precede_subdirectories(tmp_path: Path) -> None:
    _tree(
        tmp_path,
        "b/Dockerfile",
        "a/Dockerfile",
        "Dockerfile",
        "a/z.dockerfile",
        ".hidden/Dockerfile",
        "x.txt",
    )
    expected = ["Dockerfile", ".hidden/Dockerfile", "a/Dockerfile", "a/z.dockerfile", "b/Dockerfile"]
    assert _found(tmp_path) == expected


def test_directories_that_are_not_searched(tmp_path: Path) -> None:
    _tree(tmp_path, ".git/Dockerfile", "node_modules/x/Dockerfile", ".venv/Dockerfile", "venv/Dockerfile")
    _tree(tmp_path, "env/pyvenv.cfg", "env/lib/Dockerfile", "environment/Dockerfile")
    assert _found(tmp_path) == ["environment/Dockerfile"]


def test_directories_named_by_templates_are_not_searched(tmp_path: Path) -> None:
    _tree(
        tmp_path,
        "{{ cookiecutter.name }}/Dockerfile",
        "a/x-{{y}}/b/Dockerfile",
        "a/}}{{/Dockerfile",
        "{{/Dockerfile",
    )
    assert _found(tmp_path) == ["{{/Dockerfile"]


def test_directories_and_pipes_called_dockerfile(tmp_path: Path) -> None:
    _tree(tmp_path, "Dockerfile/Dockerfile")
    os.mkfifo(tmp_path / "Dockerfile.pipe")
    # The search lists the pipe, so the command can report that it can't read the pipe.
    assert _found(tmp_path) == ["Dockerfile.pipe", "Dockerfile/Dockerfile"]


def test_links_to_files_are_followed(tmp_path: Path) -> None:
    _tree(tmp_path, "real/Dockerfile")
    (tmp_path / "Dockerfile").symlink_to("real/Dockerfile")
    (tmp_path / "Dockerfile.broken").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    assert _found(tmp_path) == ["Dockerfile", "Dockerfile.broken", "real/Dockerfile"]


def test_a_link_to_itself_is_reported_and_hides_nothing_else(tmp_path: Path) -> None:
    _tree(tmp_path, "z/Dockerfile")
    (tmp_path / "Dockerfile").symlink_to("Dockerfile")
    errors: list[OSError] = []
    assert list(search(str(tmp_path), is_dockerfile_name, errors.append)) == [
        str(tmp_path / "z" / "Dockerfile")
    ]
    assert [error.filename for error in errors] == [str(tmp_path / "Dockerfile")]


def test_very_deep_directories(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d"] * 400)
    deep.mkdir(parents=True)
    (deep / "Dockerfile").write_text("FROM a\n")
    assert len(_found(tmp_path)) == 1


def test_directories_that_cannot_be_read_are_reported(tmp_path: Path) -> None:
    errors: list[OSError] = []
    assert list(search(str(tmp_path / "missing"), is_dockerfile_name, errors.append)) == []
    assert [error.filename for error in errors] == [str(tmp_path / "missing")]


def test_paths_below_the_current_directory_are_bare(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _tree(tmp_path, "a/Dockerfile")
    monkeypatch.chdir(tmp_path)
    assert list(search(".", is_dockerfile_name, lambda _: None)) == ["a/Dockerfile"]
