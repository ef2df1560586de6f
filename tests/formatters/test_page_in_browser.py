"""The page in a real browser: its script, its looks, and what assistive technology gets."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lint_runtime.config.model import Config
from lint_runtime.formatters.html import render, timeline_page
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.views.timeline import timeline
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.report import Report, Run
from lint_runtime.text import shown_path, visible
from tests.conftest import AS_OF
from tests.formatters.test_machine_formats import HOSTILE

TABLE = embedded_table()

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"
pytestmark = pytest.mark.skipif(not os.access(CHROMIUM, os.X_OK), reason="there is no chromium")

RUNTIME = "quay.io/astronomer/astro-runtime"
IMAGES = (
    f"{RUNTIME}:9.1.0",
    f"{RUNTIME}:12.5.0",
    f"{RUNTIME}:13.11.0",
    f"{RUNTIME}:latest",
    f"{RUNTIME}:5.0.8",
)
ROWS = "tbody tr:visible"
SIZES = {
    "a telephone": (360, 740),
    "a tablet": (900, 1000),
    "a small window": (1100, 800),
    "a desk": (1440, 900),
}
WIDER_THAN_THE_WINDOW = """() => [...document.body.querySelectorAll("*")]
  .filter((one) => !one.closest(".scroll svg, .skip") && one.getBoundingClientRect().right > innerWidth + 0.5)
  .map((one) => one.outerHTML.slice(0, 80))"""


def _report(path: str, image: str) -> Report:
    return lint_file(f"FROM {image}\n".encode(), path, AS_OF, Config())


def _hostile() -> Report:
    """Return a report whose path and images are what an attacker would like them to be."""
    report = _report("x" * 300, IMAGES[0])
    ((stage, image),) = report.stages
    assert image
    texts = [*HOSTILE.values(), "y" * 300, "<script>alert(1)</script>" * 9]
    stages = [stage._replace(image=text) for text in texts]
    return report._replace(stages=tuple((one, image._replace(stage=one)) for one in stages))


def _fleet() -> str:
    reports = [_report(f"teams/team-{n}/project/Dockerfile", image) for n, image in enumerate(IMAGES)]
    hostile = [_report(text, IMAGES[2]) for text in HOSTILE.values()]
    run = Run(AS_OF, TABLE, is_colored=False, problems=["cannot read 'x'", "z" * 300])
    return "".join(render([*reports, *hostile, _hostile()], run))


def _lines() -> str:
    return timeline_page(timeline(TABLE, AS_OF, {"13": 3}), TABLE)


PAGES: dict[str, Callable[[], str]] = {"of a fleet": _fleet, "of lines": _lines}
EACH_PAGE = pytest.mark.parametrize("make", PAGES.values(), ids=PAGES.keys())


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def shown(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Open a page; at the end, nothing may have been loaded, said on the console or asked of the user."""
    file = tmp_path / "page.html"
    contexts: list[Any] = []
    seen: list[str] = []

    def show(text: str, **options: Any) -> Any:
        file.write_bytes(text.encode("utf-8"))
        contexts.append(browser.new_context(**options))
        page = contexts[-1].new_page()
        page.on("request", lambda request: seen.append(request.url))
        page.on("console", lambda message: seen.append(message.text))
        page.on("pageerror", lambda error: seen.append(str(error)))
        page.on("dialog", lambda dialog: seen.append(dialog.message))
        page.goto(file.as_uri())
        return page

    yield show
    for context in contexts:
        context.close()
    assert seen == [file.as_uri()] * len(contexts)


def _column(page: Any, number: int) -> list[str]:
    texts: list[str] = page.locator(f"{ROWS} > :nth-child({number})").all_text_contents()
    return texts


def _sorting(page: Any) -> dict[str, str]:
    headers = page.locator("thead th[aria-sort]").all()
    return {header.text_content(): header.get_attribute("aria-sort") for header in headers}


def test_sorting_with_a_mouse(shown: Callable[..., Any]) -> None:
    page = shown(_lines())
    lines = [line.name for line in TABLE.series]
    assert (_column(page, 1), _sorting(page)) == (lines, {"Series": "ascending"})
    page.get_by_role("button", name="Series", exact=True).click()
    assert (_column(page, 1), _sorting(page)) == (lines[::-1], {"Series": "descending"})
    page.get_by_role("button", name="End of maintenance").click()
    assert _sorting(page) == {"End of maintenance": "ascending"}
    assert _column(page, 6) == sorted(_column(page, 6))


def test_sorting_with_the_keyboard(shown: Callable[..., Any]) -> None:
    page = shown(_fleet())
    assert _sorting(page) == {"Status": "ascending"}
    at_first = _column(page, 1)
    page.locator("#reset").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Status"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    page.keyboard.press("Enter")
    assert outline == "3px"
    assert _sorting(page) == {"Status": "descending"}
    assert _column(page, 1)[0] == at_first[-1] == "not known"
    page.keyboard.press("Space")
    assert _column(page, 1) == at_first
    assert page.evaluate("document.activeElement.textContent") == "Status"


def test_filtering(shown: Callable[..., Any]) -> None:
    page = shown(_fleet())
    total = page.locator("tbody tr").count()
    told = page.get_by_role("status")
    assert told.text_content() == f"{total} of {total} shown"
    page.get_by_label("Find").press_sequentially("TEAM-1 12.5")
    assert _column(page, 2) == ["teams/team-1/project/Dockerfile:1"]
    assert told.text_content() == f"1 of {total} shown"
    page.get_by_label("Status", exact=True).select_option("ended")
    assert (_column(page, 2), told.text_content()) == ([], f"0 of {total} shown")
    page.get_by_role("button", name="Show all").click()
    assert page.locator(ROWS).count() == total
    assert page.evaluate("document.activeElement.id") == "find"
    page.get_by_label("Status", exact=True).select_option("ended")
    assert _column(page, 2) == ["teams/team-4/project/Dockerfile:1"]


def test_the_keyboard_gets_to_everything(shown: Callable[..., Any]) -> None:
    page = shown(_fleet())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the table"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "table"
    for ident in ("find", "standing", "reset"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == ident


@EACH_PAGE
def test_without_scripts(make: Callable[[], str], shown: Callable[..., Any]) -> None:
    with_scripts = shown(make()).locator(ROWS).count()
    for width, height in SIZES.values():
        options = {"java_script_enabled": False, "viewport": {"width": width, "height": height}}
        page = shown(make(), **options)
        assert page.locator(ROWS).count() == with_scripts
        assert not page.locator("button:visible, input:visible, select:visible").count()


@EACH_PAGE
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES.keys())
def test_nothing_overflows(
    size: tuple[int, int], make: Callable[[], str], shown: Callable[..., Any]
) -> None:
    page = shown(make(), viewport={"width": size[0], "height": size[1]})
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
    assert page.evaluate(WIDER_THAN_THE_WINDOW) == []


@EACH_PAGE
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1440])
def test_accessibility(scheme: str, width: int, make: Callable[[], str], shown: Callable[..., Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    # The policy of the page keeps out axe as well.
    page = shown(make(), color_scheme=scheme, bypass_csp=True, viewport={"width": width, "height": 900})
    violations = axe.run(page).response["violations"]
    told = [(one["id"], one["impact"], [node["target"] for node in one["nodes"][:3]]) for one in violations]
    assert told == []


@EACH_PAGE
def test_on_paper(make: Callable[[], str], shown: Callable[..., Any]) -> None:
    page = shown(make(), color_scheme="dark", viewport={"width": 1032, "height": 700})
    total = page.locator("tbody tr").count()
    if page.locator("#find").count():
        page.get_by_label("Find").fill("no such thing")
        assert page.locator(ROWS).count() == 0
    page.emulate_media(media="print")
    assert page.locator(ROWS).count() == total
    assert not page.locator("[role=search]:visible").count()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    )
    assert page.evaluate("getComputedStyle(document.querySelector('thead th')).position") == "static"
    assert (
        page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    )
    assert page.evaluate(WIDER_THAN_THE_WINDOW) == []


def test_hostile_names_are_text(shown: Callable[..., Any]) -> None:
    page = shown(_fleet())
    images, paths = _column(page, 3), _column(page, 2)
    for text in HOSTILE.values():
        assert visible(text) in images
        assert f"{shown_path(text)}:1" in paths
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0


def test_the_policy_keeps_out_all_else(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    injected = "<script>document.title = 'owned'</script><style>h1 { display: none }</style>"
    injected += "<p onclick='1' style='color: red'></p><img src='file:///etc/hostname'>"
    file.write_bytes(_fleet().replace("<main>", f"<main>{injected}").encode())
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(file.as_uri())
    assert page.title() == "Astro Runtime images, 2026-09-25"
    assert page.locator("h1").is_visible()
    assert len([text for text in refused if "Content Security Policy" in text]) >= 4
    page.close()
