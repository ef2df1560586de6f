"""What is known and the feed -> the table that knows both, and what is new in it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from enum import Enum
from typing import NamedTuple

from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import parse_document
from lint_runtime.lifecycle.feed import FeedRelease, day_of, feed_table, read_feed
from lint_runtime.lifecycle.merge import merged
from lint_runtime.lifecycle.model import Release, ReleaseSeries, Schedule, in_force
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.table_file import FeedVersion
from lint_runtime.lifecycle.update.fetch import Progress, read_source, shown_origin
from lint_runtime.lifecycle.verify import Problem, problems
from lint_runtime.text import counted


class ChangeKind(str, Enum):
    """What became of a fact."""

    NEW = "new"
    CHANGED = "changed"
    YANKED = "yanked"
    GONE = "gone"


class Change(NamedTuple):
    """One fact that is new, other than before, or gone from the feed. `what`: series, release or date."""

    kind: ChangeKind
    what: str
    text: str


def changes(old: LifecycleTable, new: LifecycleTable) -> list[Change]:
    """Return what `new`, made of `old`, has that `old` has not: series first, then releases."""
    of_series = [
        change for series in new.series for change in _of_series(old.find_series(series.name), series)
    ]
    of_releases = [
        change for release in new.releases for change in _of_release(old.release(release.version), release)
    ]
    return of_series + of_releases


def summarize_changes(found: Iterable[Change]) -> str:
    """Say how much has changed, in few words."""
    counts = Counter((change.kind, change.what) for change in found if change.kind is not ChangeKind.GONE)
    told = [counted(count, f"{kind.value} {what}") for (kind, what), count in counts.items()]
    return ", ".join(told) or "nothing new"


def _of_series(old: ReleaseSeries | None, new: ReleaseSeries) -> Iterator[Change]:
    last = new.schedule[-1] if new.schedule else None
    told = told_ends(last) if last else "without an end date"
    if old is None:
        yield Change(ChangeKind.NEW, "series", f"series {new.name} (Airflow {new.airflow}), {told}")
        return
    for row in new.schedule:
        before = in_force(old.schedule, row.published)
        if row not in old.schedule and (before is None or _differ(row, before)):
            yield _moved(new, row, before)
    if old.default_python != new.default_python or old.pythons != new.pythons:
        pythons = ", ".join(new.pythons)
        text = f"series {new.name}, Python {pythons}, {new.default_python or 'none'} by default"
        yield Change(ChangeKind.CHANGED, "series", text)


def _moved(series: ReleaseSeries, row: Schedule, before: Schedule | None) -> Change:
    now = series.schedule_on(date.max)
    if now is not None and now != row:
        text = f"series {series.name}, {told_ends(row)}; since then {told_ends(now)}"
        return Change(ChangeKind.NEW, "date", text)
    was = f"; before that {told_ends(before)}" if before else ""
    return Change(ChangeKind.CHANGED, "date", f"series {series.name}, {told_ends(row)}{was}")


def _differ(row: Schedule, before: Schedule) -> bool:
    return row._replace(published=before.published, source=before.source) != before


def told_ends(row: Schedule) -> str:
    """Say what a row of a schedule says: until when, in which channel, since when, and computed or not."""
    support = row.end_of_basic_support
    ends = [f"maintained until {row.end_of_maintenance}{_mark('end_of_maintenance', row)}"]
    ends += [f"basic support until {support}{_mark('end_of_basic_support', row)}"] if support else []
    return ", ".join([*(["LTS"] if row.is_lts else []), *ends, f"as of {row.published}"])


def _mark(end: str, row: Schedule) -> str:
    return " (computed)" if end in row.computed else ""


def _of_release(old: Release | None, new: Release) -> Iterator[Change]:
    told = _told(new)
    if old is None:
        yield Change(ChangeKind.NEW, "release", f"release {new.version}{told}")
    elif (old.airflow, old.released) != (new.airflow, new.released):
        yield Change(ChangeKind.CHANGED, "release", f"release {new.version}{told}; before that{_told(old)}")
    if new.yank and (old is None or old.yank != new.yank):
        text = f"release {new.version}, as of {new.yank.published}: {new.yank.reason}"
        yield Change(ChangeKind.YANKED, "release", text)


def _told(release: Release) -> str:
    airflow = f" (Airflow {release.airflow})" if release.airflow else ""
    return f"{airflow}, {f'released {release.released}' if release.released else 'release date not known'}"


def gone(old: LifecycleTable, feed: LifecycleTable) -> Iterable[Change]:
    """Yield what `old` has from the feed and the `feed` no longer says; the merged table keeps it."""
    for release in old.releases:
        listed = feed.release(release.version)
        if listed is None and release.source.startswith("feed"):
            yield Change(ChangeKind.GONE, "release", f"release {release.version}; it is kept")
        if listed and release.yank and not listed.yank:
            yield Change(ChangeKind.GONE, "yank", f"the yank of {release.version}; it is kept")
    for series in feed.series:
        before = old.find_series(series.name)
        row = in_force(before.schedule, feed.date) if before else None
        if row and row.is_published and not any(news.is_published for news in series.schedule):
            yield Change(
                ChangeKind.GONE, "date", f"the end of maintenance of series {series.name}; it is kept"
            )


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
