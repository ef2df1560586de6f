"""A Dockerfile that the manifest next to it does not declare.

## What it does
Reports a Dockerfile with a Runtime image next to a `pyproject.toml` with `[tool.astro]` that does not
declare it.

## Why it matters
The Astro CLI 2 builds the image that the manifest states, and ignores the Dockerfile. Version 1 and Astro
Private Cloud still build it, so it is checked.

## Example
With this `pyproject.toml` next to it:
```toml
[project]
name = "demo"
dependencies = ["apache-airflow==3.3.*"]

[tool.astro]
```
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.3-8
```

## Use instead
With this `pyproject.toml` next to it:
```toml
[project]
name = "demo"
dependencies = ["apache-airflow==3.3.*"]

[tool.astro]
dockerfile = "Dockerfile"
```

## Fix
None.

## Options
None.

## See also
- `airflow-mismatch`
- [Astro CLI](https://www.astronomer.io/docs/astro/cli/overview)
"""

import posixpath

from lint_runtime.diagnostics import Severity
from lint_runtime.manifest.reader import DECLARABLE, NAME, read_manifest
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, target_of


@rule(Topic.MANIFESTS, Severity.INFO, is_repeatable=False)
def check(context: Context) -> Findings:
    if context.name != DECLARABLE or not context.cases:
        return
    manifest = read_manifest(context.neighbors.contents.get(NAME, b""))
    if manifest is None or manifest.error:
        return
    declared = posixpath.normpath(manifest.dockerfile.text) if manifest.dockerfile else ""
    if declared != DECLARABLE:
        message = f"The {NAME} next to this file does not declare it, so the Astro CLI 2 ignores it"
        advice = "set dockerfile = 'Dockerfile' in [tool.astro], or delete this file"
        yield Finding(target_of(context.cases[0].image.stage), message, advice)
