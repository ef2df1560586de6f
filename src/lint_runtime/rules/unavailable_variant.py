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

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.advice import data_note, recommend
from lint_runtime.rules.base import Case, Findings, Topic, image_rule
from lint_runtime.rules.variants import (
    closest_python,
    missing_suffixes,
    pythons_of,
    supported_pythons,
)


@image_rule(Topic.TAGS, Severity.ERROR)
def check(case: Case) -> Findings:
    tag, lifecycle = case.image.tag, case.image.lifecycle
    if tag is None or lifecycle is None or case.image.is_prerelease:
        return
    series = lifecycle.series
    missing = missing_suffixes(tag, series, tag.version or lifecycle.newest)
    if tag.is_floating and tag.python and pythons_of(series, is_ubi9=tag.ubi9):
        missing.pop("python", None)
        advice = recommend(case, lifecycle)
        message = f"The floating tag '{tag.number}' has no -python-{tag.python} image"
        yield case.report(message, advice.help, *advice.notes)
    if not missing:
        return
    pythons = supported_pythons(series, case.known, is_ubi9=tag.ubi9)
    # For ended series, also list Python versions past their end of life.
    pythons = pythons or pythons_of(series, is_ubi9=tag.ubi9)
    for name, suffix in missing.items():
        subject, notes, variant = series.label, [], series.variant(name)
        if name == "python" and tag.python not in pythons:
            notes += [f"available with Python {', '.join(pythons)}"] if pythons else []
        elif variant:
            subject = str(tag.version)
            notes.append(f"{suffix} is available from {variant.since}")
        replacement, change = tag.without([name]), f"remove {suffix}"
        if name == "python" and pythons:
            python = closest_python(tag.python, pythons)
            replacement, change = tag._replace(python=python), f"replace {suffix} with -python-{python}"
        help_text = f"use {replacement}" if tag.version and lifecycle.is_usable else change
        if name == "python" and tag.agent and not pythons:
            # No tag of an agent goes without it.
            help_text = ""
        message = f"Astro Runtime {subject} has no {suffix} image"
        yield case.report(message, help_text, *notes, data_note(case.known.table))
