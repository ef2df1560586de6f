"""Release feeds for tests, as JSON or merged into lifecycle data."""

from __future__ import annotations

import json
from datetime import date
from typing import Any, NamedTuple

from lint_runtime.lifecycle.feed import feed_table, read_feed
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.merge import merge
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version

TABLE = embedded_table()


class Entry(NamedTuple):
    """A release in a feed: its version and its metadata."""

    number: str
    metadata: dict[str, Any]


def version(text: str) -> RuntimeVersion:
    """Parse a version. Fails if it is invalid."""
    found = parse_version(text)
    assert found
    return found


def entry(number: str, released: str = "2026-10-01", airflow: str = "", **metadata: Any) -> Entry:
    """Return the entry of a release in a feed.

    metadata: values to add to the required metadata, or to write over a required value
    """
    found = version(number)
    series = TABLE.find_series(found.series)
    minor = series.airflow if series else found.series if found.airflow == 3 else f"2.{found.major}"
    usual = {"airflowVersion": airflow or f"{minor}.0", "channel": "stable", "releaseDate": released}
    return Entry(number, {**usual, **metadata})


def document(*entries: Entry) -> dict[str, Any]:
    """Return a feed with the given releases."""
    found: dict[str, Any] = {"schemaVersion": "1.8", "runtimeVersions": {}, "runtimeVersionsV3": {}}
    for number, metadata in entries:
        key = "runtimeVersionsV3" if "-" in number else "runtimeVersions"
        found[key][number] = {"metadata": metadata, "migrations": {"airflowDatabase": False}}
    return found


def text(*entries: Entry) -> bytes:
    """Return a feed with the given releases as JSON."""
    return json.dumps(document(*entries)).encode()


def news(day: date, *entries: Entry, known: LifecycleTable = TABLE) -> LifecycleTable:
    """Return the lifecycle data in a feed that was read on `day`, as a table to merge into `known`."""
    return feed_table(read_feed(document(*entries)), day, known)


def with_feed(day: date, *entries: Entry, known: LifecycleTable = TABLE) -> LifecycleTable:
    """Return `known`, merged with a feed that was read on `day`."""
    return merge(known, news(day, *entries, known=known))
