"""Help and notes shared by rules: end dates and recommended releases.

Advice never recommends yanked releases, pre-releases or ended series. The only exception is the
required stop between Airflow 2 and Airflow 3, which may be in an ended series.
"""

from typing import NamedTuple

from lint_runtime.diagnostics import Fix
from lint_runtime.dockerfile.references import ImageReference
from lint_runtime.images import RepositoryKind, RuntimeImage
from lint_runtime.lifecycle.model import GENERAL_STATEMENT, Existence, Lifecycle, State, Status
from lint_runtime.lifecycle.table import LifecycleTable, Snapshot
from lint_runtime.lifecycle.upgrade_path import (
    best_after_airflow_2,
    best_series,
    upgrade_path,
)
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.rules.base import Case
from lint_runtime.rules.destinations import destination


class Advice(NamedTuple):
    """The help of a finding, and notes on the next step and on alternatives."""

    help: str
    notes: tuple[str, ...] = ()


def date_notes(lifecycle: Lifecycle, known: Snapshot) -> tuple[str, ...]:
    """Return a note with the end dates of a series, labeled as published or computed."""
    schedule = lifecycle.schedule
    if schedule is None:
        return ()
    maintenance, support = schedule.maintenance, schedule.basic_support
    is_over = maintenance.day < known.day
    ends = [f"maintenance of {lifecycle.series.label} {'ended' if is_over else 'ends'} {maintenance.day}"]
    if support is not None:
        verb = "" if (support.day < known.day) is is_over else " ends"
        ends.append(f"basic support{verb} {support.day}")
    verb = "first seen" if schedule.published > known.day else "published"
    origins = [
        f"computed {schedule.published} by the maintenance policy"
        if end and end.is_computed
        else f"{verb} {schedule.published}"
        for end in (maintenance, support)
    ]
    if len(ends) > 1 and origins[0] != origins[1]:
        return (", ".join(f"{end} ({origin})" for end, origin in zip(ends, origins, strict=True)),)
    return (f"{', '.join(ends)} ({origins[0]})",)


def end_notes(case: Case, lifecycle: Lifecycle) -> tuple[str, ...]:
    """Return the notes for a series whose maintenance has ended."""
    if lifecycle.status is Status.BASIC_SUPPORT:
        effect = "no new Deployments and no fixes, basic support only"
    else:
        effect = "no new Deployments, no fixes, no support"
    consequences = f"{effect}; existing Deployments keep running"
    return (*date_notes(lifecycle, case.known), consequences, *python_notes(case))


def python_notes(case: Case) -> tuple[str, ...]:
    """Return a note if the Python version of the image has reached its end of life."""
    python = case.image.python
    end = case.known.table.python_end(python)
    is_over = end is not None and end < case.known.day
    return (f"Python {python} reached its end of life {end}",) if is_over else ()


def data_note(table: LifecycleTable) -> str:
    """Return a note with the date of the lifecycle data."""
    return f"according to the lifecycle data of {table.date}"


def architecture_note(lifecycle: Lifecycle) -> str:
    """Return a note on the architectures of a release."""
    is_general = lifecycle.series.sources.get("architectures") == GENERAL_STATEMENT
    source = " (by the vendor's general statement on all series)" if is_general else ""
    return f"it is available for {' and '.join(lifecycle.architectures)}{source}"


def digest_notes(reference: ImageReference) -> tuple[str, ...]:
    """Return a note if the image has a digest, which prevents automatic fixes."""
    if not reference.digest:
        return ()
    return ("update the tag and the digest together (not fixed automatically)",)


def upgrade(case: Case, lifecycle: Lifecycle) -> Advice:
    """Recommend the series of the same Airflow major that is maintained the longest.

    If no such series exists, recommend Airflow 3 for an Airflow 2 image.
    """
    known = case.known
    best = best_series(known, lifecycle.airflow_major, lifecycle.order)
    airflow_3 = best_after_airflow_2(known) if lifecycle.airflow_major == 2 else None
    newest = lifecycle.newest
    notes: tuple[str, ...] = ()
    is_over = lifecycle.status in (Status.UNSUPPORTED, Status.BASIC_SUPPORT)
    if is_over and newest and (lifecycle.version is None or newest > lifecycle.version):
        state = "unsupported" if lifecycle.status is Status.UNSUPPORTED else "out of maintenance"
        notes = (f"{newest}, the newest {lifecycle.series.label} release, is {state} too",)
    series = best or airflow_3
    if series is None:
        data = f"lifecycle data of {known.table.date}"
        return Advice(f"no maintained release to upgrade to is known ({data})", notes)
    if best and airflow_3 and upgrade_path(None, airflow_3, known)[:1] == (best,):
        following = destination(case.image, airflow_3)
        notes = (f"then to Airflow 3: {following.image} ({_until(airflow_3)})", *notes)
    return Advice(advise_move(case, series, "upgrade to"), notes)


def advise_move(case: Case, series: Lifecycle, verb: str) -> str:
    """Return help on moving an image to the newest release of a maintained series.

    verb: the words before the image, if no stop before Airflow 3 is required
    """
    target = destination(case.image, series)
    if case.image.airflow == 2:
        first, *others = upgrade_path(case.image.lifecycle, series, case.known) or (series,)
        if others:
            verb = f"upgrade to {destination(case.image, first).image} first, then to"
    words = f"{verb} {target.image} (Airflow {series.airflow}, {_until(series)})"
    return f"{words}; {target.losses}" if target.losses else words


def _until(series: Lifecycle) -> str:
    end = series.maintenance
    return f"maintained until {end.day}{', computed' if end.is_computed else ''}" if end else ""


def recommend(case: Case, lifecycle: Lifecycle | None) -> Advice:
    """Recommend the newest release of a maintained series, or else another series.

    lifecycle: the series or release, or None if unknown
    """
    known, airflow = case.known, case.image.airflow
    if lifecycle is not None and lifecycle.status is Status.MAINTAINED and lifecycle.newest:
        target = destination(case.image, lifecycle)
        losses = f"; {target.losses}" if target.losses else ""
        return Advice(f"use {target.image}{losses}", date_notes(lifecycle, known))
    if lifecycle is not None:
        return upgrade(case, lifecycle)
    if best := best_series(known, airflow):
        return Advice(advise_move(case, best, "use"))
    data = f"lifecycle data of {known.table.date}"
    return Advice(f"no maintained release for Airflow {airflow} is known ({data})")


def other_form(case: Case) -> RuntimeVersion | None:
    """Return the release for the other Airflow major that a nonexistent release seems meant for."""
    image, table = case.image, case.known.table
    version = image.tag.version if image.tag else None
    # Agents exist for Airflow 3 only, and their tags have only its form.
    if version is None or image.repository.kind is RepositoryKind.AGENT:
        return None
    is_known = table.find_series(version.other_form.series) is not None
    return version.other_form if is_known or table.is_airflow_3_misspelled(version) else None


def recommend_for_missing(case: Case) -> Advice:
    """Recommend a release for an image whose release or series was never published."""
    image, known = case.image, case.known
    if image.tag is None or image.tag.version is None:
        return recommend(case, None)
    version = image.tag.version
    if other := other_form(case):
        version = other
        tag = image.tag._replace(number=str(version), version=version)
        case = case._replace(image=image._replace(tag=tag))
    return recommend(case, known.series(version.series))


def advise(case: Case) -> str:
    """Return help on replacing an image, or "" if the image needs no other release.

    Recommends an upgrade if maintenance ends within `warn_within` days.
    """
    image, lifecycle = case.image, case.image.lifecycle
    if image.existence is Existence.NEVER:
        return recommend_for_missing(case).help
    if lifecycle is None:
        return recommend(case, None).help
    is_older = lifecycle.version and lifecycle.newest and lifecycle.version < lifecycle.newest
    series_state = lifecycle.support(case.known.day, case.config.warn_within)
    if series_state is not State.MAINTAINED:
        return upgrade(case, lifecycle).help
    needs_another = image.is_prerelease or lifecycle.yank or is_older
    return recommend(case, lifecycle).help if needs_another else ""


def to_run_on(case: Case, lifecycle: Lifecycle, architecture: str) -> Advice:
    """Recommend a release for `architecture`, and note the first one that has it."""
    for series in case.known.table.series:
        for available in series.architectures:
            if available.name == architecture:
                note = f"{architecture} is available from {available.since or series.label}"
                best = best_series(case.known, lifecycle.airflow_major, lifecycle.order)
                is_better = best and architecture in best.architectures
                return Advice(upgrade(case, lifecycle).help if is_better else "", (note,))
    platforms = " or ".join(f"linux/{name}" for name in lifecycle.architectures)
    return Advice(f"use {platforms}", (f"no release is known to support {architecture}",))


def to_newest(image: RuntimeImage, lifecycle: Lifecycle, *, is_safe: bool) -> Fix | None:
    """Return a fix that changes the tag to the newest release of the series.

    The fix keeps all suffixes. Returns None if maintenance of the series has ended.
    """
    if lifecycle.newest is None or lifecycle.status is not Status.MAINTAINED:
        return None
    return Fix(f"Use {lifecycle.newest}", image.edit_number(str(lifecycle.newest)), is_safe)
