"""An Astro manifest that the Astro CLI refuses.

## What it does
Reports everything in a `pyproject.toml` with the table `[tool.astro]` that makes the Astro CLI refuse the
project: invalid TOML, a missing or unclear requirement for Airflow, unknown keys and wrong values.

## Why it matters
The project can't be started or deployed.

## Example
```toml
[project]
name = "demo"
dependencies = ["apache-airflow>=3"]

[tool.astro]
```

## Use instead
```toml
[project]
name = "demo"
dependencies = ["apache-airflow==3.3.*"]

[tool.astro]
```

## Fix
None.

## Options
None.

## See also
- `airflow-mismatch`
- [Astro CLI](https://www.astronomer.io/docs/astro/cli/overview)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, text_target


@rule(Topic.MANIFESTS, Severity.ERROR, is_repeatable=False)
def check(context: Context) -> Findings:
    project, file = context.project, context.dockerfile
    if project is None:
        return
    manifest, refusal = project.manifest, project.refusal
    if manifest.error:
        target = text_target(file, manifest.error.location, "pyproject.toml")
        advice = "correct it, or the Astro CLI can't read the file"
        yield Finding(target, f"Invalid TOML: {manifest.error.message}", advice)
    for problem in manifest.problems:
        # Skip a build without the required Airflow version: the rule `airflow-mismatch` reports it.
        if problem.code != "runtime_mismatch":
            target = text_target(file, problem.location, problem.key)
            note = f"the Astro CLI refuses the project with the code {problem.code}"
            yield Finding(target, problem.message, problem.help, (note,))
    if refusal and not refusal.is_about_python:
        target = text_target(file, refusal.location, manifest.pin)
        yield Finding(target, refusal.message, refusal.help)
