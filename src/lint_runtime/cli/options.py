"""The options of the commands: what they take, the arguments they make, and the groups that help shows."""

import os
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import chain
from textwrap import dedent
from typing import Any, NamedTuple

import click

from lint_runtime import __version__
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.discovery import is_dockerfile_name
from lint_runtime.formatters import FORMATTERS
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.table import describe_table
from lint_runtime.lifecycle.versions import INTEGER
from lint_runtime.linter.file_linter import STDIN
from lint_runtime.linter.report import STDIN_NAME
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.text import did_you_mean, parse_day, quoted


class Arguments(NamedTuple):
    """The arguments of `lint-runtime`."""

    paths: tuple[str, ...]
    format_name: str | None
    outputs: tuple[tuple[str, str], ...]
    color: str
    quiet: bool
    statistics: bool
    as_of: date | None
    warn_within: int | None
    fail_on: str | None
    build_args: tuple[tuple[str, str] | None, ...]
    select: tuple[frozenset[str], ...]
    ignore: tuple[frozenset[str], ...]
    fix: bool
    diff: bool
    unsafe_fixes: bool
    upgrade: bool
    upgrade_to: str | None
    config_path: str | None
    isolated: bool
    show_config: bool
    table_path: str | None
    baseline_path: str | None
    update_baseline: bool
    write_baseline: str | None
    stdin_filename: str | None
    from_report: bool
    label: str | None
    exit_zero: bool
    fail_on_nothing: bool
    jobs: int | None
    no_gitignore: bool
    no_suppressions: bool
    path_root: str | None
    sarif_suppressed: bool
    list_rules: bool
    explain: tuple[tuple[str, ...], ...]

    def name_of(self, path: str) -> str:
        """Return what to call a path in what is reported."""
        return (self.stdin_filename or STDIN_NAME) if path == STDIN else path

    @property
    def overrides(self) -> dict[str, Any]:
        """What the options say in place of a configuration file, by field of Config."""
        fields = {
            "select": frozenset().union(*self.select) or None,
            "ignore": frozenset().union(*self.ignore) or None,
            "fail_on": Severity(self.fail_on) if self.fail_on else None,
            "warn_within": self.warn_within,
            "build_args": dict(filter(None, self.build_args)) or None,
            "table": self.table_path,
        }
        return {field: value for field, value in fields.items() if value is not None}


def check_conflicts(given: Arguments) -> None:
    """Raise UsageError if some of the arguments can't be used together."""
    is_fixing = given.fix or given.diff
    paths = (given.baseline_path, given.write_baseline, given.stdin_filename, given.path_root)
    needs_files = is_fixing or given.show_config or bool(given.build_args)
    needs_files |= any(path is not None for path in paths)
    formats = {given.format_name, *(name for name, _ in given.outputs)}
    overwritten = _overwritten(given)
    conflicts = (
        (bool(overwritten), f"{quoted(overwritten)} is an input file and would be overwritten."),
        (
            given.stdin_filename is not None and STDIN not in given.paths,
            "--stdin-filename requires '-' as a path.",
        ),
        (
            given.config_path is not None and given.isolated,
            "--config and --isolated can't be used together.",
        ),
        (
            given.no_suppressions and given.from_report,
            "--no-suppressions can't be used with --from-report.",
        ),
        (
            given.sarif_suppressed and "sarif" not in formats,
            "--sarif-suppressed requires --format sarif or --output sarif=PATH.",
        ),
        (given.fix and given.diff, "--fix and --diff can't be used together."),
        (given.unsafe_fixes and not is_fixing, "--unsafe-fixes requires --fix or --diff."),
        (given.upgrade and not is_fixing, "--upgrade requires --fix or --diff."),
        (given.upgrade_to is not None and not is_fixing, "--upgrade-to requires --fix or --diff."),
        (
            given.upgrade and given.upgrade_to is not None,
            "--upgrade and --upgrade-to can't be used together.",
        ),
        (
            given.fix and STDIN in given.paths,
            "--fix can't be used with standard input. Use --diff.",
        ),
        (
            given.update_baseline and given.baseline_path is None,
            "--update-baseline requires --baseline.",
        ),
        (
            given.update_baseline and given.diff,
            "--update-baseline and --diff can't be used together.",
        ),
        (
            given.write_baseline is not None and given.baseline_path is not None,
            "--baseline and --write-baseline can't be used together.",
        ),
        (
            given.write_baseline is not None and (is_fixing or bool(given.outputs)),
            "--write-baseline can't be combined with --fix, --diff or --output.",
        ),
        (
            given.from_report and not given.paths,
            "--from-report requires reports: their paths, or '-' for a list on standard input.",
        ),
        (
            given.from_report and needs_files,
            "--from-report can't be combined with --fix, --diff, --show-config, --build-arg, --baseline,"
            " --write-baseline, --stdin-filename or --path-root.",
        ),
        (
            given.label is not None and "json" not in formats,
            "--label requires --format json or --output json=PATH.",
        ),
        (
            given.statistics and given.format_name not in (None, "text", "full", "json"),
            "--statistics supports --format text and json only.",
        ),
        (
            given.statistics and (is_fixing or given.write_baseline is not None),
            "--statistics can't be combined with --fix, --diff or --write-baseline.",
        ),
        (
            given.list_rules and given.format_name not in (None, "text", "full", "json"),
            "--list-rules supports --format text and json only.",
        ),
    )
    for is_conflict, message in conflicts:
        if is_conflict:
            raise click.UsageError(message)


def _overwritten(given: Arguments) -> str:
    """Return an output that would take the place of something to read; "" if none would."""
    read = {*given.paths, given.config_path, given.baseline_path, given.table_path} - {None, STDIN}
    places = {os.path.realpath(path) for path in read if path is not None and os.path.isfile(path)}
    written = [path for _, path in given.outputs] + [given.write_baseline or ""]
    return next((path for path in written if path and os.path.realpath(path) in places), "")


# --- What the options take ---------------------------------------------------------------------------


def _day(text: str) -> date:
    day = parse_day(text)
    if day is None:
        raise click.BadParameter(f"invalid date {quoted(text)} (expected YYYY-MM-DD).")
    return day


def _days(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > _MAX_DIGITS:
        raise click.BadParameter(f"invalid number of days {quoted(text)} (expected 0 or more).")
    return int(text)


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or not 1 <= int(text[:_MAX_DIGITS]) <= _MAX_JOBS:
        raise click.BadParameter(f"invalid number of processes {quoted(text)} (expected 1 to {_MAX_JOBS}).")
    return int(text)


_MAX_DIGITS = 9
# Windows waits for no more than 63 at once, which leaves some for the pool itself.
_MAX_JOBS = 60


def _series_name(text: str) -> str:
    name = text.removesuffix(".x")
    if not re.fullmatch(rf"{INTEGER}(\.{INTEGER})?", name):
        raise click.BadParameter(f"invalid series {quoted(text)} (expected one such as 13 or 3.3).")
    return name


def _directory(path: str) -> str:
    if not os.path.isdir(path):
        raise click.BadParameter(f"{quoted(path)} is not a directory.")
    return path


def _label(text: str) -> str:
    if not text.strip(" ./"):
        raise click.BadParameter(f"{quoted(text)} is not a valid name.")
    return text


def output(path: str) -> str:
    """Take the path of a file to write, which is not a Dockerfile."""
    if any(is_dockerfile_name(os.path.basename(name)) for name in (path, os.path.realpath(path))):
        raise click.BadParameter(
            f"{quoted(path)} has the name of a Dockerfile, which would be overwritten."
        )
    return path


def _format_and_path(text: str) -> tuple[str, str]:
    name, _, path = text.partition("=")
    if not path:
        raise click.BadParameter(f"invalid value {quoted(text)} (expected FORMAT=PATH).")
    _check_known("format", name, FORMATTERS, f"choose from {', '.join(FORMATTERS)}")
    return name, output(path)


def _check_paths(
    _ctx: click.Context, _param: click.Parameter, outputs: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """Take several outputs, each path once."""
    places = [os.path.realpath(path) for _, path in outputs]
    for (_, path), place in zip(outputs, places, strict=True):
        if places.count(place) > 1:
            raise click.BadParameter(f"{quoted(path)} is used for more than one report.")
    return outputs


def _build_arg(text: str) -> tuple[str, str] | None:
    """Take `KEY=VALUE`, or `KEY` with the value of that variable; None where that is not set, as docker."""
    name, equals, value = text.partition("=")
    if not name:
        raise click.BadParameter(f"invalid value {quoted(text)} (expected KEY=VALUE or KEY).")
    if equals:
        return name, value
    return (name, os.environ[name]) if name in os.environ else None


def _rule_names(text: str) -> tuple[str, ...]:
    """Take names of rules, separated by commas."""
    names = tuple(dict.fromkeys(filter(None, (name.strip() for name in text.split(",")))))
    if not names:
        raise click.BadParameter("no rule given. Run --list-rules to see all rules.")
    for name in names:
        _check_known("rule", name, RULE_BY_NAME, "run --list-rules to see all rules")
    return names


def _complete_rules(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the last name of a list of rules."""
    before, comma, start = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in RULE_BY_NAME if name.startswith(start)]


def _complete_outputs(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the format of an output."""
    return [f"{name}=" for name in FORMATTERS if name.startswith(incomplete)]


def _check_known(what: str, name: str, known: Collection[str], otherwise: str) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or otherwise
        raise click.BadParameter(f"unknown {what} {quoted(name)}; {hint}")


# --- The options, in the groups and the order in which help lists them ------------------------------


def as_of(help_text: str) -> click.Option:
    """Return the option for the day."""
    return click.Option(
        ["--as-of"], type=_day, metavar="YYYY-MM-DD", help=f"{help_text}  [default: today, UTC]"
    )


def table(help_text: str) -> click.Option:
    """Return the option for lifecycle data other than that in the package."""
    return click.Option(["--table", "table_path"], metavar="FILE", help=help_text)


def _print_version(ctx: click.Context, _param: click.Parameter, is_given: bool) -> None:
    if is_given and not ctx.resilient_parsing:
        click.echo(f"{ctx.info_name} {__version__} ({describe_table(embedded_table())})")
        ctx.exit()


VERSION = click.Option(
    ["-V", "--version"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Show the version and the date of the lifecycle data.",
)


def _print_help(ctx: click.Context, _param: click.Parameter, is_given: bool) -> None:
    if is_given and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


_HELP = click.Option(
    ["-h", "--help"],
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_help,
    help="Show this message and exit.",
)

GROUPS: Mapping[str, Sequence[click.Option]] = {
    "Rules": (
        click.Option(
            ["--select"],
            type=_rule_names,
            multiple=True,
            metavar="RULE[,...]",
            shell_complete=_complete_rules,
            help="Run only these rules.",
        ),
        click.Option(
            ["--ignore"],
            type=_rule_names,
            multiple=True,
            metavar="RULE[,...]",
            shell_complete=_complete_rules,
            help="Skip these rules.",
        ),
        click.Option(
            ["--warn-within"],
            type=_days,
            metavar="DAYS",
            help=f"Warn if maintenance ends within this many days.  [default: {Config().warn_within}]",
        ),
        as_of("Check as if today were this date, using only what was published by then."),
        table("Use this lifecycle data (from 'runtime-lifecycle update', or the release feed)."),
        click.Option(
            ["--build-arg", "build_args"],
            multiple=True,
            metavar="KEY[=VALUE]",
            type=_build_arg,
            help="Set a build argument; without a value, from the environment. Can be repeated.",
        ),
        click.Option(
            ["--no-suppressions"],
            is_flag=True,
            help="Report what comments suppress, too, and list those comments.",
        ),
    ),
    "Files and configuration": (
        click.Option(["--config", "config_path"], metavar="FILE", help="Use only this configuration file."),
        click.Option(["--isolated"], is_flag=True, help="Ignore all configuration files."),
        click.Option(
            ["--stdin-filename"], metavar="PATH", help="File name to use for standard input ('-')."
        ),
        click.Option(
            ["--no-gitignore"], is_flag=True, help="Also search for Dockerfiles that git ignores."
        ),
        click.Option(
            ["-j", "--jobs"],
            type=_jobs,
            metavar="N",
            help="Number of processes.  [default: the number of CPUs, 1 for up to a few hundred files]",
        ),
    ),
    "Fixes": (
        click.Option(["--fix"], is_flag=True, help="Apply safe fixes and report the remaining findings."),
        click.Option(
            ["--diff"], is_flag=True, help="Show the changes --fix would make, without writing them."
        ),
        click.Option(["--unsafe-fixes"], is_flag=True, help="Also apply (or show) fixes that need review."),
        click.Option(
            ["--upgrade"],
            is_flag=True,
            help="With --fix or --diff: move images whose maintenance has ended or ends soon to the series"
            " of the same Airflow major that is maintained longest.",
        ),
        click.Option(
            ["--upgrade-to"],
            type=_series_name,
            metavar="SERIES",
            help="With --fix or --diff: move older images to this series (13, 3.3), step by step where"
            " a Deployment can't go there directly.",
        ),
    ),
    "Output": (
        click.Option(
            ["--format", "format_name"],
            type=click.Choice(FORMATTERS),
            metavar="FORMAT",
            help=f"Output format: {', '.join(FORMATTERS)}.  [default: full on a terminal, otherwise text]",
        ),
        click.Option(
            ["-o", "--output", "outputs"],
            multiple=True,
            metavar="FORMAT=PATH",
            type=_format_and_path,
            callback=_check_paths,
            shell_complete=_complete_outputs,
            help="Also write a report in this format to a file. Can be repeated.",
        ),
        click.Option(
            ["--path-root"],
            type=_directory,
            metavar="DIR",
            help="Directory that paths in sarif, github and other formats for services are relative to."
            "  [default: the root of the git repository]",
        ),
        click.Option(
            ["--sarif-suppressed"],
            is_flag=True,
            help="Include suppressed findings in SARIF; GitHub reopens them.",
        ),
        click.Option(["--statistics"], is_flag=True, help="Show counts per rule instead of findings."),
        click.Option(["-q", "--quiet"], is_flag=True, help="Print findings and errors, and nothing else."),
        click.Option(
            ["--color"],
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            show_default=True,
            help="When to use color. 'auto' respects NO_COLOR and FORCE_COLOR.",
        ),
    ),
    "Exit code": (
        click.Option(
            ["--fail-on"],
            type=click.Choice([severity.value for severity in Severity]),
            help=f"Minimum severity that exits with 1.  [default: {Config().fail_on.value}]",
        ),
        click.Option(["--exit-zero"], is_flag=True, help="Exit with 0 even if there are findings."),
        click.Option(["--fail-on-nothing"], is_flag=True, help="Exit with 2 if there is nothing to lint."),
    ),
    "Baselines and reports": (
        click.Option(
            ["--baseline", "baseline_path"],
            metavar="FILE",
            help="Suppress the findings recorded in this file.",
        ),
        click.Option(
            ["--update-baseline"],
            is_flag=True,
            help="With --baseline: remove findings that no longer occur from the file.",
        ),
        click.Option(
            ["--write-baseline"],
            metavar="FILE",
            type=output,
            help="Record all findings in this file and exit with 0. Entries of other files are kept.",
        ),
        click.Option(
            ["--from-report"],
            is_flag=True,
            help="Read JSON reports from earlier runs instead of Dockerfiles. '-' reads a NUL-terminated"
            " list of reports from standard input.",
        ),
        click.Option(
            ["--label"],
            metavar="NAME",
            type=_label,
            help="Name of this run in its JSON report; --from-report prefixes paths with it.",
        ),
    ),
    "Information": (
        click.Option(["--show-config"], is_flag=True, help="Show the effective configuration for PATHs."),
        click.Option(["--list-rules"], is_flag=True, help="List all rules, with --format json as JSON."),
        click.Option(
            ["--explain"],
            type=_rule_names,
            multiple=True,
            metavar="RULE[,...]",
            shell_complete=_complete_rules,
            help="Show the documentation of rules.",
        ),
        VERSION,
        _HELP,
    ),
}
"""The options of `lint-runtime` by group."""

PATHS = click.Argument(["paths"], metavar="[PATH]...", nargs=-1, type=click.Path(allow_dash=True))

PARAMETERS: Sequence[click.Parameter] = (PATHS, *(o for o in chain(*GROUPS.values()) if o is not _HELP))

_EXAMPLES = """
    lint-runtime --fix                       upgrade within each release series
    lint-runtime -o sarif=lint.sarif deploy  check a directory for code scanning
"""
_EXIT_CODES = """
    0  no findings at or above --fail-on
    1  findings
    2  invalid usage or configuration, or a file that can't be read or written
"""


class Command(click.Command):
    """A command whose help is in groups, and in plain words: click asks for translations at each start."""

    def get_help_option(self, ctx: click.Context) -> click.Option:  # noqa: ARG002
        """Return the option that prints the help."""
        return _HELP

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options by group."""
        for name, text in (("Examples", _EXAMPLES), ("Exit codes", _EXIT_CODES)):
            formatter.write(f"\n{name}:\n")
            formatter.write("".join(f"  {line}\n" for line in dedent(text).strip("\n").split("\n")))
        for name, options in GROUPS.items():
            with formatter.section(name):
                records = [record for option in options if (record := option.get_help_record(ctx))]
                formatter.write_dl(records, col_max=24)
