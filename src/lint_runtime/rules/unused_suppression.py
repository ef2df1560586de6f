"""A suppression comment that suppresses nothing.

## What it does
Reports comments that name a rule without a finding in the next instruction, or in the file for
`ignore-file`. Only enabled rules count. A topic is unused if none of its rules has a finding.

## Why it matters
It is left over and could hide a future finding, or it is in the wrong place.

## Example
```dockerfile
# lint-runtime: ignore[end-of-maintenance]
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Fix
None.

## Options
None.

## See also
- `expired-suppression`
- `invalid-suppression`
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule


@rule(Topic.SUPPRESSIONS, Severity.WARNING, checks_suppressions=True, is_repeatable=False)
def check(context: Context) -> Findings:
    for comment, unused in context.unused_suppressions:
        names = " and ".join(unused)
        place = "this file" if comment.above is None else "the next instruction"
        reason = f"{place} has no {' or '.join(unused)} finding"
        message = f"Unused suppression: {'no instruction follows it' if comment.above == 0 else reason}"
        advice = f"remove {names} from the list"
        if len(unused) == len(comment.names):
            advice = "remove the comment"
        yield Finding(comment.target, message, advice)
