"""A Python version without upstream support.

## What it does
Reports images of a maintained release whose Python has reached its end of life: the version of the
`-python-X.Y` suffix, or else the default of the release series.

## Why it matters
Python gets no more security fixes, and Astronomer stops building images for it, so the next release of the
series may not have one.

## Example
With `--as-of 2026-11-01`:
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0-python-3.10
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0-python-3.11
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.images import RuntimeImage, RuntimeTag
from lint_runtime.lifecycle.model import Lifecycle, Status
from lint_runtime.rules.advice import describe_python, upgrade
from lint_runtime.rules.base import Context, Finding, Rule, image_target
from lint_runtime.rules.upgrades import closest_python, supported_pythons


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        tag, lifecycle = image.tag, image.lifecycle
        if tag is None or lifecycle is None or image.is_prerelease or lifecycle.yank:
            continue
        if lifecycle.status is Status.MAINTAINED:
            for message in describe_python(image, context.table, context.today):
                advice = _advice(image, tag, lifecycle, context)
                yield Finding(image_target(image.stage), message, advice)


def _advice(image: RuntimeImage, tag: RuntimeTag, lifecycle: Lifecycle, context: Context) -> str:
    """Name the tag with the closest Python that is supported, or else another series."""
    series = context.table.find_series(lifecycle.series)
    pythons = supported_pythons(series, context.table, context.today, is_ubi9=tag.ubi9) if series else ()
    if not pythons:
        return upgrade(image, lifecycle, context.table, context.today).help
    number = tag.number if tag.version else str(lifecycle.newest or tag.number)
    right = tag._replace(number=number, python=closest_python(image.python, pythons))
    return f"use {right}"


RULE = Rule("unsupported-python", Severity.WARNING, __doc__, _check)
