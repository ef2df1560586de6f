"""Help and notes shared by rules: what to write instead of an image, and when its support ends."""

from functools import lru_cache

from lint_runtime.diagnostics import Fix, Target
from lint_runtime.dockerfile.references import ImageReference
from lint_runtime.images import AGENT_FORM, Destination, RepositoryKind, RuntimeImage
from lint_runtime.lifecycle.model import GENERAL_STATEMENT, Existence, Lifecycle, Status
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.upgrade_path import best_after_airflow_2, upgrade_path
from lint_runtime.rules.base import Answer, Case, Finding
from lint_runtime.rules.destinations import Meaning, certified_lifecycle, meaning_of, search

AIRFLOW_3_GUIDES = (
    "https://www.astronomer.io/docs/astro/airflow3/upgrade-af3",
    "https://airflow.apache.org/docs/apache-airflow/stable/installation/upgrading_to_airflow3.html",
)
"""The upgrade guides of Astronomer and Apache Airflow."""

MIGRATION = (
    f"Airflow 3 is a major migration: see {' and '.join(AIRFLOW_3_GUIDES)},"
    " and run 'ruff check --select AIR3'"
)
"""The note on every change from Airflow 2 to Airflow 3."""

_STEP_AHEAD = 180
"""The HTML page and `show` suggest Airflow 3 once an Airflow 2 series has at most this many days left."""


def answer(case: Case) -> Answer:
    """Return what to do about an image, based on its destination."""
    image, known = case.image, case.known
    meaning, target = meaning_of(image, known), image.destination
    fix = _change(image, image.newest, "Use", meaning) if image.newest else None
    if target is None:
        is_restricted = any(case.config.require) or "not-lts" in case.rules
        reason = "your configuration allows" if is_restricted else "can replace it"
        text = f"no maintained release is known that {reason}"
        return Answer(text, text, digest_notes(image.reference), fix)
    step, origin = image.next or target, meaning.lifecycle
    is_same = origin is not None and origin.order == step.lifecycle.order
    is_migration = target.lifecycle.airflow_major != meaning.airflow
    short = to_write(case, step, "use" if is_same or origin is None else "upgrade to")
    text, reasons = short, []
    if image.source and not image.next and (command := image.source.change(step).command):
        text += f", or run '{command}'"
    if not is_same or image.next:
        reasons.append(f"Airflow {target.lifecycle.airflow}")
        reasons += ["a major migration"] if is_migration else []
        reasons += [_until(target.lifecycle)] if target.lifecycle.maintenance else []
    # Within a series, the rule `unavailable-variant` already reports the missing suffix.
    lack = step.dropped and not (is_same and image.lifecycle)
    loss = f"{step.lifecycle.series.label} has no {' or '.join(step.dropped)} image" if lack else ""
    if image.repository.kind is RepositoryKind.AGENT:
        number = f"{target.lifecycle.series.name}-N"
        form = image.tag and image.tag._replace(number=number, prerelease="", agent="A.B.C")
        reasons.append(f"its tags have the form {form or AGENT_FORM}")
    why = "; ".join(filter(None, (", ".join(reasons), loss)))
    text += f" ({why})" if why else ""
    if meaning.is_corrected:
        meant = f"{target.repository}:{meaning.tag}" if target.repository else str(meaning.tag)
        is_newest = is_same and not why
        following = "" if meant == target.text else f" If so, {text}{', the newest' if is_newest else ''}"
        text = f"did you mean {meant}?{following}"
    upgrade = None
    is_retired = image.repository.kind is RepositoryKind.RETIRED
    if (is_retired or (not is_same and origin)) and not is_migration:
        upgrade = _change(image, step, "Upgrade to", meaning)
    return Answer(short, text, tuple(_notes(case, meaning, target)), fix, upgrade)


def _change(image: RuntimeImage, target: Destination, verb: str, meaning: Meaning) -> Fix | None:
    """Return the fix that changes an image to `target`, or None if no automatic change is possible."""
    edits = image.edits(target)
    if not edits or _why_kept(image, target):
        return None
    title = f"{verb} {target.text}"
    if argument := image.argument_to_change:
        title = f"Write {argument.written(image.spans(target))}"
    if image.source:
        title = f"Write {image.source.change(target).text}"
    return Fix(title, edits, why_unsafe(image, target, meaning))


def why_not_movable(image: RuntimeImage, target: Destination) -> str:
    """Return the reason why an image can't be changed to `target` automatically, or ""."""
    if reason := _why_kept(image, target):
        return reason
    if image.was_editable or image.edits_by_word(target) is not None:
        return ""
    if image.source:
        return "its manifest needs changes by hand"
    return "it is assembled from several variables"


def _why_kept(image: RuntimeImage, target: Destination) -> str:
    """Return the reason not to change an image to `target` even if its text can be edited, or ""."""
    if image.reference.digest:
        return "it is pinned by digest; update the tag and the digest together"
    if target.tag is None:
        return "the version of its agent can't be known for another release"
    if image.repository.kind is RepositoryKind.RETIRED:
        certified = certified_lifecycle(image)
        if certified is None:
            return "its tag names no Airflow version"
        if certified.airflow_major < 2:
            return f"it has Airflow {certified.airflow}; migrate to Airflow 2 first"
    if target.is_mirrored:
        host = image.reference.repository.partition("/")[0]
        return f"[images] has no mirror of {target.repository} on {host}"
    return ""


def why_unsafe(image: RuntimeImage, target: Destination, meaning: Meaning) -> str:
    """Return the reason why changing an image to `target` needs a review, or "" if it is safe."""
    if target.dropped:
        return f"{target.lifecycle.series.label} has no {' or '.join(target.dropped)} image"
    if image.is_prerelease:
        return "it is a pre-release"
    if image.tag and image.tag.is_floating and not image.source:
        return "its tag is floating"
    if meaning.is_corrected or image.tag_error:
        return "its tag is misspelled"
    if image.existence is Existence.NEVER:
        return "its release doesn't exist"
    origin = meaning.lifecycle
    # A new repository is normal for an upgrade to another series. Within a series, it needs a review.
    is_upgrade = origin is not None and origin.order != target.lifecycle.order
    if target.repository and image.repository.kind is RepositoryKind.RUNTIME and not is_upgrade:
        return "it is in another repository"
    if image.tag and target.tag and not image.source and image.tag.python != target.tag.python:
        return "its Python changes"
    return ""


def to_write(case: Case, target: Destination, verb: str) -> str:
    """Return help for users, such as `use 13.6.0` or `write ARG TAG=13.6.0`.

    verb: the verb before the image, such as `use`
    """
    image = case.image
    if image.source and (text := image.source.change(target).text):
        text = f"write {text}"
    elif target.tag and (argument := image.argument_to_change):
        text = f"write {argument.written(image.spans(target))}"
    else:
        text = f"{verb} {target.text}{', or your mirror of it' if target.is_mirrored else ''}"
        text += " and its digest" if image.reference.digest else ""
        if names := image.variables:
            what = "the build argument " if {*names} & case.config.build_args.keys() else ""
            text += f" by changing {what}{' and '.join(names)}"
    following = image.destination if image.next else None
    return f"{text} first, then upgrade to {following.text}" if following else text


def _notes(case: Case, meaning: Meaning, target: Destination) -> list[str]:
    image, known, series, origin = case.image, case.known, target.lifecycle, meaning.lifecycle
    notes = []
    is_migration = series.airflow_major != meaning.airflow
    if is_migration:
        notes.append(MIGRATION)
    is_over = origin is not None and origin.status in (Status.BASIC_SUPPORT, Status.UNSUPPORTED)
    if origin and is_over and origin.newest and (origin.version is None or origin.newest > origin.version):
        state = "unsupported" if origin.status is Status.UNSUPPORTED else "out of maintenance"
        within = f"upgrading within {origin.series.label} doesn't help"
        notes.append(f"{within}: {origin.newest} is {state} too")
    if not is_migration and meaning.airflow == 2 and (origin is None or origin.order != series.order):
        best = best_after_airflow_2(known)
        if best and upgrade_path(None, best, known)[:1] == (series,):
            notes += filter(None, [_step_to(best, case)])
    if image.source:
        notes += image.source.change(image.next or target).notes
    elif origin and meaning.airflow == 2 and is_over:
        required = f"apache-airflow=={origin.series.airflow}.*"
        notes.append(
            f"if you convert the project with 'astro init', change apache-airflow==2.* to {required}"
        )
    return [*notes, *digest_notes(image.reference)]


def coming_step(case: Case) -> str:
    """Return text that suggests Airflow 3 if an Airflow 2 series is about to end, or "".

    Checks the series of the destination or, if there is no destination, of the image itself.
    """
    image, known = case.image, case.known
    series = image.destination.lifecycle if image.destination else meaning_of(image, known).lifecycle
    left = series.days_left(known.day) if series and series.airflow_major == 2 else None
    best = best_after_airflow_2(known)
    return _step_to(best, case) if best and left is not None and left <= _STEP_AHEAD else ""


def _step_to(series: Lifecycle, case: Case) -> str:
    here, target = search(case), case.image.destination
    following = here.newest_in(series) if here.fits(series) else None
    if following and target and target.repository and not following.repository:
        following = following._replace(repository=case.image.reference.repository)
    return f"next step, to Airflow 3: {following.text} ({_until(series)})" if following else ""


def _until(series: Lifecycle) -> str:
    end = series.maintenance
    return f"maintained until {end.day}{', computed' if end.is_computed else ''}" if end else ""


@lru_cache(maxsize=256)
def date_notes(lifecycle: Lifecycle, known: Snapshot) -> tuple[str, ...]:
    """Return a note with the known end dates of a series, or () if none is known.

    The note says which dates are announced and which are computed.
    """
    schedule = lifecycle.schedule
    if schedule is None:
        return ()
    verb = "first seen" if schedule.published > known.day else "announced"
    texts, origins = [], []
    for what, end in (("maintenance", schedule.maintenance), ("basic support", schedule.basic_support)):
        if end:
            texts.append(f"{what} {'ended' if end.day < known.day else 'ends'} on {end.day}")
            by_policy = f"computed {schedule.published} by the maintenance policy"
            origins.append(f"({by_policy if end.is_computed else f'{verb} {schedule.published}'})")
    if len(texts) == 2 and len({*origins}) == 1:
        texts, origins = ["; ".join(texts)], [origins[0].replace("(announced", "(dates announced")]
    text = "; ".join(f"{text} {origin}" for text, origin in zip(texts, origins, strict=True))
    return (f"{lifecycle.series.label}: {text}",)


def end_notes(case: Case, lifecycle: Lifecycle) -> tuple[str, ...]:
    """Return the notes for a series whose maintenance has ended."""
    lost = "no fixes" if lifecycle.status is Status.BASIC_SUPPORT else "no fixes or support"
    consequences = (
        f"you can't create new Deployments with it and it gets {lost}; existing ones keep running"
    )
    return (*date_notes(lifecycle, case.known), consequences, *python_notes(case))


def python_notes(case: Case) -> tuple[str, ...]:
    """Return a note if the Python version of the image has reached its end of life."""
    python = case.image.python
    end = case.known.table.python_end(python)
    is_over = end is not None and end < case.known.day
    return (f"Python {python} reached its end of life on {end}",) if is_over else ()


def architecture_note(lifecycle: Lifecycle) -> str:
    """Return a note that lists the architectures of a release or series."""
    is_general = lifecycle.series.sources.get("architectures") == GENERAL_STATEMENT
    source = " (by the vendor's general statement on all series)" if is_general else ""
    name = lifecycle.version or lifecycle.series.label
    return f"{name} is available for {' and '.join(lifecycle.architectures)}{source}"


def digest_notes(reference: ImageReference) -> tuple[str, ...]:
    """Return a note if the image has a digest, which prevents automatic fixes."""
    if not reference.digest:
        return ()
    return ("update the tag and the digest together (not fixed automatically)",)


def missing_architecture(
    case: Case, architecture: str, message: str, *notes: str, target: Target | None = None
) -> Finding:
    """Return a finding about an image that lacks an architecture.

    The help suggests the destination of the image or, if that lacks the architecture too, another platform.
    """
    destination = case.image.destination
    since = [
        available.since or series.label
        for series in case.known.table.series
        for available in series.architectures
        if available.name == architecture
    ]
    note = f"{f'{since[0]} and later have' if since else 'no release has'} {architecture} images"
    advice = None
    if destination is None or architecture not in destination.lifecycle.architectures:
        available = case.image.lifecycle.architectures if case.image.lifecycle else ()
        advice = f"use {' or '.join(f'--platform=linux/{name}' for name in available)}"
    return Finding(target or case.target, message, advice, (*notes, note))
