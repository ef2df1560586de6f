"""The results of linting, as the formatters get them."""

from collections.abc import Collection, Mapping
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from lint_runtime.diagnostics import Diagnostic, Suppression
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.model import EMBEDDED
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.text import shown_path


class Report(NamedTuple):
    """The result of linting one file.

    `stages`: every FROM with the Runtime image it is based on. `uses`: the same for the images that
    `COPY --from` and `RUN --mount` take files from. `suppressed`: findings that a comment or a baseline
    suppresses. `outranked`: findings that a more severe one makes redundant. `wide_lines`: by number, the
    lines with findings or edits in which some character is not one byte, for formats that count bytes.
    `table`: the source of the lifecycle table that was used. `suppressions`: for each of `stages` and
    `uses`, what comments suppress there by rule, found or not; empty if there are no such comments.
    """

    path: str
    stages: tuple[tuple[Stage, RuntimeImage | None], ...]
    uses: tuple[tuple[Stage, RuntimeImage | None], ...]
    diagnostics: tuple[Diagnostic, ...]
    suppressed: tuple[Diagnostic, ...] = ()
    outranked: tuple[Diagnostic, ...] = ()
    wide_lines: Mapping[int, str] = {}
    table: str = EMBEDDED
    suppressions: tuple[Mapping[str, Suppression], ...] = ()

    @property
    def findings(self) -> list[Diagnostic]:
        """Every finding, suppressed or not, sorted."""
        return sorted((*self.diagnostics, *self.suppressed), key=attrgetter("sort_key"))


class Run(NamedTuple):
    """What a format may say about a run as a whole: the day, and how it is shown.

    `table`: the lifecycle table, where a configuration names no other. `named_tables`: those that were
    used, and `problems`: what could not be done; both known once the last report is there. `label`: what
    to call it where it is read together with others.
    """

    as_of: date
    table: LifecycleTable
    is_colored: bool
    named_tables: Collection[LifecycleTable] = ()
    problems: Collection[str] = ()
    label: str | None = None

    @property
    def tables(self) -> tuple[LifecycleTable, ...]:
        """The lifecycle tables that were used, one at least."""
        return tuple(self.named_tables) or (self.table,)


def describe_table(table: LifecycleTable) -> str:
    """Name a lifecycle table by its date, and by its file if it is not the embedded one."""
    is_embedded = table.source == EMBEDDED
    return f"lifecycle table of {table.date}" + ("" if is_embedded else f" in {shown_path(table.source)}")
