"""A tag that can change which release it means.

## What it does
Reports Runtime images without a tag, and tags such as `latest`, `9`, `9.1` and `3.1`. If the tag
identifies a release series, its lifecycle is checked too. Astro manifests without a build are not
reported: they usually require a series.

## Why it matters
The same file can build a different image tomorrow, and some of these tags don't exist at all.

## Example
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.3
```

## Use instead
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.3-8
```

## Fix
`--fix` writes the newest release of the series; the fix is unsafe.

## Options
None.

## See also
- `digest-only`
- [Pin base image versions](https://docs.docker.com/build/building/best-practices/#pin-base-image-versions)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.images import RepositoryKind
from lint_runtime.rules.advice import date_notes
from lint_runtime.rules.base import Case, Findings, Topic, image_rule
from lint_runtime.text import quoted


@image_rule(Topic.TAGS, Severity.WARNING, is_fixed_in_series=True)
def check(case: Case) -> Findings:
    image, tag, digest = case.image, case.image.reference.tag, case.image.reference.digest
    if image.repository.kind not in (RepositoryKind.RUNTIME, RepositoryKind.AGENT):
        return
    # Skip images of manifests (they have a `source`): a requirement usually names only a series.
    if image.source or image.tag_error or (digest and not tag) or (image.tag and not image.tag.is_floating):
        return
    subject = f"{quoted(tag)} is a floating tag" if tag else "No tag"
    effect = "the release behind the digest is unknown" if digest else "builds are not reproducible"
    notes = date_notes(image.lifecycle, case.known) if image.lifecycle else ()
    yield case.report(f"{subject}, so {effect}", *notes)
