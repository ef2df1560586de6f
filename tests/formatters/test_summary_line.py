"""The summary line of the command, and the headline of the page."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

import pytest

from lint_runtime.diagnostics import Location, Severity
from lint_runtime.formatters.base import Run
from lint_runtime.formatters.summary_line import command_summary, headline
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Tally, Upgrade
from tests.conftest import AS_OF, TABLE

UPGRADE = Upgrade(Location(1, 6, 1, 9), "12.6.0", "13.11.0", ())
MOVED = "D", UPGRADE
LEFT = "D", UPGRADE._replace(reason="a reason")
ONE_ERROR = {"found": Counter({Severity.ERROR: 1})}


def _summary(counts: dict[str, Any], reports: int = 0, **flags: bool) -> str:
    total = Tally()
    total.files = 1
    for name, value in counts.items():
        setattr(total, name, value)
    given = {"is_fix": False, "is_dry_run": False, "has_baseline": False, **flags}
    line = command_summary(Run(AS_OF, TABLE, total), reports, **given)
    assert line.startswith("lint-runtime: ")
    end = ", as of 2026-09-25 (lifecycle data of 2026-10-06)"
    assert line.endswith(end)
    return line.removeprefix("lint-runtime: ").removesuffix(end)


@pytest.mark.parametrize(
    ("counts", "flags", "line"),
    [
        ({}, {}, "no problems in 1 file with no Runtime images"),
        ({"files": 2, "images": 1}, {}, "no problems in 2 files with 1 Runtime image"),
        ({"images": 3}, {"reports": 1}, "no problems in 1 file from 1 report with 3 Runtime images"),
        (
            {"found": Counter({Severity.INFO: 3, Severity.WARNING: 2, Severity.ERROR: 1}), "suppressed": 4},
            {"reports": 2},
            "1 error, 2 warnings, 3 infos, 4 suppressed in 1 file from 2 reports with no Runtime images",
        ),
        ({"suppressed": 1}, {}, "no problems, 1 suppressed in 1 file with no Runtime images"),
        (
            {"suppressed": 1},
            {"has_baseline": True},
            "no new problems, 1 suppressed in 1 file with no Runtime images",
        ),
        ({}, {"has_baseline": True}, "no problems in 1 file with no Runtime images"),
        (
            {**ONE_ERROR, "fixable": Counter({"--fix": 2, "--fix --unsafe-fixes": 3}), "suppressed": 1},
            {},
            "1 error (2 fixable with --fix, 3 more with --fix --unsafe-fixes), 1 suppressed in 1 file"
            " with no Runtime images",
        ),
        (
            {**ONE_ERROR, "fixable": Counter({"--fix --unsafe-fixes": 3})},
            {},
            "1 error (3 fixable with --fix --unsafe-fixes) in 1 file with no Runtime images",
        ),
        (
            {
                **ONE_ERROR,
                "fixable": Counter({"--fix --upgrade": 1200, "--fix --unsafe-fixes": 1, "--fix": 4}),
            },
            {},
            "1 error (4 fixable with --fix, 1 more with --fix --unsafe-fixes, 1,200 with --fix --upgrade)"
            " in 1 file with no Runtime images",
        ),
        (
            {**ONE_ERROR, "fixable": Counter({"--fix --upgrade": 2, "--fix --upgrade --unsafe-fixes": 1})},
            {},
            "1 error (2 fixable with --fix --upgrade, 1 more with --fix --upgrade --unsafe-fixes)"
            " in 1 file with no Runtime images",
        ),
        (
            {**ONE_ERROR, "fixable": Counter({"--fix": 2}), "fixes": 2, "upgrades": [MOVED, LEFT]},
            {"is_fix": True},
            "1 upgraded, 2 fixed, 1 error in 1 file with no Runtime images",
        ),
        (
            {"fixable": Counter({"--fix": 2}), "upgrades": [MOVED, LEFT], "fixes": 1, **ONE_ERROR},
            {"is_dry_run": True},
            "would fix 1 of 1 finding: 1 error in 1 file with no Runtime images",
        ),
        (
            {"found": Counter({Severity.ERROR: 1, Severity.INFO: 1})},
            {"is_dry_run": True},
            "would fix 0 of 2 findings: 1 error, 1 info in 1 file with no Runtime images",
        ),
    ],
)
def test_the_summary_line(counts: dict[str, Any], flags: dict[str, Any], line: str) -> None:
    assert _summary(counts, **flags) == line


def test_the_summary_line_names_all_tables() -> None:
    total = Tally()
    tables = [
        LifecycleTable(day, TABLE.series, TABLE.releases, source=source)
        for day, source in ((date(2026, 1, 2), "a\n.json"), (date(2026, 1, 3), "b.json"))
    ]
    total.tables = {table.source: table for table in tables}
    line = command_summary(Run(AS_OF, TABLE, total), 0, is_fix=False, is_dry_run=False, has_baseline=False)
    assert line.endswith(
        " (lifecycle data of 2026-01-02 in a\\n.json, lifecycle data of 2026-01-03 in b.json)"
    )


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((0, 0, 0, 0), ("", "No Dockerfiles or Astro manifests found")),
        ((1, 0, 0, 0), ("", "None of the linted files uses an Astro Runtime image")),
        ((1, 1, 0, 0), ("", "The image is supported")),
        ((1, 1200, 0, 0), ("", "All 1,200 images are supported")),
        ((1, 1, 1, 0), ("1", "of 1 image needs attention")),
        ((1, 3000, 2000, 1000), ("2,000", "of 3,000 images need attention")),
        ((1, 2, 0, 1), ("1", "of 2 images is unknown")),
        ((1, 3000, 0, 2000), ("2,000", "of 3,000 images are unknown")),
    ],
)
def test_the_headline_of_the_page(counts: tuple[int, int, int, int], expected: tuple[str, str]) -> None:
    assert headline(*counts) == expected
