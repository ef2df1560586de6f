"""Where an image can move: to which release, by which way, and which of its suffixes exist there."""

import re
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from lint_runtime.images import RepositoryKind, RuntimeImage, RuntimeTag
from lint_runtime.lifecycle.comparison import Side
from lint_runtime.lifecycle.model import Lifecycle, Offer, ReleaseSeries, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion

REPOSITORY_FOR = {2: "quay.io/astronomer/astro-runtime", 3: "astrocrpublic.azurecr.io/runtime"}
"""The repository to name for an Airflow major, where the image's own does not contain it."""


class Destination(NamedTuple):
    """A release to move to.

    `image`: what to write. `repository`: that of the vendor to name, "" to keep the image's own. `tag`:
    None where it cannot be known. `dropped`: suffixes that it does not exist with.
    """

    lifecycle: Lifecycle
    image: str
    repository: str = ""
    tag: RuntimeTag | None = None
    dropped: tuple[str, ...] = ()

    def side(self, release: Lifecycle) -> Side:
        """Return one side of a comparison. `release`: the facts about the release itself."""
        tag = self.tag or RuntimeTag(str(release.version), release.version)
        system = "UBI 9" if tag.ubi9 else release.os
        return Side(str(tag), release, tag.python or release.default_python or "", system or "")


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


def destination(image: RuntimeImage, series: Lifecycle, table: LifecycleTable) -> Destination:
    """Return the newest release of `series` as it is written in place of `image`."""
    number = str(series.newest)
    repository = "" if _contains(image, series) else REPOSITORY_FOR[2 if series.airflow_major == 2 else 3]
    dropped: tuple[str, ...] = ()
    tag = _certified_tag(image) if image.repository.kind is RepositoryKind.RETIRED else image.tag
    if image.repository.kind is RepositoryKind.AGENT:
        # An agent's version cannot be known for another release.
        tag = None
    if tag is not None:
        found = table.find_series(series.series)
        missing = missing_suffixes(tag, found, series.newest) if found else {}
        dropped = tuple(missing.values())
        tag = without(tag, missing)._replace(number=number, version=series.newest, prerelease="")
    text = f"{repository}:{tag or number}" if repository else str(tag or number)
    return Destination(series, text, repository, tag, dropped)


def _certified_tag(image: RuntimeImage) -> RuntimeTag:
    """Return what corresponds to a tag of Astronomer Certified: without `-onbuild`, a `-base` image."""
    tag = image.reference.tag
    return RuntimeTag("", None, base=bool(tag) and "onbuild" not in tag.split("-"))


_CERTIFIED = r"(([0-9]{1,3})\.[0-9]{1,3}\.[0-9]{1,3})(?:-[0-9]+)?((?:-[A-Za-z][A-Za-z0-9_.]*)*)"


def certified_side(image: RuntimeImage) -> Side | None:
    """Return what a tag of Astronomer Certified says of its image; None if it names no Airflow version."""
    match = re.fullmatch(_CERTIFIED, image.reference.tag)
    if match is None:
        return None
    lifecycle = Lifecycle(
        series="",
        order=(int(match[2]),),
        version=None,
        airflow=match[1],
        default_python=None,
        os=None,
        is_lts=None,
        status=Status.UNSUPPORTED,
        end_of_maintenance=None,
        end_of_basic_support=None,
        published=None,
        computed=(),
        architectures=(),
        newest=None,
        yank=None,
    )
    return Side(image.reference.tag, lifecycle, "", "")


def certified_suffixes(image: RuntimeImage) -> tuple[str, ...]:
    """Return the suffixes of a tag of Astronomer Certified that Astro Runtime has nothing like."""
    is_retired = image.repository.kind is RepositoryKind.RETIRED
    match = re.fullmatch(_CERTIFIED, image.reference.tag) if is_retired else None
    words = match[3].split("-")[1:] if match else ()
    return tuple(f"-{word}" for word in words if word not in ("onbuild", "base"))


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
