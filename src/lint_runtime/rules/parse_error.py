"""What the build would refuse in a directive, an ARG or a FROM.

## What it does
Reports what BuildKit refuses: a FROM with too many words, an unknown or repeated flag, an image or
platform that is none, a default that does not expand, a wrong `# escape=`, a heredoc without an end.

## Why it matters
Such a file does not build, and the image it meant to stand on cannot be judged.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime: AS base
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0 AS base
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Rule, stage_targets, text_target


def _check(context: Context) -> Iterator[Finding]:
    dockerfile = context.dockerfile
    targets = stage_targets(dockerfile) if dockerfile.errors else {}
    for error in dockerfile.errors:
        target = targets.get(error.location) or text_target(dockerfile, error.location, error.message)
        yield Finding(target, error.message)


RULE = Rule("parse-error", Severity.ERROR, __doc__, _check, is_repeatable=False)
