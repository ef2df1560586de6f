"""The command `lint-runtime`: options, files, the clock, exit codes. The only module that prints."""

import os
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, datetime, timezone
from typing import IO

import click

from lint_runtime import options
from lint_runtime.config import Config
from lint_runtime.diagnostic import Severity, quoted
from lint_runtime.formatters import FORMATTERS, formatter
from lint_runtime.report import Run
from lint_runtime.session import STDIN, Session
from lint_runtime.table import TABLE

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option(
    "--format",
    "format_name",
    type=click.Choice(FORMATTERS),
    default="text",
    show_default=True,
    help="How findings are printed on standard output.",
)
@click.option(
    "--as-of",
    callback=options.day,
    metavar="YYYY-MM-DD",
    default=None,
    help="Judge as on this day, by what was published then.  [default: today, UTC]",
)
@click.option(
    "--warn-within",
    type=click.IntRange(min=0),
    metavar="DAYS",
    default=Config().warn_within,
    show_default=True,
    help="Warn when the maintenance of a line ends within so many days.",
)
@click.option(
    "--fail-on",
    type=click.Choice([severity.value for severity in Severity]),
    default="error",
    show_default=True,
    help="Exit with 1 for findings of this severity and above.",
)
@click.option(
    "--build-arg",
    "build_args",
    multiple=True,
    metavar="KEY=VALUE",
    callback=options.build_args,
    help="Value of an ARG, as given to the build. May be repeated.",
)
@click.option(
    "--select",
    callback=options.rule_names,
    multiple=True,
    metavar="RULE[,...]",
    help="Run these rules only.",
)
@click.option(
    "--ignore",
    callback=options.rule_names,
    multiple=True,
    metavar="RULE[,...]",
    help="Do not run these rules.",
)
@click.option(
    "--stdin-filename", metavar="PATH", help="What to call standard input, read for the path '-'."
)
@click.option(
    "--color",
    "colour",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    help="Colour the text format. NO_COLOR and FORCE_COLOR are heeded by auto.",
)
@click.option(
    "--list-rules",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=options.printing(options.rule_list),
    help="List all rules and exit.",
)
@click.option(
    "--explain",
    metavar="RULE",
    is_eager=True,
    expose_value=False,
    callback=options.printing(options.explanation),
    help="Print the documentation of a rule and exit.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=options.printing(options.version),
    help="Print the version and the date of the lifecycle table and exit.",
)
def command(
    paths: tuple[str, ...],
    format_name: str,
    as_of: date | None,
    warn_within: int,
    fail_on: str,
    build_args: dict[str, str],
    select: frozenset[str],
    ignore: frozenset[str],
    stdin_filename: str | None,
    colour: str,
) -> int:
    """Lint Dockerfiles for Astro Runtime base images that are unmaintained, yanked or do not fit.

    A PATH is a file, a folder to search for Dockerfiles, or '-' for standard input; without any, the
    current folder is searched. Exits with 0 if nothing was found at or above --fail-on, with 1 if
    something was, and with 2 for a wrong option or a path that cannot be read.
    """
    if stdin_filename is not None and STDIN not in paths:
        raise click.UsageError("--stdin-filename goes with the path '-'.")
    today = as_of or datetime.now(timezone.utc).date()
    config = Config(
        select=select,
        ignore=ignore,
        fail_on=Severity(fail_on),
        warn_within=warn_within,
        build_args=build_args,
    )
    session = Session(config, today, stdin_filename or "<stdin>", _complain)
    files = session.files_of(paths or (os.curdir,))
    is_watched = sys.stderr.isatty() and (not paths or any(map(os.path.isdir, paths)))
    if is_watched:
        from lint_runtime.progress import with_progress

        files = with_progress(files)
    run = Run(today, TABLE.date, _is_coloured(colour, sys.stdout))
    _write(formatter(format_name)(session.reports(files), run), hold=is_watched and sys.stdout.isatty())
    click.echo(_summary(session, today), err=True)
    if session.unreadable:
        return EXIT_USAGE
    return EXIT_FINDINGS if session.is_failing else EXIT_CLEAN


def _complain(path: str, error: OSError) -> None:
    shown = "standard input" if path == STDIN else quoted(path)
    click.echo(f"lint-runtime: cannot read {shown}: {error.strerror or error}", err=True)


def _summary(session: Session, today: date) -> str:
    if not session.files:
        return f"lint-runtime: no Dockerfile was linted (lifecycle table of {TABLE.date})"
    counts = [(session.found[severity], severity) for severity in Severity]
    found = ", ".join(_counted(count, severity) for count, severity in counts if count)
    return (
        f"lint-runtime: {found or 'nothing found'} in {_counted(session.files, 'file')}, as of {today}"
        f" (lifecycle table of {TABLE.date})"
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _write(pieces: Iterable[str], *, hold: bool) -> None:
    """Print `pieces` as they come, or all at the end so that a progress bar is not written over."""
    for piece in list(pieces) if hold else pieces:
        sys.stdout.write(piece)
    sys.stdout.flush()


def _is_coloured(choice: str, stream: IO[str]) -> bool:
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 clean, 1 findings, 2 usage or unreadable paths."""
    _mend_streams()
    try:
        # Not click's own main, which takes a reader that has gone for a finding.
        with command.make_context("lint-runtime", list(sys.argv[1:] if argv is None else argv)) as context:
            code: int = command.invoke(context)
        sys.stdout.flush()
        sys.stderr.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except (KeyboardInterrupt, click.Abort):
        click.echo("lint-runtime: interrupted", err=True)
        return EXIT_INTERRUPTED
    except OSError as error:
        return _give_up_writing(error)
    return code


def _mend_streams() -> None:
    """Let every character be printable somehow, and let a closed stream swallow what is written."""
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _give_up_writing(error: OSError) -> int:
    """Say that the output cannot be written, unless its reader has just gone, and write no more."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    if not isinstance(error, BrokenPipeError):
        with suppress(OSError):
            click.echo(f"lint-runtime: cannot write the output: {error.strerror or error}", err=True)
    os.dup2(nowhere, sys.stderr.fileno())
    return EXIT_USAGE
