"""A manifest whose image has another Airflow than its requirement.

## What it does
Compares the Airflow that an Astro manifest requires with its build and its declared Dockerfile. Reports an
error where the Astro CLI refuses the project, and a warning where it runs another Airflow without an error.

## Why it matters
Your requirement, your editor and your tests use one Airflow, and the Deployment another.

## Example
```toml
[project]
name = "demo"
dependencies = ["apache-airflow==3.3.*"]

[tool.astro]
runtime = "3.2-10"
```

## Use instead
```toml
[project]
name = "demo"
dependencies = ["apache-airflow==3.3.*"]

[tool.astro]
runtime = "3.3-8"
```

## Fix
Unsafe: `--fix` requires the Airflow of the build or of the Dockerfile, and moves a `requires-python` that
the Astro CLI wrote.

## Options
- `table`

## See also
- `invalid-manifest`
- [Astro CLI](https://www.astronomer.io/docs/astro/cli/overview)
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from lint_runtime.diagnostics import Location, Severity, Target
from lint_runtime.dockerfile.parser import parse_dockerfile
from lint_runtime.images import RuntimeImage, runtime_images
from lint_runtime.lifecycle.versions import parse_version
from lint_runtime.manifest.airflow import requirement_for
from lint_runtime.manifest.base_image import read_base_image
from lint_runtime.manifest.builds import parse_build
from lint_runtime.manifest.model import Status
from lint_runtime.manifest.requirements import AIRFLOW
from lint_runtime.manifest.requirements import series as series_of
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule
from lint_runtime.text import quoted

if TYPE_CHECKING:
    from lint_runtime.projects import Project


@rule(Topic.MANIFESTS, Severity.ERROR, is_repeatable=False)
def check(context: Context) -> Findings:
    project = context.project
    if project is None or not project.manifest.pin:
        return
    manifest = project.manifest
    if manifest.status is Status.OK:
        find = _check_dockerfile if manifest.dockerfile else _check_image
        yield from find(context, project)
    for problem in manifest.problems:
        build = manifest.parsed_build
        if problem.code == "runtime_mismatch" and build and manifest.build:
            version = parse_version(manifest.build.text)
            lifecycle = context.known.release(version) if version else None
            airflow = build.series or (lifecycle.series.airflow if lifecycle else build.generation)
            finding = _finding(project, problem.location, problem.message, airflow, "")
            code = f"the Astro CLI refuses the project with the code {problem.code}"
            # Do not move to a release that is yanked, ended or possibly disallowed.
            is_usable = lifecycle is not None and lifecycle.is_usable and lifecycle.yank is None
            fix = finding.fix if is_usable and not any(context.config.require) else None
            yield finding._replace(fix=fix, notes=(*finding.notes, code))


def _finding(
    project: "Project",
    location: Location,
    message: str,
    airflow: str,
    other: str,
    severity: Severity | None = None,
) -> Finding:
    """Return a finding that another requirement resolves.

    airflow: the version to require
    other: what to do instead, or "" to write the newest build with the required Airflow
    """
    pin, requirement = project.manifest.pin, project.manifest.requirement
    lines = frozenset({location.line})
    notes: tuple[str, ...] = ()
    if requirement:
        line = requirement.location.line
        lines |= {line, requirement.key.line}
        notes = (f"line {line} requires {quoted(requirement.text)}",)
    if not other:
        other = f"runtime = '{project.newest_build}'" if project.newest_build else ""
    advice = " or ".join(filter(None, (f"write {requirement_for(AIRFLOW, airflow)}", other)))
    target = Target(location, pin, lines)
    return Finding(target, message, advice, notes, severity, project.require(airflow))


def _check_dockerfile(context: Context, project: "Project") -> Iterator[Finding]:
    """Yield findings about a declared Dockerfile with another Airflow."""
    pin, declared = project.manifest.pin, project.manifest.dockerfile
    data = context.neighbors.get(declared.text) if declared else None
    if declared is None or data is None:
        return
    base = read_base_image(data.decode("utf-8", "replace"))
    build = parse_build(base.version) if base else None
    if base and build and build.disagreement(pin):
        # The tag of an Airflow 2 release names no series.
        version = parse_version(base.version)
        lifecycle = context.known.release(version) if version else None
        named = build.series or (lifecycle.series.airflow if lifecycle else build.generation)
        message = f"{declared.text}, line {base.line}, has Airflow {named}, not the required {pin}"
        yield _finding(project, declared.location, message, named, "change the FROM")
        return
    # The Astro CLI ignores ARGs, continued lines and heredocs, and does not know the series of Airflow 2.
    image, line = _built_image(context, data)
    if image is None or image.lifecycle is None:
        return
    airflow = image.lifecycle.airflow
    if not _may_be(airflow, pin):
        series = series_of(airflow)
        message = f"{declared.text}, line {line}, runs Airflow {airflow}, not the required {pin}"
        wanted = airflow if series == series_of(pin) else series
        yield _finding(project, declared.location, message, wanted, "change the FROM", Severity.WARNING)


def _built_image(context: Context, data: bytes) -> tuple[RuntimeImage | None, int]:
    """Return the image that the last stage of a Dockerfile is built on, and the line of its FROM."""
    stages = parse_dockerfile(data, context.config.build_args).stages
    index: int | None = len(stages) - 1 if stages else None
    while index is not None and stages[index].stage_ref is not None:
        index = stages[index].stage_ref
    if index is None:
        return None, 0
    (image,) = runtime_images([stages[index]], context.known, context.config.images)
    return image, stages[index].line


def _may_be(airflow: str, pin: str) -> bool:
    """Return whether a pin covers an Airflow version, whose patch may be unknown."""
    is_covered = f"{airflow}.".startswith(f"{pin}.")
    return is_covered or (airflow.count(".") == 1 and series_of(pin) == airflow)


def _check_image(context: Context, project: "Project") -> Iterator[Finding]:
    """Yield findings about a generated image with another Airflow."""
    manifest, known = project.manifest, context.known
    pin, build, requirement = manifest.pin, manifest.build, manifest.requirement
    place = build.location if build else requirement.location if requirement else manifest.location
    version = parse_version(build.text) if build else None
    if build is None and manifest.generation == "3" and pin.count(".") == 2:
        version = known.newest(manifest.series)
    lifecycle = known.release(version) if version else None
    airflow = lifecycle.airflow if lifecycle else ""
    if airflow and not _may_be(airflow, pin):
        is_other_series = series_of(airflow) != series_of(pin)
        subject = f"The build {quoted(build.text)}" if build else f"The image, {version},"
        message = f"{subject} runs Airflow {airflow}, not the required {pin}"
        is_release = pin.count(".") == 2
        wanted = airflow if is_release else series_of(airflow)
        severity = None if is_other_series else Severity.WARNING
        finding = _finding(project, place, message, wanted, "", severity)
        releases = [release for release in known.table.releases if release.airflow == pin]
        if releases and all(known.is_yanked(release) for release in releases):
            note = f"all builds with Airflow {pin} are yanked"
            finding = finding._replace(notes=(*finding.notes, note))
        yield finding
    if manifest.generation == "2" and context.images:
        message = "The Astro CLI runs a generated Airflow 2 image locally, but refuses to deploy it"
        finding = _finding(project, place, message, pin, "", Severity.WARNING)
        yield finding._replace(help="declare a Dockerfile, or upgrade to Airflow 3", fix=None)
