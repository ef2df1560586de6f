"""Every rule, run on its fixtures and on the examples in its documentation."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

import pytest

from lint_runtime.config.files import load
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Edit, Fix, Location, Severity
from lint_runtime.dockerfile.platforms import Platform
from lint_runtime.linter.engine import lint_file
from lint_runtime.rules import LIFECYCLE_POLICY, RULE_BY_NAME, RULES, RULES_BY_TOPIC, address_of
from lint_runtime.rules.base import Neighbors, Rule
from tests.conftest import AS_OF, FIXTURES, TABLE, rendered, rules_of

RUNTIME = "quay.io/astronomer/astro-runtime"
AIRFLOW_3 = "astrocrpublic.azurecr.io/runtime"
# The days on which to lint the fixtures of these rules, which have no findings on AS_OF.
DAYS = {"maintenance-ending": date(2027, 3, 1), "unsupported-python": date(2026, 11, 1)}


def _lint(source: str | bytes, config: Config | None = None, today: date = AS_OF) -> tuple[Diagnostic, ...]:
    data = source.encode() if isinstance(source, str) else source
    return lint_file(data, "Dockerfile", config or Config(), TABLE.as_of(today)).diagnostics


def _lint_files(
    files: Mapping[str, bytes], config: Config, today: date, directory: str = ""
) -> list[Diagnostic]:
    """Lint the files of a directory as neighbors of each other, and return all findings.

    Dockerfiles are linted twice: in a run that lints all files, and in a run that doesn't lint the neighbors.
    """
    findings: dict[Diagnostic, None] = {}
    for name, data in files.items():
        for linted in [frozenset(files), frozenset[str]()][: 1 if name == "pyproject.toml" else 2]:
            neighbors = Neighbors(files, linted)
            path = f"{directory}{name}"
            report = lint_file(data, path, config, TABLE.as_of(today), neighbors=neighbors)
            findings |= dict.fromkeys(report.diagnostics)
    return list(findings)


def _fixture_findings(name: str, rule: Rule) -> list[Diagnostic]:
    """Return the findings of a rule in its fixture `name`, which is "bad" or "ok".

    The fixture is a Dockerfile, or a directory of projects with manifests.
    """
    directory = FIXTURES / "rules" / rule.name
    path = directory / ".lint-runtime.toml"
    config = load(str(path)).config if path.exists() else Config()
    # Run only this rule, because other rules could outrank it. Rules that check suppressions need all rules.
    names = [other.name for other in RULES] if rule.checks_suppressions else [rule.name]
    config = config._replace(select=frozenset(names))
    today = DAYS.get(rule.name, AS_OF)
    findings: list[Diagnostic] = []
    if (directory / f"{name}.Dockerfile").exists():
        findings += _lint((directory / f"{name}.Dockerfile").read_bytes(), config, today)
    for project in sorted((directory / name).glob("*/")):
        files = {file.name: file.read_bytes() for file in sorted(project.iterdir())}
        findings += _lint_files(files, config, today, f"{project.name}/")
    return [finding for finding in findings if finding.rule == rule.name]


def _about(finding: Diagnostic) -> list[str]:
    """Return lines with the changes and the target of a finding."""
    lines = []
    for name, change in (("fix", finding.fix), ("upgrade", finding.upgrade)):
        if change:
            lines.append(f"  {name}: {change.title}{f' (unsafe: {change.risk})' if change.risk else ''}")
            lines += [
                f"    {edit.location.line}:{edit.location.column} {edit.text}" for edit in change.edits
            ]
    target = finding.target
    lines.append(f"  subject: {target.subject}")
    lines += [f"  used at: {location.line}:{location.column}" for location in target.related]
    lines.append(f"  suppressed above: {', '.join(map(str, sorted(target.lines)))}")
    return lines


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_bad_fixture(rule: Rule, golden: Callable[[Path, str], None]) -> None:
    findings = _fixture_findings("bad", rule)
    assert findings
    lines = [f"as of {DAYS.get(rule.name, AS_OF)}"]
    for finding in findings:
        place = f"{finding.line}:{finding.column}-{finding.location.end_column}"
        place = f"{finding.path}:{place}" if "/" in finding.path else place
        lines.append(f"{place} {finding.severity}: {finding.message}")
        lines += [f"  {detail}" for detail in finding.details]
        lines += _about(finding)
    golden(FIXTURES / "rules" / rule.name / "bad.txt", "".join(f"{line}\n" for line in lines))


def test_ok_fixtures_have_no_finding() -> None:
    assert {path.name for path in (FIXTURES / "rules").iterdir()} == {rule.name for rule in RULES}
    assert {rule.name: _fixture_findings("ok", rule) for rule in RULES} == {rule.name: [] for rule in RULES}


SECTIONS = ["What it does", "Why it matters", "Example", "Use instead", "Fix", "Options", "See also"]


def _sections(rule: Rule) -> dict[str, str]:
    """Return the sections of the documentation of a rule, keyed by heading."""
    parts = re.split(r"^## (.*)\n", rule.documentation, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_the_documentation_says_who_changes_the_file() -> None:
    for rule in RULES:
        text = _sections(rule)["Fix"]
        changes = [(finding.fix, finding.upgrade) for finding in _fixture_findings("bad", rule)]
        assert not text.startswith("Upgrade:") or not any(fix for fix, _ in changes), rule.name
        assert text.startswith("None.") != any(fix or upgrade for fix, upgrade in changes), rule.name


def test_the_documentation_names_rules_and_options() -> None:
    options = {key.partition(".")[0] for key in Config._fields}
    for rule in RULES:
        sections = _sections(rule)
        assert {*re.findall("^- `(.*)`$", sections["See also"], re.MULTILINE)} <= {*RULE_BY_NAME} - {
            rule.name
        }
        for key in re.findall("^- `(.*)`", sections["Options"], re.MULTILINE):
            assert key.partition(".")[0].replace("-", "_") in options, (rule.name, key)


def _example(section: str) -> dict[str, bytes]:
    """Return the files of an example, keyed by name."""
    names = {"toml": ["pyproject.toml"], "dockerfile": ["Dockerfile", "Dockerfile.client"]}
    blocks = re.findall(r"```(\w+)\n(.*?)```", section, re.DOTALL)
    return {names[language].pop(0): text.encode() for language, text in blocks}


def test_the_examples_in_the_documentation_hold(tmp_path: Path) -> None:
    for rule in RULES:
        assert list(_sections(rule)) == SECTIONS, rule.name
        assert re.fullmatch(r"[A-Z].{10,70}\.", rule.summary), rule.name
        if (FIXTURES / "rules" / rule.name / "bad").is_dir():
            before, after = (_example(_sections(rule)[name]) for name in ("Example", "Use instead"))
            found = [finding.rule for finding in _lint_files(before, Config(), AS_OF)]
            assert rule.name in found, rule.name
            assert _lint_files(after, Config(), AS_OF) == [], rule.name
            continue
        before, after = re.findall(r"```dockerfile\n(.*?)```", rule.documentation, re.DOTALL)
        day = re.search(r"--as-of ([0-9-]+)", rule.documentation)
        today = date.fromisoformat(day[1]) if day else AS_OF
        settings = re.search(r"```toml\n(.*?)```", rule.documentation, re.DOTALL)
        (tmp_path / "c.toml").write_text(settings[1] if settings else "")
        config = load(str(tmp_path / "c.toml")).config
        config = config._replace(
            extend_select=frozenset() if rule.on_by_default else frozenset([rule.name])
        )
        assert rule.name in [finding.rule for finding in _lint(before, config, today)], rule.name
        assert _lint(after, config, today) == (), rule.name


def test_a_floating_tag_lacks_a_variant_of_its_newest_release() -> None:
    (finding,) = (
        found
        for found in _lint(f"FROM {RUNTIME}:11-ubi9\n", today=date(2024, 8, 1))
        if found.rule == "unavailable-variant"
    )
    assert finding.message == "Astro Runtime 11.7.0 has no -ubi9 image"
    assert finding.notes[0] == "11.13.0 and later have -ubi9 images"


def test_rules_refer_to_rules() -> None:
    outranked = {name for rule in RULES for name in rule.outranks}
    assert {"outdated-release", "parse-error"} <= outranked <= set(RULE_BY_NAME)
    assert {(rule.name, rule.baseline_name) for rule in RULES if rule.baseline_name != rule.name} == {
        ("end-of-basic-support", "end-of-maintenance"),
        ("maintenance-ending", "end-of-maintenance"),
    }


def test_attributes_of_rules() -> None:
    def names(attribute: str, value: object) -> set[str]:
        return {rule.name for rule in RULES if getattr(rule, attribute) == value}

    ends = {
        "yanked-release",
        "end-of-basic-support",
        "end-of-maintenance",
        "maintenance-ending",
        "retired-image",
    }
    assert names("is_about_the_end", True) == ends
    assert names("editor_tag", "deprecated") == ends - {"maintenance-ending"}
    assert names("editor_tag", "unnecessary") == {"ignored-stage"}
    assert names("on_by_default", False) == {"not-lts"}
    assert names("checks_suppressions", True) == {"expired-suppression", "unused-suppression"}
    assert names("is_repeatable", False) == {
        *(
            "parse-error",
            "unknown-instruction",
            "foreign-frontend",
            "template-placeholder",
            "unresolved-variable",
            "ignored-stage",
        ),
        *("disallowed-version", "invalid-platform", "target-platform"),
        *("invalid-manifest", "airflow-mismatch", "undeclared-dockerfile", "mismatched-agent"),
        *("invalid-suppression", "expired-suppression", "unused-suppression"),
    }


def test_rules_by_topic() -> None:
    assert list(RULES_BY_TOPIC) == [
        *("Syntax and stages", "Tags and repositories", "Lifecycle", "Your own policy", "Platforms"),
        *("Astro manifests", "Suppressions"),
    ]
    # RULES is ordered by topic, like the documentation.
    assert [rule for rules in RULES_BY_TOPIC.values() for rule in rules] == list(RULES)


def test_addresses_of_rules() -> None:
    names = ("yanked-release", "parse-error", "a-rule-of-a-newer-version")
    assert [address_of(name) for name in names] == [
        LIFECYCLE_POLICY,
        "https://docs.docker.com/reference/dockerfile/",
        "",
    ]


@pytest.mark.parametrize(
    ("source", "today", "rules"),
    [
        pytest.param(f"FROM {RUNTIME}:9.1.0", AS_OF, ["yanked-release"], id="a yank outranks an end"),
        pytest.param(f"FROM {RUNTIME}:13.5.0", AS_OF, ["yanked-release"], id="a yank outranks an outdated release"),
        pytest.param(f"FROM {RUNTIME}:9.7.0", AS_OF, ["end-of-basic-support"], id="only the last end is reported"),
        pytest.param(f"FROM {RUNTIME}:12.5.0", AS_OF, ["end-of-maintenance"], id="an ended series is not outdated"),
        pytest.param(f"FROM {RUNTIME}:13.6.0", date(2027, 3, 1), ["maintenance-ending", "outdated-release"], id="near the end of maintenance"),
        pytest.param(f"FROM {RUNTIME}:12.9.0", date(2025, 11, 30), ["maintenance-ending"], id="90 days before the end"),
        pytest.param(f"FROM {RUNTIME}:12.9.0", date(2025, 11, 29), [], id="91 days before the end"),
        pytest.param(f"FROM {RUNTIME}:12.9.0", date(2026, 2, 28), ["maintenance-ending"], id="the last day of maintenance"),
        pytest.param(f"FROM {RUNTIME}:12.9.0", date(2026, 3, 1), ["end-of-maintenance"], id="the day after maintenance"),
        pytest.param(f"FROM {RUNTIME}:9", AS_OF, ["end-of-basic-support", "floating-tag"], id="a floating tag of an ended series"),
        pytest.param(f"FROM {RUNTIME}:8.2.0-alpha4", AS_OF, ["end-of-basic-support", "prerelease"], id="a pre-release of an ended series"),
        pytest.param(f"FROM {RUNTIME}:9.22.0", AS_OF, ["end-of-basic-support", "unknown-release"], id="an unknown release of an ended series"),
        pytest.param(f"FROM {AIRFLOW_3}:3.0.8", AS_OF, ["nonexistent-release"], id="the form for Airflow 2 of an Airflow 3 release"),
        pytest.param(f"FROM {RUNTIME}:9.2.5", AS_OF, ["nonexistent-release"], id="a release that never existed"),
        pytest.param(f"FROM {RUNTIME}-dev:3.4-1", AS_OF, ["prerelease"], id="a repository of pre-releases"),
        pytest.param(f"FROM {RUNTIME}-dev:main", AS_OF, ["prerelease"], id="an invalid tag in a repository of pre-releases"),
        pytest.param(f"FROM {RUNTIME}:13.11.0 AS a\nFROM a\nFROM a", AS_OF, [], id="a stage that other stages use"),
        pytest.param(f"FROM {RUNTIME}:7.0.0 AS a\nFROM a\nFROM a", AS_OF, ["end-of-maintenance"], id="an ended stage that other stages use"),
        pytest.param(f"FROM {RUNTIME}:7.0.0\nFROM {RUNTIME}:7.0.0", AS_OF, ["end-of-maintenance", "ignored-stage", "end-of-maintenance"], id="two stages"),
        pytest.param("FROM quay.io/astronomer/astro-runtime-5.0.6", AS_OF, ["wrong-repository"], id="a version in the repository"),
        pytest.param("FROM astro-runtime:5.0.0\nFROM myco/our-runtime:9.1.0", AS_OF, [], id="similar names"),
        pytest.param("FROM quay.io/astronomer/ap-airflow@sha256:" + "0" * 64, AS_OF, ["retired-image"], id="a retired image with a digest"),
        pytest.param(f"FROM --platform=$BUILDPLATFORM {RUNTIME}:13.11.0", AS_OF, [], id="a platform in a variable"),
        pytest.param(f"FROM --platform=linux {RUNTIME}:13.11.0", AS_OF, [], id="an operating system alone"),
        pytest.param(f"FROM --platform=linux {RUNTIME}:5.5.0", AS_OF, ["amd64-only", "end-of-maintenance"], id="an operating system alone for a release without arm64"),
        pytest.param(f"FROM {AIRFLOW_3}:3.0-9", date(2026, 5, 1), ["yanked-release"], id="a yank before the first schedule"),
        pytest.param("FROM images.astronomer.cloud/baseimages/astro-remote-execution-agent:3.1-1-base-python-3.12-astro-agent-1.2.0", AS_OF, ["invalid-tag"], id="an agent tag out of order"),
        pytest.param("FROM images.astronomer.cloud/baseimages/astro-remote-execution-agent:3.1-1-base-ubi9", AS_OF, ["invalid-tag"], id="an agent tag out of order that lacks suffixes"),
        pytest.param("", AS_OF, ["parse-error"], id="an empty file"),
        pytest.param("# no FROM\nRUN x\n", AS_OF, ["parse-error"], id="a file without FROM"),
    ],
)  # fmt: skip
def test_rules_with_a_finding(source: str, today: date, rules: list[str]) -> None:
    assert rules_of(source, today) == rules


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(b"", ["1 The file has no FROM"], id="an empty file"),
        pytest.param(b"# a\n\n# b", ["3 The file has no FROM"], id="comments alone"),
        pytest.param(b"\nARG A=1\n", ["1 The file has no FROM"], id="an ARG alone"),
        pytest.param(b"FORM a\n", ["1 The file has no FROM", "1 Unknown instruction 'FORM'; did you mean FROM?"], id="a misspelled FROM"),
        pytest.param(b"FROM a\nRUNN x", ["2 Unknown instruction 'RUNN'; did you mean RUN?"], id="a misspelled RUN"),
        pytest.param(b"FROM a\n{{ x }}", ["2 Unknown instruction '{{'; lint the rendered file instead"], id="a template"),
        pytest.param("FROM a\n".encode("utf-16"), ["1 The file is encoded in UTF-16"], id="UTF-16"),
        pytest.param("from a\n".encode("utf-16-be"), ["1 The file is encoded in UTF-16"], id="UTF-16 without a byte-order mark"),
        pytest.param(b"\0" * 5, ["1 The file is binary"], id="NUL"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ["1 The file is binary"], id="a PNG file"),
        pytest.param(b"FROM a\nRUN \0\n", [], id="NUL in a RUN"),
        pytest.param(b"FROM a\nR\0N x\n", ["2 Unknown instruction 'R\\x00N'; did you mean RUN?"], id="NUL in a keyword"),
        pytest.param(b"FROM a\n\\\n", ["2 '\\' is not followed by an instruction; remove it"], id="an escape character alone"),
        pytest.param(b"RUN x\nARG A\nFROM a\nUSER y\n", ["1 RUN before the first FROM; move it below a FROM"], id="RUN before FROM"),
        pytest.param(b"RUN x\n", ["1 The file has no FROM"], id="RUN without FROM"),
        pytest.param(b"FORM a\nRUN x\nFROM b\n", ["1 Unknown instruction 'FORM'"], id="RUN after a misspelled FROM"),
        pytest.param(b"# syntax=docker/dockerfile:\nFROM a\n", ["1 Invalid '# syntax=' image 'docker/dockerfile:': no tag after ':'; write one, or remove the ':'"], id="invalid frontend"),
        pytest.param(b"//syntax=Docker\nFROM a\n", ["1 Unknown instruction '//syntax=Docker'", "1 Invalid '# syntax=' image 'Docker'"], id="invalid frontend after slashes"),
        pytest.param(b"// syntax=r.io/x\nFORM a\nFROM b\n", ["1 Frontend 'r.io/x' isn't Docker's"], id="another frontend after slashes"),
        pytest.param(b"# syntax=r.io/x\nRUN x\nFORM a\nFROM b\nCOPY --from=5 c d\n", ["1 Frontend 'r.io/x' isn't Docker's"], id="another frontend"),
        pytest.param(b"# syntax=docker/dockerfile:1\nFROM a\nFOO x\n", ["3 Unknown instruction 'FOO'"], id="Docker's frontend"),
        pytest.param(b"# syntax=index.docker.io/docker/dockerfile-upstream:master\nFROM a\nFOO x\n", ["3 Unknown instruction 'FOO'"], id="Docker's next frontend"),
        pytest.param(b'FROM a\nCMD ["a", 1]\n', ["2 The list of CMD must have only strings; put each item in double quotes"], id="a number in a list"),
        pytest.param(b'FROM a\nRUN --network=none [["a"]]\nSHELL [ "a", null ] \n', ["2 The list of RUN must", "3 The list of SHELL must"], id="lists after flags and spaces"),
        pytest.param(b'FROM a\nCMD ["a", "1"]\nRUN [ -f x ] && [ -f y ]\nRUN [NaN]\nENV A=[1]\nENTRYPOINT []\nCMD x [1]\n', [], id="other brackets"),
        pytest.param(b"FROM a\nONBUILD\nONBUILD onbuild RUN x\nONBUILD FROM b\n", ["2 ONBUILD can't be followed by nothing", "3 ONBUILD can't be followed by ONBUILD", "4 ONBUILD can't be followed by FROM"], id="rejected triggers"),
        pytest.param(b"FROM", ["1 Invalid FROM"], id="FROM without an image"),
        pytest.param("FROM a\n\u200bFROM b".encode(), ["2 FROM is preceded by U+200B"], id="an invisible character before FROM"),
        pytest.param(b"FROM a\n\xffFROM b", ["2 Unknown instruction '\\xffFROM'; did you mean FROM?"], id="an invalid byte before FROM"),
    ],
)  # fmt: skip
def test_a_file_that_the_build_refuses_has_a_finding(data: bytes, found: list[str]) -> None:
    lines = [f"{finding.line} {finding.message}; {finding.help}" for finding in _lint(data)]
    assert len(lines) == len(found)
    assert [line for line, start in zip(lines, found, strict=True) if not line.startswith(start)] == []


def test_a_rule_that_does_not_run_outranks_nothing() -> None:
    (finding,) = _lint(f"FROM {RUNTIME}:9.1.0", Config(ignore=frozenset(["yanked-release"])))
    assert finding.rule == "end-of-basic-support"


def _texts(source: str, today: date = AS_OF) -> list[str]:
    """Return a text for each finding: the message, the help and the notes, one per line."""
    return ["\n".join((finding.message, *finding.details)) for finding in _lint(source, today=today)]


@pytest.mark.parametrize(
    ("tag", "facts"),
    [
        pytest.param("9.7.0", ["2025-01-31", "2026-01-31", "can't create new Deployments", "9.21.0", "announced 2025-09-03"], id="an ended LTS series"),
        pytest.param("7.6.0", ["2023-07-31", "no fixes or support", "keep running"], id="an ended Stable series"),
        pytest.param("9.1.0", ['was yanked: "Has significant scheduling performance issues"', "2024-05-16", "2025-01-31"], id="a yanked release"),
        pytest.param("12.5.0", ["basic support ends on 2027-02-28", "3.3-8", "13.11.0"], id="a series in basic support"),
    ],
)  # fmt: skip
def test_facts_in_findings(tag: str, facts: list[str]) -> None:
    (text,) = _texts(f"FROM {RUNTIME}:{tag}")
    assert [fact for fact in facts if fact not in text] == []


@pytest.mark.parametrize(
    ("reference", "day", "words"),
    [
        (f"{AIRFLOW_3}:3.4.1", AS_OF, "help: use 3.3-8 (Airflow 3.3"),
        (f"{AIRFLOW_3}:3.0.9", AS_OF, "note: releases for Airflow 3 are written 3.0-N"),
        (f"{RUNTIME}:3.0.8", AS_OF, "help: did you mean astrocrpublic.azurecr.io/runtime:3.0-8? If so, use astrocrpublic.azurecr.io/runtime:3.0-18"),
        (f"{AIRFLOW_3}:13.11-0", AS_OF, f"help: did you mean {RUNTIME}:13.11.0?"),
        (f"{RUNTIME}:13.6.0-slim-python-3.12", AS_OF, "help: did you mean 13.6.0-python-3.12-slim?"),
        (f"{RUNTIME}:13.11.0-alpine", AS_OF, "unknown suffix '-alpine'\nhelp: write X.Y.Z or X.Y-N, then [-ubi9]"),
        (f"{RUNTIME}:13.05.0", AS_OF, "the version must be X.Y.Z or X.Y-N"),
        (f"{RUNTIME}:11.20.0-ubi9-python-3.8", AS_OF, "note: 11.x images have Python 3.10, 3.11, 3.12"),
        (f"{RUNTIME}:13.11.0-python-3.8-base", AS_OF, "help: use 13.11.0-python-3.10-base"),
        (f"{RUNTIME}:12.2.0-ubi9", AS_OF, "note: 12.3.0 and later have -ubi9 images"),
        (f"--platform=linux/arm {RUNTIME}:13.11.0", AS_OF, "help: use --platform=linux/amd64 or --platform=linux/arm64"),
        (f"--platform=linux/foo {RUNTIME}:13.11.0", AS_OF, "unknown architecture 'foo'\nhelp: use linux/amd64"),
        (f"{AIRFLOW_3}:3.0-9", date(2026, 5, 1), "note: yanked on or before 2025-08-26"),
        (f"{RUNTIME}:13.11.0", date(2028, 6, 1), "gets no fixes or support; existing ones keep running"),
    ],
)  # fmt: skip
def test_words_of_findings(reference: str, day: date, words: str) -> None:
    assert any(words in text for text in _texts(f"FROM {reference}", day))


def test_a_wrong_platform_is_one_finding() -> None:
    messages = []
    for config in (Config(), Config(target_platforms=(Platform("linux", "amd64", ""),))):
        assert _lint(f"FROM --platform= {RUNTIME}:13.11.0\n", config) == ()
        for platform in ("linus/amd64", "linux/amd46", "windows/amd64", "a/b/c/d", "amd46", "linux/%"):
            findings = _lint(f"FROM --platform={platform} {RUNTIME}:13.11.0\n", config)
            assert [finding.rule for finding in findings] == ["invalid-platform"], platform
            messages.append(f"{findings[0].message}; {findings[0].help}")
    assert messages == 2 * [
        "Invalid --platform 'linus/amd64': unknown operating system 'linus'; did you mean linux/amd64?",
        "Invalid --platform 'linux/amd46': unknown architecture 'amd46'; did you mean linux/amd64?",
        "Invalid --platform 'windows/amd64': Astro Runtime images are Linux only; did you mean linux/amd64?",
        "Invalid --platform 'a/b/c/d': not a valid platform; use linux/amd64 or linux/arm64",
        "Invalid --platform 'amd46': not a valid platform; did you mean linux/amd64?",
        "Invalid --platform 'linux/%': not a valid platform; use linux/amd64 or linux/arm64",
    ]


@pytest.mark.parametrize(
    ("count", "named"),
    [
        pytest.param(1, "linux/amd64", id="one"),
        pytest.param(5, "linux/amd64, linux/386, linux/s390x, linux/ppc64le, linux/riscv64", id="five"),
        pytest.param(7, "linux/amd64, linux/386, linux/s390x, linux/ppc64le, linux/riscv64 and 2 more", id="seven"),
    ],
)  # fmt: skip
def test_at_most_five_target_platforms_are_named(count: int, named: str) -> None:
    targets = "amd64", "386", "s390x", "ppc64le", "riscv64", "mips64le", "loong64"
    config = Config(target_platforms=tuple(Platform("linux", target, "") for target in targets[:count]))
    (finding,) = _lint(f"FROM --platform=linux/arm64 {RUNTIME}:13.11.0\n", config)
    assert finding.message == f"--platform='linux/arm64' is not in target-platforms ({named})"


@pytest.mark.parametrize(
    ("platform", "fixed"),
    [
        ("linux/amd46", "linux/amd64"),
        ("linux/ARM46", "linux/arm64"),
        ("amd46", "linux/amd64"),
        ("linus/arm64", "linux/arm64"),
        ("windows/amd64", None),
        ("linux/foo", None),
    ],
)
def test_a_misspelled_platform_can_be_fixed(platform: str, fixed: str | None) -> None:
    (finding,) = _lint(f"FROM --platform={platform} {RUNTIME}:13.11.0\n")
    assert finding.location == (1, 6, 1, 17 + len(platform))
    assert finding.subject == f"--platform={platform} {RUNTIME}:13.11.0"
    edit = Edit(Location(1, 17, 1, 17 + len(platform)), fixed or "")
    assert finding.fix == (Fix(f"Write {fixed}", (edit,), "the platform is misspelled") if fixed else None)


def test_long_words_are_cut_in_messages() -> None:
    name = "A" * 60_000
    findings = _lint(f"ARG {name}\nFROM x${name}\nFROM ${{A?{'b' * 60_000}}}\nFROM ${{A{'!' * 60_000}}}")
    assert len(findings) == 3
    assert max(len(finding.message) for finding in findings) < 600


@pytest.mark.parametrize(
    ("image", "advice"),
    [
        ("registry.example.com/m/airflow:13.6.0", f"use {RUNTIME}:13.11.0, or your mirror of it"),
        (
            "registry.example.com/m/astro-runtime-5.0.6",
            f"upgrade to {RUNTIME}:13.11.0 (Airflow 2.11, maintained until 2027-04-30), or your mirror of it",
        ),
        ("registry.example.com/three:13.11.0", f"use {RUNTIME}:13.11.0, or your mirror of it"),
    ],
)
def test_a_wrong_repository_behind_a_mirror(image: str, advice: str) -> None:
    images = {"registry.example.com/m/*": "quay.io/astronomer/*", "registry.example.com/three": AIRFLOW_3}
    config = Config(select=frozenset(["wrong-repository"]), images=images)
    (finding,) = _lint(f"FROM {image}\n", config)
    assert finding.help == advice
    assert finding.fix is None


CONTINUE = "end line 2 with \\ to continue its RUN"
MARKER = "resolve the merge conflict that this line is part of"
TEMPLATE = "lint the rendered file instead, and list this template under 'exclude'"
REMOVE = "remove it: the build fails here"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        pytest.param("RUN apt-get update\n    && apt-get upgrade", CONTINUE, id="&&"),
        pytest.param("RUN apt-get update &&\napt-get upgrade", CONTINUE, id="&& at the end"),
        pytest.param("RUN apt-get install\n    curl", CONTINUE, id="indented word"),
        pytest.param("RUN apt-get install \\ # tools\n\n    curl", CONTINUE, id="comment after the escape character"),
        pytest.param("RUN apt-get install \\\u00a0\nCURL", CONTINUE, id="no-break space after the escape character"),
        pytest.param("RUN apt-get install\n-y", CONTINUE, id="option"),
        pytest.param("RUN for x in a; do\n  echo $x\ndone", CONTINUE, id="loop"),
        pytest.param("RUN pip install\n\"pandas\"", CONTINUE, id="quote"),
        pytest.param("ENV A=1\n    B=2", CONTINUE.replace("RUN", "ENV"), id="assignment in ENV"),
        pytest.param("ENV A=1\nB=2", CONTINUE.replace("RUN", "ENV"), id="assignment without an indent"),
        pytest.param('CMD ["a",\n"b"]', CONTINUE.replace("RUN", "CMD"), id="list"),
        pytest.param("RUN apt-get update\nrm -r /x", f"{CONTINUE}, or start this line with RUN", id="command that looks like FROM"),
        pytest.param("RUN apt-get update\nexport A=b", f"{CONTINUE}, or start this line with RUN", id="command that looks like EXPOSE"),
        pytest.param("USER a\npip install b", REMOVE, id="command after another instruction"),
        pytest.param("RUN a\nRUNN b", "did you mean RUN?", id="misspelled RUN"),
        pytest.param("RUN a\n  COPPY b c", "did you mean COPY?", id="indented and misspelled"),
        pytest.param("RUN a\nfrm b", "did you mean FROM?", id="misspelled in lower case"),
        pytest.param("RUN <<E\na\nE\nb c", REMOVE, id="after a heredoc"),
        pytest.param("RUN a\nINCLUDE b", REMOVE, id="another instruction"),
        pytest.param("<<<<<<< HEAD\nRUN a\n=======\nRUN b\n>>>>>>> main", MARKER, id="first marker"),
        pytest.param("RUN a\n=======\nRUN b\n>>>>>>> main", MARKER, id="middle marker"),
        pytest.param("RUN a &&\n>>>>>>> main", MARKER, id="last marker"),
        pytest.param("||||||| 1234567\nRUN a", MARKER, id="marker of the base"),
        pytest.param("RUN a\n======== x", REMOVE, id="eight characters"),
        pytest.param("RUN a\n{{- range .packages }}", TEMPLATE, id="Go"),
        pytest.param("RUN a\n    {% if x %}", TEMPLATE, id="Jinja"),
        pytest.param("{%- endif -%}", TEMPLATE, id="Jinja without spaces"),
        pytest.param("RUN a\n${{ values.x }}", TEMPLATE, id="GitHub"),
        pytest.param("RUN a\n<% end %>", TEMPLATE, id="ERB"),
        pytest.param("RUN a\nRUNN {{ x }}", "did you mean RUN?", id="template in the arguments"),
    ],
)  # fmt: skip
def test_help_for_unknown_instructions(text: str, advice: str) -> None:
    (finding,) = _lint(f"FROM python\n{text}\n")
    assert (finding.rule, finding.help) == ("unknown-instruction", advice)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("unknown-instruction", "\\\n  FOO x"),
        ("parse-error", "COPY \\\n  --from=x: a b"),
        ("template-placeholder", "COPY \\\n  --from={{ x }} a b"),
        ("outdated-release", f"COPY \\\n  --from={RUNTIME}:13.6.0 a b"),
        ("unknown-repository", "COPY \\\n  --from=quay.io/astronomer/runtime a b"),
    ],
)
def test_a_comment_above_the_first_line_suppresses(rule: str, text: str) -> None:
    (finding,) = _lint(f"FROM python\n{text}\n")
    assert (finding.rule, finding.line) == (rule, 3)
    assert _lint(f"FROM python\n# lint-runtime: ignore[{rule}]\n{text}\n") == ()


def test_limits_of_suppression_comments() -> None:
    def problems(*comments: list[str]) -> list[str]:
        source = "".join(f"# lint-runtime: ignore[{','.join(names)}]\n" for names in comments)
        found = _lint(f"{source}FROM python", Config(select=frozenset(["invalid-suppression"])))
        return [f"{finding.message}; {finding.help}" for finding in found]

    names, listing = [rule.name for rule in RULES], "'lint-runtime --list-rules' lists all rules"
    assert problems(names) == []
    assert problems([*names, *names]) == []
    assert problems([*names, "tags"]) == [
        f"Too many rules ({len(RULES) + 1}), so nothing is suppressed; {listing}"
    ]
    # Only 100 problems of a file have a suggestion, because each takes time to find.
    unknown = "Unknown rule 'parse-eror';"
    assert problems(*[["parse-eror"]] * 101) == [
        *[f"{unknown} did you mean parse-error?"] * 100,
        f"{unknown} {listing}",
    ]


def test_help_for_unknown_instructions_names_the_escape_character() -> None:
    (finding,) = _lint("# escape=`\nFROM python\nRUN a `\n  b\n  c\n")
    assert (finding.line, finding.help) == (5, "end line 4 with ` to continue its RUN")


def test_most_lines_of_text_are_short() -> None:
    paths = [path for path in FIXTURES.rglob("*ockerfile") if path.is_file()]
    sources = {path.relative_to(FIXTURES.parent).as_posix(): path.read_bytes() for path in paths}
    with (FIXTURES / "facts" / "releases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            repository = AIRFLOW_3 if "-" in row["version"] else RUNTIME
            sources[f"{row['version']}/Dockerfile"] = f"FROM {repository}:{row['version']}\n".encode()
    known = TABLE.as_of(AS_OF)
    reports = [lint_file(source, path, Config(), known) for path, source in sources.items()]
    lengths = sorted(map(len, rendered("text", reports).splitlines()))
    assert len(lengths) > 500
    assert lengths[int(len(lengths) * 0.95)] < 210
    messages = [finding.message for report in reports for finding in report.diagnostics]
    assert sorted(map(len, messages))[int(len(messages) * 0.95)] <= 90


def test_a_series_older_than_the_first_schedule_is_unsupported() -> None:
    (finding,) = _lint(f"FROM {RUNTIME}:2.1.1")
    assert (finding.rule, finding.message) == ("end-of-basic-support", "Astro Runtime 2.1.1 is unsupported")
    assert finding.help == "upgrade to 13.11.0 (Airflow 2.11, maintained until 2027-04-30)"
    assert finding.notes[0] == "it is older than the first published schedule"
    # On this day, no schedule was published yet.
    assert rules_of(f"FROM {RUNTIME}:2.1.1", date(2021, 12, 14)) == ["unknown-release"]


def test_min_release_age() -> None:
    source = f"FROM {RUNTIME}:13.8.0-base\n"
    # 13.11.0 was released on 2026-09-17, 8 days before AS_OF.
    for min_age, newest in ((0, "13.11.0"), (8, "13.11.0"), (9, "13.10.0")):
        (finding,) = _lint(source, Config(min_release_age=min_age))
        assert finding.message == f"Astro Runtime 13.8.0 is outdated: {newest} is available"
        assert finding.help == f"use {newest}-base"
        assert finding.fix
        assert (finding.fix.title, finding.fix.is_safe) == (f"Use {newest}-base", True)
        assert [edit.text for edit in finding.fix.edits] == [newest]
    assert _lint(source, Config(min_release_age=9999)) == ()


@pytest.mark.parametrize(
    ("tag", "notes"), [("1.10.15-onbuild", 1), ("2.3.1-onbuild", 0), ("latest", 0), ("x1.10.15", 0)]
)
def test_a_note_on_airflow_1(tag: str, notes: int) -> None:
    (finding,) = _lint(f"FROM quay.io/astronomer/ap-airflow:{tag}")
    note = "it has Airflow 1.10.15, so migrate the DAGs to Airflow 2 first"
    assert finding.notes.count(note) == notes


@pytest.mark.parametrize(
    ("reference", "day", "message", "advice", "notes"),
    [
        (f"{RUNTIME}:13.11.0-base", date(2026, 9, 16), "Astro Runtime 13.11.0 is not out on 2026-09-16", "use 13.10.0-base", ["its release date is 2026-09-17"]),
        (f"{RUNTIME}:13.0.0-base", date(2025, 1, 1), "Astro Runtime 13.0.0 is not out on 2025-01-01", "no maintained release is known that can replace it", ["its release date is 2025-05-20"]),
        (f"{AIRFLOW_3}:3.3", date(2026, 7, 8), "Astro Runtime 3.3 is not out on 2026-07-08", "no maintained release is known that can replace it", ["its release date is 2026-07-09"]),
        (f"{AIRFLOW_3}:3.2-4", date(2026, 9, 24), "No end of maintenance is known for Astro Runtime 3.2-4 on 2026-09-24", "check its lifecycle with the vendor", []),
        (f"{RUNTIME}:4.0.0", date(2021, 11, 1), "No end of maintenance is known for Astro Runtime 4.0.0 on 2021-11-01", "check its lifecycle with the vendor", []),
    ],
)  # fmt: skip
def test_listed_releases_that_are_not_out_or_have_no_end(
    reference: str, day: date, message: str, advice: str, notes: list[str]
) -> None:
    config = Config(select=frozenset(["unknown-release"]))
    (finding,) = _lint(f"FROM {reference}", config, day)
    assert (finding.message, finding.help, list(finding.notes)) == (message, advice, notes)


def test_the_extension_of_13_has_basic_support() -> None:
    (finding,) = _lint(f"FROM {RUNTIME}:13.11.0", today=date(2027, 5, 1))
    assert finding.rule == "end-of-maintenance"
    assert finding.notes[0] == (
        "13.x: maintenance ended on 2027-04-30; basic support ends on 2028-04-30 (dates announced 2026-10-06)"
    )
    # On the day before the announcement, the extension is unknown.
    (finding,) = _lint(f"FROM {RUNTIME}:13.6.0", today=date(2026, 10, 5))
    assert finding.rule == "outdated-release"
    assert "2028" not in str(finding)


@pytest.mark.parametrize(
    ("tag", "today", "advice"),
    [
        pytest.param(
            "13.11.0-python-3.10",
            date(2026, 11, 1),
            "use 13.11.0-python-3.11",
            id="the day after the end of life",
        ),
        pytest.param(
            "13.11.0-python-3.10", date(2026, 10, 31), "", id="the last day before the end of life"
        ),
        pytest.param("13.11.0", date(2026, 11, 1), "", id="a supported default"),
        pytest.param("13", date(2026, 11, 1), "", id="a supported default of a floating tag"),
        pytest.param("9.7.0-python-3.8", date(2026, 11, 1), "", id="an ended series"),
        pytest.param("9.7.0", date(2024, 12, 1), "", id="a past day with a supported default"),
        pytest.param(
            "9.7.0-python-3.8-base",
            date(2024, 10, 31),
            "use 9.19.5-python-3.9-base",
            id="a past day with an unsupported suffix",
        ),
    ],
)
def test_unsupported_pythons(tag: str, today: date, advice: str) -> None:
    findings = _lint(f"FROM {RUNTIME}:{tag}", Config(select=frozenset(["unsupported-python"])), today)
    assert [finding.help for finding in findings] == ([advice] if advice else [])


def test_an_ended_image_has_its_python_as_a_note() -> None:
    (finding,) = _lint(f"FROM {RUNTIME}:9.7.0-python-3.8")
    assert "Python 3.8 reached its end of life on 2024-10-07" in finding.notes


@pytest.mark.parametrize(
    "image",
    [
        "quay.io/astronomer/ap-airflow-dev:2.3.0",
        "astronomerio/airflow:1.10.2",
        "docker.io/astronomerio/airflow",
    ],
)
def test_other_repositories_of_retired_images(image: str) -> None:
    assert rules_of(f"FROM {image}") == ["retired-image"]


def test_the_yank_of_3_0_9_was_published_early() -> None:
    assert rules_of(f"FROM {AIRFLOW_3}:3.0-9", date(2025, 8, 26)) == ["yanked-release"]
    assert "yanked-release" not in rules_of(f"FROM {AIRFLOW_3}:3.0-9", date(2025, 8, 25))


@pytest.mark.parametrize(
    ("source", "rules"),
    [
        ("FROM {{ image }}", ["template-placeholder"]),
        ("FROM {{ image }} AS base\nFROM base", ["template-placeholder"]),
        ("FROM --platform={{ p }} {{ image }}", ["template-placeholder"]),
        ("FROM --platform={{p}} {{image}}", ["template-placeholder"]),
        ("FROM <%= image %>", ["template-placeholder"]),
        ("FROM <image>", ["template-placeholder"]),
        ("FROM repo:<version>", ["template-placeholder"]),
        ("FROM %s:%s", ["template-placeholder"]),
        ("FROM %(image)s", ["template-placeholder"]),
        ("FROM %%BASE%%", ["template-placeholder"]),
        ("FROM @BASE@", ["template-placeholder"]),
        ("FROM repo:@VERSION@", ["template-placeholder"]),
        ("FROM __IMAGE__", ["template-placeholder"]),
        (f"FROM {RUNTIME}:__VERSION__", ["template-placeholder"]),
        (f"FROM {RUNTIME}:{{{{ version }}}}-base", ["template-placeholder"]),
        (f"ARG V={{{{v}}}}\nFROM {RUNTIME}:$V", ["template-placeholder"]),
        (f"ARG V={{{{ v }}}}\nFROM {RUNTIME}:$V", ["template-placeholder"]),
        ("FROM ${{ values.image }}", ["template-placeholder"]),
        # The literal part of these images is checked, too.
        (f"FROM --platform={{{{p}}}} {RUNTIME}:9.7.0", ["template-placeholder", "end-of-basic-support"]),
        ("FROM {{ r }}/astronomer/astro-runtime:9.7.0", ["end-of-basic-support", "template-placeholder"]),
        ("FROM {{r}}astronomer/astro-runtime:9.7.0", ["end-of-basic-support", "template-placeholder"]),
        ("FROM <r>/astronomer/astro-runtime:13.11.0", ["template-placeholder"]),
        ("FROM quay.io/astronomer/ap-airflow:{{v}}", ["retired-image", "template-placeholder"]),
        # These texts aren't placeholders.
        ("FROM python:__VERSION__", []),
        ("FROM a__b__c", []),
        ("FROM a b c", ["parse-error"]),
        ("FROM a@b@c", ["parse-error"]),
        ("FROM a:<", ["parse-error"]),
        ("FROM a:{x}", ["parse-error"]),
        ("FROM a:%d", ["parse-error"]),
    ],
)
def test_placeholders_of_templates(source: str, rules: list[str]) -> None:
    assert rules_of(source) == rules


@pytest.mark.parametrize(
    ("source", "rules"),
    [
        ("ARG R\nFROM ${R}/astronomer/astro-runtime:9.7.0", ["end-of-basic-support", "unresolved-variable"]),
        ("ARG R\nFROM $R/astronomer/astro-runtime:13.11.0", ["unresolved-variable"]),
        ("ARG R\nFROM ${R}astronomer/astro-runtime:9.7.0", ["end-of-basic-support", "unresolved-variable"]),
        ('ARG R\nFROM "${R}/astronomer/ap-airflow:2.0"', ["retired-image", "unresolved-variable"]),
        # These names are not reported, because other vendors may have such images.
        ("ARG R\nFROM $R/runtime:3.0-1", ["unresolved-variable"]),
        ("ARG R\nFROM $R/my-astronomer/astro-runtime:9.7.0", ["unresolved-variable"]),
        # The registry is known: it is empty or `hub.example`.
        ("ARG R=\nFROM ${R}/astronomer/astro-runtime:9.7.0", ["parse-error"]),
        ("FROM ${R}/astronomer/astro-runtime:9.7.0", ["parse-error"]),
        ("ARG R=hub.example\nFROM $R/astronomer/astro-runtime:9.7.0", ["unmapped-mirror"]),
        ("ARG S\nFROM hub.example/astronomer/astro-runtime:9.7.0$S", ["unmapped-mirror", "unresolved-variable"]),
    ],
)  # fmt: skip
def test_a_literal_tag_after_an_open_registry(source: str, rules: list[str]) -> None:
    assert sorted(rules_of(source)) == sorted(rules)


def test_a_fix_keeps_an_open_registry() -> None:
    finding, _ = _lint("ARG R\nFROM ${R}/astronomer/astro-runtime:13.10.0-base\n")
    assert finding.rule == "outdated-release"
    assert finding.fix
    assert finding.fix.edits == (Edit(Location(2, 36, 2, 43), "13.11.0"),)


def test_the_help_on_a_mirror_maps_it() -> None:
    source = "FROM hub.example:5000/quay/astronomer/astro-runtime:9.7.0\n"
    (finding,) = _lint(source)
    mirror, original = re.findall('"([^"]+)"', finding.help)
    (finding,) = _lint(source, Config(images={mirror: original}))
    assert finding.rule == "end-of-basic-support"


LADDER = {
    "yanked, then unsupported": f"FROM {RUNTIME}:9.1.0\n",
    "yanked, then maintained": f"FROM {RUNTIME}:13.4.0\n",
    "unsupported": f"FROM {RUNTIME}:9.7.0\n",
    "past maintenance": f"FROM {RUNTIME}:12.12.0\n",
    "ending": f"FROM {AIRFLOW_3}:3.0-12\n",
    "an unavailable platform": f"FROM --platform=linux/s390x {RUNTIME}:13.11.0\n",
    "an invalid platform": f"FROM --platform=a/b/c/d {RUNTIME}:13.11.0\n",
}
RELATED = [
    rule.name for rule in RULES if rule.outranks or any(rule.name in other.outranks for other in RULES)
]


def test_a_lower_severity_never_finds_more() -> None:
    """Check that lowering the severity of a rule, or turning it off, never raises the highest severity found."""
    ranks = {severity: rank for rank, severity in enumerate(reversed(Severity), 1)}
    assert len(RELATED) == 9
    lowered = set()
    for subject, source in LADDER.items():
        for name in RELATED:
            levels = []
            for severity in (None, *ranks):
                config = Config(
                    severity={name: severity}, target_platforms=(Platform("linux", "amd64", ""),)
                )
                day = date(2027, 3, 1) if subject == "ending" else AS_OF
                findings = _lint(source, config, day)
                levels.append(max((ranks[finding.severity] for finding in findings), default=0))
            assert levels == sorted(levels), (subject, name, levels)
            assert levels[-1] > 0, (subject, name)
            if levels[0] < levels[-1]:
                lowered.add(name)
    assert lowered == {
        "end-of-maintenance",
        "outdated-release",
        "security-fixes-only",
        "maintenance-ending",
    }


def test_a_rule_that_is_off_or_lowered_outranks_less() -> None:
    source = f"FROM {RUNTIME}:9.7.0\n"
    for severity in (None, Severity.INFO, Severity.WARNING):
        (finding,) = _lint(source, Config(severity={"end-of-basic-support": severity}))
        assert (finding.rule, finding.severity) == ("end-of-maintenance", Severity.ERROR)
    lowered: dict[str, Severity | None] = {
        "end-of-basic-support": Severity.WARNING,
        "end-of-maintenance": Severity.WARNING,
    }
    (finding,) = _lint(source, Config(severity=lowered))
    assert (finding.rule, finding.severity) == ("end-of-basic-support", Severity.WARNING)
