"""What a rule is, and everything it may see."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import NamedTuple

from lint_runtime.diagnostic import Location, Severity
from lint_runtime.dockerfile import Dockerfile, Stage
from lint_runtime.lifecycle import Existence, Lifecycle, LifecycleTable
from lint_runtime.reference import REPOSITORIES, ImageReference, Repository, RepositoryKind
from lint_runtime.tag import (
    AGENT_SUFFIXES,
    RUNTIME_SUFFIXES,
    InvalidTagError,
    RuntimeTag,
    RuntimeVersion,
    parse_tag,
)


class RuntimeImage(NamedTuple):
    """A stage that stands on an image of one of the vendor's repositories.

    `tag`: None where there is none or it fits no grammar; `tag_error` then says why.
    `is_prerelease`: by its tag or its repository; then only its line is judged. `existence` and
    `lifecycle`: of what the tag names, None where that is no line; `lifecycle` also where there is
    no such release, for the line would be the wrong one.
    """

    stage: Stage
    reference: ImageReference
    repository: Repository
    tag: RuntimeTag | None
    tag_error: InvalidTagError | None
    is_prerelease: bool
    existence: Existence | None
    lifecycle: Lifecycle | None

    @property
    def location(self) -> Location:
        """Where the image stands."""
        return self.stage.image_location

    @property
    def airflow(self) -> int:
        """The Airflow major that the tag is for, or the repository, where the tag does not say."""
        if self.tag is None or self.tag.line is None:
            return self.repository.airflow
        return 3 if "." in self.tag.line else 2


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
    is_prerelease = repository.kind is RepositoryKind.PRERELEASE or bool(tag and tag.prerelease)
    version = tag.version if tag and not is_prerelease else None
    existence = _existence(tag, version, table) if tag else None
    lifecycle = None
    if tag and tag.line and existence is not Existence.NEVER:
        lifecycle = table.on(today, tag.line, version)
    return RuntimeImage(stage, reference, repository, tag, error, is_prerelease, existence, lifecycle)


_SUFFIXES = {RepositoryKind.AGENT: AGENT_SUFFIXES}


def _existence(tag: RuntimeTag, version: RuntimeVersion | None, table: LifecycleTable) -> Existence | None:
    if version is not None:
        return table.existence(version)
    return table.line_existence(tag.line) if tag.line else None
