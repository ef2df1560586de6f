"""A tag that can change which release it means.

## What it does
Reports Runtime images without a tag, and tags such as `latest`, `9`, `9.1` and `3.1`. If the tag
identifies a release series, its lifecycle is checked too.

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
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.images import RepositoryKind
from lint_runtime.rules.advice import pinned, recommend, to_newest
from lint_runtime.rules.base import Context, Finding, Rule, image_target
from lint_runtime.text import quoted


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        is_checked = image.repository.kind in (RepositoryKind.RUNTIME, RepositoryKind.AGENT)
        tag, digest = image.reference.tag, image.reference.digest
        if not is_checked or image.tag_error or (digest and not tag):
            continue
        if image.tag is None or image.tag.is_floating:
            what = f"{quoted(tag)} is a floating tag" if tag else "No tag"
            effect = "the release behind the digest is unknown" if digest else "builds are not reproducible"
            advice = recommend(image, image.lifecycle, context.table, context.today)
            notes = (*advice.notes, *pinned(image.reference))
            pin = to_newest(image, image.lifecycle, is_safe=False) if image.lifecycle else None
            yield Finding(image_target(image.stage), f"{what}, so {effect}", advice.help, notes, fix=pin)


RULE = Rule("floating-tag", Severity.WARNING, __doc__, _check)
