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
from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Rule

if TYPE_CHECKING:
    from lint_runtime.rules.suppressions import Ignore


def _check(context: Context) -> Iterator[Finding]:
    for ignore, pairs in groupby(context.unmatched_ignores, key=itemgetter(0)):
        unused = [rule for _, rule in pairs]
        named = " and no ".join(unused)
        remedy = "remove this" if len(unused) == len(ignore.rules) else "take that out of the list"
        yield Finding(ignore.location, f"There is no {named} {_where(ignore)} to silence: {remedy}")


def _where(ignore: "Ignore") -> str:
    if ignore.target is None:
        return "in this file"
    return "in the instruction below" if ignore.target else "at the end of the file"


RULE = Rule("unused-suppression", Severity.WARNING, __doc__, _check, runs_last=True, is_repeatable=False)
