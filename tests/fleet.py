"""A random fleet of projects with every kind of image. The number of projects is the seed."""

from __future__ import annotations

import random
from collections.abc import Iterator

TEAM_SIZE = 20
"""The number of projects of each team."""

_TEAMS = "payments billing sales growth search logistics finance research identity warehouse".split()
_AREAS = "ledger invoices churn orders refunds pricing stock routes forecast events".split()
_KINDS = "etl sync export report backfill".split()

_RUNTIME = "quay.io/astronomer/astro-runtime"
_RUNTIME_3 = "astrocrpublic.azurecr.io/runtime"

_SOURCES = {
    f"FROM {_RUNTIME}:13.11.0\n": 18,
    f"FROM {_RUNTIME_3}:3.3-8\n": 12,
    f"FROM {_RUNTIME}:13.6.0\n": 10,
    f"FROM {_RUNTIME}:12.5.0-base\n": 10,
    f"FROM {_RUNTIME}:9.1.0\n": 9,
    f"FROM {_RUNTIME}:9.7.0-python-3.11\n": 7,
    f"FROM {_RUNTIME}:11.20.0\nUSER root\nRUN apt-get update\nUSER astro\n": 6,
    f"FROM {_RUNTIME_3}:3.1-4\n": 6,
    f"FROM {_RUNTIME_3}:3.0-4\n": 5,
    f"FROM {_RUNTIME}:13.5.0\n": 4,
    f"ARG RUNTIME={_RUNTIME}:12.6.0\nFROM ${{RUNTIME}} AS build\nFROM ${{RUNTIME}}\n": 4,
    f"FROM {_RUNTIME}:5.0.8\n": 3,
    f"FROM --platform=linux/amd64 {_RUNTIME}:13.8.0\n": 3,
    f"FROM {_RUNTIME}:latest\n": 2,
    f"ARG TAG\nFROM {_RUNTIME}:${{TAG}}\n": 2,
    f"FROM {_RUNTIME}:9.2.5\n": 2,
    "FROM quay.io/astronomer/ap-airflow:2.3.1\n": 2,
    f"# lint-runtime: ignore[floating-tag]\nFROM {_RUNTIME}:13.11.0\n": 2,
    "FROM python:3.12\n": 2,
}
"""Maps a Dockerfile to its weight: how often it occurs in a fleet, relative to the other Dockerfiles."""


def fleet(projects: int) -> Iterator[tuple[str, str]]:
    """Yield the path and the source of each project's Dockerfile. The path starts with the team."""
    chance = random.Random(projects)  # noqa: S311 (no secret)
    sources = chance.choices([*_SOURCES], [*_SOURCES.values()], k=projects)
    for number, source in enumerate(sources):
        team, place = divmod(number, TEAM_SIZE)
        name = _TEAMS[team % len(_TEAMS)] + ("" if team < len(_TEAMS) else f"-{team // len(_TEAMS) + 1}")
        project = f"{_AREAS[place % len(_AREAS)]}-{_KINDS[place % 4 + place // 10]}"
        yield f"{name}/{project}/Dockerfile", source
