"""Completion of images, platforms and suppression comments."""

from __future__ import annotations

import re
from datetime import date

import pytest
from lsprotocol import types

from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.lsp.completion import completions, longer_tags
from lint_runtime.rules import RULES
from lint_runtime.rules.base import Topic
from tests.conftest import AS_OF, TABLE
from tests.lsp.buffers import AIRFLOW_3, DOCUMENT, RUNTIME, UNSUPPORTED, applied, make_buffer, marked

KINDS = types.CompletionItemKind


def complete(text: str, as_of: date = AS_OF, table: LifecycleTable = TABLE) -> list[types.CompletionItem]:
    """Return the completions at the mark, or else at the end, of a text."""
    text, range_ = marked(text if "|" in text else f"{text}|\nRUN x\n")
    params = types.CompletionParams(DOCUMENT, range_.start)
    completed = completions(make_buffer(text, as_of, table=table), params)
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
        *("", "RUN ", "FROM", "XFROM ", "RUN FROM ", "# FROM ", "COPY --from=", "\U0001f600 FROM "),
        *("FROM python:3", "FROM quay.io/astronomer/ap-airflow:", f"FROM {RUNTIME}-dev:"),
        *("FROM a AS ", f"FROM {RUNTIME}:13.11.0 AS ", f"FROM {RUNTIME}@", f"FROM {RUNTIME}:13.11.0@sha"),
        *(f"FROM localhost:5000/{RUNTIME}:", "FROM localhost:", f"FROM --platform=a {RUNTIME} AS "),
        *("# lint-runtime: ", "# lint-runtime: ignore[a]", "# lint-runtime: ignore[a] b", "# ignore["),
        *("# lint-runtime: ignore until=", "# lint-runtime: ignore[a]until=", "lint-runtime: ignore["),
        *("# lint-runtime: ignore[A_", "# lint-runtime: ignore[a] until=soon", "x # lint-runtime: ignore["),
    ]
    assert {line: labels(line) for line in lines if labels(line)} == {}


def test_releases_are_listed_newest_first_and_maintained_series_first() -> None:
    tags = labels(f"FROM {RUNTIME}:")
    # 13.5.0 was yanked. Of ended series, only the newest release is listed.
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
    # The exact Airflow version of 12.1.0 is unknown.
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
    # The unfinished comment is a finding itself.
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
        (f"FROM {RUNTIME}:13.11.0-sl|im\n", f"FROM {RUNTIME}:13.11.0-ubi9im\n"),
        (
            "# lint-runtime: ignore[\U0001f600] until=20|",
            "# lint-runtime: ignore[\U0001f600] until=2026-10-25",
        ),
    ],
)
def test_completion_replaces_the_typed_text(text: str, completed: str) -> None:
    item, *_ = complete(text)
    assert isinstance(item.text_edit, types.TextEdit)
    assert applied(text.replace("|", ""), [item.text_edit]) == completed


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
        # The first UBI 9 images of the series came with 12.3.0.
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
