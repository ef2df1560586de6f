"""A version your configuration doesn't allow.

## What it does
Reports Runtime images whose Runtime, Airflow or Python version doesn't match `require.runtime`,
`require.airflow` or `require.python`. Every Airflow 3 Runtime counts as newer than every Airflow 2 one:
`>=13` allows `3.0-1`, and `<3.0` allows Airflow 2 only. A floating tag is checked by the newest release of
its series. Unknown versions and nonexistent releases are skipped.

## Why it matters
Platform teams can define which versions projects may use, and enforce it before deployment.

## Example
With this configuration:
```toml
[require]
airflow = ">=2.10"
```
```dockerfile
FROM quay.io/astronomer/astro-runtime:9.7.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```

## Fix
Safe, if a newer release of the same series is allowed. Otherwise `--upgrade` writes the best series that is
allowed.

## Options
- `require.runtime`
- `require.airflow`
- `require.python`

## See also
- `not-lts`
- [Astro Runtime lifecycle policy](https://www.astronomer.io/docs/runtime/runtime-version-lifecycle-policy)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.rules.base import Case, Findings, Topic, image_rule
from lint_runtime.rules.destinations import violations
from lint_runtime.text import quoted


@image_rule(Topic.POLICY, Severity.ERROR, is_repeatable=False)
def check(case: Case) -> Findings:
    for product, version, key, specifier in violations(case.image, case.config.require):
        yield case.report(f"{product} {version} is not allowed: require.{key} is {quoted(specifier)}")
