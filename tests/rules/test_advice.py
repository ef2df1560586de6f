"""No advice sends anybody to a release that is yanked, unmaintained or out of reach."""

from __future__ import annotations

import re
from datetime import date, timedelta
from itertools import pairwise

import pytest

from lint_runtime.config.model import Config
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.images import RuntimeImage, runtime_images
from lint_runtime.lifecycle.comparison import FIRST_TO_LEAVE_AIRFLOW_2
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import Lifecycle, Release, Status
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.rules.advice import describe_dates, recommend, upgrade
from lint_runtime.rules.base import Context
from tests.conftest import AS_OF

DATE = embedded_table().date
RELEASES = embedded_table().releases
TABLE = embedded_table()

FIRST = date(2022, 1, 1)
DAYS = [FIRST + timedelta(days=97 * step) for step in range(30)]
VERSION = re.compile(r"(?<![\d.-])\d+\.\d+[.-]\d+(?![\d.-]\d)")
QUAY = "quay.io/astronomer/astro-runtime"
AZURE = "astrocrpublic.azurecr.io/runtime"


def _image(reference: str, day: date) -> tuple[RuntimeImage, Context]:
    dockerfile = parse_dockerfile(f"FROM {reference}".encode(), {})
    (image,) = runtime_images(dockerfile.stages, TABLE, day, {})
    assert image
    return image, Context(dockerfile, (image,), TABLE, day, Config())


def _of_release(version: RuntimeVersion) -> str:
    return f"{QUAY if version.airflow == 2 else AZURE}:{version}"


def _lifecycle(version: RuntimeVersion, day: date) -> Lifecycle:
    lifecycle = TABLE.on(day, version.series, version)
    assert lifecycle
    return lifecycle


def _advised(sentence: str) -> list[RuntimeVersion]:
    found = VERSION.findall(sentence)
    return [version for text in found if (version := parse_version(text))]


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: str(release.version))
def test_advised_releases_are_usable(release: Release) -> None:
    for day in DAYS:
        image, context = _image(_of_release(release.version), day)
        origin = _lifecycle(release.version, day)
        for advice in (
            upgrade(image, origin, context.table, context.today),
            recommend(image, origin, context.table, context.today),
        ):
            first, is_two_steps, then = advice.help.partition(" first, then to ")
            for version in _advised(then if is_two_steps else first):
                target = _lifecycle(version, day)
                assert target.status is Status.MAINTAINED, (day, advice)
                assert target.yank is None, (day, advice)
            _assert_legal(release.version, advice.help)


def _assert_legal(origin: RuntimeVersion, advice: str) -> None:
    """Airflow 2 leads to Airflow 3 by way of Runtime 13.7.0 or newer, and never back."""
    hops = [origin, *_advised(advice)]
    for before, after in pairwise(hops):
        assert after.airflow >= before.airflow, advice
        if after.airflow > before.airflow:
            assert before >= FIRST_TO_LEAVE_AIRFLOW_2, advice


BEST = "(Airflow 2.11, maintained until 2027-04-30)"
BEST_3 = "(Airflow 3.3, maintained until 2028-07-31)"
NOTHING = f"no maintained release to upgrade to is known (lifecycle data of {DATE})"


@pytest.mark.parametrize(
    ("reference", "day", "sentence"),
    [
        pytest.param(f"{QUAY}:9.7.0", AS_OF, f"upgrade to 13.11.0 {BEST}", id="stays on Airflow 2"),
        pytest.param(f"{QUAY}:12.0.0", AS_OF, f"upgrade to 13.11.0 {BEST}", id="the first hop"),
        pytest.param(
            f"{QUAY}:12.0.0-ubi9-python-3.11-base",
            AS_OF,
            f"upgrade to 13.11.0-ubi9-python-3.11-base {BEST}",
            id="suffixes stay",
        ),
        pytest.param(
            f"{QUAY}:9.7.0-python-3.9-base",
            AS_OF,
            f"upgrade to 13.11.0-base {BEST}; 13.x has no -python-3.9 image",
            id="a suffix that the other series has not",
        ),
        pytest.param(f"{AZURE}:3.0-8", AS_OF, f"upgrade to 3.3-8 {BEST_3}", id="Airflow 3"),
        pytest.param(
            f"{QUAY}:3.0-8", AS_OF, f"upgrade to 3.3-8 {BEST_3}", id="Airflow 3 from the other repository"
        ),
        pytest.param(
            f"{AZURE}:9.7.0",
            AS_OF,
            f"upgrade to quay.io/astronomer/astro-runtime:13.11.0 {BEST}",
            id="a repository that does not contain it",
        ),
        pytest.param(
            f"{QUAY}-dev:9.7.0",
            AS_OF,
            f"upgrade to quay.io/astronomer/astro-runtime:13.11.0 {BEST}",
            id="a repository of pre-releases",
        ),
        pytest.param(
            f"{QUAY}:9.7.0",
            date(2027, 5, 1),
            f"upgrade to 13.11.0 first, then to {AZURE}:3.3-8 {BEST_3}",
            id="Airflow 2 is out of maintenance: two hops",
        ),
        pytest.param(
            f"{QUAY}:13.7.0",
            date(2027, 5, 1),
            f"upgrade to {AZURE}:3.3-8 {BEST_3}",
            id="from the first release that leads to Airflow 3",
        ),
        pytest.param(
            f"{QUAY}:13.6.0",
            date(2027, 5, 1),
            f"upgrade to 13.11.0 first, then to {AZURE}:3.3-8 {BEST_3}",
            id="from the last release that does not",
        ),
        pytest.param(f"{QUAY}:13.11.0", date(2028, 8, 1), NOTHING, id="nothing left at all"),
        pytest.param(f"{AZURE}:3.3-8", date(2029, 1, 1), NOTHING, id="after the last series"),
    ],
)
def test_upgrade(reference: str, day: date, sentence: str) -> None:
    image, context = _image(reference, day)
    assert image.lifecycle
    assert upgrade(image, image.lifecycle, context.table, context.today).help == sentence


def test_the_newest_release_of_an_ended_series_is_ruled_out() -> None:
    image, context = _image(f"{QUAY}:9.7.0", AS_OF)
    assert image.lifecycle
    assert upgrade(image, image.lifecycle, context.table, context.today).notes == (
        "then to Airflow 3: astrocrpublic.azurecr.io/runtime:3.3-8 (maintained until 2028-07-31)",
        "9.21.0, the newest 9.x release, is unsupported too",
    )


@pytest.mark.parametrize(
    ("reference", "day", "sentence"),
    [
        (QUAY, AS_OF, f"use 13.11.0 {BEST}"),
        (AZURE, AS_OF, f"use 3.3-8 {BEST_3}"),
        (f"{QUAY}:3.4", AS_OF, f"use 3.3-8 {BEST_3}"),
        (
            "quay.io/astronomer/ap-airflow:2.2.5",
            AS_OF,
            f"use quay.io/astronomer/astro-runtime:13.11.0-base {BEST}",
        ),
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
def test_advice_where_no_series_is_known(reference: str, day: date, sentence: str) -> None:
    image, context = _image(reference, day)
    assert recommend(image, None, context.table, context.today).help == sentence


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
            date(2027, 3, 2),
            ("maintenance of 12.x ended 2026-02-28, basic support 2027-02-28 (published 2025-09-03)",),
        ),
    ],
)
def test_describe_dates(text: str, day: date, note: tuple[str, ...]) -> None:
    version = parse_version(text)
    assert version
    assert describe_dates(_lifecycle(version, day), day) == note
