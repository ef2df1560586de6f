"""A page for whoever looks after many projects: what is out of maintenance, what is next, where to go."""

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from hashlib import sha256
from html import unescape
from importlib.resources import files
from typing import NamedTuple

from lint_runtime.errors import missing
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.views.timeline import Bar, End, Timeline, ends, horizons, timeline
from lint_runtime.lifecycle.views.timeline_svg import svg
from lint_runtime.linter.inventory import SOON, Fleet, Standing, fleet
from lint_runtime.linter.report import Report, Run, describe_table
from lint_runtime.text import counted, shown_path, visible

try:
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup, escape
except ImportError:
    raise missing("HTML") from None

_PIECE = 1000
"""So many parts of a page are put together into one piece of text."""


def page(template: str, picture: str, **values: object) -> Iterator[str]:
    """Yield a page, piece by piece. `picture`: SVG, the one value that is not escaped.

    Its Content-Security-Policy lets exactly its own styles and script work, and nothing be loaded.
    """
    style, script = _text("page.css"), _text("page.js")
    values |= {
        "style": style,
        "script": script,
        "picture": picture,
        "style_hashes": " ".join(map(_hash, (style, *_styles(picture)))),
        "script_hash": _hash(script),
    }
    stream = _environment().get_template(template).stream(values)
    stream.enable_buffering(_PIECE)
    yield from stream


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FunctionLoader(_text),
        autoescape=True,
        undefined=StrictUndefined,
        # Every value passes here, so that no template can forget it.
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"broken": _broken, "counted": counted, "path": shown_path, "when": _when}
    return environment


@cache
def _text(name: str) -> str:
    return (files("lint_runtime") / "formatters" / "pages" / name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    """Name an inline style or script as a policy does."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _styles(picture: str) -> list[str]:
    """Return the styles in a picture as a browser reads them: within SVG, references count in them too."""
    return [unescape(style) for style in re.findall("<style>(.*?)</style>", picture, re.DOTALL)]


def _shown(value: object) -> object:
    """Return a value as a page shows it; Markup, which is escaped already, as it is."""
    return visible(value) if type(value) is str else value


def _broken(text: str) -> Markup:
    """Return a path or an image as it breaks best."""
    return escape(visible(text)).replace("/", Markup("/<wbr>"))


def _when(days: int) -> str:
    """Say how far off a day is."""
    if days == 0:
        return "today"
    told = counted(abs(days), "day")
    return f"in {told}" if days > 0 else f"{told} ago"


_MEANINGS = {
    Standing.YANKED: "withdrawn by the vendor",
    Standing.ENDED: "no fixes, no support",
    Standing.BASIC_SUPPORT: "no fixes, basic support only",
    Standing.ENDING: f"maintenance ends within {SOON} days",
    Standing.MAINTAINED: f"for more than {SOON} days",
    Standing.UNKNOWN: "to the lifecycle table",
}
_RANKS = {standing: rank for rank, standing in enumerate(Standing)}
_OUT = (Standing.YANKED, Standing.ENDED, Standing.BASIC_SUPPORT)


class Period(NamedTuple):
    """Days from now, both inclusive, and what ends in them."""

    first: int
    last: int
    ends: list[End]


def render(reports: Iterable[Report], run: Run) -> Iterator[str]:
    """Yield the page, once every file is linted: its counts stand at the top."""
    shown = fleet(reports, run)
    picture = _timeline(shown)
    coming = [end for end in ends(picture) if end.files]
    yield from page(
        "fleet.html.jinja",
        svg(picture, title="Release series in use or maintained"),
        fleet=shown,
        tables=_named(shown.tables),
        hashes=_hashes(shown.tables),
        meanings=_MEANINGS,
        out=sum(shown.standings[standing] for standing in _OUT),
        coming=coming,
        periods=_periods(coming),
        ranks=_RANKS,
    )


def timeline_page(shown: Timeline, table: LifecycleTable) -> str:
    """Return a page with the picture of the release series, what ends next, and a table of them."""
    coming = ends(shown)
    return "".join(
        page(
            "timeline.html.jinja",
            svg(shown, title="Maintenance and basic support"),
            timeline=shown,
            tables=_named([table]),
            hashes=_hashes([table]),
            standings={bar.series: _standing(bar, shown.today) for bar in shown.bars},
            ranks=_RANKS,
            has_files=any(bar.files for bar in shown.bars),
            coming=coming,
            periods=_periods(coming),
        )
    )


def _timeline(shown: Fleet) -> Timeline:
    """Return the series in use, with those that one might move to."""
    used = shown.files_by_series
    maintained = (lifecycle.series for lifecycle in shown.table.maintained(shown.as_of))
    return timeline(shown.table, shown.as_of, used, {*used, *maintained})


def _named(tables: Iterable[LifecycleTable]) -> str:
    return ", ".join(map(describe_table, tables))


def _hashes(tables: Iterable[LifecycleTable]) -> str:
    return ", ".join(table.sha256 for table in tables)


def _periods(coming: list[End]) -> list[Period]:
    groups = horizons(coming)
    firsts = [0, *(last + 1 for last, _ in groups)]
    return [Period(first, last, found) for first, (last, found) in zip(firsts, groups, strict=False)]


def _standing(bar: Bar, today: date) -> Standing:
    if today > bar.last_day:
        return Standing.ENDED
    if today > bar.end_of_maintenance:
        return Standing.BASIC_SUPPORT
    return Standing.ENDING if (bar.end_of_maintenance - today).days <= SOON else Standing.MAINTAINED
