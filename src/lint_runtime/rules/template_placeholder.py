"""A FROM that contains a template placeholder.

## What it does
Reports a FROM with `{{x}}`, `<%= x %>`, `<version>`, `%%X%%`, `%s`, `@X@` or `__X__` where the build needs
an image. The literal part is still checked: a tag after a placeholder for the registry, or a retired
repository before a placeholder for the tag.

## Why it matters
A template doesn't build as it is, and the file rendered from it isn't checked.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:{{ version }}
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Fix
None.

## Options
- `exclude`

## See also
- `unresolved-variable`
- [Dockerfile reference](https://docs.docker.com/reference/dockerfile/)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.references import find_placeholder
from lint_runtime.rules.base import (
    Context,
    Finding,
    Findings,
    Topic,
    rule,
    stage_targets,
    target_of,
    text_target,
)
from lint_runtime.text import quoted


@rule(Topic.SYNTAX, Severity.WARNING, is_repeatable=False)
def check(context: Context) -> Findings:
    dockerfile = context.dockerfile
    targets = stage_targets(dockerfile) if dockerfile.placeholders else {}
    found = [(item.text, targets.get(item.location), item.location) for item in dockerfile.placeholders]
    # `dockerfile.placeholders` lacks tags such as `__TAG__`, which builds accept. Find them in the images.
    found += (
        (text, target_of(image.stage), image.stage.image_location)
        for image in (case.image for case in context.cases)
        if image.tag_error and (text := find_placeholder(image.reference.tag))
    )
    for text, from_target, location in found:
        place = "FROM" if from_target else "the source of a COPY or RUN"
        target = from_target or text_target(dockerfile, location, text)
        advice = "lint the rendered file instead, and list this template under 'exclude'"
        yield Finding(target, f"Template placeholder {quoted(text)} in {place}", advice)
