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

## Fix
None.

## Options
- `table`

## See also
- `nonexistent-release`
- [Astro Runtime lifecycle policy](https://www.astronomer.io/docs/runtime/runtime-version-lifecycle-policy)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Existence, Status
from lint_runtime.lifecycle.versions import series_name
from lint_runtime.rules.base import Case, Findings, Topic, image_rule


@image_rule(Topic.TAGS, Severity.WARNING)
def check(case: Case) -> Findings:
    tag, lifecycle, known = case.image.tag, case.image.lifecycle, case.known
    if tag is None or case.image.is_prerelease:
        return
    if case.image.existence is Existence.NEWER:
        name = tag.version or series_name(tag.series or "")
        yield case.report(
            f"Astro Runtime {name} is newer than the lifecycle data of {known.table.date}",
            "to get newer data, run 'runtime-lifecycle update --output FILE', then pass --table FILE",
            advice="check the version, or update lint-runtime",
        )
        return
    if lifecycle is None:
        return
    facts = lifecycle.release if lifecycle.version else lifecycle.series
    released = facts.released if facts else None
    if released and released > known.day:
        yield case.report(f"{lifecycle.name} is not out on {known.day}", f"its release date is {released}")
    elif lifecycle.status is Status.UNKNOWN and not lifecycle.yank:
        message = f"No end of maintenance is known for {lifecycle.name} on {known.day}"
        yield case.report(message, advice="check its lifecycle with the vendor")
