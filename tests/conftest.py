"""What many tests share: the command in this process, golden files, and how hard properties are tried."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import signal
import subprocess
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
from lint_runtime.lifecycle import load
from lint_runtime.linter.report import Report, Run

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "fixtures"
AS_OF = date(2026, 9, 25)

SHIPPED_DATA = load.EMBEDDED_FILE
"""The data of the package, which changes with each data release. Tests of anything else use a copy of one."""

load.EMBEDDED_FILE = str(FIXTURES / "data-2026-09-25.json")
_WITH_THE_COPY = f"from lint_runtime.lifecycle import load; load.EMBEDDED_FILE = {load.EMBEDDED_FILE!r}; "
TABLE = load.embedded_table()

LINT = [sys.executable, "-c", f"{_WITH_THE_COPY}from lint_runtime.__main__ import run; run()"]
LIFECYCLE = [sys.executable, "-c", f"{_WITH_THE_COPY}from lint_runtime.cli.lifecycle import run; run()"]

# A shared machine has slow moments, and `run` gives every example streams of its own.
_PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]
settings.register_profile("dev", max_examples=25, deadline=None, suppress_health_check=_PATIENT)
# The same examples every time: a change is not red by chance. The nightly run looks for others.
settings.register_profile("ci", settings.get_profile("dev"), max_examples=150, derandomize=True)
settings.register_profile("nightly", settings.get_profile("dev"), max_examples=5000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files, and run nothing else"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--update-golden"):
        items[:] = [item for item in items if "golden" in getattr(item, "fixturenames", ())]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Compare with a golden file, or write it when asked to."""

    def check(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture(scope="session", autouse=True)
def _surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide the settings of whoever runs the tests, from the tests and the processes they start."""
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Somebody\n\temail = somebody@example.com\n[init]\n\tdefaultBranch = main\n"
    )
    decided = {
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        # To read the usual certificates would take most of the time of an update.
        "SSL_CERT_DIR": str(home),
    }
    hidden = re.compile(
        "(?i:.*_proxy)|GIT_.*|XDG_.*|NO_COLOR|FORCE_COLOR|COLUMNS|LINES|PYTHONIOENCODING|SSL_CERT_FILE"
    )
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(hidden.fullmatch, list(os.environ)):
            patch.delenv(name)
        for name, value in decided.items():
            patch.setenv(name, value)
        # Whoever runs the tests may ignore it, and processes inherit that, but not a handler.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
        signal.signal(signal.SIGINT, before)


class Result(NamedTuple):
    """What a command left behind: its exit code, and what it wrote, decoded as UTF-8."""

    code: int
    out: str
    err: str


class Command(Protocol):
    """Runs a command to its end, which is not a traceback.

    `stdin`: what it reads; None for an input that is closed. `env`: variables to set, or with None to unset.
    """

    def __call__(
        self,
        *arguments: object,
        cwd: Path | None = None,
        stdin: str | bytes | None = b"",
        env: Mapping[str, str | None] | None = None,
    ) -> Result: ...


Main = Callable[[Sequence[str] | None], int]


def _in_process(main: Main, monkeypatch: pytest.MonkeyPatch) -> Command:
    def run(
        *arguments: object,
        cwd: Path | None = None,
        stdin: str | bytes | None = b"",
        env: Mapping[str, str | None] | None = None,
    ) -> Result:
        given = None if stdin is None else io.TextIOWrapper(io.BytesIO(_encoded(stdin)), encoding="utf-8")
        out, err = io.BytesIO(), io.BytesIO()
        with monkeypatch.context() as patch:
            for name, value in (env or {}).items():
                patch.delenv(name, raising=False) if value is None else patch.setenv(name, value)
            if cwd is not None:
                patch.chdir(cwd)
            # As Python makes them where output is piped; the command flushes what it holds back.
            patch.setattr(sys, "stdin", given)
            patch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="utf-8"))
            patch.setattr(
                sys,
                "stderr",
                io.TextIOWrapper(err, encoding="utf-8", errors="backslashreplace", line_buffering=True),
            )
            code = main([str(argument) for argument in arguments])
            return _result(code, out.getvalue(), err.getvalue())

    return run


def _encoded(text: str | bytes) -> bytes:
    return text.encode("utf-8", "surrogateescape") if isinstance(text, str) else text


def _result(code: int, out: bytes, err: bytes) -> Result:
    complaints = err.decode("utf-8", "surrogateescape")
    assert "Traceback" not in complaints, complaints
    return Result(code, out.decode("utf-8", "surrogateescape"), complaints)


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


def run_process(
    *command: object,
    cwd: Path | None = None,
    stdin: str | bytes = b"",
    env: Mapping[str, str | None] | None = None,
) -> Result:
    """Run a whole command, such as `*LINT, "-"`, as a process of its own; for tests marked `process`."""
    variables: dict[str, str | None] = {**os.environ, **(env or {})}
    done = subprocess.run(
        [str(argument) for argument in command],
        cwd=cwd,
        input=_encoded(stdin),
        env={name: value for name, value in variables.items() if value is not None},
        capture_output=True,
        check=False,
        timeout=60,
    )
    return _result(done.returncode, done.stdout, done.stderr)


def loaded_modules(
    code: str, *arguments: object, cwd: Path | None = None, stdin: str | bytes = b""
) -> set[str]:
    """Return the modules that a new Python has loaded after `code`; for tests marked `process`."""
    done = run_process(
        *(sys.executable, "-c", f"import sys\n{code}\nprint()\nprint(*sys.modules)", *arguments),
        cwd=cwd,
        stdin=stdin,
        env={"COVERAGE_PROCESS_START": None},  # Coverage loads modules, too.
    )
    assert done.code == 0, done.err
    return set(done.out.splitlines()[-1].split())


def rules_of(source: str | bytes, today: date = AS_OF) -> list[str]:
    """Return the names of the rules that report something in `source`."""
    return [diagnostic.rule for diagnostic in lint(source, today=today)]


def rendered(name: str, reports: Sequence[Report], *, as_of: date = AS_OF, is_colored: bool = False) -> str:
    """Return `reports` in the format `name`."""
    return "".join(
        load_formatter(name).render(reports, Run(as_of, TABLE, is_colored, shows_suppressed=True))
    )


def schema_errors(document: str, schema: Path) -> list[str]:
    """Return what a JSON schema does not allow in a JSON document."""
    definition = json.loads(schema.read_text(encoding="utf-8"))
    kind = validator_for(definition)
    validator = kind(definition, format_checker=kind.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(json.loads(document))]
