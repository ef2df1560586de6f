"""A platform that no Astro Runtime image can have.

## What it does
Reports a `--platform` of a Runtime image that is malformed, names an unknown operating system or
architecture, or isn't Linux. All spellings that BuildKit understands are fine: `arm64`,
`linux/aarch64`, `linux/x86_64`, `linux/arm64/v8`.

## Why it matters
BuildKit accepts most such values, and then the pull fails.

## Example
```dockerfile
FROM --platform=linux/amd46 quay.io/astronomer/astro-runtime:13.11.0
```

## Use instead
```dockerfile
FROM --platform=linux/amd64 quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Fix, Severity
from lint_runtime.dockerfile.platforms import KNOWN_ARCHITECTURES, KNOWN_OS
from lint_runtime.images import RuntimeImage
from lint_runtime.rules.advice import fix
from lint_runtime.rules.base import Context, Finding, Rule, platform_target
from lint_runtime.text import closest, quoted

_ARCHITECTURES = ("amd64", "arm64")


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        problem = _problem(image)
        if problem:
            written = image.stage.platform
            meant = _meant(written)
            advice = f"did you mean {meant}?" if meant else "use linux/amd64 or linux/arm64"
            message = f"Invalid --platform {quoted(written)}: {problem}"
            yield Finding(platform_target(image.stage), message, advice, fix=_fix(image, meant))


def _fix(image: RuntimeImage, meant: str) -> Fix | None:
    platform = image.stage.platform_value
    is_misspelt = platform is None or platform.os not in KNOWN_OS or platform.os == "linux"
    if not meant or not is_misspelt:
        return None
    return fix(f"Write {meant}", image.edit_platform(meant), is_safe=False)


def _problem(image: RuntimeImage) -> str:
    platform = image.stage.platform_value
    if platform is None:
        return "not a valid platform" if image.stage.platform_refusal else ""
    if platform.os not in KNOWN_OS:
        return f"unknown operating system {quoted(platform.os)}"
    if platform.os != "linux":
        return "Astro Runtime images are Linux only"
    if platform.architecture and platform.architecture not in KNOWN_ARCHITECTURES:
        return f"unknown architecture {quoted(platform.architecture)}"
    return ""


def _meant(written: str) -> str:
    first, _, rest = written.lower().partition("/")
    architecture = closest(rest.partition("/")[0] or first, _ARCHITECTURES)
    return f"linux/{architecture}" if architecture else ""


RULE = Rule(
    "invalid-platform",
    Severity.ERROR,
    __doc__,
    _check,
    outranks=("target-platform", "parse-error"),
    is_repeatable=False,
)
