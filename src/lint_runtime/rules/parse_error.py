"""Syntax the build would reject in a directive, stage or source of files.

## What it does
Reports what BuildKit rejects: a FROM with too many words, an unknown or repeated flag, an invalid image,
platform or stage name, a default that can't be expanded, an invalid `# escape=` or `# syntax=`, an
unterminated heredoc, an instruction before the first FROM. A `COPY --from` or `RUN --mount` that names a
variable, an unknown index, a later stage or its own stage. A file without any FROM, in UTF-16 or binary.

## Why it matters
The file doesn't build, so its base image can't be checked.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime: AS base
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0 AS base
```

## Fix
None.

## Options
None.

## See also
- `unknown-instruction`
- [Dockerfile reference](https://docs.docker.com/reference/dockerfile/)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, stage_targets, text_target


@rule(Topic.SYNTAX, Severity.ERROR, is_repeatable=False)
def check(context: Context) -> Findings:
    dockerfile = context.dockerfile
    targets = stage_targets(dockerfile) if dockerfile.errors else {}
    for error in dockerfile.errors:
        target = targets.get(error.location) or text_target(dockerfile, error.location, error.message)
        yield Finding(target, error.message, error.help)
