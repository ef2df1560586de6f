"""A page for those who look after many projects: what needs attention, what ends next, what to do."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import sha256
from html import unescape
from importlib.resources import files
from operator import attrgetter

from lint_runtime.errors import missing
from lint_runtime.lifecycle.model import WARN_WITHIN
from lint_runtime.lifecycle.table import LifecycleTable, describe_table
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.lifecycle.views.timeline import End, Timeline, build_timeline, list_ends
from lint_runtime.lifecycle.views.timeline_svg import render_svg
from lint_runtime.linter.inventory import (
    NEED_ATTENTION,
    EntryStatus,
    Inventory,
    Row,
    series_status,
    take_inventory,
)
from lint_runtime.linter.report import Report, Run
from lint_runtime.text import plural, shown_path, visible

try:
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup, escape
except ImportError:
    raise missing("HTML") from None

_MEANINGS = {
    EntryStatus.BROKEN: "can't be used as written",
    EntryStatus.YANKED: "withdrawn by the vendor",
    EntryStatus.UNSUPPORTED: "no fixes, no support",
    EntryStatus.BASIC_SUPPORT: "no fixes, basic support only",
    EntryStatus.ENDING: f"within {WARN_WITHIN} days",
    EntryStatus.MAINTAINED: f"for more than {WARN_WITHIN} days",
    EntryStatus.UNKNOWN: "floating or newer than the data",
    EntryStatus.OTHER: "findings not about an image",
}
_RANKS = {status: rank for rank, status in enumerate(EntryStatus)}


def part(report: Report, run: Run) -> list[Row]:
    """Return the rows of a file: its Runtime images and its findings."""
    row = _environment().get_template("row.html.jinja")
    return [
        Row(
            entry.sort_key,
            entry.status,
            entry.lifecycle.series if entry.lifecycle else "",
            entry.path,
            row.render(entry=entry, as_of=run.as_of, ranks=_RANKS),
        )
        for entry in take_inventory(report, run.as_of)
    ]


def document(parts: Iterable[list[Row]], run: Run) -> Iterator[str]:
    """Yield the page, once every file is linted, because it starts with counts."""
    files = 0
    rows: list[Row] = []
    for of_file in parts:
        files += 1
        rows += of_file
    rows.sort(key=attrgetter("sort_key"))
    inventory = Inventory(run.as_of, run.tables, files, tuple(rows), tuple(run.problems))
    used = inventory.files_by_series
    # The series in use, and those that one might move to.
    maintained = (lifecycle.series for lifecycle in inventory.tables[0].maintained(run.as_of))
    timeline = build_timeline(inventory.tables[0], run.as_of, used, {*used, *maintained})
    yield from _render_page(
        "inventory.html.jinja",
        inventory.tables,
        render_svg(timeline, title="Releases in use or maintained"),
        [end for end in list_ends(timeline) if end.files],
        inventory=inventory,
        meanings=_MEANINGS,
        headline=_headline(inventory),
    )


def _headline(inventory: Inventory) -> tuple[str, str]:
    """Return a count to show large, "" for none, and the words after it."""
    total, counts = inventory.images, inventory.counts
    attention = sum(counts[status] for status in NEED_ATTENTION)
    unknown = counts[EntryStatus.UNKNOWN]
    if not inventory.files:
        return "", "No Dockerfiles found"
    if not total:
        return "", "None of the linted Dockerfiles uses an Astro Runtime image"
    if attention:
        return f"{attention:,}", f"of {_counted(total, 'image')} need{'s' * (attention == 1)} attention"
    if unknown:
        return f"{unknown:,}", f"of {_counted(total, 'image')} {'is' if unknown == 1 else 'are'} unknown"
    return "", "The image is supported" if total == 1 else f"All {total:,} images are supported"


def render_timeline(timeline: Timeline, table: LifecycleTable) -> str:
    """Return a page with the picture of the release series, what ends next, and a table of them."""
    statuses = {
        bar.series.name: series_status(
            bar.schedule.status(timeline.today), bar.schedule.end_of_maintenance, timeline.today
        )
        for bar in timeline.bars
    }
    return "".join(
        _render_page(
            "timeline.html.jinja",
            [table],
            render_svg(timeline, title="Maintenance and basic support"),
            list_ends(timeline),
            timeline=timeline,
            statuses=statuses,
            has_files=any(bar.files for bar in timeline.bars),
        )
    )


def _render_page(
    template: str, tables: Sequence[LifecycleTable], picture: str, ends: list[End], **values: object
) -> Iterator[str]:
    """Yield a page, piece by piece. `picture`: SVG, the one value that is not escaped.

    Its Content-Security-Policy lets exactly its own styles and script work, and nothing be loaded.
    """
    style, script = _read("page.css"), _read("page.js")
    # Within SVG, a browser reads references in a style, too.
    styles = [style, *map(unescape, re.findall("<style>(.*?)</style>", picture, re.DOTALL))]
    values |= {
        "style": style,
        "script": script,
        "style_hashes": " ".join(map(_hash, styles)),
        "script_hash": _hash(script),
        "tables": ", ".join(map(describe_table, tables)),
        "hashes": ", ".join(table.sha256 for table in tables),
        "picture": picture,
        "coming": ends,
        # Days from now, both inclusive, and what ends in them.
        "periods": [
            (first, last, [end for end in ends if first <= end.days <= last])
            for first, last in ((0, 30), (31, 90), (91, 180))
        ],
        "ranks": _RANKS,
    }
    stream = _environment().get_template(template).stream(values)
    # A page of many rows is written in pieces of so many parts.
    stream.enable_buffering(1000)
    yield from stream


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_read),
        autoescape=True,
        undefined=StrictUndefined,
        # Every value passes here, so that no template can forget it.
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "breakable": _breakable,
        "counted": _counted,
        "path": shown_path,
        "series": _runtime,
        "when": _when,
    }
    return environment


@cache
def _read(name: str) -> str:
    return (files("lint_runtime") / "formatters" / "pages" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Return the name of an inline style or script in a policy."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _printable(value: object) -> object:
    """Return a value as a page shows it; Markup, which is escaped already, as it is."""
    return visible(value) if type(value) is str else value


def _breakable(text: str) -> Markup:
    """Return a path or an image with breaks allowed after each slash."""
    return escape(visible(text)).replace("/", Markup("/<wbr>"))


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {plural(count, noun)}"


def _runtime(series: str) -> str:
    """Name a series next to a date."""
    return f"Runtime {series_name(series)}"


def _when(days: int) -> str:
    """Say how far off a day is."""
    if days == 0:
        return "today"
    distance = _counted(abs(days), "day")
    return f"in {distance}" if days > 0 else f"{distance} ago"
