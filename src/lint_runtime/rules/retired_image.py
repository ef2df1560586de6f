"""Astronomer Certified, the retired predecessor of Astro Runtime.

## What it does
Reports images from the `ap-airflow` repositories.

## Why it matters
The product is retired: it gets no fixes and no support. Its successor is Astro Runtime.

## Example
```dockerfile
FROM quay.io/astronomer/ap-airflow:2.2.5-onbuild
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.images import RepositoryKind
from lint_runtime.rules.advice import recommend
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        if image.repository.kind is RepositoryKind.RETIRED:
            advice = recommend(image, None, context.table, context.today)
            notes = ("it gets no fixes and no support; its successor is Astro Runtime", *advice.notes)
            message = "Astronomer Certified (ap-airflow) is retired"
            yield Finding(image_target(image.stage), message, advice.help, notes)


RULE = Rule("retired-image", Severity.ERROR, __doc__, _check)
