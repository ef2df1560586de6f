"""Findings since an earlier report: how many are fixed, new and still open."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from lint_runtime.config.model import Config
from lint_runtime.errors import UnusableError
from lint_runtime.linter.baseline import Key
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Report
from lint_runtime.linter.trend import NOTHING, Findings, Trend, compare, findings_of, past_findings
from tests.conftest import KNOWN, rendered

RUNTIME = "quay.io/astronomer/astro-runtime"
A, B, C = ("a", "x"), ("b", "x"), ("a", "y")


def _findings(active: list[Key], hidden: tuple[Key, ...] = ()) -> Findings:
    """Return the counts of the active findings of a file, and of all its findings.

    hidden: the suppressed or outranked findings
    """
    return Counter(active), Counter([*active, *hidden])


TRENDS: dict[str, tuple[Findings, Findings, Trend, list[Key]]] = {
    "nothing": (NOTHING, NOTHING, Trend(), []),
    "one of each": (_findings([A, B]), _findings([A, C]), Trend(1, 1, 1), [C]),
    "more of one": (_findings([A, A]), _findings([A, A, A, A, A]), Trend(0, 3, 2), [A, A, A]),
    "fewer of one": (_findings([A, A, A]), _findings([A]), Trend(2, 0, 1), []),
    "suppressed now": (_findings([A, B]), _findings([B], (A,)), Trend(0, 0, 1), []),
    "suppressed before": (_findings([B], (A,)), _findings([A, B]), Trend(0, 0, 2), []),
    "suppressed before, and gone": (_findings([], (A,)), NOTHING, Trend(), []),
}


def test_the_trend_of_a_file() -> None:
    for name, (before, now, trend, new) in TRENDS.items():
        assert compare(before, now) == (trend, Counter(new)), name


def _lint(source: str, path: str) -> Report:
    return lint_file(source.encode(), path, Config(), KNOWN)


def test_findings_in_an_earlier_report(tmp_path: Path) -> None:
    yanked = f"{RUNTIME}:9.1.0"
    suppressed = f"# lint-runtime: ignore[outdated-release]\nFROM {RUNTIME}:13.6.0\n"
    reports = [
        _lint(f"FROM {yanked}\n", "etl/dags/Dockerfile"),
        _lint(suppressed, "Dockerfile")._replace(owners=("@org/data",)),
    ]
    active = [("yanked-release", yanked)]
    outranked = dict.fromkeys([("end-of-maintenance", yanked)], 1)
    hidden = Counter([("outdated-release", f"{RUNTIME}:13.6.0")])
    assert findings_of(reports[0]) == (Counter(active), Counter(active) + Counter(outranked))
    assert findings_of(reports[1]) == (Counter(), hidden)
    (tmp_path / "shop.json").write_text(rendered("json", reports))
    path = str(tmp_path / "shop.json")
    # A report contains no outranked findings, so the counts leave them out.
    first: Findings = Counter(active), Counter(active)
    second: Findings = Counter(), hidden
    assert past_findings(path, is_combined=False) == {
        "etl/dags/Dockerfile": ("etl", first),
        "Dockerfile": ("@org/data", second),
    }
    assert past_findings(path, is_combined=True) == {
        "shop/etl/dags/Dockerfile": ("shop", first),
        "shop/Dockerfile": ("@org/data", second),
    }


def test_earlier_reports_that_cannot_be_used(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[]")
    for name, reason in (
        ("x.json", "not a JSON object"),
        ("gone\n", "No such file or directory"),
        (".", "Is a directory"),
    ):
        with pytest.raises(UnusableError) as raised:
            past_findings(f"{tmp_path}/{name}", is_combined=False)
        shown = f"{tmp_path}/{name}".replace("\n", "\\n")
        assert str(raised.value) == f"cannot use the report '{shown}': {reason}"
