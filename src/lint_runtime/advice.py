"""The sentences that several rules share: what ended and when, what that means, what to use instead.

No sentence sends anybody to a release that is yanked, a pre-release or past its maintenance, nor
from Airflow 2 to Airflow 3 before the line from which that is advised.
"""

from datetime import date

from lint_runtime.lifecycle import Lifecycle, LifecycleTable, Status

FIRST_LINE_TO_LEAVE_AIRFLOW_2 = 12
"""The first Airflow 2 line from which a move to Airflow 3 is advised."""

AIRFLOW_3_REPOSITORY = "astrocrpublic.azurecr.io/runtime"


def subject(lifecycle: Lifecycle) -> str:
    """Name the release, or its line where none is known, with the Airflow version and the channel."""
    channel = {True: ", LTS", False: ", Stable", None: ""}[lifecycle.is_lts]
    return f"{name(lifecycle)} (Airflow {lifecycle.airflow}{channel})"


def name(lifecycle: Lifecycle) -> str:
    """Name the release, or its line where none is known."""
    return f"Astro Runtime {lifecycle.version or f'line {lifecycle.line}'}"


def days(count: int) -> str:
    """Spell a number of days."""
    return "1 day" if count == 1 else f"{count} days"


def standing(lifecycle: Lifecycle, today: date) -> str:
    """Say until when the line is maintained, or which of its ends are past and for how long."""
    end, support = lifecycle.end_of_maintenance, lifecycle.end_of_basic_support
    if end is None:
        return "has no published end of maintenance"
    if today <= end:
        return f"is maintained until {end}"
    past = f"left maintenance on {end}, {days((today - end).days)} ago"
    if support is None:
        return past
    if today <= support:
        return f"{past}, with basic support until {support}"
    return f"{past}, and basic support on {support}, {days((today - support).days)} ago"


def meaning(lifecycle: Lifecycle) -> str:
    """Say what the end of maintenance means for those who run the release."""
    support = "basic support only" if lifecycle.status is Status.BASIC_SUPPORT else "no support"
    return f"no new Deployments, no fixes, {support}; running ones keep running"


def ended(table: LifecycleTable, lifecycle: Lifecycle, today: date) -> str:
    """Tell all there is to tell of a line past its maintenance."""
    return (
        f"{subject(lifecycle)} {standing(lifecycle, today)}: {meaning(lifecycle)}."
        f" {way_out(table, lifecycle, today)}. Dates published {lifecycle.published}"
    )


def way_out(table: LifecycleTable, lifecycle: Lifecycle, today: date) -> str:
    """Say which release to move to from an ended line, and that its newest release is no way out."""
    newest, version = lifecycle.newest, lifecycle.version
    is_newer = newest is not None and (version is None or newest > version)
    rejected = f", not {newest}, which ended with line {lifecycle.line}" if is_newer else ""
    return upgrade(table, lifecycle, today) + rejected


def instead(table: LifecycleTable, lifecycle: Lifecycle | None, airflow: int, today: date) -> str:
    """Say which release to use: the line's newest while it is maintained, else one to move to.

    `airflow`: the Airflow major that the image is for, which decides where no line is known.
    """
    if lifecycle is None:
        return _newest_for(table, airflow, today)
    is_usable = lifecycle.status is Status.MAINTAINED and lifecycle.newest not in (None, lifecycle.version)
    if is_usable:
        until = f"maintained until {lifecycle.end_of_maintenance}"
        return f"Use {lifecycle.newest}, the newest release of line {lifecycle.line} ({until})"
    return upgrade(table, lifecycle, today)


def upgrade(table: LifecycleTable, lifecycle: Lifecycle, today: date) -> str:
    """Say which release to move to: of the line with the longest maintenance within reach."""
    reachable = [line for line in table.maintained(today) if _is_reachable(table, lifecycle, line)]
    airflow = _airflow(lifecycle)
    best = _longest(table, reachable)
    if best is None:
        hint = "; Airflow 3 is a step from line 12 on" if airflow == 2 else ""
        return f"The table of {table.date} knows no maintained release to move to from here{hint}"
    if _airflow(best) == airflow:
        return f"Use {_target(best)}"
    staying = _longest(table, [line for line in reachable if _airflow(line) == airflow])
    alternative = f", or stay on Airflow {airflow} with {_target(staying)}" if staying else ""
    return f"Move to {AIRFLOW_3_REPOSITORY}:{_target(best)}{alternative}"


def first_with(table: LifecycleTable, architecture: str) -> str:
    """Name the first release that ships for `architecture`, or say that none does."""
    for line in table.lines:
        for offer in line.architectures:
            if offer.name == architecture:
                return f"{offer.since or f'Line {line.name}'} and later ship for {architecture} too"
    return f"No release ships for {architecture}"


def _newest_for(table: LifecycleTable, airflow: int, today: date) -> str:
    maintained = table.maintained(today)
    best = _longest(table, [line for line in maintained if _airflow(line) == airflow])
    if best:
        return f"Use {_target(best)}"
    return f"No release for Airflow {airflow} is maintained any more (table of {table.date})"


def _target(line: Lifecycle) -> str:
    return f"{line.newest} (Airflow {line.airflow}, maintained until {line.end_of_maintenance})"


def _longest(table: LifecycleTable, lines: list[Lifecycle]) -> Lifecycle | None:
    return max(
        lines, key=lambda line: (line.end_of_maintenance or date.min, _order(table, line)), default=None
    )


def _is_reachable(table: LifecycleTable, origin: Lifecycle, line: Lifecycle) -> bool:
    if _order(table, line) <= _order(table, origin):
        return False
    stays = _airflow(origin) == _airflow(line)
    return stays or int(origin.line) >= FIRST_LINE_TO_LEAVE_AIRFLOW_2


def _order(table: LifecycleTable, lifecycle: Lifecycle) -> tuple[int, ...]:
    line = table.line(lifecycle.line)
    return line.order if line else ()


def _airflow(lifecycle: Lifecycle) -> int:
    return int(lifecycle.airflow.partition(".")[0])
