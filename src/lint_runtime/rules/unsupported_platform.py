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

## Fix
Upgrade: see `end-of-maintenance`. `--platform` is not changed.

## Options
- `table`

## See also
- `amd64-only`
- `target-platform`
- [Multi-platform builds](https://docs.docker.com/build/building/multi-platform/)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import KNOWN_ARCHITECTURES
from lint_runtime.rules.advice import architecture_note, missing_architecture
from lint_runtime.rules.base import Case, Findings, Topic, image_rule, platform_target


@image_rule(Topic.PLATFORMS, Severity.ERROR)
def check(case: Case) -> Findings:
    platform, lifecycle = case.image.stage.platform_value, case.image.lifecycle
    if platform is None or lifecycle is None or not lifecycle.architectures:
        return
    if case.image.stage.platform_varies and case.config.target_platforms:
        # The platform depends on the build machine. The rule `target-platform` reports such images.
        return
    if platform.os != "linux" or platform.architecture not in KNOWN_ARCHITECTURES:
        return
    if platform.architecture not in lifecycle.architectures:
        message = f"{lifecycle.name} is not available for {platform.architecture}"
        note, target = architecture_note(lifecycle), platform_target(case.image.stage)
        yield missing_architecture(case, platform.architecture, message, note, target=target)
