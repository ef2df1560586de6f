"""An HTML page for many projects: end dates and images that need attention."""

import re
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from hashlib import sha256
from html import unescape
from importlib.resources import files
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import quote

from lint_runtime.diagnostics import Severity
from lint_runtime.errors import missing
from lint_runtime.formatters.base import Format, Run, Write
from lint_runtime.formatters.steps import OTHER, by_hand, sorted_steps, to_write
from lint_runtime.formatters.summary_line import headline
from lint_runtime.lifecycle.table import LifecycleTable, describe_table
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.lifecycle.views.timeline import Timeline, UpcomingEnd, build_timeline, list_ends
from lint_runtime.lifecycle.views.timeline_svg import render_svg
from lint_runtime.linter.baseline import key_of
from lint_runtime.linter.inventory import NEED_ATTENTION, Entry, EntryStatus, Row, take_inventory, team_of
from lint_runtime.linter.report import Report
from lint_runtime.linter.trend import NOTHING, Findings, Trend, compare, findings_of, past_findings
from lint_runtime.text import plural, portable_path, shown_path, visible

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
    # Escape control characters in all strings here, not in each template. Markup is already escaped.
    finalize=lambda value: visible(value) if type(value) is str else value,
    trim_blocks=True,
    lstrip_blocks=True,
)
_ENVIRONMENT.filters |= {
    # Allow a line break after each slash.
    "breakable": lambda text: escape(visible(text)).replace("/", Markup("/<wbr>")),
    "counted": lambda count, noun: f"{count:,} {plural(count, noun)}",
    "path": shown_path,
    "by_hand": by_hand,
    "to_write": to_write,
    # Returns the first of the most severe findings.
    "worst": lambda findings: next(one for rank in Severity for one in findings if one.severity is rank),
    "series": lambda name: f"Runtime {series_name(name)}",
}


_OPTIONS = ("--unsafe-fixes", "--upgrade-to")
"""The options for changes that need a review or a migration."""


class Team(NamedTuple):
    """A row of the table of teams.

    name: the name of the team
    counts: pairs of a status and the number of images with this status, most severe first
    images: the number of Runtime images of the team
    attention: the number of images that need attention
    work: the numbers of files with something to do, as returned by `_work`
    next: the next end date of a series that the team uses, or None
    trend: the numbers of findings, compared with the earlier report
    """

    name: str
    counts: list[tuple[EntryStatus, int]]
    images: int
    attention: int
    work: dict[str, dict[str, int]]
    next: UpcomingEnd | None
    trend: Trend


File = tuple[str, str, list[Row], Findings]
"""The path, the team, the rows and the findings of a file."""


class Html(Format):
    """Writes the page after the last file, because the page starts with counts."""

    shows_owners = True

    def __init__(self, run: Run, write: Write) -> None:
        super().__init__(run, write)
        self._rows: list[Row] = []
        self._shared: dict[Any, Any] = {}
        self._past = past_findings(run.previous, is_combined=run.is_combined) if run.previous else {}
        self._trends: dict[str, list[Trend]] = {}

    @staticmethod
    def entry(report: Report, run: Run) -> File:
        """Return the rows and findings of a file. The cells of the rows are already HTML."""
        columns: Any = _ENVIRONMENT.get_template("columns.html.jinja").module
        rows = [
            Row(
                entry.sort_key,
                entry.status,
                entry.lifecycle.series.name if entry.lifecycle else "",
                entry.path,
                entry.runtime is not None,
                entry.team,
                entry.step,
                str(columns.cells(entry, run.as_of, _link(run, report.label, entry))),
                str(columns.details(entry)),
                tuple(map(key_of, entry.findings)),
            )
            for entry in take_inventory(report, run.as_of)
        ]
        team = team_of(report.path, report.label, report.owners)
        return report.path, team, rows, findings_of(report)

    def add(self, entry: File) -> None:
        """Store the rows for a file. Equal steps and details are stored once."""
        path, team, rows, findings = entry
        _, past = self._past.pop(portable_path(path), ("", NOTHING))
        trend, new = compare(past, findings)
        self._trends.setdefault(team, []).append(trend)
        once = self._shared.setdefault
        for row in rows:
            is_new = self.run.previous is not None and any(new[key] > 0 for key in row.findings)
            new.subtract(row.findings)
            step, details = once(row.step, row.step), once(row.details, row.details)
            self._rows.append(row._replace(step=step, details=details, findings=(), is_new=is_new))

    def finish(self) -> None:
        """Write the page."""
        run, table = self.run, self.run.tables[0]
        self._rows.sort(key=attrgetter("sort_key"))
        by_status = Counter(row.status for row in self._rows)
        counts = {status: by_status[status] for status in EntryStatus}
        # The number of files that use each series.
        used = Counter(series for series, _ in {(row.series, row.path) for row in self._rows if row.series})
        # The timeline shows the series in use and the maintained series.
        known = table.as_of(run.as_of)
        maintained = (lifecycle.series.name for lifecycle in known.maintained)
        timeline = build_timeline(known, used, {*used, *maintained})
        ends = [end for end in list_ends(timeline) if end.files]
        attention = sum(counts[status] for status in NEED_ATTENTION)
        for team, (active, _) in self._past.values():
            self._trends.setdefault(team, []).append(Trend(active.total()))
        # The number of files that need each step.
        needed = dict.fromkeys((row.step, row.path) for row in self._rows if row.step)
        steps, teams = sorted_steps(Counter(step for step, _ in needed)), self._teams(ends)
        details = dict.fromkeys(row.details for row in self._rows)
        page = _render_page(
            "inventory.html.jinja",
            run.tables,
            render_svg(timeline, title="Releases in use or maintained"),
            ends,
            run=run,
            rows=self._rows,
            counts=counts,
            meanings=_MEANINGS,
            headline=headline(run.total.files, run.total.images, attention, counts[EntryStatus.UNKNOWN]),
            steps=steps,
            other=OTHER,
            work=_work(self._rows),
            images=Counter(row.step for row in self._rows),
            step_numbers={step: number for number, (step, _) in enumerate(steps)},
            teams=teams,
            team_numbers={team.name: number for number, team in enumerate(teams)},
            details={text: number for number, text in enumerate(details)},
            trend=_sum(chain(*self._trends.values())) if run.previous else None,
        )
        for text in page:
            self.write(text)

    def _teams(self, ends: Sequence[UpcomingEnd]) -> list[Team]:
        """Return the teams, sorted by the number of images that need attention, largest first."""
        by_name: dict[str, list[Row]] = {name: [] for name in self._trends}
        for row in self._rows:
            by_name[row.team].append(row)
        teams = []
        for name, rows in by_name.items():
            counts = Counter(row.status for row in rows if row.is_image)
            series = {row.series for row in rows}
            teams.append(
                Team(
                    name,
                    [(status, counts[status]) for status in EntryStatus if counts[status]],
                    counts.total(),
                    sum(counts[status] for status in NEED_ATTENTION),
                    _work(rows),
                    next((end for end in ends if end.series in series), None),
                    _sum(self._trends[name]),
                )
            )
        used = [team for team in teams if team.images or team.work or any(team.trend)]
        return sorted(used, key=lambda team: (-team.attention, -team.images, team.name))


def _sum(trends: Iterable[Trend]) -> Trend:
    return Trend(*map(sum, zip(Trend(), *trends, strict=True)))


def _work(rows: Iterable[Row]) -> dict[str, dict[str, int]]:
    """Count the files with something to do: for each option, the number of files per deadline.

    For example, {"--upgrade": {"now": 3, "2027-03-31": 1}}. The options are `--upgrade` (also if `--fix`
    alone is enough), `--unsafe-fixes` and `--upgrade-to`. The key "" stands for changes by hand. Deadlines
    are sorted, earliest first. For each option, a file counts once, with its earliest deadline.
    """
    earliest = lambda day: (day != "now", day)  # noqa: E731
    found: dict[tuple[str, str], str] = {}
    for row in rows:
        if row.step:
            options = (option for option in _OPTIONS if option in row.step.command)
            key, day = (next(options, "--upgrade") if row.step.command else "", row.path), row.step.by_when
            found[key] = min(found.get(key, day), day, key=earliest)
    work = {option: Counter[str]() for option in ("--upgrade", *_OPTIONS, "")}
    for (option, _), day in found.items():
        work[option][day] += 1
    return {
        option: {day: days[day] for day in sorted(days, key=earliest)}
        for option, days in work.items()
        if days
    }


def _link(run: Run, label: str, entry: Entry) -> str:
    """Return the link to an image, made from the URL template, or "" without a template."""
    # In combined reports, paths start with the label, so remove it.
    path = entry.path.removeprefix(f"{label}/")
    values = {
        "{label}": quote(label or run.label or "", errors="surrogatepass"),
        "{path}": quote(portable_path(path), errors="surrogatepass"),
        "{line}": str(entry.line),
    }
    return re.sub("{[a-z]+}", lambda match: values[match[0]], run.link or "")


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
    """Yield a page in chunks. Its Content-Security-Policy allows only the page's own styles and script.

    picture: an SVG image, written without escaping
    """
    style, script = ((_PAGES / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    # Unescape the styles in the SVG: browsers decode character references before they hash styles.
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
        # Tuples of a period's first day, last day (inclusive) and end dates. Day 0 is today.
        "periods": [
            (first, last, [end for end in ends if first <= end.days <= last])
            for first, last in ((0, 30), (31, 90), (91, 180))
        ],
    }
    stream = _ENVIRONMENT.get_template(template).stream(values)
    stream.enable_buffering(1000)
    yield from stream
