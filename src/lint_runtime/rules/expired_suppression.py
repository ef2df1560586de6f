"""A comment whose last day is past, so that what it silenced is back.

## What it does
Reports comments with an `until=` that is past, above something that they would still silence.

## Why it matters
Whoever wrote it meant to come back by that day.

## Example
```dockerfile
# lint-runtime: ignore[outdated-release] until=2026-08-31 -- the upgrade is planned for August
FROM quay.io/astronomer/astro-runtime:13.6.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Rule


def _check(context: Context) -> Iterator[Finding]:
    for comment, rules in context.expired_suppressions:
        message = (
            f"This silenced {' and '.join(rules)} until {comment.until}; that day is past and the finding"
            " is back. Mend it, or set a new day"
        )
        yield Finding(comment.target, message)


RULE = Rule(
    "expired-suppression",
    Severity.WARNING,
    __doc__,
    _check,
    checks_suppressions=True,
    is_repeatable=False,
)
