"""The options of the command, in the order in which its help lists them."""

from collections.abc import Callable
from functools import reduce
from typing import Any

import click

from lint_runtime import options
from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Severity
from lint_runtime.formatters import FORMATTERS

_Function = Callable[..., Any]


def _informing(name: str, text: Callable[[Any], str], help_text: str, **settings: Any) -> Any:
    """Return an option that prints something and ends the run, whatever else is given."""
    printed = options.printing(text)
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
        callback=options.outputs,
        help="Write them to a file as well, in this format. May be repeated.",
    ),
    click.option(
        "--as-of",
        callback=options.day,
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
        callback=options.severity,
        help=f"Exit with 1 for findings of this severity and above.  [default: {Config().fail_on.value}]",
    ),
    click.option(
        "--build-arg",
        "build_args",
        multiple=True,
        metavar="KEY=VALUE",
        callback=options.build_args,
        help="Value of an ARG, as given to the build. May be repeated.",
    ),
    click.option(
        "--select",
        callback=options.rule_names,
        multiple=True,
        metavar="RULE[,...]",
        help="Run these rules only.",
    ),
    click.option(
        "--ignore",
        callback=options.rule_names,
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
        callback=options.output,
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
        callback=options.label,
        help="What to call this run in its JSON report; --from-report puts it before the paths.",
    ),
    click.option(
        "--color",
        "colour",
        type=click.Choice(["auto", "always", "never"]),
        default="auto",
        show_default=True,
        help="Colour the text format. NO_COLOR and FORCE_COLOR are heeded by auto.",
    ),
    _informing("--list-rules", options.rule_list, "List all rules and exit.", is_flag=True),
    _informing(
        "--explain", options.explanation, "Print the documentation of a rule and exit.", metavar="RULE"
    ),
    _informing(
        "--version",
        options.version,
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
                callback=options.print_help,
                help="Show this message and exit.",
            )
        return self._help
