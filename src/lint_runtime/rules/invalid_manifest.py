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

from lint_runtime.diagnostics import Severity, Target
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule

_ABOUT_OTHERS = ("runtime_mismatch", "dockerfile_airflow_mismatch")
"""The codes of problems that `airflow-mismatch` reports."""


@rule(Topic.MANIFESTS, Severity.ERROR, is_repeatable=False)
def check(context: Context) -> Findings:
    project, refusal = context.project, context.refusal
    if project is None:
        return
    manifest = project.manifest
    if manifest.error:
        location, message = manifest.error
        target = Target(location, "pyproject.toml", frozenset({location.line}))
        advice = "correct it, or the Astro CLI can't read the file"
        yield Finding(target, f"Invalid TOML: {message}", advice)
    for problem in manifest.problems:
        if problem.code not in _ABOUT_OTHERS:
            target = Target(problem.location, problem.key, frozenset({problem.location.line}))
            note = f"the Astro CLI refuses the project with the code {problem.code}"
            yield Finding(target, problem.message, problem.help, (note,))
    if refusal and not refusal.is_about_python:
        target = Target(refusal.location, manifest.pin, frozenset({refusal.location.line}))
        yield Finding(target, refusal.message, refusal.help)
