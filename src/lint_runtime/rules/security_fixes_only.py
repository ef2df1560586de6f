"""A maintained series that gets security fixes only.

## What it does
Notes Runtime images of a maintained Stable series that is not the latest Stable series.

## Why it matters
Functional fixes are backported to LTS series and to the latest Stable series alone. Any other maintained
series gets security fixes, so what does not work there will not be mended.

## Example
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.1-21
```

## Use instead
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.3-8
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Status
from lint_runtime.rules.advice import describe_maintenance, name_release
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    if not context.images:
        return
    latest = context.table.latest_stable(context.today)
    for image in context.images:
        lifecycle = image.lifecycle
        is_checked = lifecycle and lifecycle.status is Status.MAINTAINED and lifecycle.is_lts is False
        if lifecycle and is_checked and latest and lifecycle.order < latest.order:
            message = (
                f"{name_release(lifecycle)} {describe_maintenance(lifecycle, context.today)}, but"
                f" series {lifecycle.series} gets security fixes only: functional ones go to the latest"
                f" Stable series, {latest.name}"
            )
            yield Finding(image_target(image.stage), message)


RULE = Rule("security-fixes-only", Severity.INFO, __doc__, _check)
