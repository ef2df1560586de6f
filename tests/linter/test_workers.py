"""Linting in several processes: the same output as in one process, and all processes end."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import pytest

from lint_runtime.config.settings import Settings
from lint_runtime.formatters import FORMATTERS
from lint_runtime.lifecycle import load
from lint_runtime.linter.file_linter import FileLinter
from lint_runtime.linter.workers import AT_ONCE, Worker, cpu_count, spread, work
from tests.conftest import AS_OF, LINT, Command, run_process
from tests.linter.conftest import peak_memory
from tests.linter.worker_functions import check, double, fail

DAY = ["--as-of", AS_OF.isoformat()]
RUNTIME = "quay.io/astronomer/astro-runtime"
FILES = 3 * AT_ONCE + 5


@pytest.fixture
def fleet(tmp_path: Path) -> Path:
    """Return a directory of files with findings, suppressions, errors and configuration files."""
    sources = [
        f"FROM {RUNTIME}:9.7.0\n",
        f"FROM {RUNTIME}:13.6.0\n# lint-runtime: ignore\nFROM {RUNTIME}:12.6.0\n",
        "FROM python:3.12\n",
        "FROM a b c\n",
        f"ARG V\nFROM {RUNTIME}:$V\n",
    ]
    fleet = tmp_path / "fleet"
    for number in range(FILES):
        directory = fleet / f"{number:03}"
        directory.mkdir(parents=True)
        (directory / "Dockerfile").write_text(sources[number % len(sources)])
    (fleet / "007" / ".lint-runtime.toml").write_text("broken")
    (fleet / "008" / ".lint-runtime.toml").write_text('exclude = ["*"]')
    (fleet / "050" / "Dockerfile").unlink()
    (fleet / "050" / "Dockerfile").symlink_to("nowhere")
    return fleet


def test_any_number_of_processes_writes_the_same_output(fleet: Path, run: Command) -> None:
    outputs = [argument for name in FORMATTERS for argument in ("-o", f"{name}=out.{name}")]
    # Pass the path of the data. Otherwise, worker processes would read the bundled data, not the tests' copy.
    day = [*DAY, "--table", load.EMBEDDED_FILE]
    results = []
    for jobs in (1, 3):
        result = run(*day, "--jobs", jobs, *outputs, ".", cwd=fleet)
        assert result.code == 2
        results.append((result, {name: (fleet / f"out.{name}").read_bytes() for name in FORMATTERS}))
    assert results[0] == results[1]
    for mode in ("--diff", "--statistics"):
        alone, together = (run(*day, "--jobs", jobs, mode, ".", cwd=fleet) for jobs in (1, 2))
        assert alone == together
        assert alone.out, mode


def test_two_names_of_one_file_are_fixed_once(fleet: Path, run: Command) -> None:
    (fleet / "x.Dockerfile").write_text(f"FROM {RUNTIME}:13.6.0\n")
    (fleet / "y.Dockerfile").symlink_to("x.Dockerfile")
    result = run(*DAY, "--jobs", 2, "--fix", "x.Dockerfile", "y.Dockerfile", cwd=fleet)
    assert result.code == 0, result.err
    assert result.err.count("lint-runtime: fixed") == 1


def test_standard_input_is_read_by_the_process_that_has_it(fleet: Path, run: Command) -> None:
    result = run(*DAY, "--jobs", 2, "-", "000", cwd=fleet, stdin=f"FROM {RUNTIME}:9.7.0\n")
    assert [line.partition(":")[0] for line in result.out.splitlines()] == ["<stdin>", "000/Dockerfile"]


def test_numbers_of_processes_that_are_refused(fleet: Path, run: Command) -> None:
    for jobs in ("0", "-1", "61", "x", "", "1.5", "9" * 40):
        result = run("--jobs", jobs, ".", cwd=fleet)
        assert (jobs, result.code, result.out) == (jobs, 2, "")
        assert "(expected 1 to 60)" in result.err, jobs


def test_few_files_take_one_process_and_many_take_all_cpus(monkeypatch: pytest.MonkeyPatch) -> None:
    def jobs(count: int, given: int | None = None) -> int:
        processes, items = spread(range(count), given)
        assert list(items) == list(range(count))
        return processes

    monkeypatch.setattr(
        os, "sched_getaffinity", lambda pid: {5, 7, 8} if pid == 0 else set(), raising=False
    )
    assert cpu_count() == 3
    assert [jobs(0), jobs(399), jobs(400), jobs(401)] == [1, 1, 3, 3]
    assert [jobs(1, 3), jobs(400, 2)] == [3, 2]
    monkeypatch.delattr(os, "sched_getaffinity")
    for count, expected in ((4, 4), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda count=count: count)
        assert cpu_count() == expected


WORKER = Worker(check, [double, str])


def _noting(items: Iterable[int], taken: list[int]) -> Iterator[int]:
    """Yield `items`, and append each item to `taken` before it is yielded."""
    for item in items:
        taken.append(item)
        yield item


def test_one_process_yields_the_result_of_each_item_at_once() -> None:
    seen: list[int] = []
    for number, (results, tally) in enumerate(work(WORKER, _noting(range(3), seen), jobs=1)):
        assert seen == list(range(number + 1))
        assert results == ([(2 * number, str(number))] if number else [])
        assert tally.files == 1
    assert len(seen) == 3


def test_several_processes_yield_chunks_in_order_and_take_few_items_ahead() -> None:
    # This process may already have children, such as a browser. At the end, only these must be left.
    others = _children(os.getpid())
    taken: list[int] = []
    count = 12 * AT_ONCE + 1
    batches = work(WORKER, _noting(range(count), taken), jobs=2)
    done = [next(batches)]
    # Each of the two processes has four chunks, and each chunk has 32 items.
    assert len(taken) == 2 * 4 * 32
    done.append(next(batches))
    assert len(taken) == (2 * 4 + 1) * 32
    done += batches
    assert [tally.files for _, tally in done] == [AT_ONCE] * 12 + [1]
    outputs = [result for results, _ in done for result in results]
    assert outputs == [(2 * item, str(item)) for item in range(1, count)]
    processes = {problem for _, tally in done for problem in tally.problems}
    assert len(processes) <= 2
    assert f"process {os.getpid()}" not in processes
    assert _children(os.getpid()) == others


def test_errors_of_items_and_of_checks_end_all_processes() -> None:
    def items() -> Iterator[int]:
        yield from range(20 * AT_ONCE)
        raise OSError(errno.EIO, "no such luck")

    others = _children(os.getpid())
    with pytest.raises(OSError, match="no such luck"):
        list(work(WORKER, items(), jobs=2))
    with pytest.raises(ZeroDivisionError):
        list(work(Worker(fail, []), range(100), jobs=2))
    batches = work(WORKER, range(100 * AT_ONCE), jobs=2)
    next(batches)
    batches.close()  # type: ignore[attr-defined]
    assert _children(os.getpid()) == others


def test_a_worker_sends_each_table_once(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {RUNTIME}:9.7.0\n")
    worker = Worker(FileLinter(Settings({}), AS_OF).check, [])
    tables = [list(worker([str(tmp_path / "Dockerfile")])[1].tables) for _ in range(3)]
    assert tables == [["embedded"], [], []]


STARTED = """
import multiprocessing, sys
from lint_runtime.cli.lint import main
if __name__ == "__main__":
    multiprocessing.set_start_method(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.process
@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_processes_import_nothing_from_the_working_directory(
    method: str, fleet: Path, run: Command
) -> None:
    script = fleet.parent / "script.py"
    script.write_text(STARTED)
    arguments = [*DAY, "--format", "json", "--baseline", "known.json", "--warn-within", "5"]
    assert run(*DAY, "--write-baseline", "known.json", "000", "001", cwd=fleet).code == 0
    alone = run(*arguments, "--jobs", "1", ".", cwd=fleet)
    for module in (*sys.stdlib_module_names, "click", "lint_runtime", "tomli", "sitecustomize"):
        (fleet / f"{module}.py").write_text(f"open({str(script)!r} + '.ran', 'a').write({module!r})")
    result = run_process(sys.executable, script, method, *arguments, "--jobs", "2", ".", cwd=fleet)
    assert result == alone
    assert not Path(f"{script}.ran").exists()


def test_a_process_that_cannot_start_is_reported(
    fleet: Path, run: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(fleet / "nowhere"))
    result = run(*DAY, "--jobs", "2", "000", cwd=fleet)
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        "lint-runtime: cannot start a process: No such file or directory; use fewer with --jobs\n"
    )


RACES = int(os.environ.get("LINT_RUNTIME_RACES", "10"))
"""How many runs the tests interrupt, and in how many runs they kill a process."""


@pytest.fixture
def slow(tmp_path: Path) -> Path:
    """Return a directory that takes many seconds to lint."""
    for number in range(400):
        (tmp_path / f"Dockerfile.{number}").write_text("FROM a\n" * 5000)
    return tmp_path


def _children(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in children]


def _is_running(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


@contextmanager
def _running(slow: Path, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a run with two worker processes, and yield it after they have started."""
    command = [*LINT, *DAY, "--jobs", "2", *arguments, str(slow)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        deadline = time.monotonic() + 60
        while len(_children(process.pid)) < 2 and time.monotonic() < deadline:
            time.sleep(0.002)
        yield process
        if process.poll() is None:
            process.kill()


def _wait_for_the_end_of(pids: list[int]) -> None:
    assert pids
    deadline = time.monotonic() + 60
    while any(map(_is_running, pids)) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not any(map(_is_running, pids))


def _moments() -> Iterator[float]:
    """Yield random delays in seconds, to interrupt workers at different moments: at the start, or at work."""
    random = Random(RACES)  # noqa: S311 (not for security)
    for _ in range(RACES):
        yield random.random() / 2


@pytest.mark.process
def test_an_interrupt_ends_all_processes_without_a_traceback(slow: Path) -> None:
    for moment in _moments():
        # JSON has an entry for every file, so the results fill the pipes.
        with _running(slow, "--format", "json", "-o", f"json={slow}/report.json") as process:
            children = _children(process.pid)
            time.sleep(moment)
            # A terminal sends SIGINT to the whole process group.
            os.killpg(process.pid, signal.SIGINT)
            _, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (130, "lint-runtime: interrupted\n"), moment
        _wait_for_the_end_of(children)
        assert not (slow / "report.json").exists()


@pytest.mark.process
def test_a_process_that_is_killed_is_reported(slow: Path) -> None:
    for moment in _moments():
        with _running(slow, "--format", "json") as process:
            time.sleep(moment)
            os.kill(_children(process.pid)[-1], signal.SIGKILL)
            _, err = process.communicate(timeout=20)
        assert process.returncode == 2, moment
        assert err == (
            "lint-runtime: a worker process ended unexpectedly, possibly because it ran out of memory;"
            " use fewer with --jobs N\n"
        ), moment


@pytest.mark.process
def test_no_process_outlives_the_one_that_started_it(slow: Path) -> None:
    with _running(slow) as process:
        children = _children(process.pid)
        process.kill()
        process.wait(timeout=60)
    _wait_for_the_end_of(children)


@pytest.mark.once
@pytest.mark.process
def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path) -> None:
    source = "".join(f"FROM {RUNTIME}:9.7.0 AS s{number}\n" for number in range(40))
    for number in range(40):
        (tmp_path / f"Dockerfile.{number}").write_text(source)
    names = [name for name in FORMATTERS if name != "html"]
    outputs = [argument for name in names for argument in ("-o", f"{name}=out.{name}")]
    few = [str(path) for path in sorted(tmp_path.iterdir())[:5]]
    peaks = [peak_memory(*outputs, *paths, cwd=tmp_path) for paths in (few, ["."])]
    size = sum(path.stat().st_size for path in tmp_path.glob("out.*"))
    assert size > 7 << 20
    assert peaks[1] - peaks[0] < 2 << 20
