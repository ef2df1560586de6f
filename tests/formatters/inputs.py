"""Inputs of the tests of formatters: files, sources, findings and hostile text."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import (
    Diagnostic,
    Edit,
    Fix,
    Location,
    Severity,
    Suppression,
    SuppressionKind,
    Target,
)
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Report
from tests.conftest import AS_OF, FIXTURES, ROOT, TABLE

RUNTIME = "quay.io/astronomer/astro-runtime"
SHAPES = sorted((FIXTURES / "shapes").glob("*.Dockerfile"))
PROJECTS = sorted((FIXTURES / "projects").rglob("*ockerfile"))

# Hostile texts that a file may put into paths, images and messages, keyed by a description.
HOSTILE = {
    "nothing special": "plain",
    "percent signs": "%0A%0D%25%2C%3A 100%",
    "line ends": "a\nb\r\nc\rd",
    "a workflow command": "\n::error file=x,line=1::owned\n::stop-commands::now",
    "an old workflow command": "##[error]owned",
    "a command of another CI system": "##vso[task.setvariable variable=PATH]owned",
    "separators of properties": "a,b:c=d,title=owned::owned",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;&amp;",
    "ends of XML elements": "]]></failure><!-- ' \" -->",
    "separators of cells": "a | b \\| c \\\\| d |",
    "backticks": "` `` a``` `b` \\` ```",
    "mentions and references": "@user @org/team #1 GH-1 0a1b2c3d user@example.com :tada:",
    "links and images": "[a](https://example.com) ![b](c) [d][e] [f]: g <https://example.com>",
    "bare addresses": "https://example.com www.example.com http://a.b WWW.example.com (www.example.com ftp://a.b example.com",
    "emphasis": "*a* **b** _c_ ~~d~~ # e - f g@ h# i> j* k_",
    "terminal escapes": "\x1b[31m\x1b]0;x\x07\x9b",
    "bytes that are not UTF-8": "\udcff\udc80",
    "other lone surrogates": "\ud800\udfff",
    "characters that XML forbids": "\x00\x01\x0b\ufffe\uffff",
    "text that changes direction": "\u202egnp\u2066\u200f\u2028\ufeff",
    "braces": "{0} ${VAR} {{1}}",
    "letters of many scripts": "naïve ☃ 漢 \U00010400",
}

DEFAULTS = Config()

PLACE = Location(2, 6, 2, 11)
FOUND = Diagnostic("Dockerfile", Target(PLACE, "runtime:9"), "floating-tag", Severity.WARNING, "It floats")
FIX = Fix("Pin it", (Edit(Location(2, 9, 2, 11), ":9.2.0"), Edit(Location(1, 5, 1, 5), "x")), "it floats")
BY_COMMENT = Suppression(SuppressionKind.COMMENT, "not before May", date(2027, 4, 30))
BY_BASELINE = Suppression(SuppressionKind.BASELINE)


def lint_text(
    source: str, path: str = "Dockerfile", day: date = AS_OF, config: Config = DEFAULTS
) -> Report:
    """Lint a text. Lone surrogates in it stand for bytes that are not UTF-8."""
    return lint_file(source.encode("utf-8", "surrogateescape"), path, config, TABLE.as_of(day))


def lint_paths(paths: Iterable[Path], day: date = AS_OF) -> list[Report]:
    """Lint files of the checkout. The reports have paths relative to the checkout."""
    return [
        lint_file(path.read_bytes(), path.relative_to(ROOT).as_posix(), DEFAULTS, TABLE.as_of(day))
        for path in paths
    ]


def about(place: Location, subject: str = "runtime:9") -> Diagnostic:
    """Return a copy of the finding FOUND with this location and subject."""
    return FOUND._replace(target=Target(place, subject))


def report_of(*findings: Diagnostic, path: str = "Dockerfile") -> Report:
    """Return a report of these findings, divided into active and suppressed findings."""
    placed = [finding._replace(path=path) for finding in findings]
    active = tuple(finding for finding in placed if finding.suppression is None)
    suppressed = tuple(finding for finding in placed if finding.suppression is not None)
    return Report(path, (), (), active, TABLE, suppressed)


def hostile_report(text: str) -> Report:
    """Return a report of a warning, an error and a suppressed warning, with `text` in every field."""
    fix = Fix(text, (Edit(Location(2, 9, 2, 11), text),))
    warning = about(PLACE, text)._replace(message=text, help=text, notes=(text,), fix=fix)
    error = warning._replace(severity=Severity.ERROR)
    suppressed = warning._replace(suppression=Suppression(SuppressionKind.COMMENT, text))
    report = report_of(warning, error, suppressed, path=text)
    line = text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogateescape")
    return report._replace(lines={1: line, 2: line})


def hostile_reports() -> list[Report]:
    """Return a report for each hostile text."""
    return [hostile_report(text) for text in HOSTILE.values()]
