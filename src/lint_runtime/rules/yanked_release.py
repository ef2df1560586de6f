"""A release that was withdrawn.

## What it does
Reports releases that Astronomer has yanked, with the published reason.

## Why it matters
Releases are yanked because of serious problems. They can still be pulled, so nothing else warns you.

## Example
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.5.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator
from textwrap import shorten

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Status
from lint_runtime.rules.advice import (
    describe_end,
    name_release,
    pinned,
    recommend,
    to_newest,
)
from lint_runtime.rules.base import Context, Finding, Rule, image_target

_MAX_REASON = 60


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        lifecycle = image.lifecycle
        if lifecycle and lifecycle.yank:
            reason = lifecycle.yank.reason.rstrip(".")
            short = shorten(reason, _MAX_REASON, placeholder=" …")
            is_over = lifecycle.status in (Status.BASIC_SUPPORT, Status.UNSUPPORTED)
            advice = recommend(image, lifecycle, context.table, context.today)
            full = "" if short == reason else f": {reason}"
            notes = (
                f"the yank was published {lifecycle.yank.published}{full}",
                *(describe_end(image, lifecycle, context.table, context.today) if is_over else ()),
                *advice.notes,
                *pinned(image.reference),
            )
            message = f"{name_release(lifecycle)} was yanked: {short[:1].lower()}{short[1:]}"
            update = to_newest(image, lifecycle, is_safe=True)
            yield Finding(image_target(image.stage), message, advice.help, notes, fix=update)


RULE = Rule(
    "yanked-release",
    Severity.ERROR,
    __doc__,
    _check,
    outranks=(
        "end-of-basic-support",
        "end-of-maintenance",
        "maintenance-ending",
        "outdated-release",
        "security-fixes-only",
    ),
)
