"""Runtime images: which stages use one, what its tag says, and the edits that change it."""

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from enum import Enum
from functools import lru_cache
from typing import NamedTuple

from lint_runtime.diagnostics import Edit
from lint_runtime.dockerfile.references import ImageReference
from lint_runtime.dockerfile.stages import Provenance, Stage
from lint_runtime.lifecycle.model import Existence, Lifecycle
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.versions import INTEGER, RuntimeVersion, parse_version
from lint_runtime.text import quoted


class RepositoryKind(Enum):
    """The contents of a vendor repository."""

    RUNTIME = "runtime"
    PRERELEASE = "prerelease"
    AGENT = "agent"
    RETIRED = "retired"


class Repository(NamedTuple):
    """A vendor repository.

    kind: its contents
    airflow: the Airflow major of its images, 2 or 3
    """

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
"""The vendor's repositories by name."""

REPOSITORY_FOR = {2: "quay.io/astronomer/astro-runtime", 3: "astrocrpublic.azurecr.io/runtime"}
"""The repository to recommend for an Airflow major."""


def original_of(repository: str) -> str:
    """Return the vendor repository whose path is a suffix of `repository`. Returns "" if there is none.

    Paths of one word, such as `runtime`, are too common to match.
    """
    # Fast path: most images are unrelated.
    if "astro" not in repository:
        return ""
    for original in REPOSITORIES:
        path = original.partition("/")[2]
        if "/" in path and repository.endswith(f"/{path}"):
            return original
    return ""


def mirrored(repository: str, mirrors: Mapping[str, str]) -> str:
    """Return the repository that `repository` mirrors, or itself.

    mirrors: the original by mirror. A `*` in a mirror matches one path component, which replaces
    the `*` in the original.
    """
    if repository in mirrors or not mirrors:
        return mirrors.get(repository, repository)
    for pattern, original in _wildcards(tuple(mirrors.items())):
        if match := pattern.fullmatch(repository):
            for component in match.groups():
                original = original.replace("*", component, 1)
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
    """A parsed tag of a Runtime repository.

    number: the release or series as written (`13.6.0`, `3.1-5`, `9`, `latest`)
    version: the release; None if the tag names no single release
    prerelease: the pre-release part, such as `-alpha4`, or ""
    ubi9: whether the tag has the suffix `-ubi9`
    python: the version in `-python-X.Y`, or ""
    slim: whether the tag has the suffix `-slim`
    base: whether the tag has the suffix `-base`
    agent: the version in `-astro-agent-A.B.C`, or ""
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
        """Whether the tag names no single release."""
        return self.version is None and not self.prerelease

    @property
    def series(self) -> str | None:
        """The release series. None for `latest` and `3`, which name no series."""
        if self.version is not None:
            return self.version.series
        if self.number in ("latest", "3"):
            return None
        major = self.number.partition(".")[0]
        return self.number if major == "3" else major

    def without(self, suffixes: Iterable[str]) -> "RuntimeTag":
        """Return the tag without these suffixes, given by name."""
        return self._replace(**{name: self._field_defaults[name] for name in suffixes})


class InvalidTagError(ValueError):
    """A tag that doesn't follow the grammar.

    suggestion: the correct tag, or "" if that is unclear
    suffixes: the suffixes of the grammar, in order
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
AGENT_FORM = "X.Y-N[-ubi9]-python-X.Y-astro-agent-A.B.C[-base]"
"""The form of the tags of Remote Execution agents, which exist for Airflow 3 only."""


def parse_tag(tag: str, suffixes: tuple[str, ...] = RUNTIME_SUFFIXES) -> RuntimeTag:
    """Parse a tag. Raises InvalidTagError.

    suffixes: the suffixes of the grammar, in order
    """
    match = re.match(_NUMBER, tag)
    if match is None:
        raise InvalidTagError("it must start with a version, such as 13.11.0 or 3.1-21")
    number, rest = match.group(), tag[match.end() :]
    first = re.search(_SUFFIX, rest)
    word = rest[: first.start()] if first else rest
    if word[:1].isdigit() or word.startswith("."):
        raise InvalidTagError("the version must be X.Y.Z or X.Y-N")
    if word and not _is_prerelease(word):
        raise InvalidTagError(f"unknown suffix {quoted(word)}")
    written: dict[str, re.Match[str]] = {}
    rest = rest[len(word) :]
    while rest:
        match = re.match(_SUFFIX, rest)
        if match is None:
            raise InvalidTagError(f"unknown suffix {quoted(rest)}")
        name = match.lastgroup or ""
        if name not in suffixes:
            raise InvalidTagError(f"this repository has no {quoted(match.group())} images")
        if name in written:
            raise InvalidTagError(f"{quoted(match.group())} is repeated")
        written[name] = match
        rest = rest[match.end() :]
    version, ordered = parse_version(number), [name for name in suffixes if name in written]
    rest = word + "".join(written[name].group() for name in ordered)
    if suffixes == AGENT_SUFFIXES:
        _check_agent(number, written.keys(), rest)
    if list(written) != ordered:
        raise InvalidTagError("the suffixes are in the wrong order", number + rest, suffixes)
    return RuntimeTag(
        number,
        version,
        prerelease=word,
        ubi9="ubi9" in written,
        python=written["python"]["python"] if "python" in written else "",
        slim="slim" in written,
        base="base" in written,
        agent=written["agent"]["agent"] if "agent" in written else "",
    )


def _check_agent(number: str, written: Set[str], rest: str) -> None:
    """Check what only the tags of agents need. Raises InvalidTagError.

    written: the names of the suffixes
    rest: the text behind the version, in the order of the grammar
    """
    version = parse_version(number)
    if version and not written >= {"python", "agent"}:
        raise InvalidTagError("-python-X.Y or -astro-agent-A.B.C is missing")
    if version and version.airflow == 2:
        raise InvalidTagError("the version must be X.Y-N", f"{version.other_form}{rest}", AGENT_SUFFIXES)
    if number.isdigit() and number != "3":
        raise InvalidTagError("the version must be X.Y-N")


def _is_prerelease(word: str) -> bool:
    """Whether the text after a version marks a pre-release (PEP 440) or a nightly build."""
    # Few tags have such a word, and the import takes 8 ms.
    from packaging.version import InvalidVersion, Version

    try:
        return Version("0" + word.replace("-nightly", "-dev")).is_prerelease
    except InvalidVersion:
        return False


class RuntimeImage(NamedTuple):
    """A stage whose image is in a vendor repository or a mirror.

    stage: the stage
    reference: its image reference
    repository: the vendor repository
    original: the name of the vendor repository
    tag: the parsed tag; None without a tag or if it is invalid
    tag_error: the error in an invalid tag
    is_prerelease: whether the tag or the repository marks a pre-release; only its series is checked
    existence: whether the release or series exists; None if the tag names neither
    lifecycle: the facts about the release or series; None if it is unknown or was never published
    shared: the numbers of words in the file that must not be edited for this stage alone
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
        """Whether the image is in a mirror of the vendor repository."""
        return self.original != self.reference.repository

    @property
    def airflow(self) -> int:
        """The Airflow major, 2 or 3, from the tag or else from the repository."""
        series = self.tag.series if self.tag else None
        if series is None:
            return self.repository.airflow
        return 3 if "." in series else 2

    @property
    def python(self) -> str:
        """The Python version from the tag, or the default of the series. Returns "" if unknown."""
        default = self.lifecycle.series.default_python if self.lifecycle else None
        return (self.tag.python if self.tag else "") or default or ""

    @property
    def os(self) -> str:
        """The operating system. Returns "" if unknown."""
        if self.tag and self.tag.ubi9:
            return "UBI 9"
        return (self.lifecycle.series.os if self.lifecycle else None) or ""

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """The products in the image and their cycles, as in UpstreamEnd."""
        products = [("airflow", str(self.lifecycle.airflow_major))] if self.lifecycle else []
        products += [("python", self.python)] if self.python else []
        system = re.match(r"(?:(Debian)|UBI) ([0-9]+)", self.os)
        products += [("debian" if system[1] else "rhel", system[2])] if system else []
        return tuple(products)

    def edit_number(self, number: str) -> tuple[Edit, ...]:
        """Return the edits that change the version in the tag. Empty if no safe edit exists."""
        # Tags of other repositories contain further versions.
        is_runtime = self.repository.kind is RepositoryKind.RUNTIME
        if self.tag is None or self.reference.digest or not is_runtime:
            return ()
        start = len(self.stage.image) - len(self.reference.tag)
        return self._edit(self.stage.image_source, start, start + len(self.tag.number), number)

    def edit_repository(self, repository: str) -> tuple[Edit, ...]:
        """Return the edits that change the repository. Empty if no safe edit exists."""
        if self.reference.digest:
            return ()
        end = len(self.stage.image.removesuffix(f":{self.reference.tag}"))
        return self._edit(self.stage.image_source, 0, end, repository)

    def edit_platform(self, platform: str) -> tuple[Edit, ...]:
        """Return the edits that change `--platform`. Empty if no safe edit exists."""
        stage = self.stage
        # Replacing the platform is unsafe if a variable may add to it.
        if stage.platform_has_gaps or stage.platform_varies:
            return ()
        return self._edit(stage.platform_source, 0, len(stage.platform), platform)

    def _edit(self, source: Provenance, start: int, end: int, text: str) -> tuple[Edit, ...]:
        locations, word = source.place(start, end) or ([], None)
        return () if word in self.shared else tuple(Edit(location, text) for location in locations)

    def edit_spans(
        self, spans: Iterable[tuple[int, int, str]]
    ) -> dict[int | None, tuple[Edit, ...]] | None:
        """Return the edits that replace spans of the image, by the number of the word they change.

        spans: start, end and replacement, as offsets in the expanded image

        Returns None if a span is not written in one place.
        """
        edits: dict[int | None, tuple[Edit, ...]] = {}
        for start, end, text in spans:
            place = self.stage.image_source.place(start, end)
            if place is None:
                return None
            locations, word = place
            edits[word] = (*edits.get(word, ()), *(Edit(location, text) for location in locations))
        return edits


def runtime_images(
    stages: Sequence[Stage], known: Snapshot, mirrors: Mapping[str, str]
) -> list[RuntimeImage | None]:
    """Return the Runtime image of each stage, or None for other images.

    mirrors: as in `mirrored`
    """
    images = [_runtime_image(stage, known, mirrors) for stage in stages]
    if not any(images):
        return images
    shared = _shared_words(stages, images)
    return [image and image._replace(shared=shared) for image in images]


def _runtime_image(stage: Stage, known: Snapshot, mirrors: Mapping[str, str]) -> RuntimeImage | None:
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
        is_agent = repository.kind is RepositoryKind.AGENT
        try:
            tag = parse_tag(reference.tag, AGENT_SUFFIXES if is_agent else RUNTIME_SUFFIXES)
        except InvalidTagError as invalid:
            error = invalid
    is_prerelease = repository.kind is RepositoryKind.PRERELEASE or bool(tag and tag.prerelease)
    existence, lifecycle = None, None
    if tag and tag.version and not is_prerelease:
        existence, lifecycle = known.table.existence(tag.version), known.release(tag.version)
    elif tag and tag.series:
        existence, lifecycle = known.table.series_existence(tag.series), known.series(tag.series)
    if existence is Existence.NEVER:
        # The series of a release that never existed would mislead.
        lifecycle = None
    return RuntimeImage(stage, reference, repository, name, tag, error, is_prerelease, existence, lifecycle)


def _shared_words(stages: Iterable[Stage], images: Iterable[RuntimeImage | None]) -> frozenset[int | None]:
    """Return the numbers of the words that stages use with different meanings."""
    meanings: dict[int | None, object] = {}
    shared: set[int | None] = set()
    for stage, image in zip(stages, images, strict=True):
        shared |= stage.image_source.entangled | stage.platform_source.entangled
        meaning: object = stage
        if image and image.tag:
            # Images with the same key get the same replacement.
            reference, tag = image.reference, image.tag
            meaning = (reference.repository, tag.number, tag.prerelease, reference.digest)
        uses = [(word, meaning) for word in stage.image_source.numbers]
        uses += [(word, stage.platform) for word in stage.platform_source.numbers]
        shared.update(word for word, use in uses if meanings.setdefault(word, use) != use)
    # None stands for text with too many origins to trace, which may come from any word.
    return frozenset(meanings if None in meanings else shared)
