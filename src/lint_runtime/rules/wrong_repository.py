"""An image from the wrong repository.

## What it does
Reports Airflow 2 tags in the repository for Airflow 3 images, Runtime tags in
`quay.io/astronomer/airflow`, and versions in the name of a repository, as in `astro-runtime-5.0.6`.
Airflow 3 tags in `quay.io/astronomer/astro-runtime` currently work, so they are reported as info only.

## Why it matters
The image can't be pulled, or may stop being available there.

## Example
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:13.11.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```
"""

from collections.abc import Iterator

from lint_runtime.diagnostics import Fix, Severity
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import (
    REPOSITORIES,
    InvalidTagError,
    RepositoryKind,
    RuntimeImage,
    RuntimeTag,
    edit_image,
    mirrored,
    parse_tag,
)
from lint_runtime.lifecycle.model import Existence
from lint_runtime.rules.advice import fix, pinned
from lint_runtime.rules.base import Context, Finding, Rule, image_target
from lint_runtime.rules.upgrades import REPOSITORY_FOR
from lint_runtime.text import quoted

_BY_MIRROR = ", or your mirror of it"
_NOT_RUNTIME = "quay.io/astronomer/airflow"
_PREFIXES = tuple(
    f"{name}-" for name, known in REPOSITORIES.items() if known.kind is RepositoryKind.RUNTIME
)


def _check(context: Context) -> Iterator[Finding]:
    for image in context.images:
        if image.tag and _is_elsewhere(image, image.tag):
            yield _elsewhere(image, image.tag, context)
    for stage in (*context.dockerfile.stages, *context.dockerfile.uses):
        yield from _misnamed(stage, context)


def _is_elsewhere(image: RuntimeImage, tag: RuntimeTag) -> bool:
    is_released = image.repository.kind is RepositoryKind.RUNTIME and not tag.prerelease
    is_known = tag.series is not None and image.existence is not Existence.NEVER
    return is_released and is_known and image.airflow != image.repository.airflow


def _elsewhere(image: RuntimeImage, tag: RuntimeTag, context: Context) -> Finding:
    right = REPOSITORY_FOR[image.airflow]
    message = f"Airflow {image.airflow} images are in {right}"
    advice = f"use {right}:{image.reference.tag}{_BY_MIRROR if image.is_mirror else ''}"
    severity = None if image.airflow == 2 else Severity.INFO
    edits = () if image.is_mirror else image.edit_repository(right)
    version, notes = tag.version, pinned(image.reference)
    if version and image.airflow == 2 and context.table.is_airflow_3_number(version.major):
        meant = f"Airflow {version.major}.{version.minor}"
        notes = (f"if you mean {meant}, write {version.other_form} in this repository", *notes)
        edits = ()
    respelled = fix(f"Use {right}", edits, is_safe=False)
    return Finding(image_target(image.stage), message, advice, notes, severity, respelled)


def _misnamed(stage: Stage, context: Context) -> Iterator[Finding]:
    reference = stage.reference
    if reference is None:
        return
    repository = mirrored(reference.repository, context.config.images)
    if repository == _NOT_RUNTIME:
        written = reference.tag
        message = f"{quoted(_NOT_RUNTIME)} contains no Astro Runtime images"
    else:
        written = _version_in_name(repository)
        message = "Wrong repository: the version belongs in the tag"
    tag = _release(written, context)
    if tag is not None and tag.version is not None:
        right = f"{REPOSITORY_FOR[tag.version.airflow]}:{written}"
        is_mirror = repository != reference.repository
        advice = f"use {right}{_BY_MIRROR if is_mirror else ''}"
        respelled = None if is_mirror else _respelled(stage, right)
        yield Finding(image_target(stage), message, advice, pinned(reference), fix=respelled)


def _version_in_name(repository: str) -> str:
    # Most images are others' altogether.
    for prefix in _PREFIXES if repository.startswith(_PREFIXES) else ():
        if repository.startswith(prefix):
            return repository.removeprefix(prefix)
    return ""


def _release(tag: str, context: Context) -> RuntimeTag | None:
    """Return a tag that can only be one of Astro Runtime; None for any other."""
    try:
        parsed = parse_tag(tag)
    except InvalidTagError:
        return None
    version = parsed.version
    if version is None or parsed.prerelease or context.table.find_series(version.series) is None:
        return None
    if context.table.existence(version) is Existence.NEVER:
        return None
    is_airflow_itself = version.airflow == 2 and context.table.is_airflow_3_number(version.major)
    return None if is_airflow_itself else parsed


def _respelled(stage: Stage, right: str) -> Fix | None:
    return fix(f"Write {right}", edit_image(stage, right), is_safe=False)


RULE = Rule("wrong-repository", Severity.WARNING, __doc__, _check)
