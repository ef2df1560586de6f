"""Plain American English: words and phrases that no file may contain."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from tests.conftest import ROOT

# Each entry: the replacement, the pattern to avoid, and an example that the pattern matches.
AVOIDED = [
    ("fix", r"mend(?:s|ed|ing)?", "it mends"),
    ("say, show or report, of a tool", r"(?:tells|told)(?! \w+ing)", "the command tells"),
    ("check or evaluate", r"judg(?:e|es|ed|ing|ment)", "is judged"),
    ("suppress", r"silenc(?:e|es|ed|ing)", "silences"),
    ("respect", r"heed(?:s|ed|ing)?", "heeds"),
    ("again", r"anew", "anew"),
    ("severe", r"grav(?:e|er|est)(?! accent)", "the gravest error"),
    (
        "is not (a) valid …",
        r"(?<!there )(?:is|are|was|were) no (?!longer\b|more\b|such\b|other\b|\w+ (?:to|for|in|of|left|with|that|which|but|between)\b)\w+",
        "it is no JSON",
    ),
    (
        "be based on",
        r"st(?:and|ands|ood|anding) (?:on|up|above|twice|below|beside|alone)\b",
        "the image stands on it",
    ),
    ("directory", r"(?<!workspace[. ])(?<![?])folders?", "a folder"),
    ("next to, besides", r"beside", "beside it"),
    ("so that … not", r"lest", "lest it fail"),
    ("is available for", r"ships? for|shipped for", "shipped for ARM"),
    ("maintenance ended", r"(?:leave|leaves|left|leaving) maintenance", "left maintenance"),
    ("must", r"has to be done", "has to be done"),
    ("unsupported", r"past its end", "past its end"),
    ("unknown", r"not known to", "not known to be"),
    ("can't be combined with", r"goes with(?:out)? none", "goes with none"),
    ("aren't compatible", r"exclude each other", "exclude each other"),
    ("contain", r"carr(?:y|ies|ied|ying)", "carries"),
    ("available", r"at hand", "at hand"),
    (
        "American spelling",
        r"(?:colour|honour|behaviour|normalis|recognis|misspelt|whilst|licence|catalogue)\w*",
        "normalised",
    ),
    ("lifecycle data", r"lifecycle tables?(?! PATH)", "the lifecycle table"),
    ("release series", r"release lines?|lines? of releases|line [0-9]+ of Airflow", "line 2 of Airflow"),
]

_SUFFIXES = {".py", ".md", ".toml", ".yml", ".yaml", ".json", ".jinja", ".js", ".css"}
# Names of directories and files that are not searched, such as generated and third-party files.
_SKIPPED = {
    *(
        ".venv",
        ".git",
        ".nox",
        ".pytest_cache",
        ".hypothesis",
        ".mypy_cache",
        ".ruff_cache",
        "node_modules",
    ),
    *("build", "dist", "libs", "conformance", "facts", "schemas", "golden"),
    *("data.json", Path(__file__).name),
}


def _texts() -> Iterator[Path]:
    for directory, directories, files in os.walk(ROOT):
        directories[:] = sorted({*directories} - _SKIPPED)
        for name in sorted({*files} - _SKIPPED):
            if Path(name).suffix in _SUFFIXES:
                yield Path(directory, name)


def test_no_word_to_avoid_is_used() -> None:
    patterns = [
        (instead, re.compile(rf"\b(?:{avoided})\b", re.IGNORECASE)) for instead, avoided, _ in AVOIDED
    ]
    paths = list(_texts())
    assert {ROOT / "README.md", ROOT / "tests" / "conftest.py"} <= {*paths}
    found = [
        f"{path.relative_to(ROOT)}:{number}: write {instead!r}: {line.strip()}"
        for path in paths
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for instead, pattern in patterns
        if pattern.search(line)
    ]
    assert "\n".join(found) == ""


def test_every_pattern_matches_its_example() -> None:
    for _, avoided, example in AVOIDED:
        assert re.search(rf"\b(?:{avoided})\b", example), avoided
