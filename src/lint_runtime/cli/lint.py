"""The command `lint-runtime`: options, files, the clock, exit codes. The only module that prints."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from lint_runtime.cli.console import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_USAGE,
    complain,
    current_day,
    is_colored,
    run_command,
)
from lint_runtime.cli.options import Command, with_options
from lint_runtime.config.settings import Settings
from lint_runtime.diagnostics import Severity
from lint_runtime.errors import UnusableError
from lint_runtime.formatters import formatter
from lint_runtime.linter.report import Report, Run, describe_table
from lint_runtime.linter.session import Session
from lint_runtime.text import counted, quoted, visible

if TYPE_CHECKING:
    from lint_runtime.linter.baseline import Baseline
    from lint_runtime.linter.fixes import Mender

from collections.abc import Mapping
from types import SimpleNamespace

from lint_runtime.linter.session import STDIN

OVERRIDES = ("select", "ignore", "fail_on", "warn_within", "build_args", "table")
"""The fields of Config that options stand above."""


class Invocation(SimpleNamespace):
    """The arguments of one run, by the names that their options have in the command."""

    paths: tuple[str, ...]
    format_name: str
    outputs: tuple[tuple[str, str], ...]
    as_of: date | None
    warn_within: int | None
    fail_on: Severity | None
    build_args: dict[str, str] | None
    select: frozenset[str] | None
    ignore: frozenset[str] | None
    fix: bool
    diff: bool
    unsafe_fixes: bool
    config_path: str | None
    isolated: bool
    show_config: bool
    baseline_path: str | None
    write_baseline: str | None
    table: str | None
    stdin_filename: str | None
    from_report: bool
    label: str | None
    color: str

    def name_of(self, path: str) -> str:
        """Return what to call a path in what is reported."""
        return (self.stdin_filename or "<stdin>") if path == STDIN else path

    @property
    def overrides(self) -> Mapping[str, Any]:
        """What the options say in place of a configuration file, by field of Config."""
        given = ((field, getattr(self, field)) for field in OVERRIDES)
        return {field: value for field, value in given if value is not None}

    @property
    def is_fixing(self) -> bool:
        """Whether fixes are asked for, written or shown."""
        return self.fix or self.diff

    @property
    def _needs_files(self) -> bool:
        """Whether anything is asked for that takes the files themselves."""
        paths = (self.baseline_path, self.write_baseline, self.stdin_filename)
        is_given = any(path is not None for path in paths)
        return is_given or self.is_fixing or self.show_config or self.build_args is not None

    @property
    def _formats(self) -> set[str]:
        return {self.format_name, *(name for name, _ in self.outputs)}

    @property
    def _overwritten(self) -> str:
        """Name an output that would take the place of something to read; "" if none would."""
        read = {*self.paths, self.config_path, self.baseline_path, self.table} - {None, STDIN}
        places = {os.path.realpath(path) for path in read if path is not None and os.path.isfile(path)}
        written = [path for _, path in self.outputs] + [self.write_baseline or ""]
        return next((path for path in written if path and os.path.realpath(path) in places), "")

    @property
    def conflict(self) -> str:
        """Say which options do not go together; "" if all do."""
        conflicts = (
            (bool(self._overwritten), f"{quoted(self._overwritten)} is read, and would be overwritten."),
            (
                self.stdin_filename is not None and STDIN not in self.paths,
                "--stdin-filename goes with the path '-'.",
            ),
            (self.config_path is not None and self.isolated, "--config and --isolated exclude each other."),
            (self.fix and self.diff, "--fix and --diff exclude each other."),
            (self.unsafe_fixes and not self.is_fixing, "--unsafe-fixes goes with --fix or --diff."),
            (
                self.fix and STDIN in self.paths,
                "--fix cannot write standard input; --diff shows what it would change.",
            ),
            (
                self.write_baseline is not None and self.baseline_path is not None,
                "--baseline and --write-baseline exclude each other.",
            ),
            (
                self.write_baseline is not None and (self.is_fixing or bool(self.outputs)),
                "--write-baseline goes with none of --fix, --diff and --output.",
            ),
            (
                self.from_report and not self.paths,
                "--from-report needs reports: their paths, or '-' for a list on standard input.",
            ),
            (
                self.from_report and self._needs_files,
                "--from-report has no files: it goes with none of --fix, --diff, --show-config,"
                " --build-arg, --baseline, --write-baseline and --stdin-filename.",
            ),
            (
                self.label is not None and "json" not in self._formats,
                "--label goes with --format json or --output json=PATH.",
            ),
        )
        return next((message for is_wrong, message in conflicts if is_wrong), "")


@click.command(cls=Command)
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@with_options
def command(**arguments: Any) -> int:
    """Lint Dockerfiles for Astro Runtime base images that are unmaintained, yanked or do not fit.

    A PATH is a file, a folder to search for Dockerfiles, or '-' for standard input; without any, the
    current folder is searched. With --from-report it is a JSON report. Exits with 0 if nothing was
    found at or above --fail-on, with 1 if something was, and with 2 for a wrong option or
    configuration, or a path that cannot be read or written.
    """
    invocation = Invocation(**arguments)
    if invocation.conflict:
        raise click.UsageError(invocation.conflict)
    settings = _settings(invocation)
    if invocation.show_config:
        return _show_config(invocation, settings)
    today = invocation.as_of or current_day()
    if invocation.write_baseline is not None:
        session = Session(settings, today, invocation.name_of, complain)
        return _write_baseline(invocation.write_baseline, invocation.paths, session)
    return _lint(invocation, settings, today)


def _settings(invocation: Invocation) -> Settings:
    if invocation.config_path is None:
        # The configuration files here are not those of the machines that wrote the reports.
        is_isolated = invocation.isolated or invocation.from_report
        return Settings(invocation.overrides, is_isolated=is_isolated)
    from lint_runtime.config.files import load

    return Settings(invocation.overrides, load(invocation.config_path))


def _show_config(invocation: Invocation, settings: Settings) -> int:
    from lint_runtime.config.show import shown

    named = [invocation.name_of(path) for path in invocation.paths or (os.curdir,)]
    files = [os.path.join(path, "Dockerfile") if os.path.isdir(path) else path for path in named]
    click.echo("\n\n".join(shown(file, settings.of(file), settings.given) for file in files))
    return EXIT_CLEAN


def _lint(invocation: Invocation, settings: Settings, today: date) -> int:
    """Lint, mend if asked to, and write what was found wherever it is to go."""
    # What a format lacks is told before anything is linted or mended.
    printed = formatter(invocation.format_name)
    outputs = [(formatter(name), path) for name, path in invocation.outputs]
    diffs: list[str] = []
    baseline = _baseline(invocation.baseline_path)
    mender = _mender(invocation, diffs.append)
    session = Session(settings, today, invocation.name_of, complain, baseline, mender)
    reports, is_watched = _reports(invocation, session)
    if invocation.outputs or invocation.diff:
        reports = list(reports)
    colored = is_colored(invocation.color, sys.stdout)
    run = Run(today, settings.table, colored, session.tables.values(), session.problems, invocation.label)
    if invocation.diff:
        _print_diffs(diffs)
    else:
        _write(printed(reports, run), hold=is_watched and sys.stdout.isatty())
    for written, path in outputs:
        _write_file(path, "".join(written(reports, run._replace(is_colored=False))), session)
    click.echo(_summary(session, run, mender), err=True)
    if session.problems:
        return EXIT_USAGE
    return EXIT_FINDINGS if session.is_failing else EXIT_CLEAN


def _reports(invocation: Invocation, session: Session) -> tuple[Iterable[Report], bool]:
    """Return the reports to write, and whether somebody is shown how far it is."""
    if not invocation.from_report:
        files, is_watched = _files(invocation.paths, session)
        return session.reports(files), is_watched
    from lint_runtime.linter.recheck import report_files, recheck_reports

    files, is_watched = _watched(report_files(invocation.paths))
    return recheck_reports(files, session), is_watched


def _files(paths: Sequence[str], session: Session) -> tuple[Iterable[str], bool]:
    """Return the files to lint, and whether somebody is shown how far it is."""
    files = session.files_of(paths or (os.curdir,))
    searches_folders = not paths or any(map(os.path.isdir, paths))
    return _watched(files) if searches_folders else (files, False)


def _watched(files: Iterable[str]) -> tuple[Iterable[str], bool]:
    if not sys.stderr.isatty():
        return files, False
    from lint_runtime.cli.console import with_progress

    return with_progress(files), True


def _mender(invocation: Invocation, show: Callable[[str], None]) -> "Mender | None":
    if not invocation.is_fixing:
        return None
    from lint_runtime.linter.fixes import Differ, Writer

    unsafe = invocation.unsafe_fixes
    return Writer(unsafe=unsafe) if invocation.fix else Differ(show, unsafe=unsafe)


def _baseline(path: str | None) -> "Baseline | None":
    if path is None:
        return None
    from lint_runtime.linter.baseline import BaselineError, load

    try:
        return load(path)
    except BaselineError as error:
        raise UnusableError(f"cannot use the baseline {quoted(path)}: {error}") from None


def _write_baseline(path: str, paths: Sequence[str], session: Session) -> int:
    from lint_runtime.linter.baseline import Baseline

    baseline = Baseline(path)
    files, _ = _files(paths, session)
    for report in session.reports(files):
        baseline.add((*report.diagnostics, *report.outranked))
    if session.problems:
        raise UnusableError(f"the baseline {quoted(path)} was not written")
    _write_file(path, baseline.text(), session)
    if session.problems:
        return EXIT_USAGE
    found = counted(baseline.count, "finding")
    complain(f"wrote {found} in {counted(session.files, 'file')} to the baseline {quoted(path)}")
    return EXIT_CLEAN


def _write_file(path: str, text: str, session: Session) -> None:
    """Write an output file, whole or not at all."""
    from lint_runtime.files import replace_file

    try:
        replace_file(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        session.fail(f"cannot write {quoted(path)}: {error.strerror or error}")


def _summary(session: Session, run: Run, mender: "Mender | None") -> str:
    tables = ", ".join(map(describe_table, run.tables))
    if not session.files:
        return f"lint-runtime: no Dockerfile was linted ({tables})"
    counts = [(session.found[severity], severity) for severity in Severity]
    found = ", ".join(counted(count, severity) for count, severity in counts if count) or "nothing found"
    if session.fixable and mender is None:
        options = "--fix" if session.fixable[True] else "--fix --unsafe-fixes"
        found += f" ({session.fixable[True] or session.fixable[False]} fixable with {options})"
    if session.suppressed:
        found += f", {session.suppressed} suppressed"
    if mender and mender.fixed:
        found = f"{counted(mender.fixed, 'fix')} made, {found}"
    files = counted(session.files, "file")
    if session.past_reports:
        files += f" of {counted(session.past_reports, 'report')}"
    return f"lint-runtime: {found} in {files}, as of {run.as_of} ({tables})"


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


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 clean, 1 findings, 2 usage or unreadable paths."""
    return run_command(command, "lint-runtime", argv)
