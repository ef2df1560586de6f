"""What a rule is, and everything it may see."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from lint_runtime.diagnostic import Location, Severity
from lint_runtime.dockerfile import Dockerfile, Stage
from lint_runtime.lifecycle import Existence, Lifecycle, LifecycleTable
from lint_runtime.reference import REPOSITORIES, ImageReference, Repository, RepositoryKind
from lint_runtime.tag import AGENT_SUFFIXES, RUNTIME_SUFFIXES, InvalidTagError, RuntimeTag, parse_tag


class RuntimeImage(NamedTuple):
    """A stage that stands on an image of one of the vendor's repositories.

    `tag`: None where there is none or it fits no grammar; `tag_error` then says why. `existence`
    and `lifecycle`: of what the tag names, None where that is no line; `lifecycle` also where
    there is no such release, for the line would be the wrong one.
    """

    stage: Stage
    reference: ImageReference
    repository: Repository
    tag: RuntimeTag | None
    tag_error: InvalidTagError | None
    existence: Existence | None
    lifecycle: Lifecycle | None

    @property
    def location(self) -> Location:
        """Where the image stands."""
        return self.stage.image_location


class Context(NamedTuple):
    """What a rule may look at: one file, its Runtime images, the facts, the day and the settings."""

    dockerfile: Dockerfile
    images: tuple[RuntimeImage, ...]
    table: LifecycleTable
    today: date
    warn_within: int


class Finding(NamedTuple):
    """What a rule found: where, and what to tell. The linter makes a Diagnostic of it."""

    location: Location
    message: str


class Rule(NamedTuple):
    """One rule. `documentation` is its module's docstring, in Markdown.

    `outranks`: rules whose findings at the same place it makes redundant, having their facts in
    its own message.
    """

    name: str
    severity: Severity
    documentation: str
    check: Callable[[Context], Iterator[Finding]]
    outranks: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]


def runtime_image(stage: Stage, table: LifecycleTable, today: date) -> RuntimeImage | None:
    """Return `stage` as the Runtime image that it stands on; None if it stands on anything else."""
    reference = stage.reference
    repository = REPOSITORIES.get(reference.repository) if reference else None
    if reference is None or repository is None:
        return None
    tag, error = None, None
    if reference.tag and repository.kind is not RepositoryKind.RETIRED:
        try:
            tag = parse_tag(reference.tag, _SUFFIXES.get(repository.kind, RUNTIME_SUFFIXES))
        except InvalidTagError as invalid:
            error = invalid
    existence = _existence(tag, table) if tag else None
    lifecycle = None
    if tag and tag.line and existence is not Existence.NEVER:
        lifecycle = table.on(today, tag.line, None if tag.prerelease else tag.version)
    return RuntimeImage(stage, reference, repository, tag, error, existence, lifecycle)


_SUFFIXES = {RepositoryKind.AGENT: AGENT_SUFFIXES}


def _existence(tag: RuntimeTag, table: LifecycleTable) -> Existence | None:
    if tag.line is None:
        return None
    if tag.version is None or tag.prerelease:
        return table.line_existence(tag.line)
    return table.existence(tag.version)
