"""The schedule of all release series as of a day."""

from datetime import date
from typing import NamedTuple

from lint_runtime.lifecycle.model import ENDS, WARN_WITHIN, Lifecycle, ReleaseSeries, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.lifecycle.views.render import Grid, Layout, View


class _Row(NamedTuple):
    """A series of the schedule; the fields are the keys of JSON and CSV, in their order."""

    series: str
    channel: str | None
    airflow: str
    default_python: str | None
    released: str
    end_of_maintenance: str | None
    end_of_basic_support: str | None
    computed: tuple[str, ...]
    published: str | None
    days_left: int | None
    status: str
    newest: str | None


CHANNELS = {True: "LTS", False: "Stable", None: None}

_COMPACT = "series chan. AF Py released maintained support days status newest".split()
_READABLE = (
    "series,channel,Airflow,Python,released,end of maintenance,end of basic support,days left,status,newest"
).split(",")
_LEGEND = """\
chan.: channel. AF: Airflow. Py: default Python.
days: left until the end of maintenance.
maintained, support: last day of maintenance and of basic support.
"""
_STARRED = "*: an end is computed by the maintenance policy, not published.\n"


def view_schedule(table: LifecycleTable, day: date) -> View:
    """Return the series that are released by `day`, oldest first, as published then."""
    released = [(series, table.on(day, series.name)) for series in table.series if series.released <= day]
    known = [(series, lifecycle) for series, lifecycle in released if lifecycle]
    rows = [_row(series, lifecycle, day) for series, lifecycle in known]
    starred = _STARRED if any(row.computed for row in rows) else ""
    colors = {
        (number, _COMPACT.index("status")): status_color(lifecycle, day)
        for number, (_, lifecycle) in enumerate(known)
    }
    return View(
        "Release series of Astro Runtime",
        day,
        table.identity,
        {"series": [row._asdict() for row in rows]},
        records=Grid(_Row._fields, [[_cell(value) for value in row] for row in rows]),
        readable=Grid(_READABLE, [_readable(row) for row in rows]),
        compact=Grid(_COMPACT, [_compact(row) for row in rows]),
        layout=Layout((9, 7, 8, 5, 10, 10, 10, 5, 10, 12), " ", colors),
        legend=_LEGEND + starred if rows else "No series was released by then.\n",
    )


def _row(series: ReleaseSeries, lifecycle: Lifecycle, day: date) -> _Row:
    return _Row(
        series=series.name,
        channel=CHANNELS[lifecycle.is_lts],
        airflow=series.airflow,
        default_python=series.default_python,
        released=str(series.released),
        end_of_maintenance=_text(lifecycle.end_of_maintenance),
        end_of_basic_support=_text(lifecycle.end_of_basic_support),
        computed=lifecycle.computed,
        published=_text(lifecycle.published),
        days_left=lifecycle.days_left(day),
        status=lifecycle.status.value,
        newest=_text(lifecycle.newest),
    )


def _text(value: date | RuntimeVersion | None) -> str | None:
    return None if value is None else str(value)


def _cell(value: str | int | tuple[str, ...] | None) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    return "" if value is None else str(value)


def _readable(row: _Row) -> list[str]:
    marks = {name: " (computed)" for name in ENDS if name in row.computed}
    return [
        _cell(value) + marks.get(name, "")
        for name, value in row._asdict().items()
        if name not in ("computed", "published")
    ]


def _compact(row: _Row) -> list[str]:
    is_maintained = row.status == Status.MAINTAINED.value
    short = row._replace(
        series=f"{row.series}*" if row.computed else row.series,
        computed=(),
        days_left=row.days_left if is_maintained else None,
        status="basic" if row.status == Status.BASIC_SUPPORT.value else row.status,
    )
    return [cell or "-" for cell in _readable(short)]


def status_color(lifecycle: Lifecycle, day: date) -> str:
    """Return the color of a status on a terminal; "" for none."""
    if lifecycle.status is Status.MAINTAINED and (lifecycle.days_left(day) or 0) > WARN_WITHIN:
        return "green"
    return {Status.ENDED: "red", Status.UNKNOWN: ""}.get(lifecycle.status, "yellow")
