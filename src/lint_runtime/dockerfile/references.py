"""Strings -> image references, as BuildKit reads them."""

import re
from functools import lru_cache
from typing import NamedTuple

from lint_runtime.text import quoted


class InvalidReferenceError(ValueError):
    """An image reference the build rejects. The text says why."""


class ImageReference(NamedTuple):
    """`registry/path:tag@digest`; `repository` is registry and path, normalized. Absent parts are empty."""

    repository: str
    tag: str
    digest: str


# Patterns are plain strings: each is compiled, and kept, by the first call that needs it.
_NAME = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
_DOMAIN = (
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
    r"|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
)
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_DIGEST = r"([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*):([0-9a-fA-F]{32,})"
_DIGEST_LENGTH = {"sha256": 64, "sha384": 96, "sha512": 128}
_IDENTIFIER_LENGTH = 64
_IDENTIFIER = r"[a-f0-9]+"
_MAX_NAME = 255
_MAX_TAG = 128


def parse_reference(text: str) -> ImageReference:
    """Read an image reference as the build does. Raises InvalidReferenceError."""
    if len(text) == _IDENTIFIER_LENGTH and re.fullmatch(_IDENTIFIER, text):
        raise InvalidReferenceError("64 hexadecimal digits are an image ID")
    domain, remainder = _split_domain(text)
    name, at, digest = remainder.partition("@")
    path, colon, tag = name.partition(":")
    repository = f"{domain.lower()}/{path}"
    _check_name(domain, path)
    if colon:
        _check_tag(tag)
    if at:
        _check_digest(digest)
    return ImageReference(repository, tag, digest)


# Files of one run name few repositories.
@lru_cache(maxsize=256)
def _check_name(domain: str, path: str) -> None:
    if path != path.lower():
        raise InvalidReferenceError("the repository name must be lowercase")
    if len(path) > _MAX_NAME:
        raise InvalidReferenceError(f"the repository name is longer than {_MAX_NAME} characters")
    if not re.fullmatch(_DOMAIN, domain):
        # BuildKit then takes the whole for a path; a registry with an underscore in it is one.
        name = f"{domain}/{path}"
        if re.fullmatch(_NAME, name) and len(name) <= _MAX_NAME:
            return
        raise InvalidReferenceError(
            f"invalid registry {quoted(domain)}" if domain else "it starts with a slash"
        )
    if not re.fullmatch(_NAME, path):
        raise InvalidReferenceError(_why_no_name(path))


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
        return "the repository name is missing"
    if path.endswith("/"):
        return "it ends in a slash"
    return "a repository name may contain a-z, 0-9 and single separators . _ - /"


def _check_tag(tag: str) -> None:
    if not tag:
        raise InvalidReferenceError("empty tag after ':'")
    if not re.fullmatch(_TAG, tag):
        raise InvalidReferenceError(
            "a tag may contain letters, digits, '_', '.' and '-', and can't start with '.' or '-'"
        )
    if len(tag) > _MAX_TAG:
        raise InvalidReferenceError(f"the tag is longer than {_MAX_TAG} characters")


def _check_digest(digest: str) -> None:
    match = re.fullmatch(_DIGEST, digest)
    if match is None:
        raise InvalidReferenceError("the digest after '@' must be sha256: and 64 hexadecimal digits")
    length = _DIGEST_LENGTH.get(match[1])
    if length is None:
        raise InvalidReferenceError(f"unsupported digest algorithm {match[1]}")
    if len(match[2]) != length or match[2] != match[2].lower():
        raise InvalidReferenceError(f"a {match[1]} digest has {length} lowercase hexadecimal digits")


class OpenReference(NamedTuple):
    """What of a reference is literal, where a template or a build argument is to fill in the rest.

    `registry_is_open`: what comes before `reference` is not known. `tag_is_open`: the tag is not.
    """

    reference: ImageReference
    registry_is_open: bool
    tag_is_open: bool = False


def parse_open_reference(text: str) -> OpenReference:
    """Read a reference that starts with a placeholder or a slash, or ends with a placeholder as its tag.

    Raises InvalidReferenceError.
    """
    literal = re.sub(rf"\A(?:{_PLACEHOLDER})*/?", "", text)
    name, _, tag = literal.rpartition(":")
    tag_is_open = bool(name) and find_placeholder(tag) != ""
    return OpenReference(
        parse_reference(name if tag_is_open else literal), len(literal) < len(text), tag_is_open
    )


# Where templates are filled in: {{x}}, <%= x %>, <version>, %%X%%, %s, %(x)s, @X@ and __X__. Of one with
# spaces, ARG takes only what comes before the first of them.
_PLACEHOLDER = (
    r"\{\{[^{}]*(?:\}\}|\Z)|<%[^%]*(?:%>|\Z)|<[A-Za-z][^<>]*>|%%[A-Za-z_]\w*%%|%s|%\(\w+\)s"
    r"|(?<![\w.-])@[A-Za-z_]\w*@|__[A-Z][A-Z0-9_]*?__"
)


def find_placeholder(text: str) -> str:
    """Return the first placeholder of a template in `text`; "" if there is none."""
    match = re.search(_PLACEHOLDER, text)
    return match[0] if match else ""
