"""The inventory: for each image, its status, a date, its destination, and the command that changes the image."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from lint_runtime.config.model import Config
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.inventory import Entry, EntryStatus, Step, take_inventory
from lint_runtime.linter.report import Report
from tests.conftest import AS_OF, FIXTURES, TABLE, Command

RUNTIME = "quay.io/astronomer/astro-runtime"
THREE = "astrocrpublic.azurecr.io/runtime"
FILES = sorted(
    path
    for path in (
        *FIXTURES.glob("rules/*/bad*"),
        *FIXTURES.glob("shapes/*"),
        *FIXTURES.glob("rules/*/bad/*"),
    )
    if path.suffix in (".Dockerfile", ".toml") or path.name == "Dockerfile"
)


def _lint(source: str | bytes, path: str = "Dockerfile", day: date = AS_OF) -> Report:
    data = source.encode() if isinstance(source, str) else source
    return lint_file(data, path, Config(), TABLE.as_of(day))


def _steps(source: str, day: date = AS_OF) -> list[Step | None]:
    return [entry.step for entry in take_inventory(_lint(source, day=day), day)]


@pytest.mark.parametrize(
    ("source", "status", "day", "destination", "command"),
    [
        (f"FROM {RUNTIME}:13.6.0", "MAINTAINED", "2027-04-30", f"{RUNTIME}:13.11.0", "--fix"),
        (f"FROM {RUNTIME}:13-base", "MAINTAINED", "2027-04-30", f"{RUNTIME}:13.11.0-base", "--fix --unsafe-fixes"),
        (f"FROM {RUNTIME}:12.5.0", "BASIC_SUPPORT", "2026-03-01", f"{RUNTIME}:13.11.0", "--fix --upgrade"),
        (f"FROM {RUNTIME}:9.7.0", "UNSUPPORTED", "2026-02-01", f"{RUNTIME}:13.11.0", "--fix --upgrade"),
        (f"FROM {RUNTIME}:4.2.0", "UNSUPPORTED", "2023-10-01", f"{RUNTIME}:13.11.0", "--fix --upgrade"),
        (f"FROM {RUNTIME}:2.1.1", "UNSUPPORTED", "", f"{RUNTIME}:13.11.0", "--fix --upgrade"),
        (f"FROM {RUNTIME}:9", "UNSUPPORTED", "2026-02-01", f"{RUNTIME}:13.11.0", "--fix --upgrade --unsafe-fixes"),
        (f"FROM {RUNTIME}:13.5.0", "YANKED", "", f"{RUNTIME}:13.11.0", "--fix"),
        (f"FROM {RUNTIME}:latest", "UNKNOWN", "", f"{RUNTIME}:13.11.0", ""),
        (f"FROM {RUNTIME}:v13.11.0", "BROKEN", "", f"{RUNTIME}:13.11.0", "--fix --unsafe-fixes"),
        (f"FROM {RUNTIME}:13.11.0.1", "BROKEN", "", "", ""),
        (f"FROM {RUNTIME}:12.5.0@sha256:{'0' * 64}", "BASIC_SUPPORT", "2026-03-01", f"{RUNTIME}:13.11.0", ""),
        (f"ARG A=12\nARG B=5\nFROM {RUNTIME}:$A.$B.0", "BASIC_SUPPORT", "2026-03-01", f"{RUNTIME}:13.11.0", ""),
        (f"# lint-runtime: ignore[end-of-maintenance] -- later\nFROM {RUNTIME}:12.5.0", "BASIC_SUPPORT", "2026-03-01", f"{RUNTIME}:13.11.0", ""),
        ("ARG R\nFROM $R/astronomer/astro-runtime:9.7.0", "UNSUPPORTED", "2026-02-01", "/astronomer/astro-runtime:13.11.0", "--fix --upgrade"),
        (f"ARG V\nFROM {RUNTIME}:$V", "UNCHECKED", "", "", ""),
        (f"FROM --platform=linux/vax {RUNTIME}:13.6.0", "BROKEN", "", f"{RUNTIME}:13.11.0", "--fix"),
        (f"FROM {RUNTIME}:13.11.0-rc1", "PRERELEASE", "", f"{RUNTIME}:13.11.0", "--fix --unsafe-fixes"),
        ("FROM quay.io/astronomer/ap-airflow:2.3.0", "BROKEN", "", f"{RUNTIME}:13.11.0-base", "--fix --upgrade"),
        (f"FROM {RUNTIME}-5.0.6", "OTHER", "", "", ""),
    ],
)  # fmt: skip
def test_a_step(source: str, status: str, day: str, destination: str, command: str) -> None:
    (step,) = _steps(f"{source}\n")
    assert step
    assert (step.status.name, str(step.day or "")) == (status, day)
    assert (step.destination, step.command) == (destination, command)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"FROM {RUNTIME}:13.11.0", id="the newest release"),
        pytest.param(f"FROM {THREE}:3.1-21", id="a note that requires no change"),
        pytest.param(
            f"# lint-runtime: ignore[outdated-release] -- later\nFROM {RUNTIME}:13.6.0",
            id="an outdated release with a suppression",
        ),
    ],
)
def test_an_image_that_needs_nothing(source: str) -> None:
    assert _steps(f"{source}\n") == [None]


@pytest.mark.parametrize(
    ("tag", "by_when"),
    [
        ("9.7.0", "now"),
        ("13.5.0", "now"),
        ("v13.11.0", "now"),
        ("12.5.0", "2027-02-28"),
        ("13.6.0", "any time"),
        ("latest", "any time"),
    ],
)
def test_a_step_is_due_before_support_is_lost(tag: str, by_when: str) -> None:
    (step,) = _steps(f"FROM {RUNTIME}:{tag}\n")
    assert step
    assert step.by_when == by_when


def test_a_stop_on_the_way_to_airflow_3_comes_first() -> None:
    day = date(2027, 3, 15)
    command, end = "--fix --upgrade-to 3.3", date(2027, 4, 30)
    assert _steps(f"FROM {RUNTIME}:13.6.0\nFROM {RUNTIME}:13.11.0\n", day) == [
        Step(f"{RUNTIME}:13.6.0", EntryStatus.ENDING, end, f"{RUNTIME}:13.11.0", command, end),
        Step(f"{RUNTIME}:13.11.0", EntryStatus.ENDING, end, f"{THREE}:3.3-8", command, end),
    ]


def _entries(path: Path, day: date) -> Iterator[Entry]:
    name = "pyproject.toml" if path.suffix == ".toml" else "Dockerfile"
    return take_inventory(_lint(path.read_bytes(), name, day), day)


@pytest.mark.parametrize("day", [AS_OF, date(2027, 6, 1)], ids=str)
def test_the_command_writes_the_destination(day: date, tmp_path: Path, run: Command) -> None:
    kinds = set()
    for number, path in enumerate(FILES):
        by_command: dict[str, set[str]] = {}
        for entry in _entries(path, day):
            if entry.step and entry.step.command:
                by_command.setdefault(entry.step.command, set()).add(entry.step.destination)
        for command, destinations in by_command.items():
            directory = tmp_path / f"{number}{command}"
            directory.mkdir()
            file = directory / ("pyproject.toml" if path.suffix == ".toml" else "Dockerfile")
            file.write_bytes(path.read_bytes())
            run("--as-of", day, *command.split(), file)
            images = {entry.image for entry in _entries(file, day)}
            assert destinations - images == set(), (path, command)
            kinds.add(command)
    upgrade = "--upgrade-to 3.3" if day > AS_OF else "--upgrade"
    assert {"--fix", f"--fix {upgrade}", f"--fix {upgrade} --unsafe-fixes"} <= kinds


@pytest.mark.parametrize(
    ("path", "label", "owners", "team"),
    [
        ("etl/dags/Dockerfile", "", (), "etl"),
        ("./etl/Dockerfile", "", (), "etl"),
        ("/etl/Dockerfile", "", (), "etl"),
        ("Dockerfile", "", (), "."),
        ("sales/etl/Dockerfile", "sales", (), "sales"),
        ("sales/etl/Dockerfile", "sales", ("@org/data", "x@example.com"), "@org/data, x@example.com"),
    ],
)
def test_the_team_of_a_file(path: str, label: str, owners: tuple[str, ...], team: str) -> None:
    report = _lint(f"FROM {RUNTIME}:13.6.0\n", path)._replace(label=label, owners=owners)
    assert [entry.team for entry in take_inventory(report, AS_OF)] == [team]
