"""A release that ships for AMD64 only.

## What it does
Notes, where no `--platform` is given, releases without an ARM64 image: those before 6.0.4. Where
`target-platforms` says what images are built for, the rule `target-platform` judges instead.

## Why it matters
ARM64 machines, Apple silicon among them, cannot run them natively: they emulate, or fail.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:5.0.8
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.advice import first_with, name_release, upgrade
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle, stage = image.lifecycle, image.stage
        platform = stage.platform_value
        is_open = not stage.platform or stage.platform_varies or (platform and not platform.architecture)
        is_checked = is_open and not context.config.target_platforms
        if lifecycle and is_checked and lifecycle.architectures == ("amd64",):
            message = (
                f"{name_release(lifecycle)} ships for amd64 only: ARM64 machines (Apple silicon) cannot run"
                f" it natively. {first_with(context.table, 'arm64')}."
                f" {upgrade(image, lifecycle, context.table, context.today)}"
            )
            yield Finding(image_target(image.stage), message)


RULE = Rule("amd64-only", Severity.INFO, __doc__, _check)
