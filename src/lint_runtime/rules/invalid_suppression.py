"""A malformed suppression comment.

## What it does
Reports suppression comments that are malformed, name an unknown rule, have an invalid date, or come
before `# syntax=` or `# escape=` and thereby disable it. With `require-reason` and
`max-suppression-days`, also those without a reason, without a date, or with a date too far ahead.

## Why it matters
The comment looks as if it works, but it doesn't. One above a directive changes how the whole file is
read.

## Example
```dockerfile
# lint-runtime: ignore[yanked-relaese]
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Fix
None.

## Options
- `require-reason`
- `max-suppression-days`

## See also
- `expired-suppression`
- `unused-suppression`
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Findings, Topic, rule


@rule(Topic.SUPPRESSIONS, Severity.WARNING, is_repeatable=False)
def check(context: Context) -> Findings:
    yield from context.invalid_suppressions
