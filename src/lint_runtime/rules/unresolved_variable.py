"""A FROM image or platform uses a variable that has no value.

## What it does
Reports variables in a FROM that an ARG declares without a default, unless `--build-arg` sets them, and
variables that no ARG before the first FROM declares.

## Why it matters
The base image isn't in the file, so neither people nor this tool can tell whether it's supported. An
undeclared variable expands to an empty string.

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

## Fix
None.

## Options
- `build-args`

## See also
- `template-placeholder`
- [How ARG and FROM interact](https://docs.docker.com/reference/dockerfile/#understand-how-arg-and-from-interact)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, stage_targets
from lint_runtime.text import quoted, visible


@rule(Topic.SYNTAX, Severity.WARNING, is_repeatable=False)
def check(context: Context) -> Findings:
    dockerfile = context.dockerfile
    targets = stage_targets(dockerfile) if dockerfile.unresolved else {}
    for unresolved in dockerfile.unresolved:
        name = quoted(unresolved.name)
        target = targets[unresolved.location]
        if unresolved.is_declared:
            subject = "platform" if target.subject.startswith("--platform=") else "image"
            message = f"The {subject} depends on ARG {name}, which has no default"
            advice = f"write ARG {visible(unresolved.name)}=VALUE, or pass it with --build-arg"
        else:
            message = f"{name} is not declared before the first FROM, so it expands to an empty string"
            advice = f"add ARG {visible(unresolved.name)}=VALUE there"
        yield Finding(target, message, advice)
