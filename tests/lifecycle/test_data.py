"""Every row of the table, against the facts it was made from and against what must hold of any row."""

from __future__ import annotations

import csv
from datetime import date

import pytest

from lint_runtime.lifecycle.load import load_table
from lint_runtime.lifecycle.model import Yank
from lint_runtime.lifecycle.verify import compare_ends, find_problems
from lint_runtime.lifecycle.versions import parse_version
from tests.conftest import FIXTURES, SHIPPED_DATA

TABLE = load_table(SHIPPED_DATA)
DATE, RELEASES, SERIES = TABLE.date, TABLE.releases, TABLE.series


def _rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / "facts" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _is_newer(source: str) -> bool:
    """Whether a source is the feed of a later day than the facts are of."""
    return source.startswith("feed-") and date.fromisoformat(source[5:]) > FACTS_DATE


FACTS_DATE = date(2026, 9, 25)
SERIES_ROWS, SCHEDULE_ROWS, RELEASE_ROWS = _rows("series.csv"), _rows("schedule.csv"), _rows("releases.csv")


@pytest.mark.parametrize("row", SERIES_ROWS, ids=lambda row: str(row["series"]))
def test_series_as_in_the_facts(row: dict[str, str]) -> None:
    series = TABLE.find_series(row["series"])
    assert series
    assert series.airflow == row["airflow"]
    assert series.released == _day(row["released"])
    assert _is_newer(series.sources.get("default_python", "")) or series.default_python == (
        row["python_default"] or None
    )
    assert {*row["pythons"].split()} <= {*series.pythons}
    assert _is_newer(series.sources.get("pythons", "")) or " ".join(series.pythons) == row["pythons"]
    assert (series.os or "") == row["os"]
    assert series.complete_through == parse_version(row["complete_through"])
    assert (row["lts"] == "yes") <= series.schedule[-1].is_lts
    words = row["architectures"].replace(";", "").split()
    arm64_since = parse_version(words[-1]) if "from" in words else None
    expected = [
        (name, arm64_since if name == "arm64" else None) for name in ("amd64", "arm64") if name in words
    ]
    assert [tuple(offer) for offer in series.architectures] == expected


def test_schedule_as_in_the_facts() -> None:
    rows = [
        (
            row["series"],
            _day(row["published"]),
            _day(row["end_of_maintenance"]),
            _day(row["end_of_basic_support"]),
            row["lts"] == "yes",
            row["source"].partition(";")[0],
        )
        for row in SCHEDULE_ROWS
    ]
    known = [(series.name, *schedule[:5]) for series in SERIES for schedule in series.schedule]
    assert [row for row in known if row[5] != "feed" or not _is_newer(f"feed-{row[1]}")] == rows


def test_upstream_as_in_the_facts() -> None:
    rows = [
        (row["product"], row["cycle"], row["event"], _day(row["date"]), row["source"])
        for row in _rows("upstream.csv")
    ]
    assert [tuple(end) for end in TABLE.upstream] == rows


@pytest.mark.parametrize("row", RELEASE_ROWS, ids=lambda row: str(row["version"]))
def test_release_as_in_the_facts(row: dict[str, str]) -> None:
    version = parse_version(row["version"])
    assert version
    release = TABLE.release(version)
    assert release
    if not _is_newer(release.source):
        assert release.airflow == row["airflow"]
        assert release.released == _day(row["released"])
        assert release.seen_by == _day(row["seen_by"])
        assert release.source == row["source"]
    if row["yanked"]:
        assert release.yank == Yank(date.fromisoformat(row["yank_published"]), row["yanked_reason"])
    else:
        assert release.yank is None or release.yank.published > FACTS_DATE


def test_what_is_in_the_table_and_not_in_the_facts_is_from_a_newer_feed() -> None:
    known = {row["series"] for row in SERIES_ROWS} | {row["version"] for row in RELEASE_ROWS}
    all_series = [(series.name, series.source) for series in SERIES if series.name not in known]
    releases = [(str(one.version), one.source) for one in RELEASES if str(one.version) not in known]
    # The facts have a release of series 2, and no line for it.
    assert [name for name, source in all_series + releases if not _is_newer(source)] == ["2"]


# What a feed that is newer than the facts leaves open, `runtime-lifecycle verify` says to whoever releases it.


def test_what_is_wrong_with_the_table_is_known() -> None:
    is_open = DATE > FACTS_DATE
    unexplained = [problem for problem in find_problems(TABLE) if not problem.note]
    assert [problem for problem in unexplained if not (problem.is_gap and is_open)] == []


def test_every_end_date_is_that_of_the_policy_or_known_not_to_be() -> None:
    newest = {series.name: series.schedule_on(date.max) for series in SERIES}
    is_open = {
        name for name, row in newest.items() if row and row.source == "feed" and row.published > FACTS_DATE
    }
    unexplained = [comparison for comparison in compare_ends(TABLE) if not comparison.is_explained]
    assert [comparison for comparison in unexplained if comparison.series not in is_open] == []


def test_the_table_is_of_its_newest_feed() -> None:
    rows = [row for series in SERIES for row in series.schedule if row.source == "feed"]
    assert max(row.published for row in rows) <= DATE
    assert all(release.seen_by is None or release.seen_by <= DATE for release in RELEASES)
