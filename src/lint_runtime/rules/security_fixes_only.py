"""A maintained release that gets security fixes only.

## What it does
Reports Runtime images of a maintained Stable series that is not the latest Stable series.

## Why it matters
Bug fixes are backported to LTS series and to the latest Stable series only. Any other maintained series
gets security fixes, so other bugs won't be fixed.

## Example
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.1-21
```

## Use instead
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.3-8
```

## Fix
None.

## Options
- `table`

## See also
- `outdated-release`
- `not-lts`
- [Astro Runtime lifecycle policy](https://www.astronomer.io/docs/runtime/runtime-version-lifecycle-policy)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Status
from lint_runtime.rules.advice import date_notes
from lint_runtime.rules.base import Case, Findings, Topic, image_rule


@image_rule(Topic.LIFECYCLE, Severity.INFO)
def check(case: Case) -> Findings:
    lifecycle, latest = case.image.lifecycle, case.known.latest_stable
    if lifecycle is None or lifecycle.status is not Status.MAINTAINED or lifecycle.is_lts is not False:
        return
    if latest and lifecycle.order < latest.order:
        newest = f"bug fixes go only to the newest series, {latest.series.label} (release {latest.newest})"
        yield case.report(
            f"Astro Runtime {lifecycle.series.label} gets only security fixes",
            f"{newest}; you don't have to upgrade",
            *date_notes(lifecycle, case.known),
            advice="",
        )
