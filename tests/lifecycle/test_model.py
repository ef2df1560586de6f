"""The lifecycle data as known on a day: statuses, releases, upgrade paths and comparisons."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from lint_runtime.lifecycle.comparison import ComparedImage, compare
from lint_runtime.lifecycle.model import (
    EMBEDDED,
    Availability,
    End,
    Existence,
    Lifecycle,
    Release,
    ReleaseSeries,
    Schedule,
    State,
    Status,
    UpstreamEnd,
    Yank,
    in_force,
    in_order,
)
from lint_runtime.lifecycle.table import LifecycleTable, describe_table
from lint_runtime.lifecycle.upgrade_path import (
    best_after_airflow_2,
    longest_maintained,
    upgrade_path,
)
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from tests.conftest import AS_OF, ENDS, TABLE

DAY = timedelta(days=1)


def _version(text: str) -> RuntimeVersion:
    version = parse_version(text)
    assert version
    return version


def _on(day: date, text: str, table: LifecycleTable = TABLE) -> Lifecycle:
    version, known = parse_version(text), table.as_of(day)
    lifecycle = known.release(version) if version else known.series(text)
    assert lifecycle
    return lifecycle


def test_the_schedule_of_a_past_day() -> None:
    day = date(2023, 8, 23)
    shown = {
        series.name: (schedule.end_of_maintenance, schedule.is_lts)
        for series in TABLE.series
        if (schedule := in_force(series.schedule, day)) and series.name != "3"
    }
    assert shown == {
        "4": (date(2023, 9, 30), True),
        "5": (date(2023, 10, 31), True),
        "6": (date(2024, 3, 31), True),
        "7": (date(2023, 7, 31), False),
        "8": (date(2023, 10, 31), False),
        "9": (date(2025, 1, 31), True),
    }


@pytest.mark.parametrize(
    ("text", "day", "status"),
    [
        pytest.param("7.6.0", date(2023, 7, 31), Status.MAINTAINED, id="the last day of maintenance"),
        pytest.param("7.6.0", date(2023, 8, 1), Status.UNSUPPORTED, id="the day after"),
        pytest.param("12.5.0", date(2026, 2, 28), Status.MAINTAINED, id="the day before basic support"),
        pytest.param("12.5.0", date(2026, 3, 1), Status.BASIC_SUPPORT, id="the first day of basic support"),
        pytest.param("12.5.0", date(2027, 2, 28), Status.BASIC_SUPPORT, id="the last day of basic support"),
        pytest.param("12.5.0", date(2027, 3, 1), Status.UNSUPPORTED, id="the day after basic support"),
        pytest.param("5.0.8", date(2023, 8, 23), Status.MAINTAINED, id="the schedule of that day"),
        pytest.param("5.0.8", date(2023, 11, 1), Status.MAINTAINED, id="after the end moved"),
        pytest.param(
            "12.0.0", date(2024, 9, 1), Status.UNKNOWN, id="before the first schedule of the series"
        ),
        pytest.param("2.1.1", AS_OF, Status.UNSUPPORTED, id="a series older than all schedules"),
        pytest.param("2.1.1", date(2021, 12, 14), Status.UNKNOWN, id="before all schedules"),
    ],
)
def test_status(text: str, day: date, status: Status) -> None:
    assert _on(day, text).status is status


@pytest.mark.parametrize(
    ("text", "day", "state"),
    [
        ("13.5.0", AS_OF, State.YANKED),
        ("9.1.0", AS_OF, State.YANKED),
        ("9.7.0", AS_OF, State.UNSUPPORTED),
        ("12.5.0", AS_OF, State.BASIC_SUPPORT),
        ("13.11.0", date(2027, 4, 30), State.ENDING),
        ("13.11.0", date(2027, 1, 30), State.ENDING),
        ("13.11.0", date(2027, 1, 29), State.MAINTAINED),
        ("12.0.0", date(2024, 9, 1), State.UNKNOWN),
        ("2.1.1", AS_OF, State.UNSUPPORTED),
    ],
)
def test_state(text: str, day: date, state: State) -> None:
    assert _on(day, text).state(day) is state


def test_the_state_of_a_series_that_ends_as_soon_as_configured() -> None:
    lifecycle = _on(date(2027, 1, 29), "13.11.0")
    states = [lifecycle.state(date(2027, 1, 29), days).value for days in (0, 90, 91)]
    assert states == ["maintained", "maintained", "ending soon"]
    assert lifecycle.schedule
    assert lifecycle.schedule.state(date(2027, 4, 30), 0) is State.ENDING


def test_the_facts_of_a_release() -> None:
    lifecycle = _on(AS_OF, "9.1.0")
    assert lifecycle.schedule
    assert lifecycle.schedule == lifecycle.series.schedule[-1]
    assert lifecycle.schedule.published == date(2025, 9, 3)
    assert (lifecycle.name, lifecycle.order, lifecycle.airflow_major) == ("Astro Runtime 9.1.0", (2, 9), 2)
    assert (lifecycle.airflow, lifecycle.is_lts, lifecycle.status) == ("2.7.1", True, Status.UNSUPPORTED)
    assert (lifecycle.series.default_python, lifecycle.series.os) == ("3.11", "Debian 11.7 (bullseye)")
    assert (lifecycle.maintenance, lifecycle.basic_support) == (
        End(date(2025, 1, 31)),
        End(date(2026, 1, 31)),
    )
    assert lifecycle.architectures == ("amd64", "arm64")
    assert lifecycle.newest == _version("9.21.0")
    assert lifecycle.yank == Yank(date(2024, 5, 16), "Has significant scheduling performance issues.")
    assert [lifecycle.days_left(day) for day in (date(2025, 1, 30), date(2025, 2, 1))] == [1, -1]
    series = _on(AS_OF, "9")
    assert (series.name, series.version, series.yank) == ("Astro Runtime 9.x", None, None)


def test_the_facts_of_a_series_without_a_schedule() -> None:
    lifecycle = _on(date(2024, 9, 1), "12")
    assert (lifecycle.schedule, lifecycle.is_lts, lifecycle.days_left(AS_OF)) == (None, None, None)
    assert (lifecycle.maintenance, lifecycle.basic_support, lifecycle.is_usable) == (None, None, False)


def test_ends_in_words() -> None:
    day = date(2026, 1, 31)
    assert [str(End(day)), str(End(day, is_computed=True))] == ["2026-01-31", "2026-01-31 (computed)"]


def test_which_ends_are_computed() -> None:
    schedule = Schedule(AS_OF, date(2027, 1, 31), date(2028, 1, 31), True, "feed")
    computed = [schedule._replace(computed=names) for names in ((), ENDS[:1], ENDS[1:], ENDS)]
    assert [row.maintenance.is_computed for row in computed] == [False, True, False, True]
    assert [row.basic_support and row.basic_support.is_computed for row in computed] == [
        *(False, False),
        *(True, True),
    ]
    assert [row.is_published for row in computed] == [True, False, True, False]
    assert [row.published_support for row in computed] == [date(2028, 1, 31)] * 2 + [None] * 2
    assert schedule._replace(end_of_basic_support=None).basic_support is None


def test_the_schedule_in_force() -> None:
    end = date(2030, 1, 31)
    old, new = (
        Schedule(AS_OF, end, None, True, "docs"),
        Schedule(AS_OF + DAY, end + DAY, None, True, "docs"),
    )
    computed = Schedule(AS_OF + 2 * DAY, end, None, True, "feed", ENDS)
    early = computed._replace(known_since=AS_OF - DAY)
    rows = [new, old, early]
    days = [AS_OF - 2 * DAY, AS_OF - DAY, AS_OF, AS_OF + DAY, AS_OF + 2 * DAY]
    assert [in_force(rows, day) for day in days] == [None, early, old, new, new]
    assert [in_force([computed], day) for day in days] == [None, None, None, None, computed]


def test_python_versions_in_order() -> None:
    assert in_order(["3.9", "3.12", "3.10", "3.9"]) == ("3.9", "3.10", "3.12")


@pytest.mark.parametrize(
    ("text", "airflow"), [("9.7.0", "2.7.3"), ("13.6.0", "2.11"), ("3.1-15", "3.1"), ("13", "2.11")]
)
def test_airflow_is_exact_where_known(text: str, airflow: str) -> None:
    assert _on(AS_OF, text).airflow == airflow


def test_the_extension_of_series_13_leaves_its_basic_support_open() -> None:
    before, after = _on(date(2026, 9, 24), "13.6.0"), _on(date(2026, 9, 25), "13.6.0")
    assert (before.maintenance, before.basic_support) == (End(date(2026, 11, 30)), End(date(2027, 11, 30)))
    assert (after.maintenance, after.basic_support) == (End(date(2027, 4, 30)), None)


@pytest.mark.parametrize(
    ("text", "architectures"),
    [
        ("3.0.4", ()),
        ("5.5.0", ("amd64",)),
        ("6.0.3", ("amd64",)),
        ("6.0.4", ("amd64", "arm64")),
        ("6", ("amd64", "arm64")),
        ("3.3-8", ("amd64", "arm64")),
    ],
)
def test_architectures(text: str, architectures: tuple[str, ...]) -> None:
    assert _on(AS_OF, text).architectures == architectures


def test_availability() -> None:
    since = Availability("arm64", _version("6.0.4"))
    versions = [_version("6.0.3"), _version("6.0.4"), None]
    assert [since.includes(version) for version in versions] == [False, True, True]
    assert Availability("amd64").includes(_version("1.0.0"))
    series = ReleaseSeries("13", "2.11", AS_OF, (), "docs", variants=(Availability("slim"), since))
    assert (series.variant("arm64"), series.variant("ubi9")) == (since, None)
    assert series._replace(variants=None).variant("slim") is None


def test_a_yank_counts_from_the_day_it_is_published() -> None:
    assert [_on(date(2024, 5, day), "9.1.0").is_usable for day in (15, 16)] == [True, False]
    assert [bool(_on(date(2024, 5, day), "9.1.0").yank) for day in (15, 16)] == [False, True]


@pytest.mark.parametrize(
    ("series", "day", "newest"),
    [
        pytest.param("13", AS_OF, "13.11.0", id="today"),
        pytest.param("9", date(2024, 4, 17), "9.12.0", id="by version, not by day"),
        pytest.param("13", date(2026, 2, 23), "13.5.0", id="before its yank was published"),
        pytest.param("3.2", date(2026, 9, 23), "3.2-5", id="before the day on which a release was first seen"),
        pytest.param("11", date(2024, 4, 19), "11.1.0", id="before a yank"),
        pytest.param("11", date(2024, 5, 16), "11.3.0", id="after a yank"),
        pytest.param("13", date(2025, 5, 19), None, id="before the first release"),
    ],
)  # fmt: skip
def test_newest(series: str, day: date, newest: str | None) -> None:
    found = _on(day, series).newest
    assert (str(found) if found else None) == newest


def test_usable_releases_of_an_age() -> None:
    known = TABLE.as_of(AS_OF)
    assert [str(release.version) for release in known.usable("13", 9)][:2] == ["13.10.0", "13.8.0"]
    # 13.11.0 was released on 2026-09-17, 8 days before AS_OF.
    assert [str(known.newest("13", age)) for age in (0, 8, 9)] == ["13.11.0", "13.11.0", "13.10.0"]
    assert known.newest("13", 9999) is None
    seen = Release(_version("13.1.0"), "docs", seen_by=AS_OF - DAY)
    undated = Release(_version("13.2.0"), "docs")
    table = LifecycleTable(AS_OF, [], [undated, seen])
    days = (AS_OF - 2 * DAY, AS_OF - DAY, AS_OF)
    assert [table.as_of(day).newest("13") for day in days] == [None, seen.version, undated.version]


def test_existence_of_releases() -> None:
    releases = {
        "9.7.0": Existence.LISTED,
        "2.1.1": Existence.LISTED,
        "9.2.5": Existence.NEVER,
        "9.21.1": Existence.NEWER,
        "3.0.8": Existence.NEVER,
        "3.9.0": Existence.NEVER,
        "12.2.1": Existence.UNLISTED,
        "13.99.0": Existence.NEWER,
        "14.0.0": Existence.NEWER,
        "1.0.0": Existence.NEVER,
        "3.0-13": Existence.UNLISTED,
        "3.0-99": Existence.NEWER,
        "3.4-1": Existence.NEWER,
        "2.0.0": Existence.UNLISTED,
        "2.7.3": Existence.NEVER,
        "13.11-0": Existence.NEVER,
        "2.9-1": Existence.NEVER,
        "14.0-1": Existence.NEWER,
        "1.0-1": Existence.NEVER,
    }
    assert {text: TABLE.existence(_version(text)) for text in releases} == releases


def test_existence_of_series() -> None:
    names = {
        "13": Existence.LISTED,
        "2": Existence.LISTED,
        "1": Existence.NEVER,
        "14": Existence.NEWER,
        "3.4": Existence.NEWER,
        "2.9": Existence.NEVER,
    }
    assert {name: TABLE.series_existence(name) for name in names} == names


def test_existence_in_incomplete_data() -> None:
    series = ReleaseSeries("13", "2.11", AS_OF, (), "docs", complete_through=_version("13.1.0"))
    table = LifecycleTable(AS_OF, [series], [Release(_version("13.2.0"), "docs")])
    releases = {
        "13.0.5": Existence.NEVER,
        "13.1.0": Existence.NEVER,
        "13.1.1": Existence.UNLISTED,
        "13.3.0": Existence.NEWER,
        "3.0-1": Existence.UNLISTED,
        "13.0-1": Existence.NEVER,
        "12.0.0": Existence.NEVER,
    }
    assert {text: table.existence(_version(text)) for text in releases} == releases
    empty = LifecycleTable(AS_OF, [series._replace(complete_through=None)], [])
    assert empty.existence(_version("13.0.0")) is Existence.NEWER


def test_versions_in_the_form_for_airflow_2_with_numbers_for_airflow_3() -> None:
    texts = ["3.0.8", "3.9.9", "3.0-8", "13.0.0", "4.0.0"]
    assert [TABLE.is_airflow_3_misspelled(_version(text)) for text in texts] == [
        *(True, True),
        *(False, False, False),
    ]
    assert TABLE.airflow_3_numbers == {3}


def test_series_of_a_day() -> None:
    known = TABLE.as_of(AS_OF)
    assert [series.series.name for series in known.maintained] == ["13", "3.0", "3.1", "3.2", "3.3"]
    assert list(known.by_series) == [series.name for series in TABLE.series]
    assert [series.series.name for series in known.released] == list(known.by_series)
    assert known.latest_stable
    assert known.latest_stable.series.name == "3.3"
    past = TABLE.as_of(date(2024, 1, 1))
    assert [series.series.name for series in past.released][-2:] == ["9", "10"]
    assert past.latest_stable
    assert past.latest_stable.series.name == "10"
    assert TABLE.as_of(date(2020, 1, 1)).released == ()
    assert TABLE.as_of(date(2020, 1, 1)).latest_stable is None
    assert (known.series("99"), known.release(_version("99.0.0"))) == (None, None)
    unlisted = known.release(_version("13.99.0"))
    assert unlisted
    assert (unlisted.release, unlisted.yank, unlisted.airflow) == (None, None, "2.11")


def test_a_table_keeps_its_last_day() -> None:
    known = TABLE.as_of(AS_OF)
    assert TABLE.as_of(AS_OF) is known
    assert TABLE.as_of(AS_OF + DAY).day == AS_OF + DAY
    assert TABLE.as_of(AS_OF) == TABLE.as_of(AS_OF)
    assert TABLE.as_of(AS_OF) is not known


def test_rows_of_a_table_in_file_order() -> None:
    new, old = (
        ReleaseSeries(name, airflow, AS_OF, (), "docs")
        for name, airflow in (("3.1", "3.1"), ("13", "2.11"))
    )
    first, second = Release(_version("3.1-10"), "docs"), Release(_version("3.1-9"), "docs")
    table = LifecycleTable(AS_OF, [new, old], [first, second, first])
    assert table.rows == ((new, old), (first, second, first))
    assert (table.series, table.releases) == ((old, new), (second, first))
    assert (table.find_series("13"), table.find_series("14")) == (old, None)
    assert (table.release(_version("3.1-9")), table.release(_version("3.1-8"))) == (second, None)
    assert (list(table.releases_of("3.1")), list(table.releases_of("13"))) == ([second, first], [])


def test_the_identity_of_a_table() -> None:
    table = LifecycleTable(AS_OF, [], [], "t\udcff.json", b"{}")
    assert table.identity == {
        "date": "2026-09-25",
        "source": "t\\xff.json",
        "sha256": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    }
    assert describe_table(table) == "lifecycle data of 2026-09-25 in t\\xff.json"
    bare = LifecycleTable(AS_OF, [], [])
    assert (bare.identity["source"], bare.sha256) == (EMBEDDED, "")
    assert describe_table(bare) == "lifecycle data of 2026-09-25"


def test_upstream_ends() -> None:
    ends = [
        UpstreamEnd("python", "3.10", "end of life", date(2026, 10, 31), "docs"),
        UpstreamEnd("debian", "12", "LTS", date(2028, 6, 30), "docs"),
        UpstreamEnd("python", "3.10", "end of bug fixes", date(2023, 4, 5), "docs"),
        UpstreamEnd("python", "3.9", "end of life", date(2025, 10, 31), "docs"),
    ]
    table = LifecycleTable(AS_OF, [], [], upstream=ends)
    assert table.upstream == tuple(ends)
    assert table.upstream_of([("python", "3.10")]) == (ends[2], ends[0])
    assert table.upstream_of([("rhel", "3.10")]) == ()
    assert table.upstream_of([("debian", "12"), ("python", "3.8"), ("python", "3.9")]) == (ends[1], ends[3])
    assert (table.python_end("3.10"), table.python_end("12")) == (date(2026, 10, 31), None)


def _series(name: str, airflow: str, end: date, **facts: object) -> ReleaseSeries:
    schedule = (Schedule(date(2026, 1, 1), end, None, False, "test"),)
    return ReleaseSeries(name, airflow, date(2026, 1, 1), schedule, "test")._replace(**facts)  # type: ignore[arg-type]


def test_a_series_without_a_usable_release_is_not_maintained() -> None:
    day = date(2026, 1, 1)
    yank = Yank(day + DAY, "broken")
    table = LifecycleTable(
        day,
        [
            _series("20", "2.20", date(2030, 1, 31)),
            _series("21", "2.21", date(2030, 1, 31), released=day + DAY),
        ],
        [
            Release(_version("20.0.0"), "test", "2.20.0", day, yank=yank),
            Release(_version("21.0.0"), "test"),
        ],
    )
    assert [[series.series.name for series in table.as_of(day).maintained] for day in (day, day + DAY)] == [
        ["20"],
        ["21"],
    ]


END = date(2030, 1, 31)
PATHS = LifecycleTable(
    date(2026, 1, 1),
    [
        _series("12", "2.10", date(2026, 1, 31)),
        _series("13", "2.11", END),
        _series("14", "2.11", END),
        _series("15", "2.12", END - DAY),
        _series("3.0", "3.0", END),
        _series("3.1", "3.1", END - DAY),
        _series("4.0", "4.0", END - 2 * DAY),
    ],
    [
        Release(_version(version), "test", released=date(2026, 1, 1))
        for version in "12.1.0 13.6.0 13.7.0 14.1.0 15.1.0 3.0-1 3.1-1 4.0-1".split()
    ],
)
KNOWN = PATHS.as_of(date(2026, 6, 1))


def _names(*all_series: Lifecycle | None) -> list[str | None]:
    return [series and series.series.name for series in all_series]


@pytest.mark.parametrize(
    ("origin", "goal", "path"),
    [
        ("12", "14", ["14"]),
        ("12", "3.0", ["15", "3.0"]),
        ("12.1.0", "4.0", ["15", "4.0"]),
        ("13.6.0", "3.0", ["15", "3.0"]),
        ("13.7.0", "3.0", ["3.0"]),
        ("15", "3.1", ["15", "3.1"]),
        ("3.0-1", "3.1", ["3.1"]),
        ("3.0-1", "4.0", ["4.0"]),
        (None, "13", ["13"]),
        (None, "3.1", ["15", "3.1"]),
    ],
)
def test_upgrade_paths(origin: str | None, goal: str, path: list[str]) -> None:
    start = _on(KNOWN.day, origin, PATHS) if origin else None
    assert _names(*upgrade_path(start, _on(KNOWN.day, goal, PATHS), KNOWN)) == path


def test_no_upgrade_path_without_the_required_stop() -> None:
    table = LifecycleTable(
        AS_OF,
        [_series("13", "2.11", END), _series("3.0", "3.0", END)],
        [Release(_version("13.6.0"), "test"), Release(_version("3.0-1"), "test")],
    )
    known = table.as_of(AS_OF)
    goal = _on(AS_OF, "3.0", table)
    assert upgrade_path(_on(AS_OF, "13.6.0", table), goal, known) == ()
    assert upgrade_path(_on(AS_OF, "13.7.0", table), goal, known) == (goal,)


def test_the_best_series() -> None:
    maintained = KNOWN.maintained
    best = {
        first.series.name: longest_maintained(
            series
            for series in maintained
            if series.order >= first.order and series.airflow_major == first.airflow_major
        )
        for first in maintained
    }
    assert {name: _names(series) for name, series in best.items()} == {
        "13": ["14"],
        "14": ["14"],
        "15": ["15"],
        "3.0": ["3.0"],
        "3.1": ["3.1"],
        "4.0": ["4.0"],
    }
    assert _names(longest_maintained(reversed(maintained))) == ["3.0"]
    assert longest_maintained([]) is None
    # END is the last day on which 3.0, the last series of Airflow 3, is maintained.
    days = (KNOWN.day, END, END + DAY)
    assert _names(*(best_after_airflow_2(PATHS.as_of(day)) for day in days)) == ["3.0", "3.0", None]


def _compared(text: str, table: LifecycleTable = TABLE, day: date = AS_OF) -> ComparedImage:
    return ComparedImage(text, _on(day, text, table), "3.12", "")


def test_a_comparison() -> None:
    comparison = compare(_compared("12.6.0")._replace(python=""), _compared("13.5.0"), TABLE.as_of(AS_OF))
    assert [tuple(difference) for difference in comparison.differences] == [
        ("Airflow", "2.10", "2.11.1"),
        ("Python", "unknown", "3.12"),
        ("operating system", "unknown", "unknown"),
        ("architectures", "amd64, arm64", "amd64, arm64"),
        ("channel", "LTS", "LTS"),
        ("end of maintenance", "2026-02-28", "2027-04-30"),
        ("end of basic support", "2027-02-28", "not published"),
        ("status", "basic-support", "maintained"),
        ("yanked", "no", "known by 2026-09-25"),
    ]
    changed = [
        "Airflow",
        "Python",
        "end of maintenance",
        "end of basic support",
        "status",
        "yanked",
    ]
    assert [difference.name for difference in comparison.changes] == changed
    assert [str(version) for version in comparison.between] == [
        *("12.7.0 12.7.1 12.8.0 12.9.0 12.10.0 12.11.0 12.12.0".split()),
        *("13.0.0 13.1.0 13.2.0 13.3.0 13.4.0".split()),
    ]
    assert comparison.as_json() == {
        "before": "12.6.0",
        "after": "13.5.0",
        "properties": [difference._asdict() for difference in comparison.differences],
        "releases_between": [str(version) for version in comparison.between],
        "yanked_between": [],
        "is_downgrade": False,
        "via": None,
    }


@pytest.mark.parametrize(
    ("before", "after", "rows", "via"),
    [
        ("13.4.0", "13.6.0", ["2 listed (yanked: 13.5.0)", "yes"], None),
        ("13.5.1", "13.6.0", ["0 listed", "yes"], None),
        ("13.6.0", "13.5.0", ["0 listed", "no, this is a downgrade"], None),
        ("13.6.0", "13.6.0", ["0 listed", "yes"], None),
        ("13.11.0", "3.0-1", ["0 listed", "yes"], None),
        ("13.6.0", "3.0-2", ["6 listed", "via 13.11.0"], "13.11.0"),
    ],
)
def test_rows_below_a_comparison(before: str, after: str, rows: list[str], via: str | None) -> None:
    comparison = compare(_compared(before), _compared(after), TABLE.as_of(AS_OF))
    assert [row.name for row in comparison.rows] == ["releases between", "in-place upgrade"]
    assert [row.before for row in comparison.rows] == rows
    assert {row.after for row in comparison.rows} == {""}
    assert comparison.as_json()["via"] == via


def test_a_comparison_of_a_past_day() -> None:
    day = date(2026, 2, 23)
    comparison = compare(_compared("13.4.0", day=day), _compared("13", day=day), TABLE.as_of(day))
    # On that day, 13.5.0 is the newest release, so there is no release between 13.4.0 and the tag 13. And 13.5.0 is not
    # yet yanked.
    assert (comparison.between, comparison.yanked) == ((), ())
    assert comparison.after.lifecycle.newest == _version("13.5.0")
    later = compare(_compared("13.4.0"), _compared("13"), TABLE.as_of(AS_OF))
    assert [str(version) for version in later.between][:2] == ["13.5.0", "13.5.1"]
    assert [str(version) for version in later.yanked] == ["13.5.0"]


def test_a_comparison_of_unknown_releases() -> None:
    series = ReleaseSeries("13", "2.11", AS_OF, (), "test")
    table = LifecycleTable(AS_OF, [series], [])
    image = ComparedImage("13", _on(AS_OF, "13", table), "", "")
    comparison = compare(image, image, table.as_of(AS_OF))
    values = [difference.before for difference in comparison.differences]
    assert values == ["2.11", *["unknown"] * 4, *["not published"] * 2, "unknown", "no"]
    assert (comparison.between, comparison.is_downgrade, comparison.changes) == ((), False, ())
