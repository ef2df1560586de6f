"""Planning upgrades to other series: which images move, what changes, and which images stay and why."""

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

    series: the series to upgrade to; "" for the best one on the same Airflow major
    unsafe: whether to upgrade if suffixes are lost or the old release is uncertain
    """

    series: str
    unsafe: bool


class _StaysError(Exception):
    """An image that needs an upgrade but can't be upgraded automatically. The text says why."""


class _Plan(NamedTuple):
    """The upgrade of one image, and its edits by the number of the word they change."""

    image: RuntimeImage
    upgrade: Upgrade | None = None
    edits: Mapping[int | None, tuple[Edit, ...]] = {}


def plan_upgrades(report: Report, goal: Goal, config: Config, known: Snapshot) -> tuple[Upgrade, ...]:
    """Return the upgrades of the images in a file, including images that can't be upgraded.

    An image with a suppressed finding about its end of life stays without an entry.
    """
    kept = {finding.location for finding in report.suppressed if finding.rule in _ABOUT_THE_END}
    plans = []
    for _, image in (*report.stages, *report.uses):
        if image is None:
            continue
        plan = _Plan(image)
        if image.stage.image_location not in kept:
            try:
                plan = _plan(Case(image, known, config), goal)
            except _StaysError as error:
                plan = _Plan(image, _staying(image, str(error)))
        plans.append(plan)
    # A word that must become different things for different images can't be edited.
    contested: set[int | None] = set()
    wanted: dict[int | None, tuple[Edit, ...]] = {}
    for plan in plans:
        contested |= plan.image.shared
        for word in plan.image.stage.image_source.numbers:
            edits = plan.edits.get(word, ())
            if wanted.setdefault(word, edits) != edits:
                contested.add(word)
    return tuple(
        _staying(plan.image, "its ARG means something else to another image")
        if contested & plan.edits.keys()
        else plan.upgrade
        for plan in plans
        if plan.upgrade
    )


def _staying(image: RuntimeImage, reason: str) -> Upgrade:
    name = image.reference.tag or image.stage.image
    return Upgrade(image.stage.image_location, name, "", (), reason=reason)


def _plan(case: Case, goal: Goal) -> _Plan:
    """Return the upgrade of an image, if it needs one. Raises _StaysError."""
    image = case.image
    path = _path(case, goal)
    if not path:
        return _Plan(image)
    target = destination(image, path[0])
    repository = _repository(image, target, case.config)
    edits = image.edit_spans(_spans(image, target, repository))
    if edits is None:
        raise _StaysError("it is written in pieces")
    after = f"{repository}:{target.tag}" if repository else str(target.tag)
    certified = certified_image(image)
    dropped = target.dropped or (certified.dropped if certified else ())
    if not goal.unsafe and (reason := _risk(image, target, dropped)):
        raise _StaysError(f"{reason}; add --unsafe-fixes to upgrade it to {after}")
    upgrade = Upgrade(
        image.stage.image_location,
        image.stage.image if repository else image.reference.tag,
        after,
        tuple(edit for edits_of_word in edits.values() for edit in edits_of_word),
        dropped,
        # Without a goal, the last stop on Airflow 2 is the goal itself.
        destination(image, path[1]).image if goal.series and len(path) > 1 else "",
        _compare(case, target),
    )
    return _Plan(image, upgrade, edits)


def _compare(case: Case, target: Destination) -> Comparison | None:
    image, series = case.image, target.lifecycle
    if certified := certified_image(image):
        before = certified.compared
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
    """Return the changes of the upgrade that an image needs, editable or not. None if it may stay."""
    # An image with a digest needs the same upgrade, by hand.
    image = case.image._replace(reference=case.image.reference._replace(digest=""))
    try:
        path = _path(case._replace(image=image), Goal("", unsafe=True))
    except _StaysError:
        return None
    return _compare(case, destination(image, path[0])) if path else None


def _path(case: Case, goal: Goal) -> tuple[Lifecycle, ...]:
    """Return the series to upgrade to, one after the other. Raises _StaysError.

    Returns an empty tuple if the image may stay.
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
        state = origin._replace(yank=None).state(known.day, case.config.warn_within)
        if state in (State.MAINTAINED, State.UNKNOWN):
            return ()
    _check_movable(image)
    path = upgrade_path(origin, _better(origin, wanted, known), known)
    if not path:
        raise _StaysError("no release is known that leads from Airflow 2 to Airflow 3")
    return path


def _better(origin: Lifecycle | None, wanted: Lifecycle | None, known: Snapshot) -> Lifecycle:
    """Return `wanted`, or the best series on the same Airflow major. Raises _StaysError.

    origin: None for an Astronomer Certified image, which has Airflow 2
    """
    major = origin.airflow_major if origin else 2
    if wanted is None:
        wanted = best_series(known, major, origin.order if origin else ())
    if wanted and origin is None:
        return wanted
    if wanted and origin:
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
        written = certified.compared.lifecycle
        if written.airflow_major < 2:
            raise _StaysError(f"it has Airflow {written.airflow}; migrate to Airflow 2 first")


def _repository(image: RuntimeImage, target: Destination, config: Config) -> str:
    """Return the repository to write, or "" to keep the repository. Raises _StaysError."""
    if not target.repository or not image.is_mirror:
        return target.repository
    host = image.reference.repository.partition("/")[0]
    for mirror, original in config.images.items():
        if original == target.repository and mirror.partition("/")[0] == host and "*" not in mirror:
            return mirror
    raise _StaysError(f"'images' maps no mirror of {target.repository} on {host}")


def _spans(image: RuntimeImage, target: Destination, repository: str) -> Iterator[tuple[int, int, str]]:
    """Yield the start, the end and the replacement of each span of the image that changes."""
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


def _risk(image: RuntimeImage, target: Destination, dropped: tuple[str, ...]) -> str:
    """Return the reason why the upgrade needs a review, or ""."""
    if target.losses:
        return target.losses
    if dropped:
        return f"Astro Runtime has no {' or '.join(dropped)} image"
    if image.is_prerelease:
        return "it is a pre-release"
    return "its tag is floating" if image.tag and image.tag.is_floating else ""
