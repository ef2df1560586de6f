"""`runtime-lifecycle compare`: what changes from one release to another."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from lint_runtime.rules.advice import AIRFLOW_3_GUIDES
from tests.conftest import FIXTURES, Command

DAY = ["--as-of", "2026-11-27"]


@pytest.fixture
def compare(run_lifecycle: Command) -> Command:
    return lambda *arguments, **given: run_lifecycle("compare", *DAY, *arguments, **given)


def test_golden(compare: Command, golden: Callable[[Path, str], None]) -> None:
    for format_name in ("text", "json", "markdown", "csv"):
        result = compare("9.1.0", "13.11.0", "--format", format_name)
        assert (result.code, result.err) == (0, "")
        golden(FIXTURES / "golden" / "lifecycle" / f"9.1.0-13.11.0.{format_name}", result.out)
    assert compare("9.1.0", "13.11.0") == compare("9.1.0", "13.11.0", "--format", "text")


def test_every_format_has_the_same_values(compare: Command) -> None:
    document = json.loads(compare("9.1.0", "13.11.0", "--format", "json").out)
    values = {item["name"]: (item["before"], item["after"]) for item in document["properties"]}
    assert values == {
        "Airflow": ("2.7.1", "2.11.2"),
        "Python": ("3.11", "3.12"),
        "operating system": ("Debian 11.7 (bullseye)", "Debian 12 (bookworm)"),
        "architectures": ("amd64, arm64", "amd64, arm64"),
        "channel": ("LTS", "LTS"),
        "end of maintenance": ("2025-01-31", "2027-04-30"),
        "end of basic support": ("2026-01-31", "2028-04-30"),
        "status": ("unsupported", "maintained"),
        "yanked": ("known by 2024-05-16", "no"),
    }
    rows = list(csv.DictReader(io.StringIO(compare("9.1.0", "13.11.0", "--format", "csv").out)))
    assert {row["name"]: (row["before"], row["after"]) for row in rows if row["after"]} == values
    between = document["releases_between"]
    assert {"9.2.0", "12.0.0", "13.10.0"} <= {*between}
    assert not {"9.1.0", "13.11.0"} & {*between}
    assert {"9.2.0", "13.5.0"} <= {*document["yanked_between"]} <= {*between}


def test_the_upgrade_in_place(compare: Command) -> None:
    upgrades = {
        ("9.1.0", "13.11.0"): "yes",
        ("12.6.0", "3.3-8"): "via 13.11.0",
        ("13.6.0", "3.3-8"): "via 13.11.0",
        ("13.7.0", "3.3-8"): "yes",
        ("3.0-9", "3.3-8"): "yes",
        ("13.11.0", "12.6.0"): "no, this is a downgrade",
        ("3.3-8", "13.11.0"): "no, this is a downgrade",
        ("13.11.0", "13.11.0"): "yes",
    }
    texts = {releases: compare(*releases, "--format", "csv").out for releases in upgrades}
    rows = {releases: list(csv.reader(io.StringIO(text)))[-1] for releases, text in texts.items()}
    assert rows == {releases: ["in-place upgrade", words, ""] for releases, words in upgrades.items()}


def test_a_major_migration_is_in_the_first_row_and_in_a_note(compare: Command) -> None:
    first = {
        ("12.6.0", "3.3-8"): "3 (a major migration, via 13.11.0)",
        ("13.7.0", "3.3-8"): "3 (a major migration)",
    }
    for releases, words in first.items():
        rows = list(csv.reader(io.StringIO(compare(*releases, "--format", "csv").out)))
        assert rows[1] == ["Airflow major", "2", words]
        note = json.loads(compare(*releases, "--format", "json").out)["note"]
        assert [*AIRFLOW_3_GUIDES, "ruff check --select AIR3"] == re.findall(
            r"https:[^ ,]+|ruff[^']+", note
        )
        assert note in compare(*releases).out.splitlines()
        assert AIRFLOW_3_GUIDES[0] in compare(*releases, "--format", "markdown").out
    for releases in (("9.1.0", "13.11.0"), ("3.0-9", "3.3-8"), ("3.3-8", "13.11.0")):
        document = json.loads(compare(*releases, "--format", "json").out)
        assert (document["note"], document["properties"][0]["name"]) == ("", "Airflow")
        assert "migration" not in compare(*releases).out


def test_suffixes_are_compared(compare: Command) -> None:
    out = compare("12.6.0-ubi9-python-3.11-base", "3.3-8-python-3.13").out
    assert out.startswith("Astro Runtime 12.6.0-ubi9-python-3.11-base compared with 3.3-8-python-3.13\n")
    rows = {line[:20].strip(): line[20:].split() for line in out.splitlines()}
    assert rows["Python"] == ["3.11", "3.13"]
    assert rows["operating system"] == ["UBI", "9", "unknown"]


def test_unknown_values_are_called_unknown(compare: Command) -> None:
    out = compare("2.1.1", "3.1-21").out
    rows = {line[:20].strip(): line[20:].split() for line in out.splitlines()}
    assert rows["Python"] == ["unknown", "3.12"]
    assert rows["operating system"] == ["unknown", "unknown"]


def test_later_yanks_are_not_shown(compare: Command) -> None:
    early, late = (
        json.loads(compare("13.0.0", "13.6.0", "--format", "json", "--as-of", day).out)["yanked_between"]
        for day in ("2025-11-01", "2026-11-27")
    )
    assert {*early} < {*late}


FAILURES = {
    ("12", "13.11.0"): "'12' is a series; name a release, such as 12.12.0",
    ("12.6.0", "3.3"): "'3.3' is a series; name a release, such as 3.3-8",
    ("12.6.0", "13", "--as-of", "2020-01-01"): "'13' is a series; name a release\n",
    ("12.6.0", "14.0.0"): "unknown release 14.0.0: newer than the lifecycle data",
    ("12.6.0-python-3.9", "13.11.0"): "Astro Runtime 12.6.0 has no -python-3.9 image\n",
    ("12.6.0", "3.3-8-slim"): "Astro Runtime 3.3-8 has no -slim image\n",
    ("12.6.0", "4.2.0-python-3.9-slim"): "Astro Runtime 4.2.0 has no -python-3.9 image\n",
    ("12.6.0", "13.11.0-slim-base-x"): "unknown series or release '13.11.0-slim-base-x'",
    ("12.6.0", "\x1b[31m"): "unknown series or release '\\x1b[31m'",
    ("12.6.0", ""): "unknown series or release ''",
    ("12.6.0",): "Missing argument",
}


def test_failures(compare: Command) -> None:
    for arguments, message in FAILURES.items():
        result = compare(*arguments)
        assert (result.code, result.out) == (2, ""), arguments
        assert message in result.err, arguments
