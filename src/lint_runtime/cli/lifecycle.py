"""The command `runtime-lifecycle`: look at the lifecycle table, check it, refresh it."""

import os
import shutil
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NoReturn

import click

from lint_runtime import __version__
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
from lint_runtime.lifecycle.feed import FEED_URL
from lint_runtime.lifecycle.load import embedded_table, load_table
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.update.changes import ChangeKind
from lint_runtime.lifecycle.views.details import UnknownSubjectError, find_subject, view_details
from lint_runtime.lifecycle.views.render import FORMATS, render
from lint_runtime.lifecycle.views.schedule import view_schedule
from lint_runtime.lifecycle.views.timeline import TITLE, Timeline, build_timeline, list_ends
from lint_runtime.lifecycle.views.verification import Verification, render_verification
from lint_runtime.linter.report import Run, describe_table
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.text import counted, quoted, visible

if TYPE_CHECKING:
    from lint_runtime.lifecycle.update.refresh import Refresh


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, message=f"%(prog)s %(version)s ({describe_table(embedded_table())})")
def command() -> None:
    """Look at the lifecycle table of Astro Runtime, check it and refresh it."""


_as_of = options.as_of("Show what was published by this day.")
_table_path = options.table("Show this table, not the embedded one.")


@command.command(short_help="Show the schedule, or a series or release.")
@click.argument("subject", metavar="[SERIES|VERSION]", required=False)
@_as_of
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How it is printed.",
)
@_table_path
def show(subject: str | None, as_of: date | None, format_name: str, table_path: str | None) -> int:
    """Show the schedule, or all that is known of a series (13, 3.1) or a release (13.11.0, 3.1-8)."""
    table, day = _table(table_path), as_of or current_day()
    try:
        view = view_details(table, day, subject) if subject else view_schedule(table, day)
    except UnknownSubjectError as error:
        raise UnusableError(str(error)) from None
    colored = is_colored("auto", sys.stdout)
    click.echo(render(view, format_name, is_colored=colored), nl=False, color=colored)
    return EXIT_CLEAN


@command.command(short_help="Draw the release series over time.")
@click.argument("names", metavar="[SERIES]...", nargs=-1)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(("text", "svg", "html", "ics")),
    default="text",
    show_default=True,
    help="What it is drawn as.",
)
@click.option(
    "--for",
    "paths",
    metavar="PATH",
    multiple=True,
    help="The series that this Dockerfile, or those in this folder, use, and how many do. Repeatable.",
)
@_as_of
@_table_path
def timeline(
    names: tuple[str, ...],
    format_name: str,
    paths: tuple[str, ...],
    as_of: date | None,
    table_path: str | None,
) -> int:
    """Draw the release series, all or those given (13 3.1), over time: maintenance, basic support, today.

    'ics' is a calendar of the ends to come, with reminders 90 and 30 days before. It and 'html' need
    lint-runtime[report].
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
        hint = "; each path takes a --for of its own" if os.path.exists(name) else ""
        raise UnusableError(f"{error}{hint}") from None
    if subject.release:
        raise UnusableError(f"{subject.release.version} is a release; its series is {subject.series.name}")


def _count_files(
    paths: Sequence[str], settings: Settings, day: date
) -> tuple[Mapping[str, int], Collection[str]]:
    """Return how many Dockerfiles under `paths` use each series, and what could not be read."""
    # Few pictures are of Dockerfiles.
    from lint_runtime.linter.inventory import take_inventory
    from lint_runtime.linter.session import STDIN, Session

    session = Session(settings, day, lambda path: "<stdin>" if path == STDIN else path, complain)
    run = Run(day, settings.table, False, session.tables.values(), session.problems)
    files = take_inventory(session.reports(session.files_of(paths)), run).files_by_series
    if not files:
        complain(f"no series is used by {counted(session.files, 'file')}")
    return files, session.problems


def _report_missing(drawn: Timeline, wanted: Iterable[str], table: LifecycleTable) -> None:
    facts = f"the {describe_table(table)} has no dates of it on {drawn.today}"
    for name in sorted(set(wanted) - {bar.series.name for bar in drawn.bars}):
        complain(f"series {visible(name)} is left out: {facts}")


def _draw(format_name: str, drawn: Timeline, table: LifecycleTable) -> str:
    title = f"{TITLE} (lifecycle table of {table.date})"
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
            complain(f"no end is to come after {drawn.today}; the calendar is empty")
        return render_ics(ends, table.date)
    from lint_runtime.lifecycle.views.timeline_text import render_text

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _PIPED
    return render_text(drawn, width, is_colored=is_colored("auto", sys.stdout), title=title)


_PIPED = 80
"""The width of text that goes to no terminal."""


@command.command(short_help="Hold a table against policy and itself.")
@click.argument("path", metavar="[TABLE]", required=False)
def verify(path: str | None) -> int:
    """Hold a table, the embedded one unless given, against the maintenance policy and against itself.

    Exits with 1 for a difference that the table does not explain, and for anything that must not be so.
    """
    table = _table(path)
    verification = Verification(table)
    colored = is_colored("auto", sys.stdout)
    click.echo(render_verification(verification, is_colored=colored), nl=False, color=colored)
    complain(f"{verification.summary} in the {describe_table(table)}")
    return EXIT_CLEAN if verification.is_passed else EXIT_FINDINGS


@command.command(short_help="Refresh the table from the published feed.")
@click.option(
    "--from",
    "origin",
    metavar="FILE|URL",
    default=FEED_URL,
    show_default=True,
    help="The published feed: a file, or an https: or file: address.",
)
@click.option(
    "--output",
    "path",
    metavar="FILE",
    type=options.output,
    help="Write the table to this file, over what it knows already. Without it nothing is written.",
)
def update(origin: str, path: str | None) -> int:
    """Read the published feed, and tell what in it is new, changed, yanked or gone.

    The table that --output writes knows all that the embedded table does, and the feed; it is for
    'lint-runtime --table FILE'. A feed that cannot be had or used changes nothing.
    """
    # Few runs refresh the table.
    from lint_runtime.lifecycle.update.fetch import shown_origin
    from lint_runtime.lifecycle.update.refresh import Base, read_output, refresh, write_output

    try:
        base = Base(embedded_table()) if path is None else read_output(path)
        complain(f"reading {shown_origin(origin)}")
        refreshed = refresh(origin, base, current_day())
        if refreshed is None:
            complain(f"nothing new: the feed is the one that {quoted(path or '')} is made of")
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
        complain(f"left open: {visible(gap.subject)}: {visible(gap.text)}")
    is_new = any(change.kind is not ChangeKind.GONE for change in refreshed.changes)
    done = "nothing was written; --output FILE writes it" if path is None else f"wrote {quoted(path)}"
    complain(f"{'' if is_new else 'nothing new; '}{done} (lifecycle table of {refreshed.table.date})")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 the table failed `verify`, 2 what went wrong."""
    return run_command(command, "runtime-lifecycle", argv)


def run() -> NoReturn:
    """Run the command and end the process with its exit code."""
    sys.exit(main())
