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

## Fix
Safe: `--fix` writes the newest release of the series, if the series is maintained. Otherwise, see
`end-of-maintenance`.

## Options
- `table`

## See also
- `outdated-release`
- `end-of-maintenance`
- [Astro Runtime lifecycle policy](https://www.astronomer.io/docs/runtime/runtime-version-lifecycle-policy)
- [Upgrade Astro Runtime](https://www.astronomer.io/docs/runtime/upgrade-astro-runtime)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.lifecycle.model import NO_REASON, Status
from lint_runtime.rules.advice import date_notes, end_notes
from lint_runtime.rules.base import Case, Findings, Topic, image_rule

_REASON_WIDTH = 60
"""The maximum length of the reason in the message. If the reason is longer, a note has all of it."""


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
    is_fixed_in_series=True,
    editor_tag="deprecated",
)
def check(case: Case) -> Findings:
    lifecycle = case.image.lifecycle
    if lifecycle is None or lifecycle.yank is None:
        return
    reason = lifecycle.yank.reason.rstrip(".")
    # Cut long reasons between words.
    is_short = len(reason) <= _REASON_WIDTH
    short = reason if is_short else f"{reason[: _REASON_WIDTH - 1].rpartition(' ')[0]} …"
    is_over = lifecycle.status in (Status.BASIC_SUPPORT, Status.UNSUPPORTED)
    full = "" if short == reason else f': "{reason}"'
    quote = short if reason == NO_REASON else f'"{short}"'
    yield case.report(
        f"{lifecycle.name} was yanked: {quote}",
        f"yanked on or before {lifecycle.yank.known_by}{full}",
        *(end_notes(case, lifecycle) if is_over else date_notes(lifecycle, case.known)),
    )
