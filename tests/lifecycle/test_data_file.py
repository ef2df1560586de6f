"""Data files: every table reads back, and invalid files are refused."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

import lint_runtime
from lint_runtime.errors import UnusableError, WrongDocumentError
from lint_runtime.files import parse_document
from lint_runtime.lifecycle import load
from lint_runtime.lifecycle.load import embedded_table, load_table, make_table
from lint_runtime.lifecycle.model import (
    EMBEDDED,
    Availability,
    Release,
    ReleaseSeries,
    Schedule,
    Yank,
)
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.refresh import dump_table
from lint_runtime.lifecycle.verify import find_problems
from lint_runtime.lifecycle.versions import RuntimeVersion, series_name
from lint_runtime.schema import check_document
from lint_runtime.text import visible
from tests.conftest import ENDS
from tests.feeds import entry, text, version, with_feed

TABLE = embedded_table()

DAY = date(2026, 9, 25)
FEED = {
    "url": "https://example.org/feed",
    "etag": '"etag"',
    "last_modified": "Fri, 25 Sep 2026 00:00:00 GMT",
}
SCHEMA = json.loads(
    (Path(lint_runtime.__file__).parent / "lifecycle/data.schema.json").read_text(encoding="utf-8")
)


def _rows(table: LifecycleTable) -> tuple[object, ...]:
    return table.date, table.rows, table.series, table.releases, table.upstream


def _read(dumped: str) -> tuple[LifecycleTable, dict[str, str] | None]:
    document = parse_document(dumped.encode())
    check_document(document, load.SCHEMA)
    return make_table(document, "t.json", b""), document.get("feed")


def test_the_embedded_table_reads_back() -> None:
    table, feed = _read(dump_table(TABLE))
    assert _rows(table) == _rows(TABLE)
    assert (table.source, feed) == ("t.json", None)
    assert dump_table(table) == dump_table(TABLE)


def test_an_updated_table_reads_back_with_its_feed() -> None:
    known = with_feed(date(2026, 11, 1), entry("3.90-1", yanked=True), entry("13.12.0"))
    table, feed = _read(dump_table(known, FEED))
    assert _rows(table) == _rows(known)
    assert feed == FEED


def test_a_file_has_one_line_per_row_in_ascii() -> None:
    dumped = dump_table(TABLE, FEED)
    assert dumped.isascii()
    assert dumped.endswith("}\n")
    assert len(dumped.splitlines()) == len(TABLE.series) + len(TABLE.releases) + len(TABLE.upstream) + 11


def test_default_values_are_left_out() -> None:
    series = ReleaseSeries("13", "2.11", DAY, (Schedule(DAY, DAY, None, False, "a"),), "b")
    table = LifecycleTable(DAY, [series, series._replace(variants=())], [Release(version("13.0.0"), "c")])
    found = json.loads(dump_table(table))
    schedule = {"published": str(DAY), "end_of_maintenance": str(DAY), "is_lts": False, "source": "a"}
    row = {"name": "13", "airflow": "2.11", "released": str(DAY), "schedule": [schedule], "source": "b"}
    assert found["series"] == [row, {**row, "variants": []}]
    assert found["releases"] == [{"version": "13.0.0", "source": "c"}]
    assert found.keys() == {"schema_version", "date", "series", "releases"}


HOSTILE = {
    "quotes and backslashes": '"\' \\ \\" {}',
    "control characters": "\x00\x1b[31m\x7f\r\n\t",
    "a text direction mark": "\u202e evil \u2066",
    "beyond the basic plane": "\U0001f600 中文",
    "a lone surrogate": "\udcff\ud800 x",
    "a command of a CI system": "##[error] ::error::x",
    "a script": "</script><!-- %s ${HOME} `id`",
    "the maximum length": "x" * 2000,
    "nothing": "",
}


def test_any_text_reads_back() -> None:
    assert len(HOSTILE) == 9
    for name, hostile in HOSTILE.items():
        schedule = (Schedule(DAY, DAY, None, True, hostile, note=hostile),)
        series = ReleaseSeries(
            *("13", "2.11", DAY, schedule, hostile), sources={hostile: hostile}, os=hostile, notes=hostile
        )
        release = Release(version("13.0.0"), hostile, yank=Yank(DAY, hostile))
        table = LifecycleTable(DAY, [series], [release])
        feed = dict.fromkeys(FEED, hostile)
        read, read_feed = _read(dump_table(table, feed))
        assert (_rows(read), read_feed) == (_rows(table), feed), name


def _with(**changes: Any) -> dict[str, Any]:
    return {**json.loads(dump_table(TABLE, FEED)), **changes}


def _of_series(**changes: Any) -> dict[str, Any]:
    document = _with()
    return {**document, "series": [{**document["series"][-1], **changes}]}


def _of_schedule(**changes: Any) -> dict[str, Any]:
    row = {"published": str(DAY), "end_of_maintenance": "2028-07-31", "is_lts": False, "source": "x"}
    return _of_series(schedule=[{**row, **changes}])


def _of_release(**changes: Any) -> dict[str, Any]:
    return _with(releases=[{"version": "3.3-8", "source": "x", **changes}])


def _without(document: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != key}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an empty object": ({}, "missing keys schema_version, date, series, releases"),
    "no series": (_with(series=[]), "series must contain at least 1 items"),
    "a missing series key": (_without(_with(), "series"), "missing key series"),
    "a missing releases key": (_without(_with(), "releases"), "missing key releases"),
    "no date": (_without(_with(), "date"), "missing key date"),
    "another schema version": (_with(schema_version=2), "schema_version must be"),
    "a string for the schema version": (_with(schema_version="1"), "schema_version must be a whole number"),
    "true for the schema version": (_with(schema_version=True), "schema_version"),
    "an invalid date": (_with(date="2026-02-30"), "date must be a date (YYYY-MM-DD)"),
    "a date in another century": (_with(date="1999-01-01"), "date must match pattern ^20[0-9]{2}-"),
    "a date without dashes": (_with(date="20260925"), "date must match pattern ^20[0-9]{2}-"),
    "null for series": (_with(series=None), "series must be an array"),
    "an unknown key": (_with(more=1), "more"),
    "a feed without its URL": (_with(feed={"etag": "", "last_modified": ""}), "feed: missing key url"),
    "null for the feed": (_with(feed=None), "feed must be an object"),
    "a series that is a string": (_with(series=["13"]), "series[0] must be an object"),
    "a series without required keys": (
        _with(series=[{}]),
        "series[0]: missing keys name, airflow, released, schedule, source",
    ),
    "an invalid name": (_of_series(name="13.1.0"), "series[0].name must match"),
    "a name with a line break": (_of_series(name="13\n"), "series[0].name must match"),
    "a name with non-ASCII digits": (_of_series(name="١٣"), "series[0].name must match"),
    "a number for a name": (_of_series(name=13), "series[0].name must be a string"),
    "an Airflow version with a patch": (_of_series(airflow="3.3.0"), "series[0].airflow must match"),
    "an invalid day of a series": (_of_series(released="soon"), "series[0].released"),
    "null for an optional key": (_of_series(os=None), "series[0].os must be a string"),
    "an invalid Python": (_of_series(pythons=["3"]), "series[0].pythons[0] must match"),
    "an invalid architecture": (_of_series(architectures=[{"name": "sparc"}]), "series[0].architectures[0]"),
    "a variant since a series": (
        _of_series(variants=[{"name": "slim", "since": "13"}]),
        "series[0].variants[0].since must match",
    ),
    "a source that is not text": (_of_series(sources={"os": 1}), "series[0].sources.os must be a string"),
    "notes that are too long": (_of_series(notes="x" * 2001), "series[0].notes must be shorter"),
    "a misspelled key of a series": (_of_series(note="x"), "series[0]"),
    "a schedule without required keys": (
        _of_series(schedule=[{}]),
        "series[0].schedule[0]: missing keys published, end_of_maintenance, is_lts, source",
    ),
    "an invalid end": (_of_schedule(end_of_maintenance="2027-02-29"), "series[0].schedule[0].end_of_maint"),
    "null for the end of support": (_of_schedule(end_of_basic_support=None), "series[0].schedule[0].end_of_basic"),
    "a number for LTS": (_of_schedule(is_lts=0), "series[0].schedule[0].is_lts must be true or false"),
    "an unknown computed end": (_of_schedule(computed=["published"]), "series[0].schedule[0].computed[0] must"),
    "a release without a version": (_with(releases=[{"source": "x"}]), "releases[0]: missing key version"),
    "a version with two numbers": (_of_release(version="3.3"), "releases[0].version must match"),
    "a version with a leading zero": (_of_release(version="13.05.0"), "releases[0].version must match"),
    "a version with a line break": (_of_release(version="3.3-8\n"), "releases[0].version must match"),
    "a version with a large number": (_of_release(version="1.0.9999999999"), "releases[0].version must match"),
    "an Airflow version without a patch": (_of_release(airflow="3.3"), "releases[0].airflow must match"),
    "an invalid day of a release": (_of_release(released="2026-09-31"), "releases[0].released must be"),
    "a yank without a day": (_of_release(yank={"reason": ""}), "releases[0].yank: missing key known_by"),
    "null for a yank": (_of_release(yank=None), "releases[0].yank must be an object"),
    "a hostile key": (_of_release(**{"\x1b[31m\n": 1}), "releases[0]"),
}  # fmt: skip


def test_invalid_documents() -> None:
    reasons = {}
    for name, (wrong, _) in WRONG.items():
        with pytest.raises(WrongDocumentError) as caught:
            check_document(wrong, load.SCHEMA)
        reasons[name] = str(caught.value)
    assert {name: reason for name, reason in reasons.items() if WRONG[name][1] not in reason} == {}
    assert [reason for reason in reasons.values() if reason != visible(reason)] == []


def test_valid_documents() -> None:
    for document in (
        _with(),
        _with(releases=[]),
        _with(schema_version=1.0),
        _of_release(yank={"known_by": "2026-09-25", "reason": "x"}),
        _of_schedule(computed=list(ENDS)),
    ):
        assert len(_read(json.dumps(document))[0].series) == len(document["series"])


def test_duplicate_and_unsorted_rows_are_read_and_reported() -> None:
    document = _with()
    all_series, releases = document["series"], document["releases"]
    wrong = {
        **document,
        "series": [*all_series[::-1], all_series[0]],
        "releases": [*releases[::-1], releases[0]],
    }
    table = _read(json.dumps(wrong))[0]
    assert [series.name for series in table.series] == ["2", *(series.name for series in TABLE.series)]
    assert table.releases == TABLE.releases
    found = {problem.subject for problem in find_problems(table) if "must not come after" in problem.text}
    assert found == {series_name(series.name) for series in TABLE.series[:-1]} | {
        f"release {release.version}" for release in TABLE.releases[:-1]
    }


def _file(directory: Path, content: bytes, day: date = DAY) -> str:
    path = directory / "table.json"
    path.write_bytes(content)
    time = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.utc).timestamp()
    os.utime(path, (time, time))
    return str(path)


def test_the_hash_of_a_table_is_the_hash_of_its_file(tmp_path: Path) -> None:
    data = json.dumps(_with(), indent=7).encode()
    path = _file(tmp_path, data)
    table = load_table(path)
    assert _rows(table) == _rows(TABLE)
    assert table.sha256 == hashlib.sha256(data).hexdigest()
    assert table.identity == {
        "date": "2026-10-06",
        "source": path,
        "sha256": hashlib.sha256(data).hexdigest(),
    }


def test_the_hash_of_the_embedded_data_is_the_hash_of_its_file() -> None:
    digest = hashlib.sha256(Path(load.EMBEDDED_FILE).read_bytes()).hexdigest()
    assert TABLE.identity == {"date": str(TABLE.date), "source": EMBEDDED, "sha256": digest}


def test_the_embedded_data_is_a_valid_data_file() -> None:
    table = load_table(load.EMBEDDED_FILE)
    assert _rows(table) == _rows(TABLE)
    assert table.sha256 == TABLE.sha256


def test_a_feed_in_a_file_is_merged_into_the_embedded_table(tmp_path: Path) -> None:
    data = text(entry("3.90-1"))
    path = _file(tmp_path, data, date(2026, 11, 1))
    table = load_table(path)
    assert _rows(table) == _rows(with_feed(date(2026, 11, 1), entry("3.90-1")))
    assert (table.source, table.date) == (path, date(2026, 11, 1))
    assert table.sha256 == hashlib.sha256(data).hexdigest()


FILES = {
    "nothing": (b"", "not valid JSON (line 1, column 1: Expecting value)"),
    "HTML": (b"<html>", "not valid JSON: it is HTML or XML"),
    "no table": (b"{}", "missing keys schema_version, date, series, releases"),
    "a wrong feed": (b'{"schemaVersion": "2.0", "runtimeVersions": {}}', "schemaVersion must match pattern ^1[.][0-9]+$"),
}  # fmt: skip


def test_invalid_files(tmp_path: Path) -> None:
    for data, reason in FILES.values():
        path = _file(tmp_path, data)
        with pytest.raises(UnusableError) as caught:
            load_table(path)
        assert str(caught.value) == f"cannot use the lifecycle data '{path}': {reason}"


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UnusableError, match="No such file or directory"):
        load_table(str(tmp_path / "none.json"))


TEXTS = st.text(max_size=12)
DATES = st.dates(date(2000, 1, 1), date(2099, 12, 31))
NUMBERS = st.integers(0, 999_999_999)
VERSIONS = st.builds(RuntimeVersion, st.sampled_from([2, 3]), NUMBERS, NUMBERS, NUMBERS)
PYTHONS = st.lists(st.from_regex(r"[0-9]{1,4}[.][0-9]{1,4}", fullmatch=True), max_size=3).map(tuple)
WORDS = st.sampled_from(["amd64", "arm64", "python", "slim", "ubi9"])
OFFERS = st.lists(st.builds(Availability, WORDS, st.none() | VERSIONS), max_size=3).map(tuple)
COMPUTED = st.lists(st.sampled_from(ENDS), unique=True).map(tuple)
SCHEDULES = st.builds(
    Schedule, DATES, DATES, st.none() | DATES, st.booleans(), TEXTS, COMPUTED, TEXTS, st.none() | DATES
)
SERIES = st.builds(
    ReleaseSeries,
    st.from_regex(r"(0|[1-9][0-9]{0,8})([.](0|[1-9][0-9]{0,8}))?", fullmatch=True),
    st.from_regex(r"[0-9]{1,4}[.][0-9]{1,4}", fullmatch=True),
    DATES,
    st.lists(SCHEDULES, max_size=3).map(tuple),
    TEXTS,
    st.dictionaries(TEXTS, TEXTS, max_size=2),
    st.none() | st.from_regex(r"[0-9]{1,4}[.][0-9]{1,4}", fullmatch=True),
    PYTHONS,
    st.none() | TEXTS,
    OFFERS,
    st.none() | OFFERS,
    PYTHONS,
    st.none() | VERSIONS,
    TEXTS,
)
AIRFLOWS = st.just("") | st.from_regex(r"[0-9]{1,4}[.][0-9]{1,4}[.][0-9]{1,4}", fullmatch=True)
YANKS = st.none() | st.builds(Yank, DATES, TEXTS)
RELEASES = st.builds(Release, VERSIONS, TEXTS, AIRFLOWS, st.none() | DATES, st.none() | DATES, YANKS)
TABLES = st.builds(
    LifecycleTable, DATES, st.lists(SERIES, min_size=1, max_size=3), st.lists(RELEASES, max_size=4)
)
FEEDS = st.none() | st.fixed_dictionaries(dict.fromkeys(FEED, TEXTS))


@given(TABLES, FEEDS)
def test_any_table_reads_back(table: LifecycleTable, feed: dict[str, str] | None) -> None:
    dumped = dump_table(table, feed)
    found, of_feed = _read(dumped)
    assert (found.date, found.series, found.releases, of_feed) == (
        table.date,
        table.series,
        table.releases,
        feed,
    )
    assert dump_table(found, of_feed) == dumped
    assert Draft7Validator(SCHEMA).is_valid(json.loads(dumped))
    find_problems(found)


def test_an_old_feed_in_a_new_file_is_old(tmp_path: Path) -> None:
    old = entry("3.3-7", "2026-09-16", endOfMaintenance="2028-06-30")
    table = load_table(_file(tmp_path, text(old), date(2026, 11, 1)))
    series = table.find_series("3.3")
    assert series
    assert table.date == TABLE.date
    assert [row.published for row in series.schedule] == [date(2026, 9, 16), date(2026, 9, 25)]
