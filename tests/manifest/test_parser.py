"""Parse manifests: their values, the places of values, and problems."""

from __future__ import annotations

import pytest

from lint_runtime.diagnostics import Location
from lint_runtime.files import MAX_FILE
from lint_runtime.manifest.model import Manifest
from lint_runtime.manifest.parser import parse_manifest
from lint_runtime.manifest.reader import (
    declared_dockerfile,
    is_manifest_name,
    may_be_manifest,
    read_manifest,
)
from lint_runtime.manifest.toml import decode
from tests.manifest.mutation import mutations

PROJECT = "[project]\nname = 'demo'\ndependencies = ['apache-airflow==3.3.*']\n"
ASTRO = PROJECT + "[tool.astro]\n"


def _read(text: str) -> Manifest:
    manifest = parse_manifest(text.encode())
    assert manifest is not None
    assert manifest.error is None
    return manifest


def _found(text: str) -> list[tuple[str, str]]:
    return [(problem.code, problem.key) for problem in _read(text).problems]


def _require(*requirements: str) -> str:
    lines = "".join(f"  {requirement!r},\n" for requirement in requirements)
    return f"[project]\nname = 'demo'\ndependencies = [\n{lines}]\n[tool.astro]\n"


def _slice(text: str, place: Location) -> str:
    """Return the text at a location."""
    lines = text.split("\n")[place.line - 1 : place.end_line]
    lines[-1] = lines[-1][: place.end_column - 1]
    return "\n".join(lines)[place.column - 1 :]


# --- Which files are manifests -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "[tool.astro]",
        "[tool]\nastro = {}",
        "['tool' . \"astro\"]",
        "[Tool.ASTRO]",
        "[tool.astro.env]",
        "tool.astro.runtime = '3.3-8'",
        "tool = {astro = {}}",
        '["t\\u006fol"."\\x61stro"]',
        "[TOOL]\nAstro.env = {}",
    ],
)
def test_a_file_with_the_table_is_a_manifest(text: str) -> None:
    assert parse_manifest(text.encode()) is not None
    assert parse_manifest(text.replace("\n", "\r\n").encode()) is not None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[tool.ruff]",
        "[astro]",
        "['tool.astro']",
        "[tool.astronomer]\n[tool.astro-cli]",
        "[[project]]\nname = 'astro'",
        "[tool.x]\na = '''\n[tool.astro]\n'''",
        "# [tool.astro]",
        "[project]\ndependencies = ['astropy",
        "[tool.black]\nastronomer =",
        "tool = ['astro']",
    ],
)
def test_other_files_are_no_manifests(text: str) -> None:
    assert parse_manifest(text.encode()) is None


@pytest.mark.parametrize(
    ("data", "place", "message"),
    [
        (b"x = \n[tool.astro]", (1, 5), "Expected a value"),
        (b"x = \n[tool]\nastro = {}", (1, 5), "Expected a value"),
        (b"x = \n[tool]\nastro.env = {}", (1, 5), "Expected a value"),
        (b"[tool.astro\nruntime = '3.3-8'", (1, 12), "Expected ']'"),
        (b"[[tool.astro]\n", (1, 13), "Expected ']]'"),
        (b"tool.astro.env = ", (1, 18), "Expected a value"),
        (b"\xff\n[ Tool . 'astro' ]", (1, 1), "Expected a key"),
        ("[tool.astro]".encode("utf-16"), (1, 1), "Expected a key"),
        ("\ufeff[tool.astro]".encode(), (1, 1), "Expected a key"),
        (b"[project]\r[tool.astro]\r", (1, 10), "Expected the end of the line"),
        (b"[[tool.astro]]", (1, 3), "'tool.astro' must be a table"),
        (b"[tool.astro]\n\x00", (2, 1), "Expected a key"),
        (b"[tool.astro]\nx = 2021-02-30", (2, 5), "The date '2021-02-30' does not exist"),
        (
            b"[tool.astro]\nx = [{y = 99999999999999999999}]",
            (2, 11),
            "The integer '99999999999999999999' does not exist",
        ),
        (b"[tool.astro]\n[tool.uv]\nx = 1e999", (3, 5), "The float '1e999' does not exist"),
        ((b"[tool.astro]\n=" + b"x" * MAX_FILE)[:MAX_FILE], (2, 1), "Expected a key"),
        ((b"[tool.astro]\n=" + b"x" * MAX_FILE)[: MAX_FILE + 1], (1, 1), "The file is larger than 16 MiB"),
    ],
    ids=lambda value: repr(value[:40]) if isinstance(value, bytes) else "",
)
def test_a_manifest_that_does_not_parse_has_an_error(
    data: bytes, place: tuple[int, int], message: str
) -> None:
    manifest = parse_manifest(data)
    assert manifest is not None
    assert manifest.error is not None
    assert not manifest.is_accepted
    assert (manifest.problems, manifest.pin, manifest.build) == ((), "", None)
    assert not manifest.has_constraints
    assert manifest.error.location == manifest.location
    assert manifest.location.start == manifest.location.end == place
    assert manifest.error[0:2] == ("parse_error", "")
    assert (manifest.error.message, manifest.error.help) == (message, "")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("project = 1\n[tool.astro]", 1, "'project' must be a table"),
        ("[tool.astro]\n[[project]]", 2, "'project' must be a table"),
        ("[tool.astro]\n[project.name]", 2, "'name' must be a string"),
        ("[tool.astro]\n[[project.dependencies]]", 2, "'dependencies' must be an array of strings"),
        ("[tool.astro]\n[project]\nNAME = true", 3, "'name' must be a string"),
        (
            "[tool.astro]\n[project]\ndependencies = [\n'a',\n1]",
            5,
            "'dependencies' must be an array of strings",
        ),
        ("[tool.astro]\n[project]\ndynamic = 'version'", 3, "'dynamic' must be an array of strings"),
        ("[tool.astro]\n[project]\ndependencies = {}", 3, "'dependencies' must be an array of strings"),
        ("[tool.astro]\n[project]\nrequires-python = ['3.12']", 3, "'requires-python' must be a string"),
        ("[tool]\nastro = []", 2, "'tool.astro' must be a table"),
        ("[tool.astro]\n[[tool.uv]]", 2, "'tool.uv' must be a table"),
        # The first error is reported, even if a later error is a syntax error.
        ("[tool.astro]\n[project]\nname = 1\nx =", 3, "'name' must be a string"),
        ("[tool.astro]\n[tool.x]\ny = {,}\n[project]\nname = 1", 3, "Expected a key"),
    ],
)
def test_a_wrong_type_outside_of_the_table_is_an_error_of_the_file(
    text: str, line: int, message: str
) -> None:
    manifest = parse_manifest(text.encode())
    assert manifest is not None
    assert manifest.error is not None
    assert (manifest.error.location.line, manifest.error.message) == (line, message)


def test_a_search_for_a_word_rules_out_most_files() -> None:
    assert not may_be_manifest(b"[project]\nname = 'demo'\n")
    assert may_be_manifest(b"[tool.ASTRO]")
    assert may_be_manifest(b'[tool."\\x61stro"]')
    assert may_be_manifest("[tool.Astro]".encode("utf-16-be"))
    assert read_manifest(ASTRO.encode()) == _read(ASTRO)
    assert read_manifest(PROJECT.encode()) is None


def test_the_name_of_a_manifest_is_the_last_part_of_its_path() -> None:
    names = ["pyproject.toml", "a/b/pyproject.toml", "a\\b\\pyproject.toml"]
    others = ["pyproject.toml/a", "pyproject.toml\\a", "a-pyproject.toml", "Pyproject.toml"]
    assert [name for name in names + others if is_manifest_name(name)] == names


def test_a_manifest_may_declare_a_dockerfile() -> None:
    paths = {
        "dockerfile = ' docker/Dockerfile '": "docker/Dockerfile",
        '"docker\\u0066ile" = "D"': "D",
        # A manifest with other problems still declares the Dockerfile.
        "dockerfile = 'D'\nruntime = 3": "D",
        "dockerfile = ' '": "",
        "dockerfile = 1": "",
        "dockerfile = '../D'": "",
        "dockerfile = '/D'": "",
        "dockerfile = 'docker\\D'": "",
        "dockerfile = 'D'\nx =": "",
        "runtime = '3.3-8'": "",
    }
    assert {text: declared_dockerfile((ASTRO + text).encode()) for text in paths} == paths
    others = [PROJECT + "[tool.astronomer]\n" + text for text in paths]
    assert {declared_dockerfile(text.encode()) for text in others} == {""}


# --- What a manifest states --------------------------------------------------------------------------


def test_every_statement_has_its_place() -> None:
    text = (
        "[project]\n"
        "name = 'demo'\n"
        'Requires-Python = " >=3.12 "\n'
        "dependencies = [\n"
        "  'pandas', # 'apache-airflow==3.1.*'\n"
        "  ' Apache_Airflow [celery] == 3.2.* ; os_name == \"posix\" ',\n"
        "]\n"
        "[tool.astro]\n"
        "runtime = '''\n3.2-10'''\n"
        "organization = 'org'\n"
        "workspace = 'work'\n"
    )
    manifest = _read(text)
    assert manifest.is_accepted
    assert (manifest.pin, manifest.series, manifest.generation) == ("3.2", "3.2", "3")
    requirement = manifest.requirement
    assert requirement is not None
    assert requirement.name == "Apache_Airflow"
    assert (requirement.distribution, requirement.number) == ("apache-airflow", 1)
    assert requirement.location == Location(6, 5, 6, 58)
    assert requirement.specifier_location is not None
    assert _slice(text, requirement.specifier_location) == "== 3.2.*"
    assert _slice(text, requirement.key) == "dependencies"
    assert manifest.build is not None
    assert manifest.build.location == Location(10, 1, 10, 7)
    assert _slice(text, manifest.build.key) == "runtime"
    assert manifest.requires_python is not None
    assert _slice(text, manifest.requires_python.location) == manifest.requires_python.text == ">=3.12"
    assert _slice(text, manifest.location) == "tool.astro"
    assert (manifest.dockerfile, manifest.has_constraints, manifest.comments) == (None, False, ())
    assert manifest.build.is_literal
    assert _slice(text, manifest.requires_python.key) == "Requires-Python"


def test_a_manifest_without_a_requirement_states_no_version() -> None:
    manifest = _read("[tool.astro]\n[tool.uv]\nconstraint-dependencies = []")
    assert manifest.requirement is None
    assert (manifest.requirements, manifest.pin, manifest.series, manifest.generation) == ((), "", "", "")
    assert manifest.has_constraints


def test_the_first_requirement_with_a_pin_states_the_version() -> None:
    manifest = _read(_require("apache-airflow>=3", "apache-airflow==3.2.1", "apache-airflow==3.3.*"))
    assert manifest.requirement == manifest.requirements[1]
    assert (manifest.pin, manifest.series, manifest.generation) == ("3.2.1", "3.2", "3")
    manifest = _read(_require("apache-airflow>=3", "apache-airflow<4"))
    assert manifest.requirement == manifest.requirements[0]
    assert manifest.pin == ""


def test_a_string_with_an_escape_sequence_is_not_literal() -> None:
    text = '[tool.astro]\nruntime = "3.3\\u002d8"\n[project]\nname=\'a\'\ndependencies = ["apache\\u002dairflow==3.3.*"]'
    manifest = _read(text)
    assert manifest.is_accepted
    assert manifest.build is not None
    assert (manifest.build.text, manifest.build.is_literal) == ("3.3-8", False)
    assert _slice(text, manifest.build.location) == "3.3\\u002d8"
    assert manifest.requirement is not None
    assert manifest.requirement.specifier_location is None
    assert _slice(text, manifest.requirement.location) == "apache\\u002dairflow==3.3.*"


@pytest.mark.parametrize(
    ("text", "pin"),
    [
        (PROJECT + "[Project]\ndependencies = ['apache-airflow==3.2.*']\n[tool.astro]", "3.2"),
        ("[project]\nDEPENDENCIES = ['apache-airflow==3.2.*']\n" + PROJECT[10:] + "[tool.astro]", "3.3"),
        ("[tool.astro]\n[project.optional-dependencies]\na = ['apache-airflow==3.1.*']\n" + PROJECT, "3.3"),
        (
            "[tool]\nastro.env = {}\n" + PROJECT + "[dependency-groups]\na = ['apache-airflow==3.1.*']",
            "3.3",
        ),
    ],
)
def test_the_last_spelling_of_a_key_counts(text: str, pin: str) -> None:
    assert _read(text).pin == pin


def test_tables_of_both_spellings_are_merged() -> None:
    manifest = _read(PROJECT + "[tool.astro]\nruntime = '3.3-8'\n[tool.ASTRO]\ndockerfile = 'x'\n")
    assert manifest.build is not None
    assert manifest.dockerfile is not None
    # If both tables set a key, the last value in the file counts.
    text = "[tool.x]\n[TOOL.astro]\nruntime = '3.3-8'\n[tool.astro]\nruntime = '3.2-4'\n"
    manifest = _read(text)
    assert manifest.build is not None
    assert (manifest.build.text, manifest.location.line) == ("3.2-4", 2)


@pytest.mark.parametrize(
    ("requirements", "found", "pin"),
    [
        (["apache-airflow==3.3"], [], "3.3.0"),
        (["apache-airflow==3"], [], "3.0.0"),
        (["apache-airflow==3.*"], [], "3"),
        (["apache-airflow == 3.3.2.*"], [], "3.3.2"),
        (["apache.airflow.core==3.3.*"], [], "3.3"),
        (["apache-airflow==3.3.*", "apache_airflow[celery]==3.3.*"], [], "3.3"),
        (["apache-airflow==3.3", "apache-airflow==3.3.0"], [], "3.3.0"),
        (["apache-airflow==3.3.*", "apache-airflow-core[x]; os_name=='a==b'"], [], "3.3"),
        (["apache-airflow-providers-http==3.3"], [("airflow_missing", "")], ""),
        (["apache-airflow-task-sdk==1.3"], [("airflow_missing", "")], ""),
        (["apache-airflow (==3.3.*)"], [("airflow_unpinned", "[0]")], ""),
        (["apache-airflow===3.3.1"], [("airflow_unpinned", "[0]")], ""),
        (["apache-airflow==v3.3.1"], [("airflow_unpinned", "[0]")], ""),
        (["apache-airflow==3.3.1rc1"], [("airflow_unpinned", "[0]")], ""),
        (["apache-airflow==3.3.1+astro.1"], [("airflow_unpinned", "[0]")], ""),
        (["apache-airflow>=3,==3.3.*"], [("airflow_unpinned", "[0]")], ""),
        (["apache-airflow==*"], [("airflow_unpinned", "[0]")], ""),
        (["apache-airflow=="], [("airflow_unpinned", "[0]")], ""),
        (["apache-airflow[a][b]==3.3.*"], [], "3.3"),
        (
            ["x", "apache-airflow>3", "apache-airflow"],
            [("airflow_unpinned", "[1]"), ("airflow_unpinned", "[2]")],
            "",
        ),
        (["apache-airflow==3.3.*", "apache-airflow==3.2.*"], [("airflow_ambiguous", "")], "3.3"),
        (["apache-airflow-core==2.11.*"], [("airflow_core_before_three", "[0]")], "2.11"),
        (
            ["apache-airflow>=3", "apache-airflow-core>=3"],
            [("airflow_ambiguous", ""), ("airflow_unpinned", "[0]"), ("airflow_unpinned", "[1]")],
            "",
        ),
    ],
)
def test_a_requirement_pins_a_version(
    requirements: list[str], found: list[tuple[str, str]], pin: str
) -> None:
    manifest = _read(_require(*requirements))
    assert [(p.code, p.key.removeprefix("project.dependencies")) for p in manifest.problems] == found
    assert manifest.pin == pin


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("runtime = '3.3-8'", []),
        ("runtime = ' 3.3-8 '", []),
        ("runtime = ''", ["empty_string runtime"]),
        ("runtime = 3.3", ["expected_string runtime"]),
        ("[tool.astro.runtime]", ["expected_string runtime"]),
        ("runtime = 'latest'", ["runtime_invalid runtime"]),
        ("runtime = '3.0.4'", ["runtime_invalid runtime"]),
        ("runtime = '13.1'", ["runtime_invalid runtime"]),
        ("runtime = '3.3-8-slim'", ["runtime_invalid runtime"]),
        ("runtime = '3.2-4'", ["runtime_mismatch runtime"]),
        ("runtime = '4.0.0'", ["runtime_mismatch runtime"]),
        ("runtime = 'x'\ndockerfile = 'y'", ["runtime_with_dockerfile runtime"]),
        ("runtime = '3.3-8'\ndockerfile = ' '", []),
        ("airflow = 3\nRuntime = 1", ["unknown_key Runtime", "airflow_removed airflow"]),
        ("dockerfile = '.'", []),
        ("dockerfile = './a/../b'", []),
        ("dockerfile = 'a/../../b'", ["dockerfile_outside_project dockerfile"]),
        ("dockerfile = '/x'", ["dockerfile_outside_project dockerfile"]),
        ("dockerfile = '..\\x'", ["dockerfile_separators dockerfile"]),
        ("packages = 'git'", ["expected_string_array packages"]),
        ("packages = ['git', ' ', 1]", ["empty_string packages[1]", "expected_string packages[2]"]),
        ("env = 'x'", ["expected_table env"]),
        ("organization = 'x'", ["organization_without_workspace organization"]),
        ("organization = 'x'\nworkspace = 'y'", []),
        ("domain = 'x'", ["domain_without_workspace domain"]),
        ("domain = ' '", []),
        (
            "target = {}\ndeployments.a = {deployment = 'x', workspace = 'y'}",
            ["target_not_a_name target"],
        ),
        (
            "mode = 'standalone'\nairflow-version = '3.1'",
            ["unknown_key airflow-version", "unknown_key mode"],
        ),
    ],
)
def test_the_keys_of_the_table_are_checked(keys: str, found: list[str]) -> None:
    expected = [(code, f"tool.astro.{key}") for code, key in map(str.split, found)]
    assert _found(ASTRO + keys) == expected


def test_a_build_is_not_compared_with_an_unclear_requirement() -> None:
    for requirements, code, key in (
        (["apache-airflow==3.3.*", "apache-airflow>=3"], "airflow_unpinned", "[1]"),
        (["apache-airflow==3.3.*", "apache-airflow==3.1.*"], "airflow_ambiguous", ""),
        ([], "airflow_missing", ""),
    ):
        text = _require(*requirements) + "runtime = '3.2-4'"
        assert _found(text) == [(code, f"project.dependencies{key}")]


def test_dynamic_dependencies() -> None:
    names = ["version", "dependencies", "dependencies"]
    manifest = _read(ASTRO.replace("name", f"dynamic = {names}\nname"))
    assert [problem.code for problem in manifest.problems] == ["dependencies_dynamic"]


def test_a_problem_is_at_the_value_or_at_the_table_that_lacks_it() -> None:
    text = (
        "[project]\ndependencies = [\n 'apache-airflow>=3',\n]\n[tool.astro]\nruntimes = {\n}\nenv = [\n]\n"
    )
    manifest = _read(text)
    assert [(problem.key, _slice(text, problem.location)) for problem in manifest.problems] == [
        ("project.dependencies[0]", "'apache-airflow>=3'"),
        ("project.name", "project"),
        ("tool.astro.env", "env"),
        ("tool.astro.runtimes", "runtimes"),
    ]
    assert manifest.problems[-1].help == "did you mean runtime?"
    for count, start in ((98, "did you mean runtime?"), (99, "remove it; known keys are airflow, ")):
        # No similar key is suggested in a larger table, because the search would take too long.
        others = "".join(f"x{number} = 1\n" for number in range(count))
        (problem,) = [p for p in _read(ASTRO + others + "runtimes = 1").problems if "runtimes" in p.key]
        assert problem.help.startswith(start)


@pytest.mark.parametrize(
    ("key", "help_text"),
    [
        ("'3.3'", "delete the line"),
        ("'3.1'", "delete the line; to run Airflow 3.1, require 'apache-airflow==3.1.*'"),
        ("'3.1.2'", "delete the line; to run Airflow 3.1.2, require 'apache-airflow==3.1.2'"),
        ("'three'", "delete the line"),
        ("3.1", "delete the line"),
    ],
)
def test_the_help_for_the_removed_key_keeps_the_version(key: str, help_text: str) -> None:
    assert [problem.help for problem in _read(ASTRO + f"airflow = {key}").problems] == [help_text]


def test_the_help_for_the_removed_key_names_the_distribution_in_use() -> None:
    text = _require("apache-airflow-core==3.3.*")
    (problem,) = _read(text + "airflow = '3.1'").problems
    assert problem.help.endswith("require 'apache-airflow-core==3.1.*'")
    (problem,) = _read(text + "airflow = '2.11'").problems
    assert problem.help.endswith("require 'apache-airflow==2.11.*'")


def test_comments_know_the_line_that_they_apply_to() -> None:
    text = (
        "# lint-runtime: ignore[a]\n\n# other\n[project] # lint-runtime: ignore[b]\n"
        "name = '''\n# lint-runtime: ignore[c]\n'''\ndependencies = [ # Lint-Runtime: d\n"
        "  # lint-runtime: e\n  # lint-runtime: f\n  'apache-airflow==3.3.*',\n]\n[tool.astro] # see lint-runtime\n# lint-runtime: g"
    )
    manifest = _read(text.replace("'''\n#", "'''#"))
    targets = [(comment.text.split()[-1], comment.target) for comment in manifest.comments]
    assert targets == [("ignore[a]", 4), ("ignore[b]", 4), ("d", 7), ("e", 10), ("f", 10), ("g", 0)]
    first = manifest.comments[0]
    assert (first.text, first.location) == ("lint-runtime: ignore[a]", Location(1, 1, 1, 26))
    # If a file has a syntax error, the comments before the error are read.
    broken = parse_manifest(text.replace("'''\n#", "'''#").encode() + b"\n x = # Lint-Runtime Ignore")
    assert broken is not None
    assert broken.error is not None
    assert broken.comments[:-1] == manifest.comments[:-1]
    assert (broken.comments[-1].text, broken.comments[-1].target) == ("lint-runtime: g", 14)


def test_mutated_manifests_never_fail_and_places_slice_to_the_text() -> None:
    kinds = set()
    for data in mutations(1500):
        manifest = parse_manifest(data)
        if manifest is None:
            continue
        kinds.add((manifest.error is None, manifest.is_accepted))
        text = decode(data)
        for stated in (manifest.build, manifest.requires_python, manifest.dockerfile):
            if stated:
                assert stated.is_literal == (_slice(text, stated.location) == stated.text), data
        for requirement in manifest.requirements:
            if requirement.specifier_location:
                assert _slice(text, requirement.location) == requirement.text, data
                assert _slice(text, requirement.specifier_location) in requirement.text, data
        for comment in manifest.comments:
            assert _slice(text, comment.location)[1:].strip() == comment.text, data
        for problem in manifest.problems:
            assert _slice(text, problem.location), data
            assert not (problem.message + problem.help).endswith(".")
    assert kinds == {(True, True), (True, False), (False, False)}
