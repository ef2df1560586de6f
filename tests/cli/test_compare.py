"""`runtime-lifecycle compare`: what changes from one release to another."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import FIXTURES, Command

DAY = ["--as-of", "2026-11-27"]


@pytest.fixture
def compare(run_lifecycle: Command) -> Command:
    return lambda *arguments, **given: run_lifecycle("compare", *DAY, *arguments, **given)


@pytest.mark.parametrize("format_name", ["text", "json", "markdown", "csv"])
def test_golden(format_name: str, compare: Command, golden: Callable[[Path, str], None]) -> None:
    result = compare("9.1.0", "13.11.0", "--format", format_name)
    assert (result.code, result.err) == (0, "")
    golden(FIXTURES / "golden" / "lifecycle" / f"9.1.0-13.11.0.{format_name}", result.out)


def test_every_format_has_the_same_values(compare: Command) -> None:
    document = json.loads(compare("9.1.0", "13.11.0", "--format", "json").out)
    values = {one["name"]: (one["before"], one["after"]) for one in document["properties"]}
    assert values["Airflow"] == ("2.7.1", "2.11.2")
    assert values["Python"] == ("3.11", "3.12")
    assert values["operating system"] == ("Debian 11.7 (bullseye)", "Debian 12 (bookworm)")
    assert values["channel"] == ("LTS", "LTS")
    assert values["end of maintenance"] == ("2025-01-31", "2027-04-30")
    assert values["end of basic support"] == ("2026-01-31", "2028-04-30")
    assert values["yanked"] == ("since 2024-05-16", "no")
    rows = list(csv.DictReader(io.StringIO(compare("9.1.0", "13.11.0", "--format", "csv").out)))
    assert {row["name"]: (row["before"], row["after"]) for row in rows if row["after"]} == values
    between = document["releases_between"]
    assert "9.1.0" not in between
    assert "13.11.0" not in between
    assert {"9.2.0", "12.0.0", "13.10.0"} <= {*between}
    assert set(document["yanked_between"]) <= set(between)
    assert {"9.2.0", "13.5.0"} <= set(document["yanked_between"])


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        ("9.1.0", "13.11.0", "direct"),
        ("12.6.0", "3.3-8", "by way of 13.11.0"),
        ("13.6.0", "3.3-8", "by way of 13.11.0"),
        ("13.7.0", "3.3-8", "direct"),
        ("3.0-9", "3.3-8", "direct"),
        ("13.11.0", "12.6.0", "none, this is a downgrade"),
        ("3.3-8", "13.11.0", "none, this is a downgrade"),
        ("13.11.0", "13.11.0", "direct"),
    ],
)
def test_the_way(before: str, after: str, way: str, compare: Command) -> None:
    assert compare(before, after).out.splitlines()[-1].split(maxsplit=3)[-1] == way


def test_suffixes_count(compare: Command) -> None:
    out = compare("12.6.0-ubi9-python-3.11-base", "3.3-8-python-3.13").out
    rows = {line[:20].strip(): line[20:].split() for line in out.splitlines()}
    assert rows["Python"] == ["3.11", "3.13"]
    assert rows["operating system"] == ["UBI", "9", "unknown"]


def test_only_what_is_known_by_the_day_counts(compare: Command) -> None:
    document = json.loads(compare("13.0.0", "13.6.0", "--format", "json", "--as-of", "2025-11-01").out)
    late = json.loads(compare("13.0.0", "13.6.0", "--format", "json").out)
    assert {*document["yanked_between"]} < {*late["yanked_between"]}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["12", "13.11.0"], "'12' is a series; name a release, such as 12.12.0"),
        (["12.6.0", "14.0.0"], "unknown release 14.0.0: newer than the lifecycle data"),
        (["12.6.0-python-3.9", "13.11.0"], "Astro Runtime 12.6.0 has no -python-3.9 image"),
        (["12.6.0", "13.11.0-slim-base-x"], "unknown series or release '13.11.0-slim-base-x'"),
        (["12.6.0", "\x1b[31m"], "unknown series or release '\\x1b[31m'"),
        (["12.6.0", ""], "unknown series or release ''"),
        (["12.6.0"], "Missing argument"),
    ],
)
def test_what_cannot_be_compared(arguments: list[str], message: str, compare: Command) -> None:
    result = compare(*arguments)
    assert result.code == 2
    assert message in result.err
    assert result.out == ""
