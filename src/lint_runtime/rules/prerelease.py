"""A pre-release image that isn't meant for production.

## What it does
Reports alpha, beta, release candidate, development and nightly tags, and the `-dev` repositories.

## Why it matters
Pre-releases get no fixes and no support, and they can be removed at any time.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.0.0-alpha4
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Fix
Unsafe: `--fix` writes the newest release of the series.

## Options
None.

## See also
- `unknown-release`
- [Astro Runtime lifecycle policy](https://www.astronomer.io/docs/runtime/runtime-version-lifecycle-policy)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.images import RepositoryKind
from lint_runtime.rules.base import Case, Findings, Topic, image_rule
from lint_runtime.text import quoted


@image_rule(Topic.TAGS, Severity.WARNING, is_fixed_in_series=True)
def check(case: Case) -> Findings:
    image = case.image
    if not image.is_prerelease:
        return
    message = f"{quoted(image.reference.tag)} is a pre-release and is not supported"
    if image.repository.kind is RepositoryKind.PRERELEASE:
        message = f"{image.reference.repository} contains pre-releases only"
    yield case.report(message)
