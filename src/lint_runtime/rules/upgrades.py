"""Where an image can move: to which release, by which way, and which of its suffixes exist there."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from lint_runtime.images import RepositoryKind, RuntimeImage, RuntimeTag
from lint_runtime.lifecycle.model import Lifecycle, Offer, ReleaseSeries
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion

FIRST_TO_LEAVE_AIRFLOW_2 = RuntimeVersion(2, 13, 7, 0)
"""The first Airflow 2 release that a Deployment can be upgraded from to Airflow 3, in place."""

REPOSITORY_FOR = {2: "quay.io/astronomer/astro-runtime", 3: "astrocrpublic.azurecr.io/runtime"}
"""The repository to name for an Airflow major, where the image's own does not contain it."""


class Destination(NamedTuple):
    """A release to move to. `image`: what to write; `dropped`: suffixes that it does not exist with."""

    lifecycle: Lifecycle
    image: str
    dropped: tuple[str, ...] = ()


def best_series(origin: Lifecycle, table: LifecycleTable, today: date) -> Lifecycle | None:
    """Return the newer series with the longest maintenance on the same Airflow major; None without one."""
    return longest_maintained(
        series
        for series in table.maintained(today)
        if series.order > origin.order and series.airflow_major == origin.airflow_major
    )


def longest_maintained(all_series: Iterable[Lifecycle]) -> Lifecycle | None:
    """Return the series with the longest maintenance, the newest of several; None if there is none."""
    return max(
        all_series, key=lambda series: (series.end_of_maintenance or date.min, series.order), default=None
    )


def airflow_3_series(table: LifecycleTable, today: date) -> Lifecycle | None:
    """Return the Airflow 3 series with the longest maintenance; None if none is maintained."""
    return longest_maintained(series for series in table.maintained(today) if series.airflow_major > 2)


def last_stop_on_airflow_2(table: LifecycleTable, today: date) -> Lifecycle | None:
    """Return the series whose newest release leads from Airflow 2 to Airflow 3, maintained or not."""
    for series in reversed(table.series):
        lifecycle = table.on(today, series.name) if series.order[0] == 2 else None
        if lifecycle and lifecycle.newest and lifecycle.newest >= FIRST_TO_LEAVE_AIRFLOW_2:
            return lifecycle
    return None


def can_leave_airflow_2(origin: Lifecycle) -> bool:
    """Whether a Deployment on this release, or on any of the series, can move to Airflow 3 in place."""
    return origin.version is not None and origin.version >= FIRST_TO_LEAVE_AIRFLOW_2


def destination(image: RuntimeImage, series: Lifecycle, table: LifecycleTable) -> Destination:
    """Return the newest release of `series` as it is written in place of `image`."""
    number = str(series.newest)
    dropped: tuple[str, ...] = ()
    tag = image.tag
    if tag is None or image.repository.kind is RepositoryKind.AGENT:
        # An agent's version cannot be known for another release.
        text = number
    else:
        found = table.find_series(series.series)
        missing = missing_suffixes(tag, found, series.newest) if found else {}
        dropped = tuple(missing.values())
        text = str(without(tag, missing)._replace(number=number, prerelease=""))
    if not _contains(image, series):
        text = f"{REPOSITORY_FOR[2 if series.airflow_major == 2 else 3]}:{text}"
    return Destination(series, text, dropped)


def _contains(image: RuntimeImage, series: Lifecycle) -> bool:
    """Whether the repository of an image contains the releases of a series too."""
    airflow = series.airflow_major
    is_released_here = image.repository.kind in (RepositoryKind.RUNTIME, RepositoryKind.AGENT)
    return is_released_here and image.airflow == airflow and airflow in (image.repository.airflow, 3)


def without(tag: RuntimeTag, suffixes: Iterable[str]) -> RuntimeTag:
    """Return a tag without some of its suffixes, by name."""
    empty = RuntimeTag("", None)
    return tag._replace(**{name: getattr(empty, name) for name in suffixes})


def missing_suffixes(
    tag: RuntimeTag, series: ReleaseSeries, version: RuntimeVersion | None
) -> dict[str, str]:
    """Return the suffixes of a tag, by name, with which there is no image of `version`.

    Of any release of the series, if `version` is None. There are none where the variants are unknown.
    """
    return {
        name: suffix
        for name, suffix in tag.suffixes.items()
        if name in _VARIANTS and not _is_available(name, tag, series, version)
    }


_VARIANTS = ("ubi9", "python", "slim")


def _is_available(
    name: str, tag: RuntimeTag, series: ReleaseSeries, version: RuntimeVersion | None
) -> bool:
    if series.variants is None:
        # The Python versions of UBI 9 images are others.
        is_unknown = name != "python" or tag.ubi9 or not series.pythons
        return is_unknown or tag.python in series.pythons
    if name == "python" and tag.python not in pythons_of(series, is_ubi9=tag.ubi9):
        return False
    variant = find_variant(name, series)
    return variant is not None and not (version and variant.since and version < variant.since)


def find_variant(name: str, series: ReleaseSeries) -> Offer | None:
    """Return the variant `python`, `slim` or `ubi9` of a series; None if it has none."""
    return next((variant for variant in series.variants or () if variant.name == name), None)


def has_pythons(series: ReleaseSeries) -> bool:
    """Whether images of a series exist with a Python version to choose, and with which is known."""
    return bool(series.pythons) if series.variants is None else find_variant("python", series) is not None


def pythons_of(series: ReleaseSeries, *, is_ubi9: bool) -> tuple[str, ...]:
    """Return the Python versions that images of a series exist with."""
    return tuple(dict.fromkeys((*series.pythons, *(series.ubi9_pythons if is_ubi9 else ()))))


def supported_pythons(
    series: ReleaseSeries, table: LifecycleTable, today: date, *, is_ubi9: bool
) -> tuple[str, ...]:
    """Return those that images of a series exist with and that have upstream support on the day."""
    if not has_pythons(series):
        return ()
    return tuple(
        python
        for python in pythons_of(series, is_ubi9=is_ubi9)
        if (table.python_end(python) or date.max) >= today
    )


def closest_python(wanted: str, pythons: Iterable[str]) -> str:
    """Return the one of `pythons` that is closest to the wanted one, by its minor version."""
    return min(pythons, key=lambda python: abs(_minor(python) - _minor(wanted)))


def _minor(python: str) -> int:
    return int(python.partition(".")[2])
