"""Find the image that the Astro CLI generates for a manifest, and edit the manifest to change it."""

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
    """The reason why the CLI generates no image for a manifest that it can load.

    location: the location of the requirement, or of `requires-python` if that is the reason
    message: one sentence on the problem
    help: a suggestion such as `write apache-airflow==3.3.*`, or ""
    is_about_python: whether the reason is that `requires-python` admits no Python version of the image
    """

    location: Location
    message: str
    help: str
    is_about_python: bool = False


def project_image(manifest: Manifest, known: Snapshot) -> str | Refusal | None:
    """Return the image that the CLI generates, such as `astrocrpublic.azurecr.io/runtime:3.3-8`.

    Returns a Refusal if the CLI loads the manifest, but generates no image. Returns None if the CLI doesn't
    load the manifest, or if the manifest has no requirement or declares a Dockerfile.
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
            builds = [release for release in known.table.releases if covers(pin, release.airflow)]
            is_yanked = any(map(known.is_yanked, builds))
            message += ": all builds with it are yanked" if is_yanked else ": no build with it is known"
    # Suggest the newest series, with the same Airflow major version if possible.
    series = max(
        known.maintained,
        key=lambda series: (str(series.airflow_major) == manifest.generation, series.order),
        default=None,
    )
    advice = f"write {requirement_for(requirement.name, series.series.airflow)}" if series else ""
    return Refusal(requirement.specifier_location or requirement.location, message, advice)


def _airflow_3_image(manifest: Manifest, known: Snapshot) -> str | Refusal:
    """Return the image for Airflow 3, or a Refusal if `requires-python` excludes all its Python versions.

    The tag has the suffix `-python-X.Y` if `requires-python` excludes the default Python.
    """
    build, bound = manifest.build, manifest.requires_python
    admitted = parse_python_range(bound.text) if bound else None
    image = f"{REPOSITORY_FOR[3]}:{build.text if build else manifest.series}"
    version = parse_version(build.text) if build else known.newest(manifest.series)
    lifecycle = known.release(version) if version else None
    is_listed = lifecycle and lifecycle.release
    if not lifecycle or not is_listed or not bound or not admitted or "." not in manifest.pin:
        return image
    python = _choose_python(admitted, lifecycle.series)
    if python is None:
        message = f"requires-python admits no Python of {lifecycle.name}"
        advice = f"admit Python {' or '.join(lifecycle.series.pythons)}"
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
    """Return the newest usable build with an Airflow version that `pin` covers, or None."""
    builds = (
        release.version
        for series in known.by_series.values()
        for release in known.usable(series.series.name)
        if covers(pin, release.airflow)
    )
    return max(builds, default=None)


def project_stage(manifest: Manifest, image: str) -> Stage:
    """Return the image of a project as a stage, located at the build or, if none, at the requirement."""
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
    """Return the subject of findings about the image of a project, or "" if the image is the subject.

    If the manifest has a build, the build states the image. Otherwise, the CLI derives the image from the
    requirement, and the image changes with each release, so the requirement is the subject.
    """
    return "" if manifest.build else requirement_for(AIRFLOW, manifest.pin)


class Project(NamedTuple):
    """A manifest, and what is needed to edit it.

    manifest: the manifest
    text: the text of the file
    known: the lifecycle data known on the day of the check
    refusal: the reason why the CLI generates no image for the manifest, or None
    """

    manifest: Manifest
    text: str
    known: Snapshot
    refusal: Refusal | None = None

    @property
    def newest_build(self) -> RuntimeVersion | None:
        """The newest usable build with an Airflow version that the pin covers, or None."""
        return _newest_with(self.manifest.pin, self.known)

    def python(self, series: Lifecycle) -> str | None:
        """Return the Python that the CLI would choose in a series. See `_choose_python`."""
        bound, pin = self.manifest.requires_python, self._pin_in(series.series.airflow)
        if bound is None or series.airflow_major != 3 or "." not in pin:
            return ""
        admitted = parse_python_range(self._new_bound(pin) or bound.text)
        return _choose_python(admitted, series.series) if admitted else ""

    # Cache: the fix, the help and the notes about an image ask for the same change.
    @lru_cache(maxsize=4)  # noqa: B019 (it keeps at most four projects)
    def change(self, target: Destination) -> SourceChange:
        """Return the change that turns the image into `target`.

        The field `edits` is None if the edited manifest would not result in `target`.
        """
        series, tag, old = target.lifecycle.series, target.tag, self.manifest.pin
        # The new pin names a patch version only if the old pin does.
        is_release = old.count(".") == 2
        pin = (target.airflow or series.airflow) if is_release else self._pin_in(series.airflow)
        default, chosen = series.default_python, self.python(target.lifecycle)
        wanted = (tag.python if tag else "") or default
        is_chosen = chosen is not None and (chosen or default) == wanted
        python = "" if is_chosen or generation(pin) != "3" else wanted or ""
        text, edits = self._change(pin, str(tag.version) if tag and tag.version else "", python)
        manifest = self._edited(edits)
        image = project_image(manifest, self.known) if manifest else None
        is_meant = False
        if tag and isinstance(image, str) and (target.airflow or not is_release):
            built = parse_tag(image.rpartition(":")[2])
            is_same = built.series == tag.series and built.version in (None, tag.version)
            is_meant = is_same and (built.python or default) == (tag.python or default)
        # `astro local upgrade` can't upgrade Airflow 2 to Airflow 3, and can't change only the build.
        is_supported = pin != old and generation(pin) == generation(old)
        command = f"astro local upgrade airflow {pin}" if is_supported else ""
        return SourceChange(text, {0: edits} if is_meant else None, self.notes_on_pin(pin), command)

    def notes_on_pin(self, pin: str) -> tuple[str, ...]:
        """Return notes on the effects of changing the required Airflow version to `pin`."""
        if pin == self.manifest.pin or not self.manifest.has_constraints:
            return ()
        return ("the constraints in [tool.uv] follow at the next 'astro local start'",)

    def require(self, pin: str) -> Fix | None:
        """Return the fix that changes the required Airflow version to `pin`.

        Returns None if the requirement can't be edited, or if the CLI would refuse the result.
        """
        text, edits = self._change(pin)
        manifest = self._edited(edits)
        if manifest is None or isinstance(project_image(manifest, self.known), Refusal):
            return None
        return Fix(f"Write {text}", edits, "the image may be right")

    def _change(self, pin: str, build: str = "", python: str = "") -> tuple[str, tuple[Edit, ...]]:
        """Return the new settings as text for users, and the edits that write them, in file order.

        Returns no edits if any of the settings can't be edited.

        pin: the Airflow version to require
        build: the new build, or "" to keep the old build
        python: a Python version that `requires-python` must admit, or "". Users must change this setting by
            hand, so there are no edits.
        """
        manifest = self.manifest
        changes: list[tuple[str, tuple[Edit, ...]]] = []
        for requirement in manifest.requirements:
            if not requirement.pin or requirement.pin == pin:
                continue
            name, place = requirement.name, requirement.specifier_location
            edits: tuple[Edit, ...] = (Edit(place, requirement_for("", pin)),) if place else ()
            # `apache-airflow-core` exists only for Airflow 3, so change the name, too.
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
        """Return a pin that covers the Airflow series `minor`: the old pin if possible.

        A new pin has no patch version.
        """
        pin = self.manifest.pin
        if covers(pin, minor):
            return pin
        # The CLI accepts a pin like `3` only with a build. Without a build, write the series.
        return generation(minor) if "." not in pin and self.manifest.build else minor

    def _new_bound(self, pin: str) -> str:
        """Return the `requires-python` to write with a new pin, or "" to keep the old value.

        Only values that the CLI wrote are replaced.
        """
        bound, old = self.manifest.requires_python, self.manifest.pin
        if bound is None or series_of(pin) == series_of(old):
            return ""
        # Whether the CLI wrote the old value. Old versions of it wrote >=3.10 for any Airflow 3 version.
        is_own = bound.text in self._bounds(old) or (generation(old), bound.text) == ("3", ">=3.10")
        text = self._bounds(pin)[0]
        return text if is_own and bound.text != text else ""

    def _bounds(self, pin: str) -> list[str]:
        """Return the values of `requires-python` that `astro init` writes if `pin` is the Airflow version.

        There are several, because versions of the CLI write different values. Edits use the first value. If
        the Python versions of an Airflow 3 series are known, this value starts at the lowest of them.
        """
        major, _, rest = pin.partition(".")
        minor = int(rest.partition(".")[0]) if rest else None
        if major != "3":
            return [">=3.10,<3.13" if minor is None or minor >= 9 else ">=3.10,<3.12"]
        series = self.known.table.find_series(series_of(pin)) if rest else None
        listed = [f">={series.pythons[0]}"] if series and series.pythons else []
        return [*listed, ">=3.12" if minor is None or minor >= 2 else ">=3.10"]

    def _edited(self, edits: Sequence[Edit]) -> Manifest | None:
        """Return the manifest after `edits`, which must be in file order.

        Returns None if there are no edits, or if the CLI refuses the result.
        """
        text = edited(self.text, edits).encode("utf-8", "surrogateescape")
        manifest = read_manifest(text) if edits else None
        return manifest if manifest and manifest.is_accepted else None
