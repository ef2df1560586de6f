"""The page in a real browser: its script, its layout and its accessibility."""

from __future__ import annotations

import csv
import io
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
from tests.fleet import fleet
from tests.formatters.inputs import HOSTILE, RUNTIME, lint_text

pytestmark = pytest.mark.browser

IMAGES = (
    f"{RUNTIME}:9.1.0",
    f"{RUNTIME}:12.5.0",
    f"{RUNTIME}:13.11.0",
    f"{RUNTIME}:latest",
    f"{RUNTIME}:5.0.8",
)
ROWS = ":is(.images, .series) tbody tr:visible"
# Window sizes of a phone, a tablet, a small window and a desktop, as (width, height).
SIZES = ((360, 740), (900, 1000), (1100, 800), (1440, 900))
WIDER_THAN_THE_WINDOW = """() => [...document.body.querySelectorAll("*")]
  .filter((one) => !one.closest(".scroll svg, .skip") && one.getBoundingClientRect().right > innerWidth + 0.5)
  .map((one) => one.outerHTML.slice(0, 80))"""


def _hostile() -> Report:
    """Return a report with a long path, and with hostile and long texts as images."""
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
    """Return a function that opens a page.

    Fails if a page loads another file, writes to the console or opens a dialog.
    """
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


def _files(page: Any) -> list[str]:
    """Return the visible images, each as `path:line`."""
    return [text.split(" ")[0] for text in _column(page, 2)]


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
    page.get_by_role("button", name="Status", exact=True).focus()
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    page.keyboard.press("Enter")
    assert outline == "3px"
    assert _sorting(page) == {"Status": "descending"}
    assert _column(page, 1)[0] == at_first[-1]
    page.keyboard.press("Space")
    assert _column(page, 1) == at_first
    assert page.evaluate("document.activeElement.textContent") == "Status"


def test_searching(shown: Callable[..., Any]) -> None:
    page = shown(_images_page())
    total = page.locator(ROWS).count()
    count = page.get_by_role("status")
    assert count.text_content() == f"{total} of {total} rows"
    page.get_by_label("Search").press_sequentially("TEAM-1 12.5")
    assert _files(page) == ["teams/team-1/project/Dockerfile:1"]
    assert count.text_content() == f"1 of {total} rows"
    # The search also finds text in folded details.
    page.get_by_label("Search").fill("airflow 2.10.3")
    assert _files(page) == ["teams/team-1/project/Dockerfile:1"]
    page.get_by_label("Search").fill("no such thing")
    assert (_files(page), count.text_content()) == ([], f"0 of {total} rows")
    assert page.get_by_text("No images match").is_visible()
    page.get_by_role("button", name="Clear", exact=True).click()
    assert page.locator(ROWS).count() == total
    assert page.evaluate("document.activeElement.id") == "find"
    assert not page.get_by_text("No images match").is_visible()


@cache
def _fleet_page(projects: int = 60) -> str:
    return rendered("html", [lint_text(source, path) for path, source in fleet(projects)])


def test_cards_steps_teams_and_pills_filter(shown: Callable[..., Any]) -> None:
    page = shown(_fleet_page())
    total = page.locator(ROWS).count()

    def numbers(table: str) -> list[str]:
        texts: list[str] = page.locator(f".{table} tbody tr:visible > :first-child").all_text_contents()
        return texts

    files = sum(map(int, numbers("todo")))
    page.locator(".counts").get_by_role("button", name="yanked").click()
    yanked = page.locator(ROWS).count()
    assert set(_column(page, 1)) == {"yanked"}
    assert 0 < sum(map(int, numbers("todo"))) < files
    assert page.get_by_role("button", name="yanked", pressed=True).count() == 1

    page.locator(".teams").get_by_role("button", name="sales").click()
    assert 0 < page.locator(ROWS).count() < yanked
    assert all(file.startswith("sales/") for file in _files(page))
    assert page.locator("#active").all_inner_texts() == ["status yanked\nteam sales"]
    assert page.locator(".tools").get_by_role("button", name="Clear").is_visible()

    page.locator("#active").get_by_role("button", name="status yanked").click()
    own = page.locator(ROWS).count()
    assert total > own > 10
    assert sum(map(int, numbers("todo"))) < own
    # A click anywhere in a row of the table filters the images.
    step = page.locator(".todo tbody tr:visible").first
    count, image = step.locator("td").first.text_content(), step.locator("th").text_content()
    step.locator("th").click()
    assert {text.split(" ")[0] for text in _column(page, 3)} == {image}
    assert len({file.rpartition(":")[0] for file in _files(page)}) == int(count)
    assert "sales" in numbers("teams")
    page.get_by_role("button", name="Clear").click()
    assert page.locator(ROWS).count() == total
    page.locator(".images tbody").get_by_role("button", name="basic support").first.click()
    assert set(_column(page, 1)) == {"basic support"}


def test_filters_stay_in_sight(shown: Callable[..., Any]) -> None:
    page = shown(_fleet_page(), viewport={"width": 1440, "height": 900})
    page.locator(".counts").get_by_role("button", name="maintained").click()
    for top in (0, 700, 100_000):
        page.evaluate(f"scrollTo(0, {top})")
        box = page.get_by_role("button", name="status maintained").bounding_box()
        assert 0 <= box["y"] <= 900 - box["height"]
    page.get_by_role("button", name="Go to list").click()
    assert 0 <= page.get_by_role("heading", name="All images").bounding_box()["y"] <= 900


def test_the_filter_is_in_the_address(shown: Callable[..., Any]) -> None:
    page = shown(_images_page())
    page.get_by_label("Search").fill("team-1")
    page.locator(".counts").get_by_role("button", name="basic support").click()
    assert page.evaluate("location.hash") == "#find=team-1&status=basic_support"
    page.get_by_role("button", name="Clear", exact=True).click()
    assert page.evaluate("location.hash") == ""
    page.evaluate("location.hash = '#find=team-4&team=nonsense'")
    page.wait_for_function("document.querySelector('#find').value === 'team-4'")
    assert _files(page) == []
    page.evaluate("location.hash = '#find=team-4'")
    page.wait_for_function("document.querySelectorAll('.images tbody tr').length === 1")
    page.evaluate("location.hash = '#table'")
    assert _files(page) == ["teams/team-4/project/Dockerfile:1"]


def test_details_fold_out_with_the_keyboard(shown: Callable[..., Any]) -> None:
    page = shown(_images_page())
    note = page.get_by_text("12.x: maintenance ended on 2026-02-28")
    assert not note.locator("visible=true").count()
    button = page.locator(".images tr", has_text="12.5.0").get_by_role("button", name="Details")
    button.press("Enter")
    assert note.locator("visible=true").count() == 1
    assert button.get_attribute("aria-expanded") == "true"
    page.get_by_role("button", name="Status", exact=True).click()
    assert page.locator(".images tr", has_text="12.5.0").first.locator("+ .more").count() == 1
    button.press("Space")
    assert not note.locator("visible=true").count()


def test_the_download_has_what_is_shown(shown: Callable[..., Any]) -> None:
    reports = [
        lint_text(f"FROM {IMAGES[0]}\n", '=1+1/a"b,c/Dockerfile'),
        lint_text(f"# lint-runtime: ignore[nonsense]\nFROM {IMAGES[1]}\n", "@x/Dockerfile"),
        lint_text(f"FROM {IMAGES[2]}\n", "plain/Dockerfile"),
    ]
    page = shown(rendered("html", reports))

    def downloaded() -> list[list[str]]:
        with page.expect_download() as download:
            page.get_by_role("button", name="Download CSV").click()
        assert download.value.suggested_filename == "images.csv"
        text = download.value.path().read_bytes().decode("utf-8-sig")
        return [*csv.reader(io.StringIO(text, newline=""))]

    head, *rows = downloaded()
    assert head[:5] == ["File", "Line", "Team", "Image", "Status"]
    assert sorted(row[:5] for row in rows) == [
        ["'=1+1/a\"b,c/Dockerfile", "1", "'=1+1", IMAGES[0], "yanked"],
        ["'@x/Dockerfile", "1", "'@x", "", "no image"],
        ["'@x/Dockerfile", "2", "'@x", IMAGES[1], "basic support"],
        ["plain/Dockerfile", "1", "plain", IMAGES[2], "maintained"],
    ]
    by_image = dict(zip([row[3] for row in rows], rows, strict=True))
    assert by_image[IMAGES[1]][5:] == [
        *("2026-03-01", f"{RUNTIME}:13.11.0", "lint-runtime --fix --upgrade", "end-of-maintenance"),
    ]
    page.get_by_label("Search").fill("plain")
    assert len(downloaded()) == 2


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
    page.evaluate("document.querySelector('.calendar').scrollIntoView()")
    page.locator("#find").focus()
    for ident in ("go", "csv"):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.id") == ident
    for _ in range(4):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.closest('.todo') !== null")


@EACH_PAGE
def test_without_scripts(make: Callable[[], str], shown: Callable[..., Any]) -> None:
    with_scripts = shown(make()).locator(ROWS).count()
    page = shown(make(), java_script_enabled=False)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.locator(ROWS).count() == with_scripts
        assert not page.locator("button:visible, input:visible, select:visible").count()
    for link in page.locator("a[href^='#d']").all()[:3]:
        link.click()
        assert page.locator(":target h3").is_visible()


@EACH_PAGE
def test_nothing_overflows(make: Callable[[], str], shown: Callable[..., Any]) -> None:
    page = shown(make())
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("innerWidth") == width
        assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")
        assert page.evaluate(WIDER_THAN_THE_WINDOW) == []


@EACH_PAGE
def test_accessibility(make: Callable[[], str], shown: Callable[..., Any]) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    # The content security policy of the page would block axe, so bypass the policy.
    page = shown(make(), bypass_csp=True)
    for button in page.locator(".images tr", has_text="12.5.0").get_by_role("button", name="Details").all():
        button.click()
    for scheme, width in (("light", 360), ("dark", 1440)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 900})
        found = axe.run(page).response
        # Axe is unsure about text in an SVG, because it can't find the background. The next test checks the contrast
        # of text in SVGs.
        unsure = {node["target"][0] for check in found["incomplete"] for node in check["nodes"]}
        assert [(check["id"], check["nodes"]) for check in found["violations"]] == []
        assert all(page.locator(target).evaluate("(node) => node.closest('svg')") for target in unsure)


CONTRASTS = """() => {
  const parts = (color) => color.match(/[\\d.]+/g).slice(0, 3).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const light = (color) => parts(color).reduce((sum, part, at) => sum + part * [0.2126, 0.7152, 0.0722][at], 0);
  return [...document.querySelectorAll("svg text")].map((text) => {
    text.scrollIntoView({ block: "center", inline: "center" });
    const { x, y, width, height } = text.getBoundingClientRect();
    const below = document.elementsFromPoint(x + width / 2, y + height / 2).find((one) => one.matches("rect"));
    const [one, other] = [text, below].map((node) => light(getComputedStyle(node).fill) + 0.05);
    return [text.textContent, Math.max(one, other) / Math.min(one, other)];
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_texts_of_the_timeline_have_contrast(scheme: str, shown: Callable[..., Any]) -> None:
    contrasts = shown(_images_page(), color_scheme=scheme).evaluate(CONTRASTS)
    assert len(contrasts) > 30
    assert [(text, ratio) for text, ratio in contrasts if ratio < 4.5] == []


@EACH_PAGE
def test_printing(make: Callable[[], str], shown: Callable[..., Any]) -> None:
    page = shown(make(), color_scheme="dark", viewport={"width": 703, "height": 700})
    total = page.locator(ROWS).count()
    page.emulate_media(media="print")
    assert page.locator(ROWS).count() == total
    assert not page.locator("[role=search]:visible").count()
    for head in page.locator("thead").all():
        assert head.evaluate("(head) => getComputedStyle(head).display") == "table-header-group"
    assert (
        page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)"
    )
    assert page.evaluate(WIDER_THAN_THE_WINDOW) == []


def test_the_filter_is_printed(shown: Callable[..., Any]) -> None:
    page = shown(_fleet_page())
    assert not page.get_by_text("Filter:").is_visible()
    page.locator(".teams").get_by_role("button", name="sales").click()
    count = page.locator(ROWS).count()
    page.emulate_media(media="print")
    assert page.locator("header").inner_text().endswith(f"Filter: team sales ({count} of 63 rows)")
    assert page.locator(ROWS).count() == count
    assert page.locator(".teams tbody tr:visible").count() == 1
    assert not page.locator(".headline").is_visible()


def _printed(page: Any) -> int:
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True)))


def test_the_size_of_a_fleet(shown: Callable[..., Any]) -> None:
    # At this size per project, 3,000 projects take less than 2.5 MB.
    assert len(_fleet_page(300).encode()) < 250_000
    page = shown(_fleet_page(300), viewport={"width": 1440, "height": 900})
    assert page.evaluate("document.documentElement.scrollHeight") < 25_000
    assert _printed(page) < 20
    page.locator(".teams").get_by_role("button", name="billing-2").click()
    assert _printed(page) == 2
    assert _printed(shown(_fleet_page(20))) == 2


def test_hostile_names_are_text(shown: Callable[..., Any]) -> None:
    page = shown(_images_page())
    images, paths = _column(page, 3), _column(page, 2)
    for text in HOSTILE.values():
        assert [image for image in images if image.startswith(visible(text))]
        assert [path for path in paths if path.startswith(f"{shown_path(text)}:1")]
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
