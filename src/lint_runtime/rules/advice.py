"""The sentences that several rules share: what ended and when, what that means, what to use instead.

No sentence sends anybody to a release that is yanked, a pre-release or past its maintenance, nor
from Airflow 2 to Airflow 3 before the series from which that is advised.
"""

from collections.abc import Iterable
from datetime import date

from lint_runtime.diagnostics import Edit, Fix
from lint_runtime.dockerfile.references import ImageReference
from lint_runtime.images import RepositoryKind, RuntimeImage, RuntimeTag
from lint_runtime.lifecycle.model import Existence, Lifecycle, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.text import counted

FIRST_SERIES_TO_LEAVE_AIRFLOW_2 = 12
"""The first Airflow 2 series from which a move to Airflow 3 is advised."""

REPOSITORY_FOR = {2: "quay.io/astronomer/astro-runtime", 3: "astrocrpublic.azurecr.io/runtime"}
"""The repository to name for an Airflow major, where the image's own does not contain it."""


def describe_release(lifecycle: Lifecycle) -> str:
    """Name the release, or its series where none is known, with the Airflow version and the channel."""
    channel = {True: ", LTS", False: ", Stable", None: ""}[lifecycle.is_lts]
    return f"{name_release(lifecycle)} (Airflow {lifecycle.airflow}{channel})"


def name_release(lifecycle: Lifecycle) -> str:
    """Name the release, or its series where none is known."""
    return f"Astro Runtime {lifecycle.version or f'series {lifecycle.series}'}"


def end_of_maintenance(lifecycle: Lifecycle) -> str:
    """Spell the end of maintenance of a series that has one."""
    return _end(lifecycle, "end_of_maintenance")


def _end(lifecycle: Lifecycle, end: str) -> str:
    """Spell one of the ends, the name of a field: what nobody has published is called computed."""
    return f"{getattr(lifecycle, end)}{' as computed' if end in lifecycle.computed else ''}"


def since_when(lifecycle: Lifecycle) -> str:
    """Say since when the ends are known, and that they are published, or what they are."""
    if "end_of_maintenance" in lifecycle.computed:
        return f"computed {lifecycle.published} by the maintenance policy"
    return f"published {lifecycle.published}"


def describe_maintenance(lifecycle: Lifecycle, today: date) -> str:
    """Say until when the series is maintained, or which of its ends are past and for how long."""
    end, support = lifecycle.end_of_maintenance, lifecycle.end_of_basic_support
    if end is None:
        return "has no published end of maintenance"
    if today <= end:
        return f"is maintained until {end_of_maintenance(lifecycle)}"
    past = f"left maintenance on {end_of_maintenance(lifecycle)}, {counted((today - end).days, 'day')} ago"
    if support is None:
        return past
    end_of_support = _end(lifecycle, "end_of_basic_support")
    if today <= support:
        return f"{past}, with basic support until {end_of_support}"
    return f"{past}, and basic support on {end_of_support}, {counted((today - support).days, 'day')} ago"


def describe_consequences(lifecycle: Lifecycle) -> str:
    """Say what the end of maintenance means for those who run the release."""
    support = "basic support only" if lifecycle.status is Status.BASIC_SUPPORT else "no support obligation"
    return f"no new Deployments, no fixes, {support}; running ones keep running"


def describe_end(image: RuntimeImage, lifecycle: Lifecycle, table: LifecycleTable, today: date) -> str:
    """Say everything about an image whose series is past its maintenance: what, since when, what to do."""
    return (
        f"{describe_release(lifecycle)} {describe_maintenance(lifecycle, today)}:"
        f" {describe_consequences(lifecycle)}."
        f" {way_out(image, lifecycle, table, today)}. Dates {since_when(lifecycle)}"
    )


def way_out(image: RuntimeImage, lifecycle: Lifecycle, table: LifecycleTable, today: date) -> str:
    """Say which release to upgrade to from an ended series; its own newest release does not help."""
    newest, version = lifecycle.newest, lifecycle.version
    is_newer = newest is not None and (version is None or newest > version)
    rejected = f", not {newest}, which ended with series {lifecycle.series}" if is_newer else ""
    return upgrade(image, lifecycle, table, today, rejected)


def recommend(image: RuntimeImage, lifecycle: Lifecycle | None, table: LifecycleTable, today: date) -> str:
    """Say which release to use: the series's newest while it is maintained, else one to move to."""
    if lifecycle is None:
        return _newest_for(image, table, today)
    if lifecycle.status is Status.MAINTAINED and lifecycle.newest:
        until = f"maintained until {end_of_maintenance(lifecycle)}"
        newest = _named(lifecycle, image)
        return f"Use {newest}, the newest release of series {lifecycle.series} ({until})"
    return upgrade(image, lifecycle, table, today)


def is_other_form(version: RuntimeVersion, table: LifecycleTable) -> bool:
    """Whether a release that never was is one of the other Airflow generation, its numbers misspelt."""
    of_airflow_3 = version.airflow == 2 and table.is_airflow_3_number(version.major)
    return of_airflow_3 or table.find_series(version.other_form.series) is not None


def recommend_for_missing(
    image: RuntimeImage, version: RuntimeVersion, table: LifecycleTable, today: date
) -> str:
    """Say which release to use instead of one that never was."""
    if not is_other_form(version, table):
        return recommend(image, table.on(today, version.series), table, today)
    other = version.other_form
    meant = image._replace(tag=RuntimeTag(str(other), other))
    return recommend(meant, table.on(today, other.series), table, today)


def what_to_do(image: RuntimeImage, warn_within: int, table: LifecycleTable, today: date) -> str:
    """Say which release to use instead of an image, "" if nothing has to be done.

    `warn_within`: so many days before the end of maintenance another series is the better one.
    """
    lifecycle, version = image.lifecycle, image.tag.version if image.tag else None
    if version and image.existence is Existence.NEVER:
        return recommend_for_missing(image, version, table, today)
    if lifecycle is None:
        return recommend(image, None, table, today)
    left = lifecycle.days_left(today)
    if lifecycle.status is not Status.MAINTAINED or left is None:
        return way_out(image, lifecycle, table, today)
    if left <= warn_within:
        return upgrade(image, lifecycle, table, today)
    is_older = lifecycle.version and lifecycle.newest and lifecycle.version < lifecycle.newest
    needs_another = image.is_prerelease or lifecycle.yank or is_older
    return recommend(image, lifecycle, table, today) if needs_another else ""


def upgrade(
    image: RuntimeImage, lifecycle: Lifecycle, table: LifecycleTable, today: date, rejected: str = ""
) -> str:
    """Say which release to move to: of the series with the longest maintenance within reach."""
    maintained = table.maintained(today)
    reachable = [series for series in maintained if _is_reachable(lifecycle, series)]
    airflow = lifecycle.airflow_major
    best = _longest(reachable)
    if best is None:
        return _nothing_to_move_to(lifecycle, maintained, table)
    if best.airflow_major == airflow:
        return f"Use {_target(best, image)}{rejected}"
    staying = _longest(series for series in reachable if series.airflow_major == airflow)
    alternative = f", or stay on Airflow {airflow} with {_target(staying, image)}" if staying else ""
    return f"Move to {_target(best, image)}{alternative}{rejected}"


def first_with(table: LifecycleTable, architecture: str) -> str:
    """Name the first release that ships for `architecture`, or say that none does."""
    for series in table.series:
        for offer in series.architectures:
            if offer.name == architecture:
                return f"{offer.since or f'Series {series.name}'} and later ship for {architecture} too"
    offered = sorted({offer.name for series in table.series for offer in series.architectures})
    if not offered:
        return "Which releases do is not known"
    known = "does" if table.series[-1].architectures else "is known that does"
    return f"No release {known}: use {' or '.join(f'linux/{name}' for name in offered)}"


def _newest_for(image: RuntimeImage, table: LifecycleTable, today: date) -> str:
    maintained = table.maintained(today)
    best = _longest(series for series in maintained if series.airflow_major == image.airflow)
    if best:
        return f"Use {_target(best, image)}"
    return f"The table of {table.date} knows no maintained release for Airflow {image.airflow}"


def _nothing_to_move_to(origin: Lifecycle, maintained: tuple[Lifecycle, ...], table: LifecycleTable) -> str:
    is_out_of_reach = origin.airflow_major == 2 and any(series.airflow_major > 2 for series in maintained)
    hint = f"; a move to Airflow 3 is advised from series {FIRST_SERIES_TO_LEAVE_AIRFLOW_2} on"
    text = f"The table of {table.date} knows no maintained release to move to from here"
    return text + (hint if is_out_of_reach else "")


def _target(series: Lifecycle, image: RuntimeImage) -> str:
    until = f"maintained until {end_of_maintenance(series)}"
    return f"{_named(series, image)} (Airflow {series.airflow}, {until})"


def _named(series: Lifecycle, image: RuntimeImage) -> str:
    """Name a series' newest release: its number if the image's repository contains it, else the image."""
    airflow = series.airflow_major
    is_released_here = image.repository.kind in (RepositoryKind.RUNTIME, RepositoryKind.AGENT)
    is_same_airflow = image.airflow == airflow and airflow in (image.repository.airflow, 3)
    if is_released_here and is_same_airflow:
        return str(series.newest)
    return f"{REPOSITORY_FOR[2 if airflow == 2 else 3]}:{series.newest}"


def _longest(all_series: Iterable[Lifecycle]) -> Lifecycle | None:
    return max(
        all_series, key=lambda series: (series.end_of_maintenance or date.min, series.order), default=None
    )


def _is_reachable(origin: Lifecycle, series: Lifecycle) -> bool:
    if series.order <= origin.order:
        return False
    stays = origin.airflow_major == series.airflow_major
    return stays or origin.airflow_major > 2 or origin.order[1] >= FIRST_SERIES_TO_LEAVE_AIRFLOW_2


def to_newest(image: RuntimeImage, lifecycle: Lifecycle, *, is_safe: bool) -> Fix | None:
    """Return the fix that names the newest usable release of the same series, every suffix kept.

    None where the series is past its maintenance.
    """
    if lifecycle.newest is None or lifecycle.status is not Status.MAINTAINED:
        return None
    return fix(f"Use {lifecycle.newest}", image.edit_number(str(lifecycle.newest)), is_safe=is_safe)


def fix(title: str, edit: Edit | None, *, is_safe: bool) -> Fix | None:
    """Return the fix that consists of `edit`; None without one."""
    return Fix(title, (edit,), is_safe) if edit else None


def pinned(reference: ImageReference) -> str:
    """Say why there is no fix for an image pinned by digest; "" for any other."""
    if not reference.digest:
        return ""
    return ". The digest decides what is pulled, so this is never fixed automatically: change both"
