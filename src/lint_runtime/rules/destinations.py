"""Destinations: replacements for images that move to another release."""

import re
from datetime import date
from typing import NamedTuple

from lint_runtime.images import AGENT_FORM, REPOSITORY_FOR, RepositoryKind, RuntimeImage, RuntimeTag
from lint_runtime.lifecycle.comparison import ComparedImage
from lint_runtime.lifecycle.model import Lifecycle, ReleaseSeries, Status
from lint_runtime.rules.variants import missing_suffixes

_CERTIFIED = r"([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})(?:-[0-9]+)?((?:-[A-Za-z][A-Za-z0-9_.]*)*)"
"""An Astronomer Certified tag: the Airflow version, a build number and suffixes."""


class Destination(NamedTuple):
    """The newest release of a series as the replacement for an image.

    lifecycle: the lifecycle of the series
    image: the new tag, with the repository if it changes, or words if the new tag is unknown
    repository: the new vendor repository, or "" to keep the repository
    tag: the new tag, or None if unknown
    dropped: the suffixes of the old tag that the new release doesn't have
    losses: a message about suffixes that the series doesn't have, or ""
    """

    lifecycle: Lifecycle
    image: str
    repository: str = ""
    tag: RuntimeTag | None = None
    dropped: tuple[str, ...] = ()
    losses: str = ""


def destination(image: RuntimeImage, series: Lifecycle) -> Destination:
    """Return the newest release of `series` as the replacement for `image`."""
    number, airflow, kind = str(series.newest), series.airflow_major, image.repository.kind
    # Airflow 3 images are also available in the repository for Airflow 2.
    is_here = airflow in (image.repository.airflow, 3) and airflow == image.airflow
    repository = (
        "" if kind is RepositoryKind.RUNTIME and is_here else REPOSITORY_FOR[2 if airflow == 2 else 3]
    )
    tag, losses = image.tag, ""
    dropped: tuple[str, ...] = ()
    if kind is RepositoryKind.RETIRED:
        # Astronomer Certified images without `-onbuild` correspond to `-base` images.
        written = image.reference.tag
        tag = RuntimeTag("", None, base=bool(written) and "onbuild" not in written.split("-"))
        if match := re.fullmatch(_CERTIFIED, written):
            words = match[2].split("-")[1:]
            dropped = tuple(f"-{word}" for word in words if word not in ("onbuild", "base"))
    elif kind is RepositoryKind.AGENT:
        # The agent versions of other releases are unknown, and no tag goes without one.
        return Destination(series, f"the newest {series.series.label} tag, {AGENT_FORM}")
    if tag is not None:
        missing = missing_suffixes(tag, series.series, series.newest)
        dropped = (*dropped, *missing.values())
        losses = f"{series.series.label} has no {' or '.join(missing.values())} image" if missing else ""
        tag = tag.without(missing)._replace(number=number, version=series.newest, prerelease="")
    text = f"{repository}:{tag or number}" if repository else str(tag or number)
    return Destination(series, text, repository, tag, dropped, losses)


def certified_image(image: RuntimeImage) -> ComparedImage | None:
    """Parse the tag of an Astronomer Certified image for a comparison.

    Returns None for other images and for tags without an Airflow version.
    """
    is_certified = image.repository.kind is RepositoryKind.RETIRED
    match = re.fullmatch(_CERTIFIED, image.reference.tag) if is_certified else None
    if match is None:
        return None
    series = ReleaseSeries("", match[1], date.min, (), source="")
    lifecycle = Lifecycle(
        series, version=None, release=None, schedule=None, status=Status.UNSUPPORTED, newest=None, yank=None
    )
    return ComparedImage(image.reference.tag, lifecycle, "", "")
