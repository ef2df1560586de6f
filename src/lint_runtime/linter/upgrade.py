"""Plan upgrades of images to other series, and explain why some images can't be upgraded."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Edit
from lint_runtime.images import RepositoryKind, RuntimeImage, RuntimeTag
from lint_runtime.lifecycle.comparison import ComparedImage, Comparison, compare
from lint_runtime.lifecycle.model import Lifecycle, State, Status
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.upgrade_path import (
    best_after_airflow_2,
    best_series,
    upgrade_path,
)
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.rules import RULES
from lint_runtime.rules.base import Case
from lint_runtime.rules.destinations import Destination, certified_image, destination

_ABOUT_THE_END = frozenset(rule.name for rule in RULES if rule.is_about_the_end)


class Goal(NamedTuple):
    """The target of an upgrade.

    series: target series, or "" for the best series with the same Airflow major version
    unsafe: whether to upgrade even if suffixes are lost or the old release is uncertain
    """

    series: str
    unsafe: bool


class _StaysError(Exception):
    """Raised if an image can't be upgraded automatically. The message is the reason."""


_Edits = Mapping[int | None, tuple[Edit, ...]]
"""The edits of an image, keyed by the index of the changed word."""


def plan_upgrades(report: Report, goal: Goal, config: Config, known: Snapshot) -> tuple[Upgrade, ...]:
    """Plan the upgrades of a file's images, including images that can't be upgraded.

    Omits images with a suppressed finding about their end of life.
    """
    kept = {finding.location for finding in report.suppressed if finding.rule in _ABOUT_THE_END}
    plans: list[tuple[RuntimeImage, Upgrade | None, _Edits, str]] = []
    for image in report.images:
        if image.stage.image_location in kept:
            plans.append((image, None, {}, ""))
            continue
        try:
            plans.append((image, *_plan(Case(image, known, config), goal), ""))
        except _StaysError as error:
            plans.append((image, None, {}, str(error)))
    # Don't edit a word if two images need different edits of that word.
    wanted: dict[int | None, set[tuple[Edit, ...]]] = {}
    for image, _, edits, _ in plans:
        for word in image.stage.image_source.numbers:
            wanted.setdefault(word, set()).add(edits.get(word, ()))
    contested = {word for word, choices in wanted.items() if len(choices) > 1}
    contested.update(*(image.shared for image in report.images))
    upgrades: list[Upgrade] = []
    for image, upgrade, edits, reason in plans:
        if contested & edits.keys():
            reason = "its ARG means something else to another image"
        if reason:
            name = image.reference.tag or image.stage.image
            upgrades.append(Upgrade(image.stage.image_location, name, "", (), reason=reason))
        elif upgrade:
            upgrades.append(upgrade)
    return tuple(upgrades)


def _plan(case: Case, goal: Goal) -> tuple[Upgrade | None, _Edits]:
    """Return the required upgrade, if any, and its edits. Raises _StaysError."""
    image = case.image
    path = _path(case, goal)
    if not path:
        return None, {}
    target = destination(image, path[0])
    repository = target.repository
    if repository and image.is_mirror:
        host = image.reference.repository.partition("/")[0]
        mirrors = (
            mirror
            for mirror, original in case.config.images.items()
            if original == repository and mirror.partition("/")[0] == host and "*" not in mirror
        )
        repository = next(mirrors, "")
        if not repository:
            raise _StaysError(f"'images' maps no mirror of {target.repository} on {host}")
    edits = image.edit_spans(_spans(image, target, repository))
    if edits is None:
        raise _StaysError("it is written in pieces")
    after = f"{repository}:{target.tag}" if repository else str(target.tag)
    if not goal.unsafe and (reason := _risk(image, target)):
        raise _StaysError(f"{reason}; add --unsafe-fixes to upgrade it to {after}")
    upgrade = Upgrade(
        image.stage.image_location,
        image.stage.image if repository else image.reference.tag,
        after,
        tuple(edit for edits_of_word in edits.values() for edit in edits_of_word),
        target.dropped,
        # Without a target series, the image stays on its Airflow major, so no step follows.
        destination(image, path[1]).image if goal.series and len(path) > 1 else "",
        _compare(case, target),
    )
    return upgrade, edits


def _compare(case: Case, target: Destination) -> Comparison | None:
    image, series = case.image, target.lifecycle
    if certified := certified_image(image):
        before = certified
    elif image.lifecycle:
        before = ComparedImage(str(image.tag), image.lifecycle, image.python, image.os)
    else:
        return None
    release = (case.known.release(series.newest) if series.newest else None) or series
    tag = target.tag or RuntimeTag(str(series.newest), series.newest)
    python = tag.python or series.series.default_python or ""
    system = "UBI 9" if tag.ubi9 else series.series.os or ""
    return compare(before, ComparedImage(str(tag), release, python, system), case.known)


def expected_changes(case: Case) -> Comparison | None:
    """Compare an image with its required upgrade. Returns None if no upgrade is required."""
    # Ignore the digest: a pinned image needs the same upgrade, made by hand.
    image = case.image._replace(reference=case.image.reference._replace(digest=""))
    try:
        path = _path(case._replace(image=image), Goal("", unsafe=True))
    except _StaysError:
        return None
    return _compare(case, destination(image, path[0])) if path else None


def _path(case: Case, goal: Goal) -> tuple[Lifecycle, ...]:
    """Return the series of each upgrade step, in order. Raises _StaysError.

    Returns an empty tuple if no upgrade is required.
    """
    image, known, origin = case.image, case.known, case.image.lifecycle
    if origin is None and image.repository.kind is not RepositoryKind.RETIRED:
        return ()
    wanted = None
    if goal.series:
        wanted = next((series for series in known.maintained if series.series.name == goal.series), None)
        if wanted is None:
            name = series_name(goal.series)
            raise _StaysError(f"{name} is not maintained by the lifecycle data for this file")
        if origin and origin.order > wanted.order:
            raise _StaysError(f"{origin.series.label} is newer than {wanted.series.label}")
        if origin and origin.order == wanted.order:
            return ()
    elif origin:
        state = origin.support(known.day, case.config.warn_within)
        if state in (State.MAINTAINED, State.UNKNOWN):
            return ()
    _check_movable(image)
    path = upgrade_path(origin, _better(origin, wanted, known), known)
    if not path:
        raise _StaysError("no release is known that leads from Airflow 2 to Airflow 3")
    return path


def _better(origin: Lifecycle | None, wanted: Lifecycle | None, known: Snapshot) -> Lifecycle:
    """Return `wanted`, or the best series if `wanted` is None. Raises _StaysError.

    origin: current release, or None for an Astronomer Certified image with Airflow 2
    """
    major = origin.airflow_major if origin else 2
    if wanted is None:
        wanted = best_series(known, major, origin.order if origin else ())
    if wanted:
        if origin is None:
            return wanted
        ends = [series.maintenance.day if series.maintenance else date.min for series in (origin, wanted)]
        if origin.status is not Status.MAINTAINED or ends[0] < ends[1]:
            return wanted
    following = best_after_airflow_2(known) if major == 2 else None
    hint = f"; --upgrade-to {following.series.name} goes to Airflow 3" if following else ""
    raise _StaysError(f"no better series for Airflow {major} is known{hint}")


def _check_movable(image: RuntimeImage) -> None:
    """Raise _StaysError if the image can't be upgraded automatically."""
    if image.reference.digest:
        raise _StaysError("it is pinned by digest; update the tag and the digest together")
    if image.repository.kind is RepositoryKind.AGENT:
        raise _StaysError("the version of its agent can't be known for another release")
    if image.repository.kind is RepositoryKind.RETIRED:
        certified = certified_image(image)
        if certified is None:
            raise _StaysError("its tag names no Airflow version")
        written = certified.lifecycle
        if written.airflow_major < 2:
            raise _StaysError(f"it has Airflow {written.airflow}; migrate to Airflow 2 first")


def _spans(image: RuntimeImage, target: Destination, repository: str) -> Iterator[tuple[int, int, str]]:
    """Yield the start, end and replacement of each part of the image to change."""
    start = len(image.stage.image) - len(image.reference.tag)
    if repository:
        yield 0, start - 1, repository
    if image.tag is None:
        yield start, len(image.stage.image), str(target.tag)
        return
    position = start + len(image.tag.number) + len(image.tag.prerelease)
    yield start, position, str(target.lifecycle.newest)
    for suffix in image.tag.suffixes.values():
        if suffix in target.dropped:
            yield position, position + len(suffix), ""
        position += len(suffix)


def _risk(image: RuntimeImage, target: Destination) -> str:
    """Return the reason why the upgrade needs a review, or ""."""
    if target.losses:
        return target.losses
    if target.dropped:
        return f"Astro Runtime has no {' or '.join(target.dropped)} image"
    if image.is_prerelease:
        return "it is a pre-release"
    return "its tag is floating" if image.tag and image.tag.is_floating else ""
