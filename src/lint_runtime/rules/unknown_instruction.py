"""The file has an instruction that the build does not know.

## What it does
Reports the first instruction that BuildKit does not know, unless a `# syntax=` line names a frontend, which
may know more.

## Why it matters
The build stops there. A misspelled FROM names a base image that nothing checks.

## Example
```dockerfile
FORM quay.io/astronomer/astro-runtime:13.11.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.source import INSTRUCTIONS
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, text_target
from lint_runtime.text import did_you_mean, quoted


@rule(Topic.SYNTAX, Severity.WARNING, is_repeatable=False)
def check(context: Context) -> Findings:
    unknown = context.dockerfile.unknown
    if unknown:
        message = f"Unknown instruction {quoted(unknown.text)}"
        advice = did_you_mean(unknown.text.upper(), INSTRUCTIONS) or "remove it; the build stops there"
        yield Finding(text_target(context.dockerfile, unknown.location, message), message, advice)
