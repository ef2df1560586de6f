"""A tag that does not name one release.

## What it does
Reports a Runtime image without a tag, and tags such as `latest`, `9`, `9.1` or `3.1`. Where such a
tag names its release series, the series's lifecycle is judged as well.

## Why it matters
The same file builds something else tomorrow, and some of these tags are not served at all.

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
            what = f"The tag {quoted(tag)}" if tag else "An image without a tag"
            effect = (
                "which one the digest pins is not known here"
                if digest
                else "what is built changes with time"
            )
            advice = recommend(image, image.lifecycle, context.table, context.today)
            message = f"{what} names no single release, so {effect}. {advice}{pinned(image.reference)}"
            pin = to_newest(image, image.lifecycle, is_safe=False) if image.lifecycle else None
            yield Finding(image_target(image.stage), message, fix=pin)


RULE = Rule("floating-tag", Severity.WARNING, __doc__, _check)
