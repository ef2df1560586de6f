"""What is known and the feed -> the table that knows both, and what is new in it."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from lint_runtime.changes import Change, changes, gone
from lint_runtime.document import WrongDocumentError, parse_document
from lint_runtime.feed_source import read_source, shown_origin
from lint_runtime.lifecycle.feed import FeedRelease, day_of, feed_table, read_feed
from lint_runtime.lifecycle.merge import merged
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.table_file import FeedVersion
from lint_runtime.lifecycle.update.fetch import Progress
from lint_runtime.lifecycle.verify import Problem, problems


class UnusableFeedError(Exception):
    """A feed that nothing can be made of. The text says why."""


class Known(NamedTuple):
    """A table, and which version of the feed it has been made with, None if that does not matter."""

    table: LifecycleTable
    feed: FeedVersion | None = None


class Refresh(NamedTuple):
    """A table with the feed in it, what has changed by that, and the facts that are missing since then."""

    table: LifecycleTable
    changes: list[Change]
    gaps: list[Problem]
    feed: FeedVersion | None = None


def refresh(origin: str, known: Known, today: date, progress: Progress) -> Refresh | None:
    """Merge the feed at `origin`, a path or an address, over what is known; None if it is still the same.

    Raises FetchError and UnusableFeedError.
    """
    source = read_source(origin, known.feed, today, progress)
    if source is None:
        return None
    try:
        releases = read_feed(parse_document(source.data))
        return refreshed(known.table, releases, source.latest)._replace(feed=source.version)
    except WrongDocumentError as error:
        raise UnusableFeedError(f"cannot use the feed '{shown_origin(origin)}': {error}") from None


def refreshed(known: LifecycleTable, releases: Sequence[FeedRelease], latest: date) -> Refresh:
    """Merge the releases of a feed, of the day `latest` or before, over `known`.

    Raises WrongDocumentError for a feed that contradicts itself, or what is known.
    """
    news = feed_table(releases, day_of(releases, known, latest), known)
    table = merged(known, news)
    before = problems(known)
    found = [problem for problem in problems(table) if problem not in before]
    wrong = [problem for problem in found if not problem.is_gap]
    if wrong:
        more = f", and {len(wrong) - 1} more" if len(wrong) > 1 else ""
        raise WrongDocumentError(f"{wrong[0].subject}: {wrong[0].text}{more}")
    return Refresh(table, [*changes(known, table), *gone(known, news)], found)
