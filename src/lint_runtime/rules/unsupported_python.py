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

## Fix
Unsafe: `--fix` writes the newest release of the series with the closest supported Python version.

## Options
- `table`

## See also
- `unavailable-variant`
- [Status of Python versions](https://devguide.python.org/versions/)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.advice import python_notes
from lint_runtime.rules.base import Case, Findings, Topic, image_rule


@image_rule(Topic.LIFECYCLE, Severity.WARNING)
def check(case: Case) -> Findings:
    image, lifecycle = case.image, case.image.lifecycle
    if image.tag and lifecycle and lifecycle.is_usable and not image.is_prerelease:
        for message in python_notes(case):
            yield case.report(message)
