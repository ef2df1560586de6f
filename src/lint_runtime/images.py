"""Stages -> the Runtime images that they use, and where in the file these can be changed."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from lint_runtime.diagnostics import Edit
from lint_runtime.dockerfile.references import ImageReference
from lint_runtime.dockerfile.stages import Provenance, Stage
from lint_runtime.lifecycle.comparison import Side
from lint_runtime.lifecycle.model import Existence, Lifecycle
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import INTEGER, RuntimeVersion, parse_version
from lint_runtime.text import quoted


class RepositoryKind(Enum):
    """What a repository of the vendor contains."""

    RUNTIME = "runtime"
    PRERELEASE = "prerelease"
    AGENT = "agent"
    RETIRED = "retired"


class Repository(NamedTuple):
    """A repository of the vendor: what it contains, and for which Airflow major it is meant."""

    kind: RepositoryKind
    airflow: int


REPOSITORIES = {
    "quay.io/astronomer/astro-runtime": Repository(RepositoryKind.RUNTIME, 2),
    "astrocrpublic.azurecr.io/runtime": Repository(RepositoryKind.RUNTIME, 3),
    "astrocrpublic.azurecr.io/astronomer/astro-runtime": Repository(RepositoryKind.RUNTIME, 2),
    "air.astronomer.io/runtime": Repository(RepositoryKind.RUNTIME, 3),
    "quay.io/astronomer/astro-runtime-dev": Repository(RepositoryKind.PRERELEASE, 2),
    "astrocrpublic.azurecr.io/runtime-dev": Repository(RepositoryKind.PRERELEASE, 3),
    "images.astronomer.cloud/baseimages/astro-remote-execution-agent": Repository(RepositoryKind.AGENT, 3),
    "quay.io/astronomer/ap-airflow": Repository(RepositoryKind.RETIRED, 2),
    "quay.io/astronomer/ap-airflow-dev": Repository(RepositoryKind.RETIRED, 2),
    "docker.io/astronomerinc/ap-airflow": Repository(RepositoryKind.RETIRED, 2),
    "docker.io/astronomerio/ap-airflow": Repository(RepositoryKind.RETIRED, 2),
    "docker.io/astronomerio/airflow": Repository(RepositoryKind.RETIRED, 2),
}
"""The vendor's repositories, by their whole names: a word in another name makes no Runtime image."""


def original_of(repository: str) -> str:
    """Return the vendor's repository that the name of one in another registry ends like; "" if none.

    Names that others may use as well, such as `runtime`, are not enough.
    """
    # Most images are others' altogether.
    if "astro" not in repository:
        return ""
    paths = ((original, original.partition("/")[2]) for original in REPOSITORIES)
    named = (original for original, path in paths if "/" in path and repository.endswith(f"/{path}"))
    return next(named, "")


def mirrored(repository: str, mirrors: Mapping[str, str]) -> str:
    """Return what `repository` mirrors by `mirrors`, else itself.

    A `*` in the name of a mirror matches one part of a path; in what it mirrors it is that same part.
    """
    if repository in mirrors:
        return mirrors[repository]
    for pattern, original in _wildcards(tuple(mirrors.items())) if mirrors else ():
        if match := pattern.fullmatch(repository):
            for part in match.groups():
                original = original.replace("*", part, 1)
            return original
    return repository


@lru_cache(maxsize=64)
def _wildcards(mirrors: tuple[tuple[str, str], ...]) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(re.escape(mirror).replace(r"\*", "([^/]+)")), original)
        for mirror, original in mirrors
        if "*" in mirror
    )


class RuntimeTag(NamedTuple):
    """A tag of a Runtime repository, read by its grammar.

    `number`: the part that names the release or series, as written (`13.6.0`, `3.1-5`, `9`, `latest`).
    `version`: None where that names no single release. `prerelease`: the word (`-alpha4`) or "".
    `python`: the version of a `-python-X.Y` suffix or "". `agent`: that of `-astro-agent-A.B.C` or "".
    """

    number: str
    version: RuntimeVersion | None
    prerelease: str = ""
    ubi9: bool = False
    python: str = ""
    slim: bool = False
    base: bool = False
    agent: str = ""

    def __str__(self) -> str:
        return self.number + self.prerelease + "".join(self.suffixes.values())

    @property
    def suffixes(self) -> dict[str, str]:
        """The suffixes as written, by name, in the order of the grammar."""
        written = {
            "ubi9": "-ubi9" if self.ubi9 else "",
            "python": f"-python-{self.python}" if self.python else "",
            "slim": "-slim" if self.slim else "",
            "agent": f"-astro-agent-{self.agent}" if self.agent else "",
            "base": "-base" if self.base else "",
        }
        return {name: suffix for name, suffix in written.items() if suffix}

    @property
    def is_floating(self) -> bool:
        """Whether it names no single release."""
        return self.version is None and not self.prerelease

    @property
    def series(self) -> str | None:
        """The release series that the tag names, if any: none for `latest` and for `3`."""
        if self.version is not None:
            return self.version.series
        if self.number in ("latest", "3"):
            return None
        major = self.number.partition(".")[0]
        return self.number if major == "3" else major


class InvalidTagError(ValueError):
    """A tag that no grammar accepts. `suggestion`: what was meant, where that is plain, else "".

    `suffixes`: those of the grammar, for reading the suggestion.
    """

    def __init__(self, reason: str, suggestion: str = "", suffixes: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.suggestion = suggestion
        self.suffixes = suffixes


_NUMBER = rf"{INTEGER}\.{INTEGER}[.-]{INTEGER}|{INTEGER}(?:\.{INTEGER})?|latest"
_SUFFIX = (
    rf"-(?:(?P<ubi9>ubi9)|python-(?P<python>{INTEGER}\.{INTEGER})|(?P<slim>slim)"
    rf"|astro-agent-(?P<agent>{INTEGER}\.{INTEGER}\.{INTEGER})|(?P<base>base))(?=-|\Z)"
)
RUNTIME_SUFFIXES = ("ubi9", "python", "slim", "base")
AGENT_SUFFIXES = ("ubi9", "python", "agent", "base")


def parse_tag(tag: str, suffixes: tuple[str, ...] = RUNTIME_SUFFIXES) -> RuntimeTag:
    """Read a tag whose suffixes are `suffixes`, in that order. Raises InvalidTagError."""
    match = re.match(_NUMBER, tag)
    if match is None:
        raise InvalidTagError("it must start with a version, such as 13.11.0 or 3.1-21")
    number, rest = match.group(), tag[match.end() :]
    first = re.search(_SUFFIX, rest) if rest else None
    word = rest[: first.start()] if first else rest
    if word[:1].isdigit() or word.startswith("."):
        raise InvalidTagError("the version must be X.Y.Z or X.Y-N")
    if word and not _is_prerelease(word):
        raise InvalidTagError(f"unknown suffix {quoted(word)}")
    found = _split_suffixes(rest[len(word) :], suffixes)
    if suffixes == AGENT_SUFFIXES and parse_version(number) and not found.keys() >= {"python", "agent"}:
        raise InvalidTagError("-python-X.Y or -astro-agent-A.B.C is missing")
    ordered = [name for name in suffixes if name in found]
    if list(found) != ordered:
        right = number + word + "".join(found[name].group() for name in ordered)
        raise InvalidTagError("the suffixes are in the wrong order", right, suffixes)
    return RuntimeTag(
        number,
        parse_version(number),
        prerelease=word,
        ubi9="ubi9" in found,
        python=found["python"]["python"] if "python" in found else "",
        slim="slim" in found,
        base="base" in found,
        agent=found["agent"]["agent"] if "agent" in found else "",
    )


def _split_suffixes(text: str, known: Collection[str]) -> dict[str, re.Match[str]]:
    """Return the suffixes in `text` by name, in the order they have there. Raises InvalidTagError."""
    found: dict[str, re.Match[str]] = {}
    while text:
        match = re.match(_SUFFIX, text)
        if match is None:
            raise InvalidTagError(f"unknown suffix {quoted(text)}")
        name = match.lastgroup or ""
        if name not in known:
            raise InvalidTagError(f"this repository has no {quoted(match.group())} images")
        if name in found:
            raise InvalidTagError(f"{quoted(match.group())} is repeated")
        found[name] = match
        text = text[match.end() :]
    return found


def _is_prerelease(word: str) -> bool:
    """Whether `word` after a version is a pre-release as PEP 440 spells them, or a nightly."""
    # Few tags have such a word, and this import is a tenth of a run.
    from packaging.version import InvalidVersion, Version

    try:
        return Version("0" + word.replace("-nightly", "-dev")).is_prerelease
    except InvalidVersion:
        return False


class RuntimeImage(NamedTuple):
    """A stage that uses an image of one of the vendor's repositories, or of a mirror of one.

    `original`: the name of the vendor's repository. `tag`: None where there is none or it fits no
    grammar; `tag_error` then says why.
    `is_prerelease`: by its tag or its repository; then only its series matters. `existence` and
    `lifecycle`: of what the tag names, None if that is not a series; `lifecycle` also if there is
    no such release, for the series would be the wrong one. `shared`: the words of the file that must
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
    shared: frozenset[int | None] = frozenset()

    @property
    def is_mirror(self) -> bool:
        """Whether it is from a mirror, and not from the vendor's repository itself."""
        return self.original != self.reference.repository

    @property
    def airflow(self) -> int:
        """The Airflow major that the tag is for, or the repository, where the tag does not say."""
        if self.tag is None or self.tag.series is None:
            return self.repository.airflow
        return 3 if "." in self.tag.series else 2

    @property
    def python(self) -> str:
        """The Python version: that of the tag, else the default of the series; "" if it is unknown."""
        default = self.lifecycle.default_python if self.lifecycle else None
        return (self.tag.python if self.tag else "") or default or ""

    @property
    def os(self) -> str:
        """The operating system; "" if it is unknown."""
        if self.tag and self.tag.ubi9:
            return "UBI 9"
        return (self.lifecycle.os if self.lifecycle else None) or ""

    @property
    def side(self) -> Side | None:
        """The image as one side of a comparison; None where nothing is known of it."""
        if self.tag is None or self.lifecycle is None:
            return None
        return Side(str(self.tag), self.lifecycle, self.python, self.os)

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """What is in the image, by the products and cycles of upstream ends: `python` `3.12`."""
        found = [("airflow", str(self.lifecycle.airflow_major))] if self.lifecycle else []
        found += [("python", self.python)] if self.python else []
        system = re.match(r"(?:(Debian)|UBI) ([0-9]+)", self.os)
        found += [("debian" if system[1] else "rhel", system[2])] if system else []
        return tuple(found)

    def edit_number(self, number: str) -> tuple[Edit, ...]:
        """Return the edits that make the tag name `number`; none where nothing can be changed safely."""
        # Tags of other repositories have more than a number to change.
        if self.tag is None or self.repository.kind is not RepositoryKind.RUNTIME:
            return ()
        start = len(_undigested(self.stage.image)) - len(self.reference.tag)
        return self._edit_image(start, start + len(self.tag.number), number)

    def edit_repository(self, repository: str) -> tuple[Edit, ...]:
        """Return the edits that take the same tag from `repository`; none as above."""
        name = _undigested(self.stage.image).removesuffix(f":{self.reference.tag}")
        return self._edit_image(0, len(name), repository)

    def edit_pieces(
        self, pieces: Iterable[tuple[int, int, str]]
    ) -> dict[int | None, tuple[Edit, ...]] | None:
        """Return the edits that replace pieces of the image, by the number of the word they are in.

        `pieces`: from where to where in the image as it is expanded, and by what. None where one of them
        is not written in one place, or the image is pinned by digest.
        """
        found: dict[int | None, tuple[Edit, ...]] = {}
        for start, end, text in () if self.reference.digest else pieces:
            place = self.stage.image_source.place(start, end)
            if place is None:
                return None
            found[place[1]] = (*found.get(place[1], ()), *(Edit(location, text) for location in place[0]))
        return found or None

    def edit_platform(self, platform: str) -> tuple[Edit, ...]:
        """Return the edits that make `--platform` the one given; none as above."""
        stage = self.stage
        # Next to what a variable may add elsewhere, the whole platform would be one too many.
        if stage.platform_has_gaps or stage.platform_varies:
            return ()
        return self._edit(stage.platform_source, 0, len(stage.platform), platform)

    def _edit_image(self, start: int, end: int, text: str) -> tuple[Edit, ...]:
        return () if self.reference.digest else self._edit(self.stage.image_source, start, end, text)

    def _edit(self, source: Provenance, start: int, end: int, text: str) -> tuple[Edit, ...]:
        places, word = source.place(start, end) or ([], None)
        return () if word in self.shared else tuple(Edit(place, text) for place in places)


def edit_image(stage: Stage, image: str) -> tuple[Edit, ...]:
    """Return the edit that makes `image` the image of a stage; none where it is written in pieces.

    None as well for one pinned by digest, and for a text from an ARG, which other stages may use.
    """
    place = None if "@" in stage.image else stage.image_source.place(0, len(stage.image))
    is_here = place is not None and place[0] == [stage.image_location]
    return (Edit(stage.image_location, image),) if is_here else ()


def _undigested(image: str) -> str:
    return image.partition("@")[0]


def runtime_images(
    stages: Sequence[Stage], table: LifecycleTable, today: date, mirrors: Mapping[str, str]
) -> list[RuntimeImage | None]:
    """Return the Runtime image of each of `stages`; None for those with any other image."""
    images = [_runtime_image(stage, table, today, mirrors) for stage in stages]
    if not any(images):
        return images
    shared = _shared_words(stages, images)
    return [image and image._replace(shared=shared) for image in images]


def _shared_words(stages: Iterable[Stage], images: Iterable[RuntimeImage | None]) -> frozenset[int | None]:
    """Return the numbers of the words that mean different things, in one stage or in several."""
    meant: dict[int | None, object] = {}
    shared: set[int | None] = set()
    for stage, image in zip(stages, images, strict=True):
        shared |= stage.image_source.entangled | stage.platform_source.entangled
        meanings = [(number, _meaning(image) or stage) for number in stage.image_source.numbers]
        meanings += [(number, stage.platform) for number in stage.platform_source.numbers]
        for number, meaning in meanings:
            if meant.setdefault(number, meaning) != meaning:
                shared.add(number)
    # A text of too many parts to trace may have a part in any word.
    return frozenset(meant if None in meant else shared)


_SUFFIXES = {RepositoryKind.AGENT: AGENT_SUFFIXES}


def _runtime_image(
    stage: Stage, table: LifecycleTable, today: date, mirrors: Mapping[str, str]
) -> RuntimeImage | None:
    reference = stage.reference
    if reference is None:
        return None
    name = mirrored(reference.repository, mirrors)
    if stage.registry_is_open and name not in REPOSITORIES:
        name = original_of(reference.repository)
    repository = REPOSITORIES.get(name)
    if repository is None or (stage.tag_is_open and repository.kind is not RepositoryKind.RETIRED):
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
    if tag and tag.series and existence is not Existence.NEVER:
        lifecycle = table.on(today, tag.series, version)
    return RuntimeImage(stage, reference, repository, name, tag, error, is_prerelease, existence, lifecycle)


def _existence(tag: RuntimeTag, version: RuntimeVersion | None, table: LifecycleTable) -> Existence | None:
    if version is not None:
        return table.existence(version)
    return table.series_existence(tag.series) if tag.series else None


def _meaning(image: RuntimeImage | None) -> object:
    """Return what decides what an image's tag has to become."""
    if image is None or image.tag is None:
        return None
    return image.reference.repository, image.tag.number, image.tag.prerelease, image.reference.digest
