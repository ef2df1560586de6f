"""Update lifecycle data from the feed, and write the result to a file."""

import json
import os
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from lint_runtime.errors import UnusableError, WrongDocumentError
from lint_runtime.files import parse_document, remove_leftovers, replace_file
from lint_runtime.lifecycle.feed import day_of, feed_table, is_feed, read_feed
from lint_runtime.lifecycle.load import SCHEMA, embedded_table, make_table, read_file
from lint_runtime.lifecycle.merge import merge
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.changes import (
    Change,
    compare,
    find_removed,
    find_unusual,
    without_invented,
)
from lint_runtime.lifecycle.update.fetch import FeedVersion, read_content, shown_origin
from lint_runtime.lifecycle.verify import Problem, find_problems
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.schema import check_document
from lint_runtime.text import quoted

SCHEMA_VERSION = 1


class Refresh(NamedTuple):
    """The result of an update.

    table: the merged data
    changes: the changes from the earlier data
    gaps: the gaps that the earlier data does not have, such as missing architectures of a new series
    feed: the version of the feed, or None if the feed was read from a file
    unusual: descriptions of changes that the vendor rarely makes, such as many yanks at once
    """

    table: LifecycleTable
    changes: list[Change]
    gaps: list[Problem]
    feed: FeedVersion | None = None
    unusual: Sequence[str] = ()


def refresh(origin: str, base: LifecycleTable, known: FeedVersion | None, today: date) -> Refresh | None:
    """Merge the feed into `base`. Returns None if the feed has not changed.

    Raises UnusableError.

    origin: the path or URL of the feed
    known: the version of the feed that `base` comes from, or None to force an update
    """
    content = read_content(origin, known)
    if content is None:
        return None
    data, day, version = content
    try:
        return refresh_table(base, parse_document(data), min(day or today, today))._replace(feed=version)
    except WrongDocumentError as error:
        raise UnusableError(f"cannot use the feed '{shown_origin(origin)}': {error}") from None


def refresh_table(base: LifecycleTable, document: dict[str, Any], latest: date) -> Refresh:
    """Merge a feed into `base`. Raises WrongDocumentError on contradictions.

    latest: the last day on which the feed may have been published
    """
    reviewed, releases = embedded_table(), read_feed(document)
    feed = feed_table(releases, latest, base)
    # `day_of` assumes that a feed is an old copy if a known newer release is not in it. But the vendor may
    # have removed a release that only older feeds listed, so leave out these releases.
    trusted = without_invented(base, feed, reviewed) if latest > base.date else base
    feed = feed_table(releases, day_of(releases, trusted, latest), base)
    table = merge(without_invented(base, feed, reviewed), feed)
    known_problems = find_problems(base)
    problems = [problem for problem in find_problems(table) if problem not in known_problems]
    contradictions = [problem for problem in problems if not problem.is_gap]
    if contradictions:
        more = f", and {len(contradictions) - 1} more" if len(contradictions) > 1 else ""
        raise WrongDocumentError(f"{contradictions[0].subject}: {contradictions[0].text}{more}")
    changes = [*compare(base, table), *find_removed(base, feed, table)]
    return Refresh(table, changes, problems, unusual=[*find_unusual(base, feed, table, reviewed)])


def read_output(path: str) -> tuple[LifecycleTable, FeedVersion | None]:
    """Return the bundled data merged with the output file, and the feed version stored in the file.

    The version is None if the file must be rewritten even with an unchanged feed. Raises UnusableError.
    """
    if path in ("", "-"):
        raise _cannot_write(path, "give the path of a file")
    directory = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(directory):
        raise _cannot_write(path, f"the directory {quoted(directory)} does not exist")
    remove_leftovers(directory)
    embedded = embedded_table()
    if not os.path.exists(path):
        return embedded, None
    if not os.path.isfile(path):
        raise _cannot_write(path, "not a regular file")
    try:
        document = parse_document(read_file(path)[0])
        if is_feed(document):
            raise _cannot_write(path, "it is the release feed; use another file")
        check_document(document, SCHEMA)
        table = make_table(document, path, b"")
        feed = FeedVersion(**document["feed"]) if "feed" in document else None
    except OSError as error:
        raise _cannot_write(path, error.strerror or str(error)) from None
    except WrongDocumentError as error:
        raise _cannot_write(path, f"it exists and is not lifecycle data: {error}") from None
    # If the bundled data is newer, return no version: the file must be rewritten to add the newer data.
    return merge(embedded, table), feed if table.date >= embedded.date else None


def write_output(path: str, refreshed: Refresh) -> None:
    """Write the merged data to a file atomically. Raises UnusableError."""
    data = dump_table(refreshed.table, refreshed.feed and refreshed.feed._asdict()).encode()
    try:
        # Validate the result: every later update would reject an invalid file.
        check_document(parse_document(data), SCHEMA)
        replace_file(path, [data])
    except WrongDocumentError as error:
        raise _cannot_write(path, f"the result is invalid: {error}") from None
    except OSError as error:
        raise _cannot_write(path, error.strerror or str(error)) from None


def dump_table(table: LifecycleTable, feed: Mapping[str, str] | None = None) -> str:
    """Serialize a table to the content of a data file.

    feed: the fields of the FeedVersion that the data comes from, or None
    """
    head: dict[str, object] = {"schema_version": SCHEMA_VERSION, "date": table.date.isoformat()}
    if feed:
        head["feed"] = feed
    fields = [f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in head.items()]
    for key, rows in (("series", table.series), ("releases", table.releases), ("upstream", table.upstream)):
        if rows or key != "upstream":
            lines = ",\n".join(f"    {json.dumps(_plain(row))}" for row in rows)
            fields.append(f'  "{key}": [\n{lines}\n  ]')
    return "{\n" + ",\n".join(fields) + "\n}\n"


def _plain(value: Any) -> Any:
    """Convert a value to JSON types. Fields with default values are omitted."""
    if isinstance(value, (date, RuntimeVersion)):
        return str(value)
    if hasattr(value, "_asdict"):
        return {
            field: _plain(item)
            for field, item in value._asdict().items()
            if item != value._field_defaults.get(field)
        }
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _cannot_write(path: str, reason: str) -> UnusableError:
    return UnusableError(f"cannot write the lifecycle data to {quoted(path)}: {reason}")
