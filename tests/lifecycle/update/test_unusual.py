"""Unusual changes in a feed are refused, and a later feed can take back facts."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from lint_runtime.lifecycle.load import embedded_table, load_table
from lint_runtime.lifecycle.model import in_force
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.refresh import refresh_table
from tests.conftest import ROOT, Command, Result
from tests.feeds import version
from tests.lifecycle_command import complaints, dated
from tests.rehearsal import next_feed

TABLE = embedded_table()
FEED, DAY = next_feed(TABLE)
Feed = dict[str, Any]
Edit = Callable[[Feed], object]


def _metadata(feed: Feed, start: str) -> list[Feed]:
    """Return the metadata of the releases whose version starts with `start`."""
    both = {**feed["runtimeVersions"], **feed["runtimeVersionsV3"]}
    found = [entry["metadata"] for number, entry in both.items() if number.startswith(start)]
    assert found
    return found


def _set(start: str, **fields: object) -> Edit:
    return lambda feed: [metadata.update(fields) for metadata in _metadata(feed, start)]


def _each(*edits: Edit) -> Edit:
    return lambda feed: [edit(feed) for edit in edits]


def _yank(*numbers: str) -> Edit:
    return _each(*(_set(number, yanked=True, yankedReason="x") for number in numbers))


def _rename(old: str, new: str) -> Edit:
    def rename(feed: Feed) -> None:
        for key in ("runtimeVersions", "runtimeVersionsV3"):
            feed[key] = {
                new + number.removeprefix(old) if number.startswith(old) else number: entry
                for number, entry in feed[key].items()
            }

    return rename


def _without(start: str) -> Edit:
    def remove(feed: Feed) -> None:
        for key in ("runtimeVersions", "runtimeVersionsV3"):
            feed[key] = {
                number: entry for number, entry in feed[key].items() if not number.startswith(start)
            }

    return remove


def _edited(edit: Edit) -> Feed:
    feed = copy.deepcopy(FEED)
    edit(feed)
    return feed


MOVES = _each(
    *(
        _set(
            f"3.{minor}-",
            endOfMaintenance=f"2029-0{minor + 1}-28",
            endOfBasicSupport=f"2029-1{minor % 3}-28",
        )
        for minor in range(4)
    )
)
FIVE = ("13.0.0", "13.10.0", "12.12.0", "12.0.0", "11.8.0")
UNUSUAL = {
    "an end that has passed moves to the future": (_set("11.", endOfSupport="2026-05-31"), "the end of maintenance of 11.x moves from 2025-10-31 to 2026-05-31"),
    "an end that has passed moves back": (_set("9.", endOfSupport="2024-01-31"), "the end of maintenance of 9.x moves from"),
    "an end moves to the past": (_set("13.", endOfSupport="2026-01-31"), "the end of maintenance of 13.x moves from 2027-04-30 to 2026-01-31"),
    "support for a series that had none": (_set("10.", endOfBasicSupport="2028-01-31"), "the end of basic support of 10.x moves from none to 2028-01-31"),
    "many ends": (MOVES, "the ends of many series move: 3.0, 3.1, 3.2, 3.3"),
    "many yanks": (_yank(*FIVE), "many releases are yanked: 11.8.0, 12.0.0, 12.12.0"),
    "a maintained series is gone": (_without("3.2-"), "no release of 3.2 is listed, which is maintained"),
    "a maintained series has another name": (_rename("3.1-", "3.71-"), "no release of 3.1 is listed"),
    "Airflow 3 is gone": (_without("3."), "many releases are gone: 3.0-"),
    "other release dates": (_set("11.", releaseDate="2024-10-10"), "many releases have another release date: 11."),
    "other Airflow versions": (_set("11.", airflowVersion="2.9.99"), "many releases have another Airflow version: 11."),
}  # fmt: skip


def _unusual(edit: Edit) -> list[str]:
    return [*refresh_table(TABLE, _edited(edit), DAY).unusual]


@pytest.mark.parametrize(("edit", "text"), UNUSUAL.values(), ids=UNUSUAL)
def test_unusual_changes(edit: Edit, text: str) -> None:
    assert any(found.startswith(text) for found in _unusual(edit)), _unusual(edit)


@pytest.mark.parametrize(
    "edit",
    [
        pytest.param(_each(), id="a new series, three releases, a moved date and a yank"),
        pytest.param(_yank(*FIVE[:2]), id="three yanks"),
        pytest.param(_set("13.", endOfSupport="2027-10-31"), id="a later end in the future"),
        pytest.param(_without("3.0-9"), id="a release is gone"),
        pytest.param(_set("13.11.0", releaseDate="2026-09-18"), id="another release date"),
    ],
)
def test_usual_changes(edit: Edit) -> None:
    assert _unusual(edit) == []


def test_a_feed_with_few_releases_removes_nothing() -> None:
    feed = _edited(lambda feed: [_without(start)(feed) for start in ("1", "3.", *"456789")])
    feed["runtimeVersionsV3"] = {"3.3-8": FEED["runtimeVersionsV3"]["3.3-8"]}
    refreshed = refresh_table(TABLE, feed, DAY)
    assert refreshed.unusual == []
    assert {release.version for release in TABLE.releases} == {
        release.version for release in refreshed.table.releases
    }


# --- The command -------------------------------------------------------------------------------------


@pytest.fixture
def update(
    tmp_path: Path, run_lifecycle: Command, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Return a function that runs `runtime-lifecycle update` with a feed dated `days` days after DAY."""
    monkeypatch.setattr("lint_runtime.cli.lifecycle.current_day", lambda: DAY + timedelta(9))

    def update(feed: Feed, *arguments: str, days: int = 0) -> Result:
        path = tmp_path / "feed.json"
        path.write_text(json.dumps(feed))
        dated(path, DAY + timedelta(days))
        return run_lifecycle("update", "--from", path, "--output", tmp_path / "t.json", *arguments)

    return update


def _written(tmp_path: Path) -> LifecycleTable:
    return load_table(str(tmp_path / "t.json"))


def test_an_unusual_feed_is_refused(tmp_path: Path, update: Callable[..., Result]) -> None:
    assert update(FEED).code == 0
    before = (tmp_path / "t.json").read_bytes()
    feed = _edited(_each(_yank(*FIVE), UNUSUAL["an end that has passed moves to the future"][0]))
    result = update(feed, days=1)
    assert (result.code, result.out) == (2, "")
    lines = complaints(result)[1:]
    assert lines[0].startswith(
        "unusual: the end of maintenance of 11.x moves from 2025-10-31 to 2026-05-31"
    )
    assert lines[1].startswith("unusual: many releases are yanked: ")
    assert lines[2:] == ["unusual feed; if it is right, use --accept-unusual; nothing was changed"]
    assert (tmp_path / "t.json").read_bytes() == before
    result = update(feed, "--accept-unusual", days=1)
    assert result.code == 0
    assert "yanked   13.10.0, known by" in result.out


def test_a_later_feed_takes_back_what_only_a_feed_stated(
    tmp_path: Path, update: Callable[..., Result]
) -> None:
    assert update(FEED).code == 0
    right = _written(tmp_path)
    wrong = _edited(
        _each(
            _yank(*FIVE),
            MOVES,
            _set("11.", endOfSupport="2026-05-31"),
            _set("8.", LTS=True),
            _set("10.", endOfBasicSupport="2029-01-31", LTS=True),
            _set("13.11.0", airflowVersion="2.11.9", releaseDate="2026-09-01"),
            lambda feed: [
                feed["runtimeVersionsV3"].update(
                    {number: copy.deepcopy(FEED["runtimeVersionsV3"]["3.3-8"])}
                )
                for number in ("3.3-99", "3.95-1")
            ],
            _set("3.95-1", airflowVersion="3.95.0"),
        )
    )
    assert update(wrong, "--accept-unusual", days=1).code == 0
    table = _written(tmp_path)
    assert table.release(version("3.3-99"))
    assert [str(r.version) for r in table.releases if r.yank and r.yank.source] != []
    assert update(FEED, days=2).code == 0
    table = _written(tmp_path)
    assert [release.version for release in table.releases] == [
        release.version for release in right.releases
    ]
    for release, known in zip(table.releases, right.releases, strict=True):
        assert (release.yank, release.airflow, release.released) == (
            known.yank,
            known.airflow,
            known.released,
        )
    assert [series.name for series in table.series] == [series.name for series in right.series]
    for series, right_series in zip(table.series, right.series, strict=True):
        rows = [in_force(one.schedule, table.date) for one in (series, right_series)]
        facts = [row and (row.maintenance, row.basic_support, row.is_lts) for row in rows]
        assert facts[0] == facts[1], series.name
    # The right feed corrects the end as of its own day. As of the day of the wrong feed, the wrong end applies.
    row = in_force(table.find_series("11").schedule, DAY + timedelta(1))  # type: ignore[union-attr]
    assert row
    assert str(row.maintenance) == "2026-05-31"


def test_a_later_feed_takes_back_no_fact_of_another_source(
    tmp_path: Path, update: Callable[..., Result]
) -> None:
    document = json.loads((ROOT / "src/lint_runtime/lifecycle/data.json").read_text())
    yank = {"known_by": "2026-09-01", "reason": "the vendor says so"}
    for release in document["releases"]:
        if release["version"] == "13.10.0":
            release["yank"] = yank
    document["releases"].append({"version": "3.3-77", "source": "a mail"})
    (tmp_path / "t.json").write_text(json.dumps(document))
    assert update(FEED).code == 0
    table = _written(tmp_path)
    found = table.release(version("13.10.0"))
    assert found
    assert found.yank
    assert found.yank.reason == "the vendor says so"
    assert table.release(version("3.3-77"))


def test_an_update_removes_the_leftovers_of_a_killed_one(
    tmp_path: Path, update: Callable[..., Result]
) -> None:
    leftover = tmp_path / ".lint-runtime-0123456789abcdef.tmp"
    for _ in range(2):
        leftover.touch()
        assert update(FEED).code == 0
        assert not leftover.exists()


def test_the_weekly_job_accepts_nothing_unusual() -> None:
    workflow = (ROOT / ".github/workflows/lifecycle-data.yml").read_text()
    assert "runtime-lifecycle update" in workflow
    assert "accept" not in workflow
