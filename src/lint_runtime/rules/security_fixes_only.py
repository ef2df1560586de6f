"""A maintained release that gets security fixes only.

## What it does
Reports Runtime images of a maintained Stable series that is not the latest Stable series.

## Why it matters
Bug fixes are backported to LTS series and to the latest Stable series only. Any other maintained series
gets security fixes, so other bugs won't be fixed.

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
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.rules.advice import describe_dates, name_release, upgrade
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    if not context.images:
        return
    latest = context.table.latest_stable(context.today)
    for image in context.images:
        lifecycle = image.lifecycle
        is_checked = lifecycle and lifecycle.status is Status.MAINTAINED and lifecycle.is_lts is False
        if lifecycle and is_checked and latest and lifecycle.order < latest.order:
            message = f"{name_release(lifecycle)} gets security fixes only"
            advice = upgrade(image, lifecycle, context.table, context.today)
            notes = (
                f"bug fixes go to {series_name(latest.name)}, the latest Stable series",
                *describe_dates(lifecycle, context.today),
                *advice.notes,
            )
            yield Finding(image_target(image.stage), message, advice.help, notes)


RULE = Rule("security-fixes-only", Severity.INFO, __doc__, _check)
