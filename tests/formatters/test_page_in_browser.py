"""The page in a real browser: its script, its layout and its accessibility."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from lint_runtime.formatters.html import render_timeline
from lint_runtime.lifecycle.views.timeline import build_timeline
from lint_runtime.linter.report import Report
from lint_runtime.text import shown_path, visible
from tests.conftest import AS_OF, TABLE, rendered
from tests.formatters.inputs import HOSTILE, RUNTIME, lint_text

pytestmark = pytest.mark.browser

IMAGES = (
    f"{RUNTIME}:9.1.0",
    f"{RUNTIME}:12.5.0",
    f"{RUNTIME}:13.11.0",
    f"{RUNTIME}:latest",
    f"{RUNTIME}:5.0.8",
)
ROWS = "tbody tr:visible"
# The widths of a phone, a tablet, a small window and a desktop.
SIZES = ((360, 740), (900, 1000), (1100, 800), (1440, 900))
WIDER_THAN_THE_WINDOW = """() => [...document.body.querySelectorAll("*")]
  .filter((one) => !one.closest(".scroll svg, .skip") && one.getBoundingClientRect().right > innerWidth + 0.5)
  .map((one) => one.outerHTML.slice(0, 80))"""


def _hostile() -> Report:
    """Return a report with attacks in its path and its images."""
    report = lint_text(f"FROM {IMAGES[0]}\n", "x" * 300)
    ((stage, image),) = report.stages
    assert image
    texts = [*HOSTILE.values(), "y" * 300, "<script>alert(1)</script>" * 9]
    stages = [stage._replace(image=text) for text in texts]
    return report._replace(stages=tuple((stage, image._replace(stage=stage)) for stage in stages))


@cache
def _images_page() -> str:
    reports = [
        lint_text(f"FROM {image}\n", f"teams/team-{number}/project/Dockerfile")
        for number, image in enumerate(IMAGES)
    ]
    hostile = [lint_text(f"FROM {IMAGES[2]}\n", text) for text in HOSTILE.values()]
    problems = ["cannot read 'x'", "z" * 300]
    return rendered("html", [*reports, *hostile, _hostile()], problems=problems)


@cache
def _series_page() -> str:
    return render_timeline(build_timeline(TABLE.as_of(AS_OF), {"13": 3}), TABLE)


PAGES: dict[str, Callable[[], str]] = {"of images": _images_page, "of series": _series_page}
EACH_PAGE = pytest.mark.parametrize("make", PAGES.values(), ids=PAGES.keys())


@pytest.fixture
def shown(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Any]]:
    """Return a function that opens a page. Fails if a page loads, logs or asks for anything."""
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
    page = shown(_series_page())
    names = [series.name for series in TABLE.series if series.schedule]
    assert (_column(page, 1), _sorting(page)) == (names, {"Series": "ascending"})
    page.get_by_role("button", name="Series", exact=True).click()
    assert (_column(page, 1), _sorting(page)) == (names[::-1], {"Series": "descending"})
    page.get_by_role("button", name="End of maintenance").click()
    assert _sorting(page) == {"End of maintenance": "ascending"}
    assert _column(page, 6) == sorted(_column(page, 6))


def test_sorting_with_the_keyboard(shown: Callable[..., Any]) -> None:
    page = shown(_images_page())
    assert _sorting(page) == {"Status": "ascending"}
    at_first = _column(page, 1)
    page.locator("#reset").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Status"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    page.keyboard.press("Enter")
    assert outline == "3px"
    assert _sorting(page) == {"Status": "descending"}
    assert _column(page, 1)[0] == at_first[-1] == "no image"
    page.keyboard.press("Space")
    assert _column(page, 1) == at_first
    assert page.evaluate("document.activeElement.textContent") == "Status"


def test_filtering(shown: Callable[..., Any]) -> None:
    page = shown(_images_page())
    total = page.locator("tbody tr").count()
    count = page.get_by_role("status")
    assert count.text_content() == f"{total} of {total} shown"
    assert not page.get_by_text("No images match").is_visible()
    page.get_by_label("Search").press_sequentially("TEAM-1 12.5")
    assert _column(page, 2) == ["teams/team-1/project/Dockerfile:1"]
    assert count.text_content() == f"1 of {total} shown"
    page.get_by_label("Status", exact=True).select_option("unsupported")
    assert (_column(page, 2), count.text_content()) == ([], f"0 of {total} shown")
    assert page.get_by_text("No images match").is_visible()
    page.get_by_role("button", name="Clear filters").click()
    assert page.locator(ROWS).count() == total
    assert page.evaluate("document.activeElement.id") == "find"
    page.get_by_label("Status", exact=True).select_option("unsupported")
    assert _column(page, 2) == ["teams/team-4/project/Dockerfile:1"]


def test_the_filter_is_in_the_address(shown: Callable[..., Any]) -> None:
    page = shown(_images_page())
    page.get_by_label("Search").fill("team-1")
    page.get_by_label("Status", exact=True).select_option("basic support (1)")
    page.get_by_label("Group by").select_option("directory")
    assert page.evaluate("location.hash") == "#find=team-1&status=basic_support&group=directory"
    page.get_by_role("button", name="Clear filters").click()
    assert page.evaluate("location.hash") == ""
    page.evaluate("location.hash = '#find=team-4&status=nonsense'")
    page.wait_for_function("document.querySelector('#find').value === 'team-4'")
    assert _column(page, 2) == ["teams/team-4/project/Dockerfile:1"]
    page.evaluate("location.hash = '#table'")
    assert _column(page, 2) == ["teams/team-4/project/Dockerfile:1"]


def _fleet(projects: int) -> str:
    reports = [
        lint_text(
            f"FROM {IMAGES[number % 3]} AS a\nFROM {IMAGES[2]}\n",
            f"all/label-{number % 40}/p{number}/Dockerfile",
        )
        for number in range(projects)
    ]
    return rendered("html", reports)


def test_grouping(shown: Callable[..., Any]) -> None:
    page = shown(_fleet(300))
    page.get_by_label("Group by").select_option("top directory or label")
    groups = page.get_by_role("button", expanded=False)
    assert groups.count() == 40
    assert page.locator(ROWS).count() == 40
    groups.filter(has_text="all/label-7 ").press("Enter")
    assert page.get_by_role("button", expanded=True).text_content().startswith("all/label-7 ")
    assert page.locator(ROWS).count() == 40 + 16
    page.get_by_role("button", name="Collapse all").click()
    assert page.locator(ROWS).count() == 40
    page.get_by_role("button", name="Expand all").click()
    assert page.locator(ROWS).count() == 40 + 600
    page.get_by_label("Search").fill("label-7/")
    assert page.locator(ROWS).count() == 1 + 16
    page.get_by_role("button", name="Image", exact=True).click()
    images = [text for text in _column(page, 3) if text]
    assert images == sorted(images, key=lambda image: [int(part) for part in re.findall(r"\d+", image)])


def test_details_open_with_the_keyboard(shown: Callable[..., Any]) -> None:
    page = shown(_images_page())
    note = page.get_by_text("12.x: maintenance ended on 2026-02-28").first
    assert not note.is_visible()
    row = page.locator("tbody tr", has_text="12.5.0")
    row.locator("summary").first.press("Enter")
    assert note.is_visible()


@pytest.mark.parametrize(("width", "is_hinted"), [(360, True), (1440, False)])
def test_a_chart_wider_than_the_screen_says_so(
    width: int, is_hinted: bool, shown: Callable[..., Any]
) -> None:
    page = shown(_images_page(), viewport={"width": width, "height": 740})
    assert page.get_by_text("Scroll sideways").is_visible() is is_hinted
    scrolls = page.evaluate("(one => one.scrollWidth > one.clientWidth)(document.querySelector('.scroll'))")
    assert scrolls is is_hinted


def test_the_keyboard_reaches_every_control(shown: Callable[..., Any]) -> None:
    page = shown(_images_page())
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the table"
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "table"
    for ident in ("find", "status", "group", "reset"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == ident


@EACH_PAGE
def test_without_scripts(make: Callable[[], str], shown: Callable[..., Any]) -> None:
    with_scripts = shown(make()).locator(ROWS).count()
    page = shown(make(), java_script_enabled=False)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.locator(ROWS).count() == with_scripts
        assert not page.locator("button:visible, input:visible, select:visible").count()


@EACH_PAGE
def test_nothing_overflows(make: Callable[[], str], shown: Callable[..., Any]) -> None:
    page = shown(make())
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("innerWidth") == width
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert page.evaluate(WIDER_THAN_THE_WINDOW) == []


@EACH_PAGE
@pytest.mark.parametrize("width", [360, 1440])
def test_accessibility(width: int, make: Callable[[], str], shown: Callable[..., Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    # The policy of the page would block axe, too.
    page = shown(make(), bypass_csp=True, viewport={"width": width, "height": 900})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        violations = axe.run(page).response["violations"]
        assert [(violation["id"], violation["nodes"][0]["target"]) for violation in violations] == []


@EACH_PAGE
def test_printing(make: Callable[[], str], shown: Callable[..., Any]) -> None:
    page = shown(make(), color_scheme="dark", viewport={"width": 1032, "height": 700})
    total = page.locator("tbody tr").count()
    if page.locator("#find").count():
        page.get_by_label("Search").fill("no such thing")
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
    page = shown(_images_page())
    images, paths = _column(page, 3), _column(page, 2)
    for text in HOSTILE.values():
        assert visible(text) in images
        assert f"{shown_path(text)}:1" in paths
    assert page.locator("script").count() == 1
    assert page.locator("img").count() == 0


def test_the_policy_blocks_everything_else(browser: Any, tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    injected = "<script>document.title = 'owned'</script><style>h1 { display: none }</style>"
    injected += "<p onclick='1' style='color: red'></p><img src='file:///etc/hostname'>"
    file.write_bytes(_images_page().replace("<main>", f"<main>{injected}").encode())
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(file.as_uri())
    assert page.title() == "Astro Runtime images, 2026-09-25"
    assert page.locator("h1").is_visible()
    assert len([text for text in refused if "Content Security Policy" in text]) >= 4
    page.close()
