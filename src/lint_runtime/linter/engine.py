"""One file -> its report: read it, run the rules, silence, sort out. No I/O, no clock."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from datetime import date
from io import BytesIO
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Location, Suppression, SuppressionKind
from lint_runtime.dockerfile.parser import Dockerfile, read_dockerfile
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import runtime_images
from lint_runtime.judging import Judging, enabled
from lint_runtime.lifecycle.embedded import TABLE
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.rules.base import Context, Rule

if TYPE_CHECKING:
    from lint_runtime.rules.suppressions import Silencer

Known = Mapping[tuple[str, str], int]
"""How many findings of a rule about a subject are known of one file, by a baseline."""


def lint_file(
    data: bytes,
    path: str,
    today: date,
    config: Config,
    table: LifecycleTable = TABLE,
    known: Known | None = None,
) -> Report:
    """Lint the bytes of one Dockerfile, called `path` in what is reported, as on the day `today`.

    `known`: what a baseline has of it, which is silenced.
    """
    dockerfile = read_dockerfile(data, config.build_args)
    everything = (*dockerfile.stages, *dockerfile.uses)
    images = runtime_images(everything, table, today, config.images)
    context = Context(dockerfile, tuple(filter(None, images)), table, today, config)
    run = _FileRun(path, context, dict(known or {}))
    run.check(enabled(config))
    active, suppressed, outranked = run.judging.sorted_out()
    pairs = tuple(zip(everything, images, strict=True))
    count = len(dockerfile.stages)
    wide_lines = _wide_lines(data, (*active, *suppressed))
    return Report(
        path,
        pairs[:count],
        pairs[count:],
        active,
        suppressed,
        outranked,
        wide_lines,
        table.source,
        run.silenced(everything),
    )


class _FileRun:
    """The rules at work on one file, and what silences what they find: comments and a baseline."""

    def __init__(self, path: str, context: Context, known: dict[tuple[str, str], int]) -> None:
        self.judging = Judging(path, self._silence)
        self._context = context
        self._silencer: Silencer | None = None
        self._known = known
        self._passed_over: set[tuple[str, Location]] = set()

    def check(self, rules: Iterable[Rule]) -> None:
        """Run `rules`, those last that judge the comments which silence the others."""
        last = [rule for rule in rules if rule.runs_last]
        first = [rule for rule in rules if not rule.runs_last]
        if self._context.dockerfile.comments:
            self._read_comments()
        self.judging.run(first, self._context)
        if last and self._silencer:
            names = {rule.name for rule in first}
            unmatched, expired = self._silencer.unmatched(names), self._silencer.expired()
            context = self._context._replace(unmatched_ignores=unmatched, expired_ignores=expired)
            self.judging.run(last, context)

    def silenced(self, stages: Iterable[Stage]) -> tuple[Mapping[str, Suppression], ...]:
        """Return what comments silence about each of `stages`, by rule; () if there are no comments."""
        if self._silencer is None:
            return ()
        return tuple(self._silencer.longest(self._lines(stage)) for stage in stages)

    def _lines(self, stage: Stage) -> frozenset[int]:
        first = _first_line(self._context.dockerfile, stage.image_location.line)
        return stage.image_source.lines | stage.platform_source.lines | {first}

    def _read_comments(self) -> None:
        # Few files speak to this tool.
        from lint_runtime.rules.suppressions import Silencer, read_ignores

        dockerfile, today = self._context.dockerfile, self._context.today
        ignores, invalid = read_ignores(dockerfile.comments, RULE_BY_NAME, self._context.config, today)
        self._context = self._context._replace(invalid_ignores=invalid)
        self._silencer = Silencer(ignores, today)

    def _silence(
        self, diagnostic: Diagnostic, rule: Rule, judged: Stage | str | None
    ) -> Suppression | None:
        return self._comment(diagnostic, judged) or self._baseline(diagnostic, rule)

    def _comment(self, diagnostic: Diagnostic, judged: Stage | str | None) -> Suppression | None:
        if self._silencer is None:
            return None
        lines = {_first_line(self._context.dockerfile, diagnostic.line)}
        if isinstance(judged, Stage):
            source = judged.image_source
            is_platform = diagnostic.location == judged.platform_location
            lines |= source.lines | (judged.platform_source.lines if is_platform else set())
        return self._silencer.suppression(diagnostic.rule, lines)

    def _baseline(self, diagnostic: Diagnostic, rule: Rule) -> Suppression | None:
        if (rule.identity, diagnostic.location) not in self._passed_over:
            key = (rule.identity, diagnostic.subject)
            if not self._known.get(key):
                return None
            self._known[key] -= 1
            self._passed_over.add((rule.identity, diagnostic.location))
        return Suppression(SuppressionKind.BASELINE)


def _first_line(dockerfile: Dockerfile, line: int) -> int:
    """Return where the instruction starts that `line` belongs to."""
    index = bisect_right(dockerfile.continued, line, key=attrgetter("start")) - 1
    is_part = index >= 0 and line in dockerfile.continued[index]
    return dockerfile.continued[index].start if is_part else line


def _wide_lines(data: bytes, diagnostics: Iterable[Diagnostic]) -> dict[int, str]:
    if data.isascii():
        return {}
    places = [place for diagnostic in diagnostics for place in _places_of(diagnostic)]
    numbers = {number for place in places for number in (place.line, place.end_line)}
    lines = enumerate(islice(BytesIO(data), max(numbers, default=0)), start=1)
    wide = (line for line in lines if line[0] in numbers and not line[1].isascii())
    return {number: line.decode("utf-8", "surrogateescape") for number, line in wide}


def _places_of(diagnostic: Diagnostic) -> list[Location]:
    edits = diagnostic.fix.edits if diagnostic.fix else ()
    return [diagnostic.location, *(edit.location for edit in edits)]
