"""Measure the page of a big fleet. Prints seconds and size; asserts nothing.

    python benchmarks/page.py [--uses 10000]

Linting is not counted: it is what every format waits for.
"""

from __future__ import annotations

import argparse
import random
import time
from datetime import date

from dockerfiles import dockerfile

from lint_runtime.config.model import Config
from lint_runtime.formatters.base import Run
from lint_runtime.formatters.html import Html
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Report
from lint_runtime.linter.tally import Tally

TABLE = embedded_table()

TODAY = date(2026, 11, 22)


def reports(uses: int, seed: int = 1) -> list[Report]:
    """Return the reports of Dockerfiles that use so many images, at the least."""
    chance = random.Random(seed)
    found: list[Report] = []
    count = 0
    while count < uses:
        path = f"team-{len(found) // 100:03}/project-{len(found):05}/Dockerfile"
        report = lint_file(dockerfile(chance).encode(), path, Config(), TABLE.as_of(TODAY))
        count += sum(image is not None for _, image in (*report.stages, *report.uses))
        found.append(report)
    return found


def measure(found: list[Report]) -> tuple[float, int]:
    """Return how many seconds the page takes, and its bytes."""
    start = time.perf_counter()
    texts: list[str] = []
    total = Tally()
    run = Run(TODAY, TABLE, total)
    page = Html(run, texts.append)
    for report in found:
        total.count(report, Config())
        page.add(page.entry(report, run))
    page.finish()
    size = sum(len(text.encode()) for text in texts)
    return time.perf_counter() - start, size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--uses", type=int, default=10_000)
    options = parser.parse_args()
    seconds, size = measure(reports(options.uses))
    print(f"a page of {options.uses:,} image uses: {seconds:.2f} s, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
