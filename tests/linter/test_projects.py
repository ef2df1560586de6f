"""The files of a project that are compared and upgraded together."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from tests.conftest import AS_OF, Command

RUNTIME = "astrocrpublic.azurecr.io/runtime"
AGENT = "images.astronomer.cloud/baseimages/astro-remote-execution-agent:{}-python-3.12-astro-agent-1.6.0"
ENDED = date(2027, 12, 25)


def _manifest(requirement: str, dockerfile: str = "Dockerfile") -> str:
    return (
        "[project]\nname = 'demo'\nrequires-python = '>=3.10'\n"
        f"dependencies = ['{requirement}']\n\n[tool.astro]\ndockerfile = '{dockerfile}'\n"
    )


def _write(directory: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _found(
    run: Command, directory: Path, *arguments: object, rule: str = "airflow-mismatch", stdin: str = ""
) -> list[str]:
    """Return the active findings of a rule, each as `path:line severity`."""
    out = run("--format", "json", "--as-of", AS_OF, *arguments, cwd=directory, stdin=stdin).out
    return [
        f"{file['path']}:{finding['line']} {finding['severity']}"
        for file in json.loads(out)["files"]
        for finding in file["findings"]
        if finding["rule"] == rule and not finding["suppression"]
    ]


PAIR = {
    "pyproject.toml": _manifest("apache-airflow==3.3.*"),
    "Dockerfile": f"# syntax\nFROM {RUNTIME}:3.2-10\n",
}
NESTED = {
    "pyproject.toml": _manifest("apache-airflow==3.3.*", "docker/prod.Dockerfile"),
    "docker/prod.Dockerfile": PAIR["Dockerfile"],
    "docker/pyproject.toml": "[project]\nname = 'other'\n",
}
AT_MANIFEST, AT_FROM = ["pyproject.toml:7 error"], ["Dockerfile:2 error"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["Dockerfile"], AT_FROM),
        (["pyproject.toml"], AT_MANIFEST),
        (["pyproject.toml", "Dockerfile"], AT_MANIFEST),
        (["Dockerfile", "pyproject.toml"], AT_MANIFEST),
        (["."], AT_MANIFEST),
        (["Dockerfile", "--config", "exclude.toml"], AT_FROM),
        ([".", "--config", "exclude.toml"], AT_FROM),
    ],
    ids=" ".join,
)
def test_a_mismatch_is_reported_once(
    run: Command, tmp_path: Path, arguments: list[str], expected: list[str]
) -> None:
    _write(tmp_path, {**PAIR, "exclude.toml": "exclude = ['pyproject.toml']\n"})
    assert _found(run, tmp_path, *arguments) == expected


def test_a_from_names_the_line_that_requires_another_airflow(run: Command, tmp_path: Path) -> None:
    _write(tmp_path, PAIR)
    out = run("--format", "full", "--as-of", AS_OF, "Dockerfile", cwd=tmp_path).out
    message, _, rest = out.partition("airflow-mismatch]: ")[2].partition("\n")
    assert message == "This FROM has Airflow 3.2, not the required 3.3"
    help_text = "help: write apache-airflow==3.2.* in pyproject.toml or use an image with Airflow 3.3\n"
    assert help_text in rest.replace("\n    | ", " ")
    assert "note: pyproject.toml, line 4, requires 'apache-airflow==3.3.*'\n" in rest


@pytest.mark.parametrize("directory", [".", "docker"])
def test_a_manifest_above_that_declares_the_dockerfile(
    run: Command, tmp_path: Path, directory: str
) -> None:
    _write(tmp_path, NESTED)
    name = str(Path("docker/prod.Dockerfile").relative_to(directory))
    assert _found(run, tmp_path / directory, name) == [f"{name}:2 error"]
    (tmp_path / "docker/other.Dockerfile").write_text(PAIR["Dockerfile"])
    assert _found(run, tmp_path, "docker/other.Dockerfile") == []
    # Make `docker` a repository. The search for a manifest doesn't leave it.
    (tmp_path / "docker/.git").mkdir()
    assert _found(run, tmp_path / directory, name) == []


@pytest.mark.parametrize(
    ("dockerfile", "expected"),
    [
        (f"ARG V=3.2-10\nFROM {RUNTIME}:$V\n", ["Dockerfile:2 warning"]),
        (f"FROM {RUNTIME}:3.3-8\nRUN <<E\nFROM {RUNTIME}:3.2-10\nE\n", ["Dockerfile:3 error"]),
        (f"# lint-runtime: ignore[airflow-mismatch]\nFROM {RUNTIME}:3.2-10\n", []),
        (f"FROM {RUNTIME}:3.3-8\n", []),
        ("FROM python:3.12\n", []),
    ],
    ids=["an ARG", "a heredoc", "suppressed", "the same", "another image"],
)
def test_a_from_as_both_builds_read_it(
    run: Command, tmp_path: Path, dockerfile: str, expected: list[str]
) -> None:
    _write(tmp_path, {**PAIR, "Dockerfile": dockerfile})
    assert _found(run, tmp_path, "Dockerfile") == expected


def test_standard_input_is_compared_by_its_name(run: Command, tmp_path: Path) -> None:
    _write(tmp_path, PAIR)
    for name, expected in (("pyproject.toml", AT_MANIFEST), ("Dockerfile", AT_FROM)):
        named = ("-", "--stdin-filename", name)
        assert _found(run, tmp_path, *named, stdin=PAIR[name]) == expected


@pytest.mark.parametrize("path", ["../Dockerfile", "/Dockerfile", "a\\\\b"])
def test_a_dockerfile_outside_of_the_project_is_not_read(run: Command, tmp_path: Path, path: str) -> None:
    _write(tmp_path, {"a/pyproject.toml": _manifest("apache-airflow==3.3.*", path), "Dockerfile": "x"})
    linted = run("--format", "json", "--as-of", AS_OF, "a", cwd=tmp_path)
    (file,) = json.loads(linted.out)["files"]
    assert [finding["rule"] for finding in file["findings"]] == ["invalid-manifest"]


AGENTS = {"Dockerfile": f"FROM {RUNTIME}:3.1-8\n", "Dockerfile.client": f"FROM {AGENT.format('3.2-2')}\n"}


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["."], ["Dockerfile.client:1 warning"]),
        (["Dockerfile.client"], ["Dockerfile.client:1 warning"]),
        (["Dockerfile", "Dockerfile.client"], ["Dockerfile.client:1 warning"]),
        (["Dockerfile"], ["Dockerfile:1 warning"]),
    ],
    ids=" ".join,
)
@pytest.mark.parametrize("is_swapped", [False, True], ids=["newer", "swapped"])
def test_an_agent_is_reported_once(
    run: Command, tmp_path: Path, arguments: list[str], expected: list[str], *, is_swapped: bool
) -> None:
    texts = [*AGENTS.values()]
    _write(tmp_path, dict(zip(AGENTS, reversed(texts) if is_swapped else texts, strict=True)))
    assert _found(run, tmp_path, *arguments, rule="mismatched-agent") == expected


BEFORE = {
    "pyproject.toml": _manifest("apache-airflow[celery] == 3.0.*", "docker/Dockerfile"),
    "docker/Dockerfile": f"FROM {RUNTIME}:3.0-18\n",
}
AFTER = {
    "pyproject.toml": BEFORE["pyproject.toml"].replace("== 3.0", "==3.3").replace(">=3.10", ">=3.12"),
    "docker/Dockerfile": BEFORE["docker/Dockerfile"].replace("3.0-18", "3.3-8"),
}


def _content(directory: Path) -> dict[str, str]:
    return {name: (directory / name).read_text() for name in BEFORE}


@pytest.mark.parametrize(
    "paths",
    [["."], ["pyproject.toml"], ["pyproject.toml", "docker"], ["docker", "pyproject.toml"]],
    ids=" ".join,
)
def test_an_upgrade_moves_the_requirement_and_the_from(
    run: Command, tmp_path: Path, paths: list[str]
) -> None:
    _write(tmp_path, BEFORE)
    # Both files are upgraded even if only lifecycle rules are selected.
    lint = ("--as-of", ENDED, "--upgrade", "--select", "lifecycle", *paths)
    shown = run("--diff", *lint, cwd=tmp_path)
    assert _content(tmp_path) == BEFORE
    for line in ("-FROM", "+FROM", "-dependencies", "+dependencies", "+requires-python"):
        assert shown.out.count(f"\n{line}") == 1
    moves = "apache-airflow[celery] == 3.0.* to apache-airflow==3.3.* and requires-python = '>=3.12'"
    assert f"would upgrade pyproject.toml:4:18 from {moves}" in shown.err
    assert run("--fix", *lint, cwd=tmp_path).code == 0
    assert _content(tmp_path) == AFTER
    assert run("--as-of", ENDED, ".", cwd=tmp_path).code == 0


@pytest.mark.parametrize(
    ("before", "paths", "reason"),
    [
        (BEFORE, ["docker/Dockerfile"], "pyproject.toml requires another Airflow; name it, too, to upgrade both"),
        (
            {**BEFORE, "pyproject.toml": BEFORE["pyproject.toml"].replace("'apache-airflow[celery] =", '"apache\\u002dairflow=').replace(".*'", '.*"')},
            ["."],
            "the requirement in pyproject.toml needs a change by hand",
        ),
        (
            {**BEFORE, "docker/Dockerfile": f"# lint-runtime: ignore[lifecycle]\n{BEFORE['docker/Dockerfile']}"},
            ["."],
            "",
        ),
    ],
    ids=["the Dockerfile alone", "an escape sequence", "suppressed"],
)  # fmt: skip
def test_an_upgrade_that_the_manifest_cannot_follow(
    run: Command, tmp_path: Path, before: dict[str, str], paths: list[str], reason: str
) -> None:
    _write(tmp_path, before)
    report = tmp_path / "report.json"
    for mode in ("--diff", "--fix"):
        ran = run(mode, "-o", f"json={report}", "--as-of", ENDED, "--upgrade", *paths, cwd=tmp_path)
        assert _content(tmp_path) == before
        assert ("skipped docker/Dockerfile:1:6 (3.0-18): " + reason in ran.err) == bool(reason)
        upgrades = [each for file in json.loads(report.read_text())["files"] for each in file["upgrades"]]
        shown = [
            tuple(upgrade[key] for key in ("line", "before", "after", "reason")) for upgrade in upgrades
        ]
        assert shown == ([(1, "3.0-18", "", reason)] if reason else [])
    assert _found(run, tmp_path, ".") == []


@pytest.mark.parametrize(
    "paths", [["pyproject.toml", "docker"], ["docker", "pyproject.toml"]], ids=" ".join
)
@pytest.mark.parametrize("name", BEFORE)
def test_a_file_that_is_read_only_keeps_the_other_one(
    run: Command, tmp_path: Path, paths: list[str], name: str
) -> None:
    _write(tmp_path, BEFORE)
    (tmp_path / name).chmod(0o444)
    err = run("--fix", "--as-of", ENDED, "--upgrade", *paths, cwd=tmp_path).err
    assert _content(tmp_path) == BEFORE
    problem = {
        "pyproject.toml": "skipped docker/Dockerfile:1:6 (3.0-18): pyproject.toml can't follow: the file is read-only",
        "docker/Dockerfile": "cannot fix 'docker/Dockerfile': the file is read-only",
    }
    assert f"lint-runtime: {problem[name]}\n" in err


def test_an_upgrade_to_airflow_3_moves_both(run: Command, tmp_path: Path) -> None:
    _write(tmp_path, {
        "pyproject.toml": _manifest("apache-airflow==2.11.*", "docker/Dockerfile").replace(">=3.10", ">=3.10,<3.13"),
        "docker/Dockerfile": "FROM quay.io/astronomer/astro-runtime:13.11.0\n",
    })  # fmt: skip
    assert run("--fix", "--as-of", AS_OF, "--upgrade-to", "3.3", ".", cwd=tmp_path).code == 0
    assert _content(tmp_path) == {
        "pyproject.toml": _manifest("apache-airflow==3.3.*", "docker/Dockerfile").replace(
            ">=3.10", ">=3.12"
        ),
        "docker/Dockerfile": f"FROM {RUNTIME}:3.3-8\n",
    }


def test_a_mismatch_of_before_is_resolved(run: Command, tmp_path: Path) -> None:
    _write(tmp_path, {**BEFORE, "docker/Dockerfile": f"FROM {RUNTIME}:3.2-10\n"})
    lint = ("--fix", "--as-of", AS_OF, ".")
    assert run(*lint, cwd=tmp_path).code == 1
    assert run(*lint, "--upgrade", cwd=tmp_path).code == 0
    assert "apache-airflow[celery] ==3.2.*" in _content(tmp_path)["pyproject.toml"]
