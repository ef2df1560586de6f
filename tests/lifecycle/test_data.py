"""The embedded data matches `fixtures/facts` and is consistent."""

from __future__ import annotations

import csv
from datetime import date

from lint_runtime.lifecycle.load import load_table
from lint_runtime.lifecycle.model import Release, ReleaseSeries, in_force
from lint_runtime.lifecycle.verify import compare_ends, find_problems
from tests.conftest import FIXTURES, SHIPPED_DATA

TABLE = load_table(SHIPPED_DATA)
FACTS_DATE = date(2026, 10, 6)

Facts = dict[tuple[str, str], dict[str, str]]
"""The fields of each row, keyed by kind and name, for example ("release", "13.5.0")."""


def _rows(name: str) -> list[dict[str, str]]:
    with (FIXTURES / "facts" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _is_newer(source: str) -> bool:
    """Return whether a source is a feed published after the facts were collected."""
    return source.startswith("feed-") and date.fromisoformat(source[5:]) > FACTS_DATE


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _facts() -> Facts:
    """Read the facts in `fixtures/facts`."""
    facts: Facts = {}
    for row in _rows("series.csv"):
        fields = ("airflow", "released", "python_default", "pythons", "os", "complete_through")
        words = row["architectures"].replace(";", "").split()
        since = words[-1] if "from" in words else ""
        architectures = [name for name in ("amd64", "arm64") if name in words]
        facts["series", row["series"]] = {
            **{field: row[field] for field in fields},
            "architectures": " ".join(
                f"{name} {since}" if name == "arm64" and since else name for name in architectures
            ),
            "lts": row["lts"],
        }
    for row in _rows("schedule.csv"):
        facts["schedule", f"{row['series']} of {row['published']}"] = {
            **{field: row[field] for field in ("end_of_maintenance", "end_of_basic_support", "lts")},
            "source": row["source"].partition(";")[0],
        }
    for row in _rows("upstream.csv"):
        facts["upstream", f"{row['product']} {row['cycle']}: {row['event']}"] = {
            "date": row["date"],
            "source": row["source"],
        }
    for row in _rows("releases.csv"):
        fields = ("airflow", "released", "seen_by", "source", "yank_published", "yanked_reason")
        facts["release", row["version"]] = {field: row[field] for field in fields}
    return facts


def _data(facts: Facts) -> Facts:
    """Return the embedded data in the form of facts. Leaves out what feeds changed after FACTS_DATE."""
    data: Facts = {}
    for series in TABLE.series:
        if not _is_newer(series.source):
            data["series", series.name] = _series_row(series, facts.get(("series", series.name), {}))
        for schedule in series.schedule:
            if schedule.source != "feed" or schedule.published <= FACTS_DATE:
                data["schedule", f"{series.name} of {schedule.published}"] = {
                    "end_of_maintenance": str(schedule.end_of_maintenance),
                    "end_of_basic_support": _text(schedule.end_of_basic_support),
                    "lts": "yes" if schedule.is_lts else "",
                    "source": schedule.source,
                }
    for end in TABLE.upstream:
        name = f"{end.product} {end.cycle}: {end.event}"
        data["upstream", name] = {"date": str(end.day), "source": end.source}
    for release in TABLE.releases:
        known = facts.get(("release", str(release.version)), {})
        if known or not _is_newer(release.source):
            data["release", str(release.version)] = _release_row(release, known)
    return data


def _series_row(series: ReleaseSeries, known: dict[str, str]) -> dict[str, str]:
    architectures = [f"{name} {since}" if since else name for name, since in series.architectures]
    row = {
        "airflow": series.airflow,
        "released": str(series.released),
        "python_default": _text(series.default_python),
        "pythons": " ".join(series.pythons),
        "os": _text(series.os),
        "complete_through": _text(series.complete_through),
        "architectures": " ".join(architectures),
        "lts": "yes" if series.schedule and series.schedule[-1].is_lts else "",
    }
    if _is_newer(series.sources.get("pythons", "")) and {*known["pythons"].split()} <= {*series.pythons}:
        row["pythons"] = known["pythons"]
    if _is_newer(series.sources.get("default_python", "")):
        row["python_default"] = known["python_default"]
    if not known.get("lts"):
        # Ignore whether the series is LTS: it may have become LTS after FACTS_DATE.
        row["lts"] = ""
    return row


def _release_row(release: Release, known: dict[str, str]) -> dict[str, str]:
    # Ignore a yank after FACTS_DATE.
    yank = release.yank if release.yank and release.yank.known_by <= FACTS_DATE else None
    fields = ("airflow", "released", "seen_by", "source")
    return {
        **{field: _text(getattr(release, field)) for field in fields},
        **({field: known[field] for field in fields} if _is_newer(release.source) else {}),
        "yank_published": str(yank.known_by) if yank else "",
        "yanked_reason": yank.reason if yank else "",
    }


def test_the_data_is_as_in_the_facts() -> None:
    facts = _facts()
    data = _data(facts)
    assert {kind for kind, _ in facts} == {"series", "schedule", "upstream", "release"}
    # The facts list a release of series 2, but not the series itself. Only the data has a row for series 2.
    assert data.pop(("series", "2"))["airflow"] == "2.1"
    differences = [
        f"{kind} {name}: {field} is {data.get((kind, name), {}).get(field)!r} in the data, {value!r} in the facts"
        for (kind, name), row in facts.items()
        for field, value in row.items()
        if data.get((kind, name), {}).get(field) != value
    ]
    assert differences == []
    assert data.keys() - facts.keys() == set()


# A feed newer than the facts may leave gaps and unexplained dates, which these tests accept. Before a data release,
# `runtime-lifecycle verify` reports them.


def test_every_problem_of_the_data_is_explained() -> None:
    is_open = TABLE.date > FACTS_DATE
    unexplained = [problem for problem in find_problems(TABLE) if not problem.note]
    assert [problem for problem in unexplained if not (problem.is_gap and is_open)] == []


def test_every_end_date_is_from_the_policy_or_its_difference_is_explained() -> None:
    newest = {series.name: in_force(series.schedule, date.max) for series in TABLE.series}
    is_open = {
        name for name, row in newest.items() if row and row.source == "feed" and row.published > FACTS_DATE
    }
    comparisons = compare_ends(TABLE)
    assert len(comparisons) > 10
    unexplained = [comparison for comparison in comparisons if not comparison.is_explained]
    assert [comparison for comparison in unexplained if comparison.series not in is_open] == []


def test_the_date_of_the_data_is_the_date_of_its_newest_fact() -> None:
    columns = {
        "schedule.csv": ["published"],
        "series.csv": ["released"],
        "releases.csv": ["released", "seen_by", "yank_published"],
    }
    days = [row[column] for name, fields in columns.items() for row in _rows(name) for column in fields]
    assert max(days) == str(FACTS_DATE)
    # The data may be newer than the facts, because an update with a newer feed sets a later date.
    assert TABLE.date >= FACTS_DATE


def test_every_release_has_a_day_that_does_not_depend_on_the_date_of_the_data() -> None:
    assert [release for release in TABLE.releases if not (release.released or release.seen_by)] == []
