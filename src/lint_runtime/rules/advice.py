"""What several rules say: what an image is called, when its series ends, and what to use instead.

No advice names a release that is yanked, a pre-release or past its maintenance, but for the one by way
of which a Deployment gets from Airflow 2 to Airflow 3.
"""

from datetime import date
from typing import NamedTuple

from lint_runtime.diagnostics import Edit, Fix
from lint_runtime.dockerfile.references import ImageReference
from lint_runtime.images import RuntimeImage, RuntimeTag
from lint_runtime.lifecycle.comparison import can_leave_airflow_2, last_stop_on_airflow_2
from lint_runtime.lifecycle.model import GENERAL_STATEMENT, Existence, Lifecycle, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion, series_name
from lint_runtime.rules.upgrades import (
    Destination,
    airflow_3_series,
    best_series,
    destination,
    longest_maintained,
)


class Advice(NamedTuple):
    """What to do about an image. `notes`: what comes after that, and why not something else."""

    help: str
    notes: tuple[str, ...] = ()


def name_release(lifecycle: Lifecycle) -> str:
    """Name the release, or its series where none is known."""
    return f"Astro Runtime {lifecycle.version or series_name(lifecycle.series)}"


def name_end(lifecycle: Lifecycle, end: str) -> str:
    """Name the day of `end_of_maintenance` or `end_of_basic_support`, and whether it is computed."""
    day: date | None = getattr(lifecycle, end)
    return f"{day} (computed)" if end in lifecycle.computed else str(day)


def describe_dates(lifecycle: Lifecycle, today: date) -> tuple[str, ...]:
    """Say when maintenance and basic support end, and whether that is published or computed."""
    maintenance, support = lifecycle.end_of_maintenance, lifecycle.end_of_basic_support
    if maintenance is None:
        return ()
    is_over = maintenance < today
    ends = [
        f"maintenance of {series_name(lifecycle.series)} {'ended' if is_over else 'ends'} {maintenance}"
    ]
    if support is not None:
        verb = "" if (support < today) is is_over else " ends"
        ends.append(f"basic support{verb} {support}")
    origins = [_origin(lifecycle, end, today) for end in ("end_of_maintenance", "end_of_basic_support")]
    if len(ends) > 1 and origins[0] != origins[1]:
        return (", ".join(f"{end} ({origin})" for end, origin in zip(ends, origins, strict=True)),)
    return (f"{', '.join(ends)} ({origins[0]})",)


def _origin(lifecycle: Lifecycle, end: str, today: date) -> str:
    if end in lifecycle.computed:
        return f"computed {lifecycle.published} by the maintenance policy"
    is_seen_later = lifecycle.published and lifecycle.published > today
    return f"{'first seen' if is_seen_later else 'published'} {lifecycle.published}"


def describe_end(
    image: RuntimeImage, lifecycle: Lifecycle, table: LifecycleTable, today: date
) -> tuple[str, ...]:
    """Say when a series ended that is past its maintenance, what that means, and what else has ended."""
    if lifecycle.status is Status.BASIC_SUPPORT:
        effect = "no new Deployments and no fixes, basic support only"
    else:
        effect = "no new Deployments, no fixes, no support"
    meaning = f"{effect}; existing Deployments keep running"
    return (*describe_dates(lifecycle, today), meaning, *describe_python(image, table, today))


def describe_python(image: RuntimeImage, table: LifecycleTable, today: date) -> tuple[str, ...]:
    """Say that the Python of an image has reached its end of life; nothing if it has not."""
    end = table.python_end(image.python)
    if end is None or end >= today:
        return ()
    return (f"Python {image.python} reached its end of life {end}",)


def describe_data(table: LifecycleTable) -> str:
    """Name the source of a fact about what exists."""
    return f"according to the lifecycle data of {table.date}"


def describe_architectures(lifecycle: Lifecycle, table: LifecycleTable) -> str:
    """Say for which architectures a release is available, and whether only a general statement says so."""
    series = table.find_series(lifecycle.series)
    is_general = series is not None and series.sources.get("architectures") == GENERAL_STATEMENT
    source = " (by the vendor's general statement on all series)" if is_general else ""
    return f"it is available for {' and '.join(lifecycle.architectures)}{source}"


def upgrade(image: RuntimeImage, lifecycle: Lifecycle, table: LifecycleTable, today: date) -> Advice:
    """Say which series to move to: the one with the longest maintenance on the same Airflow major.

    Where there is none, an Airflow 2 image moves to Airflow 3, by way of a release that allows it.
    """
    best = best_series(lifecycle, table, today)
    airflow_3 = airflow_3_series(table, today) if lifecycle.airflow_major == 2 else None
    series, newest = best or airflow_3, _newest_is_no_help(lifecycle)
    if series is None:
        return Advice(
            f"no maintained release to upgrade to is known (lifecycle data of {table.date})", newest
        )
    target, notes = destination(image, series, table), newest
    last_stop = last_stop_on_airflow_2(table, today)
    if best and airflow_3 and last_stop and best.series == last_stop.series:
        after = destination(image, airflow_3, table)
        notes = (f"then to Airflow 3: {after.image} ({_until(airflow_3)})", *newest)
    way = first_hop(image, target, table, today) or "upgrade to "
    return Advice(f"{way}{described(target)}", notes)


def first_hop(image: RuntimeImage, target: Destination, table: LifecycleTable, today: date) -> str:
    """Say by way of which release Airflow 2 leads to a target on Airflow 3; "" if none is needed."""
    origin, last_stop = image.lifecycle, last_stop_on_airflow_2(table, today)
    is_crossing = image.airflow == 2 and target.lifecycle.airflow_major > 2
    if not is_crossing or last_stop is None or (origin and can_leave_airflow_2(origin)):
        return ""
    return f"upgrade to {destination(image, last_stop, table).image} first, then to "


def _newest_is_no_help(lifecycle: Lifecycle) -> tuple[str, ...]:
    """Say that the newest release of an ended series has ended with it, to whoever would move to that."""
    newest, version = lifecycle.newest, lifecycle.version
    if lifecycle.status not in (Status.UNSUPPORTED, Status.BASIC_SUPPORT) or newest is None:
        return ()
    if version is not None and newest <= version:
        return ()
    state = "unsupported" if lifecycle.status is Status.UNSUPPORTED else "out of maintenance"
    return (f"{newest}, the newest {series_name(lifecycle.series)} release, is {state} too",)


def described(target: Destination) -> str:
    """Spell what to write, with its Airflow version and end of maintenance, and what it does not have."""
    series = target.lifecycle
    text = f"{target.image} (Airflow {series.airflow}, {_until(series)})"
    return text + _dropped(target)


def _until(series: Lifecycle) -> str:
    is_computed = "end_of_maintenance" in series.computed
    return f"maintained until {series.end_of_maintenance}{', computed' if is_computed else ''}"


def _dropped(target: Destination) -> str:
    if not target.dropped:
        return ""
    return f"; {series_name(target.lifecycle.series)} has no {' or '.join(target.dropped)} image"


def recommend(
    image: RuntimeImage, lifecycle: Lifecycle | None, table: LifecycleTable, today: date
) -> Advice:
    """Say which release to use: the series's newest while it is maintained, else one to move to."""
    if lifecycle is None:
        return _newest_for(image, table, today)
    if lifecycle.status is Status.MAINTAINED and lifecycle.newest:
        target = destination(image, lifecycle, table)
        return Advice(f"use {target.image}{_dropped(target)}", describe_dates(lifecycle, today))
    return upgrade(image, lifecycle, table, today)


def _newest_for(image: RuntimeImage, table: LifecycleTable, today: date) -> Advice:
    best = longest_maintained(
        series for series in table.maintained(today) if series.airflow_major == image.airflow
    )
    if best:
        return Advice(f"use {described(destination(image, best, table))}")
    return Advice(
        f"no maintained release for Airflow {image.airflow} is known (lifecycle data of {table.date})"
    )


def is_other_form(version: RuntimeVersion, table: LifecycleTable) -> bool:
    """Whether a release that never was is one of the other Airflow generation, its numbers misspelled."""
    of_airflow_3 = version.airflow == 2 and table.is_airflow_3_number(version.major)
    return of_airflow_3 or table.find_series(version.other_form.series) is not None


def recommend_for_missing(
    image: RuntimeImage, version: RuntimeVersion, table: LifecycleTable, today: date
) -> Advice:
    """Say which release to use instead of one that never was."""
    if not is_other_form(version, table):
        return recommend(image, table.on(today, version.series), table, today)
    other = version.other_form
    tag = image.tag or RuntimeTag("", None)
    meant = image._replace(tag=tag._replace(number=str(other), version=other))
    return recommend(meant, table.on(today, other.series), table, today)


def what_to_do(image: RuntimeImage, warn_within: int, table: LifecycleTable, today: date) -> str:
    """Say which release to use instead of an image, "" if none is needed.

    `warn_within`: so many days before the end of maintenance another series is the better one.
    """
    lifecycle, version = image.lifecycle, image.tag.version if image.tag else None
    if version and image.existence is Existence.NEVER:
        return recommend_for_missing(image, version, table, today).help
    if lifecycle is None:
        return recommend(image, None, table, today).help
    left = lifecycle.days_left(today)
    if lifecycle.status is not Status.MAINTAINED or left is None or left <= warn_within:
        return upgrade(image, lifecycle, table, today).help
    is_older = lifecycle.version and lifecycle.newest and lifecycle.version < lifecycle.newest
    needs_another = image.is_prerelease or lifecycle.yank or is_older
    return recommend(image, lifecycle, table, today).help if needs_another else ""


def to_run_on(
    image: RuntimeImage, lifecycle: Lifecycle, architecture: str, table: LifecycleTable, today: date
) -> Advice:
    """Say which release has an image for `architecture`, and since when there are any."""
    since = _first_with(table, architecture)
    best = best_series(lifecycle, table, today)
    if best and architecture in best.architectures:
        return Advice(upgrade(image, lifecycle, table, today).help, since)
    if since:
        return Advice("", since)
    available = " or ".join(f"linux/{name}" for name in lifecycle.architectures)
    return Advice(f"use {available}", (f"no release is known to support {architecture}",))


def _first_with(table: LifecycleTable, architecture: str) -> tuple[str, ...]:
    """Name the first release with an image for `architecture`; nothing where there is none."""
    for series in table.series:
        for offer in series.architectures:
            if offer.name == architecture:
                return (f"{architecture} is available from {offer.since or series_name(series.name)}",)
    return ()


def to_newest(image: RuntimeImage, lifecycle: Lifecycle, *, is_safe: bool) -> Fix | None:
    """Return the fix that names the newest usable release of the same series, every suffix kept.

    None where the series is past its maintenance.
    """
    if lifecycle.newest is None or lifecycle.status is not Status.MAINTAINED:
        return None
    return fix(f"Use {lifecycle.newest}", image.edit_number(str(lifecycle.newest)), is_safe=is_safe)


def fix(title: str, edits: tuple[Edit, ...], *, is_safe: bool) -> Fix | None:
    """Return the fix that consists of `edits`; None without one."""
    return Fix(title, edits, is_safe) if edits else None


def pinned(reference: ImageReference) -> tuple[str, ...]:
    """Say why there is no fix for an image pinned by digest; nothing for any other."""
    return ("update the tag and the digest together (not fixed automatically)",) if reference.digest else ()
