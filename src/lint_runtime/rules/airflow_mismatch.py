"""A manifest whose image has another Airflow than its requirement.

## What it does
Compares the Airflow that an Astro manifest requires with its build and its declared Dockerfile. Reports an
error where the Astro CLI refuses the project, and a warning where it runs another Airflow without an error.
The finding is in the manifest, or at the FROM if the run checks only the Dockerfile.

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
the Astro CLI wrote. With `--upgrade`, the requirement follows the declared Dockerfile.

## Options
- `table`

## See also
- `invalid-manifest`
- [Astro CLI](https://www.astronomer.io/docs/astro/cli/overview)
"""

import posixpath
from collections.abc import Iterator
from typing import TYPE_CHECKING

from lint_runtime.diagnostics import Location, Severity, Target
from lint_runtime.dockerfile.parser import Dockerfile, parse_dockerfile
from lint_runtime.images import runtime_images
from lint_runtime.lifecycle.versions import parse_version
from lint_runtime.manifest.builds import parse_build, read_base_image
from lint_runtime.manifest.reader import NAME, is_manifest_name, read_manifest
from lint_runtime.manifest.requirements import AIRFLOW, covers, requirement_for
from lint_runtime.manifest.requirements import series as series_of
from lint_runtime.rules.base import Context, Finding, Findings, Topic, rule, target_of
from lint_runtime.text import quoted

if TYPE_CHECKING:
    from lint_runtime.projects import Project


@rule(Topic.MANIFESTS, Severity.ERROR, is_repeatable=False)
def check(context: Context) -> Findings:
    project = context.project
    if project is None:
        yield from _check_from(context)
        return
    manifest = project.manifest
    if manifest.is_accepted:
        find = _check_declared if manifest.dockerfile else _check_image
        yield from find(context, project)
    for problem in manifest.problems:
        build = parse_build(manifest.build.text) if manifest.build else None
        if problem.code == "runtime_mismatch" and build and manifest.build:
            version = parse_version(manifest.build.text)
            lifecycle = context.known.release(version) if version else None
            airflow = build.series or (lifecycle.series.airflow if lifecycle else build.generation)
            finding = _finding(project, problem.location, problem.message, airflow)
            code = f"the Astro CLI refuses the project with the code {problem.code}"
            # No fix if the release is yanked or ended, or if `require` may disallow it.
            is_usable = lifecycle is not None and lifecycle.is_usable
            fix = finding.fix if is_usable and not any(context.config.require) else None
            yield finding._replace(fix=fix, notes=(*finding.notes, code))


def _finding(
    project: "Project",
    location: Location,
    message: str,
    airflow: str,
    other: str = "",
    severity: Severity | None = None,
) -> Finding:
    """Return a finding whose fix changes the required Airflow version.

    airflow: the version to require
    other: the alternative that the help suggests. With "", this is the newest build with the Airflow
        version that the manifest requires now.
    """
    pin, requirement = project.manifest.pin, project.manifest.requirement
    lines, notes = frozenset({location.line}), project.notes_on_pin(airflow)
    if requirement:
        line = requirement.location.line
        lines |= {line, requirement.key.line}
        notes = (f"line {line} requires {quoted(requirement.text)}", *notes)
    if not other and (newest := project.newest_build):
        other = f"runtime = '{newest}'"
    advice = " or ".join(filter(None, (f"write {requirement_for(AIRFLOW, airflow)}", other)))
    return Finding(Target(location, pin, lines), message, advice, notes, severity, project.require(airflow))


def _compare(
    context: Context, data: bytes, dockerfile: Dockerfile, pin: str
) -> tuple[int, str, str, Severity | None] | None:
    """Compare the Airflow version of the base image of a Dockerfile with the required version `pin`.

    Returns None if the versions agree or if the version of the image is unknown. Otherwise returns the line
    of the FROM, words such as `has Airflow 3.1`, the Airflow version to require for this image, and the
    severity (None for the default).

    data: the content of the Dockerfile
    dockerfile: the parsed Dockerfile
    """
    base = read_base_image(data.decode("utf-8", "replace"))
    build = parse_build(base.version) if base else None
    if base and build and build.disagreement(pin):
        # The tag of an Airflow 2 release doesn't contain the Airflow version, so look it up.
        version = parse_version(base.version)
        lifecycle = context.known.release(version) if version else None
        named = build.series or (lifecycle.series.airflow if lifecycle else build.generation)
        return base.line, f"has Airflow {named}", named, None
    # Like the Astro CLI, `read_base_image` doesn't understand ARGs, continued lines or heredocs, and
    # `parse_build` doesn't tell Airflow 2 series apart. So also compare the image that the build uses.
    stage = dockerfile.base
    image = runtime_images([stage], context.known, context.config.images)[0] if stage else None
    if stage is None or image is None or image.lifecycle is None:
        return None
    airflow = image.lifecycle.airflow
    if _may_be(airflow, pin):
        return None
    wanted = airflow if series_of(airflow) == series_of(pin) else series_of(airflow)
    return stage.line, f"runs Airflow {airflow}", wanted, Severity.WARNING


def _check_declared(context: Context, project: "Project") -> Iterator[Finding]:
    """Yield a finding in a manifest if the Dockerfile that it declares has a different Airflow version."""
    pin, declared = project.manifest.pin, project.manifest.dockerfile
    data = context.neighbors.contents.get(declared.text) if declared else None
    if declared is None or data is None:
        return
    dockerfile = parse_dockerfile(data, context.config.build_args)
    if mismatch := _compare(context, data, dockerfile, pin):
        line, text, wanted, severity = mismatch
        message = f"{declared.text}, line {line}, {text}, not the required {pin}"
        other = f"use an image with Airflow {pin} in {declared.text}"
        yield _finding(project, declared.location, message, wanted, other, severity)


def _check_from(context: Context) -> Iterator[Finding]:
    """Yield a finding in a Dockerfile for each of its manifests that requires another Airflow version.

    Skips a manifest that is linted too, because the finding is reported there.
    """
    contents, linted = context.neighbors
    for path, content in contents.items():
        is_alone = is_manifest_name(path) and path not in linted
        manifest = read_manifest(content) if is_alone else None
        if manifest is None or not manifest.is_accepted or manifest.requirement is None:
            continue
        # Skip a manifest in the same directory unless it declares this file. A manifest in a directory
        # above is a neighbor only if it declares this file, so it needs no check.
        declared = posixpath.normpath(manifest.dockerfile.text) if manifest.dockerfile else ""
        if path == NAME and declared != context.name:
            continue
        if mismatch := _compare(context, context.data, context.dockerfile, manifest.pin):
            line, text, wanted, severity = mismatch
            # There may be no stage at this line: the Astro CLI also reads FROM lines inside heredocs.
            alone = Target(Location(line, 1, line, 1), "FROM", frozenset({line}))
            stages = context.dockerfile.stages
            target = next((target_of(stage) for stage in stages if stage.line == line), alone)
            message = f"This FROM {text}, not the required {manifest.pin}"
            required = requirement_for(AIRFLOW, wanted)
            advice = f"write {required} in {path} or use an image with Airflow {manifest.pin}"
            stated = manifest.requirement
            note = f"{path}, line {stated.location.line}, requires {quoted(stated.text)}"
            yield Finding(target, message, advice, (note,), severity)


def _may_be(airflow: str, pin: str) -> bool:
    """Return whether a pin may cover an Airflow version.

    For example, the pin 3.3.2 may cover Airflow 3.3, whose patch version is unknown.
    """
    return covers(pin, airflow) or (airflow.count(".") == 1 and series_of(pin) == airflow)


def _check_image(context: Context, project: "Project") -> Iterator[Finding]:
    """Yield findings about a generated image that can't be deployed or lacks the required Airflow."""
    manifest, known = project.manifest, context.known
    pin, build = manifest.pin, manifest.build
    place = (build or manifest.requirement or manifest).location
    version = parse_version(build.text) if build else None
    if build is None and manifest.generation == "3" and pin.count(".") == 2:
        version = known.newest(manifest.series)
    lifecycle = known.release(version) if version else None
    airflow = lifecycle.airflow if lifecycle else ""
    if airflow and not _may_be(airflow, pin):
        subject = f"The build {quoted(build.text)}" if build else f"The image, {version},"
        message = f"{subject} runs Airflow {airflow}, not the required {pin}"
        wanted = airflow if pin.count(".") == 2 else series_of(airflow)
        severity = Severity.WARNING if series_of(airflow) == series_of(pin) else None
        finding = _finding(project, place, message, wanted, severity=severity)
        yanked = [known.is_yanked(release) for release in known.table.releases if release.airflow == pin]
        more = (f"all builds with Airflow {pin} are yanked",) if yanked and all(yanked) else ()
        yield finding._replace(notes=(*finding.notes, *more))
    if manifest.generation == "2" and context.cases:
        message = "The Astro CLI runs a generated Airflow 2 image locally, but refuses to deploy it"
        finding = _finding(project, place, message, pin, severity=Severity.WARNING)
        advice = "write a Dockerfile, and dockerfile = 'Dockerfile' in [tool.astro]"
        if latest := known.latest_stable:
            advice += f"; or upgrade to Airflow 3 with {requirement_for(AIRFLOW, latest.series.airflow)}"
        yield finding._replace(help=advice, fix=None)
