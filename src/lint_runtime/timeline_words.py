"""The words of a timeline, the same in every picture of it."""

import re
from collections.abc import Iterable
from datetime import date

from lint_runtime.diagnostics import visible
from lint_runtime.lifecycle.model import Status
from lint_runtime.lifecycle.views.timeline import Bar, Timeline

TITLE = "Release lines of Astro Runtime"
NOTHING = "No release line to show."
LAST_DAYS = "Each date is the last day that counts."
COMPUTED = "computed by the maintenance policy, not published"
_GROUPS = {
    Status.MAINTAINED: "Maintained",
    Status.BASIC_SUPPORT: "In basic support only",
    Status.ENDED: "Past their end",
}


def legal(text: str) -> str:
    """Return `text` with nothing in it that a terminal acts upon, or that XML does not allow."""
    return re.sub("[\ufffe\uffff]", "\ufffd", visible(text))


def shortened(text: str, limit: int) -> str:
    """Return `text` as `legal` has it, in at most `limit` characters."""
    shown = legal(text)
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def status(bar: Bar, today: date) -> Status:
    """Say where the line of a bar stands on a day."""
    if today <= bar.end_of_maintenance:
        return Status.MAINTAINED
    return Status.BASIC_SUPPORT if today <= bar.last_day else Status.ENDED


def dockerfiles(count: int) -> str:
    """Return `1 Dockerfile`, `12 Dockerfiles`."""
    return f"{count:,} Dockerfile" + ("" if count == 1 else "s")


def description(shown: Timeline) -> str:
    """Tell in words what a picture shows, for who cannot see it."""
    if not shown.bars:
        return f"{NOTHING} As of {shown.today}."
    count = "1 release line" if len(shown.bars) == 1 else f"{len(shown.bars)} release lines"
    told = [f"{count} over the years {shown.start.year} to {shown.end.year}, as of {shown.today}."]
    for group, name in _GROUPS.items():
        bars = [bar for bar in shown.bars if status(bar, shown.today) is group]
        if bars:
            told.append(f"{name}: {'; '.join(map(sentence, bars))}.")
    return " ".join(told)


def sentence(bar: Bar) -> str:
    """Tell all that a bar shows: `13 LTS, Airflow 2.11, released 2025-05-20, maintained until …`."""
    return ", ".join(_facts(bar))


def _facts(bar: Bar) -> Iterable[str]:
    yield legal(bar.line) + (" LTS" if bar.is_lts else "")
    yield f"Airflow {legal(bar.airflow)}"
    yield f"released {bar.released}"
    yield f"maintained until {bar.end_of_maintenance}{_computed(bar, 'end_of_maintenance')}"
    if bar.end_of_basic_support:
        yield f"basic support until {bar.end_of_basic_support}{_computed(bar, 'end_of_basic_support')}"
    if bar.files:
        yield dockerfiles(bar.files)


def _computed(bar: Bar, end: str) -> str:
    return " (computed)" if end in bar.computed else ""
