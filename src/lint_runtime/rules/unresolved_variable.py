"""A FROM or its platform depends on a variable without a value.

## What it does
Reports variables in a FROM that an ARG declares without a default, unless `--build-arg` gives them
a value, and those that no ARG before the first FROM declares at all.

## Why it matters
What the build will stand on is not in the file, so nobody who reads it, this tool included, can
tell whether it is maintained. A variable that nothing declares expands to nothing.

## Example
```dockerfile
ARG RUNTIME_VERSION
FROM quay.io/astronomer/astro-runtime:${RUNTIME_VERSION}
```

## Use instead
```dockerfile
ARG RUNTIME_VERSION=13.11.0
FROM quay.io/astronomer/astro-runtime:${RUNTIME_VERSION}
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Rule, stage_targets
from lint_runtime.text import quoted


def _check(context: Context) -> Iterator[Finding]:
    dockerfile = context.dockerfile
    targets = stage_targets(dockerfile) if dockerfile.unresolved else {}
    for unresolved in dockerfile.unresolved:
        name = quoted(unresolved.name)
        if unresolved.is_declared:
            message = (
                f"This depends on ARG {name}, which has no default. Give it one, or give a value with"
                " --build-arg"
            )
        else:
            message = (
                f"No ARG before the first FROM declares {name}, so it expands to nothing. Declare it there"
            )
        yield Finding(targets[unresolved.location], message)


RULE = Rule("unresolved-variable", Severity.WARNING, __doc__, _check, is_repeatable=False)
