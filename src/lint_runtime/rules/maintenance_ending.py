"""Maintenance ends soon.

## What it does
Reports Runtime images whose maintenance ends soon: within 90 days, or within the
number of days set with `--warn-within`.

## Why it matters
Upgrading takes planning; now is the time to start.

## Example
With `--as-of 2025-12-01`:
```dockerfile
FROM quay.io/astronomer/astro-runtime:12.9.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.2.0
```

## Fix
Upgrade: see `end-of-maintenance`.

## Options
- `warn-within`
- `table`

## See also
- `end-of-maintenance`
- [Astro Runtime lifecycle policy](https://www.astronomer.io/docs/runtime/runtime-version-lifecycle-policy)
- [Upgrade Astro Runtime](https://www.astronomer.io/docs/runtime/upgrade-astro-runtime)
- [Upgrade to Airflow 3](https://www.astronomer.io/docs/astro/airflow3/upgrade-af3)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import State
from lint_runtime.rules.advice import date_notes
from lint_runtime.rules.base import Case, Findings, Topic, image_rule
from lint_runtime.text import counted


@image_rule(
    Topic.LIFECYCLE,
    Severity.WARNING,
    outranks=("security-fixes-only",),
    baseline_name="end-of-maintenance",
    is_about_the_end=True,
)
def check(case: Case) -> Findings:
    lifecycle = case.image.lifecycle
    if lifecycle and lifecycle.support(case.known.day, case.config.warn_within) is State.ENDING:
        left = lifecycle.days_left(case.known.day)
        when = f"in {counted(left, 'day')}" if left else "today"
        message = f"Maintenance of {lifecycle.name} ends {when}, on {lifecycle.maintenance}"
        effect = "after that, you can't create new Deployments with it and it gets no fixes"
        yield case.report(message, *date_notes(lifecycle, case.known), effect)
