"""A newer release of the same series exists.

## What it does
Reports releases of a maintained series that has a newer release, one that is not yanked.

## Why it matters
Within maintenance only the newest release of a series gets fixes, security fixes included.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.6.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Status
from lint_runtime.rules.advice import describe_maintenance, describe_release, pinned, to_newest
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle = image.lifecycle
        if lifecycle is None or lifecycle.version is None or lifecycle.newest is None:
            continue
        if lifecycle.status is Status.MAINTAINED and lifecycle.version < lifecycle.newest:
            message = (
                f"{describe_release(lifecycle)} is not the newest release of series {lifecycle.series}, and"
                f" only that gets fixes. Use {lifecycle.newest} (table of {context.table.date}; the series"
                f" {describe_maintenance(lifecycle, context.today)}){pinned(image.reference)}"
            )
            yield Finding(image_target(image.stage), message, fix=to_newest(image, lifecycle, is_safe=True))


RULE = Rule("outdated-release", Severity.WARNING, __doc__, _check)
