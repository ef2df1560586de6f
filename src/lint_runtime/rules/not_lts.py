"""A release series of Airflow 2 that is no LTS series.

## What it does
Reports Runtime images of `X.Y.Z` series that were never LTS series. It runs only if it is asked for,
with `extend-select`. From 3.0 on there are no LTS series, every series is maintained for 24 months, and
nothing is reported.

## Why it matters
A Stable series was maintained for a third of the time of an LTS series.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:10.9.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.advice import describe_release, upgrade
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle = image.lifecycle
        if lifecycle and lifecycle.airflow_major == 2 and lifecycle.is_lts is False:
            advice = upgrade(image, lifecycle, context.table, context.today)
            message = f"{describe_release(lifecycle)} is of a series without long-term support. {advice}"
            yield Finding(image_target(image.stage), message)


RULE = Rule("not-lts", Severity.WARNING, __doc__, _check, on_by_default=False)
