"""A digest without a tag.

## What it does
Reports Runtime images that are named by a digest alone.

## Why it matters
The digest says exactly what is pulled, and nothing about which release that is, so nobody who reads
the file, this tool included, can judge it. With a tag before the digest, both are there.

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
            message = (
                "A digest without a tag does not say which release this is, so nothing was judged. Write"
                " the tag before it, repository:tag@sha256:…"
            )
            yield Finding(image_target(image.stage), message)


RULE = Rule("digest-only", Severity.WARNING, __doc__, _check)
