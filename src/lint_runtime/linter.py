"""One file -> its report: read it, run the rules, silence, sort out. No I/O, no clock."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from io import BytesIO
from itertools import islice
from operator import attrgetter
from typing import TYPE_CHECKING

from lint_runtime.config import Config
from lint_runtime.diagnostic import Diagnostic, Location, Severity, Suppression, SuppressionKind
from lint_runtime.dockerfile import Dockerfile, read_dockerfile
from lint_runtime.image import runtime_images
from lint_runtime.lifecycle_table import LifecycleTable
from lint_runtime.report import Report
from lint_runtime.rule import Context, Finding, Rule
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.stage import Stage
from lint_runtime.table import TABLE

if TYPE_CHECKING:
    from lint_runtime.suppression import Silencer

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
    active, suppressed, outranked = run.sorted_out()
    pairs = tuple(zip(everything, images, strict=True))
    count = len(dockerfile.stages)
    wide_lines = _wide_lines(data, (*active, *suppressed))
    return Report(
        path, pairs[:count], pairs[count:], active, suppressed, outranked, wide_lines, table.source
    )


def enabled(config: Config) -> tuple[Rule, ...]:
    """Return the rules that `config` has run."""
    severities = tuple(config.severity.items())
    return _enabled(config.select, config.ignore, config.extend_select, severities)


# A run has few configurations and many files.
@lru_cache(maxsize=64)
def _enabled(
    select: frozenset[str],
    ignore: frozenset[str],
    extend_select: frozenset[str],
    severities: tuple[tuple[str, Severity | None], ...],
) -> tuple[Rule, ...]:
    given = dict(severities)
    usual = {rule.name for rule in RULES if rule.is_usual or given.get(rule.name)}
    chosen = ((select or usual) | extend_select) - ignore
    return tuple(rule for rule in RULES if rule.name in chosen and given.get(rule.name, rule.severity))


class _FileRun:
    """The rules at work on one file, and what they found."""

    def __init__(self, path: str, context: Context, known: dict[tuple[str, str], int]) -> None:
        self._path = path
        self._context = context
        self._silencer: Silencer | None = None
        self._known = known
        self._passed_over: set[tuple[str, Location]] = set()
        self._found: list[Diagnostic] = []
        self._suppressed: list[Diagnostic] = []
        self._judged: dict[Location, Stage | str] = {}

    def check(self, rules: Iterable[Rule]) -> None:
        """Run `rules`, those last that judge the comments which silence the others."""
        last = [rule for rule in rules if rule.runs_last]
        first = [rule for rule in rules if not rule.runs_last]
        if self._context.dockerfile.comments:
            self._read_comments()
        self._run(first, self._context)
        if last and self._silencer:
            names = {rule.name for rule in first}
            unmatched, expired = self._silencer.unmatched(names), self._silencer.expired()
            self._run(last, self._context._replace(unmatched_ignores=unmatched, expired_ignores=expired))

    def _read_comments(self) -> None:
        # Few files speak to this tool.
        from lint_runtime.suppression import Silencer, read_ignores

        dockerfile, today = self._context.dockerfile, self._context.today
        ignores, invalid = read_ignores(dockerfile.comments, RULE_BY_NAME, self._context.config, today)
        self._context = self._context._replace(invalid_ignores=invalid)
        self._silencer = Silencer(ignores, today)

    def _run(self, rules: Iterable[Rule], context: Context) -> None:
        for rule in rules:
            for finding in rule.check(context):
                self._add(rule, finding)

    def _add(self, rule: Rule, finding: Finding) -> None:
        # Most files give no finding.
        self._judged = self._judged or _judged_by_place(self._context.dockerfile)
        judged = self._judged.get(finding.location)
        diagnostic = Diagnostic(
            self._path,
            *finding.location,
            rule.name,
            self._context.config.severity.get(rule.name) or finding.severity or rule.severity,
            finding.message,
            _subject(finding, judged),
            finding.fix,
        )
        suppression = self._comment(finding, rule, judged) or self._baseline(diagnostic, rule)
        if suppression:
            self._suppressed.append(diagnostic._replace(suppression=suppression))
        else:
            self._found.append(diagnostic)

    def _comment(self, finding: Finding, rule: Rule, judged: Stage | str | None) -> Suppression | None:
        if self._silencer is None:
            return None
        lines = {_first_line(self._context.dockerfile, finding.location.line)}
        if isinstance(judged, Stage):
            source = judged.image_source
            is_platform = finding.location == judged.platform_location
            lines |= source.lines | (judged.platform_source.lines if is_platform else set())
        return self._silencer.suppression(rule.name, lines)

    def _baseline(self, diagnostic: Diagnostic, rule: Rule) -> Suppression | None:
        if (rule.identity, diagnostic.location) not in self._passed_over:
            key = (rule.identity, diagnostic.subject)
            if not self._known.get(key):
                return None
            self._known[key] -= 1
            self._passed_over.add((rule.identity, diagnostic.location))
        return Suppression(SuppressionKind.BASELINE)

    def sorted_out(self) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
        """Return what was found, what of it is silenced and what is outranked, each sorted."""
        outranked = {(diagnostic.location, name) for diagnostic, name in self._outranked()}
        active: list[Diagnostic] = []
        redundant: list[Diagnostic] = []
        for diagnostic in self._found:
            is_redundant = (diagnostic.location, diagnostic.rule) in outranked
            (redundant if is_redundant else active).append(diagnostic)
        return _ordered(active), _ordered(self._suppressed), _ordered(redundant)

    def _outranked(self) -> Iterator[tuple[Diagnostic, str]]:
        """Yield findings with the rules that they make redundant at their place."""
        for diagnostic in self._found:
            for name in RULE_BY_NAME[diagnostic.rule].outranks:
                yield diagnostic, name
        # Who has silenced an end has silenced what led to it, but no fact of another kind.
        for diagnostic in self._suppressed:
            rule = RULE_BY_NAME[diagnostic.rule]
            for name in rule.outranks:
                if RULE_BY_NAME[name].identity == rule.identity:
                    yield diagnostic, name


def _ordered(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(sorted(diagnostics, key=attrgetter("order")))


def _judged_by_place(dockerfile: Dockerfile) -> dict[Location, Stage | str]:
    stages = (*dockerfile.stages, *dockerfile.uses)
    places: dict[Location, Stage | str] = {stage.platform_location: stage for stage in stages}
    places.update((stage.image_location, stage) for stage in stages)
    places.update((comment.location, comment.text) for comment in dockerfile.comments)
    return places


def _subject(finding: Finding, judged: Stage | str | None) -> str:
    """Return what a finding is about, which neither the day nor its place in the file changes."""
    if judged is None:
        return finding.message
    if isinstance(judged, str):
        return judged
    if finding.location == judged.image_location:
        return judged.image
    return f"--platform={judged.platform} {judged.image}"


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
