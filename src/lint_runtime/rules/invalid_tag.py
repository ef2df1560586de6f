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

## Fix
Unsafe: if the tag is misspelled, `--fix` writes the newest release of the series that it seems to mean.
If that series is not maintained, see `end-of-maintenance`.

## Options
None.

## See also
- `nonexistent-release`
- `unavailable-variant`
- [Astro Runtime architecture](https://www.astronomer.io/docs/runtime/runtime-image-architecture)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.references import find_placeholder
from lint_runtime.images import AGENT_FORM, RepositoryKind
from lint_runtime.rules.advice import digest_notes
from lint_runtime.rules.base import Case, Findings, Topic, image_rule
from lint_runtime.rules.destinations import meaning_of
from lint_runtime.text import quoted

_FORMS = {
    RepositoryKind.RUNTIME: "X.Y.Z or X.Y-N, then [-ubi9][-python-X.Y][-slim][-base]",
    RepositoryKind.AGENT: f"the versions of Runtime, Python and agent: {AGENT_FORM}",
}


@image_rule(Topic.TAGS, Severity.ERROR, is_fixed_in_series=True)
def check(case: Case) -> Findings:
    error, written = case.image.tag_error, case.image.reference.tag
    form = _FORMS.get(case.image.repository.kind)
    if not error or form is None or find_placeholder(written):
        return
    message = f"Invalid tag {quoted(written)}: {error}"
    if meaning_of(case.image, case.known).lifecycle:
        yield case.report(message, *digest_notes(case.image.reference))
    else:
        yield case.report(message, advice=f"write {form}")
