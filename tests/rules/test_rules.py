"""Every rule on its bad and its ok fixture, and its documentation executed."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from lint_runtime import lint
from lint_runtime.config.files import load
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Location, Severity
from lint_runtime.dockerfile.platforms import Platform
from lint_runtime.linter.engine import lint_file
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.rules.base import Rule
from tests.conftest import AS_OF, FIXTURES, rendered, rules_of

RUNTIME = "quay.io/astronomer/astro-runtime"
AIRFLOW_3 = "astrocrpublic.azurecr.io/runtime"
# Advice given on this day, where today nothing would be found.
DAYS = {"maintenance-ending": date(2027, 3, 1), "unsupported-python": date(2026, 11, 1)}


def _rule_name(rule: Rule) -> str:
    return rule.name


def _config(rule: Rule) -> Config:
    path = FIXTURES / "rules" / rule.name / ".lint-runtime.toml"
    config = load(str(path), RULE_BY_NAME).config if path.exists() else Config()
    # What others outrank is seen alone; but some rules check what suppresses the findings of the others.
    names = [other.name for other in RULES] if rule.checks_suppressions else [rule.name]
    return config._replace(select=frozenset(names))


def _found(path: Path, rule: Rule, today: date) -> str:
    report = lint_file(path.read_bytes(), path.name, today, _config(rule))
    found = [diagnostic for diagnostic in report.diagnostics if diagnostic.rule == rule.name]
    lines = [
        line
        for item in found
        for line in (
            f"{item.line}:{item.column}-{item.location.end_column} {item.severity}: {item.message}",
            *(f"  {detail}" for detail in item.details),
        )
    ]
    return "".join(f"{line}\n" for line in [f"as of {today}", *lines])


@pytest.mark.parametrize("rule", RULES, ids=_rule_name)
def test_bad_fixture(rule: Rule, golden: Callable[[Path, str], None]) -> None:
    directory = FIXTURES / "rules" / rule.name
    found = _found(directory / "bad.Dockerfile", rule, DAYS.get(rule.name, AS_OF))
    assert found.count("\n") > 1
    golden(directory / "bad.txt", found)


@pytest.mark.parametrize("rule", RULES, ids=_rule_name)
def test_ok_fixture(rule: Rule) -> None:
    today = DAYS.get(rule.name, AS_OF)
    assert _found(FIXTURES / "rules" / rule.name / "ok.Dockerfile", rule, today) == f"as of {today}\n"


def test_every_fixture_belongs_to_a_rule() -> None:
    assert {path.name for path in (FIXTURES / "rules").iterdir()} == {rule.name for rule in RULES}


def _written_config(text: str, directory: Path) -> Config:
    path = directory / ".lint-runtime.toml"
    path.write_text(text)
    return load(str(path), RULE_BY_NAME).config


def _rules_of(source: str, today: date, config: Config) -> list[str]:
    return [diagnostic.rule for diagnostic in lint_file(source.encode(), "D", today, config).diagnostics]


@pytest.mark.parametrize("rule", RULES, ids=_rule_name)
def test_documentation_holds(rule: Rule, tmp_path: Path) -> None:
    headings = re.findall(r"^## (.*)$", rule.documentation, re.MULTILINE)
    assert headings == ["What it does", "Why it matters", "Example", "Use instead"]
    before, after = re.findall(r"```dockerfile\n(.*?)```", rule.documentation, re.DOTALL)
    day = re.search(r"--as-of ([0-9-]+)", rule.documentation)
    today = date.fromisoformat(day[1]) if day else AS_OF
    settings = re.search(r"```toml\n(.*?)```", rule.documentation, re.DOTALL)
    config = _written_config(settings[1] if settings else "", tmp_path)
    config = config._replace(extend_select=frozenset() if rule.on_by_default else frozenset([rule.name]))
    assert rule.name in _rules_of(before, today, config)
    assert _rules_of(after, today, config) == []


@pytest.mark.parametrize("rule", RULES, ids=_rule_name)
def test_summary_is_one_sentence(rule: Rule) -> None:
    assert re.fullmatch(r"[A-Z].{10,70}\.", rule.summary)


def test_outranked_rules_exist() -> None:
    assert {name for rule in RULES for name in rule.outranks} <= {rule.name for rule in RULES}


@pytest.mark.parametrize(
    ("source", "today", "rules"),
    [
        pytest.param(f"FROM {RUNTIME}:9.1.0", AS_OF, ["yanked-release"], id="a yank is worse than any end"),
        pytest.param(f"FROM {RUNTIME}:13.5.0", AS_OF, ["yanked-release"], id="and names the newest release"),
        pytest.param(f"FROM {RUNTIME}:9.7.0", AS_OF, ["end-of-basic-support"], id="one end is shown, the last"),
        pytest.param(f"FROM {RUNTIME}:12.5.0", AS_OF, ["end-of-maintenance"], id="no newest release past the end"),
        pytest.param(f"FROM {RUNTIME}:13.6.0", date(2027, 3, 1), ["maintenance-ending", "outdated-release"], id="near the end"),
        pytest.param(f"FROM {RUNTIME}:12.9.0", date(2025, 11, 30), ["maintenance-ending"], id="90 days before"),
        pytest.param(f"FROM {RUNTIME}:12.9.0", date(2025, 11, 29), [], id="91 days before"),
        pytest.param(f"FROM {RUNTIME}:12.9.0", date(2026, 2, 28), ["maintenance-ending"], id="the last day"),
        pytest.param(f"FROM {RUNTIME}:12.9.0", date(2026, 3, 1), ["end-of-maintenance"], id="the day after"),
        pytest.param(f"FROM {RUNTIME}:9", AS_OF, ["end-of-basic-support", "floating-tag"], id="a floating tag of an ended series"),
        pytest.param(f"FROM {RUNTIME}:8.2.0-alpha4", AS_OF, ["end-of-basic-support", "prerelease"], id="a pre-release of one"),
        pytest.param(f"FROM {RUNTIME}:9.22.0", AS_OF, ["end-of-basic-support", "unknown-release"], id="a number unknown of one"),
        pytest.param(f"FROM {AIRFLOW_3}:3.0.8", AS_OF, ["nonexistent-release"], id="the series of a misspelled release is another"),
        pytest.param(f"FROM {RUNTIME}:9.2.5", AS_OF, ["nonexistent-release"], id="no more of a release that never was"),
        pytest.param(f"FROM {RUNTIME}-dev:3.4-1", AS_OF, ["prerelease"], id="nor of what is not made for production"),
        pytest.param(f"FROM {RUNTIME}-dev:main", AS_OF, ["prerelease"], id="whatever its tags look like"),
        pytest.param(f"FROM {RUNTIME}:13.11.0 AS a\nFROM a\nFROM a", AS_OF, [], id="a stage is not checked twice"),
        pytest.param(f"FROM {RUNTIME}:7.0.0 AS a\nFROM a\nFROM a", AS_OF, ["end-of-maintenance"], id="not even an ended one"),
        pytest.param(f"FROM {RUNTIME}:7.0.0\nFROM {RUNTIME}:7.0.0", AS_OF, ["end-of-maintenance", "ignored-stage", "end-of-maintenance"], id="every stage is"),
        pytest.param("FROM quay.io/astronomer/astro-runtime-5.0.6", AS_OF, ["wrong-repository"], id="an invalid repository"),
        pytest.param("FROM astro-runtime:5.0.0\nFROM myco/our-runtime:9.1.0", AS_OF, [], id="words in other names"),
        pytest.param("FROM quay.io/astronomer/ap-airflow@sha256:" + "0" * 64, AS_OF, ["retired-image"], id="a retired digest"),
        pytest.param(f"FROM --platform=$BUILDPLATFORM {RUNTIME}:13.11.0", AS_OF, [], id="a platform argument"),
        pytest.param(f"FROM --platform=linux {RUNTIME}:13.11.0", AS_OF, [], id="an operating system alone"),
        pytest.param(f"FROM --platform=linux {RUNTIME}:5.5.0", AS_OF, ["amd64-only", "end-of-maintenance"], id="which fixes no architecture"),
        pytest.param(f"FROM {AIRFLOW_3}:3.0-9", date(2026, 5, 1), ["yanked-release"], id="a yank before any end is published"),
        pytest.param("FROM images.astronomer.cloud/baseimages/astro-remote-execution-agent:3.1-1-base-python-3.12-astro-agent-1.2.0", AS_OF, ["invalid-tag"], id="an agent tag out of order"),
        pytest.param("FROM images.astronomer.cloud/baseimages/astro-remote-execution-agent:3.1-1-base-ubi9", AS_OF, ["invalid-tag"], id="an agent tag out of order that lacks suffixes, too"),
        pytest.param("", AS_OF, ["parse-error"], id="an empty file"),
        pytest.param("# no FROM\nRUN x\n", AS_OF, ["parse-error"], id="a file without FROM"),
    ],
)  # fmt: skip
def test_which_rules_speak_up(source: str, today: date, rules: list[str]) -> None:
    assert rules_of(source, today) == rules


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(b"", ["1 The file has no FROM"], id="nothing"),
        pytest.param(b"# a\n\n# b", ["3 The file has no FROM"], id="comments, at the end as in the build"),
        pytest.param(b"\nARG A=1\n", ["1 The file has no FROM"], id="an argument"),
        pytest.param(b"FORM a\n", ["1 The file has no FROM", "1 Unknown instruction 'FORM'; did you mean FROM?"], id="a slip"),
        pytest.param(b"FROM a\nRUNN x", ["2 Unknown instruction 'RUNN'; did you mean RUN?"], id="another slip"),
        pytest.param(b"FROM a\n{{ x }}", ["2 Unknown instruction '{{'; remove it; the build stops there"], id="nothing alike"),
        pytest.param("FROM a\n".encode("utf-16"), ["1 The file is encoded in UTF-16"], id="UTF-16"),
        pytest.param("from a\n".encode("utf-16-be"), ["1 The file is encoded in UTF-16"], id="without its mark"),
        pytest.param(b"\0" * 5, ["1 The file is binary"], id="NUL"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", ["1 The file is binary", "1 Unknown instruction '\\x89PNG'"], id="a picture"),
        pytest.param(b"FROM a\nRUN \0\n", [], id="a build that does not mind"),
        pytest.param(b"FROM", ["1 Invalid FROM"], id="one error is enough"),
        pytest.param("FROM a\n\u200bFROM b".encode(), ["2 FROM is preceded by U+200B"], id="an invisible character is not a slip"),
        pytest.param(b"FROM a\n\xffFROM b", ["2 Unknown instruction '\\xffFROM'; did you mean FROM?"], id="a byte that is visible is one"),
    ],
)  # fmt: skip
def test_no_file_that_cannot_be_built_is_green(data: bytes, found: list[str]) -> None:
    lines = [
        f"{diagnostic.line} {diagnostic.message}; {diagnostic.help}"
        for diagnostic in lint(data, today=AS_OF)
    ]
    assert len(lines) == len(found)
    assert [line for line, start in zip(lines, found, strict=True) if not line.startswith(start)] == []


def test_what_is_not_selected_outranks_nothing() -> None:
    found = lint(f"FROM {RUNTIME}:9.1.0", today=AS_OF, ignore=["yanked-release"])
    assert [diagnostic.rule for diagnostic in found] == ["end-of-basic-support"]


def _parts(source: str, today: date) -> list[str]:
    """Return the message, the help and the notes of each finding, a line each."""
    return ["\n".join((found.message, *found.details)) for found in lint(source, today=today)]


@pytest.mark.parametrize(
    ("tag", "facts"),
    [
        pytest.param("9.7.0", ["2025-01-31", "2026-01-31", "no new Deployments", "9.21.0", "published 2025-09-03"], id="ended"),
        pytest.param("7.6.0", ["2023-07-31", "no support", "keep running"], id="Stable"),
        pytest.param("9.1.0", ["has significant scheduling performance issues", "2024-05-16", "2025-01-31"], id="yanked"),
        pytest.param("12.5.0", ["basic support ends 2027-02-28", "3.3-8", "13.11.0"], id="with basic support"),
    ],
)  # fmt: skip
def test_findings_hold_the_facts(tag: str, facts: list[str]) -> None:
    (text,) = _parts(f"FROM {RUNTIME}:{tag}", AS_OF)
    assert [fact for fact in facts if fact not in text] == []


@pytest.mark.parametrize(
    ("reference", "day", "words"),
    [
        (f"{AIRFLOW_3}:3.4.1", AS_OF, "help: use 3.3-8 (Airflow 3.3"),
        (f"{AIRFLOW_3}:3.0.9", AS_OF, "note: releases for Airflow 3 are written 3.0-N"),
        (f"{RUNTIME}:3.0.8", AS_OF, "help: did you mean 3.0-8?"),
        (f"{AIRFLOW_3}:13.11-0", AS_OF, f"help: did you mean {RUNTIME}:13.11.0?"),
        (f"{RUNTIME}:13.6.0-slim-python-3.12", AS_OF, "help: did you mean 13.6.0-python-3.12-slim?"),
        (f"{RUNTIME}:9.1.0-base-slim", AS_OF, "the suffixes are in the wrong order\nhelp: write X.Y.Z or X.Y-N, then [-ubi9]"),
        (f"{RUNTIME}:13.05.0", AS_OF, "the version must be X.Y.Z or X.Y-N"),
        (f"{RUNTIME}:11.20.0-ubi9-python-3.8", AS_OF, "note: available with Python 3.10, 3.11, 3.12"),
        (f"{RUNTIME}:13.11.0-python-3.8-base", AS_OF, "help: use 13.11.0-python-3.10-base"),
        (f"{RUNTIME}:12.2.0-ubi9", AS_OF, "note: -ubi9 is available from 12.3.0"),
        (f"--platform=linux/arm {RUNTIME}:13.11.0", AS_OF, "help: use linux/amd64 or linux/arm64"),
        (f"--platform=linux/foo {RUNTIME}:13.11.0", AS_OF, "unknown architecture 'foo'\nhelp: use linux/amd64"),
        (f"{AIRFLOW_3}:3.0-9", date(2026, 5, 1), "note: the yank was published 2025-08-26"),
        (f"{RUNTIME}:13.11.0", date(2028, 6, 1), "no fixes, no support; existing Deployments keep running"),
    ],
)  # fmt: skip
def test_words_of_findings(reference: str, day: date, words: str) -> None:
    assert any(words in text for text in _parts(f"FROM {reference}", day))


@pytest.mark.parametrize(
    "platform", ["linus/amd64", "linux/amd46", "windows/amd64", "a/b/c/d", "", "amd46", "linux/%"]
)
@pytest.mark.parametrize("config", [Config(), Config(target_platforms=(Platform("linux", "amd64", ""),))])
def test_a_wrong_platform_is_one_finding(platform: str, config: Config) -> None:
    source = f"FROM --platform={platform} {RUNTIME}:13.11.0\n"
    found = lint_file(source.encode(), "D", AS_OF, config).diagnostics
    assert len(found) == bool(platform)


def test_no_message_is_long_because_a_file_is() -> None:
    source = (
        "ARG "
        + "A" * 60_000
        + "\nFROM x$"
        + "A" * 60_000
        + "\nFROM ${A?"
        + "b" * 60_000
        + "}\nFROM ${A"
        + "!" * 60_000
        + "}"
    )
    assert max(len(found.message) for found in lint(source, today=AS_OF)) < 600


@pytest.mark.parametrize(
    ("image", "advice"),
    [
        ("registry.example.com/m/airflow:13.6.0", f"use {RUNTIME}:13.6.0, or your mirror of it"),
        ("registry.example.com/m/astro-runtime-5.0.6", f"use {RUNTIME}:5.0.6, or your mirror of it"),
        ("registry.example.com/three:13.11.0", f"use {RUNTIME}:13.11.0, or your mirror of it"),
    ],
)
def test_a_wrong_repository_behind_a_mirror(image: str, advice: str) -> None:
    images = {"registry.example.com/m/*": "quay.io/astronomer/*", "registry.example.com/three": AIRFLOW_3}
    config = Config(select=frozenset(["wrong-repository"]), images=images)
    (found,) = lint_file(f"FROM {image}\n".encode(), "D", AS_OF, config).diagnostics
    assert found.help == advice
    assert found.fix is None


def test_most_lines_of_text_are_short() -> None:
    paths = [path for path in FIXTURES.rglob("*ockerfile") if path.is_file()]
    sources = {path.relative_to(FIXTURES.parent).as_posix(): path.read_bytes() for path in paths}
    with (FIXTURES / "facts" / "releases.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            repository = AIRFLOW_3 if "-" in row["version"] else RUNTIME
            sources[f"{row['version']}/Dockerfile"] = f"FROM {repository}:{row['version']}\n".encode()
    reports = [lint_file(source, path, AS_OF, Config()) for path, source in sources.items()]
    lengths = sorted(map(len, rendered("text", reports).splitlines()))
    assert len(lengths) > 500
    assert lengths[int(len(lengths) * 0.95)] < 200
    messages = [found.message for report in reports for found in report.diagnostics]
    assert sorted(map(len, messages))[int(len(messages) * 0.95)] <= 90


def test_a_release_from_before_all_schedules_is_unsupported() -> None:
    (found,) = lint(f"FROM {RUNTIME}:2.1.1", today=AS_OF)
    assert (found.rule, found.message) == ("end-of-basic-support", "Astro Runtime 2.1.1 is unsupported")
    assert found.help == "upgrade to 13.11.0 (Airflow 2.11, maintained until 2027-04-30)"
    assert found.notes[0] == "it is older than the first published schedule"
    # Before the first schedule, nothing was known of it.
    assert rules_of(f"FROM {RUNTIME}:2.1.1", date(2021, 12, 14)) == ["unknown-release"]


def test_a_release_that_is_out_long_enough_is_named() -> None:
    config = Config(min_release_age=9)
    data = f"FROM {RUNTIME}:13.8.0-base\n".encode()
    (found,) = lint_file(data, "Dockerfile", AS_OF, config).diagnostics
    assert found.message == "Astro Runtime 13.8.0 is outdated: 13.10.0 is available"
    assert found.help == "use 13.10.0-base"
    assert found.fix
    assert [edit.text for edit in found.fix.edits] == ["13.10.0"]


@pytest.mark.parametrize(
    ("tag", "notes"), [("1.10.15-onbuild", 1), ("2.3.1-onbuild", 0), ("latest", 0), ("x1.10.15", 0)]
)
def test_airflow_1_has_to_be_left_first(tag: str, notes: int) -> None:
    (found,) = lint(f"FROM quay.io/astronomer/ap-airflow:{tag}", today=AS_OF)
    note = "it has Airflow 1.10.15, so migrate the DAGs to Airflow 2 first"
    assert found.notes.count(note) == notes


@pytest.mark.parametrize(
    ("reference", "day", "message", "advice"),
    [
        (f"{RUNTIME}:13.11.0-base", date(2026, 9, 16), "Astro Runtime 13.11.0 is not out on 2026-09-16", "use 13.10.0-base"),
        (f"{RUNTIME}:13.0.0-base", date(2025, 1, 1), "Astro Runtime 13.0.0 is not out on 2025-01-01", "use 11."),
        (f"{AIRFLOW_3}:3.3", date(2026, 7, 8), "Astro Runtime 3.3 is not out on 2026-07-08", "no maintained release for Airflow 3 is known"),
        (f"{AIRFLOW_3}:3.2-4", date(2026, 9, 24), "No end of maintenance is known for Astro Runtime 3.2-4 on 2026-09-24", "check its lifecycle"),
        (f"{RUNTIME}:4.0.0", date(2021, 11, 1), "No end of maintenance is known for Astro Runtime 4.0.0 on 2021-11-01", "check its lifecycle"),
    ],
)  # fmt: skip
def test_a_release_that_the_data_lists_is_never_passed_over(
    reference: str, day: date, message: str, advice: str
) -> None:
    found = [found for found in lint(f"FROM {reference}", today=day) if found.rule == "unknown-release"]
    assert [one.message for one in found] == [message]
    assert found[0].help.startswith(advice)


def test_the_extension_of_13_has_basic_support() -> None:
    (found,) = lint(f"FROM {RUNTIME}:13.11.0", today=date(2027, 5, 1), ignore=["not-lts"])
    assert found.rule == "end-of-maintenance"
    assert found.notes[0] == (
        "maintenance of 13.x ended 2027-04-30, basic support ends 2028-04-30 (published 2026-10-06)"
    )
    # Nothing of this was published the day before.
    assert "2028" not in str(lint(f"FROM {RUNTIME}:13.6.0", today=date(2026, 10, 5)))


@pytest.mark.parametrize(
    ("tag", "today", "advice"),
    [
        pytest.param(
            "13.11.0-python-3.10", date(2026, 11, 1), "use 13.11.0-python-3.11", id="the day after"
        ),
        pytest.param("13.11.0-python-3.10", date(2026, 10, 31), "", id="the last day"),
        pytest.param("13.11.0", date(2026, 11, 1), "", id="the default is supported"),
        pytest.param("13", date(2026, 11, 1), "", id="of a floating tag, too"),
        pytest.param("9.7.0-python-3.8", date(2026, 11, 1), "", id="the series has ended itself"),
        pytest.param("9.7.0", date(2024, 12, 1), "", id="a default that was supported then"),
        pytest.param(
            "9.7.0-python-3.8-base", date(2024, 12, 1), "use 9.7.0-python-3.9-base", id="a suffix then"
        ),
    ],
)
def test_unsupported_pythons(tag: str, today: date, advice: str) -> None:
    found = lint(f"FROM {RUNTIME}:{tag}", today=today, select=["unsupported-python"])
    assert [one.help for one in found] == ([advice] if advice else [])


def test_an_ended_image_has_its_python_as_a_note() -> None:
    (found,) = lint(f"FROM {RUNTIME}:9.7.0-python-3.8", today=AS_OF)
    assert "Python 3.8 reached its end of life 2024-10-07" in found.notes


@pytest.mark.parametrize(
    "image",
    [
        "quay.io/astronomer/ap-airflow-dev:2.3.0",
        "astronomerio/airflow:1.10.2",
        "docker.io/astronomerio/airflow",
    ],
)
def test_more_images_that_are_retired(image: str) -> None:
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
        # What is literal is checked.
        (f"FROM --platform={{{{p}}}} {RUNTIME}:9.7.0", ["template-placeholder", "end-of-basic-support"]),
        ("FROM {{ r }}/astronomer/astro-runtime:9.7.0", ["end-of-basic-support", "template-placeholder"]),
        ("FROM {{r}}astronomer/astro-runtime:9.7.0", ["end-of-basic-support", "template-placeholder"]),
        ("FROM <r>/astronomer/astro-runtime:13.11.0", ["template-placeholder"]),
        ("FROM quay.io/astronomer/ap-airflow:{{v}}", ["retired-image", "template-placeholder"]),
        # What the build takes, and what is only wrong.
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
        # Others have images of that name, too.
        ("ARG R\nFROM $R/runtime:3.0-1", ["unresolved-variable"]),
        ("ARG R\nFROM $R/my-astronomer/astro-runtime:9.7.0", ["unresolved-variable"]),
        # What comes before is known.
        ("ARG R=\nFROM ${R}/astronomer/astro-runtime:9.7.0", ["parse-error"]),
        ("FROM ${R}/astronomer/astro-runtime:9.7.0", ["parse-error"]),
        ("ARG R=hub.example\nFROM $R/astronomer/astro-runtime:9.7.0", ["unmapped-mirror"]),
        ("ARG S\nFROM hub.example/astronomer/astro-runtime:9.7.0$S", ["unmapped-mirror", "unresolved-variable"]),
    ],
)  # fmt: skip
def test_a_literal_tag_of_what_can_only_be_a_runtime_image(source: str, rules: list[str]) -> None:
    assert sorted(rules_of(source)) == sorted(rules)


def test_a_fix_keeps_a_registry_that_is_not_known() -> None:
    data = b"ARG R\nFROM ${R}/astronomer/astro-runtime:13.10.0-base\n"
    (found, _) = lint_file(data, "Dockerfile", AS_OF, Config()).diagnostics
    assert found.rule == "outdated-release"
    assert found.fix
    assert [(edit.location, edit.text) for edit in found.fix.edits] == [(Location(2, 36, 2, 43), "13.11.0")]


def test_a_mirror_is_mapped_by_the_line_that_the_note_names() -> None:
    data = b"FROM hub.example:5000/quay/astronomer/astro-runtime:9.7.0\n"
    (found,) = lint_file(data, "Dockerfile", AS_OF, Config()).diagnostics
    mirror, original = re.findall('"([^"]+)"', found.notes[0])
    (found,) = lint_file(data, "Dockerfile", AS_OF, Config(images={mirror: original})).diagnostics
    assert found.rule == "end-of-basic-support"


LADDER = {
    "yanked, then unsupported": f"FROM {RUNTIME}:9.1.0\n",
    "yanked, then maintained": f"FROM {RUNTIME}:13.4.0\n",
    "unsupported": f"FROM {RUNTIME}:9.7.0\n",
    "past maintenance": f"FROM {RUNTIME}:12.12.0\n",
    "ending": f"FROM {AIRFLOW_3}:3.0-12\n",
    "a wrong platform": f"FROM --platform=linux/s390x {RUNTIME}:13.11.0\n",
    "a platform that no build takes": f"FROM --platform=a/b/c/d {RUNTIME}:13.11.0\n",
}
CHANGED = [rule.name for rule in RULES if rule.outranks or any(rule.name in one.outranks for one in RULES)]


@pytest.mark.parametrize("source", LADDER.values(), ids=LADDER.keys())
@pytest.mark.parametrize("name", CHANGED)
def test_a_lower_severity_is_never_stricter(name: str, source: str) -> None:
    """Turning a rule off finds no more than lowering it, and lowering it no more than leaving it alone."""

    def strictness(severity: Severity | None) -> int:
        config = Config(severity={name: severity}, target_platforms=(Platform("linux", "amd64", ""),))
        found = lint_file(source.encode(), "Dockerfile", AS_OF, config).diagnostics
        ranks = [list(Severity)[::-1].index(one.severity) + 1 for one in found]
        return max(ranks, default=0)

    levels = [strictness(severity) for severity in (None, *reversed(Severity))]
    assert levels == sorted(levels)


def test_a_rule_that_is_off_or_lower_hands_its_images_to_the_next_verdict() -> None:
    source = f"FROM {RUNTIME}:9.7.0\n".encode()
    for severity in (None, Severity.INFO, Severity.WARNING):
        config = Config(severity={"end-of-basic-support": severity})
        (found,) = lint_file(source, "Dockerfile", AS_OF, config).diagnostics
        assert (found.rule, found.severity) == ("end-of-maintenance", Severity.ERROR)
    lowered = {"end-of-basic-support": Severity.WARNING, "end-of-maintenance": Severity.WARNING}
    (found,) = lint_file(source, "Dockerfile", AS_OF, Config(severity=lowered)).diagnostics
    assert (found.rule, found.severity) == ("end-of-basic-support", Severity.WARNING)
