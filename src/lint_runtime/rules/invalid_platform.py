"""A platform that no Astro Runtime image can have.

## What it does
Reports a `--platform` of a Runtime image that is no platform, names an unknown operating system or
architecture, or is not Linux. Spellings that BuildKit understands are fine: `arm64`,
`linux/aarch64`, `linux/x86_64`, `linux/arm64/v8`.

## Why it matters
BuildKit takes most such words without asking, and the pull fails on them.

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

from lint_runtime.diagnostic import Severity, quoted
from lint_runtime.platform import KNOWN_ARCHITECTURES, KNOWN_OS
from lint_runtime.rule import Context, Finding, Rule, RuntimeImage

_ARCHITECTURES = ("amd64", "arm64")


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        problem = _problem(image)
        if problem:
            written = image.stage.platform
            message = f"--platform={quoted(written)} fits no Runtime image: {problem}. {_remedy(written)}"
            yield Finding(image.stage.platform_location, message)


def _problem(image: RuntimeImage) -> str:
    platform = image.stage.platform_value
    if platform is None:
        return "it is no platform" if image.stage.platform_refusal else ""
    if platform.os not in KNOWN_OS:
        return f"{quoted(platform.os)} is no operating system"
    if platform.os != "linux":
        return "all of them are Linux images"
    if platform.architecture and platform.architecture not in KNOWN_ARCHITECTURES:
        return f"{quoted(platform.architecture)} is no architecture"
    return ""


def _remedy(written: str) -> str:
    # Few runs come here, and the import is not for free.
    from difflib import get_close_matches

    first, _, rest = written.lower().partition("/")
    close = get_close_matches(rest.partition("/")[0] or first, _ARCHITECTURES, n=1)
    return f"Did you mean linux/{close[0]}?" if close else "Use linux/amd64 or linux/arm64"


RULE = Rule("invalid-platform", Severity.ERROR, __doc__, _check)
