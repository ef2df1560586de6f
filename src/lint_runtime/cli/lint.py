"""The command `lint-runtime`: what is linted, where the findings go, and which exit code they make."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import partial
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from lint_runtime.cli.console import (
    EXIT_CLEAN,
    EXIT_FINDINGS,
    EXIT_USAGE,
    azure_pipeline,
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
from lint_runtime.formatters import ROOTED, Formatter, load_formatter
from lint_runtime.lifecycle.table import LifecycleTable, describe_table
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.linter.file_linter import STDIN, FileLinter
from lint_runtime.linter.report import Report, Run, rerooted
from lint_runtime.linter.session import Session
from lint_runtime.linter.tally import Moved, Tally
from lint_runtime.linter.workers import Check, Worker, spread, work
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.text import counted, quoted, shown_path, visible

if TYPE_CHECKING:
    from lint_runtime.files import Spool
    from lint_runtime.linter.baseline import Baseline


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
    from lint_runtime.linter.baseline import Baseline, load, record

    known = load(path) if os.path.isfile(path) else Baseline(path)
    session = Session(today, complain)
    parts = _parts(arguments, session, Worker(_check(arguments, settings, today, None), [record]))
    baseline = known.replaced(of_file for (of_file,) in parts)
    if session.problems:
        raise UnusableError(f"the baseline {quoted(path)} was not written")
    _write_file(path, [baseline.text()], session)
    if session.problems:
        return EXIT_USAGE
    if not arguments.quiet:
        found = counted(session.total.found.total(), "finding")
        files = counted(session.total.files, "file")
        complain(f"recorded {found} in {files} in the baseline {quoted(path)}")
    return EXIT_CLEAN


def _lint(arguments: Arguments, settings: Settings, today: date) -> int:
    """Lint, apply fixes if asked to, and write what was found wherever it is to go."""
    # What a format lacks is reported before anything is linted or fixed.
    is_terminal = sys.stdout.isatty()
    name = arguments.format_name or ("full" if is_terminal else "text")
    printed = None if arguments.diff or arguments.statistics else load_formatter(name)
    written = [(load_formatter(name), name, path) for name, path in arguments.outputs]
    baseline = _baseline(arguments)
    check = _check(arguments, settings, today, baseline)
    session = Session(today, complain)
    run = _run(arguments, settings, session, today)
    plain = run._replace(is_colored=False, has_links=False)
    outputs = [_part(name, printed, run, arguments) if printed else _nothing]
    outputs += [_part(name, formatter, plain, arguments) for formatter, name, _ in written]
    spools = _spools(len(written))
    parts = _first_parts(_parts(arguments, session, Worker(check, outputs)), spools)
    if printed:
        _print(printed.document(parts, run), hold=is_terminal and _is_watched(arguments))
    else:
        for _ in parts:
            pass
    if arguments.diff:
        _print_diffs(session.total.diffs, is_colored=run.is_colored)
    elif arguments.statistics:
        _print_statistics(session.total, as_json=arguments.format_name == "json")
    for (formatter, _, path), spool in zip(written, spools, strict=True):
        _write_file(path, formatter.document(spool, plain), session)
    if baseline is not None:
        _report_stale(baseline, session, arguments)
    _conclude(arguments, session, run)
    return _exit_code(session, arguments)


def _run(arguments: Arguments, settings: Settings, session: Session, today: date) -> Run:
    return Run(
        today,
        settings.table,
        is_colored(arguments.color, sys.stdout),
        session.total.tables,
        session.problems,
        arguments.label,
        width=get_terminal_size().columns,
        has_links=shows_links(sys.stdout),
        shows_suppressed=arguments.sarif_suppressed,
        pipeline=azure_pipeline(),
    )


def _conclude(arguments: Arguments, session: Session, run: Run) -> None:
    """Say what was done, and how much was found in how many files."""
    total = session.total
    if not total.files and not session.problems:
        _report_nothing(arguments, session)
    if not total.files or arguments.quiet:
        return
    _report_upgrades(total.upgrades, is_done=arguments.fix)
    for finding in total.overruled:
        place = f"{shown_path(finding.path)}:{finding.line}"
        complain(f"{place}: a comment suppresses {finding.rule}, and does not count")
    for fixed in total.fixed:
        click.echo(f"lint-runtime: fixed {fixed}", err=True)
    click.echo(_summary(session, run, arguments), err=True)


def _part(name: str, formatter: Formatter, run: Run, arguments: Arguments) -> Callable[[Report], Any]:
    """Return the function that turns a report into its part of a format, with the paths to show."""
    part = partial(formatter.part, run=run)
    if name not in ROOTED or arguments.from_report:
        return part
    from lint_runtime.dockerfile.gitignore import repository_root

    try:
        directory = os.getcwd()
    except FileNotFoundError:
        return part
    given = arguments.path_root
    root = repository_root(directory, {}) if given is None else os.path.realpath(given)
    return partial(_rooted_part, part, root, directory) if root else part


def _rooted_part(part: Callable[[Report], Any], root: str, directory: str, report: Report) -> Any:
    return part(rerooted(report, root, directory))


def _nothing(report: Report) -> None:
    """Ignore a report, as only counts are shown."""


def _spools(count: int) -> "list[Spool[Any]]":
    if not count:
        return []
    # Few runs write files.
    from lint_runtime.files import Spool

    return [Spool() for _ in range(count)]


def _first_parts(parts: Iterable[tuple[Any, ...]], spools: "Sequence[Spool[Any]]") -> Iterator[Any]:
    """Yield the first part of every file, and keep the others for later."""
    for first, *others in parts:
        for spool, part in zip(spools, others, strict=True):
            spool.add(part)
        yield first


def _baseline(arguments: Arguments) -> "Baseline | None":
    if arguments.baseline_path is None:
        return None
    from lint_runtime.linter.baseline import load

    return load(arguments.baseline_path)


def _check(arguments: Arguments, settings: Settings, today: date, baseline: "Baseline | None") -> Check:
    """Return what checks a file, or a file of a report."""
    if arguments.from_report:
        from lint_runtime.linter.recheck import Rechecker

        return Rechecker(settings, today)
    fix_mode = None
    if arguments.fix or arguments.diff:
        from lint_runtime.linter.fixes import FixMode
        from lint_runtime.linter.upgrade import Goal

        goal = None
        if arguments.upgrade or arguments.upgrade_to:
            goal = Goal(arguments.upgrade_to or "", arguments.unsafe_fixes)
            _check_series(goal.series, settings.table, today)
        fix_mode = FixMode(arguments.diff, arguments.unsafe_fixes, goal)
    return FileLinter(
        settings,
        today,
        arguments.name_of(STDIN),
        baseline,
        fix_mode,
        honors_comments=not arguments.no_suppressions,
    )


def _parts(arguments: Arguments, session: Session, worker: Worker) -> Iterator[tuple[Any, ...]]:
    """Yield what the worker makes of each file or, with --from-report, of each file of a report."""
    watched = with_progress if _is_watched(arguments) else iter
    items: Iterable[Any]
    if arguments.from_report:
        from lint_runtime.linter.recheck import entries_of, report_files

        jobs, items = spread(entries_of(watched(report_files(arguments.paths)), session), arguments.jobs)
    else:
        paths = arguments.paths or (os.curdir,)
        files = session.files_of(paths, uses_gitignore=not arguments.no_gitignore)
        # Standard input is this process's own, and two names of one file must not be fixed at once.
        is_alone = arguments.fix or STDIN in paths
        jobs, files = spread(files, 1 if is_alone else arguments.jobs)
        items = watched(files)
    return session.parts(work(worker, items, jobs))


def _check_series(name: str, table: LifecycleTable, today: date) -> None:
    """Raise UnusableError unless the series is one to move to; "" is the best one for each image."""
    names = [series.series for series in table.maintained(today)]
    if name and name not in names:
        known = f"maintained on {today}: {', '.join(names) or 'none'} ({describe_table(table)})"
        raise UnusableError(f"cannot upgrade to {series_name(name)}, which is not maintained; {known}")


def _exit_code(session: Session, arguments: Arguments) -> int:
    if session.problems or (arguments.fail_on_nothing and not session.total.files):
        return EXIT_USAGE
    return EXIT_FINDINGS if session.total.is_failing and not arguments.exit_zero else EXIT_CLEAN


def _is_watched(arguments: Arguments) -> bool:
    """Whether there may be many files, and a terminal to show how far the run is."""
    if not sys.stderr.isatty():
        return False
    return arguments.from_report or not arguments.paths or any(map(os.path.isdir, arguments.paths))


def _print(pieces: Iterable[str], *, hold: bool) -> None:
    """Print `pieces` as they come, or all at the end so that a progress bar is not written over."""
    if hold:
        (waiting,) = _spools(1)
        for piece in pieces:
            waiting.add(piece)
        pieces = waiting
    for piece in pieces:
        # Without a buffer, Python does not notice a reader that goes away in the middle of a write.
        for start in range(0, len(piece), _WRITTEN_AT_ONCE):
            sys.stdout.write(piece[start : start + _WRITTEN_AT_ONCE])
    sys.stdout.flush()


_WRITTEN_AT_ONCE = 8192


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


def _print_statistics(total: Tally, *, as_json: bool) -> None:
    """Print how many findings there are of each rule, the most frequent first."""
    counts = sorted(total.by_rule.items(), key=lambda item: (-item[1], item[0]))
    if as_json:
        from lint_runtime.text import json_document

        click.echo(json_document([{"rule": rule, "count": count} for rule, count in counts]), nl=False)
        return
    width = max((len(f"{count:,}") for _, count in counts), default=0)
    for rule, count in counts:
        click.echo(f"{count:{width},}  {rule}")


def _report_upgrades(upgrades: Sequence[Moved], *, is_done: bool) -> None:
    """Say which images move and which stay, and what changes with that."""
    if not upgrades:
        return
    from lint_runtime.formatters.upgrades import changes_as_text, describe

    for path, upgrade in upgrades:
        complain(describe(path, upgrade, is_done=is_done))
    tables = "\n".join(changes_as_text(upgrades))
    if tables:
        click.echo(f"\n{tables}", err=True)


def _report_stale(baseline: "Baseline", session: Session, arguments: Arguments) -> None:
    """Remove findings that no longer occur from the baseline, or say that they can be removed."""
    left = baseline.without_stale(session.total.recorded)
    count = len(baseline) - len(left)
    if not count:
        return
    findings, path = counted(count, "finding"), arguments.baseline_path or ""
    verb, them = ("occurs", "it") if count == 1 else ("occur", "them")
    message = (
        f"{findings} in the baseline {quoted(path)} no longer {verb}; remove {them} with --update-baseline"
    )
    if arguments.update_baseline:
        _write_file(path, [left.text()], session)
        message = f"removed {findings} that no longer {verb} from the baseline {quoted(path)}"
    if not arguments.quiet and not session.problems:
        complain(message)


def _report_nothing(arguments: Arguments, session: Session) -> None:
    """Say why nothing was linted: where it was searched and for what, or that all of it is excluded."""
    where = ", ".join(map(quoted, arguments.paths or (os.curdir,)))
    if excluded := session.total.excluded:
        complain(f"nothing to lint: the configuration excludes {counted(excluded, 'file')} in {where}")
    elif arguments.from_report:
        complain("nothing to lint: the reports list no files")
    else:
        ignored = "" if arguments.no_gitignore else " that git doesn't ignore"
        complain(f"no Dockerfiles found in {where} (looked for {', '.join(DOCKERFILE_NAMES)}{ignored})")


def _write_file(path: str, text: Iterable[str], session: Session) -> None:
    """Write an output file, whole or not at all; a summary of GitHub Actions has room for several."""
    from lint_runtime.files import replace_file

    pieces = (piece.encode("utf-8", "backslashreplace") for piece in text)
    try:
        if path == os.environ.get("GITHUB_STEP_SUMMARY"):
            with open(path, "ab") as file:
                file.writelines(pieces)
        else:
            replace_file(path, pieces)
    except OSError as error:
        session.fail(f"cannot write {quoted(path)}: {error.strerror or error}")


def _summary(session: Session, run: Run, arguments: Arguments) -> str:
    total = session.total
    tables = ", ".join(map(describe_table, run.tables))
    is_fixing = arguments.fix or arguments.diff
    counts = [(total.found[severity], severity) for severity in Severity]
    found = ", ".join(counted(count, severity) for count, severity in counts if count)
    found = found or ("no new problems" if arguments.baseline_path and total.suppressed else "no problems")
    if total.fixable and not is_fixing:
        options = "--fix" if total.fixable[True] else "--fix --unsafe-fixes"
        found += f" ({total.fixable[True] or total.fixable[False]} fixable with {options})"
    if total.suppressed:
        found += f", {total.suppressed} suppressed"
    if arguments.diff:
        found = f"would fix {total.would_fix} of {counted(total.found.total(), 'finding')}: {found}"
    if total.fixed:
        found = f"{len(total.fixed)} fixed, {found}"
    moved = sum(not upgrade.reason for _, upgrade in total.upgrades)
    if moved and arguments.fix:
        found = f"{moved} upgraded, {found}"
    files = counted(total.files, "file")
    if session.past_reports:
        files += f" from {counted(session.past_reports, 'report')}"
    images = counted(total.images, "Runtime image") if total.images else "no Runtime images"
    return f"lint-runtime: {found} in {files} with {images}, as of {run.as_of} ({tables})"


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 clean, 1 findings, 2 usage or unreadable paths."""
    return run_command(command, "lint-runtime", argv)
