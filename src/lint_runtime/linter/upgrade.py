"""Plan upgrades of images to other series, and explain why some images can't be upgraded."""

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Location
from lint_runtime.images import Destination, Edits, RepositoryKind, RuntimeImage, contested_words
from lint_runtime.lifecycle.comparison import ComparedImage, Comparison, compare
from lint_runtime.lifecycle.model import State
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.upgrade_path import best_after_airflow_2, upgrade_path
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.linter.engine import enabled_names
from lint_runtime.linter.report import Report, Upgrade
from lint_runtime.rules import RULES
from lint_runtime.rules.advice import why_not_movable, why_unsafe
from lint_runtime.rules.base import Case
from lint_runtime.rules.destinations import certified_lifecycle, meaning_of, search, with_destinations

_ABOUT_THE_END = frozenset(rule.name for rule in RULES if rule.is_about_the_end)


def kept_places(report: Report) -> set[Location]:
    """Return the locations of images that upgrades skip.

    Upgrades skip an image if a finding about its end of life is suppressed.
    """
    about_the_end = (finding for finding in report.suppressed if finding.rule in _ABOUT_THE_END)
    return {place for finding in about_the_end for place in finding.images}


class _StaysError(Exception):
    """Raised if an image can't be upgraded automatically. The message is the reason."""


def plan_upgrades(
    report: Report, goal: str, config: Config, known: Snapshot, *, unsafe: bool
) -> tuple[Upgrade, ...]:
    """Plan the upgrades of a file's images, including images that can't be upgraded.

    Omits images with a suppressed finding about their end of life.

    goal: target series, or "" for the best series with the same Airflow major version
    unsafe: whether to upgrade even if suffixes are lost or the old release is uncertain
    """
    kept = kept_places(report)
    images = report.images
    if goal:
        moved = with_destinations(images, known, config, enabled_names(config), goal)
        images = tuple(image for image in moved if image)
    plans: list[tuple[RuntimeImage, Upgrade | None, Edits]] = []
    for image in images:
        upgrade: Upgrade | None = None
        edits: Edits = {}
        if image.stage.image_location not in kept:
            try:
                upgrade, edits = _plan(Case(image, known, config), goal, unsafe=unsafe)
            except _StaysError as error:
                upgrade = _stays(image, str(error))
        plans.append((image, upgrade, edits))
    while True:
        contested = contested_words((image, edits) for image, _, edits in plans)
        contested = contested.union(*(image.shared for image in images))
        if not any(contested & edits.keys() for _, _, edits in plans):
            return tuple(upgrade for _, upgrade, _ in plans if upgrade)
        # A contested word is a text, such as the default of an ARG, that images need to change differently.
        # Skip the upgrades that change such a word. Because the images of the skipped upgrades keep their
        # other words, more words may be contested now: check again.
        reason = "its ARG means something else to another image"
        plans = [
            (plan[0], _stays(plan[0], reason), {}) if contested & plan[2].keys() else plan for plan in plans
        ]


def _stays(image: RuntimeImage, reason: str) -> Upgrade:
    name = image.reference.tag or image.stage.image
    return Upgrade(image.stage.image_location, name, "", (), reason=reason)


def _plan(case: Case, goal: str, *, unsafe: bool) -> tuple[Upgrade | None, Edits]:
    """Return the required upgrade of an image and its edits, or None and {}. Raises _StaysError."""
    image, meaning = case.image, meaning_of(case.image, case.known)
    is_known = meaning.lifecycle or image.repository.kind is RepositoryKind.RETIRED
    target = image.next or image.destination
    if not is_known or not _is_required(case, goal) or target is None:
        return None, {}
    if reason := why_not_movable(image, target):
        raise _StaysError(reason)
    if not unsafe and (reason := why_unsafe(image, target, meaning)):
        raise _StaysError(f"{reason}; add --unsafe-fixes to upgrade it to {target.text}")
    edits = image.edits_by_word(target) or {}
    upgrade = Upgrade(
        image.stage.image_location,
        image.stage.image if target.repository else image.reference.tag,
        target.text,
        tuple(edit for edits_of_word in edits.values() for edit in edits_of_word),
        target.dropped,
        image.destination.text if image.next and image.destination else "",
        _compare(case, target),
    )
    return upgrade, edits


def _is_required(case: Case, goal: str) -> bool:
    """Return whether an image needs an upgrade. Raises _StaysError if a needed upgrade isn't possible."""
    image, known = case.image, case.known
    _, origin, major, _ = meaning_of(image, known)
    if goal:
        wanted = next((series for series in known.maintained if series.series.name == goal), None)
        if wanted is None:
            name = series_name(goal)
            raise _StaysError(f"{name} is not maintained by the lifecycle data for this file")
        if origin and origin.order > wanted.order:
            raise _StaysError(f"{origin.series.label} is newer than {wanted.series.label}")
        if not upgrade_path(origin, wanted, known):
            raise _StaysError("no release is known that leads from Airflow 2 to Airflow 3")
        return origin is None or origin.order < wanted.order
    series = image.destination.lifecycle if image.destination else None
    if series and series.airflow_major == major and (not origin or origin.order != series.order):
        return True
    if origin and origin.support(known.day, case.config.warn_within) in (State.MAINTAINED, State.UNKNOWN):
        return False
    following = best_after_airflow_2(known) if major == 2 else None
    hint = f"; --upgrade-to {following.series.name} goes to Airflow 3" if following else ""
    raise _StaysError(f"no better series for Airflow {major} is known{hint}")


def _compare(case: Case, target: Destination) -> Comparison | None:
    image, lifecycle = case.image, meaning_of(case.image, case.known).lifecycle
    if certified := certified_lifecycle(image):
        before = ComparedImage(image.reference.tag, certified, "", "")
    elif lifecycle:
        before = ComparedImage(str(image.tag), lifecycle, image.python, image.os)
    else:
        return None
    new = search(case).as_image(target.lifecycle, target.tag)
    after = ComparedImage(str(new.tag), new.lifecycle or target.lifecycle, new.python, new.os)
    return compare(before, after, case.known)


def expected_changes(case: Case) -> Comparison | None:
    """Compare an image with its required upgrade. Returns None if no upgrade is required."""
    target = case.image.next or case.image.destination
    origin = meaning_of(case.image, case.known).lifecycle
    if target is None or (origin and origin.order == target.lifecycle.order):
        return None
    return _compare(case, target)


def options_for(case: Case) -> str:
    """Return the options that replace an image with the suggested image, for example `--fix --upgrade`.

    Returns "" if there are no such options.
    """
    image, meaning = case.image, meaning_of(case.image, case.known)
    step, origin = image.next or image.destination, meaning.lifecycle
    is_retired = image.repository.kind is RepositoryKind.RETIRED
    if step is None or not (origin or is_retired) or why_not_movable(image, step) or not image.is_editable:
        return ""
    target = (image.destination or step).lifecycle
    options = ["--fix"]
    if target.airflow_major != meaning.airflow:
        options.append(f"--upgrade-to {target.series.name}")
    elif origin is None or origin.order != step.lifecycle.order:
        options.append("--upgrade")
    if why_unsafe(image, step, meaning):
        options.append("--unsafe-fixes")
    return " ".join(options)
