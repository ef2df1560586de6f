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
from lint_runtime.images import RepositoryKind, RuntimeImage
from lint_runtime.rules.advice import recommend
from lint_runtime.rules.base import Context, Finding, Rule, image_target
from lint_runtime.rules.upgrades import certified_side


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        if image.repository.kind is RepositoryKind.RETIRED:
            advice = recommend(image, None, context.table, context.today)
            notes = (*_migration(image), "it gets no fixes and no support; its successor is Astro Runtime")
            notes += advice.notes
            message = "Astronomer Certified (ap-airflow) is retired"
            yield Finding(image_target(image.stage), message, advice.help, notes)


def _migration(image: RuntimeImage) -> tuple[str, ...]:
    """Say what comes before the move, where the image has Airflow 1."""
    side = certified_side(image)
    if side is None or side.lifecycle.airflow_major > 1:
        return ()
    return (f"it has Airflow {side.lifecycle.airflow}, so migrate the DAGs to Airflow 2 first",)


RULE = Rule("retired-image", Severity.ERROR, __doc__, _check)
