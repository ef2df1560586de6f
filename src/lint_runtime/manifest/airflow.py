"""Check the keys that decide the Airflow version: `dependencies`, `runtime` and `dockerfile`."""

import posixpath
import re

from lint_runtime.manifest.builds import parse_build
from lint_runtime.manifest.model import Requirement, Text
from lint_runtime.manifest.problems import ROOT, Problems
from lint_runtime.manifest.requirements import AIRFLOW, CORE, VERSION, generation, requirement_for, series
from lint_runtime.manifest.toml import Value
from lint_runtime.text import quoted

_VERSION_OR_URL = "[<>=!~@]"
_EXAMPLE = "3.3"
_DEPENDENCIES = "project.dependencies"

_UNCLEAR = frozenset(("airflow_missing", "airflow_unpinned", "airflow_ambiguous"))
"""Codes of problems that leave the Airflow version unknown, so it cannot be compared with the build."""


def check_requirements(
    problems: Problems, all_requirements: tuple[Requirement, ...], items: list[Value], lacking: Value
) -> list[Requirement]:
    """Check that the requirements for Airflow pin one version.

    Returns the requirements that state the version. Leaves out `apache-airflow-core` if it has no version
    and `apache-airflow` is required, too.

    all_requirements: the requirements for `apache-airflow` and `apache-airflow-core`
    items: the elements of `dependencies`
    lacking: the array `dependencies`; if there is none, the table that should contain it
    """
    # `astro init` adds the requirement `apache-airflow-core` without a version, for uv only. So ignore this
    # requirement if `apache-airflow` is required, too.
    has_airflow = any(requirement.distribution == AIRFLOW for requirement in all_requirements)
    stating = [
        requirement
        for requirement in all_requirements
        if not has_airflow
        or requirement.distribution != CORE
        or re.search(_VERSION_OR_URL, requirement.text.partition(";")[0].split("]", 1)[-1])
    ]
    for requirement in stating:
        key, value = f"{_DEPENDENCIES}[{requirement.number}]", items[requirement.number]
        if not requirement.pin:
            message = f"{quoted(requirement.text)} does not pin one Airflow series"
            advice = f"pin a series, as in {quoted(requirement_for(requirement.distribution, _EXAMPLE))}"
            problems.add("airflow_unpinned", key, value, message, advice)
        elif requirement.distribution == CORE and generation(requirement.pin) == "2":
            message = f"{quoted(requirement.text)} pins Airflow 2, but {CORE} exists only for Airflow 3"
            advice = f"require {quoted(requirement_for(AIRFLOW, requirement.pin))}"
            problems.add("airflow_core_before_three", key, value, message, advice)
    names = {requirement.distribution for requirement in stating}
    pins = list(dict.fromkeys(requirement.pin for requirement in stating if requirement.pin))
    if not stating:
        advice = f"add a requirement such as '{requirement_for(AIRFLOW, _EXAMPLE)}' to 'dependencies'"
        problems.add("airflow_missing", _DEPENDENCIES, lacking, "No dependency is Airflow", advice)
    elif len(names) > 1:
        message = f"Both {AIRFLOW} and {CORE} state the Airflow version"
        problems.add("airflow_ambiguous", _DEPENDENCIES, lacking, message, f"remove the version of {CORE}")
    elif len(pins) > 1:
        message = f"The dependencies pin different Airflow versions: {', '.join(map(quoted, pins[:10]))}"
        problems.add("airflow_ambiguous", _DEPENDENCIES, lacking, message, "pin Airflow once")
    return stating


def check_removed_key(problems: Problems, value: Value | None, stating: list[Requirement]) -> None:
    """Report `tool.astro.airflow`, which the CLI no longer reads.

    stating: the requirements that state the Airflow version
    """
    if value is None:
        return
    stated = value.data.strip() if value.kind == "string" else ""
    # Do not suggest apache-airflow-core for Airflow 2: it exists only for Airflow 3.
    name = stating[0].distribution if stating and generation(stated) != "2" else AIRFLOW
    pins = {requirement.pin for requirement in stating}
    advice = "delete the line"
    if re.fullmatch(VERSION, stated) and {series(pin) for pin in pins} != {series(stated)}:
        advice += f"; to run Airflow {stated}, require {quoted(requirement_for(name, stated))}"
    message = "'airflow' is no longer read: the requirement states the Airflow version"
    problems.add("airflow_removed", f"{ROOT}.airflow", value, message, advice)


def check_build(problems: Problems, build: Text, value: Value, dockerfile: Text | None, pin: str) -> None:
    """Check that `tool.astro.runtime` is one build, and that this build has the pinned Airflow version."""
    key = f"{ROOT}.runtime"
    if dockerfile:
        message = f"The base image is the one in {quoted(dockerfile.text)}, so 'runtime' chooses nothing"
        problems.add("runtime_with_dockerfile", key, value, message, "delete 'runtime', or change the FROM")
        return
    parsed = parse_build(build.text)
    if parsed is None:
        message = f"{quoted(build.text)} is not a Runtime build"
        advice = "write a build such as '3.3-8' or '13.11.0', or delete the line"
        problems.add("runtime_invalid", key, value, message, advice)
    elif not parsed.is_exact:
        message = f"{quoted(build.text)} is a series of builds, not one build"
        example = f"{parsed.series or _EXAMPLE}-1" if parsed.generation == "3" else "13.11.0"
        advice = f"write one build, such as '{example}', or delete the line to get the newest build"
        problems.add("runtime_invalid", key, value, message, advice)
    elif not any(problem.code in _UNCLEAR for problem in problems.found):
        disagreement = parsed.disagreement(pin)
        if disagreement:
            wanted = series(pin) if disagreement == "series" else generation(pin)
            runs = parsed.series or parsed.generation
            message = f"The build {quoted(build.text)} has Airflow {runs}, not the required {wanted}"
            advice = f"write a build with Airflow {wanted}, or delete the line to use the newest"
            problems.add("runtime_mismatch", key, value, message, advice)


def check_dockerfile(problems: Problems, dockerfile: Text, value: Value) -> None:
    """Check that `tool.astro.dockerfile` is a path within the project."""
    key, path = f"{ROOT}.dockerfile", dockerfile.text
    if "\\" in path:
        message = f"The path {quoted(path)} has a backslash"
        advice = f"write {quoted(path.replace(chr(92), '/'))}"
        problems.add("dockerfile_separators", key, value, message, advice)
    elif path.startswith("/") or posixpath.normpath(path).split("/")[0] == "..":
        message = f"The path {quoted(path)} is outside of the project"
        advice = "write a path relative to the directory of this file"
        problems.add("dockerfile_outside_project", key, value, message, advice)
