"""Rules, their inputs and their findings."""

import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import Enum
from functools import partial
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Fix, Location, Severity, Target
from lint_runtime.dockerfile.parser import Dockerfile
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.table import Snapshot


class SuppressionComment(NamedTuple):
    """A comment that suppresses findings.

    target: the comment itself
    names: the written names of rules and topics, each with the rules that it stands for
    above: the first line of the next instruction, 0 at the end of the file, None for the whole file
    until: the last day of the suppression, if it has one
    reason: the reason, or ""
    """

    target: Target
    names: Mapping[str, tuple[str, ...]]
    above: int | None
    until: date | None
    reason: str

    @property
    def rules(self) -> tuple[str, ...]:
        """The suppressed rules."""
        return tuple(dict.fromkeys(chain(*self.names.values())))


CommentNames = tuple[SuppressionComment, tuple[str, ...]]
"""A suppression comment and some of its names."""


class Finding(NamedTuple):
    """A finding, without its path and its rule. Texts don't end with a period.

    target: the subject and its location
    message: the problem, in one sentence
    help: what to write or do, or ""
    notes: dates, reasons and alternatives
    severity: a severity other than the rule's own
    fix: the fix, if there is one; a fix without edits is dropped
    """

    target: Target
    message: str
    help: str = ""
    notes: tuple[str, ...] = ()
    severity: Severity | None = None
    fix: Fix | None = None


Findings = Iterator[Finding]


class Case(NamedTuple):
    """One Runtime image to check.

    image: the image
    known: the lifecycle data as of the day of the run
    config: the settings of the file
    """

    image: RuntimeImage
    known: Snapshot
    config: Config

    def report(self, message: str, advice: str, *notes: str, fix: Fix | None = None) -> Finding:
        """Return a finding about the image, with `advice` as its help."""
        return Finding(image_target(self.image.stage), message, advice, notes, fix=fix)


class Context(NamedTuple):
    """The input of a rule.

    dockerfile: the file
    images: its Runtime images
    known: the lifecycle data as of the day of the run
    config: the settings of the file
    invalid_suppressions: the errors in suppression comments
    unused_suppressions: comments with the rules and topics that have no finding
    expired_suppressions: expired comments with the rules and topics that have a finding again
    """

    dockerfile: Dockerfile
    images: tuple[RuntimeImage, ...]
    known: Snapshot
    config: Config
    invalid_suppressions: tuple[Finding, ...] = ()
    unused_suppressions: tuple[CommentNames, ...] = ()
    expired_suppressions: tuple[CommentNames, ...] = ()


class Topic(str, Enum):
    """The topic of a rule. The value is a heading in the documentation."""

    SYNTAX = "Syntax and stages"
    TAGS = "Tags and repositories"
    LIFECYCLE = "Lifecycle"
    POLICY = "Your own policy"
    PLATFORMS = "Platforms"
    SUPPRESSIONS = "Suppressions"

    @property
    def word(self) -> str:
        """The name that stands for all its rules in options, configuration and comments."""
        return self.name.lower()


class EditorTag(Enum):
    """The way an editor shows a finding: struck through or faded."""

    DEPRECATED = "deprecated"
    UNNECESSARY = "unnecessary"


class Rule(NamedTuple):
    """A rule.

    name: its name in reports, configuration and comments
    documentation: its documentation, in Markdown
    check: the function that yields the findings in a Case or in a Context
    checks_images: whether `check` takes a Case
    topic: its topic
    severity: its default severity
    outranks: rules whose findings about the same target are redundant
    baseline_name: its name in a baseline; rules that report one event at different times share it
    on_by_default: whether it runs unless configured otherwise
    checks_suppressions: whether it runs after suppression comments are applied
    is_repeatable: whether a JSON report has all its input, for --from-report
    is_about_the_end: whether suppressing it keeps --upgrade from moving the image
    editor_tag: the way an editor shows its findings
    """

    name: str
    documentation: str
    check: Callable[[Any], Findings]
    checks_images: bool
    topic: Topic
    severity: Severity
    baseline_name: str
    outranks: tuple[str, ...] = ()
    on_by_default: bool = True
    checks_suppressions: bool = False
    is_repeatable: bool = True
    is_about_the_end: bool = False
    editor_tag: EditorTag | None = None

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]


def rule(
    topic: Topic, severity: Severity, *, checks_images: bool = False, **attributes: Any
) -> Callable[[Callable[[Any], Findings]], Rule]:
    """Return a decorator that turns a check of a Context into a rule, named after its module.

    attributes: further fields of Rule
    """

    def decorate(check: Callable[[Any], Findings]) -> Rule:
        name = check.__module__.rpartition(".")[2].replace("_", "-")
        # Under `python -OO`, modules have no docstring.
        documentation = sys.modules[check.__module__].__doc__ or ""
        fields = {"baseline_name": name, **attributes}
        return Rule(name, documentation, check, checks_images, topic, severity, **fields)

    return decorate


image_rule = partial(rule, checks_images=True)
"""A decorator like `rule`, for a check of a Case."""


def image_target(stage: Stage) -> Target:
    """Return the image of a stage as the target of a finding."""
    return Target(stage.image_location, stage.image, stage.image_source.lines | {stage.line})


def platform_target(stage: Stage) -> Target:
    """Return the platform of a stage, with its image, as the target of a finding."""
    lines = stage.image_source.lines | stage.platform_source.lines | {stage.line}
    return Target(stage.platform_location, f"--platform={stage.platform} {stage.image}", lines)


def text_target(dockerfile: Dockerfile, location: Location, text: str) -> Target:
    """Return a location as the target of a finding.

    text: the subject, which identifies the finding
    """
    index = bisect_right(dockerfile.continued, location.line, key=attrgetter("start")) - 1
    is_continued = index >= 0 and location.line in dockerfile.continued[index]
    line = dockerfile.continued[index].start if is_continued else location.line
    return Target(location, text, frozenset({line}))


def stage_targets(dockerfile: Dockerfile) -> dict[Location, Target]:
    """Return the images and platforms of all stages by location.

    A stage without a platform has the same location for both. The image wins.
    """
    stages = (*dockerfile.stages, *dockerfile.uses)
    platforms = {stage.platform_location: platform_target(stage) for stage in stages}
    return platforms | {stage.image_location: image_target(stage) for stage in stages}
