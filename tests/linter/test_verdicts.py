"""Verdicts about images, and the releases to start new projects on."""

from __future__ import annotations

from datetime import date

import pytest

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Severity
from lint_runtime.errors import UnusableError
from lint_runtime.lifecycle.model import Release, ReleaseSeries, Schedule
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.verdicts import look_up, recommend, verdicts_of
from tests.conftest import AS_OF, KNOWN, TABLE

TWO, THREE = "quay.io/astronomer/astro-runtime", "astrocrpublic.azurecr.io/runtime"
UNREPLACED = "no maintained release is known that can replace it"


VERDICTS = [
    ("13.11.0", AS_OF, "13.11.0", "maintained until 2027-04-30"),
    ("13.6.0", AS_OF, "13.6.0", "maintained until 2027-04-30; use 13.11.0, the newest"),
    ("13.5.0", AS_OF, "13.5.0", "yanked; use 13.11.0, the newest"),
    ("12.5.0", AS_OF, "12.5.0", "no fixes since 2026-03-01; use 13.11.0"),
    ("2.1.1", AS_OF, "2.1.1", "no fixes or support; use 13.11.0"),
    (f"from {THREE}:13.6-0-base", AS_OF, "13.6.0", f"'13.6-0-base' doesn't exist, read as 13.6.0-base; maintained until 2027-04-30; use {TWO}:13.11.0-base, the newest"),
    ("mirror.example/astronomer/astro-runtime:12", AS_OF, "12.x", "no fixes since 2026-03-01; use 13.11.0"),
    ("3.1", date(2028, 8, 1), "3.1", f"no fixes since 2027-10-01, no support since 2028-03-31; {UNREPLACED}"),
    ("3.3-8", date(2028, 8, 1), "3.3-8", f"no fixes since 2028-08-01; {UNREPLACED}"),
    ("3.1-8", date(2030, 1, 1), "3.1-8", f"yanked, no fixes since 2027-10-01, no support since 2028-03-31; {UNREPLACED}"),
    ("13.5.0", date(2028, 1, 1), "13.5.0", f"yanked, no fixes since 2027-05-01; use 13.11.0 first, then upgrade to {THREE}:3.3-8"),
    ("3.0.4", AS_OF, "3.0.4", "no fixes or support since 2022-03-01; use 13.11.0"),
    ("3.0.8", AS_OF, "3.0-8", "'3.0.8' doesn't exist, read as 3.0-8; maintained until 2027-04-30; use 3.0-18, the newest"),
    ("3.1.8", AS_OF, "3.1-8", "'3.1.8' doesn't exist, read as 3.1-8; yanked; use 3.1-21, the newest"),
    ("3", AS_OF, "3.x", "no fixes or support since 2022-03-01; use 13.11.0; for Airflow 3, see 3.0 to 3.3"),
    ("3-base", date(2025, 6, 1), "3.x", "no fixes or support since 2022-03-01; use 11.15.1-base; for Airflow 3, see 3.0"),
    ("3", date(2020, 1, 1), "3.x", "no end date is published"),
    ("13.11.0", date(2020, 1, 1), "13.11.0", "no end date is published"),
]  # fmt: skip
"""For each name and day: the subject and the verdict."""


def test_verdicts_about_names() -> None:
    for name, day, subject, verdict in VERDICTS:
        facts, (text, _) = look_up(name, TABLE.as_of(day))
        assert (facts.name.removeprefix("Astro Runtime "), text) == (subject, verdict), (name, day)


def _verdicts(source: str, config: Config | None = None) -> list[tuple[object, ...]]:
    report = lint_file(source.encode(), "a/Dockerfile", config or Config(), KNOWN)
    verdicts = verdicts_of(report, AS_OF)
    assert [*verdicts[0]] == ["path", "line", "image", "verdict", "next_step"]
    return [tuple(verdict.values()) for verdict in verdicts]


def test_verdicts_about_images_in_a_file() -> None:
    source = (
        f"ARG V=13.6.0\nFROM {TWO}:13\nCOPY --from={TWO}:99.0.0 a b\nFROM {TWO}:$V-base\nFROM {TWO}:$V\nFROM {TWO}:$V\n"
        f"COPY --from={TWO}:13.11.0-rc1 a b\n"
    )
    newer = "Astro Runtime 99.0.0 is newer than the lifecycle data of 2026-10-06"
    assert _verdicts(source) == [
        ("a/Dockerfile", 1, f"{TWO}:13.6.0-base", "maintained until 2027-04-30; write ARG V=13.11.0, the newest", ""),
        ("a/Dockerfile", 1, f"{TWO}:13.6.0", "maintained until 2027-04-30; write ARG V=13.11.0, the newest", ""),
        ("a/Dockerfile", 2, f"{TWO}:13", "maintained until 2027-04-30; use 13.11.0, the newest", ""),
        ("a/Dockerfile", 3, f"{TWO}:99.0.0", f"{newer}; check the version, or update lint-runtime", ""),
        ("a/Dockerfile", 7, f"{TWO}:13.11.0-rc1", "'13.11.0-rc1' is a pre-release and is not supported; use 13.11.0", ""),
    ]  # fmt: skip
    # If no date is known, the verdict is the most severe finding.
    source = f"FROM {THREE}:99.0.0\n"
    for severity, start in ((Severity.INFO, newer), (Severity.ERROR, "99.0.0 has Airflow 2, so it is in ")):
        ((*_, verdict, _),) = _verdicts(source, Config(severity={"wrong-repository": severity}))
        assert str(verdict).startswith(start)
    ignored = Config(ignore=frozenset(["unknown-release", "wrong-repository"]))
    ((*_, verdict, _),) = _verdicts(source, ignored)
    assert verdict == "nothing is known of its support"


def _table(*rows: tuple[str, str, str | None, date, list[RuntimeVersion]]) -> LifecycleTable:
    """Return a table with these series.

    rows: the name, Airflow version, default Python, end of maintenance and releases of each series
    """
    day = date(2025, 1, 1)
    all_series = [
        ReleaseSeries(
            name, airflow, day, (Schedule(day, end, None, True, "test"),), "test", default_python=python
        )
        for name, airflow, python, end, _ in rows
    ]
    releases = [Release(version, "test", released=day) for *_, versions in rows for version in versions]
    return LifecycleTable(day, all_series, releases)


def test_recommended_releases() -> None:
    found, summary = recommend(TABLE.as_of(date(2026, 11, 30)))
    assert found == [
        (3, f"{THREE}:3.3-8", "Airflow 3.3.2, Python 3.14; 3.3 is maintained until 2028-07-31, longer than any other series"),
        (2, f"{TWO}:13.11.0", "Airflow 2.11.2, Python 3.12; 13.x is maintained until 2027-04-30, the only series that is"),
    ]  # fmt: skip
    assert summary == (
        "Start new projects on Airflow 3: Airflow 2 is maintained only until 2027-04-30, and moving later is"
        " a major migration"
    )
    # 13.x has no known default Python, and 3.1 has no known release.
    soon, later = date(2029, 1, 1), date(2030, 1, 1)
    two = ("13", "2.11", None, later, [RuntimeVersion(2, 13, 6, 0)])
    reason = "Airflow 2.11; 13.x is maintained until 2030-01-01, the only series that is"
    none = (3, "", "no maintained series is known")
    assert recommend(_table(two, ("3.1", "3.1", "3.12", soon, [])).as_of(AS_OF)) == (
        [none, (2, f"{TWO}:13.6.0", reason)],
        "Start new projects on Airflow 2: no maintained series of another Airflow major is known",
    )
    three = ("3.1", "3.1", "3.12", soon, [RuntimeVersion(3, 3, 1, 5)])
    _, summary = recommend(_table(two, three).as_of(AS_OF))
    assert summary == "Start new projects on Airflow 2: Airflow 3 is maintained only until 2029-01-01"
    with pytest.raises(UnusableError, match=r"\Ano series is maintained on 2021-07-01\Z"):
        recommend(TABLE.as_of(date(2021, 7, 1)))


def test_names_without_a_verdict() -> None:
    for name, message in (
        ("python:3.12", "'python:3.12' is neither an image of Astro Runtime nor a file"),
        ("FROM x\nFROM y", "unknown series or release 'x\\nFROM y'; known series: 2, "),
        ("13.11.0-rc1", "'13.11.0-rc1' names no release or series: '13.11.0-rc1' is a pre-release and is not supported; use 13.11.0"),
        # This name is longer than any line that the build reads.
        ("x/" * 40_000, "'x/x/x/"),
        ("latest", "'latest' names no release or series: 'latest' is a floating tag, so builds are not reproducible; use 3.3-8 "),
        (f"{TWO}:latest", f"'{TWO}:latest' names no release or series: 'latest' is a floating tag"),
        ("3.3-9", "unknown release 3.3-9: newer than the lifecycle data; the newest 3.3 release is 3.3-8"),
    ):  # fmt: skip
        with pytest.raises(UnusableError) as raised:
            look_up(name, KNOWN)
        assert str(raised.value).startswith(message)
