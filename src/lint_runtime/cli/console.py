"""A command as a process: its streams, its exit codes, and what it says of what went wrong."""

import sys
from collections.abc import Sequence
from datetime import date, datetime, timezone

import click

from lint_runtime.config.model import ConfigError
from lint_runtime.errors import MissingExtraError
from lint_runtime.streams import give_up_writing, mend_streams

EXIT_CLEAN = 0
EXIT_FINDINGS = 1
EXIT_USAGE = 2
EXIT_INTERRUPTED = 130


class UnusableError(Exception):
    """Something named by an option or argument that cannot be used. The text is what to say of it."""


def current_day() -> date:
    """Return the day, UTC. The clock is read here and nowhere else."""
    return datetime.now(timezone.utc).date()


def complain(message: str) -> None:
    """Tell on standard error what is wrong, under the name of the command."""
    name = click.get_current_context().find_root().info_name
    click.echo(f"{name}: {message}", err=True)


def run_command(command: click.Command, name: str, argv: Sequence[str] | None) -> int:
    """Run a command, with `argv` or the arguments of the process, and return its exit code."""
    mend_streams()

    def say(message: str) -> None:
        click.echo(f"{name}: {message}", err=True)

    try:
        # Not click's own main, which takes a reader that has gone for a finding.
        with command.make_context(name, list(sys.argv[1:] if argv is None else argv)) as context:
            code: int = command.invoke(context)
        sys.stdout.flush()
        sys.stderr.flush()
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except ConfigError as error:
        for message in error.messages:
            say(message)
        return EXIT_USAGE
    except (UnusableError, MissingExtraError) as error:
        say(str(error))
        return EXIT_USAGE
    except (KeyboardInterrupt, click.Abort):
        say("interrupted")
        return EXIT_INTERRUPTED
    except OSError as error:
        give_up_writing(error, say)
        return EXIT_USAGE
    return code
