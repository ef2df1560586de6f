"""A release that was never published.

## What it does
Reports releases and series that were never published. Versions in the wrong format, such as `3.0.8` for
`3.0-8`, are recognized.

## Why it matters
The build fails, or a similar number picks a completely different release: Runtime 3.0.4 contains
Airflow 2.1, Runtime 3.0-4 contains Airflow 3.0.

## Example
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.3.8
```

## Use instead
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.3-8
```
"""

from lint_runtime.diagnostics import Fix, Severity
from lint_runtime.images import REPOSITORY_FOR
from lint_runtime.lifecycle.model import Existence
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.rules.advice import data_note, digest_notes, other_form, recommend_for_missing
from lint_runtime.rules.base import Case, Findings, Topic, image_rule


@image_rule(Topic.TAGS, Severity.ERROR)
def check(case: Case) -> Findings:
    image, tag, known = case.image, case.image.tag, case.known
    if tag is None or image.is_prerelease or image.existence is not Existence.NEVER:
        return
    version, other = tag.version, other_form(case)
    message = f"Astro Runtime {version or series_name(tag.series or '')} doesn't exist"
    sources = (data_note(known.table), *digest_notes(image.reference))
    if other:
        form = f"{other.series}-N" if other.airflow == 3 else f"{other.series}.Y.Z"
        sources = (f"releases for Airflow {other.airflow} are written {form}", *sources)
    meant = known.release(other) if other else None
    if other is None or meant is None or meant.release is None or not meant.is_usable:
        advice = recommend_for_missing(case)
        yield case.report(message, advice.help, *advice.notes, *sources)
        return
    is_here = other.airflow in (image.repository.airflow, 3)
    repository = "" if is_here else f"{REPOSITORY_FOR[other.airflow]}:"
    help_text = f"did you mean {repository}{tag._replace(number=str(other))}?"
    if meant.newest not in (None, other):
        sources = (f"the newest {meant.series.label} release is {meant.newest}", *sources)
    respelled = Fix(f"Write {other}", image.edit_number(str(other)), is_safe=False)
    yield case.report(message, help_text, *sources, fix=respelled)
