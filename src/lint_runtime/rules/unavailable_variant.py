"""A variant that the release does not come in.

## What it does
Reports `-slim`, `-python-X.Y` and `-ubi9` suffixes where the release series, or the release, has no
such image.

## Why it matters
The pull fails, at the latest on deploy.

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
from lint_runtime.images import RuntimeTag
from lint_runtime.lifecycle.model import ReleaseSeries
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        series = context.table.find_series(image.lifecycle.series) if image.lifecycle else None
        if image.tag is None or series is None or series.variants is None or image.is_prerelease:
            continue
        for problem in (*_missing(image.tag, series), *_wrong_python(image.tag, series)):
            yield Finding(image_target(image.stage), f"{problem} (table of {context.table.date})")


def _missing(tag: RuntimeTag, series: ReleaseSeries) -> Iterator[str]:
    offered = {variant.name: variant.since for variant in series.variants or ()}
    for name, suffix in _asked_for(tag):
        since = offered.get(name)
        if name not in offered:
            yield f"No {suffix} image of Astro Runtime series {series.name} is known: leave the suffix out"
        elif since and tag.version and tag.version < since:
            yield (
                f"Astro Runtime {tag.version} has no {suffix} image, series {series.name} has them from"
                f" {since} on: leave the suffix out, or use a newer release"
            )


def _asked_for(tag: RuntimeTag) -> Iterator[tuple[str, str]]:
    if tag.ubi9:
        yield "ubi9", "-ubi9"
    if tag.python:
        yield "python", f"-python-{tag.python}"
    if tag.slim:
        yield "slim", "-slim"


def _wrong_python(tag: RuntimeTag, series: ReleaseSeries) -> Iterator[str]:
    if not tag.python or "python" not in {variant.name for variant in series.variants or ()}:
        return
    if tag.is_floating:
        yield f"The floating tag {tag.number} has no -python-{tag.python} image: name a release"
        return
    pythons = (*series.pythons, *(series.ubi9_pythons if tag.ubi9 else ()))
    if tag.python not in pythons:
        known = ", ".join(dict.fromkeys(pythons))
        yield f"Astro Runtime series {series.name} has no -python-{tag.python} images, use one of {known}"


RULE = Rule("unavailable-variant", Severity.ERROR, __doc__, _check)
