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

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.advice import describe_end, name_end, name_release, upgrade
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle = image.lifecycle
        if lifecycle and lifecycle.end_of_basic_support and context.today > lifecycle.end_of_basic_support:
            end = name_end(lifecycle, "end_of_basic_support")
            message = f"{name_release(lifecycle)} is unsupported since {end}"
            advice = upgrade(image, lifecycle, context.table, context.today)
            notes = (*describe_end(lifecycle, context.today), *advice.notes)
            yield Finding(image_target(image.stage), message, advice.help, notes)


RULE = Rule(
    "end-of-basic-support",
    Severity.ERROR,
    __doc__,
    _check,
    outranks=("end-of-maintenance", "maintenance-ending"),
    same_as="end-of-maintenance",
)
