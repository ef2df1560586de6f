"""A Runtime stage that the build leaves out.

## What it does
Reports stages on a Runtime image that have no name, are not the last one, and that no `COPY --from`
refers to by their number.

## Why it matters
Nothing can come of such a stage, so the build passes over it without a word. Often it is the image that
somebody believes to be running.

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
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    dockerfile = context.dockerfile
    left_out = {
        stage.image_location
        for index, stage in enumerate(dockerfile.stages[:-1])
        if not stage.name and index not in dockerfile.used
    }
    for image in context.images:
        if image.stage.image_location in left_out:
            message = (
                "The build leaves this stage out: it has no name, and no later stage uses it. Remove it, or"
                " give it a name with AS and use that"
            )
            yield Finding(image_target(image.stage), message)


RULE = Rule("ignored-stage", Severity.WARNING, __doc__, _check, is_repeatable=False)
