"""Strings -> image references, Runtime versions, Runtime tags and platforms."""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple

# --- image references -------------------------------------------------------------------------


class InvalidReferenceError(ValueError):
    """An image reference the build refuses. The text says why."""


class ImageReference(NamedTuple):
    """`registry/path:tag@digest`; `repository` is registry and path, normalised. Absent parts are empty."""

    repository: str
    tag: str
    digest: str


_NAME = re.compile(r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*")
_DOMAIN = re.compile(
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
    r"|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
)
_TAG = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_DIGEST = re.compile(r"([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*):([0-9a-fA-F]{32,})")
_DIGEST_LENGTH = {"sha256": 64, "sha384": 96, "sha512": 128}
_IDENTIFIER = re.compile(r"[a-f0-9]{64}")
_MAX_NAME = 255
_MAX_TAG = 128


def parse_reference(text: str) -> ImageReference:
    """Read an image reference as the build does. Raises InvalidReferenceError."""
    if _IDENTIFIER.fullmatch(text):
        raise InvalidReferenceError("it is 64 hexadecimal digits, which reads as an image id")
    domain, remainder = _split_domain(text)
    name, _, digest = remainder.partition("@")
    path, colon, tag = name.partition(":")
    if path != path.lower():
        raise InvalidReferenceError("a repository name must be lower-case")
    if not _DOMAIN.fullmatch(domain):
        raise InvalidReferenceError(f"'{domain}' is no registry" if domain else "it starts with a slash")
    if not _NAME.fullmatch(path):
        raise InvalidReferenceError(_why_no_name(path))
    if len(path) > _MAX_NAME:
        raise InvalidReferenceError(f"a repository name has at most {_MAX_NAME} characters")
    if colon:
        _check_tag(tag)
    if "@" in remainder:
        _check_digest(digest)
    return ImageReference(f"{domain.lower()}/{path}", tag, digest)


def _split_domain(text: str) -> tuple[str, str]:
    first, slash, rest = text.partition("/")
    if slash and (first == "localhost" or "." in first or ":" in first or first != first.lower()):
        domain = "docker.io" if first == "index.docker.io" else first
    elif slash and not first:
        return "", rest
    else:
        domain, rest = "docker.io", text
    if domain == "docker.io" and "/" not in rest:
        rest = f"library/{rest}"
    return domain, rest


def _why_no_name(path: str) -> str:
    if path.removeprefix("library/") == "":
        return "it names no repository"
    if path.endswith("/"):
        return "it ends in a slash"
    return "a repository name is made of a-z, 0-9 and single separators . _ - /"


def _check_tag(tag: str) -> None:
    if not tag:
        raise InvalidReferenceError("the tag after ':' is empty")
    if not _TAG.fullmatch(tag):
        raise InvalidReferenceError("a tag is made of letters, digits, _ . and -, and starts with none of . and -")
    if len(tag) > _MAX_TAG:
        raise InvalidReferenceError(f"a tag has at most {_MAX_TAG} characters")


def _check_digest(digest: str) -> None:
    match = _DIGEST.fullmatch(digest)
    if match is None:
        raise InvalidReferenceError("the digest after '@' is not of the form sha256:<64 hexadecimal digits>")
    length = _DIGEST_LENGTH.get(match[1])
    if length is None:
        raise InvalidReferenceError(f"{match[1]} is no digest algorithm that the build supports")
    if len(match[2]) != length or match[2] != match[2].lower():
        raise InvalidReferenceError(f"a {match[1]} digest is {length} lower-case hexadecimal digits")


# --- repositories -----------------------------------------------------------------------------


class RepositoryKind(Enum):
    """What a repository of the vendor carries."""

    RUNTIME = "runtime"
    PRERELEASE = "prerelease"
    AGENT = "agent"
    RETIRED = "retired"


class Repository(NamedTuple):
    """A repository of the vendor: what it carries, and for which Airflow major it is meant."""

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
    "docker.io/astronomerinc/ap-airflow": Repository(RepositoryKind.RETIRED, 2),
    "docker.io/astronomerio/ap-airflow": Repository(RepositoryKind.RETIRED, 2),
}
"""The vendor's repositories, by their whole names: a word in another name makes no Runtime image."""


# --- Runtime versions and tags ----------------------------------------------------------------


class RuntimeVersion(NamedTuple):
    """One release. `airflow` is the Airflow major: 2 for X.Y.Z, 3 for X.Y-N; so 3.0-1 sorts after 13.0.0."""

    airflow: int
    major: int
    minor: int
    patch: int

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}{'.' if self.airflow == 2 else '-'}{self.patch}"

    @property
    def line(self) -> str:
        """The release line: `13` for 13.6.0, `3.1` for 3.1-5."""
        return str(self.major) if self.airflow == 2 else f"{self.major}.{self.minor}"

    @property
    def other_form(self) -> RuntimeVersion:
        """The version of the other Airflow generation with the same numbers: 3.0-8 for 3.0.8."""
        return self._replace(airflow=3 if self.airflow == 2 else 2)


_INTEGER = r"(?:0|[1-9][0-9]{0,8})"
_VERSION = re.compile(rf"({_INTEGER})\.({_INTEGER})([.-])({_INTEGER})")


def parse_version(text: str) -> RuntimeVersion | None:
    """Read `13.6.0` or `3.1-5`; None if `text` is neither."""
    match = _VERSION.fullmatch(text)
    if match is None:
        return None
    major, minor, patch = int(match[1]), int(match[2]), int(match[4])
    return RuntimeVersion(2 if match[3] == "." else 3, major, minor, patch)


class RuntimeTag(NamedTuple):
    """A tag of a Runtime repository, read by its grammar.

    `number`: the part that names the release or line, as written (`13.6.0`, `3.1-5`, `9`, `latest`).
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

    @property
    def is_floating(self) -> bool:
        return self.version is None and not self.prerelease

    @property
    def line(self) -> str | None:
        """The release line the tag stands on, if it says so: none for `latest` and for `3`."""
        if self.version is not None:
            return self.version.line
        if self.number in ("latest", "3"):
            return None
        major = self.number.partition(".")[0]
        return self.number if major == "3" else major


class InvalidTagError(ValueError):
    """A tag that fits no grammar. `suggestion`: what was meant, where that is plain, else ""."""

    def __init__(self, reason: str, suggestion: str = "") -> None:
        super().__init__(reason)
        self.suggestion = suggestion


_NUMBER = re.compile(rf"{_INTEGER}\.{_INTEGER}[.-]{_INTEGER}|{_INTEGER}(?:\.{_INTEGER})?|latest")
_SUFFIX = re.compile(
    rf"-(?:(?P<ubi9>ubi9)|python-(?P<python>{_INTEGER}\.{_INTEGER})|(?P<slim>slim)"
    rf"|astro-agent-(?P<agent>{_INTEGER}\.{_INTEGER}\.{_INTEGER})|(?P<base>base))(?=-|\Z)"
)
RUNTIME_SUFFIXES = ("ubi9", "python", "slim", "base")
AGENT_SUFFIXES = ("ubi9", "python", "agent", "base")


def parse_tag(tag: str, suffixes: tuple[str, ...] = RUNTIME_SUFFIXES) -> RuntimeTag:
    """Read a tag whose suffixes are `suffixes`, in that order. Raises InvalidTagError."""
    number = _NUMBER.match(tag)
    if number is None:
        raise InvalidTagError("it does not start with a version")
    first = _SUFFIX.search(tag, number.end())
    words_end = first.start() if first else len(tag)
    word = tag[number.end() : words_end]
    if word and not _is_prerelease(word):
        raise InvalidTagError(f"'{word}' is no suffix of Astro Runtime")
    found = _read_suffixes(tag, words_end, suffixes)
    return RuntimeTag(
        number.group(),
        parse_version(number.group()),
        prerelease=word,
        ubi9="ubi9" in found,
        python=found.get("python", ""),
        slim="slim" in found,
        base="base" in found,
        agent=found.get("agent", ""),
    )


def _read_suffixes(tag: str, start: int, order: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    spelled: dict[str, str] = {}
    at = start
    while at < len(tag):
        match = _SUFFIX.match(tag, at)
        if match is None:
            raise InvalidTagError(f"'{tag[at:]}' is no suffix of Astro Runtime")
        name = match.lastgroup or ""
        if name not in order:
            raise InvalidTagError(f"'{match.group()}' is no suffix in this repository")
        if name in found:
            raise InvalidTagError(f"'{match.group()}' stands twice", tag[:at] + tag[match.end() :])
        found[name], spelled[name] = match[name], match.group()
        at = match.end()
    if list(found) != [name for name in order if name in found]:
        right = tag[:start] + "".join(spelled[name] for name in order if name in spelled)
        raise InvalidTagError("its suffixes are out of order", right)
    return found


def _is_prerelease(word: str) -> bool:
    """Whether `word` after a version is a pre-release as PEP 440 spells them, or a nightly."""
    # Few tags have such a word, and this import is a tenth of a run.
    from packaging.version import InvalidVersion, Version

    try:
        return Version("0" + word.replace("-nightly", "-dev")).is_prerelease
    except InvalidVersion:
        return False


# --- platforms --------------------------------------------------------------------------------


class InvalidPlatformError(ValueError):
    """A `--platform` the build refuses. The text says why."""


class Platform(NamedTuple):
    """A platform, normalised as containerd does. `architecture` is "" where the machine's is meant."""

    os: str
    architecture: str
    variant: str


KNOWN_OS = frozenset(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris"
    " windows zos".split()
)
KNOWN_ARCHITECTURES = frozenset(
    "386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le"
    " mips64p32 mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm".split()
)
_COMPONENT = re.compile(r"[A-Za-z0-9_.-]+")
_OS = re.compile(r"([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?")
_BAD_PERCENT = re.compile(r"%(?![0-9a-fA-F]{2})")
_ARCHITECTURE_NAMES = {
    "i386": ("386", ""),
    "x86_64": ("amd64", None),
    "x86-64": ("amd64", None),
    "aarch64": ("arm64", None),
    "armhf": ("arm", "v7"),
    "armel": ("arm", "v6"),
}


def parse_platform(text: str) -> Platform:
    """Read `os[/architecture[/variant]]` or an architecture alone. Raises InvalidPlatformError."""
    parts = text.split("/")
    os_match = _OS.fullmatch(parts[0])
    if os_match is None or _BAD_PERCENT.search(parts[0]):
        raise InvalidPlatformError(f"'{parts[0]}' is no operating system" if parts[0] else "it has an empty part")
    for part in parts[1:]:
        if not _COMPONENT.fullmatch(part):
            raise InvalidPlatformError(f"'{part}' is no part of a platform" if part else "it has an empty part")
    if len(parts) > 3:
        raise InvalidPlatformError("it has more than three parts")
    os = os_match[1].lower().replace("macos", "darwin")
    if len(parts) > 1:
        return Platform(os, *_normalised_architecture(parts[1], parts[2] if len(parts) > 2 else ""))
    if os in KNOWN_OS:
        return Platform(os, "", "")
    architecture, variant = _normalised_architecture(parts[0], "")
    if architecture not in KNOWN_ARCHITECTURES:
        raise InvalidPlatformError("it is neither an operating system nor an architecture")
    return Platform("linux", architecture, variant)


def _normalised_architecture(architecture: str, variant: str) -> tuple[str, str]:
    architecture, variant = architecture.lower(), variant.lower()
    name, fixed = _ARCHITECTURE_NAMES.get(architecture, (architecture, None))
    variant = variant if fixed is None else fixed
    usual = {"amd64": ("v1",), "arm64": ("8", "v8"), "arm": ("7", "v7")}.get(name, ())
    return name, "" if variant in usual else variant
