"""Plain American English: words and phrases that must not come back, wherever people read."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import ROOT

AVOIDED = {
    "fix": r"mend(?:s|ed|ing)?",
    "say, show or report, of a tool": r"(?:tells|told)(?! \w+ing)",
    "check or evaluate": r"judg(?:e|es|ed|ing|ment)",
    "suppress": r"silenc(?:e|es|ed|ing)",
    "respect": r"heed(?:s|ed|ing)?",
    "again": r"anew",
    "severe": r"grav(?:e|er|est)(?! accent)",
    "is not (a) valid …": r"(?:is|are|was|were) no (?!longer\b|more\b|such\b|other\b|\w+ (?:to|for|in|of|left|with|that|which|but)\b)\w+",
    "be based on": r"st(?:and|ands|ood|anding) (?:on|up|above|twice|below|beside|alone)\b",
    "directory": r"folders?",
    "next to, besides": r"beside",
    "so that … not": r"lest",
    "is available for": r"ships? for|shipped for",
    "maintenance ended": r"(?:leave|leaves|left|leaving) maintenance",
    "must": r"has to be done",
    "unsupported": r"past its end",
    "unknown": r"not known to",
    "can't be combined with": r"goes with(?:out)? none",
    "aren't compatible": r"exclude each other",
    "contain": r"carr(?:y|ies|ied|ying)",
    "available": r"at hand",
    "American spelling": r"(?:colour|honour|behaviour|normalis|recognis|misspelt|whilst|licence|catalogue)\w*",
    "lifecycle data": r"lifecycle tables?(?! PATH)",
    "release series": r"release lines?|lines? of releases|line [0-9]+ of Airflow",
}
"""What to write instead, and the pattern of what to avoid."""

_SUFFIXES = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".jinja", ".js", ".css"}
_LEFT_OUT = (
    ".venv",
    ".git",
    ".nox",
    "build",
    "dist",
    "conformance",
    "facts",
    "schemas",
    "golden",
    "data.json",
)
_SELF = Path(__file__).name


def _texts() -> list[Path]:
    return [
        path
        for path in sorted(ROOT.rglob("*"))
        if path.is_file()
        and path.suffix in _SUFFIXES
        and path.name != _SELF
        and not set(path.relative_to(ROOT).parts)
        & {*_LEFT_OUT, ".pytest_cache", ".hypothesis", "node_modules"}
    ]


@pytest.mark.parametrize("instead", AVOIDED)
def test_a_word_to_avoid_is_nowhere(instead: str) -> None:
    pattern = re.compile(rf"\b(?:{AVOIDED[instead]})\b", re.IGNORECASE)
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in _texts()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if pattern.search(line)
    ]
    assert found == [], f"write: {instead}"


@pytest.mark.parametrize(
    ("instead", "text"),
    [
        ("fix", "mended"),
        ("say, show or report, of a tool", "the command tells"),
        ("is not (a) valid …", "it is no JSON"),
        ("be based on", "the image stands on it"),
        ("American spelling", "normalised"),
    ],
)
def test_the_patterns_find_what_they_are_for(instead: str, text: str) -> None:
    assert re.search(rf"\b(?:{AVOIDED[instead]})\b", text)
