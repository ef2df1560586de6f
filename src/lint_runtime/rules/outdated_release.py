"""A newer release of the same series is available.

## What it does
Reports releases for which a newer, non-yanked release exists in the same series, while that is
maintained.

## Why it matters
Only the newest release in a series gets fixes, including security fixes.

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
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.rules.advice import describe_data, name_release, pinned, recommend, to_newest
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle = image.lifecycle
        if lifecycle and context.config.min_release_age:
            min_age = context.config.min_release_age
            settled = context.table.newest(lifecycle.series, context.today, min_age)
            lifecycle = lifecycle._replace(newest=settled)
        if lifecycle is None or lifecycle.version is None or lifecycle.newest is None:
            continue
        if lifecycle.status is Status.MAINTAINED and lifecycle.version < lifecycle.newest:
            message = f"{name_release(lifecycle)} is outdated: {lifecycle.newest} is available"
            advice = recommend(image, lifecycle, context.table, context.today)
            notes = (
                f"only the newest {series_name(lifecycle.series)} release gets fixes",
                *advice.notes,
                describe_data(context.table),
                *pinned(image.reference),
            )
            update = to_newest(image, lifecycle, is_safe=True)
            yield Finding(image_target(image.stage), message, advice.help, notes, fix=update)


RULE = Rule("outdated-release", Severity.WARNING, __doc__, _check)
