"""An HTML page for many projects: end dates and images that need attention."""

import re
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from hashlib import sha256
from html import unescape
from importlib.resources import files
from operator import attrgetter
from typing import Any

from lint_runtime.errors import missing
from lint_runtime.formatters.base import Format, Run
from lint_runtime.formatters.summary import headline
from lint_runtime.lifecycle.table import LifecycleTable, describe_table
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.lifecycle.views.timeline import Timeline, UpcomingEnd, build_timeline, list_ends
from lint_runtime.lifecycle.views.timeline_svg import render_svg
from lint_runtime.linter.inventory import (
    NEED_ATTENTION,
    RANK,
    EntryStatus,
    Inventory,
    Row,
    take_inventory,
)
from lint_runtime.linter.report import Report
from lint_runtime.text import plural, shown_path, visible

try:
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup, escape
except ImportError:
    raise missing("HTML") from None

_MEANINGS = {
    EntryStatus.BROKEN: "can't be pulled as written",
    EntryStatus.YANKED: "withdrawn by the vendor",
    EntryStatus.UNSUPPORTED: "no fixes, no support",
    EntryStatus.BASIC_SUPPORT: "no fixes, basic support only",
    EntryStatus.ENDING: "upgrade before the last day",
    EntryStatus.PRERELEASE: "not for production",
    EntryStatus.UNCHECKED: "a build argument decides",
    EntryStatus.MAINTAINED: "fixes and support",
    EntryStatus.UNKNOWN: "floating or newer than the data",
    EntryStatus.OTHER: "findings about files and comments",
}

_PAGES = files("lint_runtime") / "formatters" / "pages"
_ENVIRONMENT = Environment(
    loader=FunctionLoader(lambda name: (_PAGES / name).read_text(encoding="utf-8")),
    autoescape=True,
    undefined=StrictUndefined,
    # Escape all strings here instead of in each template. Markup is already escaped.
    finalize=lambda value: visible(value) if type(value) is str else value,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {
    # Allow a line break after each slash.
    "breakable": lambda text: escape(visible(text)).replace("/", Markup("/<wbr>")),
    "counted": lambda count, noun: f"{count:,} {plural(count, noun)}",
    "path": shown_path,
    "rank": RANK.__getitem__,
    "series": lambda name: f"Runtime {series_name(name)}",
}


class Html(Format):
    """Writes the page after the last file, because it starts with counts."""

    shows_owners = True

    def __init__(self, run: Run, write: Callable[[str], object]) -> None:
        super().__init__(run, write)
        self._rows: list[Row] = []

    @staticmethod
    def entry(report: Report, run: Run) -> list[Row]:
        """Return rows for the Runtime images and the findings in a file."""
        columns: Any = _ENVIRONMENT.get_template("columns.html.jinja").module
        return [
            Row(
                entry.sort_key,
                entry.status,
                entry.lifecycle.series.name if entry.lifecycle else "",
                entry.path,
                columns.row(entry, run.as_of),
            )
            for entry in take_inventory(report, run.as_of)
        ]

    def add(self, entry: list[Row]) -> None:
        """Store the rows for a file."""
        self._rows += entry

    def finish(self) -> None:
        """Write the page."""
        run, table = self.run, self.run.tables[0]
        self._rows.sort(key=attrgetter("sort_key"))
        inventory = Inventory(
            run.as_of,
            run.total.files,
            run.total.images,
            tuple(self._rows),
            tuple(run.total.problems),
        )
        counts, used = inventory.counts, inventory.files_by_series
        # The timeline shows the series in use and the maintained series.
        known = table.as_of(run.as_of)
        maintained = (lifecycle.series.name for lifecycle in known.maintained)
        timeline = build_timeline(known, used, {*used, *maintained})
        attention = sum(counts[status] for status in NEED_ATTENTION)
        page = _render_page(
            "inventory.html.jinja",
            run.tables,
            render_svg(timeline, title="Releases in use or maintained"),
            [end for end in list_ends(timeline) if end.files],
            inventory=inventory,
            meanings=_MEANINGS,
            headline=headline(inventory.files, inventory.images, attention, counts[EntryStatus.UNKNOWN]),
        )
        for text in page:
            self.write(text)


def render_timeline(timeline: Timeline, table: LifecycleTable) -> str:
    """Return a page with a timeline, upcoming end dates and a table of series."""
    statuses = {
        bar.series.name: EntryStatus(bar.schedule.state(timeline.today).value) for bar in timeline.bars
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
    template: str, tables: Sequence[LifecycleTable], picture: str, ends: list[UpcomingEnd], **values: object
) -> Iterator[str]:
    """Yield a page in pieces. Its Content-Security-Policy allows only its own code.

    picture: an SVG image, the only value that is not escaped
    """
    style, script = ((_PAGES / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    # Browsers decode the character references in an SVG before they hash its styles.
    styles = [style, *map(unescape, re.findall("<style>(.*?)</style>", picture, re.DOTALL))]
    *style_hashes, script_hash = (
        f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" for text in (*styles, script)
    )
    values |= {
        "style": style,
        "script": script,
        "style_hashes": " ".join(style_hashes),
        "script_hash": script_hash,
        "tables": ", ".join(map(describe_table, tables)),
        "hashes": ", ".join(table.sha256 for table in tables),
        "picture": picture,
        "coming": ends,
        # Tuples of the first day, the last day (inclusive) and the end dates. Day 0 is today.
        "periods": [
            (first, last, [end for end in ends if first <= end.days <= last])
            for first, last in ((0, 30), (31, 90), (91, 180))
        ],
    }
    stream = _ENVIRONMENT.get_template(template).stream(values)
    stream.enable_buffering(1000)
    yield from stream
