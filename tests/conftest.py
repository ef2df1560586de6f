"""What many tests share: the command in this process, golden files, and how hard properties are tried."""

from __future__ import annotations

import io
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import pytest
from hypothesis import HealthCheck, settings
from jsonschema.validators import validator_for

from lint_runtime import lint
from lint_runtime.cli import lifecycle as lifecycle_command
from lint_runtime.cli import lint as lint_command
from lint_runtime.formatters import load_formatter
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.linter.report import Report, Run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TABLE = embedded_table()

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "fixtures"
AS_OF = date(2026, 9, 25)

_PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
settings.register_profile("dev", max_examples=25, deadline=None, suppress_health_check=_PATIENT)
settings.register_profile("ci", max_examples=150, deadline=None, suppress_health_check=_PATIENT)
settings.register_profile("nightly", max_examples=5000, deadline=None, suppress_health_check=_PATIENT)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


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


class Result(NamedTuple):
    """What a command left behind: its exit code, and what it wrote, decoded as UTF-8."""

    code: int
    out: str
    err: str


class Command(Protocol):
    """Runs a command in this process."""

    def __call__(
        self,
        *arguments: object,
        cwd: Path | None = None,
        stdin: str | bytes = b"",
        env: Mapping[str, str | None] | None = None,
    ) -> Result: ...


Main = Callable[[Sequence[str] | None], int]


def _in_process(main: Main, monkeypatch: pytest.MonkeyPatch) -> Command:
    def run(
        *arguments: object,
        cwd: Path | None = None,
        stdin: str | bytes = b"",
        env: Mapping[str, str | None] | None = None,
    ) -> Result:
        given = stdin.encode("utf-8", "surrogateescape") if isinstance(stdin, str) else stdin
        out, err = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as patch:
            for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS"):
                patch.delenv(name, raising=False)
            for name, value in (env or {}).items():
                patch.delenv(name, raising=False) if value is None else patch.setenv(name, value)
            if cwd is not None:
                patch.chdir(cwd)
            patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
            patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8", write_through=True))
            patch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding="utf-8", write_through=True))
            # Each run reads its files again, as each process does.
            code = main([str(argument) for argument in arguments])
            sys.stdout.flush()
            sys.stderr.flush()
            written = out.getvalue(), err.getvalue()
        text, complaints = (data.decode("utf-8", "surrogateescape") for data in written)
        assert "Traceback" not in complaints, complaints
        return Result(code, text, complaints)

    return run


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return `lint-runtime` as a function: its `main`, with streams, directory and variables of its own."""
    return _in_process(lint_command.main, monkeypatch)


@pytest.fixture
def run_lifecycle(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return `runtime-lifecycle` as a function, likewise."""
    return _in_process(lifecycle_command.main, monkeypatch)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start a browser, one for all tests of a worker."""
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("chromium is not installed")
    api = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with api.sync_playwright() as playwright:
        running = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        )
        yield running
        running.close()


def rules_of(source: str | bytes, today: date = AS_OF) -> list[str]:
    """Return the names of the rules that report something in `source`."""
    return [diagnostic.rule for diagnostic in lint(source, today=today)]


def rendered(name: str, reports: Sequence[Report], *, as_of: date = AS_OF, is_colored: bool = False) -> str:
    """Return `reports` in the format `name`."""
    return "".join(load_formatter(name)(reports, Run(as_of, TABLE, is_colored)))


def schema_errors(document: str, schema: Path) -> list[str]:
    """Return what a JSON schema does not allow in a JSON document."""
    definition = json.loads(schema.read_text(encoding="utf-8"))
    kind = validator_for(definition)
    validator = kind(definition, format_checker=kind.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(json.loads(document))]
