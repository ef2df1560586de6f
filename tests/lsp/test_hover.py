"""Hovers over images, platforms and suppression comments."""

from __future__ import annotations

from datetime import date

import pytest
from lsprotocol import types
from markdown_it import MarkdownIt

from lint_runtime.config.model import Config
from lint_runtime.lifecycle.model import Yank
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lsp.hover import hover_at
from tests.conftest import AS_OF, TABLE
from tests.lsp.buffers import AIRFLOW_3, DOCUMENT, FINE, RUNTIME, make_buffer, marked


def hover_on(marked_text: str, as_of: date = AS_OF, table: LifecycleTable = TABLE) -> types.Hover | None:
    text, range_ = marked(marked_text)
    return hover_at(make_buffer(text, as_of, table=table), types.HoverParams(DOCUMENT, range_.start))


def text_on(marked_text: str, as_of: date = AS_OF, table: LifecycleTable = TABLE) -> str:
    """Return the Markdown of the hover at the mark `|`, or "" if there is no hover."""
    hover = hover_on(marked_text, as_of, table)
    if hover is None:
        return ""
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.kind == types.MarkupKind.Markdown
    return hover.contents.value


def table_with(reason: str) -> LifecycleTable:
    """Return lifecycle data in which 13.11.0 is yanked for `reason`."""
    releases = [
        release._replace(yank=Yank(AS_OF, reason)) if str(release.version) == "13.11.0" else release
        for release in TABLE.releases
    ]
    return LifecycleTable(TABLE.date, TABLE.series, releases)


def test_release() -> None:
    assert text_on(f"FROM {RUNTIME}:13.5|.0-ubi9\n") == (
        """**Astro Runtime 13.5.0**, yanked

Use 13.11.0-ubi9

- Python: 3.12
- operating system: UBI 9
- Airflow: 2.11.1
- released: 2026-02-23
- yanked: known by 2026-09-25: Webserver throwing 500s for existing user sessions when upgrading from previous versions
- newest in series: no, 13.11.0 is
- architectures: amd64, arm64
- channel: LTS
- 13.x: maintenance ends on 2027-04-30 (announced 2026-09-25)

```text
Release series of Astro Runtime, as of 2026-09-25

                               │ today
       2025          2026          2027           maintained
13 LTS ·    ███████████████████│████████          2027-04-30

█ maintenance, ▒ basic support, │ today. Dates are
inclusive.
```

- yanked on or before 2026-09-25: "Webserver throwing 500s for existing user sessions when upgrading from previous versions\""""
    )


@pytest.mark.parametrize("tag", ["13", "13.99.0"], ids=["series", "release that isn't listed"])
def test_series(tag: str) -> None:
    text = text_on(f"FROM {RUNTIME}:{tag}|\n")
    assert "\n- newest release: 13.11.0\n- yanked: 13.5.0\n" in text
    assert "\n- released: 2025-05-20\n" in text


def test_release_without_dates_has_no_timeline() -> None:
    assert text_on(f"FROM {RUNTIME}:2.1.1|\n") == (
        "**Astro Runtime 2.1.1**, unsupported\n\n"
        "Upgrade to 13.11.0 (Airflow 2.11, maintained until 2027-04-30)\n\n- Airflow: 2.1.1\n- released: 2021-07-20\n- yanked: no\n"
        "- newest in series: yes\n- architectures: not published\n- channel: not published\n\n"
        "- it is older than the first published schedule\n"
        "- you can't create new Deployments with it and it gets no fixes or support; existing ones keep running\n"
        "- next step, to Airflow 3: astrocrpublic.azurecr.io/runtime:3.3-8 (maintained until 2028-07-31)\n"
        "- if you convert the project with 'astro init', change apache-airflow==2.\\* to apache-airflow==2.1.\\*"
    )


def test_release_without_status_has_a_bare_heading() -> None:
    text = text_on(f"FROM {AIRFLOW_3}:3.3-8|\n", date(2025, 2, 1))
    assert text.startswith("**Astro Runtime 3.3-8**\n\n- Python: 3.14\n")


def test_unknown_release() -> None:
    assert text_on(f"FROM {RUNTIME}:latest|\n") == (
        "Nothing is known of this release.\n\nUse 13.11.0 (Airflow 2.11, maintained until 2027-04-30)\n\n"
        "- next step, to Airflow 3: astrocrpublic.azurecr.io/runtime:3.3-8 (maintained until 2028-07-31)"
    )


@pytest.mark.parametrize(
    ("text", "as_of", "advice"),
    [
        (f"FROM {AIRFLOW_3}:3.1|-5\n", AS_OF, "Use 3.1-21"),
        (f"ARG V=9.1|.0\nFROM {RUNTIME}:$V\n", AS_OF, "Write ARG V=13.11.0 (Airflow 2.11, maintained until 2027-04-30)"),
        (f"ARG V=9.1.0\nFROM {RUNTIME}:|$V\n", AS_OF, "Write ARG V=13.11.0 (Airflow 2.11, maintained until 2027-04-30)"),
        (
            f"FROM {RUNTIME}:13.6|.0\n",
            date(2027, 9, 1),
            f"Use 13.11.0 first, then upgrade to {AIRFLOW_3}:3.3-8 (Airflow 3.3, a major migration, maintained until 2028-07-31)",
        ),
    ],
    ids=["the same series", "an ARG", "an image with an ARG", "a stop before Airflow 3"],
)  # fmt: skip
def test_what_to_write_is_one_line(text: str, as_of: date, advice: str) -> None:
    heading, shown, *_ = text_on(text, as_of).split("\n\n")
    assert heading.startswith("**Astro Runtime")
    assert shown == advice


@pytest.mark.parametrize("tag", ["13.11.0", "3.3-8"])
def test_nothing_to_write(tag: str) -> None:
    repository = AIRFLOW_3 if tag == "3.3-8" else RUNTIME
    assert text_on(f"FROM {repository}:{tag}|\n").split("\n\n")[1].startswith("- Python")


def test_addresses_are_not_escaped() -> None:
    text = text_on(f"FROM {RUNTIME}:13|.11.0\n", date(2027, 9, 1))
    assert "stable/installation/upgrading_to_airflow3.html, and" in text


def test_platforms() -> None:
    texts = {
        "13.5.0": "Astro Runtime 13.5.0 is available for `linux/amd64` and `linux/arm64`.",
        "4.2.9": "Astro Runtime 4.2.9 is available for `linux/amd64`.",
        "2.1.1": "The platforms of this release are unknown.",
        "latest": "The platforms of this release are unknown.",
    }
    assert {tag: text_on(f"FROM --platform=linux|/amd64 {RUNTIME}:{tag}\n") for tag in texts} == texts


def test_all_other_notes_follow_the_card() -> None:
    card, _, notes = text_on(f"FROM {RUNTIME}:9.1|.0\n").partition("```\n\n")
    # The end dates are in the card, so they are not repeated in the notes.
    assert (
        "\n- 9.x: maintenance ended on 2025-01-31; basic support ended on 2026-01-31 (dates announced 2025-09-03)\n"
        in card
    )
    assert notes == (
        "- yanked on or before 2024-05-16\n"
        "- you can't create new Deployments with it and it gets no fixes or support; existing ones keep running\n"
        "- upgrading within 9.x doesn't help: 9.21.0 is unsupported too\n"
        "- next step, to Airflow 3: astrocrpublic.azurecr.io/runtime:3.3-8 (maintained until 2028-07-31)\n"
        "- if you convert the project with 'astro init', change apache-airflow==2.\\* to apache-airflow==2.7.\\*"
    )
    in_arg = text_on(f"ARG V=9.1|.0\nFROM {RUNTIME}:$V\n").partition("```\n\n")[2]
    assert in_arg == notes
    platform = text_on(f"FROM --platform=linux|/s390x {RUNTIME}:13.11.0\n")
    assert platform.endswith(
        "\n\n- 13.11.0 is available for amd64 and arm64\n- no release has s390x images"
    )


def test_no_row_is_repeated() -> None:
    rows = text_on(f"FROM {RUNTIME}:12|\n").partition("```")[0].splitlines()[2:-1]
    assert len(rows) > 5
    assert len(set(rows)) == len(rows)


@pytest.mark.parametrize(
    ("text", "range_"),
    [
        (f"ARG V=13.6|.0\nFROM {RUNTIME}:$V\n", ((0, 4), (0, 12))),
        (f"ARG X=1 V='13.6|.0'\nFROM {RUNTIME}:${{V}}-base\n", ((0, 8), (0, 18))),
        (f"ARG V=13.6.0\nFROM {RUNTIME}:$V AS a\nARG V=13|.6.0\n", ((2, 4), (2, 12))),
        (f"ARG V=13.6.0\nARG W=$V\nFROM {RUNTIME}:$W|\n", ((2, 5), (2, 40))),
        (f"ARG V=1|3.6.0\nARG W=$V\nFROM {RUNTIME}:$W\n", ((0, 4), (0, 12))),
        (f"ARG I={RUNTIME}:13|.6.0\nFROM $I\n", ((0, 4), (0, 45))),
        (f"ONBUILD COPY --from={RUNTIME}:13|.6.0 / /\nFROM x", None),
        (f"ARG X=13|.6.0\nFROM {RUNTIME}:13.6.0\n", None),
    ],
    ids=str,
)
def test_arg_that_holds_a_part_of_the_image(text: str, range_: tuple[tuple[int, int], ...] | None) -> None:
    hover = hover_on(text)
    assert (hover and hover.range) == (
        range_ and types.Range(*(types.Position(*place) for place in range_))
    )
    assert "**Astro Runtime 13.6.0**" in text_on(text) or range_ is None


def test_image_in_a_mirror() -> None:
    text, range_ = marked("FROM m.io/three:3.3|-8\n")
    buffer = make_buffer(text, config=Config(images={"m.io/three": AIRFLOW_3}))
    hover = hover_at(buffer, types.HoverParams(DOCUMENT, range_.start))
    assert hover
    assert isinstance(hover.contents, types.MarkupContent)
    assert hover.contents.value.startswith("**Astro Runtime 3.3-8**")


def test_suppression_comments() -> None:
    texts = {
        "ignore[floating-tag]": "Suppresses `floating-tag` in the instruction below.",
        "ignore[floating-tag, not-lts] until=2026-12-24 -- why": (
            "Suppresses `floating-tag`, `not-lts` in the instruction below until 2026-12-24."
        ),
        "ignore-file[not-lts]": "Suppresses `not-lts` in this file.",
        "ignore[no-such-rule] until=2026-12-24": (
            "Suppresses nothing in the instruction below until 2026-12-24."
        ),
    }
    assert {comment: text_on(f"|# lint-runtime: {comment}\n{FINE}") for comment in texts} == texts


def test_range_of_the_subject() -> None:
    ranges = {
        f"FROM |{RUNTIME}:13.11.0\nRUN x\n": ((0, 5), (0, 45)),
        f"FROM {RUNTIME}:13.11.0|\nRUN x\n": ((0, 5), (0, 45)),
        f"FROM |--platform=linux/amd64 {RUNTIME}:13.11.0\n": ((0, 5), (0, 27)),
        f"FROM --platform=linux/amd64| {RUNTIME}:13.11.0\n": ((0, 5), (0, 27)),
        f"{FINE}FROM a\nCOPY --from={RUNTIME}:9.1|.0 / /\n": ((2, 12), (2, 50)),
        f"{FINE}# lint-runtime: ignore[not-lts]|\nFROM a\n": ((1, 0), (1, 31)),
        f"FROM| {RUNTIME}:13.11.0\n": None,
        f"FROM {RUNTIME}:13.11.0 |AS a\n": None,
        f"FROM {RUNTIME}:13.11.0\nRUN| x\n": None,
        f"FROM --platform=linux/amd64 {RUNTIME}:13.11.0\nRUN| x\n": None,
        "FROM --platform=linux/amd64 python|:3.12\n": None,
        f"FROM --platform=| {RUNTIME}:13.11.0\n": None,
        f"|\n# comment\n{FINE}": None,
    }
    assert {text: (hover := hover_on(text)) and hover.range for text in ranges} == {
        text: places and types.Range(*(types.Position(*place) for place in places))
        for text, places in ranges.items()
    }


def test_facts_are_not_markdown() -> None:
    reason = r"*a* _b_ `c` <b>d</b> [e](f) &amp; g | h \* i"
    document = text_on(f"FROM {RUNTIME}:13.11.0|\n", table=table_with(f"{reason}\n# j"))
    tokens = MarkdownIt().enable("table").parse(document)
    (row,) = (token for token in tokens if token.type == "inline" and token.content.startswith("yanked: "))
    assert {child.type for child in row.children or ()} <= {"text", "text_special"}
    shown = "".join(child.content for child in row.children or ())
    assert shown == f"yanked: known by 2026-09-25: {reason} # j"


def test_timeline_is_not_colored() -> None:
    assert "\x1b" not in text_on(f"FROM {RUNTIME}:13.11.0|\n")
