"""The release feed: valid and invalid documents, and findings based on its facts."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lint_runtime.config.model import Config
from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import MAX_DOCUMENT, parse_document
from lint_runtime.lifecycle.feed import MAX_SERIES, FeedRelease, day_of, feed_table, is_feed, read_feed
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import (
    GENERAL_STATEMENT,
    Availability,
    Existence,
    Release,
    Status,
    in_force,
)
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.verify import find_problems
from lint_runtime.linter.engine import lint_file
from lint_runtime.text import visible
from tests.conftest import ENDS, ROOT
from tests.feeds import Entry, document, entry, news, text, version, with_feed

TABLE = embedded_table()

DAY, TODAY = date(2026, 11, 1), date(2026, 11, 22)
SCHEMAS = ROOT / "src" / "lint_runtime"
GOOD = text(entry("13.12.0"), entry("3.90-1"))


def _read(data: bytes) -> tuple[FeedRelease, ...]:
    return read_feed(parse_document(data))


def _reason(data: bytes) -> str:
    with pytest.raises(WrongDocumentError) as caught:
        _read(data)
    reason = str(caught.value)
    assert reason == visible(reason)
    assert len(reason) < 500
    return reason


def _with(**changes: Any) -> dict[str, Any]:
    return {**document(entry("3.90-1")), **changes}


def _changed(**metadata: Any) -> dict[str, Any]:
    return document(entry("3.90-1", **metadata))


def _without(field: str) -> dict[str, Any]:
    found = entry("3.90-1")
    return document(
        Entry(found.number, {key: found.metadata[key] for key in found.metadata if key != field})
    )


def test_a_part_of_the_feed_is_not_a_feed() -> None:
    for length in (*range(40), *range(40, len(GOOD), 17), len(GOOD) - 1):
        assert _reason(GOOD[:length]).startswith("not valid JSON "), length


BYTES = {
    "nothing": (b"", "not valid JSON (line 1, column 1: Expecting value)"),
    "HTML": (b"<!DOCTYPE html><html></html>", "not valid JSON: it is HTML or XML"),
    "HTML after empty lines": (b"\r\n \t<html>", "not valid JSON: it is HTML or XML"),
    "XML": (b'<?xml version="1.0"?><Error/>', "not valid JSON: it is HTML or XML"),
    "plain text": (b"404 page not found", "not valid JSON (line 1, column 5: Extra data)"),
    "an array": (b"[]", "not a JSON object"),
    "a string": (b'"feed"', "not a JSON object"),
    "null": (b"null", "not a JSON object"),
    "two documents": (b"{}\n{}", "not valid JSON (line 2, column 1: Extra data)"),
    "nested too deeply": (b'{"a":' * 100_000, "nested too deeply"),
    "arrays nested too deeply": (b"[" * 100_000 + b"]" * 100_000, "nested too deeply"),
    "a huge integer": (b'{"a": ' + b"9" * 10_000 + b"}", "a number has too many digits"),
    "not UTF-8": (b'{"schemaVersion": "\xff"}', "not valid JSON: it is not UTF-8"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "not valid JSON: it is not UTF-8"),
    "compressed": (b"\x1f\x8b\x08\x00\x00", "not valid JSON: it is not UTF-8"),
    "larger than the limit": (b" " * (MAX_DOCUMENT + 1), "larger than 32 MiB"),
    "an escape sequence in invalid JSON": (b'{"\x1b[31m": 1}', "not valid JSON (line 1, column 3: Invalid control character at)"),
}  # fmt: skip


def test_invalid_bytes() -> None:
    reasons = {name: _reason(data) for name, (data, _) in BYTES.items()}
    assert reasons == {name: reason for name, (_, reason) in BYTES.items()}


def test_the_largest_document_is_read() -> None:
    assert _read(GOOD + b" " * (MAX_DOCUMENT - len(GOOD))) == _read(GOOD)


def test_a_byte_order_mark_is_ignored() -> None:
    assert _read(b"\xef\xbb\xbf" + GOOD) == _read(GOOD)


PLACE = "runtimeVersionsV3.3.90-1.metadata"
NO_DAY = "must be a date (YYYY-MM-DD)"
NO_YEAR = "must match pattern ^20[0-9]{2}-"
WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an empty object": ({}, "missing schemaVersion"),
    "no schema version": (
        {key: value for key, value in _with().items() if key != "schemaVersion"},
        "missing schemaVersion",
    ),
    "another schema version": (_with(schemaVersion="2.0"), "schemaVersion must match pattern"),
    "a schema version with three numbers": (
        _with(schemaVersion="1.8.1"),
        "schemaVersion must match pattern",
    ),
    "a number for the schema version": (_with(schemaVersion=1.8), "schemaVersion must be a string"),
    "no releases of either kind": ({"schemaVersion": "1.8"}, "runtimeVersionsV3"),
    "releases in an array": (_with(runtimeVersions=[]), "runtimeVersions must be an object"),
    "null for releases": (_with(runtimeVersionsV3=None), "runtimeVersionsV3 must be an object"),
    "no releases": (_with(runtimeVersionsV3={}), "it has no releases"),
    "a release that is a string": (
        _with(runtimeVersions={"13.12.0": "x"}),
        "runtimeVersions.13.12.0 must be an object",
    ),
    "a release without metadata": (
        _with(runtimeVersions={"13.12.0": {}}),
        "runtimeVersions.13.12.0: missing key metadata",
    ),
    "null for metadata": (
        _with(runtimeVersions={"13.12.0": {"metadata": None}}),
        "runtimeVersions.13.12.0.metadata must be an object",
    ),
    "no Airflow version": (_without("airflowVersion"), f"{PLACE}: missing key airflowVersion"),
    "no channel": (_without("channel"), f"{PLACE}: missing key channel"),
    "no release date": (_without("releaseDate"), f"{PLACE}: missing key releaseDate"),
    "null for the channel": (_changed(channel=None), f"{PLACE}.channel must be a string"),
    "null for the release date": (_changed(releaseDate=None), f"{PLACE}.releaseDate must be a string"),
    "an invalid day": (_changed(releaseDate="2026-02-30"), f"{PLACE}.releaseDate {NO_DAY}"),
    "an invalid month": (_changed(releaseDate="2026-13-01"), f"{PLACE}.releaseDate {NO_DAY}"),
    "a leap day in another year": (_changed(releaseDate="2026-02-29"), f"{PLACE}.releaseDate {NO_DAY}"),
    "a year before all releases": (_changed(releaseDate="1999-12-31"), f"{PLACE}.releaseDate {NO_YEAR}"),
    "a day without dashes": (_changed(releaseDate="20260101"), f"{PLACE}.releaseDate {NO_YEAR}"),
    "an ISO week date": (_changed(releaseDate="2026-W01-1"), f"{PLACE}.releaseDate {NO_DAY}"),
    "a time": (_changed(releaseDate="2026-01-01T00:00:00Z"), f"{PLACE}.releaseDate {NO_DAY}"),
    "a line break after the day": (_changed(releaseDate="2026-01-01\n"), f"{PLACE}.releaseDate {NO_DAY}"),
    "non-ASCII digits": (_changed(releaseDate="2026-0١-01"), f"{PLACE}.releaseDate {NO_DAY}"),
    "a number for a day": (_changed(releaseDate=20260101), f"{PLACE}.releaseDate must be a string"),
    "an end that is not a date": (_changed(endOfSupport="2027-02-29"), f"{PLACE}.endOfSupport {NO_DAY}"),
    "an empty end": (_changed(endOfMaintenance=""), f"{PLACE}.endOfMaintenance"),
    "a number for an end": (_changed(endOfMaintenance=2027), f"{PLACE}.endOfMaintenance must be"),
    "an object for an end": (_changed(endOfBasicSupport={}), f"{PLACE}.endOfBasicSupport must be"),
    "a word for LTS": (_changed(LTS="yes"), f"{PLACE}.LTS must be"),
    "a number for LTS": (_changed(LTS=1), f"{PLACE}.LTS must be"),
    "a word for yanked": (_changed(yanked="true"), f"{PLACE}.yanked must be"),
    "a number for the reason": (_changed(yankedReason=1), f"{PLACE}.yankedReason must be"),
    "a reason that is too long": (
        _changed(yankedReason="x" * 2001),
        f"{PLACE}.yankedReason must be shorter",
    ),
    "an invalid Airflow version": (_changed(airflowVersion="main"), f"{PLACE}.airflowVersion must match"),
    "an Airflow version without a patch": (
        _changed(airflowVersion="3.90"),
        f"{PLACE}.airflowVersion must match",
    ),
    "a string for Pythons": (_changed(pythonVersions="3.12"), f"{PLACE}.pythonVersions must be"),
    "a number for a Python": (_changed(pythonVersions=[3.12]), f"{PLACE}.pythonVersions[0] must be"),
    "a Python version with a patch": (
        _changed(pythonVersions=["3.12.1"]),
        f"{PLACE}.pythonVersions[0] must match",
    ),
    "too many Pythons": (_changed(pythonVersions=["3.12"] * 101), f"{PLACE}.pythonVersions must contain"),
    "an invalid default Python": (_changed(defaultPythonVersion="latest"), f"{PLACE}.defaultPythonVersion"),
    "only pre-releases": (_changed(channel="beta"), "it has no releases"),
    "an invalid pre-release": (
        _changed(channel="beta", releaseDate="soon"),
        f"{PLACE}.releaseDate",
    ),
    "an invalid version": (
        document(Entry("x", entry("3.90-1").metadata)),
        "it has no releases",
    ),
    "a hostile version": (
        _with(runtimeVersions={"a\n\x1b[31m{0}\u202e%s##[": {}}),
        "runtimeVersions.a\\n\\x1b[31m{0}\\u202e%s#\\x23[: missing key metadata",
    ),
    "a huge version": (_with(runtimeVersions={"x" * 10_000: {}}), "runtimeVersions.xxxxxxxx"),
}


def test_invalid_documents() -> None:
    reasons = {name: _reason(json.dumps(wrong).encode()) for name, (wrong, _) in WRONG.items()}
    assert {name: reason for name, reason in reasons.items() if WRONG[name][1] not in reason} == {}


RIGHT: dict[str, dict[str, Any]] = {
    "only releases with Airflow 2": {
        "schemaVersion": "1.8",
        "runtimeVersions": {"13.12.0": {"metadata": entry("13.12.0").metadata}},
    },
    "only releases with Airflow 3": {
        "schemaVersion": "1.8",
        "runtimeVersionsV3": {"3.90-1": {"metadata": entry("3.90-1").metadata}},
    },
    "a later schema version": _with(schemaVersion="1.99"),
    "unknown keys at the top": _with(generated="2026-11-01", runtimeVersionsV4={"x": 1}),
    "unknown keys of a release": _with(
        runtimeVersionsV3={"3.90-1": {"metadata": entry("3.90-1").metadata, "more": [None]}}
    ),
    "unknown keys of metadata": _changed(supported=True, endOfLife={}),
    "null for all optional keys": _changed(
        endOfSupport=None,
        endOfMaintenance=None,
        endOfBasicSupport=None,
        LTS=None,
        yanked=None,
        yankedReason=None,
        pythonVersions=None,
        defaultPythonVersion=None,
    ),
    "no Pythons": _changed(pythonVersions=[]),
    "an Airflow version with a suffix": _changed(airflowVersion="3.90.0+astro.1"),
    "a leap day": _changed(releaseDate="2028-02-29"),
    "an invalid version next to a valid one": document(
        entry("3.90-1"), Entry("nightly", entry("3.90-1").metadata)
    ),
}


def test_valid_documents() -> None:
    assert len(RIGHT) == 11
    for name, right in RIGHT.items():
        (release,) = _read(json.dumps(right).encode())
        assert str(release.version) in ("13.12.0", "3.90-1"), name
        assert len(release.airflow.split(".")) == 3, name
        assert (release.end_of_maintenance, release.end_of_basic_support) == (None, None), name
        assert (release.is_lts, release.yanked) == (False, None), name


def test_all_fields_of_a_release() -> None:
    found = entry(
        "3.90-1",
        airflow="3.90.0+astro.1",
        endOfSupport="2028-01-31",
        endOfMaintenance="2028-10-31",
        endOfBasicSupport="2029-04-30",
        LTS=True,
        yanked=True,
        yankedReason="broken",
        pythonVersions=["3.13", "3.14"],
        defaultPythonVersion="3.14",
    )
    assert read_feed(document(found)) == (
        FeedRelease(
            version("3.90-1"),
            "3.90.0",
            date(2026, 10, 1),
            date(2028, 10, 31),
            date(2029, 4, 30),
            True,
            "broken",
            ("3.13", "3.14"),
            "3.14",
        ),
    )


def test_the_end_of_support_is_the_end_of_maintenance() -> None:
    (release,) = read_feed(document(entry("13.12.0", endOfSupport="2027-04-30")))
    assert release.end_of_maintenance == date(2027, 4, 30)


def test_a_release_is_yanked_if_the_feed_says_so() -> None:
    cases: list[tuple[dict[str, Any], str | None]] = [
        ({"yanked": True, "yankedReason": "broken"}, "broken"),
        ({"yanked": True}, "no reason is published"),
        ({"yanked": True, "yankedReason": ""}, "no reason is published"),
        ({"yanked": False, "yankedReason": "broken"}, None),
        ({"yankedReason": "broken"}, None),
    ]
    found = [
        (metadata, read_feed(document(entry("13.12.0", **metadata)))[0].yanked) for metadata, _ in cases
    ]
    assert found == cases


def test_releases_are_sorted_by_number() -> None:
    numbers = ["3.9-10", "3.9-9", "13.10.0", "13.9.0", "3.10-1"]
    found = read_feed(document(*map(entry, numbers)))
    assert [str(release.version) for release in found] == ["13.9.0", "13.10.0", "3.9-9", "3.9-10", "3.10-1"]


def test_only_two_channels_have_releases() -> None:
    channels = ("stable", "deprecated", "alpha", "beta", "nightly", "Stable", "")
    counted = []
    for channel in channels:
        entries = (entry("3.3-9"), entry("3.90-1", channel=channel))
        versions = [str(release.version) for release in read_feed(document(*entries))]
        is_counted = versions == ["3.3-9", "3.90-1"]
        assert (with_feed(DAY, *entries).find_series("3.90") is not None) is is_counted, channel
        counted += [channel] if is_counted else []
    assert counted == ["stable", "deprecated"]


def test_a_stable_release_can_be_yanked() -> None:
    table = with_feed(DAY, entry("3.3-9", channel="stable", yanked=True, yankedReason="broken"))
    assert str(table.as_of(DAY).newest("3.3")) == "3.3-8"


def test_the_feed_has_a_schema_version() -> None:
    assert is_feed(document())
    assert not is_feed({"schema_version": 1})


FUTURE = date(2026, 12, 24)
NEW_SERIES = entry("3.90-1", "2026-12-24", endOfMaintenance="2028-12-31", endOfBasicSupport="2029-06-30")


def _found(image: str, day: date, table: LifecycleTable, *rules: str) -> dict[str, str]:
    config = Config(select=frozenset(rules))
    report = lint_file(f"FROM {image}\n".encode(), "Dockerfile", config, table.as_of(day))
    return {found.rule: "\n".join((found.sentence, *found.notes)) for found in report.diagnostics}


def test_a_future_release_is_not_suggested_before_its_day() -> None:
    table = with_feed(DAY, entry("13.12.0", "2026-12-24"), entry("3.3-9", "2026-12-24"), NEW_SERIES)
    eve = FUTURE - timedelta(1)
    names = ["13", "3.0", "3.1", "3.2", "3.3"]
    assert [known.series.name for known in table.as_of(eve).maintained] == names
    assert [known.series.name for known in table.as_of(FUTURE).maintained] == [*names, "3.90"]
    assert [str(table.as_of(eve).newest(series)) for series in ("13", "3.3", "3.90")] == [
        "13.11.0",
        "3.3-8",
        "None",
    ]
    assert [str(table.as_of(FUTURE).newest(series)) for series in ("13", "3.3", "3.90")] == [
        "13.12.0",
        "3.3-9",
        "3.90-1",
    ]
    stable = [table.as_of(day).latest_stable for day in (eve, FUTURE)]
    assert [known.series.name for known in stable if known] == ["3.3", "3.90"]


@pytest.mark.parametrize(
    ("image", "rule", "before", "after"),
    [
        ("quay.io/astronomer/astro-runtime:13.10.0", "outdated-release", "13.11.0", "13.12.0"),
        ("astrocrpublic.azurecr.io/runtime:3.3-7", "outdated-release", "3.3-8", "3.3-9"),
        ("quay.io/astronomer/astro-runtime:12.5.0", "end-of-maintenance", "3.3-8", "3.90-1"),
    ],
)
def test_suggestions_before_and_on_the_release_day(image: str, rule: str, before: str, after: str) -> None:
    table = with_feed(DAY, entry("13.12.0", "2026-12-24"), entry("3.3-9", "2026-12-24"), NEW_SERIES)
    eve = _found(image, FUTURE - timedelta(1), table, rule)[rule]
    assert before in eve
    assert after not in eve
    assert after in _found(image, FUTURE, table, rule)[rule]


def test_a_future_release_outdates_nothing() -> None:
    table = with_feed(DAY, entry("13.12.0", "2026-12-24"))
    image = "quay.io/astronomer/astro-runtime:13.11.0"
    assert "outdated-release" not in _found(image, FUTURE - timedelta(1), table)
    assert "outdated-release" in _found(image, FUTURE, table)


def test_a_series_is_suggested_from_its_release_date() -> None:
    (series,) = news(DAY, NEW_SERIES).series
    early = Release(version("3.90-1"), "test", "3.90.0", DAY)
    table = LifecycleTable(DAY, [series], [early])
    assert table.as_of(DAY).newest("3.90") == version("3.90-1")
    assert table.as_of(FUTURE - timedelta(1)).maintained == ()
    assert [known.series.name for known in table.as_of(FUTURE).maintained] == ["3.90"]


IMAGE = "astrocrpublic.azurecr.io/runtime:3.90-1"
COMPUTED = {
    "31 days to 28": ("2026-08-03", date(2028, 8, 31), date(2029, 2, 28)),
    "31 days to 29": ("2025-08-31", date(2027, 8, 31), date(2028, 2, 29)),
    "31 days to 30": ("2026-10-31", date(2028, 10, 31), date(2029, 4, 30)),
    "30 days to 31": ("2026-09-30", date(2028, 9, 30), date(2029, 3, 30)),
    "28 days to 31": ("2027-02-01", date(2029, 2, 28), date(2029, 8, 28)),
    "a leap day": ("2026-02-28", date(2028, 2, 29), date(2028, 8, 29)),
}


def test_missing_ends_of_a_new_series_are_computed() -> None:
    assert len(COMPUTED) == 6
    for name, (released, end, support) in COMPUTED.items():
        series = with_feed(DAY, entry("3.90-2", "2027-03-01"), entry("3.90-1", released)).find_series(
            "3.90"
        )
        row = series and in_force(series.schedule, TODAY)
        assert row, name
        assert (row.end_of_maintenance, row.end_of_basic_support) == (end, support), name
        assert (row.computed, row.status(TODAY), row.is_lts) == (ENDS, Status.MAINTAINED, False), name


def test_published_ends_of_a_new_series_are_kept() -> None:
    ends = {"endOfMaintenance": "2028-11-30", "endOfBasicSupport": "2029-06-01"}
    found = with_feed(DAY, entry("3.90-1", **ends)).as_of(TODAY).series("3.90")
    assert found
    assert found.schedule
    assert (found.schedule.end_of_maintenance, found.schedule.end_of_basic_support) == (
        date(2028, 11, 30),
        date(2029, 6, 1),
    )
    assert found.schedule.computed == ()


def test_basic_support_is_computed_from_the_published_maintenance() -> None:
    found = with_feed(DAY, entry("3.90-1", endOfMaintenance="2028-08-31")).as_of(TODAY).series("3.90")
    assert found
    assert found.schedule
    assert (found.schedule.end_of_maintenance, found.schedule.end_of_basic_support) == (
        date(2028, 8, 31),
        date(2029, 2, 28),
    )
    assert found.schedule.computed == ("end_of_basic_support",)


def test_the_ends_of_a_series_are_in_its_newest_release() -> None:
    table = with_feed(
        DAY,
        entry("3.90-10", endOfMaintenance="2028-12-31"),
        entry("3.90-9", endOfMaintenance="2028-10-31"),
        entry("3.90-2", endOfMaintenance="2029-10-31"),
    )
    found = table.as_of(TODAY).series("3.90")
    assert found
    assert found.schedule
    assert found.schedule.end_of_maintenance == date(2028, 12, 31)


def test_nothing_is_guessed_about_a_new_series() -> None:
    table = with_feed(DAY, entry("3.90-1"))
    rules = ("unavailable-variant", "unsupported-platform", "amd64-only", "unknown-release")
    for image in (
        IMAGE,
        f"{IMAGE}-base",
        f"{IMAGE}-python-3.14",
        f"{IMAGE}-python-2.7-base",
        f"{IMAGE}-ubi9-python-3.12",
        f"--platform=linux/arm64 {IMAGE}",
        f"--platform=linux/amd64 {IMAGE}",
    ):
        assert "unknown-release" in _found(image, TODAY, TABLE), image
        assert _found(image, TODAY, table) == {}, image
        assert _found(image, TODAY, table, *rules) == {}, image


UNHEARD = with_feed(
    DAY,
    entry("3.90-1", "2026-10-01"),
    entry("3.90-3", "2026-10-20", pythonVersions=["3.13", "3.14"], defaultPythonVersion="3.14"),
)


def test_known_facts_of_a_new_series_are_checked() -> None:
    expected: dict[str, list[str]] = {
        "3.90-3-python-3.13-base": [],
        "3.90-3-python-3.12": ["unavailable-variant"],
        "3.90-3-ubi9-python-3.12": [],
        "3.90-3-slim": [],
        "3.90-3 --platform=linux/arm64": [],
        "3.90-3 --platform=linux/s390x": ["unsupported-platform"],
    }
    found = {}
    for image in expected:
        tag, _, platform = image.partition(" ")
        found[image] = [*_found(f"{platform} {IMAGE.partition(':')[0]}:{tag}", TODAY, UNHEARD)]
    assert found == expected


def test_facts_from_a_general_statement_are_marked() -> None:
    data = f"FROM --platform=linux/s390x {IMAGE.partition(':')[0]}:3.90-3\n".encode()
    (found,) = lint_file(data, "Dockerfile", Config(), UNHEARD.as_of(TODAY)).diagnostics
    assert found.notes[0] == (
        "3.90-3 is available for amd64 and arm64 (by the vendor's general statement on all series)"
    )


@pytest.mark.parametrize("later", [False, True], ids=["the first feed", "a later one"])
def test_a_new_series_is_known_from_its_release_date(*, later: bool) -> None:
    # The first feed with the series was published on 2026-11-01. By then, the series had already been released.
    table = UNHEARD
    if later:
        table = with_feed(TODAY, entry("3.90-4", "2026-11-20"), known=UNHEARD)
        assert [row.published for row in table.find_series("3.90").schedule] == [DAY]  # type: ignore[union-attr]
    assert _found(IMAGE, date(2026, 9, 30), table).keys() == {"unknown-release"}
    assert _found(IMAGE, date(2026, 10, 19), table) == {}
    for day in (date(2026, 10, 20), date(2026, 10, 29), DAY):
        assert _found(IMAGE, day, table).keys() == {"outdated-release"}


def test_an_end_that_was_seen_late_is_called_first_seen() -> None:
    table = with_feed(DAY, entry("3.90-1", endOfMaintenance="2026-10-10", endOfBasicSupport="2026-12-31"))
    data = f"FROM {IMAGE}\n".encode()
    notes = {
        day: lint_file(data, "Dockerfile", Config(), table.as_of(day)).diagnostics[0].notes[0]
        for day in (date(2026, 10, 20), TODAY)
    }
    assert notes[date(2026, 10, 20)].endswith("(first seen 2026-11-01)")
    assert notes[TODAY].endswith("(dates announced 2026-11-01)")


def test_all_facts_of_a_new_series() -> None:
    table = with_feed(DAY, entry("3.90-1", pythonVersions=["3.14"], defaultPythonVersion="3.14"))
    series = table.find_series("3.90")
    assert series
    assert (series.name, series.airflow, series.released) == ("3.90", "3.90", date(2026, 10, 1))
    assert (series.pythons, series.default_python, series.source) == (("3.14",), "3.14", "feed-2026-11-01")
    assert (series.variants, series.os, series.complete_through) == (None, None, None)
    assert (series.ubi9_pythons, series.notes) == ((), "")
    assert series.architectures == (Availability("amd64"), Availability("arm64"))
    assert series.sources == {"architectures": GENERAL_STATEMENT}
    assert table.existence(version("3.90-1")) is Existence.LISTED
    assert table.existence(version("3.90-2")) is Existence.NEWER


def test_the_first_multi_arch_release() -> None:
    empty = LifecycleTable(TABLE.date, [], [])
    names = {
        number: [name for name, _ in news(DAY, entry(number), known=empty).series[0].architectures]
        for number in ("6.0.3", "6.0.4", "5.9.9", "3.90-1")
    }
    both = ["amd64", "arm64"]
    assert names == {"6.0.3": [], "6.0.4": both, "5.9.9": [], "3.90-1": both}


def test_findings_about_computed_ends() -> None:
    table = with_feed(DAY, entry("3.90-1"))
    last = date(2028, 10, 31)
    assert "end-of-maintenance" not in _found(IMAGE, last, table)
    assert "ends today, on 2028-10-31 (computed)" in _found(IMAGE, last, table)["maintenance-ending"]
    message = _found(IMAGE, last + timedelta(1), table)["end-of-maintenance"]
    assert "ended on 2028-10-31 (computed)" in message
    ends = "3.90: maintenance ended on 2028-10-31; basic support ends on 2029-04-30"
    assert f"{ends} (computed 2026-11-01 by the maintenance policy)" in message
    assert "end-of-basic-support" not in _found(IMAGE, date(2029, 4, 30), table)
    assert "end-of-basic-support" in _found(IMAGE, date(2029, 5, 1), table)


def test_findings_about_published_ends() -> None:
    ends = {"endOfMaintenance": "2028-11-30", "endOfBasicSupport": "2029-06-01"}
    table = with_feed(DAY, entry("3.90-1", **ends))
    message = _found(IMAGE, date(2028, 12, 1), table)["end-of-maintenance"]
    assert "ended on 2028-11-30" in message
    assert "announced 2026-11-01" in message
    assert "computed" not in message


def test_the_rows_of_a_feed() -> None:
    table = news(DAY, entry("13.12.0"), entry("3.90-1", yanked=True, yankedReason="broken"))
    assert [series.name for series in table.series] == ["13", "3.90"]
    assert [str(release.version) for release in table.releases] == ["13.12.0", "3.90-1"]
    assert {release.source for release in table.releases} == {"feed-2026-11-01"}
    assert (table.releases[1].yank or ())[:2] == (DAY, "broken")
    assert table.series[0].released == date(2025, 5, 20)
    assert {row.source for series in table.series for row in series.schedule} == {"feed"}


def test_without_a_policy_and_a_published_end_a_series_has_no_schedule() -> None:
    known = LifecycleTable(TABLE.date, [], [])
    (series,) = news(DAY, entry("2.0.0", "2021-12-14"), known=known).series
    assert series.schedule == ()


AGES: dict[str, tuple[tuple[Entry, ...], date]] = {
    "known and new releases": ((entry("3.3-9"),), DAY),
    "only known releases": ((entry("3.3-8", "2026-09-23"),), DAY),
    "an unknown series": ((entry("3.90-1"),), DAY),
    "an older release of a series": ((entry("3.3-7", "2026-09-16"),), date(2026, 9, 16)),
    "a newer release of another series": (
        (entry("3.3-9", "2026-10-02"), entry("13.10.0", "2026-08-22")),
        date(2026, 10, 2),
    ),
    "an old feed with a future release": (
        (entry("3.3-7", "2026-09-16"), entry("3.90-1", "2027-01-01")),
        date(2026, 9, 16),
    ),
    "only future releases": ((entry("3.3-7", "2027-01-01"),), DAY),
    "an older release than an undated one": ((entry("3.1-13", "2026-02-18"),), date(2026, 2, 18)),
}


def test_the_day_of_a_feed() -> None:
    days = {name: day_of(read_feed(document(*entries)), TABLE, DAY) for name, (entries, _) in AGES.items()}
    assert days == {name: day for name, (_, day) in AGES.items()}


def test_a_known_future_release_does_not_make_a_feed_old() -> None:
    known = with_feed(DAY, entry("3.3-9", "2026-12-24"))
    assert day_of(read_feed(document(entry("3.3-8", "2026-09-23"))), known, DAY) == DAY


def test_a_release_on_the_last_day_counts() -> None:
    known = with_feed(DAY, entry("3.3-9", "2026-11-01"))
    found = read_feed(document(entry("3.3-8", "2026-09-23")))
    assert day_of(found, known, DAY) == date(2026, 9, 23)
    assert day_of(read_feed(document(entry("3.3-7", "2026-11-01"))), TABLE, DAY) == DAY


NUMBERS = st.sampled_from(
    [str(release.version) for release in TABLE.releases] + ["3.90-1", "14.0.0", "13.99.0"]
)
DAYS = st.dates(date(2021, 1, 1), date(2029, 1, 1))
ENTRIES = st.lists(
    st.builds(lambda number, day: entry(number, str(day)), NUMBERS, DAYS), min_size=1, max_size=8
)


@given(ENTRIES, DAYS)
@settings(deadline=None)
def test_the_day_of_a_feed_is_not_after_its_last_possible_day(entries: list[Entry], latest: date) -> None:
    releases = read_feed(document(*entries))
    # If any release is out on `latest`, the day is at most `latest`. If none is, the day may also be the date of the
    # table.
    is_out = any(release.released <= latest for release in releases)
    assert day_of(releases, TABLE, latest) <= (latest if is_out else max(latest, TABLE.date))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10) | st.sampled_from(["2026-01-01", "3.12"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
METADATA = st.fixed_dictionaries(
    {},
    optional={
        "airflowVersion": JSON | st.just("3.90.0"),
        "channel": JSON | st.just("stable"),
        "releaseDate": JSON | st.just("2026-10-01"),
        **dict.fromkeys(["endOfSupport", "endOfMaintenance", "endOfBasicSupport", "LTS", "yanked"], JSON),
        **dict.fromkeys(["yankedReason", "pythonVersions", "defaultPythonVersion"], JSON),
    },
)


@given(
    st.dictionaries(st.sampled_from(["3.90-1", "13.12.0", "x"]) | st.text(max_size=5), METADATA, max_size=3)
)
def test_any_document_is_read_or_refused(metadata: dict[str, Any]) -> None:
    releases = {number: {"metadata": inner} for number, inner in metadata.items()}
    candidate = {"schemaVersion": "1.8", "runtimeVersionsV3": releases}
    try:
        releases_read = read_feed(candidate)
    except WrongDocumentError as error:
        reason = str(error)
        assert reason == visible(reason)
    else:
        feed_table(releases_read, DAY, TABLE)


def test_the_next_lts_series_counts_in_the_same_feed() -> None:
    entries = [entry("14.0.0", "2026-01-10", LTS=True), entry("15.0.0", "2027-06-01", LTS=True)]
    once = with_feed(date(2027, 7, 1), *entries)
    twice = with_feed(date(2027, 7, 2), *entries, known=once)
    for table in (once, twice):
        found = table.as_of(date(2027, 7, 2)).series("14")
        assert found
        assert found.schedule
        assert found.schedule.end_of_maintenance == date(2027, 12, 31)
    assert twice.series == once.series


@pytest.mark.parametrize("airflow", ["1.10.15", "0.0.0"])
def test_a_series_older_than_all_policies_has_no_end(airflow: str) -> None:
    table = with_feed(date(2026, 11, 1), entry("14.0.0", "2025-05-01", airflow))
    series = table.find_series("14")
    assert series
    assert series.schedule == ()
    assert [problem.text for problem in find_problems(table) if problem.subject == "14.x"] == [
        "no end date",
        "variants missing",
    ]


def test_a_feed_with_too_many_series_is_refused() -> None:
    all_series = [entry(f"4.{number}-1") for number in range(MAX_SERIES + 1)]
    with pytest.raises(WrongDocumentError, match="more than 400 release series"):
        read_feed(document(*all_series))
    assert len(read_feed(document(*all_series[1:]))) == MAX_SERIES


def test_a_long_airflow_version_is_refused() -> None:
    with pytest.raises(WrongDocumentError, match="airflowVersion"):
        read_feed(document(entry("3.90-1", airflow="3.90." + "9" * 80)))


@pytest.mark.parametrize("last", ["2026-11-17", "2027-01-15"], ids=["a newer release", "an announced one"])
def test_facts_missing_in_the_newest_release_come_from_older_releases(last: str) -> None:
    said: dict[str, Any] = {
        "endOfMaintenance": "2029-03-31",
        "pythonVersions": ["3.13"],
        "defaultPythonVersion": "3.13",
    }
    table = with_feed(date(2026, 11, 20), entry("3.90-1", "2026-11-10", **said), entry("3.90-2", last))
    series = table.find_series("3.90")
    assert series
    assert (series.default_python, series.pythons) == ("3.13", ("3.13",))
    (row,) = series.schedule
    assert (row.end_of_maintenance, row.computed) == (date(2029, 3, 31), ("end_of_basic_support",))


def test_the_ends_of_an_announced_series_count() -> None:
    announced = entry("3.90-1", "2027-01-15", endOfMaintenance="2029-03-31")
    series = with_feed(date(2026, 11, 20), announced).find_series("3.90")
    assert series
    assert series.schedule[-1].end_of_maintenance == date(2029, 3, 31)
