"""One destination per image: all findings name the same tag, and writing that tag resolves them."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from lint_runtime.config.model import Config, Requirements
from lint_runtime.diagnostics import Fix, Severity
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.dockerfile.platforms import Platform
from lint_runtime.images import AGENT_SUFFIXES, Destination, RuntimeImage, parse_tag, runtime_images
from lint_runtime.lifecycle.model import (
    GENERAL_STATEMENT,
    Availability,
    Existence,
    Lifecycle,
    Release,
    ReleaseSeries,
    Schedule,
)
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.upgrade_path import REQUIRED_STOP
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.fixes import apply_edits
from lint_runtime.linter.report import Report
from lint_runtime.rules.advice import (
    AIRFLOW_3_GUIDES,
    answer,
    architecture_note,
    coming_step,
    date_notes,
    why_not_movable,
)
from lint_runtime.rules.base import Answer, Case
from lint_runtime.rules.destinations import search, with_destinations
from tests.conftest import AS_OF, TABLE

DATE = TABLE.date
DAYS = [date(2022, 1, 1) + timedelta(days=97 * step) for step in range(30)]
AGENT = "images.astronomer.cloud/baseimages/astro-remote-execution-agent"
QUAY, AZURE = "quay.io/astronomer/astro-runtime", "astrocrpublic.azurecr.io/runtime"
AMD64, ARM64 = Platform("linux", "amd64", ""), Platform("linux", "arm64", "")
# A day on which the maintenance of all Airflow 2 series has ended.
LATE = date(2027, 5, 1)
BEST = "(Airflow 2.11, maintained until 2027-04-30)"
BEST_3 = "(Airflow 3.3, maintained until 2028-07-31)"
MIGRATION = "(Airflow 3.3, a major migration, maintained until 2028-07-31)"


def _lint(
    source: str, day: date = AS_OF, config: Config | None = None, table: LifecycleTable = TABLE
) -> Report:
    return lint_file(source.encode(), "Dockerfile", config or Config(), table.as_of(day))


def _image(
    reference: str, day: date = AS_OF, config: Config | None = None, table: LifecycleTable = TABLE
) -> RuntimeImage:
    (image,) = _lint(f"FROM {reference}\n", day, config, table).images
    return image


def _text(destination: Destination | None) -> str | None:
    return destination and destination.text


def _helps(report: Report) -> dict[str, str]:
    """Return the help of each finding, keyed by rule."""
    return {finding.rule: finding.help for finding in report.diagnostics}


def _written(source: str, change: Fix | None) -> str | None:
    """Return `source` with a fix or upgrade applied, or None if there is no change."""
    return apply_edits(source.encode(), sorted(change.edits)).decode() if change else None


@pytest.mark.parametrize(
    ("reference", "day", "config", "destination"),
    [
        pytest.param(f"{QUAY}:13.11.0", AS_OF, Config(), None, id="the newest release"),
        pytest.param(f"{QUAY}:13.10.0", AS_OF, Config(), "13.11.0", id="an outdated release"),
        pytest.param(f"{QUAY}:13.5.0-slim-base", AS_OF, Config(), "13.11.0-slim-base", id="a yanked release with suffixes"),
        pytest.param(f"{QUAY}:13", AS_OF, Config(), "13.11.0", id="a series"),
        pytest.param(f"{QUAY}:latest", AS_OF, Config(), "13.11.0", id="latest"),
        pytest.param(QUAY, AS_OF, Config(), "13.11.0", id="no tag"),
        pytest.param(AZURE, AS_OF, Config(), "3.3-8", id="no tag in the repository for Airflow 3"),
        pytest.param(f"{QUAY}:13.12.0-rc1", AS_OF, Config(), "13.11.0", id="a pre-release"),
        pytest.param(f"{AZURE}-dev:3.4-1", AS_OF, Config(), f"{AZURE}:3.3-8", id="a pre-release of an unreleased series"),
        pytest.param(f"{QUAY}-dev:9.7.0", AS_OF, Config(), f"{QUAY}:13.11.0", id="an ended series in the repository of pre-releases"),
        pytest.param(f"{QUAY}:9.7.0", AS_OF, Config(), "13.11.0", id="an ended series"),
        pytest.param(f"{QUAY}:9.1.0", AS_OF, Config(), "13.11.0", id="a yanked release of an ended series"),
        pytest.param(f"{AZURE}:3.1-5", AS_OF, Config(), "3.1-21", id="a maintained series with security fixes only"),
        pytest.param(f"{AZURE}:3.1-21", AS_OF, Config(), None, id="its newest release"),
        pytest.param(f"{AZURE}:3.4", AS_OF, Config(), None, id="a series newer than the data"),
        pytest.param(f"{QUAY}:99.0.0", AS_OF, Config(), None, id="a release newer than the data"),
        pytest.param(f"{QUAY}:9.22.0", AS_OF, Config(), "13.11.0", id="a newer release of an ended series"),
        pytest.param(f"{QUAY}:13.9.5", AS_OF, Config(), "13.11.0", id="a release that never existed"),
        pytest.param(f"{QUAY}:9.2.5", AS_OF, Config(), "13.11.0", id="a nonexistent release of an ended series"),
        pytest.param(f"{AZURE}:3.0.8", AS_OF, Config(), "3.0-18", id="the form for Airflow 2"),
        pytest.param(f"{QUAY}:13.11-0-base", AS_OF, Config(), "13.11.0-base", id="the form for Airflow 3"),
        pytest.param(f"{QUAY}:9.1.0-bsae", AS_OF, Config(), "13.11.0-base", id="a misspelled suffix"),
        pytest.param(f"{QUAY}:v12.1.1", AS_OF, Config(), "13.11.0", id="a v"),
        pytest.param(f"{QUAY}:13.11.0-bsae", AS_OF, Config(min_release_age=9), "13.11.0-base", id="a misspelled suffix of a new release"),
        pytest.param(f"{QUAY}:99.0.0-bsae", AS_OF, Config(), None, id="a misspelled suffix of a series newer than the data"),
        pytest.param(f"{QUAY}:13.6.0-alpine", AS_OF, Config(), None, id="a tag that can't be understood"),
        pytest.param(f"{AZURE}:9.7.0", AS_OF, Config(), f"{QUAY}:13.11.0", id="the repository for Airflow 3"),
        pytest.param(f"{QUAY}:3.3-8", AS_OF, Config(), f"{AZURE}:3.3-8", id="the repository for Airflow 2"),
        pytest.param(f"{QUAY}:3.0-8", AS_OF, Config(ignore=frozenset(["wrong-repository"])), "3.0-18", id="the repository for Airflow 2, allowed"),
        pytest.param("quay.io/astronomer/ap-airflow:2.2.5", AS_OF, Config(), f"{QUAY}:13.11.0-base", id="Astronomer Certified"),
        pytest.param("quay.io/astronomer/ap-airflow:2.2.5-onbuild", AS_OF, Config(), f"{QUAY}:13.11.0", id="Astronomer Certified with onbuild"),
        pytest.param(f"{QUAY}:13.11.0-python-3.8", AS_OF, Config(), "13.11.0-python-3.10", id="an unavailable Python"),
        pytest.param(f"{QUAY}:13.11.0-python-3.10", date(2026, 11, 1), Config(), "13.11.0-python-3.11", id="an unsupported Python"),
        pytest.param(f"{AZURE}:3.1-21-slim", AS_OF, Config(), "3.1-21", id="an unavailable suffix"),
        pytest.param(f"--platform=linux/arm64 {QUAY}:5.0.8", AS_OF, Config(), "13.11.0", id="an unavailable platform"),
        pytest.param(f"{QUAY}:5.0.8", date(2023, 9, 1), Config(), "5.4.0", id="a maintained series without arm64"),
        pytest.param(f"--platform=linux/arm64 {QUAY}:5.0.8", date(2023, 9, 1), Config(), "9.0.0", id="a maintained series without the platform"),
        pytest.param(f"{QUAY}:5.0.8", date(2023, 9, 1), Config(target_platforms=(AMD64, ARM64)), "9.0.0", id="a maintained series without a target platform"),
        pytest.param(f"{QUAY}:13.6.0", AS_OF, Config(min_release_age=8), "13.11.0", id="old enough"),
        pytest.param(f"{QUAY}:13.6.0", AS_OF, Config(min_release_age=9), "13.10.0", id="too new"),
        pytest.param(f"{QUAY}:13.11.0", AS_OF, Config(min_release_age=9), None, id="too new but written already"),
        pytest.param(f"{QUAY}:13.6.0", AS_OF, Config(require=Requirements(runtime="!=13.11.0,<13.11.0")), None, id="a policy that the newest release violates"),
        pytest.param(f"{AZURE}:3.1-5", AS_OF, Config(require=Requirements(runtime=">=3.2")), "3.3-8", id="a policy that the series violates"),
        pytest.param(f"{QUAY}:13.6.0", AS_OF, Config(require=Requirements(python="<3.12")), "13.11.0-python-3.11", id="a policy that the default Python violates"),
        pytest.param(f"{QUAY}:13.6.0", AS_OF, Config(require=Requirements(airflow=">=3")), f"{AZURE}:3.3-8", id="a policy for Airflow 3"),
        pytest.param(f"{QUAY}:11.0.0", date(2024, 5, 1), Config(), "11.2.0", id="a Stable series"),
        pytest.param(f"{QUAY}:11.0.0", date(2024, 5, 1), Config(extend_select=frozenset(["not-lts"])), None, id="a Stable series, if only LTS series are allowed"),
        pytest.param(f"{QUAY}:7.6.0", date(2024, 5, 1), Config(extend_select=frozenset(["not-lts"])), "9.13.0", id="the LTS series"),
        pytest.param(f"{AZURE}:3.1-5", AS_OF, Config(extend_select=frozenset(["not-lts"])), "3.1-21", id="a Stable series of Airflow 3"),
        pytest.param(f"{AZURE}:3.1-21", date(2027, 7, 1), Config(), None, id="91 days before the end"),
        pytest.param(f"{AZURE}:3.1-21", date(2027, 7, 1), Config(warn_within=91), "3.3-8", id="as many days before the end as configured"),
        pytest.param(f"{AZURE}:3.1-5", date(2027, 7, 2), Config(), "3.3-8", id="90 days before the end"),
        pytest.param(f"{AZURE}:3.3-5", date(2028, 7, 30), Config(), "3.3-8", id="a day before the end of the last series"),
        pytest.param(f"{QUAY}:9.7.0", LATE, Config(), f"{AZURE}:3.3-8", id="after the end of Airflow 2"),
        pytest.param(f"{AZURE}:9.7.0", LATE, Config(), f"{AZURE}:3.3-8", id="after the end of Airflow 2, in the repository for Airflow 3"),
        pytest.param(QUAY, LATE, Config(), f"{AZURE}:3.3-8", id="no tag after the end of Airflow 2"),
        pytest.param(f"{QUAY}:13.10.0", date(2028, 8, 1), Config(), None, id="after the end of all series"),
    ],
)  # fmt: skip
def test_destinations(reference: str, day: date, config: Config, destination: str | None) -> None:
    assert _text(_image(reference, day, config).destination) == destination


@pytest.mark.parametrize(
    ("reference", "day", "stop"),
    [
        (f"{QUAY}:9.7.0-base", LATE, "13.11.0-base"),
        (f"{QUAY}:13", LATE, "13.11.0"),
        (f"{QUAY}:13.6.0", LATE, "13.11.0"),
        (f"{QUAY}:13.7.0", LATE, None),
        (f"{AZURE}:9.7.0", LATE, f"{QUAY}:13.11.0"),
        (f"{AZURE}:3.0-8", LATE, None),
        (f"{QUAY}:9.7.0", AS_OF, None),
    ],
)
def test_the_required_stop_on_the_way_to_airflow_3(reference: str, day: date, stop: str | None) -> None:
    assert RuntimeVersion(2, 13, 7, 0) == REQUIRED_STOP
    assert _text(_image(reference, day).next) == stop


def test_destinations_in_a_given_series() -> None:
    images = _lint(f"FROM {QUAY}:9.7.0-base AS a\nFROM {AZURE}:3.0-8\nCOPY --from=a /a /a\n").images
    for goal, targets, stops in (
        ("3.1", [f"{AZURE}:3.1-21-base", "3.1-21"], ["13.11.0-base", None]),
        ("12", ["12.12.0-base", f"{QUAY}:12.12.0"], [None, None]),
        ("99", [None, None], [None, None]),
    ):
        moved = with_destinations(images, TABLE.as_of(AS_OF), Config(), frozenset(), goal)
        assert [_text(image.destination) for image in moved if image] == targets
        assert [_text(image.next) for image in moved if image] == stops
    assert [_text(image.newest) for image in images] == [None, "3.0-18"]


def test_images_that_are_only_written_differently_share_a_search() -> None:
    config, known = Config(), TABLE.as_of(AS_OF)
    source = f"ARG V=9.7.0\nARG X=9\nFROM {QUAY}:9.7.0\nFROM {QUAY}:$V AS b\nFROM {QUAY}:$X.7.0\n"
    found = runtime_images(parse_dockerfile(source.encode(), {}).stages, known, {})
    images = [image for image in (*found, *_lint(source).images) if image]
    assert len(images) == 6
    assert len({id(search(Case(image, known, config))) for image in images}) == 1
    (other,) = _lint(f"FROM --platform=linux/arm64 {QUAY}:9.7.0\n").images
    assert search(Case(other, known, config)) is not search(Case(images[-1], known, config))


@pytest.mark.parametrize(
    ("source", "config", "reason"),
    [
        pytest.param(f"FROM {QUAY}:9.7.0", Config(), "", id="a tag"),
        pytest.param(f"ARG V=9.7.0\nFROM {QUAY}:$V", Config(), "", id="an ARG"),
        pytest.param(f"ARG V=9\nFROM {QUAY}:$V.7.0", Config(), "it is assembled from several variables", id="a tag in pieces"),
        pytest.param(f"FROM {QUAY}:9.7.0@sha256:{'0' * 64}", Config(), "it is pinned by digest; update the tag and the digest together", id="a digest"),
        pytest.param(f"FROM {AGENT}:3.0-1-python-3.12-astro-agent-1.2.0", Config(), "the version of its agent can't be known for another release", id="an agent"),
        pytest.param("FROM quay.io/astronomer/ap-airflow:2.2.5", Config(), "", id="Astronomer Certified"),
        pytest.param("FROM quay.io/astronomer/ap-airflow:2.0.0", Config(), "", id="Airflow 2.0"),
        pytest.param("FROM quay.io/astronomer/ap-airflow:1.10.10", Config(), "it has Airflow 1.10.10; migrate to Airflow 2 first", id="Airflow 1"),
        pytest.param("FROM quay.io/astronomer/ap-airflow:latest", Config(), "its tag names no Airflow version", id="Astronomer Certified without a version"),
        pytest.param("FROM r.example/two:3.0-8", Config(images={"r.example/two": QUAY}), f"[images] has no mirror of {AZURE} on r.example", id="a mirror without the image"),
    ],
)  # fmt: skip
def test_why_an_image_is_not_changed(source: str, config: Config, reason: str) -> None:
    (image,) = _lint(f"{source}\n", AS_OF, config).images
    assert image.destination
    assert why_not_movable(image, image.destination) == reason


@pytest.mark.parametrize(
    ("reference", "day", "config", "rule", "advice"),
    [
        pytest.param(f"{QUAY}:13.6.0", AS_OF, Config(), "outdated-release", "use 13.11.0", id="the same series"),
        pytest.param(f"{QUAY}:9.7.0", AS_OF, Config(), "end-of-basic-support", f"upgrade to 13.11.0 {BEST}", id="another series"),
        pytest.param(f"{QUAY}:12.0.0-ubi9-python-3.11-base", AS_OF, Config(), "end-of-maintenance", "upgrade to 13.11.0-ubi9-python-3.11-base", id="not the most severe finding"),
        pytest.param(f"{QUAY}:9.7.0-python-3.9", AS_OF, Config(), "end-of-basic-support", "upgrade to 13.11.0-python-3.10 (Airflow 2.11, maintained until 2027-04-30; 13.x has no -python-3.9 image)", id="a dropped suffix"),
        pytest.param(f"{QUAY}:13.11.0-python-3.8", AS_OF, Config(), "unavailable-variant", "use 13.11.0-python-3.10", id="a suffix that the message names"),
        pytest.param(f"{QUAY}:13.11.0-python-3.10", date(2026, 11, 1), Config(), "unsupported-python", "use 13.11.0-python-3.11", id="an available, unsupported Python"),
        pytest.param(f"{AZURE}:3.0.8", AS_OF, Config(), "nonexistent-release", "did you mean 3.0-8? If so, use 3.0-18, the newest", id="the form for Airflow 2"),
        pytest.param(f"{AZURE}:3.3.8-base", AS_OF, Config(), "nonexistent-release", "did you mean 3.3-8-base?", id="the form for Airflow 2 of the newest release"),
        pytest.param(f"{QUAY}:9.1.0-bsae", AS_OF, Config(), "invalid-tag", f"did you mean 9.1.0-base? If so, upgrade to 13.11.0-base {BEST}", id="a misspelled suffix"),
        pytest.param(f"{QUAY}:v12.1.1", AS_OF, Config(), "invalid-tag", f"did you mean 12.1.1? If so, upgrade to 13.11.0 {BEST}", id="a v"),
        pytest.param(f"{QUAY}:9.7.0", LATE, Config(), "end-of-basic-support", f"upgrade to 13.11.0 first, then upgrade to {AZURE}:3.3-8 {MIGRATION}", id="to Airflow 3 with a stop"),
        pytest.param(f"{QUAY}:13.7.0", LATE, Config(), "end-of-maintenance", f"upgrade to {AZURE}:3.3-8 {MIGRATION}", id="to Airflow 3"),
        pytest.param(f"{QUAY}:13.6.0", date(2027, 3, 1), Config(), "outdated-release", f"use 13.11.0 first, then upgrade to {AZURE}:3.3-8", id="a stop in the same series"),
        pytest.param(f"{AZURE}:3.0-12", date(2027, 3, 1), Config(), "maintenance-ending", f"upgrade to 3.3-8 {BEST_3}", id="ending soon"),
        pytest.param(f"{AZURE}:3.0-12", date(2027, 3, 1), Config(), "outdated-release", "upgrade to 3.3-8; --fix writes 3.0-18", id="outdated and ending soon"),
        pytest.param(f"{QUAY}:13.10.0", date(2028, 8, 1), Config(), "end-of-basic-support", "no maintained release is known that can replace it", id="no maintained series"),
        pytest.param(f"{AZURE}:3.3-8", AS_OF, Config(require=Requirements(airflow="<2")), "disallowed-version", "no maintained release is known that your configuration allows", id="an impossible policy"),
        pytest.param("r.example/two:3.3-8", AS_OF, Config(images={"r.example/two": QUAY}), "wrong-repository", f"use {AZURE}:3.3-8, or your mirror of it", id="a mirror without the image"),
        pytest.param("r.example/two:3.3-8", AS_OF, Config(images={"r.example/two": QUAY, "r.example/three": AZURE}), "wrong-repository", "use r.example/three:3.3-8", id="two mirrors"),
    ],
)  # fmt: skip
def test_help(reference: str, day: date, config: Config, rule: str, advice: str) -> None:
    assert _helps(_lint(f"FROM {reference}\n", day, config))[rule] == advice


def test_an_answer_without_a_destination_depends_on_the_configuration() -> None:
    image, known = _image(f"{QUAY}:13.10.0", date(2028, 8, 1)), TABLE.as_of(date(2028, 8, 1))
    nothing = "no maintained release is known that"
    for case, reason in (
        (Case(image, known, Config()), "can replace it"),
        (Case(image, known, Config(), frozenset(["outdated-release"])), "can replace it"),
        (Case(image, known, Config(), frozenset(["not-lts"])), "your configuration allows"),
        (Case(image, known, Config(require=Requirements(python=">=3.9"))), "your configuration allows"),
    ):
        assert answer(case) == Answer(f"{nothing} {reason}", f"{nothing} {reason}", (), None)
    digest = _image(f"{QUAY}:13.10.0@sha256:{'0' * 64}", date(2028, 8, 1))
    notes = ("update the tag and the digest together (not fixed automatically)",)
    assert answer(Case(digest, known, Config())).notes == notes


def test_security_fixes_only_mentions_the_other_series_in_a_note() -> None:
    report = _lint(f"FROM {AZURE}:3.1-5\n")
    assert _helps(report) == {"outdated-release": "use 3.1-21", "security-fixes-only": ""}
    (note,) = (f.notes[0] for f in report.diagnostics if f.rule == "security-fixes-only")
    assert note == "bug fixes go only to the newest series, 3.3 (release 3.3-8); you don't have to upgrade"
    assert [finding.upgrade for finding in report.diagnostics] == [None, None]


def test_one_answer_for_repository_series_suffix_platform_and_policy() -> None:
    source = f"FROM --platform=linux/arm64 {AZURE}:5.0.2-python-3.9-base\n"
    config = Config(require=Requirements(runtime=">=12", python=">=3.11"))
    report = _lint(source, AS_OF, config)
    tag = f"{QUAY}:13.11.0-python-3.11-base"
    explained = (
        f"upgrade to {tag} (Airflow 2.11, maintained until 2027-04-30; 13.x has no -python-3.9 image)"
    )
    findings = [(finding.rule, finding.help) for finding in report.diagnostics]
    assert findings == [
        ("unsupported-platform", f"upgrade to {tag}"),
        ("disallowed-version", f"upgrade to {tag}"),
        ("disallowed-version", f"upgrade to {tag}"),
        ("end-of-maintenance", f"upgrade to {tag}"),
        ("unavailable-variant", explained),
        ("wrong-repository", f"upgrade to {tag}"),
    ]
    assert {finding.fix for finding in report.diagnostics} == {None}
    for finding in report.diagnostics:
        changed = _written(source, finding.upgrade)
        assert changed == f"FROM --platform=linux/arm64 {tag}\n"
        assert _lint(changed, AS_OF, config).diagnostics == ()


@pytest.mark.parametrize(
    ("source", "day", "fixed", "upgraded"),
    [
        pytest.param(f"FROM {QUAY}:13.6.0-base", AS_OF, f"FROM {QUAY}:13.11.0-base", None, id="the same series"),
        pytest.param(f"FROM {AZURE}:3.0.8", AS_OF, f"FROM {AZURE}:3.0-18", None, id="the form for Airflow 2"),
        pytest.param(f"FROM {QUAY}:9.1.0-bsae", AS_OF, None, f"FROM {QUAY}:13.11.0-base", id="a misspelled suffix"),
        pytest.param(f"FROM {QUAY}:9.7.0", AS_OF, None, f"FROM {QUAY}:13.11.0", id="another series"),
        pytest.param(f"FROM {AZURE}:13.6.0", AS_OF, f"FROM {QUAY}:13.11.0", None, id="another repository"),
        pytest.param(f"FROM {QUAY}:9.7.0", LATE, None, None, id="to Airflow 3 with a stop"),
        pytest.param(f"FROM {QUAY}:13.7.0", LATE, None, None, id="to Airflow 3"),
        pytest.param(f"FROM {QUAY}:9.7.0@sha256:{'0' * 64}", AS_OF, None, None, id="a digest"),
        pytest.param("FROM quay.io/astronomer/ap-airflow:2.2.5-onbuild", AS_OF, None, f"FROM {QUAY}:13.11.0", id="Astronomer Certified"),
        pytest.param("FROM quay.io/astronomer/ap-airflow:1.10.10", AS_OF, None, None, id="Airflow 1"),
    ],
)  # fmt: skip
def test_fixes_and_upgrades(source: str, day: date, fixed: str | None, upgraded: str | None) -> None:
    findings = _lint(source, day).diagnostics
    finding = min(findings, key=lambda finding: [*Severity].index(finding.severity))
    assert (_written(source, finding.fix), _written(source, finding.upgrade)) == (fixed, upgraded)


def test_an_ending_series_has_an_upgrade_and_its_outdated_release_a_fix() -> None:
    ending, outdated = _lint(f"FROM {AZURE}:3.0-12\n", date(2027, 3, 1)).diagnostics
    assert (ending.rule, ending.fix, ending.upgrade and ending.upgrade.title) == (
        "maintenance-ending",
        None,
        "Upgrade to 3.3-8",
    )
    assert (outdated.rule, outdated.fix and outdated.fix.title, outdated.upgrade) == (
        "outdated-release",
        "Use 3.0-18",
        None,
    )


@pytest.mark.parametrize(
    ("reference", "risk"),
    [
        (f"{QUAY}:13.6.0-base", ""),
        (f"{QUAY}:9.7.0", ""),
        (f"{QUAY}:13", "its tag is floating"),
        (f"{QUAY}:13.6.0-rc1", "it is a pre-release"),
        (f"{QUAY}:9.7.0-python-3.9", "13.x has no -python-3.9 image"),
        (f"{QUAY}:13.6.0-bsae", "its tag is misspelled"),
        (f"{AZURE}:3.0.8", "its tag is misspelled"),
        (f"{QUAY}:3.1-5", "it is in another repository"),
    ],
)
def test_a_change_that_needs_a_review_is_unsafe(reference: str, risk: str) -> None:
    changes = {finding.fix or finding.upgrade for finding in _lint(f"FROM {reference}\n").diagnostics}
    assert {change.risk for change in changes if change} == {risk}


def test_a_change_of_an_available_python_is_unsafe() -> None:
    (finding,) = _lint(f"FROM {QUAY}:13.11.0-python-3.10\n", date(2026, 11, 1)).diagnostics
    assert finding.fix
    assert (finding.fix.title, finding.fix.is_safe) == ("Use 13.11.0-python-3.11", False)


NEXT = f"next step, to Airflow 3: {AZURE}:3.3-8 (maintained until 2028-07-31)"
GUIDE = (
    f"Airflow 3 is a major migration: see {' and '.join(AIRFLOW_3_GUIDES)}, "
    "and run 'ruff check --select AIR3'"
)


@pytest.mark.parametrize(
    ("reference", "day", "notes"),
    [
        (f"{QUAY}:9.7.0", AS_OF, ["upgrading within 9.x doesn't help: 9.21.0 is unsupported too", NEXT]),
        (f"{QUAY}:9", AS_OF, ["upgrading within 9.x doesn't help: 9.21.0 is unsupported too", NEXT]),
        (f"{QUAY}:9.21.0", AS_OF, [NEXT]),
        (f"{QUAY}:12.5.0", AS_OF, ["upgrading within 12.x doesn't help: 12.12.0 is out of maintenance too", NEXT]),
        (f"{AZURE}:9.21.0", AS_OF, [NEXT]),
        (f"{QUAY}:13.6.0", AS_OF, []),
        (f"{QUAY}:9.7.0", date(2024, 9, 1), []),
        (f"{AZURE}:3.0-8", AS_OF, []),
        (f"{QUAY}:13.11.0", LATE, [GUIDE]),
    ],
)  # fmt: skip
def test_notes_on_the_destination(reference: str, day: date, notes: list[str]) -> None:
    findings = _lint(f"FROM {reference}\n", day).diagnostics
    words = ("next step", "upgrading within", "Airflow 3 is a major")
    assert [note for finding in findings for note in finding.notes if note.startswith(words)] == notes


def test_airflow_3_is_suggested_180_days_before_the_end_of_airflow_2() -> None:
    def step(reference: str, day: date) -> str:
        image, known = _image(reference, day), TABLE.as_of(day)
        return coming_step(Case(image, known, Config(), frozenset()))

    near, far = date(2026, 11, 1), date(2026, 10, 31)
    for tag in ("13.11.0", "13.6.0", "9.7.0", "13"):
        assert [step(f"{QUAY}:{tag}", day) for day in (far, near)] == ["", NEXT], tag
    assert step(f"{QUAY}:13.11.0-base", near) == NEXT.replace("3.3-8", "3.3-8-base")
    assert step(f"{AZURE}:9.7.0", near) == NEXT
    assert step(f"{AZURE}:3.0-18", near) == ""
    assert step(f"{AZURE}:3.0-18", date(2027, 4, 29)) == ""
    assert step(f"{QUAY}:9.7.0", LATE) == ""
    assert step(f"{QUAY}:13.11.0", date(2029, 1, 1)) == ""


def test_no_next_step_that_the_configuration_disallows() -> None:
    config = Config(require=Requirements(airflow="<3"))
    (finding,) = _lint(f"FROM {QUAY}:9.21.0\n", AS_OF, config).diagnostics
    assert [note for note in finding.notes if note.startswith("next step")] == []


def test_if_the_most_severe_finding_is_suppressed_the_next_one_explains() -> None:
    image = f"{AZURE}:12.5.0-python-3.8"
    explained = f"upgrade to {QUAY}:13.11.0-python-3.10 (Airflow 2.11, maintained until 2027-04-30; 13.x has no -python-3.8 image)"
    short = explained.partition(" (")[0]
    order = ["unavailable-variant", "end-of-maintenance", "wrong-repository"]
    for count, rule in enumerate(order):
        comment = f"# lint-runtime: ignore[{', '.join(order[:count])}]\n" if count else ""
        helps = _helps(_lint(f"{comment}FROM {image}\n"))
        assert helps == {name: explained if name == rule else short for name in order[count:]}
        # Ignoring these rules in the configuration has the same effect as suppressing them.
        config = Config(ignore=frozenset(order[:count]))
        assert _helps(_lint(f"FROM {image}\n", AS_OF, config)) == helps


def test_the_finding_behind_a_suppressed_one_explains() -> None:
    (finding,) = _lint(f"# lint-runtime: ignore[yanked-release]\nFROM {QUAY}:9.1.0\n").diagnostics
    assert (finding.rule, finding.help) == ("end-of-basic-support", f"upgrade to 13.11.0 {BEST}")


@pytest.mark.parametrize(
    ("source", "config", "findings", "changed"),
    [
        pytest.param(
            f"ARG V=13.6.0\nFROM {QUAY}:$V AS a\nFROM {QUAY}:$V\nCOPY --from=a /a /b\n",
            Config(),
            [(1, 7, (2, 3), "write ARG V=13.11.0")],
            f"ARG V=13.11.0\nFROM {QUAY}:$V AS a\nFROM {QUAY}:$V\nCOPY --from=a /a /b\n",
            id="two stages",
        ),
        pytest.param(
            f"ARG V=13.6.0\nFROM {QUAY}:$V AS a\nFROM {QUAY}:$V-base\nCOPY --from=a /a /b\n",
            Config(),
            [(1, 7, (2, 3), "write ARG V=13.11.0")],
            f"ARG V=13.11.0\nFROM {QUAY}:$V AS a\nFROM {QUAY}:$V-base\nCOPY --from=a /a /b\n",
            id="two stages with different suffixes",
        ),
        pytest.param(
            f"ARG V=9.7.0\nFROM {QUAY}:$V AS a\nFROM {QUAY}:$V-base\nCOPY --from=a /a /b\n",
            Config(),
            [(1, 7, (2, 3), f"write ARG V=13.11.0 {BEST}")],
            f"ARG V=13.11.0\nFROM {QUAY}:$V AS a\nFROM {QUAY}:$V-base\nCOPY --from=a /a /b\n",
            id="two stages of an ended series with different suffixes",
        ),
        pytest.param(
            f"# lint-runtime: ignore[outdated-release]\nARG V=13.6.0\nFROM {QUAY}:$V AS a\nFROM {QUAY}:$V\nCOPY --from=a /a /b\n",
            Config(),
            [],
            None,
            id="a comment above the ARG",
        ),
        pytest.param(
            f"ARG V=13.6.0\n# lint-runtime: ignore[outdated-release]\nFROM {QUAY}:$V AS a\nFROM {QUAY}:$V-base\nCOPY --from=a /a /b\n",
            Config(),
            [(1, 7, (4,), "write ARG V=13.11.0")],
            None,
            id="a comment above one FROM",
        ),
        pytest.param(
            f"ARG I={AZURE}:13.6.0-base\nFROM $I\n",
            Config(ignore=frozenset(["outdated-release"])),
            [(1, 40, (2,), f"write ARG I={QUAY}:13.11.0-base")],
            f"ARG I={QUAY}:13.11.0-base\nFROM $I\n",
            id="an image",
        ),
        pytest.param(
            f"ARG V=13.6.0\nFROM {AZURE}:$V\n",
            Config(ignore=frozenset(["outdated-release"])),
            [(2, 6, (), f"use {QUAY}:13.11.0")],
            f"ARG V=13.11.0\nFROM {QUAY}:$V\n",
            id="another repository",
        ),
        pytest.param(
            f"ARG V=13.6.0\nARG W=$V-base\nARG I={QUAY}:$W\nFROM $I\n",
            Config(),
            [(1, 7, (4,), "write ARG V=13.11.0")],
            f"ARG V=13.11.0\nARG W=$V-base\nARG I={QUAY}:$W\nFROM $I\n",
            id="a chain",
        ),
        pytest.param(
            f"ARG V=13.6.0\nFROM {QUAY}:$V\nARG V=13.6.0\n",
            Config(),
            [(1, 7, (2,), "write ARG V=13.11.0")],
            f"ARG V=13.11.0\nFROM {QUAY}:$V\nARG V=13.11.0\n",
            id="repeated after the FROM",
        ),
        pytest.param(
            f"ARG V=13.6.0\nFROM {QUAY}:$V AS a\nFROM python:$V\nCOPY --from=a /a /b\n",
            Config(),
            [(2, 6, (), "use 13.11.0 by changing V")],
            None,
            id="another image",
        ),
        pytest.param(
            f"ARG M=13\nARG N=6.0\nFROM {QUAY}:$M.$N\n",
            Config(),
            [(3, 6, (), "use 13.11.0 by changing M and N")],
            None,
            id="a tag in pieces",
        ),
        pytest.param(
            f"ARG V=13.11.0\nFROM {QUAY}:$V\n",
            Config(build_args={"V": "13.6.0"}),
            [(2, 6, (), "use 13.11.0 by changing the build argument V")],
            None,
            id="a build argument",
        ),
        pytest.param(
            f"ARG V\nFROM {QUAY}:${{V:-13.6.0}}\n",
            Config(),
            [(2, 6, (), "use 13.11.0")],
            f"ARG V\nFROM {QUAY}:${{V:-13.11.0}}\n",
            id="a default in the FROM",
        ),
    ],
)
def test_the_line_to_change(
    source: str, config: Config, findings: list[tuple[int, int, tuple[int, ...], str]], changed: str | None
) -> None:
    config = config._replace(ignore=config.ignore | {"ignored-stage", "unresolved-variable"})
    report = _lint(source, AS_OF, config)
    assert [
        (found.line, found.column, tuple(place.line for place in found.target.related), found.help)
        for found in report.diagnostics
    ] == findings
    changes = {_written(source, found.fix or found.upgrade) for found in report.diagnostics}
    assert changes == ({changed} if findings else set())


@pytest.mark.once
def test_destinations_of_all_releases_are_usable() -> None:
    steps: Counter[int] = Counter()
    source = "".join(
        f"FROM {QUAY if release.version.airflow == 2 else AZURE}:{release.version}\n"
        for release in TABLE.releases
    )
    for day in DAYS:
        known = TABLE.as_of(day)
        for release, image in zip(TABLE.releases, _lint(source, day).images, strict=True):
            where = f"{release.version} on {day}"
            path = [step.tag.version for step in (image.next, image.destination) if step and step.tag]
            steps[len(path)] += 1
            for version in path[-1:]:
                assert version, where
                goal = known.release(version)
                assert goal, where
                assert goal.is_usable, where
                assert goal.newest == version, where
            # A path enters Airflow 3 only from Runtime 13.7.0 or newer, and never returns to Airflow 2.
            for before, after in pairwise([release.version, *filter(None, path)]):
                assert after.airflow >= before.airflow, where
                assert after.airflow == before.airflow or before >= RuntimeVersion(2, 13, 7, 0), where
    # Paths with 0, 1 and 2 steps all occur. Airflow 2 needs 2 steps once all its series have ended.
    assert min(steps[0], steps[1], steps[2]) > 500, steps


RELEASES = [release.version for release in TABLE.releases]
REPOSITORIES = [AZURE, "air.astronomer.io/runtime", "astrocrpublic.azurecr.io/astronomer/astro-runtime"]
CONFIGS = st.tuples(
    st.builds(
        Requirements,
        runtime=st.sampled_from(["", "", ">=12", "<3.2", ">=3.0-1"]),
        airflow=st.sampled_from(["", "", ">=2.10", "<3", ">=3"]),
        python=st.sampled_from(["", "", ">=3.11", "<3.12"]),
    ),
    st.sampled_from([(), (), (ARM64, AMD64)]),
    st.sampled_from([0, 0, 14]),
    st.sampled_from([frozenset[str](), frozenset(["not-lts"])]),
).map(
    lambda drawn: Config(
        require=drawn[0], target_platforms=drawn[1], min_release_age=drawn[2], extend_select=drawn[3]
    )
)
CHECKED_ON = st.sampled_from([date(2025, 4, 1), date(2026, 1, 26), AS_OF, date(2026, 11, 22), LATE])


@st.composite
def _tags(draw: st.DrawFn) -> tuple[str, str]:
    """Draw a repository and a tag. The tag may be outdated, unsupported, nonexistent, floating or misspelled."""
    version = draw(st.sampled_from(RELEASES))
    later = version._replace(patch=version.patch + 20)
    tag = draw(
        st.sampled_from(
            [*[str(version)] * 8, str(version.other_form), version.series, str(later), f"v{version}", f"{version}-rc1"]
        )
    )  # fmt: skip
    for suffix in ("-ubi9", "-python-3.9", "-python-3.11", "-slim", "-base", "-bsae"):
        if draw(st.integers(0, 5)) == 5 and not (suffix == "-python-3.11" and "-python" in tag):
            tag += suffix
    usual = QUAY if version.airflow == 2 else AZURE
    return draw(st.sampled_from([usual, usual, usual, *REPOSITORIES])), tag


@settings(max_examples=10 * settings().max_examples)
@given(
    _tags(),
    st.sampled_from(["", "", "--platform=linux/arm64 ", "--platform=linux/amd64 "]),
    CONFIGS,
    CHECKED_ON,
)
@example((AZURE, "5.0.2-python-3.9-base"), "--platform=linux/arm64 ", Config(), AS_OF)
@example((AZURE, "3.0.8"), "", Config(min_release_age=14), AS_OF)
@example((AZURE, "3.0.20-bsae"), "", Config(), AS_OF)
@example((QUAY, "13.12.0-rc1"), "", Config(), AS_OF)
@example((QUAY, "3-bsae"), "", Config(), AS_OF)
@example((QUAY, "13.6.0-bsae"), "", Config(), date(2027, 3, 1))
@example((QUAY, "9.7.0"), "", Config(), LATE)
def test_all_help_leads_to_an_image_without_findings(
    written: tuple[str, str], platform: str, config: Config, day: date
) -> None:
    repository, tag = written
    source = f"FROM {platform}{repository}:{tag}\n"
    report = _lint(source, day, config)
    (image,) = report.images
    # Leave out findings that no other tag resolves.
    rest = {"security-fixes-only"} | ({"unknown-release"} if image.existence is Existence.NEWER else set())
    findings = [finding for finding in report.diagnostics if finding.rule not in rest]
    target = image.destination
    if target is None:
        unclear = {"amd64-only", "invalid-tag", "unknown-release"}
        others = [finding.help for finding in findings if finding.rule not in unclear]
        assert not others or any(text.startswith("no maintained release") for text in others)
    else:
        assert target.tag
        assert [finding.help for finding in findings if str(target.tag) not in finding.help] == []
        after = _lint(f"FROM {platform}{target.repository or repository}:{target.tag}\n", day, config)
        assert [finding.rule for finding in after.diagnostics if finding.rule not in rest] == []
        assert after.images[0].destination is None

    before = {finding.rule for finding in (*report.diagnostics, *report.outranked)}
    for finding in report.diagnostics:
        for change in (finding.fix, finding.upgrade):
            if changed := _written(source, change):
                left = {found.rule: found.severity for found in _lint(changed, day, config).diagnostics}
                assert finding.rule not in left
                new = left.keys() - before - {"security-fixes-only"}
                assert [rule for rule in new if left[rule].at_least(finding.severity)] == []


AGENT_TAGS = [
    f"{number}{suffixes}"
    for number in (
        *[str(release.version) for release in TABLE.releases if release.version.airflow == 3],
        *"3.1 3.0 3 13 latest 3.1-99 3.9-1 13.11-0 4.0-1 3.3.8 13.6.0 3.1-5-alpha1 v3.1-5".split(),
    )
    for suffixes in (
        *("", "-base", "-slim", "-python-3.12", "-python-3.12-astro-agent-1.2.0"),
        *("-ubi9-python-3.11-astro-agent-1.2.0-base", "-python-3.9-astro-agent-1.0.0"),
        "-base-python-3.12-astro-agent-1.2.0",
    )
]


@pytest.mark.once
def test_help_about_agents_names_no_tag_that_their_repository_cannot_have() -> None:
    requirements = [Requirements(), Requirements(python=">=3.13"), Requirements(runtime=">=3.2")]
    configs = [
        Config(require=require, extend_select=frozenset(["not-lts"]), ignore=frozenset(["ignored-stage"]))
        for require in requirements
    ]
    source = "".join(f"FROM --platform=linux/s390x {AGENT}:{tag}\n" for tag in AGENT_TAGS)
    named, unnamed = Counter[str](), Counter[str]()
    for day in (AS_OF, date(2025, 7, 1), date(2027, 9, 1), date(2028, 7, 1), date(2030, 1, 1)):
        for config in configs:
            for finding in _lint(source, day, config).diagnostics:
                where = f"{finding.subject} on {day}: {finding.sentence}"
                assert "/runtime" not in finding.help, where
                assert "astro-runtime" not in finding.help, where
                assert (finding.fix, finding.upgrade) == (None, None), where
                for word in re.findall(r"(?<![\w.-])\d+\.\d+[.-]\d+[\w.-]*\w", finding.help):
                    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", word):
                        parse_tag(word, AGENT_SUFFIXES)
                        named[finding.rule] += 1
                unnamed[finding.rule] += bool(
                    re.search(r"the newest 3\.\d+ tag .*-astro-agent-A\.B\.C", finding.help)
                )
    assert named["invalid-tag"] > 10
    assert sum(unnamed[rule] for rule in ("outdated-release", "yanked-release", "end-of-maintenance")) > 10


def _future(*series: str) -> LifecycleTable:
    """Return a table with the given series, each maintained until 2030 and with one release."""
    schedule = (Schedule(DATE, date(2030, 1, 31), None, True, "test"),)
    rows = [ReleaseSeries(name, name, DATE, schedule, "test") for name in series]
    releases = [Release(version, "test") for name in series if (version := parse_version(f"{name}-1"))]
    return LifecycleTable(DATE, rows, releases)


def test_the_destination_of_an_image_without_a_tag_stays_on_the_airflow_major() -> None:
    assert _text(_image(AZURE, DATE, table=_future("4.0", "3.3")).destination) == "3.3-1"


def test_architectures_in_help_and_notes() -> None:
    (finding, *_) = _lint(f"FROM --platform=linux/arm64 {QUAY}:5.0.8\n").diagnostics
    assert (finding.rule, finding.help.partition(" (")[0]) == ("unsupported-platform", "upgrade to 13.11.0")
    assert finding.notes[:2] == ("5.0.8 is available for amd64", "6.0.4 and later have arm64 images")
    (finding,) = _lint(f"FROM --platform=linux/s390x {QUAY}:13.11.0\n").diagnostics
    assert finding.help == "use --platform=linux/amd64 or --platform=linux/arm64"
    assert finding.notes == ("13.11.0 is available for amd64 and arm64", "no release has s390x images")
    # On this day, no maintained release is known, so the help suggests no upgrade.
    (finding, *_) = _lint(f"FROM --platform=linux/arm64 {QUAY}:5.0.8\n", date(2029, 1, 1)).diagnostics
    assert finding.help == "use --platform=linux/amd64"


def test_an_architecture_of_all_releases_of_a_series_by_a_general_statement() -> None:
    series = ReleaseSeries(
        "13", "2.11", DATE, (), "feed", {"architectures": GENERAL_STATEMENT}, architectures=(Availability("arm64"),)
    )  # fmt: skip
    lifecycle = LifecycleTable(DATE, [series], []).as_of(DATE).series("13")
    assert lifecycle
    note = "13.x is available for arm64 (by the vendor's general statement on all series)"
    assert architecture_note(lifecycle) == note
    assert architecture_note(_lifecycle("13.11.0", AS_OF)) == "13.11.0 is available for amd64 and arm64"


def _lifecycle(release: str, day: date) -> Lifecycle:
    version = parse_version(release)
    lifecycle = TABLE.as_of(day).release(version) if version else None
    assert lifecycle
    return lifecycle


@pytest.mark.parametrize(
    ("release", "day", "note"),
    [
        ("12.0.0", date(2024, 9, 1), ()),
        ("7.6.0", date(2023, 7, 31), ("7.x: maintenance ends on 2023-07-31 (announced 2023-05-19)",)),
        ("7.6.0", date(2023, 8, 1), ("7.x: maintenance ended on 2023-07-31 (announced 2023-05-19)",)),
        ("12.0.0", date(2026, 2, 28), ("12.x: maintenance ends on 2026-02-28; basic support ends on 2027-02-28 (dates announced 2025-09-03)",)),
        ("12.0.0", date(2027, 2, 28), ("12.x: maintenance ended on 2026-02-28; basic support ends on 2027-02-28 (dates announced 2025-09-03)",)),
        ("12.0.0", date(2027, 3, 1), ("12.x: maintenance ended on 2026-02-28; basic support ended on 2027-02-28 (dates announced 2025-09-03)",)),
    ],
)  # fmt: skip
def test_notes_on_dates(release: str, day: date, note: tuple[str, ...]) -> None:
    assert date_notes(_lifecycle(release, day), TABLE.as_of(day)) == note


def test_a_schedule_known_before_it_was_published_was_seen_first_on_that_day() -> None:
    schedule = Schedule(DATE, date(2030, 1, 31), None, True, "feed", known_since=date(2026, 1, 1))
    series = ReleaseSeries("13", "2.11", date(2026, 1, 1), (schedule,), "feed")
    known = LifecycleTable(DATE, [series], []).as_of(date(2026, 1, 2))
    lifecycle = known.series("13")
    assert lifecycle
    assert date_notes(lifecycle, known) == (f"13.x: maintenance ends on 2030-01-31 (first seen {DATE})",)


def test_the_images_of_a_file_have_one_set_of_shared_words() -> None:
    # With a set for each image, the memory is quadratic in the number of stages.
    arg = f"ARG V=13.5.0\nFROM {QUAY}:$V\nFROM {AZURE}:$V\n"
    for source in (f"FROM {QUAY}:9.1.0 AS a\n" * 3, arg):
        images = lint_file(source.encode(), "Dockerfile", Config(), TABLE.as_of(AS_OF)).images
        assert len(images) > 1
        assert len({id(image.shared) for image in images}) == 1
