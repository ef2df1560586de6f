"""Fixtures and helpers for all tests: commands, golden files, browsers and Hypothesis profiles."""

from __future__ import annotations

import io
import json
import os
import pickle
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pytest
from hypothesis import HealthCheck, Phase, settings
from jsonschema.validators import validator_for

from lint_runtime import check
from lint_runtime.cli import lifecycle as lifecycle_command
from lint_runtime.cli import lint as lint_command
from lint_runtime.config.model import Config
from lint_runtime.formatters import load_format
from lint_runtime.formatters.base import Run
from lint_runtime.lifecycle import load
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report, Tally

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT = Path(__file__).parents[1]
FIXTURES = ROOT / "fixtures"
AS_OF = date(2026, 9, 25)

ENDS = ("end_of_maintenance", "end_of_basic_support")
"""The end date fields of Schedule, in chronological order."""

SHIPPED_DATA = load.EMBEDDED_FILE
"""The path of the data in the package. Most tests use a fixed copy, because each data release changes the data."""

load.EMBEDDED_FILE = str(FIXTURES / "data-2026-10-06.json")
_WITH_THE_COPY = f"from lint_runtime.lifecycle import load; load.EMBEDDED_FILE = {load.EMBEDDED_FILE!r}; "
TABLE = load.embedded_table()
KNOWN = TABLE.as_of(AS_OF)

LINT = [sys.executable, "-c", f"{_WITH_THE_COPY}from lint_runtime.__main__ import run; run()"]
# The command, changed to show the progress bar after the first file.
LINT_WITH_BAR = [
    *LINT[:2],
    LINT[2].replace("run()", "from lint_runtime.cli import console; console.PATIENCE = -1.0; run()"),
]
LIFECYCLE = [
    sys.executable,
    "-c",
    f"{_WITH_THE_COPY}from lint_runtime.__main__ import run_lifecycle; run_lifecycle()",
]

# The health checks to ignore: the machine may be slow, and tests may call the fixture `run` for each example,
# because each call has its own streams.
_PATIENT = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]

# Write byte code even with PYTHONDONTWRITEBYTECODE: otherwise, pytest rewrites all assertions in every run.
sys.dont_write_bytecode = False

settings.register_profile("dev", max_examples=25, deadline=None, suppress_health_check=_PATIENT)
# Derandomized: CI must not fail by chance. The nightly profile tries random examples.
settings.register_profile("ci", settings.get_profile("dev"), max_examples=75, derandomize=True)
# Don't shrink failing examples, which takes time: any failing example is enough to notice a mutant.
settings.register_profile(
    "mutation", settings.get_profile("dev"), derandomize=True, phases=[Phase.explicit, Phase.generate]
)
settings.register_profile("nightly", settings.get_profile("dev"), max_examples=5000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-golden", action="store_true", help="write the golden files, and run nothing else"
    )


@pytest.hookimpl(wrapper=True, optionalhook=True)
def pytest_xdist_auto_num_workers() -> Generator[None, int, int]:
    """Start one worker more than there are CPUs, because many tests wait for a process or a browser.

    If the environment sets the number of workers, keep that number.
    """
    count = yield
    return count if "PYTEST_XDIST_AUTO_NUM_WORKERS" in os.environ else count + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--update-golden"):
        items[:] = [item for item in items if "golden" in getattr(item, "fixturenames", ())]


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """Return a function that compares a text with a golden file.

    With --update-golden, the function writes the text to the file.
    """

    def check(path: Path, text: str) -> None:
        if request.config.getoption("--update-golden"):
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return check


@pytest.fixture(scope="session", autouse=True)
def _surroundings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide the settings of the user from the tests and from the processes that they start."""
    home = tmp_path_factory.mktemp("home")
    (home / ".gitconfig").write_text(
        "[user]\n\tname = Somebody\n\temail = somebody@example.com\n[init]\n\tdefaultBranch = main\n"
    )
    decided = {
        "GIT_CONFIG_NOSYSTEM": "1",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        # A directory without certificates: loading the system's certificates would slow down each update.
        "SSL_CERT_DIR": str(home),
    }
    hidden = re.compile(
        "(?i:.*_proxy)|GIT_.*|XDG_.*|NO_COLOR|FORCE_COLOR|COLUMNS|LINES|PYTHONIOENCODING|PYTHONDONTWRITEBYTECODE|SSL_CERT_FILE"
    )
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(hidden.fullmatch, list(os.environ)):
            patch.delenv(name)
        for name, value in decided.items():
            patch.setenv(name, value)
        # Set a handler for SIGINT: if this process ignored SIGINT, the processes that it starts would, too.
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        yield
        signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session", autouse=True)
def _files_of_the_checkout_stay_unchanged(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail if a test changes, adds or removes a file of the checkout.

    Ignores directories with code, such as `src`, because people may edit the code while the tests run.
    """

    def states() -> dict[Path, tuple[int, int]]:
        directories = [ROOT / name for name in ("docs", "examples", "fixtures", "templates")]
        paths = [*ROOT.glob("[!.]*"), *(path for directory in directories for path in directory.rglob("*"))]
        files = {path: path.stat() for path in paths if path.is_file()}
        return {path: (status.st_size, status.st_mtime_ns) for path, status in files.items()}

    before = states()
    assert len(before) > 200
    yield
    if not request.config.getoption("--update-golden"):
        assert {path for path, _ in before.items() ^ states().items()} == set()


@pytest.fixture(scope="session")
def empty_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the working directory of tests that don't use `tmp_path`. It must stay empty."""
    return tmp_path_factory.mktemp("empty")


def copy_projects(directory: Path) -> Path:
    """Copy `fixtures/projects` to `checkout/fixtures/projects` in `directory`. Returns the path of `checkout`."""
    copy = directory / "checkout"
    shutil.copytree(FIXTURES / "projects", copy / "fixtures" / "projects", dirs_exist_ok=True)
    return copy


@pytest.fixture(autouse=True)
def _working_directory(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, empty_directory: Path
) -> Iterator[None]:
    """Run each test outside of the checkout, so that a broken command can't overwrite files of the checkout."""
    has_its_own = "tmp_path" in request.fixturenames
    monkeypatch.chdir(request.getfixturevalue("tmp_path") if has_its_own else empty_directory)
    yield
    assert os.listdir(empty_directory) == []


class Result(NamedTuple):
    """The exit code and the output of a command, decoded as UTF-8."""

    code: int
    out: str
    err: str


class Command(Protocol):
    """Runs a command to its end, and fails if it prints a traceback.

    cwd: the working directory
    stdin: the input, or None for a closed stream
    env: the environment variables to set. None as a value unsets the variable.
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
            # Give the streams the settings that Python gives to pipes.
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
    """Return a function that runs `lint-runtime` in this process, with its own streams and environment."""
    return _in_process(lint_command.main, monkeypatch)


@pytest.fixture
def run_lifecycle(monkeypatch: pytest.MonkeyPatch) -> Command:
    """Return a function that runs `runtime-lifecycle` in this process, with its own streams and environment."""
    return _in_process(lifecycle_command.main, monkeypatch)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one Chromium for all tests in this process."""
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
    """Run a whole command, such as `*LINT, "-"`, as a process. Only for tests marked `process`."""
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
    """Return the modules that a new Python loads to run `code`. Only for tests marked `process`."""
    done = run_process(
        *(sys.executable, "-c", f"import sys\n{code}\nprint()\nprint(*sys.modules)", *arguments),
        cwd=cwd,
        stdin=stdin,
        env={"COVERAGE_PROCESS_START": None},  # Coverage loads modules, too.
    )
    assert done.code == 0, done.err
    return set(done.out.splitlines()[-1].split())


def count_calls(function: Callable[..., object], *arguments: object) -> int:
    """Return the number of Python function calls while `function` runs.

    Unlike a duration, the number is the same on every machine.
    """
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event == "call"

    sys.setprofile(count)
    try:
        function(*arguments)
    finally:
        sys.setprofile(None)
    return calls


def rules_of(source: str | bytes, today: date = AS_OF) -> list[str]:
    """Return the names of the rules with findings in `source`."""
    return [diagnostic.rule for diagnostic in check(source, today=today).findings]


def rendered(
    name: str,
    reports: Iterable[Report],
    *,
    as_of: date = AS_OF,
    table: LifecycleTable = TABLE,
    problems: Iterable[str] = (),
    **run: Any,
) -> str:
    """Return what the command prints for `reports` in the format `name`.

    name: the name of the format
    problems: the error messages to include
    run: the fields of Run that differ from the defaults
    """
    total = Tally()
    given = Run(as_of, table, total, **{"shows_suppressed": True, **run})
    texts: list[str] = []
    format_class = load_format(name)
    output = format_class(given, texts.append)
    for report in reports:
        total.count(report, Config())
        total.upgrades += ((report.path, upgrade) for upgrade in report.upgrades)
        # Pickle each entry, as workers do to send it to the main process.
        output.add(pickle.loads(pickle.dumps(format_class.entry(report, given))))  # noqa: S301
    for problem in problems:
        total.fail(problem)
    output.finish()
    return "".join(texts)


def schema_errors(document: str, schema: Path) -> list[str]:
    """Validate a JSON document with a JSON schema, and return the error messages."""
    definition = json.loads(schema.read_text(encoding="utf-8"))
    kind = validator_for(definition)
    validator = kind(definition, format_checker=kind.FORMAT_CHECKER)
    return [error.message for error in validator.iter_errors(json.loads(document))]
