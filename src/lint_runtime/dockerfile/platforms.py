"""Platforms, parsed and normalized as in containerd."""

import re
from typing import NamedTuple

from lint_runtime.text import quoted


class InvalidPlatformError(ValueError):
    """A `--platform` that the build rejects. The text says why."""


class Platform(NamedTuple):
    """A platform, normalized as in containerd. An empty architecture means the building machine's."""

    os: str
    architecture: str
    variant: str


KNOWN_OS = frozenset(
    "aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris"
    " windows zos".split()
)
KNOWN_ARCHITECTURES = frozenset(
    "386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle"
    " ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm".split()
)
"""The architectures containerd knows. It accepts others, but the pull then fails."""

# Patterns are strings: `re` compiles and caches each one on first use.
_COMPONENT = r"[A-Za-z0-9_.-]+"
_OS = r"([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?"
_BAD_PERCENT = r"%(?![0-9a-fA-F]{2})"
_ARCHITECTURE_NAMES = {"i386": "386", "x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64"}
_ARCHITECTURE_NAMES |= {"armhf": "arm", "armel": "arm"}
# The default variants of these architectures.
_IMPLIED_VARIANTS = {"i386": "", "armhf": "v7", "armel": "v6"}
_VARIANT_NAMES = {
    "amd64": {"v1": ""},
    "arm64": {"8": "", "v8": "", "v8.0": "", "9": "v9", "9.0": "v9", "v9.0": "v9"},
    "arm": {"": "v7", "5": "v5", "6": "v6", "7": "v7", "8": "v8"},
}


def parse_platform(text: str) -> Platform:
    """Parse `os[/architecture[/variant]]` or an architecture alone. Raises InvalidPlatformError."""
    parts = text.split("/")
    os_match = re.fullmatch(_OS, parts[0])
    if os_match is None or re.search(_BAD_PERCENT, parts[0]):
        raise InvalidPlatformError(
            f"unknown operating system {quoted(parts[0])}" if parts[0] else "it has an empty part"
        )
    for part in parts[1:]:
        if not re.fullmatch(_COMPONENT, part):
            raise InvalidPlatformError(f"invalid part {quoted(part)}" if part else "it has an empty part")
    if len(parts) > 3:
        raise InvalidPlatformError("it has more than three parts")
    os = os_match[1].lower()
    os = "darwin" if os == "macos" else os
    if len(parts) > 1:
        return Platform(os, *_normalized_architecture(parts[1], parts[2] if len(parts) > 2 else ""))
    if os in KNOWN_OS:
        return Platform(os, "", "")
    architecture, variant = _normalized_architecture(parts[0], "")
    if architecture not in KNOWN_ARCHITECTURES:
        raise InvalidPlatformError("unknown operating system or architecture")
    return Platform("linux", architecture, variant)


def _normalized_architecture(architecture: str, variant: str) -> tuple[str, str]:
    name = _ARCHITECTURE_NAMES.get(architecture.lower(), architecture.lower())
    variant = _IMPLIED_VARIANTS.get(architecture.lower(), variant.lower())
    return name, _VARIANT_NAMES.get(name, {}).get(variant, variant)


def spelled(platform: Platform) -> str:
    """Return a platform in the syntax of `--platform`."""
    return "/".join(filter(None, platform))
