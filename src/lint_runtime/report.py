"""What linting gives, as the formatters get it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from lint_runtime.diagnostic import Diagnostic
from lint_runtime.image import RuntimeImage
from lint_runtime.stage import Stage


class Report(NamedTuple):
    """What linting one file gave.

    `stages`: every FROM with the Runtime image it stands on. `uses`: the same for the images that
    `COPY --from` and `RUN --mount` take files from. `suppressed`: findings that a comment or a baseline
    silenced. `outranked`: findings that a graver one has made redundant. `wide_lines`: by number, the
    lines with findings or edits in which some character is not one byte, for formats that count bytes.
    """

    path: str
    stages: tuple[tuple[Stage, RuntimeImage | None], ...]
    uses: tuple[tuple[Stage, RuntimeImage | None], ...]
    diagnostics: tuple[Diagnostic, ...]
    suppressed: tuple[Diagnostic, ...] = ()
    outranked: tuple[Diagnostic, ...] = ()
    wide_lines: Mapping[int, str] = {}

    @property
    def findings(self) -> list[Diagnostic]:
        """Every finding, silenced or not, sorted."""
        return sorted((*self.diagnostics, *self.suppressed), key=attrgetter("order"))


class Run(NamedTuple):
    """What a format may say of a run as a whole: the day judged for, and how it is shown.

    `problems`: what could not be done; known once the last report is there.
    """

    as_of: date
    table_date: date
    is_coloured: bool
    problems: Collection[str] = ()


Formatter = Callable[[Iterable[Report], Run], Iterator[str]]
"""Turns the reports of a run into text, piece by piece as they come."""
