"""A FROM with the placeholder of a template.

## What it does
Reports a FROM that has `{{x}}`, `<%= x %>`, `<version>`, `%%X%%`, `%s`, `@X@` or `__X__` where the build
needs an image. What is literal is still checked: a tag behind a placeholder for the registry, a
retired repository before one for the tag.

## Why it matters
The file is a template. It doesn't build as it is, and what it makes is checked nowhere.

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
    advice = "lint the file that the template makes, and exclude this one"
    return Finding(target, f"Template placeholder {quoted(text)} in FROM", advice)


RULE = Rule("template-placeholder", Severity.WARNING, __doc__, _check, is_repeatable=False)
