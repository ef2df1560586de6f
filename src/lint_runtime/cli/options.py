"""Command-line options: their values, conflicts and groups in the help."""

import os
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import date
from functools import partial
from itertools import chain, takewhile
from typing import Any, NamedTuple

import click

from lint_runtime.cli.console import current_day
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Severity
from lint_runtime.formatters import FORMATTERS
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.table import describe_table
from lint_runtime.lifecycle.versions import INTEGER
from lint_runtime.linter.discovery import is_linted_name
from lint_runtime.linter.file_linter import STDIN
from lint_runtime.linter.report import STDIN_NAME
from lint_runtime.rules import RULES_OF
from lint_runtime.text import did_you_mean, parse_day, portable_path, quoted
from lint_runtime.version import __version__


class Arguments(NamedTuple):
    """The arguments of `lint-runtime`."""

    paths: tuple[str, ...]
    format_name: str | None
    outputs: tuple[tuple[str, str], ...]
    color: str
    quiet: bool
    verbose: bool
    statistics: bool
    show_suppressed: bool
    as_of: date | None
    warn_within: int | None
    fail_on: str | None
    build_args: tuple[tuple[str, str] | None, ...]
    select: tuple[tuple[str, ...], ...]
    ignore: tuple[tuple[str, ...], ...]
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
    previous: str | None
    link: str | None
    exit_zero: bool
    fail_on_nothing: bool
    jobs: int | None
    tracked: bool
    no_gitignore: bool
    no_suppressions: bool
    path_root: str | None
    sarif_suppressed: bool
    init: bool
    list_rules: bool
    explain: tuple[tuple[str, ...], ...]

    def name_of(self, path: str) -> str:
        """Return a path as reports show it. Replaces `-` with --stdin-filename or `<stdin>`."""
        return (self.stdin_filename or STDIN_NAME) if path == STDIN else path

    @property
    def directory(self) -> str:
        """The innermost directory that contains all linted files.

        Returns "." if there is none. With --from-report, always returns ".": the paths in reports already
        start with labels.
        """
        if self.from_report:
            return os.curdir
        names = map(self.name_of, self.paths)
        directories = [name if os.path.isdir(name) else os.path.dirname(name) for name in names]
        # commonpath() raises ValueError for paths on different drives, and for a mix of absolute and
        # relative paths.
        with suppress(ValueError):
            return portable_path(os.path.commonpath([*map(os.path.normpath, directories)]))
        return os.curdir

    @property
    def overrides(self) -> dict[str, Any]:
        """The settings that options override, keyed by field of Config."""
        selected = frozenset(chain(*self.select))
        # Replace each topic in --ignore by its rules, so that a configuration file can't turn a single rule
        # on again. But a rule that --select names stays on.
        ignored = {
            rule
            for name in chain(*self.ignore)
            for rule in RULES_OF[name]
            if rule == name or rule not in selected
        }
        fields = {
            "select": selected or None,
            "ignore": frozenset(ignored) or None,
            "fail_on": Severity(self.fail_on) if self.fail_on else None,
            "warn_within": self.warn_within,
            "build_args": dict(filter(None, self.build_args)) or None,
            "table": self.table_path,
        }
        return {field: value for field, value in fields.items() if value is not None}


# --- Conflicts -----------------------------------------------------------------------------------


class Conflict(NamedTuple):
    """An option that requires one of several options, or excludes all of them.

    option: the name of the option
    relation: `requires` or `excludes`
    others: the other options, where `-` is standard input and `PATH` is any other path
    message: the error message, with {} for `option`, or "" for the default message
    """

    option: str
    relation: str
    others: Sequence[str]
    message: str = ""


_FIXES = ("--fix", "--diff")
_FOR_FILES = "--show-config --build-arg --baseline --write-baseline --stdin-filename --path-root".split()
_MACHINE_FORMATS = [f"--format {name}" for name in FORMATTERS if name not in ("text", "full", "json")]
_PAGES = ["--format html", "--output html=PATH"]
_LABELED = [f"--format {name}" for name in ("json", "sarif", "html")]
_LABELED += [f"--output {name}=PATH" for name in ("json", "sarif", "html")]
_TEXT_OR_JSON = "{} supports --format text and json only."

CONFLICTS = (
    Conflict("--stdin-filename", "requires", ["-"], "{} requires '-' as a path."),
    Conflict("--config", "excludes", ["--isolated"]),
    Conflict("--no-suppressions", "excludes", ["--from-report"], "{} can't be used with --from-report."),
    Conflict("--sarif-suppressed", "requires", ["--format sarif", "--output sarif=PATH"]),
    Conflict("--fix", "excludes", ["--diff"]),
    Conflict(
        *("--diff", "excludes", ["--format json", *_MACHINE_FORMATS]),
        "{} prints the changes, and no report. Write a report to a file with -o FORMAT=PATH.",
    ),
    Conflict("--unsafe-fixes", "requires", _FIXES),
    Conflict("--upgrade", "requires", _FIXES),
    Conflict("--upgrade-to", "requires", _FIXES),
    Conflict("--upgrade", "excludes", ["--upgrade-to"]),
    Conflict("--fix", "excludes", ["-"], "{} can't be used with standard input. Use --diff."),
    Conflict("--update-baseline", "requires", ["--baseline"]),
    Conflict("--update-baseline", "excludes", ["--diff"]),
    Conflict("--baseline", "excludes", ["--write-baseline"]),
    Conflict("--write-baseline", "excludes", [*_FIXES, "--output"]),
    Conflict(
        *("--from-report", "requires", ["PATH", "-"]),
        "{} requires reports: their paths, or '-' for a list on standard input.",
    ),
    Conflict("--from-report", "excludes", [*_FIXES, *_FOR_FILES]),
    Conflict("--tracked", "excludes", ["--from-report", "--no-gitignore", "--show-config"]),
    Conflict("--label", "requires", _LABELED),
    Conflict("--previous", "requires", _PAGES),
    Conflict("--link", "requires", _PAGES),
    Conflict("--statistics", "excludes", _MACHINE_FORMATS, _TEXT_OR_JSON),
    Conflict("--statistics", "excludes", [*_FIXES, "--write-baseline"]),
    Conflict("--show-suppressed", "excludes", _MACHINE_FORMATS, _TEXT_OR_JSON),
    Conflict(
        *("--show-suppressed", "excludes"),
        [*_FIXES, "--statistics", "--write-baseline", "--no-suppressions"],
    ),
    Conflict("--list-rules", "excludes", _MACHINE_FORMATS, _TEXT_OR_JSON),
)
"""All conflicts, in the order of the checks."""


def check_conflicts(arguments: Arguments) -> None:
    """Raise UsageError if arguments conflict or an output is also an input."""
    _check_files(arguments)
    values = {name for name, value in arguments._asdict().items() if value not in (None, False, ())}
    given = {option.opts[-1] for option in chain(*GROUPS.values()) if option.name in values}
    if arguments.init and (arguments.paths or given - {"--init", "--as-of", "--color", "--jobs"}):
        # The baseline must fit the hook and the CI job, which --init writes without other options.
        raise click.UsageError(
            "--init takes no paths, and no options other than --as-of, --color and --jobs."
        )
    if "{label}" in (arguments.link or "") and given.isdisjoint(("--label", "--from-report")):
        raise click.UsageError("--link with {label} requires --label or --from-report.")
    given.add(f"--format {arguments.format_name}")
    given.update(f"--output {name}=PATH" for name, _ in arguments.outputs)
    given.update("-" if path == STDIN else "PATH" for path in arguments.paths)
    for option, relation, others, message in CONFLICTS:
        if option in given and given.isdisjoint(others) is (relation == "requires"):
            *most, last = others
            choices = f"{', '.join(most)} or {last}" if most else last
            if relation == "requires":
                usual = f"{option} requires {choices}."
            elif most:
                usual = f"{option} can't be combined with {choices}."
            else:
                usual = f"{option} and {last} can't be used together."
            raise click.UsageError(message.format(option) or usual)


def _check_files(arguments: Arguments) -> None:
    others = (arguments.config_path, arguments.baseline_path, arguments.table_path, arguments.previous)
    inputs = (*arguments.paths, *others)
    places = {os.path.realpath(path) for path in inputs if path and path != STDIN and os.path.isfile(path)}
    for path in (*(path for _, path in arguments.outputs), arguments.write_baseline):
        if path and os.path.realpath(path) in places:
            raise click.UsageError(f"{quoted(path)} is an input file and would be overwritten.")
    if all(map(os.path.isdir, arguments.paths)):
        return
    if arguments.tracked:
        raise click.UsageError("--tracked requires directories.")
    if arguments.outputs and os.environ.get("PRE_COMMIT"):
        raise click.UsageError(
            "pre-commit passes files in batches, and each would overwrite the reports of --output."
            " Set 'pass_filenames: false' in the hook, and add a directory to its 'args'."
        )


# --- Option values -------------------------------------------------------------------------------


def _checked(convert: Callable[[str], object], error: str) -> Callable[[str], object]:
    """Return an option type that raises BadParameter if `convert` returns None.

    error: the message, with {} for the value
    """

    def converted(text: str) -> object:
        value = convert(text)
        if value is None:
            raise click.BadParameter(error.format(quoted(text)))
        return value

    return converted


_DAYS = _checked(
    lambda text: int(text) if re.fullmatch("[0-9]{1,9}", text) else None,
    "invalid number of days {} (expected 0 or more).",
)
# A number from 1 to 60, with up to seven leading zeros.
_JOBS = _checked(
    lambda text: int(text) if re.fullmatch("0{0,7}([1-9]|[1-5][0-9]|60)", text) else None,
    "invalid number of processes {} (expected 1 to 60).",
)
_SERIES = _checked(
    lambda text: text.removesuffix(".x") if re.fullmatch(rf"{INTEGER}(\.{INTEGER})?(\.x)?", text) else None,
    "invalid series {} (expected one such as 13 or 3.3).",
)
_DIRECTORY = _checked(lambda path: path if os.path.isdir(path) else None, "{} is not a directory.")
_PLACEHOLDERS = ("{label}", "{path}", "{line}")
_LABEL = _checked(lambda text: text if text.strip(" ./") else None, "{} is not a valid name.")


def output(path: str) -> str:
    """Validate an output path. Rejects Dockerfiles, manifests and links to them."""
    if any(is_linted_name(os.path.basename(name)) for name in (path, os.path.realpath(path))):
        raise click.BadParameter(
            f"{quoted(path)} has the name of a Dockerfile or manifest, which would be overwritten."
        )
    return path


def _outputs(
    _ctx: click.Context, _param: click.Parameter, texts: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Parse values of the form `FORMAT=PATH`. Each value must name a different file."""
    outputs = []
    for text in texts:
        name, _, path = text.partition("=")
        if not path:
            raise click.BadParameter(f"invalid value {quoted(text)} (expected FORMAT=PATH).")
        _check_known("format", name, FORMATTERS, f"choose from {', '.join(FORMATTERS)}")
        outputs.append((name, output(path)))
    places = [os.path.realpath(path) for _, path in outputs]
    for _, path in outputs:
        if places.count(os.path.realpath(path)) > 1:
            raise click.BadParameter(f"{quoted(path)} is used for more than one report.")
    return tuple(outputs)


def _link(text: str) -> str:
    """Validate a link template. Rejects a placeholder in the host: a report could fill in any host."""
    if not re.match(r"https?://[^/?#{}\s]+/", text):
        raise click.BadParameter(f"{quoted(text)} doesn't start with http:// or https:// and a host.")
    for found in re.findall(r"\{[^{}]*\}|[{}]", text):
        _check_known("placeholder", found, _PLACEHOLDERS, f"choose from {', '.join(_PLACEHOLDERS)}")
    return text


def _build_arg(text: str) -> tuple[str, str] | None:
    """Parse `KEY=VALUE`, or look up `KEY` in the environment. Returns None if it is not set there."""
    name, equals, value = text.partition("=")
    if not name:
        raise click.BadParameter(f"invalid value {quoted(text)} (expected KEY=VALUE or KEY).")
    if equals:
        return name, value
    return (name, os.environ[name]) if name in os.environ else None


def _rule_names(text: str) -> tuple[str, ...]:
    """Parse comma-separated names of rules and topics."""
    names = tuple(dict.fromkeys(filter(None, (name.strip() for name in text.split(",")))))
    if not names:
        raise click.BadParameter("no rule given. Run --list-rules to see all rules.")
    for name in names:
        _check_known("rule", name, RULES_OF, "run --list-rules to see all rules")
    return names


def _complete_rules(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the last name in a comma-separated list of rules."""
    before, comma, start = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in RULES_OF if name.startswith(start)]


complete_files = click.Path().shell_complete


def _complete_outputs(_ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Complete `FORMAT=`, or the path after `=`, because shells complete no path inside a word."""
    name, equals, path = incomplete.partition("=")
    if not equals:
        return [f"{known}=" for known in FORMATTERS if known.startswith(name)]
    directory, start = os.path.split(path)
    entries: list[str] = []
    with suppress(OSError):
        entries = sorted(os.listdir(directory or os.curdir))
    # Like a shell, complete hidden files only after a dot.
    shown = [entry for entry in entries if entry.startswith(start) and (start or entry[0] != ".")]
    return [f"{name}={os.path.join(directory, entry)}" for entry in shown]


def _complete_names(kind: str, ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[str]:
    """Complete the name of a series or a release, newest first.

    kind: `maintained` for maintained series, `released` for all released series, or `releases`
    """
    known = embedded_table().as_of(ctx.params.get("as_of") or current_day())
    if kind == "releases":
        published = (one for one in known.table.releases if known.table.known_since(one) <= known.day)
        names = [str(release.version) for release in published]
    else:
        found = known.maintained if kind == "maintained" else known.released
        names = [series.series.name for series in found]
    return [name for name in reversed(names) if name.startswith(incomplete)]


complete_series = partial(_complete_names, "released")
complete_releases = partial(_complete_names, "releases")


def complete_subjects(ctx: click.Context, param: click.Parameter, incomplete: str) -> Sequence[Any]:
    """Complete a series or a release, newest first. Completes a path if none matches."""
    names = complete_series(ctx, param, incomplete) + complete_releases(ctx, param, incomplete)
    return names or complete_files(ctx, param, incomplete)


def _check_known(what: str, name: str, known: Collection[str], otherwise: str) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or otherwise
        raise click.BadParameter(f"unknown {what} {quoted(name)}; {hint}")


# --- Options, grouped and ordered as in the help -------------------------------------------------


def _print_and_exit(ctx: click.Context, param: click.Parameter, is_given: bool) -> None:
    if is_given and not ctx.resilient_parsing:
        version = f"{ctx.info_name} {__version__} ({describe_table(embedded_table())})"
        click.echo(version if param is VERSION else ctx.get_help())
        ctx.exit()


_flag = partial(click.Option, is_flag=True)
_printed = partial(_flag, is_eager=True, expose_value=False, callback=_print_and_exit)
VERSION = _printed(["-V", "--version"], help="Show the version and the date of the lifecycle data.")
_HELP = _printed(["-h", "--help"], help="Show this message and exit.")
_file = partial(click.Option, metavar="FILE", shell_complete=complete_files)
_rules = partial(
    click.Option, type=_rule_names, multiple=True, metavar="RULE[,...]", shell_complete=_complete_rules
)
_day = _checked(parse_day, "invalid date {} (expected YYYY-MM-DD).")
# Each command passes its own help text for --as-of and --table.
as_of = partial(click.Option, ["--as-of"], type=_day, metavar="YYYY-MM-DD")
table = partial(_file, ["--table", "table_path"])

GROUPS: Mapping[str, Sequence[click.Option]] = {
    "Rules": (
        _rules(["--select"], help="Run only these rules, or the rules of these topics."),
        _rules(["--ignore"], help="Skip these rules, or the rules of these topics."),
        click.Option(
            ["--warn-within"],
            type=_DAYS,
            metavar="DAYS",
            help=f"Warn if maintenance ends within this many days.  [default: {Config().warn_within}]",
        ),
        as_of(
            help="Check as if today were this date, using only what was published by then."
            "  [default: today, UTC]"
        ),
        table(help="Use this lifecycle data (from 'runtime-lifecycle update', or the release feed)."),
        click.Option(
            ["--build-arg", "build_args"],
            multiple=True,
            metavar="KEY[=VALUE]",
            type=_build_arg,
            help="Set a build argument; without a value, from the environment. Can be repeated.",
        ),
        _flag(["--no-suppressions"], help="Ignore suppression comments, and list them."),
    ),
    "Files and configuration": (
        _file(["--config", "config_path"], help="Use only this configuration file."),
        _flag(["--isolated"], help="Ignore all configuration files."),
        _file(["--stdin-filename"], metavar="PATH", help="File name to use for standard input ('-')."),
        _flag(
            ["--init"],
            help="Set up this git repository: write a configuration, a pre-commit hook, a CI job and, if"
            " there are findings, a baseline. Keeps existing files.",
        ),
        _flag(["--tracked"], help="Lint all files of these directories that git tracks."),
        _flag(["--no-gitignore"], help="Also search for files that git ignores."),
        click.Option(
            ["-j", "--jobs"],
            type=_JOBS,
            metavar="N",
            help="Number of processes.  [default: the number of CPUs, 1 for up to a few hundred files]",
        ),
    ),
    "Fixes": (
        _flag(["--fix"], help="Apply safe fixes and report the remaining findings."),
        _flag(["--diff"], help="Show the changes --fix would make, without writing them."),
        _flag(["--unsafe-fixes"], help="Also apply (or show) fixes that need review."),
        _flag(
            ["--upgrade"],
            help="With --fix or --diff: move images whose maintenance has ended or ends soon to the series"
            " of the same Airflow major that is maintained longest.",
        ),
        click.Option(
            ["--upgrade-to"],
            type=_SERIES,
            metavar="SERIES",
            shell_complete=partial(_complete_names, "maintained"),
            help="With --fix or --diff: move older images to this series (13, 3.3), step by step where"
            " a Deployment can't go there directly.",
        ),
    ),
    "Output": (
        click.Option(
            ["--format", "format_name"],
            type=click.Choice(tuple(FORMATTERS)),
            metavar="FORMAT",
            help=f"Output format: {', '.join(FORMATTERS)}.  [default: full on a terminal, otherwise text]",
        ),
        click.Option(
            ["-o", "--output", "outputs"],
            multiple=True,
            metavar="FORMAT=PATH",
            callback=_outputs,
            shell_complete=_complete_outputs,
            help="Also write a report in this format to a file. Can be repeated.",
        ),
        click.Option(
            ["--path-root"],
            type=_DIRECTORY,
            metavar="DIR",
            shell_complete=click.Path(file_okay=False).shell_complete,
            help="Make paths in sarif, github and other formats for services relative to DIR."
            "  [default: the root of the git repository]",
        ),
        _flag(
            ["--sarif-suppressed"], help="Include suppressed findings in SARIF; GitHub would reopen them."
        ),
        _flag(["--statistics"], help="Show counts per rule instead of findings."),
        _flag(
            ["--show-suppressed"],
            help="Show what comments and the baseline suppress instead of findings, nearest end first.",
        ),
        _flag(["-v", "--verbose"], help="Show all findings in full, however alike."),
        _flag(["-q", "--quiet"], help="Print only findings and errors."),
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
        _flag(["--exit-zero"], help="Exit with 0 even if there are findings."),
        _flag(["--fail-on-nothing"], help="Exit with 2 if there is nothing to lint."),
    ),
    "Baselines and reports": (
        _file(["--baseline", "baseline_path"], help="Suppress the findings recorded in this file."),
        _flag(
            ["--update-baseline"],
            help="With --baseline: remove findings that no longer occur from the file.",
        ),
        _file(
            ["--write-baseline"],
            type=output,
            help="Record all findings in this file and exit with 0. Entries of other files are kept.",
        ),
        _flag(
            ["--from-report"],
            help="Read JSON reports from earlier runs instead of files. '-' reads a NUL-terminated"
            " list of reports from standard input.",
        ),
        _file(
            ["--previous"],
            help="For the HTML page: show what changed since this earlier JSON report of the same files.",
        ),
        click.Option(
            ["--link"],
            metavar="TEMPLATE",
            type=_link,
            help="For the HTML page: link each image to this URL, with {label}, {path} and {line}.",
        ),
        click.Option(
            ["--label"],
            metavar="NAME",
            type=_LABEL,
            help="Name of this run in its JSON or SARIF report; --from-report prefixes paths with it.",
        ),
    ),
    "Information": (
        _flag(["--show-config"], help="Show the effective configuration for PATHs."),
        _flag(["--list-rules"], help="List all rules, with --format json as JSON."),
        _rules(["--explain"], help="Show the documentation of rules."),
        VERSION,
        _HELP,
    ),
}
"""The options of `lint-runtime`, keyed by group."""

PARAMETERS: Sequence[click.Parameter] = (
    click.Argument(["paths"], metavar="[PATH]...", nargs=-1, type=click.Path(allow_dash=True)),
    *(option for option in chain(*GROUPS.values()) if option is not _HELP),
)

_EXAMPLES_AND_EXIT_CODES = """
Examples:
  lint-runtime --fix                       upgrade within each release series
  lint-runtime -o sarif=lint.sarif deploy  check a directory for code scanning

Exit codes:
  0  no findings at or above --fail-on
  1  findings
  2  invalid usage or configuration, or a file that can't be read or written
"""


class Command(click.Command):
    """A command whose help shows options in groups."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse the arguments. Rejects an option such as `--fix` if a file has that name.

        pre-commit passes the names of files, and click would read such a name as an option.
        """
        for name in takewhile("--".__ne__, args):
            is_option = name.startswith("-") and name != STDIN
            if is_option and os.path.lexists(name) and not ctx.resilient_parsing:
                raise click.UsageError(
                    f"{quoted(name)} looks like an option and is the name of a file; write"
                    f" {quoted(os.path.join(os.curdir, name))} for the file, or rename it."
                )
        return super().parse_args(ctx, args)

    def get_help_option(self, ctx: click.Context) -> click.Option:  # noqa: ARG002
        """Return our --help option. click's own option imports `gettext` at every start."""
        return _HELP

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the examples, the exit codes and the grouped options."""
        formatter.write(_EXAMPLES_AND_EXIT_CODES)
        for name, options in GROUPS.items():
            with formatter.section(name):
                records = [record for option in options if (record := option.get_help_record(ctx))]
                formatter.write_dl(records, col_max=24)
