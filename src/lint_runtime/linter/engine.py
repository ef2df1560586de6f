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
from lint_runtime.dockerfile.parser import Dockerfile, parse_dockerfile
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import runtime_images
from lint_runtime.lifecycle.load import embedded_table
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.linter.report import Report
from lint_runtime.rules import RULE_BY_NAME
from lint_runtime.rules.base import Context, Rule

if TYPE_CHECKING:
    from lint_runtime.rules.suppressions import Silencer

from collections.abc import Callable, Iterator
from functools import lru_cache

from lint_runtime.diagnostics import Severity
from lint_runtime.rules import RULES
from lint_runtime.rules.base import Finding

Silence = Callable[[Diagnostic, Rule, Stage | str | None], Suppression | None]
"""Says what silences a finding of a rule; the last is the stage that it is about, or a comment's text."""


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
    usual = {rule.name for rule in RULES if rule.on_by_default or given.get(rule.name)}
    chosen = ((select or usual) | extend_select) - ignore
    return tuple(rule for rule in RULES if rule.name in chosen and given.get(rule.name, rule.severity))


class Judging:
    """What rules find in the file `path`, and what of it `silence` silences."""

    def __init__(self, path: str, silence: Silence) -> None:
        self._path = path
        self._silence = silence
        self._found: list[Diagnostic] = []
        self._suppressed: list[Diagnostic] = []
        self._judged: dict[Location, Stage | str] = {}

    def run(self, rules: Iterable[Rule], context: Context) -> None:
        """Run `rules` on a file; all of a judging are of one file."""
        for rule in rules:
            for finding in rule.check(context):
                # Most files give no finding.
                self._judged = self._judged or _judged_by_place(context.dockerfile)
                judged = self._judged.get(finding.location)
                severity = context.config.severity.get(rule.name) or finding.severity or rule.severity
                diagnostic = Diagnostic(
                    self._path,
                    *finding.location,
                    rule.name,
                    severity,
                    finding.message,
                    _subject(finding, judged),
                    finding.fix,
                )
                self.add(diagnostic, self._silence(diagnostic, rule, judged))

    def add(self, diagnostic: Diagnostic, suppression: Suppression | None) -> None:
        """Take in a finding, and what silences it."""
        if suppression:
            self._suppressed.append(diagnostic._replace(suppression=suppression))
        else:
            self._found.append(diagnostic)

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Every finding so far."""
        return (*self._found, *self._suppressed)

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
        for diagnostic, rule in _with_rules(self._found):
            for name in rule.outranks:
                yield diagnostic, name
        # Who has silenced an end has silenced what led to it, but no fact of another kind.
        for diagnostic, rule in _with_rules(self._suppressed):
            for name in rule.outranks:
                if RULE_BY_NAME[name].identity == rule.identity:
                    yield diagnostic, name


def _with_rules(diagnostics: Iterable[Diagnostic]) -> Iterator[tuple[Diagnostic, Rule]]:
    # A report that is read may be from a version with more rules.
    pairs = ((diagnostic, RULE_BY_NAME.get(diagnostic.rule)) for diagnostic in diagnostics)
    return ((diagnostic, rule) for diagnostic, rule in pairs if rule)


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


Known = Mapping[tuple[str, str], int]
"""How many findings of a rule about a subject are known of one file, by a baseline."""


def lint_file(
    data: bytes,
    path: str,
    today: date,
    config: Config,
    table: LifecycleTable | None = None,
    known: Known | None = None,
) -> Report:
    """Lint the bytes of one Dockerfile, called `path` in what is reported, as on the day `today`.

    `table`: None for that of the package. `known`: what a baseline has of it, which is silenced.
    """
    dockerfile = parse_dockerfile(data, config.build_args)
    everything = (*dockerfile.stages, *dockerfile.uses)
    table = table or embedded_table()
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
