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
from lint_runtime.lifecycle import Existence, Lifecycle, LifecycleTable, Status
from lint_runtime.rule import Context, Finding, Rule, RuntimeImage
from lint_runtime.tag import RuntimeTag, RuntimeVersion


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        if image.tag and not image.is_prerelease and image.existence is Existence.NEVER:
            version = image.tag.version
            name = version or f"line {image.tag.line}"
            told = f"There is no Astro Runtime {name} (table of {context.table.date})"
            remedy = _remedy(image, version, context) if version else f". {instead(image, None, context)}"
            yield Finding(image.location, told + remedy)


def _remedy(image: RuntimeImage, version: RuntimeVersion, context: Context) -> str:
    table, today = context.table, context.today
    other = version.other_form
    meant = table.on(today, other.line, other)
    if meant is None and not (version.airflow == 2 and table.is_airflow_3_number(version.major)):
        return f". {instead(image, table.on(today, version.line), context)}"
    form = f"{other.line}-N" if other.airflow == 3 else f"{other.line}.Y.Z"
    question = f"did you mean {other if meant and _is_usable(meant, table) else f'a release {form}'}?"
    as_meant = image._replace(tag=RuntimeTag(str(other), other))
    remedy = instead(as_meant, meant._replace(version=None) if meant else None, context)
    return f": {question} Airflow {other.airflow} releases are written {form}. {remedy}"


def _is_usable(lifecycle: Lifecycle, table: LifecycleTable) -> bool:
    is_listed = lifecycle.version is not None and table.release(lifecycle.version) is not None
    return lifecycle.status is Status.MAINTAINED and is_listed and not lifecycle.yank


RULE = Rule("nonexistent-release", Severity.ERROR, __doc__, _check)
