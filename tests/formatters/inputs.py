"""What the tests of formatters lint: files, sources and hostile text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from lint_runtime.config.model import Config
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Report
from tests.conftest import AS_OF, FIXTURES, ROOT

RUNTIME = "quay.io/astronomer/astro-runtime"
SHAPES = sorted((FIXTURES / "shapes").glob("*.Dockerfile"))
PROJECTS = sorted((FIXTURES / "projects").rglob("*ockerfile"))

# What a path, an image or a message may hold, for they come from files.
HOSTILE = {
    "nothing special": "plain",
    "percent signs": "%0A%0D%25%2C%3A 100%",
    "line ends": "a\nb\r\nc\rd",
    "a workflow command": "\n::error file=x,line=1::owned\n::stop-commands::now",
    "an old workflow command": "##[error]owned",
    "a command of another CI system": "##vso[task.setvariable variable=PATH]owned",
    "separators of properties": "a,b:c=d,title=owned::owned",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;&amp;",
    "ends of XML": "]]></failure><!-- ' \" -->",
    "ends of cells": "a | b \\| c \\\\| d |",
    "backticks": "` `` a``` `b` \\` ```",
    "mentions and references": "@user @org/team #1 GH-1 0a1b2c3d user@example.com :tada:",
    "links and images": "[a](https://example.com) ![b](c) [d][e] [f]: g <https://example.com>",
    "bare addresses": "https://example.com www.example.com http://a.b WWW.example.com (www.example.com ftp://a.b example.com",
    "emphasis": "*a* **b** _c_ ~~d~~ # e - f g@ h# i> j* k_",
    "terminal escapes": "\x1b[31m\x1b]0;x\x07\x9b",
    "bytes that are not UTF-8": "\udcff\udc80",
    "other lone surrogates": "\ud800\udfff",
    "what XML cannot hold": "\x00\x01\x0b\ufffe\uffff",
    "text that turns around": "\u202egnp\u2066\u200f\u2028\ufeff",
    "braces": "{0} ${VAR} {{1}}",
    "letters of the world": "naïve ☃ 漢 \U00010400",
}
EACH_HOSTILE = pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())


DEFAULTS = Config()


def lint_text(
    source: str, path: str = "Dockerfile", day: date = AS_OF, config: Config = DEFAULTS
) -> Report:
    """Lint a source; lone surrogates in it stand for bytes that are not UTF-8."""
    return lint_file(source.encode("utf-8", "surrogateescape"), path, day, config)


def lint_paths(paths: Iterable[Path], day: date = AS_OF) -> list[Report]:
    """Lint files of the project, by their path in it."""
    return [
        lint_file(path.read_bytes(), path.relative_to(ROOT).as_posix(), day, DEFAULTS) for path in paths
    ]
