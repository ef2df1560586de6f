"""A release that was withdrawn.

## What it does
Reports releases that the vendor has yanked, with the published reason.

## Why it matters
A yank says that the release harms those who run it. It can still be pulled, so nothing else tells.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.5.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Status
from lint_runtime.rules.advice import (
    describe_maintenance,
    describe_release,
    pinned,
    recommend,
    to_newest,
    way_out,
)
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle = image.lifecycle
        if lifecycle and lifecycle.yank:
            reason = lifecycle.yank.reason.rstrip(".")
            if lifecycle.status in (Status.BASIC_SUPPORT, Status.ENDED):
                series = f"Its series {describe_maintenance(lifecycle, context.today)}"
                advice = f"{series}. {way_out(image, lifecycle, context.table, context.today)}"
            else:
                advice = recommend(image, lifecycle, context.table, context.today)
            yanked = f"was yanked: {reason} (published {lifecycle.yank.published})"
            message = f"{describe_release(lifecycle)} {yanked}. {advice}{pinned(image.reference)}"
            yield Finding(image_target(image.stage), message, fix=to_newest(image, lifecycle, is_safe=True))


RULE = Rule(
    "yanked-release",
    Severity.ERROR,
    __doc__,
    _check,
    outranks=(
        "end-of-basic-support",
        "end-of-maintenance",
        "maintenance-ending",
        "outdated-release",
        "security-fixes-only",
    ),
)
