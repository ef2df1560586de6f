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

## Fix
Upgrade: `--upgrade` writes the newest Astro Runtime for Airflow 2, if the tag names an Airflow 2 version.

## Options
None.

## See also
- `end-of-basic-support`
- [Migrate to Astro Runtime](https://www.astronomer.io/docs/software/migrate-to-runtime)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.images import RepositoryKind
from lint_runtime.rules.base import Case, Findings, Topic, image_rule
from lint_runtime.rules.destinations import certified_lifecycle


@image_rule(Topic.TAGS, Severity.ERROR, is_about_the_end=True, editor_tag="deprecated")
def check(case: Case) -> Findings:
    if case.image.repository.kind is not RepositoryKind.RETIRED:
        return
    notes: tuple[str, ...] = ("Astronomer Certified gets no fixes or support; Astro Runtime replaced it",)
    certified = certified_lifecycle(case.image)
    if certified and certified.airflow_major <= 1:
        notes = (f"it has Airflow {certified.airflow}, so migrate the DAGs to Airflow 2 first", *notes)
    yield case.report("Astronomer Certified (ap-airflow) is retired", *notes)
