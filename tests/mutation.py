"""Run the tests on mutants, and print the mutants that survive.

Each mutant is applied in a copy of the checkout. Then tests run in three stages, until a test fails:

1. the tests of the mutant's package that execute the changed line, starting with the test modules that
   have the most similar names
2. the tests of the mutant's package that start processes
3. all other tests, except tests that start processes

Tests in browsers never run.
"""

from __future__ import annotations

import argparse
import faulthandler
import json
import os
import queue
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from difflib import SequenceMatcher
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import coverage
import pytest
import tomli

from tests.mutants import Mutant, draw, find_mutants, package_of

ROOT = Path(__file__).parents[1]
EQUIVALENT = ROOT / "tests" / "equivalent-mutants.toml"
STAGES = ("package", "processes", "others")
NOT_COPIED = shutil.ignore_patterns(
    ".git", ".venv", ".nox", ".*_cache", ".hypothesis", "__pycache__", "node_modules"
)
WHOLE_SCORE, PACKAGE_SCORE = 96, 90
MEMORY = 4 << 30


class Tests(NamedTuple):
    """The tests, and the lines that they execute in the unchanged code.

    seconds: maps each test to its duration
    processes: the tests that start processes
    by_line: maps (file, line) to the tests that execute the line
    """

    seconds: dict[str, float]
    processes: set[str]
    by_line: dict[tuple[str, int], set[str]]


# --- The plugin of pytest, in the processes that run the tests ------------------------------------------

_plan_file, _record = os.environ.get("MUTATION_PLAN"), os.environ.get("MUTATION_RECORD")
_plan = json.loads(Path(_plan_file).read_text()) if _plan_file else {}
_seconds: dict[str, float] = {}
_processes: list[str] = []
_lines = coverage.Coverage(f"{_record}/lines", True, source=["src"], config_file=False) if _record else None


def pytest_configure() -> None:
    """Limit the memory of a process that tests a mutant."""
    if _plan:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Select and order the tests as planned.

    Tests that don't exist in the unchanged code run first, such as tests whose IDs the mutant changes.
    """
    if _plan:
        order = {test: number for number, test in enumerate(_plan["order"], 1)}
        items[:] = [item for item in items if item.nodeid in order or item.nodeid not in _plan["seconds"]]
        items.sort(key=lambda item: order.get(item.nodeid, 0))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Record the duration and the executed lines of a test. If there is a plan, limit the duration."""
    if _plan:
        faulthandler.dump_traceback_later(10 + 10 * _plan["seconds"].get(item.nodeid, 1), exit=True)
    if _lines:
        _lines.start()
        _lines.switch_context(item.nodeid)
    start = time.perf_counter()
    result = yield
    _seconds[item.nodeid] = time.perf_counter() - start
    if item.get_closest_marker("process"):
        _processes.append(item.nodeid)
    if _lines:
        _lines.stop()
    faulthandler.cancel_dump_traceback_later()
    return result


def pytest_sessionfinish() -> None:
    """Write the recorded lines, the durations, and the names of the tests that start processes."""
    if _lines and _seconds:
        _lines.save()
        Path(f"{_record}/tests-{os.getpid()}").write_text(json.dumps([_seconds, _processes]))


# --- The command ----------------------------------------------------------------------------------------


def run_tests(checkout: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run tests in a checkout, and kill the processes that they leave behind."""
    options = ["-q", "-p", "tests.mutation", "-p", "no:cacheprovider", "-m", "not browser"]
    command = [sys.executable, "-m", "pytest", *options, *arguments]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{checkout}/src",
        "PYTHONHASHSEED": "0",
        "HYPOTHESIS_PROFILE": "mutation",
        **variables,
    }
    with tempfile.TemporaryFile("w+") as output:
        process = subprocess.Popen(
            command,
            cwd=checkout,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        code = process.wait()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        output.seek(0)
        return subprocess.CompletedProcess(command, code, output.read())


def record(checkout: Path) -> Tests:
    """Run the tests of the unchanged code once, and record the lines that each test executes."""
    with tempfile.TemporaryDirectory() as directory:
        variables = {"MUTATION_RECORD": directory, "COVERAGE_CORE": "ctrace", "PYTHONDONTWRITEBYTECODE": ""}
        done = run_tests(checkout, "-n", "2", **variables)
        if done.returncode:
            sys.exit(f"the tests fail on the unchanged code:\n{done.stdout}")
        recorded = Tests({}, set(), {})
        for path in Path(directory).glob("tests-*"):
            seconds, processes = json.loads(path.read_text())
            recorded.seconds.update(seconds)
            recorded.processes.update(processes)
        for path in Path(directory).glob("lines*"):
            data = coverage.CoverageData(str(path))
            data.read()
            for file in data.measured_files():
                name = Path(file).resolve().relative_to(checkout.resolve()).as_posix()
                for line, tests in data.contexts_by_lineno(file).items():
                    recorded.by_line.setdefault((name, line), set()).update(tests)
    return recorded


def plan(mutant: Mutant, tests: Tests) -> tuple[list[str], list[str], list[str]]:
    """Return the tests to run on a mutant in each of the STAGES, in the order of execution."""
    path = PurePosixPath(mutant.path)
    directory = PurePosixPath("tests", *path.parts[2:-1])
    executing = set().union(
        *(
            tests.by_line.get((mutant.path, line), ())
            for line in range(mutant.first_line, mutant.last_line + 1)
        )
    )

    def key(test: str) -> tuple[bool, float, float, str]:
        stem = PurePosixPath(test.partition("::")[0]).stem
        unlike = 1 - SequenceMatcher(None, stem, f"test_{path.stem}").ratio()
        return test not in executing, round(unlike, 2), tests.seconds[test], test

    ordered = sorted(tests.seconds, key=key)
    mirrored = [test for test in ordered if PurePosixPath(test.partition("::")[0]).parent == directory]
    processes = [test for test in mirrored if test in tests.processes]
    package = [test for test in mirrored if test not in tests.processes]
    # If no test executes the line, run all tests of the package: the line may be a constant, evaluated at import.
    package = [test for test in package if test in executing] or package
    return package, processes, [test for test in ordered if test not in {*package} | tests.processes]


def kill(mutant: Mutant, checkout: Path, tests: Tests) -> str:
    """Run the tests on a mutant until one fails. Returns the stage of the failure, or "" if all pass."""
    # The plan is outside of the checkout, because some tests read all files of the checkout.
    path, plan_file = checkout / mutant.path, checkout.with_suffix(".json")
    source, status = path.read_bytes(), path.stat()
    path.write_bytes(mutant.apply(source))
    try:
        for stage, order in zip(STAGES, plan(mutant, tests), strict=True):
            plan_file.write_text(json.dumps({"order": order, "seconds": tests.seconds}))
            files = sorted({test.partition("::")[0] for test in order}) if stage != "others" else []
            variables = {"MUTATION_PLAN": str(plan_file), "PYTHONDONTWRITEBYTECODE": "1"}
            done = run_tests(checkout, "-n", "0", "-x", "--tb=no", *files, **variables) if order else None
            if done and done.returncode not in (0, pytest.ExitCode.NO_TESTS_COLLECTED):
                return "time-out" if "Timeout (" in done.stdout else stage
    finally:
        path.write_bytes(source)
        # Restore the modification time: otherwise, Python would compile the module again in every process.
        os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    return ""


def read_equivalent(mutants: Sequence[Mutant], sources: dict[str, bytes]) -> set[Mutant]:
    """Return the mutants that are listed as equivalent. Raises ValueError if an entry matches none.

    An entry names a file, a line and possibly a change. It matches the mutants of all lines with this text in the
    file: those with the given change, or all of them if it names no change. It must also have a reason.
    """
    equivalent: set[Mutant] = set()
    described: dict[tuple[str, str], list[tuple[Mutant, str]]] = {}
    for mutant in mutants:
        line, change = mutant.describe(sources[mutant.path])
        described.setdefault((mutant.path, line), []).append((mutant, change))
    for entry in tomli.loads(EQUIVALENT.read_text(encoding="utf-8")).get("mutant", []):
        changes = described.get((entry["file"], entry["line"]), [])
        found = {mutant for mutant, change in changes if change == entry.get("change", change)}
        if not found or not entry["why"]:
            raise ValueError(f"{EQUIVALENT.name}: there is no such mutant, or no reason: {entry}")
        equivalent |= found
    return equivalent


def main() -> int:
    """Print the survivors and the scores. Returns 1 if a score is too low."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=0, help="choose other mutants")
    parser.add_argument("--count", type=int, default=400, help="the number of mutants")
    parser.add_argument("--only", default="src/", help="the beginning of the paths to change")
    options = parser.parse_args()
    paths = [path.relative_to(ROOT).as_posix() for path in sorted(ROOT.glob("src/**/*.py"))]
    sources = {path: (ROOT / path).read_bytes() for path in paths}
    mutants = [mutant for path in paths for mutant in find_mutants(path, sources[path])]
    equivalent = read_equivalent(mutants, sources)
    chosen = draw(
        [mutant for mutant in mutants if mutant.path.startswith(options.only)], options.count, options.seed
    )
    tested, killed, stages = Counter[str](), Counter[str](), Counter[str]()
    checkouts: queue.SimpleQueue[Path] = queue.SimpleQueue()
    with tempfile.TemporaryDirectory(prefix="mutation-") as directory, ThreadPoolExecutor(2) as pool:
        first, second = Path(directory, "first"), Path(directory, "second")
        shutil.copytree(ROOT, first, ignore=NOT_COPIED)
        tests = record(first)
        shutil.copytree(first, second)
        checkouts.put(first)
        checkouts.put(second)

        def run(mutant: Mutant) -> tuple[Mutant, str]:
            checkout = checkouts.get()
            try:
                return mutant, kill(mutant, checkout, tests)
            finally:
                checkouts.put(checkout)

        print(f"{len(chosen)} of {len(mutants)} mutants, seed {options.seed}", flush=True)
        for mutant, stage in pool.map(run, (mutant for mutant in chosen if mutant not in equivalent)):
            tested[package_of(mutant.path)] += 1
            killed[package_of(mutant.path)] += bool(stage)
            stages[stage] += 1
            if not stage:
                before, after = (
                    text.replace("\n", f"\n{sign} ")
                    for sign, text in zip("-+", mutant.describe(sources[mutant.path]), strict=True)
                )
                print(f"\n{mutant.path}:{mutant.last_line}\n- {before}\n+ {after}", flush=True)

    print(f"\n{'package':20} mutants  killed")
    is_enough = True
    for package, count in [*sorted(tested.items()), ("all", tested.total())]:
        dead = killed.total() if package == "all" else killed[package]
        score = 100 * dead / count
        is_enough &= score >= (WHOLE_SCORE if package == "all" else PACKAGE_SCORE)
        print(f"{package:20} {count:7} {dead:7} {score:6.1f} %")
    stages.pop("", None)
    print("killed by:", ", ".join(f"{stage} {count}" for stage, count in stages.most_common()))
    print("equivalent, not counted:", len({*chosen} & equivalent))
    return int(not is_enough)


if __name__ == "__main__":
    sys.exit(main())
