"""The image that the Astro CLI builds a project from, and the edits of the manifest that states it."""

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from lint_runtime.diagnostics import Edit, Fix, Location, edited
from lint_runtime.dockerfile.references import parse_reference
from lint_runtime.dockerfile.stages import Stage
from lint_runtime.images import REPOSITORY_FOR, Destination, SourceChange, parse_tag
from lint_runtime.lifecycle.model import Lifecycle, ReleaseSeries
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.lifecycle.versions import RuntimeVersion, parse_version
from lint_runtime.manifest.model import Manifest
from lint_runtime.manifest.reader import read_manifest
from lint_runtime.manifest.requirements import (
    AIRFLOW,
    CORE,
    PythonRange,
    admits,
    covers,
    generation,
    parse_python_range,
    requirement_for,
)
from lint_runtime.manifest.requirements import series as series_of

_OLDEST_AIRFLOW_2 = (2, 7)
"""The oldest Airflow 2 for which the CLI generates an image."""


class Refusal(NamedTuple):
    """The reason why the CLI builds no image from a manifest that it can load.

    location: the requirement or the bound that decides it
    message: one sentence on the problem
    help: the text to write, or ""
    is_about_python: whether `requires-python` admits no Python of the image
    """

    location: Location
    message: str
    help: str
    is_about_python: bool = False


def project_image(manifest: Manifest, known: Snapshot) -> str | Refusal | None:
    """Return the image that the CLI builds from, such as `astrocrpublic.azurecr.io/runtime:3.3-8`.

    Returns the reason if it builds none, and None for a manifest that the CLI refuses or that declares a
    Dockerfile.
    """
    requirement, build, pin = manifest.requirement, manifest.build, manifest.pin
    if not manifest.is_accepted or manifest.dockerfile or requirement is None:
        return None
    message = f"The Astro CLI builds no image with Airflow {pin}"
    if manifest.generation == "3":
        if build or "." in pin:
            return _airflow_3_image(manifest, known)
        message = f"The requirement {requirement.text} names no minor version of Airflow"
    elif manifest.generation == "2":
        newest = build.text if build else _newest_with(pin, known)
        if not build and "." in pin and tuple(map(int, pin.split(".")[:2])) < _OLDEST_AIRFLOW_2:
            message += ", which is older than 2.7"
        elif newest:
            return f"{REPOSITORY_FOR[2]}:{newest}"
        else:
            yanked = any(covers(pin, release.airflow) for release in known.table.releases)
            message += ": all builds with it are yanked" if yanked else ": no build with it is known"
    # The newest series, of the same Airflow major if possible.
    series = max(
        known.maintained,
        key=lambda series: (str(series.airflow_major) == manifest.generation, series.order),
        default=None,
    )
    advice = f"write {requirement_for(requirement.name, series.series.airflow)}" if series else ""
    return Refusal(requirement.specifier_location or requirement.location, message, advice)


def _airflow_3_image(manifest: Manifest, known: Snapshot) -> str | Refusal:
    """Return the image with the Python that `requires-python` asks for."""
    build, bound = manifest.build, manifest.requires_python
    admitted = parse_python_range(bound.text) if bound else None
    image = f"{REPOSITORY_FOR[3]}:{build.text if build else manifest.series}"
    version = parse_version(build.text) if build else known.newest(manifest.series)
    series = known.table.find_series(version.series) if version else None
    if not version or not series or not bound or not admitted or "." not in manifest.pin:
        return image
    if known.table.release(version) is None:
        return image
    python = _choose_python(admitted, series)
    if python is None:
        message = f"requires-python admits no Python of Astro Runtime {version}"
        advice = f"admit Python {' or '.join(series.pythons)}"
        return Refusal(bound.location, message, advice, is_about_python=True)
    return f"{REPOSITORY_FOR[3]}:{version}-python-{python}" if python else image


def _choose_python(admitted: PythonRange, series: ReleaseSeries) -> str | None:
    """Return the Python that the CLI chooses for an image, or "" for the default.

    Returns None if `requires-python` admits no Python of the image.
    """
    default, pythons = series.default_python, series.pythons
    if default is None or not pythons or admits(admitted, default):
        return ""
    return next((python for python in reversed(pythons) if admits(admitted, python)), None)


def _newest_with(pin: str, known: Snapshot) -> RuntimeVersion | None:
    """Return the newest usable build whose Airflow a pin covers, or None."""
    builds = (
        release.version
        for series in known.by_series.values()
        if str(series.airflow_major) == generation(pin)
        for release in known.usable(series.series.name)
        if covers(pin, release.airflow)
    )
    return max(builds, default=None)


def project_stage(manifest: Manifest, image: str) -> Stage:
    """Return the image of a project as a stage at the value that decides it."""
    requirement, build = manifest.requirement, manifest.build
    stated = [text for text in (build, requirement) if text]
    location = stated[0].location
    if requirement and not build:
        location = requirement.specifier_location or location
    lines = frozenset(line for text in stated for line in (text.location.line, text.key.line))
    return Stage(
        line=location.line,
        end_line=location.end_line,
        image=image,
        image_location=location,
        platform_location=location,
        reference=parse_reference(image),
        subject=project_subject(manifest),
        comment_lines=lines,
    )


def project_subject(manifest: Manifest) -> str:
    """Return the name of the image in findings, which does not change with the newest build."""
    return "" if manifest.build else requirement_for(AIRFLOW, manifest.pin)


class Project(NamedTuple):
    """A manifest and its edits.

    manifest: the manifest
    text: the text of the file
    known: the lifecycle data known on the day of the check
    refusal: the reason why the CLI builds no image from the manifest, or None
    """

    manifest: Manifest
    text: str
    known: Snapshot
    refusal: Refusal | None = None

    @property
    def newest_build(self) -> RuntimeVersion | None:
        """The newest usable build whose Airflow the pin covers, or None."""
        return _newest_with(self.manifest.pin, self.known)

    def python(self, series: Lifecycle) -> str | None:
        """Return the Python of the image in another series, as `_choose_python` does."""
        bound, pin = self.manifest.requires_python, self._pin_in(series.series.airflow)
        if bound is None or series.airflow_major != 3 or "." not in pin:
            return ""
        admitted = parse_python_range(self._new_bound(pin) or bound.text)
        return _choose_python(admitted, series.series) if admitted else ""

    # Cache: the fix, the help and the notes about an image ask for the same change.
    @lru_cache(maxsize=4)  # noqa: B019 (it keeps at most four projects)
    def change(self, target: Destination) -> SourceChange:
        """Return the change that turns the image into `target`.

        Its text is as in `apache-airflow==3.3.* and runtime = '3.3-8'`. It has no edits if the CLI would
        build another image.
        """
        series, tag, old = target.lifecycle.series, target.tag, self.manifest.pin
        # The pin stays as precise as the old one.
        is_release = old.count(".") == 2
        pin = (target.airflow or series.airflow) if is_release else self._pin_in(series.airflow)
        default, chosen = series.default_python, self.python(target.lifecycle)
        wanted = (tag.python if tag else "") or default
        is_chosen = chosen is not None and (chosen or default) == wanted
        python = "" if is_chosen or self.manifest.generation != "3" else wanted or ""
        text, edits = self._change(pin, str(tag.version) if tag and tag.version else "", python)
        manifest = self._edited(edits)
        image = project_image(manifest, self.known) if manifest else None
        is_meant = False
        if tag and isinstance(image, str) and (target.airflow or not is_release):
            built = parse_tag(image.rpartition(":")[2])
            is_same = built.series == tag.series and built.version in (None, tag.version)
            is_meant = is_same and (built.python or default) == (tag.python or default)
        # The CLI never goes from Airflow 2 to Airflow 3, and a build moves with its requirement only.
        is_supported = pin != old and generation(pin) == generation(old)
        command = f"astro local upgrade airflow {pin}" if is_supported else ""
        return SourceChange(text, {0: edits} if is_meant else None, self.notes_on_pin(pin), command)

    def notes_on_pin(self, pin: str) -> tuple[str, ...]:
        """Return notes on a change of the requirement to another version."""
        if pin == self.manifest.pin or not self.manifest.has_constraints:
            return ()
        return ("the constraints in [tool.uv] follow at the next 'astro local start'",)

    def require(self, pin: str) -> Fix | None:
        """Return the fix that requires another Airflow version, or None if the CLI refuses the result."""
        text, edits = self._change(pin)
        manifest = self._edited(edits)
        if manifest is None or isinstance(project_image(manifest, self.known), Refusal):
            return None
        return Fix(f"Write {text}", edits, "the image may be right")

    def _change(self, pin: str, build: str = "", python: str = "") -> tuple[str, tuple[Edit, ...]]:
        """Return the settings to write, for users, and their edits in file order.

        Returns no edits if a setting can't be replaced.

        pin: the Airflow version to require
        build: the build, or "" to keep it
        python: the Python that `requires-python` does not admit, or ""
        """
        manifest = self.manifest
        changes: list[tuple[str, tuple[Edit, ...]]] = []
        for requirement in manifest.requirements:
            if not requirement.pin or requirement.pin == pin:
                continue
            name, place = requirement.name, requirement.specifier_location
            edits: tuple[Edit, ...] = ()
            if place:
                edits = (Edit(place, requirement_for("", pin)),)
            # apache-airflow-core exists only for Airflow 3.
            if place and requirement.distribution == CORE and generation(pin) == "2":
                line, column, *_ = requirement.location
                edits = (Edit(Location(line, column, line, column + len(name)), AIRFLOW), *edits)
                name = AIRFLOW
            changes.append((requirement_for(name, pin), edits))
        for setting, key, text in (
            (manifest.build, "runtime", build),
            (manifest.requires_python, "requires-python", self._new_bound(pin)),
        ):
            if setting and text not in ("", setting.text):
                edits = (Edit(setting.location, text),) if setting.is_literal else ()
                changes.append((f"{key} = '{text}'", edits))
        if python:
            changes.append((f"a requires-python that admits Python {python}", ()))
        *texts, last = dict.fromkeys(text for text, _ in changes) or [""]
        is_complete = all(edits for _, edits in changes)
        all_edits = sorted(edit for _, edits in changes for edit in edits) if is_complete else ()
        return f"{', '.join(texts)} and {last}" if texts else last, tuple(all_edits)

    def _pin_in(self, minor: str) -> str:
        """Return the pin that covers a series of Airflow, as precise as the old one but for the patch."""
        pin = self.manifest.pin
        if covers(pin, minor):
            return pin
        # Without a build, the CLI needs the series of Airflow 3.
        is_generation = "." not in pin and self.manifest.build
        return generation(minor) if is_generation else minor

    def _new_bound(self, pin: str) -> str:
        """Return the `requires-python` for another pin, or "" if the CLI would keep the old one."""
        bound, old = self.manifest.requires_python, self.manifest.pin
        if bound is None or series_of(pin) == series_of(old):
            return ""
        # The CLI once wrote >=3.10 for all of Airflow 3.
        own = {*self._bounds(old), ">=3.10" if generation(old) == "3" else ""}
        text = self._bounds(pin)[0]
        return text if bound.text in own and bound.text != text else ""

    def _bounds(self, pin: str) -> list[str]:
        """Return each `requires-python` that `astro init` writes for a pin.

        The first one starts at the lowest Python of the series, if the series is known.
        """
        major, _, rest = pin.partition(".")
        minor = int(rest.partition(".")[0]) if rest else None
        if major != "3":
            return [">=3.10,<3.13" if minor is None or minor >= 9 else ">=3.10,<3.12"]
        series = self.known.table.find_series(series_of(pin)) if rest else None
        listed = [f">={series.pythons[0]}"] if series and series.pythons else []
        return [*listed, ">=3.12" if minor is None or minor >= 2 else ">=3.10"]

    def _edited(self, edits: Sequence[Edit]) -> Manifest | None:
        """Return the manifest after `edits`, which are in file order.

        Returns None without edits, and if the CLI refuses the result.
        """
        text = edited(self.text, edits).encode("utf-8", "surrogateescape")
        manifest = read_manifest(text) if edits else None
        return manifest if manifest and manifest.is_accepted else None
