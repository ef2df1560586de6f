"""What to do about each image, for terminals and in Markdown."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pytest
from markdown_it import MarkdownIt

from lint_runtime.diagnostics import Severity
from lint_runtime.linter.report import Report
from lint_runtime.text import visible
from tests.conftest import rendered
from tests.formatters.inputs import FOUND, HOSTILE, RUNTIME, lint_text, report_of

DAY = date(2027, 3, 15)
THREE = "astrocrpublic.azurecr.io/runtime"
IMAGES = [
    f"{RUNTIME}:9.7.0",
    f"{RUNTIME}:9.7.0",
    f"{RUNTIME}:9.1.0-python-3.9-base",
    f"{RUNTIME}:13.11.0",
    f"{THREE}:3.3-8",
    f"{THREE}:3.3",
    f"{THREE}:3.0.8@sha256:{'0' * 64}",
    f"{RUNTIME}:13.11.0.1",
    "$IMAGE",
]


def _reports(images: Sequence[str] = IMAGES, day: date = DAY) -> list[Report]:
    source = "ARG IMAGE\nFROM {}\nCOPY --from=quay.io/astronomer/astro-runtime:9.7.0 a b\n"
    # Each file in `sources` has its image in two FROM instructions, but counts only once for the image.
    sources = [f"ARG IMAGE\nFROM {image} AS a\nFROM {image}\nCOPY --from=a b c\n" for image in images]
    return [
        lint_text(text, f"{number}/Dockerfile", day)
        for number, text in enumerate([*sources, source.format("scratch")])
    ]


def test_the_summary() -> None:
    assert (
        rendered("summary", _reports(), as_of=DAY)
        == f"""\
 FILES  IMAGE -> WHAT TO WRITE
        STATE                         OPTIONS
     3  {RUNTIME}:9.7.0 -> 13.11.0
        unsupported since 2026-02-01  --fix --upgrade
     1  {THREE}:3.0.8@sha256:{"0" * 64}
        -> {THREE}:3.3-8
        unusable                      by hand
     1  {RUNTIME}:13.11.0.1
        unusable                      see its findings
     1  {RUNTIME}:9.1.0-python-3.9-base
        -> 13.11.0-python-3.11-base
        yanked                        --fix --upgrade --unsafe-fixes
     1  {RUNTIME}:13.11.0
        -> {THREE}:3.3-8
        ending on 2027-04-30          --fix --upgrade-to 3.3
     1  $IMAGE
        not checked                   set its variables
     1  {THREE}:3.3 -> 3.3-8
        maintained until 2028-07-31   --fix --unsafe-fixes
1 of 10 files needs nothing.
To see the findings of a file: lint-runtime --format full PATH
"""
    )


def test_colors_do_not_change_the_text() -> None:
    colored = rendered("summary", _reports(), as_of=DAY, is_colored=True)
    assert "\x1b[31m" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == rendered("summary", _reports(), as_of=DAY)


@pytest.mark.parametrize("width", [40, 80, 200])
def test_rows_fit_the_terminal(width: int) -> None:
    lines = rendered("summary", _reports(IMAGES[:6]), as_of=DAY, width=width).splitlines()
    joined = [line for line in lines if " -> " in line and line[:6].strip().isdigit()]
    assert max(map(len, joined), default=0) <= width
    assert bool(joined) is (width > 40)


def test_a_run_that_needs_nothing() -> None:
    assert (
        rendered("summary", _reports([f"{THREE}:3.3-8"])[:1], as_of=DAY) == "1 of 1 file needs nothing.\n"
    )
    assert rendered("summary", []) == ""


def test_rows_and_memory_are_bounded() -> None:
    report = lint_text("ARG X\nFROM $X\n")._replace(diagnostics=())
    ((stage, _),) = report.stages
    stages = [(stage._replace(image=f"a{number:05}"), None) for number in range(10_001)]
    # The first file has 10,001 images. The summary keeps 10,000 of them, and doesn't count the last one, even in the
    # next file. For an image that is kept, each file counts.
    reports = [
        *(report._replace(stages=tuple(found)) for found in (stages, stages[-1:], stages[7:8])),
        report_of(FOUND._replace(severity=Severity.INFO)),
    ]
    text = rendered("summary", reports)
    rows = re.findall(r"^ +(\d+)  (\S+)", text, re.MULTILINE)
    assert rows == [("2", "a00007"), *(("1", f"a{number:05}") for number in range(1000) if number != 7)]
    assert "\n… and 9,000 more (too many to show). 1 of 4 files needs nothing.\n" in text
    text = rendered("markdown", reports)
    assert re.findall(r"^\| \d \| `(\w+)`", text, re.MULTILINE)[::199] == ["a00007", "a00199"]
    assert "\n… and 9,800 more (too many to show). 1 of 4 files needs nothing.\n" in text


def test_hostile_images_are_escaped() -> None:
    for text in (*HOSTILE.values(), "::error::x"):
        # Remove what can't be in an image: white space ends it, `$` starts a variable, and surrogates are not UTF-8.
        image = re.sub(r"[\s$\ud800-\udbff\udfff]", "", text)
        reports = [lint_text(f"FROM {image}\n")]
        written = rendered("summary", reports)
        assert [line for line in written.split("\n") if line != visible(line)] == []
        assert [line for line in written.split("\n") if re.match(r"\s*(::|##)", line)] == []
        rendered_html = MarkdownIt("gfm-like").render(rendered("markdown", reports))
        assert "<script" not in rendered_html
        assert rendered_html.count("<table>") == 2 * ("<table>" in rendered_html)
    long = rendered("summary", [lint_text(f"FROM {RUNTIME}:{'9' * 1000}\n")])
    assert [len(line.split()[-1]) for line in long.splitlines() if "999" in line] == [300]


def test_markdown_starts_with_the_summary() -> None:
    lines = rendered("markdown", _reports(), as_of=DAY).splitlines()
    table = lines.index("| files | image | state | write | options |")
    assert table == 2
    assert lines[table + 2] == (
        f"| 3 | `{RUNTIME}:9.7.0` | unsupported since 2026-02-01 | `{RUNTIME}:13.11.0` | `--fix --upgrade` |"
    )
    assert lines[table + 9 : table + 13] == [
        "",
        "1 of 10 files needs nothing.",
        "",
        "| severity | location | rule | problem | help |",
    ]


@pytest.mark.parametrize(
    ("findings", "is_terminal", "has_summary"), [(50, True, False), (51, True, True), (51, False, False)]
)
def test_full_ends_with_the_summary(findings: int, is_terminal: bool, has_summary: bool) -> None:
    reports = [lint_text(f"FROM {RUNTIME}:9.7.0\n", f"{number}/Dockerfile") for number in range(findings)]
    text = rendered("full", [*reports, lint_text("FROM x\n")], is_terminal=is_terminal)
    summary = f" FILES  IMAGE -> WHAT TO WRITE\n{'':8}STATE{'':23}  OPTIONS\n"
    assert (summary in text) is has_summary
    end = f"1 of {findings + 1} files needs nothing.\nTo see the findings of a file: lint-runtime PATH\n"
    assert text.endswith(end) is has_summary
