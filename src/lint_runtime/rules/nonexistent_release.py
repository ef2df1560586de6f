"""A release that was never published.

## What it does
Reports releases and series that were never published. Versions in the wrong format, such as `3.0.8` for
`3.0-8`, are recognized.

## Why it matters
The build fails, or a similar number picks a completely different release: Runtime 3.0.4 contains
Airflow 2.1, Runtime 3.0-4 contains Airflow 3.0.

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
from lint_runtime.images import RuntimeImage, RuntimeTag
from lint_runtime.lifecycle.model import Existence, Status
from lint_runtime.lifecycle.versions import RuntimeVersion, series_name
from lint_runtime.rules.advice import (
    describe_data,
    fix,
    is_other_form,
    pinned,
    recommend,
    recommend_for_missing,
)
from lint_runtime.rules.base import Context, Finding, Rule, image_target
from lint_runtime.rules.upgrades import REPOSITORY_FOR


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        if image.tag and not image.is_prerelease and image.existence is Existence.NEVER:
            yield _finding(image, image.tag, context)


def _finding(image: RuntimeImage, tag: RuntimeTag, context: Context) -> Finding:
    target, version = image_target(image.stage), tag.version
    sources = (describe_data(context.table), *pinned(image.reference))
    if version is None:
        name = series_name(tag.series or "")
        advice = recommend(image, None, context.table, context.today)
        return Finding(
            target, f"Astro Runtime {name} doesn't exist", advice.help, (*advice.notes, *sources)
        )
    message = f"Astro Runtime {version} doesn't exist"
    meant = _meant(version, context)
    advice = recommend_for_missing(image, version, context.table, context.today)
    notes = (*_form(version, context), *sources)
    if meant is None:
        return Finding(target, message, advice.help, (*advice.notes, *notes))
    written = tag._replace(number=str(meant))
    respelled = fix(f"Write {meant}", image.edit_number(str(meant)), is_safe=False)
    lifecycle = context.table.on(context.today, meant.series)
    newest = lifecycle.newest if lifecycle else None
    is_newest = newest is None or newest == meant
    others = () if is_newest else (f"the newest {series_name(meant.series)} release is {newest}",)
    question = f"did you mean {_where(image, meant)}{written}?"
    return Finding(target, message, question, (*others, *notes), fix=respelled)


def _where(image: RuntimeImage, meant: RuntimeVersion) -> str:
    """Return the repository to write before a tag, where the image's own does not contain it."""
    is_here = meant.airflow in (image.repository.airflow, 3)
    return "" if is_here else f"{REPOSITORY_FOR[meant.airflow]}:"


def _form(version: RuntimeVersion, context: Context) -> tuple[str, ...]:
    """Say how releases are written, where one has the form of the other Airflow generation."""
    if not is_other_form(version, context.table):
        return ()
    other = version.other_form
    form = f"{other.series}-N" if other.airflow == 3 else f"{other.series}.Y.Z"
    return (f"releases for Airflow {other.airflow} are written {form}",)


def _meant(version: RuntimeVersion, context: Context) -> RuntimeVersion | None:
    """Return the usable release that has the same numbers in the form of the other Airflow generation."""
    other = version.other_form
    lifecycle = context.table.on(context.today, other.series, other)
    is_listed = context.table.release(other) is not None
    is_usable = lifecycle and lifecycle.status is Status.MAINTAINED and is_listed and not lifecycle.yank
    return other if is_usable else None


RULE = Rule("nonexistent-release", Severity.ERROR, __doc__, _check)
