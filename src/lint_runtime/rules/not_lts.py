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

## Fix
Upgrade: see `end-of-maintenance`.

## Options
- `extend-select`

## See also
- `security-fixes-only`
- [Astro Runtime lifecycle policy](https://www.astronomer.io/docs/runtime/runtime-version-lifecycle-policy)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.advice import date_notes
from lint_runtime.rules.base import Case, Findings, Topic, image_rule


@image_rule(Topic.LIFECYCLE, Severity.WARNING, on_by_default=False)
def check(case: Case) -> Findings:
    lifecycle = case.image.lifecycle
    if lifecycle and lifecycle.airflow_major == 2 and lifecycle.is_lts is False:
        message = f"{lifecycle.name} has no long-term support"
        yield case.report(message, *date_notes(lifecycle, case.known))
