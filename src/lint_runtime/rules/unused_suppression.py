"""A comment that silences nothing.

## What it does
Reports comments naming a rule that finds nothing where they stand: in the instruction directly below,
or in the file for `ignore-file`. Only rules that are run count.

## Why it matters
It is left over, and would hide the next finding of its kind; or it stands in the wrong place.

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
        named = " and no ".join(rules)
        advice = "remove this" if rules == comment.rules else "take that out of the list"
        yield Finding(comment.target, f"There is no {named} {_where(comment)} to silence: {advice}")


def _where(comment: SuppressionComment) -> str:
    if comment.above is None:
        return "in this file"
    return "in the instruction below" if comment.above else "at the end of the file"


RULE = Rule(
    "unused-suppression",
    Severity.WARNING,
    __doc__,
    _check,
    checks_suppressions=True,
    is_repeatable=False,
)
