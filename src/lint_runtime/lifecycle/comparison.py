"""Compare the properties of two images, and find the upgrade path between them."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

from lint_runtime.lifecycle.model import CHANNELS, Lifecycle
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.upgrade_path import upgrade_path
from lint_runtime.lifecycle.versions import RuntimeVersion

UNKNOWN = "unknown"


class ComparedImage(NamedTuple):
    """An image to compare.

    name: the tag of the image
    lifecycle: the facts about the release
    python: the Python version, or "" if unknown
    os: the operating system, or "" if unknown
    """

    name: str
    lifecycle: Lifecycle
    python: str
    os: str


class Difference(NamedTuple):
    """The values of one property for two images. The values may be equal.

    name: the name of the property
    before: the value for the first image
    after: the value for the second image
    """

    name: str
    before: str
    after: str


class Comparison(NamedTuple):
    """Two images and a comparison of their properties.

    differences: one entry per property, even if the values are equal
    between: the listed releases between the two versions, oldest first
    yanked: the yanked releases in `between`
    via: the intermediate release that an in-place upgrade requires, or None
    is_downgrade: whether `after` is older than `before`
    """

    before: ComparedImage
    after: ComparedImage
    differences: tuple[Difference, ...]
    between: tuple[RuntimeVersion, ...]
    yanked: tuple[RuntimeVersion, ...]
    via: RuntimeVersion | None
    is_downgrade: bool

    @property
    def changes(self) -> tuple[Difference, ...]:
        """The properties with different values."""
        return tuple(difference for difference in self.differences if difference.before != difference.after)

    @property
    def rows(self) -> tuple[Difference, ...]:
        """Rows for the end of the table: the releases in between, and whether an in-place upgrade works."""
        yanked = f" (yanked: {', '.join(map(str, self.yanked))})" if self.yanked else ""
        in_place = f"via {self.via}" if self.via else "yes"
        if self.is_downgrade:
            in_place = "no, this is a downgrade"
        return (
            Difference("releases between", f"{len(self.between)} listed{yanked}", ""),
            Difference("in-place upgrade", in_place, ""),
        )

    def as_json(self) -> dict[str, Any]:
        """Return the comparison as a JSON object for reports."""
        return {
            "before": self.before.name,
            "after": self.after.name,
            "properties": [difference._asdict() for difference in self.differences],
            "releases_between": [str(version) for version in self.between],
            "yanked_between": [str(version) for version in self.yanked],
            "is_downgrade": self.is_downgrade,
            "via": str(self.via) if self.via else None,
        }


_PROPERTIES: tuple[tuple[str, Callable[[ComparedImage], str]], ...] = (
    ("Airflow", lambda image: image.lifecycle.airflow),
    ("Python", lambda image: image.python or UNKNOWN),
    ("operating system", lambda image: image.os or UNKNOWN),
    ("architectures", lambda image: ", ".join(image.lifecycle.architectures) or UNKNOWN),
    ("channel", lambda image: CHANNELS[image.lifecycle.is_lts] or UNKNOWN),
    ("end of maintenance", lambda image: str(image.lifecycle.maintenance or "not published")),
    ("end of basic support", lambda image: str(image.lifecycle.basic_support or "not published")),
    ("status", lambda image: image.lifecycle.status.value),
    ("yanked", lambda image: f"known by {image.lifecycle.yank.known_by}" if image.lifecycle.yank else "no"),
)
"""The name of each property, and a function that returns its value."""


# Cache: the report page compares the same two images for many Dockerfiles.
@lru_cache(maxsize=1024)
def compare(before: ComparedImage, after: ComparedImage, known: Snapshot) -> Comparison:
    """Compare two images, using only facts known on the snapshot's day."""
    start, end = (image.lifecycle.version or image.lifecycle.newest for image in (before, after))
    between = [
        release
        for release in known.table.releases
        if start and end and start < release.version < end
        if known.table.known_since(release) <= known.day
    ]
    path = upgrade_path(before.lifecycle, after.lifecycle, known)
    via = path[0].newest if len(path) > 1 else None
    differences = [Difference(name, value(before), value(after)) for name, value in _PROPERTIES]
    old, new = before.lifecycle.airflow_major, after.lifecycle.airflow_major
    if old < new:
        stop = f", via {via}" if via else ""
        differences.insert(0, Difference("Airflow major", str(old), f"{new} (a major migration{stop})"))
    return Comparison(
        before,
        after,
        tuple(differences),
        tuple(release.version for release in between),
        tuple(release.version for release in between if release.yank and known.is_yanked(release)),
        via,
        is_downgrade=bool(start and end and end < start),
    )
