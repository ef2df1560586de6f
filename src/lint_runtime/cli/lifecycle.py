"""The command `runtime-lifecycle`: view, verify and update the lifecycle data."""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NoReturn

import click

from lint_runtime.cli import options
from lint_runtime.cli.console import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_USAGE,
    complain,
    current_day,
    is_colored,
    run_command,
)
from lint_runtime.config.settings import Settings
from lint_runtime.errors import UnusableError
from lint_runtime.images import InvalidTagError, parse_tag
from lint_runtime.lifecycle.comparison import Side
from lint_runtime.lifecycle.comparison import compare as compare_sides
from lint_runtime.lifecycle.feed import FEED_URL
from lint_runtime.lifecycle.load import embedded_table, load_table
from lint_runtime.lifecycle.table import LifecycleTable, describe_table
from lint_runtime.lifecycle.update.changes import ChangeKind
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.lifecycle.views.comparison import view_comparison
from lint_runtime.lifecycle.views.details import UnknownSubjectError, find_subject, view_details
from lint_runtime.lifecycle.views.render import FORMATS, render
from lint_runtime.lifecycle.views.schedule import view_schedule
from lint_runtime.lifecycle.views.timeline import TITLE, Timeline, build_timeline, list_ends
from lint_runtime.lifecycle.views.verification import Verification, render_verification
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.rules.upgrades import missing_suffixes
from lint_runtime.text import quoted, visible

if TYPE_CHECKING:
    from lint_runtime.lifecycle.update.refresh import Refresh


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, params=[options.VERSION])
def command() -> None:
    """View, verify and update Astro Runtime lifecycle data."""


_as_of = options.as_of("Show only what was published by this date.")
_table_path = options.table("Use this lifecycle data instead of the bundled data.")
_format_name = click.Option(
    ["--format", "format_name"],
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="Output format.",
)


@command.command(
    short_help="Show the schedule, a series or a release.", params=[_as_of, _table_path, _format_name]
)
@click.argument("subject", metavar="[SERIES|VERSION]", required=False)
def show(subject: str | None, as_of: date | None, format_name: str, table_path: str | None) -> int:
    """Show the release schedule, or details of a series (13, 3.1) or release (13.11.0, 3.1-8)."""
    table, day = _table(table_path), as_of or current_day()
    try:
        view = view_details(table, day, subject) if subject else view_schedule(table, day)
    except UnknownSubjectError as error:
        raise UnusableError(str(error)) from None
    colored = is_colored("auto", sys.stdout)
    click.echo(render(view, format_name, is_colored=colored), nl=False, color=colored)
    return EXIT_CLEAN


@command.command(
    short_help="Show what changes between two releases.", params=[_as_of, _table_path, _format_name]
)
@click.argument("before", metavar="VERSION")
@click.argument("after", metavar="VERSION")
def compare(before: str, after: str, as_of: date | None, format_name: str, table_path: str | None) -> int:
    """Show what changes from one release to another (9.1.0 13.11.0); tags with suffixes are accepted."""
    table, day = _table(table_path), as_of or current_day()
    hop = compare_sides(_side(before, table, day), _side(after, table, day), table, day)
    colored = is_colored("auto", sys.stdout)
    view = view_comparison(hop, table, day)
    click.echo(render(view, format_name, is_colored=colored), nl=False, color=colored)
    return EXIT_CLEAN


def _side(name: str, table: LifecycleTable, day: date) -> Side:
    """Return a release, with the suffixes of its tag if it has any. Raises UnusableError."""
    try:
        tag = parse_tag(name)
    except InvalidTagError:
        tag = None
    try:
        subject = find_subject(table, day, tag.number if tag else name)
    except UnknownSubjectError as error:
        raise UnusableError(str(error)) from None
    if tag is None or subject.release is None:
        newest = f", such as {subject.newest.version}" if subject.newest else ""
        raise UnusableError(f"{quoted(name)} is a series; name a release{newest}")
    series, version = subject.series, subject.release.version
    for suffix in missing_suffixes(tag, series, version).values():
        raise UnusableError(f"Astro Runtime {version} has no {suffix} image")
    system = "UBI 9" if tag.ubi9 else series.os or ""
    return Side(name, subject.lifecycle, tag.python or series.default_python or "", system)


@command.command(short_help="Draw a timeline of the releases.", params=[_as_of, _table_path])
@click.argument("names", metavar="[SERIES]...", nargs=-1)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("text", "svg", "html", "ics")),
    default="text",
    show_default=True,
    help="Output format.",
)
@click.option(
    "--for",
    "paths",
    metavar="PATH",
    multiple=True,
    help="Only the releases used by this Dockerfile or directory, with counts. Can be repeated.",
)
def timeline(
    names: tuple[str, ...],
    format_name: str,
    paths: tuple[str, ...],
    as_of: date | None,
    table_path: str | None,
) -> int:
    """Draw a timeline of all releases, or only of the given series (13 3.1).

    'ics' is a calendar of upcoming end dates with reminders 90 and 30 days ahead. 'ics' and 'html'
    require the extra 'report'.
    """
    settings = Settings({} if table_path is None else {"table": table_path}, RULE_BY_NAME)
    table, day = settings.table, as_of or current_day()
    for name in names:
        _check_series(name, table, day)
    files, problems = _count_files(paths, settings, day) if paths else ({}, ())
    drawn = build_timeline(table, day, files, names or (files if paths else None))
    _report_missing(drawn, names or files, table)
    text = _draw(format_name, drawn, table)
    # What is for other programs is UTF-8 whatever the terminal, and its line ends are its own.
    click.echo(text if format_name == "text" else text.encode("utf-8", "backslashreplace"), nl=False)
    return EXIT_USAGE if problems else EXIT_CLEAN


def _table(path: str | None) -> LifecycleTable:
    return embedded_table() if path is None else load_table(path)


def _check_series(name: str, table: LifecycleTable, day: date) -> None:
    """Raise UnusableError unless the table knows the series."""
    try:
        subject = find_subject(table, day, name)
    except UnknownSubjectError as error:
        hint = "; use --for once per path" if os.path.exists(name) else ""
        raise UnusableError(f"{error}{hint}") from None
    if subject.release:
        raise UnusableError(
            f"{subject.release.version} is a release; use its series, {subject.series.name}"
        )


def _count_files(
    paths: Sequence[str], settings: Settings, day: date
) -> tuple[Mapping[str, int], Collection[str]]:
    """Return how many Dockerfiles under `paths` use each series, and what could not be read."""
    # Few pictures are of Dockerfiles.
    from lint_runtime.linter.file_linter import FileLinter
    from lint_runtime.linter.inventory import series_in
    from lint_runtime.linter.session import Session
    from lint_runtime.linter.workers import Worker, work

    session = Session(day, complain)
    batches = work(Worker(FileLinter(settings, day), [series_in]), session.files_of(paths), jobs=1)
    files = Counter(series for (in_file,) in session.parts(batches) for series in in_file)
    if not files:
        complain("no Astro Runtime images found" if session.total.files else "no Dockerfiles found")
    return files, session.problems


def _report_missing(drawn: Timeline, wanted: Iterable[str], table: LifecycleTable) -> None:
    facts = f"no dates as of {drawn.today} in the {describe_table(table)}"
    for name in sorted(set(wanted) - {bar.series.name for bar in drawn.bars}):
        complain(f"skipping {series_name(visible(name))}: {facts}")


def _draw(format_name: str, drawn: Timeline, table: LifecycleTable) -> str:
    title = f"{TITLE} (lifecycle data of {table.date})"
    if format_name == "svg":
        from lint_runtime.lifecycle.views.timeline_svg import render_svg

        return render_svg(drawn, title=title)
    if format_name == "html":
        from lint_runtime.formatters.html import render_timeline

        return render_timeline(drawn, table)
    if format_name == "ics":
        from lint_runtime.lifecycle.views.timeline_ics import render_ics

        ends = list_ends(drawn)
        if not ends:
            complain(f"no upcoming end dates after {drawn.today}; the calendar is empty")
        return render_ics(ends, table.date)
    from lint_runtime.lifecycle.views.timeline_text import render_text

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _PIPED
    return render_text(drawn, width, is_colored=is_colored("auto", sys.stdout), title=title)


_PIPED = 80
"""The width of text that goes to no terminal."""


@command.command(short_help="Check the lifecycle data.")
@click.argument("path", metavar="[TABLE]", required=False)
def verify(path: str | None) -> int:
    """Check lifecycle data (default: the bundled data) for consistency and against the maintenance policy.

    Exits with 1 on unexplained differences or problems.
    """
    table = _table(path)
    verification = Verification(table)
    colored = is_colored("auto", sys.stdout)
    click.echo(render_verification(verification, is_colored=colored), nl=False, color=colored)
    complain(f"{verification.summary} in the {describe_table(table)}")
    return EXIT_CLEAN if verification.is_passed else EXIT_FINDINGS


@command.command(short_help="Update the lifecycle data from the release feed.")
@click.option(
    "--from",
    "origin",
    metavar="FILE|URL",
    default=FEED_URL,
    show_default=True,
    help="The release feed: a file, or an https: or file: URL.",
)
@click.option(
    "--output",
    "path",
    metavar="FILE",
    type=options.output,
    help="Update this file. By default nothing is written.",
)
def update(origin: str, path: str | None) -> int:
    """Read the release feed and report what is new, changed, yanked or removed.

    --output writes a file that combines the bundled data and the feed, for 'lint-runtime --table FILE'.
    If the feed is unavailable or invalid, nothing changes.
    """
    # Few runs update the data.
    from lint_runtime.lifecycle.update.fetch import shown_origin
    from lint_runtime.lifecycle.update.refresh import Base, read_output, refresh, write_output

    try:
        base = Base(embedded_table()) if path is None else read_output(path)
        complain(f"reading {shown_origin(origin)}")
        refreshed = refresh(origin, base, current_day())
        if refreshed is None:
            complain(f"nothing new: {quoted(path or '')} is already up to date with this feed")
            return EXIT_CLEAN
        if path is not None:
            write_output(path, refreshed)
    except UnusableError as error:
        raise UnusableError(f"{error}; nothing was changed") from None
    _print_refresh(refreshed, path)
    return EXIT_CLEAN


def _print_refresh(refreshed: "Refresh", path: str | None) -> None:
    for change in refreshed.changes:
        click.echo(f"{change.kind.value:7}  {visible(change.text)}")
    for gap in refreshed.gaps:
        complain(f"unresolved: {visible(gap.subject)}: {visible(gap.text)}")
    is_new = any(change.kind is not ChangeKind.REMOVED for change in refreshed.changes)
    done = "nothing written (use --output FILE to save)" if path is None else f"wrote {quoted(path)}"
    complain(f"{'' if is_new else 'nothing new; '}{done} (lifecycle data of {refreshed.table.date})")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 `verify` failed, 2 what went wrong."""
    return run_command(command, "runtime-lifecycle", argv)


def run() -> NoReturn:
    """Run the command and end the process with its exit code."""
    sys.exit(main())
