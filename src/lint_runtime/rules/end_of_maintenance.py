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
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Status
from lint_runtime.rules.advice import end_notes, upgrade
from lint_runtime.rules.base import Case, EditorTag, Findings, Topic, image_rule


@image_rule(
    Topic.LIFECYCLE,
    Severity.ERROR,
    outranks=("maintenance-ending",),
    is_about_the_end=True,
    editor_tag=EditorTag.DEPRECATED,
)
def check(case: Case) -> Findings:
    lifecycle = case.image.lifecycle
    if lifecycle and lifecycle.schedule and lifecycle.status is not Status.MAINTAINED:
        advice = upgrade(case, lifecycle)
        message = f"Maintenance of {lifecycle.name} ended {lifecycle.maintenance}"
        yield case.report(message, advice.help, *end_notes(case, lifecycle), *advice.notes)
