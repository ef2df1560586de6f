"""Parse image references, as BuildKit does."""

import re
from functools import lru_cache
from typing import NamedTuple

from lint_runtime.text import quoted


class InvalidReferenceError(ValueError):
    """Raised for an image that the build rejects. The message gives the reason."""


class ImageReference(NamedTuple):
    """An image reference.

    repository: the registry and path, such as `docker.io/library/alpine` for `alpine`. Other names of
        Docker Hub become `docker.io`, and the default port 443 is removed.
    tag: the tag; may be empty
    digest: the digest, including its algorithm; may be empty
    registry_is_open: whether the registry is unknown, because a placeholder or build argument replaces it
    tag_is_open: whether the tag is unknown, because a placeholder replaces it
    """

    repository: str
    tag: str
    digest: str
    registry_is_open: bool = False
    tag_is_open: bool = False


_NAME = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*"
_DOMAIN = (
    r"(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*"
    r"|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
)
_TAG = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_DIGEST = r"([A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*):([0-9a-fA-F]{32,})"
_DIGEST_LENGTH = {"sha256": 64, "sha384": 96, "sha512": 128}
_DOCKER_HUB = ("index.docker.io", "registry-1.docker.io", "registry.hub.docker.com")
_PATH_LENGTH = 255
_TAG_LENGTH = 128


@lru_cache(maxsize=256)
def parse_reference(text: str) -> ImageReference:
    """Parse an image reference. Raises InvalidReferenceError."""
    if re.fullmatch("[a-f0-9]{64}", text):
        raise InvalidReferenceError("64 hexadecimal digits are an image ID")
    domain, slash, name = text.partition("/")
    if slash and (domain in ("", "localhost") or re.search(r"[.:]", domain) or domain != domain.lower()):
        domain = "docker.io" if domain == "index.docker.io" else domain
    else:
        domain, name = "docker.io", text
    is_official = domain == "docker.io" and "/" not in name
    name, at, digest = name.partition("@")
    path, colon, tag = name.partition(":")
    path = f"library/{path}" if is_official else path
    _check_name(domain, path)
    if colon and not tag:
        raise InvalidReferenceError("no tag after ':'; write one, or remove the ':'")
    if colon and not re.fullmatch(_TAG, tag):
        reason = "a tag may contain letters, digits, '_', '.' and '-', and can't start with '.' or '-'"
        raise InvalidReferenceError(reason)
    if len(tag) > _TAG_LENGTH:
        raise InvalidReferenceError(f"the tag is longer than {_TAG_LENGTH} characters")
    if at:
        match = re.fullmatch(_DIGEST, digest)
        if match is None:
            raise InvalidReferenceError("the digest after '@' must be sha256: and 64 hexadecimal digits")
        length = _DIGEST_LENGTH.get(match[1])
        if length is None:
            raise InvalidReferenceError(f"unsupported digest algorithm {match[1]}")
        if len(match[2]) != length or match[2] != match[2].lower():
            raise InvalidReferenceError(f"a {match[1]} digest has {length} lowercase hexadecimal digits")
    registry = domain.lower().removesuffix(":443")
    registry = "docker.io" if registry in _DOCKER_HUB else registry
    return ImageReference(f"{registry}/{path}", tag, digest)


def _check_name(domain: str, path: str) -> None:
    if path != path.lower():
        raise InvalidReferenceError("the repository name must be lowercase")
    if len(path) > _PATH_LENGTH:
        raise InvalidReferenceError(f"the repository name is longer than {_PATH_LENGTH} characters")
    if not re.fullmatch(_DOMAIN, domain):
        # BuildKit reads an invalid registry, such as `my_registry.io`, as part of the path.
        name = f"{domain}/{path}"
        if re.fullmatch(_NAME, name) and len(name) <= _PATH_LENGTH:
            return
        reason = f"invalid registry {quoted(domain)}" if domain else "it starts with a slash"
        raise InvalidReferenceError(reason)
    if not re.fullmatch(_NAME, path):
        reason = "a repository name may contain a-z, 0-9 and single separators . _ - /"
        if path in ("", "library/"):
            reason = "the repository name is missing"
        elif path.endswith("/"):
            reason = "it ends in a slash"
        raise InvalidReferenceError(reason)


def parse_open_reference(text: str) -> ImageReference | None:
    """Parse an image whose registry or tag is a placeholder. Returns None for other images.

    The registry may also be empty: without a value for REGISTRY, `$REGISTRY/image` expands to `/image`.
    """
    literal = re.sub(rf"\A(?:{_PLACEHOLDER})*/?", "", text)
    name, _, tag = literal.rpartition(":")
    tag_is_open = bool(name) and find_placeholder(tag) != ""
    registry_is_open = len(literal) < len(text)
    if not (registry_is_open or tag_is_open):
        return None
    try:
        repository, tag, digest, *_ = parse_reference(name if tag_is_open else literal)
    except InvalidReferenceError:
        return None
    return ImageReference(repository, tag, digest, registry_is_open, tag_is_open)


# Matches {{x}}, <%= x %>, <version>, %%X%%, %s, %(x)s, @X@ and __X__.
# {{ and <% may be unclosed, because an ARG ends at the first space.
_PLACEHOLDER = (
    r"\{\{[^{}]*(?:\}\}|\Z)|<%[^%]*(?:%>|\Z)|<[A-Za-z][^<>]*>|%%[A-Za-z_]\w*%%|%s|%\(\w+\)s"
    r"|(?<![\w.-])@[A-Za-z_]\w*@|__[A-Z][A-Z0-9_]*?__"
)


def find_placeholder(text: str) -> str:
    """Return the first template placeholder in `text`, or ""."""
    match = re.search(_PLACEHOLDER, text)
    return match[0] if match else ""
