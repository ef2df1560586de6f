"""A newer release of the same series is available.

## What it does
Reports releases for which a newer, non-yanked release exists in the same series, while that is
maintained.

## Why it matters
Only the newest release in a series gets fixes, including security fixes.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.6.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Fix
Safe: `--fix` writes the newest release of the series.

## Options
- `min-release-age`
- `table`

## See also
- `yanked-release`
- `security-fixes-only`
- [Astro Runtime lifecycle policy](https://www.astronomer.io/docs/runtime/runtime-version-lifecycle-policy)
- [Upgrade Astro Runtime](https://www.astronomer.io/docs/runtime/upgrade-astro-runtime)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Status
from lint_runtime.rules.advice import date_notes
from lint_runtime.rules.base import Case, Findings, Topic, image_rule


@image_rule(Topic.LIFECYCLE, Severity.WARNING, is_fixed_in_series=True)
def check(case: Case) -> Findings:
    lifecycle = case.image.lifecycle
    if lifecycle and (min_age := case.config.min_release_age):
        lifecycle = lifecycle._replace(newest=case.known.newest(lifecycle.series.name, min_age))
    if lifecycle is None or lifecycle.version is None or lifecycle.newest is None:
        return
    if lifecycle.status is Status.MAINTAINED and lifecycle.version < lifecycle.newest:
        yield case.report(
            f"{lifecycle.name} is outdated: {lifecycle.newest} is available",
            f"only the newest {lifecycle.series.label} release gets fixes",
            *date_notes(lifecycle, case.known),
        )
