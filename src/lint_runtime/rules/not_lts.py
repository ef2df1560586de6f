"""An Airflow 2 release without long-term support.

## What it does
Reports Airflow 2 Runtime images whose series was never an LTS series. It is off by default; enable it with
`extend-select`. For Airflow 3 nothing is reported: it has no LTS series, and every series is
maintained for 24 months.

## Why it matters
Stable releases were maintained for only a third as long as LTS releases.

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
from lint_runtime.rules.advice import describe_dates, name_release, upgrade
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle = image.lifecycle
        if lifecycle and lifecycle.airflow_major == 2 and lifecycle.is_lts is False:
            advice = upgrade(image, lifecycle, context.table, context.today)
            message = f"{name_release(lifecycle)} has no long-term support"
            notes = (*describe_dates(lifecycle, context.today), *advice.notes)
            yield Finding(image_target(image.stage), message, advice.help, notes)


RULE = Rule("not-lts", Severity.WARNING, __doc__, _check, on_by_default=False)
