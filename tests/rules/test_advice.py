"""No advice sends anybody to a release that is yanked, unmaintained or out of reach."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from lint_runtime.config.model import Config
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.images import RuntimeImage, runtime_images
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import Lifecycle, Release, Status
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.rules.advice import describe_maintenance, recommend, upgrade, way_out
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
        for sentence in (
            upgrade(image, origin, context.table, context.today),
            recommend(image, origin, context.table, context.today),
        ):
            for version in _advised(sentence):
                target = _lifecycle(version, day)
                assert target.status is Status.MAINTAINED, (day, sentence)
                assert target.yank is None, (day, sentence)
                assert version.airflow == 2 or release.version.airflow == 3 or release.version.major >= 12


@pytest.mark.parametrize(
    ("reference", "day", "sentence"),
    [
        pytest.param(
            f"{QUAY}:9.7.0",
            AS_OF,
            "Use 13.11.0 (Airflow 2.11, maintained until 2027-04-30)",
            id="stays on Airflow 2",
        ),
        pytest.param(
            f"{QUAY}:11.20.0",
            AS_OF,
            "Use 13.11.0 (Airflow 2.11, maintained until 2027-04-30)",
            id="below 12",
        ),
        pytest.param(
            f"{QUAY}:12.0.0",
            AS_OF,
            "Move to astrocrpublic.azurecr.io/runtime:3.3-8 (Airflow 3.3, maintained until 2028-07-31),"
            " or stay on Airflow 2 with 13.11.0 (Airflow 2.11, maintained until 2027-04-30)",
            id="from 12.0.0 on Airflow 3 is in reach",
        ),
        pytest.param(
            f"{AZURE}:3.0-8", AS_OF, "Use 3.3-8 (Airflow 3.3, maintained until 2028-07-31)", id="Airflow 3"
        ),
        pytest.param(
            f"{QUAY}:3.0-8",
            AS_OF,
            "Use 3.3-8 (Airflow 3.3, maintained until 2028-07-31)",
            id="Airflow 3 from the other repository",
        ),
        pytest.param(
            f"{AZURE}:9.7.0",
            AS_OF,
            "Use quay.io/astronomer/astro-runtime:13.11.0 (Airflow 2.11, maintained until 2027-04-30)",
            id="a repository that does not carry it",
        ),
        pytest.param(
            f"{QUAY}-dev:9.7.0",
            AS_OF,
            "Use quay.io/astronomer/astro-runtime:13.11.0 (Airflow 2.11, maintained until 2027-04-30)",
            id="a repository of pre-releases",
        ),
        pytest.param(
            f"{QUAY}:9.7.0",
            date(2027, 5, 1),
            f"The table of {DATE} knows no maintained release to move to from here;"
            " a move to Airflow 3 is advised from series 12 on",
            id="nothing in reach",
        ),
        pytest.param(
            f"{QUAY}:13.11.0",
            date(2028, 8, 1),
            f"The table of {DATE} knows no maintained release to move to from here",
            id="nothing left at all",
        ),
        pytest.param(
            f"{AZURE}:3.3-8",
            date(2029, 1, 1),
            f"The table of {DATE} knows no maintained release to move to from here",
            id="after the last series",
        ),
    ],
)
def test_upgrade(reference: str, day: date, sentence: str) -> None:
    image, context = _image(reference, day)
    assert image.lifecycle
    assert upgrade(image, image.lifecycle, context.table, context.today) == sentence


def test_the_newest_release_of_an_ended_series_is_rejected_where_another_is_advised() -> None:
    image, context = _image(f"{QUAY}:9.7.0", AS_OF)
    assert image.lifecycle
    assert way_out(image, image.lifecycle, context.table, context.today).endswith(
        "), not 9.21.0, which ended with series 9"
    )
    image, context = _image(f"{QUAY}:9.7.0", date(2027, 6, 1))
    assert image.lifecycle
    assert "9.21.0" not in way_out(image, image.lifecycle, context.table, context.today)


@pytest.mark.parametrize(
    ("reference", "day", "sentence"),
    [
        (QUAY, AS_OF, "Use 13.11.0 (Airflow 2.11, maintained until 2027-04-30)"),
        (AZURE, AS_OF, "Use 3.3-8 (Airflow 3.3, maintained until 2028-07-31)"),
        (f"{QUAY}:3.4", AS_OF, "Use 3.3-8 (Airflow 3.3, maintained until 2028-07-31)"),
        (
            "quay.io/astronomer/ap-airflow:2.2.5",
            AS_OF,
            "Use quay.io/astronomer/astro-runtime:13.11.0 (Airflow 2.11, maintained until 2027-04-30)",
        ),
        (QUAY, date(2027, 5, 1), f"The table of {DATE} knows no maintained release for Airflow 2"),
        (AZURE, date(2026, 5, 1), f"The table of {DATE} knows no maintained release for Airflow 3"),
    ],
)
def test_advice_where_no_series_is_known(reference: str, day: date, sentence: str) -> None:
    image, context = _image(reference, day)
    assert recommend(image, None, context.table, context.today) == sentence


@pytest.mark.parametrize(
    ("text", "day", "sentence"),
    [
        ("12.0.0", date(2024, 9, 1), "has no published end of maintenance"),
        ("7.6.0", date(2023, 7, 31), "is maintained until 2023-07-31"),
        ("7.6.0", date(2023, 8, 1), "left maintenance on 2023-07-31, 1 day ago"),
        (
            "12.0.0",
            date(2026, 3, 2),
            "left maintenance on 2026-02-28, 2 days ago, with basic support until 2027-02-28",
        ),
    ],
)
def test_describe_maintenance(text: str, day: date, sentence: str) -> None:
    version = parse_version(text)
    assert version
    assert describe_maintenance(_lifecycle(version, day), day) == sentence
