"""A release series past its maintenance.

## What it does
Reports Runtime images whose release series has left maintenance. The last day of maintenance counts as
maintained.

## Why it matters
No new Deployments can be made with it and it gets no fixes. Running Deployments keep running, which is
why nothing else tells.

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
from lint_runtime.rules.advice import describe_end
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle = image.lifecycle
        if lifecycle and lifecycle.end_of_maintenance and context.today > lifecycle.end_of_maintenance:
            yield Finding(
                image_target(image.stage), describe_end(image, lifecycle, context.table, context.today)
            )


RULE = Rule("end-of-maintenance", Severity.ERROR, __doc__, _check, outranks=("maintenance-ending",))
