"""Problems of tables, and end dates computed from the maintenance policy."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.model import (
    Availability,
    Release,
    ReleaseSeries,
    Schedule,
    UpstreamEnd,
    Yank,
    in_force,
)
from lint_runtime.lifecycle.policy import Policy, computed_ends, months_after
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.verify import EndComparison, Problem, compare_ends, find_problems
from tests.feeds import version

TABLE = embedded_table()

DAY = date(2026, 9, 25)
NEXT_DAY = date(2026, 9, 26)
FEED = "feed-2026-09-25"
END = date(2027, 4, 30)
ROW = Schedule(date(2025, 6, 1), END, date(2027, 10, 30), False, "docs")
SERIES = ReleaseSeries(
    "13",
    "2.11",
    date(2025, 5, 20),
    (ROW,),
    "docs",
    default_python="3.12",
    pythons=("3.11", "3.12"),
    architectures=(Availability("amd64"), Availability("arm64", version("13.1.0"))),
    variants=(Availability("slim", version("13.1.0")),),
)
NEXT = SERIES._replace(name="14", airflow="2.12", architectures=(Availability("amd64"),), variants=())
FIRST = Release(version("13.0.0"), "docs", "2.11.0", date(2025, 5, 20))
SECOND = Release(version("13.1.0"), "docs", "2.11.1", date(2025, 6, 20))
PYTHON = UpstreamEnd("python", "3.12", "end of life", date(2028, 10, 31), "docs of 2026-09-25")


def _table(
    all_series: tuple[ReleaseSeries, ...] = (SERIES,), releases: tuple[Release, ...] = (FIRST, SECOND)
) -> LifecycleTable:
    return LifecycleTable(DAY, all_series, releases)


def _series(**changes: Any) -> LifecycleTable:
    return _table((SERIES._replace(**changes),))


def _release(**changes: Any) -> LifecycleTable:
    return _table(releases=(FIRST._replace(**changes), SECOND))


def _row(**changes: Any) -> LifecycleTable:
    return _series(schedule=(ROW._replace(**changes),))


SORTED = "rows must be sorted and unique"
YANK = Yank(date(2026, 1, 1), "broken")
PROBLEMS: dict[str, tuple[LifecycleTable, Problem]] = {
    "series that are not sorted": (
        _table((NEXT, SERIES)),
        Problem("13.x", f"must not come after 14.x: {SORTED}"),
    ),
    "a repeated series": (
        _table((SERIES, SERIES)),
        Problem("13.x", f"must not come after 13.x: {SORTED}"),
    ),
    "releases that are not sorted": (
        _table(releases=(SECOND, FIRST)),
        Problem("release 13.0.0", f"must not come after release 13.1.0: {SORTED}"),
    ),
    "a repeated release": (
        _table(releases=(FIRST, FIRST)),
        Problem("release 13.0.0", f"must not come after release 13.0.0: {SORTED}"),
    ),
    "no schedule": (_series(schedule=()), Problem("13.x", "no end date", is_gap=True)),
    "a schedule that is not sorted": (
        _series(schedule=(ROW, ROW._replace(published=date(2025, 5, 31)))),
        Problem("13.x", "the schedule of 2025-05-31 must not come after that of 2025-06-01"),
    ),
    "two schedules of one day": (
        _series(schedule=(ROW, ROW)),
        Problem("13.x", "the schedule of 2025-06-01 must not come after that of 2025-06-01"),
    ),
    "a schedule of the next day": (
        _series(schedule=(ROW, ROW._replace(published=NEXT_DAY))),
        Problem("13.x", "the schedule of 2026-09-26 is newer than the data"),
    ),
    "a schedule from a source of the next day": (
        _row(source="docs of 2026-09-26"),
        Problem("13.x", "the source of 2026-09-26 is newer than the data"),
    ),
    "a series released on the next day": (
        _table((SERIES, NEXT._replace(released=NEXT_DAY))),
        Problem("14.x", "the release of 2026-09-26 is newer than the data"),
    ),
    "a series that a feed of the next day lists": (
        _table((SERIES, NEXT._replace(released=NEXT_DAY, source="feed-2026-09-26"))),
        Problem("14.x", "the source of 2026-09-26 is newer than the data"),
    ),
    "facts about a series from a source of the next day": (
        _series(sources=dict.fromkeys(("os", "pythons"), "docs: read on 2026-09-26")),
        Problem("13.x", "the source of 2026-09-26 is newer than the data"),
    ),
    "an end on the release day": (
        _row(end_of_maintenance=date(2025, 5, 20)),
        Problem("13.x", "maintenance ends on 2025-05-20, before it starts on 2025-05-20"),
    ),
    "support that ends with maintenance": (
        _row(end_of_basic_support=END),
        Problem("13.x", "basic support ends on 2027-04-30, before maintenance ends on 2027-04-30"),
    ),
    "an invalid end in a row that is not in force": (
        _series(
            schedule=(ROW._replace(end_of_basic_support=date(2027, 1, 1)), ROW._replace(published=DAY))
        ),
        Problem("13.x", "basic support ends on 2027-01-01, before maintenance ends on 2027-04-30"),
    ),
    "no architectures": (
        _series(architectures=()),
        Problem("13.x", "architectures missing", "", is_gap=True),
    ),
    "no architectures, and why": (
        _series(architectures=(), notes="never published"),
        Problem("13.x", "architectures missing", "never published", is_gap=True),
    ),
    "invalid architectures": (
        _series(architectures=(Availability("x86"), Availability("slim"), Availability("amd64"))),
        Problem("13.x", "unknown architecture slim, x86"),
    ),
    "a default that is not in the Pythons": (
        _series(default_python="3.13"),
        Problem("13.x", "default Python 3.13 is not in the list"),
    ),
    "an architecture from a release of another series": (
        _series(architectures=(Availability("amd64", version("12.1.0")),)),
        Problem("13.x", "amd64 is available from 12.1.0, a release of another series"),
    ),
    "a variant from a release of another series": (
        _series(variants=(Availability("slim", version("3.1-1")),)),
        Problem("13.x", "slim is available from 3.1-1, a release of another series"),
    ),
    "a newest release that is yanked": (
        _table(releases=(FIRST, SECOND._replace(yank=YANK))),
        Problem("13.x", "the newest release 13.1.0 is yanked", is_gap=True),
    ),
    "the newest release that is out is yanked": (
        _table(releases=(FIRST._replace(yank=YANK), SECOND._replace(released=NEXT_DAY, source=FEED))),
        Problem("13.x", "the newest release 13.0.0 is yanked", is_gap=True),
    ),
    "the newest release is yanked and undated": (
        _table(releases=(FIRST, SECOND._replace(released=None, yank=YANK))),
        Problem("13.x", "the newest release 13.1.0 is yanked", is_gap=True),
    ),
    "a release without a series": (
        _table(releases=(FIRST, SECOND, Release(version("14.0.0"), "docs"))),
        Problem("release 14.0.0", "unknown series 14"),
    ),
    "another Airflow version": (
        _release(airflow="2.12.0"),
        Problem("release 13.0.0", "Airflow 2.12.0, but the series has 2.11"),
    ),
    "an Airflow version with the same prefix": (
        _release(airflow="2.111.0"),
        Problem("release 13.0.0", "Airflow 2.111.0, but the series has 2.11"),
    ),
    "an exact day and a latest day": (
        _release(seen_by=DAY),
        Problem("release 13.0.0", "both an exact release date and a 'not later than'"),
    ),
    "a yank of the next day": (
        _release(yank=Yank(NEXT_DAY, "broken")),
        Problem("release 13.0.0", "the yank of 2026-09-26 is newer than the data"),
    ),
    "a release of the next day": (
        _table(releases=(FIRST, SECOND._replace(released=NEXT_DAY))),
        Problem("release 13.1.0", "the release of 2026-09-26 is newer than the data"),
    ),
    "a release that a feed of the next day lists": (
        _table(releases=(FIRST, SECOND._replace(released=NEXT_DAY, source="docs; feed-2026-09-26"))),
        Problem("release 13.1.0", "the source of 2026-09-26 is newer than the data"),
    ),
    "a release seen by the next day": (
        _table(releases=(FIRST, SECOND._replace(released=None, seen_by=NEXT_DAY))),
        Problem("release 13.1.0", "the first sighting of 2026-09-26 is newer than the data"),
    ),
    "an upstream end from a source of the next day": (
        LifecycleTable(DAY, (SERIES,), (FIRST, SECOND), upstream=(PYTHON._replace(source="a 2026-09-26"),)),
        Problem("python 3.12", "the source of 2026-09-26 is newer than the data"),
    ),
}


def test_each_problem_is_found_alone() -> None:
    found = {name: find_problems(table) for name, (table, _) in PROBLEMS.items()}
    assert found == {name: [problem] for name, (_, problem) in PROBLEMS.items()}


def test_a_note_explains_a_difference_or_a_gap() -> None:
    row, gap = ROW._replace(note="why"), {"architectures": ()}
    found = []
    for table in (
        _series(schedule=(row,), notes="why", **gap),
        _series(schedule=(row,), **gap),
        _series(notes="why", **gap),
    ):
        is_explained = all(end.is_explained for end in compare_ends(table))
        found.append((is_explained, all(problem.note for problem in find_problems(table))))
    assert found == [(True, True), (True, False), (False, True)]


FINE: dict[str, LifecycleTable] = {
    "the original table": _table(),
    "two series in order": _table((SERIES, NEXT)),
    "an Airflow 3 series after all others": _table((SERIES, NEXT, SERIES._replace(
        name="3.0", airflow="3.0", architectures=(Availability("amd64"),), variants=()))),
    "releases sorted by number": _table(
        releases=(FIRST, SECOND, SECOND._replace(version=version("13.10.0")))
    ),
    "a schedule on the day of the table": _row(published=DAY),
    "an end on the day after the release": _row(end_of_maintenance=date(2025, 5, 21)),
    "support for one day": _row(end_of_basic_support=date(2027, 5, 1)),
    "no support": _row(end_of_basic_support=None),
    "no default Python": _series(default_python=None),
    "no Airflow version": _release(airflow=""),
    "no release day": _release(released=None),
    "a latest day": _release(released=None, seen_by=DAY),
    "a release dated before its series": _release(released=date(2025, 1, 1)),
    "a release on the day of the table": _release(released=DAY),
    "a release that a feed announces": _table(
        releases=(FIRST, SECOND._replace(released=NEXT_DAY, source=f"observed; {FEED}"))
    ),
    "a series that a feed announces": _table((SERIES, NEXT._replace(released=NEXT_DAY, source=FEED))),
    "an upstream end in the future": LifecycleTable(DAY, (SERIES,), (FIRST, SECOND), upstream=(PYTHON,)),
    "a yank on the day of the table": _release(yank=Yank(DAY, "broken")),
    "a yank of an older release": _release(yank=YANK),
    "a newest release yanked after the maintenance": _table(
        (SERIES._replace(schedule=(ROW._replace(end_of_maintenance=date(2026, 9, 24)),)),),
        (FIRST, SECOND._replace(yank=YANK)),
    ),
}  # fmt: skip


def test_consistent_tables_have_no_problem() -> None:
    problems = {name: find_problems(table) for name, table in FINE.items()}
    assert problems == {name: [] for name in FINE}


def test_problems_of_series_come_first_and_each_is_listed() -> None:
    table = _table((NEXT, SERIES._replace(default_python="3.9")), (SECOND, FIRST._replace(airflow="2.1.0")))
    assert [problem.subject for problem in find_problems(table)] == [
        "13.x",
        "release 13.0.0",
        "13.x",
        "release 13.0.0",
    ]


def test_the_embedded_table_has_only_gaps() -> None:
    assert [(problem.subject, problem.is_gap) for problem in find_problems(TABLE)] == [
        ("2.x", True),
        ("2.x", True),
        ("2.x", True),
        ("3.x", True),
    ]


def _comparison(**changes: Any) -> EndComparison:
    return EndComparison("13", "maintenance", DAY, END, END, "")._replace(**changes)


@pytest.mark.parametrize(
    ("comparison", "difference", "is_explained"),
    [
        pytest.param(_comparison(), 0, True, id="the same"),
        pytest.param(_comparison(published=date(2027, 5, 1)), 1, False, id="later"),
        pytest.param(_comparison(published=date(2027, 4, 1)), -29, False, id="earlier"),
        pytest.param(_comparison(published=date(2027, 5, 1), note="why"), 1, True, id="later, and why"),
        pytest.param(_comparison(published=None), None, True, id="not published"),
        pytest.param(_comparison(computed=None), None, True, id="not in the policy"),
    ],
)
def test_a_difference(comparison: EndComparison, difference: int | None, is_explained: bool) -> None:
    assert (comparison.difference, comparison.is_explained) == (difference, is_explained)


def test_ends_are_compared_with_the_policy() -> None:
    airflow_3 = SERIES._replace(
        name="3.0",
        airflow="3.0",
        schedule=(
            ROW._replace(end_of_maintenance=date(2027, 6, 30), note="why"),
            ROW._replace(
                published=DAY,
                end_of_maintenance=date(2027, 5, 31),
                end_of_basic_support=date(2027, 11, 30),
                computed=("end_of_maintenance", "end_of_basic_support"),
            ),
        ),
    )
    policy_2, policy_3 = date(2023, 8, 23), date(2025, 4, 22)
    computed_3, support = date(2027, 5, 31), date(2027, 11, 30)
    assert compare_ends(_table((SERIES, NEXT._replace(schedule=()), airflow_3))) == [
        # 13 ends six months after its own release, because that is later than three months after the release of 14.
        EndComparison("13", "maintenance", policy_2, END, date(2025, 11, 30), ""),
        EndComparison("13", "basic support", policy_2, date(2027, 10, 30), None, ""),
        EndComparison("3.0", "maintenance", policy_3, date(2027, 6, 30), computed_3, "why"),
        EndComparison("3.0", "basic support", policy_3, date(2027, 10, 30), support, "why"),
    ]


def test_computed_ends_are_not_called_published() -> None:
    row = Schedule(
        DAY, END, date(2027, 10, 30), False, "feed", ("end_of_maintenance", "end_of_basic_support")
    )
    series = SERIES._replace(name="3.0", airflow="3.0", released=date(2025, 4, 22), schedule=(row,))
    policy = date(2025, 4, 22)
    assert compare_ends(_table((series,))) == [
        EndComparison("3.0", "maintenance", policy, None, END, ""),
        EndComparison("3.0", "basic support", policy, None, date(2027, 10, 30), ""),
    ]


# Maps each series that deviates from the policy to its newest published end and to the computed end.
DEVIATIONS = {
    "5": (date(2024, 4, 30), date(2023, 10, 31)),
    "9": (date(2025, 1, 31), date(2025, 2, 28)),
    "10": (date(2024, 6, 30), date(2024, 7, 31)),
    "13": (date(2027, 4, 30), date(2026, 11, 30)),
}


def test_published_ends_follow_the_policy() -> None:
    before_all_policies = []
    for series in TABLE.series:
        row = in_force(series.schedule, date.max)
        end, support, _ = computed_ends(series, TABLE.series, is_lts=row is not None and row.is_lts)
        if end is None:
            before_all_policies.append(series.name)
            continue
        assert row, series.name
        published = (row.end_of_maintenance, end)
        assert published == DEVIATIONS.get(series.name, (row.end_of_maintenance,) * 2), series.name
        expected = row.end_of_basic_support if series.order[0] == 3 else None
        assert support == expected, series.name
    assert before_all_policies == ["2", "3"]


def test_series_8_was_moved_to_the_end_in_the_policy() -> None:
    series = TABLE.find_series("8")
    assert series
    end, _, _ = computed_ends(series, TABLE.series, is_lts=False)
    assert series.schedule[0].end_of_maintenance == date(2023, 10, 31)
    assert end == series.schedule[1].end_of_maintenance == date(2023, 11, 30)


def _released(name: str, day: str, *, is_lts: bool = False) -> ReleaseSeries:
    row = Schedule(DAY, END, None, is_lts, "test")
    airflow = name if "." in name else f"2.{name}"
    return ReleaseSeries(name, airflow, date.fromisoformat(day), (row,), "test")


def _computed(
    series: ReleaseSeries, *others: ReleaseSeries
) -> tuple[date | None, date | None, Policy | None]:
    return computed_ends(series, (*others, series), is_lts=series.schedule[-1].is_lts)


POLICY: dict[str, tuple[tuple[ReleaseSeries, ...], str | None]] = {
    "the day before the first policy": ((_released("3", "2021-12-14"),), None),
    "the first day of the first policy": ((_released("4", "2021-12-15"),), "2022-06-30"),
    "the first day of the first policy, LTS": ((_released("4", "2021-12-15", is_lts=True),), "2023-06-30"),
    "the day before the next major counts": (
        (_released("6", "2022-11-07"), _released("7", "2023-06-01")),
        "2023-05-31",
    ),
    "the first day when the next major counts": (
        (_released("6", "2022-11-08"), _released("7", "2023-06-01")),
        "2023-09-30",
    ),
    "the next major is too early to count": (
        (_released("6", "2022-11-08"), _released("7", "2023-01-01")),
        "2023-05-31",
    ),
    "no next major yet": ((_released("6", "2022-11-08"),), "2023-05-31"),
    "the major after the next does not count": (
        (_released("6", "2022-11-08"), _released("8", "2024-01-01"), _released("7", "2023-06-01")),
        "2023-09-30",
    ),
    "the major before does not count": (
        (_released("6", "2022-11-08"), _released("5", "2024-01-01")),
        "2023-05-31",
    ),
    "the next LTS series counts as a major": (
        (_released("6", "2022-11-08"), _released("7", "2023-06-01", is_lts=True)),
        "2023-09-30",
    ),
    "the next major does not count for LTS": (
        (_released("6", "2022-11-08", is_lts=True), _released("7", "2024-06-01")),
        "2024-05-31",
    ),
    "the day before the next LTS series counts": (
        (_released("9", "2023-08-22", is_lts=True), _released("12", "2025-01-01", is_lts=True)),
        "2025-02-28",
    ),
    "the first day when the next LTS series counts": (
        (_released("9", "2023-08-23", is_lts=True), _released("12", "2025-01-01", is_lts=True)),
        "2025-07-31",
    ),
    "the next LTS series is too early to count": (
        (_released("9", "2023-08-23", is_lts=True), _released("12", "2024-01-01", is_lts=True)),
        "2025-02-28",
    ),
    "a Stable series is not the next LTS series": (
        (_released("9", "2023-08-23", is_lts=True), _released("10", "2025-01-01")),
        "2025-02-28",
    ),
    "Stable, under the same policy": (
        (_released("9", "2023-08-23"), _released("10", "2024-05-31")),
        "2024-08-31",
    ),
    "a series of Airflow 3 is not the next major": (
        (_released("13", "2025-05-20"), _released("3.1", "2026-01-01")),
        "2025-11-30",
    ),
    "the day before the policy of Airflow 3": ((_released("3.0", "2025-04-21"),), None),
    "the first day of the policy of Airflow 3": ((_released("3.0", "2025-04-22"),), "2027-04-30"),
    "LTS in Airflow 3": ((_released("3.0", "2025-04-22", is_lts=True),), "2027-04-30"),
    "the next series in Airflow 3 does not count": (
        (_released("3.0", "2025-04-22"), _released("3.1", "2027-06-01")),
        "2027-04-30",
    ),
    "Airflow 4 has the policy of Airflow 3": ((_released("4.0", "2027-02-01"),), "2029-02-28"),
    "six months after the end of August": (
        (_released("9", "2023-08-31"),),
        "2024-02-29",
    ),
}


def test_the_policy_in_force_at_the_release() -> None:
    computed = {name: _computed(*all_series) for name, (all_series, _) in POLICY.items()}
    ends = {name: str(end) if end else None for name, (end, _, _) in computed.items()}
    assert ends == {name: end for name, (_, end) in POLICY.items()}


def test_only_airflow_3_has_basic_support() -> None:
    (_, two, _), (_, three, _) = (
        _computed(_released(name, day)) for name, day in (("13", "2025-05-20"), ("3.0", "2025-04-22"))
    )
    assert (two, three) == (None, date(2027, 10, 30))


MONTHS = [
    ("2027-04-30", 6, "2027-10-30"),
    ("2028-08-31", 6, "2029-02-28"),
    ("2027-08-31", 6, "2028-02-29"),
    ("2028-10-31", 6, "2029-04-30"),
    ("2024-02-29", 12, "2025-02-28"),
    ("2024-02-29", 48, "2028-02-29"),
    ("2026-06-15", 6, "2026-12-15"),
    ("2026-07-15", 6, "2027-01-15"),
    ("2026-12-31", 12, "2027-12-31"),
    ("2026-12-31", 0, "2026-12-31"),
]


def test_months_after_a_day() -> None:
    found = [(day, months, str(months_after(date.fromisoformat(day), months))) for day, months, _ in MONTHS]
    assert found == MONTHS
