"""A suppression comment that suppresses nothing.

## What it does
Reports comments that name a rule without a finding in the next instruction, or in the file for
`ignore-file`. Only enabled rules count.

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
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Rule, SuppressionComment


def _check(context: Context) -> Iterator[Finding]:
    for comment, rules in context.unused_suppressions:
        named, verb = " and ".join(rules), "finds" if len(rules) == 1 else "find"
        message = f"Unused suppression: {named} {verb} nothing {_where(comment)}"
        advice = "remove the comment" if rules == comment.rules else f"remove {named} from the list"
        yield Finding(comment.target, message, advice)


def _where(comment: SuppressionComment) -> str:
    if comment.above is None:
        return "in this file"
    return "in the next instruction" if comment.above else "at the end of the file"


RULE = Rule(
    "unused-suppression",
    Severity.WARNING,
    __doc__,
    _check,
    checks_suppressions=True,
    is_repeatable=False,
)
