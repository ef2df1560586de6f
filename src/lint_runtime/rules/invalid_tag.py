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

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.references import find_placeholder
from lint_runtime.images import AGENT_FORM, RepositoryKind, parse_tag
from lint_runtime.rules.base import Case, Findings, Topic, image_rule
from lint_runtime.text import quoted

_FORMS = {
    RepositoryKind.RUNTIME: "X.Y.Z or X.Y-N, then [-ubi9][-python-X.Y][-slim][-base]",
    RepositoryKind.AGENT: AGENT_FORM,
}


@image_rule(Topic.TAGS, Severity.ERROR)
def check(case: Case) -> Findings:
    error, written = case.image.tag_error, case.image.reference.tag
    form = _FORMS.get(case.image.repository.kind)
    if error is None or form is None or find_placeholder(written):
        return
    advice = f"write {form}"
    if error.suggestion:
        tag = parse_tag(error.suggestion, error.suffixes)
        lifecycle = case.known.release(tag.version) if tag.version else case.known.series(tag.series or "")
        if lifecycle and lifecycle.is_usable:
            advice = f"did you mean {error.suggestion}?"
    yield case.report(f"Invalid tag {quoted(written)}: {error}", advice)
