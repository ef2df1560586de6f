"""The options of the command, in the order in which its help lists them."""

import os
from collections.abc import Callable, Collection
from datetime import date
from functools import reduce
from typing import Any

import click

from lint_runtime import __version__
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.discovery import is_dockerfile_name
from lint_runtime.formatters import FORMATTERS
from lint_runtime.lifecycle.embedded import TABLE
from lint_runtime.linter.report import describe_table
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.rules.base import Rule
from lint_runtime.text import closest, parse_day, quoted


def day(_ctx: click.Context, _param: click.Parameter, value: str | None) -> date | None:
    """Take a day written YYYY-MM-DD."""
    if value is None:
        return None
    given = parse_day(value)
    if given is None:
        raise click.BadParameter(f"{quoted(value)} is no day of the form YYYY-MM-DD.")
    return given


def rule_names(
    _ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> frozenset[str] | None:
    """Take names of rules, repeated or separated by commas; None for none at all."""
    names = frozenset(name.strip() for value in values for name in value.split(",")) - {""}
    if values and not names:
        raise click.BadParameter("no rule is named. --list-rules names them all.")
    for name in sorted(names):
        _check_rule(name)
    return names or None


def _check_rule(name: str) -> None:
    _check_known("rule", name, RULE_BY_NAME, "--list-rules names them all.")


def _check_known(what: str, name: str, known: Collection[str], otherwise: str) -> None:
    if name not in known:
        close = closest(name, known)
        hint = f"Did you mean {close}?" if close else otherwise
        raise click.BadParameter(f"there is no {what} {quoted(name)}. {hint}")


def build_args(
    _ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> dict[str, str] | None:
    """Take KEY=VALUE, repeated; the last one of a key counts. None for none at all."""
    pairs = [value.partition("=") for value in values]
    for value, (name, equals, _) in zip(values, pairs, strict=True):
        if not name or not equals:
            raise click.BadParameter(f"{quoted(value)} is not of the form KEY=VALUE.")
    return {name: value for name, _, value in pairs} or None


def severity(_ctx: click.Context, _param: click.Parameter, value: str | None) -> Severity | None:
    """Take a severity."""
    return Severity(value) if value else None


def outputs(
    _ctx: click.Context, _param: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Take FORMAT=PATH, repeated, each path once."""
    pairs = [value.partition("=") for value in values]
    for value, (name, _, path) in zip(values, pairs, strict=True):
        if not path:
            raise click.BadParameter(f"{quoted(value)} is not of the form FORMAT=PATH.")
        _check_known("format", name, FORMATTERS, f"There are {', '.join(FORMATTERS)}.")
    paths = [os.path.realpath(path) for _, _, path in pairs]
    for _, _, path in pairs:
        if paths.count(os.path.realpath(path)) > 1:
            raise click.BadParameter(f"{quoted(path)} can hold one output only.")
        _check_no_dockerfile(path)
    return tuple((name, path) for name, _, path in pairs)


def output(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Take the path of a file to write."""
    if value is not None:
        _check_no_dockerfile(value)
    return value


def label(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Take the name of a run."""
    if value is not None and not value.strip(" ./"):
        raise click.BadParameter(f"{quoted(value)} is no name.")
    return value


def _check_no_dockerfile(path: str) -> None:
    if any(is_dockerfile_name(os.path.basename(name)) for name in (path, os.path.realpath(path))):
        raise click.BadParameter(f"{quoted(path)} is the name of a Dockerfile, which would be overwritten.")


def printing(text: Callable[[Any], str]) -> Callable[[click.Context, click.Parameter, Any], None]:
    """Return the callback of an option that prints what `text` makes of its value, and ends the run."""

    def callback(ctx: click.Context, _param: click.Parameter, value: Any) -> None:
        if value not in (None, False) and not ctx.resilient_parsing:
            click.echo(text(value))
            ctx.exit()

    return callback


def print_help(ctx: click.Context, _param: click.Parameter, is_given: bool) -> None:
    """Print the help and end the run."""
    if is_given and not ctx.resilient_parsing:
        click.echo(ctx.get_help(), color=ctx.color)
        ctx.exit()


def version(_is_given: bool) -> str:
    """Return the version of the tool and the date of its table."""
    return f"lint-runtime {__version__} ({describe_table(TABLE)})"


def rule_list(_is_given: bool) -> str:
    """Return a line for every rule: name, severity, summary."""
    width = max(len(rule.name) for rule in RULES)
    return "\n".join(
        f"{rule.name:{width}}  {rule.severity.value:7}  {rule.summary}{_note(rule)}" for rule in RULES
    )


def _note(rule: Rule) -> str:
    return "" if rule.on_by_default else " Off by default."


def explanation(name: str) -> str:
    """Return the documentation of a rule."""
    _check_rule(name)
    rule = RULE_BY_NAME[name]
    return f"# {rule.name} ({rule.severity})\n\n{rule.documentation.strip()}"


_Function = Callable[..., Any]


def _informing(name: str, text: Callable[[Any], str], help_text: str, **settings: Any) -> Any:
    """Return an option that prints something and ends the run, whatever else is given."""
    printed = printing(text)
    return click.option(
        name, is_eager=True, expose_value=False, callback=printed, help=help_text, **settings
    )


_OPTIONS = (
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
        callback=outputs,
        help="Write them to a file as well, in this format. May be repeated.",
    ),
    click.option(
        "--as-of",
        callback=day,
        metavar="YYYY-MM-DD",
        help="Judge as on this day, by what was published then.  [default: today, UTC]",
    ),
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
        callback=severity,
        help=f"Exit with 1 for findings of this severity and above.  [default: {Config().fail_on.value}]",
    ),
    click.option(
        "--build-arg",
        "build_args",
        multiple=True,
        metavar="KEY=VALUE",
        callback=build_args,
        help="Value of an ARG, as given to the build. May be repeated.",
    ),
    click.option(
        "--select",
        callback=rule_names,
        multiple=True,
        metavar="RULE[,...]",
        help="Run these rules only.",
    ),
    click.option(
        "--ignore",
        callback=rule_names,
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
    click.option(
        "--table",
        metavar="FILE",
        help="Judge by this lifecycle table: one that 'runtime-lifecycle update' wrote, or the feed.",
    ),
    click.option("--baseline", "baseline_path", metavar="FILE", help="Silence the findings in this file."),
    click.option(
        "--write-baseline",
        metavar="FILE",
        callback=output,
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
        callback=label,
        help="What to call this run in its JSON report; --from-report puts it before the paths.",
    ),
    click.option(
        "--color",
        "color",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Color the text format. NO_COLOR and FORCE_COLOR are heeded by auto.",
    ),
    _informing("--list-rules", rule_list, "List all rules and exit.", is_flag=True),
    _informing("--explain", explanation, "Print the documentation of a rule and exit.", metavar="RULE"),
    _informing(
        "--version",
        version,
        "Print the version and the date of the lifecycle table and exit.",
        is_flag=True,
    ),
)


def with_options(function: _Function) -> _Function:
    """Give the function of the command its options."""
    return reduce(lambda decorated, option: option(decorated), reversed(_OPTIONS), function)


class Command(click.Command):
    """A command with a `--help` in plain words; click's own asks for translations, which takes a while."""

    _help: click.Option | None = None

    def get_help_option(self, ctx: click.Context) -> click.Option:  # noqa: ARG002
        """Return the option that prints the help."""
        if self._help is None:
            self._help = click.Option(
                ["-h", "--help"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=print_help,
                help="Show this message and exit.",
            )
        return self._help
