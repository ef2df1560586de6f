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

## Fix
Upgrade: see `end-of-maintenance`. A fixed `--platform` is not changed.

## Options
- `target-platforms`

## See also
- `amd64-only`
- `unsupported-platform`
- [Multi-platform builds](https://docs.docker.com/build/building/multi-platform/)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.platforms import Platform, spelled
from lint_runtime.rules.advice import architecture_note, missing_architecture
from lint_runtime.rules.base import Case, Finding, Findings, Topic, image_rule, platform_target
from lint_runtime.text import quoted

_NAMED = 5
"""The maximum number of target platforms in a message."""


@image_rule(Topic.PLATFORMS, Severity.ERROR, is_repeatable=False)
def check(case: Case) -> Findings:
    targets, stage, lifecycle = case.config.target_platforms, case.image.stage, case.image.lifecycle
    if not targets:
        return
    platform: Platform | None = stage.platform_value
    if platform and (not platform.architecture or stage.platform_varies):
        platform = None
    if platform and platform not in targets:
        wanted = ", ".join(map(spelled, targets[:_NAMED]))
        wanted += f" and {len(targets) - _NAMED} more" if len(targets) > _NAMED else ""
        message = f"--platform={quoted(stage.platform)} is not in target-platforms ({wanted})"
        advice = "remove --platform to build for the target platform"
        yield Finding(platform_target(stage), message, advice)
        return
    # Skip an image whose platform is the only target platform: `unsupported-platform` reports it.
    if lifecycle is None or not lifecycle.architectures or (platform,) == targets:
        return
    for target in stage.target_platforms or targets:
        if target.architecture not in lifecycle.architectures:
            message = f"{lifecycle.name} is not available for {spelled(target)}, a target platform"
            yield missing_architecture(case, target.architecture, message, architecture_note(lifecycle))
