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

## Fix
Unsafe: `--fix` writes the right repository and the newest release of the series.

## Options
- `images`

## See also
- `unknown-repository`
- [Astro Runtime architecture](https://www.astronomer.io/docs/runtime/runtime-image-architecture)
"""

from lint_runtime.diagnostics import Edit, Fix, Severity
from lint_runtime.dockerfile.references import parse_reference
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import (
    REPOSITORIES,
    REPOSITORY_FOR,
    InvalidTagError,
    RepositoryKind,
    mirrored,
    parse_tag,
    runtime_images,
)
from lint_runtime.lifecycle.model import Existence
from lint_runtime.rules.advice import answer, digest_notes
from lint_runtime.rules.base import Case, Context, Finding, Findings, Topic, rule, target_of
from lint_runtime.rules.destinations import with_destinations
from lint_runtime.text import quoted

_NOT_RUNTIME = "quay.io/astronomer/airflow"
_PREFIXES = tuple(
    f"{name}-" for name, vendor in REPOSITORIES.items() if vendor.kind is RepositoryKind.RUNTIME
)


@rule(Topic.TAGS, Severity.WARNING, is_fixed_in_series=True)
def check(context: Context) -> Findings:
    for case in context.cases:
        image = case.image
        is_released = image.repository.kind is RepositoryKind.RUNTIME and not image.is_prerelease
        exists = image.existence is not Existence.NEVER
        if is_released and exists and image.airflow != image.repository.airflow:
            right = REPOSITORY_FOR[image.airflow]
            finding = case.report(f"{image.tag} has Airflow {image.airflow}, so it is in {right}")
            yield finding._replace(severity=None if image.airflow == 2 else Severity.INFO)
    for stage in (*context.dockerfile.stages, *context.dockerfile.uses):
        yield from find_misplaced(stage, context)


def find_misplaced(stage: Stage, context: Context) -> Findings:
    """Yield a finding if a Runtime version follows a name that is not a Runtime repository.

    For example `quay.io/astronomer/airflow:9.1.0` or `quay.io/astronomer/astro-runtime-9.1.0`.
    """
    reference = stage.reference
    if reference is None:
        return
    repository = mirrored(reference.repository, context.config.images)
    if repository == _NOT_RUNTIME:
        written = reference.tag
        message = f"{quoted(_NOT_RUNTIME)} contains no Astro Runtime images"
    elif repository.startswith(_PREFIXES):
        prefix = next(prefix for prefix in _PREFIXES if repository.startswith(prefix))
        written = repository.removeprefix(prefix)
        message = "Wrong repository: the version belongs in the tag"
    else:
        return
    table = context.known.table
    try:
        tag = parse_tag(written)
    except InvalidTagError:
        return
    version = tag.version
    if version is None or tag.prerelease or table.find_series(version.series) is None:
        return
    # Skip versions of other products. For example, 3.0.2 is a release of Airflow, but not of Astro Runtime.
    if table.existence(version) is Existence.NEVER or table.is_airflow_3_misspelled(version):
        return
    right = f"{REPOSITORY_FOR[version.airflow]}:{written}"
    places = stage.image_location, stage.platform_location
    meant = Stage(stage.line, stage.end_line, right, *places, reference=parse_reference(right))
    known, config = context.known, context.config
    (image,) = with_destinations(runtime_images([meant], known, {}), known, config, frozenset())
    advice, notes = f"use {right}", digest_notes(reference)
    if image and (target := image.destination):
        target = target._replace(repository=target.repository or REPOSITORY_FOR[version.airflow])
        right = target.text
        reply = answer(Case(image._replace(destination=target), known, config))
        advice, notes = reply.explained, (*notes, *reply.notes)
    is_mirror = repository != reference.repository
    advice += ", or your mirror of it" if is_mirror else ""
    # No fix for mirrors, for digests (they must change with the tag), or for text that comes from an ARG
    # (other stages may use the ARG).
    place = None if is_mirror or reference.digest else stage.image_source.place(0, len(stage.image))
    is_here = place is not None and place[0] == [stage.image_location]
    is_in_series = image is None or image.destination is None or image.destination == image.newest
    edits = (Edit(stage.image_location, right),) if is_here and is_in_series else ()
    respelled = Fix(f"Write {right}", edits, "it is in another repository")
    yield Finding(target_of(stage), message, advice, notes, fix=respelled)
