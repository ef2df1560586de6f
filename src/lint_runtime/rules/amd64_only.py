"""A release without an ARM64 image.

## What it does
Reports releases before 6.0.4, which have images for AMD64 only, if no `--platform` is set. If
`target-platforms` is configured, the rule `target-platform` checks this instead.

## Why it matters
ARM64 machines, such as Apple silicon, can't run these images natively: they fall back to emulation or
fail.

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
from lint_runtime.rules.advice import name_release, to_run_on
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle, stage = image.lifecycle, image.stage
        platform = stage.platform_value
        is_open = not stage.platform or stage.platform_varies or (platform and not platform.architecture)
        is_checked = is_open and not context.config.target_platforms
        if lifecycle and is_checked and lifecycle.architectures == ("amd64",):
            message = f"{name_release(lifecycle)} has no arm64 image"
            advice = to_run_on(image, lifecycle, "arm64", context.table, context.today)
            notes = ("it runs emulated on ARM64 machines such as Apple silicon, or fails", *advice.notes)
            yield Finding(image_target(image.stage), message, advice.help, notes)


RULE = Rule("amd64-only", Severity.INFO, __doc__, _check)
