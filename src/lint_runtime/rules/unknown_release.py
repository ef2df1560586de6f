"""A release newer than the lifecycle data.

## What it does
Reports releases and series newer than any that the lifecycle data lists, with the date of the data.

## Why it matters
It may be new, or it may be a typo. To find out, upgrade lint-runtime, or run `runtime-lifecycle update
--output FILE` and use `--table FILE`.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.99.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Existence
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        if image.tag and not image.is_prerelease and image.existence is Existence.NEWER:
            name = image.tag.version or series_name(image.tag.series or "")
            message = f"Astro Runtime {name} is newer than the lifecycle data of {context.table.date}"
            advice = "check the version, or update lint-runtime"
            newer = "newer lifecycle data: 'runtime-lifecycle update --output FILE', then --table FILE"
            yield Finding(image_target(image.stage), message, advice, (newer,))


RULE = Rule("unknown-release", Severity.WARNING, __doc__, _check)
