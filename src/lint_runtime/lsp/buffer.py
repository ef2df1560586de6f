"""The text of a Dockerfile or an Astro manifest, with its lint results."""

from dataclasses import dataclass
from functools import cached_property

from lint_runtime.config.model import Config
from lint_runtime.diagnostics import Diagnostic, Location
from lint_runtime.images import RuntimeImage
from lint_runtime.lifecycle.table import Snapshot
from lint_runtime.linter.inventory import Entry, take_inventory
from lint_runtime.linter.report import Report
from lint_runtime.lsp.positions import Positions
from lint_runtime.lsp.settings import EditorSettings
from lint_runtime.projects import Project
from lint_runtime.rules.base import NO_NEIGHBORS, Neighbors


@dataclass(frozen=True)
class Buffer:
    """A checked Dockerfile or Astro manifest.

    uri: the URI of the file
    text: the content of the file
    positions: the converter between linter locations and editor positions
    report: the result of linting the text
    config: the configuration for the file
    known: the lifecycle data known on the day of the check
    settings: the settings of the editor
    neighbors: the files that the text was compared with
    """

    uri: str
    text: str
    positions: Positions
    report: Report
    config: Config
    known: Snapshot
    settings: EditorSettings
    neighbors: Neighbors = NO_NEIGHBORS

    @cached_property
    def places(self) -> dict[Location, list[Location]]:
        """Maps the location of each image and platform to all locations that its text comes from.

        In a Dockerfile, these are the location in the instruction, then the locations in ARGs. In a
        manifest, they are the location of the image, then the locations of the requirements.
        """
        places: dict[Location, list[Location]] = {}
        for stage, image in (*self.report.stages, *self.report.uses):
            if image and isinstance(image.source, Project):
                stated = [requirement.location for requirement in image.source.manifest.requirements]
                places[stage.image_location] = [stage.image_location, *stated]
                continue
            for location, source in (
                (stage.platform_location, stage.platform_source),
                (stage.image_location, stage.image_source),
            ):
                numbers = sorted(number for number in source.numbers if number is not None)
                words = [word for n in numbers for word in (source.words[n], *source.repeats.get(n, ()))]
                places.setdefault(location, [location]).extend(word.location for word in words)
        return places

    @cached_property
    def images(self) -> dict[Location, Location]:
        """Maps the location of each Runtime image, and of its platform, to the location of the image."""
        return {
            place: image.stage.image_location
            for image in self.report.images
            for place in (image.stage.platform_location, image.stage.image_location)
        }

    @cached_property
    def entries(self) -> list[tuple[RuntimeImage, Entry]]:
        """The Runtime images and their inventory entries."""
        entries = take_inventory(self.report, self.known.day)
        return [(entry.runtime, entry) for entry in entries if entry.runtime]

    def images_of(self, finding: Diagnostic) -> set[Location]:
        """Return the locations of the images that a finding is about.

        For a finding about something else, returns the location of the finding.
        """
        return {self.images.get(place, place) for place in finding.images}

    def place_of(self, location: Location, start: int, end: int) -> Location | None:
        """Return the first place of a target (see `places`) that overlaps or borders a range, or None.

        location: the location of an image, a platform or another target
        start: the offset of the start of the range
        end: the offset of the end of the range
        """
        places = self.places.get(location, [location])
        return next((place for place in places if self.positions.touches(place, start, end)), None)
