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

## Fix
`--upgrade` writes the newest release of the best maintained series with the same Airflow major version. It
is unsafe if the new release lacks a suffix of the tag, for example.

## Options
- `table`

## See also
- `end-of-basic-support`
- `maintenance-ending`
- [Astro Runtime lifecycle policy](https://www.astronomer.io/docs/runtime/runtime-version-lifecycle-policy)
- [Upgrade Astro Runtime](https://www.astronomer.io/docs/runtime/upgrade-astro-runtime)
- [Upgrade to Airflow 3](https://www.astronomer.io/docs/astro/airflow3/upgrade-af3)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Status
from lint_runtime.rules.advice import end_notes
from lint_runtime.rules.base import Case, Findings, Topic, image_rule


@image_rule(
    Topic.LIFECYCLE,
    Severity.ERROR,
    outranks=("maintenance-ending",),
    is_about_the_end=True,
    editor_tag="deprecated",
)
def check(case: Case) -> Findings:
    lifecycle = case.image.lifecycle
    if lifecycle and lifecycle.schedule and lifecycle.status is not Status.MAINTAINED:
        message = f"Maintenance of {lifecycle.name} ended on {lifecycle.maintenance}"
        yield case.report(message, *end_notes(case, lifecycle))
