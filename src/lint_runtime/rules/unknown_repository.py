"""An unknown repository of the vendor, or a misspelled one.

## What it does
Reports unknown repositories in the vendor's registries and namespaces, such as
`quay.io/astronomer/astroruntime`, and misspelled registries and namespaces, such as
`quay.io/astronomr/astro-runtime`. A misspelled name in the vendor's own namespace is an error, everything
else is a warning. Other images of the vendor, such as those of Astronomer Software, are not reported.

## Why it matters
The image can't be pulled, or somebody else publishes it. Nothing else in it is checked.

## Example
```dockerfile
FROM quay.io/astronomer/astroruntime:13.11.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```

A mirror with such a name is mapped in the configuration:
`images."quay.io/astronomers/astro-runtime" = "quay.io/astronomer/astro-runtime"`.

## Fix
None.

## Options
- `images`

## See also
- `unmapped-mirror`
- `wrong-repository`
- [Astro Runtime architecture](https://www.astronomer.io/docs/runtime/runtime-image-architecture)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.images import REPOSITORY_FOR, mirrored
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, target_of
from lint_runtime.rules.repositories import closest_repository, find_unknown
from lint_runtime.rules.wrong_repository import find_misplaced


@rule(Topic.TAGS, Severity.WARNING)
def check(context: Context) -> Findings:
    for stage in (*context.dockerfile.stages, *context.dockerfile.uses):
        reference = stage.reference
        if reference is None or stage.registry_is_open:
            continue
        repository = mirrored(reference.repository, context.config.images)
        unknown = find_unknown(repository)
        if unknown is None or any(find_misplaced(stage, context)):
            continue
        meant = closest_repository(repository, reference.tag, context.known.table)
        tag = f":{reference.tag}" if reference.tag else ""
        advice = f"did you mean {meant}{tag}?" if meant else "check the name"
        severity, note = unknown
        known = f"Astro Runtime images are in {' and '.join(REPOSITORY_FOR.values())}"
        notes = tuple(filter(None, (note, "" if meant else known)))
        yield Finding(target_of(stage), f"Unknown repository {repository}", advice, notes, severity)
