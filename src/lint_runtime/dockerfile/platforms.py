"""Parse and normalize platforms, as containerd does."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from lint_runtime.text import quoted


class InvalidPlatformError(ValueError):
    """Raised for a platform that the build rejects. The message gives the reason."""


class Platform(NamedTuple):
    """A normalized platform.

    os: the operating system
    architecture: the CPU architecture; "" selects the architecture of the build machine
    variant: the variant of the architecture; may be empty
    """

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
"""The architectures that containerd supports. Pulls for other architectures fail."""

_COMPONENT = r"[A-Za-z0-9_.-]+"
_OS = r"([A-Za-z0-9_-]+)(?:\((?:[A-Za-z0-9_.+-]|%[0-9a-fA-F]{2})*\))?"
_ARCHITECTURE_NAMES = {"i386": "386", "x86_64": "amd64", "x86-64": "amd64", "aarch64": "arm64"}
_ARCHITECTURE_NAMES |= {"armhf": "arm", "armel": "arm"}
# Maps an architecture name to the variant that it implies. With these names, another variant is ignored.
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
    if os_match is None:
        reason = f"unknown operating system {quoted(parts[0])}"
        raise InvalidPlatformError(reason if parts[0] else "it has an empty part")
    for part in parts[1:]:
        if not re.fullmatch(_COMPONENT, part):
            raise InvalidPlatformError(f"invalid part {quoted(part)}" if part else "it has an empty part")
    if len(parts) > 3:
        raise InvalidPlatformError("it has more than three parts")
    os = "darwin" if os_match[1].lower() == "macos" else os_match[1].lower()
    if len(parts) == 1 and os in KNOWN_OS:
        return Platform(os, "", "")
    name, variant = [*parts, ""][1:3] if len(parts) > 1 else (parts[0], "")
    architecture = _ARCHITECTURE_NAMES.get(name.lower(), name.lower())
    variant = _IMPLIED_VARIANTS.get(name.lower(), variant.lower())
    variant = _VARIANT_NAMES.get(architecture, {}).get(variant, variant)
    if len(parts) > 1:
        return Platform(os, architecture, variant)
    if architecture not in KNOWN_ARCHITECTURES:
        raise InvalidPlatformError("unknown operating system or architecture")
    return Platform("linux", architecture, variant)


def spelled(platform: Platform) -> str:
    """Return the platform as a value of `--platform`, such as `linux/amd64`."""
    return "/".join(filter(None, platform))


def on_platforms(platforms: Iterable[Platform], message: str) -> str:
    """Prefix a message with the platforms that it applies to."""
    return f"On {', '.join(map(spelled, platforms))}: {message}"
