"""The HTML page, read by a parser."""

from __future__ import annotations

import re
import sys
from base64 import b64encode
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from operator import attrgetter
from pathlib import Path
from urllib.parse import unquote

import pytest

from lint_runtime.config.model import Config
from lint_runtime.formatters.html import render_timeline
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.views.timeline import build_timeline
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.inventory import EntryStatus, take_inventory
from lint_runtime.linter.report import Report
from lint_runtime.text import portable_path, shown_path, visible
from tests.conftest import FIXTURES, LINT, TABLE, Command, rendered, run_process
from tests.formatters.inputs import HOSTILE, PROJECTS, RUNTIME, SHAPES, lint_paths, lint_text

DAY = date(2026, 11, 22)
VOID = {"meta", "link", "br", "wbr", "input", "hr", "img"}


class Page(HTMLParser):
    """A parsed page.

    elements: the tag and the attributes of each element
    texts: each text with the tag around it, as (tag, text)
    tables: the rows of each table as lists of cells, keyed by the last class of the table
    open: the tags that are open while the page is parsed
    details: the text that folds out below each row of the list of images
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.texts: list[tuple[str, str]] = []
        self.tables: dict[str, list[list[str]]] = {}
        self.open: list[str] = []
        self._blocks: dict[str, str] = {}
        self._links: list[str] = []
        self._block = ""
        self._rows: list[list[str]] = []
        self.feed(text)
        self.close()
        assert self.open == []
        self.details = [self._blocks[link] for link in self._links]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self._rows = self.tables.setdefault(attributes["class"].split()[-1], [])
        if tag == "tr":
            self._rows.append([])
        if tag in ("td", "th"):
            self._rows[-1].append("")
        link = attributes.get("href", "").removeprefix("#")
        if re.fullmatch(r"d[0-9]+", link):
            self._links.append(link)
        if re.fullmatch(r"d[0-9]+", attributes.get("id", "")):
            self._block = attributes["id"]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open:
            self.texts.append((self.open[-1], data))
        if {"td", "th"} & set(self.open):
            self._rows[-1][-1] += data
        if self._block:
            self._blocks[self._block] = self._blocks.get(self._block, "") + data

    @property
    def rows(self) -> list[list[str]]:
        """The rows of the list of images or, without that list, of series. The first row is the header."""
        return self.tables.get("images") or self.tables.get("series") or []

    def cells(self, number: int) -> list[str]:
        """Return a column of the list of images, without its header."""
        return [row[number] for row in self.rows[1:]]

    def of(self, tag: str) -> str:
        return "".join(text for name, text in self.texts if name == tag)

    @property
    def text(self) -> str:
        hidden = ("style", "script")
        return " ".join("".join(text for tag, text in self.texts if tag not in hidden).split())


def _page(reports: Sequence[Report], problems: Sequence[str] = ()) -> str:
    return rendered("html", reports, as_of=DAY, problems=problems)


def _series_page(today: date = DAY, files: dict[str, int] | None = None) -> str:
    return render_timeline(build_timeline(TABLE.as_of(today), files or {}), TABLE)


PAGES: dict[str, Callable[[], str]] = {
    "of projects": lambda: _page(lint_paths(PROJECTS, DAY), ["cannot read 'a'"]),
    "of nothing": lambda: _page([]),
    "of series": _series_page,
}
EACH_PAGE = pytest.mark.parametrize("make", PAGES.values(), ids=PAGES.keys())


def test_golden_page(golden: Callable[[Path, str], None]) -> None:
    golden(FIXTURES / "golden" / "projects.html", _page(lint_paths(PROJECTS, DAY)))


def test_an_ended_image_shows_the_changes_of_its_upgrade() -> None:
    source = (
        b"FROM quay.io/astronomer/astro-runtime:12.6.0\nFROM quay.io/astronomer/astro-runtime:13.11.0\n"
    )
    text = Page(_page([lint_file(source, "Dockerfile", Config(), TABLE.as_of(date(2026, 11, 27)))])).text
    assert text.count("What changes with ") == 1
    assert "What changes with 13.11.0" in text
    assert "Airflow: 2.10 to 2.11.2" in text
    assert "releases between: 19 listed (yanked: 13.5.0)" in text


def test_golden_page_of_series(golden: Callable[[Path, str], None]) -> None:
    golden(FIXTURES / "golden" / "timeline.html", _series_page())


@EACH_PAGE
def test_nothing_is_loaded(make: Callable[[], str]) -> None:
    page = Page(make())
    loading = {"src", "srcset", "action", "data", "poster", "style", "xlink:href"}
    for tag, attributes in page.elements:
        assert not loading & set(attributes), tag
        assert not [name for name in attributes if name.startswith("on")], tag
        assert attributes.get("href", "#").startswith("#")
    assert not {"link", "iframe", "img", "object", "embed", "base"} & {tag for tag, _ in page.elements}
    for text in (page.of("style"), page.of("script")):
        assert "//" not in re.sub(r"^ *// .*$", "", text, flags=re.MULTILINE)
        assert "@import" not in text
        assert re.findall(r"url\((?!#)", text) == []


@EACH_PAGE
def test_the_policy_allows_exactly_the_inline_parts(make: Callable[[], str]) -> None:
    text = make()
    page = Page(text)
    (policy,) = [a["content"] for t, a in page.elements if t == "meta" and "http-equiv" in a]
    assert policy.startswith("default-src 'none'; ")

    def hashes(tag: str) -> list[str]:
        contents = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        return [f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in contents]

    directives = dict(directive.strip().split(" ", 1) for directive in policy.split(";"))
    assert directives["style-src"].split() == hashes("style") != []
    assert directives["script-src"].split() == hashes("script") != []
    assert "unsafe" not in policy


@EACH_PAGE
def test_the_structure_of_a_page_is_accessible(make: Callable[[], str]) -> None:
    page = Page(make())
    tags = [tag for tag, _ in page.elements]
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert (tags.count("h1"), tags.count("main"), tags.count("header"), tags.count("footer")) == (
        1,
        1,
        1,
        1,
    )
    assert tags.index("h1") < tags.index("h2")
    for _, attributes in page.elements:
        if "href" in attributes:
            assert attributes["href"].removeprefix("#") in ids
        for name in attributes.get("aria-labelledby", "").split():
            assert name in ids
    assert [
        attributes for tag, attributes in page.elements if tag == "th" and "scope" not in attributes
    ] == []
    assert tags.count("caption") == tags.count("table")


@EACH_PAGE
def test_the_same_page_twice(make: Callable[[], str]) -> None:
    assert make() == make()


def test_every_image_and_every_finding_has_a_row() -> None:
    reports = [*lint_paths(PROJECTS, DAY), *lint_paths(SHAPES, DAY)]
    page = Page(_page(reports))
    head, *rows = page.rows
    entries = sorted(
        (entry for report in reports for entry in take_inventory(report, DAY)),
        key=attrgetter("sort_key"),
    )
    assert head == ["Status", "File", "Image", "Since or until", ""]
    for row, entry in zip(rows, entries, strict=True):
        assert row[0].split("  ")[0].strip().startswith(entry.status.value)
        assert row[1].startswith(f"{entry.path}:{entry.line}")
        assert row[2].startswith(visible(entry.image))
    found = [(finding.path, finding) for report in reports for finding in report.diagnostics]
    assert sum(len(entry.findings) for entry in entries) >= len(found) > 30
    for path, finding in found:
        parts = (finding.rule, finding.message, finding.help, *finding.notes)
        details = [
            text
            for row, text in zip(rows, page.details, strict=True)
            if row[1].startswith(f"{shown_path(path)}:")
        ]
        assert any(all(visible(part) in text for part in parts) for text in details), finding
    assert len([entry for entry in entries if entry.runtime]) == sum(len(r.images) for r in reports) > 10


def test_the_step_to_airflow_3_is_with_the_image() -> None:
    images = {
        "a": f"{RUNTIME}:13.11.0",
        "b": f"{RUNTIME}:13.6.0",
        "c": "astrocrpublic.azurecr.io/runtime:3.3-8",
    }
    reports = [lint_text(f"FROM {image}\n", path, DAY) for path, image in images.items()]
    page = Page(_page(reports))
    step = "next step, to Airflow 3: astrocrpublic.azurecr.io/runtime:3.3-8 (maintained until 2028-07-31)"
    by_file = dict(zip(page.cells(1), page.details, strict=True))
    assert [*by_file] == [
        f"a:1 {step}",
        "b:1 Astro Runtime 13.6.0 is outdated: 13.11.0 is available",
        "c:1",
    ]
    assert [step in details for details in by_file.values()] == [True, True, False]


def test_counts() -> None:
    page = Page(_page(lint_paths(PROJECTS, DAY)))
    assert f"7 images in 7 files, as of 2026-11-22, lifecycle data of {TABLE.date}" in page.text
    assert "3 of 7 images need attention" in page.text
    assert "1 unusable can't be pulled as written" in page.text
    assert "1 yanked withdrawn by the vendor" in page.text
    assert "3 maintained fixes and support" in page.text


def test_every_status_has_a_label() -> None:
    reports = [
        *lint_paths(PROJECTS, DAY),
        lint_text(f"# lint-runtime: ignore[amd64-only]\nFROM {RUNTIME}:13.0.0-rc1\n"),
    ]
    text = Page(_page(reports)).text
    meanings = {
        "unusable": "can't be pulled as written",
        "yanked": "withdrawn by the vendor",
        "unsupported": "no fixes, no support",
        "basic support": "no fixes, basic support only",
        "ending soon": "upgrade before the last day",
        "pre-release": "not for production",
        "not checked": "a build argument decides",
        "maintained": "fixes and support",
        "unknown": "floating or newer than the data",
        "no image": "findings about files and comments",
    }
    assert [*meanings] == [status.value for status in EntryStatus]
    assert [row for row in meanings.items() if f" {' '.join(row)} " not in text] == []


@pytest.mark.parametrize(
    "source",
    [
        pytest.param(f"FROM {RUNTIME}:9.2.5\n", id="a release that does not exist"),
        pytest.param(f"FROM {RUNTIME}:v13\n", id="an invalid tag"),
        pytest.param("FROM quay.io/astronomer/ap-airflow:2.3.1\n", id="a retired image"),
        pytest.param(f"FROM --platform=s390x {RUNTIME}:13.11.0\n", id="another architecture"),
    ],
)
def test_unusable_images_come_first_and_count_in_the_headline(source: str) -> None:
    yanked = lint_text(f"FROM {RUNTIME}:13.5.0\n", "a", DAY)
    page = Page(_page([yanked, lint_text(source, "b", DAY)]))
    assert [row[0] for row in page.rows[1:]] == ["unusable", "yanked"]
    assert "2 of 2 images need attention" in page.text


@pytest.mark.parametrize(
    ("source", "status"),
    [(f"ARG V\nFROM {RUNTIME}:$V\n", "not checked"), (f"FROM {RUNTIME}:13.11.0 AS\n", "no image")],
)
def test_a_stage_without_a_known_image_does_not_count(source: str, status: str) -> None:
    page = Page(_page([lint_text("FROM " + f"{RUNTIME}:13.11.0\n", "a", DAY), lint_text(source, "b", DAY)]))
    assert sorted(page.cells(0)) == sorted([status, "maintained"])
    assert "1 image in 2 files" in page.text
    assert "The image is supported" in page.text


@pytest.mark.parametrize(
    ("tags", "headline"),
    [
        (["13.11.0"], "The image is supported"),
        (["13.11.0"] * 12, "All 12 images are supported"),
        (["13.11.0", "9.7.0"], "1 of 2 images needs attention"),
        (["9.1.0", "9.7.0"], "2 of 2 images need attention"),
        (["13.11.0", "latest"], "1 of 2 images is unknown"),
        (["latest", "latest"], "2 of 2 images are unknown"),
    ],
)
def test_the_headline(tags: list[str], headline: str) -> None:
    source = "".join(f"FROM {RUNTIME}:{tag} AS s{number}\n" for number, tag in enumerate(tags))
    assert f" {headline} " in Page(_page([lint_text(source, day=DAY)])).text


@pytest.mark.parametrize(
    ("image", "cells", "contents"),
    [
        pytest.param(
            f"{RUNTIME}:12.5.0",
            [
                "basic support",
                "Dockerfile:1 Maintenance of Astro Runtime 12.5.0 ended on 2026-02-28",
                f"{RUNTIME}:12.5.0 to 13.11.0",
                "since 2026-03-01 266 days ago",
                "Details",
            ],
            "Runtime 12, Airflow 2.10.3, Python 3.12, Debian 12 (bookworm), end of maintenance 2026-02-28;"
            " Airflow 2: end of active support 2025-10-22",
            id="an ended series",
        ),
        pytest.param(
            f"{RUNTIME}:latest",
            [
                "unknown",
                "Dockerfile:1 'latest' is a floating tag, so builds are not reproducible",
                f"{RUNTIME}:latest to 13.11.0",
                "",
                "Details",
            ],
            "",
            id="no tag",
        ),
        pytest.param(
            f"{RUNTIME}:${{TAG}}",
            [
                "not checked",
                "Dockerfile:2 The image depends on ARG 'TAG', which has no default",
                f"{RUNTIME}:${{TAG}} depends on TAG",
                "",
                "Details",
            ],
            "",
            id="a build argument without a value",
        ),
    ],
)
def test_cells(image: str, cells: list[str], contents: str) -> None:
    source = f"ARG TAG\nFROM {image}\n" if "TAG" in image else f"FROM {image}\n"
    page = Page(_page([lint_text(source, day=DAY)]))
    assert page.rows[1] == cells
    assert contents in page.details[0]
    assert ("Runtime 12" in page.details[0]) is bool(contents)


def test_computed_ends_are_labeled() -> None:
    thirteen = TABLE.find_series("13")
    assert thirteen
    row = thirteen.schedule[-1]._replace(computed=("end_of_maintenance",))
    all_series = [
        series._replace(schedule=(row,)) if series is thirteen else series for series in TABLE.series
    ]
    table = LifecycleTable(TABLE.date, all_series, TABLE.releases)
    report = lint_file(f"FROM {RUNTIME}:13.11.0\n".encode(), "D", Config(), table.as_of(DAY))
    text = rendered("html", [report], as_of=DAY, table=table)
    assert "end of maintenance 2027-04-30 (computed)" in Page(text).details[0]
    assert "2027-04-30 (computed), in 159 days 1 file" in Page(text).text


def test_upcoming_ends_are_of_series_in_use() -> None:
    page = Page(_page([lint_text(f"FROM {RUNTIME}:13.11.0\n", day=DAY)]))
    calendar = page.text.partition("Upcoming end dates")[2].partition("After that")[0]
    assert calendar.strip() == (
        "Within 30 days None 31 to 90 days None 91 to 180 days"
        " Runtime 13.x maintenance ends 2027-04-30, in 159 days 1 file"
    )


def test_periods_of_end_dates() -> None:
    headings = ("Within 30 days", "31 to 90 days", "91 to 180 days", "After that:")
    found = {}
    for days in (0, 30, 31, 90, 91, 180, 181):
        known = TABLE.as_of(date(2027, 4, 30) - timedelta(days))
        text = Page(render_timeline(build_timeline(known, {}, ["13"]), TABLE)).text
        before = text.partition("Runtime 13.x maintenance ends 2027-04-30")[0]
        found[days] = re.findall("|".join(headings), before)[-1]
    first, second, third, later = headings
    assert found == {0: first, 30: first, 31: second, 90: second, 91: third, 180: third, 181: later}


def test_an_empty_inventory() -> None:
    assert "No Dockerfiles or Astro manifests found" in Page(_page([])).text
    page = Page(_page([lint_text("FROM python:3.12\n", day=DAY)]))
    assert "None of the linted files uses an Astro Runtime image" in page.text
    assert page.rows == []


def test_problems_are_listed() -> None:
    page = Page(_page([], ["cannot read 'a'", "cannot read '<b>\x1b'"]))
    assert "2 errors: this page is incomplete" in page.text
    assert r"cannot read '<b>\x1b'" in page.text


def test_a_table_that_is_not_embedded_is_named() -> None:
    table = LifecycleTable(TABLE.date, TABLE.series, TABLE.releases, source="a<b>.json")
    text = rendered("html", [], as_of=DAY, table=table)
    assert "lifecycle data of 2026-10-06 in a<b>.json" in Page(text).text


def test_hostile_text_shows_as_text() -> None:
    reports = []
    for text in HOSTILE.values():
        report = lint_text(f"FROM {RUNTIME}:13.11.0\n", text, DAY)
        ((stage, image),) = report.stages
        assert image
        hostile = stage._replace(image=text)
        reports.append(report._replace(stages=((hostile, image._replace(stage=hostile)),)))
    page = Page(_page(reports, [*HOSTILE.values()]))
    images = {text: f"{shown_path(text)}:1" for text in HOSTILE.values()}
    for text, path in images.items():
        assert [row for row in page.rows if row[1].startswith(path) and row[2].startswith(visible(text))]
    missing = [text for text in HOSTILE.values() if " ".join(visible(text).split()) not in page.text]
    assert missing == []
    tags = [tag for tag, _ in page.elements]
    assert (tags.count("script"), tags.count("img")) == (1, 0)


def test_the_page_of_series() -> None:
    page = Page(_series_page())
    assert [row[0] for row in page.rows[1:]] == [series.name for series in TABLE.series if series.schedule]
    twelve = next(row for row in page.rows if row[0] == "12")
    assert twelve == [
        "12", "basic support", "2.10", "LTS", "2024-08-16", "2026-02-28 267 days ago", "2027-02-28 in 98 days",
    ]  # fmt: skip
    assert len(Page(_series_page(files={"13": 2})).rows[0]) == 8


@pytest.mark.parametrize(
    ("today", "status"),
    [
        (date(2027, 1, 29), "maintained"),
        (date(2027, 1, 30), "ending soon"),
        (date(2027, 4, 30), "ending soon"),
        (date(2027, 5, 1), "basic support"),
        (date(2028, 5, 1), "unsupported"),
    ],
)
def test_status_of_a_series(today: date, status: str) -> None:
    assert next(row[1] for row in Page(_series_page(today)).rows if row[0] == "13") == status


def test_the_last_day_is_today() -> None:
    row = next(row for row in Page(_series_page(date(2027, 4, 30))).rows if row[0] == "13")
    assert row[5] == "2027-04-30 today"


def test_without_the_extra(run: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "jinja2", None)
    (tmp_path / "Dockerfile").write_text(f"FROM {RUNTIME}:9.1.0\n")
    for option in ("--format=html", "--output=html=page.html"):
        monkeypatch.delitem(sys.modules, "lint_runtime.formatters.html", raising=False)
        assert run(option, "--as-of", DAY, cwd=tmp_path) == (
            2,
            "",
            "lint-runtime: HTML requires the extra 'report'; in a clone, run: pip install '.[report]'\n",
        )
    assert not (tmp_path / "page.html").exists()


def test_rows_link_to_their_files(run: Command, tmp_path: Path) -> None:
    for name in ("a b/Dockerfile", "ü?#%2F/Dockerfile"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(f"FROM {RUNTIME}:9.1.0\n")
    template = "https://git.example.com/{label}/blob/main/{path}?x=y#L{line}"
    for arguments in (
        ["--label", "a/b&c", "-o", "json=report.json", "."],
        ["--from-report", "report.json"],
    ):
        result = run("--as-of", DAY, "--link", template, "-o", "html=page.html", *arguments, cwd=tmp_path)
        assert result.code == 1
        page = Page((tmp_path / "page.html").read_text(encoding="utf-8"))
        links = [attributes["href"] for tag, attributes in page.elements if tag == "a"]
        assert [link for link in links if not link.startswith("#")] == [
            "https://git.example.com/a/b%26c/blob/main/a%20b/Dockerfile?x=y#L1",
            "https://git.example.com/a/b%26c/blob/main/%C3%BC%3F%23%252F/Dockerfile?x=y#L1",
        ]


def test_links_to_files_with_hostile_names() -> None:
    reports = [lint_text(f"FROM {RUNTIME}:9.1.0\n", text) for text in HOSTILE.values()]
    label = " ".join(HOSTILE.values())
    text = rendered("html", reports, as_of=DAY, label=label, link="https://x/{label}:{path}#{line}")
    links = [attributes["href"] for tag, attributes in Page(text).elements if tag == "a"]
    links = [link for link in links if not link.startswith("#")]
    assert {unquote(link, errors="surrogatepass") for link in links} == {
        f"https://x/{label}:{portable_path(path)}#1" for path in HOSTILE.values()
    }
    assert [link for link in links if not re.fullmatch(r"[\w#%:/.~-]+", link, re.ASCII)] == []


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("javascript:alert({line})//", "doesn't start with http:// or https:// and a host"),
        ("https://{label}/{path}", "doesn't start with http:// or https:// and a host"),
        ("ftp://x/{path}", "doesn't start with http:// or https:// and a host"),
        ("https://x/{paht}", "unknown placeholder '{paht}'; did you mean {path}?"),
        ("https://x/{path!r}", "unknown placeholder '{path!r}'; did you mean {path}?"),
        ("https://x/{path}}", "unknown placeholder '}'; choose from {label}, {path}, {line}"),
        ("https://x/{label}/{path}", "--link with {label} requires --label or --from-report."),
    ],
)
def test_links_that_are_refused(template: str, problem: str, run: Command) -> None:
    code, out, err = run("--link", template, "-o", "html=page.html")
    assert (code, out) == (2, "")
    assert problem in err


def test_the_trend_since_an_earlier_report(run: Command, tmp_path: Path) -> None:
    images = {
        "old": f"{RUNTIME}:9.7.0",
        "ending": f"{RUNTIME}:13.11.0",
        "good": "astrocrpublic.azurecr.io/runtime:3.3-8",
    }

    def write(team: str, *tags: str) -> None:
        (tmp_path / team).mkdir(exist_ok=True)
        sources = [f"FROM {images[tag]} AS s{at}\n" for at, tag in enumerate(tags)]
        (tmp_path / team / "Dockerfile").write_text("".join(sources))

    def trends(name: str) -> tuple[str, list[list[str]], list[str]]:
        page = Page((tmp_path / name).read_text(encoding="utf-8"))
        sentence = re.search(r"Findings since the earlier report: ([^.]*)\.", page.text)
        assert sentence
        teams = [[row[0], *row[-3:]] for row in page.tables.get("teams", [])[1:]]
        return sentence[1], teams, [row[2] for row in page.rows if " new" in row[0]]

    write("fixing", "old", "ending")
    write("worse", "good", "old")
    write("gone", "old")
    write("quiet", "old")
    assert run("-q", "--as-of", "2027-04-01", "-o", "json=old.json", cwd=tmp_path).code == 1
    write("fixing", "good", "ending")
    write("worse", "old", "old")
    (tmp_path / "gone" / "Dockerfile").unlink()
    # This finding is suppressed now, so it counts as neither fixed nor open.
    quiet = tmp_path / "quiet" / "Dockerfile"
    quiet.write_text(f"# lint-runtime: ignore[lifecycle]\n{quiet.read_text()}")
    # On this day, maintenance-ending has become end-of-maintenance. Both count as the same finding.
    options = ["-q", "--as-of", "2027-05-02", "--previous", "old.json"]
    assert run(*options, "-o", "html=page.html", "-o", "json=new.json", cwd=tmp_path).code == 1
    total = "2 fixed, 1 new, 2 still open"
    teams = [
        ["worse", "0", "1", "1"],
        ["fixing", "1", "0", "1"],
        ["quiet", "0", "0", "0"],
        ["gone", "1", "0", "0"],
    ]
    assert trends("page.html") == (total, teams, [f"{images['old']} to 13.11.0"])
    # Compare combined reports, too. Their paths start with labels.
    for name in ("old", "new"):
        combined = ["-q", "--as-of", "2027-05-02", "--from-report", "-o", f"json=all-{name}.json"]
        (tmp_path / "label.json").write_bytes((tmp_path / f"{name}.json").read_bytes())
        assert run(*combined, "label.json", cwd=tmp_path).code == 1
    for previous in ("label.json", "all-old.json"):
        (tmp_path / "label.json").write_bytes((tmp_path / "old.json").read_bytes())
        arguments = ["--from-report", "--previous", previous, "-o", "html=all.html", "all-new.json"]
        assert run("-q", "--as-of", "2027-05-02", *arguments, cwd=tmp_path).code == 1
        assert trends("all.html")[0] == total


def test_an_earlier_report_that_cannot_be_used(run: Command, tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM {RUNTIME}:9.1.0\n")
    (tmp_path / "old.json").write_text("{}")
    code, _, err = run("--previous", "old.json", "-o", "html=page.html", cwd=tmp_path)
    assert code == 2
    assert "cannot use the report 'old.json': not a report that --format json wrote" in err
    assert not (tmp_path / "page.html").exists()
    code, _, err = run("--previous", "old.json", cwd=tmp_path)
    assert (code, "--previous requires --format html or --output html=PATH." in err) == (2, True)
    code, _, err = run("--previous", "old.json", "-o", "html=p", "-o", "json=old.json", cwd=tmp_path)
    assert (code, "'old.json' is an input file and would be overwritten." in err) == (2, True)


@pytest.mark.process
def test_the_page_is_the_same_in_every_run(tmp_path: Path) -> None:
    # The steps of the two files differ only in their commands.
    (tmp_path / "Dockerfile").write_text(f"FROM {RUNTIME}:12.5.0\n")
    (tmp_path / "b.Dockerfile").write_text(f"ARG A=12.5 B=.0\nFROM {RUNTIME}:$A$B\n")
    pages = set()
    for seed in range(6):
        arguments = ["--as-of", "2026-09-25", "-o", "html=page.html", "."]
        run_process(*LINT, *arguments, cwd=tmp_path, env={"PYTHONHASHSEED": str(seed)})
        pages.add((tmp_path / "page.html").read_bytes())
    assert len(pages) == 1


def test_each_team_has_its_commands_and_days() -> None:
    reports = [
        lint_text(f"FROM {RUNTIME}:{tag}\n", f"{team}/{number}/Dockerfile")
        for team, tags in {
            "sales": ["9.7.0", "12.5.0", "12.5.0", "13.6.0", "13.11.0", "latest"],
            "billing": ["9.7.0", "9", "9.7.0@sha256:" + "0" * 64],
            "research": ["13.11.0"],
        }.items()
        for number, tag in enumerate(tags)
    ]
    page = Page(_page(reports))
    assert re.search("What to do (.*) Most files first", page.text)[1].split(". ") == [  # type: ignore[index]
        "Run lint-runtime --fix --upgrade: it changes 5 files",
        "Add --unsafe-fixes for 1 file, and review the changes",
        "2 files need a person.",
    ]
    assert [(row[0], row[4], row[5]) for row in page.tables["teams"][1:]] == [
        (
            "sales",
            "lint-runtime --fix --upgrade: 1 file now, 2 by 2027-02-28, 1 any timeby hand: 1 more file any time",
            "2027-02-28 in 98 days: 12.x basic support ends",
        ),
        (
            "billing",
            "lint-runtime --fix --upgrade: 1 file nowwith --unsafe-fixes: 1 more file nowby hand: 1 more file now",
            "none",
        ),
        ("research", "nothing", "2027-04-30 in 159 days: 13.x maintenance ends"),
    ]


def test_files_with_several_images_count_once() -> None:
    sources = {
        "a/Dockerfile": f"FROM {RUNTIME}:12.5.0\nFROM {RUNTIME}:12.5.0\nFROM {RUNTIME}:9.7.0\n",
        "b/Dockerfile": f"FROM {RUNTIME}:9.7.0\nFROM {RUNTIME}:12.5.0\nFROM {RUNTIME}:12.5.0\n",
        "b/other.dockerfile": f"FROM {RUNTIME}:12.5.0\n# lint-runtime: ignore[amd64-onl]\n",
        "c/Dockerfile": f"FROM {RUNTIME}:13.11.0\n",
        "d/Dockerfile": "FROM python:3.13\n# lint-runtime: ignore[amd64-onl]\n",
        "e/Dockerfile": "FROM python:3.13\n",
    }
    page = Page(_page([lint_text(source, path, DAY) for path, source in sources.items()]))
    # An image that needs two steps has the deadline of the first step.
    upgrade = "lint-runtime --fix --upgrade"
    assert [row[:5] for row in page.tables["teams"][1:]] == [
        ["b", "4", "4", " 100 %", f"{upgrade}: 1 file now, 1 by 2027-02-28by hand: 1 more file any time"],
        ["a", "3", "3", " 100 %", f"{upgrade}: 1 file now"],
        ["c", "1", "0", " 0 %", "nothing"],
        ["d", "0", "0", "", "by hand: 1 file any time"],
    ]
    assert [row[:2] for row in page.tables["todo"][1:]] == [
        ["3", f"{RUNTIME}:12.5.0 5 images"],
        ["2", f"{RUNTIME}:9.7.0"],
        ["2", "files and comments"],
    ]
    assert "it changes 3 files. 2 files need a person. Most files first." in page.text
    assert "Runtime 12.x basic support ends 2027-02-28, in 98 days 3 files" in page.text
    assert "Runtime 13.x maintenance ends 2027-04-30, in 159 days 1 file" in page.text
    # The script filters the rows by the numbers of their steps and teams.
    numbers = [(a.get("data-s"), a["data-t"]) for tag, a in page.elements if tag == "tr" and "data-t" in a]
    places = [cell.partition(" ")[0] for cell in page.cells(1)]
    assert dict(zip(places, numbers, strict=True)) == {
        "a/Dockerfile:3": ("1", "1"),
        "b/Dockerfile:1": ("1", "0"),
        **dict.fromkeys(("a/Dockerfile:1", "a/Dockerfile:2"), ("0", "1")),
        **dict.fromkeys(("b/Dockerfile:2", "b/Dockerfile:3", "b/other.dockerfile:1"), ("0", "0")),
        "c/Dockerfile:1": (None, "2"),
        "b/other.dockerfile:2": ("2", "0"),
        "d/Dockerfile:2": ("2", "3"),
    }
