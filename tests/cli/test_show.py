"""`runtime-lifecycle show` and `recommend`: what to do about an image, and where to start."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.conftest import Command

DAY = ["--as-of", "2026-10-15"]
"""A day more than 180 days before the last Airflow 2 series ends, so `show` names no step to Airflow 3."""

QUAY = "quay.io/astronomer/astro-runtime"
AZURE = "astrocrpublic.azurecr.io/runtime"
STEP = f"next step, to Airflow 3: {AZURE}:3.3-8{{}} (maintained until 2028-07-31)"


@pytest.fixture
def show(run_lifecycle: Command) -> Command:
    return lambda *arguments, **given: run_lifecycle("show", *DAY, *arguments, **given)


VERDICTS = {
    "13.11.0": "Astro Runtime 13.11.0: maintained until 2027-04-30",
    "13": "Astro Runtime 13.x: maintained until 2027-04-30; use 13.11.0, the newest",
    "13.6.0": "Astro Runtime 13.6.0: maintained until 2027-04-30; use 13.11.0, the newest",
    "3.1-15": "Astro Runtime 3.1-15: maintained until 2027-09-30; use 3.1-21, the newest",
    "3.1-8": "Astro Runtime 3.1-8: yanked; use 3.1-21, the newest",
    "12.5.0-base": "Astro Runtime 12.5.0: no fixes since 2026-03-01; use 13.11.0-base",
    "12.1": "Astro Runtime 12.x: no fixes since 2026-03-01; use 13.11.0",
    "4.2.0": "Astro Runtime 4.2.0: no fixes or support since 2023-10-01; use 13.11.0",
    "2": "Astro Runtime 2.x: no fixes or support; use 13.11.0",
    "9.1.0": (
        "Astro Runtime 9.1.0: yanked, no fixes since 2025-02-01, no support since 2026-02-01; use 13.11.0"
    ),
    "3": (
        "Astro Runtime 3.x: no fixes or support since 2022-03-01; use 13.11.0; for Airflow 3, see 3.0 to 3.3"
    ),
    "3-base": (
        "Astro Runtime 3.x: no fixes or support since 2022-03-01; use 13.11.0-base; for Airflow 3, see 3.0"
        " to 3.3"
    ),
    # A series after the letter `v` or `V`.
    "V3": "Astro Runtime 3.x: no fixes or support since 2022-03-01; use 13.11.0; for Airflow 3, see 3.0 to 3.3",
    "v12.1.1": (
        "Astro Runtime 12.1.1: 'v12.1.1' doesn't exist, read as 12.1.1; no fixes since 2026-03-01;"
        " use 13.11.0"
    ),
    "3.0.8": (
        "Astro Runtime 3.0-8: '3.0.8' doesn't exist, read as 3.0-8; maintained until 2027-04-30;"
        " use 3.0-18, the newest"
    ),
    "13.11-0": (
        "Astro Runtime 13.11.0: '13.11-0' doesn't exist, read as 13.11.0; maintained until 2027-04-30;"
        " use 13.11.0, the newest"
    ),
    f"{QUAY}:12.5.0-base": "Astro Runtime 12.5.0: no fixes since 2026-03-01; use 13.11.0-base",
    f"{QUAY}:3.3-8": (f"Astro Runtime 3.3-8: maintained until 2028-07-31; use {AZURE}:3.3-8, the newest"),
    f"FROM --platform=linux/amd64 {QUAY}:13.6.0 AS base": (
        "Astro Runtime 13.6.0: maintained until 2027-04-30; use 13.11.0, the newest"
    ),
    "mirror.example/astronomer/astro-runtime:12.5.0": (
        "Astro Runtime 12.5.0: no fixes since 2026-03-01; use 13.11.0"
    ),
}


def test_the_first_line_is_a_verdict(show: Command) -> None:
    assert {name: show(name).out.partition("\n")[0] for name in VERDICTS} == VERDICTS


def test_the_series_for_airflow_3_are_those_of_the_day(run_lifecycle: Command) -> None:
    def first_line(day: str) -> str:
        return run_lifecycle("show", "3", "--as-of", day).out.partition("\n")[0]

    assert first_line("2025-06-01").endswith("; for Airflow 3, see 3.0")
    assert first_line("2026-01-01").endswith("; for Airflow 3, see 3.0 to 3.1")
    assert "Airflow 3" not in first_line("2024-06-01")
    assert first_line("2020-01-01") == "Astro Runtime 3.x: no end date is published"


def test_a_pasted_instruction_needs_no_quotes(show: Command) -> None:
    assert show("FROM", f"{QUAY}:12.5.0", "AS", "base") == show("12.5.0")


def test_every_format_has_the_verdict(show: Command) -> None:
    verdict = "no fixes since 2026-03-01; use 13.11.0"
    document = json.loads(show("12.5.0", "--format", "json").out)
    assert (document["subject"], document["verdict"], document["next_step"]) == ("12.5.0", verdict, "")
    lines = show("12.5.0", "--format", "markdown").out.splitlines()
    assert lines[2] == "no fixes since 2026-03-01; use `13.11.0`"
    rows = list(csv.reader(io.StringIO(show("12.5.0", "--format", "csv").out)))
    assert rows[1] == ["verdict", verdict, ""]


UNKNOWN = {
    "nothing": "unknown series or release 'nothing'",
    "13.11.0-slim-base-x": "unknown series or release '13.11.0-slim-base-x'",
    "12.99.0": "unknown release 12.99.0: newer than the lifecycle data",
    "3.99.0": "unknown release 3.99.0: never published",
    "99": "unknown series 99.x: newer than the lifecycle data",
    "python:3.12": "'python:3.12' is neither an image of Astro Runtime nor a file",
    "some/Dockerfile": "'some/Dockerfile' is neither an image of Astro Runtime nor a file",
    "FROM $IMAGE": "'FROM $IMAGE' is neither an image of Astro Runtime nor a file",
    "latest": "'latest' names no release or series: 'latest' is a floating tag, so builds are not"
    " reproducible; use 3.3-8 ",
    "quay.io/astronomer/ap-airflow:2.3.0": f"use {QUAY}:13.11.0-base ",
    "\x1b[31m/x": "'\\x1b[31m/x' is neither an image",
    "13.11.0\nFROM x": "unknown series or release '13.11.0\\nFROM x'",
}


def test_unknown_names(show: Command) -> None:
    for name, message in UNKNOWN.items():
        result = show(name)
        assert (result.code, result.out) == (2, ""), name
        assert message in result.err, name
        assert result.err.count("\n") == 1, name


def test_the_step_to_airflow_3_is_named_180_days_ahead(run_lifecycle: Command) -> None:
    def second_line(day: str, name: str) -> str:
        return run_lifecycle("show", name, "--as-of", day).out.splitlines()[1]

    for name, suffix in (("13.11.0", ""), ("12.5.0-base", "-base"), ("13", "")):
        assert second_line("2026-11-01", name) == STEP.format(suffix)
        assert second_line("2026-10-31", name).startswith("Lifecycle data of ")
    assert second_line("2027-04-01", "3.0-18").startswith("Lifecycle data of ")


def test_no_step_remains_after_the_last_series_of_airflow_2(run_lifecycle: Command) -> None:
    first, second = run_lifecycle("show", "13.11.0", "--as-of", "2027-05-01").out.splitlines()[:2]
    assert first == f"Astro Runtime 13.11.0: no fixes since 2027-05-01; use {AZURE}:3.3-8"
    assert second.startswith("Lifecycle data of ")
    first = run_lifecycle("show", "12.5.0", "--as-of", "2027-05-01").out.partition("\n")[0]
    assert first.endswith(f"; use 13.11.0 first, then upgrade to {AZURE}:3.3-8")


DOCKERFILE = f"""\
ARG VERSION=12.5.0
FROM {QUAY}:$VERSION AS a
FROM {QUAY}:$VERSION AS b
FROM python:3.12
FROM {QUAY}:v12.1.1
FROM {AZURE}:3.3-8
FROM {AZURE}:3.9-1
"""
LINES = [
    ("Dockerfile", 1, f"{QUAY}:12.5.0", "no fixes since 2026-03-01; write ARG VERSION=13.11.0"),
    ("Dockerfile", 5, f"{QUAY}:v12.1.1", VERDICTS["v12.1.1"].partition(": ")[2]),
    ("Dockerfile", 6, f"{AZURE}:3.3-8", "maintained until 2028-07-31"),
    (
        *("Dockerfile", 7, f"{AZURE}:3.9-1"),
        "Astro Runtime 3.9-1 is newer than the lifecycle data of 2026-10-06; check the version, or update"
        " lint-runtime",
    ),
]


def test_a_path_has_a_line_for_each_image(show: Command, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(DOCKERFILE)
    result = show("Dockerfile")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()[4:]
    assert [line.split(maxsplit=2) for line in lines] == [
        [f"{path}:{line}", image, verdict] for path, line, image, verdict in LINES
    ]
    document = json.loads(show("Dockerfile", "--format", "json").out)
    assert [tuple(image.values()) for image in document["images"]] == [(*line, "") for line in LINES]
    rows = csv.reader(io.StringIO(show(".", "--format", "csv").out))
    assert [*rows][1:] == [[path, str(line), image, verdict, ""] for path, line, image, verdict in LINES]


def test_a_line_has_the_step_to_airflow_3(show: Command, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {QUAY}:13.11.0-base\n")
    *_, line = show("Dockerfile", "--as-of", "2026-11-30").out.splitlines()
    assert line.endswith(f"  maintained until 2027-04-30; {STEP.format('-base')}")


def test_a_path_uses_its_configuration(show: Command, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM mirror.example/base:12.5.0\n")
    result = show("Dockerfile")
    assert (result.code, result.err) == (0, "runtime-lifecycle: no Astro Runtime images found\n")
    (tmp_path / ".lint-runtime.toml").write_text(f'[images]\n"mirror.example/base" = "{QUAY}"\n')
    *_, line = show("Dockerfile").out.splitlines()
    assert line.endswith("no fixes since 2026-03-01; use 13.11.0")


def test_names_come_before_paths(show: Command, tmp_path: Path) -> None:
    (tmp_path / "13").write_text(DOCKERFILE)
    assert show("13").out.startswith("Astro Runtime 13.x: ")
    assert show("./13").out.startswith("Images of Astro Runtime\n")


def test_an_unreadable_path(show: Command, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").symlink_to("Dockerfile")
    result = show("Dockerfile")
    assert result.code == 2
    assert "'Dockerfile'" in result.err


RECOMMENDED = {
    "2026-11-30": [
        (
            f"Airflow 3: {AZURE}:3.3-8 (Airflow 3.3.2, Python 3.14; 3.3 is maintained until 2028-07-31,"
            " longer than any other series)"
        ),
        (
            f"Airflow 2: {QUAY}:13.11.0 (Airflow 2.11.2, Python 3.12; 13.x is maintained until 2027-04-30,"
            " the only series that is)"
        ),
        (
            "Start new projects on Airflow 3: Airflow 2 is maintained only until 2027-04-30, and moving"
            " later is a major migration"
        ),
    ],
    "2025-05-01": [
        "Airflow 3: no maintained series is known",
        (
            f"Airflow 2: {QUAY}:11.15.1 (Airflow 2.9, Python 3.11; 11.x is maintained until 2025-10-31,"
            " the only series that is)"
        ),
        "Start new projects on Airflow 2: no maintained series of another Airflow major is known",
    ],
}


def test_recommendations(run_lifecycle: Command) -> None:
    for day, lines in RECOMMENDED.items():
        result = run_lifecycle("recommend", "--as-of", day)
        assert (result.code, result.err) == (0, "")
        assert result.out.splitlines() == [
            *lines[:2],
            f"{lines[2]} (lifecycle data of 2026-10-06, as of {day})",
        ]
        document = json.loads(run_lifecycle("recommend", "--as-of", day, "--format", "json").out)
        assert (document["as_of"], document["summary"]) == (day, lines[2])
        assert [item["airflow"] for item in document["recommendations"]] == [3, 2]
        for item, line in zip(document["recommendations"], lines, strict=False):
            assert item["image"] in line
            assert item["reason"] in line


def test_nothing_to_recommend(run_lifecycle: Command) -> None:
    result = run_lifecycle("recommend", "--as-of", "2030-01-01")
    assert (result.code, result.err) == (2, "runtime-lifecycle: no series is maintained on 2030-01-01\n")
