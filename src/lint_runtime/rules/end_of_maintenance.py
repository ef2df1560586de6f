"""Maintenance has ended.

## What it does
Reports Runtime images whose release series is past its maintenance. The last day of maintenance still
counts as maintained.

## Why it matters
You can't create new Deployments with it, and it gets no fixes. Existing Deployments keep running, so
nothing else warns you.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:12.5.0
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
        if lifecycle and lifecycle.end_of_maintenance and context.today > lifecycle.end_of_maintenance:
            end = name_end(lifecycle, "end_of_maintenance")
            message = f"Maintenance of {name_release(lifecycle)} ended {end}"
            advice = upgrade(image, lifecycle, context.table, context.today)
            notes = (*describe_end(image, lifecycle, context.table, context.today), *advice.notes)
            yield Finding(image_target(image.stage), message, advice.help, notes)


RULE = Rule("end-of-maintenance", Severity.ERROR, __doc__, _check, outranks=("maintenance-ending",))
