"""Completion of images, platforms and suppression comments."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

import pytest
from lsprotocol import types

from lint_runtime.config.model import Config
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.lsp.completion import completions, longer_tags
from lint_runtime.rules import RULES
from lint_runtime.rules.base import Topic
from tests.conftest import AS_OF, TABLE
from tests.lsp.buffers import (
    AIRFLOW_3,
    DOCUMENT,
    FINE,
    RUNTIME,
    UNSUPPORTED,
    applied,
    make_buffer,
    marked,
)

KINDS = types.CompletionItemKind


def complete(
    text: str, as_of: date = AS_OF, table: LifecycleTable = TABLE, images: Mapping[str, str] | None = None
) -> list[types.CompletionItem]:
    """Return the completions at the mark `|` in a text, or at the end of a text without `|`."""
    text, range_ = marked(text if "|" in text else f"{text}|\nRUN x\n")
    params = types.CompletionParams(DOCUMENT, range_.start)
    completed = completions(
        make_buffer(text, as_of, table=table, config=Config(images=images or {})), params
    )
    assert completed.is_incomplete is False
    return list(completed.items)


def labels(text: str, table: LifecycleTable = TABLE) -> list[str]:
    return [item.label for item in complete(text, table=table)]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("FROM --platform=", ["linux/amd64", "linux/arm64"]),
        ("\tfrom  --platform=linux/", ["linux/amd64", "linux/arm64"]),
        (
            "FROM ",
            [
                RUNTIME,
                AIRFLOW_3,
                "astrocrpublic.azurecr.io/astronomer/astro-runtime",
                "air.astronomer.io/runtime",
            ],
        ),
        (
            f"FROM {RUNTIME}:13.11.0-",
            [
                *("13.11.0-ubi9", "13.11.0-python-3.10", "13.11.0-python-3.11", "13.11.0-python-3.12"),
                *("13.11.0-slim", "13.11.0-base"),
            ],
        ),
        (f"FROM {RUNTIME}:13.11.0-python-3.12-s", ["13.11.0-python-3.12-slim", "13.11.0-python-3.12-base"]),
        (f"FROM {RUNTIME}:13.11.0-slim-python-3.", ["13.11.0-slim-base"]),
        (f"FROM {RUNTIME}:13.11.0-slim-x-y", []),
        (
            "FROM --platform=linux/amd64 astrocrpublic.azurecr.io/runtime:3.1-5-b",
            ["3.1-5-ubi9", "3.1-5-python-3.11", "3.1-5-python-3.12", "3.1-5-base"],
        ),
        ("# lint-runtime: ignore[floating-tag] until=", ["2026-10-25", "2026-12-24", "2027-03-24"]),
        ("#lint-runtime:ignore-file[] -- x until=2026", ["2026-10-25", "2026-12-24", "2027-03-24"]),
    ],
)
def test_completions(line: str, expected: list[str]) -> None:
    assert labels(line) == expected
    for keyword in ("FROM", "lint-runtime", "ignore"):
        assert labels(line.replace(keyword, keyword.swapcase())) == expected, keyword


def test_nothing_to_complete() -> None:
    lines = [
        *("", "RUN ", "FROM", "XFROM ", "RUN FROM ", "# FROM ", "COPY ", "ARG V=", "\U0001f600 FROM "),
        *(
            "FROM python:3",
            f"FROM {RUNTIME.title()}:",
            "FROM quay.io/astronomer/ap-airflow:",
            f"FROM {RUNTIME}-dev:",
        ),
        *("FROM a AS ", f"FROM {RUNTIME}:13.11.0 AS ", f"FROM {RUNTIME}@", f"FROM {RUNTIME}:13.11.0@sha"),
        *(f"FROM localhost:5000/{RUNTIME}:", "FROM localhost:", f"FROM --platform=a {RUNTIME} AS "),
        *("# lint-runtime: ", "# lint-runtime: ignore[a]", "# lint-runtime: ignore[a] b", "# ignore["),
        *("# lint-runtime: ignore until=", "# lint-runtime: ignore[a]until=", "lint-runtime: ignore["),
        *("# lint-runtime: ignore[A_", "# lint-runtime: ignore[a] until=soon", "x # lint-runtime: ignore["),
    ]
    assert {line: labels(line) for line in lines if labels(line)} == {}


def test_releases_are_listed_newest_first_and_maintained_series_first() -> None:
    tags = labels(f"FROM {RUNTIME}:")
    # 13.5.0 is missing because it was yanked. Of each ended series, only the newest release is listed.
    assert tags == [
        *("13.11.0", "13.10.0", "13.9.0", "13.8.0", "13.7.0", "13.6.0", "13.5.1", "13.4.0", "13.3.0"),
        *("13.2.0", "13.1.0", "13.0.0", "12.12.0", "11.20.0", "10.9.0", "9.21.0", "8.10.0", "7.6.0"),
        *("6.10.0", "5.5.0", "4.2.9", "3.0.4", "2.1.1"),
    ]
    assert labels(f"FROM {RUNTIME}:13") == tags
    assert labels(f"FROM {RUNTIME}:13.11") == tags
    series = [tag.partition("-")[0] for tag in labels(f"FROM {AIRFLOW_3}:3.")]
    assert list(dict.fromkeys(series)) == ["3.3", "3.2", "3.1", "3.0"]


def test_details_of_a_release() -> None:
    items = {item.label: item for item in complete(f"FROM {RUNTIME}:")}
    newest, older, ended = items["13.11.0"], items["13.10.0"], items["9.21.0"]
    assert newest.detail == "Airflow 2.11.2, maintained until 2027-04-30 (217 days)"
    assert ended.detail == "Airflow 2.7.3, unsupported since 2026-02-01"
    assert items["2.1.1"].detail == "Airflow 2.1.1, unsupported"
    assert [item.preselect for item in (newest, older, ended)] == [True, False, False]
    assert [item.tags for item in (newest, older, ended)] == [
        None,
        None,
        [types.CompletionItemTag.Deprecated],
    ]
    # The exact Airflow version of 12.1.0 is unknown, so the version of its series is shown.
    items = {item.label: item for item in complete(f"FROM {RUNTIME}:", date(2025, 9, 3))}
    assert (items["12.1.0"].detail or "").startswith("Airflow 2.10, maintained until ")


def test_newer_airflow_is_in_the_repository_of_airflow_3() -> None:
    series = TABLE.series[-1]._replace(name="4.0", airflow="4.0")
    release = TABLE.releases[-1]._replace(version=RuntimeVersion(3, 4, 0, 1))
    table = LifecycleTable(TABLE.date, [*TABLE.series, series], [*TABLE.releases, release])
    assert labels(f"FROM {AIRFLOW_3}:", table)[0] == "4.0-1"
    assert "4.0-1" not in labels(f"FROM {RUNTIME}:", table)


def test_kinds_and_details() -> None:
    maintained = "Airflow 2.11.2, maintained until 2027-04-30 (217 days)"
    expected = {
        ("FROM --platform=", "linux/arm64"): (KINDS.EnumMember, None),
        ("FROM ", RUNTIME): (KINDS.Module, "Astro Runtime for Airflow 2"),
        ("FROM ", AIRFLOW_3): (KINDS.Module, "Astro Runtime for Airflow 3"),
        (f"FROM {RUNTIME}:13.11.0-", "13.11.0-base"): (KINDS.Constant, None),
        (f"FROM {RUNTIME}:", "13.11.0"): (KINDS.Constant, maintained),
        ("# lint-runtime: ignore[", RULES[-1].name): (KINDS.EnumMember, RULES[-1].summary),
        ("# lint-runtime: ignore[", "tags"): (KINDS.Enum, "All rules about: Tags and repositories"),
        ("# lint-runtime: ignore[a] until=", "2026-12-24"): (KINDS.Value, "90 days ahead"),
    }
    assert {
        (line, label): (item.kind, item.detail)
        for line, label in expected
        for item in complete(line)
        if item.label == label
    } == expected


def test_rules_with_findings_come_first() -> None:
    names = [rule.name for rule in RULES]
    # The unfinished comment itself causes the finding of `invalid-suppression`.
    first = ["end-of-basic-support", "invalid-suppression"]
    topics = [topic.word for topic in Topic]
    expected = [*first, *(name for name in names if name not in first), *topics]
    for typed in ("ignore[", "ignore-file[end-of-maintenance, fl", "ignore[a,b,"):
        assert labels(f"{UNSUPPORTED}# lint-runtime: {typed}|\n") == expected, typed


@pytest.mark.parametrize(
    ("text", "completed"),
    [
        ("FROM quay|", f"FROM {RUNTIME}"),
        ("# é\U0001f600\r\nFROM --platform=lin| x\n", "# é\U0001f600\r\nFROM --platform=linux/amd64 x\n"),
        ("# \rFROM --platform=|", "# \rFROM --platform=linux/amd64"),
        (f"FROM {RUNTIME}:13.11.0-sl|im\n", f"FROM {RUNTIME}:13.11.0-ubi9\n"),
        (f"FROM {RUNTIME}:|9.1.0\n", FINE),
        (f"FROM {RUNTIME}:9.1|.0-base AS x\n", f"FROM {RUNTIME}:13.11.0 AS x\n"),
        (f"FROM {RUNTIME}:9|.1.0@sha256:0\n", f"FROM {RUNTIME}:13.11.0@sha256:0\n"),
        ("FROM quay.io/astr|onomer/ap-airflow:9.1.0\n", f"FROM {RUNTIME}:9.1.0\n"),
        ("FROM loc|alhost:5000/runtime:1\n", f"FROM {RUNTIME}:1\n"),
        ("FROM --platform=linux|/arm64 x\n", "FROM --platform=linux/amd64 x\n"),
        (f"ARG V='9|.1.0'\nFROM {RUNTIME}:$V\n", f"ARG V='13.11.0'\nFROM {RUNTIME}:$V\n"),
        (
            "# lint-runtime: ignore[float|ing] until=2026-01-01\n",
            "# lint-runtime: ignore[parse-error] until=2026-01-01\n",
        ),
        (
            "# lint-runtime: ignore[x] until=20|26-01-01 -- y\n",
            "# lint-runtime: ignore[x] until=2026-10-25 -- y\n",
        ),
        (
            "# lint-runtime: ignore[\U0001f600] until=20|",
            "# lint-runtime: ignore[\U0001f600] until=2026-10-25",
        ),
    ],
)
def test_completion_replaces_the_word_at_the_cursor(text: str, completed: str) -> None:
    item, *_ = complete(text)
    assert isinstance(item.text_edit, types.TextEdit)
    assert applied(text.replace("|", ""), [item.text_edit]) == completed


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (f"ARG V=|\nFROM {RUNTIME}:$V\n", "13.11.0"),
        (f"ARG A=1 V=13.|6\nFROM {RUNTIME}:${{V}}-base\n", "13.11.0"),
        (f'ARG V="3.|"\nFROM {AIRFLOW_3}:$V\n', "3.3-8"),
        (f"ARG V=3.|\nFROM x\nCOPY --from={AIRFLOW_3}:$V / /\n", None),
        (f"ARG IMAGE={RUNTIME}:13|.6.0\nFROM $IMAGE\n", "13.11.0"),
        ("ARG IMAGE=|\nFROM $IMAGE\n", RUNTIME),
        ("ARG REPOSITORY=quay|.io/x\nFROM $REPOSITORY:13.11.0\n", RUNTIME),
        (f"ARG X=|\n{FINE}", None),
        ("ARG V=|\nFROM python:$V\n", None),
        (f"ARG HOST=|\nFROM $HOST/{RUNTIME}:13.11.0\n", None),
    ],
    ids=str,
)
def test_arg_that_holds_a_part_of_an_image(text: str, first: str | None) -> None:
    assert next((item.label for item in complete(text)), None) == first


@pytest.mark.parametrize(
    "line",
    [
        "COPY --from=IMAGE:13.| / /",
        "onbuild copy --chown=1 --from=IMAGE:13.| / /",
        "RUN --network=none --mount=type=bind,from=IMAGE:13.|,target=/x ls",
    ],
)
def test_images_that_instructions_copy_from(line: str) -> None:
    text = f"FROM x\n{line}\n".replace("IMAGE", RUNTIME)
    first, *_ = complete(text)
    assert isinstance(first.text_edit, types.TextEdit)
    assert applied(text.replace("|", ""), [first.text_edit]) == text.replace("13.|", "13.11.0")
    repositories = complete(text.replace(f"{RUNTIME}:13.", ""))
    assert [item.label for item in repositories][:2] == [RUNTIME, AIRFLOW_3]


def test_mirrors() -> None:
    images = {"m.io:5000/three": AIRFLOW_3, "m.io/*/two": "quay.io/*/astro-runtime", "m.io/two": RUNTIME}
    first = {
        "FROM m.io:5000/three:|": "3.3-8",
        "COPY --from=m.io:5000/three:3| / /": "3.3-8",
        "FROM m.io/two:|9.1.0": "13.11.0",
        "ARG V=|\nFROM m.io/astronomer/two:$V": "13.11.0",
        "FROM m.io/other:|": None,
    }
    assert {
        text: next((item.label for item in complete(f"{text}\n", images=images)), None) for text in first
    } == first
    details = {item.label: item.detail for item in complete("FROM |\n", images=images)}
    assert details["m.io:5000/three"] == f"Astro Runtime for Airflow 3, a mirror of {AIRFLOW_3}"
    assert "m.io/*/two" not in details


def test_newer_releases_follow_a_full_tag() -> None:
    newer = ["13.11.0", "13.10.0", "13.9.0", "13.8.0", "13.7.0"]
    items = complete(f"FROM {RUNTIME}:13.6.0|\n")
    assert [item.label for item in items][:6] == [*newer, "13.6.0-ubi9"]
    # Editors only show items whose filter text matches the typed text, so each filter text is the typed text.
    assert {item.filter_text for item in items[:5]} == {"13.6.0"}
    assert not any(item.preselect for item in items)
    assert {item.filter_text for item in complete(f"FROM {RUNTIME}:13|\n")} == {None}
    assert labels(f"FROM {RUNTIME}:13.6.0-base|\n")[:5] == [f"{release}-base" for release in newer]
    assert labels(f"FROM {AIRFLOW_3}:3.1-21-slim|\n")[:2] == ["3.3-8", "3.3-7"]
    assert labels(f"FROM {RUNTIME}:13.11.0|\n")[0] == "13.11.0-ubi9"
    assert labels(f"FROM {RUNTIME}:13.6.0-b|\n")[0] == "13.6.0-ubi9"


def test_dates_end_with_the_calendar() -> None:
    line = "# lint-runtime: ignore[x] until=|\n"
    assert [item.label for item in complete(line, date(9999, 10, 1))] == [
        "9999-10-31",
        "9999-12-30",
        "9999-12-31",
    ]
    assert {item.label for item in complete(line, date.max)} == {"9999-12-31"}


def test_editors_sort_completions_as_listed() -> None:
    items = complete(f"FROM {AIRFLOW_3}:")
    assert len(items) > 10
    order = [item.sort_text or "" for item in items]
    assert order == sorted(set(order))


def test_suffixes_that_may_follow() -> None:
    suffixes = {
        "3.1-5": ["-ubi9", "-python-3.11", "-python-3.12", "-base"],
        "13.11.0-base": [],
        "13.11.0-slim": ["-base"],
        "13.11.0-ubi9": ["-python-3.10", "-python-3.11", "-python-3.12", "-slim", "-base"],
        "9.7.0": ["-python-3.8", "-python-3.9", "-python-3.10", "-python-3.11", "-base"],
        "8.10.0": ["-base"],
        # `-ubi9` is missing: 12.3.0 was the first release of the series with UBI 9 images.
        "12.0.0": ["-python-3.10", "-python-3.11", "-python-3.12", "-slim", "-base"],
        "2.1.1": ["-base"],
        "13": [],
        "99.0.0": [],
        "x": [],
    }
    assert {
        tag: [longer.removeprefix(tag) for longer in longer_tags(tag, TABLE)] for tag in suffixes
    } == suffixes


def test_every_longer_tag_exists() -> None:
    count = 0
    for release in TABLE.releases[::5]:
        for tag in longer_tags(str(release.version), TABLE):
            buffer = make_buffer(f"FROM {AIRFLOW_3 if re.match('3[.]', tag) else RUNTIME}:{tag}\n")
            assert "unavailable-variant" not in {finding.rule for finding in buffer.report.diagnostics}, tag
            count += 1
    assert count > 100
