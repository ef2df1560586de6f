"""Convert the vendor's release feed to lifecycle data."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple, TypeVar

from lint_runtime.errors import WrongDocumentError
from lint_runtime.lifecycle.model import (
    GENERAL_STATEMENT,
    NO_REASON,
    Availability,
    Release,
    ReleaseSeries,
    Schedule,
    Yank,
    in_force,
    in_order,
)
from lint_runtime.lifecycle.policy import computed_ends
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.schema import check_document

FEED_URL = "https://updates.astronomer.io/astronomer-runtime"
"""The URL of the feed."""

SCHEMA = "lifecycle/feed.schema.json"
MAX_SERIES = 400
"""The maximum number of series in a feed. Computing their end dates takes quadratic time."""

_RELEASE_CHANNELS = ("stable", "deprecated")
"""The feed channels of releases. All other channels contain pre-releases."""

_LAST_SINGLE_ARCH = RuntimeVersion(2, 6, 0, 3)
"""The last release without arm64 images, according to GENERAL_STATEMENT."""

_KEYS = ("runtimeVersions", "runtimeVersionsV3")
"""The keys of the feed whose values contain the releases."""

_T = TypeVar("_T")


class FeedRelease(NamedTuple):
    """A release in the feed. Missing values are None or empty.

    version: the version of the release
    airflow: the Airflow version, including the patch number
    released: the release date
    end_of_maintenance: the last day of maintenance
    end_of_basic_support: the last day of basic support
    is_lts: whether the series has long-term support
    yanked: the reason for the yank, or None if the release is not yanked
    pythons: the Python versions of the images
    default_python: the Python version of images without a Python suffix
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
    """Return whether a JSON document looks like the feed."""
    return "schemaVersion" in document


def read_feed(document: dict[str, Any]) -> tuple[FeedRelease, ...]:
    """Return the releases in the feed, sorted by version. Skips pre-releases.

    The schema is based on the feed of 2026-09-25. Raises WrongDocumentError.
    """
    if not is_feed(document) or not any(key in document for key in _KEYS):
        raise WrongDocumentError(f"not the release feed: missing schemaVersion or {' and '.join(_KEYS)}")
    check_document(document, SCHEMA)
    releases = []
    for number, entry in [item for key in _KEYS for item in document.get(key, {}).items()]:
        metadata, version = entry["metadata"], parse_version(number)
        if version is None or metadata["channel"] not in _RELEASE_CHANNELS:
            continue
        end = metadata.get("endOfMaintenance") or metadata.get("endOfSupport")
        support = metadata.get("endOfBasicSupport")
        releases.append(
            FeedRelease(
                version,
                airflow=".".join(re.findall("[0-9]+", metadata["airflowVersion"])[:3]),
                released=date.fromisoformat(metadata["releaseDate"]),
                end_of_maintenance=date.fromisoformat(end) if end else None,
                end_of_basic_support=date.fromisoformat(support) if support else None,
                is_lts=bool(metadata.get("LTS")),
                yanked=(metadata.get("yankedReason") or NO_REASON) if metadata.get("yanked") else None,
                pythons=tuple(metadata.get("pythonVersions") or ()),
                default_python=metadata.get("defaultPythonVersion"),
            )
        )
    if not releases:
        raise WrongDocumentError("it has no releases")
    if len({release.version.series for release in releases}) > MAX_SERIES:
        raise WrongDocumentError(f"more than {MAX_SERIES:,} release series")
    return tuple(sorted(releases, key=attrgetter("version")))


def day_of(releases: Sequence[FeedRelease], base: LifecycleTable, latest: date) -> date:
    """Estimate the day on which a feed was published. Returns `latest`, with two exceptions.

    A feed counts as an old copy if `base` has a newer release of one of the feed's series. For an old copy,
    returns the last release day in the feed, ignoring days after `latest`. If all release days in the feed
    are after `latest`, returns `latest` or the date of `base`, whichever is later.

    latest: the last day on which the feed may have been published
    """
    newest_versions = {release.version.series: release.version for release in releases}
    days = [release.released for release in releases if release.released <= latest]
    if not days:
        return max(latest, base.date)
    is_old = any(
        known.version > version and known.released and known.released <= latest
        for series, version in newest_versions.items()
        for known in base.releases_of(series)[-1:]
    )
    return max(days) if is_old else latest


def feed_table(releases: Iterable[FeedRelease], day: date, base: LifecycleTable) -> LifecycleTable:
    """Convert feed releases to lifecycle data, and compute missing end dates.

    day: the day on which the feed was published
    base: the existing data; its series are needed to compute end dates
    """
    source, rows, by_series, all_series = f"feed-{day}", [], {}, {}
    for name, group in groupby(releases, key=attrgetter("version.series")):
        by_series[name] = listed = [*group]
        for release in listed:
            yank = Yank(day, release.yanked, source) if release.yanked else None
            rows.append(Release(release.version, source, release.airflow, release.released, yank=yank))
        known = base.find_series(name)
        is_multi_arch = known is None and listed[0].version > _LAST_SINGLE_ARCH
        all_series[name] = ReleaseSeries(
            name,
            airflow=".".join(listed[-1].airflow.split(".")[:2]),
            released=known.released if known else min(release.released for release in listed),
            schedule=known.schedule if known else (),
            source=source,
            sources={"architectures": GENERAL_STATEMENT} if is_multi_arch else {},
            architectures=(Availability("amd64"), Availability("arm64")) if is_multi_arch else (),
            default_python=_last(release.default_python for release in listed),
            pythons=in_order(_last(release.pythons or None for release in listed) or ()),
        )
    others = {series.name: series for series in base.series} | all_series
    # Newest first: the ends of a series depend on the schedule of its successor.
    for series in sorted(all_series.values(), key=attrgetter("order"), reverse=True):
        schedule = _make_schedule(by_series[series.name], series, others.values(), day)
        if schedule and base.find_series(series.name) is None:
            # Assume that the feed has listed the end dates since the release of the series.
            schedule = schedule._replace(known_since=min(day, series.released))
        others[series.name] = series._replace(schedule=(schedule,) if schedule else ())
    return LifecycleTable(day, [others[name] for name in all_series], rows)


def _make_schedule(
    releases: list[FeedRelease], series: ReleaseSeries, all_series: Iterable[ReleaseSeries], day: date
) -> Schedule | None:
    """Build the schedule of a series from its feed releases. Computes missing end dates.

    Returns None if the end of maintenance is unknown and cannot be computed.
    """
    # Ignore future releases, unless the series has only future releases.
    out = [release for release in releases if release.released <= day] or releases
    end = _last(release.end_of_maintenance for release in out)
    support = _last(release.end_of_basic_support for release in out)
    before = in_force(series.schedule, day)
    if end is None and support and before and before.is_published:
        end = before.end_of_maintenance
    ends = computed_ends(series, all_series, is_lts=out[-1].is_lts, end_of_maintenance=end)
    computed_end, computed_support, _ = ends
    computed = []
    if end is None:
        if computed_end is None:
            return None
        end, computed = computed_end, ["end_of_maintenance"]
    if support is None and computed_support:
        support, computed = computed_support, [*computed, "end_of_basic_support"]
    return Schedule(day, end, support, out[-1].is_lts, "feed", tuple(computed))


def _last(values: Iterable[_T | None]) -> _T | None:
    present = [value for value in values if value is not None]
    return present[-1] if present else None
