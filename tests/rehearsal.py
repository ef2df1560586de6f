"""Write a plausible next feed, to rehearse a data release: `python -m tests.rehearsal FILE`.

The feed has the known releases, a new series, three new releases, a moved date and a yank.
"""

from __future__ import annotations

import json
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from lint_runtime.lifecycle.load import EMBEDDED_FILE, load_table
from lint_runtime.lifecycle.model import Release, in_force
from lint_runtime.lifecycle.table import LifecycleTable
from tests.feeds import Entry, document
from tests.lifecycle_command import dated


def next_feed(table: LifecycleTable) -> tuple[dict[str, Any], date]:
    """Return a feed that is newer than `table`, and the day of the feed."""
    day = table.date + timedelta(days=60)
    listed = [_entry(release, table) for release in table.releases if release.released]
    newest = table.series[-1]
    following = f"{newest.name.partition('.')[0]}.{newest.order[-1] + 1}"
    number = int(str(table.releases[-1].version).rpartition("-")[2])
    feed = dict(listed)
    moved = {
        "endOfMaintenance": str(day + timedelta(days=900)),
        "endOfBasicSupport": str(day + timedelta(days=1080)),
    }
    last = feed[str(table.releases[-1].version)]
    feed[f"{newest.name}-{number + 1}"] = {**last, "releaseDate": str(day - timedelta(days=5)), **moved}
    pythons = {"pythonVersions": ["3.13", "3.14"], "defaultPythonVersion": "3.14"}
    for build, age in ((1, 9), (2, 2)):
        feed[f"{following}-{build}"] = {
            **pythons,
            "airflowVersion": f"{following}.0",
            "channel": "stable",
            "releaseDate": str(day - timedelta(days=age)),
            "endOfMaintenance": str(day + timedelta(days=720)),
            "endOfBasicSupport": str(day + timedelta(days=900)),
        }
    yanked = next(release for release in table.releases_of("13")[::-1] if not release.yank)
    feed[str(yanked.version)].update(yanked=True, yankedReason="breaks what it should not")
    return document(*(Entry(version, metadata) for version, metadata in feed.items())), day


def _entry(release: Release, table: LifecycleTable) -> Entry:
    series = table.find_series(release.version.series)
    assert series
    row = in_force(series.schedule, date.max)
    metadata: dict[str, Any] = {
        "airflowVersion": release.airflow or f"{series.airflow}.0",
        "channel": "stable",
        "releaseDate": str(release.released),
    }
    if row:
        key = "endOfMaintenance" if release.version.airflow > 2 else "endOfSupport"
        metadata |= {key: str(row.end_of_maintenance), "LTS": row.is_lts}
    if row and row.published_support:
        metadata["endOfBasicSupport"] = str(row.published_support)
    if release.version.airflow > 2:
        metadata |= {"pythonVersions": [*series.pythons], "defaultPythonVersion": series.default_python}
    if release.yank:
        metadata |= {"yanked": True, "yankedReason": release.yank.reason}
    return Entry(str(release.version), metadata)


if __name__ == "__main__":
    feed, day = next_feed(load_table(EMBEDDED_FILE))
    path = Path(sys.argv[1])
    path.write_text(json.dumps(feed), encoding="utf-8")
    dated(path, day)
