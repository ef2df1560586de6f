"""A variant that isn't available for the release.

## What it does
Reports `-slim`, `-python-X.Y` and `-ubi9` suffixes that the release has no image with, and in Astro
manifests a `requires-python` that admits none of the Pythons of the build.

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

## Fix
Unsafe: `--fix` writes the newest release of the series, without the missing suffix or with the closest
Python version.

## Options
- `table`

## See also
- `invalid-tag`
- [Astro Runtime architecture](https://www.astronomer.io/docs/runtime/runtime-image-architecture)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.images import missing_suffixes, pythons_of
from lint_runtime.rules.base import Case, Context, Finding, Findings, Topic, rule, text_target


@rule(Topic.TAGS, Severity.ERROR, is_fixed_in_series=True)
def check(context: Context) -> Findings:
    for case in context.cases:
        yield from _check_image(case)
    project = context.project
    if project and (refusal := project.refusal) and refusal.is_about_python:
        target = text_target(context.dockerfile, refusal.location, project.manifest.pin)
        yield Finding(target, refusal.message, refusal.help)


def _check_image(case: Case) -> Findings:
    tag, lifecycle = case.image.tag, case.image.lifecycle
    if tag is None or lifecycle is None or case.image.is_prerelease:
        return
    series = lifecycle.series
    missing = missing_suffixes(tag, series, tag.version or lifecycle.newest)
    if tag.is_floating and tag.python and pythons_of(series, is_ubi9=tag.ubi9):
        missing.pop("python", None)
        yield case.report(f"The floating tag '{tag.number}' has no -python-{tag.python} image")
    pythons = pythons_of(series, is_ubi9=tag.ubi9, known=case.known)
    # If all Python versions are past their end of life, as in ended series, list them anyway.
    pythons = pythons or pythons_of(series, is_ubi9=tag.ubi9)
    for name, suffix in missing.items():
        subject, notes, variant = series.label, [], series.variant(name)
        if name == "python" and tag.python not in pythons:
            notes += [f"{series.label} images have Python {', '.join(pythons)}"] if pythons else []
        elif variant:
            subject = str(tag.version or lifecycle.newest)
            notes.append(f"{variant.since} and later have {suffix} images")
        yield case.report(f"Astro Runtime {subject} has no {suffix} image", *notes)
