"""All outputs agree on states and counts: findings, hints, hovers, the page, reports and the schedule."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from lsprotocol import types

from lint_runtime.config.model import Config
from lint_runtime.images import REPOSITORY_FOR
from lint_runtime.lifecycle.model import WARN_WITHIN, Release, State
from lint_runtime.lifecycle.views.schedule import view_schedule
from lint_runtime.linter.engine import lint_file
from lint_runtime.linter.inventory import take_inventory
from lint_runtime.lsp.hints import inlay_hints
from lint_runtime.lsp.hover import hover_at
from tests.conftest import AS_OF, TABLE, Command
from tests.lsp.buffers import DOCUMENT, EVERYTHING, make_buffer

RULES = {
    "yanked-release": State.YANKED,
    "end-of-basic-support": State.UNSUPPORTED,
    "maintenance-ending": State.ENDING,
}
"""Maps a rule to the state of the images it reports. `end-of-maintenance` is missing: it reports two states."""

FIRST_WORDS = {
    "yanked": {State.YANKED},
    "unsupported": {State.UNSUPPORTED},
    "basic": {State.BASIC_SUPPORT},
    "maintained": {State.ENDING, State.MAINTAINED},
    "": {State.UNKNOWN},
}
"""Maps the first word of a hint to the possible states of the image."""

STATUSES = {
    State.YANKED: {"maintained", "basic-support", "unsupported", "unknown"},
    State.UNSUPPORTED: {"unsupported"},
    State.BASIC_SUPPORT: {"basic-support"},
    State.ENDING: {"maintained"},
    State.MAINTAINED: {"maintained"},
    State.UNKNOWN: {"unknown"},
}
"""Maps the state of an image to the possible statuses of its series."""


def _days(release: Release) -> Iterator[date]:
    """Yield each date of a release and of its series, with the day before and the day after."""
    series = TABLE.find_series(release.version.series)
    assert series
    days = [release.released, release.yank.known_by if release.yank else None]
    for schedule in series.schedule:
        end = schedule.end_of_maintenance
        days += [schedule.published, end, end - timedelta(days=WARN_WITHIN), schedule.end_of_basic_support]
    for day in sorted(set(filter(None, days))):
        yield from (day + timedelta(days=offset) for offset in (-1, 0, 1))


@cache
def _schedule(day: date) -> dict[str, dict[str, object]]:
    return {row["series"]: row for row in view_schedule(TABLE.as_of(day)).content["series"]}


def test_all_surfaces_agree_on_every_release_on_the_days_around_its_dates() -> None:
    seen: set[State] = set()
    # Sort the cases by day: the table caches only the facts of the last day that was used.
    cases = {(day, release.version) for release in TABLE.releases for day in _days(release)}
    for day, version in sorted(cases):
        reference = f"{REPOSITORY_FOR[version.airflow]}:{version}"
        what = (reference, day)
        buffer = make_buffer(f"FROM {reference}\n", day)
        (image,) = buffer.report.images
        if image.lifecycle is None:
            continue
        state = image.state(day)
        seen.add(state)

        rules = {finding.rule for finding in buffer.report.diagnostics}
        states = {RULES[rule] for rule in rules & set(RULES)}
        if "end-of-maintenance" in rules:
            assert state in (State.BASIC_SUPPORT, State.UNSUPPORTED), what
        else:
            assert states == ({state} - {State.MAINTAINED, State.UNKNOWN}), (what, rules)

        hints = [hint.label for hint in inlay_hints(buffer, types.InlayHintParams(DOCUMENT, EVERYTHING))]
        hint = str(hints[0]) if hints else ""
        assert state in FIRST_WORDS[hint.partition(" ")[0]], (what, hint)
        hover = hover_at(buffer, types.HoverParams(DOCUMENT, types.Position(0, 8)))
        assert hover, what
        assert isinstance(hover.contents, types.MarkupContent)
        heading = hover.contents.value.splitlines()[0]
        assert heading == f"**{image.lifecycle.name}**{f', {hint}' if hint else ''}", what

        (entry,) = take_inventory(buffer.report, day)
        assert entry.status.value in (state.value, "unusable"), what
        if row := _schedule(day).get(version.series):
            assert row["status"] in STATUSES[state], what
            _check_dates(hint, state, row, day)
    assert seen >= {*STATUSES} - {State.UNKNOWN}


def _check_dates(hint: str, state: State, row: dict[str, object], day: date) -> None:
    """Check that "until" names the last day of the state, and "since" its first day."""
    maintenance, support = row["end_of_maintenance"], row["end_of_basic_support"]
    if state in (State.MAINTAINED, State.ENDING) and maintenance:
        assert f" until {maintenance}" in hint
        assert day <= date.fromisoformat(str(maintenance))
    elif state is State.BASIC_SUPPORT:
        assert f" until {support}" in hint
    elif state is State.UNSUPPORTED and maintenance:
        first = date.fromisoformat(str(support or maintenance)) + timedelta(days=1)
        assert f" since {first}" in hint
        assert day >= first


def test_a_page_uses_the_days_that_the_run_warns_within() -> None:
    day = date(2026, 9, 25)
    source = b"FROM quay.io/astronomer/astro-runtime:13.11.0\n"
    for warn_within, expected in ((30, "maintained"), (400, "ending soon")):
        config = Config(warn_within=warn_within)
        report = lint_file(source, "Dockerfile", config, TABLE.as_of(day))
        assert [entry.status.value for entry in take_inventory(report, day)] == [expected]
        assert ("maintenance-ending" in {finding.rule for finding in report.diagnostics}) is (
            expected == "ending soon"
        )


def test_command_page_report_and_baseline_count_the_same(tmp_path: Path, run: Command) -> None:
    repository = "quay.io/astronomer/astro-runtime"
    sources = [
        f"FROM {repository}:13.6.0 AS a\nFROM {repository}:13.6.0\nCOPY --from={repository}:9.7.0 /a /b\n",
        f"ARG V\nFROM {repository}:$V\n",
        f"FROM {repository}:13.11.0 AS\n",
        "FROM hub.example/astronomer/astro-runtime:9.7.0\n",
        "FROM {{ base }}\n",
        f"FROM --platform=s390x {repository}:latest\n",
        "FROM quay.io/astronomer/ap-airflow:2.3.1\n",
        "FROM python:3.12\n",
    ]
    for number, source in enumerate(sources):
        (tmp_path / f"{number}.dockerfile").write_text(source)
    day = ["--as-of", AS_OF.isoformat()]
    outputs = ["-o", "html=page.html", "-o", "json=report.json"]
    summary = run(*day, *outputs, ".", cwd=tmp_path)
    assert " in 8 files with 5 Runtime images, as of " in summary.err
    assert "5 images in 8 files" in re.sub("<[^>]*>", "", (tmp_path / "page.html").read_text())
    report = json.loads((tmp_path / "report.json").read_text())
    uses = [use for file in report["files"] for use in (*file["stages"], *file["uses"])]
    assert sum(use["repository"] is not None for use in uses) == 5
    assert report["summary"]["images"] == 5
    again = run(*day, "--from-report", "report.json", cwd=tmp_path)
    assert " in 8 files from 1 report with 5 Runtime images, as of " in again.err

    recorded = run(*day, "--write-baseline", "b.json", ".", cwd=tmp_path)
    count = re.findall("recorded ([0-9]+) findings", recorded.err)
    for file in tmp_path.glob("*.dockerfile"):
        file.write_text("FROM python:3.12\n")
    stale = run(*day, "--baseline", "b.json", ".", cwd=tmp_path)
    assert re.findall("([0-9]+) findings in the baseline 'b.json' no longer occur", stale.err) == count


def test_a_dry_run_and_a_run_fix_the_same_number(tmp_path: Path, run: Command) -> None:
    repository = "quay.io/astronomer/astro-runtime"
    (tmp_path / "Dockerfile").write_text(
        f"FROM {repository}:13.6.0 AS a\nFROM {repository}:13.5.0\nCOPY --from=a /a /b\n"
    )
    day = ["--as-of", AS_OF.isoformat()]
    planned = run(*day, "--diff", cwd=tmp_path)
    fixed = run(*day, "--fix", cwd=tmp_path)
    assert (
        re.findall(r"would fix ([0-9]+) of", planned.err)
        == re.findall(r": ([0-9]+) fixed, ", fixed.err)
        == ["2"]
    )
