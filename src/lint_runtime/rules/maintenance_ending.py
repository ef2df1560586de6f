"""Maintenance ends soon.

## What it does
Reports Runtime images whose maintenance ends soon: within 90 days, or within the
number of days set with `--warn-within`.

## Why it matters
Upgrading takes planning; now is the time to start.

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
from lint_runtime.rules.advice import describe_dates, name_end, name_release, upgrade
from lint_runtime.rules.base import Context, Finding, Rule, image_target
from lint_runtime.text import counted


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle = image.lifecycle
        left = lifecycle.days_left(context.today) if lifecycle else None
        if lifecycle and left is not None and 0 <= left <= context.config.warn_within:
            when = f"in {counted(left, 'day')}" if left else "today"
            end = name_end(lifecycle, "end_of_maintenance")
            message = f"Maintenance of {name_release(lifecycle)} ends {when}, on {end}"
            advice = upgrade(image, lifecycle, context.table, context.today)
            dates = describe_dates(lifecycle, context.today)
            notes = (*dates, "no new Deployments and no fixes after that", *advice.notes)
            yield Finding(image_target(image.stage), message, advice.help, notes)


RULE = Rule(
    "maintenance-ending",
    Severity.WARNING,
    __doc__,
    _check,
    outranks=("security-fixes-only",),
    same_as="end-of-maintenance",
)
