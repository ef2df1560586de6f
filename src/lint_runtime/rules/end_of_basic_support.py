"""Basic support has ended.

## What it does
Reports Runtime images whose release series is past both its maintenance and its basic support.

## Why it matters
You can't create new Deployments with it, and Astronomer no longer supports it. Existing Deployments keep
running, so nothing else warns you.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:9.7.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Fix
Upgrade: see `end-of-maintenance`.

## Options
- `table`

## See also
- `end-of-maintenance`
- `yanked-release`
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
    outranks=("end-of-maintenance", "maintenance-ending"),
    baseline_name="end-of-maintenance",
    is_about_the_end=True,
    editor_tag="deprecated",
)
def check(case: Case) -> Findings:
    lifecycle = case.image.lifecycle
    if lifecycle is None or lifecycle.status is not Status.UNSUPPORTED:
        return
    message, notes = f"{lifecycle.name} is unsupported", end_notes(case, lifecycle)
    if lifecycle.basic_support:
        message = f"{lifecycle.name} has been unsupported since {lifecycle.basic_support.since}"
    elif lifecycle.schedule is None:
        notes = ("it is older than the first published schedule", *notes)
    else:
        # A series without basic support is reported by the rule `end-of-maintenance`.
        return
    yield case.report(message, *notes)
