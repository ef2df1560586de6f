"""What a rule is, and everything it may see."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Fix, Location, Severity
from lint_runtime.dockerfile.parser import Dockerfile
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.table import LifecycleTable

if TYPE_CHECKING:
    from lint_runtime.rules.suppressions import Ignore, InvalidIgnore


class Context(NamedTuple):
    """What a rule may look at: one file, its Runtime images, the facts, the day and the settings.

    `invalid_ignores`: the comments that were to silence something and cannot. `unmatched_ignores` and
    `expired_ignores`: the rules of a comment of which nothing was found, and those of which something
    was after its last day; for the rules alone that run after the others.
    """

    dockerfile: Dockerfile
    images: tuple[RuntimeImage, ...]
    table: LifecycleTable
    today: date
    config: Config
    invalid_ignores: "tuple[InvalidIgnore, ...]" = ()
    unmatched_ignores: "tuple[tuple[Ignore, str], ...]" = ()
    expired_ignores: "tuple[tuple[Ignore, str], ...]" = ()


class Finding(NamedTuple):
    """What a rule found: where, and what to tell. The linter makes a Diagnostic of it.

    `severity`: where it is not that of the rule. `fix`: what mends it, if anything does.
    """

    location: Location
    message: str
    severity: Severity | None = None
    fix: Fix | None = None


class Rule(NamedTuple):
    """One rule. `documentation` is its module's docstring, in Markdown.

    `outranks`: rules whose findings at the same place it makes redundant, having their facts in
    its own message. `baseline_name`: the rule whose findings this one's are on another day, for an end
    that nears, comes and passes is one; "" for none. `on_by_default`: whether it runs unless told
    otherwise. `runs_last`: it judges what came of the comments that silence the others.
    `is_repeatable`: all that it goes by is in a report, so that it can be run again on one, for
    another day or by another table; what any other has found stays as it was.
    """

    name: str
    severity: Severity
    documentation: str
    check: Callable[[Context], Iterator[Finding]]
    outranks: tuple[str, ...] = ()
    baseline_name: str = ""
    on_by_default: bool = True
    runs_last: bool = False
    is_repeatable: bool = True

    @property
    def identity(self) -> str:
        """The name by which its findings are known from day to day."""
        return self.baseline_name or self.name

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]
