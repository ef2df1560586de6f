"""A comment that was to silence a rule and cannot.

## What it does
Reports comments for this tool that are malformed, name a rule that does not exist or an end that is no
day, or stand where they make an ordinary comment of a `# syntax=` or `# escape=` below them. With
`require-reason` and `max-suppression-days`, also those without a reason, and those without an end or
with one too far ahead.

## Why it matters
A comment that silences nothing looks as if it did, and one above a directive changes how the whole file
is read.

## Example
```dockerfile
# lint-runtime: ignore[yanked-relaese]
FROM quay.io/astronomer/astro-runtime:13.11.0
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
    yield from context.invalid_suppressions


RULE = Rule("invalid-suppression", Severity.WARNING, __doc__, _check, is_repeatable=False)
