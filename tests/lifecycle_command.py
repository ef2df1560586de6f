"""Helpers for tests of `runtime-lifecycle`: release feeds and the messages of the command."""

from __future__ import annotations

import json
import os
from datetime import date, datetime, timezone
from pathlib import Path
from typing import Any

from tests.conftest import Result

NAME = "runtime-lifecycle: "
DAY = date(2026, 11, 12)
"""The modification day of a feed file, if a test gives no other day."""

Feed = dict[str, Any]


def complaints(result: Result) -> list[str]:
    """Return the lines of standard error, each without the name of the command at its start."""
    lines = result.err.splitlines()
    assert all(line.startswith(NAME) for line in lines), result.err
    return [line.removeprefix(NAME) for line in lines]


def ahead(directory: Path) -> dict[str, str]:
    """Return an environment whose PYTHONPATH starts with `directory`."""
    rest = os.environ.get("PYTHONPATH")
    return {"PYTHONPATH": os.pathsep.join([str(directory), *([rest] if rest else [])])}


def release(airflow: str, released: str, **fields: object) -> Feed:
    """Return the entry of a release in the feed."""
    return {"metadata": {"airflowVersion": airflow, "channel": "stable", "releaseDate": released, **fields}}


def feed(**changes: Feed) -> Feed:
    """Return a feed with a new release of 13.x, and with the new series 3.90, which has no end dates.

    changes: the releases of Airflow 3 to add or to replace, keyed by version
    """
    of_2 = {
        "13.11.0": release("2.11.2", "2026-09-17", endOfSupport="2027-04-30", LTS=True),
        "13.12.0": release("2.11.3", "2026-11-04", endOfSupport="2027-04-30", LTS=True),
    }
    of_3 = {
        "3.3-8": ends("2028-07-31", "2029-01-31"),
        "3.90-1": release(
            "3.90.0", "2026-11-10", pythonVersions=["3.13", "3.14"], defaultPythonVersion="3.14"
        ),
    }
    return {"schemaVersion": "1.8", "runtimeVersions": of_2, "runtimeVersionsV3": {**of_3, **changes}}


def ends(maintenance: str, support: str, **fields: object) -> Feed:
    """Return the feed entry of 3.3-8, with these end dates for its series."""
    python = {"pythonVersions": ["3.12", "3.13", "3.14"], "defaultPythonVersion": "3.14"}
    of_series = {"endOfMaintenance": maintenance, "endOfBasicSupport": support}
    return release("3.3.2", "2026-09-23", **python, **of_series, **fields)


def text_of(document: object) -> bytes:
    """Return a document as JSON."""
    return json.dumps(document).encode()


def dated(path: Path, day: date = DAY) -> Path:
    """Set the modification day of a file, and return its path."""
    moment = datetime(day.year, day.month, day.day, 12, tzinfo=timezone.utc).timestamp()
    os.utime(path, (moment, moment))
    return path


def write_feed(path: Path, document: object = None, day: date = DAY) -> Path:
    """Write a feed to a file with the modification day `day`, and return its path.

    document: the feed, or None for `feed()`
    """
    path.write_bytes(text_of(feed() if document is None else document))
    return dated(path, day)
