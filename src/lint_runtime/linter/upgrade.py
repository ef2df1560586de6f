"""Moving images to another series: which move where, what that changes, and which stay and why."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Edit
from lint_runtime.images import RepositoryKind, RuntimeImage
from lint_runtime.lifecycle.comparison import Hop, can_leave_airflow_2, compare, last_stop_on_airflow_2
from lint_runtime.lifecycle.model import Lifecycle, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.rules.upgrades import (
    Destination,
    airflow_3_series,
    best_series,
    certified_side,
    certified_suffixes,
    destination,
    longest_maintained,
)

ABOUT_THE_END = frozenset(
    ("end-of-maintenance", "end-of-basic-support", "maintenance-ending", "retired-image", "yanked-release")
)
"""The rules that report an image to move. Where a comment or a baseline suppresses one, it stays."""


class Goal(NamedTuple):
    """Where images are to move.

    `series`: "" for the best one on the same Airflow major. `unsafe`: whether suffixes may be dropped.
    """

    series: str
    unsafe: bool


class _StaysError(Exception):
    """An image that would have to move, and can't. The text says why."""


class _Plan(NamedTuple):
    """What becomes of one image. `edits`: by the number of the word that they change."""

    image: RuntimeImage
    upgrade: Upgrade | None = None
    edits: Mapping[int | None, tuple[Edit, ...]] = {}


def plan_upgrades(
    report: Report, goal: Goal, config: Config, table: LifecycleTable, today: date
) -> tuple[Upgrade, ...]:
    """Return the images of a file that move, and those that would have to and can't."""
    kept = {found.location for found in report.suppressed if found.rule in ABOUT_THE_END}
    plans = [
        _Plan(image) if image.stage.image_location in kept else _plan(image, goal, config, table, today)
        for _, image in (*report.stages, *report.uses)
        if image
    ]
    contested = _contested(plans)
    upgrades: list[Upgrade] = []
    for plan in plans:
        if plan.upgrade and contested & plan.edits.keys():
            upgrades.append(_stays(plan.image, "its ARG means something else to another image"))
        elif plan.upgrade:
            upgrades.append(plan.upgrade)
    return tuple(upgrades)


def _contested(plans: Iterable[_Plan]) -> set[int | None]:
    """Return the words that have to become different things for different images."""
    wanted: dict[int | None, set[tuple[Edit, ...]]] = {}
    contested: set[int | None] = set()
    for plan in plans:
        contested |= plan.image.shared
        for word in plan.image.stage.image_source.numbers:
            wanted.setdefault(word, set()).add(plan.edits.get(word, ()))
    return contested | {word for word, edits in wanted.items() if len(edits) > 1}


def _plan(image: RuntimeImage, goal: Goal, config: Config, table: LifecycleTable, today: date) -> _Plan:
    try:
        series = _series(image, goal, config.warn_within, table, today)
        return _move(image, series, goal, config, table, today) if series else _Plan(image)
    except _StaysError as error:
        return _Plan(image, _stays(image, str(error)))


def _stays(image: RuntimeImage, reason: str) -> Upgrade:
    name = image.reference.tag or image.stage.image
    return Upgrade(image.stage.image_location, name, "", (), reason=reason)


def _move(
    image: RuntimeImage,
    series: Lifecycle,
    goal: Goal,
    config: Config,
    table: LifecycleTable,
    today: date,
) -> _Plan:
    """Return how an image becomes the newest release of a series. Raises _StaysError."""
    target = destination(image, series, table)
    repository = _repository(image, target, config)
    edits = image.edit_pieces(_pieces(image, target, repository))
    if edits is None:
        raise _StaysError("it is written in pieces")
    after = f"{repository}:{target.tag}" if repository else str(target.tag)
    dropped = target.dropped or certified_suffixes(image)
    if not goal.unsafe and (reason := _unsafe(image, target, dropped)):
        raise _StaysError(f"{reason}; add --unsafe-fixes to upgrade it to {after}")
    upgrade = Upgrade(
        image.stage.image_location,
        image.stage.image if repository else image.reference.tag,
        after,
        tuple(edit for of_word in edits.values() for edit in of_word),
        dropped,
        _following(image, series, goal, table, today),
        _hop(image, target, table, today),
    )
    return _Plan(image, upgrade, edits)


def _hop(image: RuntimeImage, target: Destination, table: LifecycleTable, today: date) -> Hop | None:
    series, side = target.lifecycle, image.side or certified_side(image)
    release = table.on(today, series.series, series.newest) or series
    return compare(side, target.side(release), table, today) if side else None


def what_changes(image: RuntimeImage, warn_within: int, table: LifecycleTable, today: date) -> Hop | None:
    """Return what changes when an image moves, editable or not; None if it may stay."""
    # A digest has to be updated by hand, with the same result.
    image = image._replace(reference=image.reference._replace(digest=""))
    try:
        series = _series(image, Goal("", unsafe=True), warn_within, table, today)
    except _StaysError:
        return None
    return _hop(image, destination(image, series, table), table, today) if series else None


def _series(
    image: RuntimeImage, goal: Goal, warn_within: int, table: LifecycleTable, today: date
) -> Lifecycle | None:
    """Return the series to move to next; None where the image may stay. Raises _StaysError."""
    origin = image.lifecycle
    if image.repository.kind is not RepositoryKind.RETIRED and (origin is None or image.tag is None):
        return None
    wanted = _wanted(goal, table, today) if goal.series else None
    if origin and (_is_there(origin, wanted) if wanted else not _needs_another(origin, warn_within, today)):
        return None
    _check_movable(image)
    wanted = wanted or _best(origin, table, today)
    if wanted is None or (origin and _is_no_better(wanted, origin)):
        raise _StaysError(_no_series(origin, table, today))
    return _next_stop(origin, wanted, table, today)


def _wanted(goal: Goal, table: LifecycleTable, today: date) -> Lifecycle:
    """Return the series that is asked for. Raises _StaysError."""
    for series in table.maintained(today):
        if series.series == goal.series:
            return series
    raise _StaysError(f"{series_name(goal.series)} is not maintained by the lifecycle data for this file")


def _is_there(origin: Lifecycle, wanted: Lifecycle) -> bool:
    """Whether an image has the series that is asked for. Raises _StaysError if it has a newer one."""
    if origin.order > wanted.order:
        raise _StaysError(f"{series_name(origin.series)} is newer than {series_name(wanted.series)}")
    return origin.order == wanted.order


def _next_stop(
    origin: Lifecycle | None, wanted: Lifecycle, table: LifecycleTable, today: date
) -> Lifecycle:
    """Return the series to move to first on the way to another. Raises _StaysError."""
    is_crossing = wanted.airflow_major > 2 and (origin is None or origin.airflow_major == 2)
    if not is_crossing or (origin and can_leave_airflow_2(origin)):
        return wanted
    stop = last_stop_on_airflow_2(table, today)
    if stop is None:
        raise _StaysError("no release is known that leads from Airflow 2 to Airflow 3")
    return stop


def _needs_another(origin: Lifecycle, warn_within: int, today: date) -> bool:
    """Whether a series is past its maintenance, or soon will be."""
    left = origin.days_left(today)
    if origin.status is Status.MAINTAINED:
        return left is not None and left <= warn_within
    return origin.status is not Status.UNKNOWN


def _check_movable(image: RuntimeImage) -> None:
    """Raise _StaysError for an image that nobody can move without knowing more."""
    if image.reference.digest:
        raise _StaysError("it is pinned by digest; update the tag and the digest together")
    if image.repository.kind is RepositoryKind.AGENT:
        raise _StaysError("the version of its agent can't be known for another release")
    if image.repository.kind is not RepositoryKind.RETIRED:
        return
    side = certified_side(image)
    if side is None:
        raise _StaysError("its tag names no Airflow version")
    if side.lifecycle.airflow_major < 2:
        raise _StaysError(f"it has Airflow {side.lifecycle.airflow}; migrate to Airflow 2 first")


def _best(origin: Lifecycle | None, table: LifecycleTable, today: date) -> Lifecycle | None:
    if origin:
        return best_series(origin, table, today)
    return longest_maintained(series for series in table.maintained(today) if series.airflow_major == 2)


def _is_no_better(wanted: Lifecycle, origin: Lifecycle) -> bool:
    ends = wanted.end_of_maintenance, origin.end_of_maintenance
    return origin.status is Status.MAINTAINED and (ends[0] or date.min) <= (ends[1] or date.min)


def _no_series(origin: Lifecycle | None, table: LifecycleTable, today: date) -> str:
    major = origin.airflow_major if origin else 2
    following = airflow_3_series(table, today) if major == 2 else None
    hint = f"; --upgrade-to {following.series} goes to Airflow 3" if following else ""
    return f"no better series for Airflow {major} is known{hint}"


def _repository(image: RuntimeImage, target: Destination, config: Config) -> str:
    """Return the repository to write, "" to keep the image's own. Raises _StaysError."""
    if not target.repository or not image.is_mirror:
        return target.repository
    host = image.reference.repository.partition("/")[0]
    mirrors = [mirror for mirror, original in config.images.items() if original == target.repository]
    nearest = [mirror for mirror in mirrors if mirror.partition("/")[0] == host and "*" not in mirror]
    if not nearest:
        raise _StaysError(f"'images' maps no mirror of {target.repository} on {host}")
    return nearest[0]


def _pieces(image: RuntimeImage, target: Destination, repository: str) -> Iterator[tuple[int, int, str]]:
    """Yield from where to where in the image something changes, and to what."""
    start = len(image.stage.image) - len(image.reference.tag)
    if repository:
        yield 0, start - 1, repository
    if image.tag is None:
        yield start, len(image.stage.image), str(target.tag)
        return
    at = start + len(image.tag.number) + len(image.tag.prerelease)
    yield start, at, str(target.lifecycle.newest)
    for suffix in image.tag.suffixes.values():
        if suffix in target.dropped:
            yield at, at + len(suffix), ""
        at += len(suffix)


def _unsafe(image: RuntimeImage, target: Destination, dropped: tuple[str, ...]) -> str:
    """Say why somebody has to review a move; "" if nobody has to."""
    if target.dropped:
        return f"{series_name(target.lifecycle.series)} has no {' or '.join(target.dropped)} image"
    if dropped:
        return f"Astro Runtime has no {' or '.join(dropped)} image"
    if image.is_prerelease:
        return "it is a pre-release"
    return "its tag is floating" if image.tag and image.tag.is_floating else ""


def _following(
    image: RuntimeImage, series: Lifecycle, goal: Goal, table: LifecycleTable, today: date
) -> str:
    """Return the image to move to after this, where the goal takes two steps."""
    if goal.series in ("", series.series):
        return ""
    return destination(image, _wanted(goal, table, today), table).image
