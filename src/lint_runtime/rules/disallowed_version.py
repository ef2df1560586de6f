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
from lint_runtime.images import RuntimeImage, parse_tag
from lint_runtime.lifecycle.model import Existence
from lint_runtime.rules.advice import described, first_hop
from lint_runtime.rules.base import Context, Finding, Rule, image_target
from lint_runtime.rules.upgrades import Destination, destination, longest_maintained
from lint_runtime.text import quoted


def _check(context: Context) -> Iterator[Finding]:
    require = context.config.require
    if not any(require):
        return
    for image in context.images:
        for what, version, key, specifier in _broken(image, require):
            message = f"{what} {version} is not allowed: require.{key} is {quoted(specifier)}"
            yield Finding(image_target(image.stage), message, _advice(image, require, context))


def _broken(image: RuntimeImage, require: Requirements) -> Iterator[tuple[str, str, str, str]]:
    # Only where something is required, for it brings a library along.
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


def _advice(image: RuntimeImage, require: Requirements, context: Context) -> str:
    """Name the maintained release that is allowed, of the same or a newer series; "" if there is none."""
    from lint_runtime.lifecycle.specifiers import admits

    origin = image.lifecycle.order if image.lifecycle else ()
    tag = image.tag
    if tag and tag.python and require.python and not admits(require.python, tag.python):
        image = image._replace(tag=tag._replace(python=""))
    allowed = [
        target
        for series in context.table.maintained(context.today)
        if series.order >= origin
        for target in [destination(image, series, context.table)]
        if not any(_broken(_moved(image, target), require))
    ]
    staying = [target for target in allowed if target.lifecycle.airflow_major == image.airflow]
    best = longest_maintained(target.lifecycle for target in staying or allowed)
    targets = [target for target in allowed if target.lifecycle is best]
    if not targets:
        return ""
    way = first_hop(image, targets[0], context.table, context.today) or "use "
    return f"{way}{described(targets[0])}"


def _moved(image: RuntimeImage, target: Destination) -> RuntimeImage:
    """Return what `image` becomes where it moves to `target`."""
    tag = parse_tag(target.image.rpartition(":")[2])
    return image._replace(tag=tag, lifecycle=target.lifecycle, existence=Existence.LISTED)


RULE = Rule("disallowed-version", Severity.ERROR, __doc__, _check, is_repeatable=False)
