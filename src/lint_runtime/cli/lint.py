"""The command `lint-runtime`: what is linted, where the findings go, and which exit code they make."""

import os
import sys
from collections.abc import Iterable, Sequence
from datetime import date
from shutil import get_terminal_size
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
    shows_links,
    with_progress,
)
from lint_runtime.cli.options import PARAMETERS, Arguments, Command, check_conflicts
from lint_runtime.config.settings import Settings
from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.discovery import DOCKERFILE_NAMES
from lint_runtime.errors import UnusableError
from lint_runtime.formatters import load_formatter
from lint_runtime.lifecycle.table import LifecycleTable, describe_table
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.linter.report import Report, Run
from lint_runtime.linter.session import Session
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.text import counted, quoted, shown_path, visible


@click.command(cls=Command, params=[*PARAMETERS])
def command(**given: Any) -> int:
    """Check Dockerfiles for Astro Runtime images that are unsupported, yanked or for the wrong platform.

    PATH is a file, a directory to search for Dockerfiles, or '-' for standard input (default: the
    current directory). With --from-report, PATH is a JSON report.
    """
    arguments = Arguments(**given)
    check_conflicts(arguments)
    if arguments.list_rules or arguments.explain:
        return _print_rules(arguments)
    # The configuration files here are not those of the machines that wrote the reports.
    is_isolated = arguments.isolated or arguments.from_report
    settings = Settings(arguments.overrides, RULE_BY_NAME, arguments.config_path, is_isolated=is_isolated)
    if arguments.show_config:
        return _show_config(arguments, settings)
    today = arguments.as_of or current_day()
    if arguments.write_baseline is not None:
        return _write_baseline(arguments, settings, today, arguments.write_baseline)
    return _lint(arguments, settings, today)


def _print_rules(arguments: Arguments) -> int:
    from lint_runtime.cli.documentation import explanation, rule_list

    width = get_terminal_size().columns
    if arguments.list_rules:
        click.echo(rule_list(as_json=arguments.format_name == "json"), nl=False)
    for number, name in enumerate(dict.fromkeys(name for names in arguments.explain for name in names)):
        click.echo("\n" * bool(number) + explanation(name, width), nl=False)
    return EXIT_CLEAN


def _show_config(arguments: Arguments, settings: Settings) -> int:
    from lint_runtime.config.show import shown

    named = [arguments.name_of(path) for path in arguments.paths or (os.curdir,)]
    files = [os.path.join(path, "Dockerfile") if os.path.isdir(path) else path for path in named]
    click.echo("\n\n".join(shown(file, settings.of(file), settings.given) for file in files))
    return EXIT_CLEAN


def _write_baseline(arguments: Arguments, settings: Settings, today: date, path: str) -> int:
    from lint_runtime.linter.baseline import Baseline

    session = Session(
        settings,
        today,
        arguments.name_of,
        complain,
        uses_gitignore=not arguments.no_gitignore,
        honors_comments=not arguments.no_suppressions,
    )
    baseline = Baseline(path)
    for report in _reports(arguments, session):
        baseline.add((*report.diagnostics, *report.outranked))
    if session.problems:
        raise UnusableError(f"the baseline {quoted(path)} was not written")
    _write_file(path, baseline.text(), session)
    if session.problems:
        return EXIT_USAGE
    if not arguments.quiet:
        found = counted(session.found.total(), "finding")
        files = counted(session.files, "file")
        complain(f"recorded {found} in {files} in the baseline {quoted(path)}")
    return EXIT_CLEAN


def _lint(arguments: Arguments, settings: Settings, today: date) -> int:
    """Lint, apply fixes if asked to, and write what was found wherever it is to go."""
    # What a format lacks is reported before anything is linted or fixed.
    is_terminal = sys.stdout.isatty()
    printed = load_formatter(arguments.format_name or ("full" if is_terminal else "text"))
    outputs = [(load_formatter(name), path) for name, path in arguments.outputs]
    session = _session(arguments, settings, today)
    reports = _reports(arguments, session)
    if arguments.outputs or arguments.diff:
        reports = list(reports)
    colored = is_colored(arguments.color, sys.stdout)
    run = Run(
        today,
        settings.table,
        colored,
        session.tables.values(),
        session.problems,
        arguments.label,
        width=get_terminal_size().columns,
        has_links=shows_links(sys.stdout),
        shows_suppressed=arguments.sarif_suppressed,
    )
    if arguments.diff:
        _print_diffs(session.diffs, is_colored=colored)
    elif arguments.statistics:
        _print_statistics(reports, session, as_json=arguments.format_name == "json")
    else:
        _print(printed(reports, run), hold=is_terminal and _is_watched(arguments))
    for written, path in outputs:
        _write_file(
            path, "".join(written(reports, run._replace(is_colored=False, has_links=False))), session
        )
    if not session.files and not session.problems:
        _report_nothing(arguments, session)
    if session.files and not arguments.quiet:
        _report_upgrades(session, arguments)
        for finding in session.overruled:
            place = f"{shown_path(finding.path)}:{finding.line}"
            complain(f"{place}: a comment suppresses {finding.rule}, and does not count")
        for fixed in session.fixed:
            click.echo(f"lint-runtime: fixed {fixed}", err=True)
        click.echo(_summary(session, run, arguments), err=True)
    return _exit_code(session, arguments)


def _session(arguments: Arguments, settings: Settings, today: date) -> Session:
    baseline = None
    if arguments.baseline_path is not None:
        from lint_runtime.linter.baseline import load

        baseline = load(arguments.baseline_path)
    fix_mode = None
    if arguments.fix or arguments.diff:
        from lint_runtime.linter.fixes import FixMode
        from lint_runtime.linter.upgrade import Goal

        goal = None
        if arguments.upgrade or arguments.upgrade_to:
            goal = Goal(arguments.upgrade_to or "", arguments.unsafe_fixes)
            _check_series(goal.series, settings.table, today)
        fix_mode = FixMode(arguments.diff, arguments.unsafe_fixes, goal)
    return Session(
        settings,
        today,
        arguments.name_of,
        complain,
        baseline,
        fix_mode,
        uses_gitignore=not arguments.no_gitignore,
        honors_comments=not arguments.no_suppressions,
    )


def _check_series(name: str, table: LifecycleTable, today: date) -> None:
    """Raise UnusableError unless the series is one to move to; "" is the best one for each image."""
    names = [series.series for series in table.maintained(today)]
    if name and name not in names:
        known = f"maintained on {today}: {', '.join(names) or 'none'} ({describe_table(table)})"
        raise UnusableError(f"cannot upgrade to {series_name(name)}, which is not maintained; {known}")


def _exit_code(session: Session, arguments: Arguments) -> int:
    if session.problems or (arguments.fail_on_nothing and not session.files):
        return EXIT_USAGE
    return EXIT_FINDINGS if session.is_failing and not arguments.exit_zero else EXIT_CLEAN


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


_DIFF_COLORS = {"-": "red", "+": "green", "@": "cyan"}


def _print_diffs(diffs: Iterable[str], *, is_colored: bool) -> None:
    """Print differences byte for byte, but for a terminal, which is shown no control characters."""
    for diff in diffs:
        if is_colored or sys.stdout.isatty():
            lines = [_diff_line(line, is_colored=is_colored) for line in diff.split("\n")]
            click.echo("\n".join(lines), nl=False, color=is_colored)
        else:
            sys.stdout.buffer.write(diff.encode("utf-8", "surrogateescape"))


def _diff_line(line: str, *, is_colored: bool) -> str:
    shown = visible(line)
    if not is_colored:
        return shown
    if line.startswith(("--- ", "+++ ")):
        return click.style(shown, bold=True)
    color = _DIFF_COLORS.get(line[:1])
    return click.style(shown, fg=color) if color else shown


def _print_statistics(reports: Iterable[Report], session: Session, *, as_json: bool) -> None:
    """Print how many findings there are of each rule, the most frequent first."""
    for _ in reports:
        pass
    counts = sorted(session.by_rule.items(), key=lambda item: (-item[1], item[0]))
    if as_json:
        from lint_runtime.text import json_document

        click.echo(json_document([{"rule": rule, "count": count} for rule, count in counts]), nl=False)
        return
    width = max((len(f"{count:,}") for _, count in counts), default=0)
    for rule, count in counts:
        click.echo(f"{count:{width},}  {rule}")


def _report_upgrades(session: Session, arguments: Arguments) -> None:
    """Say which images move and which stay, and what changes with that."""
    if not session.upgrades:
        return
    from lint_runtime.formatters.upgrades import changes_as_text, describe

    for path, upgrade in session.upgrades:
        complain(describe(path, upgrade, is_done=arguments.fix))
    tables = "\n".join(changes_as_text(session.upgrades))
    if tables:
        click.echo(f"\n{tables}", err=True)


def _report_nothing(arguments: Arguments, session: Session) -> None:
    """Say why nothing was linted: where it was searched and for what, or that all of it is excluded."""
    where = ", ".join(map(quoted, arguments.paths or (os.curdir,)))
    if session.excluded:
        complain(
            f"nothing to lint: the configuration excludes {counted(session.excluded, 'file')} in {where}"
        )
    elif arguments.from_report:
        complain("nothing to lint: the reports list no files")
    else:
        ignored = "" if arguments.no_gitignore else " that git doesn't ignore"
        complain(f"no Dockerfiles found in {where} (looked for {', '.join(DOCKERFILE_NAMES)}{ignored})")


def _write_file(path: str, text: str, session: Session) -> None:
    """Write an output file, whole or not at all; a summary of GitHub Actions has room for several."""
    from lint_runtime.files import replace_file

    data = text.encode("utf-8", "backslashreplace")
    try:
        if path == os.environ.get("GITHUB_STEP_SUMMARY"):
            with open(path, "ab") as file:
                file.write(data)
        else:
            replace_file(path, data)
    except OSError as error:
        session.fail(f"cannot write {quoted(path)}: {error.strerror or error}")


def _summary(session: Session, run: Run, arguments: Arguments) -> str:
    tables = ", ".join(map(describe_table, run.tables))
    is_fixing = arguments.fix or arguments.diff
    counts = [(session.found[severity], severity) for severity in Severity]
    found = ", ".join(counted(count, severity) for count, severity in counts if count)
    found = found or (
        "no new problems" if arguments.baseline_path and session.suppressed else "no problems"
    )
    if session.fixable and not is_fixing:
        options = "--fix" if session.fixable[True] else "--fix --unsafe-fixes"
        found += f" ({session.fixable[True] or session.fixable[False]} fixable with {options})"
    if session.suppressed:
        found += f", {session.suppressed} suppressed"
    if arguments.diff:
        found = f"would fix {session.would_fix} of {counted(session.found.total(), 'finding')}: {found}"
    if session.fixed:
        found = f"{len(session.fixed)} fixed, {found}"
    moved = sum(not upgrade.reason for _, upgrade in session.upgrades)
    if moved and arguments.fix:
        found = f"{moved} upgraded, {found}"
    files = counted(session.files, "file")
    if session.past_reports:
        files += f" from {counted(session.past_reports, 'report')}"
    return f"lint-runtime: {found} in {files}, as of {run.as_of} ({tables})"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 clean, 1 findings, 2 usage or unreadable paths."""
    return run_command(command, "lint-runtime", argv)
