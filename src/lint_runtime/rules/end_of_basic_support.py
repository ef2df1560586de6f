"""Basic support has ended.

## What it does
Reports Runtime images whose release series is past both its maintenance and its basic support.

## Why it matters
You can't create new Deployments with it, and Astronomer no longer supports it. Existing Deployments keep
running, so nothing else warns you.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:9.7.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator
from datetime import date

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Lifecycle, Status
from lint_runtime.rules.advice import describe_end, name_end, name_release, upgrade
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle = image.lifecycle
        if lifecycle is None or not _is_over(lifecycle, context.today):
            continue
        message = f"{name_release(lifecycle)} is unsupported"
        notes = describe_end(image, lifecycle, context.table, context.today)
        if lifecycle.end_of_basic_support:
            message += f" since {name_end(lifecycle, 'end_of_basic_support')}"
        else:
            notes = ("it is older than the first published schedule", *notes)
        advice = upgrade(image, lifecycle, context.table, context.today)
        yield Finding(image_target(image.stage), message, advice.help, (*notes, *advice.notes))


def _is_over(lifecycle: Lifecycle, today: date) -> bool:
    """Whether basic support has ended, or the series is older than all schedules."""
    if lifecycle.end_of_basic_support:
        return today > lifecycle.end_of_basic_support
    return lifecycle.status is Status.UNSUPPORTED and lifecycle.end_of_maintenance is None


RULE = Rule(
    "end-of-basic-support",
    Severity.ERROR,
    __doc__,
    _check,
    outranks=("end-of-maintenance", "maintenance-ending"),
    same_as="end-of-maintenance",
)
