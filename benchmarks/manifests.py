"""Astro manifests without findings, next to Dockerfiles of the same size."""

from __future__ import annotations

import random
from pathlib import Path

from dockerfiles import dockerfile

IMAGE = "astrocrpublic.azurecr.io/runtime:3.3-8"


def write_pairs(directory: Path, count: int, seed: int = 1) -> tuple[Path, Path]:
    """Write `count` Dockerfiles and `count` manifests of the same sizes. Returns their two directories."""
    chance = random.Random(seed)
    dockerfiles, manifests = directory / "dockerfiles", directory / "manifests"
    for number in range(count):
        text = dockerfile(chance, IMAGE)
        for path, content in (
            (dockerfiles / f"{number:05}" / "Dockerfile", text),
            (manifests / f"{number:05}" / "pyproject.toml", manifest(chance, len(text))),
        ):
            path.parent.mkdir(parents=True)
            path.write_text(content, encoding="utf-8")
    return dockerfiles, manifests


def manifest(chance: random.Random, size: int) -> str:
    """Return a manifest of about `size` characters. Most of its lines are requirements for providers."""
    head = "[project]\nname = 'demo'\nrequires-python = '>=3.12'\n"
    head += "dependencies = [\n    'apache-airflow==3.3.*',\n"
    tail = "]\n\n[tool.astro]\nruntime = '3.3-8'\n\n[tool.ruff]\nline-length = 100\n"
    lines: list[str] = []
    while sum(map(len, lines)) < size - len(head) - len(tail):
        name = f"apache-airflow-providers-x{chance.randint(1, 999)}"
        comment = "  # for the reports" if chance.random() < 0.3 else ""
        lines.append(f"    '{name}>={chance.randint(1, 9)}.0',{comment}\n")
    return "".join((head, *lines, tail))
