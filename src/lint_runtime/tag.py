"""Strings -> Runtime versions and the tags of Runtime repositories."""

import re
from typing import NamedTuple

from lint_runtime.diagnostics import quoted


class RuntimeVersion(NamedTuple):
    """One release. `airflow`: the Airflow major, 2 for X.Y.Z, 3 for X.Y-N; so 3.0-1 sorts after 13.0.0."""

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
    def other_form(self) -> "RuntimeVersion":
        """The version of the other Airflow generation with the same numbers: 3.0-8 for 3.0.8."""
        return self._replace(airflow=3 if self.airflow == 2 else 2)


# Patterns are plain strings: each is compiled, and kept, by the first call that needs it.
_INTEGER = r"(?:0|[1-9][0-9]{0,8})"
_VERSION = rf"({_INTEGER})\.({_INTEGER})([.-])({_INTEGER})"


def parse_version(text: str) -> RuntimeVersion | None:
    """Read `13.6.0` or `3.1-5`; None if `text` is neither."""
    match = re.fullmatch(_VERSION, text)
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
        """Whether it names no single release."""
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
    """A tag that fits no grammar. `suggestion`: what was meant, where that is plain, else "".

    `suffixes`: those of the grammar, for reading the suggestion.
    """

    def __init__(self, reason: str, suggestion: str = "", suffixes: tuple[str, ...] = ()) -> None:
        super().__init__(reason)
        self.suggestion = suggestion
        self.suffixes = suffixes


_NUMBER = rf"{_INTEGER}\.{_INTEGER}[.-]{_INTEGER}|{_INTEGER}(?:\.{_INTEGER})?|latest"
_SUFFIX = (
    rf"-(?:(?P<ubi9>ubi9)|python-(?P<python>{_INTEGER}\.{_INTEGER})|(?P<slim>slim)"
    rf"|astro-agent-(?P<agent>{_INTEGER}\.{_INTEGER}\.{_INTEGER})|(?P<base>base))(?=-|\Z)"
)
RUNTIME_SUFFIXES = ("ubi9", "python", "slim", "base")
AGENT_SUFFIXES = ("ubi9", "python", "agent", "base")


def parse_tag(tag: str, suffixes: tuple[str, ...] = RUNTIME_SUFFIXES) -> RuntimeTag:
    """Read a tag whose suffixes are `suffixes`, in that order. Raises InvalidTagError."""
    match = re.match(_NUMBER, tag)
    if match is None:
        raise InvalidTagError("it does not start with a version")
    number, rest = match.group(), tag[match.end() :]
    first = re.search(_SUFFIX, rest) if rest else None
    word = rest[: first.start()] if first else rest
    if word[:1].isdigit() or word.startswith("."):
        raise InvalidTagError("its number is none of X.Y.Z and X.Y-N")
    if word and not _is_prerelease(word):
        raise InvalidTagError(f"{quoted(word)} is no suffix of Astro Runtime")
    found = _read_suffixes(number + word, rest[len(word) :], suffixes)
    if suffixes == AGENT_SUFFIXES and parse_version(number) and not found.keys() >= {"python", "agent"}:
        raise InvalidTagError("-python-X.Y or -astro-agent-A.B.C is missing")
    return RuntimeTag(
        number,
        parse_version(number),
        prerelease=word,
        ubi9="ubi9" in found,
        python=found.get("python", ""),
        slim="slim" in found,
        base="base" in found,
        agent=found.get("agent", ""),
    )


def _read_suffixes(version: str, rest: str, order: tuple[str, ...]) -> dict[str, str]:
    found: dict[str, str] = {}
    spelled: dict[str, str] = {}
    while rest:
        match = re.match(_SUFFIX, rest)
        if match is None:
            raise InvalidTagError(f"{quoted(rest)} is no suffix of Astro Runtime")
        name = match.lastgroup or ""
        if name not in order:
            raise InvalidTagError(f"{quoted(match.group())} is no suffix in this repository")
        if name in found:
            raise InvalidTagError(f"{quoted(match.group())} stands twice")
        found[name], spelled[name] = match[name], match.group()
        rest = rest[match.end() :]
    if list(found) != [name for name in order if name in found]:
        right = version + "".join(spelled[name] for name in order if name in spelled)
        raise InvalidTagError("its suffixes are out of order", right, order)
    return found


def _is_prerelease(word: str) -> bool:
    """Whether `word` after a version is a pre-release as PEP 440 spells them, or a nightly."""
    # Few tags have such a word, and this import is a tenth of a run.
    from packaging.version import InvalidVersion, Version

    try:
        return Version("0" + word.replace("-nightly", "-dev")).is_prerelease
    except InvalidVersion:
        return False
