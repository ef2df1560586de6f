from __future__ import annotations

from datetime import date, timedelta

import pytest

from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import (
    Existence,
    Lifecycle,
    Release,
    ReleaseSeries,
    Schedule,
    Status,
    Yank,
)
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from tests.conftest import AS_OF

TABLE = embedded_table()


def _version(text: str) -> RuntimeVersion:
    version = parse_version(text)
    assert version
    return version


def _on(day: date, text: str) -> Lifecycle:
    version = parse_version(text)
    lifecycle = TABLE.on(day, version.series if version else text, version)
    assert lifecycle
    return lifecycle


def test_the_schedule_as_the_mission_shows_it() -> None:
    day = date(2023, 8, 23)
    shown = {
        series.name: (schedule.end_of_maintenance, schedule.is_lts)
        for series in TABLE.series
        if (schedule := series.schedule_on(day)) and series.name != "3"
    }
    assert shown == {
        "4": (date(2023, 9, 30), True),
        "5": (date(2023, 10, 31), True),
        "6": (date(2024, 3, 31), True),
        "7": (date(2023, 7, 31), False),
        "8": (date(2023, 10, 31), False),
        "9": (date(2025, 1, 31), True),
    }


@pytest.mark.parametrize(
    ("text", "day", "status"),
    [
        pytest.param("7.6.0", date(2023, 7, 31), Status.MAINTAINED, id="the last day counts"),
        pytest.param("7.6.0", date(2023, 8, 1), Status.UNSUPPORTED, id="the day after does not"),
        pytest.param(
            "12.5.0", date(2026, 2, 28), Status.MAINTAINED, id="the last day before basic support"
        ),
        pytest.param("12.5.0", date(2026, 3, 1), Status.BASIC_SUPPORT, id="the first day of basic support"),
        pytest.param("12.5.0", date(2027, 2, 28), Status.BASIC_SUPPORT, id="the last day of basic support"),
        pytest.param("12.5.0", date(2027, 3, 1), Status.UNSUPPORTED, id="past all"),
        pytest.param("5.0.8", date(2023, 8, 23), Status.MAINTAINED, id="by the end published then"),
        pytest.param("5.0.8", date(2023, 11, 1), Status.MAINTAINED, id="by the end moved meanwhile"),
        pytest.param("12.0.0", date(2024, 9, 1), Status.UNKNOWN, id="before any end was published"),
    ],
)
def test_status(text: str, day: date, status: Status) -> None:
    assert _on(day, text).status is status


def test_all_that_is_known_of_a_release() -> None:
    assert _on(AS_OF, "9.1.0") == Lifecycle(
        series="9",
        order=(2, 9),
        version=_version("9.1.0"),
        airflow="2.7.1",
        default_python="3.11",
        os="Debian 11.7 (bullseye)",
        is_lts=True,
        status=Status.UNSUPPORTED,
        end_of_maintenance=date(2025, 1, 31),
        end_of_basic_support=date(2026, 1, 31),
        published=date(2025, 9, 3),
        computed=(),
        architectures=("amd64", "arm64"),
        newest=_version("9.21.0"),
        yank=Yank(date(2024, 5, 16), "Has significant scheduling performance issues."),
    )


@pytest.mark.parametrize(
    ("text", "airflow"), [("9.7.0", "2.7.3"), ("13.6.0", "2.11"), ("3.1-15", "3.1"), ("13", "2.11")]
)
def test_airflow_is_exact_where_known(text: str, airflow: str) -> None:
    assert _on(AS_OF, text).airflow == airflow


def test_the_extension_of_series_13_leaves_its_basic_support_open() -> None:
    before, after = _on(date(2026, 9, 24), "13.6.0"), _on(date(2026, 9, 25), "13.6.0")
    assert (before.end_of_maintenance, before.end_of_basic_support) == (
        date(2026, 11, 30),
        date(2027, 11, 30),
    )
    assert (after.end_of_maintenance, after.end_of_basic_support) == (date(2027, 4, 30), None)


@pytest.mark.parametrize(
    ("text", "architectures"),
    [
        ("3.0.4", ()),
        ("5.5.0", ("amd64",)),
        ("6.0.3", ("amd64",)),
        ("6.0.4", ("amd64", "arm64")),
        ("6", ("amd64", "arm64")),
        ("3.3-8", ("amd64", "arm64")),
    ],
)
def test_architectures(text: str, architectures: tuple[str, ...]) -> None:
    assert _on(AS_OF, text).architectures == architectures


def test_a_yank_counts_from_the_day_it_is_published() -> None:
    assert _on(date(2024, 5, 15), "9.1.0").yank is None
    assert _on(date(2024, 5, 16), "9.1.0").yank


@pytest.mark.parametrize(
    ("series", "day", "newest"),
    [
        pytest.param("13", AS_OF, "13.11.0", id="today"),
        pytest.param("9", date(2024, 4, 17), "9.12.0", id="by number, not by day"),
        pytest.param("13", date(2026, 2, 23), "13.5.0", id="before its yank was published"),
        pytest.param("3.2", date(2026, 9, 23), "3.2-5", id="undated ones count from the table's day on"),
        pytest.param("11", date(2024, 4, 19), "11.1.0", id="yanked later"),
        pytest.param("11", date(2024, 5, 16), "11.3.0", id="yanked"),
        pytest.param("13", date(2025, 5, 19), None, id="before the first"),
    ],
)
def test_newest(series: str, day: date, newest: str | None) -> None:
    found = TABLE.newest(series, day)
    assert (str(found) if found else None) == newest


@pytest.mark.parametrize(
    ("text", "existence"),
    [
        ("9.7.0", Existence.LISTED),
        ("9.2.5", Existence.NEVER),
        ("9.21.1", Existence.NEWER),
        ("3.0.8", Existence.NEVER),
        ("3.9.0", Existence.NEVER),
        ("12.2.1", Existence.UNLISTED),
        ("13.99.0", Existence.NEWER),
        ("14.0.0", Existence.NEWER),
        ("3.0-13", Existence.UNLISTED),
        ("3.0-99", Existence.NEWER),
        ("3.4-1", Existence.NEWER),
        ("2.1.1", Existence.LISTED),
        ("2.0.0", Existence.UNLISTED),
        ("2.7.3", Existence.NEVER),
        ("13.11-0", Existence.NEVER),
        ("2.9-1", Existence.NEVER),
        ("14.0-1", Existence.NEWER),
    ],
)
def test_existence(text: str, existence: Existence) -> None:
    assert TABLE.existence(_version(text)) is existence


@pytest.mark.parametrize(
    ("series", "existence"),
    [
        ("13", Existence.LISTED),
        ("2", Existence.LISTED),
        ("1", Existence.NEVER),
        ("14", Existence.NEWER),
        ("3.4", Existence.NEWER),
    ],
)
def test_series_existence(series: str, existence: Existence) -> None:
    assert TABLE.series_existence(series) is existence


def test_maintained_series_today() -> None:
    names = [series.series for series in TABLE.maintained(AS_OF)]
    assert names == ["13", "3.0", "3.1", "3.2", "3.3"]


def test_a_series_without_a_usable_release_is_nothing_to_move_to() -> None:
    day = date(2026, 1, 1)
    series = ReleaseSeries(
        "20", "2.20", day, (Schedule(day, date(2030, 1, 31), None, False, "test"),), "test"
    )
    release = Release(_version("20.0.0"), "test", "2.20.0", day, yank=Yank(day + timedelta(1), "broken"))
    table = LifecycleTable(day, [series], [release])
    assert [found.series for found in table.maintained(day)] == ["20"]
    assert table.maintained(day + timedelta(1)) == ()
