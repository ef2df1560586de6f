"""A release that was never published.

## What it does
Reports release series that never were, and numbers missing from a series whose releases the table lists
completely. Versions written in the form of the other Airflow generation, `3.0.8` for `3.0-8`, are
recognised.

## Why it matters
The pull fails, or a number that looks right names a release of another world: Runtime 3.0.4 carries
Airflow 2.1, Runtime 3.0-4 Airflow 3.0.

## Example
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.3.8
```

## Use instead
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.3-8
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.model import Existence, Status
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.rules.advice import fix, is_other_form, pinned, recommend, recommend_for_missing
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        if image.tag and not image.is_prerelease and image.existence is Existence.NEVER:
            version = image.tag.version
            name = version or f"series {image.tag.series}"
            text = f"There is no Astro Runtime {name} (table of {context.table.date})"
            if version is None:
                yield Finding(
                    image_target(image.stage),
                    f"{text}. {recommend(image, None, context.table, context.today)}",
                )
                continue
            meant = _meant(version, context)
            respelt = fix(f"Write {meant}", image.edit_number(str(meant)), is_safe=False) if meant else None
            advice = _advice(image, version, meant, context)
            yield Finding(
                image_target(image.stage), f"{text}{advice}{pinned(image.reference)}", fix=respelt
            )


def _meant(version: RuntimeVersion, context: Context) -> RuntimeVersion | None:
    """Return the usable release that has the same numbers in the form of the other Airflow generation."""
    other = version.other_form
    lifecycle = context.table.on(context.today, other.series, other)
    is_listed = context.table.release(other) is not None
    is_usable = lifecycle and lifecycle.status is Status.MAINTAINED and is_listed and not lifecycle.yank
    return other if is_usable else None


def _advice(
    image: RuntimeImage, version: RuntimeVersion, meant: RuntimeVersion | None, context: Context
) -> str:
    other, advice = version.other_form, recommend_for_missing(image, version, context.table, context.today)
    if not is_other_form(version, context.table):
        return f". {advice}"
    form = f"{other.series}-N" if other.airflow == 3 else f"{other.series}.Y.Z"
    question = f"did you mean {meant or f'a release {form}'}?"
    return f": {question} Airflow {other.airflow} releases are written {form}. {advice}"


RULE = Rule("nonexistent-release", Severity.ERROR, __doc__, _check)
