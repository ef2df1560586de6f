"""A comment that silences nothing.

## What it does
Reports comments naming a rule that finds nothing where they stand. Only rules that are run count.

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

from lint_runtime.diagnostic import Severity
from lint_runtime.rule import Context, Finding, Rule


def _check(context: Context) -> Iterator[Finding]:
    for ignore, rule in context.unmatched_ignores:
        where = "in this file" if ignore.target is None else "in the instruction below"
        yield Finding(ignore.location, f"There is no {rule} {where} to silence: remove this")


RULE = Rule("unused-suppression", Severity.WARNING, __doc__, _check, runs_last=True)
