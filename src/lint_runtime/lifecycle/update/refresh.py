"""Lifecycle data merged with the published feed, and the file that holds the result."""

import os
from datetime import date
from typing import Any, NamedTuple

from lint_runtime.errors import UnusableError, WrongDocumentError
from lint_runtime.files import parse_document, replace_file
from lint_runtime.lifecycle.data_file import dump_table, read_table
from lint_runtime.lifecycle.feed import is_feed, parse_feed
from lint_runtime.lifecycle.load import embedded_table, read_file
from lint_runtime.lifecycle.merge import merge
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.changes import Change, compare, find_removed
from lint_runtime.lifecycle.update.fetch import FeedVersion, Validators, read_content, shown_origin
from lint_runtime.lifecycle.verify import Problem, find_problems
from lint_runtime.text import quoted


class Base(NamedTuple):
    """Data to refresh, and the version of the feed that it was made with, None if that does not matter."""

    table: LifecycleTable
    feed: FeedVersion | None = None


class Refresh(NamedTuple):
    """Data merged with the feed, the changes by that, and the facts that are missing since then."""

    table: LifecycleTable
    changes: list[Change]
    gaps: list[Problem]
    feed: FeedVersion | None = None


def refresh(origin: str, base: Base, today: date) -> Refresh | None:
    """Merge the feed at `origin`, a path or an address, over `base`; None if the feed is still the same.

    Raises UnusableError.
    """
    content = read_content(origin, base.feed, today)
    if content is None:
        return None
    try:
        document = parse_document(content.data)
        return refresh_table(base.table, document, content.latest)._replace(feed=content.version)
    except WrongDocumentError as error:
        raise UnusableError(f"cannot use the feed '{shown_origin(origin)}': {error}") from None


def refresh_table(base: LifecycleTable, document: dict[str, Any], latest: date) -> Refresh:
    """Merge a feed of the day `latest` or before over `base`.

    Raises WrongDocumentError for a feed that contradicts itself, or `base`.
    """
    feed = parse_feed(document, latest, base)
    table = merge(base, feed)
    before = find_problems(base)
    found = [problem for problem in find_problems(table) if problem not in before]
    wrong = [problem for problem in found if not problem.is_gap]
    if wrong:
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise WrongDocumentError(f"{wrong[0].subject}: {wrong[0].text}{more}")
    return Refresh(table, [*compare(base, table), *find_removed(base, feed)], found)


def read_output(path: str) -> Base:
    """Return the package's data, merged with that in the file to write if there is one.

    Raises UnusableError.
    """
    if path in ("", "-"):
        raise _cannot_write(path, "give the path of a file")
    directory = os.path.dirname(os.path.realpath(path))
    if not os.path.isdir(directory):
        raise _cannot_write(path, f"the directory {quoted(directory)} does not exist")
    embedded = embedded_table()
    if not os.path.exists(path):
        return Base(embedded)
    if not os.path.isfile(path):
        raise _cannot_write(path, "not a regular file")
    try:
        document = parse_document(read_file(path)[0])
        if is_feed(document):
            raise _cannot_write(path, "it is the release feed; use another file")
        table = read_table(document, path, "")
        feed = _feed_version(**document["feed"]) if "feed" in document else None
    except OSError as error:
        raise _cannot_write(path, error.strerror or str(error)) from None
    except WrongDocumentError as error:
        raise _cannot_write(path, f"it exists and is not lifecycle data: {error}") from None
    # Newer data of the package has to get into the file, be the feed the same or not.
    return Base(merge(embedded, table), feed if table.date >= embedded.date else None)


def _feed_version(url: str, **validators: str) -> FeedVersion:
    return FeedVersion(url, Validators(**validators))


def write_output(path: str, refreshed: Refresh) -> None:
    """Write the file, whole or not at all. Raises UnusableError."""
    feed = refreshed.feed
    keys = {"url": feed.url, **feed.validators._asdict()} if feed else None
    data = dump_table(refreshed.table, keys).encode()
    try:
        # A file that cannot be read again would block every later update.
        read_table(parse_document(data), path, "")
        replace_file(path, [data])
    except WrongDocumentError as error:
        raise _cannot_write(path, f"the result is invalid: {error}") from None
    except OSError as error:
        raise _cannot_write(path, error.strerror or str(error)) from None


def _cannot_write(path: str, reason: str) -> UnusableError:
    return UnusableError(f"cannot write the lifecycle data to {quoted(path)}: {reason}")
