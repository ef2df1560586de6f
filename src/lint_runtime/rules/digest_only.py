"""An image pinned by digest, without a tag.

## What it does
Reports Runtime images that are named by a digest only.

## Why it matters
A digest identifies the image but not its release, so neither people nor this tool can check it. Put the
tag before the digest to have both.

## Example
```dockerfile
ARG DIGEST=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
FROM quay.io/astronomer/astro-runtime@$DIGEST
```

## Use instead
```dockerfile
ARG DIGEST=sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
FROM quay.io/astronomer/astro-runtime:13.11.0@$DIGEST
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.images import RepositoryKind
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        is_retired = image.repository.kind is RepositoryKind.RETIRED
        if image.reference.digest and not image.reference.tag and not is_retired:
            message = "No tag, so the release can't be checked"
            yield Finding(image_target(image.stage), message, "add the tag: repository:tag@sha256:…")


RULE = Rule("digest-only", Severity.WARNING, __doc__, _check)
