"""A release that is newer than the lifecycle data, or not out yet.

## What it does
Reports releases and series newer than any that the lifecycle data lists, with the date of the data. Also
those that come out only after the day of the run, and those of which no end was known on that day.

## Why it matters
It may be new, or it may be a typo. To find out, upgrade lint-runtime, or run `runtime-lifecycle update
--output FILE` and use `--table FILE`.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.99.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator
from datetime import date

from lint_runtime.diagnostics import Severity
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.model import Existence, Status
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.rules.advice import describe_data, name_release, recommend
from lint_runtime.rules.base import Context, Finding, Rule, image_target


def _check(context: Context) -> Iterator[Finding]:
    table, today = context.table, context.today
    for image in context.images:
        if image.tag is None or image.is_prerelease:
            continue
        target, lifecycle = image_target(image.stage), image.lifecycle
        released = _release_day(image, table)
        if image.existence is Existence.NEWER:
            name = image.tag.version or series_name(image.tag.series or "")
            message = f"Astro Runtime {name} is newer than the lifecycle data of {table.date}"
            advice = "check the version, or update lint-runtime"
            newer = "newer lifecycle data: 'runtime-lifecycle update --output FILE', then --table FILE"
            yield Finding(target, message, advice, (newer,))
        elif lifecycle and released and released > today:
            message = f"{name_release(lifecycle)} is not out on {today}"
            is_usable = lifecycle.status is Status.MAINTAINED
            better = recommend(image, lifecycle if is_usable else None, table, today).help
            yield Finding(
                target, message, better, (f"its release date is {released}", describe_data(table))
            )
        elif lifecycle and lifecycle.status is Status.UNKNOWN and not lifecycle.yank:
            message = f"No end of maintenance is known for {name_release(lifecycle)} on {today}"
            yield Finding(target, message, "check its lifecycle with the vendor", (describe_data(table),))


def _release_day(image: RuntimeImage, table: LifecycleTable) -> date | None:
    """Return the day that a release, or the first one of a series, comes out; None if it is unknown."""
    if image.tag is None:
        return None
    if image.tag.version:
        release = table.release(image.tag.version)
        return release.released if release else None
    series = table.find_series(image.tag.series or "")
    return series.released if series else None


RULE = Rule("unknown-release", Severity.WARNING, __doc__, _check)
