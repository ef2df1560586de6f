"""The command `runtime-lifecycle timeline`: the release lines as a picture, a page or a calendar."""

import os
import shutil
import sys
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date

import click

from lint_runtime import options
from lint_runtime.cli.console import EXIT_CLEAN, EXIT_USAGE, UnusableError, complain, current_day
from lint_runtime.diagnostics import visible
from lint_runtime.lifecycle.embedded import TABLE
from lint_runtime.lifecycle.load import load_table
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.views.timeline import Timeline, ends
from lint_runtime.lifecycle.views.timeline import timeline as drawn
from lint_runtime.linter.report import Run, name_of_table
from lint_runtime.streams import is_coloured
from lint_runtime.subject import UnknownSubjectError, find_subject
from lint_runtime.timeline_words import TITLE

FORMATS = ("text", "svg", "html", "ics")

_PIPED = 80
"""How wide a text is that goes to no terminal."""


@click.command(short_help="Draw the release lines over time.")
@click.argument("lines", metavar="[LINE]...", nargs=-1)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="What it is drawn as.",
)
@click.option(
    "--for",
    "paths",
    metavar="PATH",
    multiple=True,
    help="The lines that this Dockerfile, or those in this folder, use, and how many do. Repeatable.",
)
@click.option(
    "--as-of",
    callback=options.day,
    metavar="YYYY-MM-DD",
    help="Show what was published by this day.  [default: today, UTC]",
)
@click.option("--table", "table_path", metavar="FILE", help="Show this table, not the embedded one.")
def timeline(
    lines: tuple[str, ...],
    format_name: str,
    paths: tuple[str, ...],
    as_of: date | None,
    table_path: str | None,
) -> int:
    """Draw the release lines, all or those given (13 3.1), over time: maintenance, basic support, today.

    'ics' is a calendar of the ends to come, with reminders 90 and 30 days before. It and 'html' need
    lint-runtime[report].
    """
    table, day = load_table(table_path) if table_path is not None else TABLE, as_of or current_day()
    for line in lines:
        _check(line, table, day)
    files, problems = _used(paths, table_path, day) if paths else ({}, ())
    shown = drawn(table, day, files, lines or (files if paths else None))
    _tell_missing(shown, lines or files, table)
    text = _DRAWN[format_name](shown, table)
    # What is for other programs is UTF-8 whatever the terminal, and its line ends are its own.
    click.echo(text if format_name == "text" else text.encode("utf-8", "backslashreplace"), nl=False)
    return EXIT_USAGE if problems else EXIT_CLEAN


def _check(line: str, table: LifecycleTable, day: date) -> None:
    """Raise UnusableError unless the table knows the line."""
    try:
        subject = find_subject(table, day, line)
    except UnknownSubjectError as error:
        hint = "; each path takes a --for of its own" if os.path.exists(line) else ""
        raise UnusableError(f"{error}{hint}") from None
    if subject.release:
        raise UnusableError(f"{subject.release.version} is a release; its line is {subject.line.name}")


def _used(
    paths: Sequence[str], table_path: str | None, day: date
) -> tuple[Mapping[str, int], Collection[str]]:
    """Return how many Dockerfiles under `paths` stand on each line, and what could not be read."""
    # Few pictures are of Dockerfiles.
    from lint_runtime.config.settings import Settings
    from lint_runtime.linter.inventory import fleet
    from lint_runtime.linter.session import STDIN, Session

    settings = Settings({} if table_path is None else {"table": table_path})
    session = Session(settings, day, lambda path: "<stdin>" if path == STDIN else path, complain)
    run = Run(day, settings.table, False, session.tables.values(), session.problems)
    files = fleet(session.reports(session.files_of(paths)), run).files_by_line
    if not files:
        complain(f"no line is used by {'1 file' if session.files == 1 else f'{session.files} files'}")
    return files, session.problems


def _tell_missing(shown: Timeline, wanted: Iterable[str], table: LifecycleTable) -> None:
    facts = f"the {name_of_table(table)} has no dates of it on {shown.today}"
    for line in sorted(set(wanted) - {bar.line for bar in shown.bars}):
        complain(f"line {visible(line)} is left out: {facts}")


def _title(table: LifecycleTable) -> str:
    return f"{TITLE} (lifecycle table of {table.date})"


def _text(shown: Timeline, table: LifecycleTable) -> str:
    from lint_runtime.lifecycle.views.timeline_text import text

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else _PIPED
    return text(shown, width, is_coloured=is_coloured("auto", sys.stdout), title=_title(table))


def _svg(shown: Timeline, table: LifecycleTable) -> str:
    from lint_runtime.lifecycle.views.timeline_svg import svg

    return svg(shown, title=_title(table))


def _html(shown: Timeline, table: LifecycleTable) -> str:
    from lint_runtime.formatters.html import timeline_page

    return timeline_page(shown, table)


def _ics(shown: Timeline, table: LifecycleTable) -> str:
    from lint_runtime.lifecycle.views.timeline_ics import ics

    coming = ends(shown)
    if not coming:
        complain(f"no end is to come after {shown.today}; the calendar is empty")
    return ics(coming, table.date)


_DRAWN: Mapping[str, Callable[[Timeline, LifecycleTable], str]] = {
    "text": _text,
    "svg": _svg,
    "html": _html,
    "ics": _ics,
}
