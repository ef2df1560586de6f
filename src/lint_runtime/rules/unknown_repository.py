"""An unknown repository of the vendor, or a misspelled one.

## What it does
Reports unknown repositories in the vendor's registries and namespaces, such as
`quay.io/astronomer/astroruntime`, and misspelled registries and namespaces, such as
`quay.io/astronomr/astro-runtime`. A misspelled name in the vendor's own namespace is an error, everything
else is a warning. Other images of the vendor, such as those of Astronomer Software, are not reported.

## Why it matters
The image can't be pulled, or somebody else publishes it. Nothing else in it is checked.

## Example
```dockerfile
FROM quay.io/astronomer/astroruntime:13.11.0
```

## Use instead
```dockerfile
FROM quay.io/astronomer/astro-runtime:13.11.0
```

A mirror with such a name is mapped in the configuration:
`images."quay.io/astronomers/astro-runtime" = "quay.io/astronomer/astro-runtime"`.

## Fix
None.

## Options
- `images`

## See also
- `unmapped-mirror`
- `wrong-repository`
- [Astro Runtime architecture](https://www.astronomer.io/docs/runtime/runtime-image-architecture)
"""

import re

from lint_runtime.diagnostics import Severity
from lint_runtime.images import (
    REPOSITORIES,
    REPOSITORY_FOR,
    InvalidTagError,
    RepositoryKind,
    mirrored,
    parse_tag,
)
from lint_runtime.lifecycle.table import LifecycleTable
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, target_of
from lint_runtime.rules.wrong_repository import find_misplaced
from lint_runtime.text import closest, is_close

_OTHERS = (
    "quay.io/astronomer/airflow",
    "quay.io/astronomer/airflow-extensions",
    "quay.io/astronomer/orbis",
    "quay.io/astronomer/orbis-scanner",
)
"""The vendor's repositories for other products, from its documentation and from public Dockerfiles."""

_PLATFORM = "quay.io/astronomer/ap-"
"""The prefix of the images in the Helm chart of Astronomer Software, such as `ap-registry`."""

_DEPLOYMENT = r"images\.astronomer\.cloud/[a-z0-9]{20,}/[a-z0-9]{20,}"
"""Matches the repository of a customer's Deployment. It ends in two IDs."""

_REGISTRIES = ("astrocrpublic.azurecr.io", "air.astronomer.io", "images.astronomer.cloud")
"""The vendor's own registries."""

_NAMESPACES = ("astronomer", "astronomerinc", "astronomerio")
"""The vendor's namespaces in public registries such as Docker Hub."""

_NAMES = ("astro-runtime", "runtime", "ap-airflow", "astro-remote-execution-agent")


@rule(Topic.TAGS, Severity.WARNING)
def check(context: Context) -> Findings:
    for stage in (*context.dockerfile.stages, *context.dockerfile.uses):
        reference = stage.reference
        if reference is None or reference.registry_is_open:
            continue
        repository = mirrored(reference.repository, context.config.images)
        unknown = find_unknown(repository)
        if unknown is None or any(find_misplaced(stage, context)):
            continue
        meant = closest_repository(repository, reference.tag, context.known.table)
        tag = f":{reference.tag}" if reference.tag else ""
        advice = f"did you mean {meant}{tag}?" if meant else "check the name"
        severity, note = unknown
        known = f"Astro Runtime images are in {' and '.join(REPOSITORY_FOR.values())}"
        notes = tuple(filter(None, (note, "" if meant else known)))
        yield Finding(target_of(stage), f"Unknown repository {repository}", advice, notes, severity)


def find_unknown(repository: str) -> tuple[Severity, str] | None:
    """Return the severity of an unknown repository, and a note or "".

    A repository is unknown if it looks like one of the vendor's, but isn't known to exist. Returns None for
    other repositories. Misspelled names in the vendor's registries are errors, because the pull fails.
    """
    if repository in REPOSITORIES or repository in _OTHERS:
        return None
    host, _, path = repository.partition("/")
    registry, _, port = host.partition(":")
    namespace, _, name = path.rpartition("/")
    is_named = any(is_close(name, known) for known in _NAMES)
    is_vendors = registry in _REGISTRIES or f"{registry}/{path}".startswith("quay.io/astronomer/")
    if is_vendors and not port:
        if is_named:
            return Severity.ERROR, ""
        if repository.startswith(_PLATFORM) or re.fullmatch(_DEPLOYMENT, repository):
            return None
        return Severity.WARNING, "if Astronomer publishes it, suppress this finding"
    if is_vendors:
        return Severity.WARNING, f"the port of {registry} is 443"
    is_near = any(is_close(registry, known) for known in _REGISTRIES)
    if not is_near and is_named:
        in_namespace = any(is_close(namespace, known) for known in _NAMESPACES)
        if registry == "docker.io":
            # `astronomer/astro-runtime` on Docker Hub is probably a mirror, not a misspelled name.
            is_near = in_namespace and path != "astronomer/astro-runtime"
        elif is_close(registry, "quay.io") or is_close(registry, "docker.io"):
            # Every repository on Quay has a namespace, so a missing namespace is a mistake.
            is_near = in_namespace or not namespace
    return (Severity.WARNING, "it may belong to somebody else") if is_near else None


def closest_repository(repository: str, tag: str, table: LifecycleTable) -> str:
    """Return the repository that a misspelled name probably means, or "" if none is close.

    tag: the tag of the image. If it is in a known series, the result is a repository for the Airflow major
        version of this series.
    """
    host = repository.partition("/")[0]
    try:
        parsed = parse_tag(tag)
    except InvalidTagError:
        parsed = None
    if parsed and parsed.series and table.find_series(parsed.series):
        airflow = 3 if "." in parsed.series else 2
        kind = RepositoryKind.PRERELEASE if parsed.prerelease else RepositoryKind.RUNTIME
        known = [name for name, vendor in REPOSITORIES.items() if vendor == (kind, airflow)]
        near = [name for name in known if is_close(host.partition(":")[0], name.partition("/")[0])]
        return closest(repository, near) or REPOSITORY_FOR[airflow]
    known = [*REPOSITORIES, *_OTHERS]
    name = closest(repository.rpartition("/")[2], [other.rpartition("/")[2] for other in known])
    return closest(repository, [other for other in known if other.rpartition("/")[2] == name])
