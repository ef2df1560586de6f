"""An image that doesn't match your target platforms.

## What it does
If `target-platforms` is configured, reports a fixed `--platform` that isn't one of them, and releases that
aren't available for one of them. A fixed platform is fine if it is the only target.

## Why it matters
A fixed `--platform` overrides the platform you build for, so the image may not run, or only under
emulation.

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
from lint_runtime.rules.advice import describe_architectures, name_release, to_run_on
from lint_runtime.rules.base import Context, Finding, Rule, image_target, platform_target
from lint_runtime.text import quoted


def _check(context: Context) -> Iterator[Finding]:
    targets = context.config.target_platforms
    for image in context.images if targets else ():
        fixed = _fixed_platform(image)
        if fixed is not None and fixed not in targets:
            wanted = ", ".join(map(spelled, targets[:_NAMED]))
            message = f"--platform={quoted(image.stage.platform)} is not in target-platforms ({wanted})"
            advice = "remove --platform to build for the target platform"
            yield Finding(platform_target(image.stage), message, advice)
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
            platform = spelled(target)
            message = f"{name_release(lifecycle)} is not available for {platform}, a target platform"
            advice = to_run_on(image, lifecycle, target.architecture, context.table, context.today)
            available = describe_architectures(lifecycle, context.table)
            yield Finding(image_target(image.stage), message, advice.help, (available, *advice.notes))


RULE = Rule("target-platform", Severity.ERROR, __doc__, _check, is_repeatable=False)
