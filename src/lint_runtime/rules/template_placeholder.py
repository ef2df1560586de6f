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
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity, Target
from lint_runtime.dockerfile.references import find_placeholder
from lint_runtime.rules.base import Context, Finding, Rule, image_target, stage_targets
from lint_runtime.text import quoted


def _check(context: Context) -> Iterator[Finding]:
    dockerfile = context.dockerfile
    targets = stage_targets(dockerfile) if dockerfile.placeholders else {}
    for placeholder in dockerfile.placeholders:
        yield _finding(targets[placeholder.location], placeholder.text)
    for image in context.images:
        # The build takes this one for a tag.
        text = find_placeholder(image.reference.tag) if image.tag_error else ""
        if text:
            yield _finding(image_target(image.stage), text)


def _finding(target: Target, text: str) -> Finding:
    advice = "lint the rendered file instead, and exclude this template"
    return Finding(target, f"Template placeholder {quoted(text)} in FROM", advice)


RULE = Rule("template-placeholder", Severity.WARNING, __doc__, _check, is_repeatable=False)
