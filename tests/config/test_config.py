"""Configuration files: what they may say, which one applies, what it does, and how it is shown."""

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import lint_runtime
from lint_runtime.config.files import MAX_CONFIG, load, read_toml
from lint_runtime.config.keys import read_config
from lint_runtime.config.model import Config, Requirements
from lint_runtime.config.settings import Applied, for_file
from lint_runtime.config.show import shown
from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import parse_platform
from lint_runtime.errors import UnusableError
from lint_runtime.images import mirrored
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.linter.engine import lint_file
from lint_runtime.rules import RULES
from tests.conftest import AS_OF, LINT, Command, loaded_modules, run_process

EMBEDDED_TABLE = embedded_table()

NAME = ".lint-runtime.toml"
RUNTIME = "quay.io/astronomer/astro-runtime"
AIRFLOW_3 = "astrocrpublic.azurecr.io/runtime"
MIRROR = "registry.example.com/mirror/astro-runtime"
UNSUPPORTED = f"FROM {RUNTIME}:9.7.0\n"
OUTDATED = f"FROM {RUNTIME}:13.6.0\n"
FLOATING = f"FROM {RUNTIME}:13\n"
FINE = f"FROM {RUNTIME}:13.11.0\n"
DAY = ["--as-of", "2026-09-25"]
SCHEMA = Path(lint_runtime.__file__).parent / "config/config.schema.json"
RULE_NAMES = [rule.name for rule in RULES]
KEYS = [field.replace("_", "-") for field in Config._fields]
AMD64, ARM64 = parse_platform("linux/amd64"), parse_platform("linux/arm64")


class Lint(Protocol):
    """Runs the command; returns its exit code, and the lines on standard output and error."""

    def __call__(self, *arguments: str, cwd: Path, stdin: str = "") -> tuple[int, list[str], list[str]]: ...


@pytest.fixture
def lint(run: Command) -> Lint:
    def lint(*arguments: str, cwd: Path, stdin: str = "") -> tuple[int, list[str], list[str]]:
        code, out, err = run(*DAY, *arguments, cwd=cwd, stdin=stdin)
        return code, out.splitlines(), err.splitlines()

    return lint


@pytest.fixture
def rules_found(lint: Lint) -> Callable[..., list[str]]:
    """Run the command; return the rules of what it finds."""

    def rules_found(*arguments: str, cwd: Path, stdin: str = "") -> list[str]:
        _, found, _ = lint(*arguments, cwd=cwd, stdin=stdin)
        return [line.rpartition("[")[2].rstrip("]") for line in found]

    return rules_found


def _write(directory: Path, files: dict[str, str]) -> Path:
    for name, content in files.items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    return directory


def _loaded(directory: Path, text: str) -> Config:
    (directory / NAME).write_text(text, encoding="utf-8")
    return load(str(directory / NAME), RULE_NAMES).config


def _messages(directory: Path, text: str) -> list[str]:
    with pytest.raises(UnusableError) as caught:
        _loaded(directory, text)
    return [message.replace(f"{directory}{os.sep}", "") for message in caught.value.messages]


def _schema() -> dict[str, Any]:
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return schema


def _fits_schema(text: str) -> bool:
    return bool(Draft202012Validator(_schema()).is_valid(read_toml(text.encode())))


def _found(source: str, config: Config) -> list[tuple[str, str]]:
    report = lint_file(source.encode(), "Dockerfile", AS_OF, config)
    return [(diagnostic.rule, diagnostic.message) for diagnostic in report.diagnostics]


# --- The schema and the loader -----------------------------------------------------------------------


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(_schema())


def test_the_schema_knows_the_rules(golden: Callable[[Path, str], None]) -> None:
    names = ",\n".join(f'        "{rule.name}"' for rule in RULES)
    before, rule, after = SCHEMA.read_text(encoding="utf-8").partition('    "rule": {')
    after = re.sub(r'"enum": \[[^\]]*\]', f'"enum": [\n{names}\n      ]', after, count=1)
    golden(SCHEMA, before + rule + after)


def test_schema_loader_and_config_know_the_same_keys() -> None:
    (problem,) = read_config({"zzz": 1}, RULE_NAMES)[1]
    assert problem.endswith(f"; choose from {', '.join(KEYS)}")
    assert list(_schema()["properties"]) == KEYS
    assert list(_schema()["properties"]["require"]["properties"]) == list(Requirements._fields)


def test_every_key_has_a_title_for_editors() -> None:
    properties = _schema()["properties"]
    assert [key for key, described in properties.items() if not described.get("title")] == []


@pytest.mark.parametrize("key", KEYS)
def test_defaults_and_examples_of_the_schema_are_taken(key: str) -> None:
    described = _schema()["properties"][key]
    field = key.replace("-", "_")
    if "default" in described:
        config, problems = read_config({key: described["default"]}, RULE_NAMES)
        assert (getattr(config, field), problems) == (getattr(Config(), field), [])
    for example in described.get("examples", ()):
        config, problems = read_config({key: example}, RULE_NAMES)
        assert problems == []
        assert getattr(config, field) != getattr(Config(), field)
        assert Draft202012Validator(_schema()).is_valid({key: example})


def test_examples_of_requirements_are_taken() -> None:
    for name, described in _schema()["properties"]["require"]["properties"].items():
        for example in described["examples"]:
            assert read_config({"require": {name: example}}, RULE_NAMES)[1] == []


GOOD: list[tuple[str, dict[str, Any]]] = [
    ("", {}),
    ("# nothing but a comment", {}),
    ("select = []", {}),
    ('select = ["floating-tag", "floating-tag"]', {"select": {"floating-tag"}}),
    ('ignore = ["floating-tag", "prerelease"]', {"ignore": {"floating-tag", "prerelease"}}),
    ('extend-select = ["not-lts"]', {"extend_select": {"not-lts"}}),
    ('severity.floating-tag = "error"', {"severity": {"floating-tag": Severity.ERROR}}),
    ('[severity]\nfloating-tag = "off"', {"severity": {"floating-tag": None}}),
    ('severity = { not-lts = "info" }', {"severity": {"not-lts": Severity.INFO}}),
    ("severity = {}", {}),
    ('fail-on = "warning"', {"fail_on": Severity.WARNING}),
    ("warn-within = 0", {"warn_within": 0}),
    ("min-release-age = 14", {"min_release_age": 14}),
    ("warn-within = 0x5a", {}),
    ("warn-within = 9223372036854775807", {"warn_within": (1 << 63) - 1}),
    ('exclude = ["legacy/", "!legacy/a"]', {"exclude": ("legacy/", "!legacy/a")}),
    ('per-file-ignores."a/**" = ["prerelease"]', {"per_file_ignores": {"a/**": {"prerelease"}}}),
    ('per-file-ignores."!a/" = []', {"per_file_ignores": {"!a/": set()}}),
    ('build-args = { TAG = "13", EMPTY = "" }', {"build_args": {"TAG": "13", "EMPTY": ""}}),
    ('target-platforms = ["linux/amd64"]', {"target_platforms": (AMD64,)}),
    ('target-platforms = ["arm64", "linux/aarch64", "x86_64"]', {"target_platforms": (ARM64, AMD64)}),
    (f'images."{MIRROR}" = "{RUNTIME}"', {"images": {MIRROR: RUNTIME}}),
    (f'images."R.example.com:5000/x" = "{RUNTIME}"', {"images": {"r.example.com:5000/x": RUNTIME}}),
    (f'images."team/runtime" = "{RUNTIME}"', {"images": {"docker.io/team/runtime": RUNTIME}}),
    ('images."r.io/*/*" = "quay.io/*/*"', {"images": {"r.io/*/*": "quay.io/*/*"}}),
    ('images."r.io/a-*/x" = "quay.io/astronomer/*"', {"images": {"r.io/a-*/x": "quay.io/astronomer/*"}}),
    ('require.runtime = ">=12"', {"require": Requirements(runtime=">=12")}),
    ('require.runtime = ">= 3.1-5, <3.3, "', {"require": Requirements(runtime=">= 3.1-5, <3.3, ")}),
    ('require.airflow = ">=2.9,<4"', {"require": Requirements(airflow=">=2.9,<4")}),
    ('require.python = "~=3.11"', {"require": Requirements(python="~=3.11")}),
    ("require-reason = true", {"require_reason": True}),
    ("max-suppression-days = 30", {"max_suppression_days": 30}),
]

RULE_LIST = "'lint-runtime --list-rules' lists all rules"

# A document, the key that is reported, words of the message.
BAD: list[tuple[str, str, str]] = [
    ("selct = []", "selct", "unknown key 'selct'; did you mean select?"),
    ('fail_on = "error"', "fail_on", "did you mean fail-on?"),
    ("per_file_ignores = {}", "per_file_ignores", "did you mean per-file-ignores?"),
    ("zzz = 1", "zzz", "unknown key 'zzz'; choose from select, ignore, extend-select, severity, "),
    ('"a b" = 1', "'a b'", "unknown key 'a b'; choose from "),
    ('"" = 1', "''", "unknown key ''; choose from "),
    ('select = ["yanked-relaese"]', "select", "unknown rule 'yanked-relaese'; did you mean yanked-release?"),
    ('ignore = ["zzz"]', "ignore", f"unknown rule 'zzz'; {RULE_LIST}"),
    ('extend-select = ["NOT-LTS"]', "extend-select", "unknown rule 'NOT-LTS'"),
    ('select = "prerelease"', "select", "must be an array of strings, not 'prerelease'"),
    ("select = [1]", "select", "must contain only strings, not 1 (a number)"),
    ('select = [["prerelease"]]', "select", "must contain only strings, not an array"),
    ("ignore = {}", "ignore", "must be an array of strings, not a table"),
    ('severity = "error"', "severity", "must be a table, not 'error'"),
    ('severity.floating-tags = "error"', "severity.floating-tags", "did you mean floating-tag?"),
    ('severity.floating-tag = "warn"', "severity.floating-tag", "unknown severity 'warn'; did you mean warning?"),
    ('severity.floating-tag = "fatal"', "severity.floating-tag", "unknown severity 'fatal'; choose from error, warning, info, off"),
    ("severity.floating-tag = false", "severity.floating-tag", "must be one of error, warning, info, off, not false (a boolean)"),
    ('severity."a.b" = "off"', "severity.'a.b'", "unknown rule 'a.b'"),
    ('fail-on = "off"', "fail-on", "unknown severity 'off'; choose from error, warning, info"),
    ('fail-on = "warn"', "fail-on", "did you mean warning?"),
    ("fail-on = 1", "fail-on", "must be one of error, warning, info, not 1 (a number)"),
    ("warn-within = -1", "warn-within", "must be a number of days (0 or more), not -1 (a number)"),
    ("warn-within = true", "warn-within", "not true (a boolean)"),
    ('warn-within = "90"', "warn-within", "not '90'"),
    ("warn-within = 1.5", "warn-within", "not 1.5 (a number)"),
    ("warn-within = nan", "warn-within", "not nan (a number)"),
    ("warn-within = 2026-01-01", "warn-within", "not 2026-01-01 (a date or time)"),
    ("warn-within = 9223372036854775808", "warn-within", "not such a large number"),
    ("warn-within = 0xffffffffffffffffffff", "warn-within", "not such a large number"),
    ('exclude = "a"', "exclude", "must be an array of strings, not 'a'"),
    ("exclude = [true]", "exclude", "must contain only strings, not true (a boolean)"),
    ('per-file-ignores = ["a"]', "per-file-ignores", "must be a table, not an array"),
    ('per-file-ignores."a/b" = "prerelease"', "per-file-ignores.'a/b'", "must be an array of strings, not 'prerelease'"),
    ('per-file-ignores."a/b" = ["prereleas"]', "per-file-ignores.'a/b'", "did you mean prerelease?"),
    ("build-args = []", "build-args", "must be a table, not an array"),
    ("build-args.PORT = 8080", "build-args.PORT", "must be a string, not 8080 (a number)"),
    ('build-args."" = "x"', "build-args.''", "'' is not a valid ARG name"),
    ('build-args."A=B" = "x"', "build-args.'A=B'", "'A=B' is not a valid ARG name"),
    ('target-platforms = "linux/amd64"', "target-platforms", "must be an array of strings"),
    ("target-platforms = [64]", "target-platforms", "must contain only strings, not 64 (a number)"),
    ("images = []", "images", "must be a table, not an array"),
    (f'images."{MIRROR}" = 1', f"images.'{MIRROR}'", "must be the repository that it mirrors, not 1 (a number)"),
    (f'images.runtime = "{RUNTIME}"', "images.runtime", "must be a repository with its registry and no tag, not 'runtime'"),
    (f'images."{MIRROR}" = "runtime"', f"images.'{MIRROR}'", "not 'runtime'"),
    ("require = []", "require", "must be a table, not an array"),
    ('require = ">=12"', "require", "must be a table, not '>=12'"),
    ('require.airflw = ">=2"', "require.airflw", "unknown key 'airflw'; did you mean airflow?"),
    ("require.runtime = 12", "require.runtime", "must be a specifier such as '>=12', not 12 (a number)"),
    ('require.runtime = ""', "require.runtime", "it is empty"),
    ('require.airflow = ","', "require.airflow", "it is empty"),
    ("require-reason = 1", "require-reason", "must be true or false, not 1 (a number)"),
    ('require-reason = "true"', "require-reason", "must be true or false, not 'true'"),
    ("max-suppression-days = -30", "max-suppression-days", "must be a number of days (0 or more), not -30"),
    ("max-suppression-days = false", "max-suppression-days", "not false (a boolean)"),
]  # fmt: skip

# What no schema can know: the same, but documents that the schema takes.
BAD_TO_THE_LOADER_ALONE: list[tuple[str, str, str]] = [
    ("warn-within = 90.0", "warn-within", "not 90.0 (a number)"),
    ('exclude = ["a", "[z-a]"]', "exclude", "invalid pattern '[z-a]'; use the syntax of .gitignore"),
    ('exclude = ["*a*b*c*d"]', "exclude", "has more than 3 '*' between two slashes"),
    ('exclude = ["!"]', "exclude", "invalid pattern '!'"),
    ("exclude = ['a\\']", "exclude", "invalid pattern 'a\\'"),
    ('exclude = ["[[:alpha:]]"]', "exclude", "invalid pattern '[[:alpha:]]'"),
    ('per-file-ignores."!" = []', "per-file-ignores.'!'", "invalid pattern '!'"),
    ('target-platforms = ["linux"]', "target-platforms", "'linux' has no architecture; write it as in linux/amd64"),
    ('target-platforms = ["linux/amd46"]', "target-platforms", "unknown architecture 'amd46'; did you mean linux/amd64?"),
    ('target-platforms = ["amd46"]', "target-platforms", "unknown operating system or architecture"),
    ('target-platforms = ["linus/arm64"]', "target-platforms", "Astro Runtime images are Linux only; did you mean linux/arm64?"),
    ('target-platforms = ["linux//v8"]', "target-platforms", "it has an empty part"),
    (f'images."*/runtime" = "{RUNTIME}"', "images.'*/runtime'", "has a '*' in the registry; use it only in the path"),
    (f'images."r.io/**/x" = "{RUNTIME}"', "images.'r.io/**/x'", "has two '*' in one path segment; one matches all of it"),
    ('images."r.io/*" = "quay.io/*/*"', "images.'r.io/*'", "'quay.io/*/*' has more '*' than its key"),
    ('images."r.io/*" = "quay.io/nobody/*"', "images.'r.io/*'", "'quay.io/nobody/*' is not a repository of Astro Runtime"),
    ('images."r.io/x" = "quay.io/astronomer/astro-runtim"', "images.'r.io/x'", f"did you mean {RUNTIME}?"),
    (f'images."r.io/x:1" = "{RUNTIME}"', "images.'r.io/x:1'", "no tag, not 'r.io/x:1'"),
    (f'images."r.io/x" = "{RUNTIME}:13.11.0"', "images.'r.io/x'", f"no tag, not '{RUNTIME}:13.11.0'"),
    (f'images."r.io/X" = "{RUNTIME}"', "images.'r.io/X'", "the repository name must be lowercase"),
    (f'images."r.io/" = "{RUNTIME}"', "images.'r.io/'", "invalid repository 'r.io/': the repository name is missing"),
    ('require.runtime = "12"', "require.runtime", "invalid specifier '12': expected e.g. '>=12' or '>=3.1-5,<3.3'"),
    ('require.runtime = ">=3"', "require.runtime", "3 is ambiguous; write 3.0 (Airflow 3) or 3.0.0 (Runtime 3)"),
    ('require.runtime = "==3.*"', "require.runtime", "3 is ambiguous"),
    ('require.runtime = ">=03"', "require.runtime", "expected e.g. '>=12'"),
    ('require.runtime = "~=13"', "require.runtime", "expected e.g. '>=12' or"),
    (f'require.runtime = ">={"9" * 5000}"', "require.runtime", "…': a number is too long"),
    ('require.airflow = "2.9"', "require.airflow", "expected e.g. '>=2.9,<4'"),
    ('require.airflow = "===2.9"', "require.airflow", "use '==' instead of '==='"),
    (f'require.python = ">={"9" * 5000}"', "require.python", "a number is too long"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), GOOD, ids=[text for text, _ in GOOD])
def test_good_documents(text: str, expected: dict[str, Any], tmp_path: Path) -> None:
    assert _loaded(tmp_path, text) == Config()._replace(**expected)
    assert _fits_schema(text)


@pytest.mark.parametrize(
    ("text", "key", "words", "fits_schema"),
    [
        pytest.param(*row, fits, id=row[0][:60])
        for rows, fits in ((BAD, False), (BAD_TO_THE_LOADER_ALONE, True))
        for row in rows
    ],
)
def test_bad_documents(text: str, key: str, words: str, *, fits_schema: bool, tmp_path: Path) -> None:
    (message,) = _messages(tmp_path, text)
    assert message.startswith(f"{NAME}: {key}: ")
    assert words in message
    assert len(message) < 500
    assert _fits_schema(text) is fits_schema


def test_all_that_is_wrong_is_reported_at_once(tmp_path: Path) -> None:
    text = 'selct = 1\nignore = ["a", "b"]\n[severity]\nc = "off"\nfloating-tag = "d"\n[require]\nruntime = "3"'
    keys = [message.split(": ")[1] for message in _messages(tmp_path, text)]
    assert keys == ["selct", "ignore", "ignore", "severity.c", "severity.floating-tag", "require.runtime"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.sampled_from(["error", "off", ">=12"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["prerelease", "runtime", "a/b", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*KEYS, "other"]), JSON, max_size=4))
def test_the_loader_takes_nothing_that_the_schema_refuses(document: dict[str, Any]) -> None:
    _, problems = read_config(document, RULE_NAMES)
    assert problems or Draft202012Validator(_schema()).is_valid(document)


# --- Files that cannot be used -----------------------------------------------------------------------


def _deep(opening: str, closing: str) -> bytes:
    return f"select = {opening * 30000}{closing * 30000}".encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"select = ", "invalid TOML: Invalid value (at ", id="broken TOML"),
        pytest.param(b"[a]\n[a]", "invalid TOML: Cannot declare", id="a table twice"),
        pytest.param(b"\n\n# \xff", "invalid TOML: line 3 is not valid UTF-8", id="not UTF-8"),
        pytest.param(b"\xff\xfes\0", "invalid TOML: line 1 is not valid UTF-8", id="UTF-16"),
        pytest.param(b"#" * (MAX_CONFIG + 1), "larger than 1 MiB", id="too large"),
        pytest.param(_deep("[", "]"), "nested too deeply", id="deep arrays"),
        pytest.param(_deep("{a=", "}"), "nested too deeply", id="deep tables"),
        pytest.param(b"a" + b".a" * 400_000 + b" = 1", "nested too deeply", id="a key of many parts"),
        pytest.param(b"[a" + b" . 'a'" * 90_000 + b"]", "nested too deeply", id="a header of many"),
        pytest.param(b"select.a.a.a = 1", "select: must be an array of strings, not a table", id="a few parts"),
        pytest.param(b"warn-within = " + b"9" * 5000, "a number has too many digits", id="a long number"),
        pytest.param(b"warn-within = 0x" + b"f" * 5000, "not such a large number", id="a long hexadecimal one"),
        pytest.param(b'exclude = ["[[:alpha:]]"]', "exclude: invalid pattern '[[:alpha:]]'", id="a pattern that Python warns of"),
        pytest.param(b"a\0 = 1", "invalid TOML: ", id="a NUL in a key"),
        pytest.param(b'"\\u0000\\u001b[31m\\u009b" = 1', "'\\x00\\x1b[31m\\x9b': unknown key", id="escapes in a key"),
        pytest.param(b'select = ["\\u001b[2J\\u202e##[error]"]', "rule '\\x1b[2J\\u202e#\\x23[error]'", id="escapes in a value"),
        pytest.param(b'"\x1b" = 1', "invalid TOML: ", id="a raw escape"),
        pytest.param(b"[tool.lint-runtime]", "put the keys at the top level; [tool.lint-runtime] is only for pyproject.toml", id="the table of pyproject.toml"),
        pytest.param(b"[lint-runtime]", "put the keys at the top level", id="a table of the tool's name"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_used_stops_what_it_applies_to(
    content: bytes, words: str, tmp_path: Path, lint: Lint
) -> None:
    _write(
        tmp_path, {"a/Dockerfile": UNSUPPORTED, "b/Dockerfile": UNSUPPORTED, "b/c/Dockerfile": UNSUPPORTED}
    )
    (tmp_path / "b" / NAME).write_bytes(content)
    code, found, complaints = lint(cwd=tmp_path)
    assert code == 2
    assert [line.split(":")[0] for line in found] == ["a/Dockerfile"]
    assert complaints[0].startswith(f"lint-runtime: {tmp_path}/b/{NAME}: ")
    assert words in complaints[0]
    assert [line.split(",")[0] for line in complaints[1:]] == [
        "lint-runtime: 1 error in 1 file with 1 Runtime image"
    ]
    assert all(line.isprintable() and len(line) < 600 for line in complaints)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {NAME: '\ufeffselect = ["floating-tag"]', "Dockerfile": UNSUPPORTED})
    assert lint(cwd=tmp_path)[:2] == (0, [])


def test_two_broken_files_are_reported_once_each(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {f"{name}/{NAME}": f"{name} = 1" for name in "ab"})
    _write(tmp_path, {f"{name}/{sub}/Dockerfile": UNSUPPORTED for name in "ab" for sub in "xyz"})
    code, found, complaints = lint(cwd=tmp_path)
    assert (code, found, len(complaints)) == (2, [], 2)


def test_a_link_that_leads_nowhere_is_not_passed_over(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {"Dockerfile": UNSUPPORTED})
    (tmp_path / NAME).symlink_to("gone.toml")
    code, found, complaints = lint(cwd=tmp_path)
    assert (code, found) == (2, [])
    assert (
        complaints[0] == f"lint-runtime: {tmp_path / NAME}: cannot read the file: No such file or directory"
    )


@pytest.mark.parametrize("name", [NAME, "pyproject.toml"])
def test_what_is_not_a_file_is_passed_over(name: str, tmp_path: Path, lint: Lint) -> None:
    _write(
        tmp_path,
        {NAME: 'select = ["floating-tag"]', "a/Dockerfile": UNSUPPORTED, "b/Dockerfile": UNSUPPORTED},
    )
    (tmp_path / "a" / name).mkdir()
    os.mkfifo(tmp_path / "b" / name)
    assert lint(cwd=tmp_path)[:2] == (0, [])


@pytest.mark.parametrize("name", [NAME, "pyproject.toml"])
def test_a_file_whose_content_cannot_be_had(name: str, tmp_path: Path, lint: Lint) -> None:
    if not Path("/proc/self/mem").exists():
        pytest.skip("needs a file that opens and cannot be read")
    _write(tmp_path, {"Dockerfile": UNSUPPORTED})
    (tmp_path / name).symlink_to("/proc/self/mem")
    code, found, complaints = lint(cwd=tmp_path)
    assert (code, found) == (2, [])
    assert complaints[0] == f"lint-runtime: {tmp_path / name}: cannot read the file: Input/output error"


def test_no_directory_name_reaches_the_terminal_raw(tmp_path: Path, lint: Lint) -> None:
    directory = tmp_path / "\x1b[31m\n\u202e"
    _write(directory, {NAME: "zzz = 1", "Dockerfile": UNSUPPORTED})
    code, found, complaints = lint(cwd=tmp_path)
    assert (code, found) == (2, [])
    assert complaints[0].startswith(f"lint-runtime: {tmp_path}/\\x1b[31m\\n\\u202e/{NAME}: zzz: ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("[tool.lint-runtime]\nselct = 1", ": selct: unknown key 'selct'; did you mean select?", id="a wrong key"),
        pytest.param("[tool]\nlint-runtime = 5", ": tool.lint-runtime: must be a table", id="no table"),
        pytest.param("[tool.lint-runtime]\nx =", ": invalid TOML: ", id="broken below the table"),
        pytest.param("[tool.lint-runtime]\n" + "#" * MAX_CONFIG, ": larger than 1 MiB", id="too large"),
    ],
)  # fmt: skip
def test_a_pyproject_that_cannot_be_used(text: str, words: str, tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {"pyproject.toml": text, "Dockerfile": UNSUPPORTED})
    code, found, complaints = lint(cwd=tmp_path)
    assert (code, found) == (2, [])
    assert complaints[0].startswith(f"lint-runtime: {tmp_path}/pyproject.toml{words}")


# --- Which file applies ------------------------------------------------------------------------------

QUIET = 'select = ["floating-tag"]\n'
LOUD = "warn-within = 1\n"
TABLE = "[tool.lint-runtime]\n"


@pytest.mark.parametrize(
    ("files", "is_quiet"),
    [
        pytest.param({NAME: QUIET}, True, id="two directories up"),
        pytest.param({f"a/{NAME}": QUIET}, True, id="one directory up"),
        pytest.param({f"a/b/{NAME}": QUIET}, True, id="next to the file"),
        pytest.param({f"c/{NAME}": QUIET, f"a/b/c/{NAME}": QUIET}, False, id="elsewhere"),
        pytest.param({NAME: QUIET, f"a/{NAME}": LOUD}, False, id="the nearest one alone"),
        pytest.param({NAME: QUIET, f"a/{NAME}": ""}, False, id="even if it says nothing"),
        pytest.param({NAME: LOUD, f"a/b/{NAME}": QUIET}, True, id="the nearest one, the other way round"),
        pytest.param({"pyproject.toml": TABLE + QUIET}, True, id="pyproject.toml"),
        pytest.param({"pyproject.toml": TABLE + LOUD, NAME: QUIET}, True, id="the file of its own before pyproject.toml"),
        pytest.param({"pyproject.toml": TABLE + QUIET, NAME: LOUD}, False, id="and alone"),
        pytest.param({NAME: QUIET, "a/pyproject.toml": TABLE + LOUD}, False, id="a nearer pyproject.toml"),
        pytest.param({NAME: QUIET, "a/pyproject.toml": TABLE}, False, id="an empty table"),
        pytest.param({NAME: QUIET, "a/pyproject.toml": "[tool.ruff]"}, True, id="pyproject.toml without the table"),
        pytest.param({NAME: QUIET, "a/pyproject.toml": 'dev = ["lint-runtime"]'}, True, id="one that names the tool"),
        pytest.param({NAME: QUIET, "a/pyproject.toml": 'tool = "lint-runtime"'}, True, id="one without tools"),
        pytest.param({NAME: QUIET, "a/pyproject.toml": "broken ="}, True, id="a broken one of somebody else"),
        pytest.param({NAME: QUIET, ".git/HEAD": ""}, True, id="in the root of the repository"),
        pytest.param({NAME: QUIET, "a/.git/HEAD": ""}, False, id="above the root of the repository"),
        pytest.param({NAME: QUIET, "a/.git": "gitdir: ../x"}, False, id="above the root of a worktree"),
        pytest.param({NAME: QUIET, "a/b/.git": "", f"a/{NAME}": QUIET}, False, id="above a submodule"),
        pytest.param({f"a/{NAME}": QUIET, "a/.git/HEAD": ""}, True, id="in the root that ends the search"),
    ],
)  # fmt: skip
def test_the_nearest_file_applies_alone(
    files: dict[str, str], tmp_path: Path, rules_found: Callable[..., list[str]], *, is_quiet: bool
) -> None:
    _write(tmp_path, {".git/HEAD": "", "top/a/b/Dockerfile": UNSUPPORTED})
    _write(tmp_path / "top", files)
    expected = [] if is_quiet else ["end-of-basic-support"]
    assert rules_found("top", cwd=tmp_path) == expected
    assert rules_found("Dockerfile", cwd=tmp_path / "top" / "a" / "b") == expected


def test_outside_a_repository_the_search_goes_on(
    tmp_path: Path, rules_found: Callable[..., list[str]]
) -> None:
    _write(tmp_path, {NAME: QUIET, "a/b/c/d/Dockerfile": UNSUPPORTED})
    assert rules_found("a/b/c/d/Dockerfile", cwd=tmp_path) == []


def test_every_file_of_a_monorepo_is_linted_by_its_own(tmp_path: Path, lint: Lint) -> None:
    _write(
        tmp_path,
        {
            "strict/Dockerfile": FINE,
            f"strict/{NAME}": 'fail-on = "warning"',
            "lax/Dockerfile": OUTDATED,
            f"lax/{NAME}": 'fail-on = "error"',
        },
    )
    assert lint(cwd=tmp_path)[0] == 0
    assert lint("--fail-on", "warning", cwd=tmp_path)[0] == 1
    _write(tmp_path, {"strict/Dockerfile": OUTDATED})
    code, found, _ = lint(cwd=tmp_path)
    assert (code, [line.split(":")[0] for line in found]) == (1, ["lax/Dockerfile", "strict/Dockerfile"])
    assert lint("--fail-on", "error", cwd=tmp_path)[0] == 0


def test_a_config_given_is_the_only_one(
    tmp_path: Path, lint: Lint, rules_found: Callable[..., list[str]]
) -> None:
    _write(
        tmp_path,
        {NAME: LOUD, "ci/quiet.toml": QUIET, "ci/pyproject.toml": TABLE + QUIET, "Dockerfile": UNSUPPORTED},
    )
    assert rules_found(cwd=tmp_path) == ["end-of-basic-support"]
    assert rules_found("--config", "ci/quiet.toml", cwd=tmp_path) == []
    assert rules_found("--config", "ci/pyproject.toml", cwd=tmp_path) == []
    _write(tmp_path, {NAME: "broken ="})
    assert lint("--config", "ci/quiet.toml", cwd=tmp_path)[:2] == (0, [])
    assert rules_found("--config", os.devnull, cwd=tmp_path) == ["end-of-basic-support"]


def test_isolated_is_without_any(tmp_path: Path, lint: Lint, rules_found: Callable[..., list[str]]) -> None:
    _write(tmp_path, {NAME: QUIET, "Dockerfile": UNSUPPORTED})
    assert rules_found("--isolated", cwd=tmp_path) == ["end-of-basic-support"]
    _write(tmp_path, {NAME: "broken ="})
    assert lint("--isolated", cwd=tmp_path)[0] == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (
            ["--config", "missing.toml"],
            "lint-runtime: missing.toml: cannot read the file: No such file or directory",
        ),
        (
            ["--config", "\x1b[31m"],
            "lint-runtime: \\x1b[31m: cannot read the file: No such file or directory",
        ),
        (["--config", ""], "lint-runtime: '': cannot read the file: No such file or directory"),
        (["--config", "directory"], "lint-runtime: directory: cannot read the file: Is a directory"),
        (
            ["--config", "bad.toml"],
            "lint-runtime: bad.toml: selct: unknown key 'selct'; did you mean select?",
        ),
        (["--config", "pyproject.toml"], "lint-runtime: pyproject.toml: no table [tool.lint-runtime]"),
        (["--config", "good.toml", "--isolated"], "--config and --isolated can't be used together."),
    ],
)
def test_a_config_given_that_cannot_be_used(
    arguments: list[str], words: str, tmp_path: Path, lint: Lint
) -> None:
    _write(
        tmp_path,
        {
            "bad.toml": "selct = []",
            "pyproject.toml": "",
            "good.toml": "",
            "directory/Dockerfile": UNSUPPORTED,
        },
    )
    for more in ([], ["--show-config"]):
        code, found, complaints = lint(*arguments, *more, cwd=tmp_path)
        assert (code, found) == (2, [])
        assert words in "\n".join(complaints)


def test_standard_input_is_linted_by_the_name_given(
    tmp_path: Path, rules_found: Callable[..., list[str]]
) -> None:
    _write(tmp_path, {NAME: LOUD, f"a/{NAME}": QUIET})
    assert rules_found("-", cwd=tmp_path, stdin=UNSUPPORTED) == ["end-of-basic-support"]
    assert rules_found("-", "--stdin-filename", "a/Dockerfile", cwd=tmp_path, stdin=UNSUPPORTED) == []
    assert rules_found("-", "--stdin-filename", "not/there", cwd=tmp_path, stdin=UNSUPPORTED) == [
        "end-of-basic-support"
    ]
    assert rules_found("-", cwd=tmp_path / "a", stdin=UNSUPPORTED) == []


@pytest.mark.process
def test_standard_input_in_a_directory_that_is_gone(tmp_path: Path) -> None:
    directory = _write(tmp_path, {"gone/x": "", "c.toml": 'exclude = ["x"]'}) / "gone"
    for arguments in ([], ["--config", str(tmp_path / "c.toml")]):
        script = f'rm -r "$PWD" && exec "$@" {" ".join(DAY)} {" ".join(arguments)} -'
        directory.mkdir(exist_ok=True)
        result = run_process("sh", "-c", script, "sh", *LINT, cwd=directory, stdin=UNSUPPORTED)
        assert (result.code, result.out.count("\n")) == (1, 1), result.err


# --- Patterns ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("patterns", "excluded", "linted"),
    [
        pytest.param(["Dockerfile"], "Dockerfile a/Dockerfile", "a/Dockerfile.x xDockerfile", id="a name"),
        pytest.param(["/Dockerfile"], "Dockerfile", "a/Dockerfile", id="one at the top"),
        pytest.param(["a/"], "a/Dockerfile b/a/c/Dockerfile", "a ab/Dockerfile", id="a directory"),
        pytest.param(["a"], "a a/Dockerfile b/a/Dockerfile", "ab/Dockerfile", id="a file or directory"),
        pytest.param(["/a/"], "a/b/Dockerfile", "b/a/Dockerfile", id="a directory at the top"),
        pytest.param(["a/b"], "a/b/Dockerfile", "c/a/b/Dockerfile", id="a slash anchors"),
        pytest.param(["**/a/b"], "a/b/D c/a/b/D c/d/a/b/D", "a/c/b/D", id="any directories before"),
        pytest.param(["a/**/b"], "a/b a/x/b a/x/y/b/D", "b x/a/b", id="any directories between"),
        pytest.param(["a/**"], "a/D a/b/D", "a b/a/D", id="all below"),
        pytest.param(["*.d/*"], "x.d/D", "x.d y/x.d/D", id="a star stays within a part"),
        pytest.param(["Dockerfile.[ab]?"], "Dockerfile.ax", "Dockerfile.a Dockerfile.cx", id="classes"),
        pytest.param(["a/*", "!a/b"], "a/D a/c/D", "a/b a/b/D", id="the last one that matches counts"),
        pytest.param(["!a/b", "a/*"], "a/b", "b", id="in their order"),
        pytest.param(["a/", "!a/b/D"], "a/c/D", "x", id="below a directory"),
        pytest.param(["# a", "", r"\#a", r"\!b"], "#a !b", "a b", id="comments and escapes"),
        pytest.param(["é", "[éx]y"], "é/D éy xy", "e/D", id="any characters"),
        pytest.param(["/a/"], "a/x\ny/D a/\n", "b/\na/D", id="a line break in a name"),
        pytest.param(["D"], "x\ny/D", "D\n", id="a line break before one"),
        pytest.param([], "", "a D", id="none"),
    ],
)  # fmt: skip
def test_patterns(patterns: list[str], excluded: str, linted: str) -> None:
    config = Config(exclude=tuple(patterns))
    assert [name for name in excluded.split(" ") if name and for_file(config, name)] == []
    assert [name for name in linted.split(" ") if not for_file(config, name)] == []


@pytest.mark.parametrize(
    ("ignores", "path", "expected"),
    [
        ({"a/": ["prerelease"]}, "a/D", ["prerelease"]),
        ({"a/": ["prerelease"]}, "b/D", []),
        ({"a/": ["prerelease"], "D": ["floating-tag"]}, "a/D", ["floating-tag", "prerelease"]),
        ({"!a/": ["prerelease"]}, "b/D", ["prerelease"]),
        ({"!a/": ["prerelease"]}, "a/D", []),
        ({r"\!a": ["prerelease"]}, "!a", ["prerelease"]),
        ({"**": ["prerelease"]}, "a/b/D", ["prerelease"]),
    ],
)
def test_per_file_ignores(ignores: dict[str, list[str]], path: str, expected: list[str]) -> None:
    given_ignores = {pattern: frozenset(rules) for pattern, rules in ignores.items()}
    applied = for_file(Config(per_file_ignores=given_ignores, ignore=frozenset(["not-lts"])), path)
    assert applied is not None
    assert sorted(applied.ignore - {"not-lts"}) == expected
    assert "not-lts" in applied.ignore


def test_patterns_count_from_the_directory_of_their_file(tmp_path: Path, lint: Lint) -> None:
    text = 'exclude = ["/a/"]\nper-file-ignores."/b/" = ["end-of-basic-support", "end-of-maintenance"]'
    _write(
        tmp_path,
        {f"{name}/Dockerfile": UNSUPPORTED for name in ("a", "top/a", "top/b", "top/c/a", "top/c/b")},
    )
    _write(tmp_path, {f"top/{NAME}": text})
    for cwd, paths in (
        (tmp_path, ["."]),
        (tmp_path / "top" / "a", ["../../a", ".."]),
        (tmp_path / "top", ["../a", "."]),
    ):
        _, found, _ = lint(*paths, cwd=cwd)
        names = {os.path.relpath(cwd / line.split(":")[0], tmp_path) for line in found}
        assert names == {"a/Dockerfile", "top/c/a/Dockerfile", "top/c/b/Dockerfile"}


def test_patterns_of_a_config_given_count_from_the_current_directory(tmp_path: Path, lint: Lint) -> None:
    _write(
        tmp_path,
        {"a/Dockerfile": UNSUPPORTED, "ci/a/Dockerfile": UNSUPPORTED, "ci/c.toml": 'exclude = ["/a/"]'},
    )
    _, found, _ = lint("--config", "ci/c.toml", cwd=tmp_path)
    assert [line.split(":")[0] for line in found] == ["ci/a/Dockerfile"]


def test_exclude_holds_for_files_named_outright_and_for_standard_input(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {NAME: 'exclude = ["a/"]', "a/Dockerfile": UNSUPPORTED})

    def nothing_in(path: str) -> str:
        return f"lint-runtime: nothing to lint: the configuration excludes 1 file in '{path}'"

    assert lint("a/Dockerfile", cwd=tmp_path) == (0, [], [nothing_in("a/Dockerfile")])
    assert lint("Dockerfile", cwd=tmp_path / "a") == (0, [], [nothing_in("Dockerfile")])
    read = lint("-", "--stdin-filename", "a/D", cwd=tmp_path, stdin=UNSUPPORTED)
    assert read == (0, [], [nothing_in("-")])
    assert lint("--isolated", "a/Dockerfile", cwd=tmp_path)[0] == 1


# --- What the keys do --------------------------------------------------------------------------------

STABLE = f"FROM {RUNTIME}:10.9.0\n"
BOTH = f"FROM {RUNTIME}:9.7.0 AS b\n{FLOATING}COPY --from=b / /\n"


@pytest.mark.parametrize(
    ("text", "arguments", "source", "expected"),
    [
        pytest.param("", "", BOTH, "error end-of-basic-support, warning floating-tag", id="nothing set"),
        pytest.param('select = ["floating-tag"]', "", BOTH, "warning floating-tag", id="select"),
        pytest.param('ignore = ["floating-tag"]', "", BOTH, "error end-of-basic-support", id="ignore"),
        pytest.param('select = ["floating-tag"]\nignore = ["floating-tag"]', "", BOTH, "", id="ignore overrides select"),
        pytest.param('extend-select = ["not-lts"]', "", STABLE, "error end-of-maintenance, warning not-lts", id="extend-select"),
        pytest.param('select = ["not-lts"]', "", STABLE, "warning not-lts", id="select of what is off by default"),
        pytest.param('select = ["prerelease"]\nextend-select = ["not-lts"]', "", STABLE, "warning not-lts", id="in addition to select"),
        pytest.param('severity.floating-tag = "error"', "", FLOATING, "error floating-tag", id="a severity"),
        pytest.param('severity.floating-tag = "off"', "", FLOATING, "", id="off"),
        pytest.param('severity.floating-tag = "off"\nextend-select = ["floating-tag"]', "", FLOATING, "", id="off overrides extend-select"),
        pytest.param('severity.not-lts = "info"', "", STABLE, "error end-of-maintenance, info not-lts", id="a severity switches on"),
        pytest.param('severity.not-lts = "off"', "", STABLE, "error end-of-maintenance", id="and off does not"),
        pytest.param('select = ["prerelease"]\nseverity.not-lts = "info"', "", STABLE, "", id="but not in addition to select"),
        pytest.param('ignore = ["floating-tag"]', "--select floating-tag", FLOATING, "warning floating-tag", id="--select overrides ignore"),
        pytest.param('severity.floating-tag = "off"', "--select floating-tag", FLOATING, "warning floating-tag", id="and above off"),
        pytest.param('severity.floating-tag = "info"', "--select floating-tag", FLOATING, "info floating-tag", id="but keeps severities"),
        pytest.param('extend-select = ["not-lts"]', "--select end-of-maintenance", STABLE, "error end-of-maintenance", id="and above extend-select"),
        pytest.param('select = ["floating-tag"]', "--select end-of-maintenance", STABLE, "error end-of-maintenance", id="and above select"),
        pytest.param('ignore = ["end-of-maintenance"]', "--ignore floating-tag", STABLE, "", id="--ignore adds to ignore"),
        pytest.param('per-file-ignores.D = ["floating-tag"]', "--ignore prerelease", FLOATING, "", id="not above per-file-ignores"),
        pytest.param("warn-within = 216", "", FINE, "", id="warn-within, a day before"),
        pytest.param("warn-within = 217", "", FINE, "warning maintenance-ending", id="warn-within"),
        pytest.param("warn-within = 217", "--warn-within 216", FINE, "", id="--warn-within overrides"),
        pytest.param("min-release-age = 8", "", f"FROM {RUNTIME}:13.10.0\n", "warning outdated-release", id="min-release-age, on the day"),
        pytest.param("min-release-age = 9", "", f"FROM {RUNTIME}:13.10.0\n", "", id="min-release-age, a day before"),
        pytest.param("min-release-age = 9", "", f"FROM {RUNTIME}:13.8.0\n", "warning outdated-release", id="an older release is out long enough"),
        pytest.param("min-release-age = 9223372036854775807", "", f"FROM {RUNTIME}:13.8.0\n", "", id="min-release-age of ages"),
        pytest.param('build-args.TAG = "13"', "", f"ARG TAG\nFROM {RUNTIME}:$TAG", "warning floating-tag", id="build-args"),
        pytest.param('build-args.TAG = "13"', "--build-arg TAG=13.11.0", f"ARG TAG\nFROM {RUNTIME}:$TAG", "", id="--build-arg overrides"),
        pytest.param('build-args.TAG = "13"', "--build-arg OTHER=x", f"ARG TAG\nFROM {RUNTIME}:$TAG", "warning floating-tag", id="and is merged"),
    ],
)  # fmt: skip
def test_keys_and_options(
    text: str, arguments: str, source: str, expected: str, tmp_path: Path, lint: Lint
) -> None:
    _write(tmp_path, {NAME: text, "D": source})
    _, found, _ = lint("D", *arguments.split(), cwd=tmp_path)
    matches = [re.fullmatch(r"D:\d+:\d+: (\w+): .* \[([a-z0-9-]+)\]", line) for line in found]
    assert ", ".join(" ".join(match.groups()) for match in matches if match) == expected


def test_fail_on(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {NAME: 'fail-on = "warning"', "Dockerfile": OUTDATED})
    assert lint(cwd=tmp_path)[0] == 1
    assert lint("--fail-on", "error", cwd=tmp_path)[0] == 0
    _write(tmp_path, {NAME: 'severity.outdated-release = "error"'})
    assert lint(cwd=tmp_path)[0] == 1


def test_suppressions_can_be_held_to_a_reason_and_an_end(
    tmp_path: Path, rules_found: Callable[..., list[str]]
) -> None:
    comment = "# lint-runtime: ignore[end-of-basic-support, end-of-maintenance] until=2026-10-25"
    _write(
        tmp_path,
        {
            NAME: "require-reason = true\nmax-suppression-days = 30",
            "a/D": f"{comment} -- why\n{UNSUPPORTED}",
        },
    )
    assert rules_found("a/D", cwd=tmp_path) == []
    _write(tmp_path, {"a/D": f"{comment}\n{UNSUPPORTED}"})
    assert rules_found("a/D", cwd=tmp_path) == ["invalid-suppression", "end-of-basic-support"]
    _write(tmp_path, {NAME: "max-suppression-days = 29"})
    assert rules_found("a/D", cwd=tmp_path) == ["invalid-suppression", "end-of-basic-support"]


# --- Mirrors -----------------------------------------------------------------------------------------

MIRRORS = {
    "r.io/exact": "quay.io/astronomer/astro-runtime",
    "r.io/special/runtime": "air.astronomer.io/runtime",
    "r.io/*/runtime": "astrocrpublic.azurecr.io/runtime",
    "r.io/quay/*/*": "quay.io/*/*",
    "r.io:5000/x/*": "quay.io/astronomer/*",
    "r.io/a-*/b": "quay.io/astronomer/ap-airflow",
}


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ("r.io/exact", "quay.io/astronomer/astro-runtime"),
        ("r.io/special/runtime", "air.astronomer.io/runtime"),
        ("r.io/team/runtime", "astrocrpublic.azurecr.io/runtime"),
        ("r.io/team/more/runtime", "r.io/team/more/runtime"),
        ("r.io/runtime", "r.io/runtime"),
        ("rxio/team/runtime", "rxio/team/runtime"),
        ("evil.io/r.io/team/runtime", "evil.io/r.io/team/runtime"),
        ("r.io/quay/astronomer/astro-runtime", "quay.io/astronomer/astro-runtime"),
        ("r.io/quay/other/thing", "quay.io/other/thing"),
        ("r.io/quay/astronomer", "r.io/quay/astronomer"),
        ("r.io:5000/x/astro-runtime-dev", "quay.io/astronomer/astro-runtime-dev"),
        ("r.io:5001/x/astro-runtime", "r.io:5001/x/astro-runtime"),
        ("r.io/a-1/b", "quay.io/astronomer/ap-airflow"),
        ("r.io/a-/b", "r.io/a-/b"),
        ("quay.io/astronomer/astro-runtime", "quay.io/astronomer/astro-runtime"),
        ("r.io/exact/more", "r.io/exact/more"),
        ("r.io/exac", "r.io/exac"),
    ],
)
def test_what_a_repository_mirrors(repository: str, expected: str) -> None:
    assert mirrored(repository, MIRRORS) == expected


@pytest.mark.parametrize(
    "tag", ["9.7.0", "9.1.0", "13.6.0", "13", "latest", "9.2.5", "3.0.8", "13.11.0", "8.2.0-alpha4"]
)
def test_a_mirror_is_linted_like_the_original(tag: str) -> None:
    config = Config(images={MIRROR: RUNTIME})
    original = _found(f"FROM {RUNTIME}:{tag}", config)
    assert [rule for rule, _ in _found(f"FROM {MIRROR}:{tag}", config)] == [rule for rule, _ in original]
    assert _found(f"FROM {MIRROR}:{tag}", Config()) == []


def test_a_mirror_in_alint(tmp_path: Path, lint: Lint) -> None:
    text = f'[images]\n"Registry.example.com/*/runtime" = "{AIRFLOW_3}"\n"team/*" = "quay.io/astronomer/*"'
    source = (
        "FROM registry.example.com/a/runtime:3.0\nFROM team/astro-runtime:13\nFROM other/astro-runtime:13"
    )
    _write(tmp_path, {NAME: text, "Dockerfile": source})
    _, found, _ = lint("--select", "floating-tag", cwd=tmp_path)
    assert [line.split(":")[1] for line in found] == ["1", "2"]


# --- Required versions -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("specifier", "allowed", "refused"),
    [
        pytest.param(">=12", "12.0.0 12.5.0 13.11.0 3.0-1 3.3-8 13 3.1", "11.20.0 9.7.0 4.2.9 9 3.0.4", id="Airflow 3 is newer"),
        pytest.param("<3.0", "13.11.0 4.2.9 3.0.4 13", "3.0-1 3.1-5 3.1", id="Airflow 2 alone"),
        pytest.param(">=3.0", "3.0-1 3.3-8", "13.11.0 3.0.4", id="Airflow 3 alone"),
        pytest.param(">=3.0.0", "3.0.4 13.11.0 3.0-1", "", id="from Runtime 3 on"),
        pytest.param(">=3.1-5,<3.3", "3.1-5 3.2-1 3.2", "3.1-4 3.3-1 3.3 3.0-18 13.11.0", id="a range of Airflow 3"),
        pytest.param("==3.1.*", "3.1-1 3.1-21", "3.0-1 3.2-1 13.11.0", id="a series of Airflow 3"),
        pytest.param("==13.*", "13.0.0 13.11.0 13", "12.5.0 3.1-3", id="a series of Airflow 2"),
        pytest.param("!=13.5.0", "13.4.0 13.11.0", "13.5.0", id="all but one"),
        pytest.param("~=13.4", "13.4.0 13.11.0", "13.3.0 12.5.0 3.1-4", id="compatible"),
        pytest.param(" >= 12.1 , < 13 ", "12.1.0 12.5.0", "12.0.0 13.0.0", id="spaces"),
        pytest.param("<13", "12.5.0", "13.0.0 3.0-1 20.0.0 3.9-1", id="newer than the table knows"),
        pytest.param(">=12", "latest 9.2.5", "", id="of no known version, or of none that ever was"),
        pytest.param("<13.5", "13.4.0", "13 13.4", id="floating tags by the newest of the series"),
    ],
)  # fmt: skip
def test_required_runtime(specifier: str, allowed: str, refused: str, tmp_path: Path) -> None:
    config = _loaded(tmp_path, f'select = ["disallowed-version"]\nrequire.runtime = "{specifier}"')
    for tags, count in ((allowed, 0), (refused, 1)):
        for tag in tags.split():
            assert (tag, len(_found(f"FROM {RUNTIME}:{tag}", config))) == (tag, count)


@pytest.mark.parametrize(
    ("key", "specifier", "allowed", "refused"),
    [
        pytest.param("airflow", ">=2.9,<4", "13.11.0 3.0-1 12.5.0", "9.7.0 9", id="a range"),
        pytest.param("airflow", ">=2.10.3", "12.5.0", "9.7.0", id="an exact version that is known"),
        pytest.param("airflow", "<3", "13.11.0 13", "3.0-1 3.1", id="Airflow 2"),
        pytest.param("airflow", "==2.7.99", "9", "13", id="a patch that is not known may be any"),
        pytest.param("airflow", "==2.10.4", "12.1.0", "12.5.0", id="one that is known may not"),
        pytest.param("python", ">=3.11", "13.11.0 13.11.0-python-3.12", "13.11.0-python-3.10 9.7.0-python-3.9", id="of a suffix"),
        pytest.param("python", ">=3.11.9", "13.11.0-python-3.11", "13.11.0-python-3.10", id="a patch is never known"),
        pytest.param("python", "==3.12.*", "12.5.0 13.11.0-python-3.12", "13.11.0-python-3.11", id="of the series"),
        pytest.param("python", "<3", "99.0.0 latest", "13.11.0", id="not known"),
    ],
)  # fmt: skip
def test_required_airflow_and_python(
    key: str, specifier: str, allowed: str, refused: str, tmp_path: Path
) -> None:
    config = _loaded(tmp_path, f'select = ["disallowed-version"]\nrequire.{key} = "{specifier}"')
    for tags, count in ((allowed, 0), (refused, 1)):
        for tag in tags.split():
            assert (tag, len(_found(f"FROM {RUNTIME}:{tag}", config))) == (tag, count)


def test_a_message_names_version_key_and_specifier(tmp_path: Path) -> None:
    text = f'select = ["disallowed-version"]\nrequire = {{ runtime = ">=13.12", airflow = ">=3" }}\nimages."r.io/x" = "{RUNTIME}"'
    config = _loaded(tmp_path, text)
    airflow = "Airflow 2.11 is not allowed: require.airflow is '>=3'"
    assert [message for _, message in _found("FROM r.io/x:13", config)] == [
        airflow,
        "Astro Runtime 13 (currently 13.11.0) is not allowed: require.runtime is '>=13.12'",
    ]


# --- Target platforms --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("targets", "source", "words"),
    [
        pytest.param("linux/amd64", "--platform=linux/amd64 R:13.11.0", [], id="the only target"),
        pytest.param("linux/amd64", "--platform=amd64 R:13.11.0", [], id="spelled otherwise"),
        pytest.param("amd64, x86_64", "--platform=amd64 R:5.0.8", [], id="the only target, given twice"),
        pytest.param("linux/arm64", "--platform=linux/arm64/v8 R:13.11.0", [], id="its usual variant"),
        pytest.param("linux/arm64", "--platform=linux/arm64 R:5.0.8", [], id="never reported, whatever is shipped"),
        pytest.param("linux/amd64", "R:13.11.0", [], id="no platform"),
        pytest.param("linux/amd64", "R:5.0.8", [], id="a release that ships it"),
        pytest.param("linux/amd64", "--platform=linux/arm64 R:13.11.0", ["'linux/arm64' is not in target-platforms (linux/amd64)"], id="another"),
        pytest.param("linux/amd64, linux/arm64", "--platform=linux/amd64 R:13.11.0", [], id="one of two"),
        pytest.param("linux/amd64, linux/arm64", "--platform=linux/s390x R:13.11.0", ["(linux/amd64, linux/arm64)"], id="none of two"),
        pytest.param("linux/amd64", "--platform=$BUILDPLATFORM R:13.11.0", [], id="that of the building machine"),
        pytest.param("linux/arm64", "--platform=$TARGETPLATFORM R:13.11.0", [], id="that of the target"),
        pytest.param("linux/arm64", "--platform=linux R:13.11.0", [], id="no architecture"),
        pytest.param("linux/arm64", "R:5.0.8", ["Astro Runtime 5.0.8 is not available for linux/arm64, a target platform"], id="not shipped"),
        pytest.param("linux/amd64, linux/arm64", "R:5.0.8", ["not available for linux/arm64"], id="one of two not shipped"),
        pytest.param("linux/amd64, linux/arm64", "--platform=linux/amd64 R:5.0.8", ["not available for linux/arm64"], id="though another is fixed"),
        pytest.param("linux/arm", "R:13.11.0", ["Astro Runtime 13.11.0 is not available for linux/arm/v7,"], id="never shipped"),
        pytest.param("linux/arm64", "R:latest", [], id="a release that is not known"),
        pytest.param("linux/arm64", "--platform=linux/amd64 python:3.12", [], id="another image"),
        pytest.param("", "--platform=linux/arm64 R:5.0.8", [], id="no targets"),
    ],
)  # fmt: skip
def test_target_platforms(targets: str, source: str, words: list[str], tmp_path: Path) -> None:
    quoted = ", ".join(f'"{target}"' for target in targets.split(", ") if target)
    config = _loaded(tmp_path, f'select = ["target-platform"]\ntarget-platforms = [{quoted}]')
    messages = [message for _, message in _found(f"FROM {source.replace('R:', f'{RUNTIME}:')}", config)]
    assert len(messages) == len(words)
    assert [word for word, message in zip(words, messages, strict=True) if word not in message] == []


# --- --show-config -----------------------------------------------------------------------------------


@pytest.fixture
def origins(lint: Lint) -> Callable[..., dict[str, str]]:
    """Run --show-config; return key and value of every line, and where it comes from."""

    def origins(*arguments: str, cwd: Path) -> dict[str, str]:
        code, lines, complaints = lint("--show-config", *arguments, cwd=cwd)
        assert (code, complaints) == (0, [])
        return dict(line.split("  # ", 1) for line in lines if "  # " in line)

    return origins


def test_show_config_without_any(tmp_path: Path, lint: Lint) -> None:
    code, lines, _ = lint("--show-config", "--isolated", "x/Dockerfile", cwd=tmp_path)
    assert (code, lines) == (
        0,
        [
            "# x/Dockerfile",
            "select = []  # default",
            "ignore = []  # default",
            "extend-select = []  # default",
            "severity = {}  # default",
            'fail-on = "error"  # default',
            "warn-within = 90  # default",
            "min-release-age = 0  # default",
            "exclude = []  # default",
            "per-file-ignores = {}  # default",
            "build-args = {}  # default",
            "target-platforms = []  # default",
            "images = {}  # default",
            "require = {}  # default",
            "require-reason = false  # default",
            "# max-suppression-days is not set",
            "# table is not set",
        ],
    )


def test_origins_of_files(tmp_path: Path, origins: Callable[..., dict[str, str]]) -> None:
    text = """
        ignore = ["prerelease"]
        max-suppression-days = 7
        severity = { floating-tag = "off", not-lts = "info" }
        per-file-ignores."x/" = ["floating-tag"]
        require.python = ">=3.11"
        target-platforms = ["amd64"]
        images."r.io/*" = "quay.io/astronomer/*"
        build-args = { "A.B" = "" }
    """
    _write(tmp_path, {NAME: text, "x/Dockerfile": FINE, f"y/{NAME}": ""})
    file = str(tmp_path / NAME)
    settings = origins("x", cwd=tmp_path)
    assert {setting: origin for setting, origin in settings.items() if origin != "default"} == {
        'ignore = ["floating-tag", "prerelease"]': f"{file} and per-file-ignores in {file}",
        'severity.floating-tag = "off"': file,
        'severity.not-lts = "info"': file,
        'per-file-ignores."x/" = ["floating-tag"]': file,
        'build-args."A.B" = ""': file,
        'target-platforms = ["linux/amd64"]': file,
        'images."r.io/*" = "quay.io/astronomer/*"': file,
        'require.python = ">=3.11"': file,
        "max-suppression-days = 7": file,
    }
    assert set(origins("y", cwd=tmp_path).values()) == {"default"}
    assert origins("x", "--isolated", cwd=tmp_path)["ignore = []"] == "default"
    assert origins("y", "--config", NAME, cwd=tmp_path)["max-suppression-days = 7"] == NAME


def test_origins_of_options(tmp_path: Path, origins: Callable[..., dict[str, str]]) -> None:
    text = """
        select = ["prerelease"]
        ignore = ["floating-tag"]
        extend-select = ["not-lts"]
        warn-within = 10
        severity = { floating-tag = "off", not-lts = "info" }
        per-file-ignores."D" = ["amd64-only"]
        build-args = { A = "1", B = "2" }
    """
    _write(tmp_path, {NAME: text, "D": FINE})
    file = str(tmp_path / NAME)
    settings = origins("D", "--warn-within", "5", "--build-arg", "B=3", "--build-arg", "C=4", cwd=tmp_path)
    assert settings["warn-within = 5"] == "--warn-within"
    assert (
        settings['build-args.A = "1"'],
        settings['build-args.B = "3"'],
        settings['build-args.C = "4"'],
    ) == (
        file,
        "--build-arg",
        "--build-arg",
    )
    settings = origins("D", "--select", "floating-tag", "--fail-on", "info", cwd=tmp_path)
    assert settings['select = ["floating-tag"]'] == "--select"
    assert settings['fail-on = "info"'] == "--fail-on"
    assert settings["extend-select = []"] == "--select"
    assert settings['ignore = ["amd64-only"]'] == f"--select and per-file-ignores in {file}"
    assert settings['severity.not-lts = "info"'] == f"{file} and --select"
    settings = origins("D", "--ignore", "not-lts", cwd=tmp_path)
    ignored = 'ignore = ["amd64-only", "floating-tag", "not-lts"]'
    assert settings[ignored] == f"{file} and --ignore and per-file-ignores in {file}"
    assert settings['extend-select = ["not-lts"]'] == file


def test_show_config_of_what_is_excluded_or_broken(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {f"a/{NAME}": 'exclude = ["\\u001b*"]', f"b/{NAME}": "selct = 1"})
    assert lint("--show-config", "a/\x1b[31m", cwd=tmp_path)[:2] == (
        0,
        ["# a/\\x1b[31m is excluded by the configuration"],
    )
    code, lines, complaints = lint("--show-config", "b", cwd=tmp_path)
    assert (code, lines) == (2, [])
    assert complaints[0].endswith(f"b/{NAME}: selct: unknown key 'selct'; did you mean select?")


def test_show_config_of_bytes_that_are_not_text(tmp_path: Path, lint: Lint) -> None:
    path = os.fsdecode(b"\xff/Dockerfile")
    _, lines, _ = lint("--show-config", "--build-arg", os.fsdecode(b"A=\xff"), path, cwd=tmp_path)
    assert lines[0] == "# \\xff/Dockerfile"
    assert read_toml("\n".join(lines).encode())["build-args"] == {"A": "\ufffd"}


TEXTS = st.text(
    st.characters(exclude_categories=["Cs"]) | st.sampled_from('\0\x1b\x7f\x9b\n"\\#*!/[]\u202e\U0001f600'),
    max_size=12,
)
NAMES = st.sampled_from(RULE_NAMES)
RULE_SETS = st.frozensets(NAMES, max_size=4)
PATTERNS = TEXTS.filter(lambda text: not read_config({"exclude": [text]}, RULE_NAMES)[1])
DAYS = st.integers(0, (1 << 63) - 1)
SPECIFIERS = st.sampled_from(["", ">=12", "~=13.4", "<4,>=2.9", "!=3.1.*"])
CONFIGS = st.builds(
    Config,
    select=RULE_SETS,
    ignore=RULE_SETS,
    extend_select=RULE_SETS,
    severity=st.dictionaries(NAMES, st.sampled_from([*Severity, None]), max_size=4),
    fail_on=st.sampled_from(Severity),
    warn_within=DAYS,
    min_release_age=DAYS,
    exclude=st.lists(PATTERNS, max_size=4).map(tuple),
    per_file_ignores=st.dictionaries(PATTERNS, RULE_SETS, max_size=3),
    build_args=st.dictionaries(TEXTS.filter(lambda text: text and "=" not in text), TEXTS, max_size=3),
    target_platforms=st.lists(
        st.sampled_from(["amd64", "arm64", "linux/arm/v6", "linux/amd64/v3"]).map(parse_platform),
        unique=True,
    ).map(tuple),
    images=st.dictionaries(
        st.sampled_from(["r.io/*/*", "localhost:5000/a/*/b-*", "docker.io/*/*"]),
        st.sampled_from([RUNTIME, "quay.io/*/astro-runtime", "quay.io/*/*"]),
    ),
    require=st.builds(Requirements, SPECIFIERS, SPECIFIERS, SPECIFIERS),
    require_reason=st.booleans(),
    max_suppression_days=st.none() | DAYS,
    table=st.none() | TEXTS.filter(lambda text: text and "\0" not in text),
)


@given(CONFIGS, TEXTS)
def test_what_is_shown_is_a_configuration_that_says_the_same(config: Config, path: str) -> None:
    text = shown(path, Applied(config, None, EMBEDDED_TABLE), {})
    first, _, rest = text.partition("\n")
    assert all(character.isprintable() or character == "\n" for character in rest)
    assert not set(first) & set("\0\x1b\x7f\x9b\u202e")
    assert "##[" not in text
    loaded, problems = read_config(read_toml(text.encode()), RULE_NAMES)
    assert (loaded, problems) == (config, [])
    assert list(loaded.images) == list(config.images)
    assert Draft202012Validator(_schema()).is_valid(read_toml(text.encode()))


def test_what_a_run_shows_configures_another_alike(tmp_path: Path, lint: Lint) -> None:
    text = 'ignore = ["prerelease"]\nseverity.not-lts = "info"\nbuild-args.A = "\\u001b é ##[error]"\nexclude = ["a b/", "!x"]'
    _write(tmp_path, {NAME: text, "D": FINE, "again/D": FINE})
    _, lines, _ = lint("--show-config", "--warn-within", "3", "D", cwd=tmp_path)
    assert "##[" not in "".join(lines)
    _write(tmp_path, {f"again/{NAME}": "\n".join(lines)})
    again = load(str(tmp_path / "again" / NAME), RULE_NAMES).config
    assert again == load(str(tmp_path / NAME), RULE_NAMES).config._replace(warn_within=3)


# --- Start-up ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "loaded"),
    [
        pytest.param({}, set(), id="no configuration"),
        pytest.param({"pyproject.toml": "[tool.ruff]"}, set(), id="a pyproject.toml of others"),
        pytest.param({NAME: 'ignore = ["prerelease"]'}, {"toml", "keys"}, id="rules only"),
        pytest.param({NAME: 'exclude = ["a"]'}, {"toml", "keys", "pathspec"}, id="patterns"),
        pytest.param({NAME: 'require.python = ">=3.9"'}, {"toml", "keys", "packaging"}, id="requirements"),
    ],
)
@pytest.mark.process
def test_a_run_imports_what_its_configuration_needs(
    files: dict[str, str], loaded: set[str], tmp_path: Path
) -> None:
    _write(tmp_path, {".git/HEAD": "", "Dockerfile": FINE, **files})
    modules = loaded_modules(
        "from lint_runtime.cli.lint import main; main(['--as-of', '2026-09-25'])", cwd=tmp_path
    )
    parser = "tomllib" if sys.version_info >= (3, 11) else "tomli"
    names = {
        parser: "toml",
        "lint_runtime.config.keys": "keys",
        "pathspec": "pathspec",
        "packaging": "packaging",
    }
    assert {names[name] for name in modules & names.keys()} == loaded


def test_of_many_mistakes_the_first_are_reported(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {NAME: "".join(f"key{number} = 1\n" for number in range(1000)), "D": FINE})
    code, _, err = lint("D", cwd=tmp_path)
    assert (code, len(err)) == (2, 21)
    assert err[20].endswith(": and 980 more")


@pytest.mark.parametrize(
    "text",
    ["build-args = {" + ",".join(f"A{n}=''" for n in range(1001)) + "}", f"exclude = {['a'] * 1001}"],
)
def test_what_is_too_long_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(UnusableError, match="more than 1,000 entries"):
        load(str(tmp_path / NAME), RULE_NAMES)
