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

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.advice import python_notes, upgrade
from lint_runtime.rules.base import Case, Findings, Topic, image_rule
from lint_runtime.rules.variants import closest_python, supported_pythons


@image_rule(Topic.LIFECYCLE, Severity.WARNING)
def check(case: Case) -> Findings:
    image, tag, lifecycle = case.image, case.image.tag, case.image.lifecycle
    if tag is None or lifecycle is None or image.is_prerelease or not lifecycle.is_usable:
        return
    for message in python_notes(case):
        pythons = supported_pythons(lifecycle.series, case.known, is_ubi9=tag.ubi9)
        if pythons:
            # Floating tags have no `-python-X.Y` images.
            number = tag.number if tag.version else str(lifecycle.newest or tag.number)
            advice = f"use {tag._replace(number=number, python=closest_python(image.python, pythons))}"
        else:
            advice = upgrade(case, lifecycle).help
        yield case.report(message, advice)
