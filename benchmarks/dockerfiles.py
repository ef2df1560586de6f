"""Random Dockerfiles like those of Airflow projects, with 10 to 60 instructions each."""

from __future__ import annotations

import random
from pathlib import Path

VERSIONS = (
    "4.2.9",
    "5.0.8",
    "7.6.0",
    "9.1.0",
    "9.7.0",
    "11.20.0",
    "12.5.0",
    "13.6.0",
    "13.11.0",
    "3.0-4",
    "3.1-21",
)
SUFFIXES = ("", "", "", "-base", "-python-3.11", "-slim")


OTHERS = ("python:3.12-slim", "node:22", "debian:12", "golang:1.23 AS build", "${BASE}")


def write_dockerfiles(directory: Path, count: int, seed: int = 1, runtime: float = 1) -> list[Path]:
    """Write Dockerfiles below a directory, and return their paths.

    Each Dockerfile has its own directory. 1,000 of these directories share a parent directory.

    count: the number of Dockerfiles
    seed: the seed of the random choices. The same seed gives the same files.
    runtime: the share of the Dockerfiles that are based on Astro Runtime, from 0 to 1
    """
    chance = random.Random(seed)
    paths = []
    for number in range(count):
        path = directory / f"team-{number // 1000:03}" / f"project-{number % 1000:03}" / "Dockerfile"
        path.parent.mkdir(parents=True, exist_ok=True)
        base = None if chance.random() < runtime else chance.choice(OTHERS)
        path.write_text(dockerfile(chance, base), encoding="utf-8")
        paths.append(path)
    return paths


def dockerfile(chance: random.Random, base: str | None = None) -> str:
    """Return a random Dockerfile.

    base: the base image, or None for a random Runtime image
    """
    version = chance.choice(VERSIONS)
    repository = (
        "astrocrpublic.azurecr.io/runtime" if "-" in version else "quay.io/astronomer/astro-runtime"
    )
    image = base or f"{repository}:{version}{chance.choice(SUFFIXES)}"
    head = ["# syntax=docker/dockerfile:1", "", "# The image of our data platform.", f"FROM {image}"]
    if base is None and chance.random() < 0.3:
        head = [
            f"ARG RUNTIME={image}",
            "FROM ${RUNTIME} AS build",
            "RUN pip wheel -r requirements.txt",
            "FROM ${RUNTIME}",
        ]
    makers = (_run, _run, _run, _copy, _copy, _env, _label, _user, _pip, _workdir)
    body = [line for _ in range(chance.randint(9, 57)) for line in chance.choice(makers)(chance)]
    return "\n".join([*head, *body]) + "\n"


def _run(chance: random.Random) -> list[str]:
    packages = [
        f"    package-{chance.randint(1, 999)}={chance.randint(1, 9)}.* \\"
        for _ in range(chance.randint(0, 8))
    ]
    tail = [
        "    && apt-get clean \\",
        "    # leave no lists behind",
        "    && rm -rf /var/lib/apt/lists/*",
        "",
    ]
    return ["RUN apt-get update && apt-get install -y --no-install-recommends \\", *packages, *tail]


def _copy(chance: random.Random) -> list[str]:
    return [f"COPY --chown=astro:0 dags/team_{chance.randint(1, 99)} /usr/local/airflow/dags/"]


def _env(chance: random.Random) -> list[str]:
    return [f'ENV AIRFLOW__CORE__OPTION_{chance.randint(1, 99)}="a value" \\', "    PYTHONUNBUFFERED=1"]


def _label(chance: random.Random) -> list[str]:
    return [f'LABEL com.example.team="team {chance.randint(1, 99)}"']


def _user(chance: random.Random) -> list[str]:
    return [f"USER {chance.choice(('root', 'astro'))}"]


def _pip(chance: random.Random) -> list[str]:
    return [f"RUN pip install --no-cache-dir -r requirements-{chance.randint(1, 9)}.txt && pip check"]


def _workdir(chance: random.Random) -> list[str]:
    return [f"WORKDIR /usr/local/airflow/include/{chance.randint(1, 9)}"]
