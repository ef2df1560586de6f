"""The command `runtime-lifecycle`: view, verify and update the lifecycle data."""

import os
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from itertools import chain
from typing import TypeVar

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
    terminal_width,
)
from lint_runtime.config.settings import Settings
from lint_runtime.errors import UnusableError
from lint_runtime.images import InvalidTagError, missing_suffixes, parse_tag
from lint_runtime.lifecycle.comparison import ComparedImage
from lint_runtime.lifecycle.comparison import compare as compare_images
from lint_runtime.lifecycle.feed import FEED_URL
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.table import LifecycleTable, Snapshot, describe_table
from lint_runtime.lifecycle.verify import compare_ends, find_problems
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.lifecycle.views.details import (
    UnknownSubjectError,
    find_subject,
    view_comparison,
    view_details,
)
from lint_runtime.lifecycle.views.render import FORMATS, View, render
from lint_runtime.lifecycle.views.schedule import view_schedule
from lint_runtime.lifecycle.views.timeline import TITLE, Timeline, build_timeline, list_ends
from lint_runtime.lifecycle.views.timeline_text import render_text
from lint_runtime.lifecycle.views.verdicts import view_verdicts
from lint_runtime.lifecycle.views.verification import render_verification
from lint_runtime.linter.file_linter import FileLinter
from lint_runtime.linter.inventory import series_in
from lint_runtime.linter.report import Report
from lint_runtime.linter.session import Session
from lint_runtime.linter.verdicts import look_up, verdicts_of
from lint_runtime.linter.verdicts import recommend as recommend_releases
from lint_runtime.linter.workers import Worker, work
from lint_runtime.rules.advice import MIGRATION
from lint_runtime.text import counted, json_document, quoted, visible

_T = TypeVar("_T")


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, params=[options.VERSION])
def command() -> None:
    """View, verify and update Astro Runtime lifecycle data."""


_as_of = options.as_of(help="Show only what was published by this date.  [default: today, UTC]")
_table_path = options.table(help="Use this lifecycle data instead of the bundled data.")
_format_name = partial(
    click.Option, ["--format", "format_name"], default="text", show_default=True, help="Output format."
)
_view_options = [_as_of, _table_path, _format_name(type=click.Choice(FORMATS))]
_timeline_options = [_as_of, _table_path, _format_name(type=click.Choice(("text", "svg", "html", "ics")))]


@command.command(short_help="Show the schedule, an image or a file.", params=[*_view_options])
@click.argument(
    "words", metavar="[IMAGE|TAG|SERIES|PATH]", nargs=-1, shell_complete=options.complete_subjects
)
def show(words: Sequence[str], as_of: date | None, format_name: str, table_path: str | None) -> int:
    """Show the release schedule, or what to do about an image and everything known about it.

    The image can be an image, a FROM, a tag (13.11.0-base, 3.1-8) or a series (13, 3.1). For the path of a
    Dockerfile, manifest or directory, show what to do about each image in it.
    """
    if words[1:] and words[0].upper() != "FROM":
        raise click.UsageError(f"Got unexpected extra argument ({visible(words[1])})")
    name, settings = " ".join(words), _settings(table_path)
    day = as_of or current_day()
    known = settings.default.table.as_of(day)
    if not name:
        return _print(view_schedule(known), format_name)
    try:
        lifecycle, verdict = look_up(name, known)
    except UnusableError:
        if not os.path.exists(name):
            raise
    else:
        subject = str(lifecycle.version or lifecycle.series.name)
        return _print(view_details(known, subject, *verdict), format_name)
    found, is_complete = _read([name], settings, day, partial(verdicts_of, day=day))
    _print(view_verdicts([*chain(*found)], known), format_name)
    return EXIT_CLEAN if is_complete else EXIT_USAGE


@command.command(
    short_help="Say which release to start on.",
    params=[_as_of, _table_path, _format_name(type=click.Choice(("text", "json")))],
)
def recommend(as_of: date | None, format_name: str, table_path: str | None) -> int:
    """Say which release to start on today, for each Airflow major, and why."""
    known = _settings(table_path).default.table.as_of(as_of or current_day())
    found, summary = recommend_releases(known)
    if format_name == "json":
        releases = [{"airflow": major, "image": image, "reason": reason} for major, image, reason in found]
        document = {"as_of": str(known.day), "table": known.table.identity}
        text = json_document({**document, "recommendations": releases, "summary": summary})
    else:
        lines = [
            f"Airflow {major}: {image} ({reason})" if image else f"Airflow {major}: {reason}"
            for major, image, reason in found
        ]
        lines.append(f"{summary} ({describe_table(known.table)}, as of {known.day})")
        text = "".join(f"{visible(line)}\n" for line in lines)
    click.echo(text, nl=False)
    return EXIT_CLEAN


@command.command(short_help="Show what changes between two releases.", params=[*_view_options])
@click.argument("before", metavar="VERSION", shell_complete=options.complete_releases)
@click.argument("after", metavar="VERSION", shell_complete=options.complete_releases)
def compare(before: str, after: str, as_of: date | None, format_name: str, table_path: str | None) -> int:
    """Show what changes from one release to another (9.1.0 13.11.0); tags with suffixes are accepted."""
    known = _settings(table_path).default.table.as_of(as_of or current_day())
    old, new = _find_image(before, known), _find_image(after, known)
    note = MIGRATION if old.lifecycle.airflow_major < new.lifecycle.airflow_major else ""
    return _print(view_comparison(compare_images(old, new, known), known, note), format_name)


def _settings(table_path: str | None) -> Settings:
    return Settings({} if table_path is None else {"table": table_path})


def _print(view: View, format_name: str) -> int:
    colored = is_colored("auto", sys.stdout)
    click.echo(render(view, format_name, is_colored=colored), nl=False, color=colored)
    return EXIT_CLEAN


def _find_image(name: str, known: Snapshot) -> ComparedImage:
    """Return the image with a tag such as `13.11.0-slim`. Raises UnusableError."""
    try:
        tag = parse_tag(name)
    except InvalidTagError:
        tag = None
    lifecycle = find_subject(known, tag.number if tag else name)
    series, version = lifecycle.series, lifecycle.version
    if tag is None or version is None:
        newest = f", such as {lifecycle.newest}" if lifecycle.newest else ""
        raise UnusableError(f"{quoted(name)} is a series; name a release{newest}")
    missing = list(missing_suffixes(tag, series, version).values())
    if missing:
        raise UnusableError(f"Astro Runtime {version} has no {missing[0]} image")
    system = "UBI 9" if tag.ubi9 else series.os or ""
    return ComparedImage(name, lifecycle, tag.python or series.default_python or "", system)


@command.command(short_help="Draw a timeline of the releases.", params=_timeline_options)
@click.argument("names", metavar="[SERIES]...", nargs=-1, shell_complete=options.complete_series)
@click.option(
    "--for",
    "paths",
    metavar="PATH",
    multiple=True,
    shell_complete=options.complete_files,
    help="Show only releases used in PATH, with counts. Can be repeated.",
)
def timeline(
    names: Sequence[str], format_name: str, paths: Sequence[str], as_of: date | None, table_path: str | None
) -> int:
    """Draw a timeline of all releases, or only of the given series (13 3.1).

    'ics' is a calendar of upcoming end dates with reminders 90 and 30 days ahead. 'ics' and 'html'
    require the extra 'report'.
    """
    settings, day = _settings(table_path), as_of or current_day()
    known = settings.default.table.as_of(day)
    for name in names:
        try:
            lifecycle = find_subject(known, name)
        except UnknownSubjectError as error:
            hint = "; use --for once per path" if os.path.exists(name) else ""
            raise UnusableError(f"{error}{hint}") from None
        if lifecycle.version:
            series = lifecycle.series.name
            raise UnusableError(f"{lifecycle.version} is a release; use its series, {series}")
    # Count the files that use each series.
    found, is_complete = _read(paths, settings, day, series_in) if paths else ([], True)
    files = Counter(chain(*found))
    drawn = build_timeline(known, files, names or (files if paths else None))
    for name in sorted({*(names or files)} - {bar.series.name for bar in drawn.bars}):
        facts = f"no dates as of {day} in the {describe_table(known.table)}"
        complain(f"skipping {series_name(visible(name))}: {facts}")
    text = _draw(format_name, drawn, known.table)
    # Encode output for other programs, which need UTF-8 and unchanged line endings on every system.
    output = text if format_name == "text" else text.encode("utf-8", "backslashreplace")
    # Tell click not to remove colors: the text has colors only if they are wanted.
    click.echo(output, nl=False, color=True)
    return EXIT_CLEAN if is_complete else EXIT_USAGE


def _read(
    paths: Sequence[str], settings: Settings, day: date, output: Callable[[Report], _T]
) -> tuple[list[_T], bool]:
    """Return `output(report)` for each file in `paths`, and whether all files could be read."""
    run = Session(day, complain)
    worker = Worker(FileLinter(settings, day).check, [output])
    found = [result for (result,) in run.parts(work(worker, run.files_of(paths), jobs=1))]
    if not any(found):
        no_files, no_images = "no Dockerfiles or Astro manifests found", "no Astro Runtime images found"
        complain(no_images if run.total.files else no_files)
    return found, not run.problems


def _draw(format_name: str, drawn: Timeline, table: LifecycleTable) -> str:
    # Lazy imports: xml.etree takes 22 ms, and 'html' and 'ics' need an extra.
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
    width = terminal_width() if sys.stdout.isatty() else 80
    colored, encoding = is_colored("auto", sys.stdout), sys.stdout.encoding
    return render_text(drawn, width, is_colored=colored, title=title, encoding=encoding)


@command.command(short_help="Check the lifecycle data.")
@click.argument("path", metavar="[TABLE]", required=False, shell_complete=options.complete_files)
def verify(path: str | None) -> int:
    """Check lifecycle data (default: the bundled data) for consistency and against the maintenance policy.

    Exits with 1 on unexplained differences or problems.
    """
    table = _settings(path).default.table
    comparisons, problems = compare_ends(table), find_problems(table)
    colored = is_colored("auto", sys.stdout)
    click.echo(render_verification(comparisons, problems, is_colored=colored), nl=False, color=colored)
    differing = sum(not comparison.is_explained for comparison in comparisons)
    wrong = sum(not problem.note for problem in problems)
    counts = f"{counted(differing, 'unexplained difference')}, {counted(wrong, 'unexplained problem')}"
    complain(f"{counts} in the {describe_table(table)}")
    return EXIT_FINDINGS if differing or wrong else EXIT_CLEAN


@command.command(short_help="Update the lifecycle data from the release feed.")
@click.option(
    "--from",
    "origin",
    metavar="FILE|URL",
    default=FEED_URL,
    show_default=True,
    shell_complete=options.complete_files,
    help="The release feed: a file, or an https: or file: URL.",
)
@click.option(
    "--output",
    "path",
    metavar="FILE",
    type=options.output,
    shell_complete=options.complete_files,
    help="Update this file. By default nothing is written.",
)
@click.option("--accept-unusual", is_flag=True, help="Accept a feed with unusual changes.")
def update(origin: str, path: str | None, *, accept_unusual: bool) -> int:
    """Read the release feed and report what is new, changed, yanked or removed.

    --output writes a file that combines the bundled data and the feed, for 'lint-runtime --table FILE'.
    If the feed is unavailable, invalid or unusual, nothing changes.
    """
    # Lazy import: urllib.request takes 50 ms.
    from lint_runtime.lifecycle.update import fetch, refresh

    try:
        base, known = (embedded_table(), None) if path is None else refresh.read_output(path)
        complain(f"reading {fetch.shown_origin(origin)}")
        refreshed = refresh.refresh(origin, base, known, current_day())
        if refreshed is None:
            complain(f"nothing new: {quoted(path or '')} is already up to date with this feed")
            return EXIT_CLEAN
        if refreshed.unusual and not accept_unusual:
            for text in refreshed.unusual:
                complain(f"unusual: {visible(text)}")
            raise UnusableError("unusual feed; if it is right, use --accept-unusual")  # noqa: TRY301
        if path is not None:
            refresh.write_output(path, refreshed)
    except UnusableError as error:
        raise UnusableError(f"{error}; nothing was changed") from None
    for kind, text in refreshed.changes:
        click.echo(f"{kind:7}  {visible(text)}")
    for gap in refreshed.gaps:
        complain(f"unresolved: {visible(gap.subject)}: {visible(gap.text)}")
    is_new = any(kind != "removed" for kind, _ in refreshed.changes)
    done = "nothing written (use --output FILE to save)" if path is None else f"wrote {quoted(path)}"
    complain(f"{'' if is_new else 'nothing new; '}{done} (lifecycle data of {refreshed.table.date})")
    return EXIT_CLEAN


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command. Returns 0 for success, 1 if `verify` fails, and 2 for errors."""
    return run_command(command, "runtime-lifecycle", argv)
