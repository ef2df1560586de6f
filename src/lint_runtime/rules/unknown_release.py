"""A release newer than the table.

## What it does
Reports releases and series newer than any that the lifecycle table knows, with the table's date.

## Why it matters
It may be fine, it may be a typing error: this table cannot tell. A newer one can: that of a newer
version of the tool, or one that `runtime-lifecycle update --output FILE` writes for `--table FILE`.

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
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        if image.tag and not image.is_prerelease and image.existence is Existence.NEWER:
            name = image.tag.version or f"series {image.tag.series}"
            message = (
                f"Astro Runtime {name} is newer than all that the table of {context.table.date} lists."
                " Check the number, or refresh the table"
            )
            yield Finding(image_target(image.stage), message)


RULE = Rule("unknown-release", Severity.WARNING, __doc__, _check)
