"""No advice sends anybody to a release that is yanked, unmaintained or out of reach."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from lint_runtime.advice import instead, standing, upgrade
from lint_runtime.lifecycle import Lifecycle, Release, Status
from lint_runtime.table import RELEASES, TABLE
from lint_runtime.tag import RuntimeVersion, parse_version

from .conftest import AS_OF

FIRST = date(2022, 1, 1)
DAYS = [FIRST + timedelta(days=97 * step) for step in range(30)]
VERSION = re.compile(r"(?<![\d.-])\d+\.\d+[.-]\d+(?![\d.-]\d)")


def _lifecycle(version: RuntimeVersion, day: date) -> Lifecycle:
    lifecycle = TABLE.on(day, version.line, version)
    assert lifecycle
    return lifecycle


def _advised(sentence: str) -> list[RuntimeVersion]:
    found = VERSION.findall(sentence)
    return [version for text in found if (version := parse_version(text))]


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: str(release.version))
def test_advised_releases_are_usable(release: Release) -> None:
    for day in DAYS:
        origin = _lifecycle(release.version, day)
        for sentence in (upgrade(TABLE, origin, day), instead(TABLE, origin, 2, day)):
            for version in _advised(sentence):
                target = _lifecycle(version, day)
                assert target.status is Status.MAINTAINED, (day, sentence)
                assert target.yank is None, (day, sentence)
                assert version.airflow == 2 or release.version.airflow == 3 or release.version.major >= 12


@pytest.mark.parametrize(
    ("origin", "day", "sentence"),
    [
        pytest.param("9.7.0", AS_OF, "Use 13.11.0 (Airflow 2.11, maintained until 2027-04-30)", id="stays on Airflow 2"),
        pytest.param("11.20.0", AS_OF, "Use 13.11.0 (Airflow 2.11, maintained until 2027-04-30)", id="below 12"),
        pytest.param(
            "12.0.0",
            AS_OF,
            "Move to astrocrpublic.azurecr.io/runtime:3.3-8 (Airflow 3.3, maintained until 2028-07-31),"
            " or stay on Airflow 2 with 13.11.0 (Airflow 2.11, maintained until 2027-04-30)",
            id="from 12.0.0 on Airflow 3 is in reach",
        ),
        pytest.param("3.0-8", AS_OF, "Use 3.3-8 (Airflow 3.3, maintained until 2028-07-31)", id="Airflow 3"),
        pytest.param(
            "9.7.0",
            date(2027, 5, 1),
            "The table of 2026-09-25 knows no maintained release to move to from here;"
            " Airflow 3 is a step from line 12 on",
            id="nothing in reach",
        ),
        pytest.param(
            "3.3-8",
            date(2029, 1, 1),
            "The table of 2026-09-25 knows no maintained release to move to from here",
            id="after the last line",
        ),
    ],
)  # fmt: skip
def test_upgrade(origin: str, day: date, sentence: str) -> None:
    version = parse_version(origin)
    assert version
    assert upgrade(TABLE, _lifecycle(version, day), day) == sentence


@pytest.mark.parametrize(
    ("airflow", "day", "sentence"),
    [
        (2, AS_OF, "Use 13.11.0 (Airflow 2.11, maintained until 2027-04-30)"),
        (3, AS_OF, "Use 3.3-8 (Airflow 3.3, maintained until 2028-07-31)"),
        (2, date(2027, 5, 1), "No release for Airflow 2 is maintained any more (table of 2026-09-25)"),
    ],
)
def test_advice_where_no_line_is_known(airflow: int, day: date, sentence: str) -> None:
    assert instead(TABLE, None, airflow, day) == sentence


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
def test_standing(text: str, day: date, sentence: str) -> None:
    version = parse_version(text)
    assert version
    assert standing(_lifecycle(version, day), day) == sentence
