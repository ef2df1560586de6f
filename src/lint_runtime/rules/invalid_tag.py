"""A tag that no Astro Runtime image can have.

## What it does
Reports tags that don't match any Astro Runtime tag format: `X.Y.Z` for Airflow 2 or `X.Y-N` for
Airflow 3, each with its suffixes in the order `-ubi9`, `-python-X.Y`, `-slim`, `-base`.

## Why it matters
The image doesn't exist, so the build fails.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.6.0-slim-python-3.12
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0-python-3.12-slim
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.references import find_placeholder
from lint_runtime.images import InvalidTagError, RepositoryKind, parse_tag
from lint_runtime.lifecycle.model import Status
from lint_runtime.rules.base import Context, Finding, Rule, image_target
from lint_runtime.text import quoted

_FORMS = {
    RepositoryKind.RUNTIME: "X.Y.Z or X.Y-N, then [-ubi9][-python-X.Y][-slim][-base]",
    RepositoryKind.AGENT: "X.Y-N[-ubi9]-python-X.Y-astro-agent-A.B.C[-base]",
}


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        error = image.tag_error
        form = _FORMS.get(image.repository.kind)
        if error is None or form is None or find_placeholder(image.reference.tag):
            continue
        is_advisable = error.suggestion and _is_maintained(error, context)
        advice = f"did you mean {error.suggestion}?" if is_advisable else f"write {form}"
        message = f"Invalid tag {quoted(image.reference.tag)}: {error}"
        yield Finding(image_target(image.stage), message, advice)


def _is_maintained(error: InvalidTagError, context: Context) -> bool:
    """Whether a tag may be advised: its release is maintained and not yanked."""
    parsed = parse_tag(error.suggestion, error.suffixes)
    lifecycle = context.table.on(context.today, parsed.series, parsed.version) if parsed.series else None
    return lifecycle is not None and lifecycle.status is Status.MAINTAINED and not lifecycle.yank


RULE = Rule("invalid-tag", Severity.ERROR, __doc__, _check)
