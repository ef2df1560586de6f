"""The SVG of a timeline in a real browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from lint_runtime.lifecycle.views.timeline import TITLE
from lint_runtime.lifecycle.views.timeline_svg import render_svg
from tests.lifecycle.views.test_timeline import COLORS, COUNTED, PICTURES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

MEASURE = """() => {
    const place = element => {
        const {x, y, width, height} = element.getBBox();
        return [element.textContent, x, y, x + width, y + height];
    };
    const view = document.querySelector('svg').viewBox.baseVal;
    return [view.width, view.height, [...document.querySelectorAll('svg text')].map(place)];
}"""


@pytest.mark.parametrize("font", ["system-ui", "DejaVu Sans", "Liberation Sans"])
def test_no_text_is_truncated_or_overlaps_another(browser: Browser, font: str) -> None:
    page = browser.new_page()
    for timeline in PICTURES.values():
        style = f"<style>.lr-timeline text {{ font-family: '{font}' !important }}</style>"
        page.set_content(f"<!doctype html>{style}{render_svg(timeline, title=TITLE)}")
        width, height, boxes = page.evaluate(MEASURE)
        assert boxes
        for index, (content, left, top, right, bottom) in enumerate(boxes):
            assert left >= 0, content
            assert top >= 0, content
            assert right <= width, content
            assert bottom <= height, content
            for other, x1, y1, x2, y2 in boxes[:index]:
                is_next_to = x2 <= left or right <= x1 or y2 <= top + 1 or bottom <= y1 + 1
                assert is_next_to, f"{content!r} meets {other!r}"
    page.close()


@pytest.mark.parametrize("scheme", COLORS)
def test_a_picture_has_a_background_that_a_page_can_change(browser: Browser, scheme: Any) -> None:
    color = COLORS[scheme]["background"]
    asked: list[str] = []
    page = browser.new_page(color_scheme=scheme)
    page.on("request", lambda request: asked.append(request.url))
    ground = "getComputedStyle(document.querySelector('.lr-background')).fill"
    rgb = tuple(int(color[at : at + 2], 16) for at in (1, 3, 5))
    page.set_content(render_svg(COUNTED, title=TITLE))
    assert page.evaluate(ground) == f"rgb{rgb}"
    page.set_content(
        f"<style>:root {{ --lr-background: rgb(1, 2, 3) }}</style>{render_svg(COUNTED, title=TITLE)}"
    )
    assert page.evaluate(ground) == "rgb(1, 2, 3)"
    assert asked == []
    page.close()
