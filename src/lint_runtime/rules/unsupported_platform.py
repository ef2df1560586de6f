"""A platform the release isn't available for.

## What it does
Reports a `--platform` with an architecture that the release has no image for: releases before 6.0.4 are
available for AMD64 only.

## Why it matters
The build fails, or you deploy an image for the wrong architecture.

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
from lint_runtime.rules.advice import describe_architectures, name_release, to_run_on
from lint_runtime.rules.base import Context, Finding, Rule, platform_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        platform, lifecycle = image.stage.platform_value, image.lifecycle
        if platform is None or lifecycle is None:
            continue
        if platform.os != "linux" or platform.architecture not in KNOWN_ARCHITECTURES:
            continue
        if lifecycle.architectures and platform.architecture not in lifecycle.architectures:
            wanted = platform.architecture
            message = f"{name_release(lifecycle)} is not available for {wanted}"
            advice = to_run_on(image, lifecycle, wanted, context.table, context.today)
            notes = (describe_architectures(lifecycle, context.table), *advice.notes)
            yield Finding(platform_target(image.stage), message, advice.help, notes)


RULE = Rule("unsupported-platform", Severity.ERROR, __doc__, _check)
