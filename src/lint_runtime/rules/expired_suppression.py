"""A suppression comment that has expired.

## What it does
Reports comments past their `until=` date that would still suppress something.

## Why it matters
The finding was meant to be resolved by that date.

## Example
```dockerfile
# lint-runtime: ignore[outdated-release] until=2026-08-31 -- the upgrade is planned for August
FROM quay.io/astronomer/astro-runtime:13.6.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Fix
None.

## Options
- `max-suppression-days`

## See also
- `invalid-suppression`
- `unused-suppression`
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule


@rule(Topic.SUPPRESSIONS, Severity.WARNING, checks_suppressions=True, is_repeatable=False)
def check(context: Context) -> Findings:
    for comment, names in context.expired_suppressions:
        message = f"Suppression of {' and '.join(names)} expired on {comment.suppression.until}"
        yield Finding(comment.target, message, "fix the finding, or set a new date")
