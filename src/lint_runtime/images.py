"""Find the Runtime images of a file, parse their tags, and replace them."""

import re
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import date
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple, Protocol

from lint_runtime.diagnostics import Edit, Location
from lint_runtime.dockerfile.references import ImageReference
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.lifecycle.model import WARN_WITHIN, Existence, Lifecycle, ReleaseSeries, State
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.versions import INTEGER, RuntimeVersion, parse_version
from lint_runtime.text import closest, quoted


class RepositoryKind(Enum):
    """The kind of images in a vendor repository."""

    RUNTIME = "runtime"
    PRERELEASE = "prerelease"
    AGENT = "agent"
    RETIRED = "retired"


class Repository(NamedTuple):
    """A vendor repository.

    kind: the kind of its images
    airflow: the Airflow major version of its images, 2 or 3
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
    "quay.io/astronomer/docker-airflow": Repository(RepositoryKind.RETIRED, 2),
    "docker.io/astronomer/ap-airflow": Repository(RepositoryKind.RETIRED, 2),
    "docker.io/astronomer/ap-airflow-dev": Repository(RepositoryKind.RETIRED, 2),
    "docker.io/astronomerinc/ap-airflow": Repository(RepositoryKind.RETIRED, 2),
    "docker.io/astronomerinc/ap-airflow-dev": Repository(RepositoryKind.RETIRED, 2),
    "docker.io/astronomerio/ap-airflow-dev": Repository(RepositoryKind.RETIRED, 2),
    "docker.io/astronomerio/ap-airflow": Repository(RepositoryKind.RETIRED, 2),
    "docker.io/astronomerio/airflow": Repository(RepositoryKind.RETIRED, 2),
}
"""The vendor's repositories, keyed by name."""

REPOSITORY_FOR = {2: "quay.io/astronomer/astro-runtime", 3: "astrocrpublic.azurecr.io/runtime"}
"""The recommended repository for each Airflow major version."""


def original_of(repository: str) -> str:
    """Return the vendor repository whose path is a suffix of `repository`, or "".

    Single-component paths, such as `runtime`, are too common to match.
    """
    # Fast path: all vendor paths with several components contain `astro`.
    for original in REPOSITORIES if "astro" in repository else ():
        path = original.partition("/")[2]
        if "/" in path and repository.endswith(f"/{path}"):
            return original
    return ""


def mirrored(repository: str, mirrors: Mapping[str, str]) -> str:
    """Return the repository that `repository` mirrors, or `repository` itself.

    mirrors: maps each mirror to its original repository. A `*` in the mirror matches one path component,
        which replaces the `*` in the original.
    """
    if repository in mirrors:
        return mirrors[repository]
    for mirror, original in mirrors.items():
        pattern = re.escape(mirror).replace(r"\*", "([^/]+)") if "*" in mirror else ""
        if pattern and (match := re.fullmatch(pattern, repository)):
            for component in match.groups():
                original = original.replace("*", component, 1)
            return original
    return repository


_SUFFIX_FORMS = {
    "ubi9": "-ubi9",
    "python": "-python-{}",
    "slim": "-slim",
    "agent": "-astro-agent-{}",
    "base": "-base",
}
"""The suffixes of tags, in grammar order."""


class RuntimeTag(NamedTuple):
    """A parsed tag of a Runtime image.

    number: the release or series as written (`13.6.0`, `3.1-5`, `9`, `latest`)
    version: the release, or None for a series or `latest`
    prerelease: the pre-release part, such as `-alpha4`, or ""
    ubi9: whether the tag has the suffix `-ubi9`
    python: the version in the suffix `-python-X.Y`, or ""
    slim: whether the tag has the suffix `-slim`
    agent: the version in the suffix `-astro-agent-A.B.C`, or ""
    base: whether the tag has the suffix `-base`
    """

    number: str
    version: RuntimeVersion | None
    prerelease: str = ""
    ubi9: bool = False
    python: str = ""
    slim: bool = False
    agent: str = ""
    base: bool = False

    def __str__(self) -> str:
        return self.number + self.prerelease + "".join(self.suffixes.values())

    @property
    def suffixes(self) -> dict[str, str]:
        """The suffixes as written, keyed by name, in grammar order."""
        # The fields from `ubi9` on, which have the order of `_SUFFIX_FORMS`.
        values = self[3:]
        if not any(values):
            return {}
        forms = zip(_SUFFIX_FORMS.items(), values, strict=True)
        return {name: form.format(value) for (name, form), value in forms if value}

    @property
    def is_floating(self) -> bool:
        """Whether the tag names a series or `latest` instead of a release."""
        return self.version is None and not self.prerelease

    @property
    def series(self) -> str | None:
        """The release series, or None for `latest` and `3`, which name no series."""
        if self.version is not None:
            return self.version.series
        if self.number in ("latest", "3"):
            return None
        major = self.number.partition(".")[0]
        return self.number if major == "3" else major

    def without(self, suffixes: Iterable[str]) -> "RuntimeTag":
        """Return a copy of the tag without some suffixes.

        suffixes: the names of the suffixes, such as `ubi9`
        """
        return self._replace(**{name: self._field_defaults[name] for name in suffixes})


class InvalidTagError(ValueError):
    """A tag that doesn't follow the grammar."""


_NUMBER = rf"{INTEGER}\.{INTEGER}[.-]{INTEGER}|{INTEGER}(?:\.{INTEGER})?|latest"
_SUFFIX = (
    rf"-(?:(?P<ubi9>ubi9)|python-(?P<python>{INTEGER}\.{INTEGER})|(?P<slim>slim)"
    rf"|astro-agent-(?P<agent>{INTEGER}\.{INTEGER}\.{INTEGER})|(?P<base>base))(?=-|\Z)"
)
_SUFFIX_OR_REST = rf"{_SUFFIX}|(?s:.+)"
_LOOSE_SUFFIX = rf"-(?:py(?:thon)?-?({INTEGER}\.{INTEGER})(?=-|\Z)|astro-agent-([0-9.]+)(?=-|\Z)|([^-]+))"
RUNTIME_SUFFIXES = ("ubi9", "python", "slim", "base")
AGENT_SUFFIXES = ("ubi9", "python", "agent", "base")
AGENT_FORM = "X.Y-N[-ubi9]-python-X.Y-astro-agent-A.B.C[-base]"
"""The form of a Remote Execution agent's tag. Agents exist for Airflow 3 only."""


@lru_cache(maxsize=256)
def parse_tag(tag: str, suffixes: tuple[str, ...] = RUNTIME_SUFFIXES) -> RuntimeTag:
    """Parse a tag. Raises InvalidTagError.

    suffixes: the names of the allowed suffixes in the required order
    """
    match = re.match(_NUMBER, tag)
    if match is None:
        raise InvalidTagError("it must start with a version, such as 13.11.0 or 3.1-21")
    number, rest = match.group(), tag[match.end() :]
    word = ""
    # Search for the first suffix only if there is other text before it. Few tags have such text, and it
    # takes 0.2 ms to compile the pattern of the search.
    if (part := re.match(_SUFFIX_OR_REST, rest)) and not part.lastgroup:
        first = re.search(_SUFFIX, rest)
        word = rest[: first.start()] if first else rest
    if word[:1].isdigit() or word.startswith("."):
        raise InvalidTagError("the version must be X.Y.Z or X.Y-N")
    if word and not _is_prerelease(word):
        raise InvalidTagError(f"unknown suffix {quoted(word)}")
    version, values = parse_version(number), _read_suffixes(rest[len(word) :], suffixes)
    if suffixes == AGENT_SUFFIXES:
        if version and not {"python", "agent"} <= values.keys():
            raise InvalidTagError("-python-X.Y or -astro-agent-A.B.C is missing")
        if (version and version.airflow == 2) or (number.isdigit() and number != "3"):
            raise InvalidTagError("the version must be X.Y-N")
    if [*values] != [name for name in suffixes if name in values]:
        raise InvalidTagError("the suffixes are in the wrong order")
    return RuntimeTag(number, version, word, **values)


def _read_suffixes(text: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    """Parse suffixes such as `-ubi9-base` into fields of RuntimeTag, in the order of the text.

    Raises InvalidTagError.
    """
    values: dict[str, Any] = {}
    for match in re.finditer(_SUFFIX_OR_REST, text):
        name, suffix = match.lastgroup, quoted(match[0])
        if name is None:
            raise InvalidTagError(f"unknown suffix {suffix}")
        if name not in allowed:
            raise InvalidTagError(f"this repository has no {suffix} images")
        if name in values:
            raise InvalidTagError(f"{suffix} is repeated")
        values[name] = match[name] if name in ("python", "agent") else True
    return values


def correct_tag(tag: str, suffixes: tuple[str, ...] = RUNTIME_SUFFIXES) -> RuntimeTag | None:
    """Correct an invalid tag, for example `v9.1.0-bsae` to `9.1.0-base`.

    Returns None if no correction is likely.

    suffixes: the names of the allowed suffixes in the required order
    """
    match = re.fullmatch(rf"v?({_NUMBER})((?:-[^-]+)*)", tag, re.IGNORECASE)
    if match is None:
        return None
    written: dict[str, str] = {}
    for python, agent, word in re.findall(_LOOSE_SUFFIX, match[2].lower()):
        name = "python" if python else "agent" if agent else closest(word, ("ubi9", "slim", "base"))
        written[name] = f"python-{python}" if python else f"astro-agent-{agent}" if agent else name
    with suppress(InvalidTagError):
        number, version = match[1], parse_version(match[1])
        if suffixes == AGENT_SUFFIXES and version and version.airflow == 2:
            number = str(version.other_form)
        ordered = [written.pop(name) for name in suffixes if name in written]
        return None if written else parse_tag("-".join((number, *ordered)), suffixes)
    return None


def _is_prerelease(word: str) -> bool:
    """Return whether the text after a version, such as `-alpha4` or `-nightly`, marks a pre-release."""
    # Lazy import (8 ms): few tags have text between the version and the suffixes.
    from packaging.version import InvalidVersion, Version

    try:
        return Version("0" + word.replace("-nightly", "-dev")).is_prerelease
    except InvalidVersion:
        return False


def missing_suffixes(
    tag: RuntimeTag, series: ReleaseSeries, version: RuntimeVersion | None
) -> dict[str, str]:
    """Return the suffixes in `tag` for which a release has no image, keyed by name.

    Leaves out suffixes whose availability is unknown.

    version: the release. With None, a suffix is missing only if no release of the series has it.
    """
    if series.variants is None:
        # Only `-python-X.Y` can be known to be missing, and only without `-ubi9`: `pythons` omits UBI 9.
        is_unknown = tag.ubi9 or not series.pythons or tag.python in ("", *series.pythons)
        return {} if is_unknown else {"python": tag.suffixes["python"]}
    missing = {}
    for name, suffix in tag.suffixes.items():
        variant = series.variant(name)
        exists = variant is not None and variant.includes(version)
        if name == "python":
            exists = exists and tag.python in pythons_of(series, is_ubi9=tag.ubi9)
        if not exists and name not in ("agent", "base"):
            missing[name] = suffix
    return missing


def pythons_of(series: ReleaseSeries, *, is_ubi9: bool, known: Snapshot | None = None) -> tuple[str, ...]:
    """Return each Python version X.Y for which a series has `-python-X.Y` images.

    known: the snapshot with the end dates of Python versions. Versions whose end of life is before
        the day of the snapshot are left out. With None, all versions are returned.
    """
    has_suffix = series.pythons if series.variants is None else series.variant("python")
    pythons = (*series.pythons, *(series.ubi9_pythons if is_ubi9 else ())) if has_suffix else ()
    return tuple(
        python
        for python in dict.fromkeys(pythons)
        if known is None or (known.table.python_end(python) or known.day) >= known.day
    )


Spans = Sequence[tuple[int, int, str]]
"""Replacements in a text, in text order. Each has a start, an exclusive end and the new text."""


Edits = Mapping[int, tuple[Edit, ...]]
"""Maps each changed word of the file to its edits. A word is given by its index in `Provenance.words`."""


def apply_spans(text: str, spans: Spans) -> str:
    """Return `text` with each span replaced."""
    for start, end, replacement in reversed(spans):
        text = text[:start] + replacement + text[end:]
    return text


class Destination(NamedTuple):
    """An image to write in place of an image in a file.

    lifecycle: the lifecycle of the new series
    tag: the new tag, or None if it can't be known
    repository: the repository to write, or "" to keep the repository
    dropped: the suffixes of the old tag that the new image lacks
    is_mirrored: whether the old image is in a mirror, and no mirror of `repository` is known
    airflow: the exact Airflow version, or "" if unknown
    """

    lifecycle: Lifecycle
    tag: RuntimeTag | None
    repository: str
    dropped: tuple[str, ...] = ()
    is_mirrored: bool = False
    airflow: str = ""

    @property
    def text(self) -> str:
        """The text to write: the tag, preceded by the repository if the repository changes."""
        tag = str(self.tag or f"the newest {self.lifecycle.series.label} tag")
        return f"{self.repository}:{tag}" if self.repository and self.tag else tag


class SourceChange(NamedTuple):
    """A change to a manifest that results in a different image.

    text: the settings to write, such as `apache-airflow==3.3.*` and `runtime = '3.3-8'`, joined by "and"
    edits: the edits, or None if no edit is safe
    notes: notes on the change
    command: the Astro CLI command that makes the same change, or "" if there is none
    """

    text: str
    edits: Edits | None
    notes: tuple[str, ...]
    command: str


class ImageSource(Protocol):
    """A manifest that determines an image. Images in Dockerfiles have no such source."""

    def python(self, series: Lifecycle) -> str | None:
        """Return the Python version that the image would have in a series.

        Returns "" for the default of the series, or None if the manifest admits no Python of the series.
        """

    def change(self, target: Destination) -> SourceChange:
        """Return the change that turns the image into `target`."""
        ...


class Argument(NamedTuple):
    """The ARG whose default contains the version of an image.

    location: the location of the version
    name: the name of the ARG
    default: the default as written
    shift: the offset in the image at which the default starts
    """

    location: Location
    name: str
    default: str
    shift: int

    def written(self, spans: Spans) -> str:
        """Return the changed ARG instruction, such as `ARG TAG=13.11.0`.

        spans: the replacements, with offsets in the image
        """
        shifted = [(start - self.shift, end - self.shift, text) for start, end, text in spans]
        return f"ARG {self.name}={apply_spans(self.default, shifted)}"


class RuntimeImage(NamedTuple):
    """A stage whose image is in a vendor repository or a mirror.

    stage: the stage that uses the image
    reference: the parsed image reference
    repository: what is known about the vendor repository
    original: the name of the vendor repository, even if the image is in a mirror
    tag: the parsed tag, or None if the tag is missing or invalid
    tag_error: the error in the tag, or ""
    is_prerelease: whether the tag or the repository marks a pre-release
    existence: whether the release or series exists, or None if the tag names neither
    lifecycle: the facts about the release or series, or None if unknown or never published
    shared: the words of the file that no edit may change, as indexes in `Provenance.words`. For example,
        the default of an ARG, if two stages use the ARG and need different values
    argument: the ARG whose default contains the version, or None
    variables: the names of the variables in the image if its version can't be edited in one place, else ()
    was_editable: if the image comes from an earlier report, whether a fix could change the image. Else None
    source: the manifest that determines the image, or None for a Dockerfile
    destination: the replacement that resolves all findings about this image, or None
    next: the image to upgrade to first, if `destination` can't be reached in one step, else None
    newest: the newest image of the same series. None if this image is the newest or must leave the series
    """

    stage: Stage
    reference: ImageReference
    repository: Repository
    original: str
    tag: RuntimeTag | None
    tag_error: str
    is_prerelease: bool
    existence: Existence | None
    lifecycle: Lifecycle | None
    shared: frozenset[int | None] = frozenset()
    argument: Argument | None = None
    variables: tuple[str, ...] = ()
    was_editable: bool | None = None
    source: ImageSource | None = None
    destination: Destination | None = None
    next: Destination | None = None
    newest: Destination | None = None

    def __hash__(self) -> int:
        # Two fields are enough: the facts about an image follow from its reference.
        return hash((self.reference, self.stage.platform_value))

    @property
    def is_mirror(self) -> bool:
        """Whether the image is in a mirror of the vendor repository."""
        return self.original != self.reference.repository

    def state(self, day: date, warn_within: int = WARN_WITHIN) -> State:
        """Return the state of the image on `day`.

        For a pre-release, returns PRERELEASE in place of MAINTAINED and UNKNOWN.
        """
        state = self.lifecycle.state(day, warn_within) if self.lifecycle else State.UNKNOWN
        if self.is_prerelease and state in (State.MAINTAINED, State.UNKNOWN):
            return State.PRERELEASE
        return state

    @property
    def airflow(self) -> int:
        """The Airflow major version of the series in the tag or, without a series, of the repository."""
        series = self.tag.series if self.tag else None
        if series is None:
            return self.repository.airflow
        return 3 if "." in series else 2

    @property
    def python(self) -> str:
        """The Python version in the tag, or else the default of the series, or "" if unknown."""
        default = self.lifecycle.series.default_python if self.lifecycle else None
        return (self.tag.python if self.tag else "") or default or ""

    @property
    def os(self) -> str:
        """The operating system, or "" if unknown."""
        if self.tag and self.tag.ubi9:
            return "UBI 9"
        return (self.lifecycle.series.os if self.lifecycle else None) or ""

    @property
    def contents(self) -> tuple[tuple[str, str], ...]:
        """Products in the image with their release cycles, such as `("debian", "12")`. See UpstreamEnd."""
        products = [("airflow", str(self.lifecycle.airflow_major))] if self.lifecycle else []
        products += [("python", self.python)] if self.python else []
        system = re.match(r"(?:(Debian)|UBI) ([0-9]+)", self.os)
        products += [("debian" if system[1] else "rhel", system[2])] if system else []
        return tuple(products)

    def spans(self, destination: Destination) -> Spans:
        """Return the replacements that turn the image into `destination`, with offsets in the image."""
        tag, (start, position) = destination.tag, self._version_span()
        image = self.stage.image
        spans: list[tuple[int, int, str]] = []
        if destination.repository:
            end = start - 1 if self.reference.tag else start
            spans.append((0, end, destination.repository))
        if self.tag is None or tag is None:
            text = str(tag) if self.reference.tag else f":{tag}"
            return [*spans, (start, position, text)] if tag else spans
        spans.append((start, position, tag.number + tag.prerelease))
        old, new = self.tag.suffixes, tag.suffixes
        for name in RUNTIME_SUFFIXES if old != new else ():
            end = position + len(old.get(name, ""))
            if old.get(name) != new.get(name):
                spans.append((position, end, new.get(name, "")))
            position = end
        return [span for span in spans if image[span[0] : span[1]] != span[2]]

    def _version_span(self) -> tuple[int, int]:
        """Return the start and end of the version in the image. An invalid tag counts as a version."""
        digest = f"@{self.reference.digest}" if self.reference.digest else ""
        end = len(self.stage.image) - len(digest)
        start = end - len(self.reference.tag)
        return start, start + len(self.tag.number + self.tag.prerelease) if self.tag else end

    def located(self) -> "RuntimeImage":
        """Return a copy with `argument` or `variables` set.

        Returns the image unchanged if its version is written in the FROM.
        """
        stage, source, (start, end) = self.stage, self.stage.image_source, self._version_span()
        place = source.place(start, end)
        if place is None or place[1] in self.shared:
            return self._replace(variables=stage.variables)
        locations, number = place
        word = source.words[number]
        if word.line.line == stage.line:
            return self
        origin = next(o for o in source.origins if o.word == number and o.at <= start <= o.at + o.length)
        name = word.line.text[: word.start].removesuffix("=").split()[-1]
        return self._replace(argument=Argument(locations[0], name, word.text, origin.at - origin.start))

    @property
    def argument_to_change(self) -> Argument | None:
        """`argument`, or None if the suggested image needs more than a new default of this ARG."""
        argument, step = self.argument, self.next or self.destination
        if argument and step and step.tag:
            first, last = argument.shift, argument.shift + len(argument.default)
            if any(start < first or end > last for start, end, _ in self.spans(step)):
                return None
        return argument

    def full(self, target: Destination | None) -> str:
        """Return the repository and tag of a destination, or "" if its tag is unknown."""
        if target is None or target.tag is None:
            return ""
        if self.reference.registry_is_open and not target.repository:
            return apply_spans(self.stage.image, self.spans(target))
        return f"{target.repository or self.reference.repository}:{target.tag}"

    @property
    def is_editable(self) -> bool:
        """Whether a fix can change the image.

        If another image is suggested, this is whether the suggestion has edits. Otherwise, this is whether
        the version of the image is written in one place only, and edits may change that place.
        """
        if self.was_editable is not None:
            return self.was_editable
        if step := self.next or self.destination:
            return bool(self.edits(step))
        place = self.stage.image_source.place(*self._version_span())
        return self.source is not None or (place is not None and place[1] not in self.shared)

    def edits(self, destination: Destination) -> tuple[Edit, ...]:
        """Return the edits that turn the image into `destination`, or () if no edit is safe."""
        by_word = self.edits_by_word(destination)
        if by_word is None or not self.shared.isdisjoint(by_word):
            return ()
        return tuple(edit for edits in by_word.values() for edit in edits)

    def edits_by_word(self, destination: Destination) -> Edits | None:
        """Return the edits that turn the image into `destination`, keyed by word index.

        Returns None if any part that must change is not written in a single place in the file.
        """
        if self.source:
            return self.source.change(destination).edits
        edits: dict[int, tuple[Edit, ...]] = {}
        for start, end, text in self.spans(destination):
            place = self.stage.image_source.place(start, end)
            if place is None:
                return None
            locations, word = place
            edits[word] = (*edits.get(word, ()), *(Edit(location, text) for location in locations))
        return edits

    def edit_platform(self, platform: str) -> tuple[Edit, ...]:
        """Return the edits that change `--platform`, or () if no edit is safe."""
        stage = self.stage
        # Replacing the platform is unsafe if a variable may add to it.
        if stage.platform_has_gaps or stage.platform_varies:
            return ()
        locations, word = stage.platform_source.place(0, len(stage.platform)) or ([], None)
        return () if word in self.shared else tuple(Edit(location, platform) for location in locations)


def runtime_images(
    stages: Sequence[Stage], known: Snapshot, mirrors: Mapping[str, str]
) -> list[RuntimeImage | None]:
    """Return one item per stage: its Runtime image, or None if it has a different kind of image.

    mirrors: maps each mirror to its original repository, as in `mirrored`
    """
    images = [_runtime_image(stage, known, mirrors) for stage in stages]
    if not any(images):
        return images
    # Collect words that must not be edited, because no single replacement is right for all their uses.
    meanings: dict[int | None, object] = {}
    shared: set[int | None] = set()
    for stage, image in zip(stages, images, strict=True):
        shared |= stage.image_source.entangled | stage.platform_source.entangled
        meaning: object = stage
        if image and image.tag:
            # Images with equal meanings get the same replacement, so a word that they share may be edited.
            reference, tag = image.reference, image.tag
            meaning = (reference.repository, tag.number, tag.prerelease, reference.digest)
        uses = [(word, meaning) for word in stage.image_source.numbers]
        uses += [(word, stage.platform) for word in stage.platform_source.numbers]
        shared.update(word for word, use in uses if meanings.setdefault(word, use) != use)
    # None stands for text of unknown origin. It may contain any word, so edit no word at all.
    fixed = frozenset(meanings if None in meanings else shared)
    return [image and image._replace(shared=fixed).located() for image in images]


def _runtime_image(stage: Stage, known: Snapshot, mirrors: Mapping[str, str]) -> RuntimeImage | None:
    reference = stage.reference
    if reference is None:
        return None
    name = mirrored(reference.repository, mirrors)
    if reference.registry_is_open and name not in REPOSITORIES:
        name = original_of(reference.repository)
    repository = REPOSITORIES.get(name)
    if repository is None or (reference.tag_is_open and repository.kind is not RepositoryKind.RETIRED):
        return None
    tag, error = None, ""
    if reference.tag and repository.kind is not RepositoryKind.RETIRED:
        is_agent = repository.kind is RepositoryKind.AGENT
        try:
            tag = parse_tag(reference.tag, AGENT_SUFFIXES if is_agent else RUNTIME_SUFFIXES)
        except InvalidTagError as invalid:
            # Not an error: a build argument may complete the tag.
            if stage.unresolved:
                return None
            error = str(invalid)
    is_prerelease = repository.kind is RepositoryKind.PRERELEASE or bool(tag and tag.prerelease)
    existence, lifecycle = None, None
    if tag and tag.version and not is_prerelease:
        existence, lifecycle = known.table.existence(tag.version), known.release(tag.version)
    elif tag and tag.series:
        existence, lifecycle = known.table.series_existence(tag.series), known.series(tag.series)
    if existence is Existence.NEVER:
        # The facts about the series do not apply to a release that was never published.
        lifecycle = None
    return RuntimeImage(stage, reference, repository, name, tag, error, is_prerelease, existence, lifecycle)


def contested_words(changes: Iterable[tuple[RuntimeImage, Edits]]) -> frozenset[int | None]:
    """Return the indexes of words that need different edits for different images.

    changes: the images of a file, each with its edits
    """
    wanted: dict[int | None, set[tuple[Edit, ...]]] = {}
    for image, edits in changes:
        for word in image.stage.image_source.numbers:
            wanted.setdefault(word, set()).add(edits.get(word, ()) if word is not None else ())
    return frozenset(word for word, choices in wanted.items() if len(choices) > 1)
