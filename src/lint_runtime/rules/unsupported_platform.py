"""A platform that the release does not ship.

## What it does
Reports a `--platform` naming an architecture for which there is no image of the release: releases
before 6.0.4 ship for AMD64 only.

## Why it matters
The build fails on it, or an image for another machine is deployed.

## Example
```dockerfile
FROM --platform=linux/arm64 quay.io/astronomer/astro-runtime:5.0.8
```

## Use instead
```dockerfile
FROM --platform=linux/arm64 quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import KNOWN_ARCHITECTURES
from lint_runtime.rules.advice import first_with, name_release
from lint_runtime.rules.base import Context, Finding, Rule, platform_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        platform, lifecycle = image.stage.platform_value, image.lifecycle
        if platform is None or lifecycle is None:
            continue
        if platform.os != "linux" or platform.architecture not in KNOWN_ARCHITECTURES:
            continue
        if lifecycle.architectures and platform.architecture not in lifecycle.architectures:
            message = (
                f"{name_release(lifecycle)} ships for {' and '.join(lifecycle.architectures)}, not for"
                f" {platform.architecture} (table of {context.table.date})."
                f" {first_with(context.table, platform.architecture)}"
            )
            yield Finding(platform_target(image.stage), message)


RULE = Rule("unsupported-platform", Severity.ERROR, __doc__, _check)
