"""What the command's options take, and what the ones that only inform print."""

import os
from collections.abc import Callable, Collection
from datetime import date
from typing import Any

import click

from lint_runtime import __version__
from lint_runtime.diagnostics import Severity, quoted
from lint_runtime.dockerfile.discovery import is_dockerfile_name
from lint_runtime.formatters import FORMATTERS
from lint_runtime.lifecycle.embedded import TABLE
from lint_runtime.linter.report import name_of_table
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.rules.base import Rule
from lint_runtime.spelling import closest, parse_day


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
    return f"lint-runtime {__version__} ({name_of_table(TABLE)})"


def rule_list(_is_given: bool) -> str:
    """Return a line for every rule: name, severity, summary."""
    width = max(len(rule.name) for rule in RULES)
    return "\n".join(
        f"{rule.name:{width}}  {rule.severity.value:7}  {rule.summary}{_note(rule)}" for rule in RULES
    )


def _note(rule: Rule) -> str:
    return "" if rule.is_usual else " Off by default."


def explanation(name: str) -> str:
    """Return the documentation of a rule."""
    _check_rule(name)
    rule = RULE_BY_NAME[name]
    return f"# {rule.name} ({rule.severity})\n\n{rule.documentation.strip()}"
