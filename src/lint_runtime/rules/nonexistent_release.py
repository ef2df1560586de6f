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

## Fix
Unsafe: if the version is misspelled, `--fix` writes the newest release of the series that it seems to mean.
If that series is not maintained, see `end-of-maintenance`.

## Options
- `table`

## See also
- `invalid-tag`
- `unknown-release`
- [Upgrade Astro Runtime](https://www.astronomer.io/docs/runtime/upgrade-astro-runtime)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Existence
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.rules.base import Case, Findings, Topic, image_rule
from lint_runtime.rules.destinations import meaning_of


@image_rule(Topic.TAGS, Severity.ERROR, is_fixed_in_series=True)
def check(case: Case) -> Findings:
    image, tag = case.image, case.image.tag
    if tag is None or image.is_prerelease or image.existence is not Existence.NEVER:
        return
    meant = meaning_of(image, case.known).tag
    version, other = tag.version, meant.version if meant else None
    notes = []
    if version and other and other.airflow != version.airflow:
        form = f"{other.series}-N" if other.airflow == 3 else f"{other.series}.Y.Z"
        notes.append(f"releases for Airflow {other.airflow} are written {form}")
    yield case.report(f"Astro Runtime {version or series_name(tag.series or '')} doesn't exist", *notes)
