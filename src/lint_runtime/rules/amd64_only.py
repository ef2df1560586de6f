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

## Fix
Upgrade: see `end-of-maintenance`.

## Options
- `target-platforms`

## See also
- `target-platform`
- `unsupported-platform`
- [Multi-platform builds](https://docs.docker.com/build/building/multi-platform/)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.advice import missing_architecture
from lint_runtime.rules.base import Case, Findings, Topic, image_rule


@image_rule(Topic.PLATFORMS, Severity.INFO)
def check(case: Case) -> Findings:
    lifecycle, stage = case.image.lifecycle, case.image.stage
    platform = stage.platform_value
    is_open = not stage.platform or stage.platform_varies or (platform and not platform.architecture)
    if not lifecycle or not is_open or case.config.target_platforms:
        return
    if stage.target_platforms and all(target.architecture == "amd64" for target in stage.target_platforms):
        # The file selects this image only for amd64, so builds for arm64 have a different image.
        return
    if lifecycle.architectures == ("amd64",):
        effect = "on ARM64 machines such as Apple silicon, it runs under emulation or fails"
        yield missing_architecture(case, "arm64", f"{lifecycle.name} has no arm64 image", effect)
