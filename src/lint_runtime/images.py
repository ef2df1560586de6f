"""Stages -> the Runtime images that they stand on, and where in the file these can be changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from typing import NamedTuple

from lint_runtime.diagnostics import Edit, Location
from lint_runtime.dockerfile.references import (
    REPOSITORIES,
    ImageReference,
    Repository,
    RepositoryKind,
    mirrored,
)
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.lifecycle.model import Existence, Lifecycle
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.tag import (
    AGENT_SUFFIXES,
    RUNTIME_SUFFIXES,
    InvalidTagError,
    RuntimeTag,
    RuntimeVersion,
    parse_tag,
)


class SharedWords:
    """The numbers of the words of a file that stand for different things, in one stage or in several."""

    def __init__(self, stages: "Iterable[tuple[Stage, RuntimeImage | None]]" = ()) -> None:
        self._stages = stages

    def __contains__(self, number: object) -> bool:
        return number in self._numbers

    # Only fixes ask for them.
    @cached_property
    def _numbers(self) -> frozenset[int | None]:
        meant: dict[int | None, object] = {}
        shared: set[int | None] = set()
        for stage, image in self._stages:
            shared |= stage.image_source.entangled | stage.platform_source.entangled
            meanings = [(number, _meaning(image) or stage) for number in stage.image_source.numbers]
            meanings += [(number, stage.platform) for number in stage.platform_source.numbers]
            for number, meaning in meanings:
                if meant.setdefault(number, meaning) != meaning:
                    shared.add(number)
        # A text of too many parts to trace may have a part in any word.
        return frozenset(meant if None in meant else shared)


class RuntimeImage(NamedTuple):
    """A stage that stands on an image of one of the vendor's repositories, or of a mirror of one.

    `original`: the name of the vendor's repository. `tag`: None where there is none or it fits no
    grammar; `tag_error` then says why.
    `is_prerelease`: by its tag or its repository; then only its line is judged. `existence` and
    `lifecycle`: of what the tag names, None where that is no line; `lifecycle` also where there is
    no such release, for the line would be the wrong one. `shared`: the words of the file that must
    not be changed for one stage alone.
    """

    stage: Stage
    reference: ImageReference
    repository: Repository
    original: str
    tag: RuntimeTag | None
    tag_error: InvalidTagError | None
    is_prerelease: bool
    existence: Existence | None
    lifecycle: Lifecycle | None
    shared: SharedWords = SharedWords()

    @property
    def is_mirror(self) -> bool:
        """Whether it is from a mirror, and not from the vendor's repository itself."""
        return self.original != self.reference.repository

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

    def edit_number(self, number: str) -> Edit | None:
        """Return the edit that makes the tag name `number`; None where nothing can be changed safely."""
        # The tags of other repositories carry more than that.
        if self.tag is None or self.repository.kind is not RepositoryKind.RUNTIME:
            return None
        start = len(_undigested(self.stage.image)) - len(self.reference.tag)
        return self._edit(start, start + len(self.tag.number), number)

    def edit_repository(self, repository: str) -> Edit | None:
        """Return the edit that takes the same tag from `repository`; None as above."""
        name = _undigested(self.stage.image).removesuffix(f":{self.reference.tag}")
        return self._edit(0, len(name), repository)

    def edit_platform(self, platform: str) -> Edit | None:
        """Return the edit that makes `--platform` the one given; None as above."""
        place = self.stage.platform_source.place(0, len(self.stage.platform))
        return Edit(place[0], platform) if place and place[1] not in self.shared else None

    def _edit(self, start: int, end: int, text: str) -> Edit | None:
        place = None if self.reference.digest else self.stage.image_source.place(start, end)
        return Edit(place[0], text) if place and place[1] not in self.shared else None


def edit_image(stage: Stage, image: str) -> Edit | None:
    """Return the edit that makes `image` of what a stage stands on; None where it stands in pieces.

    None as well for one pinned by digest, and for a text that an ARG gives, which other stages may
    stand on.
    """
    place = None if "@" in stage.image else stage.image_source.place(0, len(stage.image))
    return Edit(place[0], image) if place and place[0] == stage.image_location else None


def _undigested(image: str) -> str:
    return image.partition("@")[0]


def runtime_images(
    stages: Sequence[Stage], table: LifecycleTable, today: date, mirrors: Mapping[str, str]
) -> list[RuntimeImage | None]:
    """Return each of `stages` as the Runtime image that it stands on; None for those on anything else."""
    images = [_runtime_image(stage, table, today, mirrors) for stage in stages]
    shared = SharedWords(tuple(zip(stages, images, strict=True)))
    return [image and image._replace(shared=shared) for image in images]


def _runtime_image(
    stage: Stage, table: LifecycleTable, today: date, mirrors: Mapping[str, str]
) -> RuntimeImage | None:
    reference = stage.reference
    name = mirrored(reference.repository, mirrors) if reference else ""
    repository = REPOSITORIES.get(name)
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
    return RuntimeImage(stage, reference, repository, name, tag, error, is_prerelease, existence, lifecycle)


_SUFFIXES = {RepositoryKind.AGENT: AGENT_SUFFIXES}


def _existence(tag: RuntimeTag, version: RuntimeVersion | None, table: LifecycleTable) -> Existence | None:
    if version is not None:
        return table.existence(version)
    return table.line_existence(tag.line) if tag.line else None


def _meaning(image: RuntimeImage | None) -> object:
    """Return what decides what an image's tag has to become."""
    if image is None or image.tag is None:
        return None
    return image.reference.repository, image.tag.number, image.tag.prerelease, image.reference.digest
