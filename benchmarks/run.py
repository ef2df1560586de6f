"""Measure speed and memory, and compare most figures with another program's. Prints a line per figure.

    python benchmarks/run.py [--files 1000] [--many 100000] [--page 130000] [--repeats 30]

The comparisons with `dockerfile` and `hadolint` need the extra `bench`.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import chain
from pathlib import Path

import dockerfile
from dockerfiles import write_dockerfiles
from manifests import write_pairs
from processes import clock, peak_memory, seconds

from lint_runtime import check
from lint_runtime.files import parse_document
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.update.refresh import refresh_table
from lint_runtime.linter.workers import cpu_count

TABLE = embedded_table()

TODAY = date(2026, 11, 22)
AS_OF = ["--as-of", TODAY.isoformat()]
LINT = [sys.executable, "-m", "lint_runtime"]
IMPORTS = [sys.executable, "-c", "import click, dockerfile_parse"]
BOUNDS = {
    "10,000 stages": "FROM quay.io/astronomer/astro-runtime:9.1.0 AS a\n" * 10_000,
    "a 10 MB file": "FROM a\n" + "RUN echo a line of the usual length\n" * 290_000,
    "a 1 MB FROM of 5-byte lines": "FROM a\\\n" + "bcd\\\n" * 200_000 + "\n",
    "forty doubling ARGs": "ARG A0=12345678\n"
    + "".join(f"ARG A{n + 1}=$A{n}$A{n}\n" for n in range(40))
    + "FROM $A40\n",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--files", type=int, default=1000)
    parser.add_argument("--many", type=int, default=100_000)
    parser.add_argument("--page", type=int, default=130_000)
    parser.add_argument("--repeats", type=int, default=30)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        # Write byte code, whatever the environment says: an installed command has byte code, too.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(directory / "pycache")
        files = write_dockerfiles(directory / "some", options.files)
        rows = chain(
            start_up(files[0], options.repeats),
            one_process(files),
            against_hadolint(directory / "some", files),
            manifests(directory / "pairs", 2000),
            all_cpus(directory, options.many),
            memory(directory),
            page(directory, options.page),
            bounds(directory),
            merging(),
            language_server(),
        )
        for row in rows:
            print(row, flush=True)


def start_up(file: Path, repeats: int) -> Iterator[str]:
    """Compare the time of a run on one file with the time of the imports that every run needs."""
    pairs = [(seconds([*LINT, *AS_OF, str(file)]), seconds(IMPORTS)) for _ in range(repeats + 2)][2:]
    ratio = statistics.median(run / imports for run, imports in pairs)
    run, imports = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    yield f"start-up: one file {run:.0f} ms, the imports alone {imports:.0f} ms: {ratio:.2f} times"


def one_process(files: list[Path]) -> Iterator[str]:
    """Compare the time of linting in one process with the time of only parsing by BuildKit's parser."""
    sources = [file.read_text(encoding="utf-8") for file in files]

    def lint_all() -> None:
        for source in sources:
            check(source, today=TODAY)

    def parse_all() -> None:
        for source in sources:
            dockerfile.parse_string(source)

    pairs = [(clock(lint_all), clock(parse_all)) for _ in range(5)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    speed, times = len(files) / ours, theirs / ours
    yield f"one process: {speed:,.0f} files/s linted, {times:.1f} times the bare parse by `dockerfile`"


def against_hadolint(directory: Path, files: list[Path]) -> Iterator[str]:
    """Compare the time of the command on all files with the time of hadolint on the same files."""
    hadolint = str(Path(sys.executable).with_name("hadolint"))
    ours = statistics.median(seconds([*LINT, *AS_OF, str(directory)]) for _ in range(5))
    theirs = seconds([hadolint, "--no-fail", "--format", "tty", *map(str, files)])
    yield f"{len(files):,} files: {ours:.2f} s, hadolint {theirs:.1f} s: {theirs / ours:.0f} times"


def manifests(directory: Path, count: int) -> Iterator[str]:
    """Compare the time of the command on manifests with the time on Dockerfiles of the same size."""
    command = [*LINT, "--isolated", "--as-of", "2026-09-25", "--jobs", "1"]
    directories = write_pairs(directory, count)
    pairs = [[seconds([*command, str(path)]) for path in directories] for _ in range(5)]
    of_dockerfiles, of_manifests = map(min, zip(*pairs, strict=True))
    ratio = of_manifests / of_dockerfiles
    yield f"{count:,} manifests: {of_manifests:.2f} s, {ratio:.2f} times Dockerfiles of the same size"


def all_cpus(directory: Path, many: int) -> Iterator[str]:
    """Compare the time of the command with one process and with one process per CPU."""
    write_dockerfiles(directory / "many", many)
    cpus = cpu_count()
    command = [*LINT, *AS_OF, str(directory / "many"), "-o", f"json={directory / 'many.json'}"]
    pairs = [[seconds([*command, "--jobs", str(jobs)]) for jobs in (1, cpus)] for _ in range(2)]
    one, all_of_them = map(min, zip(*pairs, strict=True))
    speeds = f"{many / one:,.0f} files/s with one process, {many / all_of_them:,.0f} with {cpus}"
    yield f"{many:,} files, text and JSON: {speeds}: {one / all_of_them:.2f} times"


def memory(directory: Path) -> Iterator[str]:
    """Measure the peak memory of the largest process on few and on many files, with JSON and SARIF."""
    outputs = [part for name in ("json", "sarif") for part in ("-o", f"{name}={directory / f'out.{name}'}")]
    for name in ("some", "many"):
        peak, taken = peak_memory([*LINT, *AS_OF, *outputs, str(directory / name)])
        size = sum(path.stat().st_size for path in directory.glob("out.*")) / 1e6
        yield f"{name} files: peak memory {peak:.0f} MB, {taken:.1f} s for {size:,.0f} MB of JSON and SARIF"


def page(directory: Path, count: int) -> Iterator[str]:
    """Measure writing the page of a fleet from a report. A tenth of the files are based on Runtime."""
    write_dockerfiles(directory / "fleet", count, runtime=0.1)
    report, html = directory / "fleet.json", directory / "fleet.html"
    linting = seconds([*LINT, *AS_OF, str(directory / "fleet"), "-o", f"json={report}"])
    command = [*LINT, *AS_OF, "--from-report", str(report), "-o", f"html={html}"]
    peak, taken = peak_memory(command)
    yield (
        f"a page of {count:,} files from a report of {report.stat().st_size / 1e6:.0f} MB: {taken:.1f} s,"
        f" {taken / linting:.2f} times linting them, peak memory {peak:.0f} MB"
    )


def bounds(directory: Path) -> Iterator[str]:
    """Measure the time and the peak memory on extremely large or complex files."""
    for name, source in BOUNDS.items():
        path = directory / "Dockerfile.bound"
        path.write_text(source, encoding="utf-8")
        peak, taken = peak_memory([*LINT, *AS_OF, str(path)])
        yield f"{name}: {taken:.2f} s, peak memory {peak:.0f} MB"


def merging() -> Iterator[str]:
    """Compare the time of merging a feed of 5,000 releases with the time of only parsing its JSON."""
    document = json.dumps({"schemaVersion": "1.8", "runtimeVersionsV3": dict(feed_releases(5000))}).encode()

    def merge() -> None:
        refresh_table(TABLE, parse_document(document), TODAY)

    pairs = [(clock(merge), clock(lambda: json.loads(document))) for _ in range(5)]
    ours, theirs = (statistics.median(column) for column in zip(*pairs, strict=True))
    yield f"a feed of 5,000 releases: merged in {ours:.2f} s, {ours / theirs:.0f} times its JSON alone"


def language_server() -> Iterator[str]:
    """Compare the server's start with its imports, and a check of 1,000 lines with only parsing them."""
    imports = [sys.executable, "-c", "import pygls.lsp.server"]
    # The server ends at once, because it gets no input.
    start = [sys.executable, "-m", "lint_runtime.cli.language_server"]
    pairs = [(seconds(start), seconds(imports)) for _ in range(12)][2:]
    ours, theirs = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    yield f"language server: starts in {ours:.0f} ms, {ours / theirs:.2f} times its library alone"
    source = "FROM quay.io/astronomer/astro-runtime:9.1.0\n" + "RUN echo a line\n" * 1000
    times = [clock(lambda: check(source, today=TODAY)) for _ in range(50)]
    parses = [clock(lambda: dockerfile.parse_string(source)) for _ in range(50)]
    checked, parsed = statistics.median(times), statistics.median(parses)
    ratio = f"{checked / parsed:.1f} times the bare parse"
    yield f"a buffer of 1,000 lines: checked in {checked * 1000:.1f} ms, {ratio}"


def feed_releases(count: int) -> Iterator[tuple[str, object]]:
    """Yield the versions and feed entries of new releases, which belong to 50 new series."""
    for number in range(count):
        line = f"3.{50 + number % 50}"
        released = TODAY - timedelta(days=(count - number) // 20)
        metadata = {"airflowVersion": f"{line}.0", "channel": "stable", "releaseDate": str(released)}
        yield f"{line}-{1 + number // 50}", {"metadata": metadata | {"pythonVersions": ["3.12", "3.13"]}}


if __name__ == "__main__":
    main()
