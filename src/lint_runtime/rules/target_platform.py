"""An image that does not fit the platforms that are built for.

## What it does
Where `target-platforms` says what images are built for, reports a fixed `--platform` that is none of
them, and releases that do not ship for one of them. A fixed platform that is the only target is fine.

## Why it matters
A fixed `--platform` goes into the image, whatever the build was asked for: the deploy fails, or runs
emulated.

## Example
With this configuration:
```toml
target-platforms = ["linux/amd64"]
```
```dockerfile
FROM --platform=linux/arm64 quay.io/astronomer/astro-runtime:13.11.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import Platform, spelled
from lint_runtime.images import RuntimeImage
from lint_runtime.rules.advice import first_with, name_release
from lint_runtime.rules.base import Context, Finding, Rule, image_target, platform_target
from lint_runtime.text import quoted


def _check(context: Context) -> Iterator[Finding]:
    targets = context.config.target_platforms
    for image in context.images if targets else ():
        fixed = _fixed_platform(image)
        if fixed is not None and fixed not in targets:
            wanted = " and ".join(map(spelled, targets[:_NAMED]))
            message = (
                f"--platform={quoted(image.stage.platform)} is none of target-platforms ({wanted}):"
                " leave it out, so that the build decides"
            )
            yield Finding(platform_target(image.stage), message)
        elif (fixed,) != targets:
            yield from _missing(image, context)


_NAMED = 5


def _fixed_platform(image: RuntimeImage) -> Platform | None:
    platform = image.stage.platform_value
    is_fixed = platform is not None and platform.architecture and not image.stage.platform_varies
    return platform if is_fixed else None


def _missing(image: RuntimeImage, context: Context) -> Iterator[Finding]:
    lifecycle = image.lifecycle
    for target in context.config.target_platforms:
        if lifecycle and lifecycle.architectures and target.architecture not in lifecycle.architectures:
            message = (
                f"{name_release(lifecycle)} ships for {' and '.join(lifecycle.architectures)}, not for"
                f" {spelled(target)}, one of target-platforms (table of {context.table.date})."
                f" {first_with(context.table, target.architecture)}"
            )
            yield Finding(image_target(image.stage), message)


RULE = Rule("target-platform", Severity.ERROR, __doc__, _check, is_repeatable=False)
