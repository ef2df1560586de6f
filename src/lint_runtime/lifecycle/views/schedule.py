"""The schedule of all release series as of a day."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from lint_runtime.lifecycle.model import CHANNELS, ENDS, WARN_WITHIN, Lifecycle, ReleaseSeries, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.lifecycle.views.render import Grid, Layout, View

_KEYS = (
    "series channel airflow default_python released end_of_maintenance end_of_basic_support computed"
    " published days_left status newest"
).split()
"""The keys of a series in JSON and CSV."""
_COMPACT = "series Airflow Python released maintained support days status newest".split()
_READABLE = (
    "series,channel,Airflow,Python,released,end of maintenance,end of basic support,days left,status,newest"
).split(",")
_LEGEND = """\
maintained, support: the last day of maintenance and of basic support.
days: days until maintenance ends. Python: the default version.
"""
_STARRED = "*: an end date is computed from the maintenance policy, not published.\n"


def view_schedule(table: LifecycleTable, day: date) -> View:
    """Return the series that are released by `day`, oldest first, as published then."""
    released = [(series, table.on(day, series.name)) for series in table.series if series.released <= day]
    known = [(series, lifecycle) for series, lifecycle in released if lifecycle]
    rows = [_row(series, lifecycle, day) for series, lifecycle in known]
    starred = _STARRED if any(row["computed"] for row in rows) else ""
    colors = {
        (number, _COMPACT.index("status")): status_color(lifecycle, day)
        for number, (_, lifecycle) in enumerate(known)
    }
    return View(
        "Release series of Astro Runtime",
        day,
        table.identity,
        {"series": rows},
        records=Grid(_KEYS, [[_cell(value) for value in row.values()] for row in rows]),
        readable=Grid(_READABLE, [_readable(row) for row in rows]),
        compact=Grid(_COMPACT, [_compact(row) for row in rows]),
        layout=Layout((9, 7, 6, 10, 10, 10, 5, 11, 12), " ", colors),
        legend=_LEGEND + starred if rows else "Nothing had been released by then.\n",
    )


def _row(series: ReleaseSeries, lifecycle: Lifecycle, day: date) -> dict[str, Any]:
    values = (
        series.name,
        CHANNELS[lifecycle.is_lts],
        series.airflow,
        series.default_python,
        str(series.released),
        _text(lifecycle.end_of_maintenance),
        _text(lifecycle.end_of_basic_support),
        lifecycle.computed,
        _text(lifecycle.published),
        lifecycle.days_left(day),
        lifecycle.status.value,
        _text(lifecycle.newest),
    )
    return dict(zip(_KEYS, values, strict=True))


def _text(value: date | RuntimeVersion | None) -> str | None:
    return None if value is None else str(value)


def _cell(value: str | int | tuple[str, ...] | None) -> str:
    if isinstance(value, tuple):
        return " ".join(value)
    return "" if value is None else str(value)


def _readable(row: Mapping[str, Any]) -> list[str]:
    marks = {name: " (computed)" for name in ENDS if name in row["computed"]}
    return [
        _cell(value) + marks.get(name, "")
        for name, value in row.items()
        if name not in ("computed", "published")
    ]


def _compact(row: Mapping[str, Any]) -> list[str]:
    mark, channel = "*" if row["computed"] else "", " LTS" if row["channel"] == "LTS" else ""
    short = {
        **{key: value for key, value in row.items() if key != "channel"},
        "series": f"{row['series']}{mark}{channel}",
        "computed": (),
        "days_left": row["days_left"] if row["status"] == Status.MAINTAINED.value else None,
        "status": "basic" if row["status"] == Status.BASIC_SUPPORT.value else row["status"],
    }
    return [cell or "-" for cell in _readable(short)]


def status_color(lifecycle: Lifecycle, day: date) -> str:
    """Return the color of a status on a terminal; "" for none."""
    if lifecycle.status is Status.MAINTAINED and (lifecycle.days_left(day) or 0) > WARN_WITHIN:
        return "green"
    return {Status.UNSUPPORTED: "red", Status.UNKNOWN: ""}.get(lifecycle.status, "yellow")
