"""Astronomer Certified, the product before Astro Runtime.

## What it does
Reports images of the `ap-airflow` repositories.

## Why it matters
The product is retired: no fixes, no support. Its successor is Astro Runtime.

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
            successor = recommend(image, None, context.table, context.today)
            message = (
                f"Astronomer Certified (ap-airflow) is retired, its successor is Astro Runtime. {successor}"
            )
            yield Finding(image_target(image.stage), message)


RULE = Rule("retired-image", Severity.ERROR, __doc__, _check)
