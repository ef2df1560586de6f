"""Formats that services such as GitHub read: paths are relative to the root of the repository."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from lint_runtime.formatters import FORMATTERS, load_format
from tests.conftest import AS_OF, Command

ROOTED = {name for name in FORMATTERS if load_format(name).is_rooted}
DAY = ["--as-of", AS_OF.isoformat()]
# For each format that services read, the text before and after a path.
AROUND = {
    "github": "::error file={},line=1",
    "sarif": '"artifactLocation": {{"uri": "{}", "uriBaseId": "%SRCROOT%"}}',
    "gitlab": '"path": "{}"',
    "junit": '<testcase name="{}" ',
    "checkstyle": '<file name="{}">',
    "azure": "sourcepath={};",
    "rdjson": '"path": "{}"',
}


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path / "repository"
    (root / "team" / "shop").mkdir(parents=True)
    (root / "team" / "shop" / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:9.7.0\n")
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    return root


def test_every_format_for_services_is_tested() -> None:
    assert AROUND.keys() == ROOTED


@pytest.mark.parametrize(
    ("directory", "path", "options", "shown"),
    [
        pytest.param("team", "shop", [], "team/shop/Dockerfile", id="in a subdirectory"),
        pytest.param("team", "./shop/../shop/Dockerfile", [], "team/shop/Dockerfile", id="not normalized"),
        pytest.param("team", "{root}/team", [], "team/shop/Dockerfile", id="absolute"),
        pytest.param("team/shop", "..", [], "team/shop/Dockerfile", id="the parent directory"),
        pytest.param(".", ".", [], "team/shop/Dockerfile", id="in the root"),
        pytest.param("team", "shop", ["--path-root", "."], "shop/Dockerfile", id="--path-root below the root"),
        pytest.param(".", "team", ["--path-root", "{root}/.."], "repository/team/shop/Dockerfile", id="--path-root above the root"),
        pytest.param("team", "shop", ["--path-root", "/usr"], "shop/Dockerfile", id="outside --path-root"),
    ],
)  # fmt: skip
def test_paths_are_relative_to_the_root(
    directory: str,
    path: str,
    options: list[str],
    shown: str,
    repository: Path,
    tmp_path: Path,
    run: Command,
) -> None:
    arguments = [argument.format(root=repository) for argument in (*options, path)]
    outputs = [f"-o{name}={tmp_path / name}" for name in AROUND]
    for jobs in (1, 2):
        run(*DAY, "--jobs", jobs, *outputs, *arguments, cwd=repository / directory)
        written = {name: (tmp_path / name).read_text(encoding="utf-8") for name in AROUND}
        assert [name for name in AROUND if AROUND[name].format(shown) not in written[name]] == []
        # JUnit has the path a second time, in the text of the finding.
        assert f"{shown}:1:6: error" in written["junit"]


def test_paths_in_other_formats_stay_as_given(repository: Path, run: Command) -> None:
    # Leave out the summary, which has no paths.
    others = sorted(set(FORMATTERS) - ROOTED - {"summary"})
    assert len(others) == 5
    outs = {name: run(*DAY, "--format", name, "shop", cwd=repository / "team").out for name in others}
    assert [name for name, out in outs.items() if "shop/" not in out or "team/" in out] == []


def test_paths_stay_in_a_deleted_directory(
    repository: Path, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = repository / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    file = repository / "team/shop/Dockerfile"
    assert f"file={file}," in run(*DAY, "--isolated", "--format", "github", file).out
    assert run(*DAY, "--isolated", "-", stdin="FROM quay.io/astronomer/astro-runtime:9.7.0\n").code == 1


def test_a_report_does_not_depend_on_the_working_directory(repository: Path, run: Command) -> None:
    """Check that reports are equal. If fingerprints differed, services would show findings as new."""
    for name in ("sarif", "gitlab"):
        outputs = [
            run(*DAY, "--format", name, "shop", cwd=repository / "team").out,
            run(*DAY, "--format", name, "team/shop", cwd=repository).out,
            run(*DAY, "--format", name, "team/shop/Dockerfile", cwd=repository).out,
        ]
        assert outputs[0] == outputs[1] == outputs[2]


def test_paths_stay_outside_a_repository(tmp_path: Path, run: Command) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "Dockerfile").write_text("FROM quay.io/astronomer/astro-runtime:9.7.0\n")
    document = json.loads(run(*DAY, "--format", "gitlab", "a", cwd=tmp_path).out)
    assert [issue["location"]["path"] for issue in document] == ["a/Dockerfile"]


@pytest.mark.parametrize("directory", ["repository/team", "elsewhere"])
def test_a_file_of_another_repository_is_relative_to_its_root(
    directory: str, repository: Path, tmp_path: Path, run: Command
) -> None:
    (tmp_path / "elsewhere").mkdir()
    for name in ("other", "third"):
        (tmp_path / name / "deep").mkdir(parents=True)
        (tmp_path / name / "deep" / "Dockerfile").write_text(
            "FROM quay.io/astronomer/astro-runtime:9.7.0\n"
        )
        subprocess.run(["git", "init", "--quiet"], cwd=tmp_path / name, check=True)
    outputs = [f"-o{name}={tmp_path / name}.out" for name in AROUND]
    paths = [
        tmp_path / "other",
        "../../third/deep" if directory.count("/") else "../third/deep",
        repository,
    ]
    for jobs in (1, 2):
        assert run(*DAY, "--jobs", jobs, *outputs, *paths, cwd=tmp_path / directory).code == 1
        for name, around in AROUND.items():
            written = (tmp_path / f"{name}.out").read_text(encoding="utf-8")
            assert written.count(around.format("deep/Dockerfile")) == 2, name
            assert around.format("team/shop/Dockerfile") in written, name
            assert str(tmp_path) not in written, name


def test_stdin_filename_is_relative_to_the_root(repository: Path, run: Command) -> None:
    arguments = [*DAY, "--format", "github", "-", "--stdin-filename", "x/Dockerfile"]
    source = "FROM quay.io/astronomer/astro-runtime:9.7.0\n"
    assert "file=team/x/Dockerfile," in run(*arguments, cwd=repository / "team", stdin=source).out
    unnamed = run(*DAY, "--format", "github", "-", cwd=repository / "team", stdin=source)
    assert "file=<stdin>," in unnamed.out


def test_invalid_path_roots(repository: Path, run: Command) -> None:
    for given in ("nowhere", "team/shop/Dockerfile"):
        result = run("--path-root", given, ".", cwd=repository)
        assert (result.code, result.out) == (2, "")
        assert f"'{given}' is not a directory." in result.err
    result = run("--from-report", "a.json", "--path-root", ".", cwd=repository)
    assert "can't be combined with" in " ".join(result.err.split())
