"""What a rule is, and everything it may see."""

from bisect import bisect_right
from collections.abc import Callable, Iterator
from datetime import date
from operator import attrgetter
from typing import NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Fix, Location, Severity, Target
from lint_runtime.dockerfile.parser import Dockerfile
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.table import LifecycleTable


class SuppressionComment(NamedTuple):
    """One comment that suppresses findings of `rules`.

    `target`: the comment itself. `above`: the first line of the instruction below it, 0 at the end of the
    file; None for the whole file. `until`: the last day it holds.
    """

    target: Target
    rules: tuple[str, ...]
    above: int | None
    until: date | None
    reason: str

    def has_expired(self, today: date) -> bool:
        """Whether its last day is past."""
        return self.until is not None and today > self.until


class CommentRules(NamedTuple):
    """A suppression comment, and some of the rules that it names."""

    comment: SuppressionComment
    rules: tuple[str, ...]


class Finding(NamedTuple):
    """What a rule finds. The engine adds the path and the rule.

    `message`: one sentence on what is wrong. `help`: what to write or do, "" if there is nothing.
    `notes`: dates, reasons and alternatives. None of them ends with a period. `severity`: None for that
    of the rule.
    """

    target: Target
    message: str
    help: str = ""
    notes: tuple[str, ...] = ()
    severity: Severity | None = None
    fix: Fix | None = None


class Context(NamedTuple):
    """What a rule may look at: one file, its Runtime images, the facts, the day and the settings.

    `invalid_suppressions`: what is wrong with suppression comments. `unused_suppressions`: rules of
    comments that found nothing. `expired_suppressions`: rules of comments that found something after the
    last day. Both are known once the findings are.
    """

    dockerfile: Dockerfile
    images: tuple[RuntimeImage, ...]
    table: LifecycleTable
    today: date
    config: Config
    invalid_suppressions: tuple[Finding, ...] = ()
    unused_suppressions: tuple[CommentRules, ...] = ()
    expired_suppressions: tuple[CommentRules, ...] = ()


class Rule(NamedTuple):
    """One rule. `docstring`: that of its module, in Markdown.

    `outranks`: rules whose findings about the same target it makes redundant, having their facts in its
    own message. `same_as`: the rule whose findings become this one's on another day, as an end that
    approaches, comes and passes is one; "" for none. `on_by_default`: whether it runs unless configured
    otherwise. `checks_suppressions`: it goes by what the suppression comments did to the findings of all
    other rules. `is_repeatable`: a report has all that it goes by, so that it can run again on one, for
    another day or with other lifecycle data; findings of any other rule stay as they were.
    """

    name: str
    severity: Severity
    docstring: str | None
    check: Callable[[Context], Iterator[Finding]]
    outranks: tuple[str, ...] = ()
    same_as: str = ""
    on_by_default: bool = True
    checks_suppressions: bool = False
    is_repeatable: bool = True

    @property
    def baseline_name(self) -> str:
        """The name that identifies its findings from day to day."""
        return self.same_as or self.name

    @property
    def documentation(self) -> str:
        """The documentation, in Markdown."""
        # Python drops docstrings when asked to.
        return self.docstring or ""

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]


def image_target(stage: Stage) -> Target:
    """Return the image of a stage as what a finding is about."""
    return Target(stage.image_location, stage.image, stage.image_source.lines | {stage.line})


def platform_target(stage: Stage) -> Target:
    """Return the platform of a stage, with its image, as what a finding is about."""
    lines = stage.image_source.lines | stage.platform_source.lines | {stage.line}
    return Target(stage.platform_location, f"--platform={stage.platform} {stage.image}", lines)


def text_target(dockerfile: Dockerfile, location: Location, text: str) -> Target:
    """Return what is at `location` as the target of a finding; `text` identifies it."""
    index = bisect_right(dockerfile.continued, location.line, key=attrgetter("start")) - 1
    is_continued = index >= 0 and location.line in dockerfile.continued[index]
    line = dockerfile.continued[index].start if is_continued else location.line
    return Target(location, text, frozenset({line}))


def stage_targets(dockerfile: Dockerfile) -> dict[Location, Target]:
    """Return the images and platforms of all stages by location. Without a platform, both are one."""
    stages = (*dockerfile.stages, *dockerfile.uses)
    platforms = {stage.platform_location: platform_target(stage) for stage in stages}
    return platforms | {stage.image_location: image_target(stage) for stage in stages}
