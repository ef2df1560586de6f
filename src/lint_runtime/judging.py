"""Rules at work, and which of their findings count: what linting a file and judging a report share."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from operator import attrgetter

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Location, Severity, Suppression
from lint_runtime.dockerfile.parser import Dockerfile
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.rules import RULE_BY_NAME, RULES
from lint_runtime.rules.base import Context, Finding, Rule

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
    usual = {rule.name for rule in RULES if rule.is_usual or given.get(rule.name)}
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
