"""Destinations: for each image in a file, the image to write in its place.

A destination is never a yanked release, a pre-release or a release of an ended series. The only exception
is the required stop between Airflow 2 and Airflow 3, which may be in an ended series.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from lint_runtime.config.model import Config, Requirements
from lint_runtime.diagnostics import Location
from lint_runtime.dockerfile.platforms import KNOWN_ARCHITECTURES
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import (
    AGENT_SUFFIXES,
    REPOSITORY_FOR,
    RUNTIME_SUFFIXES,
    Destination,
    RepositoryKind,
    RuntimeImage,
    RuntimeTag,
    contested_words,
    correct_tag,
    missing_suffixes,
    pythons_of,
)
from lint_runtime.lifecycle.model import Existence, Lifecycle, ReleaseSeries, State, Status
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.upgrade_path import longest_maintained, upgrade_path
from lint_runtime.rules.base import Case

_CERTIFIED = r"([0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3})(?:-[0-9]+)?((?:-[A-Za-z][A-Za-z0-9_.]*)*)"
"""Matches an Astronomer Certified tag. Groups: the Airflow version and the suffixes."""


def with_destinations(
    images: Sequence[RuntimeImage | None],
    known: Snapshot,
    config: Config,
    rules: frozenset[str],
    goal: str = "",
) -> list[RuntimeImage | None]:
    """Return the images of a file with their destinations.

    rules: the names of the enabled rules. If `wrong-repository` or `not-lts` is not enabled, a destination
        may violate that rule.
    goal: the series of all destinations, or "" to choose the best series for each image
    """
    found = [image and search(Case(image, known, config, rules)).resolve(image, goal) for image in images]
    if sum(image is not None for image in found) < 2:
        return found
    contested: frozenset[int | None] = frozenset()
    for attribute in ("destination", "next", "newest"):
        targets = [(image, getattr(image, attribute)) for image in found if image]
        contested |= contested_words(
            (image, (image.edits_by_word(target) if target else None) or {}) for image, target in targets
        )
    # All images have equal `shared` sets, so let them use one object: many copies would take gigabytes.
    shared = contested.union(next(image.shared for image in found if image))
    return [image and image._replace(shared=shared) for image in found]


_Destinations = tuple[Destination | None, Destination | None, Destination | None]
"""The fields `destination`, `next` and `newest` of a RuntimeImage."""

_NOWHERE = Stage(0, 0, "", Location(0, 0, 0, 0), Location(0, 0, 0, 0))


def search(case: Case) -> "Search":
    """Return the search for the destinations of an image.

    Images in Dockerfiles share a search if they differ only in where and how they are written.
    """
    image, stage = case.image, case.image.stage
    if image.source:
        return Search(image, case.known, case.config, case.rules)
    stage = _NOWHERE._replace(
        platform_value=stage.platform_value,
        platform_varies=stage.platform_varies,
        target_platforms=stage.target_platforms,
    )
    image = image._replace(
        stage=stage,
        shared=frozenset(),
        argument=None,
        variables=(),
        was_editable=None,
        destination=None,
        next=None,
        newest=None,
    )
    return _cached_search(image, case.known, case.config, case.rules)


class Meaning(NamedTuple):
    """What the tag of an image means.

    tag: the tag, corrected if it is misspelled. None if the tag is missing or can't be understood
    lifecycle: the facts about the release or series, or None if unknown
    airflow: the Airflow major version
    is_corrected: whether the tag is corrected to a floating tag or to the tag of a listed release
    """

    tag: RuntimeTag | None
    lifecycle: Lifecycle | None
    airflow: int
    is_corrected: bool = False


def meaning_of(image: RuntimeImage, known: Snapshot) -> Meaning:
    """Return what the tag of an image means, after correcting a misspelled tag."""
    tag, is_agent = image.tag, image.repository.kind is RepositoryKind.AGENT
    if image.tag_error:
        tag = correct_tag(image.reference.tag, AGENT_SUFFIXES if is_agent else RUNTIME_SUFFIXES)
    version = tag.version if tag else None
    if tag is None or not (image.tag_error or (version and image.existence is Existence.NEVER)):
        return Meaning(tag, image.lifecycle, image.airflow)
    if version is None:
        return Meaning(tag, known.series(tag.series or ""), image.airflow, is_corrected=True)
    other = version.other_form
    # Try the form of the other Airflow major version, such as 3.0-8 for 3.0.8. Agents have only one form.
    is_other = known.table.is_airflow_3_misspelled(version) or (
        known.table.existence(version) is Existence.NEVER
        and known.table.find_series(other.series) is not None
    )
    if is_other and not is_agent:
        tag, version = tag._replace(number=str(other), version=other), other
    is_listed = known.table.release(version) is not None
    lifecycle = known.release(version) if is_listed else known.series(version.series)
    return Meaning(tag, lifecycle, version.airflow, is_listed and tag != image.tag)


class Search:
    """Finds the destinations of one image. Remembers them: many files have the same image."""

    def __init__(self, image: RuntimeImage, known: Snapshot, config: Config, rules: frozenset[str]) -> None:
        self._image = image
        self._known = known
        self._config = config
        self._rules = rules
        self._tag, self._origin, self._airflow, _ = meaning_of(image, known)
        self._found: dict[str, _Destinations] = {}
        self._newest: dict[Lifecycle, Destination | None] = {}

    def resolve(self, image: RuntimeImage, goal: str) -> RuntimeImage:
        """Return `image` with `destination`, `next` and `newest` set.

        goal: the series of the destination, or "" to choose the best series
        """
        if goal not in self._found:
            self._found[goal] = self._resolve(goal)
        destination, stop, newest = self._found[goal]
        return image._replace(destination=destination, next=stop, newest=newest)

    def _resolve(self, goal: str) -> _Destinations:
        image, kind = self._image, self._image.repository.kind
        is_pinned = image.reference.digest and self._tag is None
        is_unclear = is_pinned or (image.tag_error and self._origin is None)
        # Nothing is known about a release that is newer than the data, so suggest no other image.
        is_newer = self._origin is None and image.existence is Existence.NEWER and not image.is_prerelease
        if kind is not RepositoryKind.RETIRED and (is_unclear or is_newer):
            return None, None, None
        series = self._known.series(goal) if goal else self._best()
        origin, stop = self._origin, None
        newest = self.newest_in(origin) if origin and self._can_stay(origin) else None
        if series is None:
            destination = None
        elif origin and series.order == origin.order:
            destination = newest
        else:
            destination = self.newest_in(series)
            if (path := upgrade_path(origin, series, self._known))[1:] and self._airflow == 2:
                stop = self.newest_in(path[0])
            if stop and stop.repository and destination and not destination.repository:
                destination = destination._replace(repository=image.reference.repository)
        return destination, stop, newest

    def _best(self) -> Lifecycle | None:
        """Return the best series for the image, or None if no series fits.

        The best is the current series if the image can stay in it, unless this series is about to end and a
        newer series is maintained longer. Otherwise, the best is the newer series that is maintained the
        longest, preferably one with the same Airflow major version.
        """
        origin, known, last = self._origin, self._known, date.min
        if origin and self._can_stay(origin, on_platform=True):
            if origin.support(known.day, self._config.warn_within) is not State.ENDING:
                return origin
            last = origin.maintenance.day if origin.maintenance else last
        newer = [
            series
            for series in known.maintained
            if (origin is None or series.order > origin.order)
            and (series.maintenance is None or series.maintenance.day > last)
        ]
        fitting = [series for series in newer if self.fits(series)]
        if not fitting and origin and self._can_stay(origin):
            return origin
        # If no series supports the platforms of the image, ignore the platforms: they must change anyway.
        fitting = fitting or [series for series in newer if self.fits(series, on_platform=False)]
        staying = [series for series in fitting if series.airflow_major == self._airflow]
        beyond = [series for series in fitting if series.airflow_major > self._airflow]
        return longest_maintained(staying or beyond)

    def _can_stay(self, origin: Lifecycle, *, on_platform: bool = False) -> bool:
        is_maintained = origin.status is Status.MAINTAINED and origin.newest is not None
        return is_maintained and self.fits(origin, on_platform=on_platform)

    def fits(self, series: Lifecycle, *, on_platform: bool = True) -> bool:
        """Return whether a series satisfies the configuration and supports the platforms of the image.

        on_platform: whether to check the platforms
        """
        if series.airflow_major == 2 and series.is_lts is False and "not-lts" in self._rules:
            return False
        stage = self._image.stage
        fixed = stage.platform_value
        needed = {target.architecture for target in stage.target_platforms or self._config.target_platforms}
        if fixed and fixed.os == "linux" and fixed.architecture and not stage.platform_varies:
            needed = {fixed.architecture} & {*KNOWN_ARCHITECTURES}
        if not needed and not any(self._config.require):
            return True
        tag = self._wanted(series)
        image = self.as_image(series, tag)
        available = image.lifecycle.architectures if tag and tag.version and image.lifecycle else ()
        if on_platform and available and not needed <= {*available}:
            return False
        return not any(violations(image, self._config.require))

    def as_image(self, series: Lifecycle, tag: RuntimeTag | None) -> RuntimeImage:
        """Return a copy of the image as it would be in a series.

        tag: the new tag, or None for the newest release of the series
        """
        tag = tag or RuntimeTag(str(series.newest), series.newest)
        release = self._known.release(tag.version) if tag.version else None
        return self._image._replace(tag=tag, lifecycle=release or series, existence=Existence.LISTED)

    def _wanted(self, series: Lifecycle) -> RuntimeTag | None:
        """Return the tag to write for a series.

        Returns None for agents: their tags contain the version of the agent, which can't be known.
        """
        kind, tag = self._image.repository.kind, self._tag
        if kind is RepositoryKind.AGENT:
            return None
        if kind is RepositoryKind.RETIRED:
            # Astronomer Certified images without `-onbuild` correspond to Runtime images with `-base`.
            written = self._image.reference.tag
            tag = RuntimeTag("", None, base=bool(written) and "onbuild" not in written.split("-"))
        own, name, known = tag.version if tag else None, series.series.name, self._known
        version = known.newest(name, self._config.min_release_age) or series.newest
        if own and version and own.series == name and own >= version:
            # Keep the release in the file if it is usable or newer than the lifecycle data.
            usable = (release.version for release in known.usable(name))
            if self._image.existence is Existence.NEWER or own in usable:
                version = own
        tag = (tag or RuntimeTag("", None))._replace(number=str(version), version=version, prerelease="")
        missing = missing_suffixes(tag, series.series, version)
        kept, bare = tag.without(missing), tag.without([*missing, "python"])
        python = tag.python or series.series.default_python or ""
        pythons = pythons_of(series.series, is_ubi9=tag.ubi9, known=self._known)
        if source := self._image.source:
            chosen = source.python(series)
            kept = bare if chosen is None else bare._replace(python=chosen)
            python = kept.python or series.series.default_python or ""
        options = [kept] if not pythons or python in ("", *pythons) else []
        # If the Python must change, prefer the closest minor version.
        minor = int(python.partition(".")[2] or 0)
        closest = sorted(pythons, key=lambda other: abs(int(other.partition(".")[2]) - minor))
        options += (bare._replace(python=other) for other in closest)
        options += [kept, bare]
        images = (self.as_image(series, option) for option in options)
        allowed = (image.tag for image in images if not any(violations(image, self._config.require)))
        return next(allowed, options[0])

    def newest_in(self, series: Lifecycle) -> Destination | None:
        """Return the newest image of a series, or None if the file already has it."""
        if series not in self._newest:
            self._newest[series] = self._newest_in(series)
        return self._newest[series]

    def _newest_in(self, series: Lifecycle) -> Destination | None:
        image, tag = self._image, self._wanted(series)
        repository, is_mirrored = self._repository(series)
        if tag is not None and str(tag) == image.reference.tag and not repository:
            return None
        is_same = self._origin is not None and series.order == self._origin.order
        # A manifest without a build always gets the newest release, so there is nothing to write.
        if image.source and image.tag and image.tag.is_floating and is_same:
            return None
        missing = missing_suffixes(self._tag, series.series, tag.version) if self._tag and tag else {}
        dropped = [*missing.values()]
        is_retired = image.repository.kind is RepositoryKind.RETIRED
        if is_retired and (match := re.fullmatch(_CERTIFIED, image.reference.tag)):
            words = match[2].split("-")[1:]
            dropped = [f"-{word}" for word in words if word not in ("onbuild", "base")]
        release = self._known.table.release(tag.version) if tag and tag.version else None
        airflow = release.airflow if release else ""
        return Destination(series, tag, repository, tuple(dropped), is_mirrored, airflow)

    def _repository(self, series: Lifecycle) -> tuple[str, bool]:
        """Return the repository to write, and whether its mirror is unknown.

        The repository is "" to keep the old one. The second value is True if the image is in a mirror, but
        no mirror of the repository to write is known.
        """
        image, airflow = self._image, series.airflow_major
        # The Airflow 2 repository also has Airflow 3 images. They may stay if `wrong-repository` is off.
        is_here = airflow == image.repository.airflow or (
            airflow == 3 == self._airflow and "wrong-repository" not in self._rules
        )
        kind = image.repository.kind
        if kind is RepositoryKind.AGENT or (kind is RepositoryKind.RUNTIME and is_here):
            return "", False
        repository = REPOSITORY_FOR[2 if airflow == 2 else 3]
        if not image.is_mirror:
            return repository, False
        host = image.reference.repository.partition("/")[0]
        mirrors = (
            mirror
            for mirror, original in self._config.images.items()
            if original == repository and mirror.partition("/")[0] == host and "*" not in mirror
        )
        mirror = next(mirrors, "")
        return mirror or repository, not mirror


# Cached: the files of a run usually have the same few images.
_cached_search = lru_cache(maxsize=256)(Search)


def violations(image: RuntimeImage, require: Requirements) -> Iterator[tuple[str, str, str, str]]:
    """Yield each requirement of the configuration that an image violates.

    Each item has the product, the version in the image, the key and the required versions, as in
    `("Airflow", "2.10", "airflow", ">=3")`.
    """
    tag, lifecycle = image.tag, image.lifecycle
    if not any(require) or tag is None or image.existence is Existence.NEVER:
        return
    # Lazy import (8 ms for `packaging`): only configurations with requirements need it.
    from lint_runtime.lifecycle.specifiers import admits, admits_runtime

    version = tag.version or (lifecycle.newest if lifecycle else None)
    if require.runtime and version and not admits_runtime(require.runtime, version):
        text = tag.number if tag.version else f"{tag.number} (currently {version})"
        yield "Astro Runtime", text, "runtime", require.runtime
    if require.airflow and lifecycle and not admits(require.airflow, lifecycle.airflow):
        yield "Airflow", lifecycle.airflow, "airflow", require.airflow
    if require.python and image.python and not admits(require.python, image.python):
        yield "Python", image.python, "python", require.python


def certified_lifecycle(image: RuntimeImage) -> Lifecycle | None:
    """Return the facts that are known about an Astronomer Certified image, such as its Airflow version.

    Returns None for other images and for tags without an Airflow version.
    """
    is_certified = image.repository.kind is RepositoryKind.RETIRED
    match = re.fullmatch(_CERTIFIED, image.reference.tag) if is_certified else None
    if match is None:
        return None
    series = ReleaseSeries("", match[1], date.min, (), source="")
    return Lifecycle(
        series, version=None, release=None, schedule=None, status=Status.UNSUPPORTED, newest=None, yank=None
    )
