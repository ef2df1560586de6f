"""Measure the page of a fleet: its size, the time and memory to write it, and the time to load it.

    PYTHONPATH=. python benchmarks/page.py [--projects 3000]

Only prints the figures. tests/formatters/test_page_in_browser.py checks the size.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from processes import peak_memory

from tests.fleet import fleet

LINT = [sys.executable, "-m", "lint_runtime", "--as-of", "2026-11-27", "--exit-zero", "--quiet"]


def loading(page_file: Path) -> tuple[float, int]:
    """Return the seconds until Chromium has laid out and filtered a page, and its height in pixels."""
    # Import it here: only this function needs a browser.
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox"]
        )
        page = browser.new_page(viewport={"width": 1440, "height": 900})
        start = time.perf_counter()
        page.goto(page_file.as_uri())
        height = page.evaluate("document.documentElement.scrollHeight")
        taken = time.perf_counter() - start
        browser.close()
    return taken, height


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--projects", type=int, default=3000)
    projects = parser.parse_args().projects
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        for path, source in fleet(projects):
            (directory / path).parent.mkdir(parents=True)
            (directory / path).write_text(source, encoding="utf-8")
        page_file = directory / "page.html"
        # Lint relative paths: the page groups them by top directory, which is the team.
        os.chdir(directory)
        peak, taken = peak_memory([*LINT, "--statistics", "-o", f"html={page_file}"])
        size = page_file.stat().st_size / 1e6
        load, height = loading(page_file)
    print(f"a page of {projects:,} projects: {taken:.1f} s, {size:.2f} MB, peak memory {peak:.0f} MB")
    print(f"loaded in {load:.2f} s, {height:,} pixels high")


if __name__ == "__main__":
    main()
