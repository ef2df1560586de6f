"""An image from an apparent mirror that isn't mapped.

## What it does
Reports images whose name ends like that of a repository with Astro Runtime images, such as
`astronomer/astro-runtime`, in a registry that `images` in the configuration doesn't mention.

## Why it matters
Images of mirrors are checked only if the configuration says what they mirror.

## Example
```dockerfile
FROM registry.example.com:5000/astronomer/astro-runtime:13.11.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```

Or keep the mirror, and map it in the configuration:
`images."registry.example.com:5000/astronomer/astro-runtime" = "quay.io/astronomer/astro-runtime"`.

## Fix
None.

## Options
- `images`

## See also
- `unknown-repository`
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.images import REPOSITORIES, mirrored, original_of
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, target_of
from lint_runtime.rules.unknown_repository import find_unknown


@rule(Topic.TAGS, Severity.INFO)
def check(context: Context) -> Findings:
    for stage in (*context.dockerfile.stages, *context.dockerfile.uses):
        reference = stage.reference
        if reference is None or reference.registry_is_open:
            continue
        repository = reference.repository
        original = original_of(repository)
        is_mapped = not original or mirrored(repository, context.config.images) in REPOSITORIES
        if is_mapped or find_unknown(repository):
            continue
        message = f"{repository} looks like a mirror; not checked until you add it under [images]"
        yield Finding(target_of(stage), message, f'add "{repository}" = "{original}"')
