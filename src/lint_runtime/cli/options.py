"""The options of the commands: the arguments they make, in which order help lists them, what they take."""

import os
from collections.abc import Callable, Collection
from datetime import date
from functools import reduce
from typing import Any, NamedTuple

import click

from lint_runtime import __version__
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.discovery import is_dockerfile_name
from lint_runtime.formatters import FORMATTERS
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.linter.report import describe_table
from lint_runtime.linter.session import STDIN
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.text import did_you_mean, parse_day, quoted


class Arguments(NamedTuple):
    """The arguments of `lint-runtime`."""

    paths: tuple[str, ...]
    format_name: str
    outputs: tuple[tuple[str, str], ...]
    as_of: date | None
    warn_within: int | None
    fail_on: str | None
    build_args: tuple[tuple[str, str], ...]
    select: tuple[frozenset[str], ...]
    ignore: tuple[frozenset[str], ...]
    fix: bool
    diff: bool
    unsafe_fixes: bool
    config_path: str | None
    isolated: bool
    show_config: bool
    table_path: str | None
    baseline_path: str | None
    write_baseline: str | None
    stdin_filename: str | None
    from_report: bool
    label: str | None
    color: str

    def name_of(self, path: str) -> str:
        """Return what to call a path in what is reported."""
        return (self.stdin_filename or "<stdin>") if path == STDIN else path

    @property
    def overrides(self) -> dict[str, Any]:
        """What the options say in place of a configuration file, by field of Config."""
        fields = {
            "select": frozenset().union(*self.select) or None,
            "ignore": frozenset().union(*self.ignore) or None,
            "fail_on": Severity(self.fail_on) if self.fail_on else None,
            "warn_within": self.warn_within,
            "build_args": dict(self.build_args) or None,
            "table": self.table_path,
        }
        return {field: value for field, value in fields.items() if value is not None}


def check_conflicts(given: Arguments) -> None:
    """Raise UsageError if some of the arguments do not go together."""
    is_fixing = given.fix or given.diff
    paths = (given.baseline_path, given.write_baseline, given.stdin_filename)
    needs_files = is_fixing or given.show_config or bool(given.build_args)
    needs_files |= any(path is not None for path in paths)
    formats = {given.format_name, *(name for name, _ in given.outputs)}
    overwritten = _overwritten(given)
    conflicts = (
        (bool(overwritten), f"{quoted(overwritten)} is read, and would be overwritten."),
        (
            given.stdin_filename is not None and STDIN not in given.paths,
            "--stdin-filename goes with the path '-'.",
        ),
        (given.config_path is not None and given.isolated, "--config and --isolated exclude each other."),
        (given.fix and given.diff, "--fix and --diff exclude each other."),
        (given.unsafe_fixes and not is_fixing, "--unsafe-fixes goes with --fix or --diff."),
        (
            given.fix and STDIN in given.paths,
            "--fix cannot write standard input; --diff shows what it would change.",
        ),
        (
            given.write_baseline is not None and given.baseline_path is not None,
            "--baseline and --write-baseline exclude each other.",
        ),
        (
            given.write_baseline is not None and (is_fixing or bool(given.outputs)),
            "--write-baseline goes with none of --fix, --diff and --output.",
        ),
        (
            given.from_report and not given.paths,
            "--from-report needs reports: their paths, or '-' for a list on standard input.",
        ),
        (
            given.from_report and needs_files,
            "--from-report has no files: it goes with none of --fix, --diff, --show-config,"
            " --build-arg, --baseline, --write-baseline and --stdin-filename.",
        ),
        (
            given.label is not None and "json" not in formats,
            "--label goes with --format json or --output json=PATH.",
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
        raise click.BadParameter(f"{quoted(text)} is no day of the form YYYY-MM-DD.")
    return day


def _label(text: str) -> str:
    if not text.strip(" ./"):
        raise click.BadParameter(f"{quoted(text)} is no name.")
    return text


def output(path: str) -> str:
    """Take the path of a file to write, which is not a Dockerfile."""
    if any(is_dockerfile_name(os.path.basename(name)) for name in (path, os.path.realpath(path))):
        raise click.BadParameter(f"{quoted(path)} is the name of a Dockerfile, which would be overwritten.")
    return path


def _format_and_path(text: str) -> tuple[str, str]:
    name, _, path = text.partition("=")
    if not path:
        raise click.BadParameter(f"{quoted(text)} is not of the form FORMAT=PATH.")
    _check_known("format", name, FORMATTERS, f"there are {', '.join(FORMATTERS)}.")
    return name, output(path)


def _check_paths(
    _ctx: click.Context, _param: click.Parameter, outputs: tuple[tuple[str, str], ...]
) -> tuple[tuple[str, str], ...]:
    """Take several outputs, each path once."""
    places = [os.path.realpath(path) for _, path in outputs]
    for (_, path), place in zip(outputs, places, strict=True):
        if places.count(place) > 1:
            raise click.BadParameter(f"{quoted(path)} can hold one output only.")
    return outputs


def _build_arg(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not name or not equals:
        raise click.BadParameter(f"{quoted(text)} is not of the form KEY=VALUE.")
    return name, value


def _rule_names(text: str) -> frozenset[str]:
    """Take names of rules, separated by commas."""
    names = frozenset(name.strip() for name in text.split(",")) - {""}
    if not names:
        raise click.BadParameter("no rule is named. --list-rules names them all.")
    for name in sorted(names):
        _check_rule(name)
    return names


def _check_rule(name: str) -> None:
    _check_known("rule", name, RULE_BY_NAME, "--list-rules names them all.")


def _check_known(what: str, name: str, known: Collection[str], otherwise: str) -> None:
    if name not in known:
        hint = did_you_mean(name, known) or otherwise
        raise click.BadParameter(f"there is no {what} {quoted(name)}; {hint}")


# --- What options print instead of running the command -----------------------------------------------


def _version(_is_given: bool) -> str:
    return f"lint-runtime {__version__} ({describe_table(embedded_table())})"


def _rule_list(_is_given: bool) -> str:
    """Return a line for every rule: name, severity, summary."""
    width = max(len(rule.name) for rule in RULES)
    return "\n".join(
        f"{rule.name:{width}}  {rule.severity.value:7}  {rule.summary}"
        f"{'' if rule.on_by_default else ' Off by default.'}"
        for rule in RULES
    )


def _explanation(name: str) -> str:
    """Return the documentation of a rule."""
    _check_rule(name)
    rule = RULE_BY_NAME[name]
    return f"# {rule.name} ({rule.severity})\n\n{rule.documentation.strip()}"


# --- The options, in the order in which help lists them ----------------------------------------------

_Function = Callable[..., Any]
_Option = Callable[[_Function], _Function]


def as_of(help_text: str) -> _Option:
    """Return the option for the day."""
    default = "  [default: today, UTC]"
    return click.option("--as-of", type=_day, metavar="YYYY-MM-DD", help=help_text + default)


def table(help_text: str) -> _Option:
    """Return the option for lifecycle data other than that in the package."""
    return click.option("--table", "table_path", metavar="FILE", help=help_text)


def _informing(name: str, text: Callable[[Any], str], help_text: str, **settings: Any) -> _Option:
    """Return an option that prints what `text` makes of its value, and ends the run."""

    def callback(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        if value not in (None, False) and not ctx.resilient_parsing:
            click.echo(text(value))
            ctx.exit()

    return click.option(
        name, is_eager=True, expose_value=False, callback=callback, help=help_text, **settings
    )


_OPTIONS: tuple[_Option, ...] = (
    click.option(
        "--format",
        "format_name",
        type=click.Choice(FORMATTERS),
        default="text",
        show_default=True,
        help="How findings are printed on standard output.",
    ),
    click.option(
        "-o",
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT=PATH",
        type=_format_and_path,
        callback=_check_paths,
        help="Write them to a file as well, in this format. May be repeated.",
    ),
    as_of("Judge as on this day, by what was published then."),
    click.option(
        "--warn-within",
        type=click.IntRange(min=0),
        metavar="DAYS",
        help="Warn when the maintenance of a line ends within so many days."
        f"  [default: {Config().warn_within}]",
    ),
    click.option(
        "--fail-on",
        type=click.Choice([severity.value for severity in Severity]),
        help=f"Exit with 1 for findings of this severity and above.  [default: {Config().fail_on.value}]",
    ),
    click.option(
        "--build-arg",
        "build_args",
        multiple=True,
        metavar="KEY=VALUE",
        type=_build_arg,
        help="Value of an ARG, as given to the build. May be repeated.",
    ),
    click.option(
        "--select",
        type=_rule_names,
        multiple=True,
        metavar="RULE[,...]",
        help="Run these rules only.",
    ),
    click.option(
        "--ignore",
        type=_rule_names,
        multiple=True,
        metavar="RULE[,...]",
        help="Do not run these rules.",
    ),
    click.option("--fix", is_flag=True, help="Write what can be mended safely, and report the rest."),
    click.option("--diff", is_flag=True, help="Show what --fix would change instead, and write nothing."),
    click.option(
        "--unsafe-fixes", is_flag=True, help="With --fix or --diff: also what somebody should look at."
    ),
    click.option("--config", "config_path", metavar="FILE", help="Use this configuration file only."),
    click.option("--isolated", is_flag=True, help="Use no configuration file."),
    click.option("--show-config", is_flag=True, help="Print what applies to the paths, and exit."),
    table("Judge by this lifecycle table: one that 'runtime-lifecycle update' wrote, or the feed."),
    click.option("--baseline", "baseline_path", metavar="FILE", help="Silence the findings in this file."),
    click.option(
        "--write-baseline",
        metavar="FILE",
        type=output,
        help="Write the findings to this file, and pass.",
    ),
    click.option(
        "--stdin-filename", metavar="PATH", help="What to call standard input, read for the path '-'."
    ),
    click.option(
        "--from-report",
        is_flag=True,
        help="Take the paths for JSON reports of other runs, and judge them again. The path '-' reads"
        " a list of them, NUL after each, from standard input.",
    ),
    click.option(
        "--label",
        metavar="NAME",
        type=_label,
        help="What to call this run in its JSON report; --from-report puts it before the paths.",
    ),
    click.option(
        "--color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Color the text format. NO_COLOR and FORCE_COLOR are heeded by auto.",
    ),
    _informing("--list-rules", _rule_list, "List all rules and exit.", is_flag=True),
    _informing("--explain", _explanation, "Print the documentation of a rule and exit.", metavar="RULE"),
    _informing(
        "--version",
        _version,
        "Print the version and the date of the lifecycle table and exit.",
        is_flag=True,
    ),
)


def with_options(function: _Function) -> _Function:
    """Give the function of `lint-runtime` its options."""
    return reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), function)


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


class Command(click.Command):
    """A command with a `--help` in plain words; click's own asks for translations, which takes a while."""

    def get_help_option(self, ctx: click.Context) -> click.Option:  # noqa: ARG002
        """Return the option that prints the help."""
        return _HELP
