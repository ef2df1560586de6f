"""Updates: reading the feed, merging it, reporting changes and writing the result."""

from __future__ import annotations

import json
import os
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from lint_runtime.errors import UnusableError
from lint_runtime.lifecycle.load import embedded_table, load_table
from lint_runtime.lifecycle.merge import merge
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.changes import compare, find_removed
from lint_runtime.lifecycle.update.fetch import FeedVersion, read_content, shown_origin
from lint_runtime.lifecycle.update.refresh import Refresh, dump_table, read_output, refresh, write_output
from tests.feed_server import published, serving
from tests.feeds import entry, news, text, with_feed

TABLE = embedded_table()
DAY, TODAY = date(2026, 11, 1), date(2026, 11, 22)
FEED = text(entry("3.3-9"))


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    path = tmp_path / "feed.json"
    path.write_bytes(FEED)
    _date(path, DAY)
    return path


def _date(path: Path, day: date) -> None:
    time = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.utc).timestamp()
    os.utime(path, (time, time))


def _failure(call: Any, *arguments: Any) -> str:
    with pytest.raises(UnusableError) as caught:
        call(*arguments)
    return str(caught.value)


# --- Reading the feed --------------------------------------------------------------------------------


def test_a_file_is_read_by_path_and_url(feed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(feed.parent)
    origins = ["feed.json", str(feed), feed.as_uri(), f"file://localhost{feed}", f"FILE:{feed}"]
    assert [read_content(origin, None) for origin in origins] == [(FEED, DAY, None)] * 5


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    failures = [
        ("-", "standard input is not supported; give the path of a file"),
        (str(tmp_path / "x"), f"cannot read '{tmp_path}/x': No such file or directory"),
        (str(tmp_path), f"cannot read '{tmp_path}': Is a directory"),
        ("a\0b", "cannot read 'a\\x00b': invalid path"),
        ("file://other/feed", "'file://other/feed' names a file of another machine"),
        ("https://[/feed", "invalid URL 'https://[/feed'"),
        ("ftp://u:secret@x/", "cannot read 'ftp://x/': invalid URL: it must start with https://"),
    ]
    assert [(origin, _failure(read_content, origin, None)) for origin, _ in failures] == failures


def test_only_the_version_of_the_same_address_is_known() -> None:
    with serving() as server:
        server.answers["/feed"] = published(FEED, '"1"', "Sun, 01 Nov 2026 12:00:00 GMT")
        url = f"{server.url}/feed"
        version = FeedVersion(url, '"1"', "Sun, 01 Nov 2026 12:00:00 GMT")
        assert read_content(url, FeedVersion(f"{url}?other", '"1"')) == (FEED, DAY, version)
        assert read_content(url, version) is None
        assert refresh(url, TABLE, version, TODAY) is None


def test_messages_do_not_show_passwords() -> None:
    assert shown_origin("https://user:secret@example.org/feed") == "https://example.org/feed"
    assert shown_origin("a\x1b") == "a\\x1b"


# --- Merging -----------------------------------------------------------------------------------------


def test_an_update_has_table_changes_gaps_and_version(feed: Path) -> None:
    feed.write_bytes(text(entry("3.3-9"), entry("3.90-1")))
    _date(feed, DAY)
    refreshed = refresh(str(feed), TABLE, None, TODAY)
    assert refreshed
    table = with_feed(DAY, entry("3.3-9"), entry("3.90-1"))
    assert dump_table(refreshed.table) == dump_table(table)
    kinds = [kind for kind, _ in refreshed.changes]
    assert kinds == ["new", "new", "new", *["removed"] * (len(kinds) - 3)]
    assert [(gap.subject, gap.text) for gap in refreshed.gaps] == [("3.90", "variants missing")]
    assert refreshed.feed is None


def test_a_feed_is_not_newer_than_today(feed: Path) -> None:
    _date(feed, date(2027, 1, 1))
    refreshed = refresh(str(feed), TABLE, None, TODAY)
    assert refreshed
    assert refreshed.table.date == TODAY


def test_feeds_that_cannot_be_used(feed: Path) -> None:
    wrong = [
        (b"{}", "not the release feed: missing schemaVersion or runtimeVersions and runtimeVersionsV3"),
        (b"<html>", "not valid JSON: it is HTML or XML"),
        (
            text(entry("3.90-1", endOfMaintenance="2026-09-01")),
            "3.90: maintenance ends on 2026-09-01, before it starts on 2026-10-01",
        ),
        (
            text(entry("3.90-1", airflow="3.80.0"), entry("3.90-2", airflow="3.70.0"), entry("3.90-3")),
            "release 3.90-1: Airflow 3.80.0, but the series has 3.90, and 1 more",
        ),
    ]
    for data, reason in wrong:
        feed.write_bytes(data)
        assert _failure(refresh, str(feed), TABLE, None, TODAY) == f"cannot use the feed '{feed}': {reason}"


def test_texts_of_changes() -> None:
    entries = [
        entry("3.3-9", "2026-10-02", "3.3.2", endOfMaintenance="2028-08-31", LTS=True),
        entry("3.3-8", "2026-09-23", "3.3.1", yanked=True, yankedReason="broken"),
        entry("3.90-1", endOfMaintenance="2028-11-30", endOfBasicSupport="2029-05-31"),
        entry("3.91-1", pythonVersions=["3.14"], defaultPythonVersion="3.14"),
        entry("13.8.0", "2026-06-30", "2.11.2"),
    ]
    first = with_feed(DAY, *entries)
    assert [f"{kind}: {text}" for kind, text in compare(TABLE, first)] == [
        "changed: 3.3, LTS, maintained until 2028-08-31, basic support until 2029-02-28 (computed), as of 2026-11-01"
        "; was maintained until 2028-07-31, basic support until 2029-01-31, as of 2026-09-25",
        "new: 3.90 (Airflow 3.90), maintained until 2028-11-30, basic support until 2029-05-31, as of 2026-11-01",
        "new: 3.91 (Airflow 3.91), maintained until 2028-10-31 (computed), basic support until 2029-04-30"
        " (computed), as of 2026-11-01",
        "changed: 13.8.0 (Airflow 2.11.2), released 2026-06-30; was (Airflow 2.11.2), release date unknown",
        "changed: 3.3-8 (Airflow 3.3.1), released 2026-09-23; was (Airflow 3.3.2), released 2026-09-23",
        "yanked: 3.3-8, known by 2026-11-01: broken",
        "new: 3.3-9 (Airflow 3.3.2), released 2026-10-02",
        "new: 3.90-1 (Airflow 3.90.0), released 2026-10-01",
        "new: 3.91-1 (Airflow 3.91.0), released 2026-10-01",
    ]
    pythons = entry("3.91-2", pythonVersions=["3.13", "3.15"], defaultPythonVersion="3.15")
    second = with_feed(TODAY, pythons, known=first)
    assert [f"{kind}: {text}" for kind, text in compare(first, second)] == [
        "changed: 3.91, Python 3.13, 3.14, 3.15, default 3.15",
        "new: 3.91-2 (Airflow 3.91.0), released 2026-10-01",
    ]
    assert list(compare(second, second)) == []


def test_texts_of_rows_before_the_newest() -> None:
    known = with_feed(TODAY, entry("3.3-9", endOfMaintenance="2028-09-30", endOfBasicSupport="2029-03-31"))
    table = with_feed(DAY, entry("3.3-9", endOfMaintenance="2028-08-31"), known=known)
    ((kind, text),) = compare(known, table)
    assert f"{kind}: {text}" == (
        "new: 3.3, maintained until 2028-08-31, basic support until 2029-02-28 (computed), as of 2026-11-01"
        "; now maintained until 2028-09-30, basic support until 2029-03-31, as of 2026-11-22"
    )


def test_dates_that_another_source_confirms_are_not_new() -> None:
    (series,) = (series for series in TABLE.series if series.name == "10")
    (row,) = series.schedule
    confirmed = series._replace(schedule=(row, row._replace(published=DAY, source="feed")))
    old, new = (LifecycleTable(TABLE.date, [rows], []) for rows in (series, confirmed))
    assert list(compare(old, new)) == []


def test_a_series_without_ends_in_texts() -> None:
    empty = LifecycleTable(TABLE.date, [], [])
    table = with_feed(DAY, entry("2.0.0", "2021-12-14"), known=empty)
    assert next(text for _, text in compare(empty, table)) == "2.x (Airflow 2.1), no end date"
    later = with_feed(TODAY, entry("2.0.0", "2021-12-14", endOfSupport="2022-06-30"), known=table)
    assert [text for _, text in compare(table, later)] == [
        "2.x, maintained until 2022-06-30, as of 2026-11-22"
    ]


def test_texts_of_removed_facts() -> None:
    known = with_feed(DAY, entry("3.90-1", endOfMaintenance="2028-11-30"), entry("3.91-1"))
    feed = news(TODAY, entry("3.90-2"), entry("3.1-8", "2025-12-10", "3.1.4"), known=known)
    texts = [text for _, text in find_removed(known, feed, merge(known, feed))]
    assert {
        "3.90-1 (kept)",
        "3.91-1 (kept)",
        "the yank of 3.1-8 (kept)",
        "the end of maintenance of 3.90 (kept)",
        "the end of maintenance of 3.1 (kept)",
    } <= {*texts}
    # These are not reported: 2.1.1 and the computed end of 3.91 were in no feed, and the new feed has 3.1-8 and 3.90-2.
    assert not {
        "2.1.1 (kept)",
        "3.1-8 (kept)",
        "3.90-2 (kept)",
        "the end of maintenance of 3.91 (kept)",
    } & {*texts}
    entries = (entry("3.90-1", endOfMaintenance="2028-11-30"), entry("3.91-1"))
    listed_feed = news(TODAY, *entries, known=known)
    listed = [text for _, text in find_removed(known, listed_feed, known)]
    assert not [line for line in listed if "3.9" in line]


# --- The file with the result ------------------------------------------------------------------------


def test_a_new_file_starts_with_the_embedded_data(tmp_path: Path) -> None:
    assert read_output(str(tmp_path / "t.json")) == (TABLE, None)


def test_a_written_file_is_the_base_of_the_next_update(tmp_path: Path) -> None:
    path, version = str(tmp_path / "t.json"), FeedVersion("https://example.org", '"1"', "x")
    table = with_feed(DAY, entry("3.3-9"))
    write_output(path, Refresh(table, [], [], version))
    base, known = read_output(path)
    assert (dump_table(base), known) == (dump_table(table), version)
    assert json.loads(Path(path).read_bytes())["feed"] == version._asdict()
    write_output(path, Refresh(table, [], []))
    assert read_output(path)[1] is None
    assert load_table(path).date == DAY


def test_an_older_file_is_merged_and_its_feed_read_again(tmp_path: Path) -> None:
    path, version = str(tmp_path / "t.json"), FeedVersion("https://example.org")
    for day, is_older in ((date(2026, 10, 5), True), (TABLE.date, False)):
        old = LifecycleTable(day, TABLE.series, TABLE.releases[:-1], upstream=TABLE.upstream)
        write_output(path, Refresh(old, [], [], version))
        base, known = read_output(path)
        assert base.releases == TABLE.releases
        assert known == (None if is_older else version)


def test_outputs_that_cannot_be_written(tmp_path: Path, feed: Path) -> None:
    other, broken = tmp_path / "other.json", tmp_path / "broken.json"
    other.write_text("{}")
    broken.write_text("{")
    keys = "schema_version, date, series, releases"
    refused = [
        ("", "give the path of a file"),
        ("-", "give the path of a file"),
        (f"{tmp_path}/no/t.json", f"the directory '{tmp_path}/no' does not exist"),
        (str(tmp_path), "not a regular file"),
        # This counts as a regular file, but reading its first bytes fails.
        ("/proc/self/mem", "Input/output error"),
        (str(feed), "it is the release feed; use another file"),
        (str(other), f"it exists and is not lifecycle data: missing keys {keys}"),
        (
            str(broken),
            "it exists and is not lifecycle data: not valid JSON (line 1, column 2: Expecting property name"
            " enclosed in double quotes)",
        ),
    ]
    for path, reason in refused:
        message = f"cannot write the lifecycle data to '{path}': {reason}"
        assert _failure(read_output, path) == message
    assert json.loads(feed.read_bytes()) == json.loads(FEED)


def test_a_failed_write_keeps_the_file(tmp_path: Path) -> None:
    path = tmp_path / "t.json"
    path.write_text("old")
    invalid = LifecycleTable(date(1999, 1, 1), TABLE.series, TABLE.releases)
    reason = "the result is invalid: date must match pattern ^20[0-9]{2}-"
    start = "cannot write the lifecycle data to"
    assert _failure(write_output, str(path), Refresh(invalid, [], [])) == f"{start} '{path}': {reason}"
    missing = f"{tmp_path}/no/t.json"
    failure = _failure(write_output, missing, Refresh(TABLE, [], []))
    assert failure == f"{start} '{missing}': No such file or directory"
    assert path.read_text() == "old"
