"""A platform that no Astro Runtime image can have.

## What it does
Reports a `--platform` of a Runtime image that is malformed, names an unknown operating system or
architecture, or isn't Linux. All spellings that BuildKit understands are fine: `arm64`,
`linux/aarch64`, `linux/x86_64`, `linux/arm64/v8`.

## Why it matters
BuildKit accepts most such values, and then the pull fails.

## Example
```dockerfile
FROM --platform=linux/amd46 quay.io/astronomer/astro-runtime:13.11.0
```

## Use instead
```dockerfile
FROM --platform=linux/amd64 quay.io/astronomer/astro-runtime:13.11.0
```

## Fix
Unsafe: `--fix` writes the platform as it seems to be meant.

## Options
None.

## See also
- `unsupported-platform`
- [FROM in the Dockerfile reference](https://docs.docker.com/reference/dockerfile/#from)
"""

from lint_runtime.diagnostics import Fix, Severity
from lint_runtime.dockerfile.platforms import KNOWN_ARCHITECTURES, KNOWN_OS
from lint_runtime.rules.base import Case, Finding, Findings, Topic, image_rule, platform_target
from lint_runtime.text import closest, quoted

_ARCHITECTURES = ("amd64", "arm64")


@image_rule(
    Topic.PLATFORMS, Severity.ERROR, outranks=("target-platform", "parse-error"), is_repeatable=False
)
def check(case: Case) -> Findings:
    stage, platform = case.image.stage, case.image.stage.platform_value
    if platform is None and stage.platform_refusal:
        problem = "not a valid platform"
    elif platform and platform.os not in KNOWN_OS:
        problem = f"unknown operating system {quoted(platform.os)}"
    elif platform and platform.os != "linux":
        problem = "Astro Runtime images are Linux only"
    elif platform and platform.architecture and platform.architecture not in KNOWN_ARCHITECTURES:
        problem = f"unknown architecture {quoted(platform.architecture)}"
    else:
        return
    first, _, rest = stage.platform.lower().partition("/")
    architecture = closest(rest.partition("/")[0] or first, _ARCHITECTURES)
    meant = f"linux/{architecture}"
    advice = f"did you mean {meant}?" if architecture else "use linux/amd64 or linux/arm64"
    # A known system other than Linux, as in `windows/amd64`, is not a misspelling, so it gets no fix.
    is_misspelled = platform is None or platform.os not in KNOWN_OS or platform.os == "linux"
    edits = case.image.edit_platform(meant) if architecture and is_misspelled else ()
    respelled = Fix(f"Write {meant}", edits, "the platform is misspelled")
    message = f"Invalid --platform {quoted(stage.platform)}: {problem}"
    yield Finding(platform_target(stage), message, advice, fix=respelled)
