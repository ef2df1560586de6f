"""Merging a feed into a table adds facts and loses none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lint_runtime.errors import WrongDocumentError
from lint_runtime.lifecycle.feed import FeedRelease, read_feed
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.merge import merge
from lint_runtime.lifecycle.model import Availability, Release, ReleaseSeries, Schedule, Yank, in_force
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.changes import compare, find_removed
from lint_runtime.lifecycle.update.refresh import dump_table, refresh_table
from lint_runtime.lifecycle.verify import find_problems
from tests.feeds import Entry, document, entry, news, version, with_feed

TABLE = embedded_table()

DAY, TODAY = date(2026, 11, 1), date(2026, 11, 22)
LATER = date(2026, 12, 1)
OLDER = date(2026, 10, 1)


class Ends(NamedTuple):
    """The ends of a series that are in force on a day.

    end: the end of maintenance, or None if no row of the schedule is in force
    is_published: whether the end of maintenance is published, not computed
    support: the published end of basic support, or None
    is_lts: whether the series is LTS, or None if unknown
    """

    end: date | None
    is_published: bool
    support: date | None
    is_lts: bool | None


def _ends(table: LifecycleTable, series: str, day: date) -> Ends:
    found = table.find_series(series)
    row = in_force(found.schedule, day) if found else None
    if row is None:
        return Ends(None, False, None, None)
    known = table.as_of(day).series(series)
    assert known
    assert known.schedule == row
    return Ends(row.end_of_maintenance, row.is_published, row.published_support, row.is_lts)


def _series(table: LifecycleTable, name: str) -> ReleaseSeries:
    found = table.find_series(name)
    assert found
    return found


def _release(table: LifecycleTable, number: str) -> Release:
    found = table.release(version(number))
    assert found
    return found


# Ends for series 3.3 that differ from the embedded table.
MOVED = {"endOfMaintenance": "2028-08-31", "endOfBasicSupport": "2029-02-28"}


def test_facts_that_the_feed_does_not_have_stay() -> None:
    entries = [
        entry(f"{series.name}.999.0" if series.order[0] == 2 else f"{series.name}-999")
        for series in TABLE.series
    ]
    table = with_feed(DAY, *entries)
    for series in TABLE.series:
        after = _series(table, series.name)
        assert after.schedule[: len(series.schedule)] == series.schedule
        assert after._replace(schedule=series.schedule) == series
    for release in TABLE.releases:
        assert table.release(release.version) == release
    assert table.upstream == TABLE.upstream
    bare = LifecycleTable(TABLE.date, TABLE.series, TABLE.releases)
    assert merge(bare, TABLE).upstream == merge(TABLE, bare).upstream == TABLE.upstream


def test_a_moved_end_adds_a_row() -> None:
    table = with_feed(DAY, entry("3.3-9", **MOVED))
    before, after = _series(TABLE, "3.3").schedule, _series(table, "3.3").schedule
    moved = Schedule(DAY, date(2028, 8, 31), date(2029, 2, 28), False, "feed")
    assert after == (*before, moved)
    ends = [_ends(table, "3.3", day).end for day in (DAY - timedelta(1), DAY)]
    assert ends == [date(2028, 7, 31), date(2028, 8, 31)]
    assert dump_table(with_feed(LATER, entry("3.3-9", **MOVED), known=table)) == dump_table(table).replace(
        '"date": "2026-11-01"', '"date": "2026-12-01"'
    )


def test_a_day_before_the_move_gives_the_old_date() -> None:
    table = with_feed(DAY, entry("13.12.0", endOfSupport="2028-04-30", LTS=True))
    days = [date(2026, 9, 24), date(2026, 9, 25), date(2026, 10, 31), DAY, TODAY]
    all_known = [table.as_of(day).series("13") for day in days]
    schedules = [known.schedule for known in all_known if known and known.schedule]
    assert [str(schedule.end_of_maintenance) for schedule in schedules] == [
        "2026-11-30",
        "2027-04-30",
        "2027-04-30",
        "2028-04-30",
        "2028-04-30",
    ]
    assert [schedule.published for schedule in schedules][2:] == [date(2026, 10, 6), DAY, DAY]


def test_unchanged_ends_change_nothing() -> None:
    table = with_feed(DAY, entry("3.3-9", endOfMaintenance="2028-07-31", endOfBasicSupport="2029-01-31"))
    assert _series(table, "3.3") == _series(TABLE, "3.3")


def test_an_end_that_moves_twice_and_back_has_all_its_rows() -> None:
    table = with_feed(DAY, entry("3.3-9", endOfMaintenance="2028-09-30"))
    table = with_feed(LATER, entry("3.3-9", endOfMaintenance="2028-07-31"), known=table)
    rows = [(str(row.published), str(row.end_of_maintenance)) for row in _series(table, "3.3").schedule]
    assert rows == [
        ("2026-09-25", "2028-07-31"),
        ("2026-11-01", "2028-09-30"),
        ("2026-12-01", "2028-07-31"),
    ]


@pytest.mark.parametrize(("first", "second"), [(DAY, LATER), (LATER, DAY)])
def test_published_ends_win_over_computed_ends_of_any_age(first: date, second: date) -> None:
    published = entry("3.90-1", endOfMaintenance="2028-11-30", endOfBasicSupport="2029-05-31")
    table = with_feed(second, entry("3.90-1"), known=with_feed(first, published))
    other = with_feed(first, published, known=with_feed(second, entry("3.90-1")))
    for found in (table, other):
        assert _ends(found, "3.90", LATER) == Ends(date(2028, 11, 30), True, date(2029, 5, 31), False)


def test_a_computed_end_never_replaces_a_published_one() -> None:
    table = with_feed(DAY, entry("13.12.0", LTS=True), entry("3.3-9"))
    for name in ("13", "3.3"):
        assert _series(table, name).schedule == _series(TABLE, name).schedule


def test_a_computed_end_gives_way_to_the_published_one() -> None:
    known = with_feed(DAY, entry("3.90-1"))
    table = with_feed(LATER, entry("3.90-1", endOfMaintenance="2028-10-31"), known=known)
    rows = [
        (row.published, row.end_of_maintenance, row.computed) for row in _series(table, "3.90").schedule
    ]
    end = date(2028, 10, 31)
    assert rows == [
        (DAY, end, ("end_of_maintenance", "end_of_basic_support")),
        (LATER, end, ("end_of_basic_support",)),
    ]


def test_a_computed_end_moves_with_the_release_of_the_next_series() -> None:
    first = entry("14.0.0", "2026-10-01")
    known = with_feed(DAY, first)
    table = with_feed(date(2027, 4, 1), first, entry("15.0.0", "2027-03-15"), known=known)
    rows = [(row.published, row.end_of_maintenance, row.computed) for row in _series(table, "14").schedule]
    computed = ("end_of_maintenance",)
    assert rows == [(DAY, date(2027, 4, 30), computed), (date(2027, 4, 1), date(2027, 6, 30), computed)]


def test_an_unchanged_computed_end_changes_nothing() -> None:
    known = with_feed(DAY, entry("3.90-1"))
    assert _series(with_feed(LATER, entry("3.90-1"), known=known), "3.90") == _series(known, "3.90")


SUPPORT: dict[str, tuple[str, str | None, str | None, tuple[str, ...]]] = {
    "the maintenance stays, no support": ("2028-07-31", None, "2029-01-31", ()),
    "the maintenance stays, the support moves": ("2028-07-31", "2029-03-31", "2029-03-31", ()),
    "the maintenance moves, no support": (
        "2028-10-31",
        None,
        "2029-04-30",
        ("end_of_basic_support",),
    ),
    "both move": ("2028-10-31", "2029-05-31", "2029-05-31", ()),
    "the maintenance moves, the support stays": ("2028-10-31", "2029-01-31", "2029-01-31", ()),
}


@pytest.mark.parametrize(("end", "support", "expected", "computed"), SUPPORT.values(), ids=SUPPORT)
def test_basic_support(
    end: str, support: str | None, expected: str | None, computed: tuple[str, ...]
) -> None:
    table = with_feed(DAY, entry("3.3-9", endOfMaintenance=end, endOfBasicSupport=support))
    row = in_force(_series(table, "3.3").schedule, DAY)
    assert row
    assert (str(row.end_of_maintenance), str(row.end_of_basic_support)) == (end, expected)
    assert row.computed == computed


def test_basic_support_alone_keeps_the_published_maintenance() -> None:
    table = with_feed(DAY, entry("3.3-9", endOfBasicSupport="2029-03-31"))
    row = in_force(_series(table, "3.3").schedule, DAY)
    assert row == Schedule(DAY, date(2028, 7, 31), date(2029, 3, 31), False, "feed")
    table = with_feed(DAY, entry("3.90-1", endOfBasicSupport="2029-03-31"))
    row = in_force(_series(table, "3.90").schedule, DAY)
    assert row
    assert (row.end_of_maintenance, row.computed) == (date(2028, 10, 31), ("end_of_maintenance",))


def test_basic_support_is_not_inherited_when_the_maintenance_moved() -> None:
    table = with_feed(DAY, entry("12.13.0", endOfSupport="2026-12-31", LTS=True))
    row = in_force(_series(table, "12").schedule, DAY)
    assert row
    assert (row.end_of_maintenance, row.end_of_basic_support) == (date(2026, 12, 31), None)


def test_basic_support_is_kept_when_only_the_channel_is_new() -> None:
    known = LifecycleTable(
        TABLE.date,
        [
            _series(TABLE, "12")._replace(
                schedule=(_series(TABLE, "12").schedule[0]._replace(is_lts=False),)
            )
        ],
        [],
    )
    table = with_feed(DAY, entry("12.13.0", endOfSupport="2026-02-28", LTS=True), known=known)
    row = in_force(_series(table, "12").schedule, DAY)
    assert row == Schedule(DAY, date(2026, 2, 28), date(2027, 2, 28), True, "feed")


def test_a_series_once_lts_stays_lts() -> None:
    table = with_feed(DAY, entry("13.12.0", endOfSupport="2028-04-30", LTS=False))
    assert [row.is_lts for row in _series(table, "13").schedule] == [True] * 4
    assert _series(with_feed(DAY, entry("13.12.0", endOfSupport="2027-04-30", LTS=False)), "13") == _series(
        TABLE, "13"
    )


def test_a_series_becomes_lts() -> None:
    table = with_feed(DAY, entry("3.3-9", endOfMaintenance="2028-07-31", LTS=True))
    assert [_ends(table, "3.3", day).is_lts for day in (OLDER, DAY)] == [False, True]
    assert _ends(table, "3.3", DAY).support == date(2029, 1, 31)


def test_an_older_feed_adds_a_row_for_its_day() -> None:
    table = with_feed(date(2025, 12, 1), entry("13.3.0", endOfSupport="2026-11-30", LTS=True))
    assert _series(table, "13") == _series(TABLE, "13")
    table = with_feed(date(2025, 12, 1), entry("13.3.0", endOfSupport="2026-12-31", LTS=True))
    days = [row.published for row in _series(table, "13").schedule]
    assert days == [date(2025, 9, 3), date(2025, 12, 1), date(2026, 9, 25), date(2026, 10, 6)]
    assert _ends(table, "13", TODAY) == _ends(TABLE, "13", TODAY)
    assert table.date == TABLE.date


@pytest.mark.parametrize("fact", [{"endOfBasicSupport": "2029-03-31"}, {"LTS": True}], ids=str)
def test_an_older_feed_adds_what_documentation_does_not_say(fact: dict[str, Any]) -> None:
    (documented,) = _series(TABLE, "10").schedule
    assert documented.source == "docs"
    published = entry("10.9.0", endOfSupport=str(documented.end_of_maintenance), **fact)
    row, added = _series(with_feed(OLDER, published), "10").schedule
    support = date(2029, 3, 31) if "endOfBasicSupport" in fact else None
    assert row == documented
    assert added == Schedule(OLDER, documented.end_of_maintenance, support, "LTS" in fact, "feed")


def test_an_older_feed_does_not_move_the_end_in_a_newer_feed() -> None:
    known = with_feed(LATER, entry("3.3-9", endOfMaintenance="2028-07-31"))
    table = with_feed(DAY, entry("3.3-9", endOfMaintenance="2028-08-31"), known=known)
    assert _ends(table, "3.3", LATER) == _ends(known, "3.3", LATER)
    assert _ends(table, "3.3", DAY).end == date(2028, 8, 31)


def test_an_older_feed_does_not_replace_the_row_of_its_day() -> None:
    known = with_feed(LATER, entry("3.3-10"))
    table = with_feed(TABLE.date, entry("3.3-7", endOfMaintenance="2028-08-31"), known=known)
    assert _series(known, "3.3").schedule[0] in _series(table, "3.3").schedule
    assert _ends(table, "3.3", LATER) == _ends(known, "3.3", LATER)


def test_lts_and_support_in_an_older_feed_count_in_either_order() -> None:
    old = entry("3.90-1", endOfMaintenance="2028-10-31", endOfBasicSupport="2029-05-31", LTS=True)
    new = entry("3.90-1", endOfMaintenance="2028-10-31")
    in_order = with_feed(LATER, new, known=with_feed(DAY, old))
    backwards = with_feed(DAY, old, known=with_feed(LATER, new))
    assert _ends(in_order, "3.90", LATER) == Ends(date(2028, 10, 31), True, date(2029, 5, 31), True)
    assert _ends(backwards, "3.90", LATER) == _ends(in_order, "3.90", LATER)


def test_a_yank_is_published_on_the_day_of_the_feed() -> None:
    table = with_feed(DAY, entry("3.3-8", "2026-09-23", yanked=True, yankedReason="broken"))
    assert _release(table, "3.3-8").yank == Yank(DAY, "broken", "feed-2026-11-01")
    newest = [str(table.as_of(day).newest("3.3")) for day in (DAY - timedelta(1), DAY)]
    assert newest == ["3.3-8", "3.3-7"]


@pytest.mark.parametrize(
    ("day", "reason", "expected"),
    [
        pytest.param(DAY, "worse", "worse", id="a newer reason wins"),
        pytest.param(date(2025, 1, 1), "worse", None, id="an older reason does not win"),
        pytest.param(DAY, None, None, id="a missing reason changes nothing"),
    ],
)
def test_a_yank_keeps_its_first_day(day: date, reason: str | None, expected: str | None) -> None:
    before = _release(TABLE, "9.1.0").yank
    assert before
    table = with_feed(
        day, entry("9.1.0", "2023-09-14", "2.7.1", yanked=True, yankedReason=reason, LTS=True)
    )
    assert _release(table, "9.1.0").yank == Yank(before.known_by, expected or before.reason)


def test_a_yank_in_an_older_feed_moves_its_day() -> None:
    known = with_feed(LATER, entry("3.3-8", "2026-09-23", yanked=True, yankedReason="new words"))
    table = with_feed(DAY, entry("3.3-8", "2026-09-23", yanked=True, yankedReason="old words"), known=known)
    assert _release(table, "3.3-8").yank == Yank(DAY, "new words", "feed-2026-11-01")


@pytest.mark.parametrize("day", [date(2025, 1, 1), DAY])
@pytest.mark.parametrize("yanked", [False, None])
def test_a_yank_is_never_lifted(day: date, yanked: bool | None) -> None:
    table = with_feed(day, entry("9.1.0", "2023-09-14", "2.7.1", yanked=yanked))
    assert _release(table, "9.1.0").yank == _release(TABLE, "9.1.0").yank


def test_a_release_that_is_no_longer_listed_stays() -> None:
    table = with_feed(DAY, entry("3.90-1"))
    assert [release for release in TABLE.releases if release not in table.releases] == []
    feed = news(LATER, entry("3.90-2"), known=table)
    assert _release(merge(table, feed), "3.90-1") == _release(table, "3.90-1")
    texts = [text for _, text in find_removed(table, feed, merge(table, feed))]
    assert "3.90-1 (kept)" in texts
    assert "13.11.0 (kept)" in texts
    assert not [text for text in texts if text.startswith("release 3.0-1;")]


def test_a_removed_yank_and_end_are_reported() -> None:
    feed = news(DAY, entry("3.1-8", "2025-12-10", "3.1.4"))
    changes = [*find_removed(TABLE, feed, merge(TABLE, feed))]
    assert ("removed", "the yank of 3.1-8 (kept)") in changes
    assert ("removed", "the end of maintenance of 3.1 (kept)") in changes


def test_a_release_date_replaces_the_day_it_was_seen() -> None:
    assert _release(TABLE, "13.8.0").seen_by == date(2026, 7, 2)
    table = with_feed(DAY, entry("13.8.0", "2026-06-30", "2.11.2"))
    assert _release(table, "13.8.0") == Release(
        version("13.8.0"), "observed; feed-2026-11-01", "2.11.2", date(2026, 6, 30)
    )


def test_an_older_feed_adds_only_unknown_facts() -> None:
    known = with_feed(LATER, entry("3.3-9", "2026-11-02", "3.3.3"))
    table = with_feed(
        DAY, entry("3.3-9", "2026-10-01", "3.3.2"), entry("3.3-10", "2026-10-02"), known=known
    )
    assert _release(table, "3.3-9") == _release(known, "3.3-9")
    assert _release(table, "3.3-10").released == date(2026, 10, 2)


def test_a_newer_feed_corrects_a_release() -> None:
    known = with_feed(DAY, entry("3.3-9", "2026-10-01", "3.3.2"))
    table = with_feed(LATER, entry("3.3-9", "2026-10-02", "3.3.3"), known=known)
    assert _release(table, "3.3-9") == Release(
        version("3.3-9"), "feed-2026-12-01", "3.3.3", date(2026, 10, 2)
    )


def test_pythons_are_united_and_sorted_by_number() -> None:
    table = with_feed(DAY, entry("3.3-9", pythonVersions=["3.15", "3.9", "3.14"]))
    series = _series(table, "3.3")
    assert series.pythons == ("3.9", "3.12", "3.13", "3.14", "3.15")
    assert series.sources == {**_series(TABLE, "3.3").sources, "pythons": "feed-2026-11-01"}


def test_only_a_newer_feed_changes_the_default_python() -> None:
    pythons: dict[str, Any] = {"pythonVersions": ["3.13", "3.14"], "defaultPythonVersion": "3.13"}
    table = with_feed(DAY, entry("3.3-9", **pythons))
    assert _series(table, "3.3").default_python == "3.13"
    assert _series(table, "3.3").sources["default_python"] == "feed-2026-11-01"
    older = with_feed(date(2026, 9, 1), entry("3.3-7", **pythons))
    assert _series(older, "3.3")._replace(schedule=()) == _series(TABLE, "3.3")._replace(schedule=())
    assert (
        _series(with_feed(DAY, entry("3.3-9", defaultPythonVersion=None)), "3.3").default_python == "3.14"
    )


def test_an_older_feed_fills_an_unknown_default_python() -> None:
    known = with_feed(LATER, entry("3.90-2"))
    table = with_feed(
        DAY, entry("3.90-1", pythonVersions=["3.14"], defaultPythonVersion="3.14"), known=known
    )
    assert (_series(table, "3.90").default_python, _series(table, "3.90").pythons) == ("3.14", ("3.14",))


EMPTY = ReleaseSeries("13", "2.11", date(2025, 5, 20), (), "docs")
FULL = EMPTY._replace(
    source="other",
    sources={"os": "seen"},
    os="Debian 12",
    architectures=(Availability("amd64"),),
    variants=(),
    ubi9_pythons=("3.12",),
    complete_through=version("13.1.0"),
    notes="a note",
)


def _table(day: date, series: ReleaseSeries, *releases: Release) -> LifecycleTable:
    return LifecycleTable(day, [series], releases)


@pytest.mark.parametrize("day", [OLDER, LATER])
def test_missing_facts_of_a_series_are_filled_with_their_source(day: date) -> None:
    (series,) = merge(_table(DAY, EMPTY), _table(day, FULL)).series
    fields = ("architectures", "ubi9_pythons", "complete_through", "notes", "variants")
    assert series.sources == {"os": "seen", **dict.fromkeys(fields, "other")}
    assert series._replace(sources=FULL.sources, source="other") == FULL


@pytest.mark.parametrize("day", [OLDER, LATER])
def test_fields_that_are_never_replaced(day: date) -> None:
    other = FULL._replace(
        os="Debian 13",
        architectures=(Availability("arm64"),),
        variants=(Availability("slim"),),
        notes="another",
    )
    assert merge(_table(DAY, FULL), _table(day, other)).series == (FULL,)
    assert merge(_table(DAY, FULL), _table(day, EMPTY)).series == (FULL,)


@pytest.mark.parametrize("day", [OLDER, LATER])
def test_the_earlier_day_when_a_release_was_seen_counts(day: date) -> None:
    one, two = Release(version("13.1.0"), "a", seen_by=OLDER), Release(version("13.1.0"), "b", seen_by=DAY)
    assert merge(_table(DAY, EMPTY, one), _table(day, EMPTY, two)).releases == (one,)
    assert merge(_table(DAY, EMPTY, two), _table(day, EMPTY, one)).releases == (
        two._replace(seen_by=OLDER),
    )


def test_the_pythons_of_a_new_series_are_sorted() -> None:
    table = with_feed(
        DAY, entry("3.90-1", pythonVersions=["3.14", "3.9", "3.14"], defaultPythonVersion="3.9")
    )
    assert _series(table, "3.90").pythons == ("3.9", "3.14")


def test_merging_does_not_change_the_merged_tables() -> None:
    before = dump_table(TABLE)
    with_feed(DAY, entry("3.3-9", yanked=True, **MOVED), entry("3.90-1"))
    assert dump_table(TABLE) == before


def test_rows_are_sorted() -> None:
    table = with_feed(DAY, entry("3.90-1"), entry("14.0.0"), entry("12.99.0"))
    assert [series.name for series in table.rows[0]] == [series.name for series in table.series]
    assert [series.name for series in table.series][-6:] == ["14", "3.0", "3.1", "3.2", "3.3", "3.90"]
    assert table.rows[1] == table.releases


def test_every_change_is_reported() -> None:
    table = with_feed(
        DAY, entry("3.3-9", **MOVED), entry("3.90-1"), entry("3.3-8", "2026-09-23", yanked=True)
    )
    starts = [f"{kind} {text}".partition(",")[0] for kind, text in compare(TABLE, table)]
    assert starts == [
        "changed 3.3",
        "new 3.90 (Airflow 3.90)",
        "changed 3.3-8 (Airflow 3.3.0)",
        "yanked 3.3-8",
        "new 3.3-9 (Airflow 3.3.0)",
        "new 3.90-1 (Airflow 3.90.0)",
    ]
    assert list(compare(table, table)) == []


CONTRADICTIONS: dict[str, tuple[Entry, str]] = {
    "another Airflow version": (
        entry("13.12.0", airflow="2.12.0"),
        "release 13.12.0: Airflow 2.12.0, but the series has 2.11",
    ),
    "an end before the start": (
        entry("3.90-1", endOfMaintenance="2026-09-01"),
        "3.90: maintenance",
    ),
    "an end of support before the end of maintenance": (
        entry("3.90-1", endOfMaintenance="2028-09-30", endOfBasicSupport="2028-08-31"),
        "3.90: basic support ends on 2028-08-31",
    ),
    "a default that is not in the Pythons": (
        entry("3.90-1", pythonVersions=["3.13"], defaultPythonVersion="3.14"),
        "3.90: default Python 3.14",
    ),
}


@pytest.mark.parametrize(("wrong", "reason"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_contradictory_feeds_are_refused(wrong: Entry, reason: str) -> None:
    with pytest.raises(WrongDocumentError, match=reason):
        refresh_table(TABLE, document(entry("3.3-9"), wrong), DAY)


def test_a_feed_with_missing_facts_is_accepted() -> None:
    found = refresh_table(TABLE, document(entry("3.90-1", yanked=True)), DAY)
    assert [(gap.subject, gap.text) for gap in found.gaps] == [
        ("3.90", "variants missing"),
        ("3.90", "the newest release 3.90-1 is yanked"),
    ]


# Strategies for feeds that are consistent with the embedded table. Series 14 and 3.90 are new.
NAMES = ["11", "12", "13", "14", "3.0", "3.3", "3.90"]
MINORS = {"11": "2.9", "12": "2.10", "13": "2.11", "14": "2.12"}
ENDS = st.dates(date(2028, 1, 1), date(2030, 1, 1))
PYTHONS = st.lists(st.sampled_from(["3.9", "3.12", "3.13", "3.14", "3.15"]), min_size=1, max_size=3)


@st.composite
def _entries(draw: st.DrawFn, name: str) -> list[Entry]:
    """Draw feed entries for releases of a series. In a new series, the first release is always drawn."""
    is_new, dot = name in ("14", "3.90"), "-" if "." in name else ".0."
    numbers = draw(st.sets(st.integers(1, 25), min_size=1, max_size=3)) | ({1} if is_new else set())
    common: dict[str, object] = {"LTS": draw(st.none() | st.booleans())}
    end = draw(st.none() | ENDS)
    if end:
        common["endOfSupport"] = str(end)
        support = draw(st.none() | st.integers(1, 400))
        common["endOfBasicSupport"] = str(end + timedelta(support)) if support else None
    if "." in name and draw(st.booleans()):
        pythons = draw(PYTHONS)
        common |= {"pythonVersions": pythons, "defaultPythonVersion": draw(st.sampled_from(pythons))}
    entries = []
    for number in sorted(numbers):
        day = date(2026, 10, 1) + timedelta(number) if is_new else draw(st.dates(date(2025, 6, 1), LATER))
        yank = {"yanked": True, "yankedReason": draw(st.sampled_from([None, "a", "b"]))}
        metadata = {**common, **(yank if draw(st.integers(0, 3)) == 0 else {})}
        airflow = f"{MINORS.get(name, name)}.{draw(st.integers(0, 3))}"
        entries.append(entry(f"{name}{dot}{number}", str(day), airflow, **metadata))
    return entries


FEEDS = st.lists(st.sampled_from(NAMES), min_size=1, unique=True).flatmap(
    lambda names: st.tuples(*map(_entries, names)).map(
        lambda found: [one for part in found for one in part]
    )
)
DAYS = st.dates(date(2025, 6, 1), date(2027, 6, 1)) | st.sampled_from([date(2025, 9, 3), TABLE.date, DAY])
TWO_DAYS = st.tuples(DAYS, DAYS).map(sorted).filter(lambda days: days[0] < days[1])
LAST = date(2028, 1, 1)


@given(FEEDS, DAYS, FEEDS, DAYS)
def test_merging_twice_equals_merging_once(
    one: list[Entry], day: date, two: list[Entry], other: date
) -> None:
    known = with_feed(day, *one)
    feed = news(other, *two, known=known)
    once = merge(known, feed)
    assert dump_table(merge(once, feed)) == dump_table(once)
    assert dump_table(with_feed(other, *two, known=once)) == dump_table(once)
    assert list(compare(once, merge(once, feed))) == []


@given(FEEDS, DAYS, FEEDS, DAYS)
def test_merging_consistent_feeds_stays_consistent(
    one: list[Entry], day: date, two: list[Entry], other: date
) -> None:
    table = with_feed(other, *two, known=with_feed(day, *one))
    assert [problem for problem in find_problems(table) if not problem.is_gap] == []


def _said(entries: list[Entry]) -> dict[str, FeedRelease]:
    """Map each series to its newest release in a feed, if that release has an end of maintenance."""
    newest = {release.version.series: release for release in read_feed(document(*entries))}
    return {name: release for name, release in newest.items() if release.end_of_maintenance}


def _rows(table: LifecycleTable) -> set[tuple[str, date, date, bool]]:
    return {
        (series.name, row.published, row.end_of_maintenance, row.is_published)
        for series in table.series
        for row in series.schedule
    }


@given(FEEDS, DAYS, FEEDS, DAYS)
def test_no_series_release_yank_or_source_is_lost(
    one: list[Entry], day: date, two: list[Entry], other: date
) -> None:
    known = with_feed(day, *one)
    table = with_feed(other, *two, known=known)
    assert {series.name for series in known.series} <= {series.name for series in table.series}
    for series in known.series:
        after = _series(table, series.name)
        assert {*series.pythons} <= {*after.pythons}
        assert {*series.sources} <= {*after.sources}
        kept = ("name", "airflow", "released", "source", "os", "architectures", "ubi9_pythons", "notes")
        assert [getattr(after, field) for field in kept] == [getattr(series, field) for field in kept]
        assert (after.variants, after.complete_through) == (series.variants, series.complete_through)
    for release in known.releases:
        found = _release(table, str(release.version))
        assert found.released or not release.released
        assert found.airflow or not release.airflow
        assert found.seen_by or found.released or not release.seen_by
        if release.yank and not release.yank.source:
            assert found.yank
            assert found.yank.known_by <= release.yank.known_by
            assert release.yank.reason.startswith("no ") or not found.yank.reason.startswith("no ")


@given(FEEDS, FEEDS, TWO_DAYS)
def test_no_row_of_a_schedule_is_lost_to_an_older_feed(
    old: list[Entry], new: list[Entry], days: list[date]
) -> None:
    older, newer = days
    known = with_feed(newer, *new)
    assert older < known.date
    assert _rows(known) <= _rows(with_feed(older, *old, known=known))


@given(FEEDS, FEEDS, TWO_DAYS)
def test_an_older_feed_removes_nothing_newer(old: list[Entry], new: list[Entry], days: list[date]) -> None:
    older, newer = days
    known = with_feed(newer, *new)
    assert older < known.date
    table = with_feed(older, *old, known=known)
    assert table.date == known.date
    said = _said(new) if newer == known.date else {}
    for series in known.series:
        for day in (known.date, known.date + timedelta(1), LAST):
            before, after = _ends(known, series.name, day), _ends(table, series.name, day)
            # Check only series that have an end in the newer feed. To other series, the older feed may add an end.
            if series.name in said:
                # The older feed may add facts that the newer feed leaves out.
                support, is_lts = before.support or after.support, before.is_lts or after.is_lts
                assert after == before._replace(support=support, is_lts=is_lts)
        if series.default_python:
            assert _series(table, series.name).default_python == series.default_python
    for release in known.releases:
        found = _release(table, str(release.version))
        assert found.airflow == (release.airflow or found.airflow)
        assert found.released == (release.released or found.released)
        if release.yank and not release.yank.reason.startswith("no "):
            assert found.yank
            assert found.yank.reason == release.yank.reason


@given(FEEDS, FEEDS, TWO_DAYS)
def test_the_order_of_feeds_makes_no_difference_to_the_ends_in_force(
    old: list[Entry], new: list[Entry], days: list[date]
) -> None:
    older, newer = days
    assume(newer >= TABLE.date)
    in_order = with_feed(newer, *new, known=with_feed(older, *old))
    backwards = with_feed(older, *old, known=with_feed(newer, *new))
    # Compare only what the newer feed states. If it leaves a fact out, the older feed may state the fact.
    for name, said in _said(new).items():
        for day in (newer, newer + timedelta(1), LAST):
            first, second = _ends(in_order, name, day), _ends(backwards, name, day)
            assert (first.end, first.is_published) == (second.end, second.is_published)
            assert first.support == second.support or said.end_of_basic_support is None
            assert first.is_lts == second.is_lts or not said.is_lts


@given(FEEDS, DAYS)
def test_the_ends_before_the_day_of_the_feed_stay(entries: list[Entry], day: date) -> None:
    table = with_feed(day, *entries)
    for series in TABLE.series:
        for past in (day - timedelta(1), date(2025, 10, 1), date(2024, 1, 1)):
            if past < day:
                assert _ends(table, series.name, past) == _ends(TABLE, series.name, past)


def _schedule(published: date, end: date, *computed: str) -> Schedule:
    return Schedule(published, end, None, False, "test", computed)


def test_the_row_in_force() -> None:
    first, second = _schedule(OLDER, date(2028, 1, 31)), _schedule(DAY, date(2028, 2, 29))
    computed = _schedule(LATER, date(2028, 3, 31), "end_of_maintenance")
    rows = (first, second, computed)
    assert in_force(rows, OLDER - timedelta(1)) is None
    assert in_force(rows, OLDER) is first
    assert in_force(rows, DAY) is second
    assert in_force(rows, LATER) is second
    assert in_force((computed,), LATER) is computed


def test_the_last_merge_of_two_feeds_of_one_day_wins() -> None:
    pythons: dict[str, Any] = {"pythonVersions": ["3.13"], "defaultPythonVersion": "3.13"}
    table = with_feed(TABLE.date, entry("3.3-8", "2026-09-22", "3.3.2", **MOVED, **pythons))
    assert _series(table, "3.3").default_python == "3.13"
    assert _release(table, "3.3-8").released == date(2026, 9, 22)
    assert _ends(table, "3.3", TABLE.date).end == date(2028, 8, 31)


def test_the_pythons_of_a_series_are_in_its_newest_release() -> None:
    table = with_feed(
        DAY,
        entry("3.90-2", pythonVersions=["3.14"], defaultPythonVersion="3.14"),
        entry("3.90-1", pythonVersions=["3.13"], defaultPythonVersion="3.13"),
    )
    assert (_series(table, "3.90").pythons, _series(table, "3.90").default_python) == (("3.14",), "3.14")
