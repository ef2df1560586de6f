"""The command `lint-runtime`: options, files, the clock, exit codes. The only module that prints."""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timezone
from typing import IO, TYPE_CHECKING, Any

import click

from lint_runtime.config_error import ConfigError
from lint_runtime.diagnostic import Severity, quoted, visible
from lint_runtime.formatters import formatter
from lint_runtime.option_list import with_options
from lint_runtime.report import Report, Run
from lint_runtime.session import STDIN, Session
from lint_runtime.settings import Settings
from lint_runtime.table import TABLE

if TYPE_CHECKING:
    from lint_runtime.baseline import Baseline

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


class _UnusableFileError(Exception):
    """A file named by an option that cannot be used. The text is what to say of it."""


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@with_options
def command(
    paths: tuple[str, ...],
    format_name: str,
    outputs: tuple[tuple[str, str], ...],
    as_of: date | None,
    colour: str,
    fix: bool,
    diff: bool,
    unsafe_fixes: bool,
    config_path: str | None,
    isolated: bool,
    show_config: bool,
    baseline_path: str | None,
    write_baseline: str | None,
    stdin_filename: str | None,
    **given: Any,
) -> int:
    """Lint Dockerfiles for Astro Runtime base images that are unmaintained, yanked or do not fit.

    A PATH is a file, a folder to search for Dockerfiles, or '-' for standard input; without any, the
    current folder is searched. Exits with 0 if nothing was found at or above --fail-on, with 1 if
    something was, and with 2 for a wrong option or configuration, or a path that cannot be read or
    written.
    """
    is_mending, is_writing_baseline = fix or diff, write_baseline is not None
    for is_wrong, message in (
        (stdin_filename is not None and STDIN not in paths, "--stdin-filename goes with the path '-'."),
        (config_path is not None and isolated, "--config and --isolated exclude each other."),
        (fix and diff, "--fix and --diff exclude each other."),
        (unsafe_fixes and not is_mending, "--unsafe-fixes goes with --fix or --diff."),
        (fix and STDIN in paths, "--fix cannot write standard input; --diff shows what it would change."),
        (is_writing_baseline and baseline_path, "--baseline and --write-baseline exclude each other."),
        (is_writing_baseline and is_mending, "--write-baseline goes with neither --fix nor --diff."),
    ):
        if is_wrong:
            raise click.UsageError(message)
    settings = _settings(given, config_path, is_isolated=isolated)
    if show_config:
        return _show_config(paths or (os.curdir,), settings)
    today = as_of or datetime.now(timezone.utc).date()
    session = Session(settings, today, stdin_filename or "<stdin>", _complain)
    session.baseline = _baseline(baseline_path) if baseline_path else None
    diffs: list[str] = []
    if is_mending:
        from lint_runtime.mending import Differ, Writer

        mender = Writer(unsafe=unsafe_fixes) if fix else Differ(diffs.append, unsafe=unsafe_fixes)
        session.mender = mender
    files = session.files_of(paths or (os.curdir,))
    is_watched = sys.stderr.isatty() and (not paths or any(map(os.path.isdir, paths)))
    if is_watched:
        from lint_runtime.progress import with_progress

        files = with_progress(files)
    reports: Iterable[Report] = session.reports(files)
    if write_baseline is not None:
        return _write_baseline(write_baseline, reports, session)
    reports = list(reports) if outputs or diff else reports
    run = Run(today, TABLE.date, _is_coloured(colour, sys.stdout))
    if diff:
        _print_diffs(diffs)
    else:
        _write(formatter(format_name)(reports, run), hold=is_watched and sys.stdout.isatty())
    for name, path in outputs:
        _write_file(path, "".join(formatter(name)(reports, run._replace(is_coloured=False))), session)
    click.echo(_summary(session, today, is_mending=is_mending), err=True)
    if session.failures:
        return EXIT_USAGE
    return EXIT_FINDINGS if session.is_failing else EXIT_CLEAN


def _complain(message: str) -> None:
    click.echo(f"lint-runtime: {message}", err=True)


def _settings(given: Mapping[str, Any], config_path: str | None, *, is_isolated: bool) -> Settings:
    settled = {field: value for field, value in given.items() if value is not None}
    if config_path is None:
        return Settings(settled, is_isolated=is_isolated)
    from lint_runtime.config_file import load

    return Settings(settled, load(config_path))


def _show_config(paths: Iterable[str], settings: Settings) -> int:
    from lint_runtime.show_config import shown

    for path in paths:
        file = os.path.join(path, "Dockerfile") if os.path.isdir(path) else path
        click.echo(shown(file, settings.of(file), settings.given))
    return EXIT_CLEAN


def _baseline(path: str) -> "Baseline":
    from lint_runtime.baseline import BaselineError, load

    try:
        return load(path)
    except BaselineError as error:
        raise _UnusableFileError(f"cannot use the baseline {quoted(path)}: {error}") from None


def _write_baseline(path: str, reports: Iterable[Report], session: Session) -> int:
    from lint_runtime.baseline import Baseline

    baseline = Baseline(path)
    for report in reports:
        baseline.add((*report.diagnostics, *report.outranked))
    if session.failures:
        raise _UnusableFileError(f"the baseline {quoted(path)} was not written")
    _write_file(path, baseline.text(), session)
    if not session.failures:
        found = _counted(len(baseline), "finding")
        _complain(f"wrote {found} in {_counted(session.files, 'file')} to the baseline {quoted(path)}")
    return EXIT_USAGE if session.failures else EXIT_CLEAN


def _write_file(path: str, text: str, session: Session) -> None:
    """Write an output file, whole or not at all."""
    from lint_runtime.replacing import replace_file

    try:
        replace_file(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        session.failures += 1
        _complain(f"cannot write {quoted(path)}: {error.strerror or error}")


def _summary(session: Session, today: date, *, is_mending: bool) -> str:
    if not session.files:
        return f"lint-runtime: no Dockerfile was linted (lifecycle table of {TABLE.date})"
    counts = [(session.found[severity], severity) for severity in Severity]
    found = ", ".join(_counted(count, severity) for count, severity in counts if count) or "nothing found"
    if session.fixable and not is_mending:
        found += f" ({session.fixable} fixable with --fix)"
    if session.suppressed:
        found += f", {session.suppressed} suppressed"
    if session.mender and session.mender.fixed:
        found = f"{_counted(session.mender.fixed, 'fix')} made, {found}"
    return (
        f"lint-runtime: {found} in {_counted(session.files, 'file')}, as of {today}"
        f" (lifecycle table of {TABLE.date})"
    )


def _counted(count: int, noun: str) -> str:
    plural = "es" if noun.endswith("x") else "s"
    return f"{count} {noun}" if count == 1 else f"{count} {noun}{plural}"


def _print_diffs(diffs: Iterable[str]) -> None:
    """Print differences byte for byte, but for a terminal, which is shown no control characters."""
    for diff in diffs:
        if sys.stdout.isatty():
            click.echo("\n".join(map(visible, diff.split("\n"))), nl=False)
        else:
            sys.stdout.buffer.write(diff.encode("utf-8", "surrogateescape"))


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
    except ConfigError as error:
        for message in error.messages:
            _complain(message)
        return EXIT_USAGE
    except _UnusableFileError as error:
        _complain(str(error))
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
