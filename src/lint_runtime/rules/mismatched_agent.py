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

from typing import NamedTuple

from lint_runtime.diagnostics import Severity
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import RepositoryKind, runtime_images
from lint_runtime.lifecycle.versions import RuntimeVersion
from lint_runtime.manifest.detection import CLIENT, DECLARABLE, NAME
from lint_runtime.manifest.reader import declared_dockerfile, read_manifest
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, target_of


@rule(Topic.TAGS, Severity.WARNING, is_repeatable=False)
def check(context: Context) -> Findings:
    contents, linted = context.neighbors
    if context.name not in (CLIENT, DECLARABLE):
        return
    is_client = context.name == CLIENT
    own = _image(context, context.name, context.dockerfile.base)
    if own is None or (CLIENT in linted and not is_client):
        return
    other = _runtime_beside(context) if is_client else _image_in(context, CLIENT, contents.get(CLIENT))
    if other is None:
        return
    agent, runtime = (own, other) if is_client else (other, own)
    target = target_of(own.stage)
    if runtime.is_agent and not agent.is_agent:
        message = f"{runtime.file} has an agent image, and {CLIENT} a Runtime image: they are swapped"
        yield Finding(target, message, "swap the images", (other.note,))
    elif agent.is_agent and not runtime.is_agent and agent.version > runtime.version:
        newer = f"which is newer than {runtime.version} in {runtime.file}"
        message = f"The agent has Runtime {agent.version}, {newer}"
        advice = "upgrade the Runtime first"
        if runtime.version.airflow == 3:
            advice = f"use an agent with Runtime {runtime.version} or older, or {advice}"
        yield Finding(target, message, advice, (other.note,))


class _Image(NamedTuple):
    """A Runtime or agent image.

    file: the name of the file
    stage: the stage that uses it
    version: its release, or the newest release of its series
    is_agent: whether it is for agents
    """

    file: str
    stage: Stage
    version: RuntimeVersion
    is_agent: bool

    @property
    def note(self) -> str:
        """The place of the image, for the finding about the other one."""
        return f"{self.file}, line {self.stage.line}, has {self.stage.image}"


def _runtime_beside(context: Context) -> _Image | None:
    """Return the Runtime image next to an agent: of the manifest, else of the Dockerfile."""
    # Lazy import (2 ms): few projects have agents.
    from lint_runtime.projects import project_image, project_stage

    contents = context.neighbors.contents
    data = contents.get(NAME, b"")
    manifest = read_manifest(data)
    if manifest and (declared := declared_dockerfile(data)):
        return _image_in(context, declared, contents.get(declared))
    image = project_image(manifest, context.known) if manifest else None
    if manifest and isinstance(image, str):
        return _image(context, NAME, project_stage(manifest, image))
    return _image_in(context, DECLARABLE, contents.get(DECLARABLE))


def _image_in(context: Context, name: str, data: bytes | None) -> _Image | None:
    """Return the image that a Dockerfile is built on."""
    return _image(context, name, parse_dockerfile(data or b"", context.config.build_args).base)


def _image(context: Context, name: str, stage: Stage | None) -> _Image | None:
    """Return the image of a stage, or None for other images and unknown versions."""
    image = runtime_images([stage], context.known, context.config.images)[0] if stage else None
    if stage is None or image is None or image.tag is None:
        return None
    version = image.tag.version or (image.lifecycle.newest if image.lifecycle else None)
    is_agent = image.repository.kind is RepositoryKind.AGENT
    return _Image(name, stage, version, is_agent) if version else None
