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

from textwrap import shorten

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import Status
from lint_runtime.rules.advice import digest_notes, end_notes, recommend, to_newest
from lint_runtime.rules.base import Case, EditorTag, Findings, Topic, image_rule

_REASON_WIDTH = 60


@image_rule(
    Topic.LIFECYCLE,
    Severity.ERROR,
    outranks=(
        "end-of-basic-support",
        "end-of-maintenance",
        "maintenance-ending",
        "outdated-release",
        "security-fixes-only",
    ),
    is_about_the_end=True,
    editor_tag=EditorTag.DEPRECATED,
)
def check(case: Case) -> Findings:
    image, lifecycle = case.image, case.image.lifecycle
    if lifecycle is None or lifecycle.yank is None:
        return
    reason = lifecycle.yank.reason.rstrip(".")
    short = shorten(reason, _REASON_WIDTH, placeholder=" …")
    is_over = lifecycle.status in (Status.BASIC_SUPPORT, Status.UNSUPPORTED)
    advice = recommend(case, lifecycle)
    full = "" if short == reason else f": {reason}"
    yield case.report(
        f"{lifecycle.name} was yanked: {short[:1].lower()}{short[1:]}",
        advice.help,
        f"known to be yanked by {lifecycle.yank.known_by}{full}",
        *(end_notes(case, lifecycle) if is_over else ()),
        *advice.notes,
        *digest_notes(image.reference),
        fix=to_newest(image, lifecycle, is_safe=True),
    )
