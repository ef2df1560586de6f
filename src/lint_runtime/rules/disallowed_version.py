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
"""

from collections.abc import Iterator

from lint_runtime.config.model import Requirements
from lint_runtime.diagnostics import Severity
from lint_runtime.images import RuntimeImage, RuntimeTag
from lint_runtime.lifecycle.model import Existence
from lint_runtime.lifecycle.upgrade_path import longest_maintained
from lint_runtime.rules.advice import advise_move
from lint_runtime.rules.base import Case, Findings, Topic, image_rule
from lint_runtime.rules.destinations import destination
from lint_runtime.text import quoted


@image_rule(Topic.POLICY, Severity.ERROR, is_repeatable=False)
def check(case: Case) -> Findings:
    image, require = case.image, case.config.require
    violations = list(_violations(image, require)) if any(require) else []
    if not violations:
        return
    if image.tag and any(key == "python" for _, _, key, _ in violations):
        image = image._replace(tag=image.tag.without(["python"]))
    origin = image.lifecycle.order if image.lifecycle else ()
    allowed = []
    for series in case.known.maintained:
        tag = destination(image, series).tag or RuntimeTag(str(series.newest), series.newest)
        moved = image._replace(tag=tag, lifecycle=series, existence=Existence.LISTED)
        if series.order >= origin and not any(_violations(moved, require)):
            allowed.append(series)
    # Prefer the same Airflow major.
    staying = [series for series in allowed if series.airflow_major == image.airflow]
    best = longest_maintained(staying or allowed)
    advice = advise_move(case._replace(image=image), best, "use") if best else ""
    for product, version, key, specifier in violations:
        message = f"{product} {version} is not allowed: require.{key} is {quoted(specifier)}"
        yield case.report(message, advice)


def _violations(image: RuntimeImage, require: Requirements) -> Iterator[tuple[str, str, str, str]]:
    """Yield the product, its version, and the key and value of the requirement it violates."""
    # Only configurations with requirements need this: 8 ms for `packaging`.
    from lint_runtime.lifecycle.specifiers import admits, admits_runtime

    tag, lifecycle = image.tag, image.lifecycle
    if tag is None or image.existence is Existence.NEVER:
        return
    version = tag.version or (lifecycle.newest if lifecycle else None)
    if require.runtime and version and not admits_runtime(require.runtime, version):
        text = tag.number if tag.version else f"{tag.number} (currently {version})"
        yield "Astro Runtime", text, "runtime", require.runtime
    if require.airflow and lifecycle and not admits(require.airflow, lifecycle.airflow):
        yield "Airflow", lifecycle.airflow, "airflow", require.airflow
    if require.python and image.python and not admits(require.python, image.python):
        yield "Python", image.python, "python", require.python
