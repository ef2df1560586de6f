from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

import pytest

from lint_runtime import lint
from lint_runtime.formatters import formatter
from lint_runtime.lifecycle.embedded import TABLE
from lint_runtime.linter.report import Report, Run

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "fixtures"
AS_OF = date(2026, 9, 25)


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


def rendered(
    name: str, reports: Sequence[Report], *, as_of: date = AS_OF, is_coloured: bool = False
) -> str:
    """Return `reports` in the format `name`."""
    return "".join(formatter(name)(reports, Run(as_of, TABLE, is_coloured)))


def validated(document: str, schema: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    """Have a JSON document judged by a JSON schema; `folder` is one to write in."""
    file = folder / "document.json"
    file.write_text(document, encoding="utf-8")
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(schema), str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)
