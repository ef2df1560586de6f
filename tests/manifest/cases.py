"""Manifests with the results of the Astro CLI's own parser."""

from __future__ import annotations

import base64
import json
from typing import Any, NamedTuple

from tests.conftest import FIXTURES


class Case(NamedTuple):
    """A manifest and the results of the Astro CLI.

    name: the id of the case, in words
    data: the content of the pyproject.toml
    files: the content of the other files in the project, keyed by path
    vendor: the results of the CLI
    """

    name: str
    data: bytes
    files: dict[str, str]
    vendor: dict[str, Any]


def _content(content: Any) -> bytes:
    if isinstance(content, str):
        return content.encode()
    if "base64" in content:
        return base64.b64decode(content["base64"])
    return "".join(text * times for text, times in content["parts"]).encode()


def read_cases() -> list[Case]:
    lines = (FIXTURES / "conformance" / "manifests.jsonl").read_text(encoding="utf-8").splitlines()
    cases = []
    for row in map(json.loads, lines):
        files = dict(row["files"])
        data = _content(files.pop("pyproject.toml"))
        cases.append(Case(row["name"], data, files, row["vendor"]))
    return cases


CASES = read_cases()
