"""Take a screenshot of the HTML page for the README: `python docs/take_picture.py`. Needs Chromium."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from lint_runtime.cli.lint import main

ROOT = Path(__file__).parents[1]
SIZE = {"width": 1200, "height": 1548}

with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
    page_file = Path(name) / "page.html"
    arguments = ["--as-of", "2026-09-25", "--quiet", "-o", f"html={page_file}", "--statistics"]
    main([*arguments, str(ROOT / "fixtures" / "projects")])
    browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
    page = browser.new_page(viewport=SIZE, color_scheme="light")
    page.goto(page_file.as_uri())
    page.screenshot(path=ROOT / "docs" / "page.png")
    browser.close()
