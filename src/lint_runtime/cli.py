"""The command `lint-runtime`: options, files, the clock, exit codes. The only module that prints."""

from __future__ import annotations

import os
import sys
from collections import Counter
from datetime import date, datetime, timezone
from typing import IO, Any, Callable, Iterable, Iterator, Sequence

import click

from lint_runtime import __version__
from lint_runtime.config import Config
from lint_runtime.diagnostic import Severity, visible
from lint_runtime.discovery import dockerfiles_under
from lint_runtime.formatters import FORMATTERS
from lint_runtime.linter import lint_file
from lint_runtime.progress import with_progress
from lint_runtime.report import Report, Run
from lint_runtime.rules import RULES
from lint_runtime.source import MAX_FILE
from lint_runtime.table import TABLE

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2

STDIN = "-"


class Day(click.ParamType):
    """A day written YYYY-MM-DD."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()
        except ValueError:
            self.fail(f"{visible(value)!r} is no day of the form YYYY-MM-DD.", param, ctx)


class RuleNames(click.ParamType):
    """Names of rules, separated by commas."""

    name = "rule"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> frozenset[str]:
        names = frozenset(name.strip() for name in value.split(","))
        for name in sorted(names):
            _check_rule(name)
        return names


def _check_rule(name: str) -> None:
    known = [rule.name for rule in RULES]
    if name not in known:
        # Only a mistake comes here, and the import is not for free.
        from difflib import get_close_matches

        close = get_close_matches(name, known, n=1)
        hint = f"Did you mean {close[0]}?" if close else "--list-rules names them all."
        raise click.BadParameter(f"there is no rule {visible(name)!r}. {hint}")


def _build_args(
    ctx: click.Context, param: click.Parameter, values: tuple[str, ...]
) -> dict[str, str]:
    pairs = [value.partition("=") for value in values]
    for name, equals, _ in pairs:
        if not name or not equals:
            raise click.BadParameter(f"{visible(name)!r} is not of the form KEY=VALUE.")
    return {name: value for name, _, value in pairs}


def _print_and_exit(text: Callable[[Any], str]) -> Callable[[click.Context, click.Parameter, Any], None]:
    def callback(ctx: click.Context, param: click.Parameter, value: Any) -> None:
        if value and not ctx.resilient_parsing:
            click.echo(text(value))
            ctx.exit(EXIT_CLEAN)

    return callback


def _version(_: Any) -> str:
    return f"lint-runtime {__version__} (lifecycle table of {TABLE.date})"


def _rule_list(_: Any) -> str:
    width = max(len(rule.name) for rule in RULES)
    return "\n".join(f"{rule.name:{width}}  {rule.severity.value:7}  {rule.summary}" for rule in RULES)


def _explanation(name: str) -> str:
    _check_rule(name)
    rule = next(rule for rule in RULES if rule.name == name)
    return f"# {rule.name} ({rule.severity})\n\n{rule.documentation.strip()}"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("paths", metavar="[PATH]...", nargs=-1)
@click.option("--format", "format_name", type=click.Choice([*FORMATTERS]), default="text", show_default=True,
              help="How findings are printed on standard output.")
@click.option("--as-of", type=Day(), metavar="YYYY-MM-DD", default=None,
              help="Judge as on this day, by what was published then.  [default: today, UTC]")
@click.option("--warn-within", type=click.IntRange(min=0), metavar="DAYS", default=Config().warn_within, show_default=True,
              help="Warn when the maintenance of a line ends within so many days.")
@click.option("--fail-on", type=click.Choice([severity.value for severity in Severity]), default="error", show_default=True,
              help="Exit with 1 for findings of this severity and above.")
@click.option("--build-arg", "build_args", multiple=True, metavar="KEY=VALUE", callback=_build_args,
              help="Value of an ARG, as given to the build. May be repeated.")
@click.option("--select", type=RuleNames(), multiple=True, metavar="RULE[,RULE...]", help="Run these rules only.")
@click.option("--ignore", type=RuleNames(), multiple=True, metavar="RULE[,RULE...]", help="Do not run these rules.")
@click.option("--stdin-filename", metavar="PATH", help="What to call standard input, read for the path '-'.")
@click.option("--color", "colour", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True,
              help="Colour the text format. NO_COLOR and FORCE_COLOR are heeded by auto.")
@click.option("--list-rules", is_flag=True, is_eager=True, expose_value=False, callback=_print_and_exit(_rule_list),
              help="List all rules and exit.")
@click.option("--explain", metavar="RULE", is_eager=True, expose_value=False, callback=_print_and_exit(_explanation),
              help="Print the documentation of a rule and exit.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_and_exit(_version),
              help="Print the version and the date of the lifecycle table and exit.")
def command(
    paths: tuple[str, ...],
    format_name: str,
    as_of: date | None,
    warn_within: int,
    fail_on: str,
    build_args: dict[str, str],
    select: tuple[frozenset[str], ...],
    ignore: tuple[frozenset[str], ...],
    stdin_filename: str | None,
    colour: str,
) -> int:
    """Lint Dockerfiles for Astro Runtime base images that are unmaintained, yanked or do not fit.

    A PATH is a file, a folder to search for Dockerfiles, or '-' for standard input; without any, the
    current folder is searched. Exits with 0 if nothing was found at or above --fail-on, with 1 if
    something was, and with 2 for a wrong option or a path that cannot be read.
    """
    if stdin_filename is not None and STDIN not in paths:
        raise click.UsageError("--stdin-filename goes with the path '-'.")
    today = as_of or datetime.now(timezone.utc).date()
    config = Config(
        select=frozenset().union(*select),
        ignore=frozenset().union(*ignore),
        fail_on=Severity(fail_on),
        warn_within=warn_within,
        build_args=build_args,
    )
    session = _Session(config, today, stdin_filename or "<stdin>")
    reports = session.reports(paths or (os.curdir,))
    run = Run(today, TABLE.date, _is_coloured(colour, sys.stdout))
    _write(FORMATTERS[format_name](reports, run), hold=session.is_interactive)
    return session.finish()


class _Session:
    """One run: lints path after path, keeps count, and tells on standard error what cannot be read."""

    def __init__(self, config: Config, today: date, stdin_name: str) -> None:
        self._config = config
        self._today = today
        self._stdin_name = stdin_name
        self._counts: Counter[Severity] = Counter()
        self._files = 0
        self._has_unreadable = False
        self.is_interactive = sys.stderr.isatty()

    def reports(self, paths: Sequence[str]) -> Iterator[Report]:
        files: Iterable[str] = self._files_of(paths)
        if self.is_interactive and any(map(os.path.isdir, paths)):
            files = with_progress(files)
        for path in files:
            try:
                data = _read(path)
            except OSError as error:
                self._complain(error)
                continue
            name = self._stdin_name if path == STDIN else path
            report = lint_file(data, name, self._today, self._config)
            self._files += 1
            self._counts.update(diagnostic.severity for diagnostic in report.diagnostics)
            yield report

    def _files_of(self, paths: Sequence[str]) -> Iterator[str]:
        seen: set[str] = set()
        for path in paths:
            is_folder = path != STDIN and os.path.isdir(path)
            for file in dockerfiles_under(path, self._complain) if is_folder else (path,):
                # One folder holds no file twice; to remember each would take memory for nothing.
                if len(paths) > 1:
                    identity = os.path.abspath(file) if file != STDIN else STDIN
                    if identity in seen:
                        continue
                    seen.add(identity)
                yield file

    def _complain(self, error: OSError) -> None:
        self._has_unreadable = True
        path = visible(os.fsdecode(error.filename or ""))
        click.echo(f"lint-runtime: cannot read {path}: {error.strerror or error}", err=True)

    def finish(self) -> int:
        """Print the summary and return the exit code."""
        found = ", ".join(
            _counted(self._counts[severity], severity.value)
            for severity in Severity
            if self._counts[severity]
        )
        files = _counted(self._files, "file") if self._files else "no Dockerfile"
        click.echo(
            f"lint-runtime: {found or 'nothing found'} in {files}, as of {self._today}"
            f" (lifecycle table of {TABLE.date})",
            err=True,
        )
        if self._has_unreadable:
            return EXIT_USAGE
        failing = [severity for severity in self._counts if severity.at_least(self._config.fail_on)]
        return EXIT_FINDINGS if failing else EXIT_CLEAN


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _read(path: str) -> bytes:
    """Return the content of a file, one byte more than is ever linted at the most."""
    if path == STDIN:
        return sys.stdin.buffer.read(MAX_FILE + 1)
    with open(path, "rb") as file:
        return file.read(MAX_FILE + 1)


def _write(pieces: Iterable[str], *, hold: bool) -> None:
    """Print `pieces` as they come, or all at the end so that a progress bar is not written over."""
    for piece in list(pieces) if hold else pieces:
        sys.stdout.write(piece)
    sys.stdout.flush()


def _is_coloured(choice: str, stream: IO[str]) -> bool:
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (stream.isatty() and os.environ.get("TERM") != "dumb")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit code: 0 clean, 1 findings, 2 usage or unreadable paths."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    try:
        return command.main(argv, prog_name="lint-runtime", standalone_mode=False) or EXIT_CLEAN
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except click.Abort:
        click.echo("lint-runtime: interrupted", err=True)
        return 130
    except BrokenPipeError:
        # Whoever read the output has gone; nothing more can reach them, the interpreter's flush included.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_FINDINGS
