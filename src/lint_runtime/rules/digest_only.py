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

## Fix
None.

## Options
None.

## See also
- `floating-tag`
- [Pin base image versions](https://docs.docker.com/build/building/best-practices/#pin-base-image-versions)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.images import RepositoryKind
from lint_runtime.rules.base import Case, Findings, Topic, image_rule


@image_rule(Topic.TAGS, Severity.WARNING)
def check(case: Case) -> Findings:
    reference = case.image.reference
    is_retired = case.image.repository.kind is RepositoryKind.RETIRED
    if reference.digest and not reference.tag and not is_retired:
        advice = "add the tag: repository:tag@sha256:…"
        yield case.report("No tag, so the release can't be checked", advice=advice)
