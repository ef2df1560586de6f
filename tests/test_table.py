"""Every row of the table, against the facts it was made from and against what must hold of any row."""

from __future__ import annotations

import csv
from datetime import date
from itertools import pairwise

import pytest

from lint_runtime.lifecycle import Release, ReleaseLine
from lint_runtime.table import DATE, LINES, RELEASES, TABLE
from lint_runtime.tag import parse_version

from .conftest import FIXTURES


def _rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / "facts" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


LINE_ROWS, SCHEDULE_ROWS, RELEASE_ROWS = _rows("lines.csv"), _rows("schedule.csv"), _rows("releases.csv")


@pytest.mark.parametrize("row", LINE_ROWS, ids=lambda row: str(row["line"]))
def test_line_as_in_the_facts(row: dict[str, str]) -> None:
    line = TABLE.line(row["line"])
    assert line
    assert line.airflow == row["airflow"]
    assert line.released == _day(row["released"])
    assert (line.default_python or "") == row["python_default"]
    assert " ".join(line.pythons) == row["pythons"]
    assert (line.os or "") == row["os"]
    assert line.complete_through == parse_version(row["complete_through"])
    assert (row["lts"] == "yes") == line.schedule[-1].is_lts
    words = row["architectures"].replace(";", "").split()
    arm64_since = parse_version(words[-1]) if "from" in words else None
    expected = [
        (name, arm64_since if name == "arm64" else None) for name in ("amd64", "arm64") if name in words
    ]
    assert [tuple(offer) for offer in line.architectures] == expected


def test_no_line_that_is_not_in_the_facts() -> None:
    assert [line.name for line in LINES] == [row["line"] for row in LINE_ROWS]


def test_schedule_as_in_the_facts() -> None:
    rows = [
        (
            row["line"],
            _day(row["published"]),
            _day(row["end_of_maintenance"]),
            _day(row["end_of_basic_support"]),
            row["lts"] == "yes",
            row["source"],
        )
        for row in SCHEDULE_ROWS
    ]
    assert [(line.name, *schedule) for line in LINES for schedule in line.schedule] == rows


@pytest.mark.parametrize("row", RELEASE_ROWS, ids=lambda row: str(row["version"]))
def test_release_as_in_the_facts(row: dict[str, str]) -> None:
    version = parse_version(row["version"])
    assert version
    release = TABLE.release(version)
    assert release
    assert release.airflow == row["airflow"]
    assert release.released == _day(row["released"])
    assert release.seen_by == _day(row["seen_by"])
    assert release.source == row["source"]
    yank = (release.yank.published, release.yank.reason) if release.yank else None
    assert yank == ((_day(row["yank_published"]), row["yanked_reason"]) if row["yanked"] else None)


def test_no_release_that_is_not_in_the_facts() -> None:
    assert [str(release.version) for release in RELEASES] == [row["version"] for row in RELEASE_ROWS]


@pytest.mark.parametrize("line", LINES, ids=lambda line: str(line.name))
def test_invariants_of_a_line(line: ReleaseLine) -> None:
    assert line.schedule, "a line has a schedule"
    assert all(earlier.published < later.published for earlier, later in pairwise(line.schedule)), "sorted"
    for schedule in line.schedule:
        assert schedule.published <= DATE
        assert schedule.end_of_maintenance > line.released
        if schedule.end_of_basic_support:
            assert schedule.end_of_basic_support > schedule.end_of_maintenance
    assert line.default_python is None or line.default_python in line.pythons
    assert line.order[0] == (3 if "." in line.name else 2)
    for offer in (*line.architectures, *line.variants):
        assert offer.since is None or offer.since.line == line.name
    assert {offer.name for offer in line.architectures} <= {"amd64", "arm64"}
    assert {offer.name for offer in line.variants} <= {"python", "slim", "ubi9"}
    assert line.complete_through is None or TABLE.release(line.complete_through)


@pytest.mark.parametrize("release", RELEASES, ids=lambda release: str(release.version))
def test_invariants_of_a_release(release: Release) -> None:
    line = TABLE.line(release.version.line)
    assert line, "a release is of a line"
    assert release.airflow == "" or release.airflow.startswith(f"{line.airflow}.")
    assert release.released is None or release.seen_by is None, "exact, or not later than"
    known = release.released or release.seen_by
    assert known is None or known <= DATE
    assert release.source
    if release.yank:
        assert release.yank.reason
        assert release.yank.published <= DATE
        assert known is None or known <= release.yank.published


def test_rows_are_sorted_and_none_stands_twice() -> None:
    assert all(earlier.order < later.order for earlier, later in pairwise(LINES))
    assert all(earlier.version < later.version for earlier, later in pairwise(RELEASES))


def test_no_newest_release_of_a_maintained_line_is_yanked() -> None:
    for line in TABLE.maintained(DATE):
        assert line.newest
        release = TABLE.release(line.newest)
        assert release
        assert release.yank is None
