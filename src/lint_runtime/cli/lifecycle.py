"""The command `runtime-lifecycle`: look at the lifecycle table, check it, refresh it."""

import sys
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, NoReturn

import click

from lint_runtime import __version__, options
from lint_runtime.changes import ChangeKind
from lint_runtime.cli.console import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    UnusableError,
    complain,
    current_day,
    run_command,
)
from lint_runtime.diagnostics import quoted, visible
from lint_runtime.lifecycle.embedded import TABLE
from lint_runtime.lifecycle.feed import FEED_URL
from lint_runtime.lifecycle.load import load_table
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.views.details import details
from lint_runtime.lifecycle.views.render import FORMATS, render
from lint_runtime.lifecycle.views.schedule import schedule
from lint_runtime.lifecycle.views.verification import told, verified
from lint_runtime.linter.report import name_of_table
from lint_runtime.progress import byte_counter
from lint_runtime.streams import is_coloured
from lint_runtime.subject import UnknownSubjectError
from lint_runtime.timeline_cli import timeline

if TYPE_CHECKING:
    from lint_runtime.lifecycle.update.refresh import Refresh

_SETTINGS = {"help_option_names": ["-h", "--help"]}


@click.group(context_settings=_SETTINGS)
@click.version_option(__version__, message=f"%(prog)s %(version)s ({name_of_table(TABLE)})")
def command() -> None:
    """Look at the lifecycle table of Astro Runtime, check it and refresh it."""


@command.command(short_help="Show the schedule, or a line or release.")
@click.argument("subject", metavar="[LINE|VERSION]", required=False)
@click.option(
    "--as-of",
    callback=options.day,
    metavar="YYYY-MM-DD",
    help="Show what was published by this day.  [default: today, UTC]",
)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How it is printed.",
)
@click.option("--table", "path", metavar="FILE", help="Show this table, not the embedded one.")
def show(subject: str | None, as_of: date | None, format_name: str, path: str | None) -> int:
    """Show the schedule, or all that is known of a line (13, 3.1) or a release (13.11.0, 3.1-8)."""
    table, day = _table(path), as_of or current_day()
    try:
        view = details(table, day, subject) if subject else schedule(table, day)
    except UnknownSubjectError as error:
        raise UnusableError(str(error)) from None
    coloured = is_coloured("auto", sys.stdout)
    click.echo(render(view, format_name, is_coloured=coloured), nl=False, color=coloured)
    return EXIT_CLEAN


@command.command(short_help="Hold a table against policy and itself.")
@click.argument("path", metavar="[TABLE]", required=False)
def verify(path: str | None) -> int:
    """Hold a table, the embedded one unless given, against the maintenance policy and against itself.

    Exits with 1 for a difference that the table does not explain, and for anything that must not be so.
    """
    table = _table(path)
    verification = verified(table)
    coloured = is_coloured("auto", sys.stdout)
    click.echo(told(verification, is_coloured=coloured), nl=False, color=coloured)
    complain(f"{verification.summary} in the {name_of_table(table)}")
    return EXIT_CLEAN if verification.is_passed else EXIT_FINDINGS


def _table(path: str | None) -> LifecycleTable:
    return TABLE if path is None else load_table(path)


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
    callback=options.output,
    help="Write the table to this file, over what it knows already. Without it nothing is written.",
)
@click.option(
    "--embedded",
    is_flag=True,
    help="Write the table that this clone of lint-runtime embeds, and a line in its CHANGELOG.",
)
def update(origin: str, path: str | None, embedded: bool) -> int:
    """Read the published feed, and tell what in it is new, changed, yanked or gone.

    The table that --output writes knows all that the embedded table does, and the feed; it is for
    'lint-runtime --table FILE'. A feed that cannot be had or used changes nothing.
    """
    if embedded and path is not None:
        raise click.UsageError("--output and --embedded exclude each other.")
    # Few runs refresh the table.
    from lint_runtime.feed_source import shown_origin
    from lint_runtime.lifecycle.update.destinations import Package, TableFile, UnusableDestinationError
    from lint_runtime.lifecycle.update.fetch import FetchError
    from lint_runtime.lifecycle.update.refresh import Known, UnusableFeedError, refresh

    destination = Package() if embedded else TableFile(path) if path is not None else None
    try:
        known = destination.known() if destination else Known(TABLE)
        complain(f"reading {shown_origin(origin)}")
        with byte_counter() as progress:
            found = refresh(origin, known, current_day(), progress)
        if found is None:
            complain(f"nothing new: the feed is the one that {quoted(path or '')} is made of")
            return EXIT_CLEAN
        done = destination.write(found) if destination else "nothing was written; --output FILE writes it"
    except (FetchError, UnusableFeedError, UnusableDestinationError) as error:
        raise UnusableError(f"{error}; nothing was changed") from None
    _tell(found, done)
    return EXIT_CLEAN


def _tell(found: "Refresh", done: str) -> None:
    for change in found.changes:
        click.echo(f"{change.kind.value:7}  {visible(change.text)}")
    for gap in found.gaps:
        complain(f"left open: {visible(gap.subject)}: {visible(gap.text)}")
    prefix = "" if any(change.kind is not ChangeKind.GONE for change in found.changes) else "nothing new; "
    complain(f"{prefix}{done} (lifecycle table of {found.table.date})")


command.add_command(timeline)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 done, 1 the table failed `verify`, 2 what went wrong."""
    return run_command(command, "runtime-lifecycle", argv)


def run() -> NoReturn:
    """Run the command and end the process with its exit code."""
    sys.exit(main())
