"""A release series whose maintenance is about to end.

## What it does
Reports Runtime images whose release series leaves maintenance within 90 days, or within the number
given with `--warn-within`.

## Why it matters
A move to another series takes planning; this is the time for it.

## Example
With `--as-of 2025-12-01`:
```dockerfile
FROM quay.io/astronomer/astro-runtime:12.9.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.2.0
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.advice import describe_release, since_when, upgrade
from lint_runtime.rules.base import Context, Finding, Rule, image_target
from lint_runtime.text import counted


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle = image.lifecycle
        left = lifecycle.days_left(context.today) if lifecycle else None
        if lifecycle and left is not None and 0 <= left <= context.config.warn_within:
            when = f"in {counted(left, 'day')}" if left else "today"
            message = (
                f"{describe_release(lifecycle)} leaves maintenance on {lifecycle.end_of_maintenance},"
                f" {when} ({since_when(lifecycle)}); after that day no new Deployments and no fixes."
                f" {upgrade(image, lifecycle, context.table, context.today)}"
            )
            yield Finding(image_target(image.stage), message)


RULE = Rule(
    "maintenance-ending",
    Severity.WARNING,
    __doc__,
    _check,
    outranks=("security-fixes-only",),
    same_as="end-of-maintenance",
)
