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
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.images import RepositoryKind
from lint_runtime.rules.advice import recommend
from lint_runtime.rules.base import Context, Finding, Rule, image_target
from lint_runtime.text import quoted


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        if not image.is_prerelease:
            continue
        if image.repository.kind is RepositoryKind.PRERELEASE:
            message = f"{image.reference.repository} contains pre-releases only"
        else:
            message = f"{quoted(image.reference.tag)} is a pre-release and is not supported"
        advice = recommend(image, image.lifecycle, context.table, context.today)
        yield Finding(image_target(image.stage), message, advice.help, advice.notes)


RULE = Rule("prerelease", Severity.WARNING, __doc__, _check)
