"""Configuration files: their keys, which file applies, its effects, and --show-config."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import lint_runtime
from lint_runtime.config.files import MAX_CONFIG, load, read_toml
from lint_runtime.config.keys import read_config
from lint_runtime.config.model import Config, Requirements
from lint_runtime.config.patterns import compile_pattern
from lint_runtime.config.settings import FileSettings, Settings, for_file
from lint_runtime.config.show import render_settings
from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import parse_platform
from lint_runtime.errors import UnusableError
from lint_runtime.images import mirrored
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.linter.engine import lint_file
from lint_runtime.rules import RULES, RULES_OF
from lint_runtime.rules.base import Topic
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
    """Runs the command. Returns the exit code, the lines of standard output, and the lines of standard error."""

    def __call__(self, *arguments: str, cwd: Path, stdin: str = "") -> tuple[int, list[str], list[str]]: ...


@pytest.fixture
def lint(run: Command) -> Lint:
    def lint(*arguments: str, cwd: Path, stdin: str = "") -> tuple[int, list[str], list[str]]:
        code, out, err = run(*DAY, *arguments, cwd=cwd, stdin=stdin)
        return code, out.splitlines(), err.splitlines()

    return lint


@pytest.fixture
def rules_found(lint: Lint) -> Callable[..., list[str]]:
    """Return a function that runs the command and returns the rules of its findings."""

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
    return load(str(directory / NAME)).config


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
    report = lint_file(source.encode(), "Dockerfile", config, embedded_table().as_of(AS_OF))
    return [(diagnostic.rule, diagnostic.message) for diagnostic in report.diagnostics]


# --- The schema and the loader -----------------------------------------------------------------------


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(_schema())


def test_the_schema_lists_all_rules_and_topics(golden: Callable[[Path, str], None]) -> None:
    before, rule, after = SCHEMA.read_text(encoding="utf-8").partition('    "rule": {')
    names = ",\n".join(f'        "{name}"' for name in RULES_OF)
    after = re.sub(r'"enum": \[[^\]]*\]', f'"enum": [\n{names}\n      ]', after, count=1)
    topics = {topic.word: json.dumps(RULES_OF[topic.word]) for topic in Topic}
    lines = "".join(f'    "{topic}": {{ "enum": {rules} }},\n' for topic, rules in topics.items())
    before = re.sub(rf'(?m)^    "(?:{"|".join(topics)})": .*\n', "", before)
    golden(SCHEMA, before + lines + rule + after)


def test_schema_loader_and_config_have_the_same_keys() -> None:
    (problem,) = read_config({"zzz": 1})[1]
    assert problem.endswith(f"; choose from {', '.join(KEYS)}")
    assert list(_schema()["properties"]) == KEYS
    assert list(_schema()["properties"]["require"]["properties"]) == list(Requirements._fields)


def test_every_key_has_a_title_for_editors() -> None:
    properties = _schema()["properties"]
    assert [key for key, described in properties.items() if not described.get("title")] == []


def test_the_loader_accepts_defaults_and_examples_of_the_schema() -> None:
    properties = _schema()["properties"]
    without_default = set()
    for key, described in properties.items():
        field = key.replace("-", "_")
        if "default" in described:
            config, problems = read_config({key: described["default"]})
            assert (getattr(config, field), problems) == (getattr(Config(), field), []), key
        else:
            without_default.add(key)
        for value in described.get("examples", ()):
            config, problems = read_config({key: value})
            assert (key, problems) == (key, [])
            assert getattr(config, field) != getattr(Config(), field), key
            assert Draft202012Validator(_schema()).is_valid({key: value}), key
    assert without_default == {"max-suppression-days", "table"}


def test_the_loader_accepts_examples_of_requirements() -> None:
    for name, described in _schema()["properties"]["require"]["properties"].items():
        for specifier in described["examples"]:
            assert read_config({"require": {name: specifier}})[1] == []


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
    ("warn-within = 90.0", {}),
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

# Pairs of a document that the schema refuses, and the expected message.
BAD: list[tuple[str, str]] = [
    ("selct = []", "selct: unknown key 'selct'; did you mean select?"),
    ('fail_on = "error"', "fail_on: unknown key 'fail_on'; did you mean fail-on?"),
    ("per_file_ignores = {}", "per_file_ignores: unknown key 'per_file_ignores'; did you mean per-file-ignores?"),
    ("zzz = 1", "zzz: unknown key 'zzz'; choose from select, ignore, extend-select, severity, fail-on, warn-within, min-release-age, exclude, per-file-ignores, build-args, target-platforms, images, require, require-reason, max-suppression-days, table"),
    ('"a b" = 1', "'a b': unknown key 'a b'; choose from select, ignore, extend-select, severity, fail-on, warn-within, min-release-age, exclude, per-file-ignores, build-args, target-platforms, images, require, require-reason, max-suppression-days, table"),
    ('"" = 1', "'': unknown key ''; choose from select, ignore, extend-select, severity, fail-on, warn-within, min-release-age, exclude, per-file-ignores, build-args, target-platforms, images, require, require-reason, max-suppression-days, table"),
    ('select = ["yanked-relaese"]', "select: unknown rule 'yanked-relaese'; did you mean yanked-release?"),
    ('ignore = ["zzz"]', "ignore: unknown rule 'zzz'; 'lint-runtime --list-rules' lists all rules"),
    ('extend-select = ["NOT-LTS"]', "extend-select: unknown rule 'NOT-LTS'; 'lint-runtime --list-rules' lists all rules"),
    ('select = "prerelease"', "select: must be an array of strings, not 'prerelease'"),
    ("select = [1]", "select: must contain only strings, not 1 (a number)"),
    ('select = [["prerelease"]]', "select: must contain only strings, not an array"),
    ("ignore = {}", "ignore: must be an array of strings, not a table"),
    ('severity = "error"', "severity: must be a table, not 'error'"),
    ('severity.floating-tags = "error"', "severity.floating-tags: unknown rule 'floating-tags'; did you mean floating-tag?"),
    ('severity.floating-tag = "warn"', "severity.floating-tag: unknown severity 'warn'; did you mean warning?"),
    ('severity.floating-tag = "fatal"', "severity.floating-tag: unknown severity 'fatal'; choose from error, warning, info, off"),
    ("severity.floating-tag = false", "severity.floating-tag: must be one of error, warning, info, off, not false (a boolean)"),
    ('severity."a.b" = "off"', "severity.'a.b': unknown rule 'a.b'; 'lint-runtime --list-rules' lists all rules"),
    ('fail-on = "off"', "fail-on: unknown severity 'off'; choose from error, warning, info"),
    ('fail-on = "warn"', "fail-on: unknown severity 'warn'; did you mean warning?"),
    ("fail-on = 1", "fail-on: must be one of error, warning, info, not 1 (a number)"),
    ("warn-within = -1", "warn-within: must be a number of days (0 or more), not -1 (a number)"),
    ("warn-within = true", "warn-within: must be a number of days (0 or more), not true (a boolean)"),
    ('warn-within = "90"', "warn-within: must be a number of days (0 or more), not '90'"),
    ("warn-within = 1.5", "warn-within: must be a number of days (0 or more), not 1.5 (a number)"),
    ("warn-within = nan", "warn-within: must be a number of days (0 or more), not nan (a number)"),
    ("warn-within = 2026-01-01", "warn-within: must be a number of days (0 or more), not 2026-01-01 (a date or time)"),
    ("warn-within = 9223372036854775808", "warn-within: must be a number of days (0 or more), not such a large number"),
    ("warn-within = 0xffffffffffffffffffff", "warn-within: must be a number of days (0 or more), not such a large number"),
    ('exclude = "a"', "exclude: must be an array of strings, not 'a'"),
    ("exclude = [true]", "exclude: must contain only strings, not true (a boolean)"),
    ('per-file-ignores = ["a"]', "per-file-ignores: must be a table, not an array"),
    ('per-file-ignores."a/b" = "prerelease"', "per-file-ignores.'a/b': must be an array of strings, not 'prerelease'"),
    ('ignore = ["lifecycl"]', "ignore: unknown rule 'lifecycl'; did you mean lifecycle?"),
    ("severity.platform = 'info'", "severity.platform: unknown rule 'platform'; did you mean platforms?"),
    ('per-file-ignores."a/b" = ["prereleas"]', "per-file-ignores.'a/b': unknown rule 'prereleas'; did you mean prerelease?"),
    ("build-args = []", "build-args: must be a table, not an array"),
    ("build-args.PORT = 8080", "build-args.PORT: must be a string, not 8080 (a number)"),
    ('build-args."" = "x"', "build-args.'': must be a valid ARG name, not ''"),
    ('build-args."A=B" = "x"', "build-args.'A=B': must be a valid ARG name, not 'A=B'"),
    ('target-platforms = "linux/amd64"', "target-platforms: must be an array of strings, not 'linux/amd64'"),
    ("target-platforms = [64]", "target-platforms: must contain only strings, not 64 (a number)"),
    ("images = []", "images: must be a table, not an array"),
    (f'images."{MIRROR}" = 1', "images.'registry.example.com/mirror/astro-runtime': must be a repository with its registry and no tag, not 1 (a number)"),
    (f'images.runtime = "{RUNTIME}"', "images.runtime: must be a repository with its registry and no tag, not 'runtime'"),
    (f'images."{MIRROR}" = "runtime"', "images.'registry.example.com/mirror/astro-runtime': must be a repository with its registry and no tag, not 'runtime'"),
    ("require = []", "require: must be a table, not an array"),
    ('require = ">=12"', "require: must be a table, not '>=12'"),
    ('require.airflw = ">=2"', "require.airflw: unknown key 'airflw'; did you mean airflow?"),
    ("require.runtime = 12", "require.runtime: must be a specifier such as '>=12', not 12 (a number)"),
    ('require.runtime = ""', "require.runtime: must be a specifier such as '>=12', not ''"),
    ('require.airflow = ","', "require.airflow: must be a specifier such as '>=12', not ','"),
    ("require-reason = 1", "require-reason: must be true or false, not 1 (a number)"),
    ('require-reason = "true"', "require-reason: must be true or false, not 'true'"),
    ("max-suppression-days = -30", "max-suppression-days: must be a number of days (0 or more), not -30 (a number)"),
    ("max-suppression-days = false", "max-suppression-days: must be a number of days (0 or more), not false (a boolean)"),
]  # fmt: skip

# Pairs of a document that the schema accepts but the loader refuses, and the expected message.
BAD_TO_THE_LOADER_ALONE: list[tuple[str, str]] = [
    ('exclude = ["a", "[z-a]"]', "exclude: invalid pattern '[z-a]'; use the syntax of .gitignore"),
    ('exclude = ["a[b"]', "exclude: invalid pattern 'a[b'; use the syntax of .gitignore"),
    ('exclude = ["!"]', "exclude: invalid pattern '!'; use the syntax of .gitignore"),
    ("exclude = ['a\\']", "exclude: invalid pattern 'a\\'; use the syntax of .gitignore"),
    ('exclude = ["[[:alpha:]]"]', "exclude: invalid pattern '[[:alpha:]]'; use the syntax of .gitignore"),
    ('per-file-ignores."!" = []', "per-file-ignores.'!': invalid pattern '!'; use the syntax of .gitignore"),
    ('target-platforms = ["linux"]', "target-platforms: 'linux' has no architecture; write it as in linux/amd64"),
    ('target-platforms = ["linux/amd46"]', "target-platforms: invalid platform 'linux/amd46': unknown architecture 'amd46'; did you mean linux/amd64?"),
    ('target-platforms = ["amd46"]', "target-platforms: invalid platform 'amd46': unknown operating system or architecture"),
    ('target-platforms = ["linus/arm64"]', "target-platforms: 'linus/arm64': Astro Runtime images are Linux only; did you mean linux/arm64?"),
    ('target-platforms = ["linux//v8"]', "target-platforms: invalid platform 'linux//v8': it has an empty part; did you mean linux/arm64?"),
    (f'images."*/runtime" = "{RUNTIME}"', "images.'*/runtime': '*/runtime' has a '*' in the registry; use it only in the path"),
    (f'images."r.io/**/x" = "{RUNTIME}"', "images.'r.io/**/x': 'r.io/**/x' has two '*' in one path segment; one matches all of it"),
    ('images."r.io/*" = "quay.io/*/*"', "images.'r.io/*': 'quay.io/*/*' has more '*' than its key"),
    ('images."r.io/*" = "quay.io/nobody/*"', "images.'r.io/*': 'quay.io/nobody/*' is not a repository of Astro Runtime; did you mean quay.io/astronomer/astro-runtime?"),
    ('images."r.io/x" = "quay.io/astronomer/astro-runtim"', "images.'r.io/x': 'quay.io/astronomer/astro-runtim' is not a repository of Astro Runtime; did you mean quay.io/astronomer/astro-runtime?"),
    (f'images."r.io/x:1" = "{RUNTIME}"', "images.'r.io/x:1': must be a repository with its registry and no tag, not 'r.io/x:1'"),
    (f'images."r.io/x" = "{RUNTIME}:13.11.0"', "images.'r.io/x': must be a repository with its registry and no tag, not 'quay.io/astronomer/astro-runtime:13.11.0'"),
    (f'images."r.io/X" = "{RUNTIME}"', "images.'r.io/X': invalid repository 'r.io/X': the repository name must be lowercase"),
    (f'images."r.io/" = "{RUNTIME}"', "images.'r.io/': invalid repository 'r.io/': the repository name is missing"),
    ('require.runtime = "12"', "require.runtime: invalid specifier '12': expected e.g. '>=12' or '>=3.1-5,<3.3'"),
    ('require.runtime = ">=3"', "require.runtime: invalid specifier '>=3': 3 is ambiguous; write 3.0 (Airflow 3) or 3.0.0 (Runtime 3)"),
    ('require.runtime = "==3.*"', "require.runtime: invalid specifier '==3.*': 3 is ambiguous; write 3.0 (Airflow 3) or 3.0.0 (Runtime 3)"),
    ('require.runtime = ">=03"', "require.runtime: invalid specifier '>=03': expected e.g. '>=12' or '>=3.1-5,<3.3'"),
    ('require.runtime = "~=13"', "require.runtime: invalid specifier '~=13': expected e.g. '>=12' or '>=3.1-5,<3.3'"),
    (f'require.runtime = ">={"9" * 5000}"', "require.runtime: invalid specifier '>=9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999…': a number is too long"),
    ('require.airflow = "2.9"', "require.airflow: invalid specifier '2.9': expected e.g. '>=2.9,<4'"),
    ('require.airflow = "===2.9"', "require.airflow: invalid specifier '===2.9': use '==' instead of '==='"),
    (f'require.python = ">={"9" * 5000}"', "require.python: invalid specifier '>=9999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999999…': a number is too long"),
]  # fmt: skip


def test_valid_configurations(tmp_path: Path) -> None:
    assert len(GOOD) > 30
    for text, expected in GOOD:
        assert _loaded(tmp_path, text) == Config()._replace(**expected), text
        assert _fits_schema(text), text


def test_invalid_configurations(tmp_path: Path) -> None:
    for rows, fits_schema in ((BAD, False), (BAD_TO_THE_LOADER_ALONE, True)):
        problems = [(text, _messages(tmp_path, text)) for text, _ in rows]
        assert problems == [(text, [f"{NAME}: {problem}"]) for text, problem in rows]
        assert [text for text, _ in rows if _fits_schema(text) is not fits_schema] == []


def test_all_problems_are_reported_at_once(tmp_path: Path) -> None:
    text = """
        selct = 1
        ignore = ["a", "b"]
        exclude = [1, "[z-a]", 2]
        severity = { c = "off", floating-tag = "d" }
        images = { bad = "x", "r.io/*" = "quay.io/*/*" }
        require = { runtime = "3", x = "" }
        warn-within = -1
    """
    places = [message.split(": ")[1] for message in _messages(tmp_path, text)]
    assert places == [
        *("selct", "ignore", "ignore", "exclude", "exclude", "severity.c", "severity.floating-tag"),
        *("images.bad", "images.bad", "images.'r.io/*'", "require.x", "require.runtime", "warn-within"),
    ]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5) | st.sampled_from(["error", "off", ">=12"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["prerelease", "runtime", "a/b", "x"]), inner, max_size=3),
    max_leaves=6,
)  # fmt: skip


@given(st.dictionaries(st.sampled_from([*KEYS, "other"]), JSON, max_size=4))
def test_the_loader_refuses_what_the_schema_refuses(document: dict[str, Any]) -> None:
    _, problems = read_config(document)
    assert problems or Draft202012Validator(_schema()).is_valid(document)


# --- Invalid files -----------------------------------------------------------------------------------


def _deep(opening: str, closing: str) -> bytes:
    return f"select = {opening * 30000}{closing * 30000}".encode()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"select = ", "invalid TOML: Invalid value (at ", id="invalid TOML"),
        pytest.param(b"[a]\n[a]", "invalid TOML: Cannot declare", id="a duplicate table"),
        pytest.param((b"a" * 100_000 + b" = 1\n") * 2, "invalid TOML: ", id="a duplicate long key"),
        pytest.param(b"\n\n# \xff", "invalid TOML: line 3 is not valid UTF-8", id="not UTF-8"),
        pytest.param(b"\xff\xfes\0", "invalid TOML: line 1 is not valid UTF-8", id="UTF-16"),
        pytest.param(b"#" * (MAX_CONFIG + 1), "larger than 1 MiB", id="too large"),
        pytest.param(_deep("[", "]"), "nested too deeply", id="deep arrays"),
        pytest.param(_deep("{a=", "}"), "nested too deeply", id="deep tables"),
        pytest.param(b"a" + b".a" * 400_000 + b" = 1", "nested too deeply", id="a key of many parts"),
        pytest.param(b"[a" + b" . 'a'" * 90_000 + b"]", "nested too deeply", id="a header of many parts"),
        pytest.param(b"select.a.a.a = 1", "select: must be an array of strings, not a table", id="a few parts"),
        pytest.param(b"warn-within = " + b"9" * 5000, "a number has too many digits", id="a long number"),
        pytest.param(b"warn-within = 0x" + b"f" * 5000, "not such a large number", id="a long hexadecimal number"),
        pytest.param(b'exclude = ["[[:alpha:]]"]', "exclude: invalid pattern '[[:alpha:]]'", id="a pattern that makes Python warn"),
        pytest.param(b"a\0 = 1", "invalid TOML: ", id="a NUL in a key"),
        pytest.param(b'"\\u0000\\u001b[31m\\u009b" = 1', "'\\x00\\x1b[31m\\x9b': unknown key", id="escapes in a key"),
        pytest.param(b'select = ["\\u001b[2J\\u202e##[error]"]', "rule '\\x1b[2J\\u202e#\\x23[error]'", id="escapes in a value"),
        pytest.param(b'"\x1b" = 1', "invalid TOML: ", id="a raw escape"),
        pytest.param(b"[tool.lint-runtime]", "put the keys at the top level; [tool.lint-runtime] is only for pyproject.toml", id="the table of pyproject.toml"),
        pytest.param(b"[lint-runtime]", "put the keys at the top level", id="a table of the tool's name"),
    ],
)  # fmt: skip
def test_an_invalid_file_stops_only_the_files_it_applies_to(
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
        "lint-runtime: 1 error (1 fixable with --fix --upgrade) in 1 file with 1 Runtime image"
    ]
    assert all(line.isprintable() and len(line) < 600 for line in complaints)


def test_a_syntax_error_quotes_at_most_200_characters() -> None:
    table = b"[" + b"a" * 500 + b"]\n"
    with pytest.raises(ValueError, match=r"^invalid TOML: Cannot declare .*a$") as caught:
        read_toml(table * 2)
    assert len(str(caught.value)) == len("invalid TOML: ") + 200


def test_a_byte_order_mark_is_ignored(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {NAME: '\ufeffselect = ["floating-tag"]', "Dockerfile": UNSUPPORTED})
    assert lint(cwd=tmp_path)[:2] == (0, [])


def test_two_broken_files_are_reported_once_each(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {f"{name}/{NAME}": f"{name} = 1" for name in "ab"})
    _write(tmp_path, {f"{name}/{sub}/Dockerfile": UNSUPPORTED for name in "ab" for sub in "xyz"})
    code, found, complaints = lint(cwd=tmp_path)
    assert (code, found, len(complaints)) == (2, [], 2)


def test_a_dangling_link_is_reported(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {"Dockerfile": UNSUPPORTED})
    (tmp_path / NAME).symlink_to("gone.toml")
    code, found, complaints = lint(cwd=tmp_path)
    assert (code, found) == (2, [])
    assert (
        complaints[0] == f"lint-runtime: {tmp_path / NAME}: cannot read the file: No such file or directory"
    )


@pytest.mark.parametrize("name", [NAME, "pyproject.toml"])
def test_directories_and_pipes_are_reported(name: str, tmp_path: Path, lint: Lint) -> None:
    _write(
        tmp_path,
        {NAME: 'select = ["floating-tag"]', "a/Dockerfile": UNSUPPORTED, "b/Dockerfile": UNSUPPORTED},
    )
    (tmp_path / "a" / name).mkdir()
    os.mkfifo(tmp_path / "b" / name)
    code, found, complaints = lint(cwd=tmp_path)
    assert (code, found) == (2, [])
    assert complaints == [
        f"lint-runtime: {tmp_path}/a/{name}: cannot read the file: Is a directory",
        f"lint-runtime: {tmp_path}/b/{name}: cannot read the file: not a regular file",
    ]


@pytest.mark.parametrize("name", [NAME, "pyproject.toml"])
def test_an_unreadable_file_is_reported(name: str, tmp_path: Path, lint: Lint) -> None:
    if not Path("/proc/self/mem").exists():
        pytest.skip("needs a file that opens and cannot be read")
    _write(tmp_path, {"Dockerfile": UNSUPPORTED})
    (tmp_path / name).symlink_to("/proc/self/mem")
    code, found, complaints = lint(cwd=tmp_path)
    assert (code, found) == (2, [])
    assert complaints[0] == f"lint-runtime: {tmp_path / name}: cannot read the file: Input/output error"


def test_directory_names_are_escaped(tmp_path: Path, lint: Lint) -> None:
    directory = tmp_path / "\x1b[31m\n\u202e"
    _write(directory, {NAME: "zzz = 1", "Dockerfile": UNSUPPORTED})
    code, found, complaints = lint(cwd=tmp_path)
    assert (code, found) == (2, [])
    assert complaints[0].startswith(f"lint-runtime: {tmp_path}/\\x1b[31m\\n\\u202e/{NAME}: zzz: ")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("[tool.lint-runtime]\nselct = 1", ": selct: unknown key 'selct'; did you mean select?", id="a wrong key"),
        pytest.param("[tool]\nlint-runtime = 5", ": tool.lint-runtime: must be a table", id="not a table"),
        pytest.param("[tool.lint-runtime]\nx =", ": invalid TOML: ", id="invalid TOML below the table"),
        pytest.param("[tool.lint-runtime]\n" + "#" * MAX_CONFIG, ": larger than 1 MiB", id="too large"),
    ],
)  # fmt: skip
def test_an_invalid_pyproject_is_reported(text: str, words: str, tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {"pyproject.toml": text, "Dockerfile": UNSUPPORTED})
    code, found, complaints = lint(cwd=tmp_path)
    assert (code, found) == (2, [])
    assert complaints[0].startswith(f"lint-runtime: {tmp_path}/pyproject.toml{words}")


# --- Misspelled names --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "is_misspelled"),
    [
        *((name, True) for name in ("lint-runtime.toml", ".lint_runtime.toml", "lint_runtime.toml")),
        *((name, True) for name in (".lintruntime.toml", ".lint-runtme.toml", ".lint-runtime.tml")),
        *((name, True) for name in (".Lint-Runtime.toml", ".lint-runtime", ".lint-runtime.yaml")),
        *((name, True) for name in (".lint-runtime.json", ".lint-runtime.cfg", "Lint.Runtime.toml")),
        *((name, False) for name in (NAME, f"{NAME}~", "runtime.toml", "lint.toml", ".lint.toml")),
        *((name, False) for name in ("lint-runtime.yml", "lint-runtime.json", "lint-runtime", "lint-runtime.md")),
        *((name, False) for name in ("lint-runtime-baseline.json", ".lint-runtime-0123456789abcdef.tmp")),
    ],
)  # fmt: skip
def test_a_misspelled_file_name_gets_a_warning(
    name: str, is_misspelled: bool, tmp_path: Path, lint: Lint
) -> None:
    _write(tmp_path, {"a/Dockerfile": FINE, "a/Dockerfile.b": FINE, f"a/{name}": ""})
    code, found, complaints = lint(cwd=tmp_path)
    assert (code, found) == (0, [])
    warning = f"lint-runtime: {tmp_path}/a/{name} is ignored; rename it to {NAME}"
    assert complaints[:-1] == ([warning] if is_misspelled else [])


@pytest.mark.parametrize(
    ("header", "table"),
    [
        *((f"[{name}]", name) for name in ("tool.lint_runtime", "tool.lintruntime", "tool.lint.runtime")),
        *((f"[{name}]", name) for name in ("tools.lint-runtime", "tool.Lint-Runtime", "lint-runtime")),
        ("[ tool . 'lint_runtime' ] # x", "tool.lint_runtime"),
        ("[tool.lint_runtime.severity]\n[tool.lint_runtime.images]", "tool.lint_runtime"),
        *((header, "") for header in ("[tool.lint-runtime]", "[tool.lint-runtime.severity]", "[tool.ruff.lint]")),
        *((header, "") for header in ("[tool.'lint-runtime']", "# [tool.lint_runtime]", "[project]")),
    ],
)  # fmt: skip
def test_a_misspelled_table_gets_a_warning(header: str, table: str, tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {"pyproject.toml": f"x = 1\n{header}\n", "Dockerfile": FINE, "b/Dockerfile": FINE})
    code, _, complaints = lint(cwd=tmp_path)
    warning = f"lint-runtime: {tmp_path}/pyproject.toml: [{table}] is ignored; write [tool.lint-runtime]"
    assert [line for line in complaints if "ignored" in line] == ([warning] if table else [])
    assert code == 0


def test_a_misspelled_name_changes_neither_output_nor_exit_code(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {"Dockerfile": UNSUPPORTED})
    code, found, complaints = lint("--quiet", cwd=tmp_path)
    _write(tmp_path, {"lint-runtime.toml": "", "pyproject.toml": "[tool.lint_runtime]"})
    warnings = [
        f"lint-runtime: {tmp_path}/lint-runtime.toml is ignored; rename it to {NAME}",
        f"lint-runtime: {tmp_path}/pyproject.toml: [tool.lint_runtime] is ignored; write [tool.lint-runtime]",
    ]
    assert lint("--quiet", cwd=tmp_path) == (code, found, [*complaints, *warnings])
    assert lint("--show-config", cwd=tmp_path)[2] == warnings
    # There is no warning with --config or --isolated. There is none either if the directory also has a file with the
    # right name.
    for option in (["--config", "lint-runtime.toml"], ["--isolated"]):
        assert lint("--quiet", *option, cwd=tmp_path) == (code, found, complaints)
    _write(tmp_path, {NAME: ""})
    assert lint("--quiet", cwd=tmp_path) == (code, found, complaints)


def test_several_processes_warn_once(tmp_path: Path, lint: Lint) -> None:
    files = {f"{number}/Dockerfile": FINE for number in range(70)}
    _write(tmp_path, {**files, "lint-runtime.toml": ""})
    _, _, complaints = lint("--jobs", "2", "--quiet", cwd=tmp_path)
    assert complaints == [f"lint-runtime: {tmp_path}/lint-runtime.toml is ignored; rename it to {NAME}"]


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
        pytest.param({f"c/{NAME}": QUIET, f"a/b/c/{NAME}": QUIET}, False, id="in a sibling directory"),
        pytest.param({NAME: QUIET, f"a/{NAME}": LOUD}, False, id="only the nearest file"),
        pytest.param({NAME: QUIET, f"a/{NAME}": ""}, False, id="an empty nearest file"),
        pytest.param({NAME: LOUD, f"a/b/{NAME}": QUIET}, True, id="only the nearest file, swapped"),
        pytest.param({"pyproject.toml": TABLE + QUIET}, True, id="pyproject.toml"),
        pytest.param({"pyproject.toml": TABLE + LOUD, NAME: QUIET}, True, id=".lint-runtime.toml before pyproject.toml"),
        pytest.param({"pyproject.toml": TABLE + QUIET, NAME: LOUD}, False, id="the two files are not combined"),
        pytest.param({NAME: QUIET, "a/pyproject.toml": TABLE + LOUD}, False, id="a nearer pyproject.toml"),
        pytest.param({NAME: QUIET, "a/pyproject.toml": TABLE}, False, id="an empty table"),
        pytest.param({NAME: QUIET, "a/pyproject.toml": "[tool.ruff]"}, True, id="pyproject.toml without the table"),
        pytest.param({NAME: QUIET, "a/pyproject.toml": 'dev = ["lint-runtime"]'}, True, id="pyproject.toml that mentions the tool"),
        pytest.param({NAME: QUIET, "a/pyproject.toml": 'tool = "lint-runtime"'}, True, id="pyproject.toml without a tool table"),
        pytest.param({NAME: QUIET, "a/pyproject.toml": "broken ="}, True, id="an invalid pyproject.toml of another tool"),
        pytest.param({NAME: QUIET, ".git/HEAD": ""}, True, id="in the root of the repository"),
        pytest.param({NAME: QUIET, "a/.git/HEAD": ""}, False, id="above the root of the repository"),
        pytest.param({NAME: QUIET, "a/.git": "gitdir: ../x"}, False, id="above the root of a worktree"),
        pytest.param({NAME: QUIET, "a/b/.git": "", f"a/{NAME}": QUIET}, False, id="above a submodule"),
        pytest.param({f"a/{NAME}": QUIET, "a/.git/HEAD": ""}, True, id="in the root that ends the search"),
    ],
)  # fmt: skip
def test_only_the_nearest_file_applies(
    files: dict[str, str], tmp_path: Path, rules_found: Callable[..., list[str]], *, is_quiet: bool
) -> None:
    _write(tmp_path, {".git/HEAD": "", "top/a/b/Dockerfile": UNSUPPORTED})
    _write(tmp_path / "top", files)
    expected = [] if is_quiet else ["end-of-basic-support"]
    assert rules_found("top", cwd=tmp_path) == expected
    assert rules_found("Dockerfile", cwd=tmp_path / "top" / "a" / "b") == expected


def test_outside_a_repository_the_search_continues_to_the_root(
    tmp_path: Path, rules_found: Callable[..., list[str]]
) -> None:
    _write(tmp_path, {NAME: QUIET, "a/b/c/d/Dockerfile": UNSUPPORTED})
    assert rules_found("a/b/c/d/Dockerfile", cwd=tmp_path) == []


def test_each_project_of_a_monorepo_has_its_own_settings(tmp_path: Path, lint: Lint) -> None:
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


def test_config_option_replaces_the_search(
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


def test_isolated_ignores_configuration_files(
    tmp_path: Path, lint: Lint, rules_found: Callable[..., list[str]]
) -> None:
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
def test_an_invalid_config_option(arguments: list[str], words: str, tmp_path: Path, lint: Lint) -> None:
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


def test_standard_input_has_the_settings_of_its_file_name(
    tmp_path: Path, rules_found: Callable[..., list[str]]
) -> None:
    _write(tmp_path, {NAME: LOUD, f"a/{NAME}": QUIET})
    assert rules_found("-", cwd=tmp_path, stdin=UNSUPPORTED) == ["end-of-basic-support"]
    assert rules_found("-", "--stdin-filename", "a/Dockerfile", cwd=tmp_path, stdin=UNSUPPORTED) == []
    assert rules_found("-", "--stdin-filename", "not/there", cwd=tmp_path, stdin=UNSUPPORTED) == [
        "end-of-basic-support"
    ]
    assert rules_found("-", cwd=tmp_path / "a", stdin=UNSUPPORTED) == []


def test_settings_in_a_deleted_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = str(tmp_path / "c.toml")
    Path(config).write_text('exclude = ["/x/"]')
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    for settings in (Settings({}), Settings({}, config)):
        assert settings.of("Dockerfile") is not None
    assert Settings({}, config).of("x/Dockerfile") is None


@pytest.mark.process
def test_standard_input_in_a_deleted_directory(tmp_path: Path) -> None:
    directory = _write(tmp_path, {"gone/x": "", "c.toml": 'exclude = ["x"]'}) / "gone"
    for arguments in ([], ["--config", str(tmp_path / "c.toml")]):
        script = f'rm -r "$PWD" && exec "$@" {" ".join(DAY)} {" ".join(arguments)} -'
        directory.mkdir(exist_ok=True)
        result = run_process("sh", "-c", script, "sh", *LINT, cwd=directory, stdin=UNSUPPORTED)
        assert (result.code, result.out.count("\n")) == (1, 1), result.err


def test_the_table_is_relative_to_the_configuration_file(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {f"a/{NAME}": 'table = "../x/none.json"', "a/Dockerfile": FINE})
    assert load(str(tmp_path / "a" / NAME)).config.table == str(tmp_path / "x" / "none.json")
    table, reason = tmp_path / "x" / "none.json", "No such file or directory"
    expected = f"lint-runtime: {tmp_path}/a/{NAME}: cannot use the lifecycle data '{table}': {reason}"
    assert lint("a", cwd=tmp_path)[2][0] == expected
    assert lint("--table", "no.json", "a", cwd=tmp_path)[2] == [
        f"lint-runtime: cannot use the lifecycle data 'no.json': {reason}"
    ]
    # The settings contain the path of the table even if that file is missing, so that an editor can watch the path.
    settings = Settings({})
    with pytest.raises(UnusableError):
        settings.of(str(tmp_path / "a" / "Dockerfile"))
    assert settings.tables == {str(table)}


# --- Patterns ----------------------------------------------------------------------------------------


PATTERNS_OF_FILES: dict[str, tuple[list[str], str, str]] = {
    "a name": (["Dockerfile"], "Dockerfile a/Dockerfile", "a/Dockerfile.x xDockerfile"),
    "one at the top": (["/Dockerfile"], "Dockerfile", "a/Dockerfile"),
    "a directory": (["a/"], "a/Dockerfile b/a/c/Dockerfile", "a ab/Dockerfile"),
    "a file or directory": (["a"], "a a/Dockerfile b/a/Dockerfile", "ab/Dockerfile"),
    "a directory at the top": (["/a/"], "a/b/Dockerfile", "b/a/Dockerfile"),
    "a slash anchors": (["a/b"], "a/b/Dockerfile", "c/a/b/Dockerfile"),
    "any directories before": (["**/a/b"], "a/b/D c/a/b/D c/d/a/b/D", "a/c/b/D"),
    "any directories between": (["a/**/b"], "a/b a/x/b a/x/y/b/D", "b x/a/b"),
    "everything below": (["a/**"], "a/D a/b/D", "a b/a/D"),
    "a star stays within a segment": (["*.d/*"], "x.d/D", "x.d y/x.d/D"),
    "classes": (["Dockerfile.[ab]?"], "Dockerfile.ax", "Dockerfile.a Dockerfile.cx"),
    "the last one that matches counts": (["a/*", "!a/b"], "a/D a/c/D", "a/b a/b/D"),
    "in their order": (["!a/b", "a/*"], "a/b", "b"),
    "below a directory": (["a/", "!a/b/D"], "a/c/D", "x"),
    "a directory of the same name": (["a", "!a/"], "a/b/a", "a/b/c"),
    "comments and escapes": (["# a", "", r"\#a", r"\!b"], "#a !b", "a b"),
    "any characters": (["é", "[éx]y"], "é/D éy xy", "e/D"),
    "a line break in a name": (["/a/"], "a/x\ny/D a/\n", "b/\na/D"),
    "a line break before one": (["D"], "x\ny/D", "D\n"),
    "none": ([], "", "a D"),
}


def test_patterns() -> None:
    for name, (patterns, excluded, linted) in PATTERNS_OF_FILES.items():
        config = Config(exclude=tuple(patterns))
        excluded_names, linted_names = excluded.split(" ") if excluded else [], linted.split(" ")
        assert [path for path in excluded_names if for_file(config, path)] == [], name
        assert [path for path in linted_names if not for_file(config, path)] == [], name


def test_a_pattern_matches_a_path_or_a_directory_above_it() -> None:
    paths = ("a/b", "a/b/c", "x/a/b", "x/a/b/c", "b/a", "a")
    matches = {}
    for text in ("/a/b", "**/a/b", "a/b/", "**/a/b/", "b", "**/a/**"):
        pattern = compile_pattern(text)
        assert pattern is not None
        matches[text] = [pattern.matches(path.split("/")) for path in paths]
    assert matches == {
        "/a/b": [2, 1, 0, 0, 0, 0],
        "**/a/b": [2, 1, 2, 1, 0, 0],
        "a/b/": [0, 1, 0, 0, 0, 0],
        "**/a/b/": [0, 1, 0, 1, 0, 0],
        "b": [2, 1, 2, 1, 1, 0],
        "**/a/**": [2, 2, 2, 2, 0, 0],
    }


def test_per_file_ignores() -> None:
    cases: list[tuple[dict[str, list[str]], str, list[str]]] = [
        ({"a/": ["prerelease"]}, "a/D", ["prerelease"]),
        ({"a/": ["prerelease"]}, "b/D", []),
        ({"a/": ["prerelease"], "D": ["floating-tag"]}, "a/D", ["floating-tag", "prerelease"]),
        ({"!a/": ["prerelease"]}, "b/D", ["prerelease"]),
        ({"!a/": ["prerelease"]}, "a/D", []),
        ({r"\!a": ["prerelease"]}, "!a", ["prerelease"]),
        ({"**": ["prerelease"]}, "a/b/D", ["prerelease"]),
        ({"**": ["platforms", "prerelease"]}, "a/b/D", [*RULES_OF["platforms"], "prerelease"]),
    ]
    for ignores, path, expected in cases:
        by_pattern = {pattern: frozenset(rules) for pattern, rules in ignores.items()}
        config = for_file(Config(per_file_ignores=by_pattern, ignore=frozenset(["not-lts"])), path)
        assert config is not None, ignores
        assert config.ignore == {"not-lts", *expected}, (ignores, path)


def test_patterns_are_relative_to_their_configuration_file(tmp_path: Path, lint: Lint) -> None:
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


def test_patterns_of_the_config_option_are_relative_to_the_working_directory(
    tmp_path: Path, lint: Lint
) -> None:
    _write(
        tmp_path,
        {"a/Dockerfile": UNSUPPORTED, "ci/a/Dockerfile": UNSUPPORTED, "ci/c.toml": 'exclude = ["/a/"]'},
    )
    _, found, _ = lint("--config", "ci/c.toml", cwd=tmp_path)
    assert [line.split(":")[0] for line in found] == ["ci/a/Dockerfile"]


def test_exclude_applies_to_named_files_and_standard_input(tmp_path: Path, lint: Lint) -> None:
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
        pytest.param('select = ["not-lts"]', "", STABLE, "warning not-lts", id="select of a rule that is off by default"),
        pytest.param('select = ["prerelease"]\nextend-select = ["not-lts"]', "", STABLE, "warning not-lts", id="extend-select adds to select"),
        pytest.param('severity.floating-tag = "error"', "", FLOATING, "error floating-tag", id="a severity"),
        pytest.param('severity.floating-tag = "off"', "", FLOATING, "", id="off"),
        pytest.param('severity.floating-tag = "off"\nextend-select = ["floating-tag"]', "", FLOATING, "", id="off overrides extend-select"),
        pytest.param('severity.not-lts = "info"', "", STABLE, "error end-of-maintenance, info not-lts", id="a severity switches on"),
        pytest.param('severity.not-lts = "off"', "", STABLE, "error end-of-maintenance", id="off does not switch on"),
        pytest.param('select = ["prerelease"]\nseverity.not-lts = "info"', "", STABLE, "", id="a severity does not add to select"),
        pytest.param('ignore = ["floating-tag"]', "--select floating-tag", FLOATING, "warning floating-tag", id="--select overrides ignore"),
        pytest.param('severity.floating-tag = "off"', "--select floating-tag", FLOATING, "warning floating-tag", id="--select overrides off"),
        pytest.param('severity.floating-tag = "info"', "--select floating-tag", FLOATING, "info floating-tag", id="--select keeps severities"),
        pytest.param('extend-select = ["not-lts"]', "--select end-of-maintenance", STABLE, "error end-of-maintenance", id="--select overrides extend-select"),
        pytest.param('select = ["floating-tag"]', "--select end-of-maintenance", STABLE, "error end-of-maintenance", id="--select overrides select"),
        pytest.param('ignore = ["end-of-maintenance"]', "--ignore floating-tag", STABLE, "", id="--ignore adds to ignore"),
        pytest.param('select = ["floating-tag"]', "--ignore tags", FLOATING, "", id="--ignore of a topic overrides select of its rule"),
        pytest.param('severity.floating-tag = "info"', "--ignore tags", FLOATING, "", id="--ignore of a topic overrides the severity of its rule"),
        pytest.param('ignore = ["tags"]', "--select floating-tag", FLOATING, "warning floating-tag", id="--select overrides ignore of its topic"),
        pytest.param('ignore = ["floating-tag"]', "--select tags", FLOATING, "warning floating-tag", id="--select of a topic overrides ignore of its rule"),
        pytest.param('severity.tags = "off"', "--select floating-tag", FLOATING, "warning floating-tag", id="--select overrides off of its topic"),
        pytest.param('severity.tags = "info"', "--select floating-tag", FLOATING, "info floating-tag", id="--select keeps the severity of its topic"),
        pytest.param('ignore = ["floating-tag"]', "--select floating-tag --ignore tags", FLOATING, "warning floating-tag", id="--select of a rule and --ignore of its topic"),
        pytest.param("", "--ignore floating-tag --select tags", FLOATING, "", id="--ignore of a rule and --select of its topic"),
        pytest.param('per-file-ignores.D = ["tags"]\nselect = ["floating-tag"]', "--ignore prerelease", FLOATING, "", id="per-file-ignores of a topic override select of its rule"),
        pytest.param('per-file-ignores.D = ["tags"]\nseverity.floating-tag = "error"', "--select floating-tag", FLOATING, "", id="per-file-ignores of a topic override --select of its rule"),
        pytest.param('per-file-ignores.D = ["floating-tag"]', "--ignore prerelease", FLOATING, "", id="--ignore keeps per-file-ignores"),
        pytest.param("warn-within = 216", "", FINE, "", id="warn-within, a day before"),
        pytest.param("warn-within = 217", "", FINE, "warning maintenance-ending", id="warn-within"),
        pytest.param("warn-within = 217", "--warn-within 216", FINE, "", id="--warn-within overrides"),
        pytest.param("min-release-age = 8", "", f"FROM {RUNTIME}:13.10.0\n", "warning outdated-release", id="min-release-age, on the day"),
        pytest.param("min-release-age = 9", "", f"FROM {RUNTIME}:13.10.0\n", "", id="min-release-age, a day before"),
        pytest.param("min-release-age = 9", "", f"FROM {RUNTIME}:13.8.0\n", "warning outdated-release", id="min-release-age, an older release is old enough"),
        pytest.param("min-release-age = 9223372036854775807", "", f"FROM {RUNTIME}:13.8.0\n", "", id="min-release-age, very large"),
        pytest.param('build-args.TAG = "13"', "", f"ARG TAG\nFROM {RUNTIME}:$TAG", "warning floating-tag", id="build-args"),
        pytest.param('build-args.TAG = "13"', "--build-arg TAG=13.11.0", f"ARG TAG\nFROM {RUNTIME}:$TAG", "", id="--build-arg overrides"),
        pytest.param('build-args.TAG = "13"', "--build-arg OTHER=x", f"ARG TAG\nFROM {RUNTIME}:$TAG", "warning floating-tag", id="--build-arg adds to build-args"),
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


def test_suppressions_can_require_a_reason_and_an_end(
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


MIRRORED = [
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
]


def test_mirrored_repositories() -> None:
    assert [(repository, mirrored(repository, MIRRORS)) for repository, _ in MIRRORED] == MIRRORED


def test_a_mirror_is_linted_like_the_original() -> None:
    config = Config(images={MIRROR: RUNTIME})
    rules = set()
    for tag in "9.7.0 9.1.0 13.6.0 13 latest 9.2.5 3.0.8 13.11.0 8.2.0-alpha4".split():
        original = [rule for rule, _ in _found(f"FROM {RUNTIME}:{tag}", config)]
        assert [rule for rule, _ in _found(f"FROM {MIRROR}:{tag}", config)] == original, tag
        assert _found(f"FROM {MIRROR}:{tag}", Config()) == [], tag
        rules |= {*original}
    assert len(rules) > 4


def test_mirrors_in_a_run(tmp_path: Path, lint: Lint) -> None:
    text = f'[images]\n"Registry.example.com/*/runtime" = "{AIRFLOW_3}"\n"team/*" = "quay.io/astronomer/*"'
    source = (
        "FROM registry.example.com/a/runtime:3.0\nFROM team/astro-runtime:13\nFROM other/astro-runtime:13"
    )
    _write(tmp_path, {NAME: text, "Dockerfile": source})
    _, found, _ = lint("--select", "floating-tag", cwd=tmp_path)
    assert [line.split(":")[1] for line in found] == ["1", "2"]


# --- Required versions -------------------------------------------------------------------------------


# A key of `require`, a specifier, allowed tags and refused tags.
REQUIRED = [
    ("runtime", ">=12", "12.0.0 12.5.0 13.11.0 3.0-1 3.3-8 13 3.1", "11.20.0 9.7.0 4.2.9 9 3.0.4"),  # releases with Airflow 3 count as newer than 12
    ("runtime", "<3.0", "13.11.0 4.2.9 3.0.4 13", "3.0-1 3.1-5 3.1"),  # only Airflow 2
    ("runtime", ">=3.0", "3.0-1 3.3-8", "13.11.0 3.0.4"),  # only Airflow 3
    ("runtime", ">=3.0.0", "3.0.4 13.11.0 3.0-1", ""),  # Runtime 3 (Airflow 2) or newer
    ("runtime", ">=3.1-5,<3.3", "3.1-5 3.2-1 3.2", "3.1-4 3.3-1 3.3 3.0-18 13.11.0"),  # a range of Airflow 3
    ("runtime", "==3.1.*", "3.1-1 3.1-21", "3.0-1 3.2-1 13.11.0"),  # a series of Airflow 3
    ("runtime", "==13.*", "13.0.0 13.11.0 13", "12.5.0 3.1-3"),  # a series of Airflow 2
    ("runtime", "!=13.5.0", "13.4.0 13.11.0", "13.5.0"),  # every release except one
    ("runtime", "~=13.4", "13.4.0 13.11.0", "13.3.0 12.5.0 3.1-4"),  # a compatible release
    ("runtime", " >= 12.1 , < 13 ", "12.1.0 12.5.0", "12.0.0 13.0.0"),  # spaces
    ("runtime", "<13", "12.5.0", "13.0.0 3.0-1 20.0.0 3.9-1"),  # releases newer than the table
    ("runtime", ">=12", "latest 9.2.5", ""),  # unknown and nonexistent versions are allowed
    ("runtime", "<13.5", "13.4.0", "13 13.4"),  # a floating tag counts as the newest release of its series
    ("airflow", ">=2.9,<4", "13.11.0 3.0-1 12.5.0", "9.7.0 9"),  # a range
    ("airflow", ">=2.10.3", "12.5.0", "9.7.0"),  # a specifier with a patch version
    ("airflow", "<3", "13.11.0 13", "3.0-1 3.1"),  # Airflow 2
    ("airflow", "==2.7.99", "9", "13"),  # Runtime 9 has Airflow 2.7 with an unknown patch version, so 2.7.99 is possible
    ("airflow", "==2.10.4", "12.1.0", "12.5.0"),  # 12.1.0 has exactly this version of Airflow
    ("python", ">=3.11", "13.11.0 13.11.0-python-3.12", "13.11.0-python-3.10 9.7.0-python-3.9"),  # a suffix sets the Python version
    ("python", ">=3.11.9", "13.11.0-python-3.11", "13.11.0-python-3.10"),  # a suffix names no patch version of Python, so any patch version is possible
    ("python", "==3.12.*", "12.5.0 13.11.0-python-3.12", "13.11.0-python-3.11"),  # without a suffix: the default Python of the series
    ("python", "<3", "99.0.0 latest", "13.11.0"),  # tags whose Python version is unknown are allowed
]  # fmt: skip


def test_required_versions(tmp_path: Path) -> None:
    checked = 0
    for key, specifier, allowed, refused in REQUIRED:
        config = _loaded(tmp_path, f'select = ["disallowed-version"]\nrequire.{key} = "{specifier}"')
        expected = {**dict.fromkeys(allowed.split(), 0), **dict.fromkeys(refused.split(), 1)}
        counts = {tag: len(_found(f"FROM {RUNTIME}:{tag}", config)) for tag in expected}
        assert (specifier, counts) == (specifier, expected)
        checked += len(expected)
    assert checked > 80


def test_messages_name_version_key_and_specifier(tmp_path: Path) -> None:
    text = f'select = ["disallowed-version"]\nrequire = {{ runtime = ">=13.12", airflow = ">=3" }}\nimages."r.io/x" = "{RUNTIME}"'
    config = _loaded(tmp_path, text)
    airflow = "Airflow 2.11 is not allowed: require.airflow is '>=3'"
    assert [message for _, message in _found("FROM r.io/x:13", config)] == [
        airflow,
        "Astro Runtime 13 (currently 13.11.0) is not allowed: require.runtime is '>=13.12'",
    ]


# --- Target platforms --------------------------------------------------------------------------------


# Target platforms, a FROM (R stands for the repository), and words of the message. "" means no message.
TARGETS: list[tuple[str, str, str]] = [
    ("linux/amd64", "--platform=linux/amd64 R:13.11.0", ""),  # the only target
    ("linux/amd64", "--platform=amd64 R:13.11.0", ""),  # the only target in another spelling
    ("amd64, x86_64", "--platform=amd64 R:5.0.8", ""),  # the only target in two spellings
    ("linux/arm64", "--platform=linux/arm64/v8 R:13.11.0", ""),  # the target with its default variant
    ("linux/arm64", "--platform=linux/arm64 R:5.0.8", ""),  # no images for the target: not reported if the FROM names the target
    ("linux/amd64", "R:13.11.0", ""),  # no platform
    ("linux/amd64", "R:5.0.8", ""),  # a release with images for the target
    ("linux/amd64", "--platform=linux/arm64 R:13.11.0", "'linux/arm64' is not in target-platforms (linux/amd64)"),  # not a target
    ("linux/amd64, linux/arm64", "--platform=linux/amd64 R:13.11.0", ""),  # one of two targets
    ("linux/amd64, linux/arm64", "--platform=linux/s390x R:13.11.0", "(linux/amd64, linux/arm64)"),  # neither of the two targets
    ("linux/amd64", "--platform=$BUILDPLATFORM R:13.11.0", ""),  # the platform of the build machine
    ("linux/arm64", "--platform=$TARGETPLATFORM R:13.11.0", ""),  # the platform of the build target
    ("linux/arm64", "--platform=linux R:13.11.0", ""),  # a platform without an architecture
    ("linux/arm64", "R:5.0.8", "Astro Runtime 5.0.8 is not available for linux/arm64, a target platform"),  # a release without images for the target
    ("linux/amd64, linux/arm64", "R:5.0.8", "not available for linux/arm64"),  # a release with images for only one of two targets
    ("linux/amd64, linux/arm64", "--platform=linux/amd64 R:5.0.8", "not available for linux/arm64"),  # no images for one target: reported even if the FROM names the other target
    ("linux/arm", "R:13.11.0", "Astro Runtime 13.11.0 is not available for linux/arm/v7,"),  # a platform without releases
    ("linux/arm64", "R:latest", ""),  # an unknown release
    ("linux/arm64", "--platform=linux/amd64 python:3.12", ""),  # not a Runtime image
    ("", "--platform=linux/arm64 R:5.0.8", ""),  # no target platforms
]  # fmt: skip


def test_target_platforms(tmp_path: Path) -> None:
    for targets, source, words in TARGETS:
        quoted = ", ".join(f'"{target}"' for target in targets.split(", ") if target)
        config = _loaded(tmp_path, f'select = ["target-platform"]\ntarget-platforms = [{quoted}]')
        messages = [message for _, message in _found(f"FROM {source.replace('R:', f'{RUNTIME}:')}", config)]
        assert len(messages) == bool(words), (targets, source)
        assert words in "".join(messages), (targets, source)
    assert sum(bool(words) for _, _, words in TARGETS) == 6


# --- --show-config -----------------------------------------------------------------------------------


@pytest.fixture
def origins(lint: Lint) -> Callable[..., dict[str, str]]:
    """Return a function that runs --show-config and maps each setting to its origin."""

    def origins(*arguments: str, cwd: Path) -> dict[str, str]:
        code, lines, complaints = lint("--show-config", *arguments, cwd=cwd)
        assert (code, complaints) == (0, [])
        return dict(line.split("  # ", 1) for line in lines if "  # " in line)

    return origins


def test_show_config_without_a_file(tmp_path: Path, lint: Lint) -> None:
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


def test_show_config_names_the_options_of_ignored_rules(
    tmp_path: Path, origins: Callable[..., dict[str, str]]
) -> None:
    _write(tmp_path, {NAME: 'ignore = ["prerelease"]', "Dockerfile": FINE})
    settings = origins("--ignore", "floating-tag", "Dockerfile", cwd=tmp_path)
    origin = settings['ignore = ["floating-tag", "prerelease"]']
    assert origin == f"{tmp_path / NAME} and --ignore"


def test_numbers_in_messages_have_at_most_64_bits(tmp_path: Path, lint: Lint) -> None:
    for number, shown in ((1 << 62, f"{1 << 62} (a number)"), (1 << 63, "such a large number")):
        _write(tmp_path, {NAME: f"exclude = {number}", "Dockerfile": FINE})
        complaints = lint("Dockerfile", cwd=tmp_path)[2]
        assert shown in complaints[0], number


def test_show_config_names_the_file_of_a_value(
    tmp_path: Path, origins: Callable[..., dict[str, str]]
) -> None:
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


def test_show_config_names_the_option_of_a_value(
    tmp_path: Path, origins: Callable[..., dict[str, str]]
) -> None:
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


def test_show_config_of_excluded_and_invalid_files(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {f"a/{NAME}": 'exclude = ["\\u001b*"]', f"b/{NAME}": "selct = 1"})
    assert lint("--show-config", "a/\x1b[31m", cwd=tmp_path)[:2] == (
        0,
        ["# a/\\x1b[31m is excluded by the configuration"],
    )
    code, lines, complaints = lint("--show-config", "b", cwd=tmp_path)
    assert (code, lines) == (2, [])
    assert complaints[0].endswith(f"b/{NAME}: selct: unknown key 'selct'; did you mean select?")


def test_show_config_of_bytes_that_are_not_utf_8(tmp_path: Path, lint: Lint) -> None:
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
PATTERNS = TEXTS.filter(lambda text: not read_config({"exclude": [text]})[1])
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


HOSTILE = '\\ " \\" \0\x1b[31m\x7f\x9b\n ##[error] \u202e \U0001f600 é'


@given(CONFIGS, TEXTS)
@example(Config(build_args={HOSTILE: HOSTILE, "a.b": ""}, table=HOSTILE.replace("\0", "")), HOSTILE)
def test_shown_settings_read_back_as_the_same_settings(config: Config, path: str) -> None:
    text = render_settings(path, FileSettings(config, None, EMBEDDED_TABLE), {})
    first, _, rest = text.partition("\n")
    assert all(character.isprintable() or character == "\n" for character in rest)
    assert not set(first) & set("\0\x1b\x7f\x9b\u202e")
    assert "##[" not in text
    loaded, problems = read_config(read_toml(text.encode()))
    assert (loaded, problems) == (config, [])
    assert list(loaded.images) == list(config.images)
    assert Draft202012Validator(_schema()).is_valid(read_toml(text.encode()))


def test_the_output_of_show_config_is_a_configuration_file(tmp_path: Path, lint: Lint) -> None:
    text = 'ignore = ["prerelease"]\nseverity.not-lts = "info"\nbuild-args.A = "\\u001b é ##[error]"\nexclude = ["a b/", "!x"]'
    _write(tmp_path, {NAME: text, "D": FINE, "again/D": FINE})
    _, lines, _ = lint("--show-config", "--warn-within", "3", "D", cwd=tmp_path)
    assert "##[" not in "".join(lines)
    _write(tmp_path, {f"again/{NAME}": "\n".join(lines)})
    again = load(str(tmp_path / "again" / NAME)).config
    assert again == load(str(tmp_path / NAME)).config._replace(warn_within=3)


def test_a_manifest_in_toml_1_1_may_hold_the_configuration(tmp_path: Path, lint: Lint) -> None:
    toml = """
[project]
name = "demo"
dependencies = ["apache-airflow==3.3.*"]
[tool.lint-runtime]
ignore = [
  "outdated-release", # every kind of comment
]
[tool]
astro = {
  runtime = "3.3\\x2d8", # the build
}
"""
    _write(tmp_path, {"pyproject.toml": toml, "Dockerfile": FINE})
    assert load(str(tmp_path / "pyproject.toml")).config.ignore == frozenset(("outdated-release",))
    assert lint(cwd=tmp_path)[0] == 0


# --- Start-up ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("files", "loaded"),
    [
        pytest.param({}, set(), id="no configuration"),
        pytest.param({"pyproject.toml": "[tool.ruff]"}, set(), id="pyproject.toml of another tool"),
        pytest.param({NAME: 'ignore = ["prerelease"]'}, {"toml", "keys"}, id="rules only"),
        pytest.param({NAME: 'exclude = ["a"]'}, {"toml", "keys"}, id="patterns"),
        pytest.param({NAME: 'require.python = ">=3.9"'}, {"toml", "keys", "packaging"}, id="requirements"),
    ],
)
@pytest.mark.process
def test_a_run_imports_only_what_its_configuration_needs(
    files: dict[str, str], loaded: set[str], tmp_path: Path
) -> None:
    _write(tmp_path, {".git/HEAD": "", "Dockerfile": FINE, **files})
    modules = loaded_modules(
        "from lint_runtime.cli.lint import main; main(['--as-of', '2026-09-25'])", cwd=tmp_path
    )
    names = {
        "tomli": "toml",
        "lint_runtime.config.keys": "keys",
        "packaging": "packaging",
    }
    assert {names[name] for name in modules & names.keys()} == loaded


def test_only_the_first_problems_are_reported(tmp_path: Path, lint: Lint) -> None:
    _write(tmp_path, {NAME: "".join(f"key{number} = 1\n" for number in range(1000)), "D": FINE})
    code, _, err = lint("D", cwd=tmp_path)
    assert (code, len(err)) == (2, 21)
    assert err[20].endswith(": and 980 more")


@pytest.mark.parametrize(
    "text",
    ["build-args = {" + ",".join(f"A{n}=''" for n in range(1001)) + "}", f"exclude = {['a'] * 1001}"],
)
def test_long_arrays_and_tables_are_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / NAME).write_text(text)
    with pytest.raises(UnusableError, match="more than 1,000 entries"):
        load(str(tmp_path / NAME))
