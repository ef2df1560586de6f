"""A `# syntax=` line with a frontend that is not Docker's.

## What it does
Reports a frontend other than `docker/dockerfile` and `docker/dockerfile-upstream`, such as a copy of these
in another registry.

## Why it matters
The frontend decides what the instructions mean. It may know more of them, so `unknown-instruction` reports
none, and it may build other images than the file names.

## Example
```dockerfile
# syntax=registry.example.com/frontend:1
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Use instead
```dockerfile
# syntax=docker/dockerfile:1
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Fix
None.

## Options
None.

## See also
- `parse-error`
- [The syntax directive](https://docs.docker.com/reference/dockerfile/#syntax)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, text_target
from lint_runtime.text import quoted


@rule(Topic.SYNTAX, Severity.INFO, is_repeatable=False)
def check(context: Context) -> Findings:
    if frontend := context.dockerfile.frontend:
        message = (
            f"Frontend {quoted(frontend.text)} isn't Docker's, so unknown instructions are not reported"
        )
        advice = "use docker/dockerfile:1, unless the build needs this frontend"
        yield Finding(text_target(context.dockerfile, frontend.location, frontend.text), message, advice)
