"""One file -> its diagnostics: read, run the rules, drop what others outrank, sort. No I/O, no clock."""

from collections.abc import Iterable
from datetime import date

from lint_runtime.config import Config
from lint_runtime.diagnostic import Diagnostic
from lint_runtime.dockerfile import read_dockerfile
from lint_runtime.lifecycle import LifecycleTable
from lint_runtime.report import Report
from lint_runtime.rule import Context, Finding, Rule, runtime_image
from lint_runtime.rules import RULES
from lint_runtime.table import TABLE


def lint_file(data: bytes, path: str, today: date, config: Config, table: LifecycleTable = TABLE) -> Report:
    """Lint the bytes of one Dockerfile, called `path` in what is reported, as on the day `today`."""
    dockerfile = read_dockerfile(data, config.build_args)
    stages = tuple((stage, runtime_image(stage, table, today)) for stage in dockerfile.stages)
    images = tuple(image for _, image in stages if image)
    context = Context(dockerfile, images, table, today, config.warn_within)
    found = [(rule, finding) for rule in enabled(config) for finding in rule.check(context)]
    diagnostics = sorted(_diagnostic(path, rule, finding) for rule, finding in _without_outranked(found))
    return Report(path, stages, tuple(diagnostics))


def enabled(config: Config) -> tuple[Rule, ...]:
    """Return the rules that `config` has run."""
    return tuple(
        rule
        for rule in RULES
        if rule.name not in config.ignore and (not config.select or rule.name in config.select)
    )


def _without_outranked(found: list[tuple[Rule, Finding]]) -> Iterable[tuple[Rule, Finding]]:
    outranked = {(finding.location, name) for rule, finding in found for name in rule.outranks}
    return (pair for pair in found if (pair[1].location, pair[0].name) not in outranked)


def _diagnostic(path: str, rule: Rule, finding: Finding) -> Diagnostic:
    return Diagnostic(path, *finding.location, rule.name, rule.severity, finding.message)
