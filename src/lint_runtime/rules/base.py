"""Rules, their inputs and their findings."""

import sys
from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from functools import cached_property, partial
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Fix, Location, Severity, Suppression, Target
from lint_runtime.dockerfile.parser import Dockerfile
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.table import Snapshot

if TYPE_CHECKING:
    from lint_runtime.projects import Project


class SuppressionComment(NamedTuple):
    """A comment that suppresses findings.

    target: the location and text of the comment
    names: maps each name in the comment to rule names: a topic to all its rules, a rule to itself
    above: the line that the comment applies to (0 if there is none), or None for `ignore-file`
    suppression: the reason and the last day in the comment
    """

    target: Target
    names: Mapping[str, tuple[str, ...]]
    above: int | None
    suppression: Suppression

    @property
    def rules(self) -> tuple[str, ...]:
        """The names of the rules that the comment suppresses."""
        return tuple(dict.fromkeys(chain(*self.names.values())))


CommentNames = tuple[SuppressionComment, tuple[str, ...]]
"""A suppression comment and some of its names, for example the unused names."""


class Finding(NamedTuple):
    """A finding as reported by a rule. Messages and notes don't end with a period.

    target: the subject and its location
    message: one sentence on the problem
    help: the suggested change or action, or "". None if the suggestion is to replace the image with its
        destination. The engine then adds the help, and a fix or an upgrade.
    notes: dates, reasons and alternatives
    severity: the severity, or None for the severity of the rule
    fix: the fix, or None. The engine drops a fix without edits.
    """

    target: Target
    message: str
    help: str | None
    notes: tuple[str, ...] = ()
    severity: Severity | None = None
    fix: Fix | None = None


Findings = Iterator[Finding]
Check = Callable[[Any], Findings]


class Case:
    """One Runtime image to check.

    image: the Runtime image
    known: the lifecycle data known on the day of the check
    config: the settings of the file
    rules: the names of the enabled rules
    answer: what to do about the image, or None until a finding needs it
    """

    def __init__(
        self, image: RuntimeImage, known: Snapshot, config: Config, rules: frozenset[str] = frozenset()
    ) -> None:
        self.image = image
        self.known = known
        self.config = config
        self.rules = rules
        self.answer: Answer | None = None

    @cached_property
    def target(self) -> Target:
        """The target of findings about the image: the image, or the ARG that sets its version."""
        return target_of(self.image.stage, self.image)

    def report(self, message: str, *notes: str, advice: str | None = None) -> Finding:
        """Return a finding about the image.

        advice: the help. None if changing the image to its destination resolves the finding.
        """
        return Finding(self.target, message, advice, notes)


class Neighbors(NamedTuple):
    """The other files of the project, for rules that compare the linted file with them.

    contents: maps the path of each neighbor, relative to the directory of the linted file, to its content
    linted: the paths of the neighbors that are linted too. Rules use this to report a mismatch only once.
    """

    contents: Mapping[str, bytes] = {}
    linted: frozenset[str] = frozenset()


NO_NEIGHBORS = Neighbors()


class Answer(NamedTuple):
    """What to do about an image.

    help: the image or setting to write
    explained: `help` and the reasons, such as `upgrade to 13.11.0 (Airflow 2.11)`. Replaces `help` in the
        most severe finding about the image.
    notes: alternatives and next steps, added to the most severe finding about the image
    fix: the change to the newest release of the same series, or None
    upgrade: the change to another series with the same Airflow major version, or None
    """

    help: str
    explained: str
    notes: tuple[str, ...]
    fix: Fix | None
    upgrade: Fix | None = None


class Context(NamedTuple):
    """The input of a rule.

    name: the name of the file, without its directory
    data: the content of the file, or b"" if only an earlier report of the file is known
    dockerfile: the parsed file
    cases: the Runtime images in the file, which are the inputs of image rules
    known: the lifecycle data known on the day of the check
    config: the settings of the file
    project: the Astro manifest and what is needed to edit it, or None for a Dockerfile
    neighbors: the other files of the project to compare the file with
    invalid_suppressions: the errors in suppression comments
    unused_suppressions: comments with unused rules or topics, each paired with the unused names
    expired_suppressions: expired comments, each paired with its rules or topics that have findings again
    """

    name: str
    data: bytes
    dockerfile: Dockerfile
    cases: tuple[Case, ...]
    known: Snapshot
    config: Config
    project: "Project | None" = None
    neighbors: Neighbors = NO_NEIGHBORS
    invalid_suppressions: tuple[Finding, ...] = ()
    unused_suppressions: tuple[CommentNames, ...] = ()
    expired_suppressions: tuple[CommentNames, ...] = ()


class Topic(str, Enum):
    """The topic of a rule. The values are headings in the documentation."""

    SYNTAX = "Syntax and stages"
    TAGS = "Tags and repositories"
    LIFECYCLE = "Lifecycle"
    POLICY = "Your own policy"
    PLATFORMS = "Platforms"
    MANIFESTS = "Astro manifests"
    SUPPRESSIONS = "Suppressions"

    @cached_property
    def word(self) -> str:
        """The name, such as `lifecycle`, that selects all rules of the topic in options and comments."""
        return self.name.lower()


class Rule(NamedTuple):
    """A rule.

    name: the name in reports, configuration and comments
    documentation: the documentation in Markdown
    check: the function that yields the findings for a Case or a Context
    topic: the topic in the documentation
    severity: the default severity
    outranks: rules whose findings are redundant if this rule reports the same target
    baseline_name: the name in baselines, shared by rules that report one event at different times
    checks_images: whether `check` takes a Case instead of a Context
    on_by_default: whether the rule runs by default
    checks_suppressions: whether the rule checks suppression comments. Such rules run last.
    is_repeatable: whether the rule can run on a JSON report with --from-report
    is_about_the_end: whether the rule reports that an image is at or near its end. If such a finding is
        suppressed, --upgrade doesn't change the image.
    is_fixed_in_series: whether the newest release of the same series resolves the findings of the rule
    editor_tag: the style of its findings in editors: `deprecated`, `unnecessary` or ""
    """

    name: str
    documentation: str
    check: Check
    topic: Topic
    severity: Severity
    baseline_name: str
    outranks: tuple[str, ...] = ()
    checks_images: bool = False
    on_by_default: bool = True
    checks_suppressions: bool = False
    is_repeatable: bool = True
    is_about_the_end: bool = False
    is_fixed_in_series: bool = False
    editor_tag: str = ""

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]


def rule(topic: Topic, severity: Severity, **attributes: Any) -> Callable[[Check], Rule]:
    """Return a decorator that turns a check into a rule named after its module.

    attributes: more fields of Rule, keyed by name
    """

    def decorate(check: Check) -> Rule:
        name = check.__module__.rpartition(".")[2].replace("_", "-")
        # Under `python -OO`, modules have no docstring.
        documentation = sys.modules[check.__module__].__doc__ or ""
        fields = {"baseline_name": name, **attributes}
        return Rule(name, documentation, check, topic, severity, **fields)

    return decorate


image_rule = partial(rule, checks_images=True)
"""Like `rule`, for checks that take a Case."""


def target_of(stage: Stage, image: RuntimeImage | None = None) -> Target:
    """Return the target of a finding about the image of a stage.

    image: the Runtime image of the stage. If its version comes from an ARG, the target is the ARG. With
        None, the target is always the image in the FROM.
    """
    subject = stage.subject or stage.image
    lines = stage.image_source.lines | stage.comment_lines | {stage.line}
    argument = image.argument_to_change if image else None
    if argument is None:
        return Target(stage.image_location, subject, lines)
    subject = subject[: argument.shift + len(argument.default)]
    return Target(argument.location, subject, lines, (stage.image_location,))


def platform_target(stage: Stage) -> Target:
    """Return the target of a finding about the platform of a stage. The subject includes the image."""
    _, subject, lines, _ = target_of(stage)
    subject = f"--platform={stage.platform} {subject}"
    return Target(stage.platform_location, subject, lines | stage.platform_source.lines)


def text_target(dockerfile: Dockerfile, location: Location, text: str) -> Target:
    """Return the target of a finding about some text in a Dockerfile.

    text: the subject of the target
    """
    # `location` may be in a later line of an instruction. Find the first, where suppression comments apply.
    index = bisect_right(dockerfile.continued, location.line, key=attrgetter("start")) - 1
    is_continued = index >= 0 and location.line in dockerfile.continued[index]
    line = dockerfile.continued[index].start if is_continued else location.line
    return Target(location, text, frozenset({line}))


def stage_targets(dockerfile: Dockerfile) -> dict[Location, Target]:
    """Return the images and platforms of all stages as targets, keyed by location.

    If a stage has no `--platform`, its platform and its image have the same location. This location maps to
    the image. If the image depends on the target platform, uses the image for the first of the target
    platforms.
    """
    stages = (*dockerfile.uses, *dockerfile.stages)
    platforms = {stage.platform_location: platform_target(stage) for stage in stages}
    return platforms | {stage.image_location: target_of(stage) for stage in stages}
