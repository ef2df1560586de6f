"""A release that was never published.

## What it does
Reports release lines that never were, and numbers missing from a line whose releases the table lists
completely. Versions written in the form of the other Airflow generation, `3.0.8` for `3.0-8`, are
recognised.

## Why it matters
The pull fails, or a number that looks right names a release of another world: Runtime 3.0.4 carries
Airflow 2.1, Runtime 3.0-4 Airflow 3.0.

## Example
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.1.21
```

## Use instead
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.1-21
```
"""

from collections.abc import Iterator

from lint_runtime.advice import instead
from lint_runtime.diagnostic import Severity
from lint_runtime.lifecycle import Existence, Status
from lint_runtime.rule import Context, Finding, Rule
from lint_runtime.tag import RuntimeVersion


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        if image.tag and not image.is_prerelease and image.existence is Existence.NEVER:
            version = image.tag.version
            name = version or f"line {image.tag.line}"
            remedy = _remedy(version, image.repository.airflow, context)
            told = f"There is no Astro Runtime {name} (table of {context.table.date})"
            yield Finding(image.location, f"{told}{remedy}")


def _remedy(version: RuntimeVersion | None, airflow: int, context: Context) -> str:
    table, today = context.table, context.today
    other = version.other_form if version else None
    meant = table.on(today, other.line, other) if other else None
    if other is None or meant is None:
        line = table.on(today, version.line) if version else None
        return f". {instead(table, line, airflow, today)}"
    is_usable = meant.status is Status.MAINTAINED and table.release(other) and not meant.yank
    form = f"{other.line}-N" if other.airflow == 3 else f"{other.line}.Y.Z"
    question = f"did you mean {other if is_usable else f'a release {form}'}?"
    remedy = instead(table, meant._replace(version=None), airflow, today)
    return f": {question} Airflow {other.airflow} releases are written {form}. {remedy}"


RULE = Rule("nonexistent-release", Severity.ERROR, __doc__, _check)
