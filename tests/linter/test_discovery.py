"""Which files are linted: Dockerfiles, Astro manifests and the Dockerfiles that they declare."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from lint_runtime.linter.discovery import files_under, tracked_files, with_declared
from tests.conftest import Command

PROJECT = "[project]\nname = 'demo'\ndependencies = ['apache-airflow==3.3.*']\n"
MANIFEST = f"{PROJECT}\n[tool.astro]\n"
OTHERS = {
    "no astro": PROJECT,
    "a mention": f"# astro\n{PROJECT}",
    "another table": f"{PROJECT}\n[tool.astronomy]\ndockerfile = 'image'\n",
    "another tool": f"{PROJECT}\n[tool.ruff]\nextend-exclude = ['astro', 'image']\n",
    "a syntax error": "[project\n",
}
OLD = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"
DAY = ("--as-of", "2026-09-25")


def declaring(path: str) -> str:
    return f"{MANIFEST}dockerfile = {json.dumps(path)}\n"


def _write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)


def _git(root: Path, *arguments: str) -> None:
    options = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "protocol.file.allow=always")
    subprocess.run(["git", *options, *arguments], cwd=root, check=True, capture_output=True)


def _fail(problem: object) -> None:
    pytest.fail(str(problem))


def _found(root: Path) -> list[str]:
    return [os.path.relpath(path, root) for path in files_under(str(root), _fail, _fail)]


def _tracked(root: Path) -> tuple[list[str], list[str]]:
    """Return the tracked files to lint, and the complaints."""
    complaints: list[str] = []
    files = [
        os.path.relpath(path, root) for path in tracked_files(str(root), lambda _: False, complaints.append)
    ]
    return files, complaints


def test_manifests_are_found_and_other_projects_are_not(tmp_path: Path) -> None:
    _write(tmp_path, {"a/pyproject.toml": MANIFEST, "a/Dockerfile": OLD, "a/Pyproject.toml": MANIFEST})
    _write(tmp_path, {".venv/pyproject.toml": MANIFEST, "{{x}}/pyproject.toml": MANIFEST})
    _write(
        tmp_path, {f"{name}/pyproject.toml": text for name, text in OTHERS.items() if "astro" not in text}
    )
    assert _found(tmp_path) == ["a/Dockerfile", "a/pyproject.toml"]
    _git(tmp_path, "init", "--quiet")
    _write(tmp_path, {".gitignore": "a/\n"})
    assert _found(tmp_path) == []


@pytest.mark.parametrize("text", OTHERS.values(), ids=OTHERS)
def test_projects_without_the_table_are_not_linted(text: str, tmp_path: Path, run: Command) -> None:
    _write(tmp_path, {"pyproject.toml": text, "image": OLD})
    assert run(*DAY, "pyproject.toml", cwd=tmp_path) == (0, "", "")
    stdin = run(*DAY, "-", "--stdin-filename", "pyproject.toml", stdin=text.encode(), cwd=tmp_path)
    assert stdin == (0, "", "")
    code, out, err = run(*DAY, "--fail-on-nothing", "pyproject.toml", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert err.startswith("lint-runtime: no Dockerfiles or Astro manifests found in 'pyproject.toml' (")
    searched = run(*DAY, "--format", "json", cwd=tmp_path)
    assert (searched.code, json.loads(searched.out)["files"]) == (0, [])
    assert searched.err.startswith(
        "lint-runtime: no Dockerfiles or Astro manifests found in '.' (looked for "
    )
    assert "pyproject.toml with [tool.astro]" in searched.err
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", ".")
    assert _tracked(tmp_path) == ([], [f"git tracks no Dockerfiles or Astro manifests in '{tmp_path}'"])
    # The pyproject.toml is not linted, but a Dockerfile next to it is.
    _write(tmp_path, {"Dockerfile": OLD})
    result = run(*DAY, "pyproject.toml", "Dockerfile", cwd=tmp_path)
    assert (result.code, " in 1 file with " in result.err) == (1, True)


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        pytest.param("image", ["image"], id="unusual name"),
        pytest.param("./docker//image.md", ["docker/image.md"], id="unusual spelling"),
        pytest.param("Dockerfile", ["Dockerfile"], id="usual name"),
        pytest.param("x.dockerfile", ["x.dockerfile"], id="usual name, sorted behind the manifest"),
        pytest.param("docker/Dockerfile", ["docker/Dockerfile"], id="usual name in a subdirectory"),
        pytest.param(
            ".venv/Dockerfile", [".venv/Dockerfile"], id="usual name in a directory that is not searched"
        ),
        pytest.param("gone", [], id="missing"),
        pytest.param("docker", [], id="a directory"),
        pytest.param("../image", [], id="outside of the project"),
        pytest.param("docker\\image.md", [], id="backslash"),
        pytest.param("a\0b", [], id="NUL"),
        pytest.param("pyproject.toml", [], id="the manifest"),
    ],
)
def test_a_declared_dockerfile_is_found_once(
    declared: str, expected: list[str], tmp_path: Path, run: Command
) -> None:
    root = tmp_path / "project"
    _write(root, {"pyproject.toml": declaring(declared), "../image": OLD, "docker/keep": ""})
    _write(root, dict.fromkeys(expected, OLD))
    everything = sorted(["pyproject.toml", *expected])
    assert sorted(_found(root)) == everything
    assert sorted(with_declared(str(root / "pyproject.toml"))) == [str(root / name) for name in everything]
    _git(root, "init", "--quiet")
    _git(root, "add", "--force", ".")
    assert _tracked(root)[1] == []
    assert sorted(_tracked(root)[0]) == everything
    for paths in (["."], ["pyproject.toml"], ["pyproject.toml", *expected, "."]):
        result = run(*DAY, "--isolated", "--format", "json", *paths, cwd=root)
        report = json.loads(result.out)
        assert sorted(file["path"] for file in report["files"]) == everything, paths
        assert ("Astro Runtime 9.7.0" in result.out) is bool(expected)


def test_two_manifests_may_declare_the_same_file(tmp_path: Path) -> None:
    _write(tmp_path, {"pyproject.toml": declaring("b/image"), "b/pyproject.toml": declaring("image")})
    _write(tmp_path, {"b/image": OLD})
    assert _found(tmp_path) == ["pyproject.toml", "b/image", "b/pyproject.toml"]


def test_git_ignores_a_declared_dockerfile(tmp_path: Path) -> None:
    _write(tmp_path, {"pyproject.toml": declaring("image"), "image": OLD, ".gitignore": "image\n"})
    _git(tmp_path, "init", "--quiet")
    assert _found(tmp_path) == ["pyproject.toml"]
    _git(tmp_path, "add", "pyproject.toml")
    assert _tracked(tmp_path) == (["pyproject.toml"], [])


def test_tracked_manifests_that_cannot_be_read_are_reported(tmp_path: Path) -> None:
    root = tmp_path / "checkout"
    _write(tmp_path, {"outside.toml": declaring("image")})
    _write(root, {"a/pyproject.toml": declaring("image"), "a/image": OLD, "b/image": OLD})
    (root / "b/pyproject.toml").symlink_to(tmp_path / "outside.toml")
    _git(root, "init", "--quiet")
    _git(root, "add", ".")
    link = f"cannot check '{root}/b/pyproject.toml': it is a link that leads out of the repository"
    # The target of the link is not read, so it doesn't declare `b/image`.
    assert _tracked(root) == (["a/image", "a/pyproject.toml"], [link])
    (root / "a/pyproject.toml").unlink()
    assert _tracked(root) == (
        [],
        [f"cannot check '{root}/a/pyproject.toml': it is not in the working tree", link],
    )


def test_a_gate_reads_manifests_in_submodules(tmp_path: Path, run: Command) -> None:
    _write(tmp_path / "module", {"pyproject.toml": declaring("image"), "image": OLD})
    (tmp_path / "checkout").mkdir()
    for name in ("module", "checkout"):
        _git(tmp_path / name, "init", "--quiet")
    _git(tmp_path / "module", "add", ".")
    _git(tmp_path / "module", "commit", "--quiet", "--message", "x")
    _git(tmp_path / "checkout", "submodule", "add", "--quiet", str(tmp_path / "module"), "app")
    _git(tmp_path / "checkout", "commit", "--quiet", "--message", "x")
    _git(tmp_path, "clone", "--quiet", "--recurse-submodules", "checkout", "clone")
    result = run(*DAY, "--tracked", "--isolated", "--format", "json", cwd=tmp_path / "clone")
    assert result.code == 1
    assert [file["path"] for file in json.loads(result.out)["files"]] == ["app/image", "app/pyproject.toml"]


def test_unreadable_manifests_fail_a_search(tmp_path: Path, run: Command) -> None:
    (tmp_path / "pyproject.toml").symlink_to("nowhere")
    code, out, err = run(*DAY, "--isolated", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert err == "lint-runtime: cannot read 'pyproject.toml': No such file or directory\n"


def test_a_manifest_is_not_overwritten_by_a_report(tmp_path: Path, run: Command) -> None:
    code, out, err = run("-o", "json=pyproject.toml", cwd=tmp_path)
    assert (code, out) == (2, "")
    assert "'pyproject.toml' has the name of a Dockerfile or manifest" in err


def test_other_commands_find_manifests(tmp_path: Path, run_lifecycle: Command) -> None:
    _write(tmp_path, {"a/pyproject.toml": declaring("image"), "a/image": OLD})
    _write(tmp_path, {"b/pyproject.toml": f"{MANIFEST}runtime = '3.3-8'\n"})
    for path in ("b", "b/pyproject.toml"):
        result = run_lifecycle("timeline", *DAY, "--for", path, cwd=tmp_path)
        assert (result.code, "3.3" in result.out) == (0, True), result
        shown = run_lifecycle("show", *DAY, path, cwd=tmp_path)
        assert (shown.code, "3.3-8" in shown.out) == (0, True), shown
    shown = run_lifecycle("show", *DAY, "a", cwd=tmp_path)
    assert "9.7.0" in shown.out
