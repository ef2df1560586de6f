"""Show the schedule of all release series on a given day."""

from lint_runtime.lifecycle.model import CHANNELS, State, Status
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.views.render import Grid, View

_KEYS = (
    "series channel airflow default_python released end_of_maintenance end_of_basic_support computed"
    " published days_left status newest"
).split()
_READABLE = (
    "series,channel,Airflow,Python,released,end of maintenance,end of basic support,days left,status,newest"
).split(",")
_COMPACT = "series Airflow Python released maintained support days status newest".split()
_LEGEND = """\
maintained, support: the last day of maintenance and of basic support.
days: days until maintenance ends. Python: the default version.
"""
_STARRED = "*: an end date is computed from the maintenance policy, not published.\n"
COLORS = {
    State.MAINTAINED: "green",
    State.ENDING: "yellow",
    State.BASIC_SUPPORT: "yellow",
    State.UNSUPPORTED: "red",
    State.UNKNOWN: "",
}
"""The color of each state of a series on a terminal, or "" for no color."""


def view_schedule(known: Snapshot) -> View:
    """Return the table of series released on or before the snapshot's day, oldest first."""
    documents, records, readable, compact = [], [], [], []
    colors = {}
    for row, lifecycle in enumerate(known.released):
        series, schedule, status = lifecycle.series, lifecycle.schedule, lifecycle.status
        ends = (lifecycle.maintenance, lifecycle.basic_support)
        days = [last and str(last.day) for last in ends]
        computed = schedule.computed if schedule else ()
        published = schedule and str(schedule.published)
        python, released = series.default_python, str(series.released)
        left, newest = lifecycle.days_left(known.day), lifecycle.newest and str(lifecycle.newest)
        names = (series.name, CHANNELS[lifecycle.is_lts], series.airflow, python, released)
        support = (left, status.value, newest)
        values = (*names, *days, computed, published, *support)
        documents.append(dict(zip(_KEYS, values, strict=True)))
        records.append(_cells(*names, *days, " ".join(computed), published, *support))
        readable.append(_cells(*names, *ends, *support))
        name = f"{series.name}{'*' if computed else ''}{' LTS' if lifecycle.is_lts else ''}"
        left = left if status is Status.MAINTAINED else None
        short = "basic" if status is Status.BASIC_SUPPORT else status.value
        cells = _cells(name, series.airflow, python, released, *days, left, short, newest)
        compact.append([cell or "-" for cell in cells])
        colors[row, _COMPACT.index("status")] = COLORS[lifecycle.support(known.day)]
    starred = _STARRED if any(document["computed"] for document in documents) else ""
    return View(
        "Release series of Astro Runtime",
        known,
        {"series": documents},
        records=Grid(_KEYS, records),
        readable=Grid(_READABLE, readable),
        compact=Grid(_COMPACT, compact, (9, 7, 6, 10, 10, 10, 5, 11, 12), " ", colors),
        legend=_LEGEND + starred if documents else "Nothing had been released by then.\n",
    )


def _cells(*values: object) -> list[str]:
    return ["" if value is None else str(value) for value in values]
