"""No advice recommends a release that is yanked, unmaintained or unreachable."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise, product

import pytest

from lint_runtime.config.model import Config, Requirements
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import AGENT_FORM, AGENT_SUFFIXES, parse_tag, runtime_images
from lint_runtime.lifecycle.model import (
    GENERAL_STATEMENT,
    Availability,
    Release,
    ReleaseSeries,
    Schedule,
    Status,
)
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.upgrade_path import REQUIRED_STOPS
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.linter.engine import lint_file
from lint_runtime.rules.advice import (
    advise,
    architecture_note,
    date_notes,
    recommend,
    to_run_on,
    upgrade,
)
from lint_runtime.rules.base import Case
from tests.conftest import AS_OF, TABLE

DATE = TABLE.date
DAYS = [date(2022, 1, 1) + timedelta(days=97 * step) for step in range(30)]
QUAY = "quay.io/astronomer/astro-runtime"
AZURE = "astrocrpublic.azurecr.io/runtime"


@lru_cache
def _stages(reference: str) -> tuple[Stage, ...]:
    return parse_dockerfile(f"FROM {reference}".encode(), {}).stages


def _case(
    reference: str, day: date = AS_OF, config: Config | None = None, table: LifecycleTable = TABLE
) -> Case:
    known = table.as_of(day)
    (image,) = runtime_images(_stages(reference), known, {})
    assert image
    return Case(image, known, config or Config())


def _versions(text: str) -> list[RuntimeVersion]:
    """Return the releases named in a sentence."""
    found = (parse_version(word) for word in re.findall(r"(?<![\d.-])\d+\.\d+[.-]\d+(?![\d.-]\d)", text))
    return [version for version in found if version]


def test_advised_releases_are_usable() -> None:
    steps: Counter[int] = Counter()
    # The table keeps the facts of the last day.
    for day in DAYS:
        for release in TABLE.releases:
            repository = QUAY if release.version.airflow == 2 else AZURE
            case = _case(f"{repository}:{release.version}", day)
            origin = case.known.release(release.version)
            assert origin
            newer = [series for series in case.known.maintained if series.order > origin.order]
            newer = [series for series in newer if origin.airflow_major in (2, series.airflow_major)]
            is_maintained = origin.status is Status.MAINTAINED and origin.newest is not None
            for advice, is_possible in (
                (upgrade(case, origin), bool(newer)),
                (recommend(case, origin), bool(newer) or is_maintained),
            ):
                where = f"{release.version} on {day}: {advice.help}"
                versions = _versions(advice.help)
                steps[len(versions)] += 1
                assert len(versions) in ((1, 2) if is_possible else (0,)), where
                for version in versions[-1:]:
                    goal = case.known.release(version)
                    assert goal, where
                    assert goal.is_usable, where
                    assert goal.newest == version, where
                _check_legal([release.version, *versions], where)
    # Two steps are recommended once all Airflow 2 series have ended.
    assert min(steps[0], steps[1], steps[2]) > 500, steps


def _check_legal(path: list[RuntimeVersion], where: str) -> None:
    """Check that a path enters Airflow 3 from Runtime 13.7.0 or newer, and never leaves it."""
    for before, after in pairwise(path):
        assert after.airflow >= before.airflow, where
        if after.airflow > before.airflow:
            assert before >= RuntimeVersion(2, 13, 7, 0), where


def test_the_required_stop_on_the_way_to_airflow_3_is_published() -> None:
    assert (RuntimeVersion(2, 13, 7, 0),) == REQUIRED_STOPS


BEST = "(Airflow 2.11, maintained until 2027-04-30)"
BEST_3 = "(Airflow 3.3, maintained until 2028-07-31)"
NOTHING = f"no maintained release to upgrade to is known (lifecycle data of {DATE})"


@pytest.mark.parametrize(
    ("reference", "day", "sentence"),
    [
        pytest.param(f"{QUAY}:9.7.0", AS_OF, f"upgrade to 13.11.0 {BEST}", id="to Airflow 2"),
        pytest.param(f"{QUAY}:12.0.0-ubi9-python-3.11-base", AS_OF, f"upgrade to 13.11.0-ubi9-python-3.11-base {BEST}", id="with all suffixes"),
        pytest.param(f"{QUAY}:9.7.0-python-3.9-base", AS_OF, f"upgrade to 13.11.0-base {BEST}; 13.x has no -python-3.9 image", id="without an unavailable suffix"),
        pytest.param(f"{QUAY}:9.7.0-python-3.9-slim", date(2027, 5, 1), f"upgrade to 13.11.0-slim first, then to {AZURE}:3.3-8 {BEST_3}; 3.3 has no -python-3.9 or -slim image", id="without two unavailable suffixes"),
        pytest.param(f"{AZURE}:3.0-8", AS_OF, f"upgrade to 3.3-8 {BEST_3}", id="to Airflow 3"),
        pytest.param(f"{QUAY}:3.0-8", AS_OF, f"upgrade to 3.3-8 {BEST_3}", id="to Airflow 3 in the repository for Airflow 2"),
        pytest.param(f"{AZURE}:9.7.0", AS_OF, f"upgrade to {QUAY}:13.11.0 {BEST}", id="from a repository without the new release"),
        pytest.param(f"{QUAY}-dev:9.7.0", AS_OF, f"upgrade to {QUAY}:13.11.0 {BEST}", id="from a repository of pre-releases"),
        pytest.param(f"{QUAY}:9.7.0", date(2027, 5, 1), f"upgrade to 13.11.0 first, then to {AZURE}:3.3-8 {BEST_3}", id="in two steps"),
        pytest.param(f"{QUAY}:13.7.0", date(2027, 5, 1), f"upgrade to {AZURE}:3.3-8 {BEST_3}", id="from the first release that can skip the stop"),
        pytest.param(f"{QUAY}:13.6.0", date(2027, 5, 1), f"upgrade to 13.11.0 first, then to {AZURE}:3.3-8 {BEST_3}", id="from the last release that can't skip it"),
        pytest.param(f"{QUAY}:13", date(2027, 5, 1), f"upgrade to 13.11.0 first, then to {AZURE}:3.3-8 {BEST_3}", id="from a floating tag"),
        pytest.param(f"{QUAY}:13.11.0", date(2028, 8, 1), NOTHING, id="after all series"),
        pytest.param(f"{AZURE}:3.3-8", date(2029, 1, 1), NOTHING, id="after the last series"),
    ],
)  # fmt: skip
def test_upgrade(reference: str, day: date, sentence: str) -> None:
    case = _case(reference, day)
    assert case.image.lifecycle
    assert upgrade(case, case.image.lifecycle).help == sentence


AGENT = "images.astronomer.cloud/baseimages/astro-remote-execution-agent"
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


def test_advice_on_agents_names_no_tag_that_their_repository_cannot_have() -> None:
    requirements = [Requirements(), Requirements(python=">=3.13"), Requirements(runtime=">=3.2")]
    configs = [Config(require=require, extend_select=frozenset(["not-lts"])) for require in requirements]
    named, unnamed = Counter[str](), Counter[str]()
    for day in (AS_OF, date(2025, 7, 1), date(2027, 9, 1), date(2028, 7, 1), date(2030, 1, 1)):
        for tag, config in product(AGENT_TAGS, configs):
            source = f"FROM --platform=linux/s390x {AGENT}:{tag}\n".encode()
            for finding in lint_file(source, "D", config, TABLE.as_of(day)).findings:
                where = f"{tag} on {day}: {finding.sentence}"
                assert "/runtime" not in finding.help, where
                assert "astro-runtime" not in finding.help, where
                assert finding.fix is None, where
                for word in re.findall(r"(?<![\w.-])\d+\.\d+[.-]\d+[\w.-]*\w", finding.help):
                    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", word):
                        parse_tag(word, AGENT_SUFFIXES)
                        named[finding.rule] += 1
                unnamed[finding.rule] += AGENT_FORM in finding.help
    assert min(named[rule] for rule in ("invalid-tag", "unavailable-variant", "unsupported-python")) > 10
    rules = ("outdated-release", "yanked-release", "end-of-maintenance", "floating-tag", "prerelease")
    assert min(unnamed[rule] for rule in (*rules, "nonexistent-release", "disallowed-version")) > 10


NEXT = "then to Airflow 3: astrocrpublic.azurecr.io/runtime:3.3-8 (maintained until 2028-07-31)"


@pytest.mark.parametrize(
    ("reference", "day", "notes"),
    [
        (f"{QUAY}:9.7.0", AS_OF, (NEXT, "9.21.0, the newest 9.x release, is unsupported too")),
        (f"{QUAY}:9", AS_OF, (NEXT, "9.21.0, the newest 9.x release, is unsupported too")),
        (f"{QUAY}:9.21.0", AS_OF, (NEXT,)),
        (f"{QUAY}:12.5.0", AS_OF, (NEXT, "12.12.0, the newest 12.x release, is out of maintenance too")),
        (f"{QUAY}:9.7.0", date(2024, 9, 1), ()),
        (f"{AZURE}:3.0-8", AS_OF, ()),
        (f"{QUAY}:13.10.0", date(2028, 8, 1), ("13.11.0, the newest 13.x release, is unsupported too",)),
    ],
)
def test_notes_on_an_upgrade(reference: str, day: date, notes: tuple[str, ...]) -> None:
    case = _case(reference, day)
    assert case.image.lifecycle
    assert upgrade(case, case.image.lifecycle).notes == notes


@pytest.mark.parametrize(
    ("reference", "day", "sentence"),
    [
        (QUAY, AS_OF, f"use 13.11.0 {BEST}"),
        (AZURE, AS_OF, f"use 3.3-8 {BEST_3}"),
        (f"{QUAY}:3.4", AS_OF, f"use 3.3-8 {BEST_3}"),
        ("quay.io/astronomer/ap-airflow:2.2.5", AS_OF, f"use {QUAY}:13.11.0-base {BEST}"),
        ("quay.io/astronomer/ap-airflow", AS_OF, f"use {QUAY}:13.11.0 {BEST}"),
        (
            QUAY,
            date(2027, 5, 1),
            f"no maintained release for Airflow 2 is known (lifecycle data of {DATE})",
        ),
        (
            AZURE,
            date(2026, 5, 1),
            f"no maintained release for Airflow 3 is known (lifecycle data of {DATE})",
        ),
    ],
)
def test_advice_without_a_known_series(reference: str, day: date, sentence: str) -> None:
    assert recommend(_case(reference, day), None).help == sentence


def test_advice_without_a_known_series_stays_on_the_airflow_major() -> None:
    schedule = (Schedule(AS_OF, date(2030, 1, 31), None, True, "test"),)
    new = [
        ReleaseSeries("4.0", "4.0", AS_OF, schedule, "test"),
        ReleaseSeries("3.3", "3.3", AS_OF, schedule, "test"),
    ]
    releases = [Release(RuntimeVersion(3, 4, 0, 1), "test"), Release(RuntimeVersion(3, 3, 3, 8), "test")]
    case = _case(AZURE, table=LifecycleTable(AS_OF, new, releases))
    assert recommend(case, None).help == "use 3.3-8 (Airflow 3.3, maintained until 2030-01-31)"


@pytest.mark.parametrize(
    ("reference", "day", "sentence"),
    [
        pytest.param(f"{QUAY}:13.11.0", AS_OF, "", id="the newest release"),
        pytest.param(f"{QUAY}:13", AS_OF, "", id="a floating tag"),
        pytest.param(f"{QUAY}:13.10.0", AS_OF, "use 13.11.0", id="an outdated release"),
        pytest.param(f"{QUAY}:13.5.0", AS_OF, "use 13.11.0", id="a yanked release"),
        pytest.param(f"{QUAY}:13.12.0-rc1", AS_OF, "use 13.11.0", id="a pre-release"),
        pytest.param(f"{QUAY}:9.7.0", AS_OF, f"upgrade to 13.11.0 {BEST}", id="an ended series"),
        pytest.param(f"{QUAY}:9.1.0", AS_OF, f"upgrade to 13.11.0 {BEST}", id="a yanked release of an ended series"),
        pytest.param(f"{AZURE}:3.1-21", date(2027, 7, 1), "", id="91 days before the end"),
        pytest.param(f"{AZURE}:3.1-21", date(2027, 7, 2), f"upgrade to 3.3-8 {BEST_3}", id="90 days before the end"),
        pytest.param(f"{QUAY}:99.0.0", AS_OF, f"use 13.11.0 {BEST}", id="an unknown series"),
        pytest.param(QUAY, AS_OF, f"use 13.11.0 {BEST}", id="no tag"),
        pytest.param(f"{QUAY}:13.9.5", AS_OF, "use 13.11.0", id="a release that never existed"),
        pytest.param(f"{QUAY}:9.2.5", AS_OF, f"upgrade to 13.11.0 {BEST}", id="a nonexistent release of an ended series"),
        pytest.param(f"{AZURE}:3.3.8-base", AS_OF, "use 3.3-8-base", id="the form for Airflow 2"),
        pytest.param(f"{QUAY}:13.11-0-base", AS_OF, "use 13.11.0-base", id="the form for Airflow 3"),
    ],
)  # fmt: skip
def test_advice_for_the_page(reference: str, day: date, sentence: str) -> None:
    assert advise(_case(reference, day)) == sentence


def test_advice_for_the_page_warns_as_far_ahead_as_configured() -> None:
    config = Config(warn_within=91)
    assert advise(_case(f"{AZURE}:3.1-21", date(2027, 7, 1))) == ""
    assert advise(_case(f"{AZURE}:3.1-21", date(2027, 7, 1), config)) == f"upgrade to 3.3-8 {BEST_3}"


def test_where_an_architecture_is_available() -> None:
    case = _case(f"{QUAY}:5.0.8")
    assert case.image.lifecycle
    assert to_run_on(case, case.image.lifecycle, "arm64") == (
        f"upgrade to 13.11.0 {BEST}",
        ("arm64 is available from 6.0.4",),
    )
    assert to_run_on(case, case.image.lifecycle, "s390x") == (
        "use linux/amd64",
        ("no release is known to support s390x",),
    )
    both = _case(f"{QUAY}:13.11.0").image.lifecycle
    assert both
    assert to_run_on(case, both, "s390x").help == "use linux/amd64 or linux/arm64"
    # The release has it, and no better series is known.
    late = _case(f"{QUAY}:5.0.8", date(2029, 1, 1))
    assert late.image.lifecycle
    assert to_run_on(late, late.image.lifecycle, "arm64").help == ""


def test_an_architecture_that_all_releases_of_a_series_have() -> None:
    series = ReleaseSeries(
        "13", "2.11", DATE, (), "feed", {"architectures": GENERAL_STATEMENT}, architectures=(Availability("arm64"),)
    )  # fmt: skip
    case = _case(f"{QUAY}:13.1.0", table=LifecycleTable(DATE, [series], []))
    assert case.image.lifecycle
    assert to_run_on(case, case.image.lifecycle, "arm64") == ("", ("arm64 is available from 13.x",))
    note = "it is available for arm64 (by the vendor's general statement on all series)"
    assert architecture_note(case.image.lifecycle) == note
    lifecycle = _case(f"{QUAY}:13.11.0").image.lifecycle
    assert lifecycle
    assert architecture_note(lifecycle) == "it is available for amd64 and arm64"


@pytest.mark.parametrize(
    ("text", "day", "note"),
    [
        ("12.0.0", date(2024, 9, 1), ()),
        ("7.6.0", date(2023, 7, 31), ("maintenance of 7.x ends 2023-07-31 (published 2023-05-19)",)),
        ("7.6.0", date(2023, 8, 1), ("maintenance of 7.x ended 2023-07-31 (published 2023-05-19)",)),
        (
            "12.0.0",
            date(2026, 3, 2),
            ("maintenance of 12.x ended 2026-02-28, basic support ends 2027-02-28 (published 2025-09-03)",),
        ),
        (
            "12.0.0",
            date(2027, 2, 28),
            ("maintenance of 12.x ended 2026-02-28, basic support ends 2027-02-28 (published 2025-09-03)",),
        ),
        (
            "12.0.0",
            date(2027, 3, 1),
            ("maintenance of 12.x ended 2026-02-28, basic support 2027-02-28 (published 2025-09-03)",),
        ),
        (
            "12.0.0",
            date(2026, 2, 28),
            ("maintenance of 12.x ends 2026-02-28, basic support 2027-02-28 (published 2025-09-03)",),
        ),
    ],
)
def test_notes_on_dates(text: str, day: date, note: tuple[str, ...]) -> None:
    version, known = parse_version(text), TABLE.as_of(day)
    lifecycle = known.release(version) if version else None
    assert lifecycle
    assert date_notes(lifecycle, known) == note


def test_a_schedule_known_before_it_was_published_was_seen_first_on_that_day() -> None:
    schedule = Schedule(DATE, date(2030, 1, 31), None, True, "feed", known_since=date(2026, 1, 1))
    series = ReleaseSeries("13", "2.11", date(2026, 1, 1), (schedule,), "feed")
    known = LifecycleTable(DATE, [series], []).as_of(date(2026, 1, 2))
    lifecycle = known.series("13")
    assert lifecycle
    assert date_notes(lifecycle, known) == (f"maintenance of 13.x ends 2030-01-31 (first seen {DATE})",)
