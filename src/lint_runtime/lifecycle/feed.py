"""The vendor's published feed of releases, read as lifecycle data."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from lint_runtime.errors import WrongDocumentError
from lint_runtime.files import check_document
from lint_runtime.lifecycle.model import (
    GENERAL_STATEMENT,
    NO_REASON,
    Offer,
    Release,
    ReleaseSeries,
    Schedule,
    Yank,
    in_order,
)
from lint_runtime.lifecycle.policy import computed_ends, computed_support, policy_for
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.text import parse_day

FEED_URL = "https://updates.astronomer.io/astronomer-runtime"
"""Where the vendor publishes the feed."""

SCHEMA = "lifecycle/feed.schema.json"
MAX_SERIES = 400
"""The most release series in a feed; a data file takes a few more."""

CHANNELS = ("stable", "deprecated")
"""The channels of releases; all others have pre-releases."""

_LAST_SINGLE_ARCH = RuntimeVersion(2, 6, 0, 3)

_T = TypeVar("_T")
_KEYS = ("runtimeVersions", "runtimeVersionsV3")


class FeedRelease(NamedTuple):
    """One release as the feed has it. What the feed leaves out is None or empty.

    `yanked`: the reason, None if it is not yanked.
    """

    version: RuntimeVersion
    airflow: str
    released: date
    end_of_maintenance: date | None
    end_of_basic_support: date | None
    is_lts: bool
    yanked: str | None
    pythons: tuple[str, ...]
    default_python: str | None


def is_feed(document: Mapping[str, Any]) -> bool:
    """Whether a JSON document is meant to be the feed."""
    return "schemaVersion" in document


def read_feed(document: dict[str, Any]) -> tuple[FeedRelease, ...]:
    """Return the releases in the feed, oldest version first; no pre-releases.

    Its form is that of the feed as published on 2026-09-25. Raises WrongDocumentError.
    """
    if not is_feed(document) or not any(key in document for key in _KEYS):
        raise WrongDocumentError(f"not the release feed: missing schemaVersion or {' and '.join(_KEYS)}")
    check_document(document, SCHEMA)
    entries = [entry for key in _KEYS for entry in document.get(key, {}).items()]
    releases = sorted(_releases(entries), key=attrgetter("version"))
    if not releases:
        raise WrongDocumentError("it has no releases")
    if len({release.version.series for release in releases}) > MAX_SERIES:
        raise WrongDocumentError(f"more than {MAX_SERIES:,} release series")
    return tuple(releases)


def _releases(entries: Iterable[tuple[str, Any]]) -> Iterator[FeedRelease]:
    for number, entry in entries:
        metadata, version = entry["metadata"], parse_version(number)
        if metadata["channel"] in CHANNELS and version is not None:
            yield _release(version, metadata)


def _release(version: RuntimeVersion, metadata: Mapping[str, Any]) -> FeedRelease:
    return FeedRelease(
        version,
        airflow=".".join(re.findall("[0-9]+", metadata["airflowVersion"])[:3]),
        released=date.fromisoformat(metadata["releaseDate"]),
        end_of_maintenance=_day(metadata.get("endOfMaintenance") or metadata.get("endOfSupport")),
        end_of_basic_support=_day(metadata.get("endOfBasicSupport")),
        is_lts=bool(metadata.get("LTS")),
        yanked=(metadata.get("yankedReason") or NO_REASON) if metadata.get("yanked") else None,
        pythons=tuple(metadata.get("pythonVersions") or ()),
        default_python=metadata.get("defaultPythonVersion"),
    )


def _day(text: str | None) -> date | None:
    return parse_day(text) if text else None


def parse_feed(document: dict[str, Any], latest: date, base: LifecycleTable) -> LifecycleTable:
    """Return the facts in a feed of the day `latest` or before; `base`: the data to merge them over.

    Raises WrongDocumentError.
    """
    releases = read_feed(document)
    return feed_table(releases, day_of(releases, base, latest), base)


def day_of(releases: Iterable[FeedRelease], base: LifecycleTable, latest: date) -> date:
    """Return the day that a feed counts as of: `latest`, the last that it may be of, or one before.

    Where `base` has newer releases of its series, the feed is as old as its newest release. A day before
    all of its releases is a wrong clock, not its age: the feed then counts as no older than `base`.
    """
    newest: dict[str, RuntimeVersion] = {}
    last = date.min
    for release in releases:
        newest[release.version.series] = release.version
        if release.released <= latest:
            last = max(last, release.released)
    is_old = any(
        known.version > version and known.released and known.released <= latest
        for series, version in newest.items()
        for known in base.releases_of(series)[-1:]
    )
    if last == date.min:
        return max(latest, base.date)
    return last if is_old else latest


def feed_table(releases: Iterable[FeedRelease], day: date, base: LifecycleTable) -> LifecycleTable:
    """Return the facts in the feed of `day`, with the ends that it leaves out computed by the policy.

    `base`: has the other series, whose release dates the policy counts from.
    """
    source = f"feed-{day}"
    by_series: dict[str, list[FeedRelease]] = {}
    rows = []
    for release in releases:
        by_series.setdefault(release.version.series, []).append(release)
        yank = Yank(day, release.yanked) if release.yanked else None
        rows.append(Release(release.version, source, release.airflow, release.released, yank=yank))
    all_series = {name: _make_series(name, listed, source, base) for name, listed in by_series.items()}
    known = {**{series.name: series for series in base.series}, **all_series}
    # The policy counts from the next series, so that has to have its schedule first.
    for series in sorted(all_series.values(), key=attrgetter("order"), reverse=True):
        newest = _newest_facts(by_series[series.name], day)
        schedule = _make_schedule(newest, series, known.values(), day)
        if base.find_series(series.name) is None:
            # Nobody read the feed when the series came out, but its ends were in it.
            schedule = tuple(row._replace(known_since=min(day, series.released)) for row in schedule)
        known[series.name] = series._replace(schedule=schedule)
    return LifecycleTable(day, [known[name] for name in all_series], rows)


def _newest_facts(releases: list[FeedRelease], day: date) -> FeedRelease:
    """Return the newest release of a series, with the ends of the newest that has any.

    Releases that are out on `day` count before those that are announced.
    """
    out = [release for release in releases if release.released <= day] or releases
    return releases[-1]._replace(
        end_of_maintenance=_last(release.end_of_maintenance for release in out),
        end_of_basic_support=_last(release.end_of_basic_support for release in out),
        is_lts=out[-1].is_lts,
    )


def _last(values: Iterable[_T | None]) -> _T | None:
    """Return the last value that is not None; None if there is none."""
    found = [value for value in values if value is not None]
    return found[-1] if found else None


def _make_series(
    name: str, releases: list[FeedRelease], source: str, base: LifecycleTable
) -> ReleaseSeries:
    known = base.find_series(name)
    is_multi_arch = known is None and releases[0].version > _LAST_SINGLE_ARCH
    return ReleaseSeries(
        name,
        airflow=".".join(releases[-1].airflow.split(".")[:2]),
        released=known.released if known else min(release.released for release in releases),
        schedule=known.schedule if known else (),
        source=source,
        sources={"architectures": GENERAL_STATEMENT} if is_multi_arch else {},
        architectures=(Offer("amd64"), Offer("arm64")) if is_multi_arch else (),
        default_python=_last(release.default_python for release in releases),
        pythons=in_order(_last(release.pythons or None for release in releases) or ()),
    )


def _make_schedule(
    newest: FeedRelease, series: ReleaseSeries, all_series: Iterable[ReleaseSeries], day: date
) -> tuple[Schedule, ...]:
    """Return the ends of the newest release of a series, those that are missing computed by the policy."""
    end, support, computed = newest.end_of_maintenance, newest.end_of_basic_support, []
    before = series.schedule_on(day)
    if end is None and support and before and before.is_published:
        end = before.end_of_maintenance
    if end is None:
        ends = computed_ends(series, all_series, is_lts=newest.is_lts)
        if ends is None:
            return ()
        end, computed = ends.end_of_maintenance, ["end_of_maintenance"]
    if support is None and (support := computed_support(end, policy_for(series))):
        computed.append("end_of_basic_support")
    return (Schedule(day, end, support, newest.is_lts, "feed", tuple(computed)),)
