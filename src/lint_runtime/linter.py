"""One file -> its report: read it, run the rules, silence, sort out. No I/O, no clock."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from io import BytesIO
from itertools import islice

from lint_runtime.config import Config
from lint_runtime.diagnostic import Diagnostic, Location, Suppression, SuppressionKind
from lint_runtime.dockerfile import Dockerfile, Stage, read_dockerfile
from lint_runtime.image import runtime_images
from lint_runtime.lifecycle import LifecycleTable
from lint_runtime.report import Report
from lint_runtime.rule import Context, Finding, Rule
from lint_runtime.rules import RULES
from lint_runtime.suppression import Silencer, read_ignores
from lint_runtime.table import TABLE

_NAMES = frozenset(rule.name for rule in RULES)
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
    ignores, invalid = read_ignores(dockerfile.comments, _NAMES, config, today)
    context = Context(dockerfile, tuple(filter(None, images)), table, today, config, invalid)
    run = _FileRun(path, context, Silencer(ignores, today), dict(known or {}))
    run.check(enabled(config))
    active, suppressed, outranked = run.sorted_out()
    pairs = tuple(zip(everything, images, strict=True))
    count = len(dockerfile.stages)
    wide_lines = _wide_lines(data, (*active, *suppressed))
    return Report(path, pairs[:count], pairs[count:], active, suppressed, outranked, wide_lines)


def enabled(config: Config) -> tuple[Rule, ...]:
    """Return the rules that `config` has run."""
    usual = {rule.name for rule in RULES if rule.is_usual or config.severity.get(rule.name)}
    chosen = ((config.select or usual) | config.extend_select) - config.ignore
    return tuple(
        rule for rule in RULES if rule.name in chosen and config.severity.get(rule.name, rule.severity)
    )


class _FileRun:
    """The rules at work on one file, and what they found."""

    def __init__(
        self, path: str, context: Context, silencer: Silencer, known: dict[tuple[str, str], int]
    ) -> None:
        self._path = path
        self._context = context
        self._silencer = silencer
        self._known = known
        self._outranks: dict[str, tuple[str, ...]] = {}
        self._found: list[Diagnostic] = []
        self._suppressed: list[Diagnostic] = []
        self._places: dict[Location, tuple[str, Collection[int]]] = {}

    def check(self, rules: Iterable[Rule]) -> None:
        """Run `rules`, those last that judge the comments which silence the others."""
        last = [rule for rule in rules if rule.runs_last]
        first = [rule for rule in rules if not rule.runs_last]
        self._run(first, self._context)
        if last and self._context.dockerfile.comments:
            names = {rule.name for rule in first}
            unmatched, expired = self._silencer.unmatched(names), self._silencer.expired()
            self._run(last, self._context._replace(unmatched_ignores=unmatched, expired_ignores=expired))

    def _run(self, rules: Iterable[Rule], context: Context) -> None:
        for rule in rules:
            self._outranks[rule.name] = rule.outranks
            for finding in rule.check(context):
                self._add(rule, finding)

    def _add(self, rule: Rule, finding: Finding) -> None:
        # Most files give no finding.
        self._places = self._places or _places(self._context.dockerfile)
        fallback = (finding.message, (finding.location.line,))
        subject, lines = self._places.get(finding.location, fallback)
        diagnostic = Diagnostic(
            self._path,
            *finding.location,
            rule.name,
            self._context.config.severity.get(rule.name) or finding.severity or rule.severity,
            finding.message,
            subject,
            finding.fix,
        )
        suppression = self._silencer.suppression(rule.name, lines) or self._baseline(diagnostic)
        if suppression:
            self._suppressed.append(diagnostic._replace(suppression=suppression))
        else:
            self._found.append(diagnostic)

    def _baseline(self, diagnostic: Diagnostic) -> Suppression | None:
        key = (diagnostic.rule, diagnostic.subject)
        if not self._known.get(key):
            return None
        self._known[key] -= 1
        return Suppression(SuppressionKind.BASELINE)

    def sorted_out(self) -> tuple[tuple[Diagnostic, ...], tuple[Diagnostic, ...], tuple[Diagnostic, ...]]:
        """Return what was found, what of it is silenced and what is outranked, each sorted."""
        outranked = {
            (diagnostic.location, name)
            for diagnostic in self._found
            for name in self._outranks[diagnostic.rule]
        }
        active: list[Diagnostic] = []
        redundant: list[Diagnostic] = []
        for diagnostic in self._found:
            is_redundant = (diagnostic.location, diagnostic.rule) in outranked
            (redundant if is_redundant else active).append(diagnostic)
        return tuple(sorted(active)), tuple(sorted(self._suppressed)), tuple(sorted(redundant))


def _places(dockerfile: Dockerfile) -> dict[Location, tuple[str, Collection[int]]]:
    """Return what is judged at each place: what it is about, and the first lines that it comes from."""
    places: dict[Location, tuple[str, Collection[int]]] = {}
    for stage in (*dockerfile.stages, *dockerfile.uses):
        lines = {stage.line} | stage.image_source.lines
        places[stage.platform_location] = (_platform_subject(stage), lines | stage.platform_source.lines)
        places[stage.image_location] = (stage.image, lines)
    places.update((comment.location, (comment.text, ())) for comment in dockerfile.comments)
    return places


def _platform_subject(stage: Stage) -> str:
    return f"--platform={stage.platform} {stage.image}"


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
