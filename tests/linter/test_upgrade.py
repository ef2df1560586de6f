"""Upgrades to other series: the images that move, their edits, and the images that stay."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from lint_runtime.config.model import Config
from lint_runtime.images import RepositoryKind, RuntimeImage, missing_suffixes
from lint_runtime.lifecycle.model import Existence, Release, ReleaseSeries, Schedule, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.fixes import apply_edits
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.linter.upgrade import expected_changes, plan_upgrades
from lint_runtime.rules import RULES
from lint_runtime.rules.base import Case
from tests.conftest import FIXTURES, TABLE
from tests.linter.conftest import LintIn

TODAY = date(2026, 11, 27)
TWO, THREE = "quay.io/astronomer/astro-runtime", "astrocrpublic.azurecr.io/runtime"
CERTIFIED = "quay.io/astronomer/ap-airflow"
AGENT = "images.astronomer.cloud/baseimages/astro-remote-execution-agent"
DIGEST = f"@sha256:{'0' * 64}"
BEST, TO_13, TO_3 = "", "13", "3.3"


ABOUT_THE_END = [rule.name for rule in RULES if rule.is_about_the_end]


def _report(source: str, config: Config, today: date = TODAY) -> Report:
    return lint_file(source.encode(), "Dockerfile", config, TABLE.as_of(today))


def _plan(
    source: str,
    goal: str,
    today: date = TODAY,
    config: Config | None = None,
    table: LifecycleTable = TABLE,
    *,
    unsafe: bool = False,
) -> tuple[str, tuple[Upgrade, ...]]:
    """Return the text of the file after the upgrades, and the planned upgrades."""
    config, known = config or Config(), table.as_of(today)
    report = lint_file(source.encode(), "Dockerfile", config, known)
    upgrades = plan_upgrades(report, goal, config, known, unsafe=unsafe)
    edits = sorted({edit for upgrade in upgrades for edit in upgrade.edits})
    return apply_edits(source.encode(), edits).decode(), upgrades


@pytest.mark.parametrize(
    ("image", "goal", "expected"),
    [
        pytest.param(f"{TWO}:5.0.8", BEST, f"{TWO}:13.11.0", id="unsupported"),
        pytest.param(f"{TWO}:2.1.1", BEST, f"{TWO}:13.11.0", id="older than the first schedule"),
        pytest.param(f"{TWO}:12.6.0", BEST, f"{TWO}:13.11.0", id="past its maintenance"),
        pytest.param(f"{TWO}:9.1.0-base", BEST, f"{TWO}:13.11.0-base", id="yanked in an ended series"),
        pytest.param(f"{TWO}:11.6.0-slim", BEST, f"{TWO}:13.11.0-slim", id="with a suffix"),
        pytest.param(f"{TWO}:12.6.0-ubi9-python-3.11-base", BEST, f"{TWO}:13.11.0-ubi9-python-3.11-base", id="with all suffixes"),
        pytest.param(f"{THREE}:9.21.0", BEST, f"{TWO}:13.11.0", id="from the repository for Airflow 3"),
        pytest.param("astrocrpublic.azurecr.io/astronomer/astro-runtime:9.21.0", BEST, "astrocrpublic.azurecr.io/astronomer/astro-runtime:13.11.0", id="the alternative name"),
        pytest.param(f"{CERTIFIED}:2.3.1", BEST, f"{TWO}:13.11.0-base", id="Certified"),
        pytest.param(f"{CERTIFIED}:2.3.1-onbuild", BEST, f"{TWO}:13.11.0", id="Certified with -onbuild"),
        pytest.param("astronomerinc/ap-airflow:2.2.5-3-onbuild", BEST, f"{TWO}:13.11.0", id="Certified in another repository"),
        pytest.param(f"{TWO}:12.6.0", TO_13, f"{TWO}:13.11.0", id="to a series"),
        pytest.param(f"{TWO}:12.6.0-base", TO_3, f"{TWO}:13.11.0-base", id="the first of two steps"),
        pytest.param(f"{TWO}:13.6.0", TO_3, f"{TWO}:13.11.0", id="the first step within the series"),
        pytest.param(f"{TWO}:13.7.0-base", TO_3, f"{THREE}:3.3-8-base", id="the second step"),
        pytest.param(f"{TWO}:13.11.0-python-3.12", TO_3, f"{THREE}:3.3-8-python-3.12", id="the second step with a Python"),
        pytest.param(f"{THREE}:3.0-9", TO_3, f"{THREE}:3.3-8", id="within Airflow 3"),
        pytest.param(f"{TWO}:3.1-5", TO_3, f"{THREE}:3.3-8", id="Airflow 3 in the repository for Airflow 2"),
        pytest.param(f"{CERTIFIED}:2.3.1-onbuild", TO_3, f"{TWO}:13.11.0", id="Certified to Airflow 3"),
    ],
)  # fmt: skip
def test_an_image_that_moves(image: str, goal: str, expected: str) -> None:
    changed, (upgrade,) = _plan(f"# a\nFROM --platform=linux/amd64 {image} AS b\nRUN x\n", goal)
    assert changed == f"# a\nFROM --platform=linux/amd64 {expected} AS b\nRUN x\n"
    assert upgrade.reason == ""
    before = image if ":" in upgrade.after else image.rpartition(":")[2]
    assert (upgrade.before, expected.endswith(upgrade.after)) == (before, True)
    assert upgrade.location == (2, 29, 2, 29 + len(image))
    assert upgrade.comparison
    assert upgrade.comparison.after.name == expected.rpartition(":")[2]
    # The new image needs no further upgrade.
    _, again = _plan(changed, BEST)
    assert again == ()


def test_images_that_may_stay() -> None:
    images = [
        (f"{TWO}:13.6.0", BEST),
        (f"{THREE}:3.0-9", BEST),
        (f"{TWO}:13.11.0", TO_13),
        (f"{TWO}:13.6.0", TO_13),
        (f"{TWO}:99.0.0", BEST),
        (f"{TWO}:12.x", BEST),
        (f"{TWO}:latest", TO_3),
        ("python:3.12", TO_3),
        ("registry.example/astro-runtime:9.1.0", TO_3),
    ]
    for image, goal in images:
        assert _plan(f"FROM {image}\n", goal) == (f"FROM {image}\n", ()), (image, goal)


@pytest.mark.parametrize(
    ("source", "goal", "reason"),
    [
        pytest.param(f"FROM {TWO}:9.1.0-python-3.9-base", BEST, "13.x has no -python-3.9 image; add --unsafe-fixes to upgrade it to 13.11.0-python-3.11-base", id="an unavailable suffix"),
        pytest.param(f"FROM {TWO}:13.11.0-slim", TO_3, f"3.3 has no -slim image; add --unsafe-fixes to upgrade it to {THREE}:3.3-8", id="a suffix without an image for Airflow 3"),
        pytest.param(f"FROM {TWO}:12", BEST, "its tag is floating; add --unsafe-fixes to upgrade it to 13.11.0", id="a floating tag"),
        pytest.param(f"FROM {TWO}:8.2.0-alpha4-base", BEST, "it is a pre-release; add --unsafe-fixes to upgrade it to 13.11.0-base", id="a pre-release"),
        pytest.param(f"FROM {CERTIFIED}:2.0.0-buster-onbuild", BEST, f"13.x has no -buster image; add --unsafe-fixes to upgrade it to {TWO}:13.11.0", id="an operating system"),
        pytest.param(f"FROM {CERTIFIED}:1.10.15-onbuild", BEST, "it has Airflow 1.10.15; migrate to Airflow 2 first", id="Airflow 1"),
        pytest.param(f"FROM {CERTIFIED}:latest", BEST, "its tag names no Airflow version", id="Certified with a floating tag"),
        pytest.param(f"FROM {CERTIFIED}", BEST, "its tag names no Airflow version", id="Certified without a tag"),
        pytest.param(f"FROM {TWO}:12.6.0{DIGEST}", BEST, "it is pinned by digest; update the tag and the digest together", id="a digest"),
        pytest.param(f"FROM {TWO}:9.2.5", TO_3, "its release doesn't exist; add --unsafe-fixes to upgrade it to 13.11.0", id="a nonexistent release"),
        pytest.param(f"FROM {THREE}:3.3-8", TO_13, "3.3 is newer than 13.x", id="a downgrade"),
        pytest.param(f"FROM {TWO}:11.6.0", "12", "12.x is not maintained by the lifecycle data for this file", id="an ended goal"),
        pytest.param(f"FROM {TWO}:13.11.0", "3.9", "3.9 is not maintained by the lifecycle data for this file", id="an unknown goal"),
        pytest.param(f"# lint-runtime: ignore[end-of-maintenance] -- why\nFROM {TWO}:$V\nFROM {TWO}:$V\n".join(["ARG V=12.6.0\n", ""]), BEST, "its ARG means something else to another image", id="the ARG of a suppressed image"),
        pytest.param(f"FROM {AGENT}:3.0-9-python-3.12-astro-agent-1.0.0", TO_3, "the version of its agent can't be known for another release", id="an agent"),
        pytest.param(f"ARG A=12 B=.6.0\nFROM {TWO}:$A$B", BEST, "it is assembled from several variables", id="a version in two ARGs"),
        pytest.param(f"ARG V=12.6.0\nFROM {TWO}:${{V%-base}}", BEST, "it is assembled from several variables", id="a shortened ARG"),
        pytest.param(f"ARG V=12.6.0\nFROM {TWO}:$V\nFROM x:$V", BEST, "its ARG means something else to another image", id="the ARG of another image"),
        pytest.param(f"ARG V=12.6.0\nFROM {TWO}:$V\nFROM registry.corp/two:$V{DIGEST}", BEST, "its ARG means something else to another image", id="the ARG of a pinned image"),
    ],
)  # fmt: skip
def test_an_image_that_stays(source: str, goal: str, reason: str) -> None:
    config = Config(images={"registry.corp/two": TWO})
    changed, upgrades = _plan(source, goal, config=config)
    assert changed == source
    assert reason in [upgrade.reason for upgrade in upgrades]
    for upgrade in upgrades:
        assert upgrade.reason
        assert (upgrade.after, upgrade.edits, upgrade.dropped, upgrade.comparison) == ("", (), (), None)


@pytest.mark.parametrize(
    ("image", "goal", "expected", "dropped"),
    [
        (f"{TWO}:9.1.0-python-3.9-base", "", f"{TWO}:13.11.0-python-3.11-base", ("-python-3.9",)),
        (
            f"{TWO}:13.11.0-python-3.10-slim-base",
            "3.3",
            f"{THREE}:3.3-8-python-3.12-base",
            ("-python-3.10", "-slim"),
        ),
        (f"{TWO}:8.2.0-alpha4-base", "", f"{TWO}:13.11.0-base", ()),
        (f"{TWO}-dev:8.2.0-alpha4", "", f"{TWO}:13.11.0", ()),
        (f"{TWO}:12-base", "", f"{TWO}:13.11.0-base", ()),
        (f"{CERTIFIED}:2.0.0-buster-onbuild", "", f"{TWO}:13.11.0", ("-buster",)),
        (f"{CERTIFIED}:2.0.0-buster", "", f"{TWO}:13.11.0-base", ("-buster",)),
    ],
)
def test_unsafe_upgrades_list_dropped_suffixes(
    image: str, goal: str, expected: str, dropped: tuple[str, ...]
) -> None:
    changed, (upgrade,) = _plan(f"FROM {image}\n", goal, unsafe=True)
    assert (changed, upgrade.dropped) == (f"FROM {expected}\n", dropped)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ARG V=12.6.0\nFROM {}:$V-base AS a\nFROM {}:${{V}}\nCOPY --from={}:$V a b\n", "ARG V=13.11.0\nFROM {}:$V-base AS a\nFROM {}:${{V}}\nCOPY --from={}:$V a b\n"),
        ("ARG V='12.6.0-base'\nFROM {}:$V\nARG V='12.6.0-base'\n", "ARG V='13.11.0-base'\nFROM {}:$V\nARG V='13.11.0-base'\n"),
        ("ARG T={}:12.6.0\nFROM $T\n", "ARG T={}:13.11.0\nFROM $T\n"),
        ("FROM \\\n  {}:12.6.0\n", "FROM \\\n  {}:13.11.0\n"),
    ],
)  # fmt: skip
def test_edits_in_an_arg(before: str, after: str) -> None:
    names = [TWO] * before.count("{}")
    assert _plan(before.format(*names), BEST)[0] == after.format(*names)


def test_the_name_of_an_image_that_stays() -> None:
    for image, name in (
        (CERTIFIED, CERTIFIED),
        (f"{CERTIFIED}:latest", "latest"),
        (f"{TWO}:12.6.0-base{DIGEST}", "12.6.0-base"),
    ):
        _, (upgrade,) = _plan(f"FROM --platform=linux/amd64 {image}\n", BEST)
        assert (upgrade.before, upgrade.location) == (name, (1, 29, 1, 29 + len(image)))


def test_an_arg_stays_if_an_image_that_stays_uses_it() -> None:
    # The second image is first upgraded within Airflow 2 and uses R, so R can't change. The third image
    # needs a new R, so it isn't upgraded. The first image shares V with the third, so it isn't upgraded either.
    source = f"ARG V=3.0-8\nARG R={TWO}\nFROM {TWO}:$V AS a\nFROM $R:13.6.0 AS b\nFROM $R:$V\n"
    changed, upgrades = _plan(source, TO_3, unsafe=True)
    assert changed == source.replace("13.6.0", "13.11.0")
    reason = "its ARG means something else to another image"
    assert [upgrade.reason for upgrade in upgrades] == [reason, "", reason]


def test_a_suffix_in_an_arg_is_dropped_there() -> None:
    source = f"ARG V=9.1.0-python-3.9\nFROM {TWO}:$V-base\nFROM {TWO}:$V\n"
    assert _plan(source, BEST, unsafe=True)[0] == (
        f"ARG V=13.11.0-python-3.11\nFROM {TWO}:$V-base\nFROM {TWO}:$V\n"
    )
    # The images share the ARG but have different releases, so neither image is upgraded.
    mixed = f"ARG W=-python-3.9\nFROM {TWO}:9.7.0$W\nFROM {TWO}:11.6.0$W\n"
    assert _plan(mixed, BEST, unsafe=True)[0] == mixed


def test_the_following_step() -> None:
    _, (first,) = _plan(f"FROM {TWO}:12.6.0-base\n", TO_3)
    assert (first.after, first.following) == ("13.11.0-base", f"{THREE}:3.3-8-base")
    assert first.comparison
    assert [row.before for row in first.comparison.rows] == ["19 listed (yanked: 13.5.0)", "yes"]
    _, (second,) = _plan(f"FROM {TWO}:13.11.0-base\n", TO_3)
    assert (second.after, second.following) == (f"{THREE}:3.3-8-base", "")


@pytest.mark.parametrize(
    ("images", "expected"),
    [
        pytest.param({"registry.corp/two": TWO}, None, id="for Airflow 2 only"),
        pytest.param({"registry.corp/two": TWO, "other.corp/three": THREE}, None, id="on another host"),
        pytest.param({"registry.corp/two": TWO, "registry.corp/*": "astrocrpublic.azurecr.io/*"}, None, id="a pattern"),
        pytest.param({"registry.corp/two": TWO, "registry.corp/a/three": THREE}, "registry.corp/a/three:3.3-8", id="for both"),
    ],
)  # fmt: skip
def test_a_move_between_mirrors(images: dict[str, str], expected: str | None) -> None:
    source = "FROM registry.corp/two:13.11.0\n"
    changed, (upgrade,) = _plan(source, TO_3, config=Config(images=images))
    assert changed == (f"FROM {expected}\n" if expected else source)
    assert bool(upgrade.reason) == (expected is None)
    assert _plan("FROM registry.corp/two:12.6.0\n", BEST, config=Config(images=images))[0] == (
        "FROM registry.corp/two:13.11.0\n"
    )


@pytest.mark.parametrize("rule", sorted(ABOUT_THE_END))
def test_an_image_with_a_suppressed_end_stays(rule: str) -> None:
    images = {"retired-image": f"{CERTIFIED}:2.3.1", "maintenance-ending": f"{TWO}:13.11.0"}
    images |= {"yanked-release": f"{TWO}:9.1.0", "end-of-basic-support": f"{TWO}:9.7.0"}
    image = images.get(rule, f"{TWO}:12.6.0")
    day = date(2027, 4, 1) if rule == "maintenance-ending" else TODAY
    goal = "3.3"
    source = f"FROM {image}\n"
    assert _plan(source, goal, day)[1] != ()
    assert _plan(f"# lint-runtime: ignore[{rule}] -- by choice\n{source}", goal, day)[1] == ()
    other = f"# lint-runtime: ignore[outdated-release] -- by choice\nFROM {TWO}:13.6.0\n"
    assert _plan(other, goal)[1] != ()


def test_a_series_that_ends_soon() -> None:
    # By default, 3.0 is about to end from 2027-01-30, which is 90 days before its maintenance ends.
    source = f"FROM {THREE}:3.0-18\n"
    assert _plan(source, BEST, date(2027, 1, 29))[1] == ()
    assert _plan(source, BEST, date(2027, 1, 30))[0] == f"FROM {THREE}:3.3-8\n"
    assert _plan(source, BEST, date(2027, 1, 30), Config(warn_within=30))[1] == ()


def _table(*rows: tuple[str, str, date, list[RuntimeVersion]]) -> LifecycleTable:
    """Return a table with these series.

    rows: the name, Airflow version, end of maintenance and releases of each series
    """
    day = date(2025, 1, 1)
    all_series = [
        ReleaseSeries(name, airflow, day, (Schedule(day, end, None, True, "test"),), "test", variants=())
        for name, airflow, end, _ in rows
    ]
    releases = [Release(version, "test", released=day) for *_, versions in rows for version in versions]
    return LifecycleTable(day, all_series, releases)


SOON, LATER = date(2026, 12, 31), date(2027, 12, 31)


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        pytest.param(SOON, None, id="the same end"),
        pytest.param(LATER, f"FROM {TWO}:14.1.0\n", id="a later end"),
    ],
)
def test_a_maintained_image_moves_only_to_a_longer_maintained_series(
    end: date, expected: str | None
) -> None:
    table = _table(
        ("13", "2.11", SOON, [RuntimeVersion(2, 13, 6, 0)]),
        ("14", "2.12", end, [RuntimeVersion(2, 14, 1, 0)]),
    )
    source = f"FROM {TWO}:13.6.0\n"
    changed, (upgrade,) = _plan(source, BEST, table=table)
    assert changed == (expected or source)
    assert upgrade.reason == ("" if expected else "no better series for Airflow 2 is known")


def test_an_ended_image_moves_to_the_only_series() -> None:
    table = _table(
        ("12", "2.10", date(2026, 1, 1), [RuntimeVersion(2, 12, 6, 0)]),
        ("13", "2.11", TODAY, [RuntimeVersion(2, 13, 6, 0)]),
    )
    assert _plan(f"FROM {TWO}:12.6.0\n", BEST, table=table)[0] == f"FROM {TWO}:13.6.0\n"


def test_without_a_release_that_leads_to_airflow_3() -> None:
    table = _table(
        ("13", "2.11", date(2026, 1, 1), [RuntimeVersion(2, 13, 6, 0)]),
        ("3.1", "3.1", LATER, [RuntimeVersion(3, 3, 1, 5)]),
    )
    _, (upgrade,) = _plan(f"FROM {TWO}:13.6.0\n", "3.1", table=table, unsafe=True)
    assert upgrade.reason == "no release is known that leads from Airflow 2 to Airflow 3"


@pytest.mark.parametrize(
    ("image", "today", "reason"),
    [
        (f"{TWO}:13.11.0", date(2027, 4, 1), "no better series for Airflow 2 is known; --upgrade-to 3.3 goes to Airflow 3"),
        (f"{CERTIFIED}:2.3.1", date(2027, 5, 1), "no better series for Airflow 2 is known; --upgrade-to 3.3 goes to Airflow 3"),
        (f"{TWO}:13.11.0", date(2028, 8, 1), "no better series for Airflow 2 is known"),
        (f"{THREE}:3.3-8", date(2028, 7, 1), "no better series for Airflow 3 is known"),
    ],
)  # fmt: skip
def test_without_a_better_series(image: str, today: date, reason: str) -> None:
    _, (upgrade,) = _plan(f"FROM {image}\n", BEST, today)
    assert (upgrade.reason, upgrade.before) == (reason, image.rpartition(":")[2])


@pytest.mark.parametrize(
    ("image", "before", "after"),
    [
        (f"{TWO}:12.6.0-base", ("12.6.0-base", "3.12", "Debian 12 (bookworm)"), ("13.11.0-base", "3.12", "Debian 12 (bookworm)")),
        (f"{TWO}:12.6.0-ubi9-python-3.11", ("12.6.0-ubi9-python-3.11", "3.11", "UBI 9"), ("13.11.0-ubi9-python-3.11", "3.11", "UBI 9")),
        (f"{TWO}:12.6.0{DIGEST}", ("12.6.0", "3.12", "Debian 12 (bookworm)"), ("13.11.0", "3.12", "Debian 12 (bookworm)")),
        (f"{CERTIFIED}:2.3.1-4-onbuild", ("2.3.1-4-onbuild", "", ""), ("13.11.0", "3.12", "Debian 12 (bookworm)")),
        (f"{TWO}:9.1.0-python-3.9", ("9.1.0-python-3.9", "3.9", "Debian 11.7 (bullseye)"), ("13.11.0-python-3.11", "3.11", "Debian 12 (bookworm)")),
        (f"{TWO}:13.6.0", None, None),
        (f"{CERTIFIED}:latest", None, None),
        (f"{AGENT}:3.0-9-python-3.12-astro-agent-1.0.0", None, None),
        (f"{TWO}:99.0.0", None, None),
    ],
)  # fmt: skip
def test_changes_of_an_expected_upgrade(
    image: str, before: tuple[str, str, str] | None, after: tuple[str, str, str] | None
) -> None:
    ((_, runtime),) = _report(f"FROM {image}\n", Config()).stages
    assert runtime
    changes = expected_changes(Case(runtime, TABLE.as_of(TODAY), Config()))
    sides = (
        [(side.name, side.python, side.os) for side in (changes.before, changes.after)] if changes else []
    )
    assert sides == ([before, after] if before else [])


TAGS = st.sampled_from(
    [str(release.version) for release in TABLE.releases] + ["12", "13", "3.1", "8.2.0-alpha4"]
)
SUFFIXES = st.sampled_from(
    ["", "-base", "-slim", "-ubi9", "-python-3.9", "-python-3.12-base", "-ubi9-python-3.11"]
)
SOURCES = st.lists(
    st.one_of(
        st.builds("FROM {}:{}{}".format, st.sampled_from([TWO, THREE]), TAGS, SUFFIXES),
        st.builds("FROM {}:$V{}".format, st.sampled_from([TWO, THREE, "x"]), SUFFIXES),
        st.builds(
            "FROM {}:{}".format,
            st.just(CERTIFIED),
            st.sampled_from(["2.3.1", "1.10.15", "2.0.0-buster-onbuild"]),
        ),
        st.sampled_from(
            ["ARG V=12.6.0-base", "# lint-runtime: ignore[end-of-maintenance]", "COPY --from=$V a b"]
        ),
    ),
    max_size=6,
)
DAYS = st.dates(date(2024, 1, 1), date(2029, 1, 1))


@given(TAGS, SUFFIXES, SOURCES, st.sampled_from(["", "13", "3.1", "3.3"]), st.booleans(), DAYS)
@example("12.6.0", "-base", [f"FROM {TWO}:$V", f"FROM {CERTIFIED}:2.3.1"], "", False, TODAY)
@example("13.11.0", "-python-3.9", [f"FROM {TWO}:$V"], "3.3", True, TODAY)
@example("12.6.0", "", [f"FROM {TWO}:$V", f"FROM {THREE}:3.0-8"], "3.3", True, date(2027, 5, 1))
def test_upgrades_lead_to_usable_images(
    tag: str, suffix: str, lines: list[str], goal: str, is_unsafe: bool, today: date
) -> None:
    source = "\n".join([f"ARG V={tag}{suffix}", *lines, ""])
    changed, upgrades = _plan(source, goal, today, unsafe=is_unsafe)
    edits = sorted({edit for upgrade in upgrades for edit in upgrade.edits})
    for edit, following in pairwise(edits):
        assert edit.location.end <= following.location.start
    before, after = _report(source, Config(), today), _report(changed, Config(), today)
    moving = {upgrade.location for upgrade in upgrades if not upgrade.reason}
    for (old, image), (new, other) in zip(
        (*before.stages, *before.uses), (*after.stages, *after.uses), strict=True
    ):
        if old.image_location not in moving:
            assert old.image == new.image
            continue
        assert image is not None
        assert other is not None
        _check_move(image, other, goal, unsafe=is_unsafe)
    kept = {finding.location for finding in before.suppressed if finding.rule in ABOUT_THE_END}
    assert not moving & kept


def _check_move(image: RuntimeImage, other: RuntimeImage, goal: str, *, unsafe: bool) -> None:
    assert other.tag is not None
    assert other.tag.version is not None
    assert other.lifecycle is not None
    assert other.existence is Existence.LISTED
    assert not other.is_prerelease
    assert other.lifecycle.yank is None
    is_stop = other.lifecycle.series.name == "13" and bool(goal)
    assert other.lifecycle.status is Status.MAINTAINED or is_stop
    assert not missing_suffixes(other.tag, other.lifecycle.series, other.tag.version)
    assert (
        other.repository.airflow == other.airflow
        or image.reference.repository == other.reference.repository
    )
    is_certified = image.repository.kind is RepositoryKind.RETIRED
    origin = image.lifecycle
    if origin is not None:
        assert other.lifecycle.order >= origin.order
    if other.airflow == 3 and (is_certified or image.airflow == 2):
        assert origin
        assert origin.version
        assert origin.version >= RuntimeVersion(2, 13, 7, 0)
    if not unsafe and image.tag:
        assert image.tag._replace(number="", version=None) == other.tag._replace(number="", version=None)
        assert image.tag.version


# --- The command -----------------------------------------------------------------------------------------

FLEET = {
    "a": f"FROM {TWO}:5.0.8\n",
    "b": f"FROM {TWO}:9.1.0-python-3.9-base\n",
    "c": f"FROM {TWO}:11.6.0-slim\n",
    "d": f"FROM {TWO}:12.6.0\n",
    "e": f"FROM {CERTIFIED}:2.3.1\n",
    "f": f"FROM {THREE}:3.0-9\n",
}
MOVED = {
    "a": f"FROM {TWO}:13.11.0\n",
    "b": f"FROM {TWO}:13.11.0-python-3.11-base\n",
    "c": f"FROM {TWO}:13.11.0-slim\n",
    "d": f"FROM {TWO}:13.11.0\n",
    "e": f"FROM {TWO}:13.11.0-base\n",
    "f": f"FROM {THREE}:3.0-18\n",
}


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    for name, source in FLEET.items():
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(source)
    return tmp_path


def _contents(directory: Path) -> dict[str, str]:
    return {path.parent.name: path.read_text() for path in sorted(directory.glob("*/Dockerfile"))}


def _days(arguments: Iterable[str]) -> list[str]:
    return ["--as-of", str(TODAY), *arguments]


def test_one_command_upgrades_a_repository(fleet: Path, lint_in: LintIn) -> None:
    before = lint_in(fleet, *_days([]))
    assert before.code == 1
    shown = lint_in(fleet, *_days(["--diff", "--upgrade", "--unsafe-fixes"]))
    assert _contents(fleet) == FLEET
    assert shown.out.count("\n+FROM ") == 6
    assert shown.err.count("would upgrade ") == 5
    fixed = lint_in(fleet, *_days(["--fix", "--upgrade", "--unsafe-fixes"]))
    assert _contents(fleet) == MOVED
    assert fixed.code == 0
    assert fixed.err.count("lint-runtime: upgraded ") == 5
    assert (
        "upgraded b/Dockerfile:1:6 from 9.1.0-python-3.9-base to 13.11.0-python-3.11-base, without -python-3.9\n"
        in fixed.err
    )
    assert "fixed f/Dockerfile:1:39: yanked-release (use 3.0-18)\n" in fixed.err
    assert "lint-runtime: 5 upgraded, 7 fixed, 1 info in 6 files" in fixed.err
    again = lint_in(fleet, *_days(["--fix", "--upgrade", "--unsafe-fixes"]))
    assert "upgraded" not in again.err
    assert _contents(fleet) == MOVED


def test_without_unsafe_fixes_an_image_with_a_dropped_suffix_stays(fleet: Path, lint_in: LintIn) -> None:
    fixed = lint_in(fleet, *_days(["--fix", "--upgrade"]))
    assert _contents(fleet) == {**MOVED, "b": FLEET["b"]}
    assert (
        "skipped b/Dockerfile:1:6 (9.1.0-python-3.9-base): 13.x has no -python-3.9 image;"
        " add --unsafe-fixes to upgrade it to 13.11.0-python-3.11-base\n"
    ) in fixed.err
    assert fixed.code == 1


def test_changes_are_shown_once_per_pair(fleet: Path, lint_in: LintIn) -> None:
    (fleet / "d" / "Dockerfile").write_text(f"FROM {TWO}:12.6.0\nFROM {TWO}:12.6.0-base\n")
    shown = lint_in(fleet, *_days(["--diff", "--upgrade", "d"]))
    assert shown.err.count("what changes") == 1
    table = shown.err.partition("\n\n")[2].partition("\n\n")[0]
    assert [line.split() for line in table.splitlines()] == [
        ["what", "changes", "12.6.0", "13.11.0"],
        ["Airflow", "2.10", "2.11.2"],
        ["end", "of", "maintenance", "2026-02-28", "2027-04-30"],
        ["end", "of", "basic", "support", "2027-02-28", "2028-04-30"],
        ["status", "basic-support", "maintained"],
        ["releases", "between", "19", "listed", "(yanked:", "13.5.0)"],
        ["in-place", "upgrade", "yes"],
    ]
    assert lint_in(fleet, *_days(["--diff", "--upgrade", "-q", "d"])).err == ""


def test_upgrades_in_json_and_markdown(fleet: Path, lint_in: LintIn) -> None:
    done = lint_in(fleet, *_days(["--diff", "--upgrade", "-o", "json=r.json", "-o", "markdown=r.md"]))
    assert done.code == 1
    files = {file["path"]: file["upgrades"] for file in json.loads((fleet / "r.json").read_text())["files"]}
    (of_d,) = files["d/Dockerfile"]
    assert (of_d["before"], of_d["after"], of_d["reason"]) == ("12.6.0", "13.11.0", "")
    assert {"name": "Airflow", "before": "2.10", "after": "2.11.2"} in of_d["changes"]["properties"]
    (of_b,) = files["b/Dockerfile"]
    assert (of_b["after"], of_b["changes"]) == ("", None)
    assert of_b["reason"].startswith("13.x has no -python-3.9 image")
    assert files["f/Dockerfile"] == []
    text = (fleet / "r.md").read_text()
    assert "\n### Upgrades: 4 images\n\n- `a/Dockerfile:1`: `5.0.8` to `13.11.0`\n" in text
    assert "- `b/Dockerfile:1`: `9.1.0-python-3.9-base` stays: " in text
    assert "| Airflow | `2.3.4` | `2.11.2` |\n" in text
    # A report with upgrades can be rechecked.
    assert lint_in(fleet, *_days(["--from-report", "--exit-zero", "r.json"])).code == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--upgrade"], "--upgrade requires --fix or --diff."),
        (["--upgrade-to", "13"], "--upgrade-to requires --fix or --diff."),
        (["--diff", "--upgrade", "--upgrade-to", "13"], "--upgrade and --upgrade-to can't be used together."),
        (["--diff", "--upgrade-to", "x"], "invalid series 'x' (expected one such as 13 or 3.3)."),
        (["--diff", "--upgrade-to", "12"], "cannot upgrade to 12.x, which is not maintained; maintained on 2026-11-27: 13, 3.0, 3.1, 3.2, 3.3"),
        (["--diff", "--upgrade-to", "3.9"], "cannot upgrade to 3.9, which is not maintained; maintained on"),
        (["--diff", "--upgrade-to", "\x1b[31m"], "invalid series '\\x1b[31m' (expected one such as 13 or 3.3)."),
    ],
)  # fmt: skip
def test_invalid_options(fleet: Path, lint_in: LintIn, arguments: list[str], message: str) -> None:
    result = lint_in(fleet, *_days(arguments))
    assert result.code == 2
    assert message in result.err
    assert _contents(fleet) == FLEET


def test_a_goal_with_a_suffix(fleet: Path, lint_in: LintIn) -> None:
    assert lint_in(fleet, *_days(["--fix", "--upgrade-to", "13.x", "d"])).code == 0
    assert _contents(fleet)["d"] == MOVED["d"]


def test_hostile_names_are_escaped(tmp_path: Path, lint_in: LintIn) -> None:
    directory = tmp_path / "\x1b[31m`|<b>"
    directory.mkdir()
    (directory / "Dockerfile").write_text(FLEET["d"])
    result = lint_in(tmp_path, *_days(["--diff", "--upgrade", "-o", "markdown=r.md"]))
    assert "\x1b" not in result.err
    text = (tmp_path / "r.md").read_text()
    assert "\x1b" not in text
    assert "<b>" not in MarkdownIt("gfm-like").render(text)


def test_the_fixture_projects_can_be_upgraded(lint_in: LintIn) -> None:
    result = lint_in(FIXTURES / "projects", *_days(["--diff", "--upgrade", "--unsafe-fixes"]))
    assert "would upgrade " in result.err
