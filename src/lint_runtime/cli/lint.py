"""The command `lint-runtime`: what is linted, where the findings go, and which exit code they make."""

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import click

from lint_runtime.cli.console import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_USAGE,
    complain,
    current_day,
    is_colored,
    run_command,
    with_progress,
)
from lint_runtime.cli.options import Arguments, Command, check_conflicts, with_options
from lint_runtime.config.settings import Settings
from lint_runtime.diagnostics import Severity
from lint_runtime.errors import UnusableError
from lint_runtime.formatters import load_formatter
from lint_runtime.linter.report import Report, Run, describe_table
from lint_runtime.linter.session import Session
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.text import counted, quoted, visible


@click.command(cls=Command)
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@with_options
def command(**given: Any) -> int:
    """Lint Dockerfiles for Astro Runtime base images that are unmaintained, yanked or do not fit.

    A PATH is a file, a folder to search for Dockerfiles, or '-' for standard input; without any, the
    current folder is searched. With --from-report it is a JSON report. Exits with 0 if nothing was
    found at or above --fail-on, with 1 if something was, and with 2 for a wrong option or
    configuration, or a path that cannot be read or written.
    """
    arguments = Arguments(**given)
    check_conflicts(arguments)
    # The configuration files here are not those of the machines that wrote the reports.
    is_isolated = arguments.isolated or arguments.from_report
    settings = Settings(arguments.overrides, RULE_BY_NAME, arguments.config_path, is_isolated=is_isolated)
    if arguments.show_config:
        return _show_config(arguments, settings)
    today = arguments.as_of or current_day()
    if arguments.write_baseline is not None:
        return _write_baseline(arguments, settings, today, arguments.write_baseline)
    return _lint(arguments, settings, today)


def _show_config(arguments: Arguments, settings: Settings) -> int:
    from lint_runtime.config.show import shown

    named = [arguments.name_of(path) for path in arguments.paths or (os.curdir,)]
    files = [os.path.join(path, "Dockerfile") if os.path.isdir(path) else path for path in named]
    click.echo("\n\n".join(shown(file, settings.of(file), settings.given) for file in files))
    return EXIT_CLEAN


def _write_baseline(arguments: Arguments, settings: Settings, today: date, path: str) -> int:
    from lint_runtime.linter.baseline import Baseline

    session = Session(settings, today, arguments.name_of, complain)
    baseline = Baseline(path)
    for report in _reports(arguments, session):
        baseline.add((*report.diagnostics, *report.outranked))
    if session.problems:
        raise UnusableError(f"the baseline {quoted(path)} was not written")
    _write_file(path, baseline.text(), session)
    if session.problems:
        return EXIT_USAGE
    found = counted(baseline.count, "finding")
    complain(f"wrote {found} in {counted(session.files, 'file')} to the baseline {quoted(path)}")
    return EXIT_CLEAN


def _lint(arguments: Arguments, settings: Settings, today: date) -> int:
    """Lint, apply fixes if asked to, and write what was found wherever it is to go."""
    # What a format lacks is reported before anything is linted or fixed.
    printed = load_formatter(arguments.format_name)
    outputs = [(load_formatter(name), path) for name, path in arguments.outputs]
    baseline = None
    if arguments.baseline_path is not None:
        from lint_runtime.linter.baseline import load

        baseline = load(arguments.baseline_path)
    fix_mode = None
    if arguments.fix or arguments.diff:
        from lint_runtime.linter.fixes import FixMode

        fix_mode = FixMode(is_dry_run=arguments.diff, unsafe=arguments.unsafe_fixes)
    session = Session(settings, today, arguments.name_of, complain, baseline, fix_mode)
    reports = _reports(arguments, session)
    if arguments.outputs or arguments.diff:
        reports = list(reports)
    colored = is_colored(arguments.color, sys.stdout)
    run = Run(today, settings.table, colored, session.tables.values(), session.problems, arguments.label)
    if arguments.diff:
        _print_diffs(session.diffs)
    else:
        _print(printed(reports, run), hold=sys.stdout.isatty() and _is_watched(arguments))
    for written, path in outputs:
        _write_file(path, "".join(written(reports, run._replace(is_colored=False))), session)
    click.echo(_summary(session, run, is_fixing=fix_mode is not None), err=True)
    if session.problems:
        return EXIT_USAGE
    return EXIT_FINDINGS if session.is_failing else EXIT_CLEAN


def _is_watched(arguments: Arguments) -> bool:
    """Whether there may be many files, and a terminal to show how far the run is."""
    if not sys.stderr.isatty():
        return False
    return arguments.from_report or not arguments.paths or any(map(os.path.isdir, arguments.paths))


def _reports(arguments: Arguments, session: Session) -> Iterable[Report]:
    watched = with_progress if _is_watched(arguments) else iter
    if arguments.from_report:
        from lint_runtime.linter.recheck import recheck_reports, report_files

        return recheck_reports(watched(report_files(arguments.paths)), session)
    return session.reports(watched(session.files_of(arguments.paths or (os.curdir,))))


def _print(pieces: Iterable[str], *, hold: bool) -> None:
    """Print `pieces` as they come, or all at the end so that a progress bar is not written over."""
    for piece in list(pieces) if hold else pieces:
        sys.stdout.write(piece)
    sys.stdout.flush()


def _print_diffs(diffs: Iterable[str]) -> None:
    """Print differences byte for byte, but for a terminal, which is shown no control characters."""
    for diff in diffs:
        if sys.stdout.isatty():
            click.echo("\n".join(map(visible, diff.split("\n"))), nl=False)
        else:
            sys.stdout.buffer.write(diff.encode("utf-8", "surrogateescape"))


def _write_file(path: str, text: str, session: Session) -> None:
    """Write an output file, whole or not at all."""
    from lint_runtime.files import replace_file

    try:
        replace_file(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        session.fail(f"cannot write {quoted(path)}: {error.strerror or error}")


def _summary(session: Session, run: Run, *, is_fixing: bool) -> str:
    tables = ", ".join(map(describe_table, run.tables))
    if not session.files:
        return f"lint-runtime: no Dockerfile was linted ({tables})"
    counts = [(session.found[severity], severity) for severity in Severity]
    found = ", ".join(counted(count, severity) for count, severity in counts if count) or "nothing found"
    if session.fixable and not is_fixing:
        options = "--fix" if session.fixable[True] else "--fix --unsafe-fixes"
        found += f" ({session.fixable[True] or session.fixable[False]} fixable with {options})"
    if session.suppressed:
        found += f", {session.suppressed} suppressed"
    if session.fixed:
        found = f"{counted(session.fixed, 'fix')} made, {found}"
    files = counted(session.files, "file")
    if session.past_reports:
        files += f" of {counted(session.past_reports, 'report')}"
    return f"lint-runtime: {found} in {files}, as of {run.as_of} ({tables})"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 clean, 1 findings, 2 usage or unreadable paths."""
    return run_command(command, "lint-runtime", argv)
