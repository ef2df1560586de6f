from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from lint_runtime import lint

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "fixtures"
AS_OF = date(2026, 11, 22)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write golden files instead of comparing")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare with a golden file, or write it when asked to."""

    def check(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return check


def rules_of(source: str | bytes, today: date = AS_OF) -> list[str]:
    """Return the names of the rules that speak up on `source`."""
    return [diagnostic.rule for diagnostic in lint(source, today=today)]
