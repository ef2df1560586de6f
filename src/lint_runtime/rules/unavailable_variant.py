"""A variant that isn't available for the release.

## What it does
Reports `-slim`, `-python-X.Y` and `-ubi9` suffixes that the release has no image with.

## Why it matters
The image doesn't exist, so the build fails.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0-python-3.8
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0-python-3.11
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.images import RuntimeImage, RuntimeTag
from lint_runtime.lifecycle.model import Lifecycle, ReleaseSeries, Status
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.rules.advice import describe_data, recommend
from lint_runtime.rules.base import Context, Finding, Rule, image_target
from lint_runtime.rules.upgrades import (
    closest_python,
    find_variant,
    has_pythons,
    missing_suffixes,
    pythons_of,
    supported_pythons,
    without,
)


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        tag, lifecycle = image.tag, image.lifecycle
        series = context.table.find_series(lifecycle.series) if lifecycle else None
        if tag is None or lifecycle is None or series is None or image.is_prerelease:
            continue
        missing = missing_suffixes(tag, series, tag.version or lifecycle.newest)
        if tag.is_floating and tag.python and has_pythons(series):
            missing.pop("python", None)
            yield _floating(image, tag, context)
        for name in missing:
            yield _missing(image, tag, lifecycle, series, name, context)


def _floating(image: RuntimeImage, tag: RuntimeTag, context: Context) -> Finding:
    message = f"The floating tag '{tag.number}' has no -python-{tag.python} image"
    advice = recommend(image, image.lifecycle, context.table, context.today)
    return Finding(image_target(image.stage), message, advice.help, advice.notes)


def _missing(
    image: RuntimeImage,
    tag: RuntimeTag,
    lifecycle: Lifecycle,
    series: ReleaseSeries,
    name: str,
    context: Context,
) -> Finding:
    suffix, subject = tag.suffixes[name], series_name(series.name)
    pythons = supported_pythons(series, context.table, context.today, is_ubi9=tag.ubi9)
    # Of a series that has ended, so have most of them.
    pythons = pythons or (pythons_of(series, is_ubi9=tag.ubi9) if has_pythons(series) else ())
    variant, available = find_variant(name, series), ""
    if name == "python" and tag.python not in pythons:
        available = f"available with Python {', '.join(pythons)}" if pythons else ""
    elif variant:
        subject, available = str(tag.version), f"{suffix} is available from {variant.since}"
    message = f"Astro Runtime {subject} has no {suffix} image"
    notes = (*filter(None, [available]), describe_data(context.table))
    return Finding(image_target(image.stage), message, _help(tag, lifecycle, name, pythons), notes)


def _help(tag: RuntimeTag, lifecycle: Lifecycle, name: str, pythons: tuple[str, ...]) -> str:
    """Say what to write instead of a suffix: the whole tag, where its release is one to use."""
    suffix, right, change = tag.suffixes[name], without(tag, [name]), f"remove {tag.suffixes[name]}"
    if name == "python" and pythons:
        python = closest_python(tag.python, pythons)
        right, change = tag._replace(python=python), f"replace {suffix} with -python-{python}"
    is_usable = tag.version and lifecycle.status is Status.MAINTAINED and not lifecycle.yank
    return f"use {right}" if is_usable else change


RULE = Rule("unavailable-variant", Severity.ERROR, __doc__, _check)
