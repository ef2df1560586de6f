"""A version that the configuration rules out.

## What it does
Reports Runtime images whose Runtime, Airflow or Python version does not meet `require.runtime`,
`require.airflow` or `require.python`. Every Airflow 3 Runtime counts as newer than every Airflow 2
one: `>=13` admits `3.0-1`, and `<3.0` admits Airflow 2 alone. A floating tag is judged by the newest
release of its series; what is not known of an image is not judged, nor is a release that never was.

## Why it matters
A platform team can say what its projects may stand on, and be heard before the deploy.

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
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.model import Existence
from lint_runtime.rules.base import Context, Finding, Rule, image_target
from lint_runtime.text import quoted


def _check(context: Context) -> Iterator[Finding]:
    require = context.config.require
    if not any(require):
        return
    for image in context.images:
        for what, version, key, specifier in _broken(image, require):
            message = f"{what} {version} is not allowed here: require.{key} asks for {quoted(specifier)}"
            yield Finding(image_target(image.stage), message)


def _broken(image: RuntimeImage, require: Requirements) -> Iterator[tuple[str, str, str, str]]:
    # Only where something is required, for it brings a library along.
    from lint_runtime.lifecycle.specifiers import admits, admits_runtime

    tag, lifecycle = image.tag, image.lifecycle
    if tag is None or image.existence is Existence.NEVER:
        return
    version = tag.version or (lifecycle.newest if lifecycle else None)
    if require.runtime and version and not admits_runtime(require.runtime, version):
        text = tag.number if tag.version else f"{tag.number} (its series is at {version})"
        yield "Astro Runtime", text, "runtime", require.runtime
    if require.airflow and lifecycle and not admits(require.airflow, lifecycle.airflow):
        yield "Airflow", lifecycle.airflow, "airflow", require.airflow
    python = tag.python or (lifecycle.default_python if lifecycle else None)
    if require.python and python and not admits(require.python, python):
        yield "Python", python, "python", require.python


RULE = Rule("disallowed-version", Severity.ERROR, __doc__, _check, is_repeatable=False)
