"""A build stage that is never used.

## What it does
Reports stages on a Runtime image that have no name, aren't the last stage, and that no `COPY --from`
refers to by number.

## Why it matters
The build silently skips such a stage. Often it is the image somebody thinks is running.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
FROM python:3.12
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0 AS airflow
FROM python:3.12
COPY --from=airflow /usr/local/airflow /app
```

## Fix
None.

## Options
None.

## See also
- `parse-error`
- [Multi-stage builds](https://docs.docker.com/build/building/multi-stage/)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, target_of


@rule(Topic.SYNTAX, Severity.WARNING, is_repeatable=False, editor_tag="unnecessary")
def check(context: Context) -> Findings:
    dockerfile = context.dockerfile
    ignored = {
        stage.image_location
        for index, stage in enumerate(dockerfile.stages[:-1])
        if not stage.name and index not in dockerfile.used
    }
    for stage in (case.image.stage for case in context.cases):
        if stage.image_location in ignored:
            # Report a stage once, even if its image depends on the platform and is listed several times.
            ignored.discard(stage.image_location)
            advice = "remove it, or name it with AS and use it"
            yield Finding(target_of(stage), "This unnamed stage is never used", advice)
