"""An agent image that does not fit the Runtime image of its project.

## What it does
Compares the image in `Dockerfile.client`, which is for Remote Execution agents, with the Runtime image next
to it: of an Astro manifest, or else in `Dockerfile`. Reports an agent that is newer than the Runtime, and
images in each other's file.

## Why it matters
`astro remote deploy` refuses an agent with a newer Runtime than the Deployment. Upgrade the Deployment
first, then its agents.

## Example
With this `Dockerfile`:
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.2-10
```
and this `Dockerfile.client` next to it:
```dockerfile
FROM images.astronomer.cloud/baseimages/astro-remote-execution-agent:3.3-8-python-3.14-astro-agent-1.7.0
```

## Use instead
With this `Dockerfile`:
```dockerfile
FROM astrocrpublic.azurecr.io/runtime:3.3-8
```
and this `Dockerfile.client` next to it:
```dockerfile
FROM images.astronomer.cloud/baseimages/astro-remote-execution-agent:3.3-8-python-3.14-astro-agent-1.7.0
```

## Fix
None.

## Options
- `images`

## See also
- `wrong-repository`
- [Remote Execution Agent images](https://www.astronomer.io/docs/astro/agent-images)
"""

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RepositoryKind, RuntimeImage, runtime_images
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.manifest.reader import CLIENT, DECLARABLE, NAME, declared_dockerfile, read_manifest
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, target_of


@rule(Topic.TAGS, Severity.WARNING, is_repeatable=False)
def check(context: Context) -> Findings:
    is_client, neighbors = context.name == CLIENT, context.neighbors
    has_client = context.name == DECLARABLE and CLIENT in neighbors.contents
    # Report the finding in `Dockerfile.client` or, only if that file isn't linted, in `Dockerfile`.
    if not is_client and (not has_client or CLIENT in neighbors.linted):
        return
    own, version = _read_image(context, context.dockerfile.base)
    if own is None or version is None:
        return
    file, stage = _find_runtime(context)
    if not is_client:
        # Skip this Dockerfile if the Runtime image of the project is in another file.
        if file != DECLARABLE:
            return
        file, stage = CLIENT, _base_of(context, CLIENT)
    other, other_version = _read_image(context, stage)
    if other is None or other_version is None:
        return
    target, note = target_of(own.stage), f"{file}, line {other.stage.line}, has {other.stage.image}"
    pair = ((own, version), (other, other_version))
    (client, agent), (image, runtime) = pair if is_client else pair[::-1]
    runtime_file = file if is_client else DECLARABLE
    are_agents = [each.repository.kind is RepositoryKind.AGENT for each in (client, image)]
    if are_agents == [False, True]:
        message = f"{runtime_file} has an agent image, and {CLIENT} a Runtime image: they are swapped"
        yield Finding(target, message, "swap the images", (note,))
    elif are_agents == [True, False] and agent > runtime:
        message = f"The agent has Runtime {agent}, which is newer than {runtime} in {runtime_file}"
        advice = "upgrade the Runtime first"
        if runtime.airflow == 3:
            advice = f"use an agent with Runtime {runtime} or older, or {advice}"
        yield Finding(target, message, advice, (note,))


def _find_runtime(context: Context) -> tuple[str, Stage | None]:
    """Find the Runtime image of the project that an agent belongs to.

    Returns the name of the file with the image, and the stage of the image. The file is the manifest if an
    image is generated for it, else the Dockerfile. The stage is None if the Dockerfile has no FROM.
    """
    # Lazy import (2 ms): few projects have agents.
    from lint_runtime.projects import project_image, project_stage

    data = context.neighbors.contents.get(NAME, b"")
    manifest, declared = read_manifest(data), declared_dockerfile(data)
    image = project_image(manifest, context.known) if manifest else None
    if manifest and isinstance(image, str):
        return NAME, project_stage(manifest, image)
    return declared or DECLARABLE, _base_of(context, declared or DECLARABLE)


def _base_of(context: Context, name: str) -> Stage | None:
    """Return the stage with the base image of the neighbor `name`, or None if it has no FROM."""
    return parse_dockerfile(context.neighbors.contents.get(name, b""), context.config.build_args).base


def _read_image(context: Context, stage: Stage | None) -> tuple[RuntimeImage | None, RuntimeVersion | None]:
    """Return the Runtime image of a stage and its release. A floating tag means the newest release."""
    image = runtime_images([stage], context.known, context.config.images)[0] if stage else None
    newest = image.lifecycle.newest if image and image.lifecycle else None
    return image, (image.tag.version or newest) if image and image.tag else None
